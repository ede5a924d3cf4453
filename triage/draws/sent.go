package draws

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

// Sent is a check that a unit is to make, with the case that it looks at. The unit does not see the case itself.
type Sent struct {
	Check
	Month string
	Of    cases.Case
}

// Sent lists what is left for the actor's unit, the oldest month first.
func (s *Service) Sent(ctx context.Context, a cases.Actor) ([]Sent, error) {
	if a.Role != cases.Handler {
		return nil, nil
	}
	var all []Sent
	q := docs.Query{Where: []docs.Eq{{Field: "left", Value: a.Unit}}}
	for {
		page, err := s.draws.Find(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("draws: find those of %s: %w", a.Unit, err)
		}
		for _, d := range page.Items {
			for _, k := range d.Checks {
				if k.Unit != a.Unit || !k.left() {
					continue
				}
				c, err := s.Cases.ByID(ctx, k.Case)
				if err != nil {
					return nil, fmt.Errorf("draws: case %s: %w", k.Case, err)
				}
				if !c.Private() {
					all = append(all, Sent{k, d.Month, c})
				}
			}
		}
		if q.After = page.Next; q.After == "" {
			return all, nil
		}
	}
}

// Look is Sent with a line in the custody log of every case: the unit reads of them.
func (s *Service) Look(ctx context.Context, a cases.Actor) ([]Sent, error) {
	all, err := s.Sent(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, k := range all {
		if err := s.Custody.Note(ctx, "case/"+k.Case, a.ID, "spot_check_read", a.Unit); err != nil {
			return nil, fmt.Errorf("draws: note reading of %s: %w", k.Case, err)
		}
	}
	return all, nil
}

// check finds a check that the actor may record: the duty desk any, a unit its own. What is not there, what is another unit's, and what became private are
// one fault. faults desk.forbidden, draw.unknown.
func (s *Service) check(ctx context.Context, a cases.Actor, month, id string) (int, Draw, error) {
	unknown := fault.New(fault.NotFound, "draw.unknown")
	if a.Role != cases.Duty && a.Role != cases.Handler {
		return 0, Draw{}, fault.New(fault.Forbidden, "desk.forbidden")
	}
	d, err := s.draws.Get(ctx, month)
	if errors.Is(err, docs.ErrNotFound) {
		return 0, d, unknown
	}
	if err != nil {
		return 0, d, fmt.Errorf("draws: read %s: %w", month, err)
	}
	i := slices.IndexFunc(d.Checks, func(k Check) bool { return k.Case == id })
	if i < 0 {
		return 0, d, unknown
	}
	if a.Role == cases.Duty {
		return i, d, nil
	}
	c, err := s.Cases.ByID(ctx, id)
	if err != nil {
		return 0, d, fmt.Errorf("draws: case %s: %w", id, err)
	}
	if d.Checks[i].Unit != a.Unit || c.Private() {
		return 0, d, unknown
	}
	return i, d, nil
}
