package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// bureau keeps what a department's server was sent.
type bureau struct {
	mu     sync.Mutex
	ids    []string
	texts  []string
	hangup chan struct{} // as long as it is open, nothing is answered
}

func (h *bureau) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var m struct{ Data struct{ Text string } }
	if json.NewDecoder(r.Body).Decode(&m) != nil {
		m.Data.Text = "no JSON"
	}
	h.mu.Lock()
	h.ids, h.texts = append(h.ids, r.Header.Get("webhook-id")), append(h.texts, m.Data.Text)
	hangup := h.hangup
	h.mu.Unlock()
	<-hangup
}

func (h *bureau) heard() (ids, texts []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ids), slices.Clone(h.texts)
}

// book writes a file of contacts with one server for what goes to the emergency bureau.
func book(t *testing.T, address string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "channels.yaml")
	text := fmt.Sprintf("contacts:\n  - {name: 应急局值班, units: [emergency], ranks: [handler], by: webhook, to: %q, secret: whsec_%s}\n", address,
		base64.StdEncoding.EncodeToString([]byte(strings.Repeat("hush", 8))))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAnEmergencyIsTold sends a tip about a fire and kills the process while the department's server has the message and has not answered: the next process sends
// it once more under the same id, and it tells nothing of the tip.
func TestAnEmergencyIsTold(t *testing.T) {
	t.Parallel()
	h := &bureau{hangup: make(chan struct{})}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	env := settings(t, "QIANSHAO_CHANNELS="+book(t, server.URL))
	p := start(t, "run", env)
	resident := p.browser()
	form := resident.newTip("141128103229", "店坪村猪场后头烧起来了，有人往外跑。")
	form.fields["e"] = []string{"fire"}
	resident.send(form)
	until(t, "the department's server has the message", func() bool { ids, _ := h.heard(); return len(ids) == 1 })
	p.kill()
	first := p.printed()
	open := make(chan struct{})
	close(open)
	h.mu.Lock()
	close(h.hangup)
	h.hangup = open
	h.mu.Unlock()
	p = start(t, "run", env)
	until(t, "the message comes again", func() bool { ids, _ := h.heard(); return len(ids) > 1 })
	p.stop()
	ids, texts := h.heard()
	if ids[0] == "" || ids[0] != ids[1] || texts[0] != texts[1] || !strings.HasPrefix(texts[0], "新线索1件，P0，方2") || !strings.HasSuffix(texts[0], "-0001，请登录办理") {
		t.Errorf("told %q under the ids %q", texts, ids)
	}
	if all := first + p.printed(); strings.Contains(all, "whsec_") || strings.Contains(all, server.URL) || strings.Contains(all, "猪场") {
		t.Errorf("the log tells a secret, an address or the tip:\n%s", all)
	}
}

// TestContactsAreChecked: config check and the start itself refuse a bad file, with every problem and no secret.
func TestContactsAreChecked(t *testing.T) {
	t.Parallel()
	bad := book(t, "http://example.cn/hush?key=hush")
	var out, errs strings.Builder
	getenv := func(name string) string { return map[string]string{"QIANSHAO_CHANNELS": bad}[name] }
	for _, args := range [][]string{{"config", "check"}, {"run"}} {
		errs.Reset()
		if code := run(t.Context(), args, getenv, &out, &errs); code != 2 || !strings.Contains(errs.String(), "channels.yaml:2: to 不是能用的网址") || strings.Contains(errs.String(), "hush") {
			t.Errorf("%v: status %d: %s", args, code, errs.String())
		}
	}
	bad = book(t, "https://example.cn/hush")
	if code := run(t.Context(), []string{"config", "check"}, getenv, &out, &errs); code != 0 {
		t.Errorf("a good file: status %d: %s", code, errs.String())
	}
}

// TestChannelsInABrowser looks at the administrators' page on a large screen and on a small phone, and tries a contact that answers and one that does not.
func TestChannelsInABrowser(t *testing.T) {
	t.Parallel()
	open := make(chan struct{})
	close(open)
	h := &bureau{hangup: open}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	path := book(t, server.URL)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	more := "  - {name: 公安局值班群, units: [police, safety_committee], by: wecom, to: \"http://" + freePort(t) + "/cgi-bin/webhook/send?key=hush\"}\n"
	if err := os.WriteFile(path, append(raw, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	env := settings(t, "QIANSHAO_CHANNELS="+path)
	p := start(t, "run", env)
	b := p.asPerson(env, "guanli", "admin", "", "李建国", chromedp.EmulateViewport(1440, 900))
	b.open("/desk/channels")
	b.shown("untried")
	b.click("li:nth-child(1) form button")
	b.see("p.good")
	if _, texts := h.heard(); !slices.Equal(texts, []string{"这是前哨发来试的一条，看到就说明通了，不用办"}) {
		t.Errorf("the test says %q", texts)
	}
	b.click("li:nth-child(2) form button")
	b.see("[role=alert]")
	if text := js[string](b, "document.querySelector('main').innerText"); !strings.Contains(text, "连不上对方的服务器") || strings.Contains(text, "hush") || !strings.Contains(text, "通着") {
		t.Errorf("the page says\n%s", text)
	}
	b.shown("tried")
	b.do(chromedp.EmulateViewport(360, 740))
	b.open("/desk/channels")
	b.shown("on a phone")
}
