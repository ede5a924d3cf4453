package county

import (
	"iter"
	"strings"
	"time"
)

// Due is when a limit that starts at from has run out, in the profile's zone. The day on which a limit of days starts does not count; the limit ends at
// 24:00 of its last day, which is 0:00 of the next: use LastDay to name the day to a person. The parts of d add up.
func (p *Profile) Due(from time.Time, d Duration) time.Time {
	t := from.In(p.Zone).Add(d.Natural)
	if d.WorkHours > 0 {
		t = p.addWorkHours(t, time.Duration(d.WorkHours)*time.Hour)
	}
	if d.Days > 0 {
		t = midnight(t, d.Days+1)
	}
	if d.WorkingDays > 0 {
		t = p.addWorkingDays(t, d.WorkingDays)
	}
	return t
}

// Day is the day of t in the county, as its midnight there: the most that is ever shown of the time at which a tip came.
func (p *Profile) Day(t time.Time) time.Time { return midnight(t.In(p.Zone), 0) }

// LastDay is the day on which a limit that runs out at due can still be met, as its midnight in the profile's zone.
func (p *Profile) LastDay(due time.Time) time.Time { return p.Day(due.Add(-time.Nanosecond)) }

// midnight is 0:00 of the day that lies days after t's.
func midnight(t time.Time, days int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, t.Location())
}

func (p *Profile) addWorkingDays(t time.Time, n int) time.Time {
	day := midnight(t, 0)
	for n > 0 {
		day = midnight(day, 1)
		if p.Calendar.IsWorkday(day) {
			n--
		}
	}
	return midnight(day, 1)
}

func (p *Profile) addWorkHours(t time.Time, left time.Duration) time.Time {
	for start, end := range p.worked(t) {
		if !start.Add(left).After(end) {
			return start.Add(left)
		}
		left -= end.Sub(start)
	}
	return t // never: the days do not end
}

// worked walks over the office hours from t on.
func (p *Profile) worked(t time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(time.Time, time.Time) bool) {
		for day := midnight(t, 0); ; day = midnight(day, 1) {
			if !p.Calendar.IsWorkday(day) {
				continue
			}
			for _, span := range p.OfficeHours {
				start, end := day.Add(span.From), day.Add(span.To)
				if t.After(start) {
					start = t
				}
				if start.Before(end) && !yield(start, end) {
					return
				}
			}
		}
	}
}

// WorkBetween is how much of the office hours lies between two moments.
func (p *Profile) WorkBetween(from, to time.Time) time.Duration {
	var sum time.Duration
	for start, end := range p.worked(from.In(p.Zone)) {
		if !start.Before(to) {
			break
		}
		if end.After(to) {
			end = to
		}
		sum += end.Sub(start)
	}
	return sum
}

// AfterWork is the moment at which so much of the office hours has passed since t.
func (p *Profile) AfterWork(t time.Time, work time.Duration) time.Time {
	return p.addWorkHours(t.In(p.Zone), work)
}

// ParseDuration reads the notation of clocks.yaml: 15m and 2h natural, 1wh within office hours, 5d natural days, 5wd working days.
func ParseDuration(s string) (Duration, bool) {
	digits := strings.TrimRight(s, "mhdw")
	n, unit := 0, s[len(digits):]
	if digits == "" || len(digits) > 4 {
		return Duration{}, false
	}
	for _, r := range digits {
		if r < '0' || r > '9' {
			return Duration{}, false
		}
		n = n*10 + int(r-'0')
	}
	switch unit {
	case "m":
		return Duration{Natural: time.Duration(n) * time.Minute}, true
	case "h":
		return Duration{Natural: time.Duration(n) * time.Hour}, true
	case "wh":
		return Duration{WorkHours: n}, true
	case "d":
		return Duration{Days: n}, true
	case "wd":
		return Duration{WorkingDays: n}, true
	}
	return Duration{}, false
}
