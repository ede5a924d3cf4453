package draws

import (
	"bytes"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// town is somebody of the town that is to make a check.
func town(unit string) cases.Actor {
	return cases.Actor{ID: "s-" + unit, Name: "王五", Role: cases.Handler, Unit: unit}
}

func (o *office) drawn(n int) Draw {
	o.t.Helper()
	for i := range n {
		o.closed(i)
	}
	o.now = o.now.AddDate(0, 1, 0)
	d, err := o.Draw(o.t.Context(), duty, "2026-10")
	o.ok(err)
	return d
}

func (o *office) sent(a cases.Actor) map[string]bool {
	o.t.Helper()
	all, err := o.Sent(o.t.Context(), a)
	o.ok(err)
	got := map[string]bool{}
	for _, s := range all {
		got[s.Case] = true
	}
	return got
}

var two = []string{"张三", " 李四 ", "张三"}

func TestATownSeesAndRecordsItsOwnChecks(t *testing.T) {
	o := newOffice(t)
	d := o.drawn(3)
	k := d.Checks[0]
	mine, other := town(k.Unit), town(county.TownUnit(dawu))
	if !o.sent(mine)[k.Case] {
		t.Fatalf("%s does not see what it is to look at", k.Unit)
	}
	for _, a := range []cases.Actor{other, town("emergency"), duty, {ID: "s-op", Role: cases.Operator, Unit: k.Unit}} {
		if got := o.sent(a); len(got) != 0 {
			t.Errorf("%s %s is sent to %v", a.Role, a.Unit, got)
		}
	}
	for name, f := range map[string]struct {
		a     cases.Actor
		month string
		found Found
		key   string
	}{
		"another town":  {other, "2026-10", Found{Result: Fine, Who: two}, "draw.unknown"},
		"the lead":      {town("emergency"), "2026-10", Found{Result: Fine, Who: two}, "draw.unknown"},
		"another month": {mine, "2026-09", Found{Result: Fine, Who: two}, "draw.unknown"},
		"an operator":   {cases.Actor{ID: "s-op", Role: cases.Operator, Unit: k.Unit}, "2026-10", Found{Result: Fine, Who: two}, "desk.forbidden"},
		"one person":    {mine, "2026-10", Found{Result: Fine, Who: []string{"张三", "张三 "}}, "draw.who"},
		"no reason":     {mine, "2026-10", Found{Result: Problem, Note: "短", Who: two}, "desk.reason"},
	} {
		if err := o.Record(t.Context(), f.a, f.month, k.Case, f.found); key(err) != f.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.ok(o.Record(t.Context(), mine, "2026-10", k.Case, Found{Result: Problem, Note: "院里还有两只反应釜", Who: two}))
	if o.sent(mine)[k.Case] {
		t.Error("what was recorded still stands there")
	}
	d, err := o.Get(t.Context(), duty, "2026-10")
	o.ok(err)
	k = d.Checks[0]
	who, err := o.Who("2026-10", &k)
	o.ok(err)
	if who != "张三、李四" || bytes.Contains(k.Who, []byte("张三")) || k.Name != "王五" || k.From != k.Unit || !k.Reopened {
		t.Errorf("recorded as %+v, by %q", k, who)
	}
	c, err := o.Cases.ByID(t.Context(), k.Case)
	o.ok(err)
	last := c.Events[len(c.Events)-1]
	if c.State != cases.Unsigned || last.Choice != cases.ReopenCheck || last.By != mine.ID || last.Unit != k.Unit {
		t.Errorf("the case is %s, its log says %+v", c.State, last)
	}
	if c.SeenBy(mine) {
		t.Error("who looked sees the case now")
	}
	if err := o.Record(t.Context(), mine, "2026-10", k.Case, Found{Result: Fine, Who: two}); key(err) != "draw.recorded" {
		t.Errorf("twice: %v", err)
	}
}

// What was sealed, or accuses somebody, after the draw is not shown, not counted, and not there.
func TestAPrivateCaseIsNotSent(t *testing.T) {
	for name, r := range map[string]cases.Revision{
		"sealed":  {Sealed: true, Lead: "discipline", Rule: "x", Categories: []string{"x_official"}, Priority: "P2"},
		"accuses": {Hidden: []string{"police"}, Lead: county.DutyDesk, Rule: "x", Priority: "P2"},
	} {
		o := newOffice(t)
		k := o.drawn(1).Checks[0]
		_, err := o.Cases.Revise(t.Context(), k.Case, r)
		o.ok(err)
		if got := o.sent(town(k.Unit)); len(got) != 0 {
			t.Errorf("%s: sent %v", name, got)
		}
		if err := o.Record(t.Context(), town(k.Unit), "2026-10", k.Case, Found{Result: Fine, Who: two}); key(err) != "draw.unknown" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Draws of before towns had a page are found by them, and one that stopped before its case was taken up again is gone on with.
func TestOldDrawsAreFound(t *testing.T) {
	o := newOffice(t)
	k := o.drawn(1).Checks[0]
	note, err := o.seal("draw.note", "2026-10", k.Case, "院里还有两只反应釜")
	o.ok(err)
	_, err = o.draws.Change(t.Context(), "2026-10", func(d *Draw) error {
		d.Left, d.Checks[0].Result, d.Checks[0].Note = nil, Problem, note
		return nil
	})
	o.ok(err)
	if len(o.sent(town(k.Unit))) != 0 {
		t.Fatal("found without an index")
	}
	if o.Service, err = New(t.Context(), o.Deps); err != nil {
		t.Fatal(err)
	}
	if !o.sent(town(k.Unit))[k.Case] {
		t.Fatal("not found after the start")
	}
	o.ok(o.Record(t.Context(), town(k.Unit), "2026-10", k.Case, Found{}))
	c, err := o.Cases.ByID(t.Context(), k.Case)
	o.ok(err)
	if c.State != cases.Unsigned || len(o.sent(town(k.Unit))) != 0 {
		t.Errorf("the case is %s", c.State)
	}
}
