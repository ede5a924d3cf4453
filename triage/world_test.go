package triage_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/places"
)

// world is everything from the form to the desk, on real engines.
type world struct {
	*engine.Engines
	t       testing.TB
	profile *county.Profile
	vault   *vault.Vault
	intake  *intake.Service
	cases   *cases.Service
	places  *places.Service
	maps    places.Geocoder
	tasks   *triage.Tasks
	triage  *triage.Service
	scanner triage.Scanner // set before open
	clock   atomic.Int64   // nanoseconds added to the real time
}

type noClaims struct{}

func (noClaims) Register(context.Context, string, string, intake.TipID) error { return nil }

// newWorld stands on a bare machine, or on a Redis when there is an address.
func newWorld(t testing.TB, redis string) *world {
	t.Helper()
	return worldOn(t, enginetest.Open(t, &config.Config{Data: t.TempDir(), Redis: config.Secret(redis)}))
}

func worldOn(t testing.TB, e *engine.Engines) *world {
	t.Helper()
	w := &world{Engines: e, t: t}
	officer, err := age.GenerateX25519Identity()
	must(t, err)
	w.vault, err = vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	must(t, err)
	w.profile, err = county.Embedded()
	must(t, err)
	w.tasks = triage.NewTasks(e.Queue)
	t.Cleanup(func() { must(t, w.tasks.Close()) })
	w.open(e.Docs)
	return w
}

// open makes the services anew, as a process that starts does.
func (w *world) open(d docs.Store) {
	w.t.Helper()
	ctx := w.t.Context()
	log, err := custody.Open(ctx, d, w.vault, w.now)
	must(w.t, err)
	quiet := slog.New(slog.DiscardHandler)
	w.intake, err = intake.New(ctx, intake.Deps{
		Docs: d, Blobs: w.Blobs, Vault: w.vault, Custody: log, Profile: w.profile, Announce: w.tasks, Claims: noClaims{}, Now: w.now, Log: quiet,
		MaxPhoto: 10 << 20, MaxVoice: 10 << 20, MaxVideo: 10 << 20,
	})
	must(w.t, err)
	w.cases, err = cases.New(ctx, cases.Deps{Docs: d, Vault: w.vault, Custody: log, Profile: w.profile, Now: w.now})
	must(w.t, err)
	w.places, err = places.New(ctx, places.Deps{Docs: d, Vault: w.vault, Custody: log, Profile: w.profile, Cases: w.cases, Geocoder: w.maps, Now: w.now})
	must(w.t, err)
	w.triage, err = triage.New(ctx, triage.Deps{
		Docs: d, Queue: w.Queue, Intake: w.intake, Cases: w.cases, Vault: w.vault, Profile: w.profile, Places: w.places, Scanner: w.scanner, Workers: 8, SweepEvery: time.Minute, Now: w.now, Log: quiet,
	})
	must(w.t, err)
	service := w.triage
	w.t.Cleanup(func() { must(w.t, service.Close()) })
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.clock.Load())) }

// run starts the worker; stop ends it, giving what runs so much time, and returns when it is gone.
func (w *world) run(wait time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	service, done := w.triage, make(chan error, 1)
	go func() { done <- service.Run(ctx, wait) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("run: %v", err)
		}
	})
	w.t.Cleanup(stop)
	return stop
}

// tell submits a report with photos, as the form does.
func (w *world) tell(r intake.Report, photos ...[]byte) (intake.TipID, intake.Code) {
	w.t.Helper()
	d := w.intake.NewDraft()
	sub := intake.Submission{Report: r}
	for _, p := range photos {
		st, err := w.intake.Stage(w.t.Context(), d, intake.Photo, bytes.NewReader(p))
		if err != nil {
			w.t.Error(err)
			return "", ""
		}
		sub.Staged = append(sub.Staged, st.Token)
	}
	receipt, err := w.intake.Submit(w.t.Context(), d, sub)
	if err != nil {
		w.t.Error(err)
		return "", ""
	}
	v, err := w.intake.Look(w.t.Context(), receipt.Code)
	if err != nil {
		w.t.Error(err)
		return "", ""
	}
	return v.Tip, receipt.Code
}

// until polls; it fails the test when the condition does not come true.
func (w *world) until(what string, f func() bool) {
	w.t.Helper()
	look, deadline := time.NewTicker(10*time.Millisecond), time.After(45*time.Second)
	defer look.Stop()
	for !f() {
		select {
		case <-look.C:
		case <-deadline:
			w.t.Fatalf("%s: not within 45 s", what)
		}
	}
}

// finished waits until no tip waits for triage.
func (w *world) finished() {
	w.t.Helper()
	w.until("triage is done with every tip", func() bool { return len(w.waiting()) == 0 })
}

func (w *world) waiting() []intake.TipID {
	w.t.Helper()
	ids, err := w.intake.Waiting(w.t.Context(), w.now().Add(time.Second), 1000)
	must(w.t, err)
	return ids
}

// all gives every case that the duty desk sees.
func (w *world) all() []cases.Case {
	w.t.Helper()
	var all []cases.Case
	for after := ""; ; {
		p, err := w.cases.List(w.t.Context(), duty, cases.All, after)
		must(w.t, err)
		all = append(all, p.Items...)
		if after = p.Next; after == "" {
			return all
		}
	}
}

// exactlyOnce checks that every tip is in one case.
func (w *world) exactlyOnce(tips []intake.TipID) {
	w.t.Helper()
	count := map[string]int{}
	for _, c := range w.all() {
		for _, ref := range c.Tips {
			count[ref.Tip]++
		}
	}
	for _, id := range tips {
		if count[string(id)] != 1 {
			w.t.Errorf("tip %s is in %d cases", id, count[string(id)])
		}
	}
	if len(count) != len(tips) {
		w.t.Errorf("%d tips in cases, %d were sent", len(count), len(tips))
	}
}

var duty = cases.Actor{ID: "s-duty", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}

func handler(unit string) cases.Actor {
	return cases.Actor{ID: "s-" + unit, Name: "某", Role: cases.Handler, Unit: unit}
}

// village gives the n-th village of the county.
func (w *world) village(n int) county.Village { return w.profile.Villages[n] }

// workshop is a tip about a workshop in a village, told in words of its own.
func (w *world) workshop(v county.Village, words string) intake.Report {
	i := slices.IndexFunc(w.profile.Signs, func(s county.Sign) bool { return s.PointsTo[0] == "c1" && s.Strength == "strong" })
	return intake.Report{
		Town: v.Town, Village: v.Code, Signs: []string{w.profile.Signs[i].ID}, Sites: []string{"p_farm"}, Words: words, Channel: "web",
	}
}

// photo draws a picture of its own for a seed.
func photo(t testing.TB, seed int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			block := (x/40*7 + y/40*13 + seed*29) * (seed + 3) % 251
			m.Set(x, y, color.RGBA{uint8(block), uint8(block * (seed + 1) % 256), uint8((x + y*seed) % 256), 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, r io.ReadCloser, err error) []byte {
	t.Helper()
	must(t, err)
	b, err := io.ReadAll(r)
	must(t, err)
	must(t, r.Close())
	return b
}

func has(reasons []string, part string) bool {
	return strings.Contains(strings.Join(reasons, "\n"), part)
}
