package disposal

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"qianshao/intake/fault"
)

// Decode reads a form of a kind from what a page posted, by the keys of Fields. Items of a list that are empty throughout are left out. What cannot be read as a
// number is a fault beside its field; everything else is for Check.
// faults record.kind, record.number.
func Decode(k Kind, posted map[string][]string) (*Form, error) {
	if k.Name() == "" {
		return nil, fault.New(fault.Invalid, "record.kind")
	}
	f := &Form{Kind: k}
	v := reflect.ValueOf(f).Elem()
	d := decoder{posted: posted}
	for i := range v.NumField() {
		switch t := v.Type().Field(i); {
		case t.Type.Kind() != reflect.Pointer && t.Tag.Get("label") != "":
			d.field(v.Field(i), describe(t, key(t)))
		case key(t) == string(k):
			v.Field(i).Set(reflect.New(t.Type.Elem()))
			d.all(v.Field(i).Elem(), string(k)+".")
		}
	}
	if len(d.found) > 0 {
		return f, d.found
	}
	return f, nil
}

type decoder struct {
	posted map[string][]string
	found  fault.List
}

func (d *decoder) get(key string) string {
	if v := d.posted[key]; len(v) > 0 {
		return strings.TrimSpace(v[0])
	}
	return ""
}

func (d *decoder) all(v reflect.Value, prefix string) {
	for i := range v.NumField() {
		t := v.Type().Field(i)
		d.field(v.Field(i), describe(t, prefix+key(t)))
	}
}

func (d *decoder) field(v reflect.Value, f Field) {
	switch f.Type {
	case List:
		for _, n := range d.places(f.Key) {
			item := reflect.New(v.Type().Elem()).Elem()
			d.all(item, f.Key+"."+itoa(n)+".")
			v.Set(reflect.Append(v, item))
		}
	case Persons:
		for line := range strings.FieldsFuncSeq(strings.Join(d.posted[f.Key], "\n"), func(r rune) bool { return strings.ContainsRune("\r\n、，,；;", r) }) {
			if line = strings.TrimSpace(line); line != "" {
				v.Set(reflect.Append(v, reflect.ValueOf(Person(line))))
			}
		}
	case Number:
		v.SetInt(d.number(f, 0))
	case Yuan:
		v.SetInt(d.number(f, 2))
	case Decimal:
		v.SetInt(d.number(f, 3))
	default:
		v.SetString(d.get(f.Key))
	}
}

// places are the numbers under which a list has items that are not empty, in order.
func (d *decoder) places(key string) []int {
	var all []int
	for k, v := range d.posted {
		rest, ok := strings.CutPrefix(k, key+".")
		place, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(place)
		if ok && err == nil && n >= 0 && n < 10*mostItems && strings.TrimSpace(strings.Join(v, "")) != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// number reads a number with at most so many decimals, in units of the last one. Thousands may be parted by commas.
func (d *decoder) number(f Field, decimals int) int64 {
	s := strings.NewReplacer(",", "", "，", "", " ", "").Replace(d.get(f.Key))
	if s == "" {
		return 0
	}
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", max(decimals-len(part), 0)), 10, 64)
	if err != nil || len(part) > decimals || n < 0 || n == math.MaxInt64 || strings.HasPrefix(s, "+") {
		d.found = append(d.found, fault.New(fault.Invalid, "record.number", f.Label).On(f.Key))
		return 0
	}
	return n
}

// Encode is the reverse of Decode: what a page shows in its fields when the form is corrected.
func Encode(f *Form) map[string][]string {
	out := map[string][]string{}
	v := reflect.ValueOf(f).Elem()
	for i := range v.NumField() {
		if t := v.Type().Field(i); t.Type.Kind() != reflect.Pointer && t.Tag.Get("label") != "" {
			encode(out, v.Field(i), describe(t, key(t)))
		}
	}
	if body := f.body(); body.IsValid() {
		encodeAll(out, body, string(f.Kind)+".")
	}
	return out
}

func encodeAll(out map[string][]string, v reflect.Value, prefix string) {
	for i := range v.NumField() {
		t := v.Type().Field(i)
		encode(out, v.Field(i), describe(t, prefix+key(t)))
	}
}

func encode(out map[string][]string, v reflect.Value, f Field) {
	switch f.Type {
	case List:
		for i := range v.Len() {
			encodeAll(out, v.Index(i), f.Key+"."+itoa(i)+".")
		}
	case Persons:
		var names []string
		for i := range v.Len() {
			names = append(names, v.Index(i).String())
		}
		out[f.Key] = []string{strings.Join(names, "\n")}
	case Number:
		out[f.Key] = []string{Spell(v.Int(), 0)}
	case Yuan:
		out[f.Key] = []string{Spell(v.Int(), 2)}
	case Decimal:
		out[f.Key] = []string{Spell(v.Int(), 3)}
	default:
		out[f.Key] = []string{v.String()}
	}
}

// Spell writes a number of hundredths (decimals 2) or thousandths as people do: 12000.5. Zero is "".
func Spell(n int64, decimals int) string {
	if n == 0 {
		return ""
	}
	s := strconv.FormatInt(n, 10)
	if decimals == 0 {
		return s
	}
	s = strings.Repeat("0", max(decimals+1-len(s), 0)) + s
	s = s[:len(s)-decimals] + "." + s[len(s)-decimals:]
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
