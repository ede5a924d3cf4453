package main

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpfetch "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// asPerson opens a browser in which somebody is signed in.
func (p *process) asPerson(env []string, login, role, unit, name string, emulate chromedp.Action[chromedp.Void]) *tab {
	p.t.Helper()
	b := chrome(p.t.(*testing.T), p.base, login, emulate)
	b.signIn(env, login, role, unit, name)
	return b
}

// password is that of everybody whom a test makes.
const password = "院子里 有三棵 老槐树 和井"

// signIn makes an account, sets its password behind the one-time link and signs in.
func (b *tab) signIn(env []string, login, role, unit, name string) {
	b.t.Helper()
	b.open(setupLinks.FindString(command(b.t, env, "staff", "add", login, "--name="+name, "--role="+role, "--unit="+unit)))
	b.do(chromedp.SendKeys("input[name=password]", password), chromedp.SendKeys("input[name=again]", password))
	b.click("button.go")
	b.at("/desk/login")
	b.enter(login)
}

// enter signs in at the door that is open.
func (b *tab) enter(login string) {
	b.t.Helper()
	b.do(chromedp.SendKeys("input[name=login]", login), chromedp.SendKeys("input[name=password]", password))
	b.click("button.go")
	b.holds(login+" is signed in", "location.pathname.startsWith('/desk') && location.pathname != '/desk/login'")
}

// axe lets axe-core look at the page: a violation fails the test.
func (b *tab) axe(what string) {
	b.t.Helper()
	script, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		b.t.Fatal(err)
	}
	js[bool](b, string(script)+"; true")
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')).join('\n'))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	if found != "" {
		b.t.Errorf("%s: axe on %s:\n%s", b.name, what, found)
	}
}

// shown looks at a page with eyes, fingers and axe.
func (b *tab) shown(what string) {
	b.t.Helper()
	b.look(what)
	b.axe(what)
}

// press presses the button of an action, unfolding it where it is folded.
func (b *tab) press(key string) {
	b.t.Helper()
	b.unfold("form[data-key=" + key + "]")
	b.click("form[data-key=" + key + "] button:not([type=button])")
}

func (b *tab) unfold(sel string) {
	b.t.Helper()
	js[bool](b, "(e => { const d = e && e.closest('details'); if (d) d.open = true; return !!e; })(document.querySelector('"+sel+"'))")
	b.see(sel)
}

// TestBrowserCase is a whole case: the inspector works on a phone, the duty desk on a large screen.
func TestBrowserCase(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	resident := p.browser()
	resident.send(resident.newTip("141128103229", "店坪村猪场后头，夜里有人往院里拉桶，味道呛人。", picture(t, "drums", 1), picture(t, "night", 2)))

	shots := pictures(t, 7, "drums", "night")
	phone := p.asPerson(env, "yingji", "handler", "emergency", "高秀英", chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	desk := p.asPerson(env, "anwei", "duty", "safety_committee", "李四", chromedp.EmulateViewport(1440, 900))
	until(t, "the tip on the department's desk", func() bool {
		phone.open("/desk")
		return js[bool](phone, "!!document.querySelector('#rows a')")
	})
	phone.shown("queue")
	if high := js[int](phone, "document.querySelector('.rail').offsetHeight"); high > 180 {
		t.Errorf("the header takes %d of 740 pixels of a phone", high)
	}
	path := js[string](phone, "document.querySelector('#rows a').pathname")
	until(t, "the pictures are read", func() bool {
		phone.open(path)
		return js[int](phone, "document.querySelectorAll('.strip img').length") == 2
	})
	phone.shown("case unsigned")
	phone.press("sign")
	phone.see("form[data-key=look]")
	phone.shown("case signed")
	phone.viewer()
	phone.do(chromedp.SetUploadFiles("#scene-photos", shots))
	phone.see("#scene-strip img")
	if _, err := chromedp.Run(phone.ctx, chromedp.Poll[bool]("document.querySelectorAll('#scene-strip img').length == 2 && Array.from(document.querySelectorAll('#scene-strip img')).every(i => i.complete && i.naturalWidth > 0)")); err != nil {
		t.Errorf("the photos from the spot: %v\n%s", err, phone.text("form[data-photos]"))
	}
	phone.shown("photos from the spot")
	phone.press("look")
	phone.see("form[data-key=conclude]")
	phone.do(chromedp.SendKeys("#note-conclude", "短"))
	phone.press("conclude")
	phone.see("#note-conclude[aria-invalid=true]")
	phone.shown("conclusion refused")
	phone.click(`.do a[href$="/record/survey"]`)
	phone.survey(path)
	phone.do(chromedp.SendKeys("#note-conclude", "桶里是废油"))
	phone.click("#outcome-conclude input[value=true]")
	phone.do(chromedp.SendKeys("#note-conclude", "，到现场看过，确实在加工"))
	phone.press("conclude")
	phone.see("form[data-key=dispose]")
	phone.press("dispose")
	phone.see(".missing")
	phone.shown("disposing")

	desk.open(path)
	desk.shown("case at the duty desk")
	desk.unfold("form[data-key=supervise]")
	desk.do(chromedp.SendKeys("#note-supervise", "三天之内清理完"))
	desk.press("supervise")
	desk.see(".now.order")
	desk.shown("supervised")

	phone.open(path + "/record/clearance")
	phone.shown("form of the clearance")
	if js[bool](phone, "Array.from(document.querySelectorAll('.lines')).some(e => e.scrollHeight > e.clientHeight + 1)") {
		t.Error("the fields of a list are cut off: 去向地 and 接收人 must be seen")
	}
	day := time.Now().Format(time.DateOnly)
	js[bool](phone, "(document.querySelector('[name=\"clearance.stopped\"]').value = '"+day+"', document.querySelector('[name=\"clearance.cleared\"]').value = '"+day+"', document.querySelector('#f-officers').value = '高秀英\\n李建国', true)")
	phone.do(chromedp.SendKeys("#f-clearance-equipment-0-what", "反应釜"))
	phone.click("#f-clearance-equipment [data-add]")
	phone.do(chromedp.SendKeys("#f-clearance-equipment-1-what", "离心机"))
	if n := js[int](phone, "document.querySelectorAll('#f-clearance-equipment .line').length"); n != 2 {
		t.Errorf("%d lines after one more was asked for", n)
	}
	phone.click(".send .main")
	phone.see("#summary")
	phone.shown("clearance refused")
	for _, line := range []string{"0", "1"} {
		at := "clearance-equipment-" + line
		phone.do(chromedp.SendKeys("#f-"+at+"-count", "1"), chromedp.SendKeys("#f-"+at+"-where", "离石区废钢厂"), chromedp.SendKeys("#f-"+at+"-receiver", "离石废钢厂"))
		phone.click("#f-" + at + "-how input[value=scrapped]")
	}
	phone.do(chromedp.SendKeys("#f-clearance-nomaterials", "到场时已经搬空"))
	phone.click("#f-clearance-premises input[value=yes]")
	phone.click(".send .main")
	phone.see("#records")
	phone.at(path)
	phone.shown("recorded")
	desk.open(path)
	desk.shown("recorded")
	desk.open(path + "/record/clearance")
	desk.shown("form of the clearance")
	desk.open(path)
	desk.unfold("form[data-key=void-r2]")
	desk.look("void unfolded")
	phone.unfold("form[data-key=answer]")
	phone.do(chromedp.SendKeys("#note-answer", "清完了，桶都送走了"))
	phone.press("answer")
	phone.holds("the order is answered", "!document.querySelector('.now.order')")
	phone.unfold("form[data-key=finish]")
	phone.do(chromedp.SendKeys("#note-finish", "设备拆走了，院子清了"))
	phone.press("finish")
	phone.see("form[data-key=close]")
	phone.press("close")
	phone.see("#agreed")
	if text := phone.text("main"); !strings.Contains(text, "回头看") {
		t.Error("the closed case does not speak of looking back")
	}
	phone.shown("closed")
	desk.open(path)
	desk.shown("closed")
	desk.viewer()
	desk.unfold("form[data-key=remark]")
	js[bool](desk, "(document.querySelector('#unit-remark').value = 'emergency', true)")
	desk.do(chromedp.SendKeys("#note-remark", "请把设备去向的单子拍一张"))
	desk.press("remark")
	until(t, "the remark is for the department", func() bool {
		phone.open("/desk?q=mention")
		return js[bool](phone, "!!document.querySelector('#rows a.new')")
	})
	phone.shown("mentioned")
	phone.open(path)
	phone.see("form.heed")
	phone.shown("remark to heed")
	phone.click("form.heed button")
	phone.holds("it is heeded", "!document.querySelector('form.heed')")

	// The queues: a search, a narrowed queue, several at once.
	for _, village := range []string{"141128103229", "141128103229"} {
		resident.send(resident.newTip(village, "另一处，沟里的果园，白天有罐车卸东西，地上有黄水。", picture(t, "night", 9)))
	}
	desk.open("/desk?words=" + url.QueryEscape("店坪"))
	desk.shown("search")
	desk.open("/desk?q=all&state=unsigned")
	desk.shown("narrowed")
	desk.open("/desk?words=" + url.QueryEscape("没有这个地方"))
	desk.shown("nothing found")
	desk.open("/desk?q=all")
	desk.shown("queue")
	js[bool](desk, "document.querySelectorAll('#rows [name=pick]').forEach(b => b.click()) || true")
	desk.click("button[name=do][value=sign]")
	desk.at("/desk/bulk")
	desk.shown("several at once")
	for _, page := range []string{"/desk/review", "/desk/quality", "/desk/cases/nothing", "/desk?q=done", "/desk?q=owed"} {
		desk.open(page)
		desk.axe(page)
	}
	desk.open("/desk/quality")
	desk.holds("every number stands under its head", `[...document.querySelectorAll('table')].every(t => [...t.tBodies[0].rows].every(r =>
		[...r.cells].every((c, i) => c.getBoundingClientRect().left === t.tHead.rows[0].cells[i].getBoundingClientRect().left)))`)
	phone.compares()
	desk.open("/desk/map")
	desk.shown("no map yet")
	desk.open(path)
	desk.placeForm()
	desk.open("/desk/map")
	desk.see("#map path.leaflet-interactive")
	desk.shown("map")
	admin := p.asPerson(env, "guanli", "admin", "", "王五", chromedp.EmulateViewport(1440, 900))
	admin.open("/desk/ops")
	admin.axe("/desk/ops")
	operator := p.asPerson(env, "jiexian", "operator", "safety_committee", "赵六", chromedp.EmulateViewport(1440, 900))
	for _, page := range []string{"/desk/hotline", "/desk/hotline/orders", "/desk/login"} {
		operator.open(page)
		operator.axe(page)
	}
}

// compares lays pictures of two tips side by side, as the page of the duty desk does on a phone: each stays in its cell.
func (b *tab) compares() {
	b.t.Helper()
	js[bool](b, `(document.querySelector('main').innerHTML = '<table class="two"><tbody><tr><th scope="row">来人说的</th>' +
		'<td><ul class="strip"><li><a><img></a></li></ul></td>'.repeat(2) + '</tr></tbody></table>',
		document.querySelectorAll('.two img').forEach(i => { const c = document.createElement('canvas'); c.width = c.height = 320; i.src = c.toDataURL() }), true)`)
	b.holds("pictures stay in their cells", `[...document.querySelectorAll('.two img')].every(i => i.naturalWidth > 0 &&
		i.getBoundingClientRect().right <= i.closest('td').getBoundingClientRect().right)`)
}

// survey fills the form of the look on the spot while the network fails once: the form stays as it was typed, and the next press sends it.
func (b *tab) survey(path string) {
	b.t.Helper()
	b.see("#f-survey-site")
	b.shown("form of the survey")
	b.do(chromedp.SendKeys("#f-survey-site", "店坪村东养猪场"))
	js[bool](b, "(document.querySelector('#f-officers').value = '高秀英\\n李建国', true)")
	for _, answer := range []string{"before input[value=no]", "running input[value=yes]", "hazardous input[value=yes]", "controlled input[value=no]"} {
		b.click("#f-survey-" + answer)
	}
	if err := chromedp.Listen(b.ctx, func(ev any) {
		if paused, ok := ev.(*cdpfetch.EventRequestPaused); ok {
			go func() {
				if _, err := chromedp.Call(b.ctx, cdpfetch.FailRequest, cdpfetch.FailRequestParams{RequestID: paused.RequestID, ErrorReason: network.ErrorReasonConnectionFailed}); err != nil {
					b.t.Errorf("%s: fail a request: %v", b.name, err)
				}
			}()
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, cdpfetch.Enable, cdpfetch.EnableParams{Patterns: []*cdpfetch.RequestPattern{{URLPattern: "*/record/survey"}}}); err != nil {
		b.t.Fatal(err)
	}
	b.click(".send .main")
	b.see("[data-offline]")
	if kept := js[string](b, "document.querySelector('#f-survey-site').value + document.querySelector('#f-officers').value"); kept != "店坪村东养猪场高秀英\n李建国" {
		b.t.Errorf("%s: after the network failed the form says %q", b.name, kept)
	}
	b.shown("survey not sent")
	if _, err := chromedp.Call(b.ctx, cdpfetch.Disable, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
	b.click(".send .main")
	b.at(path)
	b.see("#rec-r1")
}

// viewer opens the first picture of the page, enlarges and turns it, and goes on to the next one.
func (b *tab) viewer() {
	b.t.Helper()
	b.click("[data-large]")
	b.see("#pane img")
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("document.querySelector('#pane img').naturalWidth > 0")); err != nil {
		b.t.Fatalf("%s: the large picture: %v", b.name, err)
	}
	b.axe("large picture")
	drawn := func() string { return js[string](b, "document.querySelector('#pane img').style.transform") }
	at := drawn()
	for _, step := range []string{"in", "turn", "after"} {
		b.click("[data-view=" + step + "]")
		if now := drawn(); now == at {
			b.t.Errorf("%s: %s changes nothing in the large picture", b.name, step)
		} else {
			at = now
		}
	}
	for key, want := range map[string]string{"r": "rotate(90deg)", "+": "scale"} {
		b.do(chromedp.KeyEvent(key))
		if now := drawn(); !strings.Contains(now, want) || now == at {
			b.t.Errorf("%s: the key %s leaves the picture at %s", b.name, key, now)
		}
	}
	b.look("large picture")
	b.click("[data-view=close]")
}
