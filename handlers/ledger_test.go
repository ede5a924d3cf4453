package handlers

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/places"
)

// ledgerCase opens a case for a made-up tip and brings it to a survey.
func (r *rig) ledgerCase(tip int, lead, site string, change ...func(*cases.Opening)) cases.Case {
	r.t.Helper()
	o := cases.Opening{Tip: tipID(tip), Received: r.now(), Categories: []string{"c1"}, Priority: "P1", Lead: lead, Place: cases.Place{Town: r.profile.Towns[0].Code, Confidence: 1},
		Sees: []string{lead, county.DutyDesk}, Rule: "c1", Confidence: 1}
	for _, f := range change {
		f(&o)
	}
	k, err := r.cases.Open(r.t.Context(), o)
	if err != nil {
		r.t.Fatal(err)
	}
	if site == "" {
		return k
	}
	a := cases.Actor{ID: "x", Name: "某", Role: cases.Handler, Unit: lead}
	form := &disposal.Form{Kind: disposal.KindSurvey, On: disposal.Day(r.profile.Day(r.now()).Format(time.DateOnly)), Officers: []disposal.Person{"标记检查员", "李四"}, Survey: &disposal.Survey{
		Site: site, Operator: "标记经营者", Before: "no", Running: "yes", Hazardous: "yes", Controlled: "no", Products: "=1+1"}}
	for _, step := range []struct {
		act cases.Action
		in  cases.Input
	}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Register, cases.Input{Record: form}}} {
		step.in.Version = k.Version
		if k, err = r.cases.Do(r.t.Context(), a, k.ID, step.act, step.in); err != nil {
			r.t.Fatalf("%s: %v", step.act, err)
		}
	}
	return k
}

// excel reads the lines of an answer that is a file.
func (a answer) excel(sheet string) [][]string {
	a.t.Helper()
	a.is(http.StatusOK)
	if !strings.Contains(a.Header().Get("Content-Type"), "spreadsheetml") || !strings.HasPrefix(a.Header().Get("Content-Disposition"), "attachment") || a.Header().Get("Cache-Control") != "no-store" {
		a.t.Errorf("headers of a file: %v", a.Header())
	}
	f, err := excelize.OpenReader(bytes.NewReader(a.Body.Bytes()))
	if err != nil {
		a.t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet)
	if err != nil {
		a.t.Fatal(err)
	}
	return rows
}

func (r *rig) custodyOf(subject string) string {
	r.t.Helper()
	all, err := r.custody.Read(r.t.Context(), subject)
	if err != nil {
		r.t.Fatal(err)
	}
	var acts []string
	for _, e := range all {
		acts = append(acts, e.Action)
	}
	return strings.Join(acts, " ")
}

// The page, its filters, persons only when asked for, the export: each follows who may see the case, and no page shows a sealed one.
func TestLedgerPage(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	mine, sealed := r.ledgerCase(1, unit, "老砖厂后院"), r.ledgerCase(2, "discipline", "标记密点", func(o *cases.Opening) {
		o.Sealed, o.Sees = true, []string{"discipline"}
	})
	r.ledgerCase(3, unit, "", func(o *cases.Opening) { o.Place.Town, o.Categories = r.profile.Towns[1].Code, []string{"c7"} })
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	handler, _ := r.signedIn(cases.Handler, unit)
	foreign, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[1].Code))
	secret, _ := r.signedIn(cases.Handler, "discipline")

	for _, who := range []string{duty, handler} {
		page := r.get("/desk/ledger", who).is(http.StatusOK).has(mine.Number).has("老砖厂后院").has("共 2 个点位").has("群众举报")
		for _, never := range []string{sealed.Number, "标记密点", "标记经营者", "标记检查员"} {
			if strings.Contains(page.Body.String(), never) {
				t.Errorf("the ledger shows %s", never)
			}
		}
	}
	r.get("/desk/ledger", foreign).is(http.StatusOK).has("共 0 个点位").has("台账里还没有点位")
	r.get("/desk/ledger", secret).is(http.StatusOK).has(sealed.Number).has("共 1 个点位")
	r.get("/desk/ledger?names=1", handler).is(http.StatusOK).has("标记经营者").has("标记检查员")
	if got := r.custodyOf("ledger/" + unit); got != "names" {
		t.Errorf("custody log of the unit: %q", got)
	}
	for query, want := range map[string]int{"town=" + r.profile.Towns[1].Code: 1, "category=c7": 1, "state=looked": 1, "lead=" + url.QueryEscape(unit): 2, "lead=police": 0, "light=black": 0,
		"from=2020-01-01": 2, "to=2020-01-01": 0, "town=nowhere&state=x&light=y": 2} {
		r.get("/desk/ledger?"+query, duty).is(http.StatusOK).has(fmt.Sprintf("共 %d 个点位", want))
	}
	for query, words := range map[string]string{"open=1&late=1": "：还在办的、超期的", "reached=concluded&priority=P1": "：下过结论的、", "closed=2026-10&town=" + r.profile.Towns[1].Code: "、2026年10月办结的"} {
		if said := r.get("/desk/ledger?"+query, duty).is(http.StatusOK).page().Find(".filters summary").Text(); !strings.Contains(said, words) {
			t.Errorf("%s: the page says %q, want %q", query, said, words)
		}
	}
	for query, said := range map[string]string{"from=heute": "日期没看懂", "from=x&to=2026-01-01": "日期没看懂", "from=2026-02-01&to=2026-01-01": "不能早于"} { // nothing is shown, rather than everything
		for _, a := range []answer{r.get("/desk/ledger?"+query, duty), r.post("/desk/ledger/export", form2("query", query), duty)} {
			if a.is(http.StatusUnprocessableEntity).has(said); strings.Contains(a.Body.String(), mine.Number) || strings.Contains(a.Body.String(), "个点位") {
				t.Errorf("%s shows the ledger", query)
			}
		}
	}
	r.get("/desk/ledger?from=heute", duty).has(`value="heute"`)
	if a := r.get("/desk/ledger?town=141128103&after=xx", duty); a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/desk/ledger?town=141128103" {
		t.Errorf("a cut link: %d %s", a.Code, a.Header().Get("Location"))
	}

	rows := r.post("/desk/ledger/export", form2("query", "", "names", "1"), handler).excel("台账")
	all := fmt.Sprint(rows)
	if len(rows) != 6 || !strings.Contains(all, "标记经营者") || !strings.Contains(all, "=1+1") || strings.Contains(all, "标记密点") || !strings.HasPrefix(rows[0][0], r.profile.Name) {
		t.Errorf("%d rows: %s", len(rows), all)
	}
	if rows := r.post("/desk/ledger/export", form2("query", "town="+r.profile.Towns[1].Code), duty).excel("台账"); len(rows) != 5 || strings.Contains(fmt.Sprint(rows), "标记经营者") ||
		!strings.HasPrefix(rows[0][0], r.profile.Name+r.profile.Towns[1].Name) {
		t.Errorf("a town's without names: %v", rows)
	}
	if got := r.custodyOf("ledger/" + unit); got != "names export" {
		t.Errorf("custody log of the unit: %q", got)
	}
}

func TestLedgerViews(t *testing.T) {
	r := newRig(t)
	me, _ := r.signedIn(cases.Duty, county.DutyDesk)
	other, _ := r.signedIn(cases.Duty, county.DutyDesk)
	query := "state=watched&town=" + r.profile.Towns[0].Code
	bad := r.post("/desk/ledger/views", form2("query", query, "name", strings.Repeat("长", 30)), me).is(http.StatusUnprocessableEntity).has("请起个名")
	if bad.value("name") != strings.Repeat("长", 30) || bad.page().Find(`#f-state option[selected]`).AttrOr("value", "") != "watched" {
		t.Error("what was typed or chosen is gone")
	}
	r.post("/desk/ledger/views", form2("query", query+"&after=xx&names=1&evil=1", "name", "盯着的"), me).is(http.StatusSeeOther)
	page := r.get("/desk/ledger?"+query, me).is(http.StatusOK).has("盯着的")
	if href := page.page().Find(".views a").AttrOr("href", ""); href != "/desk/ledger?"+query {
		t.Errorf("the view leads to %s", href)
	}
	if strings.Contains(r.get("/desk/ledger", other).Body.String(), "盯着的") {
		t.Error("somebody else's view")
	}
	forget := page.page().Find(".views form").AttrOr("action", "")
	r.post(forget, nil, other).is(http.StatusSeeOther)
	r.get("/desk/ledger", me).has("盯着的")
	r.post(forget, nil, me).is(http.StatusSeeOther)
	if strings.Contains(r.get("/desk/ledger", me).Body.String(), "盯着的") {
		t.Error("the view is still there")
	}
}

// A large export is queued while the store is away, shows its progress, is done once the store is back, and only who asked for it gets it.
func TestLargeExport(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	for i := range 7 {
		r.ledgerCase(i, unit, "")
	}
	me, m := r.signedIn(cases.Handler, unit)
	colleague, _ := r.signedIn(cases.Handler, unit)
	r.blobs.full.Store(true)
	r.work()
	if a := r.post("/desk/ledger/export", form2("query", ""), me); a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/desk/ledger/jobs" {
		t.Fatalf("%d to %s", a.Code, a.Header().Get("Location"))
	}
	r.get("/desk/ledger/jobs", me).is(http.StatusOK).has("正在做")
	var page answer
	r.until("its rows are counted", func() bool {
		page = r.get("/desk/ledger/jobs", me)
		return strings.Contains(page.Body.String(), "共 7 行")
	})
	if page.page().Find("#jobs[data-poll='/desk/ledger/jobs'] progress").Length() != 1 {
		t.Error("the page does not ask again")
	}
	r.blobs.full.Store(false)
	file := regexp.MustCompile(`/desk/ledger/jobs/[0-9a-f]+/file`)
	var link string
	r.until("the export", func() bool {
		link = file.FindString(r.get("/desk/ledger/jobs", me).Body.String())
		return link != ""
	})
	if rows := r.get(link, me).excel("台账"); len(rows) != 4+7 {
		t.Errorf("%d rows", len(rows))
	}
	if page := r.get("/desk/ledger/jobs", me); page.page().Find("[data-poll]").Length() != 0 {
		t.Error("the page goes on asking")
	}
	r.get(link, colleague).is(http.StatusNotFound).has("没有这个文件")
	if body := r.get("/desk/ledger/jobs", colleague).is(http.StatusOK).Body.String(); strings.Contains(body, "取文件") {
		t.Error("a colleague sees the job")
	}
	if got := r.custodyOf("ledger/" + unit); got != "export download" {
		t.Errorf("custody log: %q", got)
	}
	if err := r.accounts.Disable(t.Context(), m.Login); err != nil {
		t.Fatal(err)
	}
	r.get(link, me).is(http.StatusSeeOther)
}

func (r *rig) importFile(content []byte, session string) answer {
	r.t.Helper()
	f := newForm().file("file", "标记文件名.xlsx", content)
	if err := f.w.Close(); err != nil {
		r.t.Fatal(err)
	}
	req := request("POST", "/desk/ledger/import", &f.b, session)
	req.Header.Set("Content-Type", f.w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

// The old ledger comes in by a dry run, stands in the register and in no count of cases, can be worked on, and goes again.
func TestImportOverHTTP(t *testing.T) {
	r := newRig(t)
	r.work()
	town := r.profile.Towns[0]
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	handler, _ := r.signedIn(cases.Handler, county.TownUnit(town.Code))
	foreign, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[1].Code))
	r.get("/desk/ledger/import", duty).is(http.StatusOK).has("认识的列名")
	r.importFile(nil, duty).is(http.StatusUnprocessableEntity).has("还没有选文件")
	r.importFile(make([]byte, 21<<20), duty).is(http.StatusRequestEntityTooLarge)
	r.importFile([]byte("一二三"), duty).is(http.StatusSeeOther)

	csv := "镇,名称,停产日期,举报人,经营者\r\n" + town.Name + ",旧砖厂,2024-01-02,标记举报人,标记经营者\r\n没有这镇,旧酒厂,,,\r\n" + town.Name + ",旧油坊,,,\r\n"
	a := r.importFile([]byte(csv), duty).is(http.StatusSeeOther)
	batch := a.Header().Get("Location")
	page := r.get(batch, duty).is(http.StatusOK).has("没有“没有这镇”这个镇").has("有问题的 1 行先不收").has("不许记举报人").has("还没有收")
	if row := page.page().Find(".problems tbody td").First().Text(); row != "3" {
		t.Errorf("the bad row is %q", row)
	}
	r.get(batch, handler).is(http.StatusForbidden)
	r.get("/desk/sites?source=old", duty).is(http.StatusOK).has("还没有原来的台账")
	r.post(batch+"/take", nil, duty).is(http.StatusUnprocessableEntity).has("有 1 行有问题")
	r.post(batch+"/take", form2("leave", "1"), duty).is(http.StatusSeeOther)
	r.until("the rows are taken", func() bool { return strings.Contains(r.get(batch, duty).Body.String(), "收了 2 行") })
	r.post(batch+"/take", form2("leave", "1"), duty).is(http.StatusConflict).has("刚刚被人办过一步")

	list := r.get("/desk/sites?source=old&name="+url.QueryEscape("砖厂"), handler).is(http.StatusOK).has("旧砖厂").has("停了，盯着")
	if strings.Contains(list.Body.String(), "旧油坊") {
		t.Error("the search finds everything")
	}
	r.get("/desk/sites?source=old", foreign).is(http.StatusOK).has("还没有原来的台账")
	r.get("/desk/ledger", duty).has("共 0 个点位")
	r.get("/desk/reports", duty).is(http.StatusOK).has("这一期没有")
	link := list.page().Find(".sites a").AttrOr("href", "")
	one := r.get(link, handler).is(http.StatusOK).has("标记经营者").has("原来台账第 2 行")
	if strings.Contains(one.Body.String(), "标记举报人") {
		t.Error("who told stands in the register")
	}
	r.get(link, foreign).is(http.StatusNotFound).has("没有这个点位")
	r.post(link, form2("version", "1", "status", "closed", "note", "标记留下的话，去看过了"), foreign).is(http.StatusNotFound)
	short := r.post(link, form2("version", "1", "status", "closed", "note", "短"), handler).is(http.StatusUnprocessableEntity).has("请写明理由")
	if short.page().Find("#note").Text() != "短" || short.page().Find("[name=status][value=closed][checked]").Length() != 1 {
		t.Error("what was typed is gone")
	}
	r.post(link, form2("version", "1", "status", "closed", "note", "去看过，门锁着"), handler).is(http.StatusSeeOther)
	r.get(link, handler).has("去看过，门锁着").has("了结")
	again := r.post(link, form2("version", "1", "status", "closed", "note", "去看过，门锁着"), handler).is(http.StatusConflict).has("您自己刚才在这个点位上办过")
	if strings.Contains(again.text(), "别人办") {
		t.Error("who pressed twice is told of somebody else")
	}
	r.withPassword("li.si", cases.Handler, county.TownUnit(town.Code))
	ended := r.post(link, form2("version", "2", "status", "known", "note", "又去看过一回\n<b>门</b>还锁着"), "ended").is(http.StatusUnauthorized)
	back := r.post("/desk/login", form2(replaced(replaced(ended.fields("form"), "login", "li.si"), "password", deskPassword)...)).is(http.StatusOK).has("刚才那一步还没有办")
	if back.page().Find("#note").Text() != "又去看过一回\n<b>门</b>还锁着" || back.page().Find("[name=status][value=known][checked]").Length() != 1 {
		t.Errorf("after signing in again the form says %q", back.page().Find("#note").Text())
	}
	if action := back.page().Find("main form").AttrOr("action", ""); action != link {
		t.Errorf("after signing in again the form goes to %q", action)
	}
	moved := r.post(link, form2("version", "1", "status", "known", "note", "又去看过，还锁着"), duty).is(http.StatusConflict).has("又去看过，还锁着").has("去看过，门锁着").has("这个点位刚刚被别人办过一步")
	if moved.page().Find("[name=version]").AttrOr("value", "") != "2" {
		t.Error("the page does not carry the new version")
	}

	r.post(batch+"/undo", nil, duty).is(http.StatusSeeOther)
	r.until("the rows are taken back", func() bool { return strings.Contains(r.get(batch, duty).Body.String(), "撤回了 1 行") })
	r.get(batch, duty).has("有人办过").has("旧砖厂")
	r.post(batch+"/else", nil, duty).is(http.StatusNotFound)
	id := strings.TrimPrefix(batch, "/desk/ledger/import/")
	if got := r.custodyOf("import/" + id); got != "check take undo" {
		t.Errorf("custody log: %q", got)
	}
	if log := r.log.String(); strings.Contains(log, "标记") || strings.Contains(log, "砖厂") {
		t.Error("the log holds what stood in the file")
	}
}

// The register finds sites of cases that one may see, and other places of the same person; known places are the duty desk's or of one's own cases.
func TestSites(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	first, second := r.ledgerCase(1, unit, "老砖厂后院"), r.ledgerCase(2, "police", "北沟养殖场")
	r.ledgerCase(3, "discipline", "标记密点", func(o *cases.Opening) { o.Sealed, o.Sees = true, []string{"discipline"} })
	r.ledgerCase(4, unit, "")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	handler, _ := r.signedIn(cases.Handler, unit)
	for who, want := range map[string]bool{duty: true, handler: false} {
		body := r.get("/desk/sites", who).is(http.StatusOK).has(first.Number).Body.String()
		if strings.Contains(body, second.Number) != want || strings.Contains(body, "标记密点") || strings.Contains(body, "标记经营者") {
			t.Errorf("the register of %s", who)
		}
	}
	r.get("/desk/sites?name="+url.QueryEscape("养殖"), duty).has(second.Number)
	r.get("/desk/sites?name="+url.QueryEscape("养殖"), handler).has("没有找到")
	found := r.get("/desk/sites?who="+url.QueryEscape("标记经营者"), duty).is(http.StatusOK).has(first.Number).has(second.Number).has("同一个人还有")
	if strings.Contains(found.Body.String(), "还有别的") {
		t.Error("two places are more than fit")
	}
	if found.value("who") != "标记经营者" {
		t.Error("what was looked for is gone")
	}
	for i := range 5 {
		r.ledgerCase(10+i, unit, "又一处")
	}
	many := r.get("/desk/sites?name="+url.QueryEscape(first.Number), duty).is(http.StatusOK).has("还有别的")
	if n := many.page().Find(".sites li").First().Find("p").Last().Find("a").Length(); n != 5 {
		t.Errorf("a row names %d other places", n)
	}
	r.get("/desk/sites?source=places", handler).is(http.StatusOK).has("地名库里还没有")
	town := "town=" + r.profile.Towns[0].Code
	r.get("/desk/sites?"+town, duty).page().Find(".views a").Each(func(_ int, tab *goquery.Selection) {
		if href := tab.AttrOr("href", ""); !strings.Contains(href, town) {
			t.Errorf("%s forgets the town: %s", tab.Text(), href)
		}
	})
}

// Known sites come in pages, each once; a handler gets those that the own cases taught.
func TestKnownSites(t *testing.T) {
	r := newRig(t)
	lead, who := r.signedIn(cases.Handler, "emergency")
	foreign, _ := r.signedIn(cases.Handler, "police")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	m := r.matter("emergency")
	m.press(lead, "sign").is(http.StatusSeeOther)
	k, village := m.now(), r.profile.VillagesOf(r.profile.Towns[0].Code)[0]
	at := orb.Point{111.201, 37.671}
	if _, err := r.places.Confirm(t.Context(), who.Actor(), &k, places.Confirmation{Village: village.Code, Site: r.profile.SiteTypes[0].ID, Point: at, Reason: "和村支书到现场看过"}); err != nil {
		t.Fatal(err)
	}
	all := []places.Place{{ID: "gone", Kind: places.Site, Name: "拆掉的厂", Source: places.Imported, Retired: &places.Retirement{}}, {ID: "v", Kind: places.Village, Name: "厂村", Source: places.Imported}}
	for i := range 120 {
		all = append(all, places.Place{ID: fmt.Sprint("i", i), Kind: places.Site, Name: fmt.Sprintf("第%d厂", i), Aliases: []string{fmt.Sprintf("别名%d", i)}, Town: r.profile.Towns[i%2].Code, At: at, Source: places.Imported})
	}
	if _, err := r.places.Import(t.Context(), "cli", all, false); err != nil {
		t.Fatal(err)
	}
	list := func(token, query string) map[string]int {
		seen, pages := map[string]int{}, 0
		for path := "/desk/sites?source=places" + query; path != ""; pages++ {
			page := r.get(path, token).is(http.StatusOK).page()
			page.Find(".sites li b").Each(func(_ int, s *goquery.Selection) { seen[s.Text()]++ })
			path = page.Find("p.more a").AttrOr("href", "")
		}
		if pages > 4 || slices.Max(append(slices.Collect(maps.Values(seen)), 1)) > 1 {
			t.Errorf("%d pages, %v", pages, seen)
		}
		return seen
	}
	for i, c := range []struct {
		who, query string
		want       int
	}{{duty, "", 121}, {duty, "&town=" + r.profile.Towns[1].Code, 60}, {duty, "&name=" + url.QueryEscape("别名11"), 11}, {lead, "", 1}, {foreign, "", 0}} {
		if seen := list(c.who, c.query); len(seen) != c.want || seen["拆掉的厂"]+seen["厂村"] > 0 {
			t.Errorf("list %d has %d sites, want %d: %v", i, len(seen), c.want, seen)
		}
	}
	if link := r.get("/desk/sites?source=places", lead).page().Find(".sites a").AttrOr("href", ""); link != m.url {
		t.Errorf("the site leads to %q", link)
	}
	r.get("/desk/sites?source=places&after=x", duty).is(http.StatusSeeOther)
}

func TestReports(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	k := r.ledgerCase(1, unit, "老砖厂后院")
	r.ledgerCase(2, "discipline", "", func(o *cases.Opening) { o.Sealed, o.Sees = true, []string{"discipline"} })
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	now := r.now().In(r.profile.Zone)
	page := r.get("/desk/reports", duty).is(http.StatusOK).has(k.Number).has("排查点位").has("请人来填").has(now.Format("2006年1月"))
	if got := page.page().Find(".report tbody tr").Eq(1).Find("td").First().Text(); got != "1" {
		t.Errorf("%s places", got)
	}
	quarter := fmt.Sprintf("%d-q%d", now.Year(), (int(now.Month())+2)/3)
	r.get("/desk/reports?period="+quarter+"&town="+r.profile.Towns[0].Code, duty).is(http.StatusOK).has("季度").has(r.profile.Towns[0].Name)
	for _, query := range []string{"period=2019-13&town=x", "month=2026-99", "period=2026-q5", "period=heute"} {
		a := r.get("/desk/reports?"+query, duty).is(http.StatusUnprocessableEntity).has("没看懂要哪个月、哪个季度")
		if a.page().Find(".report, [action='/desk/reports/export']").Length() != 0 {
			t.Errorf("%s shows a report", query)
		}
	}
	r.post("/desk/reports/export", form2("period", "2026-99"), duty).is(http.StatusUnprocessableEntity).has("没看懂要哪个月、哪个季度")
	r.get("/desk/reports?period=2021-05", duty).is(http.StatusOK).has("2021年5月").has("这一期没有")
	r.get("/desk/reports?month=2021-05", duty).is(http.StatusOK).has("2021年5月")
	rows := r.post("/desk/reports/export", form2("period", quarter), duty).excel("报表")
	if !strings.Contains(rows[0][0], "季报") || rows[3][1] != "排查点位" || rows[3][3] != "1" {
		t.Errorf("%v", rows[:4])
	}
	if got := r.custodyOf("ledger/" + county.DutyDesk); got != "report" {
		t.Errorf("custody log: %q", got)
	}
}

// What is one's own cannot be had by guessing ids, and what asks for a sealed case is told nothing.
func TestLedgerByGuessing(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Duty, county.DutyDesk)
	for _, path := range []string{"/desk/ledger/jobs/0123456789abcdef01234567/file", "/desk/ledger/import/0123456789abcdef01234567", "/desk/sites/old/0123456789abcdef01234567"} {
		r.get(path, session).is(http.StatusNotFound)
	}
}
