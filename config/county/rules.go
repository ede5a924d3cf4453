package county

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// Rule is one line of rules.yaml: which units handle a tip of which When is true. The first rule in force that matches decides.
// Lead is a unit id, or "town" for the township of the place. That township always helps, without being named.
type Rule struct {
	ID        string               `yaml:"id"`
	When      string               `yaml:"when"`
	Lead      string               `yaml:"lead"`
	Co        []string             `yaml:"co"`
	Oversight string               `yaml:"oversight"`
	Priority  string               `yaml:"priority"` // in place of the category's; "" leaves it. A P0 stays one
	Clocks    map[string]string    `yaml:"clocks"`   // steps that must be done sooner than their priority says
	Sealed    bool                 `yaml:"sealed"`   // nobody but its units may know
	Refer     bool                 `yaml:"refer"`    // not ours: answered with a referral
	Alone     bool                 `yaml:"alone"`    // the township does not help: the place is unknown or not ours
	Reason    string               `yaml:"reason"`
	Note      string               `yaml:"note"`
	From      string               `yaml:"from"`  // in force from this day; "" always was
	Until     string               `yaml:"until"` // until the day before; "" open
	Source    Source               `yaml:",inline"`
	Limits    map[string]*Duration `yaml:"-"` // Clocks, read

	line        int
	from, until time.Time
	when        *vm.Program
}

// Places where a tip may lie, as RuleFacts.Place says it.
const (
	PlaceTown   = "town"   // in a town of ours, and somebody sent there would find it
	PlaceVague  = "vague"  // in a town of ours, and nobody could say where
	PlaceCounty = "county" // a position inside the county; nobody knows which town
	PlaceOther  = "other"  // in another county
	PlaceNone   = "none"   // unknown
)

// RuleFacts is all that a rule's When may ask; nothing of it is what the person wrote.
type RuleFacts struct {
	Category   string   `expr:"category"`   // the primary one
	Categories []string `expr:"categories"` // all of them
	Signs      []string `expr:"signs"`      // ticked, or told in words
	Sites      []string `expr:"sites"`
	Hints      []string `expr:"hints"` // of words.yaml
	Town       string   `expr:"town"`  // code; "" when unknown
	Place      string   `expr:"place"` // see PlaceTown
	Border     bool     `expr:"border"`
	Emergency  bool     `expr:"emergency"`
	Unclear    bool     `expr:"unclear"` // nothing speaks for any category
}

// longestRule bounds what is parsed, mostNodes what is compiled: a rule costs a microsecond, and says little.
const (
	longestRule = 1000
	mostNodes   = 100
)

// Decide finds the first rule that is in force on a day and matches; false when none does, which check forbids for what can happen.
func (p *Profile) Decide(f RuleFacts, on time.Time) (Rule, bool) {
	for i := range p.Rules {
		if r := &p.Rules[i]; r.InForce(on) && holds(r.when, f) {
			return *r, true
		}
	}
	return Rule{}, false
}

// InForce reports whether the rule counts on a day.
func (r *Rule) InForce(on time.Time) bool {
	return !on.Before(r.from) && (r.until.IsZero() || on.Before(r.until))
}

// holds runs a condition. What loading let through neither fails nor gives anything but a bool.
func holds(condition *vm.Program, facts any) bool {
	out, err := expr.Run(condition, facts)
	yes, ok := out.(bool)
	return err == nil && ok && yes
}

// compile makes a condition over facts ready, or says in Chinese what is wrong with it and how to mend it.
func compile(condition string, facts any, v vocabulary) (program *vm.Program, what, remedy string) {
	if len(condition) > longestRule {
		return nil, "条件太长", fmt.Sprintf("拆成几条规则，每条不超过 %d 个字节", longestRule)
	}
	tree, err := parser.Parse(condition)
	if err != nil {
		return nil, "条件写法不对" + column(err), `写成 category == "c1" and "s_drums" in signs 这样；不接别的就写 true`
	}
	if what, remedy = v.check(tree.Node); what != "" {
		return nil, what, remedy
	}
	program, err = expr.Compile(condition, expr.Env(facts), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(mostNodes))
	if err != nil {
		return nil, "条件通不过" + column(err), "比较的两边要是同一类东西，整个条件要得出真或假，不要太长"
	}
	return program, "", ""
}

// column says where in the condition the parser stopped; its own words are English and quote the line.
func column(err error) string {
	var at *file.Error
	if errors.As(err, &at) {
		return fmt.Sprintf("（第 %d 个字附近）", at.Column+1)
	}
	return ""
}

// vocabulary is what the words of a condition may be: the values that each field can have; nil where any bool will do.
type vocabulary map[string][]string

// vocabulary gathers the ids that the profile has.
func (p *Profile) vocabulary() vocabulary {
	ids := func(c []Choice) []string { return names(c, func(c Choice) string { return c.ID }) }
	categories := names(p.Categories, func(c Category) string { return c.ID })
	var hints []string
	if len(p.Words.Hints) > 0 {
		hints = append(sorted(p.Words.Hints), ChemicalHint)
	}
	return vocabulary{
		"category": categories, "categories": categories,
		"signs": names(p.Signs, func(s Sign) string { return s.ID }), "sites": ids(p.SiteTypes), "hints": hints,
		"town":   withAlso(names(p.Towns, func(t Town) string { return t.Code }), ""),
		"place":  {PlaceTown, PlaceVague, PlaceCounty, PlaceOther, PlaceNone},
		"border": nil, "emergency": nil, "unclear": nil,
	}
}

// operators are all that a condition may do: compare and combine. No calls, no loops, no arithmetic, no patterns; so its cost is its length.
var operators = []string{"==", "!=", "in", "not in", "and", "&&", "or", "||"}

// check walks the tree and names the first thing that is not allowed or not known.
func (v vocabulary) check(n ast.Node) (what, remedy string) {
	switch n := n.(type) {
	case *ast.BoolNode, *ast.StringNode:
		return "", ""
	case *ast.IdentifierNode:
		if _, known := v[n.Value]; !known {
			return "条件里不认识的字段“" + n.Value + "”", "改成这里头的一个：" + strings.Join(sorted(v), "、")
		}
		return "", ""
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return v.check(n.Node)
		}
	case *ast.ArrayNode:
		return v.first(n.Nodes...)
	case *ast.BinaryNode:
		if !slices.Contains(operators, n.Operator) {
			return "条件里不能用“" + n.Operator + "”", "只用 ==、!=、in、not in、and、or、not 和括号"
		}
		if what, remedy = v.first(n.Left, n.Right); what != "" {
			return what, remedy
		}
		return v.values(n)
	}
	return "条件里有不让用的写法", "只用字段、引号里的编号、true、false、方括号列表，和 ==、!=、in、not in、and、or、not"
}

func (v vocabulary) first(nodes ...ast.Node) (what, remedy string) {
	for _, n := range nodes {
		if what, remedy = v.check(n); what != "" {
			return what, remedy
		}
	}
	return "", ""
}

// values checks that a field is compared with what it can be: a mistyped id would never match, and nobody would notice.
func (v vocabulary) values(n *ast.BinaryNode) (what, remedy string) {
	field, other := n.Left, n.Right
	if _, ok := field.(*ast.IdentifierNode); !ok {
		field, other = other, field
	}
	id, ok := field.(*ast.IdentifierNode)
	if !ok || len(v[id.Value]) == 0 { // a bool, or the file of its values is at fault
		return "", ""
	}
	literals := []ast.Node{other}
	if list, ok := other.(*ast.ArrayNode); ok {
		literals = list.Nodes
	}
	for _, l := range literals {
		s, ok := l.(*ast.StringNode)
		if ok && !slices.Contains(v[id.Value], s.Value) {
			return "条件里“" + id.Value + "”没有“" + s.Value + "”这个值", "改成这里头的一个：" + told(v[id.Value])
		}
	}
	return "", ""
}

// told lists values; the empty one would be seen by nobody.
func told(values []string) string {
	list := strings.Join(slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" }), "、")
	if slices.Contains(values, "") {
		list += `，或者 ""（不知道）`
	}
	return list
}

// rules reads rules.yaml. It comes last: a rule may name anything of the profile.
func (l *loader) rules(p *Profile) {
	const name = "rules.yaml"
	units := names(p.Units, func(u Unit) string { return u.ID })
	if len(units) > 0 {
		units = append(units, AnyTown)
	}
	unit := l.known("单位", units)
	priority := l.known("级别", []string{"P0", "P1", "P2", "P3"})
	steps := l.known("步骤", names(p.Clocks, func(c Clock) string { return c.Step }))
	unique, v := l.unique(), p.vocabulary()
	for _, e := range list[Rule](l, name, "rules") {
		r := e.V
		unique(e.at, "编号", r.ID)
		l.need(e.at, "reason", r.Reason)
		l.source(e.at, r.Source)
		unit(e.at, r.Lead)
		l.helpers(e.at, r, unit)
		if r.Priority != "" {
			priority(e.at, r.Priority)
		}
		r.line = e.at.line
		r.Limits = map[string]*Duration{}
		for _, step := range sorted(r.Clocks) {
			steps(e.at, step)
			d := l.duration(e.at, r.Clocks[step])
			r.Limits[step] = &d
		}
		r.from, r.until = l.span(e.at, p.Zone, r.From, r.Until)
		var what, remedy string
		if r.when, what, remedy = compile(r.When, RuleFacts{}, v); what != "" {
			l.bad(e.at, "规则“"+r.ID+"”的"+what, remedy)
			continue
		}
		p.Rules = append(p.Rules, r)
	}
	p.Matrix = p.matrix(time.Now())
	if len(p.Rules) == 0 || slices.ContainsFunc(l.problems, func(p Problem) bool { return p.File == name && !p.Warning }) {
		return // what a rule that is absent or refused leaves open follows from that
	}
	for _, c := range p.Categories {
		if !slices.ContainsFunc(p.Matrix, func(m Route) bool { return m.Category == c.ID }) {
			l.bad(place{file: name}, "类别“"+c.ID+"”没有规则管", `给它加一条，when 写 category == "`+c.ID+`"`)
		}
	}
}

// helpers checks the units beside the lead.
func (l *loader) helpers(at place, r Rule, unit func(place, string)) {
	for _, c := range r.Co {
		unit(at, c)
		if c == r.Lead {
			l.bad(at, "“"+c+"”又主办又协办", "从 co 里去掉它")
		}
	}
	if r.Oversight != "" {
		unit(at, r.Oversight)
	}
	if r.Oversight == AnyTown || slices.Contains(r.Co, AnyTown) {
		l.bad(at, "“town”只能写在 lead 里", "从 co 和 oversight 里去掉它：所在的镇本来就协办")
	}
	if r.Lead == AnyTown && (r.Sealed || r.Refer) { // it may be unknown, and then nobody could see the case
		l.bad(at, "保密的、不归这里管的，不能由 town 主办", "lead 写一个部门：有的线索说不清在哪个镇，那就没人看得到了")
	}
}

// span reads the days between which something is in force.
func (l *loader) span(at place, zone *time.Location, from, until string) (a, b time.Time) {
	for _, d := range []struct {
		text string
		to   *time.Time
	}{{from, &a}, {until, &b}} {
		if d.text == "" {
			continue
		}
		var err error
		if *d.to, err = time.ParseInLocation(time.DateOnly, d.text, zone); err != nil {
			l.bad(at, "日期“"+d.text+"”不对", "写成 2026-11-23 这样，或者不写")
		}
	}
	if !b.IsZero() && !b.After(a) {
		l.bad(at, "until 不在 from 后面", "把 until 改晚，或者不写")
	}
	return a, b
}

// matrix is what the rules say of each category where a tip says nothing else: a place in a town, no hint, no emergency.
func (p *Profile) matrix(on time.Time) []Route {
	var all []Route
	for _, c := range p.Categories {
		f := RuleFacts{Category: c.ID, Categories: []string{c.ID}, Place: PlaceTown}
		if len(p.Towns) > 0 {
			f.Town = p.Towns[0].Code
		}
		if r, ok := p.Decide(f, on); ok {
			all = append(all, Route{Category: c.ID, Lead: r.Lead, Co: r.Co, Oversight: r.Oversight, Sealed: r.Sealed, Refer: r.Refer, Note: r.Note, Source: r.Source})
		}
	}
	return all
}
