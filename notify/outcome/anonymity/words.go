package anonymity

import (
	"slices"
	"strings"
)

// Lengths of what is said as a tip says it, in characters without marks.
const (
	run      = 5  // so many in a row
	runSound = 7  // so many that sound the same in a row
	sure     = 8  // with so many it is no accident
	gap      = 2  // between two runs that make one finding
	pairs    = 5  // so many pairs of neighbours that a clause shares with one tip, wherever they stand
	share    = 45 // percent of the pairs of the clause
)

// repeated finds what is said as a tip says it: the same characters or sounds in a row, or many of the same pairs in one clause. Words of the county's own
// sentences, categories, kinds of places, departments and places do not count.
func (c *Checker) repeated(t *text, k *Known) []Finding {
	said := t.letters()
	if len(said) < run {
		return nil
	}
	own := c.public(k)
	hit := make([]bool, len(said))
	left := mostTips
	var clauses []Finding
	for _, tip := range k.Tips {
		heard := c.read(tip)
		words := heard.letters()
		words = words[:min(len(words), left)]
		left -= len(words)
		mark(hit, grams(said, run, char), grams(words, run, char), run, own)
		mark(hit, grams(said, runSound, sounds), grams(words, runSound, sounds), runSound, own)
		clauses = append(clauses, t.clauses(said, words, own)...)
		for _, theirs := range stretches(words) {
			clauses = append(clauses, t.reworded(said, theirs, own)...)
		}
	}
	return append(t.runs(said, hit), clauses...)
}

// letter is a character of a text that counts, and which one it is.
type letter struct {
	r  rune
	at int
}

func (t *text) letters() []letter {
	var all []letter
	for i, r := range t.runes {
		if counts(r) {
			all = append(all, letter{r, i})
		}
	}
	return all
}

func char(r rune) string { return string(r) }

func sounds(r rune) string { return sound(r) + " " }

// grams are the rows of n characters, each in the form that as gives; the i-th begins with the i-th character.
func grams(said []letter, n int, as func(rune) string) []string {
	if len(said) < n {
		return nil
	}
	forms := make([]string, len(said))
	for i, l := range said {
		forms[i] = as(l.r)
	}
	all := make([]string, len(said)-n+1)
	for i := range all {
		for _, f := range forms[i : i+n] {
			all[i] += f
		}
	}
	return all
}

// mark marks the characters of rows that both have, but for those that stand in what is public.
func mark(hit []bool, mine, theirs []string, n int, own map[string]bool) {
	there := make(map[string]bool, len(theirs))
	for _, g := range theirs {
		there[g] = true
	}
	for i, g := range mine {
		if there[g] && !own[g] {
			for j := i; j < i+n; j++ {
				hit[j] = true
			}
		}
	}
}

// runs makes findings of what was marked.
func (t *text) runs(said []letter, hit []bool) []Finding {
	var all []Finding
	for i := 0; i < len(said); i++ {
		if !hit[i] {
			continue
		}
		last, n := i, 1
		for j := i + 1; j < len(said) && j-last <= gap+1; j++ {
			if hit[j] {
				last, n = j, n+1
			}
		}
		f := Finding{Kind: Words, Severity: Ask, Span: t.of(said[i].at, said[last].at)}
		if n >= sure {
			f.Severity = Block
		}
		all = append(all, f)
		i = last
	}
	return all
}

// clauses finds the clauses that share many pairs of characters with a tip, in whatever order.
func (t *text) clauses(said, words []letter, own map[string]bool) []Finding {
	there := map[string]bool{}
	for _, g := range grams(words, 2, char) {
		there[g] = true
	}
	var all []Finding
	for from := 0; from < len(said); {
		to := from + 1
		for to < len(said) && said[to].at == said[to-1].at+1 {
			to++
		}
		mine := grams(said[from:to], 2, char)
		slices.Sort(mine)
		mine = slices.Compact(mine)
		mine = slices.DeleteFunc(mine, func(g string) bool { return own[g] })
		n := 0
		for _, g := range mine {
			if there[g] {
				n++
			}
		}
		if n >= pairs && n*100 >= share*len(mine) {
			all = append(all, Finding{Kind: Words, Severity: Ask, Span: t.of(said[from].at, said[to-1].at)})
		}
		from = to
	}
	return all
}

// So many characters of a clause that carry something stand in one stretch of a tip, and this share of them: it says the same in other words. Or so many words do,
// apart from each other.
const (
	fewest  = 6
	part    = 70 // percent
	apart   = 3
	fewLong = 5
)

// empty are characters that carry nothing.
const empty = "的了在是有和与及也都就还又被把从到对向往里上下中个这那一不后前等将已为其该处所于以"

// stretches are pieces of what was said, each as long as a sentence or two; they overlap, so that none is cut in its middle. Tips come without marks, too.
func stretches(words []letter) [][]letter {
	var all [][]letter
	for from := 0; from < len(words); from += longest / 2 {
		all = append(all, words[from:min(from+longest, len(words))])
	}
	return all
}

// longest is how much of a tip is held against a clause at a time, in characters.
const longest = 40

// reworded finds the clauses and sentences that say in other words what a stretch of a tip says.
func (t *text) reworded(said, theirs []letter, own map[string]bool) []Finding {
	chars, two := map[rune]bool{}, map[string]bool{}
	for i, l := range theirs {
		chars[l.r] = true
		if i > 0 {
			two[string([]rune{theirs[i-1].r, l.r})] = true
		}
	}
	var all []Finding
	for from := 0; from < len(said); {
		to := from + 1
		for to < len(said) && !strings.ContainsRune("。；", t.runes[said[to].at-1]) {
			to++
		}
		for _, half := range t.halves(said[from:to]) {
			if f, ok := t.same(half, chars, two, own); ok {
				all = append(all, f)
			}
		}
		from = to
	}
	return all
}

// halves are the clauses of a sentence, and all of it.
func (t *text) halves(s []letter) [][]letter {
	all := [][]letter{s}
	for from := 0; from < len(s); {
		to := from + 1
		for to < len(s) && s[to].at == s[to-1].at+1 {
			to++
		}
		if to-from < len(s) {
			all = append(all, s[from:to])
		}
		from = to
	}
	return all
}

// same says whether s has the characters, or several of the pairs, of a stretch of a tip; own pairs do not count.
func (t *text) same(s []letter, chars map[rune]bool, two map[string]bool, own map[string]bool) (Finding, bool) {
	usual := make([]bool, len(s))
	for i := 1; i < len(s); i++ {
		if own[string([]rune{s[i-1].r, s[i].r})] {
			usual[i-1], usual[i] = true, true
		}
	}
	all, shared, words, long, last := map[rune]bool{}, 0, 0, 0, -2
	for i, l := range s {
		if usual[i] || strings.ContainsRune(empty, l.r) {
			continue
		}
		if !all[l.r] {
			all[l.r] = true
			if chars[l.r] {
				shared++
			}
		}
		if i > 0 && !usual[i-1] && !strings.ContainsRune(empty, s[i-1].r) && two[string([]rune{s[i-1].r, l.r})] {
			if long++; last < i-1 {
				words++
				long++
			}
			last = i
		}
	}
	ok := words > 0 && shared >= fewest && shared*100 >= part*len(all) || words >= apart || words >= 2 && long >= fewLong
	if !ok {
		return Finding{}, false
	}
	return Finding{Kind: Words, Severity: Ask, Span: t.of(s[0].at, s[len(s)-1].at)}, true
}

// public are the rows of characters, sounds and pairs of what the county says itself: for the draft at hand, beside what holds for all of them, the names of
// firms and persons, which are findings of their own.
func (c *Checker) public(k *Known) map[string]bool {
	own := make(map[string]bool, len(c.own))
	for g := range c.own {
		own[g] = true
	}
	for _, s := range slices.Concat(k.Written, k.Firms, k.People) {
		c.teach(own, s)
	}
	return own
}

func (c *Checker) teach(own map[string]bool, s string) {
	t := c.read(s)
	said := t.letters()
	for _, g := range slices.Concat(grams(said, run, char), grams(said, runSound, sounds), grams(said, 2, char)) {
		own[g] = true
	}
}
