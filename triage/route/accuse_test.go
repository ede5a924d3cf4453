package route_test

import (
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/route"
)

// workshop is a tip with a strong sign of a workshop in the second town, with words.
func workshop(t *testing.T, p *county.Profile, words ...string) route.Facts {
	t.Helper()
	return in(p, p.Towns[1].Code, route.Facts{Signs: []string{"s_drums"}, Texts: words})
}

// Who takes, owns, warns or covers: nobody but the discipline inspection reads it.
func TestAnAccusationIsSealed(t *testing.T) {
	p, r := open(t)
	for _, text := range []string{
		"镇上的王副镇长收了他的钱，每次检查都提前打电话",
		"应急局的李科长是他亲戚",
		"这厂子有村支书的股份",
		"老板的小舅子在环保局上班，啥时候来查他都提前知道",
		"他逢年过节给所长送礼",
		"派出所有人罩着他",
		"县安委办有人给他通风报信",
		"书记拿了红包",
		"应急局的王科长收了黑钱",
		"派出所有人吃昧心钱",
		"环保局的人拿了老板两万块",
		"执法的人来之前，有人给他打招呼",
		"大武镇政府的赵主任入股了",
		"村主任威胁我们，不让往上告",
		"消防队的刘队长跟他喝酒",
		"工商所的人收了好处。后来就再没来过",
		"老板说他不怕。他和县领导是同学",
		"检查的人 还没到 就有人 走漏风声",
		"公安的民警包庇他",
		"应急局的人来查过，拿了两条烟就走了，碱照样堆着",
		"镇政府的人来过两回，吃了顿饭就走了，啥也没查",
		"环保局一来查，老板头一天就知道，提前把东西拉走",
		"上次打电话给派出所，转头老板就来我家骂我",
		"市场监管局的车天天停在门口，进去喝茶",
		"封条是应急局贴的，第二天就撕了，听说局里有人点了头",
		"应急局说没事，叫我们不要乱讲",
		"供电所的电工给偷偷接电，一月收三千",
		"县安委办的人把举报人名字告诉了老板",
		"消防大队的人给办的假手续，收了五万",
		"供电所的站长拿他的回扣",
		"老板上面有人，谁也不怕",
		"他哥是村长",
		"跟乡里的头头熟得很",
		"干部也占着股呢",
		"交警拦过他的车，交了钱就放了",
		"请不要派本镇的人来，他们都是一伙的",
		"派出所的人收了石站头村旧砖厂老板的钱",
		"县安委办的人拿了那个砖厂老板的好处",
		"应急局的老刘是这个厂的股东",
		"老板在我举报以后打点过镇上的人",
	} {
		d := r.Decide(workshop(t, p, "", text))
		if !d.Sealed || !slices.Equal(d.Sees, []string{"discipline"}) || d.Categories[0] != "x_official" {
			t.Errorf("%s: sealed %v, %v, seen by %v", text, d.Sealed, d.Categories, d.Sees)
		}
		for _, word := range []string{"王", "科长", "股份", "小舅子", "红包", "入股", "赵", "所长", "县领导"} {
			if strings.Contains(strings.Join(d.Reasons, "\n"), word) {
				t.Errorf("%s: the reasons hold %q: %v", text, word, d.Reasons)
			}
		}
	}
}

// Who is said to do nothing does not read it; the others work on.
func TestIdlenessHidesFromTheIdle(t *testing.T) {
	p, r := open(t)
	town, other := county.TownUnit(p.Towns[1].Code), county.TownUnit(p.Towns[3].Code)
	for _, c := range []struct {
		text   string
		hidden string
		lead   string
	}{
		{"给镇政府报了三回，一直没人管", town, "emergency"},
		{"村支书装看不见", town, "emergency"},
		{"给应急局说过，报了没用", "emergency", county.DutyDesk},
		{"派出所不管", "police", "emergency"},
		{"跟环保局反映了好几次没下文", "ecology", "emergency"},
		{"大武镇的干部不管", other, "emergency"},
		{"马坊的王镇长知道这事，装糊涂", town, "emergency"},
		{"领导不管", town, county.DutyDesk},
		{"环保局一来检查就停", "ecology", "emergency"},
	} {
		f := workshop(t, p, "村东头", c.text)
		d := r.Decide(f)
		if d.Sealed || d.Lead != c.lead || slices.Contains(d.Sees, c.hidden) || !slices.Contains(d.Hidden, c.hidden) {
			t.Errorf("%s: sealed %v, led by %s, hidden from %v, seen by %v", c.text, d.Sealed, d.Lead, d.Hidden, d.Sees)
		}
		if !strings.Contains(strings.Join(d.Reasons, "\n"), "规则 accused：") {
			t.Errorf("%s: no reason: %v", c.text, d.Reasons)
		}
	}
	for _, text := range []string{"县安委办不管", "县政府装看不见"} { // nobody but the discipline inspection stands above them
		if d := r.Decide(workshop(t, p, text)); !d.Sealed || !slices.Equal(d.Sees, []string{"discipline"}) {
			t.Errorf("%s: sealed %v, seen by %v", text, d.Sealed, d.Sees)
		}
	}
}

// An emergency calls those whose number was shown, but not who is accused.
func TestAnEmergencyDoesNotCallTheAccused(t *testing.T) {
	p, r := open(t)
	f := workshop(t, p, "派出所不管")
	f.Emergency = "fire"
	d := r.Decide(f)
	if d.Priority != "P0" || slices.Contains(d.Sees, "police") || !slices.Contains(d.Sees, "fire") {
		t.Errorf("%s, seen by %v", d.Priority, d.Sees)
	}
}

// To name an office is not to accuse it.
func TestOrdinaryMentionsSealNothing(t *testing.T) {
	p, r := open(t)
	plain := r.Decide(workshop(t, p, ""))
	for _, text := range []string{
		"镇政府旁边的院子，夜里有罐车来",
		"派出所对面，门口堆着蓝桶",
		"书记家后头那个院，味道大",
		"我给镇上报过一次",
		"挨着镇政府有个旧院。老板的亲戚在看门",
		"离派出所不远，老板请工人吃饭",
		"消防栓旁边的仓库，有人收了钱看门",
		"应急局来查过一次，当时关着门",
		"希望环保局来看看",
		"没有环保手续，废水没处理直接排",
		"不管白天黑夜都有味道",
		"车间主任姓张，是老板的亲戚",
		"老板说是他亲戚合伙开的，一来查就关门",
		"镇政府没有收钱，就是来看了看",
		"火快烧到药桶跟前了，村干部叫大家捂上毛巾往山上走",
		"应急局的人来过，老板收了三千个桶，还在洗",
		"院里头的酸罐漏了，应急局快派人",
		"老板早就知道这东西有毒。环保局去年来过",
		"我的电话给了派出所，有事打给我",
		"老板让我们别往外说。派出所昨天也来过",
		"工人吃了饭就走了。镇政府那边我还没去说",
		"老板偷接电，夜里机器响。供电所的表在村口",
		"房东一年收三万块，他说应急局管不着他",
		"县纪委会知道的，我先跟你们说",
		"领导好，我反映一个问题",
		"请领导派人来看看",
		"镇里搞消防演练，希望以后提前通知",
		"镇里提前通知停电检修，那个院子自己发电",
		"应急局打电话叫他停了，他没停，夜里还干",
		"老板说他这是环保产业，还叫我入股",
		"环保局的人走了又干",
		"希望政府管管，别让他再干了，没人管就出事了",
		"领导，麻烦你们别告诉老板是我说的",
		"请环保部门不要提前通知老板",
		"镇上赶集的时候看见他送货给亲戚",
		"村干部和我们一起去看过，老板不让进",
		"举报了三次都没人管",
		"上面有人影，半夜还亮着灯",
		"他收了我的押金，不给退钱",
		"求应急局管管，老板的亲戚说谁来也不怕",
		"直接转给环保局，别叫老板的熟人知道",
	} {
		d := r.Decide(workshop(t, p, "", text))
		if d.Sealed || len(d.Hidden) > 0 || d.Lead != plain.Lead || !slices.Contains(d.Sees, county.TownUnit(p.Towns[1].Code)) {
			t.Errorf("%s: sealed %v, led by %s, hidden from %v, seen by %v", text, d.Sealed, d.Lead, d.Hidden, d.Sees)
		}
	}
}

// The field for the place stands for itself: an office there is where it is, whatever the words beside it say.
func TestThePlaceIsNotBesideTheWords(t *testing.T) {
	p, r := open(t)
	if d := r.Decide(workshop(t, p, "镇政府", "老板收了钱不干活")); d.Sealed || len(d.Hidden) > 0 {
		t.Errorf("sealed %v, hidden from %v", d.Sealed, d.Hidden)
	}
}

// Every unit can be accused by the name that it has, and then does not see it.
func TestEveryUnitCanBeAccused(t *testing.T) {
	p, r := open(t)
	names := map[string][]string{}
	for _, u := range p.Units {
		names[u.ID] = append([]string{u.Name}, u.Called...)
	}
	for _, town := range p.Towns {
		names[county.TownUnit(town.Code)] = []string{town.Name + "政府", town.Name + "的王书记", town.Name + "人民政府"}
	}
	for id, called := range names {
		if len(called) < 2 {
			t.Errorf("nobody knows how people call %s", id)
		}
		for _, name := range called {
			if d := r.Decide(workshop(t, p, name+"收了老板的钱")); !d.Sealed || slices.Contains(d.Sees, id) {
				t.Errorf("%s: sealed %v, seen by %v", name, d.Sealed, d.Sees)
			}
		}
	}
}

// Who is threatened for having told calls for the police, and names them: they lead, and nobody takes them for the accused.
func TestThePoliceAreCalledNotAccused(t *testing.T) {
	p, r := open(t)
	for _, text := range []string{
		"我反映了那个点，他们四五个人堵在我家门口骂，砸门，快叫派出所来",
		"举报以后羊让人药死了，门上贴了威胁我的纸条。警察来登了记，再没下文",
		"因为我举报，他们拿着铁锹砸我家门，公安啥时候能到",
	} {
		if d := r.Decide(workshop(t, p, text)); d.Lead != "police" || !d.Sealed {
			t.Errorf("%s: led by %s, %v", text, d.Lead, d.Reasons)
		}
	}
	if d := r.Decide(workshop(t, p, "我举报了他，派出所的所长威胁我，说再告就抓我")); d.Lead == "police" {
		t.Errorf("the police lead: %v", d.Reasons)
	}
}
