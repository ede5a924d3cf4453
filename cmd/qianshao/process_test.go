package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/cmd/qianshao/demo"
	"qianshao/triage/media"
)

// TestMain lets the test binary be the program: with QIANSHAO_TEST_MAIN set it runs main, so that tests can start and kill real processes.
// A decoder of HEIC is started without any environment.
func TestMain(m *testing.M) {
	if os.Getenv("QIANSHAO_TEST_MAIN") != "" || slices.Contains(os.Args, media.HEICCommand) {
		main()
		return
	}
	os.Exit(m.Run())
}

// process is a running qianshao.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	base string // http://127.0.0.1:port
	ops  string
	env  []string
	done chan struct{}

	mu  sync.Mutex
	out strings.Builder // what it printed, both streams
}

var ports atomic.Uint32

func init() { ports.Store(rand.Uint32()) }

// freePort finds a port nobody listens on just now, below those that the kernel gives to clients: one of them could take it before the program does.
func freePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+ports.Add(1)%12000)
		if ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address); err == nil {
			ln.Close()
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

// settings are the environment of a process on a data folder of its own. extra wins.
func settings(t testing.TB, extra ...string) []string {
	t.Helper()
	return append([]string{
		"QIANSHAO_LISTEN=" + freePort(t), "QIANSHAO_OPS_LISTEN=" + freePort(t), "QIANSHAO_DATA=" + filepath.Join(t.TempDir(), "data"),
		"QIANSHAO_CAPTCHA=never", "QIANSHAO_SWEEP_EVERY=1s",
	}, extra...)
}

func value(env []string, name string) string {
	v := ""
	for _, e := range env {
		if k, rest, _ := strings.Cut(e, "="); k == name {
			v = rest
		}
	}
	return v
}

// start starts `qianshao COMMAND` with the given settings and waits until it answers. A web process is ready when /readyz says so.
func start(t testing.TB, command string, env []string) *process {
	t.Helper()
	p := launch(t, command, env)
	p.await("ready", func() bool {
		address := p.base + "/readyz"
		if command == "worker" {
			address = p.ops + "/metrics"
		}
		resp, err := http.Get(address) //nolint:noctx // a loopback poll in a test
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

func launch(t testing.TB, command string, env []string) *process {
	t.Helper()
	p := &process{t: t, env: env, done: make(chan struct{}), base: "http://" + value(env, "QIANSHAO_LISTEN"), ops: "http://" + value(env, "QIANSHAO_OPS_LISTEN")}
	program := os.Args[0]
	if built := os.Getenv("QIANSHAO_BENCH_BINARY"); built != "" {
		program = built
	}
	p.cmd = exec.Command(program, command) //nolint:noctx // it lives as long as the test says
	p.cmd.Env = append([]string{"QIANSHAO_TEST_MAIN=1", "HOME=" + os.Getenv("HOME"), "PATH=" + os.Getenv("PATH")}, env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.cmd.Stdout
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.mu.Lock()
			p.out.WriteString(lines.Text() + "\n")
			p.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		p.kill()
		if out := p.printed(); t.Failed() {
			t.Logf("the end of what qianshao %s printed:\n%s", command, out[max(0, len(out)-4000):])
		}
	})
	return p
}

func (p *process) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// await polls until ok, for at most 30 seconds.
func (p *process) await(what string, ok func() bool) {
	p.t.Helper()
	until(p.t, what, func() bool {
		select {
		case <-p.done:
			p.t.Fatalf("the process ended before it was %s:\n%s", what, p.printed())
		default:
		}
		return ok()
	})
}

func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited 30 s for: %s", what)
		}
	}
}

// kill is kill -9.
func (p *process) kill() {
	if p.cmd.ProcessState != nil {
		return
	}
	if err := p.cmd.Process.Kill(); err == nil {
		<-p.done
	}
	_ = p.cmd.Wait() // it was killed: its status says only that
}

// stop is Ctrl-C: it must end by itself with status 0.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(30 * time.Second):
		p.t.Fatalf("did not stop:\n%s", p.printed())
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("stopped with %v:\n%s", err, p.printed())
	}
}

// command runs another command on the same settings inside this test and gives what it printed.
func command(t testing.TB, env []string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	getenv := func(name string) string { return value(env, name) }
	if code := run(t.Context(), args, getenv, &out, &errs); code != 0 {
		t.Fatalf("qianshao %v: status %d\n%s%s", args, code, out.String(), errs.String())
	}
	return out.String()
}

// browser is a client that carries cookies even over plain HTTP on loopback, as browsers do there.
type browser struct {
	t       testing.TB
	base    string
	cookies map[string]string
}

func (p *process) browser() *browser {
	return &browser{t: p.t, base: p.base, cookies: map[string]string{}}
}

// do sends a request and gives the page; redirects are followed.
func (b *browser) do(method, path, contentType string, body io.Reader) (int, *goquery.Document) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for name, v := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: v})
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		if c.MaxAge < 0 || c.Value == "" {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	if to := resp.Header.Get("Location"); to != "" {
		u, err := resp.Location()
		if err != nil {
			b.t.Fatal(err)
		}
		return b.do(http.MethodGet, u.RequestURI(), "", nil)
	}
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, doc
}

func (b *browser) get(path string) *goquery.Document {
	b.t.Helper()
	status, doc := b.do(http.MethodGet, path, "", nil)
	if status != http.StatusOK {
		b.t.Fatalf("GET %s: %d\n%s", path, status, doc.Text())
	}
	return doc
}

func (b *browser) post(path string, form url.Values) *goquery.Document {
	b.t.Helper()
	status, doc := b.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if status != http.StatusOK {
		b.t.Fatalf("POST %s: %d\n%s", path, status, doc.Text())
	}
	return doc
}

// hidden gives the value of a hidden field.
func hidden(t testing.TB, doc *goquery.Document, name string) string {
	t.Helper()
	v, ok := doc.Find(`input[name="` + name + `"]`).First().Attr("value")
	if !ok {
		t.Fatalf("no field %q on the page:\n%s", name, doc.Text())
	}
	return v
}

// tipForm is a form as a resident fills it.
type tipForm struct {
	token  string
	fields url.Values
	photos [][]byte
}

// newTip opens the form and fills in a village, two signs and the given words.
func (b *browser) newTip(village, words string, photos ...[]byte) tipForm {
	b.t.Helper()
	return tipForm{token: hidden(b.t, b.get("/report?e=none"), "token"), photos: photos, fields: url.Values{
		"signs": {"s_smell_sharp", "s_night"}, "sites": {"p_farm"}, "village": {village}, "words": {words}, "e": {"none"},
	}}
}

// encode writes the multipart body: the token first, the files last.
func (f tipForm) encode() (contentType string, body []byte) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	write := func(name, v string) { _ = w.WriteField(name, v) } // a bytes.Buffer takes everything
	write("token", f.token)
	for name, values := range f.fields {
		for _, v := range values {
			write(name, v)
		}
	}
	for i, raw := range f.photos {
		part, _ := w.CreateFormFile("photos", fmt.Sprintf("IMG_%04d.jpg", i)) // as above
		_, _ = part.Write(raw)
	}
	_ = w.Close()
	return w.FormDataContentType(), buf.Bytes()
}

var sixteen = regexp.MustCompile(`\d{16}`)

// code reads the query code from a receipt page.
func code(doc *goquery.Document) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, doc.Find("ol#code li").Text())
	return sixteen.FindString(digits)
}

// send submits a filled form and gives the query code.
func (b *browser) send(f tipForm) string {
	b.t.Helper()
	contentType, body := f.encode()
	status, doc := b.do(http.MethodPost, "/report", contentType, bytes.NewReader(body))
	c := code(doc)
	if status != http.StatusOK || c == "" {
		b.t.Fatalf("the tip was not accepted: %d\n%s", status, doc.Text())
	}
	return c
}

func picture(t testing.TB, scene string, seed uint64) []byte {
	t.Helper()
	raw, err := demo.Picture(scene, seed)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

var setupLinks = regexp.MustCompile(`/desk/setup\?t=[^\s"]+`)

// signIn sets the password behind a one-time link and signs in.
func (p *process) signIn(login, printed string) *browser {
	p.t.Helper()
	link := setupLinks.FindString(printed)
	if link == "" {
		p.t.Fatalf("no one-time link in:\n%s", printed)
	}
	const password = "一句 好记的 话 2026"
	b := p.browser()
	page := b.get(link)
	b.post("/desk/setup", url.Values{"t": {hidden(p.t, page, "t")}, "password": {password}, "again": {password}})
	b.post("/desk/login", url.Values{"login": {login}, "password": {password}})
	b.get("/desk")
	return b
}
