package reward

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qianshao/config/engine/docs"
)

// Which says which awards are asked for.
type Which struct {
	State  State
	Unit   string // only those that the unit decides; "" is all
	Done   bool   // those that the unit has approved, in whatever state: State is not looked at
	Wished bool   // only those that somebody wishes
}

func (w Which) query() docs.Query {
	term := "state:"
	if w.Wished {
		term = "wished:"
	}
	q := docs.Query{Where: []docs.Eq{{Field: "terms", Value: term + string(w.State)}}, Order: "at"}
	switch {
	case w.Done:
		q.Where = []docs.Eq{{Field: "terms", Value: "decided:" + w.Unit}}
	case w.Unit != "":
		q.Where = append(q.Where, docs.Eq{Field: "terms", Value: "deciders:" + w.Unit})
	}
	return q
}

// List gives a page of awards, the newest first. docs.ErrToken.
func (s *Service) List(ctx context.Context, w Which, after string) (docs.Page[Award], error) {
	q := w.query()
	q.Desc, q.After, q.Limit = true, after, 50
	p, err := s.awards.Find(ctx, q)
	return p, wrap(err)
}

// Count counts what List lists.
func (s *Service) Count(ctx context.Context, w Which) (int64, error) {
	n, err := s.awards.Count(ctx, w.query())
	return n, wrap(err)
}

// Notice is a line of the public notice: who has a code with these last digits may claim a reward. It tells the month in which the time runs out, and is there from
// the first of a month to the end of that month: the day would tell who approved it, on that day, that somebody wished it.
type Notice struct {
	Tail, Town string
	Month      time.Time // midnight of its first day, in the county
}

// Notices are the awards that nobody claimed for some days, in an order that does not tell which came first.
func (s *Service) Notices(ctx context.Context) ([]Notice, error) {
	now := s.Now()
	var all []Notice
	for _, state := range []State{Approved, Expired} { // what has run out this month stands there to its end
		for a, err := range s.awards.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "wished:" + string(state)}}, Order: "until"}) {
			if err != nil {
				return nil, wrap(err)
			}
			month := s.month(s.Profile.LastDay(a.Until), 0)
			if now.Before(s.batch(a.Notice)) || !now.Before(s.month(month, 1)) {
				continue
			}
			tail, err := s.Vault.Open(sealTail, a.ID, a.Tail)
			if err != nil {
				return nil, fmt.Errorf("reward: tail of %s: %w", a.ID, err)
			}
			all = append(all, Notice{Tail: string(tail), Town: a.Town, Month: month})
		}
	}
	slices.SortFunc(all, func(a, b Notice) int { return strings.Compare(a.Tail+a.Town, b.Tail+b.Town) })
	return all, nil
}

// month is the midnight on which a month begins in the county: that of t, or so many later.
func (s *Service) month(t time.Time, later int) time.Time {
	t = t.In(s.Profile.Zone)
	return time.Date(t.Year(), t.Month()+time.Month(later), 1, 0, 0, 0, 0, s.Profile.Zone)
}

// batch is the first of a month from t on.
func (s *Service) batch(t time.Time) time.Time {
	if m := s.month(t, 0); m.Equal(t) {
		return m
	}
	return s.month(t, 1)
}
