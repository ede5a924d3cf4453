package route_test

import (
	"slices"
	"strings"
	"testing"

	"qianshao/triage/route"
)

// A text of a few words, one that denies, and one that only calls for haste tell of nothing that happens: what was learned alone must not raise them.
func TestNothingToldRaisesNothing(t *testing.T) {
	p, r := open(t)
	for _, text := range []string{
		"急", "快", "你们快点", "赶紧来", "快来看看", "救救我们", "那边", "旁边", "那边有人", "有个院子", "罐子", "桶", "有辆罐车", "倒垃圾", "漏油", "滴油",
		"管子漏水", "冒烟", "烟囱冒烟", "村口院子夜里冒烟", "倒了一车废水", "焊工动火", "院里在烧东西", "臭死人了", "吓死人了",
		"没着火", "幸亏没着火", "并没有着火", "没有爆炸，放心", "晚上像着火一样亮", "昨天着火了，灭了", "烧桶，天天傍晚烧", "院里头锁着门",
	} {
		if d := r.Decide(in(p, p.Towns[0].Code, route.Facts{Texts: []string{"", text}})); d.Emergency {
			t.Errorf("an emergency: %s", text)
		}
	}
}

// The reason says which emergency the words tell of, never another, and those come who are called for it.
func TestKindOfEmergency(t *testing.T) {
	p, r := open(t)
	text := map[string]string{"": "没说清是哪一种"}
	for _, e := range p.Emergencies {
		text[e.ID] = e.Text
	}
	for told, want := range map[string]string{
		"爆炸了": "fire", "漏氨了": "leak", "不好了死人了": "poisoned", "出人命了": "poisoned", "有个工人死在棚里了": "poisoned",
		"我家老人住院了，医生说是中毒，来堡村土窑": "poisoned", "喝了渠里的水，抽过去了": "poisoned", "肚子疼拉稀上吐下泻送医院": "poisoned",
		"救护车来了拉走两个": "poisoned", "硫酸溅脸上了": "poisoned", "窑塌了": "", "他们正在砸门打人，快来": "violence",
	} {
		d := r.Decide(in(p, p.Towns[0].Code, route.Facts{Texts: []string{"", told}}))
		if !d.Emergency || !strings.Contains(strings.Join(d.Reasons, "\n"), text[want]) {
			t.Errorf("%s: emergency %v, %q", told, d.Emergency, d.Reasons)
		}
		for unit, of := range map[string][]string{"fire": {"fire", "leak", "poisoned", ""}, "health": {"poisoned", ""}, "police": {"fire", "leak", "violence", ""}} {
			if slices.Contains(of, want) && d.Lead != unit && !slices.Contains(d.Co, unit) {
				t.Errorf("%s: %s is not called", told, unit)
			}
		}
	}
}

// Words for what explodes, for threats against those who tip, and for what runs into a river of which only the place tells.
func TestToldInFewWords(t *testing.T) {
	p, r := open(t)
	for text, want := range map[[2]string]string{
		{"", "偷卖TNT"}: "x_poison_expl", {"", "有人卖tatp"}: "x_poison_expl", {"", "他家买卖易制爆化学品"}: "x_poison_expl",
		{"", "他说要是再告就放火烧我家"}: "x_retaliate", {"", "谁告我就砍谁全家"}: "x_retaliate",
		{"北川河边", "晚上排红水"}: "x_dump", {"大武河滩", "偷偷放黄水"}: "x_dump",
	} {
		d := r.Decide(in(p, p.Towns[0].Code, route.Facts{Texts: text[:]}))
		if d.Categories[0] != want || d.Sealed != (want == "x_retaliate") {
			t.Errorf("%q: %s, sealed %v", text, d.Categories[0], d.Sealed)
		}
	}
}
