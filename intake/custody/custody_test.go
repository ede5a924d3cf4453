package custody

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"qianshao/config/engine/docs/sqlite"
	"qianshao/intake/vault"
)

func open(t *testing.T) *Log {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "docs.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	officer, err := vault.LoadOrCreateOfficer(t.TempDir())
	must(t, err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer)
	must(t, err)
	l, err := Open(t.Context(), s, v, time.Now)
	must(t, err)
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func note(t *testing.T, l *Log, n int) {
	t.Helper()
	for i := range n {
		must(t, l.Note(t.Context(), "case/1", "staff7", "view", fmt.Sprint(i)))
	}
}

func TestNoteAndRead(t *testing.T) {
	l := open(t)
	note(t, l, 120) // more than a page
	must(t, l.Note(t.Context(), "case/2", "worker", "evidence", "x"))
	e, err := l.Read(t.Context(), "case/1")
	must(t, err)
	if len(e) != 120 || e[0].N != 1 || e[119].N != 120 || e[5].Detail != "5" || e[5].Actor != "staff7" || e[5].At.IsZero() {
		t.Errorf("%d entries, %+v", len(e), e[5])
	}
	if e, err := l.Read(t.Context(), "case/3"); err != nil || len(e) != 0 {
		t.Errorf("an unknown subject: %v, %v", e, err)
	}
}

func TestNoteTogether(t *testing.T) {
	l := open(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 5 {
				if err := l.Note(t.Context(), "case/1", "a", "view", ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if e, err := l.Read(t.Context(), "case/1"); err != nil || len(e) != 80 {
		t.Errorf("%d entries, %v", len(e), err)
	}
}

// Whoever writes to the database without the key is found out.
func TestReadFindsTampering(t *testing.T) {
	change := func(id string, f func(*line)) func(context.Context, *Log) error {
		return func(ctx context.Context, l *Log) error {
			_, err := l.lines.Change(ctx, id, func(e *line) error { f(e); return nil })
			return err
		}
	}
	remove := func(ids ...string) func(context.Context, *Log) error {
		return func(ctx context.Context, l *Log) error {
			var errs []error
			for _, id := range ids {
				errs = append(errs, l.lines.Delete(ctx, id))
			}
			return errors.Join(errs...)
		}
	}
	for name, tamper := range map[string]func(context.Context, *Log) error{
		"actor changed":  change("case/1#3", func(e *line) { e.Actor = "another" }),
		"action changed": change("case/1#3", func(e *line) { e.Action = "sign" }),
		"detail changed": change("case/1#1", func(e *line) { e.Detail = "" }),
		"time changed":   change("case/1#6", func(e *line) { e.At = e.At.Add(time.Millisecond) }),
		"first removed":  remove("case/1#1"),
		"middle removed": remove("case/1#3"),
		"tail cut off":   remove("case/1#6"),
		"all cut off":    remove("case/1#1", "case/1#2", "case/1#3", "case/1#4", "case/1#5", "case/1#6"),
		"head removed":   remove("head:case/1"),
		"tail, head back": func(ctx context.Context, l *Log) error {
			return errors.Join(remove("case/1#6")(ctx, l), change("head:case/1", func(h *line) { h.N = 5 })(ctx, l))
		},
		"two exchanged":   exchange("case/1#2", "case/1#3"),
		"renumbered":      renumber("case/1#3", "case/1#4"),
		"of another case": adopt("case/2#1", "case/1#6"),
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			note(t, l, 6)
			must(t, l.Note(t.Context(), "case/2", "a", "view", ""))
			must(t, tamper(t.Context(), l))
			if e, err := l.Read(t.Context(), "case/1"); !errors.Is(err, ErrBroken) {
				t.Errorf("%d entries, %v", len(e), err)
			}
		})
	}
}

// exchange swaps what two entries say and keeps their numbers.
func exchange(a, b string) func(context.Context, *Log) error {
	return func(ctx context.Context, l *Log) error {
		x, err := l.lines.Get(ctx, a)
		if err != nil {
			return err
		}
		y, err := l.lines.Get(ctx, b)
		if err != nil {
			return err
		}
		_, errA := l.lines.Change(ctx, a, func(e *line) error { *e = keep(y, e); return nil })
		_, errB := l.lines.Change(ctx, b, func(e *line) error { *e = keep(x, e); return nil })
		return errors.Join(errA, errB)
	}
}

func keep(content line, place *line) line {
	content.ID, content.N, content.Subject = place.ID, place.N, place.Subject
	return content
}

// renumber takes an entry out and moves the next one into its place.
func renumber(gone, next string) func(context.Context, *Log) error {
	return func(ctx context.Context, l *Log) error {
		g, err := l.lines.Get(ctx, gone)
		if err != nil {
			return err
		}
		n, err := l.lines.Get(ctx, next)
		if err != nil {
			return err
		}
		if err := errors.Join(l.lines.Delete(ctx, gone), l.lines.Delete(ctx, next)); err != nil {
			return err
		}
		n = keep(n, &g)
		return l.lines.Insert(ctx, &n)
	}
}

// adopt puts a sound entry of one subject into another's record.
func adopt(from, to string) func(context.Context, *Log) error {
	return func(ctx context.Context, l *Log) error {
		x, err := l.lines.Get(ctx, from)
		if err != nil {
			return err
		}
		_, err = l.lines.Change(ctx, to, func(e *line) error { *e = keep(x, e); return nil })
		return err
	}
}

// A crash between an entry and its head leaves a head that lags: the record can be read and goes on.
func TestHeadMayLag(t *testing.T) {
	l := open(t)
	note(t, l, 3)
	old, err := l.lines.Get(t.Context(), "head:case/1")
	must(t, err)
	note(t, l, 1)
	_, err = l.lines.Change(t.Context(), "head:case/1", func(h *line) error { *h = old; return nil })
	must(t, err)
	if e, err := l.Read(t.Context(), "case/1"); err != nil || len(e) != 4 {
		t.Fatalf("%d entries, %v", len(e), err)
	}
	note(t, l, 1)
	if e, err := l.Read(t.Context(), "case/1"); err != nil || len(e) != 5 {
		t.Errorf("%d entries, %v", len(e), err)
	}
}

func TestNoteFailsWithTheStoreClosed(t *testing.T) {
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "docs.db"))
	must(t, err)
	l := open(t)
	closed, err := Open(t.Context(), s, l.vault, time.Now)
	must(t, err)
	must(t, s.Close())
	if err := closed.Note(t.Context(), "case/1", "a", "view", ""); err == nil {
		t.Error("noted in a closed store")
	}
}
