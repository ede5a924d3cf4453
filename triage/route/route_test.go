package route_test

import (
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/route"
)

func open(t *testing.T) (*county.Profile, *route.Router) {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	r, err := route.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, r
}

// plainly says each category in words.
var plainly = map[string]string{
	"c1": "有人在院里提炼东西", "c2": "原来缝袋子的厂改做胶了", "c3": "修理厂里头隔出一间，另一伙人在里面", "c4": "许可证上的数和实际堆的不一样，超量存放",
	"c5": "责令关闭了，到现在没断电", "c6": "在两县交界的山梁上，不知道做甚", "c7": "废弃的养殖场，夜里亮灯", "c8": "查封过的又开工了",
	"x_dump": "有车往河里偷倒废水", "x_transport": "拉危险品的车，司机没证", "x_upstream": "给他供货的就是这一家", "x_poison_expl": "有人偷卖剧毒的东西",
	"x_found": "路边有几个无主的铁桶", "x_fuel": "路口有流动加油的", "x_conceal": "伤了人瞒报", "x_official": "镇上有人通风报信",
	"x_retaliate": "说了以后他们威胁我", "x_out": "工地欠薪",
}

// factsFor makes a tip that speaks for a category, in a village of the first town.
func factsFor(t *testing.T, p *county.Profile, category string) route.Facts {
	t.Helper()
	if plainly[category] == "" {
		t.Fatalf("no way to say %s", category)
	}
	return in(p, p.Towns[0].Code, route.Facts{Texts: []string{plainly[category]}})
}

// in puts a tip into a town and its first village.
func in(p *county.Profile, town string, f route.Facts) route.Facts {
	f.Town, f.Village = town, ""
	if v := p.VillagesOf(town); len(v) > 0 {
		f.Village = v[0].Code
	}
	return f
}

// Every category in every town, and without one, has a lead that exists, and the units of its line in the matrix.
func TestEveryCategoryInEveryTownIsRouted(t *testing.T) {
	p, r := open(t)
	units := map[string]bool{}
	for _, u := range p.Units {
		units[u.ID] = true
	}
	for _, town := range p.Towns {
		units[county.TownUnit(town.Code)] = true
	}
	if len(p.Towns) < 6 || len(p.Categories) < 18 {
		t.Fatalf("%d towns, %d categories", len(p.Towns), len(p.Categories))
	}
	for _, c := range p.Categories {
		for _, town := range append([]county.Town{{}}, p.Towns...) {
			f := in(p, town.Code, factsFor(t, p, c.ID))
			d := r.Decide(f)
			if d.Categories[0] != c.ID {
				t.Errorf("%s in %q: primary category %v", c.ID, town.Name, d.Categories)
				continue
			}
			check(t, p, units, d, c.ID, town)
		}
	}
}

func check(t *testing.T, p *county.Profile, units map[string]bool, d route.Decision, category string, town county.Town) {
	t.Helper()
	m, _ := p.Route(category)
	unit := county.TownUnit(town.Code)
	want := m.Lead
	switch {
	case town.Code == "" && !m.Sealed:
		want = county.DutyDesk
	case m.Lead == "town":
		want = unit
	}
	if d.Lead != want {
		t.Errorf("%s in %q: lead %s, want %s", category, town.Name, d.Lead, want)
	}
	for _, u := range d.Sees {
		if !units[u] {
			t.Errorf("%s in %q: unknown unit %q", category, town.Name, u)
		}
	}
	if !slices.Contains(d.Sees, d.Lead) {
		t.Errorf("%s in %q: the lead does not see it", category, town.Name)
	}
	helps := slices.Contains(d.Co, unit) || d.Lead == unit
	if town.Code != "" && helps == (m.Sealed || m.Refer) {
		t.Errorf("%s in %q: the township helps: %v", category, town.Name, helps)
	}
	if slices.Contains(d.Sees, county.DutyDesk) == m.Sealed {
		t.Errorf("%s in %q: sealed %v, the duty desk sees it: %v", category, town.Name, m.Sealed, !m.Sealed)
	}
	if !strings.Contains(strings.Join(d.Reasons, "\n"), "规则 "+d.Rule+"：") || !strings.Contains(strings.Join(d.Reasons, "\n"), "依据：") {
		t.Errorf("%s in %q: rule %s is not among the reasons %v", category, town.Name, d.Rule, d.Reasons)
	}
}

func TestSpecialRules(t *testing.T) {
	p, r := open(t)
	town := p.Towns[0].Code
	strong := factsFor(t, p, "c1")
	away := strong
	away.Town, away.Village, away.OtherCounty = "", "", "141124"
	quiet := in(p, town, route.Facts{Texts: []string{"说不上来，就是觉得不对"}})
	vague := strong
	vague.Village = ""
	landmark := vague
	landmark.Texts = []string{"粮站对面那个院，有人提炼东西"}
	unsure := landmark
	unsure.Texts = []string{"公路旁边有人灌桶，是哪一段我也记不清了"}
	gone := vague
	gone.Named = true
	point := vague
	point.Town, point.Placed = "", true
	fire := strong
	fire.Emergency = "fire"
	lost := fire
	lost.Town, lost.Village = "", ""
	none := strong
	none.Emergency = "none"
	edge := strong
	edge.NearBorder = true
	remote := factsFor(t, p, "c6")
	burning := remote
	burning.Emergency = "fire"
	nowhere := remote
	nowhere.Town, nowhere.Village, nowhere.Placed = "", "", true
	accused := strong
	accused.Texts = []string{"一查就有人 通风 报信"}

	for name, c := range map[string]struct {
		facts          route.Facts
		lead, priority string
		co             []string // at least
		rule           string
	}{
		"other county":    {away, county.DutyDesk, "P1", nil, "place.other"},
		"town only":       {vague, county.DutyDesk, "P3", []string{county.TownUnit(town)}, "place.vague"},
		"a landmark":      {landmark, "emergency", "P1", []string{county.TownUnit(town)}, "c1"},
		"a lost landmark": {unsure, county.DutyDesk, "P3", []string{county.TownUnit(town)}, "place.vague"},
		"a gone village":  {gone, "emergency", "P1", []string{county.TownUnit(town)}, "c1"},
		"only a point":    {point, "emergency", "P1", nil, "c1"},
		"remote":          {remote, county.TownUnit(town), "P2", []string{"emergency"}, "c6"},
		"remote fire":     {burning, "emergency", "P0", []string{"fire", county.TownUnit(town)}, "c6.emergency"},
		"remote point":    {nowhere, county.DutyDesk, "P2", []string{"emergency"}, "c6.lost"},
		"nothing to see":  {quiet, county.DutyDesk, "P2", nil, "unclear"},
		"fire":            {fire, "emergency", "P0", []string{"fire", "police", county.TownUnit(town)}, "c1"},
		"fire, no place":  {lost, "emergency", "P0", []string{"fire", "police"}, "c1"},
		"no emergency":    {none, "emergency", "P1", []string{county.TownUnit(town)}, "c1"},
		"near border":     {edge, "emergency", "P1", nil, "c1"},
		"accused":         {accused, "discipline", "P1", nil, "x_official"},
	} {
		d := r.Decide(c.facts)
		if d.Lead != c.lead || d.Priority != c.priority || d.Rule != c.rule {
			t.Errorf("%s: lead %s, priority %s, rule %s; want %s, %s, %s", name, d.Lead, d.Priority, d.Rule, c.lead, c.priority, c.rule)
		}
		for _, u := range c.co {
			if !slices.Contains(d.Co, u) {
				t.Errorf("%s: %s does not help: %v", name, u, d.Co)
			}
		}
	}
	if d := r.Decide(edge); !slices.Contains(d.Categories, "c6") || d.Oversight != county.DutyDesk {
		t.Errorf("near the border: categories %v, oversight %q", d.Categories, d.Oversight)
	}
	dump := r.Decide(in(p, town, route.Facts{Texts: []string{"方山岚县交界的沟里，罐车来倒废水"}}))
	if dump.Lead != "ecology" || dump.Oversight != county.DutyDesk {
		t.Errorf("a dump where two counties meet: lead %s, oversight %q, categories %v", dump.Lead, dump.Oversight, dump.Categories)
	}
	if d := r.Decide(accused); !d.Sealed || !slices.Equal(d.Sees, []string{"discipline"}) {
		t.Errorf("accused officials: seen by %v", d.Sees)
	}
}

// Who is accused must not read it: a sealed tip that names the police does not go to the police.
func TestASealedTipIsHiddenFromWhomItNames(t *testing.T) {
	p, r := open(t)
	for text, sees := range map[string][]string{
		"举报以后老板威胁我":           {"discipline", "police"},
		"派出所的民警威胁我，不许举报":      {"discipline"},
		"警察和纪委的人都来威胁我":        {"city_discipline"},
		"领导入股的厂，纪委也去过，没用":     {"city_discipline"},
		"镇上领导入股，市纪委也知道":       {"discipline"},
		"县纪委、市纪委都收了老板的钱":      {"county_gov"},
		"县纪委的人跟他一伙的":          {"city_discipline"},
		"请纪委查查镇上的领导，他入了股":     {"discipline"},
		"镇上领导入股，我要去纪委告他":      {"discipline"},
		"镇上领导入股，我给纪委也写过信":     {"city_discipline"}, // which may not have done anything
		"镇长拿老板的钱，我的话只给纪委说":    {"discipline"},
		"村支书每月拿八千，纪委来我就说":     {"discipline"},
		"他入了股。我只愿意跟县纪委的人讲":    {"discipline"},
		"他入了股。我只给纪委说过，纪委没管":   {"city_discipline"},
		"支书收了老板的钱，望纪委严查":      {"discipline"},
		"支书收了老板的钱，县纪委能看就行":    {"discipline"},
		"除了县纪委谁也别给看，支书和开厂的合伙": {"discipline"},
		"我要向县纪委举报镇长受贿":        {"discipline"},
		"县纪委的人是他亲戚，支书收了老板的钱":  {"city_discipline"},
		"网格员收了老板的钱，要求直接转县纪委":  {"discipline"},
		"县长、县纪委都收了老板的钱":       {"city_discipline"},
		"县长、县纪委、市纪委都收了钱":      {county.DutyDesk},
	} {
		d := r.Decide(in(p, p.Towns[0].Code, route.Facts{Texts: []string{text}}))
		if !d.Sealed || !slices.Equal(d.Sees, sees) || !slices.Contains(sees, d.Lead) {
			t.Errorf("%s: sealed %v, led by %s, seen by %v; want %v", text, d.Sealed, d.Lead, d.Sees, sees)
		}
		for _, u := range []string{"discipline", "city_discipline", "police"} {
			if said := strings.Contains(strings.Join(d.Reasons, "\n"), p.UnitName(u)); said != slices.Contains(sees, u) {
				t.Errorf("%s: the reasons name %s: %v", text, u, d.Reasons)
			}
		}
	}
}

func TestWhatIsDeniedDoesNotCount(t *testing.T) {
	p, r := open(t)
	for text, counts := range map[string]bool{
		"有剧毒的东西": true, "没有剧毒，就是烧砖的": false, "不是剧毒": false, "是不是剧毒说不上": true, "没有剧毒？我看就是剧毒": true,
	} {
		d := r.Decide(route.Facts{Town: p.Towns[0].Code, Texts: []string{text}})
		if got := slices.Contains(d.Categories, "x_poison_expl"); got != counts {
			t.Errorf("%s: counts %v, want %v", text, got, counts)
		}
	}
}

// The reasons are for handlers: what the person wrote must not be in them.
func TestReasonsNeverRepeatTheWords(t *testing.T) {
	p, r := open(t)
	d := r.Decide(route.Facts{Town: p.Towns[0].Code, Texts: []string{"老张在后院用反应釜提炼东西"}})
	all := strings.Join(d.Reasons, "\n")
	for _, word := range []string{"老张", "后院", "提炼"} {
		if strings.Contains(all, word) {
			t.Errorf("the reasons repeat %q: %s", word, all)
		}
	}
	if d.Categories[0] != "c1" || d.Confidence <= 0 || d.Confidence >= 1 {
		t.Errorf("category %v, confidence %v", d.Categories, d.Confidence)
	}
}

func TestDecideIsDeterministic(t *testing.T) {
	p, r := open(t)
	f := route.Facts{Town: p.Towns[1].Code, NearBorder: true}
	for _, s := range p.Signs {
		f.Signs = append(f.Signs, s.ID)
	}
	first := r.Decide(f)
	for range 20 {
		if again := r.Decide(f); !slices.Equal(again.Categories, first.Categories) || !slices.Equal(again.Reasons, first.Reasons) {
			t.Fatalf("%v, then %v", first.Categories, again.Categories)
		}
	}
}
