package route_test

import (
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
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

// What somebody came into touch with and how people are now, is an emergency without a word for what happened; of crops, of every day, of hearsay, of the
// past and of who only lies there it is none.
func TestBodilyHarm(t *testing.T) {
	p, r := open(t)
	for text, want := range map[string]bool{
		"院墙根流黄水、冒白气，嗓子跟火烧一样": true, "井水喝了以后肚子绞，一家五口都躺着": true, "墙缝里渗出来的水冒烟，我一进那屋喉咙跟刀割一样": true,
		"村里人喝了水窖的水，好几个人下不了炕了": true, "闻见一股杏仁味，我爹说不出话来，手也抖": true, "半夜隔壁冒白气，我家四口都睁不开眼": true,
		"天天熏得嗓子火烧一样，一年多了": false, "味道大，闻多了嗓子疼": false, "水有味，不敢喝，全家都去别处拉水": false, "前年喝了那水全家拉肚子，后来改了水就好了": false,
		"听说那家喝了井水都躺下了，不知道真假": false, "怕喝了这水全家都躺下": false, "一家五口都躺着看电视，隔壁院里有味": false, "我爸瘫在炕上起不来好几年了，麻烦你们来查查隔壁的味": false,
		"那个味说不出话的难闻": false, "渠里的水发黄，有股味，浇了地苗都死了": false,
	} {
		if d := r.Decide(in(p, p.Towns[0].Code, route.Facts{Texts: []string{"", text}})); d.Emergency != want {
			t.Errorf("%s: emergency %v, want %v", text, d.Emergency, want)
		}
	}
}

// Where animals are told of and no person, the reason does not say that somebody was harmed.
func TestHarmedAnimals(t *testing.T) {
	p, r := open(t)
	i := slices.IndexFunc(p.Emergencies, func(e county.Emergency) bool { return e.ID == "poisoned" })
	for text, people := range map[string]bool{
		"鱼塘里的鱼今天突然全死了，水是红的": false, "羊喝了沟里的水死了四只，快来人看看": false, "我家鸡死了十几只，现在院里还有味": false,
		"狗喝了那个水吐白沫死了，刚刚死的": false, "牛喝了渠里的水倒下了，现在站不起来": false,
		"猪全死了，现在味大得很，我老婆也吐了": true, "羊死了三只，娃也吐了，快来人": true, "晕倒了，羊也死了": true, "中毒了，快来人": true,
		"沟里放出来的水冒烟，放羊的闻了一下就坐到地上起不来": true,
	} {
		d := r.Decide(in(p, p.Towns[0].Code, route.Facts{Texts: []string{"", text}}))
		if reasons := strings.Join(d.Reasons, "\n"); !d.Emergency || strings.Contains(reasons, p.Emergencies[i].Text) != people || strings.Contains(reasons, "牲口") == people {
			t.Errorf("%s: emergency %v, %q", text, d.Emergency, d.Reasons)
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
