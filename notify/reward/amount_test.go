package reward

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qianshao/config/county"
)

func rules(t *testing.T) *county.Rewards {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return &p.Rewards
}

// TestVectors are the examples that the county was given with the rules, in 元.
func TestVectors(t *testing.T) {
	r := rules(t)
	for _, v := range []struct {
		fine   int64
		level  string
		deaths int
		want   int64
		open   bool
	}{
		{fine: 10_000, want: 3_000}, {fine: 20_000, want: 3_000}, {fine: 50_000, want: 7_500}, {fine: 100_000, want: 15_000}, {fine: 500_000, want: 75_000},
		{fine: 2_000_000, want: 300_000}, {fine: 3_000_000, want: 300_000}, {fine: 0, open: true},
		{level: "general", deaths: 2, want: 60_000}, {level: "larger", deaths: 5, want: 200_000}, {level: "major", deaths: 12, want: 300_000},
	} {
		got := Compute(r, Basis{Decisions: 1, Fine: v.fine * 100, Level: v.level, Deaths: v.deaths}, 100, false)
		if got.Fen != v.want*100 || got.Open != v.open || len(got.Reasons) == 0 {
			t.Errorf("%+v: %d 分, open %v, %v", v, got.Fen, got.Open, got.Reasons)
		}
	}
}

func TestAmounts(t *testing.T) {
	some := func(n int64) *int64 { return &n }
	thirty := 30
	for name, c := range map[string]struct {
		change func(*county.Rewards)
		basis  Basis
		share  int
		uplift bool
		want   int64
		why    string
	}{
		"half a 分 is rounded up":           {basis: Basis{Decisions: 1, Fine: 2_000_010}, share: 100, want: 300_002, why: "15% 是 3,000.02 元"}, // 300,001.5
		"less than half is rounded down":   {basis: Basis{Decisions: 1, Fine: 2_000_009}, share: 100, want: 300_001},                          // 300,001.35
		"fines are added":                  {basis: Basis{Decisions: 3, Fine: 90_000_00}, share: 100, want: 13_500_00, why: "3 份处罚决定"},
		"what was confiscated is left out": {basis: Basis{Decisions: 1, Fine: 50_000_00, Confiscated: 50_000_00}, share: 100, want: 7_500_00},
		"or counts": {change: func(r *county.Rewards) { r.WithConfiscated = true }, basis: Basis{Decisions: 1, Fine: 50_000_00, Confiscated: 50_000_00}, share: 100,
			want: 15_000_00, why: "罚款加没收"},
		"no fine, and the county has decided": {change: func(r *county.Rewards) { r.NoFineFen = some(600_00) }, share: 100, want: 600_00, why: "县里定的"},
		"the higher of two":                   {basis: Basis{Decisions: 1, Fine: 50_000_00, Level: "general", Deaths: 1}, share: 100, want: 30_000_00, why: "按高的一项"},
		"both": {change: func(r *county.Rewards) { r.Both = "sum" }, basis: Basis{Decisions: 1, Fine: 50_000_00, Level: "general", Deaths: 1}, share: 100,
			want: 37_500_00, why: "两项相加"},
		"no uplift while nobody decided one": {basis: Basis{Decisions: 1, Fine: 50_000_00}, share: 100, uplift: true, want: 7_500_00},
		"厦门 pays 30% more": {change: func(r *county.Rewards) { r.UpliftPercent, r.InsiderMaxFen = &thirty, some(390_000_00) },
			basis: Basis{Decisions: 1, Fine: 3_000_000_00}, share: 100, uplift: true, want: 390_000_00, why: "按办法核增"},
		"within the usual maximum": {change: func(r *county.Rewards) { r.UpliftPercent = &thirty }, basis: Basis{Decisions: 1, Fine: 3_000_000_00}, share: 100, uplift: true,
			want: 300_000_00},
		"a later tip": {basis: Basis{Decisions: 1, Fine: 50_000_10}, share: 30, want: 2_250_01, why: "得其中 30%"}, // 750,001.5 becomes 750,002, and 30% of that 225,000.6
	} {
		r := *rules(t)
		if c.change != nil {
			c.change(&r)
		}
		got := Compute(&r, c.basis, c.share, c.uplift)
		if got.Fen != c.want || !strings.Contains(strings.Join(got.Reasons, "\n"), c.why) {
			t.Errorf("%s: %d 分, want %d: %v", name, got.Fen, c.want, got.Reasons)
		}
	}
}

func TestYuan(t *testing.T) {
	for fen, want := range map[int64]string{0: "0", 5: "0.05", 300_000: "3,000", 123_456_789: "1,234,567.89", 100: "1", -150_050: "-1,500.50"} {
		if got := Yuan(fen); got != want {
			t.Errorf("%d: %s, want %s", fen, got, want)
		}
	}
}

// TestAmountsStayWithin holds for any fine: at least the minimum, at most the maximum, never less for a higher fine, and exact to the 分.
func TestAmountsStayWithin(t *testing.T) {
	r := rules(t)
	rapid.Check(t, func(t *rapid.T) {
		fine := rapid.Int64Range(1, 1e13).Draw(t, "fine")
		a := Compute(r, Basis{Decisions: 1, Fine: fine}, 100, false)
		more := Compute(r, Basis{Decisions: 1, Fine: fine + 1}, 100, false)
		if a.Fen < r.MinFen || a.Fen > r.MaxFen || more.Fen < a.Fen {
			t.Fatalf("%d: %d, and for one more %d", fine, a.Fen, more.Fen)
		}
		if a.Fen > r.MinFen && a.Fen < r.MaxFen {
			if off := 100*a.Fen - 15*fine; off > 50 || off <= -50 {
				t.Fatalf("%d: %d is off by %d hundredths of a 分", fine, a.Fen, off)
			}
		}
	})
}

// TestTableHolds walks at random through the table: from every state only what it names, by whom it names, and what is paid stays paid.
func TestTableHolds(t *testing.T) {
	r := *rules(t)
	r.Draft = false
	parties := []Party{Unit, Approver, Holder, Officer, Finance, Worker}
	var actions []Action
	for _, line := range Table {
		actions = append(actions, line.Action)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := &Award{State: Proposed, Deciders: "emergency", Steps: []Step{{Action: Propose, By: "p0"}}}
		paid := 0
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			act := rapid.SampledFrom(actions).Draw(t, "action")
			by := Actor{ID: rapid.SampledFrom([]string{"p0", "p1", "p2", "p3"}).Draw(t, "who"), Party: rapid.SampledFrom(parties).Draw(t, "party"), Unit: "emergency"}
			from := a.State
			line, err := a.may(&r, act, by, true)
			named := slices.ContainsFunc(Table, func(l Transition) bool { return l.Action == act && l.By == by.Party && slices.Contains(l.From, from) })
			if err == nil && !named {
				t.Fatalf("%s by %s from %s is not in the table", act, by.Party, from)
			}
			if err != nil {
				continue
			}
			for _, s := range a.Steps {
				if s.By == by.ID && slices.Contains(line.Not, s.Action) {
					t.Fatalf("%s did %s and %s", by.ID, s.Action, act)
				}
			}
			a.step(line, by, a.At, nil)
			if act == Pay {
				paid++
			}
			if a.State == Refused || a.State == Filed { // the ends
				break
			}
		}
		if paid > 1 {
			t.Fatalf("paid %d times", paid)
		}
		if (a.State == Paid || a.State == Filed) != (paid == 1) {
			t.Fatalf("%s, paid %d times", a.State, paid)
		}
	})
	reached := map[State]bool{Proposed: true}
	for range Table {
		for _, line := range Table {
			for _, from := range line.From {
				reached[line.To] = reached[line.To] || reached[from]
			}
		}
	}
	for _, s := range States() {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
	}
}
