package cases

import (
	"slices"
	"testing"
	"time"

	"qianshao/config/county"
)

// orders are the categories for which orders were made, one line each.
func orders(c *Case) [][]string {
	var all [][]string
	for _, o := range c.Orders {
		all = append(all, o.Categories)
	}
	return all
}

// A category that the county supervises gets its order once; an answered one comes again only when the case is taken up again.
func TestACategoryIsSupervisedOnce(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1", func(op *Opening) { op.Categories = []string{"c1", "c8"} })
	for range 3 {
		o.sweep()
	}
	c, err := o.ByID(t.Context(), c.ID)
	o.ok(err)
	if got := orders(&c); len(got) != 1 || !slices.Equal(got[0], []string{"c8"}) || c.Orders[0].By != worker || c.running(StepSupervise, "s1") == nil {
		t.Fatalf("orders %+v, clocks %+v", c.Orders, c.Clocks)
	}
	told := slices.DeleteFunc(slices.Clone(c.Outbox), func(n Notice) bool { return n.Kind != NoticeOrder })
	if len(told) != 1 || told[0].Unit != "emergency" || told[0].Rank != county.RankHead || told[0].Due.IsZero() {
		t.Errorf("told %+v", told)
	}
	if e := c.Events[len(c.Events)-1]; e.Action != string(Supervise) || e.Item != "s1" || e.By != worker {
		t.Errorf("the log ends with %+v", e)
	}

	lead := handler("emergency")
	do := func(a Actor, act Action, in Input) {
		t.Helper()
		in.Version, in.Note = c.Version, "说明理由六个字"
		c, err = o.Do(t.Context(), a, c.ID, act, in)
		o.ok(err)
		o.at(o.clock().Add(time.Hour))
		o.sweep()
		c, err = o.ByID(t.Context(), c.ID)
		o.ok(err)
	}
	do(lead, Sign, Input{})
	do(lead, Answer, Input{})
	do(lead, Look, Input{})
	do(lead, Conclude, Input{Outcome: Unclear})
	if len(c.Orders) != 1 {
		t.Fatalf("an answered order came again: %+v", c.Orders)
	}
	do(lead, Close, Input{})
	do(duty, Reopen, Input{Choice: "relapse"})
	if len(c.Orders) != 2 || !c.Orders[1].waits() {
		t.Errorf("taken up again: %+v", c.Orders)
	}
}

// The duty desk finds out later what it is about: then the order comes, and a second one for a second category.
func TestACategoryThatIsFoundLaterIsSupervised(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	tick := func() {
		c.tick(p, monday.Add(time.Minute))
		if c.tick(p, monday.Add(time.Minute)) {
			t.Error("the worker does not come to rest")
		}
	}
	tick()
	if len(c.Orders) != 0 {
		t.Fatalf("%v is supervised: %+v", c.Categories, c.Orders)
	}
	for _, now := range [][]string{{"c5"}, {"c5", "c8"}, {"c8"}} {
		c.settle(p, byPerson{actor: duty, act: sorted, at: monday}, Finding{Doubt: What, Categories: now, Route: Opening{Lead: c.Lead, Co: c.Co}})
		tick()
	}
	if got := orders(&c); len(got) != 2 || got[0][0] != "c5" || len(got[1]) != 1 || got[1][0] != "c8" {
		t.Errorf("orders for %v", got)
	}
}

// Where the duty desk may not look, leads itself, or everything is over, nothing is supervised in its name.
func TestNobodyIsSupervisedWhereTheDeskDoesNotLook(t *testing.T) {
	p := profile(t)
	for name, change := range map[string]func(*Opening){
		"sealed":   func(o *Opening) { o.Sealed, o.Sees, o.Lead, o.Co = true, []string{"discipline"}, "discipline", nil },
		"hidden":   func(o *Opening) { o.Hidden, o.Sees = []string{county.DutyDesk}, []string{"emergency"} },
		"its own":  func(o *Opening) { o.Lead, o.Co = county.DutyDesk, nil },
		"ordinary": func(o *Opening) { o.Categories = []string{"c1"} },
	} {
		o := opening(p)
		o.Categories = []string{"c5", "c8"}
		change(&o)
		c := opened(p, o, monday)
		if c.tick(p, monday.Add(time.Second)); len(c.Orders) != 0 || slices.ContainsFunc(c.Outbox, func(n Notice) bool { return n.Kind == NoticeOrder }) {
			t.Errorf("%s: %+v", name, c.Orders)
		}
	}
	o := opening(p)
	o.Categories, o.Lead, o.Co = []string{"c5"}, county.DutyDesk, nil
	c := opened(p, o, monday)
	if err := c.try(p, duty, Assign, Input{Unit: "market"}, monday.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if c.tick(p, monday.Add(time.Hour)); len(c.Orders) != 1 {
		t.Errorf("given to a department: %+v", c.Orders)
	}
}
