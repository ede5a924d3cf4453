package main

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/cmd/qianshao/demo"
	"qianshao/notify/outcome"
	"qianshao/triage/cases"
)

// TestTheDemonstrationShowsTheWholeLoop finds published outcomes that say they are invented, each by two people, late and on a day of the batch, and one that waits for the second person.
func TestTheDemonstrationShowsTheWholeLoop(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	a := beside(t, settings(t, "QIANSHAO_DEMO=true"), 0)
	for range 2 { // a process that was stopped before it sent the tips begins again, with the same past
		if sends, err := a.prepareDemo(ctx, io.Discard); !sends || err != nil {
			t.Fatal(sends, err)
		}
	}
	writer := cases.Actor{ID: "who looks", Role: cases.Publicity}
	page := func(state outcome.State) []outcome.Item {
		t.Helper()
		all, _, err := a.outcomes.Page(ctx, writer, state, "")
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	matters, err := demo.Matters()
	if err != nil {
		t.Fatal(err)
	}
	told := page(outcome.Publicly)
	if len(told) != 3 || len(page(outcome.Review)) != 1 || len(matters) != 4 {
		t.Fatalf("%d are published and %d wait, of %d", len(told), len(page(outcome.Review)), len(matters))
	}
	for _, it := range told {
		p, by := it.Outcome.Public, map[outcome.Action]string{}
		for _, e := range it.Outcome.Events {
			by[e.Action] = e.By
		}
		if by[outcome.Sent] == "" || by[outcome.Approved] == "" || by[outcome.Sent] == by[outcome.Approved] || by[outcome.Edited] != by[outcome.Sent] {
			t.Errorf("%s: by whom %v", p.Title, by)
		}
		if !strings.Contains(p.Title, "演示") || !strings.Contains(p.Text, "这是演示") || len(p.Photos) != 1 {
			t.Errorf("%s\n%s\n%d photos", p.Title, p.Text, len(p.Photos))
		}
		k, err := a.cases.ByID(ctx, it.Outcome.Case)
		if err != nil {
			t.Fatal(err)
		}
		closed := k.Events[slices.IndexFunc(k.Events, func(e cases.Event) bool { return e.Action == string(cases.Close) })].At
		if day := p.Day.In(a.profile.Zone); !slices.Contains(a.profile.Publicity.Batch, day.Day()) || day.Before(a.profile.Day(closed).AddDate(0, 0, a.profile.Publicity.Delay)) || day.After(time.Now()) {
			t.Errorf("%s: closed %s, published %s", p.Title, closed, day)
		}
	}
	if n, err := a.cases.Sweep(ctx); err != nil {
		t.Fatal(n, err)
	}
	for _, it := range told {
		k, err := a.cases.ByID(ctx, it.Outcome.Case)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range k.Clocks {
			if c.Done == nil && c.Due.Before(time.Now()) {
				t.Errorf("%s: the clock %s %s ran out", k.Number, c.Step, c.Of)
			}
		}
	}
}
