package anonymity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// Bounds of what is read, in characters. A draft is shorter than this by far; of tips, the last characters of thousands of them are left out.
const (
	mostDraft = 8000
	mostTips  = 400_000
)

// text is a field of a draft as it is searched: full width folded, traditional characters simplified, Latin letters as capitals, without spaces and what else
// stands between characters to no purpose. A line ends a sentence.
type text struct {
	runes   []rune
	pos     []int // where each of them stands in the field, in characters
	s       string
	heardAs []string // how each of them sounds
	at      []int    // for each byte of s, which of the characters it belongs to
}

func (c *Checker) read(typed string) text {
	var t text
	i := -1
	for _, r := range strings.ToValidUTF8(typed, "□") {
		i++
		if len(t.runes) == mostDraft {
			break
		}
		if r == '\n' {
			r = '。'
		}
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("·•・_|~", r) {
			continue
		}
		t.runes, t.pos = append(t.runes, c.fold(r)), append(t.pos, i)
	}
	t.s = string(t.runes)
	t.heardAs = make([]string, len(t.runes))
	for i, r := range t.runes {
		t.heardAs[i] = sound(r)
	}
	t.at = make([]int, 0, len(t.s))
	for i, r := range t.runes {
		for range utf8.RuneLen(r) {
			t.at = append(t.at, i)
		}
	}
	return t
}

// span turns bytes of s, at least one, into characters of the field.
func (t *text) span(from, to int) Span { return t.of(t.at[from], t.at[to-1]) }

// of is the span of the field from one character of the text to another, both within.
func (t *text) of(first, last int) Span { return Span{t.pos[first], t.pos[last] + 1} }

// wide are the marks that end a clause or a sentence, in the one form that the patterns know.
var wide = map[rune]rune{',': '，', ';': '；', ':': '：', '!': '。', '?': '。', '！': '。', '？': '。', '(': '（', ')': '）'}

// fold gives the one form of a character.
func (c *Checker) fold(r rune) rune {
	if w, ok := wide[r]; ok {
		return w
	}
	if r < utf8.RuneSelf {
		return unicode.ToUpper(r)
	}
	if folded := []rune(norm.NFKC.String(string(r))); len(folded) == 1 {
		r = folded[0]
	}
	if w, ok := wide[r]; ok {
		return w
	}
	if simple, ok := c.simple[r]; ok {
		return simple
	}
	return unicode.ToUpper(r)
}

// sound is how a character is read without its tone; the character itself where it has no reading.
func sound(r rune) string {
	first, _, _ := strings.Cut(pinyin.PinyinDict[int(r)], ",")
	if first == "" {
		return string(r)
	}
	return tones.Replace(first)
}

var tones = strings.NewReplacer("ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o",
	"ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v", "ń", "n", "ň", "n", "ǹ", "n")

// counts says that a character is part of what was said; marks and spaces are not.
func counts(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
