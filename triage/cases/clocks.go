package cases

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"qianshao/config/county"
)

// never is the Due of a case on which no clock runs: after every other one, and within what BSON and SQLite can hold.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Clock is a running, paused or stopped limit.
type Clock struct {
	Step string
	Of   string `bson:",omitempty"` // what it is about, when a step has more than one clock: a record, a look-back, a supervision order, a unit
	From time.Time
	Due  time.Time
	Done *time.Time `bson:",omitempty"`
	Held *time.Time `bson:",omitempty"` // since when it is paused

	For      string `bson:",omitempty"` // the tip for whose urgency it was started; it ends when the tip is taken out
	Replaced bool   `bson:",omitempty"` // it was stopped by a shorter one and goes on when that one is taken out
	Dropped  bool   `bson:",omitempty"` // the work began anew before its step was done
	Moved    bool   `bson:",omitempty"` // by a pause or an extension: the limit of its step does not give its end any more
	Told     Light  `bson:",omitempty"` // the worst light of which was told; "" is green
}

// Running says that the clock counts now: neither stopped nor paused.
func (k Clock) Running() bool { return k.Done == nil && k.Held == nil }

func (k *Clock) end(at time.Time) {
	if k.Done == nil {
		done := at
		k.Done, k.Held = &done, nil
	}
}

// drop ends what runs or is paused, undone.
func (k *Clock) drop(at time.Time) {
	if k.Done != nil {
		return
	}
	if k.Held != nil {
		at = *k.Held
	}
	k.end(at)
	k.Dropped = true
}

// start starts a clock, in place of one of the same step that still runs. A step without a limit for this priority starts none.
// from is where the limit counts from, at is now.
func (c *Case) start(p *county.Profile, step string, from, at time.Time) {
	c.startOf(p, step, "", from, at)
}

// startOf is start for one of several things of which the step has clocks.
func (c *Case) startOf(p *county.Profile, step, of string, from, at time.Time) {
	c.stopOf(step, of, at)
	if limit := limitOf(p, step, c.Priority); limit != nil {
		c.Clocks = append(c.Clocks, Clock{Step: step, Of: of, From: from, Due: c.due(p, step, from, *limit)})
	}
}

// due is when a limit runs out: that of the priority, or the shorter one of the rule that routed the case.
func (c *Case) due(p *county.Profile, step string, from time.Time, limit county.Duration) time.Time {
	due := p.Due(from, limit)
	i := slices.IndexFunc(p.Rules, func(r county.Rule) bool { return r.ID == c.Rule })
	if i >= 0 && p.Rules[i].Limits[step] != nil {
		if sooner := p.Due(from, *p.Rules[i].Limits[step]); sooner.Before(due) {
			return sooner
		}
	}
	return due
}

// stop stops the clock of a step, if it runs or is paused.
func (c *Case) stop(step string, at time.Time) { c.stopOf(step, "", at) }

func (c *Case) stopOf(step, of string, at time.Time) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Step == step && k.Of == of {
			k.end(at)
		}
	}
}

// running finds the clock of a step that is not stopped; nil when there is none.
func (c *Case) running(step, of string) *Clock {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Step == step && k.Of == of && k.Done == nil {
			return k
		}
	}
	return nil
}

// limitOf is nil when the step has no limit for the priority, or is over as soon as it begins (0m: 先办后议).
func limitOf(p *county.Profile, step, priority string) *county.Duration {
	if limit := rule(p, step).Limits[priority]; limit != nil && *limit != (county.Duration{}) {
		return limit
	}
	return nil
}

// rule is what the profile says of a step; empty when it says nothing.
func rule(p *county.Profile, step string) county.Clock {
	i := slices.IndexFunc(p.Clocks, func(k county.Clock) bool { return k.Step == step })
	if i < 0 {
		return county.Clock{}
	}
	return p.Clocks[i]
}

// Next is the running clock that ends first; false when none runs.
func (c *Case) Next() (Clock, bool) {
	var next Clock
	for _, k := range c.Clocks {
		if k.Running() && (next.Step == "" || k.Due.Before(next.Due)) {
			next = k
		}
	}
	return next, next.Step != ""
}

// Owner is the unit on whom a clock of the case runs.
func (c *Case) Owner(k Clock) string {
	if unit := c.Asked(k); unit != "" {
		return unit
	}
	return c.Lead
}

// Asked is the unit of which the clock is, whoever leads the case; "" for one of who leads.
func (c *Case) Asked(k Clock) string {
	switch k.Step {
	case StepOpinion:
		return k.Of
	case StepSupervise:
		for _, o := range c.Orders {
			if o.ID == k.Of && (!o.waits() || slices.Contains(c.Sees, o.Unit)) {
				return o.Unit
			}
		}
	}
	return ""
}

// over says that the limit had run out: of one that is paused, when it was.
func (k Clock) over(at time.Time) bool {
	if k.Held != nil {
		at = *k.Held
	}
	return !at.Before(k.Due)
}

// begin is start for what an action begins, where there is somebody to do it for: nobody waits for a word in a case without a tip or of whose tips all were withdrawn, and only what lies with the
// duty desk is to be handed out.
func (c *Case) begin(p *county.Profile, step string, from, at time.Time) {
	if (step == StepReply || step == StepProgress) && !c.holds(p, CondTipped) || step == StepDispatch && c.Lead != dutyDesk {
		return
	}
	c.start(p, step, from, at)
}

// returnBy is until when the lead may hand the case back; false for no limit. It counts from when the case came to it.
func (c *Case) returnBy(p *county.Profile) (time.Time, bool) {
	limit := limitOf(p, stepHandBack, c.Priority)
	if limit == nil || len(c.Events) == 0 {
		return time.Time{}, false
	}
	came := c.Events[len(c.Events)-1]
	for _, e := range slices.Backward(c.Events) {
		if e.Lead != c.Lead {
			break
		}
		if came = e; e.To == Unsigned && e.From != Unsigned {
			break
		}
	}
	return c.due(p, stepHandBack, came.At, *limit), true
}

// reported notes that who tipped heard of it: the next word is due later.
func (c *Case) reported(p *county.Profile, at time.Time) {
	if c.running(StepProgress, "") != nil {
		c.start(p, StepProgress, at, at)
	}
}

// Light is the 红黄灯 of a clock.
type Light string

// The lights, calm to alarming. NoLight stands where no clock runs.
const (
	NoLight Light = "none"
	Green   Light = "green"
	Yellow  Light = "yellow" // most of the limit is used
	Red     Light = "red"    // over
	Black   Light = "black"  // long over
)

var alarming = []Light{NoLight, Green, Yellow, Red, Black}

// worse says whether a light is more alarming than another one; "" is green.
func (l Light) worse(than Light) bool { return l.rank() > than.rank() }

func (l Light) rank() int {
	if l == "" {
		l = Green
	}
	return slices.Index(alarming, l)
}

// Light is the light of the clock that ends first.
func (c *Case) Light(p *county.Profile, now time.Time) Light {
	k, ok := c.Next()
	if !ok {
		return NoLight
	}
	return k.Light(p, c.Priority, now)
}

// Light is the light of a clock in a case of the priority; a stopped or paused clock shows how it stood then.
func (k Clock) Light(p *county.Profile, priority string, now time.Time) Light {
	switch {
	case k.Done != nil:
		now = *k.Done
	case k.Held != nil:
		now = *k.Held
	}
	for _, l := range []Light{Black, Red, Yellow} {
		if !now.Before(k.turns(p, priority, l)) {
			return l
		}
	}
	return Green
}

// turns is the moment at which the clock gets a light.
func (k Clock) turns(p *county.Profile, priority string, l Light) time.Time {
	switch l {
	case Yellow:
		share := k.From.Add(time.Duration(float64(k.Due.Sub(k.From)) * p.Lights.YellowShare))
		// "Less than a working day" means something only where the limit is counted in days.
		if countsDays(p, k, priority) {
			if left := k.lastChance(p); left.Before(share) {
				return left
			}
		}
		return share
	case Red:
		return k.Due
	case Black:
		after := p.Lights.BlackAfter
		if priority == topPriority && k.Step == StepSign {
			after = p.Lights.BlackUnsigned
		}
		return p.Due(k.Due.Add(-time.Nanosecond), after)
	}
	return never
}

// lastChance is the first minute from which less than YellowLeft is left.
func (k Clock) lastChance(p *county.Profile) time.Time {
	from := k.From.Truncate(time.Minute)
	n := sort.Search(int(k.Due.Sub(from)/time.Minute), func(i int) bool {
		return p.Due(from.Add(time.Duration(i)*time.Minute), p.Lights.YellowLeft).After(k.Due)
	})
	return from.Add(time.Duration(n) * time.Minute)
}

// Words says a running clock aloud: 还剩 3 个工作日, 还剩 40 分钟, 今天到期, 已超 2 天. Empty for a stopped or paused one.
func (k Clock) Words(p *county.Profile, priority string, now time.Time) string {
	switch {
	case !k.Running():
		return ""
	case !now.Before(k.Due):
		return "已超 " + spell(now.Sub(k.Due), false)
	case !countsDays(p, k, priority):
		return "还剩 " + spell(k.Due.Sub(now), true)
	}
	if n := daysUntil(p, now, k.Due, p.Calendar.IsWorkday); n > 0 && countsWorkdays(p, k, priority) {
		return fmt.Sprintf("还剩 %d 个工作日", n)
	}
	if n := daysUntil(p, now, k.Due, func(time.Time) bool { return true }); n > 0 {
		return fmt.Sprintf("还剩 %d 天", n)
	}
	return "今天到期"
}

// Overrun says by how much a stopped clock was over, 2 天; "" for one that was met.
func (k Clock) Overrun() string {
	if k.Done == nil || !k.Done.After(k.Due) {
		return ""
	}
	return spell(k.Done.Sub(k.Due), true)
}

// Replaced says whether the i-th clock was stopped by another one of its step that began before its end, or dropped in time: it was neither met nor late.
func (c *Case) Replaced(i int) bool {
	k := c.Clocks[i]
	return k.Replaced || k.Dropped && !k.Done.After(k.Due) || k.Done != nil && slices.ContainsFunc(c.Clocks[i+1:], func(o Clock) bool {
		return o.Step == k.Step && o.Of == k.Of && o.From.Before(*k.Done)
	})
}

// Past says whether the i-th clock is history: another one of its step runs, or was stopped after it.
func (c *Case) Past(i int) bool {
	done := c.Clocks[i].Done
	if done == nil {
		return false
	}
	for j, o := range c.Clocks {
		if j != i && o.Step == c.Clocks[i].Step && (o.Done == nil || o.Done.After(*done) || j > i && o.Done.Equal(*done)) {
			return true
		}
	}
	return false
}

// spell says a duration in its largest fitting unit; up rounds up, so that what is left is never "0 分钟".
func spell(d time.Duration, up bool) string {
	unit, name := time.Minute, "分钟"
	switch {
	case d >= 24*time.Hour:
		unit, name = 24*time.Hour, "天"
	case d >= time.Hour:
		unit, name = time.Hour, "小时"
	}
	n := d / unit
	if up && d%unit > 0 && unit == time.Minute {
		n++
	}
	return fmt.Sprintf("%d %s", max(n, 1), name)
}

// countsDays says that the limit ends with a day: so do those of records and look-backs, which have their own.
func countsDays(p *county.Profile, k Clock, priority string) bool {
	l := limitOf(p, k.Step, priority)
	return l != nil && (l.Days > 0 || l.WorkingDays > 0) || l == nil && k.Of != ""
}

func countsWorkdays(p *county.Profile, k Clock, priority string) bool {
	l := limitOf(p, k.Step, priority)
	return l != nil && l.WorkingDays > 0
}

// daysUntil counts the days after today until to that are of a kind; a limit of days ends at 24:00 of its last day.
func daysUntil(p *county.Profile, now, to time.Time, kind func(time.Time) bool) int {
	n := 0
	for d := p.Day(now).AddDate(0, 0, 1); d.Before(to); d = d.AddDate(0, 0, 1) {
		if kind(d) {
			n++
		}
	}
	return n
}
