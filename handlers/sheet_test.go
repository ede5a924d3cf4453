package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"

	"qianshao/config/county"
	"qianshao/notify/sheet"
	"qianshao/triage/cases"
)

// words reads a PDF without its spaces and line ends.
func (a answer) words() string {
	a.t.Helper()
	file := a.Body.Bytes()
	r, err := pdf.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		a.t.Fatal(err)
	}
	var b strings.Builder
	for n := 1; n <= r.NumPage(); n++ {
		for _, letter := range r.Page(n).Content().Text {
			b.WriteString(strings.Trim(letter.S, " 　\ufffd"))
		}
	}
	return b.String()
}

func TestSheetsOfACase(t *testing.T) {
	r := newRig(t)
	duty, m := r.signedIn(cases.Duty, county.DutyDesk)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	foreign, _ := r.signedIn(cases.Handler, "police")
	code := r.accept()
	k, _ := r.opened(code, county.DutyDesk)
	const note = "先断电，再进去，带上测爆仪"
	path := "/desk/cases/" + k.ID
	r.post(path+"/assign", form2("version", fmt.Sprint(k.Version), "unit", "emergency", "note", note), duty).is(http.StatusSeeOther)

	for who, token := range map[string]string{"duty": duty, "lead": lead} { // nothing is ordered yet
		if a := r.get(path+"/sheet/supervise", token); a.Code != http.StatusNotFound {
			t.Errorf("a 督办单 without an order for %s: status %d", who, a.Code)
		}
	}
	now, _ := r.cases.ByID(t.Context(), k.ID)
	r.post(path+"/supervise", form2("version", fmt.Sprint(now.Version), "note", "三天之内说明为什么没去"), duty).is(http.StatusSeeOther)
	helper, _ := r.signedIn(cases.Handler, county.TownUnit(r.profile.Towns[0].Code))
	r.get(path+"/sheet/assign", helper).is(http.StatusOK)
	r.get(path+"/sheet/supervise", helper).is(http.StatusNotFound)
	for kind, want := range map[sheet.Kind][]string{
		sheet.Assign:    {"问题线索交办单", note, "方山县安全生产委员会办公室（盖章）", "协办单位" + r.profile.Towns[0].Name + "人民政府", "签收：" + r.dueDay(k.ID, cases.StepSign)},
		sheet.Supervise: {"督办单", "督办意见三天之内说明为什么没去", "反馈期限" + r.dueDay(k.ID, cases.StepSupervise)},
		sheet.Inspect:   {"现场核查单", "出结论：" + r.dueDay(k.ID, cases.StepConclude)},
	} {
		for who, token := range map[string]string{"duty": duty, "lead": lead} {
			a := r.get(path+"/sheet/"+string(kind), token).is(http.StatusOK)
			if a.Header().Get("Content-Type") != "application/pdf" || a.Header().Get("Content-Disposition") != `inline; filename="`+string(kind)+`.pdf"` {
				t.Errorf("%s: %v", kind, a.Header())
			}
			text := a.words()
			for _, w := range append(want, "编号："+k.Number, "县应急管理局", r.profile.Towns[0].Name+"（还没有核实）", r.profile.Categories[0].Official[:30]) {
				if !strings.Contains(text, w) {
					t.Errorf("%s for %s lacks %q:\n%s", kind, who, w, text)
				}
			}
			for _, w := range []string{"夜里有味", "老砖厂", code} {
				if strings.Contains(text, w) || bytes.Contains(a.Body.Bytes(), []byte(w)) {
					t.Errorf("%s for %s shows %q", kind, who, w)
				}
			}
		}
	}
	if strings.Contains(r.get(path+"/sheet/inspect", lead).words(), note) {
		t.Error("what the desk wrote goes along to where it is inspected")
	}
	r.get(path+"/sheet/assign", foreign).is(http.StatusNotFound)
	r.get(path+"/sheet/poster", duty).is(http.StatusNotFound)

	seen := map[string]bool{}
	entries, err := r.custody.Read(t.Context(), "case/"+k.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Action == "sheet" && e.Actor == m.ID {
			seen[e.Detail] = true
		}
		if e.Detail == "poster" {
			t.Error("a sheet that is none stands in the custody log")
		}
	}
	if len(seen) != len(sheet.Kinds()) {
		t.Errorf("the custody log knows only %v", seen)
	}
	for token, n := range map[string]int{duty: 3, lead: 3, helper: 2} {
		if got := r.get(path, token).is(http.StatusOK).page().Find(`.sheets a[href^="` + path + `/sheet/"]`).Length(); got != n {
			t.Errorf("%d links to sheets, want %d", got, n)
		}
	}
}

// An order that the system opened says why, and not what the desk wrote of one that was answered long ago; all of them say by when to answer.
func TestASheetOfAnOrderOfTheSystem(t *testing.T) {
	r := newRig(t)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	m := r.matter("emergency")
	m.press(duty, "supervise", "note", "三天之内说明为什么没去").is(http.StatusSeeOther)
	m.press(lead, "answer", "note", "人手不够，明天就去").is(http.StatusSeeOther)
	r.advance(40 * 24 * time.Hour)
	if _, err := r.cases.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	lead, _ = r.signedIn(cases.Handler, "emergency")
	text := r.get(m.url+"/sheet/supervise", lead).is(http.StatusOK).words()
	if !strings.Contains(text, "督办意见期限超得太久，系统开的督办单。") || !strings.Contains(text, "反馈期限"+r.dueDay(m.id, cases.StepSupervise)) || strings.Contains(text, "为什么没去") {
		t.Errorf("the sheet of an order of the system:\n%s", text)
	}
}

// Who concluded has been there: the sheet does not call the place unverified any more, and nothing stands twice.
func TestASheetOfAVerifiedCase(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Handler, "emergency")
	m := r.matter("emergency").to(session)
	if text := r.get(m.url+"/sheet/assign", session).is(http.StatusOK).words(); strings.Contains(text, "还没有核实") || !strings.Contains(text, "收案日期") || strings.Contains(text, "立案日期") {
		t.Errorf("the sheet of a case that is true:\n%s", text)
	}
	page := r.get(m.url, session).page().Find(".over").Text()
	if !strings.Contains(page, "按时办了") || strings.Contains(page, "将到期") {
		t.Errorf("clocks that are done: %s", page)
	}
}

// dueDay is the last day of a running clock as a document writes it.
func (r *rig) dueDay(id, step string) string {
	r.t.Helper()
	k, err := r.cases.ByID(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range k.Clocks {
		if c.Step == step && c.Done == nil {
			return r.profile.LastDay(c.Due).Format("2006年1月2日")
		}
	}
	r.t.Fatalf("no clock runs for %s", step)
	return ""
}
