package anonymity

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// surnames are the ones that most people have. Those that mostly begin another word (和, 于, 时, 成, 方, 常, 经, 有) are left out.
const surnames = `王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤牛康侯温葛樊乔冀穆阎邢裴靳`

// person is a surname with one or two characters behind it.
const person = `[` + surnames + `][\p{Han}]{1,2}?`

var (
	veiled = regexp.MustCompile(`[` + surnames + `]某(?:某|[^\P{Han}被系在因对已未将把和与及的等均也都称说供承涉为是有从无经向将给于]?)`)
	hidden = regexp.MustCompile(`[` + surnames + `][X×*○□][^\P{Han}被系在因对已未将把和与及的等均也都称说供承涉为是有从无经向给于]`)
	nick   = regexp.MustCompile(`老[` + surnames + `](?:头|倌|家)|[` + surnames + `]老[大二三四五六七八幺]|“[\p{Han}]{0,2}(?:蛋|娃|毛|狗|胖|哥|头|虎|柱|猴|疤|拐|老[大二三四五六七八幺])”`)
	shop   = regexp.MustCompile(`([\p{Han}]{2})(?:门市部?|汽修厂?|修理厂|洗车行|(?:涂料|油漆|建材|农资|化肥|轮胎|粮油|烟酒|日杂|电料|水暖|家具)店)`)
	common = regexp.MustCompile(`[一二三几多家处个某该的这那间关停非法县镇村各类街上了在从事业等和与及销售经营租用]`)
	called = regexp.MustCompile(`(?:小|老|阿)[` + surnames + `](?:[，。、；）和与及的也则把将系交供承说参均已被都]|$)|[` + surnames + `](?:老板|总|师傅|经理|厂长|老汉|女士|先生|掌柜|胖子|瘸子|大爷|大妈|姓男子|姓女子)|[` + surnames + `]姓(?:老板|男子|女子|村民|工人)|(?:绰号|外号|人称)[^。；，]{0,12}`)
	roled  = regexp.MustCompile(`(?:当事人|负责人|法定代表人|法人代表|法人|经营者|控制人|司机|驾驶员|主犯|从犯|店主|嫌疑人|出租人|承租人|房东|老板|押运员|犯罪嫌疑人|业主|联系人)(?:姓名|名叫|系|为|是|叫|[：:])?([` + surnames + `][\p{Han}]{1,2})(?:[，。、；（()）：:“”]|系|未|对|被|因|在|已|均|等|及|和|与|涉|承|租|供|擅|$)`)
	// full is a whole name, told by what stands before or behind it; ordinary are words that look like one there.
	full = regexp.MustCompile(`(?:村民|居民|户主|群众|男子|女子|[外本]地人|人员|工人|老乡|抓获|拘留|传唤|带头的|租给|租自|租与)(` + person + `)(?:[，。、；（）：]|[系等因被已非违私擅使在家的和与将把从用经租]|$)` +
		`|(` + person + `)(?:（[男女]|(?:因)?涉嫌|(?:已|均)*被(?:依法)?(?:刑|拘|抓|判|传唤|控制|行政拘留)|等[一二两三四五六七八九十\d]+人|家的?[养猪鸡羊牛院房窑厂库棚]|手[中里])` +
		`|对(` + person + `)(?:、[\p{Han}]{2,3})*(?:处以|罚款|作出(?:行政)?处罚)`)
	ordinary = regexp.MustCompile(`某|^(?:马上|严[重格密]|高[度温压]|任[何务]|白天|万元|许[可多]|向来|何[时人]|胡乱|曾经|石料|金属|江边|余[下料])`)
	// related is who is told by a relative or by a surname alone, posts who is the only one in a village that has such a post.
	related = regexp.MustCompile(`[^。；，、]{0,6}[的家](?:父亲|母亲|爸|妈|爹|丈夫|妻子|老婆|媳妇|儿子|女儿|女婿|儿媳|弟弟|哥哥|姐姐|妹妹|兄弟|大哥|[大二三四五六]?(?:叔|伯|舅|姑|姨|爷)|侄[子女儿]|外甥|亲戚|小舅子|连襟|[表堂][兄弟姐妹哥])|姓[` + surnames + `](?:的|某|，|、)`)
	posts   = regexp.MustCompile(`[^。；，、]{0,4}(?:老板娘?|掌柜|场主|村支书|村主任|村长|支书)`)
	offices = regexp.MustCompile(`[` + surnames + `](?:局长|镇长|书记|主任|队长|所长|科长|县长|支书|站长)`)
	// firm is what calls itself one.
	firm = regexp.MustCompile(`[\p{Han}A-Z]{2,16}(?:有限责任公司|股份有限公司|有限公司|经营部|商行|合作社|集团)`)
	// branded is one of two characters that wish luck, as people name their firms, with a trade behind it or not.
	branded = regexp.MustCompile(`[鑫源宏达盛隆昌荣丰泰恒顺祥瑞福发亿诚德腾锦旺聚汇裕嘉茂凯晟]{2}(?:精细化工|化工|涂料|油漆|塑料|橡胶|建材|石料|石材|机械|食品|面粉|粮油|纸箱|印刷|铸造|木材|家具|养殖|农业|商贸|物流|运输|汽修|环保|科技|新材料|石化|再生资源|废品|五金|制药|农药|肥料|颜料|清洗剂)*(?:公司|厂|加油站|养殖场|煤矿|砖窑|冷库|超市|饭店|宾馆|修理部)`)
)

// people finds names of persons: those in the records, and whatever looks like one.
func (c *Checker) people(t *text, k *Known) []Finding {
	var all []Finding
	for _, name := range k.People {
		folded := c.read(name)
		if utf8.RuneCountInString(folded.s) >= 2 {
			all = append(all, t.each(folded.s, Person, Block)...)
		}
		if utf8.RuneCountInString(folded.s) >= 3 {
			all = append(all, t.heard(folded.s, Person)...)
		}
	}
	for _, p := range []struct {
		re       *regexp.Regexp
		severity Severity
	}{{full, Block}, {veiled, Ask}, {hidden, Block}, {nick, Block}, {called, Block}, {roled, Block}, {offices, Ask}, {related, Block}, {posts, Ask}} {
		for _, m := range p.re.FindAllStringSubmatchIndex(t.s, -1) {
			from, to := m[0], m[1]
			for g := m[2:]; len(g) > 0; g = g[2:] {
				if g[0] >= 0 {
					from, to = g[0], g[1]
				}
			}
			if (p.re == roled || p.re == full) && ordinary.MatchString(t.s[from:to]) {
				continue // also what is veiled already
			}
			all = append(all, Finding{Kind: Person, Severity: p.severity, Span: t.span(from, to)})
		}
	}
	return all
}

// heard finds every place at which something stands that sounds like a name and is written in another way.
func (t *text) heard(name string, kind Kind) []Finding {
	want := []rune(name)
	sounded := make([]string, len(want))
	for i, r := range want {
		sounded[i] = sound(r)
	}
	var all []Finding
	for i := 0; i+len(want) <= len(t.runes); i++ {
		same, n := 0, 0
		for ; n < len(want) && t.heardAs[i+n] == sounded[n]; n++ {
			if t.runes[i+n] == want[n] {
				same++
			}
		}
		if n == len(want) && same < n {
			all = append(all, Finding{Kind: kind, Severity: Block, Span: t.of(i, i+n-1)})
		}
	}
	return all
}

// each finds every place at which a word stands.
func (t *text) each(word string, kind Kind, severity Severity) []Finding {
	var all []Finding
	for from := 0; word != ""; {
		i := strings.Index(t.s[from:], word)
		if i < 0 {
			break
		}
		all = append(all, Finding{Kind: kind, Severity: severity, Span: t.span(from+i, from+i+len(word))})
		from += i + len(word)
	}
	return all
}

// trade are words in the name of a firm that many firms have.
var trade = []string{"有限责任公司", "股份有限公司", "有限公司", "公司", "经营部", "养殖场", "农家乐", "采摘园", "化工厂", "材料厂", "五金店", "用品店", "商行", "煤矿", "合作社", "集团", "门市",
	"再生资源", "精细化工", "新材料", "化工", "运输", "油品", "农资", "涂料", "汽车用品", "五金", "生态", "厂", "店", "部"}

// firms finds the names of firms that may not be told: those in the records, also shortened, and whatever calls itself a firm.
func (c *Checker) firms(t *text, k *Known) []Finding {
	var all []Finding
	for _, name := range k.Firms {
		whole := c.read(name)
		for _, short := range c.shortened(whole.s) {
			all = append(all, t.each(short, Firm, Block)...)
		}
	}
	for _, m := range append(firm.FindAllStringIndex(t.s, -1), branded.FindAllStringIndex(t.s, -1)...) {
		name := t.s[m[0]:m[1]]
		if !slices.ContainsFunc(k.MayName, func(may string) bool { return may != "" && strings.HasSuffix(name, may) }) {
			all = append(all, Finding{Kind: Firm, Severity: Block, Span: t.span(m[0], m[1])})
		}
	}
	for _, m := range shop.FindAllStringSubmatchIndex(t.s, -1) {
		if !common.MatchString(t.s[m[2]:m[3]]) {
			all = append(all, Finding{Kind: Firm, Severity: Ask, Span: t.span(m[0], m[1])})
		}
	}
	return all
}

// shortened are the ways in which a firm is called: as it is registered, without the county before it, and by its own word with one of its trade behind.
func (c *Checker) shortened(name string) []string {
	var all []string
	bare := name
	for _, p := range c.before {
		bare = strings.TrimPrefix(bare, p)
	}
	for _, s := range []string{name, bare, strings.TrimSuffix(strings.TrimSuffix(bare, "有限责任公司"), "有限公司")} {
		if utf8.RuneCountInString(s) >= 4 && !slices.Contains(trade, s) {
			all = append(all, s)
		}
	}
	own := bare
	for _, w := range trade {
		own = strings.ReplaceAll(own, w, "")
	}
	if utf8.RuneCountInString(own) < 2 {
		return all
	}
	for _, w := range append([]string{"场", "园", "行", "社", "乐"}, trade...) {
		all = append(all, own+w)
	}
	return all
}
