package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
)

// year is a stored announcement of holidays; its id is the year.
type year struct {
	ID   string `bson:"_id"`
	Year county.Year
	By   string // staff id
	Name string `bson:",omitempty"` // as it was shown then
	At   time.Time
	Note string `bson:",omitempty"` // why a year was replaced that was known
	Owed bool   `bson:",omitempty"` // clocks that run are not counted anew yet
}

// AnnouncedYear is a year of which the calendar knows the holidays.
type AnnouncedYear struct {
	Year       int
	Free, Work int       // days
	Name, Note string    // who uploaded it, and why in place of another one; empty for the profile's
	At         time.Time // zero for the profile's
}

// Announce takes the table of a year's holidays that a person of the duty desk or an administrator uploads (county.ReadYear), stores it, and counts the clocks
// anew that run by working days: those that were not paused or extended. A table with a problem changes nothing; the problems are for the person, with lines and
// remedies. A year that is known is replaced, with a note that says why. faults desk.forbidden, desk.reason, form.too_long.
func (s *Service) Announce(ctx context.Context, a Actor, raw []byte, note string) (county.Year, []county.Problem, error) {
	if a.Role != Duty && a.Role != Admin {
		return county.Year{}, nil, fault.New(fault.Forbidden, "desk.forbidden")
	}
	y, problems := county.ReadYear(raw)
	if len(problems) > 0 {
		return county.Year{}, problems, nil
	}
	note = strings.TrimSpace(note)
	switch n := utf8.RuneCountInString(note); {
	case s.Profile.Calendar.Knows(y.Year) && n < MinNote:
		return county.Year{}, nil, fault.New(fault.Invalid, "desk.reason", MinNote).On("note")
	case n > MaxNote:
		return county.Year{}, nil, fault.New(fault.Invalid, "form.too_long", MaxNote).On("note")
	}
	id := strconv.Itoa(y.Year)
	if err := s.Custody.Note(ctx, "holidays/"+id, a.ID, "announce", ""); err != nil {
		return county.Year{}, nil, fmt.Errorf("cases: note holidays: %w", err)
	}
	set := func(v *year) error {
		v.Year, v.By, v.Name, v.At, v.Note, v.Owed = y, a.ID, a.Name, s.Now(), note, true
		return nil
	}
	first := year{ID: id}
	_ = set(&first)
	err := s.years.Insert(ctx, &first)
	if errors.Is(err, docs.ErrExists) {
		_, err = s.years.Change(ctx, id, set)
	}
	if err != nil {
		return county.Year{}, nil, err
	}
	return y, nil, s.learnYears(ctx)
}

// Years are the years of which the calendar knows the holidays, the newest first.
func (s *Service) Years(ctx context.Context) ([]AnnouncedYear, error) {
	var all []AnnouncedYear
	for y, err := range s.years.Each(ctx, docs.Query{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, AnnouncedYear{Year: y.Year.Year, Name: y.Name, Note: y.Note, At: y.At})
	}
	for _, n := range s.Profile.Calendar.Years() {
		if !slices.ContainsFunc(all, func(y AnnouncedYear) bool { return y.Year == n }) {
			all = append(all, AnnouncedYear{Year: n})
		}
	}
	for i := range all {
		all[i].Free, all[i].Work = s.Profile.Calendar.Count(all[i].Year)
	}
	slices.SortFunc(all, func(x, y AnnouncedYear) int { return y.Year - x.Year })
	return all, nil
}

// learnYears brings the calendar up to date with what was announced, here or by another process, and counts the clocks anew for a year that was not counted
// for yet: who announced it may have died in between.
func (s *Service) learnYears(ctx context.Context) error {
	for y, err := range s.years.Each(ctx, docs.Query{}) {
		if err != nil {
			return err
		}
		if !s.Profile.Calendar.Has(y.Year) {
			s.Profile.Calendar.Announce(y.Year)
		}
		if !y.Owed {
			continue
		}
		if err := s.recount(ctx); err != nil {
			return err
		}
		_, err := s.years.Change(ctx, y.ID, func(v *year) error { v.Owed = v.Owed && !v.At.Equal(y.At); return nil })
		if err != nil {
			return err
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
