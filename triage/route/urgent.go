package route

import (
	"regexp"
	"slices"
	"strings"

	"qianshao/config/county"
)

// How far around an event its circumstances are looked for, in bytes. Voice input has no commas, so a clause may be the whole text.
const (
	fearReach   = 10 * 3 // before it, within its clause
	denyReach   = 5 * 3
	rumourReach = 18 * 3
	timeReach   = 40 * 3 // before it, within its sentence
)

// urgent reads from the words which emergency there is now: what has happened and is not over, feared, denied, a habit or only heard of.
// It is the machine's guess.
func (r *Router) urgent(texts []string) (string, bool) {
	w := &r.p.Words.Urgent
	for _, t := range texts {
		for _, s := range w.Innocent {
			t = strings.ReplaceAll(t, s, "　")
		}
		whole := []sentence{r.sentence(normal(t))}
		if !r.mayBeUrgent(whole) {
			continue
		}
		c := circumstance{cried: saysAny(whole, w.Cries)}
		heard := map[int]bool{}
		for s := range strings.FieldsFuncSeq(t, endsThought) {
			s := r.sentence(clauses(s))
			now := s.lastOf(s.text, w.Now)
			c.now = now >= 0
			if id, ok := r.urgentIn(&s, c); ok {
				return id, true
			}
			r.hear(&s, c, heard)
			if past := r.past(&s, s.text); past >= 0 || c.now {
				c.over = past > now
			}
		}
		if id, ok := r.together(heard); ok {
			return id, true
		}
	}
	return "", false
}

// hear notes the cues of a sentence that are said of now.
func (r *Router) hear(s *sentence, c circumstance, heard map[int]bool) {
	for i, cue := range r.p.Words.Urgent.Cues {
		heard[i] = heard[i] || slices.ContainsFunc(cue.Phrases, func(p county.Phrase) bool {
			for from, to := range s.ends(p, 0, len(s.text)) {
				if r.isNow(s, from, to, c) {
					return true
				}
			}
			return false
		})
	}
}

// together weighs the cues that were heard.
func (r *Router) together(heard map[int]bool) (string, bool) {
	sum, event := 0.0, ""
	for i, cue := range r.p.Words.Urgent.Cues { // in the profile's order
		if !heard[i] {
			continue
		}
		if sum += cue.Weight; event == "" {
			event = cue.Event
		}
	}
	return event, event != "" && sum >= r.p.Words.Urgent.Enough
}

// mayBeUrgent reports whether any event of the lists is told at all, whatever stands around it.
func (r *Router) mayBeUrgent(text []sentence) bool {
	for _, cue := range r.p.Words.Urgent.Cues {
		if cue.Event != "" && slices.ContainsFunc(cue.Phrases, func(p county.Phrase) bool { return says(text, p) }) {
			return true
		}
	}
	for _, lists := range []map[string][]county.Phrase{r.p.Words.Urgent.Happened, r.p.Words.Urgent.Perhaps} {
		for _, list := range lists {
			for _, p := range list {
				for range text[0].each(p[0], 0, len(text[0].text)) {
					return true
				}
			}
		}
	}
	return false
}

// circumstance is what stands around a sentence.
type circumstance struct {
	cried bool // somewhere somebody calls for help
	over  bool // what was told before is past, and nothing since speaks of now
	now   bool // the sentence speaks of now
}

// urgentIn looks through one sentence.
func (r *Router) urgentIn(s *sentence, c circumstance) (string, bool) {
	w := &r.p.Words.Urgent
	for _, e := range r.p.Emergencies { // in the profile's order, so that the answer is the same every time
		phrases := w.Happened[e.ID]
		if c.cried || c.now {
			phrases = slices.Concat(phrases, w.Perhaps[e.ID])
		}
		for _, p := range phrases {
			for from, to := range s.ends(p, 0, len(s.text)) {
				if r.isNow(s, from, to, c) {
					return e.ID, true
				}
			}
		}
	}
	return "", false
}

// comma keeps clauses apart.
const comma = "，"

// clauses is a sentence without spaces, one comma between its clauses.
func clauses(text string) string { return strings.Join(strings.FieldsFunc(text, between), comma) }

// isNow reports whether what stands at from..to of a sentence happens now: nothing says that it is over, feared, denied, a habit or hearsay.
func (r *Router) isNow(s *sentence, from, to int, c circumstance) bool {
	w := &r.p.Words.Urgent
	before, after := s.text[:from], s.text[to:]
	clause := before[max(0, strings.LastIndex(before, comma)):]
	has := func(text string, list []county.Phrase) bool { return s.lastOf(text, list) >= 0 }
	if denied(last(clause, denyReach)) || begins(after, w.After) || has(last(clause, fearReach), w.Feared) || r.datedBack(after) {
		return false
	}
	before = last(before, timeReach)
	now, past := s.lastOf(before, w.Now), r.past(s, before)
	present := now > past // a word for now behind the one for the past
	switch {
	case past >= 0 && !present && !has(after, w.Still):
		return false
	case c.cried || present && now >= 0:
		return now < 0 || c.cried || s.lastOf(before, w.Habit) < now
	case c.over && !c.now, has(last(before, rumourReach), w.Rumour):
		return false
	}
	return !has(last(clause, timeReach), w.Habit)
}

// datedBack reports whether a text says of what it told that it is past: 着了火，是上个月的事.
func (r *Router) datedBack(text string) bool {
	return slices.ContainsFunc(r.p.Words.Urgent.Past, func(p county.Phrase) bool {
		return slices.ContainsFunc(p[0].Words, func(w string) bool { return strings.Contains(text, w+"的事") })
	})
}

// attribute is what follows a time that tells which thing is meant, and not when something happened: 昨晚倒的那摊水.
var attribute = regexp.MustCompile(`^\p{Han}{1,3}的[那这]`)

// past is where the last word for the past ends that speaks of a time, and not of where a thing comes from (以前的砖厂); -1 for none.
func (r *Router) past(s *sentence, text string) int {
	at := -1
	for _, p := range r.p.Words.Urgent.Past {
		for _, w := range p[0].Words {
			for from := 0; s.pairs.may(w); {
				i := strings.Index(text[from:], w)
				if i < 0 {
					break
				}
				from += i + len(w)
				if !begins(text[from:], r.p.Words.Urgent.Aside) && !attribute.MatchString(text[from:]) {
					at = max(at, from)
				}
			}
		}
	}
	return at
}

// lastOf is where the last one of the words ends in a part of the sentence; -1 for none.
func (s *sentence) lastOf(part string, list []county.Phrase) int {
	at := -1
	for _, p := range list {
		for _, w := range p[0].Words {
			if !s.pairs.may(w) {
				continue
			}
			if i := strings.LastIndex(part, w); i >= 0 {
				at = max(at, i+len(w))
			}
		}
	}
	return at
}

func begins(text string, list []county.Phrase) bool {
	return slices.ContainsFunc(list, func(p county.Phrase) bool {
		return slices.ContainsFunc(p[0].Words, func(w string) bool { return strings.HasPrefix(text, w) })
	})
}

// last is the end of a text, at most n bytes of it, and whole characters.
func last(text string, n int) string {
	if len(text) <= n {
		return text
	}
	text = text[len(text)-n:]
	for i := range text {
		if text[i]&0xC0 != 0x80 {
			return text[i:]
		}
	}
	return ""
}

// What before an event says that it did not happen: 没着火, 没有人晕倒, 不会爆炸. The others hold a word of the list and deny nothing.
var (
	noEvent    = []string{"没", "未", "不是", "不会", "并非", "无"}
	notNothing = []string{"有没有", "没想到", "没来得及", "没人管", "没人来", "没出来", "不知道", "无人管", "没办法"}
)

func denied(head string) bool {
	in := func(w string) bool { return strings.Contains(head, w) }
	if strings.HasSuffix(head, "会") && !strings.HasSuffix(head, "这会") && !strings.HasSuffix(head, "一会") {
		return true // it would, it did not
	}
	return slices.ContainsFunc(noEvent, in) && !slices.ContainsFunc(notNothing, in)
}
