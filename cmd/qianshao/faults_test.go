package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/engine/enginetest"
)

// attempt is one form that somebody sends until a receipt comes back.
type attempt struct {
	contentType string
	body        []byte
	code        string // of the receipt; empty while none was shown
}

// try sends the form once; whatever goes wrong on the way only means that there is no receipt.
func (a *attempt) try(ctx context.Context, base string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/report", bytes.NewReader(a.body))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", a.contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return
	}
	if doc, err := goquery.NewDocumentFromReader(bytes.NewReader(raw)); err == nil {
		a.code = code(doc)
	}
}

// TestKilledWhileAccepting kills the process with SIGKILL again and again while people send tips. Who saw a receipt has a whole tip; who did not sends
// the same form again and gets one; in the end there are exactly as many tips as forms.
func TestKilledWhileAccepting(t *testing.T) {
	t.Parallel()
	const kills, forms = 24, 4
	env := settings(t)
	photo := picture(t, "drums", 9)
	p := start(t, "run", env)
	p.await("told the first administrator's link", func() bool { return setupLinks.MatchString(p.printed()) })
	p.signIn("admin", p.printed())
	duty := command(t, env, "staff", "add", "anwei", "--name=值班员", "--role=duty")

	// The kills are spread over the time that the forms of a round take here.
	form := p.browser().newTip("141128103229", "先发一条，看要多久。", photo)
	began := time.Now()
	p.browser().send(form)
	window := max(100*time.Millisecond, forms*time.Since(began))

	var all []*attempt
	rnd := rand.New(rand.NewPCG(3, 14))
	receipts := 0
	for round := range kills {
		var batch []*attempt
		for i := range forms {
			f := p.browser().newTip("141128103229", fmt.Sprintf("第 %d 回第 %d 条：院里有桶，味道呛人。", round, i), photo)
			a := &attempt{}
			a.contentType, a.body = f.encode()
			batch = append(batch, a)
		}
		var wg sync.WaitGroup
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		for _, a := range batch {
			wg.Go(func() { a.try(ctx, p.base) })
		}
		// Anywhere between the first byte and the last receipt.
		timer := time.NewTimer(time.Duration(rnd.Int64N(int64(window))))
		<-timer.C
		p.kill()
		wg.Wait()
		cancel()
		p = start(t, "run", env)
		for _, a := range batch {
			if a.code != "" {
				receipts++
				checkWhole(t, p, a.code)
			}
			before := a.code
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			a.try(ctx, p.base)
			cancel()
			if a.code == "" || (before != "" && a.code != before) {
				t.Fatalf("round %d: the form sent again after the crash got no receipt, or another one", round)
			}
			checkWhole(t, p, a.code)
		}
		all = append(all, batch...)
	}
	t.Logf("%d kills, %d of %d forms had their receipt before the kill", kills, receipts, len(all))
	if receipts == 0 || receipts == len(all) {
		t.Errorf("the kills never hit the time between first byte and receipt: %d of %d", receipts, len(all))
	}
	// All of them are one matter: same village, same picture. Its case holds every tip exactly once.
	b := p.signIn("anwei", duty)
	b.seeTips(len(all) + 1)
}

// seeTips waits until so many tips are in the cases of this desk, each exactly once.
func (b *browser) seeTips(want int) {
	b.t.Helper()
	until(b.t, "every tip on the desk, once", func() bool {
		n := 0
		b.get("/desk?q=all").Find("a[href*='/desk/cases/']").Each(func(_ int, a *goquery.Selection) {
			n += b.get(a.AttrOr("href", "")).Find("article.tip").Length()
		})
		if n > want {
			b.t.Fatalf("%d tips in cases, %d were sent", n, want)
		}
		return n == want
	})
}

// checkWhole opens a receipt's code and looks for the photo.
func checkWhole(t *testing.T, p *process, code string) {
	t.Helper()
	page := p.browser().post("/status", url.Values{"code": {code}})
	if page.Find(`input[name="visit"]`).Length() == 0 || !strings.Contains(page.Text(), "1 张照片") {
		t.Errorf("a receipt was shown, but the tip is not whole:\n%s", page.Text())
	}
}

// grown is the platform on real engines: a web process and a worker on one Redis and one MinIO.
func grown(t *testing.T, redis string) (env []string) {
	t.Helper()
	return settings(t, "QIANSHAO_REDIS="+redis, "QIANSHAO_S3="+enginetest.MinIO(t))
}

// elsewhere gives the same platform's settings with other ports, for a second process.
func elsewhere(t *testing.T, env []string) []string {
	t.Helper()
	return append(append([]string{}, env...), "QIANSHAO_LISTEN="+freePort(t), "QIANSHAO_OPS_LISTEN="+freePort(t))
}

// empty kills Redis and starts it again with nothing in it.
func empty(t *testing.T, redis *enginetest.Server) {
	t.Helper()
	redis.Kill()
	if err := os.RemoveAll(filepath.Join(redis.Dir, "appendonlydir")); err != nil {
		t.Fatal(err)
	}
	redis.Start()
}

// TestRedisAway takes tips while Redis is down; they reach the desk when an empty one comes back.
func TestRedisAway(t *testing.T) {
	t.Parallel()
	redis := enginetest.RedisServer(t)
	env := grown(t, redis.URL)
	web := start(t, "web", env)
	start(t, "worker", elsewhere(t, env))
	duty := web.signIn("anwei", command(t, env, "staff", "add", "anwei", "--name=值班员", "--role=duty"))

	form := web.browser().newTip("141128103229", "院里有桶，夜里味道呛人。", picture(t, "shed", 4))
	redis.Kill()
	code := web.browser().send(form)
	empty(t, redis)
	duty.caseOn("店坪")
	checkWhole(t, web, code)
}

// TestWorkerKilled kills the worker in the middle of its work, again and again, and empties the queue once; every tip still reaches the desk, once.
func TestWorkerKilled(t *testing.T) {
	t.Parallel()
	redis := enginetest.RedisServer(t)
	env := grown(t, redis.URL)
	web := start(t, "web", env)
	duty := web.signIn("anwei", command(t, env, "staff", "add", "anwei", "--name=值班员", "--role=duty"))
	villages := []string{"141128103229", "141128102211", "141128104208", "141128101227", "141128105226", "141128100213"}
	var codes []string
	for i, v := range villages {
		codes = append(codes, web.browser().send(web.browser().newTip(v, "院里有桶，夜里味道呛人。", picture(t, "night", uint64(i)), picture(t, "drums", uint64(i)))))
	}
	rnd := rand.New(rand.NewPCG(5, 8))
	for range 6 {
		worker := start(t, "worker", elsewhere(t, env))
		<-time.NewTimer(time.Duration(rnd.IntN(250)) * time.Millisecond).C
		worker.kill()
	}
	empty(t, redis)
	start(t, "worker", elsewhere(t, env))
	duty.seeTips(len(codes))
}

// TestEvidenceStoreAway says plainly that nothing was sent, keeps what was typed, and takes the same form later.
func TestEvidenceStoreAway(t *testing.T) {
	t.Parallel()
	env := settings(t)
	p := start(t, "run", env)
	form := p.browser().newTip("141128103229", "院里有桶，味道呛人，已经半个月了。", picture(t, "shed", 5))
	evidence := filepath.Join(value(env, "QIANSHAO_DATA"), "evidence")
	if err := os.Rename(evidence, evidence+".away"); err != nil {
		t.Fatal(err)
	}
	// A file in its place: the folder cannot be made again.
	if err := os.WriteFile(evidence, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	contentType, body := form.encode()
	status, page := p.browser().do(http.MethodPost, "/report", contentType, bytes.NewReader(body))
	if status != http.StatusServiceUnavailable || code(page) != "" {
		t.Errorf("status %d while the evidence store is away", status)
	}
	if text := page.Text(); !strings.Contains(text, "没有发出去") || !strings.Contains(text, "已经半个月了") {
		t.Errorf("the page does not say that nothing was sent, or lost what was typed:\n%s", text)
	}
	if resp, err := http.Get(p.base + "/readyz"); err != nil || resp.StatusCode != http.StatusServiceUnavailable { //nolint:noctx // loopback
		t.Errorf("readyz does not tell that a store is away: %v %v", resp.StatusCode, err)
	}
	if err := os.Remove(evidence); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(evidence+".away", evidence); err != nil {
		t.Fatal(err)
	}
	checkWhole(t, p, p.browser().send(form))
}

// TestNothingReadableAtRest sends a tip with marked words in every field through real engines and looks for them in every file that the engines keep.
func TestNothingReadableAtRest(t *testing.T) {
	t.Parallel()
	redis := enginetest.RedisServer(t)
	env := grown(t, redis.URL)
	web := start(t, "web", env)
	worker := start(t, "worker", elsewhere(t, env))
	duty := web.signIn("anwei", command(t, env, "staff", "add", "anwei", "--name=值班员", "--role=duty"))
	form := web.browser().newTip("141128103229", "暗记正文甲：院里有桶。", append(picture(t, "shed", 6), "暗记图尾戊"...))
	form.fields.Set("where", "暗记地点乙")
	form.fields.Set("contact", "暗记联系丙")
	form.fields.Set("reward", "1")
	code := web.browser().send(form)
	page := duty.caseOn("店坪")
	duty.act(page, "reply", url.Values{"reply": {"暗记回复丁"}})
	visit := web.browser().post("/status", url.Values{"code": {code}})
	if !strings.Contains(visit.Text(), "暗记回复丁") {
		t.Fatal("the answer is not there")
	}
	searched := 0
	for _, root := range []string{value(env, "QIANSHAO_DATA"), redis.Dir} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			searched++
			for _, mark := range []string{"暗记", code, code[:15], "IMG_0000"} {
				if bytes.Contains(raw, []byte(mark)) {
					t.Errorf("%s holds %q", filepath.Base(path), mark)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if searched < 3 {
		t.Errorf("only %d files were searched", searched)
	}
	for _, p := range []*process{web, worker} {
		if out := p.printed(); strings.Contains(out, "暗记") || strings.Contains(out, code) || strings.Contains(out, "127.0.0.1:") && strings.Contains(out, "peer") {
			t.Errorf("the log holds what it must not:\n%s", out)
		}
	}
}

// TestSecondSignalEndsAtOnce holds a request open: the first signal waits for it, the second does not.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := start(t, "run", settings(t))
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	token := hidden(t, p.browser().get("/report?e=none"), "token")
	fmt.Fprintf(conn, "POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n%s\r\n", token)
	signal := func() {
		t.Helper()
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	signal()
	until(t, "stop listening", func() bool {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.base, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	select {
	case <-p.done:
		t.Fatal("the first signal did not wait for the running request")
	default:
	}
	began := time.Now()
	signal()
	<-p.done
	if waited := time.Since(began); waited > 5*time.Second {
		t.Errorf("the second signal took %v", waited)
	}
}
