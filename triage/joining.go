package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/review"
)

// Suggestion is a case that may be about the same matter as another one.
type Suggestion struct {
	Case    cases.Case
	Score   float64
	Reasons []string
	Recurs  bool // whether a closed matter began again, is the question
}

// mostLearned bounds how many pairs of tips one decision about two cases gives as examples.
const mostLearned = 20

// Suggestions are the open questions of a case, the most similar case first: without those that the actor may not see, that must not be named beside it, or
// that a person rejected. The look at the case itself is the caller's to note.
func (s *Service) Suggestions(ctx context.Context, a cases.Actor, id string) ([]Suggestion, error) {
	c, err := s.Cases.ByID(ctx, id)
	if err != nil || !c.SeenBy(a) || c.Private() {
		return nil, ignoreMissing(err)
	}
	seen, known := []string{id}, map[string]*cases.Case{}
	var out []Suggestion
	for _, t := range c.Tips {
		r, err := s.Reading(ctx, intake.TipID(t.Tip))
		if err != nil || r.Decision == nil {
			if err = ignoreMissing(err); err != nil {
				return nil, err
			}
			continue
		}
		for _, similar := range r.Decision.Similar {
			o, err := s.stands(ctx, similar.Case, known)
			if err != nil {
				return nil, err
			}
			if slices.Contains(seen, o.ID) || slices.Contains(c.Apart, o.ID) || c.Recurs == o.ID || !o.SeenBy(a) || o.Private() {
				continue
			}
			seen = append(seen, o.ID)
			out = append(out, Suggestion{*o, similar.Score, similar.Reasons, similar.Recurs || o.State == cases.Closed})
		}
	}
	slices.SortStableFunc(out, func(x, y Suggestion) int {
		if x.Score > y.Score {
			return -1
		}
		return 1
	})
	return out, nil
}

// stands is the case in which the matter of a case is now, whatever it was merged into.
func (s *Service) stands(ctx context.Context, id string, known map[string]*cases.Case) (*cases.Case, error) {
	c, err := s.matter(ctx, id, known)
	for err == nil && c.State == cases.Merged {
		c, err = s.matter(ctx, c.Into, known)
	}
	return c, err
}

func ignoreMissing(err error) error {
	if errors.Is(err, docs.ErrNotFound) {
		return nil
	}
	return err
}

// Link puts all tips of a case into another one, because a person says that they are one matter. The other case is where they are afterwards.
// faults of cases.Merge.
func (s *Service) Link(ctx context.Context, a cases.Actor, id, into string, in cases.Input) (cases.Case, error) {
	from, err := s.Cases.ByID(ctx, id)
	if ignoreMissing(err) != nil {
		return cases.Case{}, err
	}
	joined, err := s.Cases.Merge(ctx, a, id, into, in)
	if err != nil {
		return joined, err
	}
	for _, t := range from.Tips {
		if err := s.decided(ctx, intake.TipID(t.Tip), into, a); err != nil {
			return joined, err
		}
	}
	if err := s.ruled(ctx, a, &from, cases.Again, review.Same); err != nil {
		return joined, err
	}
	return joined, s.learn(ctx, a, from.Tips, joined.Tips, true)
}

// Unlink takes a tip out of a case, because a person says that it is another matter. Its own case, which it had before or which is opened for it, is returned.
// The machine does not propose the two again. faults of cases.Separate.
func (s *Service) Unlink(ctx context.Context, a cases.Actor, id string, tip intake.TipID, in cases.Input) (cases.Case, error) {
	before, err := s.Cases.ByID(ctx, id)
	if ignoreMissing(err) != nil {
		return cases.Case{}, err
	}
	if !before.SeenBy(a) || !before.Holds(tip) { // nothing of the tip is read for who may not see it
		return cases.Case{}, cases.NotFound()
	}
	o, err := s.opening(ctx, tip)
	if err != nil {
		return cases.Case{}, err
	}
	own, err := s.Cases.Separate(ctx, a, id, tip, in, o)
	if err != nil {
		return own, err
	}
	if err := s.decided(ctx, tip, own.ID, a); err != nil {
		return own, err
	}
	mine := []cases.TipRef{{Tip: string(tip)}}
	if err := s.ruled(ctx, a, &cases.Case{Tips: mine}, cases.Again, review.Other); err != nil {
		return own, err
	}
	return own, s.learn(ctx, a, mine, before.Tips, false)
}

// Reject keeps that two cases are two matters. faults of cases.Reject.
func (s *Service) Reject(ctx context.Context, a cases.Actor, id, other string, in cases.Input) (cases.Case, error) {
	c, err := s.Cases.Reject(ctx, a, id, other, in)
	if err != nil {
		return c, err
	}
	o, err := s.Cases.ByID(ctx, other)
	if err != nil {
		return c, err
	}
	if err := s.learn(ctx, a, c.Tips, o.Tips, false); err != nil {
		return c, err
	}
	return s.answeredSame(ctx, a, c)
}

// Recurs keeps that a case is a closed one's matter, which began again. faults of cases.Recurs.
func (s *Service) Recurs(ctx context.Context, a cases.Actor, id, closed string, in cases.Input) (cases.Case, error) {
	c, err := s.Cases.Recurs(ctx, a, id, closed, in)
	if err != nil {
		return c, err
	}
	o, err := s.Cases.ByID(ctx, closed)
	if err != nil {
		return c, err
	}
	if err := s.ruled(ctx, a, &c, cases.Again, review.Same); err != nil {
		return c, err
	}
	return c, s.learn(ctx, a, c.Tips, o.Tips, true)
}

// decided lets later tips follow what a person decided.
func (s *Service) decided(ctx context.Context, tip intake.TipID, matter string, a cases.Actor) error {
	_, err := s.readings.Change(ctx, string(tip), func(r *Reading) error {
		if r.Decision == nil {
			r.Decision = &Decision{}
		}
		r.Decision.Case, r.Decision.New, r.Decision.By = matter, false, a.ID
		return nil
	})
	if err != nil {
		return fmt.Errorf("triage: move %s to %s: %w", tip, matter, err)
	}
	return nil
}

// learn keeps a person's decision about every pair of tips of two cases.
func (s *Service) learn(ctx context.Context, a cases.Actor, xs, ys []cases.TipRef, same bool) error {
	n := 0
	for _, x := range xs {
		for _, y := range ys {
			if n == mostLearned {
				return nil
			}
			if slices.ContainsFunc(xs, func(t cases.TipRef) bool { return t.Tip == y.Tip }) {
				continue // it is one of them
			}
			n++
			if err := s.prints.Learn(ctx, x.Tip, y.Tip, same, a.ID, s.Now(), s.Profile.Match); err != nil {
				return err
			}
		}
	}
	return nil
}

// opening is what the stages know of a tip that gets a case of its own.
func (s *Service) opening(ctx context.Context, id intake.TipID) (cases.Opening, error) {
	tip, err := s.Intake.Open(ctx, id)
	if err != nil {
		return cases.Opening{}, fmt.Errorf("triage: open tip %s: %w", id, err)
	}
	r, err := s.Reading(ctx, id)
	if err != nil {
		return cases.Opening{}, err
	}
	j := job{Service: s, tip: tip, reading: r}
	t, err := j.facts()
	if err != nil {
		return cases.Opening{}, err
	}
	return j.open(j.decide(t), &Decision{Reasons: []string{"县安委办看过，和原来那个案不是一件事"}}), nil
}
