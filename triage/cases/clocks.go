package cases

import (
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
)

// never is the Due of a case on which no clock runs: after every other one, and within what BSON and SQLite can hold.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// start starts a clock, in place of one of the same step that still runs. A step without a limit for this priority starts none.
// from is where the limit counts from, at is now.
func (c *Case) start(p *county.Profile, step string, from, at time.Time) {
	c.stop(step, at)
	limit := limitOf(p, step, c.Priority)
	if limit == nil {
		return
	}
	c.Clocks = append(c.Clocks, Clock{Step: step, From: from, Due: p.Due(from, *limit)})
}

// stop stops the clock of a step, if it runs.
func (c *Case) stop(step string, at time.Time) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Step == step && k.Done == nil {
			done := at
			k.Done = &done
		}
	}
}

// limitOf is nil when the step has no limit for the priority.
func limitOf(p *county.Profile, step, priority string) *county.Duration {
	return rule(p, step).Limits[priority]
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
		if k.Done == nil && (next.Step == "" || k.Due.Before(next.Due)) {
			next = k
		}
	}
	return next, next.Step != ""
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

// Light is the light of the clock that ends first.
func (c *Case) Light(p *county.Profile, now time.Time) Light {
	k, ok := c.Next()
	if !ok {
		return NoLight
	}
	return k.Light(p, c.Priority, now)
}

// Light is the light of a clock in a case of the priority; a stopped clock shows how it ended.
func (k Clock) Light(p *county.Profile, priority string, now time.Time) Light {
	if k.Done != nil {
		now = *k.Done
	}
	if !now.Before(k.Due) {
		after := p.Lights.BlackAfter
		if priority == topPriority && k.Step == StepSign {
			after = p.Lights.BlackUnsigned
		}
		if now.Before(p.Due(k.Due.Add(-time.Nanosecond), after)) {
			return Red
		}
		return Black
	}
	used := float64(now.Sub(k.From)) / float64(k.Due.Sub(k.From))
	// "Less than a working day" means something only where the limit is counted in days.
	if used >= p.Lights.YellowShare || countsDays(p, k, priority) && p.Due(now, p.Lights.YellowLeft).After(k.Due) {
		return Yellow
	}
	return Green
}

// Words says a running clock aloud: 还剩 3 个工作日, 还剩 40 分钟, 今天到期, 已超 2 天. Empty for a stopped one.
func (k Clock) Words(p *county.Profile, priority string, now time.Time) string {
	switch {
	case k.Done != nil:
		return ""
	case !now.Before(k.Due):
		return "已超 " + spell(now.Sub(k.Due), false)
	case !countsDays(p, k, priority):
		return "还剩 " + spell(k.Due.Sub(now), true)
	}
	if n := daysUntil(p, now, k.Due, p.Calendar.IsWorkday); n > 0 && limitOf(p, k.Step, priority).WorkingDays > 0 {
		return fmt.Sprintf("还剩 %d 个工作日", n)
	}
	if n := daysUntil(p, now, k.Due, func(time.Time) bool { return true }); n > 0 {
		return fmt.Sprintf("还剩 %d 天", n)
	}
	return "今天到期"
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

func countsDays(p *county.Profile, k Clock, priority string) bool {
	l := limitOf(p, k.Step, priority)
	return l != nil && (l.Days > 0 || l.WorkingDays > 0)
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
