package cases

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
)

// threeYears is the profile with 2027 and 2028 announced. Their holidays are made up for this test: the State Council has not announced them yet.
func threeYears(t *testing.T) *county.Profile {
	t.Helper()
	p := profile(t)
	for _, file := range []string{"testdata/holidays-2027.csv", "testdata/holidays-2028.csv"} {
		raw, err := os.ReadFile(file)
		must(t, err)
		y, problems := county.ReadYear(raw)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p.Calendar.Announce(y)
	}
	return p
}

// workdays lists the working days of the three years from the tables alone, without the code that counts them elsewhere.
func workdays(t *testing.T, p *county.Profile) []time.Time {
	t.Helper()
	listed := map[string]string{}
	for _, file := range []string{"../../config/county/fangshan/holidays.csv", "testdata/holidays-2027.csv", "testdata/holidays-2028.csv"} {
		raw, err := os.ReadFile(file)
		must(t, err)
		for line := range strings.Lines(string(raw)) {
			f := strings.Split(strings.TrimSpace(line), ",")
			listed[f[0]] = f[2]
		}
	}
	var all []time.Time
	for d := time.Date(2026, 1, 1, 0, 0, 0, 0, p.Zone); d.Year() < 2029; d = d.AddDate(0, 0, 1) {
		kind := listed[d.Format(time.DateOnly)]
		if kind == "work" || kind == "" && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			all = append(all, d)
		}
	}
	return all
}

// On every day of three years a case comes: its clock of checking ends with the tenth working day after, over every holiday and every Saturday that is worked, and
// its lights only ever get worse, each at the moment that wakes the worker.
func TestTheClocksOfThreeYears(t *testing.T) {
	p := threeYears(t)
	all := workdays(t, p)
	for day := time.Date(2026, 1, 1, 16, 40, 0, 0, p.Zone); day.Before(time.Date(2028, 12, 1, 0, 0, 0, 0, p.Zone)); day = day.AddDate(0, 0, 1) {
		o := opening(p)
		o.Received = day
		c := opened(p, o, day)
		k := *c.running(StepConclude, "")
		first, _ := slices.BinarySearchFunc(all, p.Day(day).AddDate(0, 0, 1), time.Time.Compare)
		if want := all[first+9].AddDate(0, 0, 1); !k.Due.Equal(want) {
			t.Fatalf("came on %s: due %v, want %v", day.Format(time.DateOnly), k.Due, want)
		}
		last := Light("")
		for _, l := range []Light{Yellow, Red, Black} {
			at := k.turns(p, "P1", l)
			if got := k.Light(p, "P1", at); got != l {
				t.Fatalf("came on %s: at %v %s, want %s", day.Format(time.DateOnly), at, got, l)
			}
			if got := k.Light(p, "P1", at.Add(-time.Minute)); got.rank() != last.rank() {
				t.Fatalf("came on %s: a minute before %v %s, want %s", day.Format(time.DateOnly), at, got, last)
			}
			last = l
		}
		if left := all[first+8]; k.Light(p, "P1", left.Add(23*time.Hour)) == Red {
			t.Fatalf("came on %s: red on the last day but one", day.Format(time.DateOnly))
		}
	}
}

func TestHolidaysByName(t *testing.T) {
	p := threeYears(t)
	at := func(s string) time.Time {
		d, err := time.ParseInLocation("2006-01-02 15:04", s, p.Zone)
		must(t, err)
		return d
	}
	for _, c := range []struct{ from, limit, due string }{
		{"2026-02-13 17:00", "5wd", "2026-02-28 00:00"}, // 春节 2026: Saturday the 14th is worked
		{"2026-09-30 09:00", "10wd", "2026-10-21 00:00"},
		{"2027-02-04 09:00", "5wd", "2027-02-20 00:00"}, // 春节 2027: off from the 5th to the 12th
		{"2027-02-12 23:59", "6wd", "2027-02-21 00:00"}, // Saturday the 20th is worked
		{"2027-09-30 09:00", "1wd", "2027-10-09 00:00"}, // 国庆 2027
		{"2027-09-30 17:30", "2wh", "2027-10-08 10:00"},
		{"2027-12-31 09:00", "1wd", "2028-01-05 00:00"},  // over the end of the year
		{"2028-01-21 09:00", "1wd", "2028-01-23 00:00"},  // Saturday the 22nd is worked
		{"2028-10-01 09:00", "10wd", "2028-10-20 00:00"}, // 国庆 2028: Saturday the 14th is worked
	} {
		d, _ := county.ParseDuration(c.limit)
		if got := p.Due(at(c.from), d); !got.Equal(at(c.due)) {
			t.Errorf("%s + %s is %s, want %s", c.from, c.limit, got.Format("2006-01-02 15:04"), c.due)
		}
	}
}

// What is paused has as much left afterwards as before, over whatever holidays; what the law counts goes on.
func TestPauseAndResume(t *testing.T) {
	p := threeYears(t)
	start := time.Date(2026, 9, 24, 10, 0, 0, 0, p.Zone)
	o := opening(p)
	o.Received = start
	for _, c := range []struct {
		pause, resume int // days after the start
		due           string
	}{
		{1, 1, "2026-10-15"},  // the same day: nothing changes
		{1, 2, "2026-10-15"},  // only over 中秋
		{1, 5, "2026-10-19"},  // two working days, the 28th and the 29th
		{4, 14, "2026-10-20"}, // over 国庆: the 29th, the 30th and the 8th
		{1, 30, "2026-11-06"}, // long
	} {
		k := opened(p, o, start)
		lead := handler("emergency")
		must(t, k.try(p, lead, Sign, Input{}, start))
		legal := k.running(StepLegal, "").Due
		must(t, k.try(p, lead, Pause, Input{Choice: "test", Note: "样品送去鉴定了"}, start.AddDate(0, 0, c.pause)))
		if w := k.running(StepConclude, ""); w.Running() || w.Words(p, "P1", start) != "" || k.Hold == nil {
			t.Fatalf("paused: %+v", w)
		}
		if got := key(k.try(p, lead, Look, Input{}, start.AddDate(0, 0, c.pause))); got != "desk.action" {
			t.Errorf("a paused case goes on: %s", got)
		}
		must(t, k.try(p, duty, Resume, Input{}, start.AddDate(0, 0, c.resume)))
		after := k.running(StepConclude, "")
		if got := p.LastDay(after.Due).Format(time.DateOnly); got != c.due || !after.Running() {
			t.Errorf("paused after %d days, resumed after %d: ends on %s, want %s", c.pause, c.resume, got, c.due)
		}
		if k.running(StepPause, "") != nil || !k.running(StepLegal, "").Due.Equal(legal) {
			t.Errorf("the limit of the law moved from %v to %v", legal, k.running(StepLegal, "").Due)
		}
	}
}

// An overdue clock cannot be paused away, and an emergency that comes in ends the pause.
func TestAPauseHidesNothing(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead := handler("emergency")
	must(t, c.try(p, lead, Sign, Input{}, monday))
	late := monday.AddDate(0, 0, 2) // the first look was due after a day
	must(t, c.try(p, lead, Pause, Input{Choice: "other", Note: "路断了，过不去"}, late))
	if c.Light(p, late) != Red {
		t.Errorf("paused, and the light is %s", c.Light(p, late))
	}
	c.join(p, Joining{Tip: "fire", Received: late, Emergency: true, Priority: "P0"}, late)
	if c.Hold != nil || c.Priority != "P0" || c.running(StepConclude, "").Held != nil {
		t.Errorf("an emergency came, and it is still paused: %+v", c.Hold)
	}
}

func TestExtension(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead, other := handler("emergency"), handler("emergency")
	other.ID = "s-head"
	must(t, c.try(p, lead, Sign, Input{}, monday))
	must(t, c.try(p, lead, Look, Input{}, monday))
	due := c.running(StepConclude, "").Due
	must(t, c.try(p, lead, Extend, Input{Note: "等化验结果，要多几天"}, monday))
	if got := key(c.try(p, lead, Grant, Input{}, monday)); got != "desk.forbidden" {
		t.Errorf("granted by who asked: %s", got)
	}
	if got := key(c.try(p, handler("police"), Grant, Input{}, monday)); got != "desk.forbidden" {
		t.Errorf("granted by a helper: %s", got)
	}
	must(t, c.try(p, other, Grant, Input{}, monday))
	if want := p.Due(p.LastDay(due), county.Duration{WorkingDays: 10}); !c.running(StepConclude, "").Due.Equal(want) || c.Extended != 1 || c.running(StepDecide, "") != nil {
		t.Errorf("extended to %v, want %v", c.running(StepConclude, "").Due, want)
	}
	if got := key(c.try(p, lead, Extend, Input{Note: "还要再多几天"}, monday)); got != "desk.action" {
		t.Errorf("extended twice: %s", got)
	}

	o := opening(p)
	o.Priority = "P0"
	urgent := opened(p, o, monday)
	must(t, urgent.try(p, lead, Sign, Input{}, monday))
	if got := key(urgent.try(p, lead, Extend, Input{Note: "还要再多几天"}, monday)); got != "desk.action" {
		t.Errorf("an emergency was extended: %s", got)
	}
}

// Handed back twice, the duty desk rules, and its word stands.
func TestARulingStands(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	for i, unit := range []string{"ecology", "market"} {
		must(t, c.try(p, handler(c.Lead), HandBack, Input{Note: "这里归" + unit + "管", Unit: unit}, monday))
		if i == 1 {
			if got := key(c.try(p, duty, Assign, Input{Unit: unit}, monday)); got != "desk.reason" {
				t.Errorf("a ruling without a reason: %s", got)
			}
		}
		must(t, c.try(p, duty, Assign, Input{Unit: unit, Note: "按三定方案归他们"}, monday))
	}
	if got := key(c.try(p, handler("market"), HandBack, Input{Note: "还是不归我们管"}, monday)); got != "desk.ruled" || c.Lead != "market" {
		t.Errorf("handed back after the ruling: %s, lead %s", got, c.Lead)
	}
	must(t, c.try(p, handler("market"), Sign, Input{}, monday))
}

// Another lead goes on where the first one was, once it has signed.
func TestATransferKeepsTheConclusion(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead := handler("emergency")
	must(t, c.try(p, lead, Sign, Input{}, monday))
	must(t, c.try(p, lead, Look, Input{}, monday))
	must(t, c.try(p, lead, Register, Input{Record: survey(p, monday)}, monday))
	must(t, c.try(p, lead, Conclude, Input{Outcome: True, Note: "只是没有执照，不是危化品"}, monday))
	must(t, c.try(p, duty, Assign, Input{Unit: "market", Note: "不是危化品，归市场监管"}, monday))
	if c.State != Unsigned || c.Outcome != True {
		t.Fatalf("transferred: %s %s", c.State, c.Outcome)
	}
	must(t, c.try(p, handler("market"), Sign, Input{}, monday))
	if c.State != True || c.Back != "" || c.Lead != "market" {
		t.Errorf("signed: %s, lead %s", c.State, c.Lead)
	}
}

// An objection reopens as often as the profile says; what was recorded stays, and the look-backs begin anew from the next stop.
func TestReopening(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	close := func(at time.Time) {
		t.Helper()
		lead := handler(c.Lead)
		must(t, c.try(p, lead, Sign, Input{}, at))
		must(t, c.try(p, lead, Look, Input{}, at))
		must(t, c.try(p, lead, Register, Input{Record: survey(p, at)}, at))
		must(t, c.try(p, lead, Conclude, Input{Outcome: True, Note: "现场有釜有桶，查实了"}, at))
		must(t, c.try(p, lead, Dispose, Input{}, at))
		if got := key(c.try(p, lead, Finish, Input{Note: "设备原料都清走了"}, at)); got != "desk.disposal" {
			t.Errorf("finished without a disposal of this time: %s", got)
		}
		must(t, c.try(p, lead, Register, Input{Record: clearance(p, at, 0)}, at))
		must(t, c.try(p, lead, Finish, Input{Note: "设备原料都清走了"}, at))
		must(t, c.try(p, lead, Close, Input{}, at))
	}
	close(monday)
	again := monday.AddDate(0, 0, 20)
	must(t, c.try(p, duty, Reopen, Input{Choice: "objection", Unit: "police", Note: "来人说还在干，再查"}, again))
	if c.State != Unsigned || c.Outcome != "" || len(c.LookBacks) != 0 || len(c.Records) != 2 {
		t.Fatalf("reopened: %s %q, %d look-backs, %d records", c.State, c.Outcome, len(c.LookBacks), len(c.Records))
	}
	close(again)
	if !c.Stopped.Equal(p.Day(again)) || len(c.LookBacks) != 4 {
		t.Errorf("stopped %v, look-backs %+v", c.Stopped, c.LookBacks)
	}
	if got := key(c.try(p, duty, Reopen, Input{Choice: "objection", Unit: "police", Note: "来人说还在干，再查"}, again)); got != "desk.reopened" {
		t.Errorf("a second objection: %s", got)
	}
	must(t, c.try(p, duty, Reopen, Input{Choice: "check", Note: "抽查发现设备还在"}, again))
}

// True after a "not true": the profile says who learns of it.
func TestAFailedConclusionIsTold(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	c.Failed = False
	lead := handler("emergency")
	must(t, c.try(p, lead, Sign, Input{}, monday))
	must(t, c.try(p, lead, Look, Input{}, monday))
	must(t, c.try(p, lead, Register, Input{Record: survey(p, monday)}, monday))
	must(t, c.try(p, lead, Conclude, Input{Outcome: True, Note: "现场有釜有桶，查实了"}, monday))
	if !slices.ContainsFunc(c.Outbox, func(n Notice) bool { return n.Kind == NoticeFailed && n.Unit == "discipline" }) {
		t.Errorf("nobody above was told: %+v", c.Outbox)
	}
}

// A rule may give less time than the priority.
func TestARuleMayHurry(t *testing.T) {
	p := profile(t)
	p.Rules = append(slices.Clone(p.Rules), county.Rule{ID: "fast", Limits: map[string]*county.Duration{StepLook: {Natural: 3 * time.Hour}}})
	o := opening(p)
	o.Rule, o.Priority = "fast", "P2"
	c := opened(p, o, monday)
	if want := monday.Truncate(time.Minute).Add(3 * time.Hour); !c.running(StepLook, "").Due.Equal(want) {
		t.Errorf("due %v, the rule says %v", c.running(StepLook, "").Due, want)
	}
}
