package cases

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
)

// year is a stored announcement of holidays; its id is the year.
type year struct {
	ID   string `bson:"_id"`
	Year county.Year
	By   string // staff id
	At   time.Time
}

// Announce takes the table of a year's holidays that a person of the duty desk uploads (county.ReadYear), stores it, and counts the clocks anew that run by
// working days: those that were not paused or extended. A table with a problem changes nothing; the problems are for the person, with lines and remedies. Doing
// it again replaces the year. fault desk.forbidden.
func (s *Service) Announce(ctx context.Context, a Actor, raw []byte) (county.Year, []county.Problem, error) {
	if a.Role != Duty {
		return county.Year{}, nil, fault.New(fault.Forbidden, "desk.forbidden")
	}
	y, problems := county.ReadYear(raw)
	if len(problems) > 0 {
		return county.Year{}, problems, nil
	}
	id := strconv.Itoa(y.Year)
	if err := s.Custody.Note(ctx, "holidays/"+id, a.ID, "announce", ""); err != nil {
		return county.Year{}, nil, fmt.Errorf("cases: note holidays: %w", err)
	}
	set := func(v *year) error { v.Year, v.By, v.At = y, a.ID, s.Now(); return nil }
	first := year{ID: id}
	_ = set(&first)
	err := s.years.Insert(ctx, &first)
	if errors.Is(err, docs.ErrExists) {
		_, err = s.years.Change(ctx, id, set)
	}
	if err != nil {
		return county.Year{}, nil, err
	}
	s.Profile.Calendar.Announce(y)
	return y, nil, s.recount(ctx)
}

// learnYears brings the calendar up to date with what was announced, here or by another process.
func (s *Service) learnYears(ctx context.Context) error {
	for y, err := range s.years.Each(ctx, docs.Query{}) {
		if err != nil {
			return err
		}
		if !s.Profile.Calendar.Has(y.Year) {
			s.Profile.Calendar.Announce(y.Year)
		}
	}
	return nil
}

// recount gives the clocks of all open cases the ends that the calendar of today gives them.
func (s *Service) recount(ctx context.Context) error {
	for c, err := range s.cases.Each(ctx, docs.Query{Where: term("open"), Order: "opened", Limit: sweepPage}) {
		if err != nil {
			return err
		}
		if tried := c.copy(); !tried.recountClocks(s.Profile) {
			continue
		}
		if _, err := s.cases.Change(ctx, c.ID, func(c *Case) error { c.recountClocks(s.Profile); return nil }); err != nil {
			return err
		}
	}
	return nil
}

func (c *Case) recountClocks(p *county.Profile) bool {
	changed := false
	for i := range c.Clocks {
		k := &c.Clocks[i]
		l := limitOf(p, k.Step, c.Priority)
		if !k.Running() || k.Moved || l == nil || l.WorkingDays == 0 && l.WorkHours == 0 {
			continue
		}
		if due := c.due(p, k.Step, k.From, *l); !due.Equal(k.Due) {
			k.Due, changed = due, true
		}
	}
	if changed {
		c.index(p)
	}
	return changed
}
