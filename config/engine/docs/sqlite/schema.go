package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
)

// table is an open collection.
type table struct {
	store   *store
	name    string
	indexes []docs.Index

	mu      sync.Mutex
	amounts map[string]amount // by the name of an index and a key
}

// Open makes the table of the collection and exactly the index tables that are declared: new ones are filled from the documents, others are dropped,
// all in one transaction.
func (s *store) Open(ctx context.Context, name string, indexes []docs.Index) (docs.Table, error) {
	if err := docs.CheckOpen(name, indexes); err != nil {
		return nil, err
	}
	t := &table{store: s, name: name, indexes: slices.Clone(indexes)}
	if err := s.writes.do(ctx, t.declare); err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", name, err)
	}
	return t, nil
}

// docsTable is the quoted name of the table of documents; names hold no quotes (docs.CheckOpen).
func (t *table) docsTable() string { return `"` + t.name + `"` }

// indexTable is the quoted name of the table of an index, such as "cases#multi:Terms,Due".
func (t *table) indexTable(ix *docs.Index) string { return `"` + t.name + "#" + ix.Name() + `"` }

func (t *table) declare(w *writer) error {
	if err := w.exec(`CREATE TABLE IF NOT EXISTS ` + t.docsTable() + ` (id TEXT NOT NULL PRIMARY KEY, v INTEGER NOT NULL, doc BLOB NOT NULL)`); err != nil {
		return err
	}
	present := w.indexes[t.name]
	var added []docs.Index
	for _, ix := range t.indexes {
		if !present[ix.Name()] {
			added = append(added, ix)
		}
	}
	for name := range present {
		if !slices.ContainsFunc(t.indexes, func(ix docs.Index) bool { return ix.Name() == name }) {
			if err := w.exec(`DROP TABLE "` + t.name + "#" + name + `"`); err != nil {
				return err
			}
		}
	}
	for _, ix := range added {
		if err := w.exec(t.createIndex(&ix)); err != nil {
			return err
		}
	}
	if err := t.fill(w, added); err != nil {
		return err
	}
	w.schema = -1 // other jobs of this transaction must see what was made
	return w.readSchema()
}

// createIndex keeps the entries in the order of the index: k0, k1, … and, where several documents may share them, the id.
func (t *table) createIndex(ix *docs.Index) string {
	columns, key := "", strings.Join(keyColumns(ix, ""), ", ")
	for _, c := range keyColumns(ix, "") {
		columns += c + " BLOB NOT NULL, "
	}
	if !ix.Unique {
		key += ", id"
	}
	return fmt.Sprintf(`CREATE TABLE %s (%sid TEXT NOT NULL, PRIMARY KEY (%s)) WITHOUT ROWID`, t.indexTable(ix), columns, key)
}

// keyColumns names the columns of the fields of an index.
func keyColumns(ix *docs.Index, alias string) []string {
	columns := make([]string, len(ix.Fields))
	for i := range ix.Fields {
		columns[i] = fmt.Sprintf("%sk%d", alias, i)
	}
	return columns
}

// filled is how many documents are read before their entries go into new indexes, wide how many entries go in by one statement.
const filled, wide = 5000, 100

// fill enters all documents into new indexes. Entries are sorted first: with 100,000 documents of 40 terms, putting each where it belongs would touch a page
// of the file for every one of them.
func (t *table) fill(w *writer, added []docs.Index) error {
	waiting := make([][][]any, len(added))
	flush := func() error {
		for i := range added {
			if err := t.enterSorted(w, &added[i], waiting[i]); err != nil {
				return fmt.Errorf("index %s: %w", added[i].Name(), err)
			}
			waiting[i] = waiting[i][:0]
		}
		return nil
	}
	for n, last := 1, ""; len(added) > 0; n++ {
		var id string
		var doc []byte
		err := w.row(`SELECT id, doc FROM `+t.docsTable()+` WHERE id > ? ORDER BY id LIMIT 1`, []any{last}, &id, &doc)
		if errors.Is(err, sql.ErrNoRows) {
			return flush()
		}
		if err != nil {
			return err
		}
		for i := range added {
			rows, err := added[i].Entries(bson.Raw(doc))
			if err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			for _, row := range rows {
				waiting[i] = append(waiting[i], entry(row, id))
			}
		}
		if n%filled == 0 {
			if err := flush(); err != nil {
				return err
			}
		}
		last = id
	}
	return nil
}

// enterSorted enters rows of an index in its order.
func (t *table) enterSorted(w *writer, ix *docs.Index, rows [][]any) error {
	slices.SortFunc(rows, func(a, b []any) int {
		for i := range ix.Fields {
			if n := bytes.Compare(a[i].([]byte), b[i].([]byte)); n != 0 {
				return n
			}
		}
		return strings.Compare(a[len(a)-1].(string), b[len(b)-1].(string))
	})
	for some := range slices.Chunk(rows, wide) {
		if err := w.exec(t.insertion(ix, len(some)), slices.Concat(some...)...); err != nil {
			return err
		}
	}
	return nil
}

// insertion is the statement that enters so many rows into an index.
func (t *table) insertion(ix *docs.Index, rows int) string {
	columns := append(keyColumns(ix, ""), "id")
	row := `(?` + strings.Repeat(`, ?`, len(columns)-1) + `)`
	return `INSERT INTO ` + t.indexTable(ix) + ` (` + strings.Join(columns, ", ") + `) VALUES ` + row + strings.Repeat(`, `+row, rows-1)
}

// readSchema looks which indexes the file has, when that may have changed since the last time.
func (w *writer) readSchema() error {
	var version int64
	if err := w.row(`PRAGMA schema_version`, nil, &version); err != nil || version == w.schema {
		return err
	}
	rows, err := w.conn.QueryContext(context.Background(), `SELECT name FROM sqlite_master WHERE type = 'table'`)
	if err != nil {
		return err
	}
	indexes := map[string]map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return errors.Join(err, rows.Close())
		}
		collection, index, ok := strings.Cut(name, "#")
		if indexes[collection] == nil {
			indexes[collection] = map[string]bool{}
		}
		if ok {
			indexes[collection][index] = true
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	w.schema, w.indexes = version, indexes
	return nil
}

// current refuses to write when another program declared other indexes for the collection since: it would leave them wrong.
func (t *table) current(w *writer) error {
	declared := map[string]bool{}
	for _, ix := range t.indexes {
		declared[ix.Name()] = true
	}
	if !maps.Equal(declared, w.indexes[t.name]) {
		return errors.New("sqlite: another version of the program has changed the indexes of this collection; restart this one")
	}
	return nil
}
