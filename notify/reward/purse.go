package reward

import (
	"context"
	"errors"
	"strconv"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
)

// purse is what was taken out of the budget of a year, by award. It is written before the payment, so that two payments cannot both take the last of it.
type purse struct {
	ID    string `bson:"_id"` // the year
	Taken map[string]taken
}

type taken struct {
	Fen int64
	At  time.Time
}

func (p *purse) sum() (fen int64) {
	for _, t := range p.Taken {
		fen += t.Fen
	}
	return fen
}

// take takes an award out of the budget of its year; taking it again takes it once. faults reward.no_budget, reward.budget.
func (s *Service) take(ctx context.Context, a *Award) error {
	budget, ok := s.Profile.Rewards.BudgetFen[a.Year]
	if !ok {
		return fault.New(fault.Conflict, "reward.no_budget", a.Year)
	}
	year := strconv.Itoa(a.Year)
	if err := s.purses.Insert(ctx, &purse{ID: year, Taken: map[string]taken{}}); err != nil && !errors.Is(err, docs.ErrExists) {
		return wrap(err)
	}
	_, err := s.purses.Change(ctx, year, func(p *purse) error {
		delete(p.Taken, a.ID) // taken before, for a payment that did not come
		if left := budget - p.sum(); a.Fen > left {
			return fault.New(fault.Conflict, "reward.budget", Yuan(left))
		}
		if p.Taken == nil {
			p.Taken = map[string]taken{}
		}
		p.Taken[a.ID] = taken{a.Fen, s.Now()}
		return nil
	})
	return wrap(err)
}

// settle is how long a payment may be on its way.
const settle = time.Hour

// giveBack returns what was taken for payments that did not come: a process died in between, or the award was released.
func (s *Service) giveBack(ctx context.Context) (int, error) {
	n := 0
	var all []purse
	for p, err := range s.purses.Each(ctx, docs.Query{}) {
		if err != nil {
			return 0, wrap(err)
		}
		all = append(all, p)
	}
	for _, p := range all {
		for id, t := range p.Taken {
			if s.Now().Sub(t.At) < settle {
				continue
			}
			a, err := s.awards.Get(ctx, id)
			if err != nil {
				return n, wrap(err)
			}
			if strconv.Itoa(a.Year) == p.ID {
				continue
			}
			_, err = s.purses.Change(ctx, p.ID, func(p *purse) error {
				if p.Taken[id].At.Equal(t.At) { // nobody is paying it just now
					delete(p.Taken, id)
				}
				return nil
			})
			if err != nil {
				return n, wrap(err)
			}
			n++
		}
	}
	return n, nil
}

// Budget is a year's money.
type Budget struct {
	Year     int
	Known    bool  // the county has said how much there is
	Fen      int64 // in all
	Taken    int64 // paid
	Promised int64 // claimed and not paid yet
}

// Left is what is there for further payments.
func (b Budget) Left() int64 { return b.Fen - b.Taken }

// Budget says how the budget of a year stands.
func (s *Service) Budget(ctx context.Context, year int) (Budget, error) {
	b := Budget{Year: year}
	b.Fen, b.Known = s.Profile.Rewards.BudgetFen[year]
	p, err := s.purses.Get(ctx, strconv.Itoa(year))
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return b, wrap(err)
	}
	b.Taken = p.sum()
	for _, state := range []State{Claimed, Raised, Verified} {
		for a, err := range s.awards.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "state:" + string(state)}}, Order: "at"}) {
			if err != nil {
				return b, wrap(err)
			}
			b.Promised += a.Fen
		}
	}
	return b, nil
}
