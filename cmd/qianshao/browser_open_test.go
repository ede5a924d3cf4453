package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qianshao/cmd/qianshao/demo"
	"qianshao/notify/outcome"
	"qianshao/notify/outcome/outcometest"
)

// TestOpenPagesInABrowser looks at what everybody may read and at what the publicity office prints, on a large screen, on a small phone and in the largest letters.
func TestOpenPagesInABrowser(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	a := beside(t, env, 0)
	day := func(n int) time.Time { return a.profile.Day(time.Now()).AddDate(0, 0, -n) }
	outcometest.Publish(t, a.engines.Docs,
		outcome.Published{ID: "k7m3q9", Day: day(3), Month: "2026-10", Town: "141128103", Categories: []string{"c7", "c1"}, Title: "大武镇一处废弃养殖场里的黑作坊拆了",
			Text:      "有群众说这里夜里有刺鼻的味道。县里派人去看，院里有反应釜两台、铁桶三十多只，没有手续。\n当场停了工，设备拆除，原料和产品由有资质的单位拉走，院子清完以后又回去看过两次，没有再干。",
			Disposals: []string{"停工", "拆除设备", "清理原料和产品"}, FineFen: 3_500_000},
		outcome.Published{ID: "p2x8ha", Day: day(12), Month: "2026-10", Town: "141128100", Categories: []string{"x_dump"}, Title: "圪洞镇往沟里倒废水的事查清了", Text: "查到了倒水的人，沟里的土挖走处理。", Disposals: []string{"责令改正"}},
		outcome.Published{ID: "w4n5td", Day: day(30), Withdrawn: "里面的地方写得太细，改好再放出来。"})
	if err := a.numbers.Tell(t.Context(), demo.Impact(), demo.Months(a.profile)...); err != nil {
		t.Fatal(err)
	}
	b := chrome(t, p.base, "open", chromedp.EmulateViewport(1440, 900))
	paths := map[string]string{"home": "/", "what": "/what", "how": "/how", "outcomes": "/outcomes", "outcome": "/outcomes/k7m3q9", "withdrawn": "/outcomes/w4n5td", "numbers": "/numbers", "impact": "/impact"}
	for _, size := range []struct {
		name          string
		width, height int64
		query         string
	}{{"wide", 1440, 900, ""}, {"phone", 360, 740, ""}, {"large", 360, 740, "?zi=2"}} {
		b.do(chromedp.EmulateViewport(size.width, size.height))
		for name, path := range paths {
			b.open(path + size.query)
			b.see("h1")
			if name == "numbers" {
				js[bool](b, "document.querySelectorAll('details').forEach(d => d.open = true) || true")
			}
			b.shown(name + "-" + size.name)
			if small := js[string](b, "Array.from(document.querySelectorAll('main a, main button, main select, main summary, .openlinks a')).filter(e => e.offsetHeight > 0 && e.offsetHeight < 43 && !e.closest('.hint')).map(e => e.textContent).join('|')"); small != "" {
				t.Errorf("%s at %s: too small for a finger: %s", name, size.name, small)
			}
		}
	}
	if n := js[int](b, "document.cookie.length"); n != 0 {
		t.Error("a page for everybody sets a cookie")
	}

	b.signIn(env, "xuanchuan", "publicity", "safety_committee", "刘志强")
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"wide", 1440, 900}, {"phone", 360, 740}} {
		b.do(chromedp.EmulateViewport(size.width, size.height))
		b.open("/desk/handouts")
		b.see("h1")
		b.shown("handouts-" + size.name)
		b.open("/desk/handouts/outcomes/k7m3q9")
		b.click("[data-copy]")
		if n := js[int](b, "(e => e.selectionEnd - e.selectionStart)(document.querySelector('#snippet'))"); n < 500 {
			t.Errorf("%d characters of the article are selected", n)
		}
		b.shown("article-" + size.name)
		b.open("/desk/handouts/outcomes/k7m3q9/page")
		b.see("section")
		b.look("article-page-" + size.name)
	}
}
