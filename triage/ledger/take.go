package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

// Take stores the good rows of a batch, as a job. Where there are bad ones, it does so only when told that they are left out.
// faults ledger.import_gone, ledger.import_moved, ledger.import_bad.
func (s *Service) Take(ctx context.Context, a cases.Actor, id string, leaveBad bool) error {
	m, _, _, err := s.ImportOf(ctx, a, id)
	switch {
	case err != nil:
		return err
	case m.Step != Checked || m.Whole || m.Good == 0:
		return fault.New(fault.Conflict, "ledger.import_moved")
	case m.BadRows > 0 && !leaveBad:
		return fault.New(fault.Invalid, "ledger.import_bad", m.BadRows).On("leave")
	}
	return s.begin(ctx, a, id, Checked, Taking, JobTake, int64(m.Good))
}

// Undo takes a batch away again as a whole, as a job. Rows that somebody worked on since stay, and are told by name. faults as Take.
func (s *Service) Undo(ctx context.Context, a cases.Actor, id string) error {
	m, _, _, err := s.ImportOf(ctx, a, id)
	switch {
	case err != nil:
		return err
	case m.Step != Taken:
		return fault.New(fault.Conflict, "ledger.import_moved")
	}
	return s.begin(ctx, a, id, Taken, Undoing, JobUndo, int64(m.Stored))
}

// begin moves a batch on and asks for the job that does it. Dying in between leaves a batch without a job; the sweep gives it one.
func (s *Service) begin(ctx context.Context, a cases.Actor, id string, from, to Step, kind JobKind, total int64) error {
	if err := s.Custody.Note(ctx, "import/"+id, a.ID, string(kind), ""); err != nil {
		return fmt.Errorf("ledger: note %s of import %s: %w", kind, id, err)
	}
	_, err := s.imports.Change(ctx, id, func(m *Import) error {
		if m.Step != from {
			return fault.New(fault.Conflict, "ledger.import_moved")
		}
		m.Step, m.Job = to, ""
		m.Terms = []string{termAll, termWaits}
		return nil
	})
	if err != nil {
		return err
	}
	return s.employ(ctx, a, id, kind, total)
}

// employ gives a batch its job.
func (s *Service) employ(ctx context.Context, a cases.Actor, id string, kind JobKind, total int64) error {
	j, err := s.Ask(ctx, a, Job{Kind: kind, Import: id, Total: total})
	if err != nil {
		return err
	}
	_, err = s.imports.Change(ctx, id, func(m *Import) error { m.Job = j.ID; return nil })
	return err
}

// work does the job of a batch.
func (s *Service) work(ctx context.Context, j *Job) error {
	m, err := s.imports.Get(ctx, j.Import)
	if errors.Is(err, docs.ErrNotFound) {
		return fault.New(fault.NotFound, "ledger.import_gone")
	}
	if err != nil {
		return err
	}
	switch {
	case j.Kind == JobTake && m.Step == Taking:
		err = s.take(ctx, j, &m)
	case j.Kind == JobUndo && m.Step == Undoing:
		err = s.undo(ctx, j, &m)
	} // else it is done, and only the job does not say so yet
	if err != nil {
		return err
	}
	return s.end(ctx, j.ID, func(j *Job) { j.Done = j.Total })
}

// take stores the good rows. A row that an earlier try stored counts as stored, one that was there before as already there.
func (s *Service) take(ctx context.Context, j *Job, m *Import) error {
	f, err := s.get(ctx, m.Blob, m.Key)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(f, MaxImport+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("ledger: read import %s: %w", m.ID, err)
	}
	var failed error
	stored, already := 0, 0
	chunk := make([]fullRow, 0, tellEvery)
	flush := func() {
		ours, err := s.storeAll(ctx, m.ID, chunk)
		stored, already, failed = stored+ours, already+len(chunk)-ours, err
		chunk = chunk[:0]
		if failed == nil {
			failed = s.progress(ctx, j.ID, int64(stored+already))
		}
	}
	s.rows(raw, func(Problem) {}, func(o *Old, cells map[string]string, ok bool) {
		if !ok || failed != nil {
			return
		}
		if chunk = append(chunk, fullRow{o, cells}); len(chunk) == cap(chunk) {
			flush()
		}
	})
	if failed == nil {
		flush()
	}
	if failed != nil {
		return failed
	}
	return s.settle(ctx, m.ID, Taking, func(m *Import) { m.Step, m.Stored, m.Already = Taken, stored, already })
}

// fullRow is a good row with everything that stood in it.
type fullRow struct {
	old   *Old
	cells map[string]string
}

// atOnce is how many rows are written at a time: they share the syncs of the disk.
const atOnce = 64

// storeAll stores rows, and says how many of them the batch brought.
func (s *Service) storeAll(ctx context.Context, batch string, rows []fullRow) (int, error) {
	var ours atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, r := range rows {
		group.Go(func() error {
			stored, err := s.store(ctx, batch, r.old, r.cells)
			if stored {
				ours.Add(1)
			}
			return err
		})
	}
	err := group.Wait()
	return int(ours.Load()), err
}

// store stores one row; false when the matter was there before.
func (s *Service) store(ctx context.Context, batch string, o *Old, cells map[string]string) (bool, error) {
	raw, err := json.Marshal(cells)
	if err != nil {
		return false, err
	}
	if o.Cells, err = s.Vault.Seal(sealOld, o.ID, raw); err != nil {
		return false, err
	}
	o.Batch, o.Version = batch, 1
	o.index()
	err = s.olds.Insert(ctx, o)
	if !errors.Is(err, docs.ErrExists) {
		return err == nil, err
	}
	there, err := s.olds.Get(ctx, o.ID)
	if errors.Is(err, docs.ErrNotFound) || err == nil && there.Gone { // another batch is just being taken back
		return false, fmt.Errorf("ledger: %s is being deleted: %w", o.ID, docs.ErrBusy)
	}
	return err == nil && there.Batch == batch, err
}

// undo takes away the rows on which nobody worked.
func (s *Service) undo(ctx context.Context, j *Job, m *Import) error {
	var left []LeftRow
	q := docs.Query{Where: []docs.Eq{{Field: "terms", Value: "batch:" + m.ID}}, Order: "key", Limit: tellEvery}
	for n := int64(0); ; {
		page, err := s.olds.Find(ctx, q)
		if err != nil {
			return err
		}
		stay, err := s.removeAll(ctx, page.Items)
		if err != nil {
			return err
		}
		left = append(left, stay...)
		n += int64(len(page.Items))
		if err := s.progress(ctx, j.ID, n); err != nil {
			return err
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	sealed, err := s.sealJSON(m.ID, left)
	if err != nil {
		return err
	}
	return s.settle(ctx, m.ID, Undoing, func(m *Import) { m.Step, m.Left, m.Removed = Undone, sealed, m.Stored-len(left) })
}

// removeAll deletes the rows on which nobody worked, and names the others, in order.
func (s *Service) removeAll(ctx context.Context, rows []Old) ([]LeftRow, error) {
	stay := make([]*LeftRow, len(rows))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range rows {
		group.Go(func() error {
			var err error
			stay[i], err = s.remove(ctx, rows[i].ID)
			return err
		})
	}
	err := group.Wait()
	var left []LeftRow
	for _, l := range stay {
		if l != nil {
			left = append(left, *l)
		}
	}
	return left, err
}

// remove deletes a row, unless somebody worked on it. First nobody can work on it any more, then it goes.
func (s *Service) remove(ctx context.Context, id string) (*LeftRow, error) {
	o, err := s.olds.Change(ctx, id, func(o *Old) error { o.Gone = len(o.Work) == 0; return nil })
	switch {
	case errors.Is(err, docs.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case !o.Gone:
		last := o.Work[len(o.Work)-1]
		return &LeftRow{o.ID, o.Row, o.Site, last.Name, last.At}, nil
	}
	return nil, s.olds.Delete(ctx, id)
}

// settle ends a step of a batch; who comes second changes nothing.
func (s *Service) settle(ctx context.Context, id string, from Step, set func(*Import)) error {
	_, err := s.imports.Change(ctx, id, func(m *Import) error {
		if m.Step == from {
			set(m)
			m.Terms = []string{termAll}
		}
		return nil
	})
	return err
}
