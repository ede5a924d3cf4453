package gazetteer

import (
	"slices"
	"strings"
	"testing"
)

// What everyday words say of no village, though villages bear them as names, and what names those villages. The sentences are made up; the county is the one that
// ships, with its six towns.
var everyday = []struct {
	text          string
	town, village string // by name; empty when none is meant. A village that is gone has its town only
}{
	{"杨家的院子里夜里有人熬油", "", ""},
	{"杨家院墙里头堆着罐子，墙外能闻见", "", ""},
	{"大武镇杨家的院子里头夜里熬油", "大武镇", ""},
	{"我们村西村口那个院子，黑夜里冒烟", "", ""},
	{"村东头那个旧猪场，味道大", "", ""},
	{"后沟口有个大棚，老有罐车", "", ""},
	{"前庄后院都闻得见，呛得不行", "", ""},
	{"东坡上有个院子堆了好多蓝桶", "", ""},
	{"西山底下那个厂子夜里偷偷干", "", ""},
	{"西沟里的旧窑洞，有人在里头熬油", "", ""},
	{"东沟口的养鸡场早不养鸡了", "", ""},
	{"东湾地里挖了个坑，往里倒废水", "", ""},
	{"水沟边上的猪圈里头有人熬东西", "", ""},
	{"新房院子里堆满了铁桶", "", ""},
	{"窑上的工人说夜里还干", "", ""},
	{"保安旁边的库房不让进", "", ""},
	{"水源地边上有个院子往沟里排水", "", ""},
	{"一村的人都闻见了，没人管", "", ""},
	{"相当大的一个厂子，没挂牌", "", ""},
	{"安上铁门的院子，白天锁着", "", ""},
	{"新民房后头有人卸桶", "", ""},
	{"大武镇一处旧浴池充装气瓶", "大武镇", ""},
	{"方山这边，打开一股酸味", "", ""},
	{"班庄酒业的老板", "", ""},

	{"我住保安室，夜里闻见味道", "", ""},
	{"我家在水源地旁边，有人倒药水", "", ""},
	{"我家住在岸上，河里有桶", "", ""},
	{"西山脚那家夜里熬油", "", ""},
	{"东沟沟那家夜里熬油", "", ""},
	{"我们村在东沟旧窑里熬油", "", ""},
	{"往新民路水厂那边堵车", "", ""},
	{"走到大坡那儿闻见味道", "", ""},
	{"给大武一家焦化厂拉煤，后院卸桶", "大武镇", ""},
	{"班庄村有人熬油，东坡老百姓都知道", "圪洞镇", "班庄村"},

	{"西山沟里有桶", "", ""},
	{"东沟里有桶", "", ""},

	{"班庄酒厂夜里有人倒酸", "圪洞镇", "班庄村"},
	{"东湾河里有桶", "峪口镇", "东湾村"},
	{"东湾大坝底下有桶", "峪口镇", "东湾村"},
	{"新庄沟里有桶", "峪口镇", "新庄村"},
	{"带坡油库里半夜装车", "马坊镇", "代坡村"},
	{"带坡河里有桶", "马坊镇", "代坡村"},
	{"代坡粮站里有桶", "马坊镇", "代坡村"},
	{"东坡塑料厂里头卸甲醇", "大武镇", "东坡村"},

	{"安上石料厂后头卸桶", "峪口镇", "安上村"},
	{"安上那家卖的油不对", "峪口镇", "安上村"},
	{"西沟停产的酒厂里卸桶", "马坊镇", "西沟村"},
	{"水源旧学校后院卸桶", "大武镇", "水源村"},
	{"相当气库夜里卸车", "大武镇", "相当村"},
	{"东湾修车那家后院卸桶", "峪口镇", "东湾村"},
	{"别买东坡洗车那家的油", "大武镇", "东坡村"},
	{"我娘在西山苗圃干活，闻见药味", "圪洞镇", "西山村"},
	{"后生掉池子里了！东沟！快来人", "圪洞镇", "东沟村"},
	{"我家在东湾下游，水是红的", "峪口镇", "东湾村"},
	{"俺家在东勾，夜里闻见药味", "圪洞镇", "东沟村"},
	{"在东破租房住，夜里闻见药味", "大武镇", "东坡村"},
	{"俺们村开福，门市后头有人熬东西", "马坊镇", "开府村"},
	{"走国道过带坡的都小心，有人倒油", "马坊镇", "代坡村"},
	{"过开付那个道班，闻见药味", "马坊镇", "开府村"},
	{"你们赶紧来人 横沟瓦厂冒黄烟了", "圪洞镇", "横沟村"},
	{"拉到后泽沟坝上倒了", "积翠镇", "后则沟村"},

	{"西村口那个院，黑夜里熬油", "峪口镇", ""},
	{"峪口镇西村口那个院子夜里熬油", "峪口镇", ""},
	{"大武镇杨家村的院子里头夜里熬油", "大武镇", ""},
	{"圪洞镇庄上那个旧猪场冒黄烟", "圪洞镇", "庄上村"},
	{"马坊镇西沟的旧窑洞里头有人熬油", "马坊镇", "西沟村"},
	{"大武东坡那边有个院子堆桶", "大武镇", "东坡村"},
	{"峪口南村戏台后头有人卸桶", "峪口镇", "南村"},
	{"南村口有个大院，夜里进罐车", "峪口镇", "南村"},
	{"窑上村的旧砖窑又冒烟了", "马坊镇", "窑上村"},
	{"马坊窑上那个厂，酸味大", "马坊镇", "窑上村"},
	{"我们隔壁东湾村有人熬油", "峪口镇", "东湾村"},
	{"新庄村后头那个大棚，老有罐车", "峪口镇", "新庄村"},
	{"新庄那边的大棚里有人兑药水", "峪口镇", "新庄村"},
	{"在保安村口的修车铺后院灌瓶子", "大武镇", "保安村"},
	{"大武镇保安那个库房不让人看", "大武镇", "保安村"},
	{"圪洞东沟里头那个石料厂夜里开", "圪洞镇", "东沟村"},
	{"东沟小学旧址里头有人熬油", "圪洞镇", "东沟村"},
	{"相当村有个院子夜里进罐车", "大武镇", "相当村"},
	{"水源小学旁边的院子，味道呛", "大武镇", "水源村"},
	{"安上村那个加油点夜里也开", "峪口镇", "安上村"},
	{"北武当镇新民的大棚里头有桶", "北武当镇", "新民村"},
	{"一村那个旧旅社后院里灌气", "大武镇", "大武一村"},
	{"杨家塔的院子里堆着桶", "大武镇", "杨家塔村"},
	{"大武镇杨家会的院子里堆着桶", "大武镇", "杨家会村"},
}

func TestEverydayWords(t *testing.T) {
	p := embedded(t)
	g := gazetteer(t, p)
	for _, s := range everyday {
		got := g.Locate(Query{Texts: []string{s.text}})
		town, _ := p.Town(got.Town)
		village, _ := p.Village(got.Village)
		if town.Name != s.town || village.Name != s.village {
			t.Errorf("%s: %s %s %.2f %v, want %s %s", s.text, town.Name, village.Name, got.Confidence, got.Reasons, s.town, s.village)
		}
	}
}

// In the town that was picked, a word of everyday speech names its village when a building follows.
func TestEverydayWordsInTheTownThatWasPicked(t *testing.T) {
	p := embedded(t)
	g := gazetteer(t, p)
	for text, want := range map[string]string{
		"东坡磨面楼下卸了一车甲醇": "东坡村", "在东坡旧库房卸了一车甲醇": "东坡村", "我在东坡放羊闻见的": "",
		"在东坡上放羊闻见的": "", "东坡地里倒的": "", "上东坡放羊闻见的": "",
	} {
		got := g.Locate(Query{Town: "141128103", Texts: []string{text}})
		if village, _ := p.Village(got.Village); village.Name != want {
			t.Errorf("%s: %s %v, want %s", text, village.Name, got.Reasons, want)
		}
	}
}

// What the text says outright not to be the place is not, though the person picked it in the list; what is said of people of the place denies nothing.
func TestADeniedPlace(t *testing.T) {
	const sihao, banzhuangTown, mafang = "141128101209", "141128100", "141128101"
	g := gazetteer(t, embedded(t))
	for _, c := range []struct {
		hint, text    string
		town, village string
		sure, says    bool // needs nobody; says that what was picked is denied
	}{
		{"", "不是马坊四皓，夜里熬油", "", "", false, false},
		{"", "不是马坊镇的四皓村，是班庄村", banzhuangTown, banzhuang, true, false},
		{sihao, "不是马坊四皓，夜里熬油", mafang, "", false, true},
		{sihao, "不是四皓那边的，院里熬油", mafang, "", false, true},
		{sihao, "不是马坊的，夜里熬油", "", "", false, true},
		{sihao, "不是四皓，是班庄村", banzhuangTown, banzhuang, true, true},
		{sihao, "不是我们村，是隔壁班庄村的", banzhuangTown, banzhuang, true, true},
		{sihao, "不是我们村,是隔壁班庄那边", banzhuangTown, banzhuang, true, true},
		{sihao, "不是我们村的，是隔壁村的", mafang, "", false, true},
		{banzhuang, "不是我们村，是隔壁班庄村的", banzhuangTown, banzhuang, true, false},
		{sihao, "不是我们村的人干的", mafang, sihao, true, false},
		{sihao, "老板不是四皓人，夜里熬油", mafang, sihao, true, false},
		{sihao, "老板不在四皓，夜里熬油", mafang, sihao, true, false},
		{sihao, "我不是四皓的，路过闻见味道", mafang, sihao, true, false},
		{sihao, "老板不是马坊四皓的，夜里熬油", mafang, sihao, true, false},
		{sihao, "那些人不是我们村的，夜里熬油", mafang, sihao, true, false},
		{sihao, "那个厂不是四皓的，夜里熬油", mafang, "", false, true},
		{sihao, "是不是我们村的，你们来看", mafang, sihao, true, false},
	} {
		q := Query{Village: c.hint, Texts: []string{c.text}}
		if c.hint != "" {
			q.Town = c.hint[:9]
		}
		p := g.Locate(q)
		says := slices.ContainsFunc(p.Reasons, func(r string) bool { return strings.Contains(r, "却说不是那里") })
		if p.Town != c.town || p.Village != c.village || p.Confidence >= 0.7 != c.sure || says != c.says {
			t.Errorf("%s, picked %s: %s %s %.2f %v", c.text, c.hint, p.Town, p.Village, p.Confidence, p.Reasons)
		}
		if says && !slices.ContainsFunc(p.Alternatives, func(a Candidate) bool { return a.Village == c.hint }) {
			t.Errorf("%s: what was picked is no alternative: %v", c.text, p.Alternatives)
		}
	}
}

// What is picked in the list loses to what is written when the text says that it was picked for want of better, or by mistake.
func TestAPickThatTheTextDoubts(t *testing.T) {
	const dongpo, baoan = "141128103202", "141128103206"
	g := gazetteer(t, embedded(t))
	for text, want := range map[string]struct{ town, village string }{
		"选的村可能不对，我住保安村，夜里吵": {"141128103", baoan}, "保安村夜里吵，我选错了": {"141128103", baoan}, "保安夜里吵，选的是东坡": {"141128103", dongpo},
		"大武往南出了县界，离石枣林乡那头的猪场里有桶，系统里没离石选，就选了大武": {"141102201", ""}, "离石枣林乡的猪场里有桶，名单里找不到，只好选了大武": {"141102201", ""},
		"夜里吵，选的村可能不对": {"141128103", dongpo}, "后泽沟坝上夜里卸桶": {"141128105", "141128105218"}, "他以前在离石弄，让人撵了": {"141128103", dongpo},
	} {
		p := g.Locate(Query{Town: dongpo[:9], Village: dongpo, Texts: []string{text}})
		if p.Town != want.town || p.Village != want.village || want.village != dongpo && !slices.ContainsFunc(p.Alternatives, func(c Candidate) bool { return c.Village == dongpo }) {
			t.Errorf("%s: %s %s %.2f %v %v", text, p.Town, p.Village, p.Confidence, p.Reasons, p.Alternatives)
		}
	}
}

// What is said to have none of it is not the place where another one is named, and a question where none is.
func TestAPlaceThatHasNone(t *testing.T) {
	p := embedded(t)
	g := gazetteer(t, p)
	for text, want := range map[string]struct {
		village string
		sure    bool
	}{
		"店坪村没有，水源村有": {"水源村", true}, "水源村有，店坪村没有": {"水源村", true}, "店坪村那边没有了，搬到班庄了": {"班庄村", true}, "店坪村不是，水源村才是": {"水源村", true},
		"大武镇店坪村没有，水源村有": {"水源村", true}, "跟店坪村没关系，是水源村的": {"水源村", true}, "和店坪没什么关系，水源村熬油的": {"水源村", true},
		"店坪没有，水源有": {"店坪村", false}, "都说店坪村没有，其实有": {"店坪村", false}, "这事跟店坪村没关系": {"店坪村", false},
		"店坪村不是说没有，水源村也有": {"店坪村", false}, "店坪村有没有我不知道，水源村有": {"店坪村", false}, "店坪村没有？水源村有": {"店坪村", false}, "店坪村没有手续，水源村的人都知道": {"店坪村", false},
		"店坪村没有人管": {"店坪村", true}, "前天店坪村没事，后来店坪村又冒烟": {"店坪村", true},
	} {
		at := g.Locate(Query{Texts: []string{text}})
		if v, _ := p.Village(at.Village); v.Name != want.village || at.Confidence >= 0.7 != want.sure {
			t.Errorf("%s: %s %.2f %v", text, v.Name, at.Confidence, at.Reasons)
		}
	}
	for what, q := range map[string]Query{
		"picked": {Town: "141128103", Village: "141128103229", Texts: []string{"店坪村没有，班庄村有"}}, "said before": {Texts: []string{"店坪村", "店坪村没有，班庄村有"}},
	} {
		if at := g.Locate(q); at.Village != banzhuang || strings.Contains(strings.Join(at.Reasons, ""), "不是本县的") {
			t.Errorf("what was %s is denied: %+v", what, at)
		}
	}
}

// Which of the villages of a town that share a name is meant is read from what sets it apart, or left to a person.
func TestVillagesThatShareAName(t *testing.T) {
	const lower, upper, west = "141128105230", "141128105205", "141128103201"
	g := gazetteer(t, embedded(t))
	for text, want := range map[string]string{
		"上头那个冯家庄，不是麻地会的那个": upper, "冯家庄，上头那个，有人熬胶": upper, "有人熬胶。冯家庄上头那个，不是麻地会的冯家庄": upper, "冯家庄有人熬油，不是麻地会的那个": upper,
		"不是麻地会的冯家庄，是上头那个冯家庄": upper, "积翠乡冯家庄有人熬油": upper,
		"下头那个冯家庄有人熬油": lower, "不是上头那个冯家庄，是下头那个": lower, "冯家庄，原属麻地会乡那个。有人熬胶": lower, "麻地会那边的冯家庄": lower, "积翠镇冯家庄村有人熬油": lower,
		"冯家庄上头那个厂子有人熬油": lower, "冯家庄有两个厂，我说的是上头那个": lower,
		"老的那个冯家庄有人熬油": "", "冯家庄，不是积翠的那个": "", "冯家庄，不是赤红的那个": "", "我们村上头那个冯家庄": "", "上头那个冯家庄，不是上头那个冯家庄": "",
		"西边那个相王村有人熬油": west, "相王，不是东头那个": west, "相王村有人熬油": "", "上头那个相王村": "",
	} {
		town := "141128105"
		if strings.Contains(text, "相王") {
			town = "141128103"
		}
		p := g.Locate(Query{Texts: []string{text}})
		if p.Town != town || p.Village != want || p.Confidence >= 0.7 && want == "" || want != lower && len(p.Alternatives) == 0 && !strings.Contains(text, "积翠乡") {
			t.Errorf("%s: %s %.2f %v %v", text, p.Village, p.Confidence, p.Reasons, p.Alternatives)
		}
	}
	for _, texts := range [][]string{{"冯家庄", "上头那个冯家庄有人熬胶"}, {"冯家庄熬胶的", "不是麻地会的冯家庄"}} {
		if p := g.Locate(Query{Texts: texts}); p.Village != upper {
			t.Errorf("%v: %s %v", texts, p.Village, p.Reasons)
		}
	}
	if p := g.Locate(Query{Town: "141128105", Village: upper, Texts: []string{"老的那个冯家庄有人熬油"}}); p.Village != upper {
		t.Errorf("what was picked decides: %s %v", p.Village, p.Reasons)
	}
}

// A name that stands in two towns, now or before, says so with both, as long as nothing decides between them.
func TestANameInTwoTownsSaysSo(t *testing.T) {
	g := gazetteer(t, embedded(t))
	for text, want := range map[string]string{
		"庄上村后头有人熬油": "“庄上”有两处：圪洞镇、积翠镇，要人定", "西山村有人熬油": "“西山”有两处：圪洞镇、峪口镇，要人定", "水沟村有人熬油": "“水沟”有两处：圪洞镇、大武镇，要人定",
		"相王村有人熬油": "“相王”有两处：东相王村、西相王村，要人定", "积翠镇庄上村": "", "班庄村有人熬油": "",
	} {
		p := g.Locate(Query{Texts: []string{text}})
		if got := slices.ContainsFunc(p.Reasons, func(r string) bool { return strings.Contains(r, "要人定") }); got != (want != "") || got && (!slices.Contains(p.Reasons, want) || p.Confidence >= 0.7) {
			t.Errorf("%s: %.2f %v, want %q", text, p.Confidence, p.Reasons, want)
		}
	}
	if p := g.Locate(Query{Town: "141128105", Texts: []string{"庄上村后头"}}); strings.Contains(strings.Join(p.Reasons, ""), "要人定") || p.Town != "141128105" {
		t.Errorf("the picked town decides: %s %v", p.Town, p.Reasons)
	}
}
