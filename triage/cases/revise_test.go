package cases

import (
	"slices"
	"testing"
	"time"

	"qianshao/config/county"
)

func accusing(lead string) Revision {
	return Revision{Hidden: []string{county.TownUnit(dawu)}, Sealed: true, Lead: lead, Categories: []string{"x_official", "c1"}, Rule: "x_official", Reasons: []string{"规则 x_official：要保密"}, Priority: "P1"}
}

func TestAnAccusationSealsAnOpenCase(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	must(t, c.try(p, handler("emergency"), Sign, Input{}, monday.Add(time.Hour)))
	r := accusing("discipline")
	if !c.revise(p, r, monday.Add(2*time.Hour)) {
		t.Fatal("nothing changed")
	}
	for _, u := range []string{"emergency", "police", county.TownUnit(dawu), county.DutyDesk} {
		if c.SeenBy(handler(u)) || slices.Contains(c.Terms, "sees:"+u) || slices.Contains(c.Terms, "help:"+u) {
			t.Errorf("%s sees it still", u)
		}
	}
	if c.Lead != "discipline" || !c.SeenBy(handler("discipline")) || !c.Sealed || c.State != Unsigned || c.Category != "x_official" || c.Events[len(c.Events)-1].By != worker {
		t.Errorf("lead %s, sealed %v, state %s, category %s", c.Lead, c.Sealed, c.State, c.Category)
	}
	before := c.Version
	if c.revise(p, r, monday.Add(3*time.Hour)) || c.Version != before {
		t.Error("the second time it changes again")
	}
}

func TestIdlenessTakesOutWhoIsNamed(t *testing.T) {
	p := profile(t)
	town := county.TownUnit(dawu)
	c := opened(p, opening(p), monday)
	weak := Revision{Hidden: []string{town}, Lead: "emergency", Rule: "accused", Reasons: []string{"规则 accused：换"}, Priority: "P1"}
	if !c.revise(p, weak, monday) || c.SeenBy(handler(town)) || c.Lead != "emergency" || !c.SeenBy(handler("police")) || !c.SeenBy(duty) {
		t.Errorf("lead %s, seen by %v", c.Lead, c.Sees)
	}
	// Nothing puts the unit back: not a hand-back, not an assignment to others, and it cannot be given to it.
	must(t, c.try(p, handler("emergency"), HandBack, Input{Note: "这里归生态环境管"}, monday))
	if c.SeenBy(handler(town)) {
		t.Error("a hand-back lets the accused see it")
	}
	if got := key(c.try(p, duty, Assign, Input{Unit: town}, monday)); got != "desk.accused" {
		t.Errorf("assigned to the accused: %s", got)
	}
	must(t, c.try(p, duty, Assign, Input{Unit: "ecology"}, monday))
	if c.SeenBy(handler(town)) || !c.SeenBy(handler("ecology")) {
		t.Errorf("seen by %v", c.Sees)
	}
	if c.revise(p, weak, monday) {
		t.Error("the same words change it again")
	}
	lead := weak
	lead.Hidden = []string{"ecology"}
	if !c.revise(p, lead, monday) || c.Lead != county.DutyDesk || c.SeenBy(handler("ecology")) || c.State != Unsigned {
		t.Errorf("lead %s, state %s, seen by %v", c.Lead, c.State, c.Sees)
	}
}

// What was concluded by those who are accused is not concluded.
func TestAnAccusationReopens(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead := handler("emergency")
	for _, step := range []struct {
		act Action
		in  Input
	}{{Sign, Input{}}, {Look, Input{}}, {Register, Input{Record: survey(p, monday)}}, {Conclude, Input{Outcome: False, Note: "没有看到什么"}}, {Close, Input{}}} {
		must(t, c.try(p, lead, step.act, step.in, monday))
	}
	c.revise(p, accusing("discipline"), monday.Add(time.Hour))
	if c.State != Unsigned || c.Outcome != "" || !slices.Contains(c.Terms, "open") || !slices.Contains(running(&c), StepSign) {
		t.Errorf("state %s, outcome %q, clocks %v", c.State, c.Outcome, running(&c))
	}
}

func TestAssigningToTheDisciplineInspectionSeals(t *testing.T) {
	p := profile(t)
	for unit, want := range map[string]bool{"discipline": true, "police": false, "emergency": false, county.DutyDesk: false, "water_supply": false, county.TownUnit(dawu): false} {
		if Seals(p, unit) != want {
			t.Errorf("%s seals: %v", unit, !want)
		}
	}
	o := opening(p)
	o.Oversight = county.DutyDesk
	c := opened(p, o, monday)
	must(t, c.try(p, duty, Assign, Input{Unit: "discipline"}, monday))
	if !c.Sealed || !slices.Equal(c.Sees, []string{"discipline"}) || len(c.Co) != 0 || c.SeenBy(duty) {
		t.Errorf("sealed %v, seen by %v, helped by %v", c.Sealed, c.Sees, c.Co)
	}
}
