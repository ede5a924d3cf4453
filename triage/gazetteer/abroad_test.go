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
