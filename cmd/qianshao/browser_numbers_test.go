package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestNumbersInABrowser looks at the pages of numbers and of supervision with the invented cases, on a large screen and on a small phone.
func TestNumbersInABrowser(t *testing.T) {
	t.Parallel()
	env := settings(t, "QIANSHAO_DEMO=true")
	p := start(t, "run", env)
	desk := chrome(t, p.base, "numbers", chromedp.EmulateViewport(1440, 900))
	desk.signIn(env, "anweiban", "duty", "safety_committee", "高秀英")
	until(t, "some cases are counted", func() bool {
		desk.open("/desk/overview")
		return js[bool](desk, "!!document.querySelector('.sums td a')")
	})
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"desk", 1440, 900}, {"phone", 360, 740}} {
		desk.do(chromedp.EmulateViewport(size.width, size.height))
		for _, page := range []string{"overview", "work", "draws", "calendar", "handover"} {
			desk.open("/desk/" + page)
			desk.see("h1")
			desk.shown(page + "-" + size.name)
			if hint := "document.querySelector('.aside-hint')"; page == "work" && js[bool](desk, hint+" && ("+hint+".offsetHeight > 0) !== (innerWidth < 720)") {
				t.Errorf("on a %s the table of the units says that it goes on: wrong", size.name)
			}
			if js[bool](desk, "Array.from(document.querySelectorAll('svg[role=img]')).some(s => !s.getAttribute('aria-label'))") {
				t.Errorf("%s has a drawing without a text in its place", page)
			}
		}
	}
	desk.open("/desk/handover?staff=" + js[string](desk, "document.querySelectorAll('#staff option')[1].value"))
	desk.shown("handover-of-one")
	file := filepath.Join(t.TempDir(), "2027.csv")
	if err := os.WriteFile(file, []byte("日期,名称,类别\n2027-01-01,元旦,放\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	desk.open("/desk/calendar")
	desk.do(chromedp.SetUploadFiles("#file", []string{file}))
	desk.click("form[enctype] button")
	desk.see(".problems")
	desk.shown("calendar refused")
}
