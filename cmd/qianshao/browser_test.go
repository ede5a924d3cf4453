package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/device"
)

// tab is one browser window of a person: a phone or a desk.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string
	name string
	shot int
}

// chrome starts Debian's chromium with a profile of its own. Every request that leaves the given host, and every complaint on the console (a broken
// content security policy among them), fails the test.
func chrome(t *testing.T, base, name string, emulate chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	path := ""
	for _, candidate := range []string{"/usr/bin/chromium", "/usr/bin/chromium-browser"} {
		if _, err := os.Stat(candidate); err == nil {
			path = candidate
		}
	}
	if path == "" {
		t.Fatal("no chromium: install it with: make servers")
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(t.TempDir(), "chrome")),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
	)...)
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithListener(func(ev any) {
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			if u := ev.Request.URL; !strings.HasPrefix(u, base) && !strings.HasPrefix(u, "blob:"+base) && !strings.HasPrefix(u, "data:") {
				t.Errorf("%s: a request to %s", name, u)
			}
		case *log.EventEntryAdded:
			if ev.Entry.Level == "error" && !strings.Contains(ev.Entry.Text, "status of 422") && !strings.Contains(ev.Entry.Text, "status of 401") && !strings.Contains(ev.Entry.Text, "ERR_CONNECTION_FAILED") && !strings.Contains(ev.Entry.URL, "/desk/cases/nothing") { // a form that comes back to be mended
				t.Errorf("%s: console: %s %s", name, ev.Entry.Text, ev.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			t.Errorf("%s: script: %s", name, ev.ExceptionDetails.Text)
		}
	}))
	ctx, cancelTime := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(func() { cancelTime(); cancel(); cancelAlloc() })
	b := &tab{t: t, ctx: ctx, base: base, name: name}
	b.do(emulate)
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Errorf("%s: %v", b.name, err)
		b.look("failed")
		b.t.FailNow()
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.base + path)) }
func (b *tab) click(sel string) { b.t.Helper(); b.do(chromedp.Click(sel)) }
func (b *tab) see(sel string)   { b.t.Helper(); b.do(chromedp.WaitVisible(sel)) }

// at waits until the page with this path is loaded.
func (b *tab) at(path string) {
	b.t.Helper()
	b.holds(b.name+" at "+path, "location.pathname == "+strconv.Quote(path))
}

// holds waits until a condition is true of a page that is loaded. While a page goes away scripts fail, which only means: not yet.
func (b *tab) holds(what, condition string) {
	b.t.Helper()
	until(b.t, what, func() bool {
		yes, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("document.readyState == 'complete' && !!("+condition+")"))
		return err == nil && yes
	})
}

// js runs an expression once, in a page that is loaded: one that comes or goes has no body, for a moment not even a root.
func js[T any](b *tab, expression string) T {
	b.t.Helper()
	b.holds("a page that is loaded", "true")
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, expression, err)
	}
	return v
}

func (b *tab) text(sel string) string {
	b.t.Helper()
	return js[string](b, fmt.Sprintf("document.querySelector(%q).innerText", sel))
}

// look saves a picture of the page when QIANSHAO_TEST_SHOTS names a folder, and checks that the page does not scroll sideways.
func (b *tab) look(what string) {
	b.t.Helper()
	b.holds(b.name+": "+what+" without scrolling sideways", "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
	dir := os.Getenv("QIANSHAO_TEST_SHOTS")
	if dir == "" {
		return
	}
	raw, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	b.shot++
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%02d-%s.png", b.name, b.shot, what)), raw, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// pictures writes invented photos where a browser can pick them.
func pictures(t *testing.T, seed uint64, scenes ...string) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	for i, scene := range scenes {
		path := filepath.Join(dir, scene+".jpg")
		if err := os.WriteFile(path, picture(t, scene, seed+uint64(i)), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// tips tells of a place in 店坪村 page by page, with photos and perhaps with the wish for a reward, and gives the codes of the receipt.
func (b *tab) tips(where, words string, photos []string, wish bool) (code, claim string) {
	b.t.Helper()
	b.open("/report?e=none")
	const next = ".part:not([hidden]) [data-go='1']"
	b.see(next)
	js[bool](b, "document.querySelector(\"input[name=signs][value=s_smell_sharp]\").click() || true")
	js[bool](b, "document.querySelector(\"input[name=signs][value=s_drums]\").click() || true")
	b.look("signs")
	b.click(next)
	b.do(chromedp.SendKeys("#find", "店坪"))
	b.click("#hits button")
	if v := js[string](b, "document.querySelector('#village').value"); v != "141128103229" {
		b.t.Fatalf("the search picked %q", v)
	}
	b.do(chromedp.SendKeys("#where", where))
	b.look("place")
	b.click(next)
	b.look("when")
	b.click(next)
	b.do(chromedp.SendKeys("#words", words))
	if wish {
		js[bool](b, "document.querySelector('input[name=reward]').focus() || true") // from under the buttons at the bottom
		b.click("input[name=reward]")
	}
	b.look("words")
	b.click(next)
	b.do(chromedp.SetUploadFiles("#photos", photos))
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](fmt.Sprintf("document.querySelectorAll('[data-sent] input[name=staged]').length == %d", len(photos)))); err != nil {
		b.t.Fatalf("the photos were not taken: %v\n%s", err, b.text("[data-sent]"))
	}
	b.look("photos")
	b.click("#send")
	b.see("ol#code")
	b.at("/report")
	b.look("receipt")
	code, claim = b.digits("#code"), b.digits("#claim")
	if len(code) != 16 || wish != (len(claim) == 16) {
		b.t.Fatalf("codes of %d and %d digits on the receipt", len(code), len(claim))
	}
	b.do(chromedp.SendKeys("#tail", code[12:]))
	return code, claim
}

// digits reads a code that is shown in fours; "" when there is none.
func (b *tab) digits(sel string) string {
	b.t.Helper()
	return js[string](b, "Array.from(document.querySelectorAll('ol"+sel+" li')).map(e => e.textContent.trim()).join('')")
}

// TestBrowser is the loop as people see it: an emulated phone fills the form and sends two photos, the department signs and replies on a desktop screen,
// the phone reads the reply with its code.
func TestBrowser(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	phone := chrome(t, p.base, "phone", chromedp.Emulate(device.GalaxyS8))
	phone.do(chromedp.EmulateViewport(320, 640, chromedp.EmulateMobile))
	phone.open("/report?e=fire&zi=2")
	phone.look("emergency")
	if js[bool](phone, "Array.from(document.querySelectorAll('.calls b')).some(b => b.offsetHeight > 1.5 * parseFloat(getComputedStyle(b).fontSize))") {
		t.Error("a number to call is broken over two lines on a small phone with the largest letters")
	}
	phone.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	phone.open("/")
	phone.look("home")
	code, _ := phone.tips("猪场后头那个院子", "夜里有人往院里拉桶，味道呛人。", pictures(t, 0, "drums", "night"), false)
	if text := phone.text("main"); !strings.Contains(text, "2 张照片") {
		t.Errorf("the receipt does not say how many photos arrived:\n%s", text)
	}
	phone.click("#kept .go")
	phone.at("/report/kept")
	phone.look("kept")

	desk := p.asPerson(env, "yingji", "handler", "emergency", "应急局经办人", chromedp.EmulateViewport(1440, 900))
	began := time.Now()
	until(t, "the tip on the department's desk", func() bool {
		desk.open("/desk")
		return js[bool](desk, "!!document.querySelector('#rows a')")
	})
	t.Logf("on the desk %v after the desk was opened", time.Since(began).Round(10*time.Millisecond))
	desk.look("queue")
	desk.click("#rows a")
	desk.see("article.tip")
	if n := js[int](desk, "Array.from(document.querySelectorAll('.strip img')).length"); n != 2 {
		t.Errorf("%d pictures on the case page, want 2", n)
	}
	if _, err := chromedp.Run(desk.ctx, chromedp.Poll[bool]("Array.from(document.querySelectorAll('.strip img')).every(i => i.complete && i.naturalWidth > 0)")); err != nil {
		t.Errorf("the pictures are not shown: %v", err)
	}
	desk.look("case")
	desk.click("form[data-key=sign] button")
	desk.see("form[data-key=look]")
	desk.do(chromedp.SendKeys("#reply-reply", "去看过了，院子里有桶，正在查是谁的。"))
	desk.click("form[data-key=reply] button")
	desk.see(".talk .ours")
	desk.look("replied")
	desk.click("form[data-key=reply] input[value=ask]")
	desk.do(chromedp.SendKeys("#reply-reply", "院子的大门朝哪边？"))
	desk.click("form[data-key=reply] button")
	until(t, "the question on the case page", func() bool { // the page goes and comes by script
		asked, err := chromedp.Run(desk.ctx, chromedp.Evaluate[bool]("!!document.querySelector('.talk')?.innerText.includes('大门朝哪边')"))
		return err == nil && asked
	})
	desk.look("asked")
	desk.placeForm()

	phone.open("/status")
	phone.do(chromedp.SendKeys("#code", code))
	phone.look("lookup")
	phone.click("button.go")
	phone.see(".talk")
	phone.at("/status")
	phone.look("status")
	if text := phone.text("main"); !strings.Contains(text, "正在查是谁的") || !strings.Contains(text, "县应急管理局") {
		t.Errorf("the phone does not show the reply:\n%s", text)
	}
	phone.see(".asked")
	phone.click("button[name=unsaid]")
	phone.see(".talk .mine")
	phone.look("answered")
	if n := js[int](phone, "document.cookie.length"); n != 0 {
		t.Error("the resident's pages set a cookie")
	}
}

// placeForm makes the place of the open case a known one, as a person on a small screen and on a large one does.
func (b *tab) placeForm() {
	b.t.Helper()
	const summary = "section[aria-labelledby=place] > details > summary"
	b.click(summary)
	b.see("#p-reason")
	b.look("place form")
	b.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch))
	b.look("place form on a phone")
	if small := js[string](b, "Array.from(document.querySelectorAll('form[data-key=place] select, form[data-key=place] input[type=text], form[data-key=place] button, section[aria-labelledby=place] summary')).filter(e => e.offsetHeight < 44).map(e => e.id || e.textContent).join(' ')"); small != "" {
		b.t.Errorf("too small for a finger: %s", small)
	}
	b.do(chromedp.SendKeys("#p-point", "111.201, 37.671"), chromedp.SendKeys("#p-reason", "和村支书一起到现场看过"))
	b.click("form[data-key=place] button")
	b.see(".known li")
	b.look("place known")
	b.do(chromedp.EmulateViewport(1440, 900))
	b.look("place known wide")
}
