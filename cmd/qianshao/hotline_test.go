package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qianshao/config/county"
)

func TestWorkOrdersAtTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := []string{"QIANSHAO_DATA=" + filepath.Join(dir, "data")}
	profile, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	today := time.Now().In(profile.Zone) // days are those of the county
	yesterday := today.AddDate(0, 0, -1).Format("2006/1/2 15:04")
	sheet := filepath.Join(dir, "工单.csv")
	lines := "工单编号,来电时间,联系电话,诉求内容,所属乡镇\nFS-1," + yesterday + ",13800000000,夜里有味,大武镇\nFS-2,改天,,有味,大武镇\n=3," + yesterday + ",,有味,大武镇\n"
	if err := os.WriteFile(sheet, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.csv")
	for _, c := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"dry", []string{"import", "--dry-run", sheet}, 0, []string{"工单.csv:3: 来电时间看不懂。", "工单.csv:4: 工单编号不对。", "试跑，没有录：新的 1 条，录过的 0 条，有错 2 处"}},
		{"bad lines", []string{"import", sheet}, 1, []string{"一条也没有录", "只录没有错的 1 条"}},
		{"nothing was taken", []string{"export"}, 0, []string{"工单编号,来电日期,办理情况", "写了 0 张工单"}},
		{"the good one", []string{"import", "--skip-bad", sheet}, 0, []string{"录好了：新的 1 条"}},
		{"again", []string{"import", "--skip-bad", sheet}, 0, []string{"第 2 行：" + today.Format(time.DateOnly), "新的 0 条，录过的 1 条"}},
		{"back", []string{"export"}, 0, []string{"FS-1,", "正在看您写的内容", "写了 1 张工单"}},
		{"in a file", []string{"export", "--gbk", "--out", out}, 0, []string{"写了 1 张工单"}},
		{"from tomorrow on", []string{"export", "--since", today.AddDate(0, 0, 1).Format(time.DateOnly)}, 0, []string{"写了 0 张工单"}},
		{"no day", []string{"export", "--since", "昨天"}, 1, []string{"日期 昨天 不对"}},
	} {
		code, printed := status(t, env, append([]string{"hotline"}, c.args...)...)
		if code != c.code || strings.Contains(printed, "夜里有味") || strings.Contains(printed, "138") {
			t.Errorf("%s: status %d, printed %s", c.name, code, printed)
		}
		for _, want := range c.want {
			if !strings.Contains(printed, want) {
				t.Errorf("%s: %q is not in %s", c.name, want, printed)
			}
		}
	}
	if raw, err := os.ReadFile(out); err != nil || strings.Contains(string(raw), "工单") || !strings.Contains(string(raw), "FS-1,") {
		t.Errorf("the file is no GBK: %q, %v", raw, err)
	}
}

// TestBrowserHotline is an operator who takes a call down with the keyboard, reads the codes and gets the work orders in and out, on a small and a large screen.
func TestBrowserHotline(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	link := setupLinks.FindString(command(t, env, "staff", "add", "rexian", "--name=王接线", "--role=operator", "--unit=safety_committee"))
	desk := chrome(t, p.base, "hotline", chromedp.EmulateViewport(1440, 900))
	small := func() { desk.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch)) }
	wide := func() { desk.do(chromedp.EmulateViewport(1440, 900)) }
	both := func(what string) {
		t.Helper()
		desk.look(what)
		small()
		desk.look(what + " on a phone")
		wide()
	}
	const password = "院子里 有三棵 老槐树 和井"
	desk.open(link)
	desk.do(chromedp.SendKeys("input[name=password]", password), chromedp.SendKeys("input[name=again]", password))
	desk.click("button.go")
	desk.at("/desk/login")
	desk.do(chromedp.SendKeys("input[name=login]", "rexian"), chromedp.SendKeys("input[name=password]", password))
	desk.click("button.go")
	desk.at("/desk/hotline")
	both("empty")
	if id := js[string](desk, "document.activeElement.id"); id != "words" {
		t.Errorf("the first key goes to %q, not to the words", id)
	}
	desk.do(chromedp.KeyEvent("夜里有人往院里拉桶，味道呛人"))
	desk.do(chromedp.SendKeys("#find", "dp"), chromedp.SendKeys("#find", "\r"))
	if v := js[string](desk, "document.activeElement.id"); v != "village" {
		t.Errorf("after the search the key goes to %q", v)
	}
	desk.do(chromedp.SendKeys("#where", "猪场后头那个院子"), chromedp.SendKeys("#where", "\r"))
	if here := js[string](desk, "location.pathname + document.querySelectorAll('#codes').length"); here != "/desk/hotline0" {
		t.Error("Enter in a field sent half a form")
	}
	js[bool](desk, "document.querySelector('input[name=reward]').click() || true")
	js[bool](desk, "(document.querySelector('#order').value = '一号') != ''")
	desk.click("#call .main")
	desk.see("#summary")
	both("wrong")
	if words := js[string](desk, "document.querySelector('#words').value"); words != "夜里有人往院里拉桶，味道呛人" {
		t.Errorf("the words are %q", words)
	}
	js[bool](desk, "(document.querySelector('#order').value = 'FS-2026-1') != ''")
	if tiny := js[string](desk, "Array.from(document.querySelectorAll('#call .chip, #call input:not([type=hidden]):not([type=radio]):not([type=checkbox])')).filter(e => e.offsetHeight < 32).map(e => e.id || e.textContent).join(' ')"); tiny != "" {
		t.Errorf("too small: %s", tiny)
	}
	js[bool](desk, "document.querySelector('#where').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true, bubbles: true})) || true")
	desk.see("#codes")
	both("codes")
	code := js[string](desk, "Array.from(document.querySelectorAll('ol#code li')).map(e => e.textContent.trim()).join('')")
	if !sixteen.MatchString(code) {
		t.Fatal("no code to read")
	}
	desk.do(chromedp.SendKeys("#tail", code[12:]))
	desk.click("#codes .main")
	desk.see("a.main[href='/desk/hotline']")
	both("kept")

	sheet := filepath.Join(t.TempDir(), "orders.csv")
	profile, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	today := time.Now().In(profile.Zone) // days are those of the county
	yesterday := today.AddDate(0, 0, -1).Format("2006-01-02 15:04")
	lines := "工单编号,来电时间,诉求内容,所属乡镇\nFS-2026-1," + yesterday + ",夜里有味,大武镇\nFS-2026-2," + yesterday + ",院里堆着桶,大武镇\nFS-2026-3,改天,有味,大武镇\n,,,大武镇\n"
	if err := os.WriteFile(sheet, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	desk.open("/desk/hotline/orders")
	both("orders")
	desk.do(chromedp.SetUploadFiles("#sheet", []string{sheet}))
	desk.click("form[enctype] .main")
	desk.see("button[name=take]")
	both("looked")
	desk.click("button[name=take]")
	desk.see(".good")
	both("taken")
	if text := desk.text("main"); !strings.Contains(text, "新录了 1 条") || !strings.Contains(text, "没有来电内容") {
		t.Errorf("after taking:\n%s", text)
	}
}
