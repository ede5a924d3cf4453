package anonymity

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
)

// sample is a draft that somebody wrote, with the traces that were planted in it.
type sample struct {
	ID, Case, Text string
	Leaks          []leak
	known          Known
}

type leak struct {
	Kind     Kind
	From, To int
}

func lines[T any](t testing.TB, file string) (all []T) {
	t.Helper()
	f, err := os.Open("../testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var v T
		if err := json.Unmarshal(s.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, v)
	}
	return all
}

// drafts reads testdata/drafts-NAME.jsonl with the cases that they are about.
func drafts(t testing.TB, name string) []sample {
	t.Helper()
	cases := map[string]Known{}
	for _, c := range lines[struct {
		ID                  string
		Tips, People, Firms []string
	}](t, "cases.jsonl") {
		cases[c.ID] = Known{Tips: c.Tips, People: c.People, Firms: c.Firms}
	}
	all := lines[sample](t, "drafts-"+name+".jsonl")
	for i := range all {
		known, ok := cases[all[i].Case]
		if !ok {
			t.Fatalf("%s is about %q, which is no case", all[i].ID, all[i].Case)
		}
		all[i].known = known
	}
	return all
}

func checker(t testing.TB) *Checker {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tally is what the check made of traces of one kind. A planted trace is found when a finding of its kind touches it, noticed when any does. A false alarm
// is a finding that touches no planted trace.
type tally struct{ planted, found, noticed, alarms int }

type score struct {
	kinds        map[Kind]*tally
	clean, still int // drafts without a trace, and those of them without any finding
	blocked      int // drafts without a trace that could not be approved
	notes        []string
}

func touches(f Finding, l leak) bool { return f.Span.From < l.To && l.From < f.Span.To }

func rate(c *Checker, all []sample) *score {
	s := &score{kinds: map[Kind]*tally{}}
	of := func(k Kind) *tally {
		if s.kinds[k] == nil {
			s.kinds[k] = &tally{}
		}
		return s.kinds[k]
	}
	for _, d := range all {
		runes := []rune(d.Text)
		found := c.Check(Draft{Text: d.Text}, d.known)
		for _, l := range d.Leaks {
			n := of(l.Kind)
			n.planted++
			switch {
			case slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == l.Kind && touches(f, l) }):
				n.found++
				n.noticed++
			case slices.ContainsFunc(found, func(f Finding) bool { return touches(f, l) }):
				n.noticed++
				s.notes = append(s.notes, fmt.Sprintf("%s under another kind: %s %s", d.ID, l.Kind, string(runes[l.From:l.To])))
			default:
				s.notes = append(s.notes, fmt.Sprintf("%s missed: %s %s", d.ID, l.Kind, string(runes[l.From:l.To])))
			}
		}
		for _, f := range found {
			if !slices.ContainsFunc(d.Leaks, func(l leak) bool { return touches(f, l) }) {
				of(f.Kind).alarms++
				s.notes = append(s.notes, fmt.Sprintf("%s false alarm: %s (%s) %s", d.ID, f.Kind, f.Severity, string(runes[f.Span.From:f.Span.To])))
			}
		}
		if len(d.Leaks) > 0 {
			continue
		}
		s.clean++
		if len(found) == 0 {
			s.still++
		}
		if slices.ContainsFunc(found, func(f Finding) bool { return f.Severity == Block }) {
			s.blocked++
		}
	}
	return s
}

func (s *score) sum() (n tally) {
	for _, k := range s.kinds {
		n.planted, n.found, n.noticed, n.alarms = n.planted+k.planted, n.found+k.found, n.noticed+k.noticed, n.alarms+k.alarms
	}
	return n
}

func (s *score) String() string {
	var b strings.Builder
	line := func(name string, n tally) {
		fmt.Fprintf(&b, "%-10s planted %3d  found %3d  under another kind %2d  missed %2d  false alarms %2d\n", name, n.planted, n.found, n.noticed-n.found, n.planted-n.noticed, n.alarms)
	}
	for _, k := range []Kind{Words, Time, Count, Interval, Distance, Place, Person, Phone, Plate, ID, Firm, Tipster, Quote, Forbidden} {
		if n := s.kinds[k]; n != nil {
			line(string(k), *n)
		}
	}
	line("all", s.sum())
	fmt.Fprintf(&b, "%d drafts without a trace: %d without a finding, %d blocked\n", s.clean, s.still, s.blocked)
	return b.String()
}
