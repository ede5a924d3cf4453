// Package figures counts the cases: what is open and late, how long the steps take, what became of the tips, month by month and unit by unit.
// It owns the collection figures, one document for each unit with the numbers of the cases that this unit may see. It knows nothing of pages, and of cases no
// more than their states, clocks and log.
//
// Nothing is counted in a request: the worker walks over all cases in the background, at most a twentieth of the time, and a page reads one document.
package figures

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
)

// Snapshot is what one unit may know in numbers. A case counts where its Sees names the unit, and nowhere else.
type Snapshot struct {
	Unit string `bson:"_id"`
	At   time.Time
	Took time.Duration // of the count
	From time.Time     // the first moment of the twelve months: of them are Spreads, Funnel and what follows

	Open     int
	Late     int // open, over its time; of a unit other than the duty desk where it leads
	Lights   map[cases.Light]int
	Grid     []Cell
	Spreads  []Spread
	Funnel   Funnel
	Relapsed int            // matters at work again after a closing, among the cases opened
	Channels map[string]int // tips by the channel, of the duty desk, up to the end of the last month: of a fresh number one could tell which case made it rise
	Months   []Month        // the oldest first, the last one not over yet
	Work     []Work         // in the order of the profile's units; of a unit other than the duty desk its own
}

// AnyCategory is the category of the cells that count every case once.
const AnyCategory = "*"

// Cell is how many open cases a town has of a category; "" is unknown. A case counts for each of its categories, as lists show it for each.
type Cell struct {
	Town, Category string
	Open           int
}

// Spread is how long it took from the opening of a case to the first time that it got somewhere, pauses and nights included.
type Spread struct {
	Reach       cases.Reach
	Priority    string // "" is all
	N           int
	Median, P90 time.Duration // half, and nine of ten, took no longer
}

// Funnel is what became of the tips of the cases that were opened.
type Funnel struct {
	Tips, Cases int
	Reached     map[cases.Reach]int
}

// Month is what happened in one, written as 2006-01.
type Month struct {
	Month                string
	Tips, Opened, Closed int
}

// Work is what a unit did in a month. It has no share of what was true: that must not be a goal.
type Work struct {
	Unit, Month        string
	New                int // cases that came to it
	Closed             int
	Open               int // that it led at the end of the month, or now
	HandBacks          int
	OnTime, Red, Black int // clocks that were met, ran out, and ran out long ago, in the month in which they did
}

// OnTimeShare is the part of the clocks that were met; false when none was due.
func (w Work) OnTimeShare() (float64, bool) {
	all := w.OnTime + w.Red + w.Black
	return float64(w.OnTime) / float64(max(all, 1)), all > 0
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Cases   *cases.Service
	Profile *county.Profile
	Every   time.Duration // between two counts, at least
	Now     func() time.Time
}

// Service keeps the numbers.
type Service struct {
	Deps
	all *docs.Collection[Snapshot]
}

// New opens the collection.
func New(ctx context.Context, d Deps) (*Service, error) {
	all, err := docs.Open[Snapshot](ctx, d.Docs, "figures")
	if err != nil {
		return nil, err
	}
	return &Service{d, all}, nil
}

// Of gives the numbers for an actor; docs.ErrNotFound before the first count, and for the roles that see no case.
func (s *Service) Of(ctx context.Context, a cases.Actor) (Snapshot, error) {
	unit := a.Scope()
	if unit == "" {
		return Snapshot{}, docs.ErrNotFound
	}
	return s.all.Get(ctx, unit)
}

// share keeps the worker free for the rest: a count is made again after twenty times as long as it took.
const share = 20

// Sweep counts anew when the last count, by whichever worker, is old enough. It says how many cases it counted.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	last, err := s.all.Get(ctx, county.DutyDesk)
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return 0, err
	}
	now := s.Now()
	if age := now.Sub(last.At); err == nil && age >= 0 && age < max(s.Every, share*last.Took) {
		return 0, nil
	}
	t := newTally(s.Profile, now)
	began := time.Now() // how long it takes is no matter of the house's clock
	n := 0
	for c, err := range s.Cases.Each(ctx) {
		if err != nil {
			return n, fmt.Errorf("figures: %w", err)
		}
		t.add(&c)
		n++
	}
	for _, snap := range t.snapshots() {
		snap.Took = time.Since(began)
		if err := s.put(ctx, snap); err != nil {
			return n, fmt.Errorf("figures: of %s: %w", snap.Unit, err)
		}
	}
	return n, nil
}

// put stores a snapshot in place of the last one.
func (s *Service) put(ctx context.Context, snap Snapshot) error {
	_, err := s.all.Change(ctx, snap.Unit, func(old *Snapshot) error {
		if old.At.Before(snap.At) {
			*old = snap
		}
		return nil
	})
	if !errors.Is(err, docs.ErrNotFound) {
		return err
	}
	if err := s.all.Insert(ctx, &snap); !errors.Is(err, docs.ErrExists) {
		return err
	}
	return nil // another worker was faster
}
