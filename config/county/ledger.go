package county

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Ledger is the county's sheet of 清单台账, and what its monthly and quarterly reports count.
type Ledger struct {
	Title   string
	Paper   string // A3 or A4, printed in landscape
	Groups  []LedgerGroup
	Reports []ReportGroup
}

// LedgerGroup is a heading that stands above several columns.
type LedgerGroup struct {
	Name    string         `yaml:"name"`
	Columns []LedgerColumn `yaml:"columns"`
}

// LedgerColumn is one column. A column without a field is left empty, for a person to fill.
type LedgerColumn struct {
	Field  string  `yaml:"field"` // one of LedgerFields
	Name   string  `yaml:"name"`
	Width  float64 `yaml:"width"`  // in Chinese characters
	Sticky bool    `yaml:"sticky"` // stays when the page is moved sideways
}

// ReportGroup is a part of a report.
type ReportGroup struct {
	Name  string       `yaml:"name"`
	Items []ReportItem `yaml:"items"`
}

// ReportItem is one number of a report. One without a field is left empty, for a person to fill.
type ReportItem struct {
	Field string `yaml:"field"` // one of ReportFields
	Name  string `yaml:"name"`
	Unit  string `yaml:"unit"`
	Note  string `yaml:"note"` // how it is counted
}

// Columns are the columns of all groups, in order.
func (l Ledger) Columns() []LedgerColumn {
	var all []LedgerColumn
	for _, g := range l.Groups {
		all = append(all, g.Columns...)
	}
	return all
}

// LedgerFields are what the program can put into a column; triage/ledger fills them. There is none for anything of who tipped.
func LedgerFields() []string {
	return []string{
		"seq", "number", "source", "found", "town", "village", "where", "point", "border", "points", "site_type", "site", "operator", "controller", "landlord", "licences", "before",
		"products", "materials", "amount", "hazardous", "controlled", "process", "tanks", "people", "surroundings", "lead", "co", "visited", "officers", "documents", "measures",
		"stopped", "seizure", "power", "water", "equipment", "cleared", "premises", "filed", "decision", "money", "police", "accountable", "traced",
		"look1", "look2", "look3", "look4", "relapsed", "published", "struck_by", "struck_on",
	}
}

// ReportFields are what the program can count for a report.
func ReportFields() []string {
	return []string{
		"places", "confirmed", "reported", "point1", "point2", "point3", "point4", "point5", "point6", "point7", "point8", "mended", "mending", "halted", "closed", "dismantled",
		"chemicals", "waste", "bottles", "power_cut", "water_cut", "filed", "fined", "handed", "criminal", "accountable", "traced", "received", "true_share", "finish_days", "late",
		"bounced", "reopened", "relapsed", "rewards", "rewards_yuan",
	}
}

// widest is how wide a column may be, in Chinese characters.
const widest = 60

// ledger reads ledger.yaml.
func (l *loader) ledger(p *Profile) {
	const file = "ledger.yaml"
	var groups, reports ast.Node
	w := &p.Ledger
	lines := l.fields(file, map[string]any{"title": &w.Title, "paper": &w.Paper, "groups": &groups, "reports": &reports})
	if lines == nil {
		return
	}
	l.need(place{file, lines["title"]}, "title", w.Title)
	if w.Paper != "A3" && w.Paper != "A4" {
		l.bad(place{file, lines["paper"]}, "纸的大小“"+w.Paper+"”不认识", "写 A3 或 A4")
	}
	field, once := l.known("内容", LedgerFields()), map[string]bool{}
	loose := false
	for _, g := range items[LedgerGroup](l, file, groups) {
		l.need(g.at, "name", g.V.Name)
		if len(g.V.Columns) == 0 {
			l.bad(g.at, "“"+g.V.Name+"”下面没有栏", "至少写一栏，或者删掉这一组")
		}
		for _, c := range g.V.Columns {
			l.need(g.at, "name", c.Name)
			l.once(g.at, c.Field, once, field)
			if c.Width <= 0 || c.Width > widest {
				l.bad(g.at, "“"+c.Name+"”的栏宽不对", "width 写 1 到 60，是几个汉字宽")
			}
			if loose && c.Sticky {
				l.bad(g.at, "“"+c.Name+"”写了 sticky，可它前面有不固定的栏", "固定的栏要连着排在最前面（序号不算）")
			}
			loose = loose || !c.Sticky && c.Field != "seq"
		}
		w.Groups = append(w.Groups, g.V)
	}
	for _, need := range []string{"number", "town", "site"} { // without these a row can neither be found nor taken in again
		if len(w.Groups) > 0 && !slices.ContainsFunc(w.Columns(), func(c LedgerColumn) bool { return c.Field == need }) {
			l.bad(place{file: file}, "台账里没有 field: "+need+" 这一栏", "编号、镇、名称这三栏不能少")
		}
	}
	count, counted := l.known("数", ReportFields()), map[string]bool{}
	for _, g := range items[ReportGroup](l, file, reports) {
		l.need(g.at, "name", g.V.Name)
		for _, i := range g.V.Items {
			l.need(g.at, "name", i.Name)
			l.once(g.at, i.Field, counted, count)
		}
		w.Reports = append(w.Reports, g.V)
	}
}

// once reports a field that is unknown or stands there twice; none is right.
func (l *loader) once(at place, field string, seen map[string]bool, known func(place, string)) {
	if field == "" {
		return
	}
	known(at, field)
	if seen[field] {
		l.bad(at, "“"+field+"”写了两遍", "留一个")
	}
	seen[field] = true
}
