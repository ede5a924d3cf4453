package figures

import (
	"slices"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal/disposaltest"
)

const (
	dawu   = "141128103"
	gedong = "141128100"
)

func profile(t testing.TB) *county.Profile {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Sunday 2026-11-29, 18:00 in the county.
var now = time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)

func on(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour-8, 0, 0, 0, time.UTC)
}

// life makes a case by hand: every step is a line of its log.
func life(opened time.Time, change ...func(*cases.Case)) *cases.Case {
	c := &cases.Case{ID: "x", Place: cases.Place{Town: dawu}, Category: "c1", Priority: "P1", Lead: "emergency", Opened: opened,
		Sees: []string{"emergency", county.DutyDesk}, Terms: []string{"open", "light:green"},
		Tips: []cases.TipRef{{Tip: "t", Received: opened, Channel: "wechat"}}}
	step(c, opened, cases.Arrive, cases.Unsigned)
	for _, f := range change {
		f(c)
	}
	return c
}

func step(c *cases.Case, at time.Time, act cases.Action, to cases.State) {
	by := "s1"
	if act == cases.Arrive {
		by = "worker"
	}
	c.Events = append(c.Events, cases.Event{At: at, By: by, Unit: c.Lead, Action: string(act), From: c.State, To: to, Lead: c.Lead})
	if c.State = to; to.Over() {
		c.Terms = []string{"closed", "light:none"}
	}
}

func counted(t *testing.T, all ...*cases.Case) func(unit string) Snapshot {
	t.Helper()
	tl := newTally(profile(t), now)
	for _, c := range all {
		tl.add(c)
	}
	snaps := tl.snapshots()
	return func(unit string) Snapshot {
		t.Helper()
		i := slices.IndexFunc(snaps, func(s Snapshot) bool { return s.Unit == unit })
		if i < 0 {
			t.Fatalf("no numbers for %s", unit)
		}
		return snaps[i]
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Ten cases signed after 1 to 10 hours: half within 5, nine of ten within 9.
func TestMedianAndP90(t *testing.T) {
	var all []*cases.Case
	for h := 1; h <= 10; h++ {
		all = append(all, life(on(11, 2, 8), func(c *cases.Case) {
			if h%2 == 0 {
				c.Priority = "P2"
			}
			step(c, on(11, 2, 8+h), cases.Sign, cases.Signed)
			step(c, on(11, 3, 8+h), cases.Sign, cases.Signed) // signing again, after a transfer, is not the first time
		}))
	}
	spread := func(s Snapshot, priority string) Spread {
		i := slices.IndexFunc(s.Spreads, func(p Spread) bool { return p.Reach == cases.ReachSigned && p.Priority == priority })
		return s.Spreads[i]
	}
	s := counted(t, all...)(county.DutyDesk)
	equal(t, "all", spread(s, ""), Spread{cases.ReachSigned, "", 10, 5 * time.Hour, 9 * time.Hour})
	equal(t, "P2", spread(s, "P2"), Spread{cases.ReachSigned, "P2", 5, 6 * time.Hour, 10 * time.Hour})
	for n, want := range map[int][2]int32{1: {1, 1}, 2: {1, 2}, 3: {2, 3}, 11: {6, 10}, 100: {50, 90}} {
		took := make([]int32, n)
		for i := range took {
			took[i] = int32(i + 1)
		}
		equal(t, "median", within(took, 50), time.Duration(want[0])*time.Second)
		equal(t, "p90", within(took, 90), time.Duration(want[1])*time.Second)
	}
}

// A case counts for whoever may see it and for nobody else, whatever kind of number it is.
func TestASealedCaseCountsOnlyWhereItIsSeen(t *testing.T) {
	sealed := life(on(11, 2, 8), func(c *cases.Case) {
		c.Lead, c.Sealed, c.Sees, c.Place.Town = "discipline", true, []string{"discipline"}, gedong
		c.Terms = []string{"open", "light:black"}
		step(c, on(11, 2, 9), cases.Sign, cases.Signed)
		step(c, on(11, 3, 9), cases.HandBack, cases.Unsigned)
	})
	of := counted(t, sealed)
	s := of("discipline")
	if s.Open != 1 || s.Late != 1 || s.Funnel.Cases != 1 || len(s.Grid) != 2 || len(s.Work) == 0 || s.Months[11].Opened != 1 {
		t.Errorf("who leads it does not count it: %+v", s)
	}
	for _, unit := range []string{county.DutyDesk, "emergency", county.TownUnit(gedong)} {
		s := of(unit)
		if s.Open+s.Late+s.Funnel.Cases+s.Funnel.Tips+len(s.Grid)+len(s.Spreads)+len(s.Work)+len(s.Lights)+len(s.Channels)+s.Months[11].Opened+s.Months[11].Tips != 0 {
			t.Errorf("%s learns of the sealed case: %+v", unit, s)
		}
	}
}

func TestFunnelAndMonths(t *testing.T) {
	whole := life(on(9, 1, 8), func(c *cases.Case) {
		c.Tips = append(c.Tips, cases.TipRef{Tip: "t2", Received: on(11, 1, 8), Channel: "hotline"})
		for i, s := range []struct {
			act cases.Action
			to  cases.State
		}{{cases.Sign, cases.Signed}, {cases.Look, cases.Looked}, {cases.Conclude, cases.True}, {cases.Dispose, cases.Disposing}, {cases.Finish, cases.Disposed}, {cases.Close, cases.Watched}} {
			step(c, on(9, 10+i, 8), s.act, s.to)
		}
	})
	never := life(on(10, 1, 8), func(c *cases.Case) {
		step(c, on(10, 2, 8), cases.Sign, cases.Signed)
		step(c, on(10, 3, 8), cases.Look, cases.Looked)
		step(c, on(10, 4, 8), cases.Conclude, cases.False)
		step(c, on(10, 5, 8), cases.Close, cases.Closed)
		step(c, on(11, 6, 8), cases.Reopen, cases.Unsigned)
		c.Terms = []string{"open", "light:red"}
	})
	again := life(on(11, 1, 8), func(c *cases.Case) { c.Recurs, c.From = "x", "x" })
	merged := life(on(11, 1, 8), func(c *cases.Case) { c.State = cases.Merged })
	referral := life(on(11, 1, 8), func(c *cases.Case) { c.Refer = true })
	before := life(time.Date(2025, 11, 30, 15, 59, 0, 0, time.UTC)) // 23:59 of the last day that is not counted
	s := counted(t, whole, never, again, merged, referral, before)(county.DutyDesk)
	equal(t, "open", s.Open, 3)
	equal(t, "late", s.Late, 1)
	equal(t, "cases", s.Funnel.Cases, 3)
	equal(t, "tips", s.Funnel.Tips, 4)
	equal(t, "relapsed", s.Relapsed, 1)
	for r, n := range map[cases.Reach]int{cases.ReachSigned: 2, cases.ReachLooked: 2, cases.ReachConcluded: 2, cases.ReachTrue: 1, cases.ReachDisposed: 1, cases.ReachDone: 1, cases.ReachOver: 2, cases.ReachStruck: 0} {
		equal(t, string(r), s.Funnel.Reached[r], n)
	}
	equal(t, "first month", s.Months[0], Month{Month: "2025-12"})
	equal(t, "September", s.Months[9], Month{"2026-09", 1, 1, 1})
	equal(t, "October", s.Months[10], Month{"2026-10", 1, 1, 1})
	equal(t, "November", s.Months[11], Month{"2026-11", 2, 1, 0})
	// What came this month is not told by its channel yet.
	equal(t, "wechat", s.Channels["wechat"], 2)
	equal(t, "hotline", s.Channels["hotline"], 0)
}

func TestWorkOfAUnit(t *testing.T) {
	p := profile(t)
	done := func(at time.Time) *time.Time { return &at }
	c := life(on(10, 30, 9), func(c *cases.Case) {
		c.Lead = county.TownUnit(dawu)
		c.Sees = append(c.Sees, c.Lead)
		c.Events[0].Lead = c.Lead
		step(c, on(10, 30, 10), cases.Sign, cases.Signed)
		from := c.Lead
		c.Lead = county.DutyDesk
		c.Events = append(c.Events, cases.Event{At: on(11, 2, 9), By: "s1", Unit: from, Action: string(cases.HandBack), From: cases.Signed, To: cases.Unsigned, Lead: c.Lead})
		c.Lead = "emergency"
		step(c, on(11, 3, 9), cases.Assign, cases.Unsigned)
		c.Clocks = []cases.Clock{
			{Step: cases.StepSign, From: on(10, 30, 9), Due: on(10, 30, 11), Done: done(on(10, 30, 10))}, // met by the town, in October
			{Step: cases.StepLook, From: on(10, 30, 9), Due: on(10, 31, 9), Done: done(on(11, 4, 12))},   // ran out with the town, in October
			{Step: cases.StepReply, From: on(10, 29, 9), Due: on(10, 30, 8), Done: done(on(10, 30, 10))}, // ran out before the case was opened
			{Step: cases.StepSign, From: on(11, 3, 9), Due: on(11, 3, 11)},                               // runs out with the emergency office, long ago
			{Step: cases.StepConclude, From: on(10, 30, 9), Due: on(11, 2, 9), Done: done(on(11, 4, 9))}, // replaced
			{Step: cases.StepConclude, From: on(11, 4, 8), Due: on(12, 15, 9)},                           // not due
			{Step: cases.StepDispose, From: on(11, 4, 8), Due: on(11, 10, 9), Held: done(on(11, 9, 9))},  // paused
		}
	})
	c.Orders = []cases.Order{{ID: "s1", Unit: county.TownUnit(dawu), Answered: done(on(11, 20, 9))}} // asked of the town, answered too late, whoever leads by then
	c.Clocks = append(c.Clocks, cases.Clock{Step: cases.StepSupervise, Of: "s1", From: on(10, 30, 9), Due: on(11, 19, 9), Done: done(on(11, 20, 9))})
	of := counted(t, c)
	want := map[string]Work{
		"2026-10 " + county.TownUnit(dawu): {New: 1, Open: 1, OnTime: 1, Red: 2},
		"2026-11 " + county.TownUnit(dawu): {HandBacks: 1, Red: 1},
		"2026-11 " + county.DutyDesk:       {New: 1},
		"2026-11 emergency":                {New: 1, Open: 1, Black: 1},
	}
	got := of(county.DutyDesk).Work
	equal(t, "lines", len(got), len(want))
	for _, w := range got {
		line := want[w.Month+" "+w.Unit]
		line.Unit, line.Month = w.Unit, w.Month
		equal(t, w.Month+" "+w.Unit, w, line)
	}
	for _, w := range of("emergency").Work {
		if w.Unit != "emergency" {
			t.Errorf("a department learns what %s does", w.Unit)
		}
	}
	if share, ok := got[0].OnTimeShare(); !ok || share != 1./3 {
		t.Errorf("on time: %v %v", share, ok)
	}
	// The units stand in the order of the profile, whatever they did.
	nov := slices.DeleteFunc(slices.Clone(got), func(w Work) bool { return w.Month != "2026-11" })
	order := slices.IndexFunc(p.Units, func(u county.Unit) bool { return u.ID == county.DutyDesk }) < slices.IndexFunc(p.Units, func(u county.Unit) bool { return u.ID == "emergency" })
	equal(t, "order", nov[0].Unit == county.DutyDesk, order)
	equal(t, "town last", nov[2].Unit, county.TownUnit(dawu))
}

// A number is that of the list behind it: of the cases that have the terms of the list. The cases are random lives; their terms are made as the store makes them.
func TestNumbersAreThoseOfTheLists(t *testing.T) {
	o := newOffice(t)
	p := o.Profile
	o.now = on(9, 1, 9)
	for i := range 24 {
		o.now = o.now.AddDate(0, 0, 3)
		c := o.opened(t, i)
		acts := []struct {
			act cases.Action
			in  cases.Input
		}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Register, cases.Input{}}, {cases.Conclude, cases.Input{Outcome: []cases.State{cases.True, cases.False}[i/6%2], Note: "去看过了，写在这里"}}, {cases.Close, cases.Input{}},
			{cases.Reopen, cases.Input{Choice: cases.ReopenCheck, Note: "抽查没有办好"}}}
		for k := range i % (len(acts) + 1) {
			by := clerk
			if acts[k].act == cases.Reopen {
				by = duty
			}
			o.now = o.now.Add(5 * time.Hour)
			if acts[k].act == cases.Register {
				acts[k].in.Record = disposaltest.Survey(p.Day(o.now))
			}
			acts[k].in.Version = c.Version
			next, err := o.Cases.Do(t.Context(), by, c.ID, acts[k].act, acts[k].in)
			if err != nil {
				break // a true matter cannot be closed so
			}
			c = next
		}
	}
	o.now = now
	if _, err := o.Cases.Sweep(t.Context()); err != nil { // the lights turn
		t.Fatal(err)
	}
	tl := newTally(p, now)
	var all []cases.Case
	for c, err := range o.Cases.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		tl.add(&c)
		all = append(all, c)
	}
	list := func(n cases.Counted, more ...string) int {
		found := 0
		for _, c := range all {
			fits := true
			for _, term := range append(n.Terms(), append(more, "sees:"+county.DutyDesk)...) {
				fits = fits && slices.Contains(c.Terms, term)
			}
			if fits {
				found++
			}
		}
		return found
	}
	snaps := tl.snapshots()
	s := snaps[slices.IndexFunc(snaps, func(s Snapshot) bool { return s.Unit == county.DutyDesk })]
	equal(t, "open", s.Open, list(cases.Counted{Open: true}))
	equal(t, "late", s.Late, list(cases.Counted{Open: true, Late: true}))
	for _, l := range []cases.Light{cases.NoLight, cases.Green, cases.Yellow, cases.Red, cases.Black} {
		equal(t, string(l), s.Lights[l], list(cases.Counted{Open: true}, "light:"+string(l)))
	}
	for _, g := range s.Grid {
		where := []string{"town:" + g.Town}
		if g.Category != AnyCategory {
			where = append(where, "category:"+g.Category)
		}
		equal(t, "grid", g.Open, list(cases.Counted{Open: true}, where...))
	}
	for _, d := range s.Spreads {
		equal(t, "times of "+string(d.Reach), d.N, list(cases.Counted{Reached: d.Reach, Priority: d.Priority}))
	}
	for _, r := range []cases.Reach{cases.ReachSigned, cases.ReachLooked, cases.ReachConcluded, cases.ReachTrue, cases.ReachDisposed, cases.ReachDone, cases.ReachOver, cases.ReachStruck} {
		equal(t, string(r), s.Funnel.Reached[r], list(cases.Counted{Reached: r}))
	}
	for _, m := range s.Months {
		equal(t, "closed in "+m.Month, m.Closed, list(cases.Counted{Closed: m.Month}))
	}
	for _, w := range s.Work {
		if w.Month == "2026-11" {
			equal(t, "open of "+w.Unit, w.Open, list(cases.Counted{Open: true}, "lead:"+w.Unit))
			equal(t, "closed by "+w.Unit, w.Closed, list(cases.Counted{Closed: w.Month}, "lead:"+w.Unit))
		}
	}
	if s.Late == 0 || s.Funnel.Reached[cases.ReachOver] == 0 || s.Open == len(all) {
		t.Errorf("the lives are too much alike: %+v", s)
	}
}
