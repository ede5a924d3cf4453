// Package orders takes work orders of the 12345 out of the city's sheet: it reads the sheet by the columns of the county profile, says what is wrong with
// which line, and hands the good ones to intake. It owns nothing and knows nothing of pages or cases.
//
// The name and the telephone number of the caller are in no column that is read; what is not named in the profile is not looked at.
package orders

import (
	"context"
	"errors"
	"fmt"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
)

// Row is a work order that is right.
type Row struct {
	Line   int
	Number string
	sub    intake.Submission
}

// File is what was read from a sheet.
type File struct {
	Rows     []Row
	Problems []county.Problem
}

// Taken is a line whose work order became a tip before.
type Taken struct {
	Line int
	intake.Order
}

// Result is what a taking did, or would do.
type Result struct {
	New  int
	Same []Taken // nothing was done with them
}

// Subject is where the custody log keeps what is done with sheets.
const Subject = "hotline"

// Deps is what the service stands on.
type Deps struct {
	Intake  *intake.Service
	Custody *custody.Log
	Profile *county.Profile
}

// Service takes work orders.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Look says what Take would do, and does nothing. Two reads for every row.
func (s *Service) Look(ctx context.Context, actor string, rows []Row) (Result, error) {
	if err := s.note(ctx, actor, "look", rows); err != nil {
		return Result{}, err
	}
	var r Result
	for _, row := range rows {
		o, taken, err := s.Intake.FindOrder(ctx, row.Number)
		switch {
		case err != nil:
			return r, err
		case taken:
			r.Same = append(r.Same, Taken{row.Line, o})
		default:
			r.New++
		}
	}
	return r, nil
}

// Take takes every row once: what was taken before, from a sheet or by hand, stays as it is. It stops at the first trouble with a store and says how far it
// came; doing it again goes on from there.
func (s *Service) Take(ctx context.Context, actor string, rows []Row) (Result, error) {
	if err := s.note(ctx, actor, "import", rows); err != nil {
		return Result{}, err
	}
	var r Result
	for _, row := range rows {
		took, err := s.take(ctx, row)
		if err != nil {
			return r, fmt.Errorf("orders: line %d: %w", row.Line, err)
		}
		if took == nil {
			r.New++
		} else {
			r.Same = append(r.Same, *took)
		}
	}
	return r, nil
}

// take gives where the work order went before; nil when it is new.
func (s *Service) take(ctx context.Context, row Row) (*Taken, error) {
	o, taken, err := s.Intake.FindOrder(ctx, row.Number)
	if err != nil || taken {
		return &Taken{row.Line, o}, err
	}
	d, err := s.Intake.OrderDraft(row.Number)
	if err != nil {
		return nil, err
	}
	receipt, err := s.Intake.Submit(ctx, d, row.sub)
	if err != nil && !isTaken(err) {
		return nil, err
	}
	if err == nil && !receipt.Again {
		return nil, nil //nolint:nilnil // it is new, and there is nothing to say about it
	}
	o, _, err = s.Intake.FindOrder(ctx, row.Number) // somebody was faster
	return &Taken{row.Line, o}, err
}

func isTaken(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Key == "order.taken"
}

func (s *Service) note(ctx context.Context, actor, action string, rows []Row) error {
	if err := s.Custody.Note(ctx, Subject, actor, action, fmt.Sprintf("%d rows", len(rows))); err != nil {
		return fmt.Errorf("orders: note %s: %w", action, err)
	}
	return nil
}
