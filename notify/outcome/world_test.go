package outcome

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/media"
	"qianshao/triage/scene"
)

const (
	dawu = "141128103"
	west = "141128103201" // 西相王村
)

var (
	writer   = cases.Actor{ID: "s-li", Name: "李", Role: cases.Publicity, Unit: county.DutyDesk}
	approver = cases.Actor{ID: "s-wang", Name: "王", Role: cases.Publicity, Unit: county.DutyDesk}
	duty     = cases.Actor{ID: "s-duty", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}
	lead     = cases.Actor{ID: "s-lead", Name: "某", Role: cases.Handler, Unit: "emergency"}
)

// press is everything from a tip to what anybody may read, on real engines, with a clock.
type press struct {
	*Service
	*engine.Engines
	t    *testing.T
	now  time.Time
	tips map[intake.TipID]bool // those that were sent
	more []disposal.Form       // registered with what every case has
}

type unclaimed struct{}

func (unclaimed) Register(context.Context, string, string, intake.TipID) error { return nil }

type silent struct{}

func (silent) TipStored(context.Context, intake.TipID) error { return nil }

func newPress(t *testing.T) *press {
	t.Helper()
	p := &press{t: t, tips: map[intake.TipID]bool{}, now: time.Date(2026, 10, 12, 2, 0, 0, 0, time.UTC), Engines: enginetest.Open(t, &config.Config{Data: t.TempDir()})}
	p.open()
	return p
}

// open makes the services anew, as a process that starts does.
func (p *press) open() {
	p.t.Helper()
	clock := func() time.Time { return p.now }
	officer, err := age.GenerateX25519Identity()
	ok(p.t, err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	ok(p.t, err)
	profile, err := county.Embedded()
	ok(p.t, err)
	ctx := p.t.Context()
	log, err := custody.Open(ctx, p.Docs, v, clock)
	ok(p.t, err)
	tips, err := intake.New(ctx, intake.Deps{Docs: p.Docs, Blobs: p.Blobs, Vault: v, Custody: log, Profile: profile, Announce: silent{}, Claims: unclaimed{}, Now: clock,
		Log: slog.New(slog.DiscardHandler), MaxPhoto: 1 << 20, MaxVoice: 1 << 20})
	ok(p.t, err)
	k, err := cases.New(ctx, cases.Deps{Docs: p.Docs, Vault: v, Custody: log, Profile: profile, Now: clock})
	ok(p.t, err)
	photos, err := scene.New(ctx, scene.Deps{Docs: p.Docs, Blobs: p.Blobs, Vault: v, Custody: log, Cases: k, Now: clock, MaxBytes: 1 << 20,
		Reader: media.New(media.Options{Now: clock, Zone: profile.Zone})})
	ok(p.t, err)
	p.Service, err = New(ctx, Deps{Docs: p.Docs, Blobs: p.Blobs, Vault: v, Custody: log, Profile: profile, Intake: tips, Cases: k, Scene: photos, Now: clock})
	ok(p.t, err)
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func key(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return fmt.Sprint(err)
}

// tip stores one with these words.
func (p *press) tip(words string) intake.TipID {
	p.t.Helper()
	d := p.Intake.NewDraft()
	_, err := p.Intake.Submit(p.t.Context(), d, intake.Submission{Report: intake.Report{Town: dawu, Words: words, Where: "村东头第三家后院"}})
	ok(p.t, err)
	ids, err := p.Intake.Waiting(p.t.Context(), p.now.Add(time.Hour), 500)
	ok(p.t, err)
	for _, id := range ids {
		if !p.tips[id] {
			p.tips[id] = true
			return id
		}
	}
	p.t.Fatal("the tip is not there")
	return ""
}

const said = "天天半夜往外拉蓝色塑料桶，味道冲得眼睛都睁不开"

// closed is a case of one tip that was true, disposed of and closed.
func (p *press) closed(change ...func(*cases.Opening)) cases.Case {
	p.t.Helper()
	o := cases.Opening{Tip: p.tip(said), Received: p.now, Place: cases.Place{Town: dawu, Village: west}, Categories: []string{"c1"}, Priority: "P2", Lead: "emergency",
		Sees: []string{"emergency", county.DutyDesk}, Rule: "c1"}
	for _, f := range change {
		f(&o)
	}
	c, err := p.Cases.Open(p.t.Context(), o)
	ok(p.t, err)
	do := func(act cases.Action, in cases.Input) {
		p.t.Helper()
		in.Version = c.Version
		c, err = p.Cases.Do(p.t.Context(), lead, c.ID, act, in)
		ok(p.t, err)
	}
	do(cases.Sign, cases.Input{})
	_, err = p.Scene.Add(p.t.Context(), lead, c.ID, bytes.NewReader(yard(p.t)))
	ok(p.t, err)
	do(cases.Look, cases.Input{})
	day := disposal.Day(p.now.In(p.Profile.Zone).Format(time.DateOnly))
	register := func(f disposal.Form) {
		p.t.Helper()
		f.On, f.Officers, f.Document = day, []disposal.Person{"王五", "赵六"}, "方应急〔2026〕1号"
		do(cases.Register, cases.Input{Record: &f})
	}
	register(disposal.Form{Kind: disposal.KindSurvey, Survey: &disposal.Survey{Site: "鑫源化工经营部", Operator: "李建国", Before: "no", Running: "yes", Hazardous: "yes", Controlled: "no", Surroundings: "旁边是民房"}})
	do(cases.Conclude, cases.Input{Outcome: cases.True, Note: "去看过，有这回事"})
	do(cases.Dispose, cases.Input{Note: "马上处置这一处"})
	register(disposal.Form{Kind: disposal.KindClearance, Clearance: &disposal.Clearance{Stopped: day, Cleared: day, NoEquipment: "没有设备，都搬走了", NoMaterials: "没有原料，都搬走了", Premises: "yes"}})
	register(disposal.Form{Kind: disposal.KindPenalty, Penalty: &disposal.Penalty{Case: "方应急立〔2026〕1号", Filed: day, Decision: "方应急罚〔2026〕1号", Decided: day, Fine: 120_000_00, Published: day, Link: "x"}})
	for _, f := range p.more {
		register(f)
	}
	do(cases.Finish, cases.Input{Note: "这一处都处置完了"})
	do(cases.Close, cases.Input{Note: "可以办结了吧"})
	return c
}

// yard is a photo with a blue number plate on a grey yard.
func yard(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			c := color.RGBA{uint8(100 + x%7), uint8(100 + y%5), 100, 255}
			if x >= 200 && x < 320 && y >= 200 && y < 240 {
				c = color.RGBA{20, 60, 180, 255}
				if x%16 < 6 && y >= 208 && y < 232 {
					c = color.RGBA{240, 240, 240, 255}
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	ok(t, jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}))
	return b.Bytes()
}

// swept sweeps, with a process that has just started.
func (p *press) swept() int {
	p.t.Helper()
	p.tidied = time.Time{}
	n, err := p.Sweep(p.t.Context())
	ok(p.t, err)
	return n
}

// only gives the one outcome in a state that the actor sees.
func (p *press) only(a cases.Actor, state State) Item {
	p.t.Helper()
	all, _, err := p.Page(p.t.Context(), a, state, "")
	ok(p.t, err)
	if len(all) != 1 {
		p.t.Fatalf("%d outcomes are %s, want 1", len(all), state)
	}
	return all[0]
}

// approved is an outcome of a closed case that waits for its day.
func (p *press) approved() Outcome {
	p.t.Helper()
	p.swept()
	o := p.only(writer, Draft).Outcome
	o, err := p.Send(p.t.Context(), writer, o.ID, o.Version)
	ok(p.t, err)
	o, err = p.Approve(p.t.Context(), approver, o.ID, o.Version, nil)
	ok(p.t, err)
	return o
}

// everything stored, as a thief would have it: documents and blobs.
func (p *press) blobs() map[string][]byte {
	p.t.Helper()
	all := map[string][]byte{}
	for b, err := range p.Engines.Blobs.List(p.t.Context(), "outcome/") {
		ok(p.t, err)
		r, err := p.Engines.Blobs.Get(p.t.Context(), b.Key)
		ok(p.t, err)
		raw, err := io.ReadAll(r)
		ok(p.t, errors.Join(err, r.Close()))
		all[b.Key] = raw
	}
	return all
}
