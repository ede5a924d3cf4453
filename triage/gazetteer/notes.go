package gazetteer

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Notes are for the inspector who looks for the place: roads, distances and landmarks that a text speaks of. They are made of our own words and of numbers
// only, so that nothing else that a person wrote gets out of the sealed tip by them.

// landmarks are the kinds of places by which people in the country tell where something is; what is said before them (旧, 老, whose) is left out.
var landmarks = strings.Fields(`砖厂 砖窑 砖瓦厂 石灰窑 土窑 窑洞 化肥厂 磷肥厂 化工厂 精细化工厂 洗煤厂 选煤厂 焦化厂 水泥厂 石料厂 采石场 沙场 选矿厂 铁矿 煤矿 涂料厂 印刷厂 罐头厂 面粉厂 造纸厂 木材厂 木材加工厂 编织袋厂 农具厂 酒厂 醋坊 油坊 磨坊 粉坊
	猪场 鸡场 羊场 牛场 养猪场 养鸡场 养牛场 养羊场 养殖场 鸡舍 牛圈 羊圈 猪圈 大棚 采摘园 果园 枣林 苗圃 林场 护林房 粮站 粮库 油库 供销社 信用社 农机站 收购站 废品站 修理厂 修车铺 修理部 停车场 加油站 加油点 收费站 配货站 物流园 冷库 仓库 库房 煤场
	学校 小学 中学 幼儿园 卫生院 卫生所 敬老院 养老院 村委会 大队部 戏台 庙 教堂 烈士陵园 文化广场 旅店 招待所 饭店 电影院 水库 大坝 水渠 水井 机井 泵房 抽水站 水塔 污水处理厂 变电站 铁塔 信号塔 桥头 桥 隧道 涵洞 火车站 垃圾场 垃圾填埋场 公墓 坟地
	沟口 后沟 山梁 垭口 河滩 村口 路口 岔路口`)

var (
	roadCode  = regexp.MustCompile(`(?i)\b?([GSXYC])\s?(\d{1,4})(?:国道|省道|县道|乡道|线)?`)
	roadClass = regexp.MustCompile(`(国道|省道|县道|乡道)(\d{1,4})|(\d{1,4})(国道|省道|县道|乡道)`)
	kilometre = regexp.MustCompile(`(?i)K(\d{1,4})\+(\d{1,3})|(\d{1,4})(?:公里|km)(?:处|桩|里程碑)`)
	farAway   = regexp.MustCompile(`(东北|西北|东南|西南|东|西|南|北|上|下|前|后|里)?(?:边|面|头)?(?:走|行|开|去)?(?:了)?(?:大概|大约|约|差不多|有|不到)?(\d{1,4}|[一二两三四五六七八九十百半]{1,4})多?(里地|里路|华里|公里|千米|米|百米|里)`)
	letters   = map[string]string{"国道": "G", "省道": "S", "县道": "X", "乡道": "Y"}
)

// notes gathers what a text says beside names; words are the landmarks alone.
func (g *Gazetteer) notes(text string) (notes, words []string) {
	var roads []string
	for _, m := range roadClass.FindAllStringSubmatch(text, -1) {
		roads = append(roads, letters[m[1]+m[4]]+m[2]+m[3])
	}
	for _, m := range roadCode.FindAllStringSubmatch(text, -1) {
		roads = append(roads, strings.ToUpper(m[1])+m[2])
	}
	for _, r := range g.profile.Roads {
		if slices.ContainsFunc(append([]string{r.Name}, r.Aliases...), func(n string) bool { return strings.Contains(text, n) }) {
			roads = append(roads, r.Name)
		}
	}
	var far []string
	for _, m := range kilometre.FindAllStringSubmatch(text, -1) {
		if m[3] != "" {
			far = append(far, "公路 "+m[3]+" 公里处")
			continue
		}
		far = append(far, "公里桩 K"+m[1]+"+"+m[2])
	}
	for _, m := range farAway.FindAllStringSubmatch(text, -1) {
		way := ""
		if m[1] != "" {
			way = "往" + m[1]
		}
		far = append(far, way+m[2]+strings.TrimRight(m[3], "地路"))
	}
	words = marked(text)
	for _, n := range []struct {
		what string
		list []string
	}{{"提到的路：", unique(roads)}, {"提到的远近：", unique(far)}, {"提到的标志物：", words}} {
		if len(n.list) > 0 {
			notes = append(notes, n.what+strings.Join(n.list, "、"))
		}
	}
	return notes, words
}

// marked lists the landmarks of a text, each once, the longest word at each point.
func marked(text string) []string {
	type hit struct {
		at   int
		word string
	}
	var hits []hit
	for _, w := range landmarks {
		if at := strings.Index(text, w); at >= 0 {
			hits = append(hits, hit{at, w})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(a.at-b.at, len(b.word)-len(a.word)) })
	var out []string
	end := 0
	for _, h := range hits {
		if h.at < end {
			continue
		}
		out, end = append(out, h.word), h.at+len(h.word)
	}
	return out
}

// unique keeps the first of each, in order.
func unique(list []string) []string {
	var out []string
	have := map[string]bool{}
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !have[s] {
			have[s], out = true, append(out, s)
		}
	}
	return out
}
