package handlers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/county"
	"qianshao/handlers/account"
	"qianshao/triage/cases"
)

// fields are what a browser would send of a form: everything that is filled in or hidden, but no files.
func (a answer) fields(form string) []string {
	var pairs []string
	a.page().Find(form + " input, " + form + " textarea, " + form + " select").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "")
		_, checked := s.Attr("checked")
		value := s.AttrOr("value", "")
		switch {
		case name == "" || kind == "file" || (kind == "checkbox" || kind == "radio") && !checked:
			return
		case goquery.NodeName(s) == "textarea":
			value = s.Text()
		case goquery.NodeName(s) == "select":
			value = s.Find("option[selected]").AttrOr("value", "")
		}
		pairs = append(pairs, name, value)
	})
	return pairs
}

// stored counts the pieces of evidence in the store.
func (r *rig) stored() (n int) {
	r.t.Helper()
	for _, err := range r.engines.Blobs.List(r.t.Context(), "tips/") {
		if err != nil {
			r.t.Fatal(err)
		}
		n++
	}
	return n
}

func TestWordsOutliveTheVisit(t *testing.T) {
	r := newRig(t)
	code := r.accept()
	page := r.post("/status", form2("code", code)).is(http.StatusOK)
	words := "又来一车\n<b>白</b>的 \"罐\"车"
	r.advance(2 * time.Hour)
	asked := r.send("/status/say", newForm(replaced(page.fields("#say-form"), "words", words)...).file("photos", "a.jpg", photo(t)).file("photos", "b.txt", []byte("no picture"))).
		is(http.StatusUnprocessableEntity).has("再输一次查询码").has("替您留着").has("不是照片")
	wrong := asked
	for range 3 { // the last one brings the captcha
		wrong = r.post("/status", form2(replaced(wrong.fields("form"), "code", "1111222233334444")...)).is(http.StatusNotFound).has("替您留着")
	}
	right := replaced(wrong.fields("form"), "code", code)
	id := wrong.value("captcha_id")
	back := r.post("/status", form2(replaced(right, "captcha", r.digits(id))...)).is(http.StatusOK).has("还没有发出去")
	if got := back.page().Find(`#say-form [name="words"]`).Text(); got != words {
		t.Errorf("the say form holds %q, want %q", got, words)
	}
	if n := back.page().Find(".talk li").Length(); n != 0 {
		t.Errorf("%d lines in the dialogue before anything was sent", n)
	}
	for range 2 { // the second is a double tap
		said := r.send("/status/say", newForm(back.fields("#say-form")...)).is(http.StatusOK).has("您刚才说的收到了").has("照片 1 张")
		if n := said.page().Find(".talk li").Length(); n != 1 || said.page().Find(`[name="words"]`).Text() != "" {
			t.Errorf("%d lines in the dialogue, want one and an empty form", n)
		}
	}
	// The answer got lost, the person tries again much later: it was said, and is not asked for again.
	r.advance(30 * time.Hour)
	late := r.send("/status/say", newForm(back.fields("#say-form")...)).has("再输一次查询码")
	in := r.post("/status", form2(replaced(late.fields("form"), "code", code)...)).is(http.StatusOK).has("您刚才说的收到了")
	if in.page().Find(`[name="words"]`).Text() != "" || in.page().Find(".talk li").Length() != 1 {
		t.Error("what was said stands in the form again")
	}
	if strings.Contains(r.log.String(), "又来一车") {
		t.Error("the log holds the words")
	}
	r.get("/status").is(http.StatusOK)
	if strings.Contains(r.get("/status").Body.String(), "替您留着") {
		t.Error("an empty lookup page speaks of words")
	}
}

func TestWordsSurviveAnUnreadableCase(t *testing.T) {
	r := newRig(t)
	page := r.post("/status", form2("code", r.accept()))
	if err := r.engines.Docs.Close(); err != nil {
		t.Fatal(err)
	}
	a := r.send("/status/say", newForm(replaced(page.fields("#say-form"), "words", "又来一车")...)).is(http.StatusServiceUnavailable)
	if a.value("words") != "又来一车" {
		t.Errorf("the words are gone: %s", a.text())
	}
}

func TestAcceptedFormGivesItsReceiptWhateverBecameOfIt(t *testing.T) {
	r := newRig(t)
	fields := append(r.tipFields(), "reward", "1")
	refused := r.send("/report", newForm(replaced(fields, "now", "forged")...).file("photos", "a.jpg", photo(t))).is(http.StatusUnprocessableEntity)
	fields = append(fields, "staged", refused.value("staged"))
	first := r.send("/report", newForm(fields...)).is(http.StatusOK).has("收到 1 张照片。")
	held := r.stored()
	r.advance(25 * time.Hour) // the tokens of the files are void now
	for name, again := range map[string][]string{
		"as it was": fields, "nothing in it": {"token", first.value("token"), "reward", "1"}, "forged choice": replaced(fields, "now", "forged"),
		"forged file": append(fields[:len(fields):len(fields)], "staged", "AAAA"), "endless text": append(fields[:len(fields):len(fields)], "more", strings.Repeat("x", 1<<20)),
	} {
		a := r.send("/report", newForm(again...).file("photos", "a.jpg", photo(t)).file("voice", "v.amr", amr(50))).is(http.StatusOK).has("没有重复记").has("收到 1 张照片。")
		if a.code() != first.code() || a.page().Find("#claim").Text() != first.page().Find("#claim").Text() {
			t.Errorf("%s: another receipt", name)
		}
	}
	if n := r.stored(); n != held {
		t.Errorf("%d pieces of evidence after sending again, %d before", n, held)
	}
	// A captcha does not stand before the receipt either: the double tap of somebody whose network spent its budget in between.
	strict := newRig(t, budgetOf(1))
	fields = strict.tipFields()
	code := strict.send("/report", newForm(fields...)).is(http.StatusOK).code()
	if a := strict.send("/report", newForm(fields...)).is(http.StatusOK); a.code() != code {
		t.Error("another receipt behind a spent budget")
	}
}

const deskPassword = "村口的老槐树三人抱不过来"

// withPassword adds a member of staff who can sign in.
func (r *rig) withPassword(login string, role cases.Role, unit string) {
	r.t.Helper()
	_, link, err := r.accounts.Add(r.t.Context(), account.NewStaff{Login: login, Name: "李四", Role: role, Unit: unit})
	if err == nil {
		err = r.accounts.SetPassword(r.t.Context(), link, deskPassword)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestDeskWordsOutliveTheSession(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	k, _ := r.opened(r.accept(), unit)
	r.withPassword("li.si", cases.Handler, unit)
	r.withPassword("wang", cases.Handler, county.TownUnit(r.profile.Towns[1].Code))
	signIn := []string{"login", "li.si", "password", deskPassword}
	note := "院子在河对岸\n<b>不归</b>我们"
	act := func(action string, f ...string) answer {
		return r.post("/desk/cases/"+k.ID+"/"+action, form2(append(f, "version", strconv.FormatInt(k.Version, 10))...), "ended")
	}
	door := func(a answer, f []string) answer {
		for i := 0; i+1 < len(f); i += 2 {
			a.ResponseRecorder = r.post("/desk/login", form2(replaced(replaced(a.fields("form"), "login", f[i]), "password", f[i+1])...)).ResponseRecorder
		}
		return a
	}
	tried := []string{"li.si", "这个密码不对不对不对", "li.si", deskPassword}
	back := door(act("handback", "note", note).is(http.StatusUnauthorized).has("您写的也在"), tried).is(http.StatusOK).has("刚才那一步还没有办")
	if got := back.page().Find(`#note-handback`).Text(); got != note {
		t.Errorf("the field holds %q, want %q", got, note)
	}
	if back.Header().Get("Location") != "" || len(back.Result().Cookies()) != 1 {
		t.Errorf("after signing in: location %q, %d cookies", back.Header().Get("Location"), len(back.Result().Cookies()))
	}
	now, err := r.cases.ByID(t.Context(), k.ID)
	if err != nil {
		t.Fatal(err)
	}
	if now.Version != k.Version {
		t.Error("the action was done without a press of the button")
	}
	replied := door(act("reply", "reply", "车从哪头来").is(http.StatusUnauthorized), tried).is(http.StatusOK)
	if got := replied.page().Find("#reply-reply").Text(); got != "车从哪头来" {
		t.Errorf("the reply is %q", got)
	}
	// The button gone meanwhile, the case gone, a foreign person, a foreign address: the words are shown, and the way leads nowhere else.
	gone := door(act("conclude", "note", note).is(http.StatusUnauthorized), tried).is(http.StatusOK)
	if got := gone.page().Find("#typed").Text(); got != note {
		t.Errorf("an action that is not possible: the words are %q", got)
	}
	foreign := door(act("handback", "note", note), []string{"wang", deskPassword}).is(http.StatusNotFound)
	if foreign.page().Find("#typed").Text() != note || strings.Contains(foreign.Body.String(), k.Number) {
		t.Errorf("a foreign person: %s", foreign.text())
	}
	for _, id := range []string{"https://evil.example/", "//evil.example", "../../report"} {
		a := r.post("/desk/login", form2(append(signIn, "case", id, "action", "handback", "note", note)...)).is(http.StatusNotFound)
		if a.Header().Get("Location") != "" || strings.Contains(a.Body.String(), "evil") || a.page().Find("#typed").Text() != note {
			t.Errorf("%s: to %q, %s", id, a.Header().Get("Location"), a.text())
		}
	}
	// Signed in, but the case was given to somebody else while he wrote.
	stranger, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[1].Code))
	lost := r.post("/desk/cases/"+k.ID+"/reply", form2("version", "1", "reply", "车从哪头来"), stranger).is(http.StatusNotFound)
	if lost.page().Find("#typed").Text() != "车从哪头来" {
		t.Error("a case that is not there any more: the words are gone")
	}
	// What was written for several cases at once belongs to none of them.
	if several := r.post("/desk/bulk", form2("do", "assign", "unit", unit, "note", note), "ended").is(http.StatusUnauthorized); several.page().Find("#typed").Text() != note {
		t.Errorf("what was written for several cases: %s", several.text())
	}
	if strings.Contains(r.log.String(), "河对岸") {
		t.Error("the log holds the words")
	}
}

func TestHandBackLeadsToTheList(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[1].Code) // not the town of the place, so it sees the case no longer
	k, _ := r.opened(r.accept(), unit)
	session, _ := r.signedIn(cases.Handler, unit)
	if label := r.get("/desk/cases/"+k.ID, session).page().Find("label[for=unit-handback]").Text(); !strings.Contains(label, "该归谁办") || !strings.Contains(label, "可不写") {
		t.Errorf("whose matter it is, is asked as %q", label)
	}
	a := r.post("/desk/cases/"+k.ID+"/handback", form2("version", strconv.FormatInt(k.Version, 10), "note", "院子在河对岸，不归我们"), session).is(http.StatusSeeOther)
	to := a.Header().Get("Location")
	list := r.get(to, session).is(http.StatusOK).has("已退回县安委办，理由已记下。")
	if strings.Contains(list.Body.String(), k.Number) {
		t.Errorf("the case is still in the list at %s", to)
	}
	if forged := r.get("/desk?done=sign", session).is(http.StatusOK); forged.page().Find("main .good").Length() > 0 {
		t.Error("a notice for a word that is not in the set")
	}
	// The duty desk goes on seeing what it assigns, and so does a township that hands back a case in its own town.
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	home := county.TownUnit(r.profile.Towns[0].Code)
	assigned := r.post("/desk/cases/"+k.ID+"/assign", form2("version", strconv.FormatInt(k.Version+1, 10), "unit", home), duty).is(http.StatusSeeOther)
	r.get(assigned.Header().Get("Location"), duty).is(http.StatusOK).has(k.Number)
	town, _ := r.signedIn(cases.Handler, home)
	if why := r.get("/desk/cases/"+k.ID, town).is(http.StatusOK).page().Find("section[aria-labelledby=why] li").First().Text(); !strings.Contains(why, "转派给"+r.profile.UnitName(home)) {
		t.Errorf("who has the case because a person gave it to them reads %q first", why)
	}
	own := r.post("/desk/cases/"+k.ID+"/handback", form2("version", strconv.FormatInt(k.Version+2, 10), "note", "这一家以前是县里管的"), town).is(http.StatusSeeOther)
	r.get(own.Header().Get("Location"), town).is(http.StatusOK).has(k.Number)
}

func TestHeadOfPublicPages(t *testing.T) {
	r := newRig(t)
	web := httptest.NewServer(r.server.router)
	defer web.Close()
	for path, status := range map[string]int{"/": 200, "/report": 200, "/report?e=fire": 200, "/status": 200, "/healthz": 200, "/readyz": 200, "/desk/login": 200,
		"/nowhere": 404, "/desk": 404, "/report/evidence": 404, "/desk/cases/x": 404} {
		answer, err := web.Client().Head(web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.Body.Close() != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != status || len(body) > 0 || answer.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("HEAD %s: status %d, want %d, %d bytes", path, answer.StatusCode, status, len(body))
		}
	}
}
