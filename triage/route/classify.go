package route

import (
	"slices"

	"qianshao/config/county"
)

// found is what speaks for the categories of a tip.
type found struct {
	categories []string // the primary one first; empty when nothing speaks for any
	signs      []string // ticked, and told in words
	hints      []string
	strong     bool // something that is worth a look on the same day
	support    float64
	rivals     float64
	likely     float64 // that its lead is right, as far as was learned
	alone      float64 // see Decision.Alone
	why        []string
}

// evidence gathers what speaks for which category.
type evidence struct {
	facts   county.SortFacts
	support map[string]float64 // by category
	strong  bool
	ticked  bool // a strong sign was, by the person
	medium  int
	why     []string
}

// How much stands behind a category: what a person chose counts more than what a machine reads.
const (
	chosen = 1.0
	read   = 0.7
)

func (e *evidence) says(category, why string, weight float64) {
	e.support[category] += weight
	if !slices.Contains(e.facts.Said, category) {
		e.facts.Said = append(e.facts.Said, category)
	}
	if !slices.Contains(e.why, why) {
		e.why = append(e.why, why)
	}
}

// clear is how likely a lead must be where the words' lists find no category at all.
const clear = 0.35

// join adds features up.
func join(a, b county.Features) county.Features {
	for i, v := range b {
		a[i] += v
	}
	return a
}

// classify reads what the person chose and wrote, and sorts it by the profile's lists.
func (r *Router) classify(f Facts, text []sentence, blame accused) found {
	e, primary := r.words(f, text, blame)
	words := r.classOf(primary, e.facts.Hints)
	class, likely, alone := words, 1.0, 0.0
	if c, _ := r.p.Category(primary); !blame.strong && !c.Sealed { // what the words' lists hide stays hidden, whatever else the tip sounds like
		said, any := r.said(text, f)
		if primary == "" && !any {
			return found{}
		}
		class, likely, alone = r.learn(join(said, concluded(e, words)), words, e.ticked)
		if e.ticked && r.isPlace(class.Category) && primary != "" && !r.isPlace(primary) && r.leads[class] == r.leads[words] {
			class = words // what the person ticked is more than a place
		}
	}
	out := found{signs: e.facts.Signs, hints: r.hinted(e.facts.Hints, class), strong: e.strong || e.medium > 1, why: e.why, likely: likely, alone: alone}
	if primary == "" && likely < clear || class.Category == "" {
		return out
	}
	if class.Category != primary {
		out.why = append(out.why, "整段话的用词更像“"+r.plain(class.Category)+"”")
	}
	primary = class.Category
	e.facts.Category = primary
	out.categories = []string{primary}
	for i := range r.p.Words.Also {
		if s := &r.p.Words.Also[i]; !slices.Contains(out.categories, s.Category) && s.Matches(e.facts) {
			out.categories = append(out.categories, s.Category)
		}
	}
	out.support = max(e.support[primary], read)
	for _, c := range e.facts.Said {
		if !slices.Contains(out.categories, c) {
			out.rivals += e.support[c] / 2
		}
	}
	return out
}

// words gathers what speaks for which category, and the primary one that follows by the profile's lists; "" when nothing speaks for any.
func (r *Router) words(f Facts, text []sentence, blame accused) (*evidence, string) {
	e := &evidence{support: map[string]float64{}, facts: county.SortFacts{Sites: f.Sites}}
	r.chosen(f, e)
	r.told(text, e)
	if blame.strong {
		e.says(official, "写的话牵扯到公家的人", chosen)
		e.strong = true
	}
	i := slices.IndexFunc(r.p.Words.Primary, func(s county.Sorting) bool { return s.Matches(e.facts) })
	if i < 0 {
		return e, ""
	}
	return e, r.p.Words.Primary[i].Category
}

// chosen takes what was ticked and answered.
func (r *Router) chosen(f Facts, e *evidence) {
	for _, id := range f.Signs {
		if s, ok := r.p.Sign(id); ok {
			r.sign(e, s, "选了“"+s.Short+"”", chosen)
		}
	}
	for _, id := range f.Sites {
		for _, c := range points(r.p.SiteTypes, id) {
			e.says(c, "选的地方指向“"+r.plain(c)+"”", chosen)
		}
	}
	for _, c := range points(r.p.Before, f.Before) {
		e.says(c, "说以前查过又干", chosen)
		e.strong = true
	}
}

// sign notes a sign. What it names first is said outright by a strong one.
func (r *Router) sign(e *evidence, s county.Sign, why string, weight float64) {
	if slices.Contains(e.facts.Signs, s.ID) {
		return
	}
	e.facts.Signs = append(e.facts.Signs, s.ID)
	switch s.Strength {
	case "strong":
		e.strong, e.ticked = true, e.ticked || weight == chosen
		if len(s.PointsTo) > 0 && weight == chosen && !r.isPlace(s.PointsTo[0]) { // what kind of place it is, is asked apart
			e.says(s.PointsTo[0], why, weight)
		}
	case "medium":
		e.medium++
	}
	if !slices.Contains(e.why, why) {
		e.why = append(e.why, why)
	}
}

// told reads the words.
func (r *Router) told(text []sentence, e *evidence) {
	for _, s := range r.p.Signs {
		if saysAny(text, r.p.Words.Signs[s.ID]) {
			r.sign(e, s, "话里像有“"+s.Short+"”", read)
		}
	}
	for _, c := range r.p.Categories {
		if n := count(text, r.p.Words.Categories[c.ID]); n > 0 {
			e.says(c.ID, "写的话像“"+c.Plain+"”", read*min(2, float64(n)))
			e.strong = e.strong || !r.isPlace(c.ID) // what is done there, said outright, is worth as much as a strong sign
		}
	}
	for _, h := range r.hints {
		if saysAny(text, r.p.Words.Hints[h]) {
			e.facts.Hints = append(e.facts.Hints, h)
		}
	}
	if slices.ContainsFunc(text, func(s sentence) bool {
		return slices.ContainsFunc(s.chemicals, func(c chemical) bool { return !c.harmless })
	}) {
		e.facts.Hints = append(e.facts.Hints, county.ChemicalHint)
		e.why = append(e.why, "话里有危险化学品名录上的名字")
	}
}

func count(text []sentence, list []county.Phrase) int {
	n := 0
	for _, p := range list {
		if says(text, p) {
			n++
		}
	}
	return n
}

// confidence grows with what speaks for the primary category and falls with what speaks for those that were left out.
func (f *found) confidence() float64 {
	if len(f.categories) == 0 {
		return 0
	}
	return f.likely * f.support / (f.support + f.rivals + 0.6)
}

// isPlace reports whether the category is a kind of place, not an act.
func (r *Router) isPlace(id string) bool {
	c, _ := r.p.Category(id)
	return c.Axis == "place"
}

func (r *Router) plain(id string) string {
	c, _ := r.p.Category(id)
	return c.Plain
}

// points gives the categories that an answer points to.
func points(choices []county.Choice, id string) []string {
	i := slices.IndexFunc(choices, func(c county.Choice) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return choices[i].Points
}
