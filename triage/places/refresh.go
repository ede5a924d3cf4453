package places

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/triage/gazetteer"
)

// staleFor bounds how long a place that another process stored or retired goes unseen. What this process does is seen at once.
const staleFor = 30 * time.Second

// Refresh gives the places in force to use, when they may have changed since it last did. One caller at a time reads; the others go on with what is known.
func (s *Service) Refresh(ctx context.Context, use func([]gazetteer.Known)) error {
	if !s.fresh.mu.TryLock() {
		return nil
	}
	defer s.fresh.mu.Unlock()
	now := s.Now()
	if !s.fresh.read.IsZero() && now.Sub(s.fresh.read) < staleFor {
		return nil
	}
	known, err := s.known(ctx)
	if err != nil {
		return err
	}
	use(known)
	s.fresh.read = now
	return nil
}

// known reads the places in force, and forgets what cases taught that are sealed by now.
func (s *Service) known(ctx context.Context) ([]gazetteer.Known, error) {
	all, err := s.All(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]gazetteer.Known, 0, len(all))
	for i := range all {
		p := &all[i]
		gone, err := s.forget(ctx, p)
		if err != nil {
			return nil, err
		}
		if gone || p.Retired != nil {
			continue
		}
		known = append(known, gazetteer.Known{Name: p.Name, Aliases: p.Aliases, County: p.County, Town: p.Town, Village: p.Village, At: p.At, Area: p.Area, Named: s.named(p)})
	}
	s.asked.learn(all)
	return known, nil
}

// named reports whether a place has a name of its own: a site, a landmark, a hamlet, but not an administrative village.
func (s *Service) named(p *Place) bool {
	if p.Source == Learned || p.Kind == Town {
		return false
	}
	v, ok := s.Profile.Village(p.Village)
	return p.Kind != Village || ok && !slices.Contains(append([]string{v.Name, v.Short}, v.Aliases...), p.Name)
}

// forget deletes a place whose case was sealed after it had taught it; the custody log keeps that it was there.
func (s *Service) forget(ctx context.Context, p *Place) (bool, error) {
	if p.Case == "" {
		return false, nil
	}
	k, err := s.Cases.ByID(ctx, p.Case, "sealed")
	if errors.Is(err, docs.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("places: case of %s: %w", p.ID, err)
	}
	if !k.Sealed {
		return false, nil
	}
	if err := s.Custody.Note(ctx, subject(p.ID), worker, "forget", ""); err != nil {
		return false, fmt.Errorf("places: note forgetting of %s: %w", p.ID, err)
	}
	return true, s.places.Delete(ctx, p.ID)
}
