package cases

import (
	"context"
	"errors"
	"fmt"

	"qianshao/config/engine/docs"
)

// indexed is the version of what index makes of a case. Raise it when a term is new or means something else: the sweep then indexes all cases anew.
const indexed = 3

const (
	indexedID   = "indexed" // of the counter that says to which version all cases are indexed
	reindexStep = 4 * sweepPage
)

// reindex brings cases of before this version of the index up to it, some at each call. Dying in between only means to look at them again. It is no change of
// a case: no line in the custody log, and pages that are open stay good.
func (s *Service) reindex(ctx context.Context) error {
	if !s.behind.TryLock() { // another sweep is at it
		return nil
	}
	defer s.behind.Unlock()
	if s.indexed {
		return nil
	}
	done, err := s.sequence.Get(ctx, indexedID)
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return err
	}
	for n := 0; done.N < indexed && n < reindexStep; {
		page, err := s.cases.Find(ctx, docs.Query{Limit: sweepPage, After: s.reindexed})
		if err != nil {
			return fmt.Errorf("cases: index anew: %w", err)
		}
		for _, c := range page.Items {
			if c.Indexed == indexed {
				continue
			}
			if _, err := s.cases.Change(ctx, c.ID, func(c *Case) error { c.index(s.Profile); return nil }); err != nil && !errors.Is(err, docs.ErrNotFound) {
				return fmt.Errorf("cases: index %s anew: %w", c.ID, err)
			}
		}
		n += len(page.Items)
		if s.reindexed = page.Next; page.Next != "" {
			continue
		}
		if done, err = s.atVersion(ctx); err != nil {
			return err
		}
	}
	s.indexed = done.N >= indexed
	return nil
}

// atVersion notes that no case is left behind.
func (s *Service) atVersion(ctx context.Context) (counter, error) {
	at := counter{ID: indexedID, N: indexed}
	err := s.sequence.Insert(ctx, &at)
	if errors.Is(err, docs.ErrExists) {
		return s.sequence.Change(ctx, indexedID, func(n *counter) error { n.N = max(n.N, indexed); return nil })
	}
	return at, err
}
