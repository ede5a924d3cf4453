// Package returns writes the sheet that goes back to the 12345: how far each work order has come, and what the county answered.
// It owns nothing. It never writes what a tipster said, and of a case that few may see no more than of one that has only just come in.
package returns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/orders"
	"qianshao/intake/tables"
	"qianshao/notify"
	"qianshao/triage/cases"
)

// Deps is what the service stands on.
type Deps struct {
	Intake  *intake.Service
	Cases   *cases.Service
	Custody *custody.Log
	Profile *county.Profile
}

// Service writes the sheet.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Export writes the work orders that were taken from a day on, in the columns of the profile, and returns how many. The look stands in the custody log first.
func (s *Service) Export(ctx context.Context, actor string, from time.Time, gbk bool, w io.Writer) (n int, err error) {
	if err := s.Custody.Note(ctx, orders.Subject, actor, "export", from.Format(time.DateOnly)); err != nil {
		return 0, fmt.Errorf("returns: note: %w", err)
	}
	columns := s.Profile.Hotline.Export
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.Heading
	}
	t := tables.NewWriter(w, gbk)
	if err := t.Write(line); err != nil {
		return 0, fmt.Errorf("returns: write: %w", err)
	}
	for o, err := range s.Intake.Orders(ctx, from) {
		if err != nil {
			return n, err
		}
		state, err := s.state(ctx, o)
		if err != nil {
			return n, err
		}
		for i, c := range columns {
			line[i] = state[c.Field]
		}
		if err := t.Write(line); err != nil {
			return n, fmt.Errorf("returns: write: %w", err)
		}
		n++
	}
	if err := t.Flush(); err != nil {
		return n, fmt.Errorf("returns: write: %w", err)
	}
	return n, nil
}

// state is one work order by the fields of county.StateFields.
func (s *Service) state(ctx context.Context, o intake.Order) (map[string]string, error) {
	c, err := s.Cases.ByTip(ctx, o.Tip)
	known := &c
	switch {
	case errors.Is(err, docs.ErrNotFound):
		known = nil
	case err != nil:
		return nil, fmt.Errorf("returns: case of tip %s: %w", o.Tip, err)
	case c.Private():
		known = nil
	}
	steps, _ := notify.Story(s.Profile, o.Told, o.Told, known)
	f := map[string]string{"order": o.Number, "told": day(o.Told.In(s.Profile.Zone)), "state": steps[0].Text, "since": day(steps[0].Day)}
	if known == nil {
		return f, nil
	}
	f["unit"] = s.Profile.UnitName(c.Lead)
	for _, e := range c.Events {
		if c.State.Over() && e.Action == string(cases.Close) {
			f["closed"] = day(e.At.In(s.Profile.Zone))
		}
	}
	said, err := s.Intake.Answers(ctx, o.Tip)
	if err != nil {
		return nil, err
	}
	var answers []string
	for _, m := range said {
		answers = append(answers, m.Text)
	}
	f["answer"] = strings.Join(answers, "\n")
	return f, nil
}

func day(t time.Time) string { return t.Format(time.DateOnly) }
