package cases

import (
	"slices"
	"testing"
	"time"
)

// Monday 2026-11-23 is an ordinary working day; so are the days after it, up to Friday.
func TestLightsAndWords(t *testing.T) {
	p := profile(t)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, p.Zone) }
	start := func(step, priority string, from time.Time) Clock {
		c := Case{Priority: priority}
		c.start(p, step, from, from)
		if len(c.Clocks) != 1 {
			t.Fatalf("no clock for %s of %s", step, priority)
		}
		return c.Clocks[0]
	}
	sign2 := start(StepSign, "P2", at(23, 10, 0))      // one working day: Tuesday 24:00
	sign1 := start(StepSign, "P1", at(23, 10, 0))      // two hours
	sign0 := start(StepSign, "P0", at(23, 10, 0))      // 15 minutes
	look2 := start(StepLook, "P2", at(23, 10, 0))      // five working days: Monday 30th 24:00
	check0 := start(StepConclude, "P0", at(23, 10, 0)) // five natural days: Saturday 28th 24:00
	for _, c := range []struct {
		k        Clock
		priority string
		now      time.Time
		light    Light
		words    string
	}{
		{look2, "P2", at(23, 10, 1), Green, "还剩 5 个工作日"},
		{look2, "P2", at(25, 10, 0), Green, "还剩 3 个工作日"},
		{look2, "P2", at(28, 10, 0), Yellow, "还剩 1 个工作日"},
		{look2, "P2", at(30, 23, 59), Yellow, "今天到期"},
		{look2, "P2", at(31, 0, 30), Red, "已超 30 分钟"},
		{look2, "P2", at(33, 5, 0), Red, "已超 2 天"},
		{look2, "P2", at(34, 5, 0), Black, "已超 3 天"}, // Friday the 4th: three working days are over at 24:00 of Thursday
		{check0, "P0", at(23, 12, 0), Green, "还剩 5 天"},
		{check0, "P0", at(28, 12, 0), Yellow, "今天到期"},
		{sign2, "P2", at(23, 10, 1), Green, "还剩 1 个工作日"},
		{sign2, "P2", at(24, 9, 0), Yellow, "今天到期"},
		{sign1, "P1", at(23, 10, 20), Green, "还剩 1 小时"},
		{sign1, "P1", at(23, 11, 20), Yellow, "还剩 40 分钟"},
		{sign1, "P1", at(23, 15, 0), Red, "已超 3 小时"},
		{sign0, "P0", at(23, 10, 5), Green, "还剩 10 分钟"},
		{sign0, "P0", at(23, 10, 16), Red, "已超 1 分钟"},
		{sign0, "P0", at(23, 10, 31), Black, "已超 16 分钟"},
	} {
		if got := c.k.Light(p, c.priority, c.now); got != c.light {
			t.Errorf("%s of %s at %s: %s, want %s", c.k.Step, c.priority, c.now.Format("01-02 15:04"), got, c.light)
		}
		if got := c.k.Words(p, c.priority, c.now); got != c.words {
			t.Errorf("%s of %s at %s: %s, want %s", c.k.Step, c.priority, c.now.Format("01-02 15:04"), got, c.words)
		}
	}
	done := sign1
	end := at(23, 10, 30)
	done.Done = &end
	if got := done.Light(p, "P1", at(30, 0, 0)); got != Green || done.Words(p, "P1", at(30, 0, 0)) != "" {
		t.Errorf("a clock that was stopped in time: %s", got)
	}
	if got := (&Case{}).Light(p, end); got != NoLight {
		t.Errorf("no clock: %s", got)
	}
}

// A tip that is more urgent makes its case more urgent, with the limits of the new priority.
func TestAnUrgentTipRaisesTheCase(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	version := c.Version
	later := monday.Add(time.Hour)
	c.join(p, Joining{Tip: "tip2", Received: later, Emergency: true, Priority: "P0", Signs: []string{"s_drums"}}, later)
	if c.Priority != "P0" || !c.Emergency || c.Version != version+1 || c.Due.After(later.Add(15*time.Minute)) {
		t.Errorf("priority %s, emergency %v, version %d, due %v", c.Priority, c.Emergency, c.Version, c.Due)
	}
	c.join(p, Joining{Tip: "tip3", Received: later, Priority: "P2"}, later)
	if c.Priority != "P0" || c.Version != version+1 || len(c.Tips) != 3 {
		t.Errorf("a calmer tip: priority %s, version %d, %d tips", c.Priority, c.Version, len(c.Tips))
	}
}

// However often a case is routed anew, one clock of each kind is the present one: that which runs, else that which was stopped last.
func TestClocksThatAreHistory(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	at := monday
	for _, unit := range []string{"market", "ecology"} {
		at = at.Add(time.Hour)
		must(t, c.try(p, handler(c.Lead), Sign, Input{}, at))
		must(t, c.try(p, handler(c.Lead), HandBack, Input{Note: "这里归别的局管"}, at.Add(time.Minute)))
		must(t, c.try(p, duty, Assign, Input{Unit: unit, Note: "请你们去看一看"}, at.Add(2*time.Minute)))
	}
	present := map[string]int{}
	for i, k := range c.Clocks {
		if !c.Past(i) {
			present[k.Step]++
		} else if k.Running() {
			t.Errorf("%s runs and is history", k.Step)
		}
	}
	all := map[string]int{}
	for i, k := range c.Clocks {
		all[k.Step]++
		if present[k.Step] != 1 {
			t.Errorf("clock %d: %d of %s are present", i, present[k.Step], k.Step)
		}
	}
	if all[StepSign] < 3 {
		t.Errorf("only %d clocks of %s", all[StepSign], StepSign)
	}
}

// A limit that ends because a person's answer sends the case to another lead was not kept: it counts for nothing, or as late when it had run out.
func TestClocksOfWhoLeadsNoMore(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	must(t, c.try(p, handler(c.Lead), Sign, Input{}, monday.Add(time.Minute)))
	late := c.running(StepLook, "").Due.Add(time.Hour)
	before := slices.Clone(c.Clocks)
	c.settle(p, byPerson{actor: duty, act: sorted, at: late}, Finding{Doubt: What, Categories: []string{"x_dump"}, Route: Opening{Lead: "ecology", Rule: "x_dump"}})
	if c.Lead != "ecology" {
		t.Fatalf("lead %s", c.Lead)
	}
	for i, k := range c.Clocks[:len(before)] {
		met, over := before[i].Done != nil, k.Due.Before(late)
		if c.Replaced(i) == (met || over) || k.Dropped == met {
			t.Errorf("%s due %v: replaced %v, dropped %v", k.Step, k.Due, c.Replaced(i), k.Dropped)
		}
	}
}
