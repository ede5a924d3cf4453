package triage

import (
	"context"
	"errors"
	"fmt"

	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/gazetteer"
	"qianshao/triage/judge"
	"qianshao/triage/review"
	"qianshao/triage/route"
)

// doubts are the questions that the machine leaves to the duty desk about a case that the tip opens. Of a sealed case nobody there is asked.
func (j *job) doubts(to route.Decision, d *Decision) (out []cases.Doubt) {
	if to.Sealed {
		return nil
	}
	if j.reading.Place.Confidence < j.Profile.Review.Place {
		out = append(out, cases.Where)
	}
	if to.Confidence < j.Profile.Review.Category {
		out = append(out, cases.What)
	}
	return append(out, doubled(d)...)
}

// doubled asks whether the case of the tip and another one are one matter, where they are similar.
func doubled(d *Decision) []cases.Doubt {
	if len(d.Similar) == 0 {
		return nil
	}
	return []cases.Doubt{cases.Again}
}

// answered keeps what the machine concluded, for the weekly table; of what few may see, nothing.
func (j *job) answered(ctx context.Context, c *cases.Case, to route.Decision, d *Decision) error {
	if c.Private() {
		return j.forget(ctx, string(j.tip.ID))
	}
	if d.By != "" { // a person has decided already
		return nil
	}
	keep := func(q cases.Doubt, machine string, confidence float64, sure bool) error {
		return j.reviews.Answer(ctx, string(j.tip.ID), q, machine, confidence, sure, j.Now())
	}
	same := review.Same
	if d.New {
		at := j.reading.Place
		if err := keep(cases.Where, finest(at), at.Confidence, at.Confidence >= j.Profile.Review.Place); err != nil {
			return err
		}
		if err := keep(cases.What, to.Categories[0], to.Confidence, to.Confidence >= j.Profile.Review.Category); err != nil {
			return err
		}
		if same = review.Other; len(d.Similar) > 0 {
			same = review.Ask
		}
	}
	return keep(cases.Again, same, d.Score, same != review.Ask)
}

// finest is the most precise code of a place.
func finest(p cases.Place) string {
	switch {
	case p.Village != "":
		return p.Village
	case p.Town != "":
		return p.Town
	}
	return p.County
}

// Review is what the machine makes of a case, for who checks it.
type Review struct {
	Case    cases.Case
	Places  []gazetteer.Candidate // that it may mean as well
	Similar []Suggestion
}

// Review reads a case for the duty desk with what the machine thinks of it, and notes the look. faults desk.not_found, desk.forbidden.
func (s *Service) Review(ctx context.Context, a cases.Actor, id string) (Review, error) {
	if a.Role != cases.Duty {
		return Review{}, fault.New(fault.Forbidden, "desk.forbidden")
	}
	c, err := s.Cases.Get(ctx, a, id)
	if err != nil {
		return Review{}, err
	}
	v := Review{Case: c}
	if len(c.Tips) == 0 {
		return v, nil
	}
	j, t, err := s.first(ctx, &c)
	if err != nil {
		return v, err
	}
	for _, p := range j.judge.Place(t).Alternatives {
		if p.Town != c.Place.Town || p.Village != c.Place.Village {
			v.Places = append(v.Places, p)
		}
	}
	v.Similar, err = s.Suggestions(ctx, a, id)
	return v, err
}

// first is the job of the earliest tip of a case, with its facts.
func (s *Service) first(ctx context.Context, c *cases.Case) (*job, judge.Tip, error) {
	id := intake.TipID(c.Tips[0].Tip)
	tip, err := s.Intake.Open(ctx, id)
	if err != nil {
		return nil, judge.Tip{}, fmt.Errorf("triage: open tip %s: %w", id, err)
	}
	r, err := s.Reading(ctx, id)
	if ignoreMissing(err) != nil {
		return nil, judge.Tip{}, err
	}
	r.Tip = string(id)
	j := &job{Service: s, tip: tip, reading: r}
	t, err := j.facts()
	return j, t, err
}

// Answer is what a person says of a case: one of the two is set.
type Answer struct {
	Version  int64
	Place    *cases.Place // codes; all empty when the person cannot tell either
	Category string
}

// Settle takes a person's answer to where it is or what it is about: the case, later tips and the labelled examples follow it.
// faults desk.not_found, desk.forbidden, desk.moved, desk.action, desk.village, desk.category.
func (s *Service) Settle(ctx context.Context, a cases.Actor, id string, in Answer) (cases.Case, error) {
	c, err := s.Cases.ByID(ctx, id)
	if ignoreMissing(err) != nil {
		return c, err
	}
	if err != nil || !c.SeenBy(a) || len(c.Tips) == 0 { // nothing of the tip is read for who may not see it
		return c, cases.NotFound()
	}
	f, person, err := s.finding(&c, in)
	if err != nil {
		return c, err
	}
	if f.Doubt == cases.Where && f.Place.Is(c.Place) || f.Doubt == cases.What && in.Category == c.Category {
		if c, err = s.Cases.Agree(ctx, a, id, in.Version, f.Doubt); err != nil {
			return c, err
		}
		if f.Doubt == cases.Where && c.Place.Village != "" {
			if err := s.moved(ctx, &c, c.Place, true); err != nil {
				return c, err
			}
		}
		return c, s.ruled(ctx, a, &c, f.Doubt, person)
	}
	return s.change(ctx, a, &c, f, person)
}

// finding turns an answer into what the case is told, but for the way that it goes; and into what is kept of it.
func (s *Service) finding(c *cases.Case, in Answer) (f cases.Finding, person string, err error) {
	f = cases.Finding{Version: in.Version, Doubt: cases.What}
	if in.Place == nil {
		if _, ok := s.Profile.Category(in.Category); !ok {
			return f, "", fault.New(fault.Invalid, "desk.category").On("category")
		}
		f.Categories = []string{in.Category}
		for _, other := range c.Categories {
			if other != in.Category && other != c.Category {
				f.Categories = append(f.Categories, other)
			}
		}
		return f, in.Category, nil
	}
	f.Doubt, f.Place = cases.Where, *in.Place
	if v, ok := s.Profile.Village(f.Place.Village); ok {
		f.Place.Town = v.Town
	} else if f.Place.Village != "" {
		return f, "", fault.New(fault.Invalid, "desk.village").On("place")
	}
	if _, ok := s.Profile.Town(f.Place.Town); !ok && f.Place.Town != "" || f.Place.County != "" && !s.neighbour(f.Place.County) {
		return f, "", fault.New(fault.Invalid, "desk.village").On("place")
	}
	return f, finest(f.Place), nil
}

func (s *Service) neighbour(code string) bool {
	for _, n := range s.Profile.Neighbours {
		if n.Code == code {
			return true
		}
	}
	return false
}

// change lets the case follow an answer that is not the machine's.
func (s *Service) change(ctx context.Context, a cases.Actor, c *cases.Case, f cases.Finding, person string) (cases.Case, error) {
	j, t, err := s.first(ctx, c)
	if err != nil {
		return *c, err
	}
	j.reading.Place, t.Category = c.Place, c.Category
	if f.Doubt == cases.Where {
		t.Kept = !c.Sorted()
		f.Place.Confidence, f.Place.Reasons = 1, []string{"县安委办看了定的"}
		j.reading.Place = f.Place
	} else {
		t.Category = f.Categories[0]
	}
	to := j.decide(t)
	if f.Doubt == cases.Where { // what it is about was not asked
		to.Categories = c.Categories
	}
	f.Route = j.open(to, &Decision{})
	changed, err := s.Cases.Settle(ctx, a, c.ID, f)
	if err != nil {
		return changed, err
	}
	if to.Sealed || len(to.Hidden) > 0 {
		if changed, err = s.Cases.Revise(ctx, c.ID, cases.Revision{
			Hidden: to.Hidden, Sealed: to.Sealed, Lead: to.Lead, Co: to.Co, Oversight: to.Oversight, Categories: f.Categories, Rule: to.Rule, Reasons: to.Reasons, Priority: changed.Priority,
		}); err != nil {
			return changed, fmt.Errorf("triage: revise case %s: %w", c.ID, err)
		}
	}
	if f.Doubt == cases.Where {
		if err := s.moved(ctx, &changed, f.Place, false); err != nil {
			return changed, err
		}
	}
	return changed, s.ruled(ctx, a, &changed, f.Doubt, person)
}

// moved lets later tips be compared with the place that a person found; where the person agreed with the machine, with that of the tips that it put there.
func (s *Service) moved(ctx context.Context, c *cases.Case, at cases.Place, agreed bool) error {
	for _, ref := range c.Tips {
		there := true
		_, err := s.readings.Change(ctx, ref.Tip, func(r *Reading) error {
			if there = !agreed || r.Place.Is(at); there {
				r.Place = at
			}
			return nil
		})
		if ignoreMissing(err) != nil {
			return fmt.Errorf("triage: place of %s: %w", ref.Tip, err)
		}
		if !there {
			continue
		}
		if err := s.prints.Move(ctx, ref.Tip, at.County, at.Town, at.Village); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what others could find a tip by, or learn from it, once few may see it.
func (s *Service) forget(ctx context.Context, tip string) error {
	return errors.Join(s.prints.Remove(ctx, tip), s.reviews.Forget(ctx, tip))
}

// ruled keeps a person's answer as a labelled example; of what few may see, nothing.
func (s *Service) ruled(ctx context.Context, a cases.Actor, c *cases.Case, q cases.Doubt, person string) error {
	for _, t := range c.Tips {
		if c.Private() {
			if err := s.forget(ctx, t.Tip); err != nil {
				return err
			}
		} else if err := s.reviews.Decide(ctx, t.Tip, q, person, a.ID, s.Now()); err != nil {
			return err
		}
	}
	return nil
}

// answeredSame drops the question whether a case is an earlier one's matter, once nothing is left to ask.
func (s *Service) answeredSame(ctx context.Context, a cases.Actor, c cases.Case) (cases.Case, error) {
	left, err := s.Suggestions(ctx, a, c.ID)
	if err != nil || len(left) > 0 {
		return c, err
	}
	if err := s.ruledAgain(ctx, a, c.Tips, review.Other, s.Now(), review.Ask); err != nil {
		return c, err
	}
	return s.Cases.Agree(ctx, a, c.ID, c.Version, cases.Again)
}

// Weeks is how often the machine was right, week by week, this one first.
func (s *Service) Weeks(ctx context.Context, n int) ([]review.Week, error) {
	return s.reviews.Weeks(ctx, s.Now(), n)
}

// Ruling reads what was answered about a tip; docs.ErrNotFound.
func (s *Service) Ruling(ctx context.Context, tip intake.TipID, q cases.Doubt) (review.Ruling, error) {
	return s.reviews.Ruling(ctx, string(tip), q)
}
