package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

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
			if slices.Contains(seen, o.ID) || slices.Contains(c.Apart, o.ID) || slices.Contains(c.Apart, similar.Case) || c.Recurs == o.ID || !o.SeenBy(a) || o.Private() {
				continue
			}
			seen = append(seen, o.ID)
			out = append(out, Suggestion{*o, similar.Score, similar.Reasons, o.State.Over()})
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

// Link puts all tips of a case into another one, because a person says that they are one matter. The other case is where they are afterwards. Should it stop
// halfway, the sweep goes on with it. faults of cases.Merge.
func (s *Service) Link(ctx context.Context, a cases.Actor, id, into string, in cases.Input) (cases.Case, error) {
	if err := s.Cases.Merge(ctx, a, id, into, in); err != nil {
		return cases.Case{}, err
	}
	return s.finish(ctx, id, cases.Opening{})
}

// Unlink takes a tip out of a case, because a person says that it is another matter. Its own case, which it had before or which is opened for it, is returned.
// The machine does not propose the two again. Should it stop halfway, the sweep goes on with it. faults of cases.Separate.
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
	if err := s.Cases.Separate(ctx, a, id, tip, in); err != nil {
		return cases.Case{}, err
	}
	return s.finish(ctx, id, o)
}

// finish brings what a person ordered to its end: both cases, the readings of the tips, the examples. Each part may be done already.
func (s *Service) finish(ctx context.Context, id string, o cases.Opening) (cases.Case, error) {
	c, err := s.Cases.ByID(ctx, id)
	if err != nil || c.Move == nil {
		return c, err
	}
	m := *c.Move
	to, went, err := s.Cases.Finish(ctx, id, o)
	if err != nil {
		return to, err
	}
	for _, t := range went {
		if err := s.decided(ctx, intake.TipID(t.Tip), to.ID, m.Actor); err != nil {
			return to, err
		}
	}
	others, same := to.Tips, true
	if m.Act == cases.Separate {
		others, same = c.Tips, false
	}
	if err := s.ruledMove(ctx, m, went, others); err != nil {
		return to, err
	}
	if err := s.learn(ctx, m.Actor, went, others, same); err != nil {
		return to, err
	}
	return to, s.Cases.Moved(ctx, id, m)
}

// finishMoves goes on with what was ordered at least age ago and stopped halfway, each by itself; returns how many came to their end.
func (s *Service) finishMoves(ctx context.Context, age time.Duration) (int, error) {
	all, err := s.Cases.Moving(ctx, s.Now().Add(-age))
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, c := range all {
		var o cases.Opening
		if c.Move.Act == cases.Separate {
			o, err = s.opening(ctx, intake.TipID(c.Move.Tip))
		}
		if err == nil {
			_, err = s.finish(ctx, c.ID, o)
		}
		if err == nil {
			n++
			continue
		}
		failed = append(failed, fmt.Errorf("triage: finish %s of case %s: %w", c.Move.Act, c.ID, err))
		err = nil
	}
	return n, errors.Join(failed...)
}

// Reject keeps that a case and one that is suggested for it are two matters. faults of cases.Reject.
func (s *Service) Reject(ctx context.Context, a cases.Actor, id, other string, in cases.Input) (cases.Case, error) {
	open, err := s.Suggestions(ctx, a, id)
	if err != nil {
		return cases.Case{}, err
	}
	var proposed []string
	for _, o := range open {
		proposed = append(proposed, o.Case.ID)
	}
	c, err := s.Cases.Reject(ctx, a, id, other, proposed, in)
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
	if err := s.ruledAgain(ctx, a, c.Tips, review.Same, s.Now(), review.Other, review.Ask); err != nil {
		return c, err
	}
	return c, s.learn(ctx, a, c.Tips, o.Tips, true)
}

// ruledMove keeps a move as one decision, about a tip that the machine had placed otherwise: one of those that went. Where a person took out the tip that the
// others had been joined to, it is about the first of them.
func (s *Service) ruledMove(ctx context.Context, m cases.Move, went, others []cases.TipRef) error {
	if m.Act == cases.Merge {
		return s.ruledAgain(ctx, m.Actor, went, review.Same, m.At, review.Other, review.Ask)
	}
	known, err := s.reviews.DecideOnce(ctx, tipsOf(went), []string{review.Same}, review.Other, m.Actor.ID, m.At)
	if err != nil || known {
		return err
	}
	return s.ruledAgain(ctx, m.Actor, others, review.Other, m.At, review.Same)
}

// ruledAgain keeps one answer of a person to whether tips are an earlier case's matter, for one of which another answer stood.
func (s *Service) ruledAgain(ctx context.Context, a cases.Actor, tips []cases.TipRef, person string, at time.Time, stood ...string) error {
	_, err := s.reviews.DecideOnce(ctx, tipsOf(tips), stood, person, a.ID, at)
	return err
}

func tipsOf(refs []cases.TipRef) (tips []string) {
	for _, t := range refs {
		tips = append(tips, t.Tip)
	}
	return tips
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
