package intake

import (
	"regexp"
	"strings"
)

// What names a person in free text. Digits may be full-width or stand in groups.
var (
	aDigit   = `[0-9０-９]`
	apart    = `[ \-—·]?`
	personal = []*regexp.Regexp{
		regexp.MustCompile(aDigit + `(?:` + apart + aDigit + `){16}` + apart + `[0-9０-９XxＸｘ]`), // identity number of 18 places
		regexp.MustCompile(aDigit + `(?:` + apart + aDigit + `){14,}`),                         // 15 digits and more: old identity numbers, bank cards
		regexp.MustCompile(`[1１][3-9３-９](?:` + apart + aDigit + `){9}`),                        // mobile number
		regexp.MustCompile(`[0０]` + aDigit + `{2,3}` + apart + aDigit + `{7,8}`),               // landline with its area
		regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-Za-z][ ·•．.\-]?[A-Za-z0-9]{4,5}[A-Za-z0-9挂学警港澳]`), // number plate
	}
)

// Mask hides query codes, phone numbers, identity numbers and number plates: a handler works on a place, not on persons. The first and the last two places stay, so
// that two tips can still be told to mean the same.
func Mask(text string) string {
	text = maskCodes(text)
	for _, re := range personal {
		text = re.ReplaceAllStringFunc(text, hide)
	}
	return text
}

// maskCodes hides query codes as the status page would read them: a person's marks between the digits do not make another code of it.
func maskCodes(text string) string {
	var b strings.Builder
	at := 0
	for _, s := range CodeSpans(text) {
		b.WriteString(text[at:s.From])
		b.WriteString(hide(text[s.From:s.To]))
		at = s.To
	}
	return b.String() + text[at:]
}

func hide(s string) string {
	r := []rune(s)
	return string(r[:2]) + strings.Repeat("＊", 4) + string(r[len(r)-2:])
}
