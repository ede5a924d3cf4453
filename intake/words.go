package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unreadable stands for what did not arrive as text.
const unreadable = '□'

// CleanWords makes typed text safe to store and show: NFC, plain line ends, no invisible or control characters, nothing around it. Bytes that are no
// UTF-8 become □, and broken is true, so that the person can look at the place before sending again.
func CleanWords(typed string) (clean string, broken bool) {
	var b strings.Builder
	b.Grow(len(typed))
	typed = strings.ReplaceAll(typed, "\r\n", "\n")
	for i := 0; i < len(typed); {
		r, n := utf8.DecodeRuneInString(typed[i:])
		i += n
		switch {
		case r == utf8.RuneError:
			// A run of bad bytes is one bad character. A browser's own U+FFFD means the same.
			broken = true
			if !strings.HasSuffix(b.String(), string(unreadable)) {
				b.WriteRune(unreadable)
			}
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteByte(' ')
		case r == '\n' || !hidden(r):
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(norm.NFC.String(b.String())), broken
}

// CleanLine is CleanWords for a field of one line.
func CleanLine(typed string) (clean string, broken bool) {
	clean, broken = CleanWords(typed)
	return strings.ReplaceAll(clean, "\n", " "), broken
}

// hidden reports characters that nobody sees but a program may obey: controls, zero-width and direction marks, tags, fillers.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Noncharacter_Code_Point) ||
		r == '\u034f' || r == '\u115f' || r == '\u1160' || r == '\u17b4' || r == '\u17b5' || r == '\u3164' || r == '\uffa0'
}

// length counts characters as a person does who types them.
func length(s string) int { return utf8.RuneCountInString(s) }
