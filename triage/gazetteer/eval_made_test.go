//go:build eval

package gazetteer

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/longbridgeapp/opencc"
	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// matters are what is said of a place; none of them names one.
var matters = []string{
	"夜里有人熬东西，烟是黄的，呛得睡不着", "那个旧粮站院里堆了好多蓝桶", "老有罐车后半夜进去，天亮前出来", "有人偷着往沟里放红水", "旧猪场里头机器响，一股酸味",
	"砖窑又点着了，不是烧砖", "后头的院子租给外地人，灌什么药水", "煤场旁边彩钢棚里往桶里装东西，闻着像油漆", "井水变了颜色，喝了肚子疼", "大棚里黑夜亮灯，味道像指甲油",
}

// frames put a village, written in full (V) or as people shorten it (S), into a sentence; T is its town.
var frames = map[string][]string{
	"full":  {"TV，M", "方山县TV M", "我要举报T的V，M", "反映一个情况：在TV北头，M。", "吕梁市方山县TV村委会往东二百米，M", "TS，M", "T S村口，M"},
	"named": {"V，M", "就是V那个地方，M", "咱V有个事，M", "来电人反映V村西头M", "你们去V看看吧，M", "M，就在V后沟", "M。地点在V，麻烦来人。", "V旁边，M"},
	"bare":  {"S那边M", "在S，M", "S西头，M", "M，S的", "到S附近看看就知道了，M", "S后沟里，M", "我说的是S，M", "S老学校跟前M"},
}

// two frames hold a place that is not meant (O, P in short) and the one that is.
var two = map[string][]string{
	"denied":  {"不是O，是V，M", "不在O，在V，M", "M，是V不是O", "别搞错了，不是O那个，是V的，M"},
	"way":     {"从O往V走，快到V的时候路东，M", "从O过来，到了V村口，M", "路过O再往前走到V，M", "过了O就是V，M"},
	"home":    {"我是O的，V那边M", "我家在O，每天去V干活，看见M", "老板是O人，在V开的厂，M", "我住O，我亲戚在V，他说V那边M", "O的王老板租了V的院子，M", "O人在V干这个，M"},
	"carried": {"V，M，桶都拉到O去了", "V那个院子，M，听说货发往O", "V，M，装好送到O"},
}

// nowhere are texts that name no place of ours, W is a village's name used as a word, a person or a firm.
var nowhere = []string{
	"我们村M", "说不清是哪个村，M", "M，我也不知道那是什么地方", "门口有保安不让进，M", "水源都污染了，M", "有个叫张建军的，M", "李新民带着人干的，M", "北京西山那边M", "M，车是河北来的",
	"M，老板姓高，叫高家旺", "往东沟里倒，M", "后沟里头M", "M，是西村那伙人说的", "南边的村子M", "新庄稼都死了，M", "太原那边有个厂，M", "方山路口，M", "湖北武当山旅游回来看见M",
	"M，公司叫古贤堂", "M，贴的牌子是横泉牌", "有个网名叫红崖湾主人的说，M", "他们用的是大武汉牌的泵，M", "前庄后庄都臭，M", "M，打了离婚也要告", "河南开封府来的人，M",
}

type maker struct {
	*rand.Rand
	g      *Gazetteer
	common map[string][]rune // characters by sound
	trad   *opencc.OpenCC
	set    []sample
}

// generated is a broad evaluation of our own: every village in many frames, as written, as misheard, in traditional characters.
func generated(g *Gazetteer) []sample {
	trad, err := opencc.New("s2t")
	if err != nil {
		panic(err)
	}
	m := &maker{Rand: rand.New(rand.NewPCG(7, 11)), g: g, common: commonBySound(g), trad: trad}
	for range 3 {
		m.villages()
		m.others()
	}
	return m.set
}

// commonBySound lists the 3,755 characters of the first level of GB 2312 by their plain sound.
func commonBySound(g *Gazetteer) map[string][]rune {
	by := map[string][]rune{}
	for hi := 0xB0; hi <= 0xD7; hi++ {
		for lo := 0xA1; lo <= 0xFE; lo++ {
			s, err := simplifiedchinese.GBK.NewDecoder().String(string([]byte{byte(hi), byte(lo)}))
			r := []rune(s)
			if err != nil || len(r) != 1 || r[0] < 0x4E00 {
				continue
			}
			if p := plainSound(r[0]); p != "" {
				by[p] = append(by[p], r[0])
			}
		}
	}
	return by
}

func one[T any](m *maker, list []T) T { return list[m.IntN(len(list))] }

func (m *maker) matter() string { return one(m, matters) }

func (m *maker) add(kind, text string, to target) {
	m.set = append(m.set, sample{kind, Query{Texts: []string{text}}, to.county, to.town, to.village})
}

func (m *maker) fill(frame, town, full, short string) string {
	return strings.NewReplacer("T", town, "V", full, "S", short, "M", m.matter()).Replace(frame)
}

// alone reports whether a name of ours stands for nothing else of ours.
func (m *maker) alone(spelling string) bool {
	n := m.g.names[spelling]
	if n == nil {
		return false
	}
	own := 0
	for _, t := range n.targets {
		if m.g.own(t.target) {
			own++
		}
	}
	return own == 1
}

func (m *maker) villages() {
	g := m.g
	for _, v := range g.profile.Villages {
		to, _ := g.villageTarget(v.Code)
		town, full := g.towns[v.Town].Name, spoken(v.Name)
		short, _ := bare(full, villageEndings)
		if strings.HasSuffix(full, "社区") {
			short = full
		}
		say := func(kind, frame, full, short string) { m.add(kind, m.fill(frame, town, full, short), to) }
		say("full", one(m, frames["full"]), full, short)
		traditional, err := m.trad.Convert(m.fill(one(m, frames["full"]), town, full, short))
		if err != nil {
			panic(err)
		}
		m.add("traditional", traditional, to)
		for kind := range 3 {
			if wrong, ok := m.misspell([]rune(short), kind); ok && g.names[wrong] == nil {
				full := wrong + strings.TrimPrefix(full, short)
				say(fmt.Sprintf("typo-%s-full", mistakes[kind]), one(m, frames["full"]), full, wrong)
				if m.alone(spoken(v.Name)) {
					say(fmt.Sprintf("typo-%s-named", mistakes[kind]), one(m, frames["named"]), full, wrong)
				}
			}
		}
		if !m.alone(spoken(v.Name)) {
			continue
		}
		say("named", one(m, frames["named"]), full, short)
		if !ordinary[short] && m.alone(short) {
			say("bare", one(m, frames["bare"]), full, short)
		}
		for _, kind := range []string{"denied", "way", "home", "carried"} {
			other := one(m, g.profile.Villages)
			if other.Code == v.Code || other.Name == v.Name || strings.Contains(full, other.Short) || strings.Contains(other.Name, short) {
				continue
			}
			say(kind, strings.ReplaceAll(one(m, two[kind]), "O", spoken(other.Name)), full, short)
		}
	}
}

func (m *maker) others() {
	g := m.g
	for _, n := range g.profile.Neighbours {
		if len(n.Villages) == 0 { // farther off: known by its name alone
			continue
		}
		for range 40 {
			v := one(m, n.Villages)
			to := g.elsewhere[v.Code]
			town := g.elsewhere[v.Code[:9]]
			townName := strings.TrimPrefix(town.name, n.Name)
			m.add("neighbour-full", m.fill(one(m, []string{"T V，M", "TV，M", "举报TV的事，M"}), n.Name+townName, v.Name, ""), to)
			m.add("neighbour-county", m.fill(one(m, []string{"T那边有个厂，M", "在T，M", "过了界到T地面上，M"}), n.Name, "", ""), target{county: n.Code})
			m.add("neighbour-town", m.fill(one(m, []string{"T，M", "在T街上，M"}), n.Name+townName, "", ""), town)
		}
	}
	for _, f := range g.profile.FormerNames {
		if f.Level != "village" {
			continue
		}
		to := target{county: g.profile.Code, town: f.Town, village: f.Village}
		full := spoken(f.Name)
		if short, _ := bare(full, villageEndings); m.alone(full) && m.alone(short) {
			m.add("former", m.fill(one(m, frames["named"]), "", full, short), to)
		}
		m.add("former-full", m.fill(one(m, []string{"TV，M", "T原来的V，M"}), g.towns[f.Town].Name, full, ""), to)
	}
	for range 4 {
		for _, frame := range nowhere {
			m.add("nowhere", m.fill(frame, "", "", ""), target{})
		}
	}
}

var mistakes = []string{"sound", "dialect", "any"}

// misspell puts one wrong character into a name: one of the same sound, of a sound that the region merges, or any other.
func (m *maker) misspell(name []rune, kind int) (string, bool) {
	if kind == 2 && len(name) < 3 {
		return "", false
	}
	for range 20 {
		at := m.IntN(len(name))
		sound := plainSound(name[at])
		switch kind {
		case 1:
			sound = one(m, []func(string) string{
				func(s string) string { return swap(s, "zh", "z") }, func(s string) string { return swap(s, "sh", "s") }, func(s string) string { return swap(s, "ch", "c") },
				func(s string) string { return swap(s, "n", "l") }, func(s string) string { return swapEnd(s, "ing", "in") }, func(s string) string { return swapEnd(s, "eng", "en") },
				func(s string) string { return swapEnd(s, "ang", "an") }, func(s string) string { return swap(s, "h", "f") },
			})(sound)
			if sound == plainSound(name[at]) {
				continue
			}
		case 2:
			sound = one(m, []string{"ma", "ke", "hua", "dong", "yi", "lu", "qian", "shui", "da"})
		}
		if list := m.common[sound]; len(list) > 0 {
			if r := one(m, list); r != name[at] {
				return string(name[:at]) + string(r) + string(name[at+1:]), true
			}
		}
	}
	return "", false
}

// swap exchanges an initial for the one it is merged with, either way.
func swap(s, a, b string) string {
	if rest, ok := strings.CutPrefix(s, a); ok {
		return b + rest
	}
	if rest, ok := strings.CutPrefix(s, b); ok && !(len(b) == 1 && strings.HasPrefix(rest, "h")) {
		return a + rest
	}
	return s
}

func swapEnd(s, a, b string) string {
	if rest, ok := strings.CutSuffix(s, a); ok {
		return rest + b
	}
	if rest, ok := strings.CutSuffix(s, b); ok {
		return rest + a
	}
	return s
}

// plainSound is a character's sound without tone and without any merging.
func plainSound(r rune) string {
	if s := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(s) > 0 {
		return s[0]
	}
	return ""
}

// transplanted are the development tips with another village in the place of theirs: the sentences are not ours, the names are not theirs.
func transplanted(g *Gazetteer, tips []sample) []sample {
	m := &maker{Rand: rand.New(rand.NewPCG(3, 5)), g: g, common: commonBySound(g)}
	for _, tip := range tips {
		v, ok := g.villages[tip.village]
		text := tip.q.Texts[len(tip.q.Texts)-1]
		if !ok || strings.Count(text, v.Short) != 1 || strings.Contains(v.Name, "社区") || !m.onlyPlace(text) {
			continue
		}
		for range 8 {
			w := one(m, g.profile.Villages)
			short, _ := bare(w.Name, []string{"村"})
			if strings.Contains(w.Name, "社区") || len([]rune(short)) < 2 || isOrdinary(short) || !m.alone(short) {
				continue
			}
			to, _ := g.villageTarget(w.Code)
			said := func(name string) string {
				return strings.NewReplacer(v.Short, name, g.towns[v.Town].Name, g.towns[w.Town].Name).Replace(text)
			}
			m.add("transplanted", said(short), to)
			if wrong, ok := m.misspell([]rune(short), m.IntN(2)); ok && g.names[wrong] == nil {
				m.add("transplanted-typo", said(wrong), to)
			}
		}
	}
	return m.set
}

// onlyPlace reports whether a text names one village, and no town or county but with its ending.
func (m *maker) onlyPlace(text string) bool {
	villages := 0
	for _, f := range m.g.find([]rune(m.g.normal(text)), Query{}) {
		if f.level() == aVillage {
			villages++
		} else if !f.full || !m.g.own(f.targets[0]) {
			return false
		}
	}
	return villages == 1
}
