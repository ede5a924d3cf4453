package match

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"qianshao/config/county"
)

// Who means another place than the one that was told of says so in a few clauses, and in hundreds of ways. Beside the words' lists it was learned how.
const (
	apartWindow = 3 // clauses that are read together
	apartGrams  = 3 // characters of the longest runs that count
)

// What stands for what the lists know: 不是鸡场那家 and 不是砖窑那家 say the same.
const (
	aSite = "〇"
	aWork = "＋"
	aSide = "∥"
)

// signed gives replacements of the words of the concepts, the longest first, and of the sides.
func signed(m county.Match) *strings.Replacer {
	type pair struct{ word, sign string }
	var all []pair
	for _, c := range m.Concepts {
		sign := map[string]string{"site": aSite, "work": aWork}[c.Class]
		for _, w := range c.Words {
			if sign != "" {
				all = append(all, pair{w, sign})
			}
		}
	}
	for side := range opposite {
		for _, end := range []string{"头", "边", "面", "侧", "岸", "口"} {
			all = append(all, pair{side + end, aSide})
		}
	}
	slices.SortFunc(all, func(a, b pair) int {
		return cmp.Or(utf8.RuneCountInString(b.word)-utf8.RuneCountInString(a.word), strings.Compare(a.word, b.word))
	})
	var list []string
	for _, p := range all {
		list = append(list, p.word, p.sign)
	}
	return strings.NewReplacer(list...)
}

// clauses are what one says of a text.
func clauses(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("，,。！？!?；;：:（）()、\n\r \t", c) })
}

// contrast gives the features of some clauses.
func (r *Reader) contrast(some []string) county.Features {
	var pieces []string
	for _, c := range some {
		pieces = append(pieces, r.signs.Replace(c))
	}
	x := county.Features{}
	x.Grams(map[string][]string{"": pieces}, apartGrams)
	return x
}

// windows are every few clauses that follow each other, and fewer at either end.
func windows(clauses []string) (all [][]string) {
	for to := 1; len(clauses) > 0 && to < len(clauses)+apartWindow; to++ {
		all = append(all, clauses[max(0, to-apartWindow):min(len(clauses), to)])
	}
	return all
}

// Contrasts are the features of every few clauses of a text, of which it follows whether they set its place apart.
func (r *Reader) Contrasts(text string) (all []county.Features) {
	for _, some := range windows(clauses(r.plain(text, nil))) {
		all = append(all, r.contrast(some))
	}
	return all
}

// contrasted lists the clauses of a plain text by which its place is set apart: of every few that do it together the one that does most.
func (r *Reader) contrasted(text string) (all []string) {
	l := &r.m.Contrast
	if len(l.Bias) == 0 {
		return nil
	}
	for _, some := range windows(clauses(text)) {
		if l.Last(r.contrast(some)) < 0 {
			continue
		}
		most := slices.MaxFunc(some, func(a, b string) int {
			return cmp.Compare(l.Last(r.contrast([]string{a})), l.Last(r.contrast([]string{b})))
		})
		if !slices.Contains(all, most) {
			all = append(all, most)
		}
	}
	return all
}
