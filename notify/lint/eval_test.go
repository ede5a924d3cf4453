package lint_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/notify/lint"
)

// labelled is an answer with what a careful reader would find in it.
type labelled struct {
	ID, Text, Asked                  string
	Ends, Several, Refusing, Inquiry bool
	Outcome                          string
	Own, Places, Theirs, Named       []string
	Want                             []lint.Rule
}

// score counts findings by rule: found, missed, false alarms.
type score struct{ found, missed, alarms int }

func read(t *testing.T, name string) []labelled {
	t.Helper()
	raw, err := os.ReadFile("testdata/answers-" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []labelled
	for lines := bufio.NewScanner(bytes.NewReader(raw)); lines.Scan(); {
		var a labelled
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func newLinter(t *testing.T) *lint.Linter {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return lint.New(p)
}

func (a labelled) answer() lint.Answer {
	return lint.Answer{Text: a.Text, Ends: a.Ends, No: a.Outcome == "false" || a.Outcome == "unclear", Asked: a.Asked, Own: a.Own, Several: a.Several, Refusing: a.Refusing, Inquiry: a.Inquiry, Places: a.Places, Theirs: a.Theirs, Named: a.Named}
}

// TestEvalAnswers prints what the lint finds in the labelled answers, and holds it to what it found when it was written. The second half was not looked at
// while the patterns were made.
func TestEvalAnswers(t *testing.T) {
	l := newLinter(t)
	n := 0
	for _, half := range []struct {
		name         string
		found, right float64 // at least
	}{{"dev", .95, .95}, {"held", .9, .9}} {
		scores, sum := map[lint.Rule]score{}, score{}
		var wrong strings.Builder
		for _, a := range read(t, half.name) {
			n++
			var got []lint.Rule
			for _, f := range l.Check(a.answer()) {
				if !slices.Contains(got, f.Rule) {
					got = append(got, f.Rule)
				}
			}
			for _, r := range lint.Rules {
				s, want, is := scores[r], slices.Contains(a.Want, r), slices.Contains(got, r)
				switch {
				case want && is:
					s.found++
				case want:
					s.missed++
					fmt.Fprintf(&wrong, "  %s missed %s: %s\n", a.ID, r, a.Text)
				case is:
					s.alarms++
					fmt.Fprintf(&wrong, "  %s false %s: %s\n", a.ID, r, a.Text)
				}
				scores[r] = s
			}
		}
		for _, r := range lint.Rules {
			s := scores[r]
			sum = score{sum.found + s.found, sum.missed + s.missed, sum.alarms + s.alarms}
			t.Logf("%-4s %-9s found %2d, missed %2d, false alarms %2d", half.name, r, s.found, s.missed, s.alarms)
		}
		found, right := float64(sum.found)/float64(sum.found+sum.missed), float64(sum.found)/float64(sum.found+sum.alarms)
		t.Logf("%-4s all       found %2d, missed %2d, false alarms %2d: recall %.2f, precision %.2f", half.name, sum.found, sum.missed, sum.alarms, found, right)
		if os.Getenv("LINT_SHOW") == half.name {
			t.Logf("%s", wrong.String())
		}
		if found < half.found || right < half.right {
			t.Errorf("%s: recall %.2f, precision %.2f; want %.2f, %.2f", half.name, found, right, half.found, half.right)
		}
	}
	if n < 120 {
		t.Errorf("%d labelled answers, want 120", n)
	}
}
