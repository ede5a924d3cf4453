package anonymity

import (
	"regexp"
	"strings"
)

var (
	// series is what may be a number of its own: digits, also Chinese ones, with little between them.
	series = regexp.MustCompile(`[0-9零一二三四五六七八九〇幺壹贰叁肆伍陆柒捌玖](?:[\-\x{2010}-\x{2015}\x{2212}.、（）/]{0,2}[0-9零一二三四五六七八九〇幺壹贰叁肆伍陆柒捌玖X*]){6,30}`)
	masked = regexp.MustCompile(`\d{4,}[X*]{2,}\d*X?|\d{3}[X*]{4,}\d{2,4}`)
	plate  = regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-HJ-Z][ ·.\-—]{0,2}[A-Z0-9零一二三四五六七八九幺](?:[ ·.]?[A-Z0-9*零一二三四五六七八九幺]){3,6}`)
	tail   = regexp.MustCompile(`(?:车牌|牌照|号牌|尾号|尾数)(?:号码?)?[^。；，]{0,4}?(?:[A-Z0-9]{2,7}|[一二三四五六七八九]个?[一二三四五六七八九])`)
	spoken = regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z]?(?:牌|字头|号段)[^。；，]{0,6}|[A-Z](?:打头|开头|字头)|(?:末|后|尾)[一二两三四五\d]位[数字号码]{0,2}[是为：]?[A-Z0-9零一二三四五六七八九]{1,7}`)
	credit = regexp.MustCompile(`[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}`)
	named  = regexp.MustCompile(`(?:身份证|信用代码|营业执照|许可证|微信|QQ|抖音|快手|支付宝|银行卡|账号|账户|卡号|工号|运单|邮箱)[^。；，0-9A-Z]{0,6}[0-9A-Z_@.\-]{5,40}|[A-Z0-9._]{2,40}@[A-Z0-9.]{3,40}`)
	// hotlines are the public ones, one or several.
	hotlines = regexp.MustCompile(`^(?:(?:12345|12350|12315|12369|12328|110|119|120|122)[、/]?)+$`)
	call     = regexp.MustCompile(`(?:电话|手机|联系|拨打|号码)[^。；，]{0,8}$`)
)

// numbers finds numbers that lead to somebody: telephones, plates, ids. Those of the county's own lines do not.
func (t *text) numbers() []Finding {
	var all []Finding
	add := func(kind Kind, m []int) {
		all = append(all, Finding{Kind: kind, Severity: Block, Span: t.span(m[0], m[1])})
	}
	for _, m := range series.FindAllStringIndex(t.s, -1) {
		if hotlines.MatchString(t.s[m[0]:m[1]]) {
			continue
		}
		digits := plainDigits(t.s[m[0]:m[1]])
		switch n := len(digits); {
		case n == 11 && digits[0] == '1' && digits[1] >= '3', n >= 10 && n <= 12 && digits[0] == '0', n >= 7 && n <= 8 && call.MatchString(t.s[:m[0]]), n == 10 && strings.HasPrefix(digits, "400"):
			add(Phone, m)
		case n >= 9:
			add(ID, m)
		}
	}
	for _, m := range masked.FindAllStringIndex(t.s, -1) {
		add(ID, m)
	}
	for _, re := range []*regexp.Regexp{credit, named} {
		for _, m := range re.FindAllStringIndex(t.s, -1) {
			add(ID, m)
		}
	}
	for _, re := range []*regexp.Regexp{plate, tail, spoken} {
		for _, m := range re.FindAllStringIndex(t.s, -1) {
			add(Plate, m)
		}
	}
	return all
}

// plainDigits drops what stands between the digits and writes them all in one way.
func plainDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch n, ok := digits[r]; {
		case r >= '0' && r <= '9' || r == 'X' || r == '*':
			b.WriteRune(r)
		case ok:
			b.WriteByte(byte('0' + n))
		}
	}
	return b.String()
}
