package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/county"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// matter is a case with one tip that a unit leads, and how people press its buttons.
type matter struct {
	*rig
	id, url string
}

func (r *rig) matter(lead string) *matter {
	k, _ := r.opened(r.accept(), lead)
	return &matter{r, k.ID, "/desk/cases/" + k.ID}
}

func (m *matter) now() cases.Case {
	m.t.Helper()
	k, err := m.cases.ByID(m.t.Context(), m.id)
	if err != nil {
		m.t.Fatal(err)
	}
	return k
}

// press fills the version of the page of this moment in.
func (m *matter) press(session, path string, pairs ...string) answer {
	m.t.Helper()
	k := m.now()
	return m.post(m.url+"/"+path, form2(append([]string{"version", strconv.FormatInt(k.Version, 10), "seen", strconv.Itoa(len(k.Events))}, pairs...)...), session)
}

// to brings the case to the disposal.
func (m *matter) to(session string) *matter {
	m.t.Helper()
	for _, step := range [][]string{{"sign"}, {"look"}, m.survey(), {"conclude", "outcome", "true", "note", "到现场看过，确实在加工"}, {"dispose"}} {
		m.press(session, step[0], step[1:]...).is(http.StatusSeeOther)
	}
	return m
}

// wrongs are the sentences of a page, by the place where they stand.
func (a answer) wrongs() string {
	return strings.Join(strings.Fields(a.page().Find("#summary").Text()), " ")
}

// typed is what stands in a field, whatever its kind.
func (a answer) typed(name string) string {
	f := a.page().Find(`[name="` + name + `"]`).First()
	return f.AttrOr("value", f.Text())
}

// survey is the form of a look on the spot by two officers, with its path.
func (m *matter) survey() []string {
	day := m.rig.now().In(m.profile.Zone).Format(time.DateOnly)
	return []string{"record/survey", "on", day, "officers", "高秀英\n李建国", "survey.site", "村东旧砖厂", "survey.before", "no", "survey.running", "yes", "survey.hazardous", "yes", "survey.controlled", "no"}
}

func (m *matter) halt(more ...string) []string {
	day := m.rig.now().In(m.profile.Zone).Format(time.DateOnly)
	return append([]string{"on", day, "officers", "高秀英\n李建国", "halt.stopped", day, "halt.permits", "安全生产许可证", "halt.deadline", "2099-01-01"}, more...)
}

func TestNoFormForWhatTheLawDoesNotAllow(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Handler, "emergency")
	unit := county.TownUnit(r.profile.Towns[0].Code)
	town, _ := r.signedIn(cases.Handler, unit)
	r.get(r.matter("emergency").to(session).url+"/record/seizure", session).is(http.StatusOK)
	m := r.matter(unit).to(town)
	r.get(m.url+"/record/halt", town).is(http.StatusOK)
	r.get(m.url+"/record/seizure", town).is(http.StatusForbidden).has("法律没有给")
}

func TestRecordFormKeepsEverythingTyped(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Handler, "emergency")
	m := r.matter("emergency").to(session)

	fresh := r.get(m.url+"/record/clearance", session).is(http.StatusOK)
	if fresh.value("officers") != "" && fresh.value("on") == "" {
		t.Error("the form does not begin with today")
	}
	for _, d := range disposal.Fields(disposal.KindClearance) {
		if d.Type != disposal.List && fresh.page().Find(`[name="`+d.Key+`"]`).Length() == 0 {
			t.Errorf("the form does not ask for %s", d.Key)
		}
	}
	// One more line, without a script: nothing is lost and nothing saved.
	typed := []string{"on", "不是日期", "officers", "高秀英", "clearance.equipment.0.what", "反应釜", "clearance.equipment.0.how", "moved", "clearance.equipment.0.town", r.profile.Towns[1].Code, "clearance.premises", "part"}
	more := m.press(session, "record/clearance", append(typed, "add", "clearance.equipment")...).is(http.StatusOK)
	if more.value("clearance.equipment.0.what") != "反应釜" || more.page().Find(`[name="clearance.equipment.1.what"]`).Length() != 1 || more.value("on") != "不是日期" {
		t.Errorf("one more line loses what was typed:\n%s", more.text())
	}
	if n := len(m.now().Records); n != 1 { // the survey
		t.Fatalf("one more line saved %d records", n)
	}
	// Wrong: every sentence beside its field, everything typed still there; an empty line in between does not move the sentences.
	wrong := m.press(session, "record/clearance", append(typed, "clearance.equipment.2.what", "离心机", "clearance.equipment.2.count", "两台")...).is(http.StatusUnprocessableEntity)
	d := wrong.page()
	for _, name := range []string{"clearance.equipment.0.count", "clearance.equipment.1.count", "clearance.stopped", "on", "officers"} {
		field := d.Find(`[name="` + name + `"]`)
		if field.AttrOr("aria-invalid", "") != "true" || strings.TrimSpace(d.Find("#"+field.AttrOr("aria-describedby", "x")+", #f-"+strings.ReplaceAll(name, ".", "-")+"-wrong").First().Text()) == "" {
			t.Errorf("no sentence beside %s", name)
		}
	}
	if wrong.value("clearance.equipment.1.what") != "离心机" || wrong.value("clearance.equipment.1.count") != "两台" || d.Find(`[name="clearance.equipment.0.how"][value="moved"][checked]`).Length() != 1 ||
		d.Find(`[name="clearance.equipment.0.town"] option[selected]`).AttrOr("value", "") != r.profile.Towns[1].Code {
		t.Errorf("something typed is gone: %s", wrong.wrongs())
	}
	// Right.
	m.press(session, "record/halt", m.halt()...).is(http.StatusSeeOther)
	page := r.get(m.url, session).is(http.StatusOK).has("安全生产许可证").has("高秀英、李建国").has("2099年1月1日")
	if n := page.page().Find(".backs li").Length(); n != 4 {
		t.Errorf("%d look-backs are shown, want 4", n)
	}
	// Corrected with a reason, and with its history.
	filled := r.get(m.url+"/record/halt?item=r2", session).is(http.StatusOK)
	if filled.typed("halt.permits") != "安全生产许可证" {
		t.Error("the form to correct is not filled in")
	}
	changed := replaced(m.halt("item", "r2"), "halt.permits", "排污许可证")
	if none := m.press(session, "record/halt", changed...).is(http.StatusUnprocessableEntity); !strings.Contains(none.wrongs(), "请写明理由") || none.typed("halt.permits") != "排污许可证" {
		t.Errorf("correcting without a reason: %s", none.text())
	}
	m.press(session, "record/halt", append(changed, "why", "许可证写错了，改过来")...).is(http.StatusSeeOther)
	r.get(m.url, session).has("排污许可证").has("更正过 1 次").has("安全生产许可证")
	// Made void with a reason.
	if short := m.press(session, "void", "item", "r2", "note", "错").is(http.StatusUnprocessableEntity); short.page().Find("#void-r2").Text() != "错" {
		t.Error("the reason of a void is gone")
	}
	m.press(session, "void", "item", "r2", "note", "登记到别的案件去了").is(http.StatusSeeOther)
	if r.get(m.url, session).page().Find(".rec.void").Length() != 1 {
		t.Error("the void record is not shown as void")
	}
}

// Who presses twice, because the answer was lost on its way, is not told of somebody else: they would send the same record once more.
func TestPressedTwiceIsNotSomebodyElse(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Handler, "emergency")
	m := r.matter("emergency").to(session)
	page := r.get(m.url+"/record/halt", session).is(http.StatusOK)
	typed := form2(append(m.halt(), "version", page.value("version"), "seen", page.value("seen"))...)
	r.post(m.url+"/record/halt", typed, session).is(http.StatusSeeOther)
	again := r.post(m.url+"/record/halt", typed, session).is(http.StatusConflict).has("您自己刚才").has("安全生产许可证")
	if strings.Contains(again.text(), "别人办") {
		t.Error("it speaks of somebody else")
	}
	before := m.now()
	note := form2("version", strconv.FormatInt(before.Version, 10), "seen", strconv.Itoa(len(before.Events)), "note", "罐车已经拦下来了")
	r.post(m.url+"/remark", note, session).is(http.StatusSeeOther)
	r.post(m.url+"/remark", note, session).is(http.StatusConflict).has("您自己刚才")
	// When somebody else went on, too, that is what counts.
	other, _ := r.signedIn(cases.Handler, "emergency")
	m.press(other, "remark", "note", "又来了一辆罐车").is(http.StatusSeeOther)
	r.post(m.url+"/remark", note, session).is(http.StatusConflict).has("刚刚被别人办过一步").has("又来了一辆罐车")
}

func TestTwoPeopleOneRecord(t *testing.T) {
	r := newRig(t)
	slow, _ := r.signedIn(cases.Handler, "emergency")
	fast, _ := r.signedIn(cases.Handler, "emergency")
	m := r.matter("emergency").to(slow)
	page := r.get(m.url+"/record/halt", slow).is(http.StatusOK)
	m.press(fast, "remark", "note", "罐车已经拦下来了").is(http.StatusSeeOther)
	typed := append(m.halt(), "version", page.value("version"), "seen", page.value("seen"))
	late := r.post(m.url+"/record/halt", form2(typed...), slow).is(http.StatusConflict).has("刚刚被别人办过一步").has("罐车已经拦下来了")
	if late.typed("halt.permits") != "安全生产许可证" {
		t.Error("what the slower one typed is gone")
	}
	again := append(m.halt(), "version", late.value("version"), "seen", late.value("seen"))
	r.post(m.url+"/record/halt", form2(again...), slow).is(http.StatusSeeOther)
	if n := len(m.now().Records); n != 2 { // and the survey
		t.Errorf("%d records", n)
	}
	// The same on the case page.
	before := m.now()
	m.press(fast, "remark", "note", "又来了一辆罐车").is(http.StatusSeeOther)
	r.post(m.url+"/extend", form2("version", strconv.FormatInt(before.Version, 10), "seen", strconv.Itoa(len(before.Events)), "note", "等检测报告，还要十天"), slow).is(http.StatusConflict).
		has("又来了一辆罐车").has("等检测报告，还要十天")
	// And when the form is not there any more, it is shown what was typed.
	m.press(slow, "record/halt", m.halt()...).is(http.StatusSeeOther)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	open := r.get(m.url+"/record/halt?item=r3", slow).is(http.StatusOK)
	m.press(duty, "void", "item", "r1", "note", "登记到别的案件去了").is(http.StatusSeeOther) // the survey
	m.press(duty, "void", "item", "r2", "note", "登记了两遍，去掉一条").is(http.StatusSeeOther)
	m.press(duty, "void", "item", "r3", "note", "登记了两遍，去掉一条").is(http.StatusSeeOther)
	r.post(m.url+"/record/halt", form2(append(m.halt(), "item", "r3", "why", "日期写错了", "version", open.value("version"))...), slow).is(http.StatusConflict).has("整改期限：2099-01-01")
}

func TestRecordFormOutlivesTheSession(t *testing.T) {
	r := newRig(t)
	session, who := r.signedIn(cases.Handler, "emergency")
	m := r.matter("emergency").to(session)
	link, err := r.accounts.Reset(t.Context(), who.Login)
	if err != nil {
		t.Fatal(err)
	}
	const password = "院子里 有三棵 老槐树 和井"
	r.post("/desk/setup", form2("t", link, "password", password, "again", password)).is(http.StatusSeeOther)
	out := m.press(session, "record/halt", m.halt()...).is(http.StatusUnauthorized)
	f := url.Values{"login": {who.Login}, "password": {password}}
	for _, in := range out.page().Find("form input[type=hidden]").EachIter() {
		f.Add(in.AttrOr("name", ""), in.AttrOr("value", ""))
	}
	back := r.post("/desk/login", f).is(http.StatusOK).has("刚才那一步还没有办")
	if back.typed("halt.permits") != "安全生产许可证" || !strings.Contains(back.page().Find(`[name="officers"]`).Text(), "李建国") {
		t.Errorf("what was typed is gone: %s", back.text())
	}
}

// TestEveryActionHasItsForm walks a case through what people do with it, by the buttons that the page shows.
func TestEveryActionHasItsForm(t *testing.T) {
	r := newRig(t)
	lead, _ := r.signedIn(cases.Handler, "emergency")
	head, _ := r.signedIn(cases.Handler, "emergency")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	police, _ := r.signedIn(cases.Handler, "police")
	m := r.matter("emergency")
	pressed := []string{}
	press := func(session, action string, pairs ...string) answer {
		t.Helper()
		if r.get(m.url, session).is(http.StatusOK).page().Find(`form[action$="/`+action+`"]`).Length() == 0 {
			t.Fatalf("no form for %s", action)
		}
		pressed = append(pressed, action)
		return m.press(session, action, pairs...).is(http.StatusSeeOther)
	}
	bad := func(session, action, where, sentence string, pairs ...string) {
		t.Helper()
		a := m.press(session, action, pairs...)
		if a.Code == http.StatusSeeOther || !strings.Contains(a.page().Find(`form[action$="/`+action+`"]`).Text(), sentence) {
			t.Errorf("%s: no %q beside %s (%d): %s", action, sentence, where, a.Code, a.text())
		}
	}
	press(lead, "sign")
	bad(lead, "remark", "unit", "请选一个", "note", "看一下桶上的字", "unit", "police")
	bad(duty, "invite", "unit", "请选一个")
	press(duty, "invite", "unit", "police", "note", "请看看有没有易制毒")
	r.get(m.url, lead).has("还没说")
	bad(police, "opine", "choice", "请在单子里选一个", "note", "同意，一起去看看")
	press(police, "opine", "outcome", "agree", "note", "同意，一起去看看")
	r.get(m.url, lead).has("同意，一起去看看")
	press(lead, "look", "note", "门锁着，味道很大")
	press(lead, "pause", "outcome", "test", "note", "桶里的东西送检了")
	r.get(m.url, duty).has("暂停着").has("桶里的东西送检了")
	press(lead, "resume")
	press(lead, "extend", "note", "检测要等十天才出结果")
	r.get(m.url, duty).has("申请延期")
	if r.get(m.url, lead).page().Find(`form[action$="/grant"]`).Length() != 0 {
		t.Error("who asks for an extension may grant it")
	}
	bad(head, "refuse", "note", "请写明理由")
	press(head, "refuse", "note", "先催检测，再说延期")
	press(lead, "extend", "note", "检测要等十天才出结果")
	press(duty, "grant")
	press(duty, "urge")
	press(duty, "supervise", "note", "三天之内下结论")
	r.get(m.url, lead).has("三天之内下结论").has("有督办单没答复")
	press(lead, "answer", "note", "明天上午下结论")
	r.get(m.url, duty).has("明天上午下结论")
	bad(lead, "conclude", "outcome", "还没有登记现场核查", "outcome", "true", "note", "检测出来了，属实")
	if r.get(m.url, lead).page().Find(`.do a[href="`+m.url+`/record/survey"]`).Length() == 0 {
		t.Error("no way to the form of the survey")
	}
	seen := m.survey()
	m.press(lead, seen[0], seen[1:]...).is(http.StatusSeeOther)
	press(lead, "conclude", "outcome", "true", "note", "检测出来了，属实")
	press(lead, "dispose")
	if blocked := r.get(m.url, lead); !strings.Contains(blocked.page().Find(".do").Text(), "还没有登记处置") {
		t.Error("the page does not say what is missing before finishing")
	}
	m.press(lead, "record/halt", m.halt()...).is(http.StatusSeeOther)
	press(lead, "finish", "note", "停产了，设备都封了")
	press(duty, "redo", "note", "桶还在，没有清走")
	press(lead, "finish", "note", "桶也清走了，干净")
	press(lead, "close")
	if agreed := r.get(m.url, lead).page().Find("#agreed ~ ul li").Length(); agreed < 2 {
		t.Errorf("%d parties to striking off are shown", agreed)
	}
	// Day 7: the look-back is asked for and finds the place at work.
	r.advance(6 * 24 * time.Hour)
	if _, err := r.cases.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	lead, _ = r.signedIn(cases.Handler, "emergency")
	visit := r.get(m.url+"/record/visit", lead).is(http.StatusOK)
	if visit.value("visit.number") != "1" {
		t.Errorf("the look-back is number %q", visit.value("visit.number"))
	}
	day := r.now().In(r.profile.Zone).Format(time.DateOnly)
	found := []string{"on", day, "officers", "高秀英\n李建国", "visit.number", "1", "visit.power", "back", "visit.water", "none", "visit.equipment", "moved", "visit.party", "no", "visit.remark", "又在烧"}
	if a := m.press(lead, "record/visit", found...).is(http.StatusUnprocessableEntity); !strings.Contains(a.wrongs(), "又干起来了吗") {
		t.Errorf("a look-back without its answer: %s", a.text())
	}
	m.press(lead, "record/visit", append(found, "visit.running", "yes")...).is(http.StatusSeeOther)
	old := r.get(m.url, lead).is(http.StatusOK).has("又干起来了，另立的")
	duty, _ = r.signedIn(cases.Duty, county.DutyDesk)
	next := old.page().Find(`#kin ~ ul a`).AttrOr("href", "")
	r.get(next, duty).is(http.StatusOK).has("上次办结为什么没办住").has(m.now().Number).has("没有断过")
	for _, want := range []cases.Action{cases.Sign, cases.Look, cases.Pause, cases.Grant, cases.Opine, cases.Finish} {
		if !slices.Contains(pressed, string(want)) {
			t.Errorf("%s was not pressed", want)
		}
	}
}

// A case is written in by who began first; the others see who that is, since when, and that it ends by itself, and may take over with one press. What is saved
// is decided by the version alone.
func TestOthersSeeWhoIsWriting(t *testing.T) {
	r := newRig(t)
	one, _ := r.signedIn(cases.Handler, "emergency")
	two, _ := r.signedIn(cases.Handler, "emergency")
	foreign, _ := r.signedIn(cases.Handler, "police")
	m := r.matter("emergency").to(one)
	clock := func() string { return r.now().In(r.profile.Zone).Format("15:04") }
	lock := func(session string) string {
		t.Helper()
		page := r.get(m.url, session).is(http.StatusOK).page()
		said := strings.TrimSpace(page.Find("#lock p").Text())
		if _, hidden := page.Find("#lock").Attr("hidden"); hidden == (said != "") {
			t.Errorf("the line about who writes is hidden: %v, and says %q", hidden, said)
		}
		return said
	}
	if said := lock(two); said != "" {
		t.Fatalf("somebody writes before anybody does: %q", said)
	}
	began := clock()
	r.get(m.url+"/record/halt", one).is(http.StatusOK)
	if said := lock(two); !strings.Contains(said, "正在这个案件里写东西") || !strings.Contains(said, began+" 开始") || lock(one) != "" {
		t.Errorf("of who opened a form, others read %q and they themselves %q", said, lock(one))
	}
	r.advance(5 * time.Minute)
	m.press(one, "writing").is(http.StatusOK)
	r.advance(6 * time.Minute)
	if said := lock(two); !strings.Contains(said, began+" 开始") || strings.Contains(said, clock()) {
		t.Errorf("of who goes on writing, others read %q", said)
	}
	var told struct{ Text string }
	m.press(two, "writing").is(http.StatusOK).json(&told)
	if told.Text != lock(two) || lock(one) != "" {
		t.Errorf("who begins second is told %q, and the first reads %q", told.Text, lock(one))
	}
	// One press takes over, and leads back to the form on whose page the button stood.
	if to := m.press(two, "take", "record", "halt", "item", "").is(http.StatusSeeOther).Header().Get("Location"); to != m.url+"/record/halt?item=" {
		t.Errorf("who takes over is led to %s", to)
	}
	if to := m.press(two, "take", "record", "//evil.example").is(http.StatusSeeOther).Header().Get("Location"); !strings.HasPrefix(to, m.url) || strings.Contains(to, "evil") {
		t.Errorf("a forged form leads to %s", to)
	}
	took := clock()
	r.advance(time.Minute)
	m.press(one, "writing").is(http.StatusOK).json(&told)
	if lock(two) != "" || !strings.Contains(told.Text, took+" 开始") {
		t.Errorf("taken over: who did reads %q, who had it %q", lock(two), told.Text)
	}
	m.press(foreign, "writing").is(http.StatusNotFound)
	m.press(foreign, "take").is(http.StatusNotFound)
	r.advance(11 * time.Minute)
	if said := lock(one); said != "" {
		t.Errorf("after ten minutes of silence: %q", said)
	}
	// A warning only: the other one may go first.
	m.press(two, "writing").is(http.StatusOK)
	m.press(one, "remark", "note", "罐车已经拦下来了").is(http.StatusSeeOther)
	m.press(two, "record/halt", m.halt()...).is(http.StatusSeeOther)
	if said := lock(one); said != "" {
		t.Errorf("who is done still writes: %q", said)
	}
}

// A case that was routed anew twice tells of each kind of clock once beside what is to be done, and of those before with its log.
func TestClocksOfACaseRoutedAnew(t *testing.T) {
	r := newRig(t)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	m := r.matter("emergency")
	for _, unit := range []string{"market", "ecology"} {
		lead, _ := r.signedIn(cases.Handler, m.now().Lead)
		m.press(lead, "sign").is(http.StatusSeeOther)
		m.press(lead, "handback", "note", "这里不归我们管，请转给别人").is(http.StatusSeeOther)
		m.press(duty, "assign", "unit", unit, "note", "请你们去看一看").is(http.StatusSeeOther)
	}
	page := r.get(m.url, duty).is(http.StatusOK).page()
	told := page.Find(`section[aria-labelledby="clocks"] dt`).Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	slices.Sort(told)
	if once := slices.Compact(slices.Clone(told)); len(told) < 3 || len(once) != len(told) {
		t.Errorf("clocks are told of twice: %v", told)
	}
	before := page.Find(`section[aria-labelledby="events"] .clocks dt`).Length()
	if all := m.now().Clocks; before == 0 || before+len(told) > len(all) {
		t.Errorf("%d clocks are told with the log and %d before it, of %d", before, len(told), len(all))
	}
}
