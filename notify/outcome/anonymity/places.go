package anonymity

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"qianshao/config/county"
)

const (
	mark3 = `(?:小学|中学|学校|幼儿园|砖窑|大桥|桥|信号塔|水塔|铁塔|快递站|五金店|理发店|饭店|超市|小卖部|卫生院|卫生室|村委会?|大队部|庙|戏台|加油站|收费站|路口|岔口|煤矿|大棚|采摘园|农家乐|旧仓库|祠堂|电站|水库|老槐树|广场|车站|市场|街)`
	side  = `(?:后身|前身|身后|跟前|边上|背后|后面|后头|后边|后院|后沟|旁边|旁|隔壁|对面|斜对面|门口|门前|底下|下面|下游|上游|附近|往[东西南北里外]|以[东西南北]|[东西南北][边侧面头]|里面|处)`
)

// village is the detail of a finding that marks the name of one.
const village = "village"

// finer are places within a village.
var finer = []*regexp.Regexp{
	regexp.MustCompile(`(?:(?:往|向|朝)[东西南北]{1,2}[^。；，]{0,4})?第[一二三四五六七八九\d]个?(?:自然)?村`),
	regexp.MustCompile(`(?:村|庄|会|塔|沟|坪|王|焉)?(?:[东西南北]头|村[东西南北口头尾][头边口]?)[^。；，]{0,12}?(?:院|窑|房|` + mark3 + `)?(?:` + side + `)?`),
	regexp.MustCompile(`(?:第?[\d一二三四五六七八九十]{1,3})(?:村民小组|组|社|队)(?:[\d一二三四五六七八九十]{1,4}号)?|[\d一二三四五六七八九十]{1,4}(?:号院|号楼|单元|巷|弄|门牌|号[旁房门院])`),
	regexp.MustCompile(`[\p{Han}]{0,6}?` + mark3 + `[^。；，]{0,4}?(?:` + side + `|[\d一二两三四五六七八九十百]{1,5}(?:多|余)?(?:米|里|公里)处?)`),
	regexp.MustCompile(`[\p{Han}]{0,4}?(?:桥|塔|路口|岔口|槐树|水库|庙)[上下边](?:[^\p{Han}]|的|$)`),
	regexp.MustCompile(`K\d{1,4}(?:\+\d{1,3})?[^。；，]{0,2}处?|[\d.]{1,5}公里处|\d{1,4}号?(?:路桩|电杆|界碑|桩)`),
	regexp.MustCompile(`(?:[GSX]?\d{2,3}(?:国道|省道|县道)|国道|省道|高速)[^。；，]{0,4}(?:旁|边|侧|附近|(?:往|以|向)?[东西南北])[^。；，]{0,10}|第[一二三四五六七八九十\d]{1,2}[条个道]?(?:支)?(?:沟|路口|岔|湾|坡|巷)`),
	regexp.MustCompile(`(?:东经|北纬|经度|纬度)[^。；]{0,4}\d+(?:\.\d+)?|\d{2,3}\.\d{3,}`),
	regexp.MustCompile(`最[里外东西南北][头边侧面]?[^。；，]{0,4}[院窑房棚间座排处家]`),
	regexp.MustCompile(`(?:某某|[\p{Han}]{1,3})家(?:旁边|隔壁|对面|后院|背后|门口|的?院子?)`),
	regexp.MustCompile(`(?:后|前|东|西|南|北)沟|(?:沟|山|岭|坡|梁|河)[里上内](?:信号塔|彩钢房|一处院)[^。；，]{0,4}`),
}

// places finds places that are told finer than they may be.
func (c *Checker) places(t *text) []Finding {
	var all []Finding
	free := map[int]bool{} // characters of the names of towns and of units
	for _, name := range slices.Concat(c.towns, c.above, c.units) {
		for _, f := range t.each(name, Place, Block) {
			for i := f.Span.From; i < f.Span.To; i++ {
				free[i] = true
			}
		}
	}
	for _, v := range c.villages {
		for _, f := range t.each(v, Place, Block) {
			if !free[f.Span.From] {
				f.Detail = village
				all = append(all, f)
			}
		}
	}
	for _, name := range c.villages {
		if utf8.RuneCountInString(name) < 3 {
			continue
		}
		for _, f := range t.heard(name, Place) {
			if !free[f.Span.From] {
				f.Detail = village
				all = append(all, f)
			}
		}
	}
	for _, re := range finer {
		for _, m := range re.FindAllStringIndex(t.s, -1) {
			all = append(all, Finding{Kind: Place, Severity: Block, Span: t.span(m[0], m[1])})
		}
	}
	return all
}

// spellings are the names of a village that are long enough to be one, the longest first.
func (c *Checker) spellings(v county.Village) []string {
	var all []string
	for _, n := range append([]string{v.Name, v.Short}, v.Aliases...) {
		if utf8.RuneCountInString(n) >= 2 {
			t := c.read(n)
			all = append(all, t.s)
		}
	}
	return all
}

// learnPlaces gathers the names of the county.
func (c *Checker) learnPlaces() {
	p := c.profile
	for _, t := range p.Towns {
		c.towns = append(c.towns, t.Name)
	}
	for _, v := range p.Villages {
		c.villages = append(c.villages, c.spellings(v)...)
	}
	for _, f := range p.FormerNames {
		if f.Level == "village" && utf8.RuneCountInString(f.Short) >= 2 {
			c.villages = append(c.villages, f.Name)
		}
	}
	slices.SortFunc(c.villages, func(a, b string) int { return len(b) - len(a) })
	c.villages = slices.Compact(c.villages)
	for _, u := range p.Units {
		for name := range strings.SplitSeq(u.Name, "/") {
			c.units = append(c.units, name, strings.TrimLeft(name, "省市县"))
		}
	}
	short := func(s, end string) string { return strings.TrimSuffix(s, end) }
	c.above = []string{p.Region, p.City, p.Name}
	c.before = slices.Concat(c.above, []string{short(p.Region, "省"), short(p.City, "市"), short(p.Name, "县")}, c.towns, c.villages)
}
