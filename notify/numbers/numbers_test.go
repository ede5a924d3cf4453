package numbers

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config/county"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

// house is the numbers with cases on engines of their own, and a clock.
type house struct {
	*Service
	at time.Time
	n  int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	e := enginetest.New(t)
	p, err := county.Embedded()
	ok(err)
	h := &house{at: time.Date(2026, 8, 3, 10, 0, 0, 0, p.Zone)}
	now := func() time.Time { return h.at }
	officer, err := age.GenerateX25519Identity()
	ok(err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	ok(err)
	log, err := custody.Open(t.Context(), e.Docs, v, now)
	ok(err)
	c, err := cases.New(t.Context(), cases.Deps{Docs: e.Docs, Vault: v, Custody: log, Profile: p, Now: now})
	ok(err)
	h.Service, err = New(t.Context(), Deps{Docs: e.Docs, Cases: c, Profile: p, Now: now})
	ok(err)
	return h
}

// open opens so many cases.
func (h *house) open(t *testing.T, n int, change func(*cases.Opening)) {
	t.Helper()
	for range n {
		h.n++
		o := cases.Opening{Tip: intake.TipID(fmt.Sprintf("%032x", h.n)), Received: h.at, Categories: []string{"c1", "c7"}, Priority: "P1", Lead: "emergency", Sees: []string{"emergency", county.DutyDesk}, Place: cases.Place{Town: h.Profile.Towns[0].Code}}
		change(&o)
		if _, err := h.Cases.Open(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) sweep(t *testing.T, want int) []Month {
	t.Helper()
	n, err := h.Sweep(t.Context())
	if err != nil || n != want {
		t.Fatalf("counted %d months, want %d: %v", n, want, err)
	}
	all, err := h.Months(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAMonthIsCountedOnceAndNeverAgain(t *testing.T) {
	h := newHouse(t)
	same := func(*cases.Opening) {}
	h.sweep(t, 0)
	h.open(t, 6, same)
	h.open(t, 2, func(o *cases.Opening) { o.Place.Town = h.Profile.Towns[1].Code })
	h.open(t, 7, func(o *cases.Opening) { o.Place.Town = "" })
	// Of these nobody must learn: one that only some may know of, one that accuses a unit, one that was answered with a referral.
	h.open(t, 9, func(o *cases.Opening) { o.Sealed = true })
	h.open(t, 9, func(o *cases.Opening) { o.Hidden = []string{"emergency"} })
	h.open(t, 9, func(o *cases.Opening) { o.Refer = true })

	h.at = time.Date(2026, 9, 5, 0, 0, 0, 0, h.Profile.Zone)
	h.sweep(t, 0) // too early: what came on the last day may not have been read
	h.at = time.Date(2026, 9, 8, 0, 30, 0, 0, h.Profile.Zone)
	all := h.sweep(t, 1)
	m := all[0]
	if m.Month != "2026-08" || m.Total() != (Cell{N: 15}) || m.Of(All, "c1") != (Cell{N: 15}) || m.Of(All, "c7") != (Cell{}) {
		t.Errorf("%s: %v in all, %v of c1", m.Month, m.Total(), m.Of(All, "c1"))
	}
	if c := m.Of(h.Profile.Towns[1].Code, All); c.Hiding == Shown {
		t.Errorf("two matters of a town are told: %v", c)
	}
	if m.Of("nowhere", All) != (Cell{}) || m.Impact.Enough || m.Impact.Tips != 15 || m.Impact.From != "2026-08" {
		t.Errorf("%+v", m.Impact)
	}
	for _, line := range m.Cells {
		for _, c := range line {
			if c.Hiding != Shown && c.N != 0 {
				t.Errorf("a hidden number is stored: %v", c)
			}
		}
	}

	h.open(t, 5, same) // of September
	h.sweep(t, 0)
	h.at = time.Date(2026, 11, 8, 12, 0, 0, 0, h.Profile.Zone)
	later := h.sweep(t, 2)
	if len(later) != 3 || later[0].Month != "2026-10" || later[0].Total() != (Cell{}) || later[1].Total() != (Cell{N: 5}) || !reflect.DeepEqual(later[2], m) {
		t.Errorf("%d months, the first: %v", len(later), later[len(later)-1].Total())
	}
	if next := h.Next(); next.Format(time.DateOnly) != "2026-12-08" {
		t.Errorf("next on %s", next)
	}
}

// fixed answers what others know.
type fixed struct {
	content, answered int
	paid              []int64
}

func (f fixed) Paid(context.Context) ([]int64, error)     { return f.paid, nil }
func (f fixed) Content(context.Context) (int, int, error) { return f.content, f.answered, nil }

func TestImpactDoesNotLie(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	enacted := *p
	enacted.Rewards.Draft = false
	day := 24 * time.Hour
	concluded := func(n int, was ...cases.Reach) (all []matter) {
		for i := range n {
			all = append(all, matter{tips: 1, was: append(was, cases.ReachConcluded), took: []time.Duration{time.Duration(i%7)*day + time.Hour}})
		}
		return all
	}
	for name, c := range map[string]struct {
		deps    Deps
		matters []matter
		want    Impact
	}{
		"nothing":          {Deps{Profile: p}, nil, Impact{}},
		"one short":        {Deps{Profile: p}, concluded(29, cases.ReachTrue), Impact{Tips: 25, Concluded: 25, True: 25}},
		"just enough":      {Deps{Profile: p}, append(concluded(13, cases.ReachTrue, cases.ReachDone), concluded(17)...), Impact{Tips: 30, Concluded: 30, True: 10, Removed: 10, Enough: true, Share: 38, Days: 3}},
		"a draft pays not": {Deps{Profile: p, Payments: fixed{paid: []int64{1_000_000, 1, 1, 1, 1}}}, nil, Impact{}},
		"few payments":     {Deps{Profile: &enacted, Payments: fixed{paid: []int64{1_000_000, 1, 1, 1}}}, nil, Impact{}},
		"payments":         {Deps{Profile: &enacted, Payments: fixed{paid: []int64{300_000, 300_000, 300_000, 300_000, 34_567}}}, nil, Impact{Payments: 5, Fen: 1_230_000}},
		"and four more":    {Deps{Profile: &enacted, Payments: fixed{paid: []int64{300_000, 300_000, 300_000, 300_000, 34_567, 750_000, 300_000, 300_000, 300_000}}}, nil, Impact{Payments: 5, Fen: 1_230_000}},
		"few answers":      {Deps{Profile: p, Opinions: fixed{content: 29, answered: 29}}, nil, Impact{}},
		"all content":      {Deps{Profile: p, Opinions: fixed{content: 31, answered: 32}}, nil, Impact{Rated: true, Content: 95}},
	} {
		got, err := (&Service{Deps: c.deps}).impact(t.Context(), c.matters)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, want %+v, %v", name, got, c.want, err)
		}
	}
}

// TestTheShareTellsNoMoreThanItsNumbers asks which counts somebody can think of who reads the share beside the rounded numbers: every one that these leave.
func TestTheShareTellsNoMoreThanItsNumbers(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	type counts struct{ concluded, isTrue int }
	could := map[Impact]map[counts]bool{}
	const most = 150
	for concluded := range most {
		for isTrue := range concluded + 1 {
			got, err := (&Service{Deps: Deps{Profile: p}}).impact(t.Context(), []matter{{tips: isTrue, was: []cases.Reach{cases.ReachConcluded, cases.ReachTrue}}, {tips: concluded - isTrue, was: []cases.Reach{cases.ReachConcluded}}})
			if err != nil {
				t.Fatal(err)
			}
			if could[got] == nil {
				could[got] = map[counts]bool{}
			}
			could[got][counts{concluded, isTrue}] = true
			if exact := float64(isTrue) / float64(max(concluded, 1)) * 100; got.Enough && (exact-float64(got.Share) > 14 || float64(got.Share)-exact > 14) {
				t.Fatalf("%d of %d are told as %d of a hundred", isTrue, concluded, got.Share)
			}
		}
	}
	for told, all := range could {
		want := 0
		for c := told.Concluded; c < told.Concluded+step; c++ {
			for n := told.True; n < told.True+step && n <= c; n++ {
				want++
			}
		}
		if len(all) != want {
			t.Errorf("%+v leaves %d of %d pairs of counts", told, len(all), want)
		}
	}
}
