package gazetteer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// role is what a name is there for in its sentence, as far as the words right beside it tell.
type role int

const (
	scene    role = iota // where it happened
	stated               // said in so many words to be where it happened
	onTheWay             // on the way, or near it
	poured               // where waste is taken to be poured out or buried
	carried              // where goods or vehicles come from or go to
	home                 // where somebody lives
	person               // where somebody comes from
	outer                // said only to tell which of several places of a name is meant: 麻地会这边的庄上
	denied               // said not to be it
)

// weight is how likely a name in that role is the place of the matter, if nothing else is.
var weight = map[role]float64{scene: 1, stated: 1.2, poured: 0.7, onTheWay: 0.5, carried: 0.5, home: 0.45, person: 0.35, outer: 0.3}

// before and behind are the words beside a name that give it its role, the longer context first.
var (
	before = []struct {
		role  role
		words []string
	}{
		{denied, []string{"不是", "不在", "并非", "而非", "不属于", "不属", "没在", "不归", "不是说", "不是指", "不是在"}},
		{stated, []string{"就是", "就在", "地点在", "地点是", "位置在", "位置是", "位于", "地址是", "地址在", "地点：", "地址：", "位置：", "地点:", "地址:", "发生在", "说的是", "快到", "到了", "走到", "来到", "租了", "开在", "不对,是", "不,是", "错了,是", "这次是", "这次在", "这回是", "这回在", "现在搬到", "又搬到", "又跑到", "又挪到", "又转到", "转移到"}},
		{home, []string{
			"我是", "我们是", "本人是", "我家在", "家在", "我住", "住在", "家住", "我住在", "人住", "户住", "系", "人是", "人为", "老家在", "老家是", "老家", "户口在", "娘家在", "娘家", "婆家在", "嫁到", "嫁在",
			"丈人家在", "籍贯",
		}},
		{carried, []string{
			"拉到", "运到", "送到", "发到", "卖到", "卖给", "拉去", "运去", "送去", "拉往", "运往", "送往", "发往", "销往", "卖往", "拉回", "运回", "拉来", "来自", "拉给", "送给", "供给", "发给", "货发",
		}},
		{onTheWay, []string{
			"从", "离", "往", "向", "朝", "路过", "经过", "途经", "过了", "翻过", "越过", "绕过", "走过", "挨着", "靠近", "临近", "紧邻", "毗邻", "距", "距离", "通往", "前往", "去往", "开往", "出了", "过完", "不到", "路经", "途径",
		}},
	}
	behind = []struct {
		role  role
		words []string
	}{
		{denied, []string{"重名", "同名", "是两个地方", "不是一个地方"}},
		{person, []string{"籍", "口音", "老乡", "牌照", "车牌", "号牌", "老板", "那伙人", "那帮人", "来的", "过来的"}},
		{onTheWay, []string{"方向", "走", "过来", "出发", "出来", "回来", "不远", "很近", "接壤", "搭界", "交界"}},
		{home, []string{"村民", "住户", "居民", "人"}},
	}
	// birthplaces are words before where somebody comes from, however far that is from where they tell of.
	birthplaces = []string{"老家", "老家在", "老家是", "娘家", "娘家在", "祖籍"}
	// titles are what the people of a place are called by: 庄上的王老板, 北村的老张.
	titles = []string{"老板", "老汉", "老头", "师傅", "经理", "书记", "主任", "司机", "亲戚", "人", "后生", "婆姨", "媳妇", "女婿"}
	// peopleStay are words with 人 that are no people of the place before them.
	peopleStay = []string{"人家", "人们", "人工", "人员", "人都", "人民"}
)

// higher are the province and the city before the name of a county: 山西省太原市小店区.
var higher = regexp.MustCompile(`(?:\p{Han}{2}省)?(?:\p{Han}{2}市)?$`)

// ourCounty says of which of several places of a name the one is: 不是咱县的古渡, 说的是咱县的古渡.
var ourCounty = regexp.MustCompile(`(?:我们|咱们|俺们|我|咱|俺|本)县的$`)

// Where somebody other than who writes comes from: 老板是青川县古渡村的.
var (
	isFrom = regexp.MustCompile(`(?:老板|老板娘|工头|厂长|司机|工人|伙计|他|她|们|干活的)(?:都|全|也)?是(?:\p{Han}{2,3}[县区镇乡])?$`)
	isOf   = regexp.MustCompile(`^的(?:$|[，,。；;！!、）)\n])`)
)

// What lies beyond the county behind a place is not there: 古渡往南出了县界. Where somebody did it years ago, they came from: 头几年在古渡弄.
var (
	beyond = regexp.MustCompile(`^(?:再|一直)?(?:往|朝|向)[东西南北外前]?(?:走)?(?:出|过)了?(?:我们|咱们|咱|我|本)?县`)
	onceAt = regexp.MustCompile(`(?:[头前早]几?[些两]?年|以前|从前|先前|早先|原先)(?:他们?|她|就|都|一直|还)*在$`)
	did    = regexp.MustCompile(`^(?:那边|那里|那头)?(?:弄|干|搞|做|开|混)`)
)

// pouring is what follows the place where waste is left: 拉到古渡的沟里倒了. What is sold there, or brought to a dump, is only carried.
var pouring = regexp.MustCompile(`^\p{Han}{0,8}?(?:倒(?:[^卖手车腾闭班买]|$)|埋(?:[^场]|$)|泼|扔|偷排|排放|排掉|卸)`)

// toldOf is what follows the place that somebody comes from when they tell of what is there: 老家古渡村有人熬油.
var toldOf = []string{"有人", "有个", "有家", "有一", "那边有", "那里有", "那头有", "那儿有", "后头", "前头", "里头", "村里"}

// orElse is what follows the first of two places of which one is meant: 不是古渡就是红崖.
var orElse = regexp.MustCompile(`^村?(?:的地?)?就是`)

// roleOf reads the words beside a name. A stop before the name cuts its context.
func roleOf(text []rune, from, to int) role {
	left, right := higher.ReplaceAllString(clauseBefore(text, from), ""), string(text[to:min(len(text), to+6)])
	left = ours.ReplaceAllString(ourCounty.ReplaceAllString(left, ""), "")
	for _, b := range before {
		for _, w := range b.words {
			if strings.HasSuffix(left, w) && !denies(b.role, left, w) && !(b.role == denied && orElse.MatchString(right)) {
				if (w == "老家" || w == "娘家") && startsWithAny(right, toldOf) {
					return scene
				}
				if b.role == carried && pouring.MatchString(string(text[to:min(len(text), to+12)])) {
					return poured
				}
				return b.role
			}
		}
	}
	if beyond.MatchString(right) {
		return onTheWay
	}
	if onceAt.MatchString(left) && did.MatchString(right) {
		return person
	}
	if ownHome(left, right) {
		return home
	}
	if rest, ok := strings.CutPrefix(right, "的"); ok && titled(rest) || isFrom.MatchString(left) && isOf.MatchString(right) {
		return person
	}
	for _, b := range behind {
		for _, w := range b.words {
			if strings.HasPrefix(right, w) && !startsWithAny(right, peopleStay) {
				return b.role
			}
		}
	}
	return scene
}

// denies reports whether a word that would give a role is itself a part of another: 不是 within 是不是, 是 within 就是 is no home.
func denies(r role, left, word string) bool {
	switch {
	case r == denied:
		return strings.HasSuffix(left, "是"+word) || strings.HasSuffix(left, "要"+word) || strings.HasSuffix(left, "可"+word) && word == "不是"
	case word == "系":
		return strings.HasSuffix(left, "关系") || strings.HasSuffix(left, "联系")
	case word == "离" || word == "从":
		return strings.HasSuffix(left, "隔离") || strings.HasSuffix(left, "自从")
	}
	return false
}

// Denied outright is a place behind which the clause ends, or goes on with what it is instead: 不是古渡的，不是古渡是红崖. What is said of people, or of people or
// things of the place, denies nothing: 我不是古渡的, 不是古渡的人.
const people = "们人我俺咱他她板汉傅机生家口"

var (
	afterDenial = `(?:那个|那边|这边|那里|这里|那头|里头|里|上)?的?(?:那个|这个)?(?:$|[，,。；;！!、）)\n]|是|而是)`
	clauseEnds  = regexp.MustCompile(`^(?:村|镇|乡)?` + afterDenial)
	notOurs     = regexp.MustCompile(`(?:^|[^是要可` + people + `])(?:不是|不在|并非|不属于)在?(?:我|咱|俺)们?(?:这个|自己)?(?:村|这里|这儿|这边)` + afterDenial)
)

func outright(text []rune, from, to int) bool {
	left := clauseBefore(text, from)
	for _, w := range before[0].words {
		rest, found := strings.CutSuffix(left, w)
		if last, _ := utf8.DecodeLastRuneInString(rest); found && strings.ContainsRune(people, last) {
			return false
		}
	}
	return clauseEnds.MatchString(string(text[to:min(len(text), to+8)]))
}

// ownHome sees 我在…住, 我是…的: a clause of the person's about themselves.
func ownHome(left, right string) bool {
	if !strings.HasSuffix(left, "在") {
		return false
	}
	for _, who := range []string{"我", "我们", "我家", "我娃", "我家娃", "本人", "亲戚", "孩子", "娃", "儿子", "女儿", "闺女", "孙子", "孙女"} {
		if strings.HasSuffix(left, who+"在") {
			return startsWithAny(right, []string{"住", "念书", "上学", "上班", "打工", "长大", "，", ",", "、"})
		}
	}
	return false
}

// sights are what people do at one place to something at another.
var sights = []string{"看见", "看到", "望见", "望到", "瞭见", "瞧见", "瞅见", "闻见", "闻到", "听见", "听到"}

// watched makes the place from which somebody sees something at a place named later in the sentence the one they stand at: 在赤坚岭看见东会村冒火.
func watched(text []rune, found []mention) {
	if all := string(text); !slices.ContainsFunc(sights, func(w string) bool { return strings.Contains(all, w) }) {
		return
	}
	for i := range found[:max(0, len(found)-1)] {
		if found[i].role != scene {
			continue
		}
		seen, end := seenFrom(text, found[i].to)
		for _, there := range found[i+1:] {
			if there.from > end {
				break
			}
			if there.from >= seen && there.weight() >= 1 && there.level() == aVillage && !slices.ContainsFunc(there.targets, func(t target) bool { return t.within(found[i].targets[0]) }) {
				found[i].role = onTheWay
				break
			}
		}
	}
}

// seenFrom is where the first word of seeing behind a point ends, and where the sentence does; no sentence is longer than longestSentence. Without such a
// word the sentence ends at once.
func seenFrom(text []rune, at int) (seen, end int) {
	end = at
	for end < len(text) && end-at < longestSentence && !strings.ContainsRune(stops, text[end]) {
		end++
	}
	rest := string(text[at:end])
	first := len(rest) + 1
	for _, w := range sights {
		if i := strings.Index(rest, w); i >= 0 {
			first = min(first, i+len(w))
		}
	}
	if first > len(rest) {
		return at, -1
	}
	return at + utf8.RuneCountInString(rest[:first]), end
}

// surnames of most people.
const surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文牛樊霍成车"

// titled reports whether a text begins with a person: up to two characters and a title, or 老, 小 or 姓 and a surname.
func titled(s string) bool {
	r := []rune(s)
	if len(r) > 2 && strings.ContainsRune("老小姓", r[0]) && strings.ContainsRune(surnames, r[1]) && !strings.ContainsRune("家庄沟湾山坡村寨峪塔", r[2]) {
		return true
	}
	for n := range min(3, len(r)) {
		if startsWithAny(string(r[n:]), titles) && !startsWithAny(string(r[n:]), peopleStay) {
			return n > 0 || !strings.HasPrefix(s, "人都")
		}
	}
	return false
}

// clauseBefore are the up to eight characters before a point, back to the last stop.
func clauseBefore(text []rune, at int) string {
	from := max(0, at-8)
	for i := at - 1; i >= from; i-- {
		if strings.ContainsRune("。！？；!?;\n", text[i]) {
			return string(text[i+1 : at])
		}
	}
	return string(text[from:at])
}

// longestSentence is how many characters apart two names may be and still belong together: what is written without any stop is bounded too.
const longestSentence = 300

// stops end a sentence.
const stops = "。！？!?\n"

// sameSentence reports whether no full stop stands between two points that are not too far apart.
func sameSentence(text []rune, from, to int) bool {
	return from <= to && to-from <= longestSentence && !slices.ContainsFunc(text[from:to], func(r rune) bool { return strings.ContainsRune(stops, r) })
}

func endsWithAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(s, w) })
}

func startsWithAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(s, w) })
}

// begins reports whether a name may begin at a point: at the start, behind a stop, behind another name or a word that stands before places. Behind any other
// character it is likely the end of a longer name.
func begins(text []rune, at int, before []mention) bool {
	if at == 0 || len(before) > 0 && before[len(before)-1].to == at {
		return true
	}
	if strings.HasSuffix(string(text[max(0, at-2):at]), "老家") || strings.HasSuffix(string(text[max(0, at-2):at]), "娘家") {
		return true
	}
	r := text[at-1]
	return !unicode.Is(unicode.Han, r) || strings.ContainsRune(small, r) || wordEnds(text, at)
}

// wordEnds reports whether a word of everyday speech ends at a point, behind which a place may be named: 昨天班庄, 告班庄砖厂.
func wordEnds(text []rune, at int) bool {
	return endsWithAny(string(text[max(0, at-3):at]), leadingWords)
}

// leadingWords are such words; of most the last character alone may begin a longer name.
var leadingWords = strings.Fields(`昨天 今天 前天 那天 这天 每天 天天 几天 白天 大前天 晚上 早上 黑夜 昨晚 今晚 昨夜 今夜 半夜 夜里 夜间 凌晨 上午 中午 下午 早晨 清早 后晌 前晌 今早 今儿 昨儿 夜来 去年 今年 前年 往年 年前 月份 月初 月底 上月 本月
	这月 星期 礼拜 如今 现在 目前 刚才 刚刚 最近 近来 近期 眼下 后来 以后 以前 从前 原先 早先 当时 平时 有时 发现 看见 听见 闻见 感觉 觉得 怀疑 估计 其实 好像 居然 竟然 因为 所以 但是 可是 不过 而且 并且 然后 还有 只有 就是 也是 都是 只是 还是
	我家 俺家 咱家 那个 这个 有个 一个 整个 哪个 每个 告 把 也 才 又 被 让 替 为 关于 有关 反映 投诉 请问 请查 帮忙 管管 看看 问问 路上 除了 等于 属于 位于 关心 自从 打从`)

// small are the last characters of words after which a place is named.
const small = "见称映为系指诉在到去是从往离和与跟及向的们咱俺我你住叫就过近靠给找走进回县镇乡市里边至于对报有了说听原老旧前后经由属归临查这那第当叫往自即查报染处沿拉来驻赴奔壁买"

// places are words that people put behind the name of a place.
var places = []string{
	"那边", "这边", "旁边", "边上", "附近", "东头", "西头", "南头", "北头", "东边", "西边", "南边", "北边", "村口", "后头", "前头", "路边", "路口", "大队", "沟里", "沟口", "沟底", "河里", "河沟", "河道", "坝上", "坝下", "桥下", "后沟", "前沟", "河滩", "河边", "公路", "国道", "省道", "大路", "马路", "土路", "坡上", "坡下", "后坡", "前坡", "后山", "前山", "地里", "山上", "山下",
	"街上", "地界", "境内", "段", "桥头", "那个", "那儿", "那里", "那达", "那搭", "跟前", "村里", "村东", "村西", "村南", "村北", "自然村", "往东", "往西", "往南", "往北", "下面", "上面", "背后", "背面", "对面", "里头", "老村", "新村",
}

// works are kinds of places that are named after the village in which they stand.
var works = []string{
	"厂", "场", "站", "矿", "窑", "棚", "学校", "小学", "中学", "卫生院", "医院", "敬老院", "养老院", "幼儿园", "水库", "桥", "庙", "戏台", "大院", "院子", "供销社", "信用社", "旅店", "饭店", "招待所", "库房", "粮库", "油库", "仓库", "冷库", "磨坊", "油坊", "醋坊",
	"修理部", "修车铺", "门市", "采摘园", "大棚", "后院", "泵房", "水渠", "水井", "机井", "铁塔", "信号塔", "鸡舍", "牛圈", "羊圈", "猪圈", "坝",
}

// firm are words that make the name before them that of a firm, a brand or a person.
var firm = []string{"牌", "堂", "公司", "集团", "商标", "酒", "主人", "科技", "物流公司", "商贸", "大酒店", "号"}

// isFirm reports whether a text makes what stands before it a firm. A distillery stands in its village: 周家沟酒厂.
func isFirm(text string) bool {
	return startsWithAny(text, firm) && !startsWithAny(text, []string{"酒厂", "酒坊"})
}

// sites reports whether a name is followed by what people say of places, or by a kind of building, at most four characters away.
func sites(text []rune, to int) bool {
	next := string(text[to:min(len(text), to+8)])
	if startsWithAny(next, places) {
		return true
	}
	r := []rune(next)
	for n := range min(5, len(r)) {
		if !unicode.Is(unicode.Han, r[n]) {
			return false
		}
		if startsWithAny(string(r[n:]), works) {
			return true
		}
	}
	return false
}
