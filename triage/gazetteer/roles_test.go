package gazetteer

import (
	"slices"
	"strings"
	"testing"
)

// What a name is there for decides which of several is the place.
func TestOneOfTwoPlaces(t *testing.T) {
	g := gazetteer(t, madeUp())
	const want = "900100101203" // 古渡村
	for _, text := range []string{
		"不是秦家会，是古渡村，院里熬油", "别搞错了，不是秦家会村那个，是古渡村的", "从秦家会过来，到了古渡村口往东", "过了秦家会村就是古渡村",
		"我是秦家会的，古渡村那边天天冒烟", "我家在秦家会村，每天去古渡村干活", "我住秦家会，我亲戚在古渡村开店", "老板是秦家会人，在古渡村租的院子", "秦家会村的王老板租了古渡村的院子",
		"古渡村那个院子，桶都拉到秦家会去了", "古渡村旧学校，听说货发往秦家会村", "离秦家会村不远，就在古渡村后沟", "站在秦家会村梁上，看见古渡村那边冒黑烟", "在秦家会都闻到了，古渡村烧的", "来电人住秦家会村，反映古渡村有人熬油", "石门镇的老张在古渡村熬油",
		"老板是青川县石门村的，在古渡村开了个作坊", "干活的都是秦家会村人，在古渡村熬油", "我家在秦家会村住，是我老家古渡村那边有个羊场改成了作坊", "老家古渡村有人熬油",
	} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != want || p.Confidence < 0.7 {
			t.Errorf("%q: %s %.2f %v", text, p.Village, p.Confidence, p.Reasons)
		}
	}
}

// A county farther off is known by its name alone, with what is above it or without; and somebody may only work there.
func TestCountyFartherOff(t *testing.T) {
	g := gazetteer(t, madeUp())
	for text, want := range map[string]string{
		"远山县东河镇有人熬油": "900300", "东岭市远山县那边在熬油": "900300", "远山县古渡村镇东头有人熬油": "900300", "我在东岭市远山县上班，老家古渡村有人熬油": "900100", "油是从东岭市远山县拉来的，堆在古渡村": "900100",
	} {
		if p := g.Locate(Query{Texts: []string{text}}); p.County != want {
			t.Errorf("%q: county %s %v", text, p.County, p.Reasons)
		}
	}
}

// A name that is only passed by, or somebody's home, is an answer for a person to judge.
func TestAPlaceThatMayNotBeTheOne(t *testing.T) {
	g := gazetteer(t, madeUp())
	for text, reason := range map[string]string{
		"我是秦家会的，夜里闻到味": "住的地方", "路过秦家会，夜里闻到味": "路过", "桶都拉到秦家会去了": "去处", "秦家会的王老板干的": "人从哪里来",
	} {
		p := g.Locate(Query{Texts: []string{text}})
		if p.Village != "900100100202" || p.Confidence >= 0.7 || !strings.Contains(strings.Join(p.Reasons, ""), reason) {
			t.Errorf("%q: %s %.2f %v", text, p.Village, p.Confidence, p.Reasons)
		}
	}
}

// Who lives somewhere and names nothing but the town tells of what is around them.
func TestNearHome(t *testing.T) {
	g := gazetteer(t, madeUp())
	p := g.Locate(Query{Town: "900100101", Texts: []string{"北望山镇的，住在古渡村的农家院，后面有人兑药水"}})
	if p.Village != "900100101203" || p.Confidence >= 0.7 {
		t.Errorf("%+v", p)
	}
}

// The name of a town that is gone is the town's where one of its villages follows, though a village bears it too.
func TestGoneTownBeforeItsVillage(t *testing.T) {
	g := gazetteer(t, madeUp())
	if p := g.Locate(Query{Texts: []string{"望山古渡的电石厂，水电都没断"}}); p.Village != "900100101203" || p.Confidence < 0.7 {
		t.Errorf("%+v", p)
	}
}

func TestBetweenAndUndecided(t *testing.T) {
	g := gazetteer(t, madeUp())
	for text, want := range map[string]struct {
		town  string
		names []string
	}{
		"古渡村和红崖畈村之间的沟里":     {"900100101", []string{"北望山镇古渡村", "北望山镇红崖畈村"}},
		"秦家会村和古渡村交界的地方":     {"", []string{"石门镇秦家会村", "北望山镇古渡村"}},
		"说不清是古渡村还是红崖畈村的":    {"900100101", []string{"北望山镇古渡村", "北望山镇红崖畈村"}},
		"也分不清算白河县的还是算青川县的地": {"", []string{"白河县", "青川县"}},
		"白河县柳树镇和我们石门交界的沟里":  {"", []string{"白河县柳树镇", "石门镇"}},
		"在石门镇和白河县柳树镇交界处":    {"", []string{"石门镇", "白河县柳树镇"}},
	} {
		p := g.Locate(Query{Texts: []string{text}})
		var names []string
		for _, a := range p.Alternatives {
			names = append(names, a.Name)
		}
		if p.Town != want.town || p.Village != "" || p.Town == "" && p.Confidence >= 0.7 || !slices.Equal(names, want.names) {
			t.Errorf("%q: %+v", text, p)
		}
	}
}

// Names that are not those of our places.
func TestTraps(t *testing.T) {
	g := gazetteer(t, madeUp())
	for _, text := range []string{
		"李望山带人干的", "公司叫古渡堂", "贴的是红崖畈牌", "保安公司的人守着", "湖南石门镇有个厂", "新安镇古渡村有人熬油", "福建省某市某区古渡村", "有个网名叫红崖畈主人的", "青川路和建设路口", "车是白河牌照的", "咱村里有人", "保安山上有个厂", "西村那边没听说",
	} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Town != "" {
			t.Errorf("%q: %s %s %.2f %v", text, p.Town, p.Village, p.Confidence, p.Reasons)
		}
	}
}

// Dictated and mistyped names.
func TestWrongCharacters(t *testing.T) {
	g := gazetteer(t, madeUp())
	for text, village := range map[string]string{
		"秦家惠村有人":        "900100100202",
		"琴家会那边有个院子":     "900100100202",
		"石门镇秦加会":        "900100100202",
		"红岩畈村":          "900100101202", // 崖 and 岩 look alike
		"北望山镇占渡村":       "900100101203", // 古 and 占 look alike
		"谷渡村旧学校":        "900100101203",
		"古度磨坊里有人熬油":     "900100101203",
		"碾泽沟的养猪场":       "900100101204",
		"碾责狗村":          "900100101204", // two characters of the same sound
		"实门镇秦家会村":       "900100100202",
		"白望山镇古渡村":       "900100101203",
		"东湘望桥头":         "900100100203",
		"不是古渡，是秦家惠村":    "900100100202",
		"我是古渡的，秦家惠村有院子": "900100100202",
	} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != village {
			t.Errorf("%q: %s %.2f %v, want %s", text, p.Village, p.Confidence, p.Reasons, village)
		}
	}
}

// The nearer town or county decides between places of one name.
func TestNamesThatStandTwice(t *testing.T) {
	g := gazetteer(t, madeUp())
	for text, want := range map[string][3]string{
		"秦家会村有人":               {"900100", "900100100", "900100100202"},
		"白河那边的秦家会村有人":          {"900200", "900200100", "900200100201"},
		"白河县的古渡村有人熬油":          {"900200", "", ""},
		"白河那边的古渡有人熬油":          {"900200", "", ""},
		"在白河县地界，秦家会村后头":        {"900200", "900200100", "900200100201"},
		"是白河县的秦家会，不是石门那个":      {"900200", "900200100", "900200100201"},
		"原来望山乡这边的水磨，不是石门那个水磨":  {"900100", "900100101", ""},
		"秦家会，白河县那个秦家会，不是咱县的":   {"900200", "900200100", "900200100201"},
		"不是咱县的秦家会，是白河县秦家会":     {"900200", "900200100", "900200100201"},
		"白河县的秦家会不算，我说的是咱县的秦家会": {"900100", "900100100", "900100100202"},
	} {
		p := g.Locate(Query{Texts: []string{text}})
		if got := [3]string{p.County, p.Town, p.Village}; got != want {
			t.Errorf("%q: %v %.2f %v, want %v", text, got, p.Confidence, p.Reasons, want)
		}
	}
	if p := g.Locate(Query{Texts: []string{"水磨村"}, Town: "900100101"}); p.Town != "900100101" {
		t.Errorf("the picked town: %+v", p)
	}
}

// The notes hold our words and numbers, and nothing that a person wrote.
func TestNotes(t *testing.T) {
	p := madeUp()
	p.Roads = append(p.Roads, p.Roads...)
	g := gazetteer(t, p)
	got := g.Locate(Query{Texts: []string{"古渡村，209国道K12+300往东走二里地，王二旦家旁边的旧砖厂", "省道218边上，小学往北三百米，电话13800000000"}})
	want := []string{"提到的路：G209、S218", "提到的远近：公里桩 K12+300、往东二里、往北三百米", "提到的标志物：砖厂、小学"}
	if !slices.Equal(got.Notes, want) || !slices.Equal(got.Landmarks, []string{"砖厂", "小学"}) {
		t.Errorf("%q %q", got.Notes, got.Landmarks)
	}
}
