package handlers

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/PuerkitoBio/goquery"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/enginetest"
	"qianshao/frontend"
	"qianshao/handlers/account"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/gateway"
	"qianshao/intake/vault"
	"qianshao/notify/answers"
	"qianshao/notify/contacts"
	"qianshao/notify/delivery"
	"qianshao/notify/numbers"
	"qianshao/notify/outcome"
	"qianshao/notify/reward"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/draws"
	"qianshao/triage/figures"
	"qianshao/triage/ledger"
	"qianshao/triage/media"
	"qianshao/triage/places"
	"qianshao/triage/scene"
)

// rig is the whole house on engines of its own, without a network.
type rig struct {
	t        *testing.T
	cfg      *config.Config
	profile  *county.Profile
	engines  *engine.Engines
	custody  *custody.Log
	intake   *intake.Service
	cases    *cases.Service
	answers  *answers.Service
	triage   *triage.Service
	accounts *account.Service
	places   *places.Service
	scene    *scene.Service
	ledger   *ledger.Service
	figures  *figures.Service
	draws    *draws.Service
	rewards  *reward.Service
	vault    *vault.Vault
	outcomes *outcome.Service
	numbers  *numbers.Service
	gateways *gateway.Service
	delivery *delivery.Service
	metrics  *Metrics
	server   *server
	book     contacts.Book // whom to tell; a test may fill it
	log      *logBuffer
	blobs    *fillable
	ahead    atomic.Int64 // nanoseconds by which the clock of the house is ahead
}

func (r *rig) now() time.Time          { return time.Now().Add(time.Duration(r.ahead.Load())) }
func (r *rig) advance(d time.Duration) { r.ahead.Add(int64(d)) }

// fillable is the real store on a disk that can be called full.
type fillable struct {
	blobs.Store
	full atomic.Bool
}

func (f *fillable) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if f.full.Load() {
		return 0, fmt.Errorf("disk: put %s: %w", key, blobs.ErrFull)
	}
	return f.Store.Put(ctx, key, r)
}

func (f *fillable) Ping(ctx context.Context) error {
	if f.full.Load() {
		return fmt.Errorf("disk: ping: %w", blobs.ErrFull)
	}
	return f.Store.Ping(ctx)
}

// logBuffer is what the program logged; the worker writes it too.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newRig(t *testing.T, change ...func(*config.Config)) *rig {
	t.Helper()
	cfg := &config.Config{URL: "https://tips.example", Data: t.TempDir(), Captcha: "budget", CaptchaBudget: 1000, MaxPhotoMB: 1, MaxVoiceMB: 1, MaxVideoMB: 1, Workers: 2}
	for _, f := range change {
		f(cfg)
	}
	r := &rig{t: t, cfg: cfg, engines: enginetest.Open(t, cfg), log: &logBuffer{}}
	log := slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.blobs = &fillable{Store: r.engines.Blobs}
	r.engines.Blobs = r.blobs
	var err error
	must := func(what string) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	r.profile, err = county.Embedded()
	must("profile")
	officer, err := age.GenerateX25519Identity()
	must("officer")
	key := make([]byte, 32)
	_, err = rand.Read(key)
	must("key")
	vlt, err := vault.New(key, officer.Recipient().String())
	must("vault")
	r.vault = vlt
	r.custody, err = custody.Open(t.Context(), r.engines.Docs, vlt, time.Now)
	must("custody")
	r.rewards, err = reward.New(t.Context(), reward.Deps{Docs: r.engines.Docs, Vault: vlt, Custody: r.custody, Profile: r.profile, Now: r.now})
	must("rewards")
	tasks := triage.NewTasks(r.engines.Queue)
	t.Cleanup(func() { _ = tasks.Close() }) // a test may have closed the queue
	r.intake, err = intake.New(t.Context(), intake.Deps{Docs: r.engines.Docs, Blobs: r.engines.Blobs, Vault: vlt, Custody: r.custody, Profile: r.profile,
		Announce: tasks, Claims: r.rewards, Now: r.now, Log: log, MaxPhoto: int64(cfg.MaxPhotoMB) << 20, MaxVoice: int64(cfg.MaxVoiceMB) << 20, MaxVideo: int64(cfg.MaxVideoMB) << 20, Recordings: triage.NewInspector(r.profile.Evidence)})
	must("intake")
	r.cases, err = cases.New(t.Context(), cases.Deps{Docs: r.engines.Docs, Vault: vlt, Custody: r.custody, Profile: r.profile, Now: r.now})
	must("cases")
	r.places, err = places.New(t.Context(), places.Deps{Docs: r.engines.Docs, Vault: vlt, Custody: r.custody, Profile: r.profile, Cases: r.cases, Now: r.now})
	must("places")
	r.answers, err = answers.New(t.Context(), answers.Deps{Docs: r.engines.Docs, Vault: vlt, Custody: r.custody, Profile: r.profile, Cases: r.cases, Intake: r.intake, Places: r.places})
	must("answers")
	r.ledger, err = ledger.New(t.Context(), ledger.Deps{Docs: r.engines.Docs, Blobs: r.engines.Blobs, Queue: r.engines.Queue, Vault: vlt, Custody: r.custody, Profile: r.profile,
		Cases: r.cases, Places: r.places, Now: r.now, Paid: r.rewards, Direct: 5})
	must("ledger")
	t.Cleanup(func() { _ = r.ledger.Close() }) // as above
	r.figures, err = figures.New(t.Context(), figures.Deps{Docs: r.engines.Docs, Cases: r.cases, Profile: r.profile, Every: time.Minute, Now: r.now})
	must("figures")
	r.draws, err = draws.New(t.Context(), draws.Deps{Docs: r.engines.Docs, Cases: r.cases, Vault: vlt, Custody: r.custody, Profile: r.profile, Now: r.now})
	must("draws")
	r.delivery, err = delivery.New(t.Context(), delivery.Deps{Docs: r.engines.Docs, Vault: vlt, Custody: r.custody, Cases: r.cases, Profile: r.profile, Book: &r.book, Every: time.Second, Now: r.now, Log: log})
	must("delivery")
	r.cases.Courier = r.delivery
	r.triage, err = triage.New(t.Context(), triage.Deps{Docs: r.engines.Docs, Queue: r.engines.Queue, Intake: r.intake, Cases: r.cases, Vault: vlt,
		Profile: r.profile, Places: r.places, Workers: 2, SweepEvery: time.Second, Now: time.Now, Log: log, Jobs: map[string]triage.Job{ledger.Prefix: r.ledger},
		Sweeps: map[string]func(context.Context) (int, error){"dialogues looked after": r.answers.Sweep}})
	must("triage")
	r.scene, err = scene.New(t.Context(), scene.Deps{Docs: r.engines.Docs, Blobs: r.engines.Blobs, Vault: vlt, Custody: r.custody, Cases: r.cases, Now: r.now, MaxBytes: int64(cfg.MaxPhotoMB) << 20,
		Reader: media.New(media.Options{Now: r.now, Zone: r.profile.Zone})})
	must("scene")
	r.outcomes, err = outcome.New(t.Context(), outcome.Deps{Docs: r.engines.Docs, Blobs: r.engines.Blobs, Vault: vlt, Custody: r.custody, Profile: r.profile, Intake: r.intake,
		Cases: r.cases, Scene: r.scene, Now: r.now})
	must("outcomes")
	r.numbers, err = numbers.New(t.Context(), numbers.Deps{Docs: r.engines.Docs, Cases: r.cases, Profile: r.profile, Now: r.now})
	must("numbers")
	r.gateways, err = gateway.New(t.Context(), gateway.Deps{Docs: r.engines.Docs, Vault: vlt, Custody: r.custody, Now: r.now})
	must("gateways")
	r.accounts, err = account.New(t.Context(), account.Deps{Docs: r.engines.Docs, Vault: vlt, Custody: r.custody, Now: r.now})
	must("accounts")
	site, err := frontend.New("zh-CN")
	must("site")
	r.metrics = NewMetrics(r.engines)
	r.server, err = build(Deps{Config: cfg, Profile: r.profile, Site: site, Engines: r.engines, Intake: r.intake, Cases: r.cases, Places: r.places, Triage: r.triage, Scene: r.scene, Ledger: r.ledger, Figures: r.figures, Draws: r.draws, Rewards: r.rewards, Outcomes: r.outcomes, Numbers: r.numbers, Gateways: r.gateways, Delivery: r.delivery, Answers: r.answers,
		Custody: r.custody, Vault: vlt, Accounts: r.accounts, Metrics: r.metrics, Log: log, Now: r.now})
	must("handlers")
	return r
}

// work runs the worker until the test ends, or until it is stopped.
func (r *rig) work() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := r.triage.Run(ctx, time.Second); err != nil {
			r.t.Errorf("worker: %v", err)
		}
	}()
	stop = func() { cancel(); <-done }
	r.t.Cleanup(stop)
	return stop
}

// until polls until f is true.
func (r *rig) until(what string, f func() bool) {
	r.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); <-tick.C {
		if f() {
			return
		}
	}
	r.t.Fatalf("%s: not within 20 s; log:\n%s", what, r.log)
}

// answer is a response with its page.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// ruleNamed is a rule of the profile by its id, which no page shows: reasons are for people.
var ruleNamed = regexp.MustCompile(`规则 [\w.]+`)

func (r *rig) do(req *http.Request) answer {
	r.t.Helper()
	w := httptest.NewRecorder()
	r.server.router.ServeHTTP(w, req)
	a := answer{w, r.t}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && w.Header().Get("Content-Encoding") == "" {
		text := a.page().Text()
		if key := unspoken.FindString(text); key != "" {
			r.t.Errorf("%s %s shows the key %q instead of its text", req.Method, req.URL.Path, key)
		}
		if rule := ruleNamed.FindString(text); rule != "" {
			r.t.Errorf("%s %s shows the id of %s", req.Method, req.URL.Path, rule)
		}
	}
	return a
}

// unspoken is the key of a text that is in no catalogue.
var unspoken = regexp.MustCompile(`\b(state|event|verb|note|queue|role|light|how|fact|title|file|place|category|who|clock|tip|staff|engine|arrived|day|done|datum|place_form|overview|payout|claim|award|audit|reward|work|draws|handover|reach|funnel|channel|check|csv|span|month|press|finding)\.[a-z_0-9.]+|\b[a-z]+\.title\b`)

func (a answer) page() *goquery.Document {
	a.t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body.String()))
	if err != nil {
		a.t.Fatal(err)
	}
	return d
}

// text is what the page says, as far as a person would read it in a failed test.
func (a answer) text() string {
	d := a.page()
	s := strings.Join(strings.Fields(d.Find("h1, .summary, .alert, .wrong, p").Text()+d.Find("body").Text()), " ")
	return s[:min(len(s), 1500)]
}

// is checks the status.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.text())
	}
	return a
}

func (a answer) has(text string) answer {
	a.t.Helper()
	if !strings.Contains(a.Body.String(), text) {
		a.t.Fatalf("answer (%d) does not say %q: %s", a.Code, text, a.text())
	}
	return a
}

// value is the value of the first field of that name.
func (a answer) value(name string) string {
	return a.page().Find(`[name="`+name+`"]`).First().AttrOr("value", "")
}

func (r *rig) get(path string, cookies ...string) answer {
	r.t.Helper()
	return r.do(request("GET", path, nil, cookies...))
}

func (r *rig) post(path string, f url.Values, cookies ...string) answer {
	r.t.Helper()
	req := request("POST", path, strings.NewReader(f.Encode()), cookies...)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

func request(method, path string, body io.Reader, cookies ...string) *http.Request {
	req := httptest.NewRequest(method, path, body)
	req.RemoteAddr = "203.0.113.77:40000"
	for _, c := range cookies {
		req.AddCookie(&http.Cookie{Name: "__Host-qianshao", Value: c})
	}
	return req
}

// form is a multipart form in the order of a browser.
type form struct {
	b bytes.Buffer
	w *multipart.Writer
}

func newForm(pairs ...string) *form {
	f := &form{}
	f.w = multipart.NewWriter(&f.b)
	return f.add(pairs...)
}

func (f *form) add(pairs ...string) *form {
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := f.w.WriteField(pairs[i], pairs[i+1]); err != nil {
			panic(err)
		}
	}
	return f
}

func (f *form) file(field, name string, content []byte) *form {
	p, err := f.w.CreateFormFile(field, name)
	if err != nil {
		panic(err)
	}
	if _, err := p.Write(content); err != nil {
		panic(err)
	}
	return f
}

func (r *rig) send(path string, f *form) answer {
	r.t.Helper()
	if err := f.w.Close(); err != nil {
		r.t.Fatal(err)
	}
	return r.sendRaw(path, f, &f.b)
}

func (r *rig) sendRaw(path string, f *form, body io.Reader) answer {
	req := request("POST", path, body)
	req.Header.Set("Content-Type", f.w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

// photo is a JPEG that no other call gives.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	if _, err := rand.Read(img.Pix); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// amr is a voice note of so many frames, 20 ms each.
func amr(n int) []byte {
	return append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x04}, make([]byte, 12)...), n)...)
}

// tipFields are a form that is right.
func (r *rig) tipFields() []string {
	return []string{"token", r.get("/report").value("token"), "signs", r.profile.Signs[0].ID, "town", r.profile.Towns[0].Code, "where", "老砖厂，村口往里走", "words", "夜里有味"}
}

// accept sends a right form and gives the code.
func (r *rig) accept() string {
	r.t.Helper()
	a := r.send("/report", newForm(r.tipFields()...).file("photos", "a.jpg", photo(r.t))).is(http.StatusOK)
	return a.code()
}

func (a answer) code() string {
	a.t.Helper()
	var code string
	a.page().Find("#code li").Each(func(_ int, s *goquery.Selection) { code += s.Text() })
	if len(code) != 16 {
		a.t.Fatalf("no code on the receipt, but %q:\n%s", code, a.Body.String())
	}
	return code
}

// signedIn gives the session of a new member of staff.
func (r *rig) signedIn(role cases.Role, unit string) (string, account.Staff) {
	r.t.Helper()
	m, _, err := r.accounts.Add(r.t.Context(), account.NewStaff{Login: strings.ToLower(rand.Text()[:12]), Name: "张三", Role: role, Unit: unit})
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := r.accounts.Begin(r.t.Context(), m)
	if err != nil {
		r.t.Fatal(err)
	}
	return token, m
}

// opened puts the tip of a code into a case that a unit leads.
func (r *rig) opened(code, lead string) (cases.Case, intake.TipID) {
	r.t.Helper()
	tip := r.tipOf(code)
	k, err := r.cases.Open(r.t.Context(), cases.Opening{Tip: tip, Received: time.Now(), Categories: []string{"c1"}, Priority: "P1", Lead: lead,
		Place: cases.Place{Town: r.profile.Towns[0].Code, Confidence: .6}, Sees: []string{lead, county.DutyDesk}, Rule: "c1", Reasons: []string{"规则 c1：院里存着桶"}, Confidence: .9})
	if err != nil {
		r.t.Fatal(err)
	}
	return k, tip
}

// tipOf is the tip of a code.
func (r *rig) tipOf(code string) intake.TipID {
	r.t.Helper()
	c, err := intake.ParseCode(code)
	if err != nil {
		r.t.Fatal(err)
	}
	v, err := r.intake.Look(r.t.Context(), c)
	if err != nil {
		r.t.Fatal(err)
	}
	return v.Tip
}

func tipID(i int) intake.TipID { return intake.TipID(fmt.Sprintf("%032x", i)) }
