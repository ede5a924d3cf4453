package gazetteer

import (
	"testing"

	"qianshao/config/county"
)

// A place of another county stays there, whatever place of ours bears its name too.
func TestOneNameInTwoCounties(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"临县三交镇兴隆湾有人灌装东西，刺鼻，不是方山峪口的兴隆湾，要求转临县",
		"汾阳峪道河镇的峪口村，旧酒厂里做香蕉水。跟方山峪口镇重名，麻烦转给汾阳",
		"柳林庄上镇那边的洗煤厂，里头熬焦油。我老家圪洞庄上的，别搞混",
		"是离石吴城那个上四皓，不是马坊四皓，羊场里半夜烧电瓶",
		"岚县界河口的吴家沟，旧糖厂里分装稀料，不是方山的吴家沟",
		"店坪村，但不是方山的店坪，是离石的",
		"店坪村，不是方山的，是离石的",
		"店坪村里有人熬油，这个店坪不是咱们方山的那个，是离石那个",
		"杨家会那边晚上冒烟，我说的是临县的杨家会",
		"离石区信义镇一处砖厂熬油，离方山大武较近，打错了电话",
		"下庄，离石区的，不属于方山县",
		"四皓村，不在方山，在临县，沟里有人熬油",
	} {
		if at := g.Locate(Query{Texts: []string{text}}); at.County == p.Code || at.County == "" {
			t.Errorf("%s: %+v", text, at)
		}
	}
	for text, village := range map[string]string{
		"大武镇杨家会村收费站旁边有人卖油，不是离石的": "141128103200",
		"大武镇的杨家会，不是临县的那个":        "141128103200",
	} {
		if at := g.Locate(Query{Texts: []string{text}}); at.Village != village {
			t.Errorf("%s: %+v", text, at)
		}
	}
}

// What is written in a second field corrects the first, as far as that a person is asked.
func TestDeniedInAnotherField(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	at := g.Locate(Query{Texts: []string{"店坪村", "旧窑里熬油，不是方山的店坪，是离石的"}})
	if at.County != "141102" || at.Confidence >= 0.7 || len(at.Alternatives) != 1 {
		t.Errorf("%+v", at)
	}
}

// A denial of our county leaves a village of ours in doubt where nothing names another county, or where it may be said of people; of people said outright it
// changes nothing.
func TestDeniedCounty(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	for text, sure := range map[string]bool{
		"店坪村旧窑里熬油，不是咱县的": false, "店坪村有人熬油，不是咱县的，是离石的": false,
		"店坪村有人熬油，老板不是方山的，是离石的": true, "店坪村有人熬油，他们不是咱县的，是离石的": true, "店坪村熬油，车不是方山的，是离石的": true,
		"店坪村熬油，不是离石的，是方山的": true, "店坪村熬油，不是离石的店坪，是方山的": true, "老板不是方山的，是离石的，在店坪村熬油": true,
	} {
		if at := g.Locate(Query{Texts: []string{text}}); at.Village != "141128103229" || at.Confidence >= 0.7 != sure {
			t.Errorf("%s: %+v", text, at)
		}
	}
}
