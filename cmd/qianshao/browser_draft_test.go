package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// drafts are the unfinished forms that the tab keeps.
func (b *tab) drafts() int {
	b.t.Helper()
	return js[int](b, "Object.keys(sessionStorage).filter(k => k.startsWith('draft ')).length")
}

func (b *tab) field(sel string) string {
	b.t.Helper()
	return js[string](b, "document.querySelector('"+sel+"').value")
}

// TestDraftsInABrowser types about a case and leaves it unfinished: a reload, the end of the session and the way back through the door lose nothing, signing out
// and other people at the same machine see nothing, and what was taken is kept no longer. A second person sees who writes, and takes over.
func TestDraftsInABrowser(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	resident := p.browser()
	resident.send(resident.newTip("141128103229", "店坪村猪场后头，夜里有人往院里拉桶，味道呛人。", picture(t, "drums", 1)))
	phone := p.asPerson(env, "yingji", "handler", "emergency", "高秀英", chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	desk := p.asPerson(env, "tongshi", "handler", "emergency", "李建国", chromedp.EmulateViewport(1440, 900))
	until(t, "the tip on the department's desk", func() bool {
		phone.open("/desk")
		return js[bool](phone, "!!document.querySelector('#rows a')")
	})
	path := js[string](phone, "document.querySelector('#rows a').pathname")
	phone.open(path)
	phone.press("sign")
	phone.see("form[data-key=look]")
	phone.press("look")
	phone.see("form[data-key=conclude]")
	if n := phone.drafts(); n != 0 {
		t.Errorf("%d drafts before anything was typed", n)
	}

	// A word in an action, a form with lines: each comes back after a reload.
	const words, site = "院里有二十来只桶，还没问清是谁的", "店坪村东养猪场"
	phone.do(chromedp.SendKeys("#note-conclude", words))
	phone.open(path)
	phone.see(".draft")
	if got := phone.field("#note-conclude"); got != words {
		t.Errorf("after a reload the note says %q", got)
	}
	phone.shown("draft of an action")
	phone.open(path + "/record/clearance")
	phone.do(chromedp.SendKeys("#f-clearance-equipment-0-what", "反应釜"))
	phone.click("#f-clearance-equipment [data-add]")
	phone.do(chromedp.SendKeys("#f-clearance-equipment-1-what", "离心机"))
	phone.click("#f-clearance-premises input[value=yes]")
	phone.open(path + "/record/clearance")
	phone.see(".draft")
	if got := phone.field("#f-clearance-equipment-0-what") + phone.field("#f-clearance-equipment-1-what"); got != "反应釜离心机" || !js[bool](phone, "document.querySelector('#f-clearance-premises input[value=yes]').checked") {
		t.Errorf("after a reload the lines say %q", got)
	}
	phone.shown("draft of a form")

	// The session ends: what was sent comes back through the door, and the queue says after signing in what is unfinished, and leads back to it.
	ends := func() {
		t.Helper()
		if _, err := chromedp.Call(phone.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
			t.Fatal(err)
		}
	}
	phone.open(path)
	ends()
	phone.press("conclude")
	phone.see("input[name=login]")
	phone.do(chromedp.SendKeys("input[name=login]", "yingji"), chromedp.SendKeys("input[name=password]", password))
	phone.click("button.go")
	phone.see("#note-conclude")
	if got := phone.field("#note-conclude"); got != words || js[bool](phone, "!!document.querySelector('.draft')") {
		t.Errorf("through the door came %q", got)
	}
	ends()
	phone.open(path)
	phone.see("input[name=login]")
	phone.enter("yingji")
	phone.see("#drafts li")
	phone.shown("drafts in the queue")
	if text := phone.text("#drafts"); strings.Count(text, "不要了") != 2 {
		t.Errorf("the queue says of what is unfinished: %s", text)
	}
	phone.click("#drafts a[href*=record]")
	phone.at(path + "/record/clearance")
	phone.see(".draft")
	phone.click(".draft button")
	phone.holds("it was dropped", "!document.querySelector('.draft') && !document.querySelector('#f-clearance-equipment-0-what').value")
	if n := phone.drafts(); n != 1 {
		t.Errorf("%d drafts after one was dropped", n)
	}

	// Somebody else reads who writes, and takes over with one press; who wrote is told with the next letters.
	phone.open(path + "/record/survey")
	phone.do(chromedp.SendKeys("#f-survey-site", site))
	desk.open(path)
	desk.see("#lock")
	desk.shown("somebody writes")
	if text := desk.text("#lock"); !strings.Contains(text, "高秀英") {
		t.Errorf("the line about who writes says %q", text)
	}
	// The answer about the first letter comes late, behind that about taking over, and changes nothing then.
	js[bool](desk, `(ask => {
		const taken = new Promise(go => document.querySelector('#lock form').addEventListener('submit', () => setTimeout(go, 400)));
		window.fetch = async (to, how) => {
			const answer = await ask(to, how);
			if (to.endsWith('/writing')) {
				await taken;
				setTimeout(() => window.late = true, 100);
			}
			return answer;
		};
	})(window.fetch) || true`)
	desk.do(chromedp.SendKeys("#note-conclude", "我来收尾"))
	desk.click("#lock button")
	desk.holds("it was taken over", "window.late && document.querySelector('#lock').hidden && document.querySelector('#note-conclude').value == '我来收尾'")
	phone.open(path + "/record/survey")
	phone.see("#lock")
	phone.shown("taken over")
	if text := phone.text("#lock"); !strings.Contains(text, "李建国") || phone.field("#f-survey-site") != site {
		t.Errorf("who was taken over from reads %q", text)
	}

	// What is taken is kept no longer.
	js[bool](phone, "(document.querySelector('#f-officers').value = '高秀英\\n李建国', true)")
	for _, answer := range []string{"before input[value=no]", "running input[value=yes]", "hazardous input[value=yes]", "controlled input[value=no]"} {
		phone.click("#f-survey-" + answer)
	}
	phone.click(".send .main")
	phone.at(path)
	phone.see("#rec-r1")
	if n := phone.drafts(); n != 1 {
		t.Errorf("%d drafts after the survey was taken, want that of the conclusion", n)
	}
	if got := phone.field("#note-conclude"); got != words {
		t.Errorf("after the survey was taken the note of the conclusion says %q", got)
	}
	if said := phone.text(".do .draft"); !strings.Contains(said, "有过变动") {
		t.Errorf("the case went on, and beside the draft stands %q", said)
	}

	// Who signs out, or in after somebody else, finds nothing.
	js[bool](phone, "sessionStorage.setItem('draft other /x ', '{}') || true")
	phone.open(path)
	if n := phone.drafts(); n != 1 {
		t.Errorf("%d drafts: those of others stay", n)
	}
	phone.click("form[action='/desk/logout'] button")
	phone.at("/desk/login")
	if n := phone.drafts(); n != 0 {
		t.Errorf("%d drafts after signing out", n)
	}
}
