package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
)

// Insert stores a document and its index entries.
func (t *table) Insert(ctx context.Context, rec docs.Record) error {
	if err := docs.CheckDoc(rec, t.indexes); err != nil {
		return err
	}
	return t.store.writes.do(ctx, func(w *writer) error {
		if err := t.current(w); err != nil {
			return err
		}
		if err := w.exec(`INSERT INTO `+t.docsTable()+` (id, v, doc) VALUES (?, ?, ?)`, rec.ID, rec.Version, []byte(rec.Doc)); err != nil {
			return err
		}
		return t.reindex(w, rec.ID, nil, rec.Doc)
	})
}

// Replace writes a document if it has the version still.
func (t *table) Replace(ctx context.Context, rec docs.Record) (bool, error) {
	if err := docs.CheckDoc(rec, t.indexes); err != nil {
		return false, err
	}
	done := false
	err := t.store.writes.do(ctx, func(w *writer) error {
		done = false
		old, err := t.stored(w, rec.ID)
		if err != nil || old.Doc == nil || old.Version != rec.Version {
			return err
		}
		if err := w.exec(`UPDATE `+t.docsTable()+` SET v = ?, doc = ? WHERE id = ?`, rec.Version+1, []byte(rec.Doc), rec.ID); err != nil {
			return err
		}
		if err := t.reindex(w, rec.ID, old.Doc, rec.Doc); err != nil {
			return err
		}
		done = true
		return nil
	})
	return done && err == nil, err
}

// Delete removes a document and its index entries.
func (t *table) Delete(ctx context.Context, id string) error {
	return t.store.writes.do(ctx, func(w *writer) error {
		old, err := t.stored(w, id)
		if err != nil || old.Doc == nil {
			return err
		}
		if err := w.exec(`DELETE FROM `+t.docsTable()+` WHERE id = ?`, id); err != nil {
			return err
		}
		return t.reindex(w, id, old.Doc, nil)
	})
}

// stored reads a document inside the transaction; its Doc is nil when there is none.
func (t *table) stored(w *writer, id string) (docs.Record, error) {
	if err := t.current(w); err != nil {
		return docs.Record{}, err
	}
	rec := docs.Record{ID: id}
	var doc []byte
	err := w.row(`SELECT v, doc FROM `+t.docsTable()+` WHERE id = ?`, []any{id}, &rec.Version, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return rec, nil
	}
	rec.Doc = doc
	return rec, err
}

// reindex turns the index entries of before into those of after; nil is no document.
func (t *table) reindex(w *writer, id string, before, after bson.Raw) error {
	for i := range t.indexes {
		ix := &t.indexes[i]
		var was, is [][]docs.Value
		var err error
		if before != nil {
			if was, err = ix.Entries(before); err != nil {
				return err
			}
		}
		if after != nil {
			if is, err = ix.Entries(after); err != nil {
				return err
			}
		}
		if err := t.leave(w, ix, id, without(was, is)); err != nil {
			return err
		}
		if err := t.enter(w, ix, id, without(is, was)); err != nil {
			return err
		}
	}
	return nil
}

// without gives the rows of a that are not in b.
func without(a, b [][]docs.Value) [][]docs.Value {
	return slices.DeleteFunc(slices.Clone(a), func(row []docs.Value) bool {
		return slices.ContainsFunc(b, func(other []docs.Value) bool { return slices.Equal(row, other) })
	})
}

func (t *table) enter(w *writer, ix *docs.Index, id string, rows [][]docs.Value) error {
	text := t.insertion(ix, 1)
	for _, row := range rows {
		if err := w.exec(text, entry(row, id)...); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) leave(w *writer, ix *docs.Index, id string, rows [][]docs.Value) error {
	text := `DELETE FROM ` + t.indexTable(ix) + ` WHERE ` + strings.Join(append(keyColumns(ix, ""), "id"), " = ? AND ") + ` = ?`
	for _, row := range rows {
		if err := w.exec(text, entry(row, id)...); err != nil {
			return err
		}
	}
	return nil
}

// entry gives the columns of an index row.
func entry(row []docs.Value, id string) []any {
	args := make([]any, 0, len(row)+1)
	for _, v := range row {
		args = append(args, docs.Key(v))
	}
	return append(args, id)
}
