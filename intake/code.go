package intake

import (
	"encoding/binary"
	"fmt"
	"log/slog"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"qianshao/intake/fault"
)

// Code is a query or claim code: 16 digits, the last one a check digit. It refuses to be printed, logged or marshalled.
type Code string

const (
	codeDigits = 16
	codeSpace  = 1_000_000_000_000_000 // 10^15: the digits before the check digit
	codeMask   = "[查询码]"
)

// String hides the code.
func (Code) String() string { return codeMask }

// GoString hides the code from %#v.
func (Code) GoString() string { return codeMask }

// LogValue hides the code from slog.
func (Code) LogValue() slog.Value { return slog.StringValue(codeMask) }

// MarshalText hides the code from encoders such as JSON.
func (Code) MarshalText() ([]byte, error) { return []byte(codeMask), nil }

// Fours gives the digits in four groups of four, to be shown to the person who holds the code and to nobody else.
func (c Code) Fours() [4]string {
	var f [4]string
	for i := range f {
		if len(c) == codeDigits {
			f[i] = string(c[4*i : 4*i+4])
		}
	}
	return f
}

// Tail is the last four digits, by which people tell their codes apart; "" of what is no code.
func (c Code) Tail() string { return c.Fours()[3] }

// ParseCode reads a code as people type it: spaces, dashes and other marks between the digits, full-width digits. fault code.unknown when it cannot be one:
// a slip of one digit and two neighbours exchanged, the two slips that people make most, are always found here. Where the number of digits is wrong the
// fault says so (code.empty, code.digits): that is no secret, and the slip that a person can mend at once.
func ParseCode(typed string) (Code, error) {
	var b strings.Builder
	n, strange := 0, false
	for _, r := range typed {
		d, ok := digit(r)
		switch {
		case ok && n < codeDigits:
			b.WriteByte(d)
			n++
		case ok:
			n++
		case !separator(r):
			strange = true
		}
	}
	s := b.String()
	switch {
	case !strange && n == 0:
		return "", fault.New(fault.Invalid, "code.empty").On("code")
	case !strange && n != codeDigits:
		return "", fault.New(fault.Invalid, "code.digits", n).On("code")
	case !strange && damm(s) == 0:
		return Code(s), nil
	}
	return "", fault.New(fault.NotFound, "code.unknown").On("code")
}

// CodeFrom makes a code of 32 random bytes. Reducing 128 bits leaves no digit more likely than another by more than one part in 10^23.
func CodeFrom(random []byte) Code {
	hi, lo := binary.BigEndian.Uint64(random), binary.BigEndian.Uint64(random[8:])
	_, n := bits.Div64(hi%codeSpace, lo, codeSpace)
	s := fmt.Sprintf("%015d", n)
	return Code(s + string('0'+damm(s)))
}

// digit reads a digit as keyboards in China send it.
func digit(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r), true
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0', true
	}
	return 0, false
}

// separator reports what people put between the groups, and the invisible marks that chat programs add when text is copied.
func separator(r rune) bool {
	return r != utf8.RuneError && (hidden(r) || unicode.IsSpace(r) || unicode.In(r, unicode.P, unicode.S))
}

// dammTable is a totally anti-symmetric quasigroup of order 10 (H. M. Damm, 2004). Unlike mod-11 schemes it needs no eleventh digit.
var dammTable = [10][10]uint8{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1}, {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

// damm is the check digit of a string of digits, and 0 for one that ends in its check digit.
func damm(digits string) (check byte) {
	for i := range len(digits) {
		check = dammTable[check][digits[i]-'0']
	}
	return check
}

// codesIn finds what may be codes in a text: every 16 digits in a row, with or without separators, whose last is the check digit of the others.
func codesIn(text string) []Code {
	var found []Code
	var run []byte
	for _, r := range text {
		d, ok := digit(r)
		switch {
		case ok:
			run = append(run, d)
			if n := len(run); n >= codeDigits && damm(string(run[n-codeDigits:])) == 0 {
				found = append(found, Code(run[n-codeDigits:]))
			}
		case !separator(r):
			run = run[:0]
		}
	}
	return found
}

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

// CodeSpans finds what a reader may take for a code, whatever marks stand between its digits: 16 digits in a row, right or mistyped, and in a longer row
// those groups that make a code with its check digit. Spans are in order and do not overlap.
func CodeSpans(text string) []Span {
	var spans []Span
	var run []place
	end := func() {
		spans = append(spans, codesOf(run)...)
		run = run[:0]
	}
	touching := false // the digit before stands right before this one
	for i, r := range text {
		d, ok := digit(r)
		switch {
		case ok:
			run = append(run, place{digit: d, at: Span{i, i + utf8.RuneLen(r)}, joined: touching})
		case !separator(r):
			end()
		}
		touching = ok
	}
	end()
	return spans
}

// place is a digit where it stands in a text.
type place struct {
	digit  byte
	at     Span
	joined bool // to the digit before it
}

// codesOf finds the codes in a row of digits.
func codesOf(run []place) (spans []Span) {
	for from := 0; from+codeDigits <= len(run); from++ {
		to := from + codeDigits
		whole := len(run) == codeDigits
		groups := !run[from].joined && (to == len(run) || !run[to].joined)
		var b [codeDigits]byte
		for i, p := range run[from:to] {
			b[i] = p.digit
		}
		if whole || groups && damm(string(b[:])) == 0 {
			spans = append(spans, Span{run[from].at.From, run[to-1].at.To})
			from = to - 1
		}
	}
	return spans
}
