package handlers

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

func TestEmergencyComesFirst(t *testing.T) {
	r := newRig(t)
	first := r.get("/report?e=fire").is(http.StatusOK).page()
	if n := first.Find(`a[href="tel:119"]`).Length(); n == 0 || first.Find("form").Length() > 0 {
		t.Errorf("fire: %d buttons for 119, %d forms; want a call and no form", n, first.Find("form").Length())
	}
	for _, path := range []string{"/report", "/report?e=none", "/report?e=fire&called=1", "/report?e=<script>"} {
		if d := r.get(path).is(http.StatusOK).page(); d.Find(`form#report [name="token"]`).Length() != 1 {
			t.Errorf("%s shows no form", path)
		}
	}
	if got := r.get("/report?e=fire&called=1").value("e"); got != "fire" {
		t.Errorf("the emergency is %q in the form, want fire", got)
	}
	if d := r.get("/report?zi=2").page(); d.Find("html.zi-2").Length() != 1 || !strings.Contains(d.Find("form#report").AttrOr("action", ""), "zi=2") {
		t.Error("the text size is lost")
	}
}

func TestReceiptIsTheAnswerAndTheSameTwice(t *testing.T) {
	r := newRig(t)
	fields := append(r.tipFields(), "reward", "1", "contact", "微信 abc")
	send := func() answer {
		return r.send("/report", newForm(fields...).file("photos", "a.jpg", photo(t)).file("photos", "b.jpg", photo(t)))
	}
	a := send().is(http.StatusOK).has("收到 2 张照片。")
	if a.Header().Get("Location") != "" || len(a.Result().Cookies()) > 0 {
		t.Error("the receipt is a redirect or sets a cookie")
	}
	code := a.code()
	if n := a.page().Find("#claim li").Length(); n != 4 {
		t.Errorf("%d groups of the claim code, want 4", n)
	}
	if again := send().is(http.StatusOK); again.code() != code {
		t.Error("sending again gives another code")
	}
	r.post("/report/kept", form2("token", a.value("token"))).is(http.StatusOK)
	if kept := send().is(http.StatusOK); strings.Contains(kept.Body.String(), code[:4]+"</li>") || kept.page().Find("#code").Length() > 0 {
		t.Error("the code is shown after it was kept")
	}
}

// bad is a form with one thing wrong.
type bad struct {
	fields  []string // replace those of a right form; "-" takes the field out
	files   func(*form)
	status  int
	says    []string
	where   string // selector of the field beside which it is said
	staged  int    // files kept
	dropped int    // files refused by name
}

func TestBadFormComesBackAsItWas(t *testing.T) {
	r := newRig(t)
	large := make([]byte, r.cfg.MaxPhotoMB<<20+1)
	copy(large, photo(t))
	forms := map[string]bad{
		"empty":           {fields: []string{"signs", "-", "words", "-", "where", "-", "town", "-"}, status: 422, says: []string{"还没写看到了什么", "还没写在什么地方"}, where: "#f-signs"},
		"too long":        {fields: []string{"words", strings.Repeat("臭", 100_000)}, status: 422, says: []string{"最多 2000 个字"}, where: "#f-words"},
		"no UTF-8":        {fields: []string{"words", "味道\xff\xfe很大"}, status: 422, says: []string{"没传清楚", "味道□很大"}, where: "#f-words"},
		"forged choice":   {fields: []string{"now", "<script>alert(1)</script>"}, status: 422, says: []string{"没选对"}},
		"forged village":  {fields: []string{"village", "999999999999"}, status: 422, says: []string{"没选对"}},
		"forged position": {fields: []string{"lon", "999", "lat", "NaN"}, status: 422, says: []string{"没选对"}},
		"forged token":    {fields: []string{"token", "AAAA"}, status: 422, says: []string{"换了一张新的"}},
		"forged staged":   {fields: []string{"staged", "AAAA"}, status: 422, says: []string{"重新选一次"}, dropped: 1},
		"ten photos": {files: func(f *form) {
			for range 10 {
				f.file("photos", "p.jpg", photo(t))
			}
		}, status: 422, says: []string{"照片最多 9 张"}, staged: 9, dropped: 1},
		"two voices": {files: func(f *form) {
			f.file("voice", "v.amr", amr(50)).file("voice", "w.amr", amr(60))
		}, status: 422, says: []string{"录音只能传一段"}, staged: 1, dropped: 1},
		"one too large": {files: func(f *form) {
			f.file("photos", "p.jpg", photo(t)).file("photos", "q.jpg", large).file("photos", "r.jpg", photo(t))
		}, status: 422, says: []string{"照片太大，超过 1 MB"}, staged: 2, dropped: 1},
		"no photo": {files: func(f *form) { f.file("photos", "p.jpg", []byte("%PDF-1.4 x")).file("photos", "q.jpg", photo(t)) },
			status: 422, says: []string{"不是照片"}, staged: 1, dropped: 1},
		"nothing in the file": {files: func(f *form) { f.file("photos", "p.jpg", nil) }, status: 422, says: []string{"打不开"}, dropped: 1},
		"too much in all": {files: func(f *form) {
			for range 13 {
				f.file("photos", "p.jpg", large)
			}
		}, status: 413, says: []string{"一次发的东西太大了"}},
		"endless text": {fields: []string{"where", strings.Repeat("x", 1<<20)}, status: 413, says: []string{"一次发的东西太大了"}},
	}
	for name, c := range forms {
		t.Run(name, func(t *testing.T) {
			r.t = t
			values := r.tipFields()
			if name != "empty" {
				values = append(values, "contact", "晚上八点后")
			}
			for i := 0; i+1 < len(c.fields); i += 2 {
				values = replaced(values, c.fields[i], c.fields[i+1])
			}
			f := newForm(values...)
			if c.files != nil {
				c.files(f)
			}
			a := r.send("/report", f).is(c.status)
			d := a.page()
			for _, text := range c.says {
				a.has(text)
				if name != "no UTF-8" && !strings.Contains(d.Find(".summary").Text()+d.Find("[data-sent]").Text(), text) {
					t.Errorf("neither the summary nor the list of files says %q", text)
				}
			}
			if c.where != "" && d.Find(c.where+" .wrong").Length() == 0 {
				t.Errorf("nothing is said beside %s", c.where)
			}
			if n := d.Find(`[name="staged"]`).Length(); n != c.staged && name != "too much in all" {
				t.Errorf("%d files kept, want %d", n, c.staged)
			}
			if n := d.Find("[data-sent] .wrong").Length(); n != c.dropped && name != "too much in all" {
				t.Errorf("%d files refused by name, want %d", n, c.dropped)
			}
			if name == "empty" || name == "endless text" {
				return
			}
			if d.Find(`[name="signs"]:checked`).Length() != 1 || d.Find(`[name="contact"]`).AttrOr("value", "") != "晚上八点后" || d.Find(`[name="where"]`).AttrOr("value", "") != "老砖厂，村口往里走" {
				t.Error("what was typed is gone")
			}
			if strings.Contains(a.Body.String(), "<script>alert") {
				t.Error("a forged value stands in the page")
			}
		})
	}
}

func replaced(values []string, name, value string) []string {
	var out []string
	for i := 0; i+1 < len(values); i += 2 {
		if values[i] != name {
			out = append(out, values[i], values[i+1])
		}
	}
	if value == "-" {
		return out
	}
	return append(out, name, value)
}

func TestRefusedFormCanBeSentOn(t *testing.T) {
	r := newRig(t)
	a := r.send("/report", newForm(replaced(r.tipFields(), "now", "forged")...).file("photos", "a.jpg", photo(t))).is(http.StatusUnprocessableEntity)
	next := newForm()
	a.page().Find("form#report input, form#report textarea").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "")
		_, checked := s.Attr("checked")
		switch {
		case name == "" || kind == "file" || (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(s) == "textarea":
			next.add(name, s.Text())
		default:
			next.add(name, s.AttrOr("value", ""))
		}
	})
	r.send("/report", next).is(http.StatusOK).has("收到 1 张照片。")
}

func TestStrangeCharactersAreTakenOut(t *testing.T) {
	r := newRig(t)
	code := r.send("/report", newForm(replaced(r.tipFields(), "words", "夜\u200b里\u202e有味\u0000道")...)).is(http.StatusOK).code()
	_, tip := r.opened(code, "emergency")
	got, err := r.intake.Open(t.Context(), tip)
	if err != nil || got.Report.Words != "夜里有味道" {
		t.Errorf("stored %q, %v", got.Report.Words, err)
	}
}

func TestFileBeforeTheTokenIsRefused(t *testing.T) {
	r := newRig(t)
	a := r.send("/report", newForm().file("photos", "a.jpg", photo(t)).add(r.tipFields()...)).is(http.StatusUnprocessableEntity)
	if a.page().Find(`[name="staged"]`).Length() > 0 {
		t.Error("a file without a form was stored")
	}
}

func TestCutUploadBringsTheFormBack(t *testing.T) {
	r := newRig(t)
	f := newForm(r.tipFields()...).file("photos", "a.jpg", photo(t)).file("photos", "b.jpg", bytes.Repeat(photo(t), 20))
	whole := f.b.Bytes()
	for name, body := range map[string]io.Reader{
		"ends":   bytes.NewReader(whole[:len(whole)-3000]),
		"breaks": io.MultiReader(bytes.NewReader(whole[:len(whole)-3000]), iotest.ErrReader(io.ErrUnexpectedEOF)),
	} {
		a := r.sendRaw("/report", f, body).is(http.StatusUnprocessableEntity).has("没传完网就断了")
		d := a.page()
		if d.Find(`[name="staged"]`).Length() != 1 || d.Find(`[name="words"]`).Text() != "夜里有味" {
			t.Errorf("%s: %d files kept, words %q", name, d.Find(`[name="staged"]`).Length(), d.Find(`[name="words"]`).Text())
		}
	}
	if n := r.tipsAccepted(); n != "0" {
		t.Errorf("%s tips accepted", n)
	}
}

func (r *rig) tipsAccepted() string {
	a := answer{r.do(request("GET", "/healthz", nil)).ResponseRecorder, r.t}
	a.Body.Reset()
	Ops(r.metrics).ServeHTTP(a, request("GET", "/metrics", nil))
	_, after, _ := strings.Cut(a.Body.String(), "\nqianshao_tips_accepted_total ")
	n, _, _ := strings.Cut(after, "\n")
	return n
}

func TestEvidenceAhead(t *testing.T) {
	r := newRig(t)
	token := r.get("/report").value("token")
	type result struct{ Token, Error, Ref string }
	ahead := func(f *form, status int) result {
		t.Helper()
		a := r.send("/report/evidence", f).is(status)
		if !strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") {
			t.Errorf("content type %s", a.Header().Get("Content-Type"))
		}
		var got result
		if err := json.Unmarshal(a.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	ok := ahead(newForm("token", token, "kind", "photo").file("file", "a.jpg", photo(t)), 200)
	if ok.Token == "" || ok.Error != "" {
		t.Fatalf("a right photo: %+v", ok)
	}
	for name, c := range map[string]struct {
		f      *form
		status int
		says   string
	}{
		"no photo":     {newForm("token", token, "kind", "photo").file("file", "a.jpg", []byte("hello, world")), 422, "不是照片"},
		"too large":    {newForm("token", token, "kind", "photo").file("file", "a.jpg", append(photo(t), make([]byte, 1<<20)...)), 413, "太大"},
		"empty":        {newForm("token", token, "kind", "photo").file("file", "a.jpg", nil), 422, "打不开"},
		"forged token": {newForm("token", "x", "kind", "photo").file("file", "a.jpg", photo(t)), 422, "先点一次“发送”"},
		"forged kind":  {newForm("token", token, "kind", "virus").file("file", "a.jpg", photo(t)), 422, "没看出这是照片、录音还是录像"},
		"no file":      {newForm("token", token, "kind", "photo"), 422, "没传完"},
	} {
		if got := ahead(c.f, c.status); got.Token != "" || !strings.Contains(got.Error, c.says) || got.Ref == "" {
			t.Errorf("%s: %+v, want %q", name, got, c.says)
		}
	}
	torn := newForm("token", token, "kind", "photo")
	torn.b.WriteString("\r\n--" + torn.w.Boundary() + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"标记文件\"\r\n标记行\r\n\r\nx")
	r.sendRaw("/report/evidence", torn, &torn.b).is(422)
	if strings.Contains(r.log.String(), "标记") {
		t.Error("the log quotes an upload")
	}
	r.send("/report", newForm(append(replaced(r.tipFields(), "token", token), "staged", ok.Token, "staged", ok.Token)...)).is(200).has("收到 1 张照片。")
}

func TestStoreAwaySaysThatNothingWasSent(t *testing.T) {
	t.Run("documents", func(t *testing.T) {
		r := newRig(t)
		f, code, token := newForm(r.tipFields()...), r.accept(), r.get("/report").value("token")
		session, _ := r.signedIn(cases.Duty, county.DutyDesk)
		if err := r.engines.Docs.Close(); err != nil {
			t.Fatal(err)
		}
		a := r.send("/report", f).is(http.StatusServiceUnavailable).has("还没有发出去")
		if a.page().Find(`[name="words"]`).Text() != "夜里有味" {
			t.Error("the words are gone")
		}
		if strings.Contains(a.Body.String(), "sql") {
			t.Errorf("the page names the engine:\n%s", a.Body.String())
		}
		looked, kept := r.post("/status", form2("code", code)).has("现在查不了"), r.post("/report/kept", form2("token", token)).has("已经收下了")
		for _, a := range []answer{looked, r.get("/desk", session), kept} {
			if strings.Contains(a.Body.String(), "还没有发出去") {
				t.Errorf("a page on which nothing was sent says that it was not: %s", a.text())
			}
			ref := a.Header().Get("X-Request-Id")
			if a.Code < 500 || ref == "" || strings.Contains(a.Body.String(), "sql") {
				t.Errorf("status %d, reference %q: %s", a.Code, ref, a.text())
			}
		}
	})
	t.Run("evidence", func(t *testing.T) {
		r := newRig(t)
		f := newForm(r.tipFields()...).file("photos", "a.jpg", photo(t))
		folder := filepath.Join(r.cfg.Data, "evidence")
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		a := r.send("/report", f).is(http.StatusServiceUnavailable).has("还没有发出去")
		if a.page().Find(`[name="words"]`).Text() != "夜里有味" || strings.Contains(a.Body.String(), folder) {
			t.Errorf("the words are gone, or the page shows the folder: %s", a.text())
		}
		r.send("/report", newForm(r.tipFields()...)).is(http.StatusOK).code() // a tip without photos needs no such store
	})
	t.Run("queue", func(t *testing.T) {
		r := newRig(t)
		f := newForm(r.tipFields()...)
		if err := r.engines.Queue.Close(); err != nil {
			t.Fatal(err)
		}
		r.send("/report", f).is(http.StatusOK).code()
	})
}

func TestStatusAndDialogue(t *testing.T) {
	r := newRig(t)
	code := r.accept()
	spaced := code[:4] + " " + code[4:8] + "-" + code[8:12] + "　" + code[12:]
	a := r.post("/status", form2("code", spaced)).is(http.StatusOK).has("收到了")
	if strings.Contains(a.Body.String(), code) {
		t.Error("the page holds the code")
	}
	visit, token := a.value("visit"), a.value("token")
	said := r.send("/status/say", newForm("visit", visit, "token", token, "words", "昨天夜里又来了一车").file("photos", "a.jpg", photo(t))).is(http.StatusOK).has("昨天夜里又来了一车")
	if said.value("token") == token {
		t.Error("the next message has the form of the last one")
	}
	twice := r.send("/status/say", newForm("visit", visit, "token", token, "words", "昨天夜里又来了一车")).is(http.StatusOK)
	if n := strings.Count(twice.Body.String(), "昨天夜里又来了一车"); n != 1 {
		t.Errorf("said %d times", n)
	}
	for words, want := range map[string]string{"": "还没写话", strings.Repeat("说", 3000): "最多 2000 个字", "我的码是" + code: "查询码"} {
		back := r.send("/status/say", newForm("visit", visit, "token", said.value("token"), "words", words)).is(http.StatusUnprocessableEntity).has(want)
		if got := back.page().Find(`[name="words"]`).Text(); got != words {
			t.Errorf("%s: the words are gone", want)
		}
	}
	r.send("/status/say", newForm("visit", "forged", "token", token, "words", "x")).has("再输一次查询码")
	for range 3 {
		r.post("/status", form2("code", "1111222233334444")).is(http.StatusNotFound).has("没找到这个码")
	}
	r.post("/status", nil).has("captcha")
}
