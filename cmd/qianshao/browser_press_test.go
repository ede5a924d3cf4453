package main

import (
	"bytes"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qianshao/cmd/qianshao/demo"
	"qianshao/config"
	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// settle leaves a closed case of one tip in the data folder, with two photos from the spot, before any process is started on it.
func settle(t *testing.T, env []string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	cfg, err := config.Load(func(name string) string { return value(env, name) }, env, "")
	must(err)
	a, err := openApp(ctx, cfg, slog.New(slog.DiscardHandler), time.Now)
	must(err)
	defer a.close()
	draft := a.intake.NewDraft()
	_, err = a.intake.Submit(ctx, draft, intake.Submission{Report: intake.Report{Town: "141128103", Words: "院子里天天半夜往外拉蓝色塑料桶"}})
	must(err)
	k, err := a.cases.Open(ctx, cases.Opening{Tip: draft.Tip(), Received: time.Now(), Place: cases.Place{Town: "141128103"}, Categories: []string{"c1"}, Priority: "P2", Lead: "emergency",
		Sees: []string{"emergency", county.DutyDesk}, Rule: "c1"})
	must(err)
	lead := cases.Actor{ID: "lead", Name: "经办人", Role: cases.Handler, Unit: "emergency"}
	do := func(act cases.Action, in cases.Input) {
		t.Helper()
		in.Version = k.Version
		k, err = a.cases.Do(ctx, lead, k.ID, act, in)
		must(err)
	}
	do(cases.Sign, cases.Input{})
	for i, name := range []string{"drums", "shed"} {
		raw, err := demo.Picture(name, uint64(i))
		must(err)
		_, err = a.scene.Add(ctx, lead, k.ID, bytes.NewReader(raw))
		must(err)
	}
	do(cases.Look, cases.Input{})
	do(cases.Register, cases.Input{Record: demo.Survey(a.profile, time.Now(), "鑫源化工经营部")})
	do(cases.Conclude, cases.Input{Outcome: cases.True, Note: "现场核查记录已入卷。"})
	do(cases.Dispose, cases.Input{})
	do(cases.Register, cases.Input{Record: demo.Clearance(a.profile, time.Now())})
	day := disposal.Day(time.Now().In(a.profile.Zone).Format(time.DateOnly))
	do(cases.Register, cases.Input{Record: &disposal.Form{Kind: disposal.KindPenalty, On: day, Officers: []disposal.Person{"张编", "李造"}, Document: "方应急罚〔演示〕1号",
		Penalty: &disposal.Penalty{Case: "方应急立〔2026〕1号", Filed: day, Decision: "方应急罚〔2026〕1号", Decided: day, Fine: 120_000_00, Published: day, Link: "x"}}})
	do(cases.Finish, cases.Input{Note: "设备、原料都清走了，厂房清完了。"})
	do(cases.Close, cases.Input{})
}

// TestPressInABrowser writes what is published of an invented case, on a large screen and on a small phone: traces beside the text, boxes that are drawn on a
// photo, and a second person who approves.
func TestPressInABrowser(t *testing.T) {
	t.Parallel()
	env := settings(t)
	settle(t, env)
	p := start(t, "run", env)
	desk := chrome(t, p.base, "press", chromedp.EmulateViewport(1440, 900))
	desk.signIn(env, "xuanchuan", "publicity", "safety_committee", "宣传干事")
	until(t, "a closed case is drafted", func() bool {
		desk.open("/desk/press")
		return js[bool](desk, "!!document.querySelector('.press-rows a')")
	})
	sizes := []struct {
		name          string
		width, height int64
	}{{"phone", 360, 740}, {"desk", 1440, 900}}
	both := func(what string) {
		t.Helper()
		for _, size := range sizes {
			desk.do(chromedp.EmulateViewport(size.width, size.height))
			desk.look(what + "-" + size.name)
		}
	}
	both("list")
	desk.click(".press-rows a")
	desk.see("#text")
	path := js[string](desk, "location.pathname")
	// saved takes a step that sends a form, and waits for the page that answers it.
	saved := func(what string, step func()) {
		t.Helper()
		version := js[string](desk, "document.querySelector('[name=version]').value")
		step()
		desk.holds(what, "document.querySelector('[name=version]').value != "+strconv.Quote(version))
	}
	write := func(text string) {
		t.Helper()
		js[string](desk, "document.getElementById('body').value = "+strconv.Quote(text))
		saved("the text is kept", func() { desk.click("form[action$='/save'] button") })
	}
	write("9月15日接到3条线索后第二天，县应急局在村东头查处一处窝点，当事人张某被处罚。\n附近养猪户反映，电话138 3480 6621。")
	desk.see("mark.red")
	both("findings")
	write("县应急局依法查处一处窝点，当事人张某被处罚。")
	desk.click(".press-scenes button")
	desk.see(".press-canvas")
	boxes := js[int](desk, "document.querySelectorAll('.press-canvas rect').length")
	// A box is drawn with the mouse.
	js[string](desk, "document.querySelector('.press-canvas').scrollIntoView({block: 'center'}), ''")
	x, y := js[float64](desk, "document.querySelector('.press-canvas').getBoundingClientRect().left"), js[float64](desk, "document.querySelector('.press-canvas').getBoundingClientRect().top")
	saved("the box is burnt in", func() {
		desk.do(chromedp.MouseEvent("mousePressed", x+40, y+40, chromedp.ButtonLeft), chromedp.MouseEvent("mouseMoved", x+120, y+100, chromedp.ButtonLeft), chromedp.MouseEvent("mouseReleased", x+120, y+100, chromedp.ButtonLeft))
	})
	if n := js[int](desk, "document.querySelectorAll('.press-canvas rect').length"); n != boxes+1 {
		t.Errorf("%d boxes after one was drawn on a photo with %d", n, boxes)
	}
	both("photos")
	desk.click("form[action$='/confirm'] button")
	desk.holds("the photo was looked at", "!document.querySelector(\"form[action$='/confirm']\")")
	desk.sends()
	both("own")
	desk.click("form[action='/desk/logout'] button")
	desk.at("/desk/login")
	desk.signIn(env, "fuhe", "publicity", "safety_committee", "宣传复核员")
	desk.open(path)
	both("review")
	desk.do(chromedp.SendKeys(".press-found textarea", "姓已经隐去，公示里也这样写"))
	desk.approves()
	both("scheduled")
}

// sends asks somebody else to approve the open draft.
func (b *tab) sends() {
	b.t.Helper()
	b.click("form[action$='/send'] button")
	b.holds("it is sent", "!document.querySelector(\"form[action$='/send']\")")
}

// approves lets the open draft be published on its day.
func (b *tab) approves() {
	b.t.Helper()
	b.click("#approve button")
	b.holds("it is approved", "!document.querySelector('#approve')")
}
