package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"qianshao/config"
)

var at = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func clock() time.Time { return at }

var message = Message{ID: "0123456789abcdef01234567", At: at, Text: "新线索1件，P1，方2026-0001，请登录办理", What: "新线索", Count: 1, Priority: "P1", Number: "方2026-0001"}

// vendor is a local server that speaks like a vendor.
type vendor struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
}

func serve(t *testing.T, f func(v *vendor, w http.ResponseWriter, r *http.Request, body string)) *vendor {
	t.Helper()
	v := &vendor{}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		v.bodies, v.heads = append(v.bodies, string(raw)), append(v.heads, r.Header)
		f(v, w, r, string(raw))
	}))
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) address() config.Secret {
	return config.Secret(v.URL + "/send?access_token=hush-hush")
}

func failure(t *testing.T, err error) *Failure {
	t.Helper()
	var f *Failure
	if !errors.As(err, &f) {
		t.Fatalf("%v is no failure", err)
	}
	return f
}

// textOf is the text of a robot's message.
func textOf(t *testing.T, body string) string {
	t.Helper()
	var m struct {
		Type string            `json:"msgtype"`
		Text map[string]string `json:"text"`
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil || m.Type != "text" {
		t.Fatalf("%q: %v", body, err)
	}
	return m.Text["content"]
}

// WeCom's robot takes 20 messages a minute and 2048 bytes, and answers 200 whatever it thinks.
func TestWeComRobot(t *testing.T) {
	n := 0
	v := serve(t, func(_ *vendor, w http.ResponseWriter, r *http.Request, body string) {
		n++
		switch text := textOf(t, body); {
		case r.URL.Query().Get("access_token") != "hush-hush":
			fmt.Fprintln(w, `{"errcode":93000,"errmsg":"invalid webhook url"}`)
		case len(text) > 2048:
			fmt.Fprintln(w, `{"errcode":45002,"errmsg":"content size out of limit"}`)
		case n > 20:
			fmt.Fprintln(w, `{"errcode":45009,"errmsg":"api freq out of limit"}`)
		default:
			fmt.Fprintln(w, `{"errcode":0,"errmsg":"ok"}`)
		}
	})
	c := WeCom(v.address())
	if c.Limit() != (Limit{20, time.Minute, sendLimit}) {
		t.Errorf("limit %v", c.Limit())
	}
	long := message
	long.Text = strings.Repeat("长", 3000)
	for range 19 {
		if err := c.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Send(t.Context(), long); err != nil {
		t.Errorf("a long text: %v", err)
	}
	if got := textOf(t, v.bodies[0]); got != "新线索1件，P1，方2026-0001，请登录办理（消息 012345）" {
		t.Errorf("it says %q", got)
	}
	if f := failure(t, c.Send(t.Context(), message)); f.Code != "errcode 45009" || f.Permanent || f.After != time.Minute {
		t.Errorf("the 21st: %+v", f)
	}
	if f := failure(t, WeCom(config.Secret(v.URL)).Send(t.Context(), message)); f.Code != "errcode 93000" || !f.Permanent {
		t.Errorf("a robot that is gone: %+v", f)
	}
}

// DingTalk's robot checks the signature and the time, and shuts out for ten minutes who sends more than 20 in one.
func TestDingTalkRobot(t *testing.T) {
	const secret = "SEC0123456789"
	n := 0
	v := serve(t, func(_ *vendor, w http.ResponseWriter, r *http.Request, body string) {
		q := r.URL.Query()
		mac := hmac.New(sha256.New, []byte(secret))
		fmt.Fprintf(mac, "%s\n%s", q.Get("timestamp"), secret)
		ms, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
		off := at.Sub(time.UnixMilli(ms))
		n++
		switch {
		case q.Get("access_token") != "hush-hush" || err != nil || off.Abs() > time.Hour || q.Get("sign") != base64.StdEncoding.EncodeToString(mac.Sum(nil)):
			fmt.Fprintln(w, `{"errcode":310000,"errmsg":"sign not match"}`)
		case len(body) > 20000:
			fmt.Fprintln(w, `{"errcode":460101,"errmsg":"message too long, exceed 20000 bytes"}`)
		case n > 20:
			fmt.Fprintln(w, `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`)
		default:
			fmt.Fprintln(w, `{"errcode":0,"errmsg":"ok"}`)
		}
	})
	for name, wrong := range map[string]Channel{
		"another secret": DingTalk(v.address(), "SEC0", clock), "a clock that is off": DingTalk(v.address(), secret, func() time.Time { return at.Add(-2 * time.Hour) }),
	} {
		if f := failure(t, wrong.Send(t.Context(), message)); f.Code != "errcode 310000" || !f.Permanent {
			t.Errorf("%s: %+v", name, f)
		}
	}
	n = 0
	c := DingTalk(v.address(), secret, clock)
	long := message
	long.Text = strings.Repeat("长", 9000)
	if err := c.Send(t.Context(), long); err != nil {
		t.Errorf("a long text: %v", err)
	}
	for i := range 300 { // base64 has + and / now and then: they must survive in the address
		n = 1
		moved := DingTalk(v.address(), secret, func() time.Time { return at.Add(time.Duration(i) * time.Millisecond) })
		if err := moved.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	n = 20
	if f := failure(t, c.Send(t.Context(), message)); f.Permanent || f.After != 10*time.Minute {
		t.Errorf("the 21st: %+v", f)
	}
	if bare := DingTalk(config.Secret(v.URL), secret, clock).(dingtalk).signed().Reveal(); !strings.HasPrefix(bare, v.URL+"?timestamp=") {
		t.Errorf("an address without a query becomes %q", bare)
	}
}

// A receiver that checks as the specification says, and knows repeats by their id.
func TestWebhookIsSigned(t *testing.T) {
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
	key, ok := WebhookKey(secret)
	if !ok {
		t.Fatal("a good secret is refused")
	}
	seen := map[string]int{}
	v := serve(t, func(_ *vendor, w http.ResponseWriter, r *http.Request, body string) {
		id, stamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
		mac := hmac.New(sha256.New, []byte(strings.Repeat("k", 32)))
		fmt.Fprintf(mac, "%s.%s.%s", id, stamp, body)
		if r.Header.Get("webhook-signature") != "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) || stamp != strconv.FormatInt(at.Unix(), 10) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		seen[id]++
		w.WriteHeader(http.StatusNoContent)
	})
	c := Webhook(v.address(), key, clock)
	for range 2 {
		if err := c.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	if seen[message.ID] != 2 {
		t.Errorf("the receiver counts %v", seen)
	}
	var got told
	if err := json.Unmarshal([]byte(v.bodies[0]), &got); err != nil || got.Type != "notice" || got.Data != (toldData{message.Text, "新线索", 1, "P1", "方2026-0001"}) {
		t.Errorf("it says %s: %v", v.bodies[0], err)
	}
	if f := failure(t, Webhook(v.address(), []byte("another"), clock).Send(t.Context(), message)); f.Code != "http 401" || !f.Permanent {
		t.Errorf("a wrong key: %+v", f)
	}
	for _, bad := range []string{"", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", strings.TrimPrefix(secret, "whsec_"), "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 65))} {
		if _, ok := WebhookKey(bad); ok {
			t.Errorf("%q is taken for a secret", bad)
		}
	}
}

// A receiver that says yes and then goes on dripping for ever has the message all the same: what follows the status is not waited for.
func TestWebhookThatDrips(t *testing.T) {
	quick := *client
	quick.Timeout = 2 * time.Second
	old := client
	client = &quick
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, strings.Repeat("x", 1<<20))
		w.(http.Flusher).Flush()
		<-release
	}))
	t.Cleanup(func() {
		client = old
		close(release)
		server.Close()
	})
	if err := Webhook(config.Secret(server.URL), []byte("key"), clock).Send(t.Context(), message); err != nil {
		t.Error(err)
	}
}

// The signature of the example in the vendor's own document (help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature).
func TestACSSignature(t *testing.T) {
	u, err := url.Parse("https://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai")
	if err != nil {
		t.Fatal(err)
	}
	h := acsHeaders(u, "RunInstances", "2014-05-26", "3156853299f313e23d1673dc12e1703d", time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC))
	acsSign(h, "YourAccessKeyId", "YourAccessKeySecret", u, nil)
	const want = "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
		"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got := h.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The SMS service checks the signature over what it received, and tells its mind in Code.
func TestSMS(t *testing.T) {
	g := Gateway{Key: "LTAI", Secret: "key-secret", Sign: "方山县安委办", Template: "SMS_1"}
	says, status := "OK", 200
	v := serve(t, func(_ *vendor, w http.ResponseWriter, r *http.Request, body string) {
		h := r.Header.Clone()
		h.Del("Authorization")
		for _, not := range []string{"User-Agent", "Accept-Encoding", "Content-Length"} {
			h.Del(not)
		}
		h.Set("Host", r.Host)
		acsSign(h, "LTAI", "key-secret", r.URL, []byte(body))
		if h.Get("Authorization") != r.Header.Get("Authorization") {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintln(w, `{"Code":"SignatureDoesNotMatch"}`)
			return
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"Code":%q,"Message":"13800000000 said"}`, says)
	})
	g.URL = config.Secret(v.URL)
	c := SMS(g, "13800000000", clock)
	long := message
	long.What, long.Number = strings.Repeat("长", 60), ""
	for _, m := range []Message{message, long} {
		if err := c.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	form, err := url.ParseQuery(v.bodies[0])
	if err != nil || form.Get("PhoneNumbers") != "13800000000" || form.Get("OutId") != message.ID || form.Get("SignName") != g.Sign ||
		form.Get("TemplateParam") != `{"count":"1","id":"012345","level":"P1","number":"方2026-0001","what":"新线索"}` {
		t.Errorf("%v, %v", form, err)
	}
	if form, _ = url.ParseQuery(v.bodies[1]); !strings.Contains(form.Get("TemplateParam"), `"number":"-","what":"`+strings.Repeat("长", 35)+`"`) {
		t.Errorf("a long variable: %v", form)
	}
	wrong := g
	wrong.Secret = "x"
	if f := failure(t, SMS(wrong, "13800000000", clock).Send(t.Context(), message)); f.Code != "sms SignatureDoesNotMatch" || !f.Permanent {
		t.Errorf("a wrong secret: %+v", f)
	}
	for _, a := range []struct {
		says   string
		status int
		want   Failure
	}{
		{"isv.BUSINESS_LIMIT_CONTROL", 200, Failure{Code: "sms isv.BUSINESS_LIMIT_CONTROL", After: time.Hour}},
		{"isv.MOBILE_NUMBER_ILLEGAL", 200, Failure{Code: "sms isv.MOBILE_NUMBER_ILLEGAL", Permanent: true}},
		{"Throttling.User", 400, Failure{Code: "sms Throttling.User", After: time.Minute}},
		{"ServiceUnavailable", 503, Failure{Code: "sms ServiceUnavailable"}},
		{"OK", 500, Failure{Code: "sms OK"}},
	} {
		says, status = a.says, a.status
		if f := failure(t, c.Send(t.Context(), message)); *f != a.want {
			t.Errorf("%s: %+v", a.says, f)
		}
	}
}

// Servers that lie, break, hang, send too much or point elsewhere: each call ends soon, in a failure that tells nothing secret, and no redirect is followed.
func TestBadServers(t *testing.T) {
	quick := *client
	quick.Timeout = 300 * time.Millisecond
	old := client
	client = &quick
	t.Cleanup(func() { client = old })

	elsewhere := serve(t, func(_ *vendor, w http.ResponseWriter, _ *http.Request, _ string) { fmt.Fprintln(w, `{"errcode":0}`) })
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	huge := strings.Repeat("x", 1<<20)
	for name, s := range map[string]struct {
		answer    http.HandlerFunc
		code      string
		permanent bool
		after     time.Duration
	}{
		"500": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "http 500", false, 0},
		"404": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, "http 404", true, 0},
		"429": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "7"); w.WriteHeader(429) }, "http 429", false, 7 * time.Second},
		"429 for years": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "99999999")
			w.WriteHeader(429)
		}, "http 429", false, time.Hour},
		"hangs": {func(_ http.ResponseWriter, r *http.Request) { <-release }, "timeout", false, 0},
		"hangs in body": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, "{")
			w.(http.Flusher).Flush()
			<-release
		}, "timeout", false, 0},
		"breaks off":     {func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, "unreachable", false, 0},
		"garbage":        {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "<html>ok</html>") }, "answer", false, 0},
		"an empty yes":   {func(http.ResponseWriter, *http.Request) {}, "answer", false, 0},
		"no code":        {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"errmsg":"ok"}`) }, "answer", false, 0},
		"a code in text": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"errcode":"0"}`) }, "answer", false, 0},
		"huge":           {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"errcode":0,"x":"`+huge+`"}`) }, "answer", false, 0},
		"redirects": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, "redirect", true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(s.answer)
			t.Cleanup(server.CloseClientConnections)
			begun := time.Now()
			f := failure(t, WeCom(config.Secret(server.URL+"/?key=hush-hush")).Send(t.Context(), message))
			if f.Code != s.code || f.Permanent != s.permanent || f.After != s.after {
				t.Errorf("%+v", f)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if strings.Contains(fmt.Sprintf("%v %+v", f, f), "hush") || strings.Contains(f.Error(), "127.0.0.1") {
				t.Errorf("the failure tells: %v", f)
			}
		})
	}
	if len(elsewhere.bodies) > 0 {
		t.Error("a redirect was followed")
	}
	if f := failure(t, WeCom("http://127.0.0.1:1/?key=hush-hush").Send(t.Context(), message)); f.Code != "unreachable" || strings.Contains(f.Error(), "hush") {
		t.Errorf("nobody there: %+v", f)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if f := failure(t, WeCom(elsewhere.address()).Send(gone, message)); f.Code != "timeout" {
		t.Errorf("cancelled: %+v", f)
	}
}

// A secret shows nowhere, however a channel is printed.
func TestChannelsPrintNoSecret(t *testing.T) {
	for _, c := range []Channel{WeCom("https://x/?key=hush"), DingTalk("https://x/?key=hush", "hush", clock), Mail(Post{Server: "x:25", Password: "hush", From: "a@b"}, "c@d"),
		SMS(Gateway{URL: "https://x", Secret: "hush"}, "13800000000", clock), Webhook("https://x/hush", []byte("hush"), clock)} {
		if s := fmt.Sprintf("%v %+v %#v %s", c, c, c, c); strings.Contains(s, "hush") {
			t.Errorf("%s", s)
		}
	}
}

// smtpServer is a mail server on loopback that keeps what it is told. refuse answers a command instead of doing it.
func smtpServer(t *testing.T, refuse map[string]string) (address string, talk func() string) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	var mu sync.Mutex
	var all strings.Builder
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if refuse["HANG"] != "" {
					_, _ = io.Copy(io.Discard, conn)
					return
				}
				fmt.Fprintf(conn, "220 here\r\n")
				inData, buf := false, make([]byte, 0, 4096)
				chunk := make([]byte, 4096)
				for {
					n, err := conn.Read(chunk)
					if err != nil {
						return
					}
					mu.Lock()
					all.Write(chunk[:n])
					mu.Unlock()
					for buf = append(buf, chunk[:n]...); ; {
						line, rest, ok := strings.Cut(string(buf), "\r\n")
						if !ok {
							break
						}
						buf = []byte(rest)
						verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
						switch {
						case inData && line != ".":
						case inData:
							inData = false
							fmt.Fprintf(conn, "250 kept\r\n")
						case refuse[verb] != "":
							fmt.Fprintf(conn, "%s\r\n", refuse[verb])
						case verb == "EHLO":
							fmt.Fprintf(conn, "250-here\r\n250 AUTH PLAIN LOGIN\r\n")
						case verb == "AUTH":
							fmt.Fprintf(conn, "235 yes\r\n")
						case verb == "DATA":
							inData = true
							fmt.Fprintf(conn, "354 go on\r\n")
						case verb == "QUIT":
							fmt.Fprintf(conn, "221 bye\r\n")
							return
						default:
							fmt.Fprintf(conn, "250 ok\r\n")
						}
					}
				}
			}()
		}
	}()
	return ln.Addr().String(), func() string { mu.Lock(); defer mu.Unlock(); return all.String() }
}

func TestMail(t *testing.T) {
	server, talk := smtpServer(t, nil)
	p := Post{Server: server, From: "qianshao@county.example"}
	for range 2 {
		if err := Mail(p, "zhiban@county.example").Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	said := talk()
	for _, want := range []string{"EHLO county.example", "RCPT TO:<zhiban@county.example>", "Message-ID: <" + message.ID + "@county.example>", "Subject:\r\n =?UTF-8?", "Content-Type: text/plain; charset=UTF-8"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if strings.Count(said, "Message-ID: <"+message.ID) != 2 {
		t.Error("a repeat has another Message-ID")
	}
	for _, never := range []string{"X-Mailer", "User-Agent", "go-mail"} {
		if strings.Contains(said, never) {
			t.Errorf("it tells %q", never)
		}
	}
	for name, s := range map[string]struct {
		refuse    map[string]string
		code      string
		permanent bool
	}{
		"no such box": {map[string]string{"RCPT": "550 no such user"}, "smtp 550", true},
		"greylisted":  {map[string]string{"RCPT": "451 try later"}, "smtp 451", false},
		"full":        {map[string]string{"DATA": "452 no room"}, "smtp 452", false},
	} {
		server, _ := smtpServer(t, s.refuse)
		p.Server = server
		if f := failure(t, Mail(p, "zhiban@county.example").Send(t.Context(), message)); f.Code != s.code || f.Permanent != s.permanent {
			t.Errorf("%s: %+v", name, f)
		}
	}
	// A password goes over TLS only.
	bare, heard := smtpServer(t, nil)
	p.Server, p.User, p.Password = bare, "qianshao", "hush-hush"
	if err := Mail(p, "zhiban@county.example").Send(t.Context(), message); err == nil || strings.Contains(err.Error(), "hush") || strings.Contains(heard(), "AUTH") {
		t.Errorf("signing in without TLS: %v\n%s", err, heard())
	}
	slow, _ := smtpServer(t, map[string]string{"HANG": "yes"})
	p.Server = slow
	hasty := Mail(p, "zhiban@county.example").(letter)
	hasty.limit = 300 * time.Millisecond
	begun := time.Now()
	if f := failure(t, hasty.Send(t.Context(), message)); f.Code != "timeout" || time.Since(begun) > 5*time.Second {
		t.Errorf("a server that hangs: %+v after %v", f, time.Since(begun))
	}
	// A server elsewhere must offer TLS.
	far := Mail(Post{Server: "mail.county.example:25", From: p.From}, "a@b.example").(letter)
	if len(far.options()) >= len(Mail(Post{Server: "127.0.0.1:25", From: p.From}, "a@b.example").(letter).options()) {
		t.Error("a server elsewhere may be spoken to in the clear")
	}
}
