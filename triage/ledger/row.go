package ledger

import (
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// Cell is one cell: a text, or a number when Is says so. An empty cell is neither.
type Cell struct {
	Text   string
	Number float64
	Is     bool
}

// String is the cell as a page shows it.
func (c Cell) String() string {
	if c.Is {
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	}
	return c.Text
}

func text(s string) Cell { return Cell{Text: s} }

func number(n float64) Cell { return Cell{Number: n, Is: true} }

// count is a number; nothing where there is none.
func count(n int) Cell {
	if n == 0 {
		return Cell{}
	}
	return number(float64(n))
}

// Beside is what a row needs besides its case.
type Beside struct {
	Seq   int                       // place in the sheet, from 1; 0 for none
	Forms map[string]*disposal.Form // by the id of the record: whole forms, with persons. A record that is not here shows no person
	At    *orb.Point                // WGS-84, of the known place that the case taught
	Where string                    // what that place is called
}

// Table makes rows in the layout of a profile.
type Table struct {
	profile *county.Profile
	fill    []func(*row) Cell
}

// NewTable takes the layout of the profile.
func NewTable(p *county.Profile) *Table {
	t := &Table{profile: p}
	for _, c := range p.Ledger.Columns() {
		t.fill = append(t.fill, fields[c.Field]) // nil for a column that a person fills
	}
	return t
}

// rowFields are the fields of a case that Row reads, and those with which its forms are opened (docs.Query.Only).
var rowFields = []string{
	"number", "from", "state", "place", "opened", "categories", "sites", "lead", "co", "stopped", "lookbacks", "agreed", "since", "tips.received", "tips.told",
	"births.kind", "births.at", "events.at", "events.from", "events.to", "records.id", "records.void", "records.versions.form", "records.versions.persons",
}

// lineFields are those that a line of a page reads: its row, and its light.
var lineFields = append([]string{"clocks", "priority"}, rowFields...)

// SiteFields are those that SiteOf, StatusOf and cases.Same read, and what a line of the register shows beside them.
var SiteFields = []string{"number", "place", "outcome", "state", "stopped", "terms", "records.void", "records.versions.form"}

// Row makes the cells of a case, one for each column of the profile. It reads nothing but what it is given, and nothing of who tipped.
func (t *Table) Row(c *cases.Case, b Beside) []Cell {
	r := newRow(t.profile, c, b)
	cells := make([]Cell, len(t.fill))
	for i, f := range t.fill {
		if f != nil {
			cells[i] = f(r)
		}
	}
	return cells
}

// row is a case with its valid records.
type row struct {
	*cases.Case
	p      *county.Profile
	b      Beside
	forms  []*disposal.Form
	survey *disposal.Survey // the last one; empty when there was none
	on     disposal.Day     // of it
	clear  *disposal.Clearance
}

func newRow(p *county.Profile, c *cases.Case, b Beside) *row {
	r := &row{Case: c, p: p, b: b, survey: &disposal.Survey{}}
	for _, rec := range c.Valid() {
		f := rec.Form()
		if whole := b.Forms[rec.ID]; whole != nil {
			f = whole
		}
		r.forms = append(r.forms, f)
		switch {
		case f.Survey != nil:
			r.survey, r.on = f.Survey, f.On
		case f.Clearance != nil:
			r.clear = f.Clearance
		}
	}
	return r
}

// each joins what f says of the records, each thing once.
func (r *row) each(f func(*disposal.Form) string) Cell {
	var all []string
	for _, form := range r.forms {
		all = append(all, f(form))
	}
	return text(join("；", all...))
}

// sum adds up what f counts in the records; nothing where there is none.
func (r *row) sum(f func(*disposal.Form) int) Cell {
	n := 0
	for _, form := range r.forms {
		n += f(form)
	}
	return count(n)
}

// join leaves out what is empty or was said before.
func join(by string, parts ...string) string {
	var b strings.Builder
	for i, s := range parts {
		if s = strings.TrimSpace(s); s == "" || said(parts[:i], s) {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(by)
		}
		b.WriteString(s)
	}
	return b.String()
}

func said(parts []string, s string) bool {
	for _, p := range parts {
		if strings.TrimSpace(p) == s {
			return true
		}
	}
	return false
}

// day is a day as the sheet writes it.
func (r *row) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(r.p.Zone).Format(time.DateOnly)
}

func persons(all []disposal.Person) string {
	names := make([]string, len(all))
	for i, n := range all {
		names[i] = string(n)
	}
	return join("、", names...)
}

// choices are the names of the answers of a field, by the field's key and the answer.
var choices = answers()

func answers() map[string]string {
	all := map[string]string{}
	var walk func(prefix string, fields []disposal.Field)
	walk = func(prefix string, fields []disposal.Field) {
		for _, f := range fields {
			for _, c := range f.Choices {
				all[prefix+f.Key+"="+c.ID] = c.Name
			}
			walk(prefix+f.Key+".", f.Items)
		}
	}
	for _, k := range append(disposal.Kinds(), disposal.KindVisit) {
		walk("", disposal.Fields(k))
	}
	return all
}

func answer(key, id string) string { return choices[key+"="+id] }
