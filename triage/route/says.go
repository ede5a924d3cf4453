package route

import (
	"regexp"
	"slices"
	"strings"

	"qianshao/config/county"
)

// What before a word turns it round: "也没有剧毒". A question does not: "是不是化工".
var denials = []string{"不是", "没有", "并非", "没", "不像", "未"}

var questions = []string{"是不是", "有没有", "没没有"}

func deniedAt(text string, at int) bool {
	ends := func(s string) bool { return strings.HasSuffix(text[:at], s) }
	return slices.ContainsFunc(denials, ends) && !slices.ContainsFunc(questions, ends)
}

// says reports whether the text holds the expression where nothing denies it.
func says(e *regexp.Regexp, text string) bool {
	if e == nil {
		return false
	}
	return slices.ContainsFunc(e.FindAllStringIndex(text, -1), func(m []int) bool { return !deniedAt(text, m[0]) })
}

// holds is says for a plain word.
func holds(text, word string) bool {
	for rest := text; ; {
		before, after, found := strings.Cut(rest, word)
		if !found {
			return false
		}
		if !deniedAt(text, len(text)-len(rest)+len(before)) {
			return true
		}
		rest = after
	}
}

// normal is a text in simplified characters without what people put between the characters.
func (r *Router) normal(s string) string {
	if simple, err := r.simplify.Convert(s); err == nil {
		s = simple
	}
	return normal(s)
}

func normal(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == '　' || r == '，' || r == '。' || r == ',' }), "")
}

// has says whether the words hold a cue that rules ask for.
func (r *Router) has(text, cue string) bool {
	i := slices.IndexFunc(r.p.Words.Cues, func(w county.Phrases) bool { return w.ID == cue })
	return i >= 0 && says(r.p.Words.Cues[i].Says, text) && !says(r.p.Words.Cues[i].Unless, text)
}

// near is how far before an emergency a word of fear makes it one that is only feared, in bytes: fourteen characters.
const near = 14 * 3

// dangers looks for an emergency of now in what was written. It is read sentence by sentence: what was long ago, is feared, goes on every night or only sounds
// like it does not count, unless the sentence calls for help.
func (r *Router) dangers(text string) (county.Emergency, bool) {
	w := r.p.Words
	for _, s := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("。！？!?；;\n\r", c) }) {
		s = w.Figure.ReplaceAllString(r.normal(s), "　")
		now := w.Now.MatchString(s)
		if !now && w.Past.MatchString(s) {
			continue
		}
		for _, u := range w.Urgent {
			if !now && u.ID != "fire" && w.Habit.MatchString(s) {
				continue
			}
			for _, m := range u.Says.FindAllStringIndex(s, -1) {
				if deniedAt(s, m[0]) || !now && w.Feared.MatchString(s[max(0, m[0]-near):m[0]]) {
					continue
				}
				if i := slices.IndexFunc(r.p.Emergencies, func(e county.Emergency) bool { return e.ID == u.ID }); i >= 0 {
					return r.p.Emergencies[i], true
				}
			}
		}
	}
	return county.Emergency{}, false
}
