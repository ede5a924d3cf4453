package main

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestRewardsInABrowser walks a reward on a phone and at the officers' desks, looks at every page in both sizes, and opens who is paid in the browser.
func TestRewardsInABrowser(t *testing.T) {
	t.Parallel()
	env := settings(t, "QIANSHAO_PROFILE="+enacted(t))
	p := start(t, "run", env)
	p.await("told the first administrator's link", func() bool { return setupLinks.MatchString(p.printed()) })
	p.signIn("admin", p.printed())
	staff := p.rewardStaff(env)
	resident := p.browser()
	code, claim := staff.approved(resident, "141128103229", "店坪", "院里有桶，夜里味道呛人。")
	small := chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))
	both := func(b *tab, what string) {
		t.Helper()
		b.do(chromedp.EmulateViewport(1440, 900))
		b.shown(what + " on a large screen")
		b.do(small)
		b.shown(what + " on a phone")
	}

	phone := chrome(t, p.base, "resident", small)
	phone.open("/status")
	js[bool](phone, "document.getElementById('code').value = '"+code+"'; true")
	phone.click("button.go")
	phone.see("#reward-h")
	both(phone, "status")
	phone.click("form[action*='/status/withdraw'] button")
	phone.see("dl.facts")
	both(phone, "withdrawal")
	phone.open("/claim")
	both(phone, "claim")
	phone.do(chromedp.SendKeys("#code", "1111"))
	phone.click("button.go")
	phone.see("#code-wrong .wrong")
	phone.claims(claim)
	both(phone, "ways")
	phone.click("button.go")
	phone.see(".summary")
	both(phone, "ways with mistakes")
	second := phone.atTheWindow("王小二", "11010519491231002X")
	both(phone, "second code")

	officer := p.asPerson(env, "hema2", "reward", "emergency", "李四", chromedp.EmulateViewport(1440, 900))
	both(officer, "claims")
	officer.checks(claim)
	both(officer, "checked")
	officer.confirms("verify")
	cashier := p.asPerson(env, "fukuan3", "finance", "county_gov", "赵六", chromedp.EmulateViewport(1440, 900))
	cashier.click("tbody a")
	cashier.see("#payee-key")
	both(cashier, "to be paid")
	cashier.do(chromedp.SetUploadFiles("#payee-key", []string{filepath.Join(value(env, "QIANSHAO_DATA"), "keys", "officer-identity-MOVE-OFFLINE.txt")}))
	cashier.see("#payee-words")
	if got := cashier.text("#payee-words"); !strings.Contains(got, "王小二") || !strings.Contains(got, "11010519491231002X") {
		t.Errorf("opened in the browser: %q", got)
	}
	if sent := js[string](cashier, "performance.getEntriesByType('resource').map(r => r.name).join(' ')"); strings.Contains(sent, "AGE") || strings.Contains(sent, url.QueryEscape("王")) {
		t.Errorf("something left the browser: %s", sent)
	}
	cashier.do(chromedp.SendKeys("input[name=code]", second))
	cashier.confirms("pay")
	both(cashier, "paid")

	auditor := p.asPerson(env, "shenji2", "auditor", "county_gov", "孙七", chromedp.EmulateViewport(1440, 900))
	both(auditor, "audit")
	unit := p.asPerson(env, "tiqing2", "handler", "emergency", "高秀英", chromedp.EmulateViewport(1440, 900))
	staff.proposed(resident, "141128102211", villageName(t, "141128102211"), "院里有桶，夜里味道呛人，还有一家。")
	unit.open("/desk?q=all")
	unit.open(js[string](unit, "document.querySelector('#rows a').pathname") + "/award")
	both(unit, "proposal")
	unit.open("/desk/awards")
	both(unit, "decisions")
}

// claims types a claim code on the open page.
func (b *tab) claims(claim string) {
	b.t.Helper()
	js[bool](b, "document.getElementById('code').value = '"+claim+"'; true")
	b.click("button.go")
	b.see("#f-way")
}

// atTheWindow asks for the money at the counter and gives the second code.
func (b *tab) atTheWindow(name, idNumber string) string {
	b.t.Helper()
	b.click("input[value=window]")
	b.do(chromedp.SendKeys("#name", name), chromedp.SendKeys("#id_number", idNumber))
	b.click("input[name=declared]")
	b.click("button.go")
	b.see("#second")
	return b.digits("#second")
}

// checks looks up a claim code as the reward officer does.
func (b *tab) checks(claim string) {
	b.t.Helper()
	b.do(chromedp.SendKeys("#code", claim))
	b.click("main form button.main")
	b.see("form[action$='/verify']")
}

// confirms takes a step of the open reward.
func (b *tab) confirms(step string) {
	b.t.Helper()
	b.click("form[action$='/" + step + "'] button")
	b.see(".good")
}
