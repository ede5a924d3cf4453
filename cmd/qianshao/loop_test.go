package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// caseOn waits for a case on somebody's desk and opens it.
func (b *browser) caseOn(village string) *goquery.Document {
	b.t.Helper()
	var href string
	until(b.t, "a case at "+village, func() bool {
		b.get("/desk?q=all").Find("a[href*='/desk/cases/']").EachWithBreak(func(_ int, a *goquery.Selection) bool {
			if strings.Contains(a.Text(), village) {
				href, _ = a.Attr("href")
			}
			return href == ""
		})
		return href != ""
	})
	return b.get(href)
}

// act presses a button of the case page.
func (b *browser) act(page *goquery.Document, action string, more url.Values) *goquery.Document {
	b.t.Helper()
	form := page.Find(`form[action$="/` + action + `"]`).First()
	path, ok := form.Attr("action")
	if !ok {
		b.t.Fatalf("no button %q on the case page:\n%s", action, page.Text())
	}
	fields := url.Values{}
	form.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) {
		fields.Add(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	for k, v := range more {
		fields[k] = v
	}
	return b.post(path, fields)
}

// TestLoop walks the whole way: a tip with photos, a case on the desk of the right department and township, an answer that the code shows.
func TestLoop(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	p.await("told the first administrator's link", func() bool { return setupLinks.MatchString(p.printed()) })
	p.signIn("admin", p.printed())

	// Accounts are made by the command line while the server runs.
	bureau := p.signIn("yingji", command(t, env, "staff", "add", "yingji", "--name=应急局经办人", "--role=handler", "--unit=emergency"))
	dawu := p.signIn("dawu", command(t, env, "staff", "add", "dawu", "--name=大武镇经办人", "--role=handler", "--unit=town:141128103"))
	yukou := p.signIn("yukou", command(t, env, "staff", "add", "yukou", "--name=峪口镇经办人", "--role=handler", "--unit=town:141128102"))

	resident := p.browser()
	form := resident.newTip("141128103229", "店坪村猪场后头，夜里有人往院里拉桶，味道呛人。", picture(t, "drums", 1), picture(t, "night", 2))
	code := resident.send(form)
	if again := resident.send(form); again != code {
		t.Errorf("the same form gave another code")
	}

	page := bureau.caseOn("店坪")
	if text := page.Text(); !strings.Contains(text, "猪场后头") {
		t.Errorf("the case page does not show what was seen:\n%s", text)
	}
	images := page.Find("img[src*='/desk/evidence/']")
	if images.Length() != 2 {
		t.Errorf("%d pictures on the case page, want 2", images.Length())
	}
	dawu.caseOn("店坪")
	if list := yukou.get("/desk?q=all").Text(); strings.Contains(list, "店坪") {
		t.Error("another township sees the case")
	}
	path, _ := page.Find(`form[action$="/sign"]`).First().Attr("action")
	if status, _ := yukou.do(http.MethodGet, strings.TrimSuffix(path, "/sign"), "", nil); status != http.StatusNotFound {
		t.Errorf("another township opens the case by its address: %d", status)
	}

	page = bureau.act(page, "sign", nil)
	page = bureau.act(page, "look", url.Values{"note": {"两个人在外围看过，院里确实有桶。"}})
	bureau.act(page, "reply", url.Values{"reply": {"去看过了，院子里有桶，正在查是谁的。"}})

	status := resident.post("/status", url.Values{"code": {code}})
	if text := status.Text(); !strings.Contains(text, "正在查是谁的") {
		t.Errorf("the code does not show the answer:\n%s", text)
	}
	said := resident.post("/status", url.Values{"code": {code[:4] + " " + code[4:8] + "-" + code[8:]}})
	if said.Find(`input[name="visit"]`).Length() == 0 {
		t.Error("a code typed with spaces and dashes is not understood")
	}
	p.stop()
	if strings.Contains(p.printed(), "猪场") || strings.Contains(p.printed(), code) {
		t.Error("words or the code of a tip are in the log")
	}

	// Everything is still there after a restart.
	p = start(t, "run", env)
	if text := p.browser().post("/status", url.Values{"code": {code}}).Text(); !strings.Contains(text, "正在查是谁的") {
		t.Error("the answer is gone after a restart")
	}
}
