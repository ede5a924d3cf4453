package draws

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config/county"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal/disposaltest"
)

const dawu = "141128103"

var duty = cases.Actor{ID: "s-duty", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}

type office struct {
	*Service
	t   *testing.T
	now time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, now: time.Date(2026, 10, 12, 2, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return o.now }
	e := enginetest.New(t)
	officer, err := age.GenerateX25519Identity()
	o.ok(err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	o.ok(err)
	p, err := county.Embedded()
	o.ok(err)
	log, err := custody.Open(t.Context(), e.Docs, v, clock)
	o.ok(err)
	k, err := cases.New(t.Context(), cases.Deps{Docs: e.Docs, Vault: v, Custody: log, Profile: p, Now: clock})
	o.ok(err)
	o.Service, err = New(t.Context(), Deps{Docs: e.Docs, Cases: k, Vault: v, Custody: log, Profile: p, Now: clock})
	o.ok(err)
	return o
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) opened(i int, change ...func(*cases.Opening)) cases.Case {
	o.t.Helper()
	op := cases.Opening{Tip: intake.TipID(fmt.Sprint("tip", i)), Received: o.now, Place: cases.Place{Town: dawu}, Categories: []string{"c1"}, Priority: "P2", Lead: "emergency",
		Co: []string{county.TownUnit(dawu)}, Sees: []string{"emergency", county.TownUnit(dawu), county.DutyDesk}, Rule: "c1"}
	for _, f := range change {
		f(&op)
	}
	c, err := o.Cases.Open(o.t.Context(), op)
	o.ok(err)
	return c
}

// closed is a case that its lead closed as not true.
func (o *office) closed(i int, change ...func(*cases.Opening)) cases.Case {
	o.t.Helper()
	c := o.opened(i, change...)
	lead := cases.Actor{ID: "s1", Name: "某", Role: cases.Handler, Unit: c.Lead}
	for _, in := range []struct {
		act cases.Action
		in  cases.Input
	}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Register, cases.Input{Record: disposaltest.Survey(o.Profile.Day(o.now))}}, {cases.Conclude, cases.Input{Outcome: cases.False, Note: "去看过，没有这回事"}}, {cases.Close, cases.Input{}}} {
		in.in.Version = c.Version
		var err error
		c, err = o.Cases.Do(o.t.Context(), lead, c.ID, in.act, in.in)
		o.ok(err)
	}
	return c
}

func key(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return fmt.Sprint(err)
}

func TestDrawOnceAndForGood(t *testing.T) {
	o := newOffice(t)
	for i := range 12 {
		o.closed(i)
	}
	o.opened(20) // not closed
	sealed := o.closed(21, func(op *cases.Opening) { op.Sealed, op.Sees, op.Co = true, []string{"emergency"}, nil })
	accused := o.closed(22, func(op *cases.Opening) { op.Hidden = []string{county.TownUnit("141128100")} })
	if _, err := o.Draw(t.Context(), duty, "2026-10"); key(err) != "draw.month" {
		t.Fatalf("a month that runs: %v", err)
	}
	o.now = o.now.AddDate(0, 1, 0)
	for _, month := range []string{"", "2026-11", "2026-13", "2025-10", "x"} {
		if _, err := o.Draw(t.Context(), duty, month); key(err) != "draw.month" {
			t.Errorf("month %q: %v", month, err)
		}
	}
	if _, err := o.Draw(t.Context(), duty, "2026-09"); key(err) != "draw.none" {
		t.Errorf("a month in which nothing was closed: %v", err)
	}
	if _, err := o.Draw(t.Context(), cases.Actor{ID: "s2", Role: cases.Handler, Unit: "emergency"}, "2026-10"); key(err) != "desk.forbidden" {
		t.Errorf("a department draws: %v", err)
	}
	d, err := o.Draw(t.Context(), duty, "2026-10")
	o.ok(err)
	if len(d.Candidates) != 12 || len(d.Checks) != 3 || !d.Check() { // 不属实 counts double: 20 % of 12
		t.Fatalf("%d candidates, %d drawn, stands %v", len(d.Candidates), len(d.Checks), d.Check())
	}
	for _, c := range d.Candidates {
		if c.Case == sealed.ID || c.Case == accused.ID || !c.Double {
			t.Errorf("candidate %+v", c)
		}
	}
	for _, k := range d.Checks {
		if k.Unit == county.TownUnit(dawu) || k.Unit == "emergency" {
			t.Errorf("%s looks at its own case", k.Unit)
		}
	}
	o.closed(30) // too late for the draw
	again, err := o.Draw(t.Context(), duty, "2026-10")
	o.ok(err)
	if again.Seed != d.Seed || again.Sum != d.Sum || !slices.EqualFunc(again.Checks, d.Checks, func(a, b Check) bool { return a.Candidate == b.Candidate && a.Unit == b.Unit }) {
		t.Error("drawing again gives something else")
	}
	log, err := o.Custody.Read(t.Context(), "draw/2026-10")
	o.ok(err)
	if len(log) != 1 || log[0].Actor != duty.ID {
		t.Errorf("custody: %+v", log)
	}
}

func TestAProblemTakesTheCaseUpAgain(t *testing.T) {
	o := newOffice(t)
	for i := range 3 {
		o.closed(i)
	}
	o.now = o.now.AddDate(0, 1, 0)
	d, err := o.Draw(t.Context(), duty, "2026-10")
	o.ok(err)
	bad, fine := d.Checks[0].Case, d.Checks[1].Case
	for name, f := range map[string]struct {
		id    string
		found Found
		key   string
	}{
		"nothing":   {bad, Found{}, "draw.result"},
		"no reason": {bad, Found{Result: Problem, Note: "短"}, "desk.reason"},
		"unknown":   {"nobody", Found{Result: Fine}, "draw.unknown"},
		"too long":  {bad, Found{Result: Problem, Note: string(bytes.Repeat([]byte("x"), cases.MaxNote+1))}, "form.too_long"},
	} {
		if err := o.Record(t.Context(), duty, "2026-10", f.id, f.found); key(err) != f.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.ok(o.Record(t.Context(), duty, "2026-10", fine, Found{Result: Fine}))
	o.ok(o.Record(t.Context(), duty, "2026-10", bad, Found{Result: Problem, Note: "院里还有两只反应釜"}))
	if err := o.Record(t.Context(), duty, "2026-10", bad, Found{Result: Fine}); key(err) != "draw.recorded" {
		t.Errorf("twice: %v", err)
	}
	for id, want := range map[string]cases.State{bad: cases.Unsigned, fine: cases.Closed} {
		c, err := o.Cases.ByID(t.Context(), id)
		o.ok(err)
		if c.State != want {
			t.Errorf("case %s is %s, want %s", id, c.State, want)
		}
		last := c.Events[len(c.Events)-1]
		if id == bad {
			note, err := o.Cases.Note(&c, last)
			o.ok(err)
			if last.Action != string(cases.Reopen) || last.Choice != cases.ReopenCheck || note != "院里还有两只反应釜" {
				t.Errorf("the log says %+v, %q", last, note)
			}
		}
	}
	d, err = o.Get(t.Context(), duty, "2026-10")
	o.ok(err)
	if !d.Checks[0].Reopened || d.Checks[0].Result != Problem || d.Checks[1].Result != Fine {
		t.Errorf("%+v", d.Checks)
	}
	if bytes.Contains(d.Checks[0].Note, []byte("反应釜")) {
		t.Error("the note is stored in the open")
	}
}

// Stopped between keeping the result and taking the case up again, saying it once more completes it.
func TestAProblemIsCompletedLater(t *testing.T) {
	o := newOffice(t)
	c := o.closed(1)
	o.now = o.now.AddDate(0, 1, 0)
	_, err := o.Draw(t.Context(), duty, "2026-10")
	o.ok(err)
	note, err := o.Vault.Seal("draw.note", "2026-10/"+c.ID, []byte("院里还有两只反应釜"))
	o.ok(err)
	_, err = o.draws.Change(t.Context(), "2026-10", func(d *Draw) error { d.Checks[0].Result, d.Checks[0].Note = Problem, note; return nil })
	o.ok(err)
	for range 2 {
		if err := o.Record(t.Context(), duty, "2026-10", c.ID, Found{}); err != nil && key(err) != "draw.result" && key(err) != "draw.recorded" {
			t.Fatal(err)
		}
	}
	c, err = o.Cases.ByID(t.Context(), c.ID)
	o.ok(err)
	if c.State != cases.Unsigned {
		t.Errorf("the case is %s", c.State)
	}
}
