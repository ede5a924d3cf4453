package triage_test

import (
	"slices"
	"testing"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage"
)

// The first stage tells the duty desk of an emergency that the words tell of, before anything else of the tip was looked at; not of one that accuses the desk
// or is for others alone, and not of what is feared.
func TestTheDeskLearnsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	for words, want := range map[string]int64{"院里着火了，快来人": 1, "怕哪天着火，一直没出事": 0, "着火了！安委办的人收了钱，报了也不管": 0} {
		before, err := w.triage.Alarms(t.Context(), county.DutyDesk)
		must(t, err)
		tip, _ := w.tell(intake.Report{Where: "村口的旧厂", Words: words, Channel: "web"})
		must(t, w.triage.Work(t.Context(), triage.Sort, tip, 0))
		r, err := w.triage.Reading(t.Context(), tip)
		must(t, err)
		n, err := w.triage.Alarms(t.Context(), county.DutyDesk)
		must(t, err)
		if n-before != want || r.Stage != triage.Sort {
			t.Errorf("%s: %d alarms more, want %d, at stage %q", words, n-before, want, r.Stage)
		}
	}
}

// When the case is there it says so itself, marked as the machine's guess.
func TestTheCaseTakesTheAlarmOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	tip, _ := w.tell(intake.Report{Town: w.profile.Towns[0].Code, Where: "村口的旧厂", Words: "罐子炸了，有人晕倒了", Channel: "web"})
	for _, st := range []triage.Stage{triage.Sort, triage.Media, triage.Locate, triage.Match, triage.Route} {
		must(t, w.triage.Work(t.Context(), st, tip, 0))
	}
	n, err := w.triage.Alarms(t.Context(), county.DutyDesk)
	must(t, err)
	c, err := w.cases.ByTip(t.Context(), tip)
	must(t, err)
	if n != 0 || c.Priority != "P0" || !c.Guessed || c.Usual == "P0" || !slices.Contains(c.Sees, county.DutyDesk) {
		t.Errorf("%d alarms left, priority %s, guessed %v, usually %s, seen by %v", n, c.Priority, c.Guessed, c.Usual, c.Sees)
	}
}
