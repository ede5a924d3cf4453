package intake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"qianshao/config/engine/docs"
)

// Waiting lists tips that were stored before t and whose triage has not finished, oldest first; at most limit.
func (s *Service) Waiting(ctx context.Context, t time.Time, limit int) ([]TipID, error) {
	p, err := s.ids.Find(ctx, waiting(t, limit))
	if err != nil {
		return nil, busy("list waiting tips", err)
	}
	ids := make([]TipID, len(p.Items))
	for i, r := range p.Items {
		ids[i] = TipID(r.ID)
	}
	return ids, nil
}

// EachWaiting walks over all that Waiting would list without a limit.
func (s *Service) EachWaiting(ctx context.Context, t time.Time) iter.Seq2[TipID, error] {
	return func(yield func(TipID, error) bool) {
		for r, err := range s.ids.Each(ctx, waiting(t, 500)) {
			if err != nil {
				err = busy("list waiting tips", err)
			}
			if !yield(TipID(r.ID), err) {
				return
			}
		}
	}
}

func waiting(t time.Time, limit int) docs.Query {
	return docs.Query{Where: []docs.Eq{{Field: "work", Value: workWaiting}}, Order: "received", To: t, Limit: limit}
}

// Finish notes that triage is done with a tip as it was read. When more evidence or words came in the meantime, or come later, the tip goes on waiting: what
// was sent while triage was at work is not forgotten.
func (s *Service) Finish(ctx context.Context, t *Tip) error {
	_, err := s.tips.Change(ctx, string(t.ID), func(r *record) error {
		o, err := s.unseal(r)
		if err != nil {
			return err
		}
		thread, err := s.messages(&o)
		if err != nil {
			return err
		}
		said := 0
		for _, m := range thread {
			if !m.FromUs {
				said++
			}
		}
		if len(o.Items) <= len(t.Items) && said <= len(t.Said) {
			r.Work = workDone
		}
		return nil
	})
	return writeError(err)
}

// SweepOrphans deletes staged evidence that no tip took within 48 hours and returns how many. It reads every tip that has evidence, so it is for once a day.
// Evidence of a tip that cannot be read is kept, and the error is returned when the rest is done.
func (s *Service) SweepOrphans(ctx context.Context) (int, error) {
	before := s.Now().Add(-orphanHours * time.Hour)
	var (
		folder  string
		needed  map[string]bool // names in folder; nil when that could not be found out
		problem error
		deleted int
	)
	for o, err := range s.Blobs.List(ctx, "tips/") {
		if err != nil {
			return deleted, busy("list evidence", err)
		}
		f, name, ok := strings.Cut(strings.TrimPrefix(o.Key, "tips/"), "/")
		if !ok || !o.Time.Before(before) {
			continue
		}
		if f != folder || needed == nil {
			folder = f
			if needed, err = s.needed(ctx, TipID(f)); err != nil {
				problem, needed = err, nil
				continue
			}
		}
		id, _, _ := strings.Cut(name, ".") // a rendition is named for its item
		if needed[id] {
			continue
		}
		if err := s.Blobs.Delete(ctx, o.Key); err != nil {
			return deleted, busy("delete orphan", err)
		}
		deleted++
	}
	return deleted, problem
}

// needed gives the items that the tip of a folder has, and those that other tips took out of the folder in their dialogue.
func (s *Service) needed(ctx context.Context, folder TipID) (map[string]bool, error) {
	ids := map[string]bool{}
	keep := func(r *record) error {
		o, err := s.unseal(r)
		for _, it := range o.Items {
			ids[it.ID] = true
		}
		return err
	}
	r, err := s.tips.Get(ctx, string(folder))
	if err == nil {
		err = keep(&r)
	}
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return nil, fmt.Errorf("intake: sweep folder %s: %w", folder, err)
	}
	for r, err := range s.tips.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "taken", Value: string(folder)}}}) {
		if err == nil {
			err = keep(&r)
		}
		if err != nil {
			return nil, fmt.Errorf("intake: sweep folder %s: %w", folder, err)
		}
	}
	return ids, nil
}
