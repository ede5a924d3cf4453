package handlers

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/handlers/account"
	"qianshao/triage/cases"
)

// An emergency that nobody has signed is counted for whom it is for, and for nobody else; the banner is in the page without a script as well.
func TestTheBannerOfEmergencies(t *testing.T) {
	r := newRig(t)
	town := county.TownUnit(r.profile.Towns[0].Code)
	k, err := r.cases.Open(t.Context(), cases.Opening{Tip: tipID(1), Received: r.now(), Categories: []string{"c1"}, Emergency: true, Guessed: true, Usual: "P1", Priority: "P0",
		Lead: "emergency", Co: []string{town}, Sees: []string{"emergency", town, county.DutyDesk}, Place: cases.Place{Town: r.profile.Towns[0].Code}})
	if err != nil {
		t.Fatal(err)
	}
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	here, _ := r.signedIn(cases.Handler, town)
	elsewhere, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[1].Code))
	count := func(session string) int {
		var a struct {
			Count int    `json:"count"`
			Text  string `json:"text"`
		}
		if err := json.Unmarshal(r.get("/desk/urgent", session).is(http.StatusOK).Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if (a.Count > 0) != (a.Text != "") {
			t.Errorf("%d: %q", a.Count, a.Text)
		}
		return a.Count
	}
	for who, c := range map[string]struct {
		session string
		want    int
	}{"duty": {duty, 1}, "lead": {lead, 1}, "here": {here, 1}, "elsewhere": {elsewhere, 0}} {
		if n := count(c.session); n != c.want {
			t.Errorf("%s is told of %d, want %d", who, n, c.want)
		}
		banner := r.get("/desk", c.session).is(http.StatusOK).page().Find("#alarm")
		_, hidden := banner.Attr("hidden")
		if banner.Length() != 1 || hidden != (c.want == 0) {
			t.Errorf("%s: banner %d, hidden %v", who, banner.Length(), hidden)
		}
	}
	r.get("/desk?q=urgent", duty).is(http.StatusOK).has(k.Number)
	if _, err := r.cases.Do(t.Context(), cases.Actor{ID: "s", Name: "s", Role: cases.Duty, Unit: county.DutyDesk}, k.ID, cases.Lower,
		cases.Input{Version: k.Version, Note: "打过电话，是烧秸秆的烟"}); err != nil {
		t.Fatal(err)
	}
	if n := count(duty); n != 0 {
		t.Errorf("%d after it was lowered", n)
	}
}

// The page asks by itself all day; that keeps no session awake at which nobody sits.
func TestAskingForEmergenciesKeepsNoSessionAwake(t *testing.T) {
	r := newRig(t)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	for range 5 {
		r.advance(account.IdleLife / 4)
		if r.get("/desk/urgent", duty).Code != http.StatusOK {
			break
		}
	}
	r.advance(time.Minute)
	if a := r.get("/desk", duty); a.Code != http.StatusSeeOther {
		t.Errorf("the session is still awake: %d", a.Code)
	}
}
