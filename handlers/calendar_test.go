package handlers

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/triage/cases"
)

// The desk says that a year is missing until somebody uploads it; what is wrong with a table is told line by line, and a year that is known is replaced with a
// reason only.
func TestTheYearIsUploaded(t *testing.T) {
	r := newRig(t)
	r.advance(time.Until(time.Date(2027, 2, 1, 10, 0, 0, 0, r.profile.Zone)))
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	admin, _ := r.signedIn(cases.Admin, "")
	lead, _ := r.signedIn(cases.Handler, "emergency")
	const missing = "还没有2027年放假和补班的日子"
	for path, session := range map[string]string{"/desk": duty, "/desk/ops": admin, "/desk/calendar": duty} {
		r.get(path, session).is(http.StatusOK).has(missing)
	}
	if strings.Contains(r.get("/desk", lead).Body.String(), missing) {
		t.Error("who cannot upload a year is told of it")
	}
	raw, err := os.ReadFile("../triage/cases/testdata/holidays-2027.csv")
	if err != nil {
		t.Fatal(err)
	}
	broken := newForm("note", "先传一个看看").file("file", "x.csv", []byte(strings.Replace(string(raw), "2027-02-20", "2027-02-22", 1)))
	bad := r.sendAs("/desk/calendar", broken, duty).is(http.StatusUnprocessableEntity).has("本来就上班")
	if bad.typed("note") != "先传一个看看" || bad.page().Find("table.problems tbody tr").Length() != 1 || r.profile.Calendar.Knows(2027) {
		t.Errorf("a broken table: %s", bad.text())
	}
	r.sendAs("/desk/calendar", newForm("note", "没有选文件"), duty).is(http.StatusUnprocessableEntity).has("没有选文件")
	r.sendAs("/desk/calendar", newForm().file("file", "x.csv", raw), duty).is(http.StatusOK).has("收下了 2027 年的")
	if strings.Contains(r.get("/desk", duty).Body.String(), missing) {
		t.Error("the year is there, and the desk still misses it")
	}
	short := r.sendAs("/desk/calendar", newForm("note", "改").file("file", "x.csv", raw), admin).is(http.StatusUnprocessableEntity)
	if short.typed("note") != "改" || !strings.Contains(short.text(), "请写明理由") {
		t.Errorf("replaced without a reason: %s", short.text())
	}
	r.sendAs("/desk/calendar", newForm("note", "国办改了补班的日子").file("file", "x.csv", raw), admin).is(http.StatusOK).has("国办改了补班的日子")
}

// Without a key of Tianditu no page may load anything from elsewhere; with one only the page of the map may, and only pictures.
func TestTilesComeOnlyToTheMap(t *testing.T) {
	const host = "tianditu.gov.cn"
	foreign := func(a answer) bool {
		return strings.Contains(a.Header().Get("Content-Security-Policy"), "http") || strings.Contains(a.Body.String(), host)
	}
	for _, key := range []string{"", "0123456789abcdef"} {
		r := newRig(t, func(c *config.Config) { c.TiandituKey = config.Secret(key) })
		duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
		for _, path := range []string{"/", "/report", "/status", "/desk/login", "/desk", "/desk/overview", "/static/x"} {
			if foreign(r.get(path, duty)) {
				t.Errorf("key %q: %s may load something from elsewhere", key, path)
			}
		}
		m := r.get("/desk/map", duty)
		policy := m.Header().Get("Content-Security-Policy")
		if key == "" && foreign(m) {
			t.Errorf("the map without a key: %s", policy)
		}
		if key != "" && (!strings.Contains(policy, "img-src 'self' https://*.tianditu.gov.cn data: blob:;") || strings.Count(policy, "http") != 1) {
			t.Errorf("the map with a key: %s", policy)
		}
	}
}

// A script that sends a form itself reads where to go on; everybody else is sent there, and an error is a page for both.
func TestAScriptReadsWhereToGoOn(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Handler, "emergency")
	m := r.matter("emergency")
	send := func(action, version string) answer {
		req := request("POST", m.url+"/"+action, strings.NewReader("version="+version+"&note=看到有人在搬桶"), session)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("X-Qianshao-Script", "1")
		return r.do(req)
	}
	if a := send("sign", "1"); a.Code != http.StatusNoContent || a.Header().Get("Location") != m.url {
		t.Errorf("signed by a script: %d, %q", a.Code, a.Header().Get("Location"))
	}
	send("remark", "1").is(http.StatusConflict).has("看到有人在搬桶")
	m.press(session, "remark", "note", "看到有人在搬桶").is(http.StatusSeeOther)
}

// The number of what lies nowhere leads to its list.
func TestWhatLiesNowhereHasItsList(t *testing.T) {
	r := newRig(t)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	r.filed(1, "emergency")
	lost := r.filed(2, "emergency", func(o *cases.Opening) { o.Place = cases.Place{} })
	r.count()
	href := ""
	for _, a := range r.get("/desk/overview", duty).is(http.StatusOK).page().Find("table.sums a").EachIter() {
		if h := a.AttrOr("href", ""); strings.Contains(h, "town=none") {
			href = h
		}
	}
	list := r.get(href, duty).is(http.StatusOK).has(lost.Number).has("地方不明")
	if n := strings.Count(list.Body.String(), "方20"); n != strings.Count(list.Body.String(), lost.Number) {
		t.Errorf("the list of %q has more than the one case", href)
	}
}

// A merged case leads to the one that has its tips.
func TestAMergedCaseNamesTheOther(t *testing.T) {
	r := newRig(t)
	duty, who := r.signedIn(cases.Duty, county.DutyDesk)
	from, into := r.filed(1, "emergency"), r.filed(2, "emergency")
	if err := r.cases.Merge(t.Context(), who.Actor(), from.ID, into.ID, cases.Input{Version: from.Version}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.cases.Finish(t.Context(), from.ID, cases.Opening{}); err != nil {
		t.Fatal(err)
	}
	page := r.get("/desk/cases/"+from.ID, duty)
	if page.Code != http.StatusOK || page.page().Find(`.now.into a[href="/desk/cases/`+into.ID+`"]`).Text() != into.Number {
		t.Errorf("the merged case (%d): %s", page.Code, page.page().Find(".now").Text())
	}
}

// Who is asked for an opinion twice has given none yet.
func TestAskedTwiceIsNotAnswered(t *testing.T) {
	r := newRig(t)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	police, _ := r.signedIn(cases.Handler, "police")
	m := r.matter("emergency")
	m.press(lead, "sign").is(http.StatusSeeOther)
	for range 2 {
		m.press(duty, "invite", "unit", "police").is(http.StatusSeeOther)
	}
	if page := r.get(m.url, duty).page(); strings.Contains(page.Find(".over").Text(), "协办意见") || !strings.Contains(page.Find(".voices").Text(), "还没说") {
		t.Errorf("asked twice: %s", page.Find(".over, .voices").Text())
	}
	m.press(police, "opine", "outcome", "agree", "note", "同意，一起去看看").is(http.StatusSeeOther)
	m.press(duty, "invite", "unit", "police").is(http.StatusSeeOther)
	if voices := r.get(m.url, duty).page().Find(".voices").Text(); !strings.Contains(voices, "还没说") {
		t.Errorf("asked once more after an answer: %s", voices)
	}
}
