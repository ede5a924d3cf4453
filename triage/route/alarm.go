package route

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"qianshao/config/county"
)

// How a clause speaks of what it tells. What follows speaks the same way until a word says otherwise.
const (
	plainly  = ""
	ofNow    = "now"
	ofRumour = "rumour"
	ofFear   = "fear"
	ofPast   = "past"
	ofHabit  = "habit"
)

// window is how many clauses are read together: an emergency is told in a few, however long the tip.
const window = 3

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

// alarmed are the features of which it follows whether the texts tell of an emergency now.
func (r *Router) alarmed(texts []string) features {
	x := features{}
	values, pieces := map[string]float64{}, map[string][]string{}
	for _, t := range texts {
		all := r.clauses(t)
		for i, c := range all {
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
				if c.calm() != "" {
					values["u:means:calm:"+m] = meaningWeight
				}
			}
			meet(values, "u:", together(all[i:min(len(all), i+window)]))
		}
	}
	x.grams(pieces)
	x.all(values)
	return x
}

// happening counts the events of which the texts tell as happening, by emergency. What words.yaml calls perhaps counts where somebody speaks of now or calls for
// help.
func (r *Router) happening(texts []string) map[string]int {
	told := map[string]int{}
	for _, t := range texts {
		all := r.clauses(t)
		sure := saysAny([]sentence{r.sentence(normal(t))}, r.p.Words.Urgent.Cries) || slices.ContainsFunc(all, func(c clause) bool { return c.mode == ofNow })
		if !sure {
			all = r.clauses(r.withoutPerhaps(t))
		}
		for _, c := range all {
			if c.calm() == "" {
				r.count(told, &c)
			}
		}
	}
	return told
}

func (r *Router) withoutPerhaps(text string) string {
	for _, e := range r.p.Emergencies {
		for _, p := range r.p.Words.Urgent.Perhaps[e.ID] {
			for _, w := range p[0].Words {
				text = strings.ReplaceAll(text, w, "　")
			}
		}
	}
	return text
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

// together lists what some clauses mean that tell of now.
func together(some []clause) []string {
	var all []string
	for _, c := range some {
		if c.calm() == "" {
			all = append(all, c.meanings...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// clauses reads a text clause by clause.
func (r *Router) clauses(text string) []clause {
	for _, s := range r.p.Words.Urgent.Innocent {
		text = strings.ReplaceAll(text, s, "　")
	}
	var all []clause
	over := plainly
	for s := range strings.FieldsFuncSeq(text, endsThought) {
		mode, past := over, r.datedBack(s)
		for c := range strings.FieldsFuncSeq(s, between) {
			part := r.sentence(c)
			if mode = r.mode(&part, mode); past {
				mode = ofPast
			}
			if mode == ofPast || mode == ofNow {
				over = mode
			}
			means := r.meanings(&part, func(at int) bool { return denied(last(c[:at], denyReach)) })
			all = append(all, clause{c, mode, means, r.cues(&part)})
		}
		if over == ofNow {
			over = plainly
		}
	}
	return all
}

// mode is how a clause speaks, given how the one before it did.
func (r *Router) mode(s *sentence, before string) string {
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
	case before == ofHabit: // what goes on every night says nothing of what is told next
		return plainly
	}
	return before
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

// alarmCount is how much it adds that the words' lists find an emergency, beside what was learned, which has little to go by in a short text: the logarithm of
// odds.
func alarmCount(texts []string) float64 {
	n := 0
	for _, t := range texts {
		n += utf8.RuneCountInString(t)
	}
	if n <= shortText {
		return 3.5
	}
	return 0
}

// alone is how far what was learned must be above its floor where the lists find nothing: the logarithm of odds. This and the floor (see make learn) lose no
// emergency of fifteen authors, each learned from the others, six in a hundred with stories around them, and seven of ten alarms are right.
const alone = 1.0

// alarmedPart reports whether some clauses that tell of an event would be an emergency alone: a long story around them makes it none the less one.
func (r *Router) alarmedPart(texts []string) bool {
	l := &r.p.Learned
	for _, t := range texts {
		all := r.clauses(t)
		for i := range all {
			some, told := all[i:min(len(all), i+window)], map[string]int{}
			text := ""
			for k := range some {
				if some[k].mode != ofPast && some[k].mode != ofFear && some[k].mode != ofRumour {
					r.count(told, &some[k])
				}
				text += some[k].text + comma
			}
			if len(told) > 0 && l.Score(r.alarmed([]string{text}))[len(l.Classes)] >= partly {
				return true
			}
		}
	}
	return false
}

// partly is how far what was learned must be above its floor in a part of a tip.
const partly = 0.5

// alarm decides by everything together whether there is an emergency now, and which ("" for one that nothing names); by the words' lists alone where nothing
// was learned. What was learned alone raises nothing of which no event is told: who only calls for haste, or denies one, is left to the usual clocks.
func (r *Router) alarm(texts []string) (string, bool) {
	id, yes := r.urgent(texts)
	l := &r.p.Learned
	if len(l.Classes) == 0 {
		return id, yes
	}
	z := l.Score(r.alarmed(texts))[len(l.Classes)]
	if yes {
		return id, z+alarmCount(texts) >= 0 || r.alarmedPart(texts)
	}
	if z < alone {
		return "", false
	}
	told := r.happening(texts)
	for _, e := range r.p.Emergencies { // the one most told; of equals the first
		if told[e.ID] > told[id] {
			id = e.ID
		}
	}
	return id, len(told) > 0
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
