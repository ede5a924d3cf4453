package county

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/paulmach/orb"
)

func fangshan(t *testing.T) *Profile {
	t.Helper()
	p, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEmbeddedHasNoProblem(t *testing.T) {
	_, problems := Load(Files())
	for _, p := range problems {
		t.Error(p)
	}
}

func TestEmbeddedIsWhole(t *testing.T) {
	p := fangshan(t)
	for what, n := range map[string][2]int{
		"towns": {len(p.Towns), 6}, "villages": {len(p.Villages), 94}, "neighbours": {len(p.Neighbours), 24}, "categories": {len(p.Categories), 18},
		"signs": {len(p.Signs), 32}, "emergencies": {len(p.Emergencies), 5}, "site types": {len(p.SiteTypes), 13},
	} {
		if n[0] != n[1] {
			t.Errorf("%d %s, want %d", n[0], what, n[1])
		}
	}
	if p.Rewards.MinFen != 300_000 || p.Rewards.MaxFen != 30_000_000 || p.Rewards.PercentOfFine != 15 || !p.Rewards.Draft {
		t.Errorf("rewards: %+v", p.Rewards)
	}
	if n := len(p.Rewards.Sources); n != 22 || p.Rewards.NoFineFen != nil || len(p.Rewards.Rules) != 24 || p.Rewards.Version != "2026-11-22" {
		t.Errorf("rewards: %d sources, %+v", n, p.Rewards)
	}
	border := 0
	for _, n := range p.Neighbours {
		if len(n.Towns) == 0 && len(n.Villages) == 0 {
			continue // farther off
		}
		if border++; len(n.Towns) < 7 || len(n.Villages) < 100 {
			t.Errorf("%s has %d towns and %d villages", n.Name, len(n.Towns), len(n.Villages))
		}
	}
	if border != 6 {
		t.Errorf("%d counties at the border, want 6", border)
	}
}

func TestEveryVillageInOneTown(t *testing.T) {
	p := fangshan(t)
	in := map[string]int{}
	for _, town := range p.Towns {
		for _, v := range p.VillagesOf(town.Code) {
			in[v.Code]++
			if !strings.HasPrefix(v.Code, town.Code) {
				t.Errorf("%s %s is listed under %s", v.Code, v.Name, town.Name)
			}
		}
	}
	for _, v := range p.Villages {
		if in[v.Code] != 1 {
			t.Errorf("%s stands in %d towns", v.Name, in[v.Code])
		}
	}
	// The names say otherwise: these two communities belong to the county town.
	for code, name := range map[string]string{"141128100001": "积翠社区", "141128100002": "武当社区"} {
		v, ok := p.Village(code)
		if !ok || v.Name != name || v.Town != "141128100" {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestEveryCategoryIsRouted(t *testing.T) {
	p := fangshan(t)
	for _, c := range p.Categories {
		r, ok := p.Route(c.ID)
		if !ok || p.UnitName(r.Lead) == r.Lead {
			t.Errorf("%s: route %+v", c.ID, r)
		}
		if c.Sealed != r.Sealed || c.Oversight != r.Oversight {
			t.Errorf("%s does not carry what its route says", c.ID)
		}
	}
	if c, _ := p.Category("x_official"); !c.Sealed {
		t.Error("what concerns officials is not sealed")
	}
}

func TestEveryEntrySaysWhereFrom(t *testing.T) {
	p := fangshan(t)
	var sources []Source
	for _, v := range p.Villages {
		sources = append(sources, v.Source)
	}
	for _, v := range p.Clocks {
		sources = append(sources, v.Source)
	}
	for _, v := range slices.Concat(p.SiteTypes, p.Now, p.Times, p.Before) {
		sources = append(sources, v.Source)
	}
	for _, s := range sources {
		if s.Cite == "" || !strings.Contains("ABCD", s.Cert) {
			t.Errorf("source %+v", s)
		}
	}
}

func TestUnitName(t *testing.T) {
	p := fangshan(t)
	for id, want := range map[string]string{
		TownUnit("141128103"): "大武镇人民政府", "emergency": "县应急管理局", DutyDesk: "县安委办", "town:1": "town:1", "nobody": "nobody",
	} {
		if got := p.UnitName(id); got != want {
			t.Errorf("%s is called %s, want %s", id, got, want)
		}
	}
}

func TestSay(t *testing.T) {
	p := fangshan(t)
	for _, c := range []struct {
		key  string
		args []any
		want string
	}{
		{"story.signed", []any{"县应急管理局"}, "县应急管理局已经接手了。"},
		{"story.closed", []any{"县应急管理局"}, "这件事办完了。"},
		{"hotline", nil, "12345"},
		{"no such text", []any{"x"}, ""},
	} {
		if got := p.Say(c.key, c.args...); got != c.want {
			t.Errorf("%s: %q, want %q", c.key, got, c.want)
		}
	}
}

func TestBorders(t *testing.T) {
	p := fangshan(t)
	seat := orb.Point{111.232573, 37.892001}
	if in, m := p.Contains(seat); !in || m < 1000 || m > 10000 {
		t.Errorf("the county seat: inside %v, %.0f m from the border", in, m)
	}
	if n, ok := p.NeighbourAt(seat); ok {
		t.Errorf("the county seat lies in %s", n.Name)
	}
	for code, pt := range map[string]orb.Point{
		"141102": {111.128086, 37.523237}, "141124": {110.989923, 37.960229}, "141127": {111.66511, 38.278197},
		"140123": {111.787265, 38.065459}, "141122": {112.152541, 37.554365}, "141123": {111.118327, 38.463404},
	} {
		if in, m := p.Contains(pt); in || m < 1000 {
			t.Errorf("the seat of %s: inside %v, %.0f m", code, in, m)
		}
		if n, ok := p.NeighbourAt(pt); !ok || n.Code != code {
			t.Errorf("the seat of %s lies in %q", code, n.Code)
		}
	}
	if _, ok := p.NeighbourAt(orb.Point{116.4, 39.9}); ok {
		t.Error("Beijing is a neighbour")
	}
}

// TestDistance measures to a straight border of which the answer is known: 0.01 degrees of longitude at 37.9 degrees north are 878 m.
func TestDistance(t *testing.T) {
	square := orb.MultiPolygon{{{{111, 37}, {112, 37}, {112, 39}, {111, 39}, {111, 37}}}}
	for _, pt := range []orb.Point{{111.01, 37.9}, {110.99, 37.9}} {
		if m := ToOutline(square, pt); m < 873 || m > 884 {
			t.Errorf("%v: %.1f m", pt, m)
		}
	}
}

// folder is the embedded profile as a map that a test may change.
func folder(t *testing.T) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	err := fs.WalkDir(Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(Files(), name)
		m[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestBrokenProfiles breaks one thing at a time and wants it named with file, line and remedy.
func TestBrokenProfiles(t *testing.T) {
	for name, c := range map[string]struct {
		file, old, new string
		at             string // text on the line that is wanted; "" where the file as a whole is meant
		what           string
	}{
		"unknown key":            {"profile.yaml", "city: ", "citty: ", "citty", "不认识的字段“citty”"},
		"unknown key in entry":   {"units.yaml", "    in_seed: true\n", "    in_sead: true\n", "in_sead", "不认识的字段“in_sead”"},
		"wrong type":             {"rewards.yaml", "claim_days: {value: 60", "claim_days: {value: sixty", "claim_days", "值的样子不对"},
		"broken yaml":            {"towns.yaml", "{id: gedong", "{id: [gedong", "[gedong", "YAML"},
		"missing text":           {"texts.yaml", "safety: ", "safty: ", "", "缺少这句话“safety”"},
		"text with a verb less":  {"texts.yaml", `story.signed: "%s`, `story.signed: "某单位`, "story.signed", "正好有 1 个 %s"},
		"texts without version":  {"texts.yaml", "version: 2026-11-29", "version: neulich", "version: neulich", "版本“neulich”不对"},
		"texts half reviewed":    {"texts.yaml", `reviewed_by: ""`, "reviewed_by: 某人", "reviewed_by: 某人", "没写全"},
		"no review mark":         {"texts.yaml", "reviewed_sum: \"\"\n", "", "", "缺少字段“reviewed_sum”"},
		"unknown words for days": {"answers.yaml", "keep_days: {value: 365", "keep_days: {value: 0", "keep_days", "“keep_days”的天数不对"},
		"officialese of nothing": {"answers.yaml", "say: 切实", `say: ""`, `say: ""`, "“say”是空的"},
		"duplicate id":           {"signs.yaml", "id: s_night\n", "id: s_eye # again\n", "id: s_eye # again", "编号“s_eye”重复了"},
		"village without town":   {"villages.csv", "班庄,141128100,", "班庄,141128109,", "班庄,141128109", "在 towns.yaml 里没有"},
		"village code":           {"villages.csv", "141128100205,班庄村", "141128101205,班庄村", "141128101205,班庄村", "代码"},
		"town code":              {"towns.yaml", `"141128105"`, `"141129105"`, "141129105", "镇的代码"},
		"county code":            {"profile.yaml", `"141128"`, `"1411"`, `"1411"`, "县的代码"},
		"former in no village":   {"former.csv", "141128102,141128102218,", "141128102,141128102999,", "141128102999", "不在这个镇"},
		"route to unknown unit":  {"rules.yaml", "lead: transport", "lead: transprt", "id: x_transport\n", "单位“transprt”没有"},
		"rule of unknown class":  {"rules.yaml", `category == "c7"`, `category == "c9"`, "id: c7", "“category”没有“c9”这个值"},
		"class without rule":     {"rules.yaml", `category == "c7"`, `category == "c7" and border`, "", "类别“c7”没有规则管"},
		"rule of unknown field":  {"rules.yaml", `category == "c7"`, `categry == "c7"`, "id: c7", "不认识的字段“categry”"},
		"rule of unknown town":   {"rules.yaml", `category == "c7"`, `category == "c7" and town != "141128109"`, "id: c7", "“town”没有“141128109”这个值"},
		"rule of unknown hint":   {"rules.yaml", `"vessel" in hints`, `"vesel" in hints`, "id: c4.vessel", "“hints”没有“vesel”这个值"},
		"rule that is broken":    {"rules.yaml", `category == "c7"`, `category == "c7" and (`, "id: c7", "条件写法不对"},
		"rule that is no bool":   {"rules.yaml", `category == "c7"`, `category`, "id: c7", "条件通不过"},
		"rule that mixes types":  {"rules.yaml", `category == "c7"`, `category == "c7" and border == "c7"`, "id: c7", "条件通不过"},
		"rule that calls":        {"rules.yaml", `category == "c7"`, `len(categories) == 1`, "id: c7", "不让用的写法"},
		"rule that loops":        {"rules.yaml", `category == "c7"`, `all(categories, true)`, "id: c7", "不让用的写法"},
		"rule that matches":      {"rules.yaml", `category == "c7"`, `category matches "(a+)+"`, "id: c7", "不能用“matches”"},
		"rule that counts":       {"rules.yaml", `category == "c7"`, `1..9999999 == categories`, "id: c7", "不能用"},
		"rule too long":          {"rules.yaml", `category == "c7"`, `category == "c7"` + strings.Repeat(` or category == "c7"`, 60), "id: c7", "条件太长"},
		"rule with a bad date":   {"rules.yaml", "id: c7\n", "id: c7\n    from: 2026-13-01\n", "id: c7", "日期“2026-13-01”不对"},
		"rule that ends first":   {"rules.yaml", "id: c7\n", "id: c7\n    from: 2026-12-01\n    until: 2026-11-01\n", "id: c7", "until 不在 from 后面"},
		"rule with a bad clock":  {"rules.yaml", "id: c7\n", "id: c7\n    clocks: {first_lok: 12h}\n", "id: c7", "步骤“first_lok”没有"},
		"rule without reason":    {"rules.yaml", "    reason: 藏在", "    reasn: 藏在", "reasn", "不认识的字段“reasn”"},
		"helping town":           {"rules.yaml", "co: [energy_power, water_supply", "co: [town, water_supply", "id: c5", "“town”只能写在 lead 里"},
		"sealed for a town":      {"rules.yaml", "lead: discipline\n    sealed", "lead: town\n    sealed", "id: x_official", "不能由 town 主办"},
		"word of no group":       {"words.yaml", "c2: ['改做", "c2: ['$没有这组…改做", "c2: ['$没有这组", "没有叫“没有这组”的一组词"},
		"word of no category":    {"words.yaml", "  c2: ['改做", "  c9: ['改做", "  c9: ['改做", "类别“c9”没有"},
		"empty word":             {"words.yaml", "c2: ['改做/", "c2: ['改做//", "c2: ['改做//", "空的词"},
		"sorting of no sign":     {"words.yaml", `"s_kettle" in signs`, `"s_ketle" in signs`, "s_ketle", "“signs”没有“s_ketle”这个值"},
		"sorting to no category": {"words.yaml", "{category: x_fuel, when", "{category: x_fule, when", "x_fule", "类别“x_fule”没有"},
		"clock without priority": {"clocks.yaml", "name: 签收, P0: 15m, P1: 2h,", "name: 签收, P0: 15m,", "name: 签收", "没有写 P1 的时限"},
		"clock not readable":     {"clocks.yaml", "P1: 24h", "P1: 24小时", "24小时", "时限“24小时”不对"},
		"sign to unknown class":  {"signs.yaml", "points_to: [c1, x_dump]", "points_to: [c1, x_dmp]", "id: s_eye", "类别“x_dmp”没有"},
		"sign with a long name":  {"signs.yaml", "short: 夜里有味", "short: 夜里清早阴雨天都有味", "id: s_smell_night", "1 到 8 个字"},
		"sign without icon":      {"signs.yaml", "icon: chimney", "icon: tower", "id: s_chimney", "图标“tower”没有"},
		"certainty":              {"units.yaml", "cert: A\n", "cert: E\n", "id: safety_committee", "cert “E”不认识"},
		"no duty desk":           {"units.yaml", "id: safety_committee", "id: committee", "", "没有值班的单位"},
		"holiday":                {"holidays.csv", "2026-10-01,", "2026-13-01,", "2026-13-01", "日期“2026-13-01”不对"},
		"kind of holiday":        {"holidays.csv", "2026-10-10,国庆节补班,work", "2026-10-10,国庆节补班,上班", "2026-10-10", "“上班”不认识"},
		"columns":                {"villages.csv", "code,name", "code,nom", "code,nom", "列名"},
		"too few columns":        {"holidays.csv", "2026-10-02,国庆节,off", "2026-10-02,off", "2026-10-02", "读不出来"},
		"no own border":          {"boundary.geojson", `"141128"`, `"141129"`, "FeatureCollection", "里面没有本县"},
		"cut border":             {"boundary.geojson", "]]]]", "]]", "FeatureCollection", "GeoJSON"},
		"neighbour's border":     {"boundary.geojson", `"140123"`, `"140124"`, "", "没有娄烦县"},
		"ends before it starts":  {"profile.yaml", `effective_to: ""`, "effective_to: 2025-01-01", "effective_to", "停用日期不在起用日期后面"},
		"zone":                   {"profile.yaml", "Asia/Shanghai", "Asia/Fangshan", "zone", "时区"},
		"office hours":           {"profile.yaml", "14:30-18:00", "11:30-18:00", "office_hours", "上班时间"},
		"match":                  {"profile.yaml", "link: 0.6 ", "link: 0.01 ", "match", "并案的分数"},
		"review":                 {"profile.yaml", "place: 0.7", "place: 7", "review", "请人看的把握"},
		"part of a fen":          {"rewards.yaml", "min_yuan: {value: 3000,", "min_yuan: {value: 3000.005,", "min_yuan", "值的样子不对"},
		"no amount":              {"rewards.yaml", "max_yuan: {value: 300000,", "max_yuan: {value: null,", "max_yuan", "没有写数"},
		"accident level":         {"rewards.yaml", "general: 30000", "usual: 30000", "conceal_per_death_yuan", "缺事故等级“general”"},
		"reward without source":  {"rewards.yaml", "  - {id: R54, text: 纳入同级财政预算，接受审计监督。, cert: C,", "  - {id: R54, text: 纳入同级财政预算，接受审计监督。, cert: X,", "id: R54", "cert “X”"},
		"approver":               {"rewards.yaml", "approver: {value: emergency,", "approver: {value: nobody,", "approver", "单位“nobody”没有"},
		"budget year":            {"rewards.yaml", "budget_yuan: {value: {},", "budget_yuan: {value: {26: 100},", "budget_yuan", "预算的年份“26”不对"},
		"reward mode":            {"rewards.yaml", "realname_at_claim,", "cash,", "mode", "“mode”的值“cash”不认识"},
		"lights":                 {"clocks.yaml", "yellow_share: 0.6", "yellow_share: 60", "lights", "亮黄灯的比例"},
		"channel of the web":     {"hotline.yaml", "id: visit", "id: web", "id: web", "留给网页用了"},
		"days back":              {"hotline.yaml", "days_back: 30", "days_back: 0", "days_back", "补录的天数不对"},
		"column of no field":     {"hotline.yaml", "事发地址: where", "事发地址: wehre", "columns:", "我们的字段“wehre”没有"},
		"no column for numbers":  {"hotline.yaml", "工单编号: order\n  工单号: order", "工单编号: where", "columns:", "没有哪一列对应 order"},
		"default channel":        {"hotline.yaml", "channel: hotline\n", "channel: hotlne\n", "defaults:", "来路“hotlne”没有"},
		"going back":             {"hotline.yaml", "field: answer", "field: words", "field: words", "往回报的字段“words”没有"},
		"unknown phone":          {"emergencies.yaml", `["119", "110"]`, `["120119"]`, "id: fire", "电话“120119”没有"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			before := string(dir[c.file].Data)
			after := strings.Replace(before, c.old, c.new, 1)
			if after == before {
				t.Fatalf("%s does not hold %q", c.file, c.old)
			}
			dir[c.file] = &fstest.MapFile{Data: []byte(after)}
			p, problems := Load(dir)
			if p != nil {
				t.Fatal("the broken profile was taken")
			}
			i := slices.IndexFunc(problems, func(p Problem) bool { return strings.Contains(p.What, c.what) })
			if i < 0 {
				t.Fatalf("no problem with %q among %v", c.what, problems)
			}
			got := problems[i]
			if c.file == "rules.yaml" && len(problems) != 1 {
				t.Errorf("%d problems of one rule: %v", len(problems), problems)
			}
			if got.Remedy == "" || got.Warning {
				t.Errorf("no remedy: %v", got)
			}
			if c.at == "" {
				return
			}
			line := 1 + strings.Count(after[:strings.Index(after, c.at)], "\n")
			if got.File != c.file || got.Line != line {
				t.Errorf("%v, want %s:%d", got, c.file, line)
			}
		})
	}
}

func TestMissingFileAndAllAtOnce(t *testing.T) {
	dir := folder(t)
	delete(dir, "signs.yaml")
	dir["texts.yaml"] = &fstest.MapFile{Data: []byte("asks: x\n")}
	dir["holidays.csv"] = &fstest.MapFile{Data: []byte("date,name,kind\n")}
	_, problems := Load(dir)
	for _, file := range []string{"signs.yaml", "texts.yaml", "holidays.csv"} {
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.File == file }) {
			t.Errorf("nothing about %s in %v", file, problems)
		}
	}
	_, problems = Load(fstest.MapFS{}) // one problem for each file, and none that follows from another
	files := 0
	for name := range folder(t) {
		if name != "SOURCES.md" {
			files++
		}
	}
	if len(problems) != files {
		t.Errorf("an empty folder of %d files has %d problems: %v", files, len(problems), problems)
	}
}

// A file that is missing is one problem: nothing is said of what the other files name in it.
func TestOneMissingFileIsOneProblem(t *testing.T) {
	for name := range folder(t) {
		dir := folder(t)
		delete(dir, name)
		if _, problems := Load(dir); name != "SOURCES.md" && (len(problems) != 1 || problems[0].File != name) {
			t.Errorf("without %s: %v", name, problems)
		}
	}
}

func TestByteOrderMarkIsTaken(t *testing.T) {
	dir := folder(t)
	for _, file := range []string{"villages.csv", "texts.yaml"} {
		dir[file] = &fstest.MapFile{Data: append([]byte("\ufeff"), dir[file].Data...)}
	}
	if _, problems := Load(dir); len(problems) > 0 {
		t.Errorf("%v", problems)
	}
}

// TestHolidaysRunOut warns, and no more, when a year that is near is not in the calendar.
func TestHolidaysRunOut(t *testing.T) {
	for day, want := range map[string]int{"2026-05-01": 0, "2026-11-23": 1, "2027-03-01": 1, "2027-12-01": 2} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		problems := slices.DeleteFunc(CheckAt(Files(), now), func(p Problem) bool { return p.File == textsFile })
		if len(problems) != want {
			t.Errorf("%s: %v", day, problems)
		}
		for _, p := range problems {
			if !p.Warning || p.File != "holidays.csv" {
				t.Errorf("%s: %v", day, p)
			}
		}
	}
}

// FuzzLoad feeds a file of the profile with anything: there is a profile or a problem, and never a panic.
func FuzzLoad(f *testing.F) {
	for _, file := range []string{"towns.yaml", "clocks.yaml", "rewards.yaml", "profile.yaml", "texts.yaml", "holidays.csv", "boundary.geojson"} {
		raw, err := fs.ReadFile(Files(), file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file, string(raw))
		f.Add(file, "towns: &a [*a]\nclocks: *b\n<<: {x: 1}\nlights:\n? [a]\n: ~\n")
	}
	profile, err := fs.ReadFile(Files(), "profile.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file, content string) {
		if !fs.ValidPath(file) {
			return
		}
		dir := fstest.MapFS{"profile.yaml": &fstest.MapFile{Data: profile}}
		dir[file] = &fstest.MapFile{Data: []byte(content)}
		if p, problems := Load(dir); p != nil || len(problems) == 0 {
			t.Error("an incomplete folder was taken")
		}
	})
}

// TestTextsAreReviewed warns of words that nobody read, and of words that changed since somebody did.
func TestTextsAreReviewed(t *testing.T) {
	warned := func(dir fs.FS) string {
		for _, p := range CheckAt(dir, time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)) {
			if p.File == textsFile {
				return p.String()
			}
		}
		return ""
	}
	p, _ := Load(Files())
	if got := warned(Files()); !strings.Contains(got, "没有人审过") || !strings.Contains(got, p.TextsSum()) {
		t.Errorf("nobody read them: %q", got)
	}
	dir := folder(t)
	raw := strings.NewReplacer(`reviewed_by: ""`, "reviewed_by: 县安委办 某", `reviewed_on: ""`, "reviewed_on: 2026-11-30", `reviewed_sum: ""`, `reviewed_sum: "`+p.TextsSum()+`"`).Replace(string(dir[textsFile].Data))
	dir[textsFile].Data = []byte(raw)
	if got := warned(dir); got != "" {
		t.Errorf("reviewed: %q", got)
	}
	dir[textsFile].Data = []byte(strings.Replace(raw, "这件事办完了", "这事办完了", 1))
	if got := warned(dir); !strings.Contains(got, "又改过") {
		t.Errorf("changed since: %q", got)
	}
}
