package county

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// need reports an empty value.
func (l *loader) need(at place, key, value string) {
	if strings.TrimSpace(value) == "" {
		l.bad(at, "“"+key+"”是空的", "把它填上")
	}
}

// source checks that an entry says where it comes from.
func (l *loader) source(at place, s Source) {
	l.need(at, "cite", s.Cite)
	if s.Cert != "A" && s.Cert != "B" && s.Cert != "C" && s.Cert != "D" {
		l.bad(at, "把握程度 cert “"+s.Cert+"”不认识", "写 A（读过原文）、B（读过转载）、C（凭记忆）或 D（建议）")
	}
}

// unique gives a function that reports an empty or repeated id.
func (l *loader) unique() func(at place, what, id string) {
	seen := map[string]int{}
	return func(at place, what, id string) {
		if id == "" {
			l.bad(at, what+"是空的", "把它填上")
			return
		}
		if line, twice := seen[id]; twice {
			l.bad(at, what+"“"+id+"”重复了，第 "+strconv.Itoa(line)+" 行已经有", "留一个，或者改成别的")
			return
		}
		seen[id] = at.line
	}
}

// known gives a function that reports a name that none of ids has. Where there are no ids their file is at fault, and has been reported.
func (l *loader) known(what string, ids []string) func(at place, id string) {
	return func(at place, id string) {
		if len(ids) > 0 && !slices.Contains(ids, id) {
			l.bad(at, what+"“"+id+"”没有", "改成这里头的一个："+strings.Join(ids, "、"))
		}
	}
}

// withAlso adds to ids what is no id of their file, and nothing where there are none: then their file is at fault.
func withAlso(ids []string, also string) []string {
	if len(ids) == 0 {
		return nil
	}
	return append(slices.Clone(ids), also)
}

func names[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = name(v)
	}
	return out
}

// matters reads units, categories, signs and site types, and checks that they name one another rightly.
func (l *loader) matters(p *Profile) {
	units := list[Unit](l, "units.yaml", "units")
	unique := l.unique()
	for _, e := range units {
		unique(e.at, "编号", e.V.ID)
		l.need(e.at, "name", e.V.Name)
		l.source(e.at, e.V.Source)
		if e.V.ID == AnyTown || strings.Contains(e.V.ID, ":") {
			l.bad(e.at, "编号“"+e.V.ID+"”留给镇用了", "换一个不带冒号的编号")
		}
	}
	p.Units = values(units)
	unitIDs := names(p.Units, func(u Unit) string { return u.ID })
	if len(units) > 0 && !slices.Contains(unitIDs, DutyDesk) {
		l.bad(place{file: "units.yaml"}, "没有值班的单位 "+DutyDesk+"（县安委办）", "加上它：没人认领的线索都归它")
	}
	for i, e := range units {
		if up := e.V.Superior; up != "" && !slices.Contains(unitIDs[:i], up) { // so that none is above itself
			l.bad(e.at, "它前头没有上一级“"+up+"”", "先写上一级，再写这个单位")
		}
	}

	categories := list[Category](l, "categories.yaml", "categories")
	unique = l.unique()
	priority := l.known("级别", []string{"P0", "P1", "P2", "P3"})
	for _, e := range categories {
		unique(e.at, "编号", e.V.ID)
		l.need(e.at, "plain", e.V.Plain)
		priority(e.at, e.V.Priority)
		l.source(e.at, e.V.Source)
	}
	p.Categories = values(categories)
	category := l.known("类别", names(p.Categories, func(c Category) string { return c.ID }))

	l.signs(p, category)
	p.SiteTypes = l.choices(list[Choice](l, "site_types.yaml", "site_types"), category)
}

func (l *loader) signs(p *Profile, category func(place, string)) {
	signs := list[Sign](l, "signs.yaml", "signs")
	unique := l.unique()
	icon, strength := l.known("图标", Icons()), l.known("强弱", []string{"strong", "medium", "weak"})
	for _, e := range signs {
		unique(e.at, "编号", e.V.ID)
		l.need(e.at, "group", e.V.Group)
		l.need(e.at, "text", e.V.Text)
		if n := utf8.RuneCountInString(e.V.Short); n < 1 || n > 8 {
			l.bad(e.at, "短名“"+e.V.Short+"”要有 1 到 8 个字", "写短一点，小方块上才放得下")
		}
		icon(e.at, e.V.Icon)
		strength(e.at, e.V.Strength)
		for _, c := range e.V.PointsTo {
			category(e.at, c)
		}
		l.source(e.at, e.V.Source)
	}
	p.Signs = values(signs)
}

func (l *loader) choices(choices []entry[Choice], category func(place, string)) []Choice {
	unique := l.unique()
	for _, e := range choices {
		unique(e.at, "编号", e.V.ID)
		l.need(e.at, "text", e.V.Text)
		for _, c := range e.V.Points {
			category(e.at, c)
		}
		l.source(e.at, e.V.Source)
	}
	return values(choices)
}

// questions reads emergencies.yaml and questions.yaml.
func (l *loader) questions(p *Profile) {
	emergencies := list[Emergency](l, "emergencies.yaml", "emergencies")
	unique := l.unique()
	phone := l.known("电话", []string{"110", "119", "120"})
	for _, e := range emergencies {
		unique(e.at, "编号", e.V.ID)
		l.need(e.at, "text", e.V.Text)
		for _, c := range e.V.Call {
			phone(e.at, c)
		}
		l.source(e.at, e.V.Source)
	}
	p.Emergencies = values(emergencies)

	const file = "questions.yaml"
	var now, times, before ast.Node
	l.fields(file, map[string]any{"now": &now, "times": &times, "before": &before})
	category := l.known("类别", names(p.Categories, func(c Category) string { return c.ID }))
	p.Now = l.choices(items[Choice](l, file, now), category)
	p.Times = l.choices(items[Choice](l, file, times), category)
	p.Before = l.choices(items[Choice](l, file, before), category)
}

// clockRow is a line of clocks.yaml.
type clockRow struct {
	Step   string   `yaml:"step"`
	Name   string   `yaml:"name"`
	P0     string   `yaml:"P0"`
	P1     string   `yaml:"P1"`
	P2     string   `yaml:"P2"`
	P3     string   `yaml:"P3"`
	Repeat bool     `yaml:"repeat"`
	At     []string `yaml:"at"`
	Ahead  string   `yaml:"ahead"`
	Fixed  bool     `yaml:"fixed"`
	Note   string   `yaml:"note"`
	Source Source   `yaml:",inline"`
}

// clocks reads clocks.yaml.
func (l *loader) clocks(p *Profile) {
	const file = "clocks.yaml"
	var priorities, clocks, lights ast.Node
	lines := l.fields(file, map[string]any{"priorities": &priorities, "clocks": &clocks, "lights": &lights})
	if lines == nil {
		return
	}
	p.Priorities = values(items[Priority](l, file, priorities))
	if !slices.Equal(names(p.Priorities, func(q Priority) string { return q.ID }), []string{"P0", "P1", "P2", "P3"}) {
		l.bad(place{file, lines["priorities"]}, "级别不对", "要正好有 P0、P1、P2、P3，按这个顺序")
	}
	unique := l.unique()
	for _, e := range items[clockRow](l, file, clocks) {
		r := e.V
		unique(e.at, "步骤", r.Step)
		l.need(e.at, "name", r.Name)
		l.source(e.at, r.Source)
		c := Clock{Step: r.Step, Name: r.Name, Limits: map[string]*Duration{}, Forbidden: map[string]bool{}, Repeat: r.Repeat, Fixed: r.Fixed, Note: r.Note, Source: r.Source}
		for i, limit := range []string{r.P0, r.P1, r.P2, r.P3} {
			id := "P" + strconv.Itoa(i)
			switch limit {
			case "":
				l.bad(e.at, "“"+r.Step+"”没有写 "+id+" 的时限", "补上，如 "+id+": 2wd；没有时限写 none，不许这样办写 forbidden")
			case "none", "forbidden":
				c.Limits[id], c.Forbidden[id] = nil, limit == "forbidden"
			default:
				d := l.duration(e.at, limit)
				c.Limits[id] = &d
			}
		}
		for _, s := range r.At {
			c.At = append(c.At, l.duration(e.at, s))
		}
		if r.Ahead != "" {
			c.Ahead = l.duration(e.at, r.Ahead)
		}
		p.Clocks = append(p.Clocks, c)
	}
	l.steps(p, place{file, lines["clocks"]})
	l.lights(p, place{file, lines["lights"]}, lights)
}

// steps checks that no state of a case is left without a clock.
func (l *loader) steps(p *Profile, at place) {
	for _, step := range sorted(ClockSteps()) {
		i := slices.IndexFunc(p.Clocks, func(c Clock) bool { return c.Step == step })
		switch {
		case i < 0:
			l.bad(at, "缺少步骤“"+step+"”", "补上一行，可以照自带的 clocks.yaml 写")
		case ClockSteps()[step] && slices.ContainsFunc(sorted(p.Clocks[i].Limits), func(id string) bool {
			return p.Clocks[i].Limits[id] == nil && !p.Clocks[i].Forbidden[id]
		}):
			l.bad(at, "“"+step+"”有的级别没有时限", "案件走到这一步只有它在计时，每一级都要写时限")
		}
	}
}

func (l *loader) lights(p *Profile, at place, node ast.Node) {
	var r struct {
		YellowShare   float64 `yaml:"yellow_share"`
		YellowLeft    string  `yaml:"yellow_left"`
		BlackAfter    string  `yaml:"black_after"`
		BlackUnsigned string  `yaml:"black_unsigned"`
	}
	if node == nil || !l.decode(at, node, &r) {
		return
	}
	if r.YellowShare <= 0 || r.YellowShare >= 1 {
		l.bad(at, "亮黄灯的比例不对", "yellow_share 写 0 和 1 之间的数，如 0.6")
	}
	p.Lights = Lights{r.YellowShare, l.duration(at, r.YellowLeft), l.duration(at, r.BlackAfter), l.duration(at, r.BlackUnsigned)}
}

func (l *loader) duration(at place, s string) Duration {
	d, ok := ParseDuration(s)
	if !ok || d.Natural > 366*24*time.Hour || d.Days > 366 || d.WorkingDays > 366 || d.WorkHours > 1000 {
		l.bad(at, "时限“"+s+"”不对", "写 15m 分钟、2h 小时、1wh 上班小时、5d 自然日或 5wd 工作日，不超过一年")
	}
	return d
}
