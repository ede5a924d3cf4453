package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/cases"
	"qianshao/triage/draws"
)

// A town looks at what was drawn for it, and learns of nothing else.
func TestATownChecksOverHTTP(t *testing.T) {
	r := newRig(t)
	_, officer := r.signedIn(cases.Duty, county.DutyDesk)
	_, clerk := r.signedIn(cases.Handler, "emergency")
	r.toMonth(0)
	for i := range 8 { // the machine's reasons are not for the town
		r.shut(r.filed(i, "emergency", func(o *cases.Opening) { o.Reasons = []string{"规则 c1：举报说夜里有味"} }), clerk)
	}
	month := r.now().In(r.profile.Zone).Format("2006-01")
	r.toMonth(1)
	d, err := r.draws.Draw(t.Context(), officer.Actor(), month)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string][]draws.Check{}
	for _, k := range d.Checks {
		by[k.Unit] = append(by[k.Unit], k)
	}
	k := d.Checks[0]
	mine, other := k, draws.Check{}
	for _, o := range d.Checks {
		if o.Unit != k.Unit {
			other = o
		}
	}
	if other.Case == "" {
		t.Fatal("one town looks at all")
	}
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	session, _ := r.signedIn(cases.Handler, mine.Unit)
	foreign, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[0].Code))
	emergency, _ := r.signedIn(cases.Handler, "emergency")

	page := r.get("/desk/checks", session).is(http.StatusOK).has("两个人一起去").has(r.profile.Towns[0].Name).has("定为不属实").has("没有采取过措施")
	if n := page.page().Find("form[action='/desk/checks']").Length(); n != len(by[mine.Unit]) {
		t.Errorf("%d cases stand there, want %d", n, len(by[mine.Unit]))
	}
	for _, o := range d.Checks {
		if shown := strings.Contains(page.Body.String(), o.Number); shown != (o.Unit == mine.Unit) {
			t.Errorf("%s of %s is shown: %t", o.Number, o.Unit, shown)
		}
	}
	for _, not := range []string{"夜里有味", "去看过，没有这回事", "/desk/cases/" + mine.Case} {
		if strings.Contains(page.page().Find("main").Text()+page.Body.String(), not) {
			t.Errorf("the page has %q", not)
		}
	}
	rail := func(a answer) string {
		return strings.TrimSpace(a.page().Find(".queues a[href='/desk/checks'] b").Text())
	}
	if got := rail(page); got != string(rune('0'+len(by[mine.Unit]))) {
		t.Errorf("the rail counts %q", got)
	}
	if got := rail(r.get("/desk", foreign)); got != "0" {
		t.Errorf("the rail of the case's own town counts %q", got)
	}
	if r.get("/desk", emergency).page().Find("a[href='/desk/checks']").Length()+r.get("/desk", duty).page().Find("a[href='/desk/checks']").Length() != 0 {
		t.Error("who is sent nowhere has the link")
	}
	r.get("/desk/cases/"+mine.Case, session).is(http.StatusNotFound)
	if log, err := r.custody.Read(t.Context(), "case/"+mine.Case); err != nil || log[len(log)-1].Action != "spot_check_read" {
		t.Errorf("the reading is not noted: %v", err)
	}

	say := func(k draws.Check, more ...string) url.Values {
		return form2(append([]string{"month", month, "case", k.Case}, more...)...)
	}
	whole := []string{"result", "problem", "note", "院里还有两只反应釜", "who", "张三\n李四"}
	// Ids that are another town's, the emergency office's, or nobody's are all one answer, and nothing typed is lost.
	for who, guess := range map[string]struct {
		session string
		of      draws.Check
	}{"another town's": {session, other}, "of one's own town": {foreign, mine}, "of the lead": {emergency, mine}, "nobody's": {session, draws.Check{Candidate: draws.Candidate{Case: "nobody"}}}} {
		a := r.post("/desk/checks", say(guess.of, whole...), guess.session).is(http.StatusNotFound).has("没有抽过这一件").has("院里还有两只反应釜").has("李四")
		if strings.Contains(a.Body.String(), other.Number) {
			t.Errorf("%s: the answer shows the case", who)
		}
	}
	r.post("/desk/checks", say(mine, whole...), duty).is(http.StatusForbidden)
	r.get("/desk/checks", duty).is(http.StatusForbidden)
	a := r.post("/desk/checks", say(mine, "note", "院里有人", "who", "张三"), session).is(http.StatusUnprocessableEntity).has("还没选看下来有没有问题").has("去看的人要写两个以上").has("院里有人")
	if a.page().Find("#who-"+mine.Case).Text() != "张三" {
		t.Error("the names are lost")
	}
	r.post("/desk/checks", say(mine, whole...)).is(http.StatusUnauthorized).has("院里还有两只反应釜").has("李四") // what was typed outlives the session
	to := r.post("/desk/checks", say(mine, whole...), session).is(http.StatusSeeOther).Header().Get("Location")
	if after := r.get(to, session).is(http.StatusOK).has("记下了"); strings.Contains(after.page().Find("main").Text(), mine.Number) {
		t.Error("what was recorded still stands there")
	}
	r.post("/desk/checks", say(mine, whole...), session).is(http.StatusConflict).has("已经记过结果").has("院里还有两只反应釜").has("李四")

	seen := r.get("/desk/draws/"+month, duty).is(http.StatusOK).has("去看的人：张三、李四").has("院里还有两只反应釜")
	if told := seen.page().Find("#" + mine.Case + " .bad").Text(); !strings.Contains(told, r.profile.UnitName(mine.Unit)) {
		t.Errorf("the duty desk reads %q", told)
	}
	one, err := r.cases.ByID(t.Context(), mine.Case)
	if err != nil || one.State != cases.Unsigned {
		t.Errorf("the case is %s, %v", one.State, err)
	}
}
