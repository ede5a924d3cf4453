package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"

	"qianshao/config/engine/docs"
)

// A query of several common elements is driven by the rarest of them, and what decided that is remembered.
func TestRarestDrives(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "docs.db"))
	defer s.Close()
	if err := s.writes.do(t.Context(), func(w *writer) error {
		if err := w.exec(`CREATE TABLE "notes" (id TEXT NOT NULL PRIMARY KEY, v INTEGER NOT NULL, doc BLOB NOT NULL)`); err != nil {
			return err
		}
		ix := docs.Index{Fields: []string{"terms", "due"}, Multi: true}
		table := &table{store: s, name: "notes", indexes: []docs.Index{ix}}
		if err := w.exec(table.createIndex(&ix)); err != nil {
			return err
		}
		var rows [][]any
		for i := range 5000 {
			for term, every := range map[string]int{"all": 1, "half": 2, "third": 3} {
				if i%every == 0 {
					rows = append(rows, entry([]docs.Value{term, int64(i)}, fmt.Sprint(i)))
				}
			}
		}
		return table.enterSorted(w, &ix, rows)
	}); err != nil {
		t.Fatal(err)
	}
	table := &table{store: s, name: "notes", indexes: []docs.Index{{Fields: []string{"terms", "due"}, Multi: true}}}
	for range 2 {
		p, err := docs.NewPlan(table.indexes, docs.Query{Order: "due", Where: []docs.Eq{{Field: "terms", Value: "all"}, {Field: "terms", Value: "half"}, {Field: "terms", Value: "third"}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := table.rarestFirst(t.Context(), &p); err != nil || p.All[0] != "third" {
			t.Fatalf("driven by %v, %v", p.All[0], err)
		}
		if err := s.writes.do(t.Context(), func(w *writer) error { return w.exec(`DELETE FROM ` + table.indexTable(&table.indexes[0])) }); err != nil {
			t.Fatal(err)
		}
	}
}
