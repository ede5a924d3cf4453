// Package route decides who handles a tip: which categories it may belong to, which units lead, help and oversee, how urgent it is, and why.
// It owns the rules' order and the list of words that suggest a category; who handles what is data of the county profile. It reads and stores nothing,
// and its reasons never repeat the tipster's words.
package route

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"qianshao/config/county"
)

// Facts are what is known of a tip.
type Facts struct {
	Emergency   string // id of the chosen emergency; "" or "none" for none
	Signs       []string
	Sites       []string
	Before      string
	Texts       []string // what the person wrote; read, never repeated
	Later       []string // what the person said since; nobody asked then whether it is an emergency, so the words are looked at
	Town        string   // code; empty when unknown
	OtherCounty string   // code of the county in which the place lies, when it is not ours
	NearBorder  bool
}

// Decision is where a tip goes.
type Decision struct {
	Categories []string // the primary one first, never empty
	Lead       string   // unit id
	Co         []string
	Oversight  string
	Sees       []string // all units that may know of it
	Hidden     []string // units that the words accuse: they may never know of it
	Sealed     bool     // nobody else may
	Refer      bool
	Priority   string
	Emergency  bool
	Rule       string   // id of the rule that chose the lead: a category, or place.none, place.other, unclear
	Reasons    []string // in Chinese, with the source
	Confidence float64  // 0..1, of the primary category
}

// Router holds the rules of one profile. It is safe for concurrent use.
type Router struct {
	p     *county.Profile
	words map[string][]string // category → words

	accuse *accusations
}

//go:embed words.yaml
var wordList []byte

// New makes the rules. It fails when a route of the profile is missing.
func New(p *county.Profile) (*Router, error) {
	var list map[string]struct{ Concepts, Words []string }
	if err := yaml.UnmarshalWithOptions(wordList, &list, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("route: words.yaml: %w", err)
	}
	accuse, err := readAccusations()
	if err != nil {
		return nil, err
	}
	r := &Router{p: p, words: map[string][]string{}, accuse: accuse}
	for id, l := range list {
		r.words[id] = l.Words
		for _, w := range p.SignWords {
			if slices.Contains(l.Concepts, w.Concept) {
				r.words[id] = append(r.words[id], w.Word)
			}
		}
	}
	for _, c := range p.Categories {
		if _, ok := p.Route(c.ID); !ok {
			return nil, fmt.Errorf("route: category %s has no route", c.ID)
		}
	}
	for _, id := range []string{fallback, official} {
		if _, ok := p.Category(id); !ok {
			return nil, fmt.Errorf("route: the profile has no category %s", id)
		}
	}
	return r, nil
}

// What the rules name themselves.
const (
	fallback = "c1"         // what a tip is taken for while nothing says otherwise: a workshop without papers
	border   = "c6"         // the category of places where counties meet
	official = "x_official" // officials who cover for somebody
	above    = "county_gov" // the unit above the duty desk
	urgent   = "P0"
	weaker   = "P2"

	ruleNone    = "place.none"
	ruleOther   = "place.other"
	ruleUnclear = "unclear"
	ruleAccused = "accused"
)

// callees are the units that help when the person was told to call their number.
var callees = map[string]string{"110": "police", "119": "fire", "120": "health"}

// Decide applies the rules.
func (r *Router) Decide(f Facts) Decision {
	e, emergency := r.emergency(f)
	blame := r.accuses(f)
	found := r.classify(f, blame)
	d := Decision{Confidence: found.confidence(), Reasons: found.reasons()}
	for _, v := range found {
		d.Categories = append(d.Categories, v.category.ID)
	}
	d.Priority = found.priority()
	r.byMatrix(&d, f, blame)
	switch {
	case d.Sealed, d.Refer: // goes to its own units wherever it is
	case f.OtherCounty != "":
		r.toDesk(&d, ruleOther, "规则 "+ruleOther+"：地方不在本县，由县安委办联系那边。依据：危险化学品安全法 第九条")
	case f.Town == "":
		r.toDesk(&d, ruleNone, "规则 "+ruleNone+"：还不知道在哪个镇，先由县安委办弄清楚再转。依据：安全生产法 第七十三条")
	case found.unclear() && !emergency:
		r.toDesk(&d, ruleUnclear, "规则 "+ruleUnclear+"：看不出是哪一类，由县安委办定。依据：安全生产法 第七十三条")
	}
	if emergency {
		d.Priority = urgent
		d.Emergency = true
		d.Reasons = append(d.Reasons, "规则 emergency：说的是“"+e.Text+"”，按特急办。依据：突发事件应对法 第六十条第三款")
		r.help(&d, e)
	}
	r.hide(&d, blame, f)
	d.Sees = d.sees()
	return d
}

// byMatrix gives the lead and the helpers of the primary category.
func (r *Router) byMatrix(d *Decision, f Facts, blame accused) {
	m, _ := r.p.Route(d.Categories[0]) // New made sure
	d.Rule, d.Lead, d.Co, d.Oversight, d.Sealed, d.Refer = m.Category, m.Lead, slices.Clone(m.Co), m.Oversight, m.Sealed, m.Refer
	town := county.TownUnit(f.Town)
	if d.Lead == county.AnyTown {
		d.Lead = town
	}
	if d.Sealed {
		r.seal(d, f, blame, m.Source.Cite)
		return
	}
	ours := f.Town != "" && f.OtherCounty == ""
	if ours || d.Refer {
		d.Reasons = append(d.Reasons, fmt.Sprintf("规则 %s：由%s主办。依据：%s", d.Rule, r.p.UnitName(d.Lead), m.Source.Cite))
	}
	if ours && d.Lead != town && !d.Refer {
		d.Co = append(d.Co, town)
	}
	if d.Oversight == "" && slices.ContainsFunc(d.Categories, func(id string) bool { m, _ := r.p.Route(id); return m.Oversight == county.DutyDesk }) {
		d.Oversight = county.DutyDesk
	}
}

// seal leaves out of a sealed case the units that the text names, because it may be about them; should it name all of them, they stay.
func (r *Router) seal(d *Decision, f Facts, blame accused, cite string) {
	text := normal(f.all())
	units := append([]string{d.Lead}, d.Co...)
	free := slices.DeleteFunc(slices.Clone(units), func(u string) bool { return r.named(u, text) || slices.Contains(blame.units, u) })
	why := ""
	if len(free) > 0 && len(free) < len(units) {
		units, why = free, "写的话里提到的单位不参加。"
	}
	d.Lead, d.Co = units[0], units[1:]
	var names []string
	for _, u := range units {
		names = append(names, r.p.UnitName(u))
	}
	d.Reasons = append(d.Reasons, "规则 "+d.Rule+"：这一类要保密，只有"+strings.Join(names, "、")+"看得到。"+why+"依据："+cite)
}

// named reports whether the text names a unit as people call it.
func (r *Router) named(unit, text string) bool {
	u, _ := r.p.Unit(unit)
	return slices.ContainsFunc(u.Called, func(w string) bool { return strings.Contains(text, w) })
}

// toDesk gives the case to the duty desk, which assigns it on. Until then only it sees the case.
func (r *Router) toDesk(d *Decision, rule, reason string) {
	d.Rule, d.Lead, d.Co, d.Oversight = rule, county.DutyDesk, nil, ""
	d.Reasons = append(d.Reasons, reason)
}

// help lets those see an emergency at once who were to be called, and the department that would lead it if its place were known.
func (r *Router) help(d *Decision, e county.Emergency) {
	if d.Sealed {
		return
	}
	var units []string
	if m, _ := r.p.Route(d.Categories[0]); m.Lead != county.AnyTown {
		units = append(units, m.Lead)
	}
	for _, number := range e.Call {
		units = append(units, callees[number])
	}
	for _, u := range units {
		if _, known := r.p.Unit(u); known && u != d.Lead && !slices.Contains(d.Co, u) {
			d.Co = append(d.Co, u)
		}
	}
}

// emergency is what the person chose, else what the words of a later message say.
func (r *Router) emergency(f Facts) (county.Emergency, bool) {
	later := normal(strings.Join(f.Later, "\n"))
	for _, chosen := range []bool{true, false} {
		for _, e := range r.p.Emergencies {
			said := !chosen && slices.ContainsFunc(e.Words, func(w string) bool { return says(later, w) })
			if len(e.Call) > 0 && (chosen && e.ID == f.Emergency || said) {
				return e, true
			}
		}
	}
	return county.Emergency{}, false
}

// all is everything that the person wrote.
func (f Facts) all() string { return strings.Join(slices.Concat(f.Texts, f.Later), "\n") }

// sees lists the units that may know of the case: those that handle it, and the duty desk unless it is sealed.
func (d *Decision) sees() []string {
	all := append([]string{d.Lead}, d.Co...)
	if d.Oversight != "" {
		all = append(all, d.Oversight)
	}
	if !d.Sealed {
		all = append(all, county.DutyDesk)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// normal is a text without what people put between the characters.
func normal(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == '　' || r == '，' || r == '。' }), "")
}
