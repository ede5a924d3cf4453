package triage_test

import (
	"slices"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
)

// say adds words to the dialogue of a tip, as its page does.
func (w *world) say(code intake.Code, words string) {
	w.t.Helper()
	v, err := w.intake.Look(w.t.Context(), code)
	must(w.t, err)
	must(w.t, w.intake.Say(w.t.Context(), v, w.intake.NewDraft(), words, nil))
}

func (w *world) sees(unit string, tip intake.TipID) bool {
	w.t.Helper()
	c, err := w.cases.ByTip(w.t.Context(), tip)
	must(w.t, err)
	p, err := w.cases.List(w.t.Context(), handler(unit), cases.All, "")
	must(w.t, err)
	return slices.ContainsFunc(p.Items, func(k cases.Case) bool { return k.ID == c.ID })
}

// What the person says later through the code is read before those see it whom it accuses.
func TestLaterWordsHideTheCaseFromWhomTheyAccuse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	v := w.village(11)
	town := county.TownUnit(v.Town)
	tip, code := w.tell(w.workshop(v, "旧砖窑里夜里熬东西"))
	w.finished()
	if !w.sees(town, tip) || !w.sees("emergency", tip) {
		t.Fatal("an ordinary tip is not seen by who handles it")
	}
	w.say(code, "又来了一车，罐上没有字")
	w.finished()
	if !w.sees(town, tip) || !w.sees("emergency", tip) {
		t.Error("ordinary words hide the case")
	}
	w.say(code, "跟镇上说过两回，没人管")
	w.finished()
	if w.sees(town, tip) || !w.sees("emergency", tip) {
		t.Errorf("idle: the township sees it: %v, the bureau: %v", w.sees(town, tip), w.sees("emergency", tip))
	}
	w.say(code, "应急局的李科长是老板的姐夫")
	w.finished()
	for _, unit := range []string{town, "emergency", "police", county.DutyDesk} {
		if w.sees(unit, tip) {
			t.Errorf("%s still sees it", unit)
		}
	}
	if !w.sees("discipline", tip) {
		t.Error("the discipline inspection does not see it")
	}
	// The next tip about the same matter is not swallowed by what few may see, and does not tell that it exists.
	c, err := w.cases.ByTip(t.Context(), tip)
	must(t, err)
	next, _ := w.tell(w.workshop(v, "旧砖窑里夜里熬东西"))
	w.finished()
	n, err := w.cases.ByTip(t.Context(), next)
	must(t, err)
	if n.ID == c.ID || has(n.Reasons, c.Number) || !w.sees("emergency", next) {
		t.Errorf("the next tip is in %s, reasons %v", n.Number, n.Reasons)
	}
}

// Sealed, and people are in danger: the danger is known at once to those who come, and nothing else is.
func TestASealedEmergency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	v := w.village(13)
	r := w.workshop(v, "镇上的王副镇长收了他的钱，每次检查都提前打电话")
	r.Emergency = "leak"
	tip, code := w.tell(r, photo(t, 5))
	w.finished()
	if w.sees("emergency", tip) || w.sees(county.DutyDesk, tip) || !w.sees("discipline", tip) {
		t.Fatal("the tip is not sealed")
	}
	bare := w.all()
	if len(bare) != 1 || len(bare[0].Tips)+len(bare[0].Signs)+len(bare[0].Sites) != 0 || bare[0].Place.Village != v.Code || bare[0].Priority != "P0" {
		t.Fatalf("the duty desk sees %+v", bare)
	}
	w.say(code, "现在更大了")
	w.finished()
	for unit, want := range map[string]int64{county.DutyDesk: 1, "emergency": 1, "discipline": 1, county.TownUnit(v.Town): 0, "police": 0} {
		if n, err := w.cases.Count(t.Context(), handler(unit), cases.All); err != nil || n != want {
			t.Errorf("%s sees %d cases, want %d, %v", unit, n, want, err)
		}
	}
}

// Nobody asks in the dialogue whether it is an emergency: its words are looked at.
func TestLaterWordsMakeItUrgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	tip, code := w.tell(w.workshop(w.village(15), "果园里有人分装东西"))
	w.finished()
	w.say(code, "没有着火，就是有味道")
	w.finished()
	c, err := w.cases.ByTip(t.Context(), tip)
	must(t, err)
	if c.Emergency || c.Priority == "P0" {
		t.Errorf("what is denied makes it urgent: %s", c.Priority)
	}
	w.say(code, "里面着火了，快来")
	w.finished()
	c, err = w.cases.ByTip(t.Context(), tip)
	must(t, err)
	if !c.Emergency || c.Priority != "P0" || !has(c.Reasons, "规则 emergency：") {
		t.Errorf("emergency %v, priority %s, reasons %v", c.Emergency, c.Priority, c.Reasons)
	}
}
