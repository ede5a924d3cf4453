package sheet

import (
	"strings"
	"unicode"
)

// What may not begin or end a line (避头尾; 标点符号用法 GB/T 15834—2011, 附录 and 5.1.10).
const (
	notFirst = "、。，．：；？！）〉》」』】〕〗’”％℃…—～·,.!?:;)]}%"
	notLast  = "（〈《「『【〔〖‘“([{"
)

// Wrap breaks a text into lines that are no wider than the width: anywhere between Chinese characters, within a number or a Latin word only when it is wider
// than a whole line, and never so that punctuation stands where it may not.
func Wrap(text string, width float64, measure func(string) float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		parts := pieces(paragraph, width, measure)
		for len(parts) > 0 {
			n := fitting(parts, width, measure)
			lines = append(lines, strings.TrimRight(strings.Join(parts[:n], ""), " "))
			parts = parts[n:]
			for len(parts) > 0 && parts[0] == " " { // what parted two words does not indent the next line
				parts = parts[1:]
			}
		}
		if paragraph == "" {
			lines = append(lines, "")
		}
	}
	return lines
}

// pieces are what a line consists of: single characters, and words that stay together because they are narrower than a line.
func pieces(text string, width float64, measure func(string) float64) []string {
	var all []string
	word := ""
	flush := func() {
		if measure(word) > width {
			all = append(all, strings.Split(word, "")...)
		} else if word != "" {
			all = append(all, word)
		}
		word = ""
	}
	for _, r := range text {
		if r < unicode.MaxLatin1 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_/.@", r)) {
			word += string(r)
			continue
		}
		flush()
		all = append(all, string(r))
	}
	flush()
	return all
}

// fitting is how many pieces the next line takes: at least one.
func fitting(parts []string, width float64, measure func(string) float64) int {
	used, n := 0.0, 0
	for n < len(parts) {
		if used += measure(parts[n]); used > width {
			break
		}
		n++
	}
	if n == len(parts) {
		return n
	}
	for at := n; at > 0; at-- {
		if !strings.Contains(notFirst, parts[at]) && !strings.Contains(notLast, parts[at-1]) {
			return at
		}
	}
	return max(n, 1) // nothing but punctuation
}
