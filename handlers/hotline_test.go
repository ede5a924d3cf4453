package handlers

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/orders"
	"qianshao/triage/cases"
)

// callForm is a right form of an operator, with a token of its own.
func (r *rig) callForm(session string, more ...string) url.Values {
	f := form2(append([]string{"token", r.get("/desk/hotline", session).is(http.StatusOK).value("token"), "channel", "hotline", "told", "", "order", "", "e", "none",
		"signs", r.profile.Signs[0].ID, "town", r.profile.Towns[0].Code, "where", "老砖厂，村口往里走", "words", "夜里有味"}, more...)...)
	return f
}

// hours is a moment so many hours ago, as a browser sends it.
func (r *rig) hours(ago int) string {
	return r.now().Add(-time.Duration(ago) * time.Hour).In(r.profile.Zone).Format("2006-01-02T15:04")
}

func (r *rig) readTip(code string) *intake.Tip {
	r.t.Helper()
	tip, err := r.intake.Open(r.t.Context(), r.tipOf(code))
	if err != nil {
		r.t.Fatal(err)
	}
	return tip
}

func TestAnOperatorTakesACallDown(t *testing.T) {
	r := newRig(t)
	session, m := r.signedIn(cases.Operator, county.DutyDesk)
	if a := r.get("/desk", session); a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/desk/hotline" {
		t.Errorf("/desk leads to %s", a.Header().Get("Location"))
	}
	f := r.callForm(session)
	f.Set("channel", "hotline_12350")
	f.Set("told", r.hours(5))
	f.Set("order", "FS-2026-0001")
	f.Set("contact", "微信 abc")
	f.Set("reward", "1")
	f["times"] = []string{r.profile.Times[0].ID}
	a := r.post("/desk/hotline", f, session).is(http.StatusOK).has("请您拿笔记一下")
	code := a.code()
	if a.page().Find("#claim li").Length() != 4 {
		t.Error("no claim code in fours for who wishes a reward")
	}
	tip := r.readTip(code)
	rep := tip.Report
	if rep.Channel != "hotline_12350" || rep.Order != "FS-2026-0001" || tip.Told.In(r.profile.Zone).Format("2006-01-02T15:04") != f.Get("told") || rep.Words != "夜里有味" || len(rep.Times) != 1 {
		t.Errorf("taken down as %+v", rep)
	}
	log, err := r.custody.Read(t.Context(), "tip/"+string(tip.ID))
	if err != nil || len(log) != 1 || log[0].Actor != m.ID || log[0].Action != "take" {
		t.Errorf("custody: %+v, %v", log, err)
	}
	r.post("/status", form2("code", code)).is(http.StatusOK).has("收到了")

	// Sent twice by a broken line: the same codes. Read back: none any more, for nobody.
	if again := r.post("/desk/hotline", f, session).is(http.StatusOK); again.code() != code {
		t.Error("the same form gave another code")
	}
	wrong := form2("token", f.Get("token"), "tail", "0000", "reward", "1")
	if strings.HasSuffix(code, "0000") {
		wrong.Set("tail", "1111")
	}
	back := r.post("/desk/hotline/kept", wrong, session).is(http.StatusUnprocessableEntity).has("对不上")
	if back.code() != code || back.page().Find("#claim li").Length() != 4 || back.value("tail") != wrong.Get("tail") {
		t.Error("a wrong tail lost the codes or what was typed")
	}
	done := r.post("/desk/hotline/kept", form2("token", f.Get("token"), "tail", code[12:]), session).is(http.StatusOK).has("接下一个")
	late := r.post("/desk/hotline", f, session).is(http.StatusOK).has("谁也调不出来")
	for _, page := range []answer{done, late, r.get("/desk/hotline", session), r.get("/desk/hotline/orders", session)} {
		if text := page.Body.String(); strings.Contains(text, code[4:8]+"</li>") || strings.Contains(text, code) {
			t.Error("a code is shown after it was kept")
		}
	}
	if log := r.log.String(); strings.Contains(log, code) || strings.Contains(log, "FS-2026-0001") || strings.Contains(log, "夜里有味") {
		t.Error("the log holds a code, a number or words")
	}
}

func TestCodesThatNobodyConfirmedEndByThemselves(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Operator, county.DutyDesk)
	f := r.callForm(session)
	r.post("/desk/hotline", f, session).is(http.StatusOK).code()
	r.advance(31 * time.Minute)
	if a := r.post("/desk/hotline", f, session).is(http.StatusOK).has("谁也调不出来"); a.page().Find("#code").Length() > 0 {
		t.Error("the codes are shown half an hour later")
	}
	f = r.callForm(session)
	r.post("/desk/hotline", f, session).is(http.StatusOK).code()
	r.post("/desk/hotline/kept", form2("token", f.Get("token"), "gone", "1"), session).is(http.StatusOK).has("照样有人办")
	if a := r.post("/desk/hotline", f, session).is(http.StatusOK); a.page().Find("#code").Length() > 0 {
		t.Error("the codes are shown after the caller was gone")
	}
	r.post("/desk/hotline/kept", form2("token", "x", "tail", "1234"), session).is(http.StatusUnprocessableEntity).has("放得太久")
}

// Whatever is wrong, the form comes back with everything that was taken down.
func TestNothingOfACallIsLost(t *testing.T) {
	r := newRig(t)
	session, _ := r.signedIn(cases.Operator, county.DutyDesk)
	first := r.callForm(session)
	first.Set("order", "FS-1000")
	r.post("/desk/hotline", first, session).is(http.StatusOK)
	for name, c := range map[string]struct {
		field, value, want string
		status             int
	}{
		"future":      {"told", r.hours(-2), "这个时间还没到", 422},
		"too old":     {"told", r.hours(24 * 40), "最多补录 30 天以前的", 422},
		"no time":     {"told", "昨天晌午", "时间没看懂", 422},
		"bad number":  {"order", "一号", "工单编号不对", 422},
		"taken":       {"order", "fs-1000", r.now().In(r.profile.Zone).Format("1月2日"), 409},
		"no place":    {"town", "", "还没写在什么地方", 422},
		"too long":    {"where", strings.Repeat("长", 201), "最多 200 个字", 422},
		"channel":     {"channel", "smoke", "没选对", 422},
		"stale":       {"token", "x", "放得太久", 422},
		"emergencies": {"e", "flood", "没选对", 422},
	} {
		f := r.callForm(session)
		f.Set(c.field, c.value)
		f.Set("contact", "村口小卖部")
		if name == "no place" {
			f.Set("where", "")
		}
		a := r.post("/desk/hotline", f, session).is(c.status).has(c.want)
		d := a.page()
		if d.Find("#summary").Length() != 1 {
			t.Errorf("%s: no summary", name)
		}
		if got := d.Find("#words").Text(); got != "夜里有味" {
			t.Errorf("%s: words hold %q", name, got)
		}
		for _, field := range []string{"contact", "where", "order", "told"} {
			if got := a.value(field); got != f.Get(field) {
				t.Errorf("%s: %s holds %q, want %q", name, field, got, f.Get(field))
			}
		}
		if d.Find("[name=signs][checked]").Length() != 1 {
			t.Errorf("%s: the sign is gone", name)
		}
		if name == "stale" {
			f.Set("token", a.value("token"))
			r.post("/desk/hotline", f, session).is(http.StatusOK).code()
		}
	}
}

// A session that ended while the caller talked: the sign-in page carries the form, and it stands there again.
func TestACallOutlivesTheSession(t *testing.T) {
	r := newRig(t)
	session, m := r.signedIn(cases.Operator, county.DutyDesk)
	f := r.callForm(session)
	f["signs"] = []string{r.profile.Signs[0].ID, r.profile.Signs[1].ID}
	f.Set("told", r.hours(1))
	door := r.post("/desk/hotline", f).is(http.StatusUnauthorized)
	const password = "村口的老槐树三人抱不过来"
	link, err := r.accounts.Reset(t.Context(), m.Login)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.accounts.SetPassword(t.Context(), link, password); err != nil {
		t.Fatal(err)
	}
	in := url.Values{}
	door.page().Find("form input").Each(func(_ int, e *goquery.Selection) { in.Add(e.AttrOr("name", ""), e.AttrOr("value", "")) })
	in.Set("login", m.Login)
	in.Set("password", password)
	back := r.post("/desk/login", in).is(http.StatusOK).has("登录好了")
	if back.page().Find("[name=signs][checked]").Length() != 2 || back.page().Find("#words").Text() != "夜里有味" || back.value("told") != f.Get("told") || back.value("token") != f.Get("token") {
		t.Error("what was taken down is gone after signing in")
	}
	duty, dm := r.signedIn(cases.Duty, county.DutyDesk)
	r.post("/desk/hotline", f, duty).is(http.StatusForbidden)
	if link, err = r.accounts.Reset(t.Context(), dm.Login); err != nil {
		t.Fatal(err)
	}
	if err := r.accounts.SetPassword(t.Context(), link, password); err != nil {
		t.Fatal(err)
	}
	in.Set("login", dm.Login)
	r.post("/desk/login", in).is(http.StatusForbidden).has("夜里有味")
}

const sheetHead = "工单编号,来电时间,诉求内容,所属乡镇,所属村,事发地址\n"

// sheetForm sends a sheet.
func (r *rig) sheet(session string, raw []byte) answer {
	r.t.Helper()
	f := newForm().file("sheet", "工单.csv", raw)
	return r.sendAs("/desk/hotline/orders", f, session)
}

func (r *rig) sendAs(path string, f *form, session string) answer {
	r.t.Helper()
	if err := f.w.Close(); err != nil {
		r.t.Fatal(err)
	}
	req := request("POST", path, &f.b, session)
	req.Header.Set("Content-Type", f.w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

func TestWorkOrdersComeInAndGoBack(t *testing.T) {
	r := newRig(t)
	session, m := r.signedIn(cases.Operator, county.DutyDesk)
	at := r.now().Add(-26 * time.Hour).In(r.profile.Zone).Format("2006-01-02 15:04")
	raw := sheetHead + "FS-1," + at + ",夜里有味,大武镇,杨家会村,村东\nFS-2," + at + ",院里堆着桶,大武镇,,\nFS-3,改天,有味,大武镇,,\n-4+1," + at + ",有味,大武镇,,\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	looked := r.sheet(session, gbk).is(http.StatusOK).has("能录的 2 条").has("来电时间看不懂").has("工单编号不对").has("只录没有错的 2 条")
	if _, taken, err := r.intake.FindOrder(t.Context(), "FS-1"); taken || err != nil {
		t.Fatalf("looking took a work order: %v", err)
	}
	take := func(token string) answer {
		return r.sendAs("/desk/hotline/orders", newForm("checked", token, "take", "1"), session)
	}
	if strings.Contains(looked.Body.String(), "夜里有味") {
		t.Error("the page repeats the callers' words")
	}
	token := looked.value("checked")
	take(token).is(http.StatusOK).has("新录了 2 条").has("有错的 2 处没有录")
	take(token).is(http.StatusOK).has("新录了 0 条，以前录过的 2 条")
	r.sheet(session, []byte(raw)).is(http.StatusOK).has("以前录过的 2 条")
	other, _ := r.signedIn(cases.Operator, county.DutyDesk)
	r.sendAs("/desk/hotline/orders", newForm("checked", token, "take", "1"), other).is(422).has("开得太久")
	r.sendAs("/desk/hotline/orders", newForm(), session).is(422).has("还没选表格")
	r.sheet(session, []byte("PK\x03\x04\x00")).is(http.StatusOK).has("认不出来")
	r.sheet(session, []byte(sheetHead+rows(501, at))).is(422).has("一次最多录 500 行")

	// FS-1 is answered, FS-2 is sealed. Neither the caller's words nor a sealed case go back.
	tip := func(number string) intake.TipID {
		o, taken, err := r.intake.FindOrder(t.Context(), number)
		if err != nil || !taken {
			t.Fatalf("%s: %v", number, err)
		}
		return o.Tip
	}
	opening := cases.Opening{Tip: tip("FS-1"), Received: r.now(), Categories: []string{"c1"}, Priority: "P1", Lead: "emergency", Sees: []string{"emergency", county.DutyDesk}, Rule: "c1"}
	k, err := r.cases.Open(t.Context(), opening)
	if err != nil {
		t.Fatal(err)
	}
	opening.Tip, opening.Lead, opening.Sees, opening.Sealed = tip("FS-2"), "discipline", []string{"discipline"}, true
	if _, err = r.cases.Open(t.Context(), opening); err != nil {
		t.Fatal(err)
	}
	for _, id := range []intake.TipID{tip("FS-1"), tip("FS-2")} {
		if err := r.intake.Answer(t.Context(), id, "k", "emergency", "=去看过了，正在查"); err != nil {
			t.Fatal(err)
		}
	}
	states := r.get("/desk/hotline/states?code=utf-8", session).is(http.StatusOK)
	if !strings.Contains(states.Header().Get("Content-Disposition"), ".csv") {
		t.Error("the sheet is not saved as a file")
	}
	lines := strings.Split(strings.TrimSpace(states.Body.String()), "\r\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines: %s", len(lines), states.Body)
	}
	day := r.now().Add(-26 * time.Hour).In(r.profile.Zone).Format(time.DateOnly)
	for _, line := range lines[1:] {
		want := []string{"FS-1," + day + ",已经转给县应急管理局。,县应急管理局,", ",,'=去看过了，正在查"}
		if strings.HasPrefix(line, "FS-2") {
			want = []string{"FS-2," + day + ",正在看", "," + day + ",,"}
		}
		if !strings.HasPrefix(line, want[0]) || !strings.HasSuffix(line, want[1]) {
			t.Errorf("%s, want %v", line, want)
		}
	}
	for _, hidden := range []string{"夜里有味", "院里堆着桶", "纪委", k.Number} {
		if strings.Contains(states.Body.String(), hidden) {
			t.Errorf("the sheet shows %q", hidden)
		}
	}
	inGBK := r.get("/desk/hotline/states?code=gbk", session).is(http.StatusOK)
	if text, err := simplifiedchinese.GBK.NewDecoder().Bytes(inGBK.Body.Bytes()); err != nil || !bytes.Contains(text, []byte("县应急管理局")) {
		t.Errorf("GBK: %v", err)
	}
	r.get("/desk/hotline/states?from=x", session).is(422).has("日期没看懂")
	var actions []string
	log, err := r.custody.Read(t.Context(), orders.Subject)
	for _, e := range log {
		if e.Actor != m.ID {
			t.Errorf("%s by %s", e.Action, e.Actor)
		}
		actions = append(actions, e.Action)
	}
	if got := strings.Join(actions, " "); err != nil || got != "look import import look look export export" {
		t.Errorf("custody: %s, %v", got, err)
	}
}

func rows(n int, at string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "N-%04d,%s,有味,大武镇,,\n", i, at)
	}
	return b.String()
}

// The resident tells it on the web first; the 12345 was told before and its work order comes later. It is one case, its id and number stay, and the one who
// told first is the first.
func TestTheEarliestReceiptIsFirstAcrossChannels(t *testing.T) {
	r := newRig(t)
	r.work()
	v := r.profile.Villages[0]
	words := "村东旧砖厂院里夜里拉进来好多蓝色铁桶，味道刺鼻，白色罐车没有牌子"
	sign := []string{"signs", "s_smell_sharp", "signs", "s_drums"}
	web := r.send("/report", newForm(append([]string{"token", r.get("/report").value("token"), "town", v.Town, "village", v.Code, "where", "村东旧砖厂", "words", words}, sign...)...)).is(http.StatusOK)
	first := r.readTip(web.code())
	caseOf := func(id intake.TipID) (k cases.Case) {
		r.until("a case", func() (ok bool) { var err error; k, err = r.cases.ByTip(context.Background(), id); return err == nil })
		return k
	}
	before := caseOf(first.ID)
	session, _ := r.signedIn(cases.Operator, county.DutyDesk)
	town, _ := r.profile.Town(v.Town)
	at := r.now().Add(-30 * time.Hour).In(r.profile.Zone).Format("2006-01-02 15:04")
	looked := r.sheet(session, []byte(sheetHead+"FS-77,"+at+","+words+"，天天这样,"+town.Name+","+v.Name+",村东旧砖厂\n")).is(http.StatusOK)
	r.sendAs("/desk/hotline/orders", newForm("checked", looked.value("checked"), "take", "1"), session).is(http.StatusOK).has("新录了 1 条")
	o, _, err := r.intake.FindOrder(t.Context(), "FS-77")
	if err != nil {
		t.Fatal(err)
	}
	after := caseOf(o.Tip)
	if after.ID != before.ID || after.Number != before.Number || len(after.Tips) != 2 {
		t.Fatalf("cases %s with %d tips and %s with %d", before.Number, len(before.Tips), after.Number, len(after.Tips))
	}
	if after.Tips[0].Tip != string(o.Tip) || after.Tips[1].Tip != string(first.ID) {
		t.Error("who told first is not the first of the case")
	}
	if !after.Clocks[0].From.Equal(before.Clocks[0].From) {
		t.Error("the clocks of the case began anew")
	}
}

// What is told of long ago does not arrive late on the desk: the clocks run from the day on which the county took it down.
func TestAnOldCallHasAllItsTime(t *testing.T) {
	r := newRig(t)
	r.work()
	session, _ := r.signedIn(cases.Operator, county.DutyDesk)
	f := r.callForm(session)
	f.Set("told", r.hours(24*20))
	tip := r.readTip(r.post("/desk/hotline", f, session).is(http.StatusOK).code())
	var k cases.Case
	r.until("a case", func() (ok bool) {
		var err error
		k, err = r.cases.ByTip(context.Background(), tip.ID)
		return err == nil
	})
	if since := r.now().Sub(k.Clocks[0].From); since > 5*time.Minute {
		t.Errorf("the first clock began %v ago", since)
	}
	if !k.Tips[0].Told.Equal(tip.Told) {
		t.Error("the case does not know when it was told")
	}
}
