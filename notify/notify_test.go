package notify_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/vault"
	"qianshao/notify"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

const dawu = "141128103"

func profile(t *testing.T) *county.Profile {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tell writes a story as lines of "day text", and checks that every day is a midnight.
func tell(t *testing.T, p *county.Profile, received time.Time, c *cases.Case) (lines []string, next string) {
	t.Helper()
	steps, next := notify.Story(p, received, received, c)
	for i, s := range steps {
		if s.Day.Hour() != 0 || s.Day.Location() != p.Zone {
			t.Errorf("the day of a step is %v", s.Day)
		}
		if i > 0 && s.Day.After(steps[i-1].Day) {
			t.Errorf("step %d is newer than the one above it", i)
		}
		lines = append(lines, s.Day.Format("01-02 ")+s.Text)
	}
	return lines, next
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestStory(t *testing.T) {
	p := profile(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 30, 15, 0, p.Zone) }
	received := at(23, 23)

	lines, next := tell(t, p, received, nil)
	same(t, lines, []string{"11-23 正在看您写的内容，弄清楚该归谁管。", "11-23 收到了。您写的、传的都锁好了。"})
	if next != "" {
		t.Errorf("before there is a case, next is %q", next)
	}

	done := at(24, 9)
	c := &cases.Case{
		State: cases.Signed, Lead: county.TownUnit(dawu), Priority: "P0",
		Clocks: []cases.Clock{
			{Step: cases.StepSign, Due: at(24, 12), Done: &done},
			{Step: cases.StepConclude, Due: time.Date(2026, 12, 5, 0, 0, 0, 0, p.Zone)},
			{Step: cases.StepLook, Due: time.Date(2026, 11, 27, 0, 0, 0, 0, p.Zone)},
		},
		Events: []cases.Event{
			{At: at(23, 23), By: "worker", Action: string(cases.Arrive), To: cases.Unsigned, Lead: "emergency"},
			{At: at(24, 8), By: "s1", Name: "张三", Unit: "emergency", Action: string(cases.HandBack), To: cases.Unsigned, Lead: county.DutyDesk, Note: vault.Sealed("note")},
			{At: at(24, 8), By: "s2", Name: "李四", Unit: county.DutyDesk, Action: string(cases.Assign), To: cases.Unsigned, Lead: county.TownUnit(dawu)},
			{At: at(24, 9), By: "worker", Action: "link", From: cases.Unsigned, To: cases.Unsigned},
			{At: at(24, 9), By: "worker", Action: "raise", From: cases.Unsigned, To: cases.Unsigned},
			{At: done, By: "s3", Name: "王五", Unit: county.TownUnit(dawu), Action: string(cases.Sign), To: cases.Signed, Lead: county.TownUnit(dawu)},
		},
	}
	lines, next = tell(t, p, received, c)
	same(t, lines, []string{
		"11-24 大武镇人民政府已经接手了。", "11-24 已经转给大武镇人民政府。", "11-24 已经转给" + p.UnitName(county.DutyDesk) + "。",
		"11-23 已经转给县应急管理局。", "11-23 收到了。您写的、传的都锁好了。",
	})
	if next != "他们最晚11月26日去看，看完这里会写结果。" {
		t.Errorf("next: %s", next)
	}
	whole := strings.Join(lines, "") + next
	for _, hidden := range []string{"张三", "李四", "王五", "s1", "note", "P0", "特急", "link", "23:30", "%"} {
		if strings.Contains(whole, hidden) {
			t.Errorf("the story shows %q", hidden)
		}
	}

	// Who told of the same matter later reads the same, but nothing from before their own day.
	later, _ := tell(t, p, at(26, 7), c)
	for i, l := range later {
		if !strings.HasPrefix(l, "11-26 ") || len(later) != len(lines) || l[6:] != lines[i][6:] {
			t.Errorf("line %d of the later tip: %s", i, l)
		}
	}
}

func TestHowStoriesEnd(t *testing.T) {
	p := profile(t)
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, p.Zone)
	for outcome, want := range map[cases.State]string{
		cases.True:    "县应急管理局查过了，情况属实，正在处理。",
		cases.False:   "县应急管理局查过了，没有发现您说的情况。",
		cases.Unclear: "县应急管理局查过了，现在还下不了结论。",
	} {
		c := &cases.Case{
			State: outcome, Outcome: outcome, Lead: "emergency",
			Clocks: []cases.Clock{{Step: cases.StepReply, Due: time.Date(2026, 12, 1, 0, 0, 0, 0, p.Zone)}},
			Events: []cases.Event{{At: at, Unit: "emergency", Action: string(cases.Conclude), To: outcome}},
		}
		lines, next := tell(t, p, at, c)
		if lines[0] != "11-23 "+want || next != "最晚11月30日给您答复，答复写在这里。" {
			t.Errorf("%s: %s / %s", outcome, lines[0], next)
		}
	}
	closed := &cases.Case{State: cases.Closed, Outcome: cases.True, Events: []cases.Event{{At: at, Action: string(cases.Close), To: cases.Closed}}}
	if lines, next := tell(t, p, at, closed); lines[0] != "11-23 "+p.Texts["story.closed"] || next != p.Texts["next.none"] {
		t.Errorf("closed: %s / %s", lines[0], next)
	}
	closed.Outcome = "" // it was taken up again since
	if lines, _ := tell(t, p, at, closed); lines[0] != "11-23 "+p.Texts["story.closed"] {
		t.Errorf("reopened: %s", lines[0])
	}
	closed.Events[0].From = cases.Signed
	if lines, _ := tell(t, p, at, closed); lines[0] != "11-23 "+p.Texts["story.referred"] {
		t.Errorf("referred: %s", lines[0])
	}
}

// Every action of the table is told to who tipped, or is one of those that are not theirs; and nothing that is told says how urgent it is, that others wrote, or
// who did it.
func TestEveryTransitionIsToldOrIsNotTheirs(t *testing.T) {
	p := profile(t)
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, p.Zone)
	quiet := func(act cases.Action) bool { return slices.Contains(notify.Untold, act) }
	told := func(e cases.Event) string {
		e.At, e.Name, e.Unit, e.Lead = at, "张三", "emergency", "police"
		c := &cases.Case{State: e.To, Lead: "police", Priority: "P0", Tips: []cases.TipRef{{Tip: "a"}, {Tip: "b"}}, Events: []cases.Event{e},
			Records: []cases.Record{{ID: "r1", Versions: []cases.RecordVersion{{Form: disposal.Form{Kind: disposal.KindVisit, Visit: &disposal.Visit{Number: 1, Running: map[cases.State]string{cases.Watched: "no", cases.Closed: "yes"}[e.To]}}}}}}}
		steps, _ := notify.Story(p, at, at, c)
		if len(steps) == 1 {
			return ""
		}
		return steps[0].Text
	}
	for _, l := range cases.Table {
		froms := l.From
		if len(froms) == 0 {
			froms = []cases.State{""}
		}
		for _, from := range froms {
			to, item := l.To, ""
			switch l.Action {
			case cases.Conclude:
				to = cases.False
			case cases.Strike:
				to = cases.Struck
			case cases.LookBack:
				to, item = cases.Watched, "r1"
			}
			choices := []string{""}
			for _, o := range l.Choices {
				choices = append(choices, o.ID)
			}
			for _, choice := range choices {
				text := told(cases.Event{Action: string(l.Action), From: from, To: to, Choice: choice, Item: item})
				if (text == "") != quiet(l.Action) {
					t.Errorf("%s from %s: told %q, not theirs: %t", l.Action, from, text, quiet(l.Action))
				}
				if leak := regexp.MustCompile(`P\d|特急|紧急|张三|其他|别的人|多人|几位|同样|有人|%`).FindString(text); leak != "" {
					t.Errorf("%s from %s tells %q: %s", l.Action, from, leak, text)
				}
			}
		}
	}
	if got := told(cases.Event{Action: string(cases.LookBack), To: cases.Closed, Item: "r1"}); got != p.Texts["story.relapsed"] {
		t.Errorf("a relapse: %q", got)
	}
	if got := told(cases.Event{Action: string(cases.Reopen), To: cases.Unsigned, Choice: "objection", Target: "police"}); got != p.Say("story.rechecked", p.UnitName("police")) {
		t.Errorf("looked into again: %q", got)
	}
	for _, key := range []string{"story.withdrawn", "ask.until", "ask.silent", "plea.rechecked"} {
		if p.Texts[key] == "" {
			t.Errorf("no text for %s", key)
		}
	}
	if notify.Withdrawn(p) != p.Texts["story.withdrawn"] {
		t.Error("who withdrew is told something else")
	}
}

// A day that is past is owned up to, from the day after it; one that a pause moves is not promised; and who waited in vain is not told that something came.
func TestStoryOwnsUp(t *testing.T) {
	p := profile(t)
	day := func(d, hour int) time.Time { return time.Date(2026, 12, d, hour, 0, 0, 0, p.Zone) }
	for step, late := range map[string]string{
		cases.StepSign: "本来说最晚12月9日有人接手，晚了", cases.StepLook: "本来说最晚12月9日去看，晚了", cases.StepConclude: "本来说最晚12月9日查出结果，晚了", cases.StepReply: "本来说最晚12月9日给您答复，晚了",
		cases.StepBegin: "本来说最晚12月9日开始处置，晚了，还在办", cases.StepDispose: "本来说最晚12月9日处置完，晚了", cases.StepClose: "本来说最晚12月9日核对完、办结，晚了",
	} {
		c := &cases.Case{Lead: "emergency", Clocks: []cases.Clock{{Step: step, Due: day(9, 15)}}}
		if _, next := notify.Story(p, day(1, 8), day(9, 20), c); strings.Contains(next, "晚了") || !strings.Contains(next, "最晚12月9日") {
			t.Errorf("%s on the day: %s", step, next)
		}
		if _, next := notify.Story(p, day(1, 8), day(10, 0), c); !strings.HasPrefix(next, late) {
			t.Errorf("%s on the day after: %s", step, next)
		}
		held := day(8, 9)
		c.Clocks[0].Held = &held
		if _, next := notify.Story(p, day(1, 8), day(19, 0), c); next != p.Texts["story.paused"] {
			t.Errorf("%s, paused: %s", step, next)
		}
	}
	silent := day(8, 9)
	c := &cases.Case{Events: []cases.Event{{At: day(7, 9), Action: string(cases.Resume)}, {At: silent, Action: "silent", Item: "q"},
		{At: silent, Action: string(cases.Resume), Choice: cases.Silence}, {At: silent, Action: string(cases.Resume), Choice: intake.Unsaid}}}
	steps, _ := notify.Story(p, day(1, 8), day(9, 0), c)
	if len(steps) != 4 || steps[0].Text != "没等到，接着办。" || steps[1].Text != steps[0].Text || steps[2].Text != p.Texts["story.resumed"] {
		t.Errorf("after silence: %+v", steps)
	}
}
