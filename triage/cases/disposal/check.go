package disposal

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/intake/fault"
)

// Limits of a form.
const (
	mostText  = 500 // characters of a field
	mostItems = 100 // of a list
	mostCount = 1_000_000
	mostFen   = Fen(1e13)   // 1000 亿元
	mostMilli = Milli(1e12) // 10 亿

	minOfficers = 2              // 危险化学品安全法 第八条第二款
	seizureDays = 30             // 行政强制法 第二十五条
	noticeTime  = 24 * time.Hour // 安全生产法 第七十条第二款
	nightFrom   = 22 * time.Hour // 行政强制法 第四十三条第一款 names no hour; D
	nightUntil  = 6 * time.Hour
)

// Env is what a form is checked against.
type Env struct {
	Profile *county.Profile
	Now     time.Time
	Unit    string // who does what the form says
}

// Check finds everything that is wrong with a form, each fault beside its field: a fault.List, or nil.
// faults record.kind, record.need, record.choice, record.day, record.moment, record.future, record.order, record.number, record.long, record.many,
// record.officers, record.town, record.equipment, record.materials, record.firms, record.people, record.seizure_unit, record.seizure_long,
// record.seizure_extended, record.seizure_result, record.cutoff_unknown, record.cutoff_lived, record.cutoff_told, record.cutoff_night, record.decision,
// record.penalty_number, record.police_number, record.publish.
func Check(f *Form, env Env) error {
	if f == nil || !f.whole() {
		return fault.New(fault.Invalid, "record.kind")
	}
	c := checker{env: env}
	c.fields(reflect.ValueOf(f).Elem(), Fields(f.Kind)[:3], "")
	c.fields(f.body(), Fields(f.Kind)[3:], string(f.Kind)+".")
	c.future(f.On, "on", "办理日期")
	if onSite(f.Kind) && count(f.Officers) < minOfficers {
		c.bad("officers", fault.New(fault.Invalid, "record.officers"))
	}
	switch {
	case f.Halt != nil:
		c.halt(f.Halt)
	case f.Dismantle != nil:
		c.dismantle(f.Dismantle)
	case f.Clearance != nil:
		c.clearance(f.Clearance)
	case f.Judicial != nil:
		c.judicial(f.Judicial)
	case f.Trace != nil:
		c.trace(f.Trace)
	case f.Seizure != nil:
		c.seizure(f.Seizure)
	case f.Cutoff != nil:
		c.cutoff(f.Cutoff)
	case f.Penalty != nil:
		c.penalty(f.Penalty)
	case f.Accountability != nil:
		c.accountability(f.Accountability)
	}
	if len(c.found) == 0 {
		return nil
	}
	return c.found
}

// onSite are the forms about what officers do on the spot; the law asks for two of them.
func onSite(k Kind) bool {
	return slices.Contains([]Kind{KindSurvey, KindHalt, KindDismantle, KindClearance, KindSeizure, KindCutoff, KindPenalty, KindVisit}, k)
}

// count counts the names, each once.
func count(names []Person) int {
	var all []string
	for _, n := range names {
		if s := strings.TrimSpace(string(n)); s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return len(all)
}

type checker struct {
	env   Env
	found fault.List
}

// bad notes a fault beside a field, the first one only.
func (c *checker) bad(field string, what *fault.Error) {
	if !slices.ContainsFunc(c.found, func(f *fault.Error) bool { return f.Field == field }) {
		c.found = append(c.found, what.On(field))
	}
}

// fields checks what the tags say, whatever the form.
func (c *checker) fields(v reflect.Value, fields []Field, prefix string) {
	for _, d := range fields {
		name := strings.TrimPrefix(d.Key, prefix)
		x := v.FieldByNameFunc(func(n string) bool { return strings.ToLower(n) == name })
		if d.Type == List {
			c.list(x, d, prefix+name)
			continue
		}
		c.value(x, d, prefix+name)
	}
}

func (c *checker) list(x reflect.Value, d Field, at string) {
	if x.Len() > mostItems {
		c.bad(at, fault.New(fault.Invalid, "record.many", d.Label, mostItems))
		return
	}
	for i := range x.Len() {
		item := at + "." + itoa(i) + "."
		fields := slices.Clone(d.Items)
		for j := range fields {
			fields[j].Key = item + fields[j].Key
		}
		c.fields(x.Index(i), fields, item)
	}
}

// value checks one field by its type.
func (c *checker) value(x reflect.Value, d Field, at string) {
	if d.Need && (x.IsZero() || x.Kind() == reflect.String && strings.TrimSpace(x.String()) == "") {
		c.bad(at, fault.New(fault.Invalid, "record.need", d.Label))
		return
	}
	switch d.Type {
	case Number:
		c.between(x.Int(), mostCount, d, at)
	case Yuan:
		c.between(x.Int(), int64(mostFen), d, at)
	case Decimal:
		c.between(x.Int(), int64(mostMilli), d, at)
	case Persons:
		if x.Len() > mostItems {
			c.bad(at, fault.New(fault.Invalid, "record.many", d.Label, mostItems))
			return
		}
		for i := range x.Len() {
			c.text(x.Index(i).String(), d, at)
		}
	case Date:
		if _, ok := Day(x.String()).In(c.env.Profile.Zone); !ok && x.String() != "" {
			c.bad(at, fault.New(fault.Invalid, "record.day", d.Label))
		}
	case DateTime:
		if _, ok := Moment(x.String()).In(c.env.Profile.Zone); !ok && x.String() != "" {
			c.bad(at, fault.New(fault.Invalid, "record.moment", d.Label))
		}
	case OneOf:
		if !slices.ContainsFunc(d.Choices, func(o Choice) bool { return o.ID == x.String() }) && x.String() != "" {
			c.bad(at, fault.New(fault.Invalid, "record.choice", d.Label))
		}
	default:
		c.text(x.String(), d, at)
	}
}

func (c *checker) text(s string, d Field, at string) {
	if utf8.RuneCountInString(s) > mostText {
		c.bad(at, fault.New(fault.Invalid, "record.long", d.Label, mostText))
	}
}

func (c *checker) between(n, most int64, d Field, at string) {
	if n < 0 || n > most {
		c.bad(at, fault.New(fault.Invalid, "record.number", d.Label))
	}
}

// future refuses a day that has not come.
func (c *checker) future(d Day, at, label string) {
	if t, ok := d.In(c.env.Profile.Zone); ok && t.After(c.env.Now) {
		c.bad(at, fault.New(fault.Invalid, "record.future", label))
	}
}

// yet refuses a moment that has not come.
func (c *checker) yet(m Moment, at, label string) {
	if t, ok := m.In(c.env.Profile.Zone); ok && t.After(c.env.Now) {
		c.bad(at, fault.New(fault.Invalid, "record.future", label))
	}
}

// after refuses a day that comes before another one. Days that are not there are no fault of the order.
func (c *checker) after(early Day, earlyLabel string, late Day, at, label string) {
	a, known := early.In(c.env.Profile.Zone)
	b, ok := late.In(c.env.Profile.Zone)
	if known && ok && b.Before(a) {
		c.bad(at, fault.New(fault.Invalid, "record.order", label, earlyLabel))
	}
}

func (c *checker) town(code, at string) {
	if _, ok := c.env.Profile.Town(code); code != "" && !ok {
		c.bad(at, fault.New(fault.Invalid, "record.town"))
	}
}
