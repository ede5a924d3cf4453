package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qianshao/config/engine/docs"
)

// Courier carries notices to people. It is declared here and satisfied in cmd by what delivers.
type Courier interface {
	// Carry takes a notice over for good: when it returns nil the case forgets to deliver it. It may get one twice, with the same case id and number, and must
	// then deliver it once.
	Carry(ctx context.Context, c Sent) error
}

// Sent is a notice with its case and how urgent that is.
type Sent struct {
	Notice
	Case, Priority string
}

// sweepPage is how many cases one step of a sweep looks at, oneByOne how many may fail in it, each by itself: more are an engine that is away.
const (
	sweepPage = 500
	oneByOne  = 10
)

// Sweep does what the clocks of all cases ask for by now: it asks for look-backs, notes questions that nobody answered, tells of clocks that changed their light, makes supervision orders, opens the
// cases that others wait for, and gives the notices to the courier. It says how many cases it touched. It may run anywhere, twice at a time, and die at any
// moment: each case is changed under the condition that nobody did so before, and what is left is found by the next one.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	if err := errors.Join(s.learnYears(ctx), s.reindex(ctx)); err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, step := range []struct {
		query docs.Query
		do    func(context.Context, Case) error
		skip  bool
	}{
		{docs.Query{Where: term(termAwake), Order: "wake", To: s.Now().Add(time.Millisecond)}, s.tickOne, false},
		{docs.Query{Where: term(termBirth), Order: "opened"}, func(ctx context.Context, c Case) error { _, err := s.bear(ctx, c); return err }, false},
		{docs.Query{Where: term(termOutbox), Order: "opened"}, s.deliver, s.Courier == nil},
	} {
		if step.skip {
			continue
		}
		did, err := s.each(ctx, step.query, step.do)
		n += did
		failed = append(failed, err)
	}
	return n, errors.Join(failed...)
}

func term(t string) []docs.Eq { return []docs.Eq{{Field: "terms", Value: t}} }

// each does something with every case of a query, page by page from the front: a case that was done is not in the query any more.
func (s *Service) each(ctx context.Context, q docs.Query, do func(context.Context, Case) error) (int, error) {
	n := 0
	var failed []error
	q.Limit = sweepPage
	for {
		page, err := s.cases.Find(ctx, q)
		if err != nil {
			return n, errors.Join(append(failed, err)...)
		}
		for _, c := range page.Items {
			if err := do(ctx, c); err == nil {
				n++
			} else if failed = append(failed, err); len(failed) == oneByOne || ctx.Err() != nil {
				return n, errors.Join(failed...)
			}
		}
		if q.After = page.Next; q.After == "" {
			return n, errors.Join(failed...)
		}
	}
}

func (s *Service) tickOne(ctx context.Context, c Case) error {
	now := s.Now()
	if tried := c.copy(); !tried.tick(s.Profile, now) {
		return nil
	}
	if err := s.Custody.Note(ctx, "case/"+c.ID, worker, "tick", ""); err != nil {
		return fmt.Errorf("cases: note tick of %s: %w", c.ID, err)
	}
	_, err := s.cases.Change(ctx, c.ID, func(c *Case) error { c.tick(s.Profile, now); return nil })
	return err
}

// hurried hands the notices of an emergency over at once and not with the next sweep, which does what fails here. It gives back what it was given.
func (s *Service) hurried(ctx context.Context, c Case, err error) (Case, error) {
	if err == nil && c.Priority == topPriority && s.Courier != nil {
		_ = s.deliver(ctx, c) // the case is stored; the sweep delivers, and reports, what is left
	}
	return c, err
}

// deliver gives the courier what it has not taken yet.
func (s *Service) deliver(ctx context.Context, c Case) error {
	taken := map[int]bool{}
	var failed error
	for _, n := range c.Outbox {
		if n.Sent != nil {
			continue
		}
		if failed = s.Courier.Carry(ctx, Sent{Notice: n, Case: c.ID, Priority: c.Priority}); failed != nil {
			failed = fmt.Errorf("cases: notice %d of %s: %w", n.Number, c.ID, failed)
			break
		}
		taken[n.Number] = true
	}
	if len(taken) == 0 {
		return failed
	}
	now := s.Now()
	_, err := s.cases.Change(ctx, c.ID, func(c *Case) error {
		for i := range c.Outbox {
			if n := &c.Outbox[i]; taken[n.Number] && n.Sent == nil {
				n.Sent = &now
			}
		}
		c.index(s.Profile)
		return nil
	})
	return errors.Join(failed, err)
}
