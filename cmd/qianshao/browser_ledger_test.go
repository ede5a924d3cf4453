package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/device"
)

// TestLedgerInABrowser looks at the ledger, the register, the import and the reports of the demonstration, on a desktop screen and on a phone: nothing scrolls
// sideways but inside its own box, the first columns stay, everything is large enough for a finger, and axe-core finds nothing.
func TestLedgerInABrowser(t *testing.T) {
	t.Parallel()
	p := start(t, "run", settings(t, "QIANSHAO_DEMO=true"))
	tick, late := time.NewTicker(100*time.Millisecond), time.After(2*time.Minute)
	defer tick.Stop()
	for !strings.Contains(p.printed(), "已经送进去了") {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the demonstration did not come in two minutes:\n%s", p.printed())
		}
	}
	b := chrome(t, p.base, "ledger", chromedp.EmulateViewport(1440, 900))
	b.open("/desk/login")
	b.do(chromedp.SendKeys("input[name=login]", "anwei"), chromedp.SendKeys("input[name=password]", demoPassword))
	b.click("button.go")
	b.at("/desk")
	b.open("/desk/ledger")
	b.look("wide")
	b.axe("wide")
	if left := js[float64](b, "(function () { var s = document.querySelector('.sheet'); s.scrollLeft = 900; return document.querySelector('td.stick2').getBoundingClientRect().left - s.getBoundingClientRect().left })()"); left < 100 || left > 160 {
		t.Errorf("the second column stands %v px from the edge of its box after moving sideways", left)
	}
	b.look("moved sideways")
	b.axe("moved sideways")
	b.open("/desk/ledger?names=1&category=c1")
	b.look("names and filters")
	b.axe("names and filters")
	b.open("/desk/sites")
	b.look("sites")
	b.axe("sites")
	b.open("/desk/reports")
	b.look("report")
	b.axe("report")
	file := filepath.Join(t.TempDir(), "old.csv")
	if err := os.WriteFile(file, []byte("编号,镇,村,名称,停产日期,主办,举报人\n1,大武镇,店坪村,旧砖厂,2024-01-02,县应急管理局,x\n2,大武镇,,旧酒厂,去年,县应急管理局,\n3,没有这镇,,旧油坊,,县足球队,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.open("/desk/ledger/import")
	b.look("import")
	b.axe("import")
	b.do(chromedp.SetUploadFiles("#file", []string{file}))
	b.click("form[enctype] button")
	b.see(".problems")
	b.look("dry run")
	b.axe("dry run")
	b.click("input[name=leave]")
	b.click("form[action$=take] button")
	until(t, "the good rows are taken", func() bool { return js[bool](b, "!!document.body && document.body.innerText.includes('收了 1 行')") })
	b.look("taken")
	b.axe("taken")

	b.do(chromedp.Emulate(device.GalaxyS8), chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	for path, what := range map[string]string{
		"/desk/ledger": "cards", "/desk/ledger?category=c1": "cards filtered", "/desk/sites": "sites on a phone", "/desk/sites?source=old": "old sites on a phone",
		"/desk/reports": "report on a phone", "/desk/ledger/jobs": "jobs on a phone", "/desk/ledger/import": "import on a phone",
	} {
		b.open(path)
		b.look(what)
		b.axe(what)
		const pressed = "main button, main select, main input:not([type=hidden]):not([type=checkbox]):not([type=radio]), main .views a, main summary, main .sheet td.stick1 a"
		if small := js[string](b, fmt.Sprintf("Array.from(document.querySelectorAll(%q)).filter(e => e.offsetParent && e.offsetHeight < 44).map(e => e.name || e.textContent.trim()).join(' | ')", pressed)); small != "" {
			t.Errorf("%s: too small for a finger: %s", path, small)
		}
	}
}
