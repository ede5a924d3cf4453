package county

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const minute = "2006-01-02 15:04"

func TestDue(t *testing.T) {
	p := fangshan(t)
	for _, c := range []struct{ from, limit, due string }{
		{"2026-11-23 09:00", "0m", "2026-11-23 09:00"},
		{"2026-11-23 23:50", "15m", "2026-11-24 00:05"},
		{"2026-11-20 18:00", "24h", "2026-11-21 18:00"},
		{"2026-11-23 09:00", "1d", "2026-11-25 00:00"},  // to the end of the 24th
		{"2026-11-20 09:00", "5d", "2026-11-26 00:00"},  // weekends count
		{"2026-11-23 09:00", "1wd", "2026-11-25 00:00"}, // Monday: to the end of Tuesday
		{"2026-11-20 09:00", "1wd", "2026-11-24 00:00"}, // Friday: to the end of Monday
		{"2026-11-21 09:00", "1wd", "2026-11-24 00:00"}, // Saturday as well

		// 国庆 2026: off from 1 to 7 October, Saturday the 10th is worked.
		{"2026-09-30 10:00", "1wd", "2026-10-09 00:00"},
		{"2026-09-30 10:00", "3wd", "2026-10-11 00:00"},
		{"2026-10-03 10:00", "5wd", "2026-10-14 00:00"},
		{"2026-09-30 17:30", "1wh", "2026-10-08 09:00"},
		// 春节 2026: off from 15 to 23 February, the Saturdays 14 and 28 are worked.
		{"2026-02-13 10:00", "1wd", "2026-02-15 00:00"},
		{"2026-02-13 10:00", "2wd", "2026-02-25 00:00"},
		{"2026-02-14 16:00", "5wd", "2026-03-01 00:00"},
		{"2026-02-14 17:30", "1wh", "2026-02-24 09:00"},

		{"2026-11-23 09:00", "1wh", "2026-11-23 10:00"},
		{"2026-11-23 11:30", "1wh", "2026-11-23 15:00"}, // half before lunch, half after
		{"2026-11-23 12:30", "1wh", "2026-11-23 15:30"},
		{"2026-11-23 03:00", "1wh", "2026-11-23 09:30"},
		{"2026-11-27 17:00", "2wh", "2026-11-30 09:30"}, // over a weekend
		{"2027-10-01 09:00", "1wd", "2027-10-05 00:00"}, // a year that is not known goes by the weekday
	} {
		from, err := time.ParseInLocation(minute, c.from, p.Zone)
		if err != nil {
			t.Fatal(err)
		}
		d, ok := ParseDuration(c.limit)
		if !ok {
			t.Fatalf("%s is no limit", c.limit)
		}
		if got := p.Due(from.UTC(), d).Format(minute); got != c.due {
			t.Errorf("%s + %s is %s, want %s", c.from, c.limit, got, c.due)
		}
	}
}

func TestLastDay(t *testing.T) {
	p := fangshan(t)
	from := time.Date(2026, 11, 23, 9, 0, 0, 0, p.Zone)
	if got := p.LastDay(p.Due(from, Duration{WorkingDays: 1})).Format(time.DateOnly); got != "2026-11-24" {
		t.Errorf("one working day from Monday the 23rd ends on %s", got)
	}
	if got := p.LastDay(p.Due(from, Duration{Natural: time.Hour})).Format(time.DateOnly); got != "2026-11-23" {
		t.Errorf("an hour ends on %s", got)
	}
}

// TestIsWorkdayIsOfTheCounty asks at a moment that is already tomorrow in the county.
func TestIsWorkdayIsOfTheCounty(t *testing.T) {
	p := fangshan(t)
	if p.Calendar.IsWorkday(time.Date(2026, 9, 30, 17, 0, 0, 0, time.UTC)) {
		t.Error("1 October, 1 o'clock in the county, is a working day")
	}
	if !p.Calendar.Knows(2026) || p.Calendar.Knows(2027) {
		t.Error("the calendar does not know which years it knows")
	}
}

func TestParseDuration(t *testing.T) {
	for _, bad := range []string{"", "5", "d", "5x", "-5d", "5dd", "1w", "12345d", "５d", "wd", "1 d"} {
		if d, ok := ParseDuration(bad); ok {
			t.Errorf("%q is read as %+v", bad, d)
		}
	}
}

// TestDueIsMonotone: who comes later is never due earlier, and nobody is due before he came.
func TestDueIsMonotone(t *testing.T) {
	p := fangshan(t)
	start := time.Date(2023, 12, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom([]Duration{
			{Natural: 90 * time.Minute}, {Days: rapid.IntRange(1, 60).Draw(t, "days")}, {WorkingDays: rapid.IntRange(1, 30).Draw(t, "wd")},
			{WorkHours: rapid.IntRange(1, 40).Draw(t, "wh")}, {},
		}).Draw(t, "limit")
		a := start.Add(time.Duration(rapid.Int64Range(0, 4*366*24*3600).Draw(t, "from")) * time.Second)
		b := a.Add(time.Duration(rapid.Int64Range(0, 20*24*3600).Draw(t, "later")) * time.Second)
		dueA, dueB := p.Due(a, d), p.Due(b, d)
		if dueB.Before(dueA) || dueA.Before(a) {
			t.Fatalf("%+v: %s is due %s, %s is due %s", d, a, dueA, b, dueB)
		}
	})
}
