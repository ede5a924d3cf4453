package desk

import (
	"slices"
	"testing"

	"qianshao/handlers/words"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

// The buttons are named as the table names them, and everything that it can do has its words in the log.
func TestEveryTransitionHasItsWords(t *testing.T) {
	w, err := words.New(fault.DefaultLang)
	if err != nil {
		t.Fatal(err)
	}
	known := func(key string) {
		if w.T(key) == key {
			t.Errorf("no words for %s", key)
		}
	}
	for _, l := range cases.Table {
		key := string(l.Action)
		if l.Action != cases.Conclude { // a conclusion is told by what it says
			known("event." + key)
		}
		if l.Action == cases.Arrive || l.Action == cases.Object || l.Pair || l.Talk {
			continue
		}
		if verb := w.T("verb." + key); verb != l.Action.Name() {
			t.Errorf("the button of %s is called %s, the table calls it %s", key, verb, l.Action.Name())
		}
		if l.NeedsNote {
			known("note." + key)
		}
		if slices.Contains(l.Takes, cases.TakesUnit) {
			known("ask.unit." + key)
		}
		if slices.Contains(l.Takes, cases.TakesChoice) {
			known("ask." + key)
		}
	}
	for _, s := range cases.States() {
		if name := w.T("state." + string(s)); name != s.Name() {
			t.Errorf("the state %s is called %s, the table calls it %s", s, name, s.Name())
		}
	}
	for _, by := range []string{"ask_lookback", "told", "heard", "silent", "withdrawn", "birth.relapse", "birth.firm", "birth.equipment", "link", "raise", "conceal"} {
		known("event." + by)
	}
}
