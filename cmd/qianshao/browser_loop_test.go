package main

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/device"
)

// witness stands between one person and the process, and remembers all that the person was sent.
type witness struct {
	base string

	mu  sync.Mutex
	saw []sight
}

type sight struct{ path, digits, text string } // text is without white space, digits is nothing but digits

func (p *process) watched() *witness {
	p.t.Helper()
	to, err := url.Parse(p.base)
	if err != nil {
		p.t.Fatal(err)
	}
	w := &witness{}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			r.Out.Header.Set("Accept-Encoding", "identity")
		},
		ModifyResponse: func(r *http.Response) error {
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			r.Body = io.NopCloser(bytes.NewReader(raw))
			if strings.HasPrefix(r.Request.URL.Path, "/static/") || strings.HasPrefix(r.Header.Get("Content-Type"), "image/") {
				return nil
			}
			text := html.UnescapeString(string(raw))
			w.mu.Lock()
			defer w.mu.Unlock()
			w.saw = append(w.saw, sight{path: r.Request.Method + " " + r.Request.URL.RequestURI(), digits: strings.Map(digit, text), text: strings.Join(strings.Fields(text), "")})
			return nil
		},
	})
	p.t.Cleanup(server.Close)
	w.base = server.URL
	return w
}

func digit(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// where lists the pages on which something stood. A code is found in whatever groups it is shown.
func (w *witness) where(what string) (paths []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	code := strings.Map(digit, what) == what
	for _, s := range w.saw {
		if !code && strings.Contains(s.text, what) || code && strings.Contains(s.digits, what) {
			paths = append(paths, s.path)
		}
	}
	return paths
}

// roams opens what links below a path lead to, and the links of those, without pressing anything. A dead link complains on the console.
func (b *tab) roams(below string, from ...string) {
	b.t.Helper()
	n, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](fmt.Sprintf(`(async todo => {
		const seen = new Set(), most = 60;
		while (todo.length && seen.size < most) {
			const at = todo.shift().split('#')[0].replaceAll('&amp;', '&');
			if (seen.has(at) || !at.startsWith(%q) || at.includes('zi=')) continue; // in other letters it is the same page
			seen.add(at);
			const r = await fetch(at), text = await r.text();
			if ((r.headers.get('Content-Type') || '').startsWith('text/html')) todo.push(...Array.from(text.matchAll(/<a [^>]*href="(\/[^"]*)"/g), m => m[1]));
		}
		return seen.size;
	})(['%s'])`, below, strings.Join(from, "','")), chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: follow the links: %v", b.name, err)
	}
	b.t.Logf("%s looked at %d pages", b.name, n)
}

// records fills in a form of the open case and sends it. Values are by the name of the field.
func (b *tab) records(path, kind string, fields map[string]string) {
	b.t.Helper()
	b.open(path + "/record/" + kind)
	for name, v := range fields {
		ok := js[bool](b, fmt.Sprintf(`(all => {
			for (const e of all) if (e.type == 'radio') e.checked = e.value == %[2]q; else e.value = %[2]q;
			return all.length > 0;
		})(document.querySelectorAll('form.record [name="%[1]s"]'))`, name, v))
		if !ok {
			b.t.Fatalf("%s: no field %s in the form %s", b.name, name, kind)
		}
	}
	b.look("form of the " + kind)
	b.click(".send .main")
	b.at(path)
	b.see("#records")
}

// phoneScreen is a small Android phone.
func phoneScreen() []chromedp.Action[chromedp.Void] {
	return []chromedp.Action[chromedp.Void]{chromedp.Emulate(device.GalaxyS8), chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))}
}

// TestWholeLoopInABrowser follows one tip to its end: told on a phone, found to be true, fined, rewarded, paid for a code, published and read by everybody. Each
// person is watched by a witness of their own; in the end nobody saw what was not for them.
func TestWholeLoopInABrowser(t *testing.T) {
	t.Parallel()
	const (
		where, words     = "井台往北第三个院子", "夜里有人往院里拉桶，味道呛人，墙根那棵枣树都熏死了。"
		name, idNumber   = "王小二", "11010519491231002X"
		answer           = "属实。我们去现场看过，电已经断了，设备正在拆，罚款正在办。奖励等处罚定了再说，最晚下个月。"
		wish, fine, paid = "查实了想领奖金", "50000", "7,500"
	)
	env := settings(t, "QIANSHAO_PROFILE="+enacted(t))
	p := start(t, "run", env)
	witnesses := map[string]*witness{}
	person := func(login string, screen ...chromedp.Action[chromedp.Void]) *tab {
		witnesses[login] = p.watched()
		b := chrome(t, witnesses[login].base, login, screen[0])
		b.do(screen[1:]...)
		return b
	}
	staff := func(login, role, unit, name string) *tab {
		b := person(login, chromedp.EmulateViewport(1440, 900))
		b.signIn(env, login, role, unit, name)
		return b
	}

	phone := person("resident", phoneScreen()...)
	query, claim := phone.tips(where, words, pictures(t, 3, "drums"), true)
	phone.click("#kept .go")
	phone.at("/report/kept")
	phone.look("kept")

	unit := staff("unit", "handler", "emergency", "高秀英")
	until(t, "the tip on the department's desk", func() bool {
		unit.open("/desk")
		return js[bool](unit, "!!document.querySelector('#rows a')")
	})
	path := js[string](unit, "document.querySelector('#rows a').pathname")
	until(t, "the picture is read", func() bool {
		unit.open(path)
		return js[int](unit, "document.querySelectorAll('.strip img').length") == 1
	})
	unit.look("case")
	unit.press("sign")
	unit.see("form[data-key=look]")
	unit.press("look")
	unit.see("form[data-key=conclude]")
	officers, now := "高秀英\n李建国", time.Now().In(time.FixedZone("", 8*3600))
	day, minute := now.Format(time.DateOnly), now.Format("2006-01-02T15:04")
	unit.records(path, "survey", map[string]string{"officers": officers, "survey.site": "村东旧养猪场", "survey.before": "no", "survey.running": "yes", "survey.hazardous": "yes", "survey.controlled": "no"})
	unit.click("#outcome-conclude input[value=true]")
	unit.do(chromedp.SendKeys("#note-conclude", "到现场看过，确实在加工，没有手续"))
	unit.press("conclude")
	unit.see("form[data-key=dispose]")
	unit.click("form[data-key=reply] input[value=end]")
	unit.do(chromedp.SendKeys("#reply-reply", answer))
	unit.look("answer")
	unit.click("form[data-key=reply] button")
	unit.see(".talk .ours")
	unit.press("dispose")
	unit.see(".missing")
	unit.look("disposing")
	unit.records(path, "cutoff", map[string]string{"officers": officers, "cutoff.what": "power", "cutoff.lived": "no", "cutoff.meter": "production", "cutoff.approver": "刘志强", "cutoff.notice": "方应急断〔演示〕1号",
		"cutoff.cut": minute, "cutoff.urgent": "反应釜还热着，随时会出事"})
	unit.records(path, "clearance", map[string]string{"officers": officers, "clearance.stopped": day, "clearance.cleared": day, "clearance.noequipment": "铁桶当废铁拉走，没有别的设备", "clearance.nomaterials": "到场时已经用完",
		"clearance.premises": "yes"})
	unit.records(path, "penalty", map[string]string{"officers": officers, "penalty.case": "方应急立〔演示〕1号", "penalty.filed": day, "penalty.decision": "方应急罚〔演示〕1号", "penalty.decided": day,
		"penalty.fine": fine, "penalty.published": day, "penalty.link": "县政府网站处罚公示栏"})
	unit.unfold("form[data-key=finish]")
	unit.do(chromedp.SendKeys("#note-finish", "桶拉走了，院子清完了"))
	unit.press("finish")
	unit.see("form[data-key=close]")
	unit.press("close")
	unit.see("#agreed")
	unit.look("closed")

	unit.open(path + "/award")
	unit.look("reward to propose")
	unit.click("#more ~ form button.main")
	unit.see("#was")
	decider := staff("decider", "handler", "emergency", "李四")
	decider.open("/desk/awards")
	decider.look("reward to decide")
	decider.click("form[action$='/approve'] button")
	decider.see(".good")
	decider.look("reward decided")
	unit.open(path + "/award")
	unit.look("reward decided")
	unpaid := unit.text("main")

	status := func(what string) {
		t.Helper()
		phone.open("/status")
		phone.do(chromedp.SendKeys("#code", query))
		phone.click("button.go")
		phone.see(".talk")
		phone.at("/status")
		phone.look(what)
		if text := phone.text("main"); !strings.Contains(text, answer) {
			t.Errorf("the phone does not show the answer:\n%s", text)
		}
	}
	status("status with a reward")
	phone.click("#reward-h ~ p a")
	phone.at("/claim")
	phone.claims(claim)
	if text := phone.text("main"); !strings.Contains(text, paid) {
		t.Errorf("the phone does not say how much it is:\n%s", text)
	}
	phone.look("ways")
	second := phone.atTheWindow(name, idNumber)
	phone.look("second code")
	officer := staff("officer", "reward", "emergency", "赵六")
	officer.checks(claim)
	officer.look("claim checked")
	officer.confirms("verify")
	cashier := staff("cashier", "finance", "county_gov", "孙七")
	cashier.click("tbody a")
	cashier.see("#payee-key")
	cashier.do(chromedp.SendKeys("input[name=code]", second))
	cashier.look("to be paid")
	cashier.confirms("pay")
	cashier.look("paid")
	receipt := js[string](cashier, "document.querySelector('.sheets a').pathname")
	if file, err := chromedp.Run(cashier.ctx, chromedp.Evaluate[string]("fetch("+strconv.Quote(receipt)+").then(r => r.text()).then(s => s.slice(0, 5))", chromedp.EvalAwaitPromise)); err != nil || file != "%PDF-" {
		t.Errorf("the receipt begins with %q: %v", file, err)
	}
	unit.open(path + "/award")
	if now := unit.text("main"); now != unpaid {
		t.Errorf("who proposed a reward sees that somebody wished it and took it:\n%s\nbefore:\n%s", now, unpaid)
	}

	sweep(t, beside(t, env, 0))
	writer := staff("writer", "publicity", "safety_committee", "周宁")
	writer.click(".press-rows a")
	writer.see("#text")
	writer.look("draft")
	item := js[string](writer, "location.pathname")
	writer.sends()
	approver := staff("approver", "publicity", "safety_committee", "吴敏")
	approver.open(item)
	approver.look("to be approved")
	approver.approves()
	approver.look("scheduled")
	sweep(t, beside(t, env, -29*24*time.Hour))
	if p.browser().get("/outcomes").Find(`main a[href^="/outcomes/"]`).Length() > 0 { // not the reader: a browser may keep the page for a while
		t.Error("it is public before its day")
	}
	sweep(t, beside(t, env, -62*24*time.Hour)) // 30 days and the next day of the batch are over
	reader := person("reader", phoneScreen()...)
	reader.open("/outcomes")
	reader.look("outcomes")
	reader.click(`main a[href^="/outcomes/"]`)
	reader.see("h1")
	id := strings.TrimPrefix(item, "/desk/press/")
	reader.at("/outcomes/" + id)
	reader.look("outcome")
	if text := reader.text("main"); !strings.Contains(text, "大武镇") || !strings.Contains(text, "断电") || strings.Contains(text, "店坪") {
		t.Errorf("published of a single tip:\n%s", text)
	}
	open311 := "?end_date=" + now.AddDate(0, 0, 62).Format(time.DateOnly) + "T00:00:00Z" // for the process that day is yet to come
	feeds := []string{"/outcomes.atom", "/outcomes.json", "/open311/v2/requests.json" + open311, "/open311/v2/requests.xml" + open311, "/open311/v2/requests/" + id + ".json"}
	reader.roams("/", append([]string{"/"}, feeds...)...)
	for _, feed := range feeds {
		if !strings.Contains(strings.Join(witnesses["reader"].where(id), " "), "GET "+feed) {
			t.Errorf("%s does not show what was published", feed)
		}
	}
	status("status in the end")

	auditor := staff("auditor", "auditor", "county_gov", "郑安")
	auditor.look("audit")
	for login, b := range map[string]*tab{"unit": unit, "decider": decider, "officer": officer, "cashier": cashier, "writer": writer, "approver": approver, "auditor": auditor} {
		b.roams("/desk", js[string](b, "location.pathname"), "/desk")
		if n := len(witnesses[login].saw); n < 5 {
			t.Errorf("%s was sent %d pages: the witness sleeps", login, n)
		}
	}
	secrets := []struct {
		name, what string
		of         []string // who may have seen it, and must have
	}{
		{"the words", "夜里有人往院里拉桶", []string{"unit", "decider"}}, {"more words", "墙根那棵枣树都熏死了", []string{"unit", "decider"}}, {"the way there", where, []string{"unit", "decider"}},
		{"the query code", query, []string{"resident"}}, {"the claim code", claim, []string{"resident"}}, {"the second code", second, []string{"resident"}},
		{"the payee", name, nil}, {"the payee's number", idNumber, nil},
	}
	for _, s := range secrets {
		for login, w := range witnesses {
			may := slices.Contains(s.of, login)
			switch at := w.where(s.what); {
			case may && len(at) == 0:
				t.Errorf("%s never saw %s: nothing would be found", login, s.name)
			case !may && len(at) > 0:
				t.Errorf("%s saw %s at %s", login, s.name, strings.Join(at, ", "))
			}
		}
		if strings.Contains(p.printed(), s.what) {
			t.Errorf("%s is in the log", s.name)
		}
	}
	for login, w := range witnesses { // everybody may see that the form asks
		if at := w.where(wish); login != "resident" && login != "reader" && len(at) > 0 {
			t.Errorf("%s saw the wish at %s", login, strings.Join(at, ", "))
		}
	}
}

// sweep drafts what was closed and publishes what is due by the clock of the app.
func sweep(t *testing.T, a *app) {
	t.Helper()
	if _, err := a.outcomes.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}
