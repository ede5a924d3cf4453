package route

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"qianshao/config/county"
)

// How a clause speaks of what it tells. It says nothing of the next: who tells one story after another has told the next one for itself.
const (
	plainly  = ""
	ofNow    = "now"
	ofRumour = "rumour"
	ofFear   = "fear"
	ofPast   = "past"
	ofHabit  = "habit"
)

// window is how many clauses are read together: an emergency is told in a few, however long the tip.
const window = 4

// clause is what one says.
type clause struct {
	text     string
	mode     string
	meanings []string
	cues     []int // of words.yaml, by index
}

// calm is a prefix for what is not told of now.
func (c *clause) calm() string {
	if c.mode == plainly || c.mode == ofNow {
		return ""
	}
	return "calm:"
}

// windows are every four clauses that follow each other in one of the texts, and the two and three at either end.
func (r *Router) windows(texts []string) (all [][]clause) {
	for _, t := range texts {
		c := r.clauses(t)
		for to := 1; len(c) > 0 && to < len(c)+window; to++ {
			all = append(all, c[max(0, to-window):min(len(c), to)])
		}
	}
	return all
}

// alarmed are the features of which it follows whether some clauses tell of an emergency now.
func alarmed(some []clause) county.Features {
	x := county.Features{}
	values, pieces := map[string]float64{}, map[string][]string{}
	var told []string
	for _, c := range some {
		pieces["u:"] = append(pieces["u:"], c.text)
		if c.mode != plainly {
			pieces["u:"+c.mode+":"] = append(pieces["u:"+c.mode+":"], c.text)
			values["u:mode:"+c.mode] = meaningWeight
		}
		for _, cue := range c.cues {
			values[fmt.Sprint("u:cue:", c.calm(), cue)] = meaningWeight
		}
		for _, m := range c.meanings {
			values["u:tip:"+c.calm()+m] = meetingWeight
			if c.calm() == "" {
				told = append(told, m)
			} else {
				values["u:means:calm:"+m] = meaningWeight
			}
		}
	}
	slices.Sort(told)
	meet(values, "u:", slices.Compact(told))
	x.Grams(pieces, grams)
	x.All(values)
	return x
}

// events counts those of which some clauses tell, by emergency, other than what is past, feared or only heard of.
func (r *Router) events(some []clause) map[string]int {
	told := map[string]int{}
	for i := range some {
		if c := &some[i]; c.mode != ofPast && c.mode != ofFear && c.mode != ofRumour {
			r.count(told, c)
		}
	}
	return told
}

// count adds the events of which a clause tells.
func (r *Router) count(told map[string]int, c *clause) {
	for id, means := range r.p.Words.Urgent.Means {
		for _, m := range c.meanings {
			if slices.Contains(means, m) {
				told[id]++
			}
		}
	}
	for _, cue := range c.cues {
		if id := r.p.Words.Urgent.Cues[cue].Event; id != "" {
			told[id]++
		}
	}
}

// clauses reads a text clause by clause.
func (r *Router) clauses(text string) []clause {
	for _, s := range r.p.Words.Urgent.Innocent {
		text = strings.ReplaceAll(text, s, "　")
	}
	var all []clause
	for s := range strings.FieldsFuncSeq(text, endsThought) {
		past := r.datedBack(s)
		for c := range strings.FieldsFuncSeq(s, between) {
			part := r.sentence(c)
			mode := r.mode(&part)
			if past {
				mode = ofPast
			}
			means := r.meanings(&part, func(at int) bool { return denied(last(c[:at], denyReach)) })
			all = append(all, clause{c, mode, means, r.cues(&part)})
		}
	}
	return all
}

// mode is how a clause speaks.
func (r *Router) mode(s *sentence) string {
	w := &r.p.Words.Urgent
	has := func(list []county.Phrase) bool { return s.lastOf(s.text, list) >= 0 }
	past := r.past(s, s.text)
	switch {
	case has(w.Rumour):
		return ofRumour
	case has(w.Feared):
		return ofFear
	case past >= 0 && past > s.lastOf(s.text, w.Now):
		return ofPast
	case has(w.Habit):
		return ofHabit
	case has(w.Now):
		return ofNow
	}
	return plainly
}

// cues lists those that a clause gives.
func (r *Router) cues(s *sentence) []int {
	var all []int
	for i, cue := range r.p.Words.Urgent.Cues {
		if slices.ContainsFunc(cue.Phrases, func(p county.Phrase) bool {
			for from, to := range s.ends(p, 0, len(s.text)) {
				if !denied(last(s.text[:from], denyReach)) && !begins(s.text[to:], r.p.Words.Urgent.After) {
					return true
				}
			}
			return false
		}) {
			all = append(all, i)
		}
	}
	return all
}

// How much it adds that the words' lists find an emergency, the logarithm of odds; and that they find it in a short text, where what was learned has little to go
// by.
const (
	listsCount = 1.0
	shortCount = 5.0
)

// shortText is how many characters a text has in which an event is nearly all that is said.
const shortText = 24

func short(texts []string) bool {
	n := 0
	for _, t := range texts {
		n += utf8.RuneCountInString(t)
	}
	return n <= shortText
}

// alarm decides whether there is an emergency now, and which ("" for one that nothing names), by the window that tells most of one as others were learned: a
// long story around it makes it none the less one. By the words' lists alone where nothing was learned.
func (r *Router) alarm(texts []string) (string, bool) {
	id, listed := r.urgent(texts)
	l := &r.p.Learned
	if len(l.Classes) == 0 {
		return id, listed
	}
	most, told := math.Inf(-1), map[string]int{}
	for _, some := range r.windows(texts) {
		if z := l.Last(alarmed(some)); z > most {
			most, told = z, r.events(some)
		}
	}
	if listed && short(texts) {
		most += shortCount
	}
	if listed {
		return id, most+listsCount >= 0
	}
	for _, e := range r.p.Emergencies { // the one most told; of equals the first
		if told[e.ID] > told[id] {
			id = e.ID
		}
	}
	return id, most >= 0
}

// onlyAnimals reports whether an emergency that befalls the living is told of animals and of no person. A clause that does not say of whom it speaks goes on
// with the animals before it; before them it speaks of people.
func (r *Router) onlyAnimals(id string, texts []string) bool {
	u, found := &r.p.Words.Urgent, false
	for _, t := range texts {
		for _, p := range u.Keepers {
			for _, w := range p[0].Words {
				t = strings.ReplaceAll(t, w, "人")
			}
		}
		for _, c := range r.clauses(t) {
			said := []sentence{r.sentence(c.text)}
			switch told := map[string]int{}; {
			case saysAny(said, u.People):
				return false
			case found:
			case saysAny(said, u.Animals[id]):
				found = true
			default:
				if r.count(told, &c); told[id] > 0 || saysAny(said, u.Happened[id]) || saysAny(said, u.Perhaps[id]) {
					return false
				}
			}
		}
	}
	return found
}
