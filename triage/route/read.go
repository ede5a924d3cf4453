package route

import (
	"slices"
	"strings"
	"unicode/utf8"

	"qianshao/config/county"
)

// reach is how far apart the parts of a phrase may stand, in bytes: twelve characters.
const reach = 12 * 3

// sentence is a piece of text in which phrases are looked for, and the chemicals that it names.
type sentence struct {
	text      string
	chemicals []chemical
	pairs     pairs
}

func (r *Router) sentence(text string) sentence {
	return sentence{text, r.chemicals.find(text), pairsOf(text)}
}

// pairs is a Bloom filter of the characters of a text and of its pairs of characters: most words of the lists are in no tip, and this says so without looking.
type pairs [64]uint64

func (p *pairs) add(s string) { h := hash(s); p[h/64] |= 1 << (h % 64) }

func (p *pairs) has(s string) bool { h := hash(s); return p[h/64]&(1<<(h%64)) != 0 }

// hash is below 4096. Nearly all that is asked for are two Chinese characters, six bytes, and it is asked for every word of the lists.
func hash(s string) uint32 {
	if len(s) == 6 {
		x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40
		return uint32(x * 0x9e3779b97f4a7c15 >> 52) // the golden ratio: Knuth, The Art of Computer Programming, 6.4
	}
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return (h ^ h>>12) % 4096
}

func pairsOf(text string) pairs {
	var p pairs
	for i := range text {
		h := head(text[i:])
		p.add(h)
		p.add(first(h))
	}
	return p
}

// may reports whether the word can be in the text; it is never wrong about no.
func (p *pairs) may(word string) bool { return p.has(head(word)) }

// first is the first character.
func first(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// chemical is where one is named, in bytes.
type chemical struct {
	from, to        int
	toxic, harmless bool
}

// chemicals finds the names of hazchem.csv in a text, by their first two characters.
type chemicals map[string][]named

type named struct {
	name            string
	toxic, harmless bool
}

func readChemicals(list []county.Chemical) chemicals {
	all := chemicals{}
	for _, c := range list {
		for _, n := range c.Names {
			all[head(n)] = append(all[head(n)], named{n, c.Toxic, c.Harmless})
		}
	}
	for _, l := range all { // the longest name first: 硝酸铵 is not 硝酸
		slices.SortStableFunc(l, func(a, b named) int { return len(b.name) - len(a.name) })
	}
	return all
}

// head is the first two characters.
func head(s string) string {
	if len(s) >= 6 && s[0]>>4 == 0xe && s[3]>>4 == 0xe { // both are Chinese
		return s[:6]
	}
	n := 0
	for i := range s {
		if n++; n == 3 {
			return s[:i]
		}
	}
	return s
}

// find lists the chemicals of a text. What only smells like one (汽油味) is left out.
func (c chemicals) find(text string) []chemical {
	var all []chemical
	upper := strings.ToUpper(text)
	if len(upper) != len(text) {
		upper = text
	}
	after := 0
	for i := range upper {
		if i < after {
			continue
		}
		for _, n := range c[head(upper[i:])] {
			if !strings.HasPrefix(upper[i:], n.name) {
				continue
			}
			after = i + len(n.name)
			if !smell(upper[after:], n.name) {
				all = append(all, chemical{i, after, n.toxic, n.harmless})
			}
			break
		}
	}
	return all
}

// smell reports whether the word only says what something smells of: 汽油味, 消毒水的味道. It is so for things, not for verbs.
func smell(rest, word string) bool {
	return len(word) >= 6 && !strings.HasSuffix(word, "味") && (strings.HasPrefix(rest, "味") || strings.HasPrefix(rest, "的味") || strings.HasPrefix(rest, "气味"))
}

// read cuts texts where a thought ends and takes out what stands between the characters and the innocent words.
func (r *Router) read(texts []string) []sentence {
	var all []sentence
	for _, t := range texts {
		for s := range strings.FieldsFuncSeq(t, endsThought) {
			s = normal(s)
			for _, w := range r.p.Words.Innocent {
				s = strings.ReplaceAll(s, w, "　")
			}
			if s != "" {
				all = append(all, r.sentence(s))
			}
		}
	}
	return all
}

func endsThought(c rune) bool { return strings.ContainsRune("。！？!?；;\n\r", c) }

// says reports whether the phrase stands in one of the sentences and nothing denies it.
func says(text []sentence, p county.Phrase) bool {
	for i := range text {
		s := &text[i]
		for from, to := range s.each(p[0], 0, len(s.text)) {
			if !deniedAt(s.text, from) && goesOn(text[i:], p[1:], to) {
				return true
			}
		}
	}
	return false
}

func saysAny(text []sentence, list []county.Phrase) bool {
	return slices.ContainsFunc(list, func(p county.Phrase) bool { return says(text, p) })
}

// goesOn reports whether the rest of a phrase stands behind from in the first sentence, part by part within reach, or anywhere behind where it may be far.
func goesOn(text []sentence, p county.Phrase, from int) bool {
	if len(p) == 0 {
		return true
	}
	for i := range text {
		s, until := &text[i], len(text[i].text)
		if !p[0].Far {
			until = min(until, from+reach)
		}
		for _, to := range s.each(p[0], from, until) {
			if goesOn(text[i:], p[1:], to) {
				return true
			}
		}
		if from = 0; !p[0].Far {
			return false
		}
	}
	return false
}

// ends gives where the last part of the phrase stands, of which the first part begins between from and until.
func (s *sentence) ends(p county.Phrase, from, until int) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for at, to := range s.each(p[0], from, until) {
			if len(p) == 1 {
				if !yield(at, to) {
					return
				}
				continue
			}
			for at, end := range s.ends(p[1:], to, min(len(s.text), to+reach)) {
				if !yield(at, end) {
					return
				}
			}
		}
	}
}

// each gives where one of the choices stands that begins between from and until.
func (s *sentence) each(c county.Choices, from, until int) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for _, w := range c.Words {
			if !s.pairs.may(w) {
				continue
			}
			for at := from; ; {
				i := strings.Index(s.text[at:min(len(s.text), until+len(w))], w)
				if i < 0 {
					break
				}
				if !smell(s.text[at+i+len(w):], w) && !yield(at+i, at+i+len(w)) {
					return
				}
				at += i + len(w)
			}
		}
		for _, k := range s.chemicals {
			if k.from >= from && k.from <= until && (c.Chemicals && !k.harmless || c.Toxic && k.toxic) && !yield(k.from, k.to) {
				return
			}
		}
	}
}

// What before a word turns it round: "也没有剧毒". A question does not: "是不是化工".
var denials = []string{"不是", "没有", "并非", "没", "没见", "没发现", "不算", "谈不上", "哪是", "哪里是", "哪像", "哪有", "不像"}

func deniedAt(text string, at int) bool {
	head := text[:at]
	denied := slices.ContainsFunc(denials, func(d string) bool { return strings.HasSuffix(head, d) })
	return denied && !strings.HasSuffix(head, "是不是") && !strings.HasSuffix(head, "有没有")
}

// normal is a text without what people put between the characters.
func normal(s string) string { return strings.Join(strings.FieldsFunc(s, between), "") }

func between(r rune) bool {
	return r <= ' ' || strings.ContainsRune("　，。,、：:“”\"（）()…—-～~", r)
}
