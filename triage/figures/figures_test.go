package figures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal/disposaltest"
)

type office struct {
	*Service
	now time.Time
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{now: now}
	clock := func() time.Time { return o.now }
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	e := enginetest.New(t)
	officer, err := age.GenerateX25519Identity()
	must(err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	must(err)
	p := profile(t)
	log, err := custody.Open(context.Background(), e.Docs, v, clock)
	must(err)
	k, err := cases.New(context.Background(), cases.Deps{Docs: e.Docs, Vault: v, Custody: log, Profile: p, Now: clock})
	must(err)
	o.Service, err = New(context.Background(), Deps{Docs: e.Docs, Cases: k, Profile: p, Every: time.Minute, Now: clock})
	must(err)
	return o
}

func (o *office) opened(t testing.TB, i int) cases.Case {
	t.Helper()
	c, err := o.Cases.Open(context.Background(), cases.Opening{Tip: intake.TipID(fmt.Sprint("tip", i)), Received: o.now, Channel: "web", Place: cases.Place{Town: dawu}, Categories: []string{"c1", "c7"},
		Priority: "P2", Lead: "emergency", Co: []string{county.TownUnit(dawu)}, Sees: []string{"emergency", county.TownUnit(dawu), county.DutyDesk}, Rule: "c1"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	duty  = cases.Actor{ID: "d", Role: cases.Duty, Unit: county.DutyDesk}
	clerk = cases.Actor{ID: "h", Role: cases.Handler, Unit: "emergency"}
)

func TestSweepKeepsItsPace(t *testing.T) {
	o := newOffice(t)
	if _, err := o.Of(t.Context(), duty); !errors.Is(err, docs.ErrNotFound) {
		t.Fatalf("before the first count: %v", err)
	}
	sweep := func(want int) {
		t.Helper()
		if n, err := o.Sweep(t.Context()); err != nil || n != want {
			t.Fatalf("counted %d, %v; want %d", n, err, want)
		}
	}
	o.opened(t, 1)
	sweep(1)
	o.opened(t, 2)
	o.now = o.now.Add(time.Minute - time.Second)
	sweep(0)
	s, err := o.Of(t.Context(), duty)
	if err != nil || s.Open != 1 || !s.At.Equal(now) {
		t.Fatalf("a page of now shows %+v, %v", s, err)
	}
	o.now = o.now.Add(time.Second)
	sweep(2)
	for _, a := range []cases.Actor{duty, clerk} {
		if s, err := o.Of(t.Context(), a); err != nil || s.Open != 2 || s.Unit != a.Scope() {
			t.Errorf("%s: %+v, %v", a.Role, s, err)
		}
	}
	// A count that took long waits for twenty times as long.
	_, err = o.all.Change(t.Context(), county.DutyDesk, func(s *Snapshot) error { s.Took = time.Minute; return nil })
	if err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(19 * time.Minute)
	sweep(0)
	o.now = o.now.Add(time.Minute)
	sweep(2)
	for _, role := range []cases.Role{cases.Admin, cases.Operator, cases.RewardOff, cases.Publicity} {
		if _, err := o.Of(t.Context(), cases.Actor{Role: role, Unit: county.DutyDesk}); !errors.Is(err, docs.ErrNotFound) {
			t.Errorf("%s reads numbers: %v", role, err)
		}
	}
}

// The numbers are those of the lists: a case that the lists know by its terms is counted with the same.
func TestTermsSayWhatIsCounted(t *testing.T) {
	o := newOffice(t)
	c := o.opened(t, 1)
	for _, in := range []struct {
		act cases.Action
		in  cases.Input
	}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Register, cases.Input{Record: disposaltest.Survey(o.Profile.Day(o.now))}}, {cases.Conclude, cases.Input{Outcome: cases.False, Note: "去看过，没有这回事"}}, {cases.Close, cases.Input{}}} {
		in.in.Version = c.Version
		var err error
		if c, err = o.Cases.Do(t.Context(), clerk, c.ID, in.act, in.in); err != nil {
			t.Fatal(err)
		}
	}
	has := map[string]bool{}
	for _, term := range c.Terms {
		has[term] = true
	}
	for term, want := range map[string]bool{"was:signed": true, "was:looked": true, "was:concluded": true, "was:over": true, "was:true": false, "was:done": false, "done:2026-11": true,
		"priority:P2": true, "hand:h": true, "relapse": false, "closed": true} {
		if has[term] != want {
			t.Errorf("term %s: %v", term, has[term])
		}
	}
	for c, err := range o.Cases.Closed(t.Context(), duty, "2026-11") {
		if err != nil || c.ID == "" {
			t.Fatal(err)
		}
		return
	}
	t.Error("the closed case is not in the list of its month")
}

// cpu is what the process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkHundredThousand puts 100,000 cases of a dozen events and clocks each into the store, counts them as the worker does, and reads what a page reads.
// Times are of the processor: others may be at work on the machine.
func BenchmarkHundredThousand(b *testing.B) {
	const many = 100_000
	o := newOffice(b)
	all, err := docs.Open[cases.Case](b.Context(), o.Docs, "cases", docs.Index{Fields: []string{"terms", "rank"}, Multi: true},
		docs.Index{Fields: []string{"terms", "opened"}, Multi: true}, docs.Index{Fields: []string{"terms", "wake"}, Multi: true})
	if err != nil {
		b.Fatal(err)
	}
	c := o.opened(b, 0)
	c.Clocks, c.Events = nil, nil
	c.Terms = []string{"open", "light:green"} // the count asks for no others, and the store need not index them
	for i := range 12 {
		at := now.AddDate(0, -11, i)
		done := at.Add(time.Duration(20+i) * time.Hour)
		c.Clocks = append(c.Clocks, cases.Clock{Step: cases.StepConclude, Of: fmt.Sprint(i), From: at, Due: at.Add(24 * time.Hour), Done: &done})
		c.Events = append(c.Events, cases.Event{At: at, By: "s1", Name: "张三", Unit: "emergency", Action: []string{"arrive", "sign", "look", "conclude", "close", "remark"}[min(i, 5)], To: cases.Signed, Lead: "emergency"})
	}
	const writers = 64 // the store takes what comes together in one go
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w + 1; i < many; i += writers {
				one := c
				one.ID = fmt.Sprintf("%024x", i)
				if err := all.Insert(b.Context(), &one); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.Run("count", func(b *testing.B) {
		n := 0
		began := cpu(b)
		for b.Loop() {
			o.now = o.now.Add(time.Hour)
			if counted, err := o.Sweep(b.Context()); err != nil || counted != many {
				b.Fatalf("counted %d, %v", counted, err)
			}
			n++
		}
		b.ReportMetric((cpu(b)-began).Seconds()/float64(n), "cpu-s/op")
	})
	b.Run("page", func(b *testing.B) {
		n := 0
		began := cpu(b)
		for b.Loop() {
			if s, err := o.Of(b.Context(), duty); err != nil || s.Funnel.Cases != many {
				b.Fatalf("%d cases, %v", s.Funnel.Cases, err)
			}
			n++
		}
		b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(n), "cpu-us/op")
	})
}
