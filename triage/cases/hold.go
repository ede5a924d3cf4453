package cases

import (
	"time"

	"qianshao/config/county"
)

// Hold is a pause: why, by whom and since when. Its note stands in the event.
type Hold struct {
	Since time.Time
	By    string // staff id
	Why   string // one of the choices of Pause
	For   string `bson:",omitempty"` // the question whose answer it waits for, and with which it ends
}

// Extension is one that was asked for and not decided yet.
type Extension struct {
	Step  string // whose clock
	Asked time.Time
	By    string // staff id: another person decides
}

// pause stops the clocks that count, but for those that the law does not let stop, those that are over, and those of what goes on meanwhile.
func (c *Case) pause(p *county.Profile, by, why string, at time.Time) {
	c.Hold = &Hold{Since: at, By: by, Why: why}
	for i := range c.Clocks {
		k := &c.Clocks[i]
		if k.Running() && k.Of == "" && !rule(p, k.Step).Fixed && at.Before(k.Due) {
			since := at
			k.Held = &since
		}
	}
}

// resume lets the clocks go on with as much as they had left.
func (c *Case) resume(p *county.Profile, at time.Time) {
	if c.Hold == nil {
		return
	}
	c.Hold = nil
	c.stop(StepPause, at)
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Held != nil {
			k.Due, k.Held, k.Moved = k.after(p, c.Priority, *k.Held, at), nil, true
		}
	}
}

// after is the end of a clock that stood still from since to at: as many working days, days or working hours later as lay in between.
func (k Clock) after(p *county.Profile, priority string, since, at time.Time) time.Time {
	l := limitOf(p, k.Step, priority)
	switch {
	case l == nil || l.Natural > 0:
		return k.Due.Add(at.Sub(since))
	case l.WorkHours > 0:
		return p.AfterWork(at, p.WorkBetween(since, k.Due))
	case l.WorkingDays > 0:
		return later(p, k.Due, county.Duration{WorkingDays: daysBetween(p, since, at, p.Calendar.IsWorkday)})
	}
	return later(p, k.Due, county.Duration{Days: daysBetween(p, since, at, func(time.Time) bool { return true })})
}

// later moves the end of a limit of days.
func later(p *county.Profile, due time.Time, by county.Duration) time.Time {
	if by == (county.Duration{}) {
		return due
	}
	return p.Due(p.LastDay(due), by)
}

// daysBetween counts the days after that of from, up to that of to, that are of a kind.
func daysBetween(p *county.Profile, from, to time.Time, kind func(time.Time) bool) int {
	return daysUntil(p, from, p.Day(to).AddDate(0, 0, 1), kind)
}

// extendable is the step that an extension would lengthen; "" when none runs.
func (c *Case) extendable() string {
	for _, step := range []string{StepConclude, StepDispose} {
		if k := c.running(step, ""); k != nil {
			return step
		}
	}
	return ""
}

// extend lengthens the clock for which an extension was asked.
func (c *Case) extend(p *county.Profile) {
	k, by := c.running(c.Extension.Step, ""), limitOf(p, stepExtend, c.Priority)
	if k == nil || by == nil {
		return
	}
	from := k.Due
	if by.Days > 0 || by.WorkingDays > 0 {
		from = p.LastDay(k.Due)
	}
	k.Due, k.Moved, k.Told = p.Due(from, *by), true, ""
	c.Extended++
}

// lengthened is the clock that an action would lengthen; nil when none runs.
func (c *Case) lengthened(act Action) *Clock {
	switch {
	case act == Prolong:
		return c.running(StepLegal, "")
	case act == Grant && c.Extension != nil:
		return c.running(c.Extension.Step, "")
	}
	return c.running(c.extendable(), "")
}

// prolong lengthens the limit of the law by what the level above may give.
func (c *Case) prolong(p *county.Profile) {
	k := c.running(StepLegal, "")
	k.Due, k.Moved, k.Told = later(p, k.Due, *limitOf(p, stepProlong, c.Priority)), true, ""
	c.Prolonged++
}

// lapse forgets an extension that was asked for a step that is over.
func (c *Case) lapse(at time.Time) {
	if c.Extension != nil && c.running(c.Extension.Step, "") == nil {
		c.Extension = nil
	}
	if c.Extension == nil {
		c.stop(StepDecide, at)
	}
}
