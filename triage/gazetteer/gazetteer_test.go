package gazetteer

import (
	"slices"
	"testing"

	"qianshao/config/county"

	"github.com/paulmach/orb"
)

// madeUp is a made-up county with the traps of a real one: names in two towns, names of the neighbours, names that are words, names that are gone.
func madeUp() *county.Profile {
	return &county.Profile{
		Code: "900100", Name: "青川县",
		Towns: []county.Town{
			{Name: "石门镇", Code: "900100100", Aliases: []string{"石门"}},
			{Name: "北望山镇", Code: "900100101", Aliases: []string{"北望山"}},
		},
		Villages: []county.Village{
			{Code: "900100100001", Name: "石门社区居委会", Short: "石门", Town: "900100100"},
			{Code: "900100100201", Name: "石门村委会", Short: "石门", Town: "900100100"},
			{Code: "900100100202", Name: "秦家会村委会", Short: "秦家会", Town: "900100100"},
			{Code: "900100100203", Name: "东相望村委会", Short: "东相望", Town: "900100100"},
			{Code: "900100100204", Name: "西相望村委会", Short: "西相望", Town: "900100100"},
			{Code: "900100100205", Name: "保安村委会", Short: "保安", Town: "900100100"},
			{Code: "900100101201", Name: "望山村委会", Short: "望山", Town: "900100101"},
			{Code: "900100101202", Name: "红崖畈村委会", Short: "红崖畈", Town: "900100101", Aliases: []string{"红崖"}},
			{Code: "900100101203", Name: "古渡村委会", Short: "古渡", Town: "900100101"},
			{Code: "900100101204", Name: "碾则沟村委会", Short: "碾则沟", Town: "900100101"},
		},
		FormerNames: []county.FormerName{
			{Name: "乔家坪村委会", Short: "乔家坪", Level: "village", Town: "900100101"},
			{Name: "新渡村委会", Short: "新渡", Level: "village", Town: "900100101", Village: "900100101203"},
			{Name: "水磨村委会", Short: "水磨", Level: "village", Town: "900100100"},
			{Name: "水磨村委会", Short: "水磨", Level: "village", Town: "900100101"},
			{Name: "望山乡", Short: "望山", Level: "town", Town: "900100101"},
		},
		Neighbours: []county.Neighbour{{
			Code: "900200", Name: "白河县", Short: "白河",
			Towns: []county.NeighbourPlace{{Code: "900200100", Name: "柳树镇"}},
			Villages: []county.NeighbourPlace{
				{Code: "900200100201", Name: "秦家会村"}, {Code: "900200100202", Name: "大槐庄村"}, {Code: "900200100203", Name: "马头营村"},
			},
		}, {Code: "900300", Name: "远山县", Short: "远山县"}},
	}
}

func gazetteer(t testing.TB, p *county.Profile) *Gazetteer {
	t.Helper()
	g, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestText(t *testing.T) {
	const shimen, wangshan = "900100100", "900100101"
	g := gazetteer(t, madeUp())
	for text, want := range map[string][3]string{
		"石门镇秦家会村有人夜里熬油": {"900100", shimen, "900100100202"},
		"秦家会村委会后头":      {"900100", shimen, "900100100202"},
		"秦家会那边味道大":      {"900100", shimen, "900100100202"},
		"青川縣石門鎮秦家會村":    {"900100", shimen, "900100100202"},
		"石 门 镇 秦 家 会":   {"900100", shimen, "900100100202"},
		"秦\u200b家会村":    {"900100", shimen, "900100100202"},
		"白河县柳树镇秦家会村有罐车": {"900200", "900200100", "900200100201"},
		"白河的大槐庄村":       {"900200", "900200100", "900200100202"},
		"大槐庄村有罐车":       {"900200", "900200100", "900200100202"},
		"石门镇的院子":        {"900100", shimen, ""},
		"石门那边的院子":       {"900100", shimen, ""},
		"石门村口的院子":       {"900100", shimen, "900100100201"},
		"石门社区三号楼":       {"900100", shimen, "900100100001"},
		"望山村北头":         {"900100", wangshan, "900100101201"},
		"北望山镇望山村":       {"900100", wangshan, "900100101201"},
		"原来望山乡的院子":      {"900100", wangshan, ""},
		"门口有保安看着，不让进":   {"", "", ""},
		"保安村有人":         {"900100", shimen, "900100100205"},
		"石门镇保安的养鸡场":     {"900100", shimen, "900100100205"},
		"乔家坪村老窑":        {"900100", wangshan, ""},
		"新渡村老窑":         {"900100", wangshan, "900100101203"},
		"水磨村":           {"900100", "", ""},
		"北望山镇水磨村":       {"900100", wangshan, ""},
		"相望村桥头":         {"900100", shimen, ""},
		"西相望村桥头":        {"900100", shimen, "900100100204"},
		"不是望山村，是秦家会村":   {"900100", shimen, "900100100202"},
		"从石门村往秦家会村去，快到秦家会村路东": {"900100", shimen, "900100100202"},
		"秦家汇村老学校":      {"900100", shimen, "900100100202"},
		"鸿崖贩老学校":       {"900100", wangshan, "900100101202"},
		"北望山镇碾泽沟":      {"900100", wangshan, "900100101204"},
		"吴家会村老学校":      {"", "", ""},
		"秦家沟村老学校":      {"", "", ""},
		"青川路和建设路口":     {"", "", ""},
		"罐车往白河方向走了":    {"", "", ""},
		"你们管不管，天天夜里有味": {"", "", ""},
		"":             {"", "", ""},
	} {
		p := g.Locate(Query{Texts: []string{text}})
		if got := [3]string{p.County, p.Town, p.Village}; got != want {
			t.Errorf("%q: %v %v, want %v", text, got, p.Reasons, want)
		}
		if len(p.Reasons) == 0 || p.Confidence < 0 || p.Confidence > 1 || (p.County == "") != (p.Confidence == 0) {
			t.Errorf("%q: confidence %v, reasons %v", text, p.Confidence, p.Reasons)
		}
	}
}

func TestTextAgainstThePickedPlace(t *testing.T) {
	g := gazetteer(t, madeUp())
	for name, c := range map[string]struct {
		q           Query
		village     string
		low, high   float64
		alternative string
	}{
		"picked only":                   {Query{Village: "900100100202"}, "900100100202", 0.8, 0.9, ""},
		"unknown code":                  {Query{Village: "123", Town: "nowhere"}, "", 0, 0, ""},
		"both the same":                 {Query{Village: "900100100202", Texts: []string{"秦家会村后头"}}, "900100100202", 0.95, 1, ""},
		"text in full wins":             {Query{Village: "900100100202", Texts: []string{"北望山镇古渡村后头"}}, "900100101203", 0.5, 0.8, "石门镇秦家会村"},
		"a bare name does not":          {Query{Village: "900100100202", Texts: []string{"古渡有人看见"}}, "900100100202", 0.5, 0.7, "北望山镇古渡村"},
		"text goes further":             {Query{Town: "900100101", Texts: []string{"红崖畈村"}}, "900100101202", 0.9, 1, ""},
		"picked goes further":           {Query{Village: "900100100202", Texts: []string{"石门镇"}}, "900100100202", 0.85, 1, ""},
		"picked village settles a word": {Query{Village: "900100100205", Texts: []string{"保安东头"}}, "900100100205", 0.85, 1, ""},
	} {
		p := g.Locate(c.q)
		if p.Village != c.village || p.Confidence < c.low || p.Confidence > c.high {
			t.Errorf("%s: %s %.2f %v", name, p.Village, p.Confidence, p.Reasons)
		}
		if c.alternative != "" && !slices.ContainsFunc(p.Alternatives, func(a Candidate) bool { return a.Name == c.alternative }) {
			t.Errorf("%s: alternatives %v", name, p.Alternatives)
		}
	}
}

func TestAnAmbiguousNameHasAlternatives(t *testing.T) {
	p := gazetteer(t, madeUp()).Locate(Query{Texts: []string{"相望村桥头"}})
	var names []string
	for _, a := range p.Alternatives {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	if want := []string{"石门镇东相望村", "石门镇西相望村"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

func TestMatchedNamesThePlaceAsWritten(t *testing.T) {
	p := gazetteer(t, madeUp()).Locate(Query{Texts: []string{"石门镇秦家会村有人夜里熬油"}})
	if want := []string{"石门镇", "秦家会村"}; !slices.Equal(p.Matched, want) {
		t.Errorf("%v, want %v", p.Matched, want)
	}
}

// With the profile that ships: every official name is found, alone and behind its town, and positions tell the county.
func TestEmbeddedProfile(t *testing.T) {
	profile, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	g := gazetteer(t, profile)
	for _, v := range profile.Villages {
		town, _ := profile.Town(v.Town)
		for _, text := range []string{spoken(v.Name) + "有人夜里熬油", town.Name + spoken(v.Name) + "有人夜里熬油"} {
			p := g.Locate(Query{Texts: []string{text}})
			ours := len(p.Alternatives) == 0 && p.Village == v.Code
			several := slices.ContainsFunc(p.Alternatives, func(a Candidate) bool { return a.Village == v.Code })
			if !ours && !several && p.Village != v.Code {
				t.Errorf("%s: %+v", text, p)
			}
		}
		if p := g.Locate(Query{Texts: []string{town.Name + spoken(v.Name)}}); p.Village != v.Code {
			t.Errorf("%s%s: %+v", town.Name, v.Name, p)
		}
	}
	for name, c := range map[string]struct {
		at     orb.Point
		county string
		border bool
	}{
		"county seat":  {orb.Point{111.24, 37.89}, profile.Code, false},
		"离石":           {orb.Point{111.14, 37.52}, "141102", false},
		"another land": {orb.Point{2.35, 48.85}, "", false},
	} {
		p := g.Locate(Query{Position: &c.at})
		if p.County != c.county || p.NearBorder != c.border || p.Town != "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	at := orb.Point{111.14, 37.52}
	p := g.Locate(Query{Town: profile.Towns[0].Code, Position: &at})
	if p.Town != profile.Towns[0].Code || p.Confidence > 0.7 || len(p.Alternatives) == 0 {
		t.Errorf("position in another county: %+v", p)
	}
}

func TestNearTheBorder(t *testing.T) {
	profile, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	g := gazetteer(t, profile)
	inside, outside := orb.Point{111.24, 37.89}, orb.Point{111.14, 37.52}
	for range 30 { // halve the way until the border lies between two points a few metres apart
		middle := orb.Point{(inside[0] + outside[0]) / 2, (inside[1] + outside[1]) / 2}
		if in, _ := profile.Contains(middle); in {
			inside = middle
		} else {
			outside = middle
		}
	}
	for _, at := range []orb.Point{inside, outside} {
		if p := g.Locate(Query{Position: &at}); !p.NearBorder || p.Confidence > 0.5 || p.County == "" {
			t.Errorf("at the border: %+v", p)
		}
	}
}

// A town and a village that do not belong together: one of them is a slip, and the answer says so.
func TestATownAndAVillageThatDoNotBelongTogether(t *testing.T) {
	g := gazetteer(t, madeUp())
	right := g.Locate(Query{Texts: []string{"石门镇秦家会村后头"}})
	wrong := g.Locate(Query{Texts: []string{"北望山镇秦家会村后头"}})
	if wrong.Village != right.Village || wrong.Confidence >= 0.6 || right.Confidence < 0.8 {
		t.Errorf("%s %.2f, %s %.2f", wrong.Village, wrong.Confidence, right.Village, right.Confidence)
	}
	if want := "写了北望山镇，可秦家会村在石门镇"; !slices.Contains(wrong.Reasons, want) {
		t.Errorf("reasons %v, want %s", wrong.Reasons, want)
	}
	if len(right.Reasons) != 1 {
		t.Errorf("reasons %v", right.Reasons)
	}
	if !slices.ContainsFunc(wrong.Alternatives, func(a Candidate) bool { return a.Name == "北望山镇" }) {
		t.Errorf("alternatives %v", wrong.Alternatives)
	}
	if on := g.Locate(Query{Texts: []string{"石门镇秦家会村，从北望山镇过来的路上"}}); on.Confidence != right.Confidence {
		t.Errorf("a town on the way: %.2f %v", on.Confidence, on.Reasons)
	}
}

func TestWhatWasWrittenAndNotRecognised(t *testing.T) {
	g := gazetteer(t, madeUp())
	for text, want := range map[string]string{"": "没有认出本县或邻县的地名，也没有选地方", "  ": "没有认出本县或邻县的地名，也没有选地方", "老槐树底下那个院": "写的地方没认出来"} {
		if p := g.Locate(Query{Texts: []string{text, "夜里有味道"}}); !slices.Equal(p.Reasons, []string{want}) {
			t.Errorf("%q: %v", text, p.Reasons)
		}
	}
}

// Behind an everyday word a short name is a name as at the beginning of a clause, and cuts no city in two.
func TestAfterEverydayWords(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	g := gazetteer(t, p)
	for _, word := range []string{"告", "把", "昨天", "今天", "晚上", "昨晚上", "半夜", "发现", "我家", "那个", "去年", "前几天", "天天", "感觉", "如今", "也", "又", "二月份"} {
		for _, name := range []string{"班庄", "下昔", "庙底沟", "津良庄"} {
			text := word + name + "砖厂有人熬废油"
			if got := g.Locate(Query{Texts: []string{text}}); got.Village == "" {
				t.Errorf("%s: no village", text)
			}
		}
	}
}
