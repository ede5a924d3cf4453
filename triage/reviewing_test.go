package triage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/match"
	"qianshao/triage/review"
)

// ruling reads what was answered about a tip.
func (w *world) ruling(c *cases.Case, q cases.Doubt) review.Ruling {
	w.t.Helper()
	r, err := w.triage.Ruling(w.t.Context(), intake.TipID(c.Tips[0].Tip), q)
	must(w.t, err)
	return r
}

// A tip without a place and of which little can be read waits for a person; what the person says changes the case, sends it where the rules say, teaches
// later tips, and is kept as an example with both answers.
func TestAPersonDecidesWhatTheMachineLeavesOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	ctx := t.Context()
	vague := w.workshop(w.village(11), "旧砖窑里夜里有人干活，黑烟大得很")
	vague.Town, vague.Village, vague.Where, vague.Signs, vague.Sites = "", "", "沟里头，叫不上名", nil, nil
	tip, _ := w.tell(vague)
	w.finished()
	c := w.caseOf(tip)
	asked, err := w.cases.List(ctx, duty, cases.Review, "")
	must(t, err)
	if !c.Doubted(cases.Where) || len(asked.Items) != 1 || asked.Items[0].ID != c.ID {
		t.Fatalf("doubts %v, asked about %d cases", c.Doubts, len(asked.Items))
	}
	if r := w.ruling(&c, cases.Where); r.Outcome != review.Waiting || r.Machine != "" {
		t.Errorf("the machine's answer: %+v", r)
	}

	v := w.village(11)
	at := cases.Place{Town: v.Town, Village: v.Code}
	for want, try := range map[string]func() error{
		"desk.forbidden": func() error {
			_, err := w.triage.Settle(ctx, handler(c.Lead), c.ID, triage.Answer{Version: c.Version, Place: &at})
			return err
		},
		"desk.not_found": func() error {
			_, err := w.triage.Settle(ctx, handler("transport"), c.ID, triage.Answer{Version: c.Version, Place: &at})
			return err
		},
		"desk.moved": func() error {
			_, err := w.triage.Settle(ctx, duty, c.ID, triage.Answer{Version: c.Version - 1, Place: &at})
			return err
		},
		"desk.village": func() error {
			_, err := w.triage.Settle(ctx, duty, c.ID, triage.Answer{Version: c.Version, Place: &cases.Place{Village: "141128999999"}})
			return err
		},
		"desk.category": func() error {
			_, err := w.triage.Settle(ctx, duty, c.ID, triage.Answer{Version: c.Version, Category: "c99"})
			return err
		},
	} {
		if got := faultKey(try()); got != want && !(want == "desk.forbidden" && got == "desk.not_found") {
			t.Errorf("%q, want %s", got, want)
		}
	}

	placed, err := w.triage.Settle(ctx, duty, c.ID, triage.Answer{Version: c.Version, Place: &at})
	must(t, err)
	if !placed.Place.Is(at) || placed.Place.Confidence != 1 || placed.Doubted(cases.Where) {
		t.Errorf("placed at %+v, doubts %v", placed.Place, placed.Doubts)
	}
	if r := w.ruling(&c, cases.Where); r.Outcome != review.Corrected || r.Person != v.Code || r.By != duty.ID {
		t.Errorf("the example: %+v", r)
	}
	sorted, err := w.triage.Settle(ctx, duty, c.ID, triage.Answer{Version: placed.Version, Category: "x_dump"})
	must(t, err)
	if sorted.Category != "x_dump" || sorted.Lead != "ecology" || sorted.State != cases.Unsigned || len(sorted.Doubts) != 0 {
		t.Errorf("sorted: %s to %s, %s, doubts %v", sorted.Category, sorted.Lead, sorted.State, sorted.Doubts)
	}
	if _, running := sorted.Next(); !running {
		t.Error("no clock runs")
	}
	if left, err := w.cases.Count(ctx, duty, cases.Review); err != nil || left != 0 {
		t.Errorf("%d cases are left to ask about, %v", left, err)
	}

	later, _ := w.tell(w.workshop(v, "旧砖窑里头夜里还是有人干活，冒黑烟"))
	w.finished()
	if b := w.caseOf(later); b.ID != c.ID && !slices.Contains(w.suggested(duty, b.ID), c.ID) {
		t.Errorf("a later tip about the place that a person found knows nothing of it: %v", b.Doubts)
	}

	weeks, err := w.triage.Weeks(ctx, 2)
	must(t, err)
	if n := weeks[0].Counts[cases.Where]; n[review.Corrected] != 1 || n[review.Waiting] != 0 || weeks[1].Counts[cases.Where][review.Corrected] != 0 {
		t.Errorf("this week %v, the last %v", n, weeks[1].Counts)
	}

	if _, err := w.triage.Settle(ctx, duty, c.ID, triage.Answer{Version: w.caseOf(tip).Version, Category: "x_official"}); err != nil {
		t.Fatal(err)
	}
	if c := w.caseOf(tip); !c.Sealed || c.SeenBy(duty) {
		t.Errorf("what is about an official is seen by %v", c.Sees)
	}
	if _, err := w.triage.Ruling(ctx, tip, cases.Where); !errors.Is(err, docs.ErrNotFound) {
		t.Errorf("what few may see has left an example: %v", err)
	}
	prints, err := docs.Open[match.Print](ctx, w.Docs, "prints", docs.Index{Fields: []string{"terms", "received"}, Multi: true})
	must(t, err)
	if _, err := prints.Get(ctx, string(tip)); !errors.Is(err, docs.ErrNotFound) {
		t.Errorf("what few may see can be found by its print: %v", err)
	}
}

// A person who agrees leaves the case as it is; who rejects the last similar case is asked no more.
func TestAPersonAgreesWithTheMachine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	ctx := t.Context()
	first, _ := w.tell(w.workshop(w.village(11), "旧砖窑里头有人炼废机油，黑烟大得很"))
	w.finished()
	report := w.workshop(w.village(11), "夜里有人干活，动静挺大，不知道做甚")
	report.Sites, report.Signs = nil, nil
	second, _ := w.tell(report)
	w.finished()
	a, b := w.caseOf(first), w.caseOf(second)
	if !b.Doubted(cases.Again) || a.Doubted(cases.Again) {
		t.Fatalf("doubts %v and %v", a.Doubts, b.Doubts)
	}
	if r := w.ruling(&b, cases.Again); r.Machine != review.Ask || r.Outcome != review.Waiting {
		t.Errorf("the machine asks: %+v", r)
	}
	agreed, err := w.triage.Settle(ctx, duty, b.ID, triage.Answer{Version: b.Version, Category: b.Category})
	must(t, err)
	if agreed.Lead != b.Lead || agreed.Doubted(cases.What) || w.ruling(&b, cases.What).Outcome != review.Confirmed {
		t.Errorf("agreed: %+v", w.ruling(&b, cases.What))
	}
	third, _ := w.tell(w.workshop(w.village(40), "河滩里有人倒红水"))
	w.finished()
	c := w.caseOf(third)
	if _, err := w.triage.Reject(ctx, duty, b.ID, c.ID, cases.Input{Version: agreed.Version}); faultKey(err) != "desk.action" {
		t.Errorf("a case about which nobody asked is rejected: %v", err)
	}
	if c := w.caseOf(third); len(c.Apart) > 0 {
		t.Errorf("it is kept apart from %v", c.Apart)
	}
	after, err := w.triage.Reject(ctx, duty, b.ID, a.ID, cases.Input{Version: agreed.Version})
	must(t, err)
	if after.Doubted(cases.Again) || w.ruling(&b, cases.Again).Outcome != review.Corrected {
		t.Errorf("rejected: doubts %v, %+v", after.Doubts, w.ruling(&b, cases.Again))
	}
}

// The weekly table counts a person's decision about two cases once, for a tip that the machine had placed otherwise, however many tips move.
func TestOneDecisionCountsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	ctx := t.Context()
	table := func(when string, want ...int64) {
		t.Helper()
		weeks, err := w.triage.Weeks(ctx, 1)
		must(t, err)
		n := weeks[0].Counts[cases.Again]
		if got := []int64{n[review.Auto], n[review.Confirmed], n[review.Corrected], n[review.Waiting]}; !slices.Equal(got, want) {
			t.Errorf("%s: auto, confirmed, corrected and waiting are %v, want %v", when, got, want)
		}
	}
	var tips []intake.TipID
	for range 4 {
		tip, _ := w.tell(w.workshop(w.village(12), "河边旧仓库里有人灌液化气，煤气罐一排一排的"))
		w.finished()
		tips = append(tips, tip)
	}
	other, _ := w.tell(w.workshop(w.village(40), "河滩里有人倒红水"))
	w.finished()
	table("as the machine placed them", 5, 0, 0, 0)
	c, into := w.caseOf(tips[0]), w.caseOf(other)
	if len(c.Tips) != 4 {
		t.Fatalf("%d tips", len(c.Tips))
	}
	_, err := w.triage.Link(ctx, duty, c.ID, into.ID, cases.Input{Version: c.Version})
	must(t, err)
	table("joined", 4, 0, 1, 0)
	into = w.caseOf(other)
	_, err = w.triage.Unlink(ctx, duty, into.ID, tips[0], cases.Input{Version: into.Version, Note: "这一条说的是另一处"})
	must(t, err)
	table("the one that was joined is taken out again", 4, 1, 0, 0)
	_, err = w.triage.Unlink(ctx, duty, into.ID, tips[1], cases.Input{Version: w.caseOf(other).Version, Note: "这一条说的是另一处"})
	must(t, err)
	table("one that the machine had joined is taken out", 3, 1, 1, 0)
}

// Taking out the tip that the others were joined to is one decision as well.
func TestTakingOutTheFirstCountsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	var first intake.TipID
	for i := range 3 {
		tip, _ := w.tell(w.workshop(w.village(12), "河边旧仓库里有人灌液化气，煤气罐一排一排的"))
		w.finished()
		if i == 0 {
			first = tip
		}
	}
	c := w.caseOf(first)
	_, err := w.triage.Unlink(t.Context(), duty, c.ID, first, cases.Input{Version: c.Version, Note: "这一条说的是另一处"})
	must(t, err)
	weeks, err := w.triage.Weeks(t.Context(), 1)
	must(t, err)
	if n := weeks[0].Counts[cases.Again]; n[review.Auto] != 2 || n[review.Corrected] != 1 || n[review.Confirmed] != 0 {
		t.Errorf("%v", n)
	}
}

// Who says where it is has not said what it is about: what the words say of that stands, with its reasons, and what they do not say still waits for a person.
func TestThePlaceSaysNothingOfTheCategory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	here, there := w.village(12), w.village(13)
	at := func(c cases.Case, v string) cases.Case {
		place, _ := w.profile.Village(v)
		c, err := w.triage.Settle(t.Context(), duty, c.ID, triage.Answer{Version: c.Version, Place: &cases.Place{Town: place.Town, Village: v}})
		must(t, err)
		return c
	}
	unclear := w.workshop(here, "马坊镇周家沟村")
	unclear.Signs, unclear.Sites = nil, nil
	none, _ := w.tell(unclear)
	some, _ := w.tell(w.workshop(here, "旧砖窑里夜里有人炼废机油，黑烟大得很"))
	w.finished()
	was := w.caseOf(none)
	if c := at(was, there.Code); was.Rule != "unclear" || c.Rule != was.Rule || c.Lead != was.Lead {
		t.Errorf("nobody said what it is about, and it went by %s to %s, then by %s to %s", was.Rule, was.Lead, c.Rule, c.Lead)
	}
	said := func(c cases.Case) bool { return has(c.Reasons, "县安委办看了，定为") }
	was = w.caseOf(some)
	c := at(was, there.Code)
	if said(c) || c.Category != was.Category || !has(c.Reasons, was.Reasons[0]) {
		t.Errorf("was %v, and is %v", was.Reasons, c.Reasons)
	}
	c, err := w.triage.Settle(t.Context(), duty, c.ID, triage.Answer{Version: c.Version, Category: c.Category})
	must(t, err)
	if c = at(c, here.Code); !said(c) {
		t.Errorf("a person said what it is about: %v", c.Reasons)
	}
}

// Once a person has said that a village was heard right, it joins later tips as if it had been written so.
func TestAnAgreedPlaceJoins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	heard := intake.Report{Where: "赤结村", Words: "旧砖窑里炼废机油，半夜冒黑烟，一股糊味，呛得人睡不着", Channel: "web"}
	first, _ := w.tell(heard)
	w.finished()
	c := w.caseOf(first)
	v, _ := w.profile.Village(c.Place.Village)
	if !c.Doubted(cases.Where) || v.Name != "赤街村" {
		t.Fatalf("%s, doubts %v", v.Name, c.Doubts)
	}
	_, err := w.triage.Settle(t.Context(), duty, c.ID, triage.Answer{Version: c.Version, Place: &c.Place})
	must(t, err)
	second, _ := w.tell(intake.Report{Town: v.Town, Village: v.Code, Words: "旧砖窑又在炼废机油，半夜冒黑烟，一股糊味，呛得一家人睡不着", Channel: "web"})
	w.finished()
	if o := w.caseOf(second); o.ID != c.ID {
		t.Errorf("a later tip is in %s, asked about %v", o.Number, w.suggested(duty, o.ID))
	}
}
