package docstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"qianshao/config/engine/docs"
)

func insertGetDelete(s *suite) {
	c := s.papers(0)
	p := nth(10)
	s.ok(c.Insert(s.Context(), &p))
	got, err := c.Get(s.Context(), p.ID)
	s.ok(err)
	if got.Code != p.Code || !got.Due.Equal(p.Due) || !got.Next.Equal(*p.Next) || got.Rank != p.Rank || len(got.Terms) != len(p.Terms) || got.Place != p.Place {
		s.Fatalf("got %+v, want %+v", got, p)
	}
	s.ok(c.Delete(s.Context(), p.ID))
	s.ok(c.Delete(s.Context(), p.ID))
	_, err = c.Get(s.Context(), p.ID)
	s.is(err, docs.ErrNotFound)
	// Its unique values are free again.
	p.ID = "another"
	s.ok(c.Insert(s.Context(), &p))
}

func existsOnInsert(s *suite) {
	c := s.papers(2)
	again := nth(0)
	s.is(c.Insert(s.Context(), &again), docs.ErrExists)
	again.ID = "another"
	err := c.Insert(s.Context(), &again)
	s.is(err, docs.ErrExists)
	if strings.Contains(err.Error(), again.Code) {
		s.Fatalf("the error repeats a value: %v", err)
	}
	s.same("terms of what was refused", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "all"}}}), []string{"p0000", "p0001"})
}

func existsOnChange(s *suite) {
	c := s.papers(3)
	_, err := c.Change(s.Context(), "p0001", func(p *paper) error { p.Code, p.Terms = "c0002", []string{"stolen"}; return nil })
	s.is(err, docs.ErrExists)
	got, err := c.Get(s.Context(), "p0001")
	s.ok(err)
	if got.Code != "c0001" {
		s.Fatalf("the refused change was written: %+v", got)
	}
	s.same("terms of what was refused", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "stolen"}}}), []string{})
}

func compoundUnique(s *suite) {
	c := s.papers(12)
	p := nth(100)
	p.Unit, p.N = "u0", 5 // unit u0 is taken, and n 5, but not both in one document
	s.ok(c.Insert(s.Context(), &p))
	p.ID, p.Code = "another", "another"
	s.is(c.Insert(s.Context(), &p), docs.ErrExists)
	p.N = 6
	s.ok(c.Insert(s.Context(), &p))
}

func notFound(s *suite) {
	c := s.papers(1)
	_, err := c.Get(s.Context(), "nobody")
	s.is(err, docs.ErrNotFound)
	_, err = c.Change(s.Context(), "nobody", func(*paper) error { return nil })
	s.is(err, docs.ErrNotFound)
}

// loose is a document that may lack fields.
type loose struct {
	ID    string `bson:"_id"`
	Login string `bson:"login,omitempty"`
	Any   any    `bson:"any,omitempty"`
	Terms any    `bson:"terms,omitempty"`
}

func (s *suite) loose(indexes ...docs.Index) *docs.Collection[loose] {
	s.Helper()
	c, err := docs.Open[loose](s.Context(), s.store, "loose", indexes...)
	s.ok(err)
	return c
}

func uniqueNeedsField(s *suite) {
	c := s.loose(docs.Index{Fields: []string{"login"}, Unique: true})
	if err := c.Insert(s.Context(), &loose{ID: "a"}); err == nil {
		s.Fatal("a document without a unique field was stored")
	}
	s.ok(c.Insert(s.Context(), &loose{ID: "a", Login: "x"}))
	if _, err := c.Change(s.Context(), "a", func(l *loose) error { l.Login = ""; return nil }); err == nil {
		s.Fatal("a unique field was taken away")
	}
}

func notIndexable(s *suite) {
	c := s.loose(docs.Index{Fields: []string{"any"}}, docs.Index{Fields: []string{"terms"}, Multi: true})
	for _, l := range []loose{{Any: 1.5}, {Any: []string{"a"}}, {Any: loose{}}, {Terms: "a"}, {Terms: []any{"a", 1}}, {Login: strings.Repeat("x", docs.MaxSize)}} {
		l.ID = "a"
		err := c.Insert(s.Context(), &l)
		if err == nil {
			s.Fatalf("%v was stored", l)
		}
	}
	s.ok(c.Insert(s.Context(), &loose{ID: "a", Any: 7, Terms: []string{}}))
}

func badDeclaration(s *suite) {
	for _, ix := range []docs.Index{{}, {Fields: []string{"a"}, Unique: true, Multi: true}, {Fields: []string{"a", "a"}}, {Fields: []string{"$a"}}, {Fields: []string{`a"b`}}} {
		if _, err := docs.Open[loose](s.Context(), s.store, "loose", ix); err == nil {
			s.Fatalf("%+v was accepted", ix)
		}
	}
	for _, name := range []string{"", "A", "a b", `a"b`, "a#b", "system.users"} {
		if _, err := docs.Open[loose](s.Context(), s.store, name); err == nil {
			s.Fatalf("collection %q was accepted", name)
		}
	}
}

func times(s *suite) {
	c := s.papers(0)
	p := nth(1)
	p.Due = time.Date(2026, 11, 23, 9, 30, 15, 987_654_321, time.FixedZone("", 8*3600))
	s.ok(c.Insert(s.Context(), &p))
	got, err := c.Get(s.Context(), p.ID)
	s.ok(err)
	if !got.Due.Equal(p.Due.Truncate(time.Millisecond)) {
		s.Fatalf("got %s, want %s", got.Due, p.Due)
	}
	old := nth(2)
	old.Due, old.Unit = time.Date(1949, 10, 1, 0, 0, 0, 0, time.UTC), p.Unit
	s.ok(c.Insert(s.Context(), &old))
	s.same("before 1970", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "unit", Value: p.Unit}}, Order: "due"}), []string{old.ID, p.ID})
}

func large(s *suite) {
	c := s.papers(1)
	p := nth(1)
	p.Blob = bytes.Repeat([]byte("0123456789abcdef"), 5<<20/16)
	s.ok(c.Insert(s.Context(), &p))
	got, err := c.Change(s.Context(), p.ID, func(p *paper) error { p.Blob[0] = 'x'; return nil })
	s.ok(err)
	got, err = c.Get(s.Context(), got.ID)
	s.ok(err)
	p.Blob[0] = 'x'
	if !bytes.Equal(got.Blob, p.Blob) {
		s.Fatal("a large document came back changed")
	}
}

func canceled(s *suite) {
	c := s.papers(1)
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	p := nth(1)
	s.is(c.Insert(ctx, &p), context.Canceled)
	_, err := c.Get(ctx, "p0000")
	s.is(err, context.Canceled)
	_, err = c.Find(ctx, docs.Query{})
	s.is(err, context.Canceled)
	_, err = c.Change(ctx, "p0000", func(*paper) error { return nil })
	s.is(err, context.Canceled)
	_, err = c.Get(s.Context(), p.ID)
	s.is(err, docs.ErrNotFound)
	ctx, cancel = context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	s.ok(c.Insert(ctx, &p))
	_, err = c.Count(ctx, docs.Query{})
	s.ok(err)
}

func reopen(s *suite) {
	s.papers(10)
	s.ok(s.store.Close())
	s.store = s.open(s.T)
	c := s.papers(0)
	s.same("terms", s.ids(c, docs.Query{Where: evenThird, Order: "due"}), want(10, even3, byDue, false))
	again := nth(3)
	s.is(c.Insert(s.Context(), &again), docs.ErrExists)
	// Opening what is open already is allowed.
	c = s.papers(0)
	s.same("ids", s.ids(c, docs.Query{}), want(10, every, byID, false))
}

func laterIndex(s *suite) {
	bare, err := docs.Open[paper](s.Context(), s.store, "papers")
	s.ok(err)
	for i := range 12 {
		p := nth(i)
		s.ok(bare.Insert(s.Context(), &p))
	}
	_, err = bare.Find(s.Context(), docs.Query{Order: "rank"})
	s.is(err, docs.ErrNoIndex)
	s.ok(s.store.Close())
	s.store = s.open(s.T)
	c := s.papers(0)
	s.same("rank", s.ids(c, docs.Query{Order: "rank", Desc: true}), want(12, every, byRank, true))
	s.same("terms", s.ids(c, docs.Query{Where: evenThird, Order: "due"}), want(12, even3, byDue, false))
	again := nth(20)
	again.Code = "c0003"
	s.is(c.Insert(s.Context(), &again), docs.ErrExists)
}

func laterUniqueIndex(s *suite) {
	c := s.loose()
	s.ok(c.Insert(s.Context(), &loose{ID: "a", Login: "x"}))
	s.ok(c.Insert(s.Context(), &loose{ID: "b", Login: "x"}))
	if _, err := docs.Open[loose](s.Context(), s.store, "loose", docs.Index{Fields: []string{"login"}, Unique: true}); err == nil {
		s.Fatal("a unique index was made over doubles")
	}
	s.ok(c.Insert(s.Context(), &loose{ID: "c", Login: "x"}))
}

func droppedIndex(s *suite) {
	c := s.loose(docs.Index{Fields: []string{"login"}, Unique: true})
	s.ok(c.Insert(s.Context(), &loose{ID: "a", Login: "x"}))
	c = s.loose(docs.Index{Fields: []string{"login"}})
	s.ok(c.Insert(s.Context(), &loose{ID: "b", Login: "x"}))
	n, err := c.Count(s.Context(), docs.Query{Where: []docs.Eq{{Field: "login", Value: "x"}}})
	s.ok(err)
	if n != 2 {
		s.Fatalf("the new index has %d documents, want 2", n)
	}
}

func staleReplace(s *suite) {
	s.papers(1)
	table, err := s.store.Open(s.Context(), "papers", indexes)
	s.ok(err)
	rec, err := table.Get(s.Context(), "p0000")
	s.ok(err)
	for i, fresh := range []bool{true, false} {
		done, err := table.Replace(s.Context(), rec)
		s.ok(err)
		if done != fresh {
			s.Fatalf("replace %d of one version: %t", i+1, done)
		}
	}
	now, err := table.Get(s.Context(), "p0000")
	s.ok(err)
	if now.Version != rec.Version+1 || !bytes.Equal(now.Doc, rec.Doc) {
		s.Fatalf("version %d after %d, or another document", now.Version, rec.Version)
	}
	s.ok(table.Delete(s.Context(), "p0000"))
	done, err := table.Replace(s.Context(), now)
	s.ok(err)
	if done {
		s.Fatal("a document that is gone was replaced")
	}
}

func changeError(s *suite) {
	c := s.papers(1)
	mine := errors.New("mine")
	_, err := c.Change(s.Context(), "p0000", func(p *paper) error { p.N = 9; return mine })
	s.is(err, mine)
	p, err := c.Get(s.Context(), "p0000")
	s.ok(err)
	if p.N != 0 {
		s.Fatal("a refused change was written")
	}
	if _, err := c.Change(s.Context(), "p0000", func(p *paper) error { p.ID = "x"; return nil }); err == nil {
		s.Fatal("the id was changed")
	}
}

// together runs f in n goroutines and waits for them.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func changeKeepsAll(s *suite) {
	c := s.papers(1)
	together(16, func(int) {
		for range 100 {
			if _, err := c.Change(s.Context(), "p0000", func(p *paper) error { p.N++; return nil }); err != nil {
				s.Error(err)
				return
			}
		}
	})
	p, err := c.Get(s.Context(), "p0000")
	s.ok(err)
	if p.N != 1600 {
		s.Fatalf("%d of 1600 increments were kept", p.N)
	}
}

var errTaken = errors.New("taken")

func claimOnce(s *suite) {
	const jobs = 200
	c := s.papers(jobs)
	var claims [jobs]atomic.Int32
	free := docs.Query{Where: []docs.Eq{{Field: "terms", Value: "all"}}, Order: "due", Limit: 20}
	together(16, func(worker int) {
		for {
			page, err := c.Find(s.Context(), free)
			if err != nil || len(page.Items) == 0 {
				if err != nil {
					s.Error(err)
				}
				return
			}
			for _, p := range page.Items {
				_, err := c.Change(s.Context(), p.ID, func(p *paper) error {
					if p.Terms[0] == "claimed" {
						return errTaken
					}
					p.Terms = []string{"claimed", fmt.Sprint("by:", worker)}
					return nil
				})
				switch {
				case err == nil:
					claims[p.N].Add(1)
				case !errors.Is(err, errTaken):
					s.Error(err)
					return
				}
			}
		}
	})
	for i := range claims {
		if n := claims[i].Load(); n != 1 {
			s.Errorf("job %d was claimed %d times", i, n)
		}
	}
}

func insertOnce(s *suite) {
	c := s.papers(0)
	var stored atomic.Int32
	together(16, func(i int) {
		p := nth(i)
		p.Code = "the same"
		switch err := c.Insert(s.Context(), &p); {
		case err == nil:
			stored.Add(1)
		case !errors.Is(err, docs.ErrExists):
			s.Error(err)
		}
	})
	n, err := c.Count(s.Context(), docs.Query{})
	s.ok(err)
	if stored.Load() != 1 || n != 1 {
		s.Fatalf("%d inserts of one unique value were accepted, %d stored", stored.Load(), n)
	}
}

func ping(s *suite) {
	s.ok(s.store.Ping(s.Context()))
	s.ok(s.store.Close())
	if err := s.store.Ping(context.Background()); err == nil {
		s.Fatal("a closed store answers")
	}
	s.store = s.open(s.T)
}
