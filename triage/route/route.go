// Package route decides who handles a tip: which categories it may belong to, which units lead, help and oversee, how urgent it is, and why.
// It owns how words are read and the order of the questions; the rules, the words, the chemicals and who handles what are data of the county profile.
// It reads and stores nothing, and its reasons never repeat the tipster's words.
package route

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/longbridgeapp/opencc"

	"qianshao/config/county"
)

// Facts are what is known of a tip.
type Facts struct {
	Day         time.Time // when it came: rules have days between which they are in force; zero is today
	Emergency   string    // id of the chosen emergency; "" or "none" for none
	Signs       []string
	Sites       []string
	Before      string
	Texts       []string // what the person wrote; read, never repeated
	Later       []string // what the person said since
	Town        string   // code; empty when unknown
	Village     string   // code; empty when unknown
	Placed      bool     // a position inside the county was sent
	Named       bool     // a village is named, be it gone or one of several
	OtherCounty string   // code of the county in which the place lies, when it is not ours
	NearBorder  bool
	Category    string // what it is about, as was decided; "" leaves it to the words
	Kept        bool   // Category is what the words said: no person has decided it, and their reasons stand
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
	Usual      string // priority without the emergency
	Emergency  bool
	Guessed    bool                        // the machine read the emergency from the words, nobody chose it; a person may lower it
	Clocks     map[string]*county.Duration // steps that the rule wants done sooner than the priority says
	Rule       string                      // id of the rule that chose the lead, or accused
	Reasons    []string                    // in Chinese, with the source
	Confidence float64                     // 0..1, of the primary category
	Alone      float64                     // 0..1: how likely it is of a category that is never joined to another matter without a person
}

// Router holds the rules of one profile. It is safe for concurrent use.
type Router struct {
	p         *county.Profile
	hints     []string // in a fixed order
	chemicals chemicals
	simplify  *opencc.OpenCC
	accuse    *accusations
	leads     map[county.LearnedClass]string
	grave     map[county.LearnedClass]bool
}

// New makes the rules ready; that they are sound is what loading the profile has checked.
func New(p *county.Profile) (*Router, error) {
	accuse, err := readAccusations()
	if err != nil {
		return nil, err
	}
	simplify, err := opencc.New("t2s")
	if err != nil {
		return nil, fmt.Errorf("route: traditional characters: %w", err)
	}
	for _, id := range []string{fallback, official} {
		if _, ok := p.Category(id); !ok {
			return nil, fmt.Errorf("route: the profile has no category %s", id)
		}
	}
	leads, grave := classLeads(p)
	return &Router{p: p, hints: slices.Sorted(maps.Keys(p.Words.Hints)), chemicals: readChemicals(p.Chemicals), simplify: simplify, accuse: accuse, leads: leads, grave: grave}, nil
}

// What the program names itself.
const (
	fallback = "c1"         // what a tip is called while nothing says otherwise: a workshop without papers
	border   = "c6"         // the category of places where counties meet
	official = "x_official" // officials who cover for somebody
	above    = "county_gov" // the unit above the duty desk
	urgent   = "P0"
	weaker   = "P2"

	ruleAccused = "accused"
	ruleNone    = "none" // no rule matched; county check proves that this cannot be
)

// callees are the units that help when the person was told to call their number.
var callees = map[string]string{"110": "police", "119": "fire", "120": "health"}

// Urgent says, without a place and before anything else is known, whether the tip cannot wait: the person chose an emergency, or the words tell of one.
func (r *Router) Urgent(f Facts) bool {
	_, yes, _ := r.emergency(r.simple(f))
	return yes
}

// Decide applies the rules.
func (r *Router) Decide(f Facts) Decision {
	if f.Day.IsZero() {
		f.Day = time.Now()
	}
	f = r.simple(f)
	text := r.read(slices.Concat(f.Texts, f.Later))
	e, emergency, guessed := r.emergency(f)
	blame := r.accuses(f)
	found := r.classify(f, text, blame)
	d := Decision{Confidence: found.confidence(), Alone: found.alone, Reasons: found.why, Categories: found.categories, Emergency: emergency, Guessed: guessed}
	if f.Category != "" {
		others := slices.DeleteFunc(slices.Clone(found.categories), func(id string) bool { return id == f.Category })
		d.Categories = append([]string{f.Category}, others...)
	}
	unclear := len(found.categories) == 0 && (f.Category == "" || f.Kept)
	switch {
	case f.Category != "" && !f.Kept:
		d.Confidence, d.Reasons = 1, []string{"县安委办看了，定为“" + r.plain(f.Category) + "”"}
	case unclear:
		d.Categories = []string{fallback}
		d.Reasons = append(d.Reasons, "没有写明是哪一类，先按“"+r.plain(fallback)+"”")
	}
	if f.NearBorder && !slices.Contains(d.Categories, border) {
		d.Categories = append(d.Categories, border)
	}
	d.Priority = r.priority(d.Categories[0], found.strong)
	r.apply(&d, f, blame, county.RuleFacts{
		Category: d.Categories[0], Categories: d.Categories, Signs: found.signs, Sites: f.Sites, Hints: found.hints, Town: f.Town, Place: r.place(f, text),
		Border: f.NearBorder, Emergency: emergency, Unclear: unclear,
	})
	if d.Usual = d.Priority; emergency {
		r.hurry(&d, e)
	}
	r.hide(&d, blame, f)
	d.Sees = d.sees()
	return d
}

// place says where it lies, as the rules ask.
func (r *Router) place(f Facts, text []sentence) string {
	switch {
	case f.OtherCounty != "":
		return county.PlaceOther
	case f.Town == "" && f.Placed:
		return county.PlaceCounty
	case f.Town == "":
		return county.PlaceNone
	case f.Village != "" || f.Placed || f.Named || saysAny(text, r.p.Words.Landmarks) && !saysAny(text, r.p.Words.Unplaced):
		return county.PlaceTown
	}
	return county.PlaceVague
}

// priority is that of the category; where nothing strong was seen it is not in a hurry (P1 becomes P2).
func (r *Router) priority(category string, strong bool) string {
	c, _ := r.p.Category(category)
	if !strong && c.Priority != urgent {
		return max(c.Priority, weaker)
	}
	return c.Priority
}

// apply does what the first matching rule says.
func (r *Router) apply(d *Decision, f Facts, blame accused, asked county.RuleFacts) {
	rule, ok := r.p.Decide(asked, f.Day)
	if !ok || rule.Lead == county.AnyTown && f.Town == "" {
		rule = county.Rule{ID: ruleNone, Lead: county.DutyDesk, Reason: "没有一条规则管得着，由县安委办定", Source: county.Source{Cite: "安全生产法 第七十三条"}, Alone: true}
	}
	d.Rule, d.Lead, d.Co, d.Oversight, d.Sealed, d.Refer, d.Clocks = rule.ID, rule.Lead, slices.Clone(rule.Co), rule.Oversight, rule.Sealed, rule.Refer, rule.Limits
	if rule.Priority != "" && d.Priority != urgent {
		d.Priority = rule.Priority
	}
	town := county.TownUnit(f.Town)
	if d.Lead == county.AnyTown {
		d.Lead = town
	}
	if d.Sealed {
		r.seal(d, f, blame, rule)
		return
	}
	d.Reasons = append(d.Reasons, fmt.Sprintf("规则 %s：%s。由%s主办。依据：%s", rule.ID, rule.Reason, r.p.UnitName(d.Lead), rule.Source.Cite))
	if f.Town != "" && f.OtherCounty == "" && !rule.Alone && d.Lead != town {
		d.Co = append(d.Co, town)
	}
	r.oversee(d, f)
}

// oversee lets the duty desk watch what lies at the border, and what is of a category that it watches.
func (r *Router) oversee(d *Decision, f Facts) {
	if d.Oversight != "" || d.Lead == county.DutyDesk {
		return
	}
	watched := slices.ContainsFunc(d.Categories, func(id string) bool { c, _ := r.p.Category(id); return c.Oversight == county.DutyDesk })
	if f.NearBorder {
		d.Reasons = append(d.Reasons, "在县界边上，抄送"+r.p.UnitName(county.DutyDesk)+"，要不要函告邻县由它定")
	}
	if watched || f.NearBorder {
		d.Oversight = county.DutyDesk
	}
}

// seal leaves out of a sealed case the units that the text names, because it may be about them; should it name all of them, who stands above them decides.
func (r *Router) seal(d *Decision, f Facts, blame accused, rule county.Rule) {
	people := r.people(normal(f.all()), f.Town)
	named := func(unit string) bool {
		return slices.ContainsFunc(people, func(w who) bool { return w.unit == unit }) || slices.Contains(blame.units, unit)
	}
	units := append([]string{d.Lead}, d.Co...)
	free := slices.DeleteFunc(slices.Clone(units), named)
	why := ""
	if len(free) < len(units) {
		units, why = free, "写的话里提到的单位不参加。"
	}
	if len(units) == 0 {
		units = []string{r.overseer(named)}
	}
	d.Lead, d.Co = units[0], units[1:]
	var names []string
	for _, u := range units {
		names = append(names, r.p.UnitName(u))
	}
	d.Reasons = append(d.Reasons, "规则 "+rule.ID+"：这一类要保密，只有"+strings.Join(names, "、")+"看得到。"+why+"依据："+rule.Source.Cite)
}

// overseer is who looks into officials, and is not accused: else who stands above them, the duty desk at last.
func (r *Router) overseer(accused func(unit string) bool) string {
	m, _ := r.p.Route(official)
	unit := m.Lead
	for unit != county.DutyDesk && accused(unit) {
		u, _ := r.p.Unit(unit)
		unit = cmp.Or(u.Superior, county.DutyDesk)
	}
	return unit
}

// hurry makes the decision an emergency and lets those see it at once who were to be called.
func (r *Router) hurry(d *Decision, e county.Emergency) {
	d.Priority = urgent
	reason := "规则 emergency：说的是“" + e.Text + "”，按特急办。依据：突发事件应对法 第六十条第三款"
	if d.Guessed {
		reason = "规则 emergency：机器看话里的意思像“" + e.Text + "”，先按特急办，值班的人看了可以改。依据：突发事件应对法 第六十条第三款"
	}
	d.Reasons = append(d.Reasons, reason)
	if d.Sealed || d.Refer {
		return
	}
	for _, number := range e.Call {
		u := callees[number]
		if _, known := r.p.Unit(u); known && u != d.Lead && !slices.Contains(d.Co, u) {
			d.Co = append(d.Co, u)
		}
	}
}

// emergency is what the person chose, else what the words tell of; guessed in the second case.
func (r *Router) emergency(f Facts) (e county.Emergency, yes, guessed bool) {
	if e, yes = r.choice(f.Emergency); yes {
		return e, true, false
	}
	id, yes := r.alarm(slices.Concat(f.Texts, f.Later))
	if !yes {
		return e, false, false
	}
	if e, yes = r.choice(id); !yes {
		e = r.unnamed()
	} else if r.onlyAnimals(id, slices.Concat(f.Texts, f.Later)) {
		e.Text = "牲口、家禽或者鱼突然死了、倒了，没说有人出事"
	}
	return e, true, true
}

// choice is the emergency of that id; none where there is nobody to call.
func (r *Router) choice(id string) (county.Emergency, bool) {
	i := slices.IndexFunc(r.p.Emergencies, func(e county.Emergency) bool { return e.ID == id && len(e.Call) > 0 })
	if i < 0 {
		return county.Emergency{}, false
	}
	return r.p.Emergencies[i], true
}

// unnamed is an emergency that is none of the choices, or of which nobody can say which: everybody is called.
func (r *Router) unnamed() county.Emergency {
	e := county.Emergency{Text: "出了急事，没说清是哪一种"}
	for _, other := range r.p.Emergencies {
		e.Call = append(e.Call, other.Call...)
	}
	return e
}

// simple turns traditional characters into simplified ones; a text that cannot be turned stays as it is.
func (r *Router) simple(f Facts) Facts {
	for _, texts := range []*[]string{&f.Texts, &f.Later} {
		*texts = slices.Clone(*texts)
		for i, s := range *texts {
			if out, err := r.simplify.Convert(s); err == nil {
				(*texts)[i] = out
			}
		}
	}
	return f
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
