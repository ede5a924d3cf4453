package answers_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/notify/answers"
	"qianshao/triage/cases"
	"qianshao/triage/places"
)

// world is the dialogue on real engines, with a clock of its own.
type world struct {
	testing.TB
	engines *engine.Engines
	profile *county.Profile
	intake  *intake.Service
	cases   *cases.Service
	answers *answers.Service
	ahead   atomic.Int64
}

func (w *world) now() time.Time          { return time.Now().Add(time.Duration(w.ahead.Load())) }
func (w *world) advance(d time.Duration) { w.ahead.Add(int64(d)) }

// deaf is told of tips and claims, and does nothing.
type deaf struct{}

func (deaf) TipStored(context.Context, intake.TipID) error                { return nil }
func (deaf) Register(context.Context, string, string, intake.TipID) error { return nil }

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, engines: enginetest.New(t)}
	var err error
	w.profile, err = county.Embedded()
	w.must(err)
	officer, err := age.GenerateX25519Identity()
	w.must(err)
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	vlt, err := vault.New(key, officer.Recipient().String())
	w.must(err)
	log, err := custody.Open(t.Context(), w.engines.Docs, vlt, w.now)
	w.must(err)
	w.intake, err = intake.New(t.Context(), intake.Deps{Docs: w.engines.Docs, Blobs: w.engines.Blobs, Vault: vlt, Custody: log, Profile: w.profile, Announce: deaf{}, Claims: deaf{},
		Now: w.now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), MaxPhoto: 1 << 20, MaxVoice: 1 << 20, MaxVideo: 1 << 20})
	w.must(err)
	w.cases, err = cases.New(t.Context(), cases.Deps{Docs: w.engines.Docs, Vault: vlt, Custody: log, Profile: w.profile, Now: w.now})
	w.must(err)
	known, err := places.New(t.Context(), places.Deps{Docs: w.engines.Docs, Vault: vlt, Custody: log, Profile: w.profile, Cases: w.cases, Now: w.now})
	w.must(err)
	w.answers, err = answers.New(t.Context(), answers.Deps{Docs: w.engines.Docs, Vault: vlt, Custody: log, Profile: w.profile, Cases: w.cases, Intake: w.intake, Places: known})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

var (
	lead = cases.Actor{ID: "lead", Name: "张三", Role: cases.Handler, Unit: "emergency"}
	duty = cases.Actor{ID: "duty", Name: "李四", Role: cases.Duty, Unit: county.DutyDesk}
)

// person is somebody who tipped.
type person struct {
	tip   intake.TipID
	visit *intake.Visit
}

func (w *world) person() *person {
	w.Helper()
	d := w.intake.NewDraft()
	receipt, err := w.intake.Submit(w.Context(), d, intake.Submission{Report: intake.Report{Words: "夜里有刺鼻的味道", Where: "沟里", Signs: []string{w.profile.Signs[0].ID}}})
	w.must(err)
	visit, err := w.intake.Look(w.Context(), receipt.Code)
	w.must(err)
	return &person{d.Tip(), visit}
}

// open opens a case for a person's tip; join joins another one.
func (w *world) open(p *person) string {
	w.Helper()
	c, err := w.cases.Open(w.Context(), cases.Opening{Tip: p.tip, Received: w.now(), Categories: []string{"c1"}, Priority: "P1", Lead: "emergency",
		Sees: []string{"emergency", county.DutyDesk}, Rule: "c1"})
	w.must(err)
	return c.ID
}

func (w *world) join(id string, p *person) {
	w.Helper()
	_, err := w.cases.Link(w.Context(), id, cases.Joining{Tip: p.tip, Received: w.now(), Priority: "P1"})
	w.must(err)
}

func (w *world) get(id string) cases.Case {
	w.Helper()
	c, err := w.cases.ByID(w.Context(), id)
	w.must(err)
	return c
}

// do performs an action on the case as it is.
func (w *world) do(a cases.Actor, id string, act cases.Action, in cases.Input) error {
	in.Version, in.Note = w.get(id).Version, "说明理由六个字"
	_, err := w.cases.Do(w.Context(), a, id, act, in)
	return err
}

// send writes a letter, whatever only asks.
func (w *world) send(a cases.Actor, id string, d answers.Draft) error {
	d.Version = w.get(id).Version
	checked, err := w.answers.Send(w.Context(), a, id, d)
	if err == nil && checked.Warned != "" {
		d.Anyway = checked.Warned
		checked, err = w.answers.Send(w.Context(), a, id, d)
	}
	if err == nil && len(checked.Findings) > 0 {
		w.Fatalf("%q does not go: %+v", d.Text, checked.Findings)
	}
	return err
}

// thread is the dialogue of a person; nothing is marked as read.
func (w *world) thread(p *person) []intake.Message {
	w.Helper()
	f, err := w.intake.Following(w.Context(), p.tip)
	w.must(err)
	return f.Thread
}

func (w *world) sweep() {
	w.Helper()
	_, err := w.cases.Sweep(w.Context())
	w.must(err)
	_, err = w.answers.Sweep(w.Context())
	w.must(err)
}
