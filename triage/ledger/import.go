package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
