package docs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// wanted are the fields that are to be decoded, each with those below it; a field with none below it is wanted whole.
type wanted map[string]wanted

// newWanted reads names such as "number" or "events.at". The id is always among them.
func newWanted(names []string) wanted {
	all := wanted{idField: nil}
	for _, name := range names {
		at := all
		parts := strings.Split(name, ".")
		for i, part := range parts {
			below, ok := at[part]
			if ok && below == nil { // wanted whole by another name
				break
			}
			if i == len(parts)-1 {
				at[part] = nil
				break
			}
			if !ok {
				below = wanted{}
				at[part] = below
			}
			at = below
		}
	}
	return all
}

var errMalformed = errors.New("docs: malformed document")

// appendTo appends what is wanted of a document, or of the documents of an array.
func (w wanted) appendTo(out, doc []byte, array bool) ([]byte, error) {
	start := len(out)
	out = append(out, 0, 0, 0, 0) // the length
	length, rest, ok := bsoncore.ReadLength(doc)
	if !ok || int(length) != len(doc) || len(rest) == 0 {
		return nil, errMalformed
	}
	for len(rest) > 1 { // the last byte ends the document
		var e bsoncore.Element
		if e, rest, ok = bsoncore.ReadElement(rest); !ok {
			return nil, errMalformed
		}
		key, value, _ := bytes.Cut(e[1:], []byte{0})
		below, ok := w, array
		if !array {
			below, ok = w[string(key)]
		}
		kind := bson.Type(e[0])
		switch {
		case !ok:
		case below == nil:
			out = append(out, e...)
		case kind == bson.TypeEmbeddedDocument || kind == bson.TypeArray:
			out = append(out, e[:len(e)-len(value)]...)
			var err error
			if out, err = below.appendTo(out, value, kind == bson.TypeArray); err != nil {
				return nil, err
			}
		}
	}
	out = append(out, 0)
	binary.LittleEndian.PutUint32(out[start:], uint32(len(out)-start)) // #nosec G115 -- shorter than the document, which MaxSize bounds
	return out, nil
}
