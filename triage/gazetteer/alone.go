package gazetteer

import (
	"regexp"
	"strings"
	"unicode"
)

// A village's name that is also an everyday word, or stands there with other characters of its sound, is heard when what is beside it makes a place of it. By
// itself such a place is never sure: a person looks.

const (
	// called are characters of what something is called: none that end or join words, act or count.
	called = `[^\P{Han}的地得了着过在是有没不把被给让叫跟和与进出去来回到往从开关打装看带走拉倒放堆埋里上下内外旁边底口脚沿沟坡梁大多少太很都也还又就些这那哪一二两三几个规]`
	closed = `(?:(?:荒|废|关|停|倒|垮|拆|封)(?:了|掉了?|闭了?|停|弃|产)?的?|旧|老|原)?`
)

var (
	// trade is what follows where people work or learn: 蘑菇棚, 旧小学, 关了的煤窑; premises are what else is named after its village.
	trade    = regexp.MustCompile(`^(?:那个)?` + closed + called + `{0,4}(?:[厂场矿站窑棚]|服装厂|学校|小学|中学|驾校|幼儿园|村委|大队|公社|供销社|卫生[院所室]|敬老院|澡堂|戏台|仓库|[冷果油粮气]库|焦化)`)
	premises = regexp.MustCompile(`^(?:那个)?` + closed + called + `{0,3}(?:[圈坊库店铺]|苗圃|宿舍|道班|战备洞|防空洞|那[家户边儿里头达])`)
	// making is who makes something: 做石膏的那家, 炼油的.
	making = regexp.MustCompile(`^[做造炼熬灌拆烧压泡搅配兑煮蒸镀磨染][^\P{Han}的]{1,5}(?:的|那[家个户伙帮])`)
	waters = regexp.MustCompile(`^(?:河[里边滩]|坝[上下]|[上下]游|(?:公路|国道|省道|马路)[边旁])`)

	// livesAt stands before where somebody lives, livesIn behind it; ourVillage before what their village is called, which ends the clause.
	livesAt    = regexp.MustCompile(`(?:[我俺咱他她]们?|老|娘|婆|丈人)家里?(?:就|都|也|还)?[在是]$|[我俺咱]们?(?:就|都|也|还)?住在?$`)
	livesIn    = regexp.MustCompile(`^(?:住|租房|租了|租住|嫁|念书|上学|教书|开店|长大)`)
	ourVillage = regexp.MustCompile(`[我俺咱]们?村(?:就?是|叫)?$`)
	// along stands before a place on a road: 走209国道过石湾.
	along = regexp.MustCompile(`(?:国道|省道|县道|高速|公路|路上)(?:路过|经过|走到|过|到)$`)

	stopped = regexp.MustCompile(`^(?:$|[，,。；;！!\n\x{2028}])`)
)

// told reports whether what stands before a name makes a place of it: who lives there, the road that passes it.
func told(text []rune, from, to int) bool {
	left, right := clauseBefore(text, from), string(text[to:min(len(text), to+8)])
	switch {
	case startsWithAny(right, onGround) && !waters.MatchString(right):
		return false
	case ourVillage.MatchString(left):
		return stopped.MatchString(right)
	}
	return livesAt.MatchString(left) || along.MatchString(left) || strings.HasSuffix(left, "在") && livesIn.MatchString(right)
}

// standsOn reports whether what stands behind a name makes a place of it: works, a house, a river. Of a word that is also a thing or a person only works do.
func standsOn(text []rune, to int, thing bool) bool {
	right := string(text[to:min(len(text), to+12)])
	return trade.MatchString(right) || !thing && (premises.MatchString(right) || making.MatchString(right) || waters.MatchString(right))
}

// alone reports whether a word that names one village of ours does so there, by what is beside it, and no other town is meant.
func (g *Gazetteer) alone(t target, m mention, text []rune, found []mention, q Query) bool {
	if t.village == "" || t.former || g.contradicted(t, since(found, m.from-longestSentence), q) {
		return false
	}
	thing := things[string(text[m.from:m.to])]
	if told(text, m.from, m.to) && (!thing || text[m.from-1] != '是' && stopped.MatchString(string(text[m.to:]))) || bySelf(text, m.from, m.to) {
		return true
	}
	opens := m.from == 0 || !unicode.Is(unicode.Han, text[m.from-1]) || leads(text, m.from) && !strings.ContainsRune(clauseBefore(text, m.from), '村')
	return opens && !strings.ContainsRune("路街巷道", at0(text, m.to)) && standsOn(text, m.to, thing)
}

// leads reports whether a word ends at a point behind which a place is named.
func leads(text []rune, at int) bool {
	return at > 0 && strings.ContainsRune("在从到去过往映称买说刚", text[at-1])
}

// bySelf reports whether a direction with a kind of ground is all that a clause says: 东沟！
func bySelf(text []rune, from, to int) bool {
	return strings.ContainsRune("东西南北", text[from]) && strings.ContainsRune(grounds, text[to-1]) && endsOf.MatchString(string(text[to:min(len(text), to+2)])) &&
		(from == 0 || strings.ContainsRune("，,。；;！!？?、\n"+string(gap), text[from-1]))
}

var endsOf = regexp.MustCompile(`^的?(?:$|[。！!\n\x{2028}])`)
