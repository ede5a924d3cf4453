package cases

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/transitions.md anew")

const document = "../../docs/transitions.md"

// The page about the transitions is made from the table, so that it cannot say anything else.
func TestTheDocumentIsTheTable(t *testing.T) {
	want := page()
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if string(is) != want {
		t.Error("docs/transitions.md is not what the table says: run go test ./triage/cases -run TestTheDocumentIsTheTable -update")
	}
}

func page() string {
	var b strings.Builder
	b.WriteString("# 案件怎么走\n\n这一页由 `triage/cases` 的转换表生成（`go test ./triage/cases -run TestTheDocumentIsTheTable -update`），不要手改。\n\n```mermaid\nstateDiagram-v2\n")
	for _, s := range States() {
		fmt.Fprintf(&b, "    state %q as %s\n", s.Name(), id(s))
	}
	drawn := []string{}
	for _, t := range Table {
		for _, arrow := range arrows(t) {
			if !slices.Contains(drawn, arrow) {
				drawn = append(drawn, arrow)
				b.WriteString("    " + arrow + "\n")
			}
		}
	}
	b.WriteString("```\n\n| 动作 | 从 | 到 | 谁 | 什么时候有 | 还要 | 停的时钟 | 起的时钟 |\n|---|---|---|---|---|---|---|---|\n")
	for _, t := range Table {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", t.Action.Name(), from(t), to(t), who(t), named(t.When), needs(t), code(t.Done), code(t.Starts))
	}
	b.WriteString("\n暂停期间能做的：")
	var still []string
	for _, t := range Table {
		if t.Still && !slices.Contains(still, t.Action.Name()) {
			still = append(still, t.Action.Name())
		}
	}
	b.WriteString(strings.Join(still, "、") + "。\n")
	return b.String()
}

// id is a name that the drawing does not take for a word of its own.
func id(s State) string { return "s_" + string(s) }

// arrows are the changes of state that a line can make.
func arrows(t Transition) []string {
	if t.Action == Arrive {
		return []string{"[*] --> " + id(t.To)}
	}
	targets := []State{t.To}
	switch {
	case t.Action == Conclude:
		targets = Outcomes
	case t.Action == Strike:
		targets = []State{Struck}
	case t.Action == Sign && t.To == "":
		targets = afterResult
	case t.Action == LookBack:
		return []string{fmt.Sprintf("%s --> %s: 回头看又在干", id(Watched), id(Closed)), fmt.Sprintf("%s --> %s: 回头看又在干", id(Struck), id(Closed)), fmt.Sprintf("%s --> %s: 回头看又在干", id(Disposed), id(Disposing))}
	case t.To == "":
		return nil
	}
	var all []string
	for _, f := range t.From {
		for _, to := range targets {
			if f != to {
				all = append(all, fmt.Sprintf("%s --> %s: %s", id(f), id(to), t.Action.Name()))
			}
		}
	}
	return all
}

func from(t Transition) string {
	var all []string
	for _, s := range t.From {
		all = append(all, s.Name())
	}
	return strings.Join(all, "、")
}

func to(t Transition) string {
	switch {
	case t.To != "":
		return t.To.Name()
	case t.Action == Conclude:
		return "照结论"
	case t.Action == Sign:
		return "换主办以前的状态"
	case t.Action == Strike:
		return "主办、镇、县安委办都同意了，到" + Struck.Name()
	}
	return "不变"
}

func who(t Transition) string {
	var all []string
	for _, w := range []struct {
		may  bool
		name string
	}{{t.Lead, "主办单位"}, {t.Owes, "督办单要求答复的单位"}, {t.Duty, "县安委办"}, {t.Co, "协办单位"}, {t.Town, "所在的镇"}, {t.Any, "看得到的单位"}} {
		if w.may {
			all = append(all, w.name)
		}
	}
	if t.Action == Arrive || t.Action == Object {
		return "系统"
	}
	if t.Other {
		return strings.Join(all, "、") + "（不能是申请的人）"
	}
	return strings.Join(all, "、")
}

func named(conds []Cond) string {
	var all []string
	for _, c := range conds {
		all = append(all, c.Name())
	}
	return strings.Join(all, "；")
}

func needs(t Transition) string {
	var all []string
	if t.NeedsNote {
		all = append(all, "写明理由")
	}
	for _, what := range t.Takes {
		all = append(all, map[Takes]string{TakesOutcome: "选结论", TakesUnit: "选单位", TakesChoice: "选一项", TakesRecord: "填登记表", TakesItem: "选一条登记", TakesWords: "写给来人的话"}[what])
		if what == TakesUnit && t.Action == Reopen {
			all[len(all)-1] = "选单位：有异议的，不能是下结论的那个"
		}
	}
	if n := named(t.Needs); n != "" {
		all = append(all, n)
	}
	if t.Pair {
		all = append(all, "另一案")
	}
	return strings.Join(all, "；")
}

func code(steps []string) string {
	var all []string
	for _, s := range steps {
		all = append(all, "`"+s+"`")
	}
	return strings.Join(all, " ")
}

// Everything that the table names has a name, and every step a line in the profile.
func TestTheTableIsNamed(t *testing.T) {
	p := profile(t)
	for _, l := range Table {
		if l.Action.Name() == "" {
			t.Errorf("%s has no name", l.Action)
		}
		for _, c := range append(slices.Clone(l.When), l.Needs...) {
			if c.Name() == "" {
				t.Errorf("condition %s has no name", c)
			}
		}
		for _, step := range append(slices.Clone(l.Done), l.Starts...) {
			if rule(p, step).Name == "" {
				t.Errorf("step %s is not in the profile", step)
			}
		}
	}
	for _, s := range States() {
		if s.Name() == "" {
			t.Errorf("%s has no name", s)
		}
	}
}
