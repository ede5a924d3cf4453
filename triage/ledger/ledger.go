// Package ledger is 清单台账: one row for each matter, in the columns of the profile, as a page, as an Excel file, and counted for the monthly and quarterly
// reports; the register of sites; and the county's ledger from before, taken in from a file.
// It owns the collections ledger_views, ledger_jobs, ledger_imports and ledger_old, and the blobs under "ledger/". It knows nothing of pages, and of tips
// nothing but the day of the first one of a case: no row can hold anything of who tipped.
//
// What takes long is a job: a document with its progress, worked on by whoever finds its id on the queue, as often as it takes, and finished once.
package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/county"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/queue"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/places"
)

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Blobs   blobs.Store
	Queue   queue.Engine
	Vault   *vault.Vault
	Custody *custody.Log
	Profile *county.Profile
	Cases   *cases.Service
	Places  *places.Service
	Now     func() time.Time
	Paid    Payments // nil says nothing of money
	Direct  int64    // rows that are exported at once; more are a job. 0 is DirectRows
}

// Payments says what was paid to people who tipped from one time to before another: sums, in 分, and nothing of whom or for what. notify/reward satisfies it.
type Payments interface {
	PaidIn(ctx context.Context, from, to time.Time) (payments int, fen int64, err error)
}

// Service keeps the ledger. Safe for concurrent use.
type Service struct {
	Deps
	table   *Table
	views   *docs.Collection[View]
	jobs    *docs.Collection[Job]
	imports *docs.Collection[Import]
	olds    *docs.Collection[Old]
	client  *asynq.Client
}

// New opens the collections; it fails when an index cannot be made. Close it.
func New(ctx context.Context, d Deps) (*Service, error) {
	d.Direct = cmp.Or(d.Direct, DirectRows)
	s := &Service{Deps: d, table: NewTable(d.Profile)}
	var err error
	if s.views, err = docs.Open[View](ctx, d.Docs, "ledger_views", docs.Index{Fields: []string{"staff", "name"}, Unique: true}); err != nil {
		return nil, err
	}
	if s.jobs, err = docs.Open[Job](ctx, d.Docs, "ledger_jobs", docs.Index{Fields: []string{"terms", "at"}, Multi: true}, docs.Index{Fields: []string{"expires"}}); err != nil {
		return nil, err
	}
	if s.imports, err = docs.Open[Import](ctx, d.Docs, "ledger_imports", docs.Index{Fields: []string{"terms", "at"}, Multi: true}, docs.Index{Fields: []string{"expires"}}); err != nil {
		return nil, err
	}
	if s.olds, err = docs.Open[Old](ctx, d.Docs, "ledger_old", docs.Index{Fields: []string{"terms", "key"}, Multi: true}); err != nil {
		return nil, err
	}
	s.client = asynq.NewClient(d.Queue)
	return s, nil
}

// Close closes the connection to the queue.
func (s *Service) Close() error { return s.client.Close() }

// Columns are those of a row.
func (s *Service) Columns() []county.LedgerColumn { return s.Profile.Ledger.Columns() }

// Line is a matter with its row. Of the case there is only what the row and its light are made of.
type Line struct {
	Case  cases.Case
	Cells []Cell
}

// Page gives a page of rows, the newest first. With names it shows persons: the look stands in the custody log first. docs.ErrToken.
func (s *Service) Page(ctx context.Context, a cases.Actor, q cases.Sheet, names bool, after string) ([]Line, string, error) {
	if names {
		if err := s.note(ctx, a, "names", ""); err != nil {
			return nil, "", err
		}
	}
	page, err := s.Cases.Sheet(ctx, a, q, after, lineFields...)
	if err != nil {
		return nil, "", err
	}
	lines := make([]Line, len(page.Items))
	for i := range page.Items {
		c := &page.Items[i]
		b, err := s.beside(c, names)
		if err != nil {
			return nil, "", err
		}
		known, err := s.Places.OfCase(ctx, c.ID)
		if err != nil {
			return nil, "", fmt.Errorf("ledger: places of %s: %w", c.ID, err)
		}
		for j := range known {
			b.place(&known[j])
		}
		lines[i] = Line{*c, s.table.Row(c, b)}
	}
	return lines, page.Next, nil
}

// beside opens the records of a case where persons are to be shown.
func (s *Service) beside(c *cases.Case, names bool) (Beside, error) {
	b := Beside{}
	if !names {
		return b, nil
	}
	b.Forms = map[string]*disposal.Form{}
	for _, r := range c.Valid() {
		f, err := s.Cases.Record(c, &r.Versions[len(r.Versions)-1])
		if err != nil {
			return b, err
		}
		b.Forms[r.ID] = &f
	}
	return b, nil
}

// place takes in a place that the case taught; the last one counts.
func (b *Beside) place(p *places.Place) {
	if p.Retired == nil && p.Source == places.Learned {
		b.At, b.Where = &p.At, p.Name
	}
}

// learned are the known places by the case that taught them.
func (s *Service) learned(ctx context.Context) (map[string]*places.Place, error) {
	all, err := s.Places.Taught(ctx)
	if err != nil {
		return nil, err
	}
	of := map[string]*places.Place{}
	for i := range all {
		if all[i].Retired == nil {
			of[all[i].Case] = &all[i]
		}
	}
	return of, nil
}

// ErrOver ends a job that somebody else has finished.
var errOver = errors.New("ledger: finished elsewhere")

// Export writes the rows as an Excel file, the oldest first. told is called now and then with how many are done; it may be nil, and its error ends the export.
func (s *Service) Export(ctx context.Context, a cases.Actor, q cases.Sheet, names bool, w io.Writer, told func(int64) error) error {
	book, err := NewBook(s.Profile, Head{Of: s.Of(q), At: s.Now(), By: s.unitOf(a)})
	if err != nil {
		return err
	}
	defer book.Close()
	known, err := s.learned(ctx)
	if err != nil {
		return err
	}
	n := 0
	for c, err := range ahead(s.Cases.SheetRows(ctx, a, q, rowFields...)) {
		if err != nil {
			return fmt.Errorf("ledger: rows: %w", err)
		}
		b, err := s.beside(&c, names)
		if err != nil {
			return err
		}
		if p := known[c.ID]; p != nil {
			b.place(p)
		}
		n++
		b.Seq = n
		if err := book.Add(s.table.Row(&c, b)); err != nil {
			return err
		}
		if told != nil && n%tellEvery == 0 {
			if err := told(int64(n)); err != nil {
				return err
			}
		}
	}
	_, err = book.WriteTo(w)
	return err
}

// Cases go from the store to the sheet in handfuls: one by one, who writes would be put to sleep and woken for each. handfuls is how many may wait.
const (
	handful  = 100
	handfuls = 3
)

// ahead reads in a goroutine of its own, so that reading and writing each have a core: half of the time of an export is decoding. It ends with the loop.
func ahead[T any](all iter.Seq2[T, error]) iter.Seq2[T, error] {
	type item struct {
		v   T
		err error
	}
	return func(yield func(T, error) bool) {
		full, stop, ended := make(chan []item, handfuls), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			defer close(full)
			var some []item
			for v, err := range all {
				if some = append(some, item{v, err}); len(some) < handful {
					continue
				}
				select {
				case full <- some:
					some = nil
				case <-stop:
					return
				}
			}
			select {
			case full <- some:
			case <-stop:
			}
		}()
		defer func() { close(stop); <-ended }()
		for some := range full {
			for i := range some {
				if !yield(some[i].v, some[i].err) {
					return
				}
			}
		}
	}
}

// Of names whose ledger a sheet is: a town's, a department's, or the county's.
func (s *Service) Of(q cases.Sheet) string {
	if t, ok := s.Profile.Town(q.Town); ok {
		return s.Profile.Name + t.Name
	}
	if q.Lead != "" {
		return s.Profile.UnitName(q.Lead)
	}
	return s.Profile.Name
}

func (s *Service) unitOf(a cases.Actor) string {
	if a.Role == cases.Duty {
		return s.Profile.UnitName(county.DutyDesk)
	}
	return s.Profile.UnitName(a.Unit)
}

// subject is that of the custody log for what an actor's unit does with its ledger.
func subject(a cases.Actor) string {
	if a.Role == cases.Duty {
		return "ledger/" + county.DutyDesk
	}
	return "ledger/" + a.Unit
}

// note writes to the custody log, before anything is shown or done. The detail is an id.
func (s *Service) note(ctx context.Context, a cases.Actor, action, detail string) error {
	if err := s.Custody.Note(ctx, subject(a), a.ID, action, detail); err != nil {
		return fmt.Errorf("ledger: note %s: %w", action, err)
	}
	return nil
}

// ExportNow is Export at once; it stands in the custody log first.
func (s *Service) ExportNow(ctx context.Context, a cases.Actor, q cases.Sheet, names bool, w io.Writer) error {
	detail := ""
	if names {
		detail = "names"
	}
	if err := s.note(ctx, a, string(JobExport), detail); err != nil {
		return err
	}
	return s.Export(ctx, a, q, names, w, nil)
}

// ReportNow writes a report as an Excel file at once; it stands in the custody log first. fault ledger.report_large.
func (s *Service) ReportNow(ctx context.Context, a cases.Actor, d Period, w io.Writer) error {
	r, err := s.Report(ctx, a, d, MaxReport, nil)
	if err != nil {
		return err
	}
	if err := s.note(ctx, a, string(JobReport), ""); err != nil {
		return err
	}
	return WriteReport(s.Profile, &r, w)
}
