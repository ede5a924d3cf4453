package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// MaxSize is the most that a document may weigh, in bytes of BSON: MongoDB ends at 16 MiB, and both engines shall end at the same point.
const MaxSize = 15 << 20

var (
	collectionName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	fieldName      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$`)
)

// Name identifies an index by what it is, so that a changed declaration is another index: "Unit,Due", "unique:Login", "multi:Terms,Due".
func (ix Index) Name() string {
	name := strings.Join(ix.Fields, ",")
	switch {
	case ix.Unique:
		return "unique:" + name
	case ix.Multi:
		return "multi:" + name
	}
	return name
}

// CheckOpen refuses names and declarations that not every engine can keep. Engines call it in Open.
func CheckOpen(name string, indexes []Index) error {
	if !collectionName.MatchString(name) {
		return fmt.Errorf("docs: %q is no name for a collection", name)
	}
	var names []string
	for _, ix := range indexes {
		if len(ix.Fields) == 0 || ix.Unique && ix.Multi || slices.Contains(names, ix.Name()) {
			return fmt.Errorf("docs: %s: index %q is empty, both unique and multi-valued, or declared twice", name, ix.Name())
		}
		for i, f := range ix.Fields {
			if !fieldName.MatchString(f) || slices.Contains(ix.Fields[:i], f) {
				return fmt.Errorf("docs: %s: index %q: bad field %q", name, ix.Name(), f)
			}
		}
		names = append(names, ix.Name())
	}
	return nil
}

// CheckDoc refuses a document that the engines would index in different ways. Engines call it before every Insert and Replace.
func CheckDoc(rec Record, indexes []Index) error {
	if len(rec.Doc) > MaxSize {
		return fmt.Errorf("docs: a document of %d bytes is over the limit of %d", len(rec.Doc), MaxSize)
	}
	if id, ok := rec.Doc.Lookup("_id").StringValueOK(); !ok || id == "" || id != rec.ID {
		return fmt.Errorf("docs: the document's _id is not the record's")
	}
	for _, ix := range indexes {
		if _, err := ix.Entries(rec.Doc); err != nil {
			return err
		}
	}
	return nil
}

// Entries are the rows that a document has in an index: none when it lacks a field, one, or one for every different element of a multi-valued field.
// The errors name fields, never values.
func (ix Index) Entries(doc bson.Raw) ([][]Value, error) {
	row := make([]Value, len(ix.Fields))
	elements := []Value{nil}
	missing := false
	for i, name := range ix.Fields {
		v, ok, err := field(doc, name)
		if err != nil {
			return nil, fmt.Errorf("docs: index %q: %w", ix.Name(), err)
		}
		switch {
		case !ok && ix.Unique:
			return nil, fmt.Errorf("docs: index %q: every document must have %s", ix.Name(), name)
		case !ok:
			missing = true
		case i == 0 && ix.Multi:
			elements, err = stringsOf(v)
		default:
			row[i], err = valueOfRaw(v)
		}
		if err != nil {
			return nil, fmt.Errorf("docs: index %q: %s: %w", ix.Name(), name, err)
		}
	}
	if missing {
		return nil, nil
	}
	if !ix.Multi {
		return [][]Value{row}, nil
	}
	rows := make([][]Value, len(elements))
	for i, e := range elements {
		rows[i] = slices.Clone(row)
		rows[i][0] = e
	}
	return rows, nil
}

// stringsOf reads an array of strings, sorted and each once.
func stringsOf(v bson.RawValue) ([]Value, error) {
	array, ok := v.ArrayOK()
	if !ok {
		return nil, fmt.Errorf("not an array but %s", v.Type)
	}
	elements, err := array.Values()
	if err != nil {
		return nil, err
	}
	values := make([]Value, 0, len(elements))
	for _, e := range elements {
		s, ok := e.StringValueOK()
		if !ok {
			return nil, fmt.Errorf("holds %s, not only strings", e.Type)
		}
		values = append(values, s)
	}
	slices.SortFunc(values, compare)
	return slices.Compact(values), nil
}

// IsMulti says whether an index declares the field as multi-valued.
func IsMulti(indexes []Index, name string) bool {
	return slices.ContainsFunc(indexes, func(ix Index) bool { return ix.Multi && ix.Fields[0] == name })
}
