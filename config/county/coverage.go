package county

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Coverage says what the rules make of everything that can happen: each category in each town, and where the place is vague, known only as a point, elsewhere
// or unknown; urgent or not, at the border or not, with every hint, sign and kind of place that a rule asks for, alone and in pairs; on the day, and on each
// day on which a rule comes into force or ends.
type Coverage struct {
	Cases    int            // how many were tried
	Decided  map[string]int // by rule
	Unrouted []string       // in Chinese: what no rule decides, or what would go to a township that nobody knows
	Dead     []int          // rules, by their index, that never decide
}

// Coverage tries them all.
func (p *Profile) Coverage(on time.Time) Coverage {
	c := Coverage{Decided: map[string]int{}}
	facts := p.situations()
	for _, day := range p.turningDays(on) {
		for _, f := range facts {
			c.Cases++
			r, ok := p.Decide(f, day)
			if ok {
				c.Decided[r.ID]++
			}
			if !ok || r.Lead == AnyTown && f.Town == "" {
				c.Unrouted = append(c.Unrouted, p.describe(f, day))
			}
		}
	}
	for i, r := range p.Rules {
		if c.Decided[r.ID] == 0 {
			c.Dead = append(c.Dead, i)
		}
	}
	return c
}

// turningDays are the day itself and those later ones on which the rules change.
func (p *Profile) turningDays(on time.Time) []time.Time {
	days := []time.Time{on}
	for _, r := range p.Rules {
		for _, d := range []time.Time{r.from, r.until} {
			if d.After(on) && !slices.ContainsFunc(days, d.Equal) {
				days = append(days, d)
			}
		}
	}
	return days
}

// situations lists everything that rules can tell apart.
func (p *Profile) situations() []RuleFacts {
	asked := p.asked()
	extras := upToTwo(asked)
	type where struct{ town, place string }
	places := []where{{"", PlaceCounty}, {"", PlaceNone}, {"", PlaceOther}}
	for _, t := range p.Towns {
		places = append(places, where{t.Code, PlaceTown}, where{t.Code, PlaceVague})
	}
	var all []RuleFacts
	for _, category := range p.Categories {
		for _, second := range append([]string{""}, asked["categories"]...) {
			for _, at := range places {
				for bits := range 8 {
					for _, f := range extras {
						f.Category, f.Categories = category.ID, []string{category.ID}
						if second != "" && second != category.ID {
							f.Categories = append(f.Categories, second)
						}
						f.Town, f.Place = at.town, at.place
						f.Border, f.Emergency, f.Unclear = bits&1 > 0, bits&2 > 0, bits&4 > 0
						all = append(all, f)
					}
				}
			}
		}
	}
	return all
}

// asked gathers the values that the rules' conditions name, by field.
func (p *Profile) asked() map[string][]string {
	all := map[string][]string{}
	for _, r := range p.Rules {
		tree, err := parser.Parse(r.When)
		if err != nil {
			continue // loading has refused it
		}
		ast.Walk(&tree.Node, visitor(func(n ast.Node) {
			b, ok := n.(*ast.BinaryNode)
			if !ok {
				return
			}
			for _, pair := range [][2]ast.Node{{b.Left, b.Right}, {b.Right, b.Left}} {
				field, ok1 := pair[0].(*ast.IdentifierNode)
				value, ok2 := pair[1].(*ast.StringNode)
				if ok1 && ok2 && !slices.Contains(all[field.Value], value.Value) {
					all[field.Value] = append(all[field.Value], value.Value)
				}
			}
		}))
	}
	return all
}

type visitor func(ast.Node)

// Visit is called for every node.
func (v visitor) Visit(n *ast.Node) { v(*n) }

// upToTwo gives what may come on top of category and place, as far as any rule asks: nothing, every hint, sign and kind of place, and every pair of them.
func upToTwo(asked map[string][]string) []RuleFacts {
	var one []func(*RuleFacts)
	for _, v := range asked["hints"] {
		one = append(one, func(f *RuleFacts) { f.Hints = append(slices.Clone(f.Hints), v) })
	}
	for _, v := range asked["signs"] {
		one = append(one, func(f *RuleFacts) { f.Signs = append(slices.Clone(f.Signs), v) })
	}
	for _, v := range asked["sites"] {
		one = append(one, func(f *RuleFacts) { f.Sites = append(slices.Clone(f.Sites), v) })
	}
	all := []RuleFacts{{}}
	for i, a := range one {
		var f RuleFacts
		a(&f)
		all = append(all, f)
		for _, b := range one[i+1:] {
			both := f
			b(&both)
			all = append(all, both)
		}
	}
	return all
}

// describe says a situation in Chinese.
func (p *Profile) describe(f RuleFacts, day time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "类别 %s，地点 %s", f.Category, f.Place)
	if t, ok := p.Town(f.Town); ok {
		b.WriteString(" " + t.Name)
	}
	for what, on := range map[string]bool{"县界边上": f.Border, "特急": f.Emergency, "看不出是哪一类": f.Unclear} {
		if on {
			b.WriteString("，" + what)
		}
	}
	if len(f.Hints) > 0 {
		b.WriteString("，提示 " + strings.Join(f.Hints, "、"))
	}
	return b.String() + "，" + day.Format(time.DateOnly)
}

// coverageProblems are what the rules leave open, and warnings of rules that never decide.
func (p *Profile) coverageProblems(on time.Time) []Problem {
	const file = "rules.yaml"
	c := p.Coverage(on)
	var all []Problem
	if n := len(c.Unrouted); n > 0 {
		all = append(all, Problem{File: file, What: fmt.Sprintf("有 %d 种情况没有规则管，比如：%s", n, c.Unrouted[0]),
			Remedy: "加一条管它的规则，放在后面；不知道在哪个镇的，不能由 town 主办"})
	}
	for _, i := range c.Dead {
		all = append(all, Problem{File: file, Line: p.Rules[i].line, Warning: true, What: "规则“" + p.Rules[i].ID + "”永远轮不到，前面的把它的情况都管了",
			Remedy: "删掉它，或者挪到前面去"})
	}
	return all
}
