package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// bare opens a case without a tip's words; sealed ones are seen by their lead alone.
func (r *rig) bare(n int, lead, town string, sealed bool) cases.Case {
	r.t.Helper()
	o := cases.Opening{Tip: tipID(n), Received: r.now(), Categories: []string{"c1"}, Priority: "P1", Lead: lead, Place: cases.Place{Town: town, Confidence: 1}, Sealed: sealed, Sees: []string{lead}}
	if !sealed {
		o.Sees = append(o.Sees, county.DutyDesk)
	}
	k, err := r.cases.Open(r.t.Context(), o)
	if err != nil {
		r.t.Fatal(err)
	}
	return k
}

// numbers are the case numbers in the main list of a page.
func (a answer) numbers() string {
	var all []string
	for _, s := range a.page().Find("main #rows .c-number").EachIter() {
		all = append(all, strings.Fields(s.Text())[0])
	}
	return strings.Join(all, " ")
}

func TestQueueIsNarrowedAndSearched(t *testing.T) {
	r := newRig(t)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	towns := r.profile.Towns
	one, two := r.bare(1, "emergency", towns[0].Code, false), r.bare(2, "emergency", towns[1].Code, false)
	sealed := r.bare(3, "discipline", towns[0].Code, true)

	if got := r.get("/desk?q=mine&town="+towns[1].Code, lead).is(http.StatusOK).numbers(); got != two.Number {
		t.Errorf("narrowed to a town: %q", got)
	}
	r.get("/desk?q=mine&town="+towns[1].Code+"&light=red", lead).has("这样挑，一件也没有")
	// The address of a case keeps what narrowed the queue: its list and its way back.
	row := r.get("/desk?q=mine&state=unsigned&town="+towns[0].Code, lead).page().Find("main #rows a").AttrOr("href", "")
	if !strings.Contains(row, "state=unsigned") {
		t.Errorf("the case forgets the queue: %s", row)
	}
	// So do its buttons.
	req := request("POST", "/desk/cases/"+one.ID+"/sign", strings.NewReader(url.Values{"version": {fmt.Sprint(one.Version)}}.Encode()), lead)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Referer", "https://tips.example"+row)
	if to := r.do(req).is(http.StatusSeeOther).Header().Get("Location"); to != row {
		t.Errorf("after an action one is at %s, and was at %s", to, row)
	}
	// Numbers in every spelling; places; nothing of a sealed case.
	digits := strings.TrimLeft(strings.Split(two.Number, "-")[1], "0")
	for _, words := range []string{two.Number, strings.TrimLeft(two.Number, "方"), digits, towns[1].Name} {
		if got := r.get("/desk?words="+url.QueryEscape(words), lead).numbers(); got != two.Number {
			t.Errorf("%q finds %q, want %s", words, got, two.Number)
		}
	}
	if got := r.get("/desk?words="+url.QueryEscape(sealed.Number), duty).is(http.StatusOK); got.numbers() != "" || strings.Contains(got.page().Find("main").Text(), sealed.Number) {
		t.Error("the duty desk finds a sealed case")
	}
	if got := r.get("/desk?words="+url.QueryEscape(towns[0].Name), duty).numbers(); got != one.Number {
		t.Errorf("a search for the town of a sealed case shows %q", got)
	}
	for _, odd := range []string{"字", "%", strings.Repeat("长", 500), "\xff"} {
		r.get("/desk?words="+url.QueryEscape(odd), lead).is(http.StatusOK)
	}
	r.get("/desk?q=mine&town=x&light=y&state=z&category=w", lead).is(http.StatusOK).has(one.Number)
}

func TestSearchFindsNamesInRecords(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Handler, "emergency")
	foreign, _ := r.signedIn(cases.Handler, "police")
	m := r.matter("emergency").to(session)
	m.press(session, "record/halt", replaced(m.halt(), "officers", "欧阳秀英\n李建国")...).is(http.StatusSeeOther)
	for words, want := range map[string]int{"欧阳秀英": 1, "阳秀": 1, "欧阳建国": 0} {
		if n := r.get("/desk?words="+url.QueryEscape(words), session).is(http.StatusOK).page().Find(".by-name .rows a").Length(); n != want {
			t.Errorf("%s finds %d cases, want %d", words, n, want)
		}
	}
	if r.get("/desk?words="+url.QueryEscape("欧阳秀英"), foreign).page().Find(".by-name").Length() != 0 {
		t.Error("another unit finds a name of a case that it does not see")
	}
	for _, term := range m.now().Terms {
		if strings.Contains(term, "欧阳") {
			t.Errorf("the index holds a name: %s", term)
		}
	}
	m.press(session, "void", "item", "r2", "note", "登记到别的案件去了").is(http.StatusSeeOther)
	if r.get("/desk?words="+url.QueryEscape("欧阳秀英"), session).page().Find(".by-name").Length() != 0 {
		t.Error("a void record is still found by its names")
	}
}

func TestQueuesOfWhoWaitsForWhom(t *testing.T) {
	r := newRig(t)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	police, _ := r.signedIn(cases.Handler, "police")
	m := r.matter("emergency")
	number := m.now().Number
	queue := func(session, q string, want bool) {
		t.Helper()
		if got := strings.Contains(r.get("/desk?q="+q, session).is(http.StatusOK).numbers(), number); got != want {
			t.Errorf("in the queue %s: %t, want %t", q, got, want)
		}
	}
	queue(lead, "waits", false)
	m.press(duty, "invite", "unit", "police").is(http.StatusSeeOther)
	queue(police, "owed", true)
	m.press(lead, "sign").is(http.StatusSeeOther)
	queue(lead, "waits", true)
	m.press(police, "opine", "outcome", "agree", "note", "同意，一起去看看").is(http.StatusSeeOther)
	queue(police, "owed", false)
	queue(lead, "waits", false)
	m.press(lead, "extend", "note", "检测要等十天才出结果").is(http.StatusSeeOther)
	queue(duty, "owed", true)
	queue(lead, "waits", true)

	// A remark for a unit stands in its queue until it says that it read it.
	queue(police, "mention", false)
	m.press(lead, "remark", "unit", "police", "note", "请查一下车牌").is(http.StatusSeeOther)
	queue(police, "mention", true)
	queue(lead, "mention", false)
	page := r.get(m.url, police).is(http.StatusOK).has("提到您单位").has("请查一下车牌")
	queue(police, "mention", true) // opening it is not reading it
	r.post(m.url+"/heed", form2("seen", page.page().Find("form.heed [name=seen]").AttrOr("value", "")), police).is(http.StatusSeeOther)
	queue(police, "mention", false)

	// Late is what is over its time.
	queue(lead, "late", false)
	r.advance(40 * 24 * time.Hour)
	if _, err := r.cases.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	lead, _ = r.signedIn(cases.Handler, "emergency")
	queue(lead, "late", true)
	if !strings.Contains(r.get("/desk?q=mine&light=black", lead).numbers(), number) {
		t.Error("the case is not among the black ones")
	}
}

func TestUnreadIsBoldUntilTheUnitOpensIt(t *testing.T) {
	r := newRig(t)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	mate, _ := r.signedIn(cases.Handler, "emergency")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	m := r.matter("emergency")
	bold := func(session string) bool {
		return r.get("/desk?q=all", session).is(http.StatusOK).page().Find("#rows a.new").Length() == 1
	}
	if !bold(lead) || !bold(duty) {
		t.Error("a new case is not bold")
	}
	r.get(m.url, lead).is(http.StatusOK)
	if bold(lead) || bold(mate) || !bold(duty) {
		t.Error("opening a case makes it read for the unit, and for no other")
	}
	r.get(m.url, duty).is(http.StatusOK)
	m.press(mate, "sign").is(http.StatusSeeOther)
	if bold(lead) || !bold(duty) {
		t.Error("what the own unit did is not news to it, and to others it is")
	}
}

func TestSeveralCasesAtOnce(t *testing.T) {
	r := newRig(t)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	foreign, _ := r.signedIn(cases.Handler, "police")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	town := r.profile.Towns[0].Code
	picks := url.Values{"do": {"sign"}, "back": {"/desk?q=mine"}}
	var all []cases.Case
	for i := range 3 {
		k := r.bare(i+1, "emergency", town, false)
		all = append(all, k)
		picks.Add("pick", fmt.Sprintf("%s %d %d", k.ID, k.Version, len(k.Events)))
	}
	sealed := r.bare(9, "discipline", town, true)
	picks.Add("pick", sealed.ID+" 1 1")
	if n := r.get("/desk?q=mine", lead).page().Find(`#rows [name=pick]`).Length(); n != 3 {
		t.Fatalf("%d boxes", n)
	}
	// Somebody was faster with the second one.
	if _, err := r.cases.Do(t.Context(), cases.Actor{ID: "x", Name: "王", Role: cases.Handler, Unit: "emergency"}, all[1].ID, cases.Sign, cases.Input{Version: all[1].Version}); err != nil {
		t.Fatal(err)
	}
	a := r.post("/desk/bulk", picks, lead).is(http.StatusOK).has("办好 2 件，没有办成 2 件").has("刚刚被别人办过一步")
	if strings.Contains(a.Body.String(), sealed.Number) || a.page().Find(".act [name=pick]").Length() != 2 {
		t.Errorf("what is left: %s", a.text())
	}
	// What he did is told, and the case is not done to by pressing once more without ticking it.
	faster := a.page().Find(".results li").FilterFunction(func(_ int, li *goquery.Selection) bool { return strings.Contains(li.Text(), all[1].Number) })
	box := faster.Find("[name=pick]")
	if said := faster.Find(".changed li").Text(); !strings.Contains(said, "王") || !strings.Contains(said, "签收") || faster.Find(".changed li").Length() != 1 {
		t.Errorf("of what was done meanwhile it says %q", said)
	}
	if _, on := box.Attr("checked"); on {
		t.Error("a case that went on is ticked before anybody read how")
	}
	if want := fmt.Sprintf("%s %d %d", all[1].ID, all[1].Version+1, len(all[1].Events)+1); box.AttrOr("value", "") != want {
		t.Errorf("ticking it says %q, want %q", box.AttrOr("value", ""), want)
	}
	twice := r.post("/desk/bulk", picks, lead).is(http.StatusOK).has("办好 0 件") // the answer was lost on its way
	if own, others := strings.Count(twice.Body.String(), "您自己刚才"), strings.Count(twice.Body.String(), "刚刚被别人办过一步"); own != 2 || others != 1 {
		t.Errorf("pressed twice: %d steps are called one's own, %d those of others", own, others)
	}
	if k, _ := r.cases.ByID(t.Context(), all[2].ID); k.State != cases.Signed {
		t.Errorf("the third case is %s", k.State)
	}
	// Assigning keeps what was typed when no unit is chosen, and does nothing.
	assign := url.Values{"do": {"assign"}, "note": {"归公安管，转过去"}, "back": {"https://elsewhere.example"}}
	for _, k := range all {
		now, _ := r.cases.ByID(t.Context(), k.ID)
		assign.Add("pick", fmt.Sprintf("%s %d %d", now.ID, now.Version, len(now.Events)))
	}
	none := r.post("/desk/bulk", assign, duty).is(http.StatusUnprocessableEntity).has("请选一个要转去的单位").has("归公安管，转过去")
	if strings.Contains(none.Body.String(), "elsewhere") {
		t.Error("the way back leads elsewhere")
	}
	assign.Set("unit", "discipline") // it would seal three cases unseen; the page does not offer it
	r.post("/desk/bulk", assign, duty).is(http.StatusUnprocessableEntity).has("请选一个要转去的单位")
	for _, k := range all {
		if now, err := r.cases.ByID(t.Context(), k.ID); err != nil || now.Sealed || now.Lead == "discipline" {
			t.Fatalf("a crafted form sealed a case: %v", err)
		}
	}
	assign.Set("unit", "police")
	r.post("/desk/bulk", assign, lead).is(http.StatusOK).has("办好 0 件")
	r.post("/desk/bulk", assign, duty).is(http.StatusOK).has("办好 3 件，没有办成 0 件")
	if got := strings.Fields(r.get("/desk?q=mine", foreign).numbers()); len(got) != 3 {
		t.Errorf("the police have %v", got)
	}
	r.post("/desk/bulk", url.Values{"do": {"sign"}}, lead).is(http.StatusUnprocessableEntity).has("一件也没有勾")
	r.post("/desk/bulk", url.Values{"do": {"close"}}, lead).is(http.StatusNotFound)
}
