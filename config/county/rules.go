package county

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// ByMatrix stands in a rule for the line of the primary category in routes.yaml.
const ByMatrix = "matrix"

// Rule says who leads, for the tips that its condition fits. The first one that fits and is in force decides.
type Rule struct {
	ID        string   `yaml:"id"`
	When      string   `yaml:"when"` // an expression over RuleFacts
	Lead      string   `yaml:"lead"` // unit id, "town" or "matrix"
	Co        []string `yaml:"co"`   // helps besides those of the category
	Oversight string   `yaml:"oversight"`
	Priority  string   `yaml:"priority"`
	Reason    string   `yaml:"reason"`
	From      string   `yaml:"from"` // in force from that day (inclusive); empty for always
	To        string   `yaml:"to"`   // to that day (exclusive)
	Source    Source   `yaml:",inline"`

	program  *vm.Program
	from, to time.Time
}

// RuleFacts is what a condition may ask.
type RuleFacts struct {
	Category    string            `expr:"category"`
	Categories  []string          `expr:"categories"`
	Signs       []string          `expr:"signs"`
	Sites       []string          `expr:"sites"`
	Town        string            `expr:"town"` // code; "" when unknown
	Village     string            `expr:"village"`
	Positioned  bool              `expr:"positioned"` // a position in our county
	Placed      bool              `expr:"placed"`     // town or position known
	OtherCounty bool              `expr:"other_county"`
	NearBorder  bool              `expr:"near_border"`
	Emergency   bool              `expr:"emergency"`
	Unclear     bool              `expr:"unclear"` // nothing speaks for any category
	Sealed      bool              `expr:"sealed"`
	Refer       bool              `expr:"refer"`
	Has         func(string) bool `expr:"has"` // whether the words hold a cue of words.yaml
}

// Fits reports whether the rule is in force on the day (always, for a zero day) and its condition holds. A condition that fails while it runs does not hold.
func (r *Rule) Fits(f RuleFacts, day time.Time) bool {
	if !day.IsZero() && (day.Before(r.from) || !r.to.IsZero() && !day.Before(r.to)) {
		return false
	}
	yes, err := expr.Run(r.program, f)
	return err == nil && yes == true
}

// maxNodes bounds a condition: it is run for every tip.
const maxNodes = 200

// rules reads rules.yaml.
func (l *loader) rules(p *Profile) {
	const name = "rules.yaml"
	entries := list[Rule](l, name, "rules")
	ids := l.ruleWords(p)
	unique := l.unique()
	unit := l.known("单位", append(names(p.Units, func(u Unit) string { return u.ID }), AnyTown, ByMatrix))
	priority := l.known("级别", []string{"P0", "P1", "P2", "P3"})
	for i := range entries {
		r, at := &entries[i].V, entries[i].at
		unique(at, "编号", r.ID)
		l.need(at, "reason", r.Reason)
		l.source(at, r.Source)
		unit(at, r.Lead)
		for _, u := range r.Co {
			unit(at, u)
		}
		if r.Oversight != "" {
			unit(at, r.Oversight)
		}
		if r.Priority != "" {
			priority(at, r.Priority)
		}
		r.from, r.to = l.ruleDay(p, at, r.From), l.ruleDay(p, at, r.To)
		r.program = l.condition(at, r.When, ids)
		p.Rules = append(p.Rules, *r)
	}
	if n := len(entries); n > 0 && (entries[n-1].V.When != "true" || entries[n-1].V.From+entries[n-1].V.To != "") {
		l.bad(entries[n-1].at, "最后一条规则不是什么都接得住的", "最后一条写 when: \"true\"，不写起止日期，免得有线索没人管")
	}
}

// ruleWords are the words that a condition may hold in quotes.
func (l *loader) ruleWords(p *Profile) []string {
	return slices.Concat(
		names(p.Categories, func(c Category) string { return c.ID }), names(p.Words.Cues, func(w Phrases) string { return w.ID }),
		names(p.Towns, func(t Town) string { return t.Code }), names(p.Signs, func(s Sign) string { return s.ID }),
		names(p.SiteTypes, func(c Choice) string { return c.ID }), []string{""})
}

func (l *loader) ruleDay(p *Profile, at place, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, s, p.Zone)
	if err != nil {
		l.bad(at, "日期“"+s+"”不对", "写成 2026-11-23 这样，或者空着")
	}
	return t
}

// condition compiles an expression to one that says yes or no.
func (l *loader) condition(at place, when string, known []string) *vm.Program {
	program, err := expr.Compile(when, expr.Env(RuleFacts{}), expr.AsBool(), expr.MaxNodes(maxNodes))
	if err != nil {
		where := ""
		var e *file.Error
		if errors.As(err, &e) {
			where = fmt.Sprintf("，在第 %d 个字附近", e.Column+1)
		}
		l.bad(at, "条件“"+when+"”读不懂"+where, "能问的有 category、categories、signs、sites、town、village、positioned、placed、other_county、near_border、emergency、unclear、sealed、refer 和 has(\"说法\")")
		return nil
	}
	node := program.Node()
	ast.Walk(&node, visitor(func(s string) {
		if !slices.Contains(known, s) {
			l.bad(at, "条件里的“"+s+"”没有", "写成有的类别、说法、镇、迹象或地点的编号")
		}
	}))
	return program
}

// visitor is called for every text in quotes.
type visitor func(string)

// Visit is for ast.Walk.
func (v visitor) Visit(node *ast.Node) {
	if s, ok := (*node).(*ast.StringNode); ok {
		v(s.Value)
	}
}
