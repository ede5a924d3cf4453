package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

// Step is how far an import is.
type Step string

// The steps: looked through, being stored, stored, being taken back, taken back.
const (
	Checked Step = "checked"
	Taking  Step = "taking"
	Taken   Step = "taken"
	Undoing Step = "undoing"
	Undone  Step = "undone"
)

// Import is a batch: a file of the county's ledger from before. Nothing is stored of it but the sealed file until somebody says so.
type Import struct {
	ID       string `bson:"_id"`
	By, Name string // staff id; as it was shown then
	At       time.Time
	Step     Step
	Rows     int      // that are not empty
	Good     int      // of them
	BadRows  int      // that have a problem
	Whole    bool     // something is wrong with the file itself: nothing can be taken
	Ignored  []string `bson:",omitempty"` // headings that are not ours
	Barred   []string `bson:",omitempty"` // headings of who tipped: those columns were not read
	Problems vault.Sealed
	More     int    // problems that are not kept
	Blob     string `bson:",omitempty"`
	Key      vault.Sealed
	Stored   int          // rows that it brought
	Already  int          // good rows that were there before
	Removed  int          // by undoing
	Left     vault.Sealed // rows that undoing left, because somebody worked on them: JSON of []LeftRow
	Job      string       `bson:",omitempty"` // the last one
	Expires  time.Time    // then the file is deleted, and a batch that was never taken with it
	Terms    []string     // "all"
}

// LeftRow is a row that was worked on since it came.
type LeftRow struct {
	ID   string
	Row  int
	Site string
	By   string // the last who did
	At   time.Time
}

const (
	maxProblems  = 5000
	sealProblems = "ledger.problems"
	termAll      = "all"
)

func blobOfImport(id string) string { return folder(id) + "file" }

// Check looks a file through and stores nothing of it but itself, sealed, for three days. fault ledger.file_large, and those of the engines.
func (s *Service) Check(ctx context.Context, a cases.Actor, raw []byte) (Import, error) {
	if len(raw) > MaxImport {
		return Import{}, fault.New(fault.TooLarge, "ledger.file_large", MaxImport>>20).On("file")
	}
	if len(raw) == 0 {
		return Import{}, fault.New(fault.Invalid, "ledger.file_empty").On("file")
	}
	now := s.Now().UTC().Truncate(time.Millisecond)
	m := Import{ID: vault.NewID(12), By: a.ID, Name: a.Name, At: now, Step: Checked, Expires: now.Add(keepFor), Terms: []string{termAll}}
	problems, err := s.look(ctx, &m, raw)
	if err != nil {
		return m, err
	}
	if len(problems) > maxProblems {
		m.More, problems = len(problems)-maxProblems, problems[:maxProblems]
	}
	if m.Problems, err = s.sealJSON(m.ID, problems); err != nil {
		return m, err
	}
	if !m.Whole {
		key := vault.NewKey()
		m.Blob = blobOfImport(m.ID)
		if m.Key, err = s.Vault.Wrap(sealKey, m.Blob, key); err != nil {
			return m, err
		}
		if _, err := s.put(ctx, m.Blob, key, bytes.NewReader(raw)); err != nil {
			return m, err
		}
	}
	if err := s.Custody.Note(ctx, "import/"+m.ID, a.ID, "check", ""); err != nil {
		return m, fmt.Errorf("ledger: note import: %w", err)
	}
	return m, s.imports.Insert(ctx, &m)
}

// look counts what is good and bad in a file.
func (s *Service) look(ctx context.Context, m *Import, raw []byte) ([]Problem, error) {
	var problems []Problem
	var failed error
	l, whole := s.rows(raw, func(p Problem) { problems = append(problems, p) }, func(o *Old, _ map[string]string, ok bool) {
		if m.Rows++; !ok {
			m.BadRows++
			return
		}
		m.Good++
		if failed != nil {
			return
		}
		old, err := s.olds.Get(ctx, o.ID)
		switch {
		case err == nil && !old.Gone:
			m.Already++
		case err != nil && !errors.Is(err, docs.ErrNotFound):
			failed = err
		}
	})
	if len(whole) == 0 && m.Rows == 0 {
		whole = []Problem{{What: "只有列名，没有内容", Remedy: "从列名下面起，一行写一个点位"}}
	}
	m.Ignored, m.Barred, m.Whole = l.ignored, l.barred, len(whole) > 0
	return append(whole, problems...), failed
}

// rows gives every row of a file with what it is, in order, and its problems.
func (s *Service) rows(raw []byte, bad func(Problem), take func(o *Old, cells map[string]string, ok bool)) (layout, []Problem) {
	k := checker{p: s.Profile, today: s.Profile.Day(s.Now()), seen: map[string]int{}, id: s.oldID, bad: bad}
	return read(s.Profile, raw, func(l layout, r line) {
		o, cells, ok := k.check(l, r)
		take(&o, cells, ok)
	})
}

func (s *Service) sealJSON(id string, v any) (vault.Sealed, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return s.Vault.Seal(sealProblems, id, raw)
}

func openJSON[T any](s *Service, id string, sealed vault.Sealed) (T, error) {
	var v T
	if len(sealed) == 0 {
		return v, nil
	}
	raw, err := s.Vault.Open(sealProblems, id, sealed)
	if err != nil {
		return v, fmt.Errorf("ledger: open what was said of import %s: %w", id, err)
	}
	return v, json.Unmarshal(raw, &v)
}

// ImportOf reads a batch with what is wrong with its rows and which rows undoing left. Only the duty desk imports. fault ledger.import_gone.
func (s *Service) ImportOf(ctx context.Context, a cases.Actor, id string) (Import, []Problem, []LeftRow, error) {
	m, err := s.imports.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) || err == nil && a.Role != cases.Duty {
		err = fault.New(fault.NotFound, "ledger.import_gone")
	}
	if err != nil {
		return Import{}, nil, nil, err
	}
	problems, err := openJSON[[]Problem](s, id, m.Problems)
	if err != nil {
		return m, nil, nil, err
	}
	left, err := openJSON[[]LeftRow](s, id, m.Left)
	return m, problems, left, err
}

// Imports are the last batches, the newest first.
func (s *Service) Imports(ctx context.Context, a cases.Actor) ([]Import, error) {
	if a.Role != cases.Duty {
		return nil, nil
	}
	p, err := s.imports.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: termAll}}, Order: "at", Desc: true, Limit: 20})
	return p.Items, err
}

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

// sweepImports gives batches their job that died before they had one, and deletes files whose time is over.
func (s *Service) sweepImports(ctx context.Context) error {
	waits, err := s.imports.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: termWaits}}, Order: "at"})
	if err != nil {
		return err
	}
	for _, m := range waits.Items {
		kind, total := JobTake, int64(m.Good)
		if m.Step == Undoing {
			kind, total = JobUndo, int64(m.Stored)
		}
		if _, err := s.jobs.Get(ctx, m.Job); err == nil || !errors.Is(err, docs.ErrNotFound) {
			if err != nil {
				return err
			}
			continue
		}
		if err := s.employ(ctx, cases.Actor{ID: m.By, Name: m.Name, Role: cases.Duty}, m.ID, kind, total); err != nil {
			return err
		}
	}
	old, err := s.imports.Find(ctx, docs.Query{Order: "expires", To: s.Now()})
	if err != nil {
		return err
	}
	for _, m := range old.Items {
		if m.Step == Taking || m.Step == Undoing {
			continue
		}
		if err := s.clean(ctx, folder(m.ID), ""); err != nil {
			return err
		}
		if m.Step == Checked {
			err = s.imports.Delete(ctx, m.ID)
		} else {
			_, err = s.imports.Change(ctx, m.ID, func(m *Import) error { m.Blob, m.Key, m.Expires = "", nil, never; return nil })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// never is the end of what is kept.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
