package county

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// FuzzRule feeds a condition: it is refused with a remedy, or it gives an answer for every situation, and never a panic.
func FuzzRule(f *testing.F) {
	for _, when := range []string{
		`category == "c1"`, `"harmless" in hints and not emergency`, `true`, `category in ["c1", "c2"] or town == ""`, `1..1000000`, `len("x") > 0`,
		`categories == ["c1"]`, `not not not border`, `"c1"`, `border ? true : false`, `let x = 1; x == 1`, `category == category`, `{"a": 1}`, "true; true", `"a" in "b"`,
	} {
		f.Add(when)
	}
	p, err := Embedded()
	if err != nil {
		f.Fatal(err)
	}
	v := p.vocabulary()
	f.Fuzz(func(t *testing.T, when string) {
		program, what, remedy := compile(when, RuleFacts{}, v)
		if (program == nil) != (what != "") || (what == "") != (remedy == "") {
			t.Fatalf("%q: program %v, problem %q, remedy %q", when, program != nil, what, remedy)
		}
		if program != nil {
			holds(program, RuleFacts{Category: "c1", Categories: []string{"c1"}, Place: PlaceTown, Hints: []string{"harmless"}})
			holds(program, RuleFacts{})
		}
	})
}

// FuzzWords feeds a phrase to the reader of words.yaml.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"桶/罐…堆", "$化学品", "$容器…$容器", "…", "/", "$", "$a", "a…b…c…d…e", "桶 罐", "$剧毒品/氰化", "~", "~桶", "桶…~堆"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := &phraseReader{loader: &loader{}, groups: map[string]string{"容器": "桶/罐", "a": "$b", "b": "$a"}}
		p := r.phrase(place{"words.yaml", 1}, text)
		if (p == nil) != (len(r.problems) > 0) || len(p) > mostSets {
			t.Errorf("%q: %v, %v", text, p, r.problems)
		}
		for _, c := range p {
			if len(c.Words) == 0 && !c.Chemicals && !c.Toxic {
				t.Errorf("%q: an empty choice in %v", text, p)
			}
		}
	})
}

// TestRulesHaveDays wants a rule to count from its first day until the day before its last.
func TestRulesHaveDays(t *testing.T) {
	dir := folder(t)
	raw := string(dir["rules.yaml"].Data)
	dir["rules.yaml"] = &fstest.MapFile{Data: []byte(raw[:len("rules:\n")+strings.Index(raw, "rules:\n")] +
		"  - {id: campaign, when: 'category == \"c7\"', lead: ecology, reason: 专项行动, from: 2026-12-01, until: 2027-01-01, cert: D, cite: 测试}\n" +
		raw[len("rules:\n")+strings.Index(raw, "rules:\n"):])}
	p, problems := Load(dir)
	if p == nil {
		t.Fatal(problems)
	}
	for day, want := range map[string]string{"2026-11-30": "c7", "2026-12-01": "campaign", "2026-12-31": "campaign", "2027-01-01": "c7"} {
		on, err := time.ParseInLocation(time.DateOnly, day, p.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := p.Decide(RuleFacts{Category: "c7", Categories: []string{"c7"}, Town: p.Towns[0].Code, Place: PlaceTown}, on); !ok || r.ID != want {
			t.Errorf("%s: rule %q, want %s", day, r.ID, want)
		}
	}
}

// TestCoverage wants every situation of the built-in profile decided, and no rule dead; and both faults named when they are made.
func TestCoverage(t *testing.T) {
	p := fangshan(t)
	on := time.Date(2026, 11, 25, 0, 0, 0, 0, p.Zone)
	c := p.Coverage(on)
	if len(c.Unrouted) > 0 || len(c.Dead) > 0 {
		t.Errorf("unrouted %d, dead %v", len(c.Unrouted), c.Dead)
	}
	if want := len(p.Categories) * (2*len(p.Towns) + 3) * 8; c.Cases < want {
		t.Errorf("%d situations, want at least %d", c.Cases, want)
	}
	total := 0
	for _, n := range c.Decided {
		total += n
	}
	if total != c.Cases {
		t.Errorf("%d of %d decided", total, c.Cases)
	}
	for name, k := range map[string]struct{ old, new, what string }{
		"dead": {"  - id: x_official\n", "  - {id: all, when: 'true', lead: safety_committee, reason: 都归我, cert: D, cite: 测试}\n  - id: x_official\n", "规则“c7”永远轮不到"},
		"open": {`town == ""`, `town == "" and border`, "没有规则管"},
	} {
		dir := folder(t)
		raw := string(dir["rules.yaml"].Data)
		at := strings.Index(raw, k.old)
		dir["rules.yaml"] = &fstest.MapFile{Data: []byte(raw[:at] + k.new + raw[at+len(k.old):])}
		if got := fmt.Sprint(CheckAt(dir, on)); !strings.Contains(got, k.what) {
			t.Errorf("%s: nothing of %q in %s", name, k.what, got)
		}
	}
}
