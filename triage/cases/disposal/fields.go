package disposal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Type says how a page asks for a field.
type Type string

// The types. Persons are one name a line.
const (
	Text     Type = "text"
	Date     Type = "day"
	DateTime Type = "moment"
	Number   Type = "number"
	Yuan     Type = "yuan"
	Decimal  Type = "decimal"
	OneOf    Type = "choice"
	Persons  Type = "persons"
	List     Type = "list"
)

// Choice is one answer.
type Choice struct{ ID, Name string }

// Field describes one field of a form. Key is its name in what a page posts: "on", "halt.stopped"; in a list the key of an item follows the place, as in
// "clearance.equipment.0.what".
type Field struct {
	Key     string
	Label   string
	Type    Type
	Need    bool
	Sealed  bool // names a person
	Choices []Choice
	Items   []Field // of a list; their keys stand after the list's key and a number
}

// Fields describes the form of a kind, in the order in which it is filled in; nil for an unknown kind.
func Fields(k Kind) []Field {
	if k.Name() == "" {
		return nil
	}
	t := reflect.TypeFor[Form]()
	var all []Field
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case f.Type.Kind() != reflect.Pointer && f.Tag.Get("label") != "":
			all = append(all, describe(f, key(f)))
		case key(f) == string(k):
			all = append(all, describeAll(f.Type.Elem(), string(k)+".")...)
		}
	}
	return all
}

func describeAll(t reflect.Type, prefix string) []Field {
	var all []Field
	for i := range t.NumField() {
		all = append(all, describe(t.Field(i), prefix+key(t.Field(i))))
	}
	return all
}

func key(f reflect.StructField) string { return strings.ToLower(f.Name) }

func describe(f reflect.StructField, key string) Field {
	d := Field{Key: key, Label: f.Tag.Get("label"), Need: f.Tag.Get("need") == "yes", Type: Text}
	for c := range strings.SplitSeq(f.Tag.Get("choices"), ",") {
		if id, name, ok := strings.Cut(c, ":"); ok {
			d.Choices, d.Type = append(d.Choices, Choice{id, name}), OneOf
		}
	}
	switch {
	case f.Type == reflect.TypeFor[Day]():
		d.Type = Date
	case f.Type == reflect.TypeFor[Moment]():
		d.Type = DateTime
	case f.Type == reflect.TypeFor[Fen]():
		d.Type = Yuan
	case f.Type == reflect.TypeFor[Milli]():
		d.Type = Decimal
	case f.Type == reflect.TypeFor[Person]():
		d.Sealed = true
	case f.Type == reflect.TypeFor[[]Person]():
		d.Type, d.Sealed = Persons, true
	case f.Type.Kind() == reflect.Int:
		d.Type = Number
	case f.Type.Kind() == reflect.Slice:
		d.Type, d.Items = List, describeAll(f.Type.Elem(), "")
	}
	return d
}

// body is the part of the form that its kind names; invalid when it is not there.
func (f *Form) body() reflect.Value {
	v := reflect.ValueOf(f).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Pointer && key(v.Type().Field(i)) == string(f.Kind) && !v.Field(i).IsNil() {
			return v.Field(i).Elem()
		}
	}
	return reflect.Value{}
}

// whole says that the form has the part of its kind and no other.
func (f *Form) whole() bool {
	v, parts := reflect.ValueOf(f).Elem(), 0
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Pointer && !v.Field(i).IsNil() {
			parts++
		}
	}
	return parts == 1 && f.body().IsValid()
}

// Part takes every Person out of a form: the plain form, in which they are empty and the lists as long as they were, and the persons, to be sealed.
func Part(f Form) (plain Form, persons []byte, err error) {
	plain, err = clone(f)
	if err != nil {
		return plain, nil, err
	}
	names := []string{}
	walk(reflect.ValueOf(&plain).Elem(), func(p reflect.Value) {
		names = append(names, p.String())
		p.SetString("")
	})
	persons, err = json.Marshal(names)
	return plain, persons, err
}

// Named are the persons and firms of a form.
func Named(f Form) ([]string, error) {
	plain, err := clone(f)
	var all []string
	if err == nil {
		walk(reflect.ValueOf(&plain).Elem(), func(p reflect.Value) { all = append(all, p.String()) })
	}
	return all, err
}

// Whole puts the persons back that Part took out.
func Whole(plain Form, persons []byte) (Form, error) {
	f, err := clone(plain)
	if err != nil {
		return f, err
	}
	var names []string
	if err := json.Unmarshal(persons, &names); err != nil {
		return f, fmt.Errorf("disposal: persons of a form: %w", err)
	}
	n := 0
	walk(reflect.ValueOf(&f).Elem(), func(p reflect.Value) {
		if n < len(names) {
			p.SetString(names[n])
		}
		n++
	})
	if n != len(names) {
		return f, fmt.Errorf("disposal: a form with %d places for persons, and %d persons", n, len(names))
	}
	return f, nil
}

// clone shares nothing with the form.
func clone(f Form) (Form, error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return Form{}, fmt.Errorf("disposal: copy a form: %w", err)
	}
	var c Form
	if err := json.Unmarshal(raw, &c); err != nil {
		return Form{}, fmt.Errorf("disposal: copy a form: %w", err)
	}
	return c, nil
}

// walk visits every Person of a value, always in the same order.
func walk(v reflect.Value, visit func(reflect.Value)) {
	switch {
	case v.Type() == reflect.TypeFor[Person]():
		visit(v)
	case v.Kind() == reflect.Pointer && !v.IsNil():
		walk(v.Elem(), visit)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), visit)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
