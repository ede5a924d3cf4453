// Package docs is the port to the document database: typed collections with declared indexes, on SQLite or on MongoDB.
// It owns the rules that make both engines behave alike (one conformance suite proves it) and knows nothing of tips or cases.
//
// What it promises on both engines:
//
//   - Insert, Change and Delete are durable when they return.
//   - Change is atomic on one document: nothing that another writer did in between is lost.
//   - There are no transactions over several documents. What must follow from a change is written in the document itself.
//   - Only indexed fields can be asked for; a query that no declared index serves is an error, not a scan.
package docs

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// What an engine answers in place of its own errors.
var (
	// ErrExists says that the id or a unique index already holds the value.
	ErrExists = errors.New("docs: exists already")
	// ErrNotFound says that there is no such document.
	ErrNotFound = errors.New("docs: not found")
	// ErrNoIndex says that no declared index serves the query.
	ErrNoIndex = errors.New("docs: no index serves this query")
	// ErrToken says that Query.After is not the Next of a page of the same query.
	ErrToken = errors.New("docs: page token does not belong to this query")
	// ErrBusy says that a document changed under a Change more often than it was worth trying again.
	ErrBusy = errors.New("docs: document too busy")
)

// Index declares one index by the BSON names of its fields, in order; "place.town" reaches into a document, never into an array.
// At most the first field may hold an array; then every element is indexed once (a multi-valued index).
// An index holds the documents that have all of its fields (null is as good as missing), and only those are found by it.
// Indexed values are strings, booleans, whole numbers and times; Insert and Replace refuse a document that has anything else there.
type Index struct {
	Fields []string
	// Unique refuses a second document with the same values. Every document must then have all the fields, or Insert fails.
	Unique bool
	// Multi says that Fields[0] is an array of strings. A Multi index cannot be Unique.
	Multi bool
}

// Eq asks that a field equals a value, or, for a multi-valued field, that it holds the value. Several Eq on one multi-valued field: all of them.
// Values are string, bool, int, int64 or time.Time (to the millisecond, as BSON has it).
type Eq struct {
	Field string
	Value any
}

// Query asks for documents: equality on leading fields of an index, then a range and an order on its last field.
type Query struct {
	Where []Eq
	// Order is the field to sort by: the last field of an index whose other fields are the Where fields, or "_id" when Where names all fields
	// of an index or nothing at all. Empty means "_id". Ties are sorted by id in the same direction. A document without the field is not found.
	Order string
	Desc  bool
	// From and To bound the Order field: From <= value < To. Nil means open. Only values of their own type are within.
	From, To any
	// Limit is the page length, 1..1000; 0 means 100.
	Limit int
	// Most is where Count may stop counting; 0 is never. Find and Tally do not look at it.
	Most int64
	// After is the Next of the page before; empty for the first page. Anything else is ErrToken.
	After string
	// Only names the fields that Find and Each shall decode beside the id, "events.at" in a document or in each of an array; all others are left zero.
	// A list that shows little of large documents spends most of its time on decoding them. Empty is all. Never write such a value back.
	Only []string
}

// Page is a page of documents in the asked order. Next is empty on the last page.
type Page[T any] struct {
	Items []T
	Next  string
}

// Record is a stored document with its version, which every Replace raises by one.
type Record struct {
	ID      string
	Version int64
	Doc     bson.Raw
}

// Store is a database. Implementations are safe for concurrent use.
type Store interface {
	// Open declares a collection and makes its indexes, or fails. Opening twice with the same indexes is allowed. An index that is new is built from
	// the documents that are there; one that is no longer declared is dropped.
	Open(ctx context.Context, name string, indexes []Index) (Table, error)
	// Ping proves that the database answers and, where it can be known cheaply, that it takes writes.
	Ping(ctx context.Context) error
	// Name says in one word which engine it is, for the log: "sqlite" or "mongo".
	Name() string
	Close() error
}

// Table is an untyped collection: what an engine implements. Products use Collection.
type Table interface {
	// Insert stores a new document. ErrExists when its id or a unique index is taken.
	Insert(ctx context.Context, rec Record) error
	// Get reads by id. ErrNotFound.
	Get(ctx context.Context, id string) (Record, error)
	// Replace writes rec.Doc if the stored version still is rec.Version; false when it is not, or the document is gone.
	// ErrExists when a unique index objects.
	Replace(ctx context.Context, rec Record) (bool, error)
	// Delete removes by id; deleting what is not there is no error.
	Delete(ctx context.Context, id string) error
	// Find gives a page in order. ErrNoIndex when no index serves the query.
	Find(ctx context.Context, q Query) (Page[Record], error)
	// IDs gives the ids of the documents that Find(q) gives, in its order, without reading the documents where the engine can do so.
	IDs(ctx context.Context, q Query) ([]string, error)
	// Count counts what Find without Limit and After would give, and no further than Most.
	Count(ctx context.Context, q Query) (int64, error)
	// Tally counts what Find(q) without Limit and After would give by the values of an indexed field (every element of a multi-valued one, once per
	// document). Order need not be named when an index ends in field, or has no field but those in Where. Keys are what TallyKey makes of the values.
	Tally(ctx context.Context, q Query, field string) (map[string]int64, error)
}

// Collection is a typed collection. T is a struct with a string field tagged bson:"_id".
type Collection[T any] struct {
	name  string
	table Table
}

// Open declares a collection of T. The package that owns the collection calls it once, at start.
func Open[T any](ctx context.Context, s Store, name string, indexes ...Index) (*Collection[T], error) {
	table, err := s.Open(ctx, name, indexes)
	if err != nil {
		return nil, fmt.Errorf("docs: open %s: %w", name, err)
	}
	return &Collection[T]{name: name, table: table}, nil
}

// Insert stores a new document. ErrExists when its id or a unique index is taken.
func (c *Collection[T]) Insert(ctx context.Context, v *T) error {
	rec, err := encode(v)
	if err != nil {
		return fmt.Errorf("docs: insert into %s: %w", c.name, err)
	}
	rec.Version = 1
	return c.wrap("insert", rec.ID, c.table.Insert(ctx, rec))
}

// Get reads a document by id, or only some of its fields as in Query.Only. ErrNotFound.
func (c *Collection[T]) Get(ctx context.Context, id string, only ...string) (T, error) {
	var v T
	rec, err := c.table.Get(ctx, id)
	if err != nil {
		return v, c.wrap("get", id, err)
	}
	return v, c.wrap("decode", id, decoder(only)(rec.Doc, &v))
}

// decoder decodes the fields that are named, or all when none is.
func decoder(only []string) func(bson.Raw, any) error {
	if len(only) == 0 {
		return func(doc bson.Raw, v any) error { return bson.Unmarshal(doc, v) }
	}
	var part []byte
	w := newWanted(only)
	return func(doc bson.Raw, v any) (err error) {
		if part, err = w.appendTo(part[:0], doc, false); err != nil {
			return err
		}
		return bson.Unmarshal(part, v)
	}
}

// changeTries bounds how often Change starts over before it gives up with ErrBusy. With n writers on one document a writer starts over at most
// n-1 times for each round, so that this is enough for some hundreds of them.
const changeTries = 1000

// Change reads a document, lets f change it, and writes it only if nobody else wrote in between; otherwise it starts over with the newer document.
// f may run several times and must have no effect but on its argument. An error of f ends Change, nothing is written, and the error is returned as it is.
// The id must not be changed. ErrNotFound, ErrExists, ErrBusy.
func (c *Collection[T]) Change(ctx context.Context, id string, f func(*T) error) (T, error) {
	for range changeTries {
		var v T
		rec, err := c.table.Get(ctx, id)
		if err != nil {
			return v, c.wrap("change", id, err)
		}
		if err := bson.Unmarshal(rec.Doc, &v); err != nil {
			return v, c.wrap("decode", id, err)
		}
		if err := f(&v); err != nil {
			return v, err
		}
		next, err := encode(&v)
		if err != nil {
			return v, c.wrap("encode", id, err)
		}
		if next.ID != id {
			return v, fmt.Errorf("docs: change %s %s: the id was changed", c.name, id)
		}
		next.Version = rec.Version
		done, err := c.table.Replace(ctx, next)
		if err != nil {
			return v, c.wrap("change", id, err)
		}
		if done {
			return v, nil
		}
		if err := ctx.Err(); err != nil {
			return v, c.wrap("change", id, err)
		}
	}
	var zero T
	return zero, c.wrap("change", id, ErrBusy)
}

// Delete removes a document; deleting what is not there is no error.
func (c *Collection[T]) Delete(ctx context.Context, id string) error {
	return c.wrap("delete", id, c.table.Delete(ctx, id))
}

// Find gives one page. ErrNoIndex when no index serves the query.
func (c *Collection[T]) Find(ctx context.Context, q Query) (Page[T], error) {
	recs, err := c.table.Find(ctx, q)
	if err != nil {
		return Page[T]{}, c.wrap("find", "", err)
	}
	p := Page[T]{Items: make([]T, len(recs.Items)), Next: recs.Next}
	decode := decoder(q.Only)
	for i, rec := range recs.Items {
		if err := decode(rec.Doc, &p.Items[i]); err != nil {
			return Page[T]{}, c.wrap("decode", rec.ID, err)
		}
	}
	return p, nil
}

// IDs gives the ids of one page; see Table.IDs.
func (c *Collection[T]) IDs(ctx context.Context, q Query) ([]string, error) {
	ids, err := c.table.IDs(ctx, q)
	return ids, c.wrap("find", "", err)
}

// Each walks over all pages of a query, in order.
func (c *Collection[T]) Each(ctx context.Context, q Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			p, err := c.Find(ctx, q)
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, v := range p.Items {
				if !yield(v, nil) {
					return
				}
			}
			if p.Next == "" {
				return
			}
			q.After = p.Next
		}
	}
}

// Count counts the documents of a query, without its Limit and After, and no further than its Most.
func (c *Collection[T]) Count(ctx context.Context, q Query) (int64, error) {
	n, err := c.table.Count(ctx, q)
	return n, c.wrap("count", "", err)
}

// Tally counts the documents of q by the values of an indexed field; see Table.Tally.
func (c *Collection[T]) Tally(ctx context.Context, q Query, field string) (map[string]int64, error) {
	m, err := c.table.Tally(ctx, q, field)
	return m, c.wrap("tally", "", err)
}

// wrap says what was being done to which document; ids are ours and never a tipster's words.
func (c *Collection[T]) wrap(verb, id string, err error) error {
	if err == nil {
		return nil
	}
	if id == "" {
		return fmt.Errorf("docs: %s %s: %w", verb, c.name, err)
	}
	return fmt.Errorf("docs: %s %s %s: %w", verb, c.name, id, err)
}

// encode makes a record of a value; its id is the string field tagged bson:"_id".
func encode(v any) (Record, error) {
	raw, err := bson.Marshal(v)
	if err != nil {
		return Record{}, err
	}
	id, ok := bson.Raw(raw).Lookup("_id").StringValueOK()
	if !ok || id == "" {
		return Record{}, errors.New("no string _id")
	}
	return Record{ID: id, Doc: raw}, nil
}
