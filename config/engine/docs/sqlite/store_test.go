package sqlite

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"qianshao/config/engine/docs"
)

type note struct {
	ID    string   `bson:"_id"`
	Login string   `bson:"login"`
	Unit  string   `bson:"unit"`
	Due   int64    `bson:"due"`
	Terms []string `bson:"terms"`
	Body  []byte   `bson:"body,omitempty"`
}

var noteIndexes = []docs.Index{
	{Fields: []string{"login"}, Unique: true},
	{Fields: []string{"unit", "due"}},
	{Fields: []string{"unit", "login"}, Unique: true},
	{Fields: []string{"terms", "due"}, Multi: true},
	{Fields: []string{"terms"}, Multi: true},
}

func newNote(n int) *note {
	return &note{
		ID: fmt.Sprintf("n%06d", n), Login: fmt.Sprintf("l%d", n), Unit: fmt.Sprintf("u%d", n%20), Due: int64(n / 3),
		Terms: []string{"all", fmt.Sprintf("town:%d", n%7), fmt.Sprintf("sum:%d", n%1000)},
	}
}

func notes(t testing.TB, s *store, n int) *docs.Collection[note] {
	t.Helper()
	c, err := docs.Open[note](t.Context(), s, "notes", noteIndexes...)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for i := g; i < n; i += 64 {
				if err := c.Insert(t.Context(), newNote(i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return c
}

// TestSeeks asks SQLite itself: every part of every query that is allowed is a search in a key, and nothing is sorted.
func TestSeeks(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "docs.db"))
	defer s.Close()
	notes(t, s, 100)
	table := &table{store: s, name: "notes", indexes: noteIndexes}
	unit, all, town := docs.Eq{Field: "unit", Value: "u1"}, docs.Eq{Field: "terms", Value: "all"}, docs.Eq{Field: "terms", Value: "town:1"}
	for _, q := range []docs.Query{
		{From: "n000001"},
		{Where: []docs.Eq{{Field: "login", Value: "l1"}}},
		{Order: "login", From: "l1"},
		{Where: []docs.Eq{unit}, Order: "due"},
		{Where: []docs.Eq{unit}, Order: "due", From: 1, To: 20},
		{Where: []docs.Eq{unit}, Order: "login"},
		{Where: []docs.Eq{all}},
		{Where: []docs.Eq{all, town}},
		{Where: []docs.Eq{all, town, {Field: "terms", Value: "sum:1"}}, Order: "due"},
		{Where: []docs.Eq{all, town}, Order: "due", To: 20},
	} {
		for _, desc := range []bool{false, true} {
			q.Desc, q.Limit, q.After = desc, 1, ""
			for range 2 { // the first page and the one after it
				p, err := docs.NewPlan(noteIndexes, q)
				if err != nil {
					t.Fatal(err)
				}
				text, args := table.pageQuery(&p)
				for _, step := range explain(t, s, text, args) {
					if strings.Contains(step, "SCAN") && step != "SCAN a" || strings.Contains(step, "TEMP B-TREE") {
						t.Errorf("%+v: %s", q, step)
					}
					if step == "SCAN a" && (p.Index == nil || len(p.All)+len(p.Equal) > 0) {
						t.Errorf("%+v: %s", q, step)
					}
				}
				page, err := table.Find(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				q.After = page.Next
			}
		}
	}
}

func explain(t *testing.T, s *store, text string, args []any) []string {
	t.Helper()
	rows, err := s.reads.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}

// TestFullDisk lets SQLite run into SQLITE_FULL: writers get errors, what was acknowledged stays, and the store works again with more room.
func TestFullDisk(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "docs.db"))
	defer s.Close()
	c := notes(t, s, 100)
	pages := func(n int) {
		// do leaves a transaction around the job, in which this pragma works as well.
		if err := s.writes.do(t.Context(), func(w *writer) error {
			var got int
			return w.row(fmt.Sprintf(`PRAGMA max_page_count = %d`, n), nil, &got)
		}); err != nil {
			t.Fatal(err)
		}
	}
	pages(1) // SQLite takes the present size
	var mu sync.Mutex
	stored, refused := map[string]bool{}, 0
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			n := newNote(1000 + i)
			n.Body = make([]byte, 100_000)
			err := c.Insert(t.Context(), n)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refused++
			} else {
				stored[n.ID] = true
			}
		})
	}
	wg.Wait()
	if refused == 0 {
		t.Fatal("the disk was never full")
	}
	if _, err := c.Get(t.Context(), "n000001"); err != nil {
		t.Fatal("no reading on a full disk:", err)
	}
	pages(1 << 20)
	for i := range 32 {
		n := newNote(1000 + i)
		if stored[n.ID] {
			continue
		}
		if err := c.Insert(t.Context(), n); err != nil {
			t.Fatal("with room again:", err)
		}
	}
	n, err := c.Count(t.Context(), docs.Query{Where: []docs.Eq{{Field: "terms", Value: "all"}}})
	if err != nil || n != 132 {
		t.Fatalf("%d documents, %v", n, err)
	}
}

// TestOtherDeclaration: a program that does not know the indexes that another one declared since must not write.
func TestOtherDeclaration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "docs.db")
	old, fresh := mustOpen(t, path), mustOpen(t, path)
	defer old.Close()
	defer fresh.Close()
	c := notes(t, old, 3)
	if err := fresh.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	more := append([]docs.Index{{Fields: []string{"due"}}}, noteIndexes...)
	d, err := docs.Open[note](t.Context(), fresh, "notes", more...)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Insert(t.Context(), newNote(10)); err == nil {
		t.Fatal("the old program wrote past the new index")
	}
	if err := d.Insert(t.Context(), newNote(10)); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Count(t.Context(), docs.Query{Order: "due"}); err != nil || n != 4 {
		t.Fatalf("%d in the new index, %v", n, err)
	}
}
