package handlers

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/county"
	"qianshao/handlers/account"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal/disposaltest"
)

// filed opens a case without a tip's way through the worker.
func (r *rig) filed(i int, lead string, change ...func(*cases.Opening)) cases.Case {
	r.t.Helper()
	town := county.TownUnit(r.profile.Towns[0].Code)
	o := cases.Opening{Tip: tipID(i), Received: r.now(), Channel: "hotline", Categories: []string{"c1"}, Priority: "P2", Lead: lead, Co: []string{town},
		Place: cases.Place{Town: r.profile.Towns[0].Code, Confidence: 1}, Sees: []string{lead, town, county.DutyDesk}, Rule: "c1", Reasons: []string{"规则 c1：院里存着桶"}, Confidence: 1}
	for _, f := range change {
		f(&o)
	}
	k, err := r.cases.Open(r.t.Context(), o)
	if err != nil {
		r.t.Fatal(err)
	}
	return k
}

// shut closes a case as not true, by a member of its lead.
func (r *rig) shut(k cases.Case, by account.Staff) {
	r.t.Helper()
	for _, s := range []struct {
		act cases.Action
		in  cases.Input
	}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Register, cases.Input{Record: disposaltest.Survey(r.profile.Day(r.now()))}}, {cases.Conclude, cases.Input{Outcome: cases.False, Note: "去看过，没有这回事"}}, {cases.Close, cases.Input{}}} {
		s.in.Version = k.Version
		next, err := r.cases.Do(r.t.Context(), by.Actor(), k.ID, s.act, s.in)
		if err != nil {
			r.t.Fatalf("%s: %v", s.act, err)
		}
		k = next
	}
}

// toMonth moves the clock of the house to noon of the 15th, so many months on.
func (r *rig) toMonth(months int) {
	now := r.now().In(r.profile.Zone)
	r.advance(time.Date(now.Year(), now.Month()+time.Month(months), 15, 12, 0, 0, 0, r.profile.Zone).Sub(now))
}

func (r *rig) count() {
	r.t.Helper()
	r.advance(time.Hour)
	if _, err := r.figures.Sweep(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

func TestOverviewIsOfWhatOneMaySee(t *testing.T) {
	r := newRig(t)
	r.toMonth(0) // before anybody signs in: early in a month it is later than a session lasts
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	emergency, clerk := r.signedIn(cases.Handler, "emergency")
	police, _ := r.signedIn(cases.Handler, "police")
	r.get("/desk/overview", duty).is(http.StatusOK).has("数字还在算")
	r.get("/desk/overview.csv", duty).is(http.StatusNotFound)
	r.shut(r.filed(1, "emergency"), clerk)
	r.filed(2, "emergency")
	sealed := r.filed(3, "discipline", func(o *cases.Opening) {
		o.Sealed, o.Sees, o.Co, o.Categories, o.Place.Town = true, []string{"discipline"}, nil, []string{"x_official"}, r.profile.Towns[1].Code
	})
	r.count()

	open := func(a answer) string { return strings.Fields(a.page().Find(".numbers li").First().Text())[0] }
	for who, want := range map[string]string{duty: "1", emergency: "1", police: "0"} {
		a := r.get("/desk/overview", who).is(http.StatusOK).has("截至")
		if got := open(a); got != want {
			t.Errorf("open: %s, want %s", got, want)
		}
		if strings.Contains(a.Body.String(), sealed.Number) || strings.Contains(a.page().Find("main").Text(), r.profile.Towns[1].Name) {
			t.Error("the page tells of a sealed case")
		}
		table := r.get("/desk/overview.csv", who).is(http.StatusOK).Body.String()
		if strings.Contains(table, r.profile.Towns[1].Name) {
			t.Error("the table tells of a sealed case")
		}
	}
	discipline, _ := r.signedIn(cases.Handler, "discipline")
	if got := open(r.get("/desk/overview", discipline)); got != "1" {
		t.Errorf("who leads the sealed case counts %s", got)
	}

	// Where the numbers lead, and that those with an alternative text have one.
	a := r.get("/desk/overview", duty)
	a.page().Find("main > header a, main > section a").Each(func(_ int, s *goquery.Selection) {
		if href, _ := s.Attr("href"); !strings.HasPrefix(href, "/desk/ledger?") && href != "/desk/overview.csv" {
			t.Errorf("%q leads to %q", s.Text(), href)
		}
	})
	links := map[string]bool{}
	for _, m := range regexp.MustCompile(`/desk/ledger\?[^"]+`).FindAllString(a.Body.String(), -1) {
		u, err := url.Parse(strings.ReplaceAll(m, "&amp;", "&"))
		if err != nil {
			t.Fatal(err)
		}
		links[u.Query().Encode()] = true
	}
	month := r.now().In(r.profile.Zone).Format("2006-01")
	for _, want := range []string{"open=1", "late=1&open=1", "light=red&open=1", "category=c1&open=1&town=" + r.profile.Towns[0].Code, "closed=" + month} {
		if !links[want] {
			t.Errorf("no link to the list %s among %v", want, links)
		}
	}
	if a.page().Find("svg[role=img]").Length() < 8 {
		t.Error("the page has few drawings")
	}
	a.page().Find("svg[role=img]").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-label", "") == "" {
			t.Error("a drawing has no text in its place")
		}
	})
}

func TestTablesOfNumbers(t *testing.T) {
	r := newRig(t)
	r.toMonth(0)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	_, clerk := r.signedIn(cases.Handler, "emergency")
	for i := range 3 {
		r.shut(r.filed(i, "emergency"), clerk)
	}
	r.filed(9, "emergency")
	r.count()
	read := func(path string) [][]string {
		t.Helper()
		a := r.get(path, duty).is(http.StatusOK)
		if !strings.HasPrefix(a.Header().Get("Content-Disposition"), "attachment") || !strings.HasPrefix(a.Body.String(), "\ufeff") {
			t.Errorf("%s: %v", path, a.Header())
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body.String(), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	has := func(rows [][]string, want ...string) {
		t.Helper()
		for _, row := range rows {
			if strings.Join(row, "|") == strings.Join(want, "|") {
				return
			}
		}
		t.Errorf("no line %v in %v", want, rows)
	}
	rows := read("/desk/overview.csv")
	has(rows, "在办", "", "", "1")
	has(rows, "在办", r.profile.Towns[0].Name, categoryPlain(r, "c1"), "1")
	has(rows, "办到哪一步", "线索", "", "4")
	has(rows, "办到哪一步", "去看过", "", "3")
	has(rows, "件数", "办结", "全部", "3")
	month := r.now().In(r.profile.Zone).Format("2006-01")
	has(rows, "办结", month, "", "3")
	work := read("/desk/work.csv?month=" + month)
	has(work, month, r.profile.UnitName("emergency"), "1", "4", "3", "24", "24", "0", "0", "0") // six clocks of each
	r.get("/desk/work?month="+month, duty).is(http.StatusOK).has("100%（24/24）").has("/desk/ledger?closed=" + month + "&amp;lead=emergency")
	for _, bad := range []string{"1999-01", "x", "2026-13"} {
		r.get("/desk/work?month="+bad, duty).is(http.StatusNotFound).has("没有这个月的数字")
	}
	// A department reads of itself only.
	police, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[0].Code))
	if a := r.get("/desk/work", police).is(http.StatusOK); strings.Contains(a.page().Find("main").Text(), r.profile.UnitName("emergency")) {
		t.Error("a town reads what a department does")
	}
}

func categoryPlain(r *rig, id string) string {
	k, _ := r.profile.Category(id)
	return k.Plain
}

func TestDrawOverHTTP(t *testing.T) {
	r := newRig(t)
	r.toMonth(0)
	duty, officer := r.signedIn(cases.Duty, county.DutyDesk)
	_, clerk := r.signedIn(cases.Handler, "emergency")
	for i := range 4 {
		r.shut(r.filed(i, "emergency"), clerk)
	}
	month := r.now().In(r.profile.Zone).Format("2006-01")
	r.get("/desk/draws", duty).is(http.StatusOK).has("还没有抽过").has("最少 3 件")
	r.post("/desk/draws", form2("month", month), duty).is(http.StatusUnprocessableEntity).has("这个月还不能抽")
	r.toMonth(1)
	session, _ := r.signedIn(cases.Duty, county.DutyDesk) // the old one ended
	_ = officer
	to := r.post("/desk/draws", form2("month", month), session).is(http.StatusSeeOther).Header().Get("Location")
	if to != "/desk/draws/"+month {
		t.Fatalf("goes to %q", to)
	}
	first := r.get(to, session).is(http.StatusOK).has("照种子和名单重新抽了一遍，结果一样")
	r.post("/desk/draws", form2("month", month), session).is(http.StatusSeeOther)
	seed := func(a answer) string { return a.page().Find("code").Text() }
	second := r.get(to, session)
	if seed(first) != seed(second) || len(seed(first)) != 32+64 {
		t.Errorf("drawn again: %q, then %q", seed(first), seed(second))
	}
	if n := first.page().Find(".checks li").Length(); n != 3 {
		t.Fatalf("%d drawn", n)
	}
	if strings.Contains(first.page().Find(".checks h2").Text(), r.profile.Towns[0].Name) {
		t.Error("the town of the case looks at its own case")
	}
	id := first.page().Find(".checks li").First().AttrOr("id", "")
	r.post(to, form2("case", id, "note", "院里有人"), session).is(http.StatusUnprocessableEntity).has("还没选看下来有没有问题").has("院里有人")
	r.post(to, form2("case", id, "result", "problem", "note", "短"), session).is(http.StatusUnprocessableEntity).has("至少 6 个字").has(">短<")
	// What was typed outlives the session.
	r.post(to, form2("case", id, "result", "problem", "note", "院里还有两只反应釜")).is(http.StatusUnauthorized).has("院里还有两只反应釜")
	r.post(to, form2("case", id, "result", "problem", "note", "院里还有两只反应釜"), session).is(http.StatusSeeOther)
	r.post(to, form2("case", id, "result", "fine"), session).is(http.StatusConflict).has("已经记过结果")
	r.get(to, session).is(http.StatusOK).has("院里还有两只反应釜").has("待签收")
	r.get("/desk/draws", session).is(http.StatusOK).has("抽了 3 件，名单 4 件")
	k, err := r.cases.ByID(t.Context(), id)
	if err != nil || k.State != cases.Unsigned {
		t.Errorf("the case is %s, %v", k.State, err)
	}
	log, err := r.custody.Read(t.Context(), "case/"+id)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range log {
		if e.Action == "spot_check" || e.Action == string(cases.Reopen) {
			found++
		}
	}
	if found != 2 {
		t.Errorf("the custody log has %d lines of the check and the reopening: %+v", found, log)
	}
	r.get("/desk/draws/1999-01", session).is(http.StatusNotFound)
}

func TestHandover(t *testing.T) {
	r := newRig(t)
	duty, officer := r.signedIn(cases.Duty, county.DutyDesk)
	emergency, clerk := r.signedIn(cases.Handler, "emergency")
	colleague, _ := r.signedIn(cases.Handler, "emergency")
	police, _ := r.signedIn(cases.Handler, "police")
	mine, done, other := r.filed(1, "emergency"), r.filed(2, "emergency"), r.filed(3, "emergency")
	k, err := r.cases.Do(t.Context(), clerk.Actor(), mine.ID, cases.Sign, cases.Input{Version: mine.Version})
	if err != nil {
		t.Fatal(err)
	}
	r.shut(done, clerk)
	path := "/desk/handover?staff=" + clerk.ID
	for who, session := range map[string]string{"duty": duty, "the person": emergency, "a colleague": colleague} {
		a := r.get(path, session).is(http.StatusOK)
		main := a.page().Find("main").Text()
		if !strings.Contains(main, mine.Number) || strings.Contains(main, done.Number) || strings.Contains(main, other.Number) {
			t.Errorf("%s reads %s", who, a.text())
		}
	}
	r.get(path, police).is(http.StatusNotFound)
	if a := r.get("/desk/handover", police).is(http.StatusOK); strings.Contains(a.Body.String(), clerk.ID) {
		t.Error("a foreign unit is offered the person")
	}
	r.get("/desk/handover?staff=nobody", duty).is(http.StatusNotFound)
	r.get(path+"&after=broken", duty).is(http.StatusSeeOther)
	// Whoever does the next thing has it.
	if _, err := r.cases.Do(t.Context(), officer.Actor(), k.ID, cases.Urge, cases.Input{Version: k.Version}); err != nil {
		t.Fatal(err)
	}
	if a := r.get(path, duty).is(http.StatusOK).has("没有要交接的案子"); strings.Contains(a.page().Find("main").Text(), mine.Number) {
		t.Error("the case is still with who had it before")
	}
	log, err := r.custody.Read(t.Context(), "staff/"+clerk.ID)
	if err != nil || log[len(log)-1].Action != "handover" {
		t.Errorf("custody: %+v, %v", log, err)
	}
}

// Every number leads to a list of as many cases.
func TestNumbersLeadToTheirLists(t *testing.T) {
	r := newRig(t)
	r.ledger.Direct = 100 // the page counts no further than it exports at once
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	emergency, clerk := r.signedIn(cases.Handler, "emergency")
	for i := range 7 {
		k := r.filed(i, "emergency", func(o *cases.Opening) { o.Categories = [][]string{{"c1"}, {"c1", "c7"}, {"c5"}}[i%3] })
		if i%2 == 0 {
			r.shut(k, clerk)
		}
		if i == 1 {
			_, err := r.cases.Link(t.Context(), k.ID, cases.Joining{Tip: tipID(10), Received: r.now(), Priority: "P2", Reasons: []string{"同村"}})
			must(t, err)
		}
	}
	r.filed(8, "emergency", func(o *cases.Opening) { o.Refer = true })
	r.filed(9, "discipline", func(o *cases.Opening) { o.Sealed, o.Sees, o.Co = true, []string{"discipline"}, nil })
	r.count()
	number := regexp.MustCompile(`[0-9]+`)
	for who, session := range map[string]string{"duty": duty, "department": emergency} {
		for _, page := range []string{"/desk/overview", "/desk/work"} {
			seen := 0
			r.get(page, session).is(http.StatusOK).page().Find("main > section a").Each(func(_ int, a *goquery.Selection) {
				href := a.AttrOr("href", "")
				want := number.FindString(a.Text())
				if line := a.Closest("div"); line.Find("dt").Text() == "线索" { // the list is of the cases of the tips, and the page says of how many
					if got := number.FindString(line.Find(".joins").Text()); got == "" || got == want || !strings.Contains(line.Text(), "线索并成一件") {
						t.Errorf("%s of %s: %s tips, and of the cases it says %q", page, who, want, line.Text())
					} else {
						want = got
					}
				}
				list := r.get(href, session).is(http.StatusOK)
				if got := number.FindString(list.page().Find("main > header .meta").Text()); got != want {
					t.Errorf("%s of %s: %s leads to %s of %s", page, who, want, got, href)
				}
				if got := strconv.Itoa(r.walked(list, session)); got != want {
					t.Errorf("%s of %s: %s leads to %s rows of %s", page, who, want, got, href)
				}
				const headings = 4
				if got := strconv.Itoa(len(r.post("/desk/ledger/export", form2(list.fields("form.export")...), session).is(http.StatusOK).excel("台账")) - headings); got != want {
					t.Errorf("%s of %s: the export of %s has %s rows, want %s", page, who, href, got, want)
				}
				seen++
			})
			if seen == 0 {
				t.Errorf("%s of %s has no number with a list", page, who)
			}
		}
		// No number of cases is without its list. The ways by which tips come stay without one: of no case it is told by which its tips came.
		r.get("/desk/overview", session).page().Find(".numbers b, .sums:not(.times) td, .times td:nth-child(2), .funnel dd:not(.bars, .joins)").Each(func(_ int, s *goquery.Selection) {
			if text := s.Text(); number.MatchString(text) && text != "0" && !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "-") &&
				s.Find("a").Length() == 0 && s.ParentsFiltered("a").Length() == 0 && s.ParentsFiltered("section[aria-labelledby=sources]").Length() == 0 {
				t.Errorf("overview of %s: the number %s leads to no list", who, text)
			}
		})
	}
}

// walked counts the rows of a list of the ledger to its last page.
func (r *rig) walked(list answer, session string) int {
	r.t.Helper()
	n := 0
	for range 100 {
		n += list.page().Find(".sheet tbody tr").Length()
		next, more := list.page().Find(".more a").Attr("href")
		if !more {
			return n
		}
		list = r.get(next, session).is(http.StatusOK)
	}
	r.t.Fatal("the list has no end")
	return 0
}

// What a number narrowed its list to stays when the list is narrowed further, and stands in what is kept.
func TestANumberStaysInTheFormOfItsList(t *testing.T) {
	r := newRig(t)
	r.toMonth(0)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	_, clerk := r.signedIn(cases.Handler, "emergency")
	r.shut(r.filed(1, "emergency"), clerk)
	r.filed(2, "emergency")
	month := r.now().In(r.profile.Zone).Format("2006-01")
	list := r.get("/desk/ledger?closed="+month+"&reached=concluded", duty).is(http.StatusOK).has("共 1 个点位")
	form := url.Values{}
	for f := list.fields("form[method=get].filter"); len(f) > 0; f = f[2:] {
		form.Set(f[0], f[1])
	}
	form.Set("town", r.profile.Towns[0].Code)
	narrowed := r.get("/desk/ledger?"+form.Encode(), duty).is(http.StatusOK).has("共 1 个点位")
	if said := narrowed.page().Find(".filters summary").Text(); !strings.Contains(said, "办结的") || !strings.Contains(said, "下过结论的") || !strings.Contains(said, r.profile.Towns[0].Name) {
		t.Errorf("after narrowing further the page says %q", said)
	}
}
