// Package route decides who handles a tip: which categories it may belong to, which units lead, help and oversee, how urgent it is, and why.
// The words, the rules and who handles what are data of the county profile; how they are read and weighed is owned here, and the list of what makes words an
// accusation. It stores nothing, and its reasons never repeat the tipster's words.
package route

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/longbridgeapp/opencc"

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
	Village     string   // code; empty when unknown
	Placed      bool     // a position in our county is known
	OtherCounty string   // code of the county in which the place lies, when it is not ours
	NearBorder  bool
	Day         time.Time // of the tip: rules have dates
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
	p         *county.Profile
	hints     map[string][]string // category → words of the concepts that hint at it
	chemicals catalogue
	simplify  *opencc.OpenCC
	accuse    *accusations
}

// New makes the rules. It fails when a route of the profile is missing.
func New(p *county.Profile) (*Router, error) {
	accuse, err := readAccusations()
	if err != nil {
		return nil, err
	}
	simplify, err := opencc.New("t2s")
	if err != nil {
		return nil, fmt.Errorf("route: load traditional characters: %w", err)
	}
	r := &Router{p: p, hints: map[string][]string{}, chemicals: catalogueOf(p.Chemicals), simplify: simplify, accuse: accuse}
	for _, c := range p.Words.Categories {
		for _, w := range p.SignWords {
			if slices.Contains(c.Concepts, w.Concept) {
				r.hints[c.ID] = append(r.hints[c.ID], w.Word)
			}
		}
	}
	for _, c := range p.Categories {
		if _, ok := p.Route(c.ID); !ok {
			return nil, fmt.Errorf("route: category %s has no route", c.ID)
		}
	}
	for _, id := range []string{fallback, official, poisons, border} {
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

	poisons     = "x_poison_expl"
	concealed   = "x_conceal"
	retaliation = "x_retaliate"

	ruleNone    = "none"
	ruleAccused = "accused"
)

// callees are the units that help when the person was told to call their number.
var callees = map[string]string{"110": "police", "119": "fire", "120": "health"}

// reading is what was found in the words.
type reading struct {
	text  string // normal
	blame accused
}

// Decide applies the rules.
func (r *Router) Decide(f Facts) Decision {
	said := reading{r.normal(f.all()), r.accuses(f)}
	found := r.classify(f, said)
	e, emergency, guessed := r.emergency(f, found[0].category.ID)
	d := Decision{Confidence: found.confidence(), Reasons: found.reasons(), Emergency: emergency}
	for _, v := range found {
		d.Categories = append(d.Categories, v.category.ID)
	}
	d.Priority = found.priority()
	r.apply(&d, f, said, found.unclear())
	if emergency {
		d.Priority = urgent
		reason := "规则 emergency：说的是“" + e.Text + "”，按特急办。依据：突发事件应对法 第六十条第三款"
		if guessed {
			reason = "规则 emergency：写的话像“" + e.Text + "”，是机器看的，先按特急办，请值班的人核实。依据：突发事件应对法 第六十条第三款"
		}
		d.Reasons = append(d.Reasons, reason)
		r.help(&d, e)
	}
	r.hide(&d, said.blame, f)
	d.Sees = d.sees()
	return d
}

// apply finds the first rule that fits and gives the lead and the helpers.
func (r *Router) apply(d *Decision, f Facts, said reading, unclear bool) {
	m, _ := r.p.Route(d.Categories[0]) // New made sure
	facts := county.RuleFacts{
		Category: d.Categories[0], Categories: d.Categories, Signs: f.Signs, Sites: f.Sites, Town: f.Town, Village: f.Village, Positioned: f.Placed && f.OtherCounty == "",
		Placed:      f.OtherCounty == "" && (f.Town != "" || f.Placed),
		OtherCounty: f.OtherCounty != "", NearBorder: f.NearBorder, Emergency: d.Emergency, Unclear: unclear, Sealed: m.Sealed, Refer: m.Refer,
		Has: func(cue string) bool { return r.has(said.text, cue) },
	}
	i := slices.IndexFunc(r.p.Rules, func(rule county.Rule) bool { return rule.Fits(facts, f.Day) })
	if i < 0 { // the last rule fits everything, unless a profile was put together by hand
		r.toDesk(d, ruleNone, "规则 "+ruleNone+"：没有合适的规则，由县安委办定。依据：安全生产法 第七十三条")
		return
	}
	rule := r.p.Rules[i]
	if rule.Lead == county.DutyDesk {
		r.toDesk(d, rule.ID, "规则 "+rule.ID+"："+rule.Reason+"。依据："+rule.Source.Cite)
		return
	}
	r.byMatrix(d, f, said, m)
	if rule.Lead != county.ByMatrix {
		d.Rule, d.Lead = rule.ID, r.here(rule.Lead, f)
		d.Co = slices.DeleteFunc(append(slices.Clone(rule.Co), d.Co...), func(u string) bool { return u == d.Lead })
		slices.Sort(d.Co)
		d.Co = slices.Compact(d.Co)
		d.Reasons = append(d.Reasons, "规则 "+rule.ID+"："+rule.Reason+"。依据："+rule.Source.Cite)
	}
	if rule.Oversight != "" {
		d.Oversight = rule.Oversight
	}
	if rule.Priority != "" {
		d.Priority = rule.Priority
	}
}

// here is the township of the place where a rule says town, and the duty desk while nobody knows it.
func (r *Router) here(lead string, f Facts) string {
	switch {
	case lead != county.AnyTown:
		return lead
	case f.Town == "":
		return county.DutyDesk
	}
	return county.TownUnit(f.Town)
}

// byMatrix gives the lead and the helpers of the primary category.
func (r *Router) byMatrix(d *Decision, f Facts, said reading, m county.Route) {
	d.Rule, d.Lead, d.Co, d.Oversight, d.Sealed, d.Refer = m.Category, r.here(m.Lead, f), slices.Clone(m.Co), m.Oversight, m.Sealed, m.Refer
	if d.Sealed {
		r.seal(d, said, m.Source.Cite)
		return
	}
	d.Reasons = append(d.Reasons, fmt.Sprintf("规则 %s：由%s主办。依据：%s", d.Rule, r.p.UnitName(d.Lead), m.Source.Cite))
	if town := county.TownUnit(f.Town); f.Town != "" && f.OtherCounty == "" && d.Lead != town && !d.Refer {
		d.Co = append(d.Co, town)
	}
	watched := slices.ContainsFunc(d.Categories, func(id string) bool { m, _ := r.p.Route(id); return m.Oversight == county.DutyDesk })
	if d.Oversight == "" && (watched || f.NearBorder) {
		d.Oversight = county.DutyDesk
	}
}

// seal leaves out of a sealed case the units that the text names, because it may be about them; should it name all of them, they stay.
func (r *Router) seal(d *Decision, said reading, cite string) {
	text, blame := said.text, said.blame
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
	return slices.ContainsFunc(u.Called, func(w string) bool {
		pieces := strings.Split(text, w)
		return slices.ContainsFunc(pieces[:len(pieces)-1], func(head string) bool {
			return !slices.ContainsFunc(asked, func(a string) bool { return strings.HasSuffix(strings.TrimSuffix(head, "县"), a) })
		})
	})
}

// asked stands before a unit that somebody turns to or asks for.
var asked = []string{"请", "请求", "要求", "希望", "盼", "望", "让", "找", "求", "恳请", "通知", "叫"}

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
	m, _ := r.p.Route(d.Categories[0])
	if m.Lead == county.AnyTown {
		m, _ = r.p.Route(fallback)
	}
	units = append(units, m.Lead)
	for _, number := range e.Call {
		units = append(units, callees[number])
	}
	for _, u := range units {
		if _, known := r.p.Unit(u); known && u != d.Lead && !slices.Contains(d.Co, u) {
			d.Co = append(d.Co, u)
		}
	}
}

// emergency is what the person chose, else what the words say: the machine's guess. Of an accident that was kept quiet the words tell, but it is over.
func (r *Router) emergency(f Facts, primary string) (e county.Emergency, is, guessed bool) {
	for _, e := range r.p.Emergencies {
		if len(e.Call) > 0 && e.ID == f.Emergency {
			return e, true, false
		}
	}
	if primary != concealed && primary != retaliation {
		e, is = r.dangers(strings.Join(f.Texts, "\n"))
	}
	if !is { // nobody asked then whether it is an emergency
		e, is = r.dangers(strings.Join(f.Later, "\n"))
	}
	return e, is, is
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
