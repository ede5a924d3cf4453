package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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
			if ev.Entry.Level == "error" && !strings.Contains(ev.Entry.Text, "status of 422") && !strings.Contains(ev.Entry.Text, "ERR_CONNECTION_FAILED") && !strings.Contains(ev.Entry.URL, "/desk/cases/nothing") { // a form that comes back to be mended
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
		b.look("failed")
		b.t.Fatalf("%s: %v", b.name, err)
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.base + path)) }
func (b *tab) click(sel string) { b.t.Helper(); b.do(chromedp.Click(sel)) }
func (b *tab) see(sel string)   { b.t.Helper(); b.do(chromedp.WaitVisible(sel)) }

// at waits until the page with this path is loaded. While a page goes away scripts fail, which only means: not yet.
func (b *tab) at(path string) {
	b.t.Helper()
	until(b.t, b.name+" at "+path, func() bool {
		here, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.readyState == 'complete' ? location.pathname : ''"))
		return err == nil && here == path
	})
}

// js runs an expression in the page.
func js[T any](b *tab, expression string) T {
	b.t.Helper()
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
	if js[bool](b, "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1") {
		b.t.Errorf("%s: %s scrolls sideways", b.name, what)
	}
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

// TestBrowser is the loop as people see it: an emulated phone fills the form and sends two photos, the department signs and replies on a desktop screen,
// the phone reads the reply with its code.
func TestBrowser(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	link := setupLinks.FindString(command(t, env, "staff", "add", "yingji", "--name=应急局经办人", "--role=handler", "--unit=emergency"))
	dir := t.TempDir()
	var photos []string
	for i, scene := range []string{"drums", "night"} {
		path := filepath.Join(dir, scene+".jpg")
		if err := os.WriteFile(path, picture(t, scene, uint64(i)), 0o600); err != nil {
			t.Fatal(err)
		}
		photos = append(photos, path)
	}

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
	phone.open("/report?e=none")
	const next = ".part:not([hidden]) [data-go='1']"
	phone.see(next)
	js[bool](phone, "document.querySelector(\"input[name=signs][value=s_smell_sharp]\").click() || true")
	js[bool](phone, "document.querySelector(\"input[name=signs][value=s_drums]\").click() || true")
	phone.look("signs")
	phone.click(next)
	phone.do(chromedp.SendKeys("#find", "店坪"))
	phone.click("#hits button")
	if v := js[string](phone, "document.querySelector('#village').value"); v != "141128103229" {
		t.Fatalf("the search picked %q", v)
	}
	phone.do(chromedp.SendKeys("#where", "猪场后头那个院子"))
	phone.look("place")
	phone.click(next)
	phone.look("when")
	phone.click(next)
	phone.do(chromedp.SendKeys("#words", "夜里有人往院里拉桶，味道呛人。"))
	phone.look("words")
	phone.click(next)
	phone.do(chromedp.SetUploadFiles("#photos", photos))
	if _, err := chromedp.Run(phone.ctx, chromedp.Poll[bool]("document.querySelectorAll('[data-sent] input[name=staged]').length == 2")); err != nil {
		t.Fatalf("the photos were not taken: %v\n%s", err, phone.text("[data-sent]"))
	}
	phone.look("photos")
	phone.click("#send")
	phone.see("ol#code")
	phone.at("/report")
	phone.look("receipt")
	code := js[string](phone, "Array.from(document.querySelectorAll('ol#code li')).map(e => e.textContent.trim()).join('')")
	if !sixteen.MatchString(code) || len(code) != 16 {
		t.Fatalf("no code on the receipt")
	}
	if text := phone.text("main"); !strings.Contains(text, "2 张照片") {
		t.Errorf("the receipt does not say how many photos arrived:\n%s", text)
	}
	phone.do(chromedp.SendKeys("#tail", code[12:]))
	phone.click("#kept .go")
	phone.at("/report/kept")
	phone.look("kept")

	desk := chrome(t, p.base, "desk", chromedp.EmulateViewport(1440, 900))
	const password = "院子里 有三棵 老槐树 和井"
	desk.open(link)
	desk.do(chromedp.SendKeys("input[name=password]", password), chromedp.SendKeys("input[name=again]", password))
	desk.click("button.go")
	desk.at("/desk/login")
	desk.do(chromedp.SendKeys("input[name=login]", "yingji"), chromedp.SendKeys("input[name=password]", password))
	desk.click("button.go")
	desk.at("/desk")
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
	until(t, "the question on the case page", func() bool { return strings.Contains(desk.text(".talk"), "大门朝哪边") })
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
