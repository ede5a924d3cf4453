package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// TestTheWholeWay walks one tip from the form over the worker to the desk and back, and then looks for everything that must not have been logged.
func TestTheWholeWay(t *testing.T) {
	r := newRig(t)
	r.work()
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	fields := append(replaced(r.tipFields(), "words", "标记词东坡下，电话13812345678，车牌晋J·A1234"), "contact", "标记联系人", "reward", "1")
	receipt := r.send("/report?zi=1&utm=markedquery", newForm(fields...).file("photos", "标记文件名.jpg", photo(t))).is(http.StatusOK)
	code := receipt.code()
	claim := strings.Join(strings.Fields(receipt.page().Find("#claim").Text()), "")

	link := regexp.MustCompile(`/desk/cases/[^"?]+`)
	var caseURL string
	r.until("the case is on the desk", func() bool {
		caseURL = link.FindString(r.get("/desk?q=all", duty).is(http.StatusOK).Body.String())
		return caseURL != ""
	})
	thumb := regexp.MustCompile(`/desk/evidence/[^"]+/320`)
	var page answer
	r.until("the picture is read", func() bool {
		page = r.get(caseURL, duty).is(http.StatusOK)
		return thumb.MatchString(page.Body.String())
	})
	body := page.Body.String()
	for _, want := range []string{"标记词东坡下", "13＊＊＊＊78", "晋J＊＊＊＊34", r.profile.Towns[0].Name, "村口往里走", r.profile.Signs[0].Short} {
		if !strings.Contains(body, want) {
			t.Errorf("the case page lacks %q", want)
		}
	}
	for name, never := range map[string]string{"phone": "13812345678", "contact": "标记联系人", "code": code, "claim": claim, "file name": "标记文件名", "second": time.Now().Format("15:04:")} {
		if strings.Contains(body, never) {
			t.Errorf("the case page shows the %s", name)
		}
	}
	picture := r.get(thumb.FindString(body), duty).is(http.StatusOK)
	if picture.Header().Get("Content-Type") != "image/jpeg" || picture.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(picture.Body.String(), "\xff\xd8") {
		t.Errorf("the picture: %v", picture.Header())
	}
	original := strings.TrimSuffix(thumb.FindString(body), "320") + "original"
	r.get(original, duty).is(http.StatusNotFound)

	// Whoever leads goes on with the case.
	id := strings.TrimPrefix(caseURL, "/desk/cases/")
	k, err := r.cases.ByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	lead := duty
	if k.Lead != county.DutyDesk {
		lead, _ = r.signedIn(cases.Handler, k.Lead)
	}
	act := func(action string, f ...string) answer {
		t.Helper()
		now, err := r.cases.ByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return r.post(caseURL+"/"+action, form2(append(f, "version", strconv.FormatInt(now.Version, 10))...), lead)
	}
	act("sign").is(http.StatusSeeOther)
	moved := r.post(caseURL+"/handback", form2("version", "1", "note", "标记理由：不归我们管的"), lead)
	moved.is(http.StatusConflict).has("刚刚被别人办过一步").has("标记理由：不归我们管的")
	act("conclude", "outcome", "true", "note", "查到了，属实").has("现在这一步不能做")
	act("look").is(http.StatusSeeOther)
	short := act("conclude", "outcome", "true", "note", "短").is(http.StatusUnprocessableEntity)
	if short.page().Find(`[name="outcome"][value="true"][checked]`).Length() != 1 {
		t.Error("the chosen outcome is gone")
	}
	act("record/survey", (&matter{rig: r}).survey()[1:]...).is(http.StatusSeeOther)
	act("conclude", "outcome", "true", "note", "到现场看过，确实在加工").is(http.StatusSeeOther)
	act("reply", "key", "k", "reply", "").is(http.StatusUnprocessableEntity)
	for range 2 {
		act("reply", "key", "k", "reply", "标记回话：已经停了，谢谢您").is(http.StatusSeeOther)
	}
	status := r.post("/status", form2("code", code)).is(http.StatusOK).has("属实")
	if n := strings.Count(status.Body.String(), "标记回话"); n != 1 {
		t.Errorf("the reply is shown %d times, want once", n)
	}
	r.get(caseURL, duty).has("到现场看过，确实在加工")

	_, tipID, _ := strings.Cut(thumb.FindString(body), "/evidence/")
	tipID, _, _ = strings.Cut(tipID, "/")
	for subject, want := range map[string][]string{"tip/" + tipID: {"view", "reply"}, "case/" + id: {"view", "evidence", "sign", "look", "conclude"}} {
		entries, err := r.custody.Read(t.Context(), subject)
		if err != nil {
			t.Fatal(err)
		}
		did := map[string]bool{}
		for _, e := range entries {
			did[e.Action] = true
		}
		for _, action := range want {
			if !did[action] {
				t.Errorf("the custody log of %s has no %q, only %v", subject, action, did)
			}
		}
	}

	logged := r.log.String()
	for name, never := range map[string]string{"words": "标记", "phone": "13812345678", "code": code, "code in fours": code[:4] + " " + code[4:8], "claim": claim,
		"address": "203.0.113", "query": "markedquery", "form token": receipt.value("token"), "session": duty, "path": caseURL, "plate": "A1234"} {
		if never != "" && strings.Contains(logged, never) {
			t.Errorf("the log holds the %s", name)
		}
	}
	if !strings.Contains(logged, `"route":"/desk/cases/:id"`) {
		t.Error("the log holds no route pattern: nothing was captured")
	}
}

func TestQueuesPageByPage(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	session, _ := r.signedIn(cases.Handler, unit)
	r.get("/desk", session).is(http.StatusOK).has("现在没有该您办的案件")
	const n = 52
	for i := range n {
		_, err := r.cases.Open(t.Context(), cases.Opening{Tip: tipID(i), Received: time.Now(), Categories: []string{"c1"}, Priority: "P1", Lead: unit, Sees: []string{unit, county.DutyDesk}})
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for path, pages := "/desk?q=mine", 0; path != ""; pages++ {
		if pages > 3 {
			t.Fatal("the pages do not end")
		}
		a := r.get(path, session).is(http.StatusOK).has("<b>" + strconv.Itoa(n) + "</b>")
		for _, href := range regexp.MustCompile(`/desk/cases/[^"?]+`).FindAllString(a.Body.String(), -1) {
			if seen[href] {
				t.Errorf("%s is on two pages", href)
			}
			seen[href] = true
		}
		path = a.page().Find(".more a").AttrOr("href", "")
		if _, err := url.Parse(path); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != n {
		t.Errorf("%d cases on all pages, want %d", len(seen), n)
	}
	if to := r.get("/desk?q=mine&after=old", session).is(http.StatusSeeOther).Header().Get("Location"); to != "/desk?q=mine" {
		t.Errorf("a link that is no good any more leads to %q", to)
	}
	foreign, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[1].Code))
	if strings.Contains(r.get("/desk?q=all", foreign).Body.String(), "/desk/cases/") {
		t.Error("a foreign unit sees cases")
	}
}

func TestAdministratorSeesEnginesAndNoTip(t *testing.T) {
	r := newRig(t)
	admin, _ := r.signedIn(cases.Admin, "")
	a := r.get("/desk", admin).is(http.StatusSeeOther)
	if a.Header().Get("Location") != "/desk/ops" {
		t.Errorf("an administrator is sent to %s", a.Header().Get("Location"))
	}
	r.get("/desk/ops", admin).is(http.StatusOK).has("sqlite").has("disk").has("embedded").has("张三")
	console := r.get("/ops/queues", admin).is(http.StatusOK)
	if csp := console.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "'unsafe-inline'") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy of the console: %s", csp)
	}
	req := request("POST", "/ops/queues/api/queues/triage:pause", nil, admin)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	r.do(req).is(http.StatusNotFound)
}
