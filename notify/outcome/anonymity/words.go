package anonymity

import "slices"

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
