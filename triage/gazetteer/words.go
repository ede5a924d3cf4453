package gazetteer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// ordinary are words of everyday speech, and names of persons and far cities, that also name villages somewhere in China: they name one only with an ending,
// behind their town, or where something else speaks for it.
var ordinary = words(`保安 水源 新民 商贸 武当 中心 和平 团结 光明 胜利 前进 红旗 幸福 东风 新建 建设 新华 永安 平安 相当 原则 高明 南阳 龙泉 龙凤 龙门 太平 大树 三角 双龙
	西山 东山 南山 北山 西沟 东沟 后沟 前沟 东坡 西坡 南坡 北坡 后山 新庄 河底 坡上 沟里 庄上 窑上 安上 桥头 坪上 水沟 南沟 北沟 东湾 西湾 下庄 上庄 新房 新村 西村 东村 南村 北村 后村 前村 桥沟
	一村 二村 三村 四村 五村 前南 石桥 十里 河北 东社 山水 安定 新安 新开 长安 大王 王村 中庄 山庄 水峪 阳坡 天池 南岔 交口 双井 岭底 坡底 沟岔 岔口 庄子`)

// homophones are words of everyday speech that sound like villages.
var homophones = words("岸上 大坡 四号 十万 报案 新装 盒装 装上 想当")

// things are words that also are people or things beside which something may stand, as are all that end in a kind of ground or building.
var things = words("保安 水源 中心 红旗 三角 山水 天池")

const grounds = "山沟坡湾底桥头树房峪坪池井岔口梁"

func isThing(word []rune) bool {
	return things[string(word)] || strings.ContainsRune(grounds, word[len(word)-1])
}

// settled are words that are said of villages only, whatever else their names mean; onGround are those that make of such a name the ground itself.
var (
	settled = []string{
		"那边", "这边", "那里", "那儿", "那达", "那搭", "东头", "西头", "南头", "北头", "村口", "大队", "地界", "境内", "村里", "村东", "村西", "村南", "村北", "自然村", "老村", "新村", "街上", "路边",
		"学校", "小学", "中学", "卫生院", "卫生所", "敬老院", "养老院", "幼儿园", "供销社", "信用社", "戏台", "村委", "河里", "河滩", "油库", "粮库", "大坝", "桥头",
	}
	onGround = []string{"里", "上", "下", "底", "口", "边", "沿", "脚", "内", "地里", "地边", "山"}
)

// namely reports whether a word of everyday speech stands there as the name of a village: the person picked the village, or it opens a clause and what follows is
// said of villages, or, in the town that was picked, is no more than said of places. 西村 with its 村 is a name, unless it is the west end of a village that was
// named, or another town is.
func (g *Gazetteer) namely(t target, m mention, text []rune, found []mention, q Query) bool {
	word, next := text[m.from:m.to], string(text[m.to:min(len(text), m.to+4)])
	switch {
	case t.village != "" && t.village == q.Village, g.paired(text, m, found):
		return true
	case m.full:
		return !(word[0] == '一' && startsWithAny(strings.TrimPrefix(next, "的"), []string{"人", "老", "大人", "百姓"})) && !entrance(text, m, found) && !g.contradicted(t, since(found, m.from-longestSentence), q)
	case g.alone(t, m, text, found, q):
		return true
	case startsWithAny(next, onGround):
		return false
	case m.from > 0 && unicode.Is(unicode.Han, text[m.from-1]):
		return t.town == q.Town && strings.ContainsRune("在到去", text[m.from-1]) && builtOn.MatchString(next)
	case startsWithAny(next, settled), worksOf(next):
		return true
	}
	near := !isThing(word) && (startsWithAny(next, places) || startsWithAny(next, works))
	return near || t.town == q.Town && (next == "" || !unicode.Is(unicode.Han, text[m.to]) || strings.ContainsRune("的那这有", text[m.to]) || builtOn.MatchString(next))
}

// builtOn is a kind of building, said in a few characters.
var builtOn = regexp.MustCompile(`^\p{Han}{0,3}[厂场矿站坊窑棚楼库院店铺校桥庙坝]`)

// paired reports whether a word stands beside a village of ours where the text tells of what lies between the two, or cannot tell which it is. Two words that are
// also ground or people are not taken for villages by each other.
func (g *Gazetteer) paired(text []rune, m mention, found []mention) bool {
	and := func(link string) bool { return link == "还是" || slices.Contains(ands, link) }
	if n := len(found); n > 0 && found[n-1].to < m.from && found[n-1].level() == aVillage && g.own(found[n-1].targets[0]) && found[n-1].role != denied {
		link := string(text[found[n-1].to:m.from])
		if link == "还是" || and(link) && amid.MatchString(string(text[m.to:min(len(text), m.to+8)])) {
			return true
		}
	}
	for from := m.to + 1; from <= min(m.to+2, len(text)); from++ {
		link := string(text[m.to:from])
		if !and(link) {
			continue
		}
		for l := min(6, len(text)-from); l >= 2; l-- {
			n := g.names[string(text[from:from+l])]
			if n == nil || !slices.ContainsFunc(n.targets, func(t named) bool { return t.level == aVillage && g.own(t.target) }) {
				continue
			}
			if ordinary[string(n.runes)] && isThing(n.runes) && isThing(text[m.from:m.to]) {
				return false
			}
			return link == "还是" || amid.MatchString(string(text[from+l:min(len(text), from+l+8)]))
		}
	}
	return false
}

// worksOf reports whether a text begins with a kind of works, which bear the names of villages: 保安鸡场.
func worksOf(text string) bool {
	return slices.ContainsFunc(landmarks, func(w string) bool {
		return strings.HasPrefix(text, w) && strings.ContainsAny(w[len(w)-len("厂"):], "厂场矿站")
	}) || twoAndWorks.MatchString(text)
}

var twoAndWorks = regexp.MustCompile(`^\p{Han}{2}[厂矿站]`)

// entrance reports whether 西村 is the beginning of 西村口, the west entrance of the village named before it: 我们村的西村口.
func entrance(text []rune, m mention, found []mention) bool {
	if m.from == 0 || !strings.ContainsRune(directions, text[m.from]) || !strings.ContainsRune("口头边外", at0(text, m.to)) {
		return false
	}
	return strings.ContainsRune("里的们咱俺我村庄", text[m.from-1]) || len(found) > 0 && found[len(found)-1].to == m.from && found[len(found)-1].level() == aVillage
}

// contradicted reports whether another town was picked, or is among the places named before.
func (g *Gazetteer) contradicted(t target, found []mention, q Query) bool {
	if q.Town != "" {
		return t.town != q.Town
	}
	other := func(c mention) bool { return c.level() == aTown && c.weight() >= 1 && g.own(c.targets[0]) }
	return slices.ContainsFunc(found, other) && !slices.ContainsFunc(found, func(c mention) bool { return other(c) && slices.ContainsFunc(c.targets, t.within) })
}

// household reports whether a name at a point is that of a family, whose yard or people follow: 杨家的院子, 杨家老二.
func household(text []rune, at int) bool {
	if at0(text, at+1) != '家' {
		return false
	}
	next := strings.TrimPrefix(string(text[at+2:min(len(text), at+5)]), "的")
	return startsWithAny(next, []string{"院", "大院", "门", "房", "窑", "厂", "地", "老", "兄", "弟", "儿", "媳", "女", "娃", "后生", "人"})
}

// never name a place without its ending, not even behind their town: 吴城镇街上 is the street of that town.
var never = words("街上 路口 城内 城关 东关 西关 南关 北关 下关 东街 西街 南街 北街 桥头 村口 河滩 大街 老街 新街 城里 村里 镇上 乡里")

// regions are provinces and well-known cities; a name that would cut one in two is not there.
var regions = strings.Fields(`湖北 河北 东北 西北 华北 湖南 河南 云南 海南 西南 东南 山东 广东 华东 山西 江西 广西 陕西 北京 上海 天津 重庆 辽宁 吉林 江苏 浙江 安徽 福建 四川 贵州 甘肃 青海 台湾 西藏 宁夏 新疆 黑龙江 内蒙古
	南昌 江南 东莞 佛山 深圳 广州 长沙 合肥 成都 昆明 贵阳 南宁 海口 兰州 西宁 银川 沈阳 长春 福州 厦门 杭州 宁波 苏州 无锡 徐州 青岛 洛阳 安阳 邯郸 邢台 保定 沧州 廊坊 唐山 承德 秦皇岛 呼和浩特 包头 鄂尔多斯 榆林 延安 咸阳 宝鸡 长治 晋城 朔州 忻州 晋中 运城 临汾 阳泉 吕梁 武汉 石家庄 太原 大同 开封 南京 西安 郑州 济南 大连 张家口 张家港 河东区 开发区 高新区`)

// regionCut is the name of a region in two parts.
type regionCut struct{ head, tail []rune }

// regionCuts are all of them by the characters on both sides.
var regionCuts = func() map[[2]rune][]regionCut {
	m := map[[2]rune][]regionCut{}
	for _, r := range regions {
		name := []rune(r)
		for i := 1; i < len(name); i++ {
			at := [2]rune{name[i-1], name[i]}
			m[at] = append(m[at], regionCut{name[:i], name[i:]})
		}
	}
	return m
}()

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}
