package county

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount writes a number of 元 as people read it: 3,000 or 3,000.50.
func Amount(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	s := strconv.FormatInt(fen/100, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if part := fen % 100; part != 0 {
		s += fmt.Sprintf(".%02d", part)
	}
	return sign + s
}

// Yuan is money as everybody reads it, on the resident's pages and in what is published: 8,500 元, 12.35 万元. It counts in 万元 where two decimals lose nothing.
func Yuan(fen int64) string {
	const wan = 10_000 * 100
	if fen < wan || fen%(wan/100) != 0 {
		return Amount(fen) + " 元"
	}
	s := fmt.Sprintf("%d.%02d", fen/wan, fen%wan/(wan/100))
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + " 万元"
}
