package route

import (
	"maps"
	"math"
	"slices"
	"strings"

	"qianshao/config/county"
)

// What weighs how much: words that mean something more than mere characters, of which a tip has hundreds.
const (
	meaningWeight = 0.6
	meetingWeight = 0.35
)

// grams is how many characters the longest runs have that are learned.
const grams = 2

// meanings lists what a sentence means, other than what denied says it denies.
func (r *Router) meanings(s *sentence, denied func(at int) bool) []string {
	var all []string
	for _, m := range r.p.Words.Meanings {
		for from := range s.each(m.Choices, 0, len(s.text)) {
			if !denied(from) {
				all = append(all, m.Name)
				break
			}
		}
	}
	return all
}

// meet notes meanings, and which two of them meet.
func meet(to map[string]float64, prefix string, meanings []string) {
	for i, a := range meanings {
		to[prefix+"means:"+a] = meaningWeight
		for _, b := range meanings[i+1:] {
			to[prefix+"meet:"+a+"+"+b] = meetingWeight
		}
	}
}

// said are the features of what the person wrote and ticked, and whether anything of it means something: mere characters decide nothing.
func (r *Router) said(text []sentence, f Facts) (county.Features, bool) {
	x := county.Features{}
	var pieces []string
	values := map[string]float64{}
	for i := range text {
		s := &text[i]
		pieces = append(pieces, strings.Split(s.text, "　")...)
		meet(values, "", r.meanings(s, func(at int) bool { return deniedAt(s.text, at) }))
	}
	for _, s := range f.Signs {
		values["ticked:"+s] = 1
	}
	for _, s := range f.Sites {
		values["site:"+s] = 1
	}
	x.Grams(map[string][]string{"": pieces}, grams)
	x.All(values)
	return x, len(values) > 0
}

// concluded are the features of what the words' lists conclude.
func concluded(e *evidence, class county.LearnedClass) county.Features {
	values := map[string]float64{"words:" + class.Name(): 1}
	for prefix, list := range map[string][]string{"said:": e.facts.Said, "sign:": e.facts.Signs, "hint:": e.facts.Hints} {
		for _, v := range list {
			values[prefix+v] = 1
		}
	}
	x := county.Features{}
	x.All(values)
	return x
}

// wordsCount is how much what the words' lists conclude adds to a class, beside its learned weight: the logarithm of odds.
const wordsCount = 1.0

// How likely a class must be that hides a tip from those who would come, or that refers it to others, where the words' lists do not say so too: more so where
// the person ticked a strong sign, as drums and kettles are.
const (
	sure  = 0.5
	surer = 0.9
)

// learn chooses the class to which everything together points, and how likely its lead is; the words' own class where nothing was learned. Alone is how likely
// it is of a category that is never joined to another matter without a person.
func (r *Router) learn(x county.Features, words county.LearnedClass, ticked bool) (class county.LearnedClass, likely, alone float64) {
	l := &r.p.Learned
	if len(l.Classes) == 0 {
		return words, 1, 0
	}
	odds := map[county.LearnedClass]float64{}
	sum, z := 0.0, l.Score(x)
	for k, c := range l.Classes {
		if c == words {
			z[k] += wordsCount
		}
		odds[c] = math.Exp(z[k])
		sum += odds[c]
		if slices.Contains(r.p.Match.Alone, c.Category) {
			alone += odds[c]
		}
	}
	least := sure
	if ticked {
		least = surer
	}
	for {
		best, likely := r.likeliest(odds)
		if likely /= sum; best == words || likely >= least || !r.grave[best] {
			return best, likely, alone / sum
		}
		delete(odds, best)
	}
}

// likeliest is the best class of the unit that most likely leads, and the odds of that unit: which unit comes matters more than what a tip is called.
func (r *Router) likeliest(odds map[county.LearnedClass]float64) (best county.LearnedClass, most float64) {
	leads := map[string]float64{}
	for _, c := range r.p.Learned.Classes {
		leads[r.leads[c]] += odds[c]
	}
	for _, c := range r.p.Learned.Classes {
		if its := leads[r.leads[c]]; odds[c] > 0 && (its > most || its == most && odds[c] > odds[best]) {
			best, most = c, its
		}
	}
	return best, most
}

// classLeads says who leads each class, in a town and where nothing else is known. The classes are the categories, and each with a hint by which another
// unit leads: the first hint that does so. Grave ones hide a tip from those who would come, or refer it to others.
func classLeads(p *county.Profile) (all map[county.LearnedClass]string, grave map[county.LearnedClass]bool) {
	all, grave = map[county.LearnedClass]string{}, map[county.LearnedClass]bool{}
	for _, c := range p.Categories {
		known := map[string]bool{}
		for _, hint := range append([]string{""}, slices.Sorted(maps.Keys(p.Words.Hints))...) {
			f := county.RuleFacts{Category: c.ID, Categories: []string{c.ID}, Hints: []string{hint}, Place: county.PlaceTown, Town: p.Towns[0].Code}
			if rule, ok := p.Decide(f, p.From); ok && !known[rule.Lead] {
				class := county.LearnedClass{Category: c.ID, Hint: hint}
				all[class], grave[class] = rule.Lead, rule.Sealed || rule.Refer
				known[rule.Lead] = true
			}
		}
	}
	return all, grave
}

// classOf is the class of a category with the hints that the words gave.
func (r *Router) classOf(category string, hints []string) county.LearnedClass {
	for _, h := range r.hints {
		if c := (county.LearnedClass{Category: category, Hint: h}); slices.Contains(hints, h) && r.leads[c] != "" {
			return c
		}
	}
	return county.LearnedClass{Category: category}
}

// hinted gives the hints after a class was chosen: of those that the category's classes have, only its own.
func (r *Router) hinted(hints []string, class county.LearnedClass) []string {
	hints = slices.DeleteFunc(slices.Clone(hints), func(h string) bool {
		return r.leads[county.LearnedClass{Category: class.Category, Hint: h}] != ""
	})
	if class.Hint != "" {
		hints = append(hints, class.Hint)
	}
	return hints
}
