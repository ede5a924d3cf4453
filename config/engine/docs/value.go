package docs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Value is an indexed value in the one form that both engines compare: string, bool, int64 or bson.DateTime.
type Value any

// ValueOf brings a value of a query into this form. Named types count as what they are made of.
func ValueOf(v any) (Value, error) {
	switch v := v.(type) {
	case time.Time:
		return bson.NewDateTimeFromTime(v), nil
	case bson.DateTime:
		return v, nil
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return r.String(), nil
	case reflect.Bool:
		return r.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	}
	return nil, fmt.Errorf("docs: a %T cannot be asked for", v)
}

// TallyKey is the key of a value in what Tally answers: times as RFC 3339 in UTC with milliseconds, numbers in decimal.
func TallyKey(v Value) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case bson.DateTime:
		return v.Time().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	}
	return ""
}

// valueOfRaw reads a stored value; nil when it is null.
func valueOfRaw(v bson.RawValue) (Value, error) {
	switch v.Type {
	case bson.TypeNull, bson.TypeUndefined:
		return nil, nil
	case bson.TypeString:
		return v.StringValue(), nil
	case bson.TypeBoolean:
		return v.Boolean(), nil
	case bson.TypeInt32, bson.TypeInt64:
		return v.AsInt64(), nil
	case bson.TypeDateTime:
		return bson.DateTime(v.DateTime()), nil
	}
	return nil, fmt.Errorf("a value of type %s cannot be indexed", v.Type)
}

// field finds the value under a dotted name; false when it is missing or null.
func field(doc bson.Raw, name string) (bson.RawValue, bool, error) {
	for {
		head, rest, deeper := strings.Cut(name, ".")
		v, err := doc.LookupErr(head)
		if err != nil || v.Type == bson.TypeNull {
			return v, false, nil
		}
		if !deeper {
			return v, true, nil
		}
		sub, ok := v.DocumentOK()
		if !ok {
			return v, false, fmt.Errorf("%s is not a document, so that %s cannot be indexed", head, name)
		}
		doc, name = sub, rest
	}
}

// Keys are order-preserving bytes: a tag for the type in MongoDB's order of types, then the value.
const (
	tagInt    = 0x10
	tagString = 0x20
	tagBool   = 0x30
	tagTime   = 0x40
)

// Key encodes a value so that bytes compare as MongoDB compares the values.
func Key(v Value) []byte {
	number := func(tag byte, n int64) []byte {
		// #nosec G115 -- the sign bit is flipped on purpose: negative numbers come first.
		return binary.BigEndian.AppendUint64([]byte{tag}, uint64(n)^1<<63)
	}
	switch v := v.(type) {
	case string:
		return append([]byte{tagString}, v...)
	case bool:
		if v {
			return []byte{tagBool, 1}
		}
		return []byte{tagBool, 0}
	case int64:
		return number(tagInt, v)
	case bson.DateTime:
		return number(tagTime, int64(v))
	}
	return nil
}

// KeyBounds gives the least key of the type of v and the least key above all of them.
func KeyBounds(v Value) (least, above []byte) {
	tag := Key(v)[0]
	return []byte{tag}, []byte{tag + 1}
}

// ParseKey is the reverse of Key.
func ParseKey(key []byte) (Value, error) {
	if len(key) > 0 {
		tag, rest := key[0], key[1:]
		number := func() int64 {
			// #nosec G115 -- the reverse of Key.
			return int64(binary.BigEndian.Uint64(rest) ^ 1<<63)
		}
		switch {
		case tag == tagString:
			return string(rest), nil
		case tag == tagBool && len(rest) == 1 && rest[0] < 2:
			return rest[0] == 1, nil
		case tag == tagInt && len(rest) == 8:
			return number(), nil
		case tag == tagTime && len(rest) == 8:
			return bson.DateTime(number()), nil
		}
	}
	return nil, errors.New("docs: not a key")
}

func compare(a, b Value) int { return bytes.Compare(Key(a), Key(b)) }
