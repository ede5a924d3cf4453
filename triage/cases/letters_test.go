package cases

import (
	"testing"
	"time"

	"qianshao/intake"
)

func (c *Case) letterTry(t *testing.T, a Actor, act Action, l Letter) string {
	t.Helper()
	err := c.do(profile(t), move{actor: a, act: act, in: Input{Version: c.Version, Note: "车从哪头来？"}, letter: &l, at: monday})
	if err == nil {
		return ""
	}
	return key(err)
}

func TestWhoWritesToWhom(t *testing.T) {
	p := profile(t)
	lead := handler("emergency")
	c := opened(p, opening(p), monday)
	c.join(p, Joining{Tip: "tip2", Received: monday}, monday)
	must(t, c.try(p, lead, Sign, Input{}, monday))
	for name, w := range map[string]struct {
		a    Actor
		act  Action
		l    Letter
		want string
	}{
		"a helper":                       {handler("police"), Write, Letter{}, "desk.forbidden"},
		"a stranger":                     {handler("market"), Write, Letter{}, "desk.not_found"},
		"a question to nobody":           {lead, Inquire, Letter{Turn: intake.Question}, "letter.tip"},
		"a tip of another case":          {lead, Write, Letter{Own: "tip9"}, "letter.tip"},
		"the answer before there is one": {lead, Write, Letter{Turn: intake.Conclusion}, "letter.early"},
		"no objection to turn down":      {duty, Dismiss, Letter{Turn: intake.Ruling}, "desk.action"},
		"a word":                         {lead, Write, Letter{ID: "a"}, ""},
		"the desk":                       {duty, Inquire, Letter{ID: "b", Turn: intake.Question, Own: "tip2"}, ""},
	} {
		k := c.copy()
		if got := k.letterTry(t, w.a, w.act, w.l); got != w.want {
			t.Errorf("%s: %q, want %q", name, got, w.want)
		}
	}
	if got := key(c.try(p, lead, Write, Input{Note: "没有信的答复"}, monday)); got != "desk.action" {
		t.Errorf("an answer without a letter: %s", got)
	}
}

// TestAnObjectionNeverGoesToWhoConcluded, whoever leads by then; and it is told to nobody but who decides.
func TestAnObjectionNeverGoesToWhoConcluded(t *testing.T) {
	p := profile(t)
	lead := handler("emergency")
	c := opened(p, opening(p), monday)
	must(t, c.try(p, lead, Sign, Input{}, monday))
	must(t, c.try(p, lead, Look, Input{}, monday))
	must(t, c.try(p, lead, Register, Input{Record: survey(p, monday)}, monday))
	must(t, c.try(p, lead, Conclude, Input{Outcome: False, Note: "去了两次都是空院子"}, monday))
	if got := key(c.try(p, duty, Reopen, Input{Choice: "objection", Unit: "police", Note: "来人说还在干"}, monday)); got != "desk.action" {
		t.Errorf("taken up again before anybody objects or it is closed: %s", got)
	}
	thread := []intake.Message{{ID: "m1", Turn: intake.Objection}}
	c.setGlance(Glance{Unit: "emergency", Seen: monday})
	later := monday.Add(time.Hour)
	if !c.hear(p, "tip1", thread, later) || c.hear(p, "tip1", thread, later) || !c.Pleaded() {
		t.Fatal("the objection is not heard once")
	}
	e := c.Events[len(c.Events)-1]
	if e.Action != string(Object) || c.Tells(lead, e) || !c.Tells(duty, e) || c.Unread(lead) || c.HearsOut(lead) || !c.HearsOut(duty) {
		t.Errorf("who learns of it: %+v", e)
	}
	for unit, want := range map[string]string{"": "desk.unit", "emergency": "desk.same_unit", "nobody": "desk.unit"} {
		if got := key(c.try(p, duty, Reopen, Input{Choice: "objection", Unit: unit, Note: "来人说还在干"}, monday)); got != want {
			t.Errorf("to %q: %s, want %s", unit, got, want)
		}
	}
	must(t, c.try(p, duty, Reopen, Input{Choice: "objection", Unit: "police", Note: "来人说还在干"}, monday))
	police := handler("police")
	if c.Lead != "police" || c.SeenBy(lead) || c.Pleaded() || !c.HearsOut(police) || c.Reopened != 1 {
		t.Errorf("lead %s, seen by %v, reopened %d", c.Lead, c.Sees, c.Reopened)
	}
	l := c.Letters[len(c.Letters)-1]
	if l.Turn != intake.Ruling || l.Again != "police" || len(l.To) != 1 || l.To[0].Tip != "tip1" {
		t.Errorf("the ruling: %+v", l)
	}
}

// TestAnObjectionDoesNotComeBack to who concluded: neither handed on while it is looked into, nor taken along when the case is taken up for something else.
func TestAnObjectionDoesNotComeBack(t *testing.T) {
	p := profile(t)
	lead, police := handler("emergency"), handler("police")
	concluded := opened(p, opening(p), monday)
	answer := func(c *Case, by Actor, outcome State) {
		must(t, c.try(p, by, Sign, Input{}, monday))
		must(t, c.try(p, by, Look, Input{}, monday))
		must(t, c.try(p, by, Register, Input{Record: survey(p, monday)}, monday))
		must(t, c.try(p, by, Conclude, Input{Outcome: outcome, Note: "去了两次都是空院子"}, monday))
	}
	answer(&concluded, lead, False)
	must(t, concluded.try(p, lead, Close, Input{Note: "没有要处置的，办结"}, monday))
	for _, choice := range []string{reopenObjection, "relapse", ReopenCheck} {
		c := concluded.copy()
		if !c.hear(p, "tip1", []intake.Message{{ID: "m1", Turn: intake.Objection}}, monday) {
			t.Fatal("the objection is not heard")
		}
		for _, unit := range []string{"", "emergency"} {
			want := "desk.same_unit"
			if unit == "" && choice == reopenObjection {
				want = "desk.unit"
			}
			if got := key(c.try(p, duty, Reopen, Input{Choice: choice, Unit: unit, Note: "来人说还在干"}, monday)); got != want {
				t.Errorf("%s to %q: %s, want %s", choice, unit, got, want)
			}
		}
		must(t, c.try(p, duty, Reopen, Input{Choice: choice, Unit: "police", Note: "来人说还在干"}, monday))
		if !c.HearsOut(police) {
			t.Errorf("%s: who looks into it does not learn what was objected", choice)
		}
		if got := key(c.try(p, duty, Assign, Input{Unit: "emergency", Note: "还是你们去看"}, monday)); got != "desk.same_unit" {
			t.Errorf("%s, handed on: %s", choice, got)
		}
		answer(&c, police, Unclear)
		must(t, c.try(p, duty, Assign, Input{Unit: "emergency", Note: "还是你们去办"}, monday))
	}
	c := concluded.copy()
	must(t, c.try(p, duty, Reopen, Input{Choice: ReopenCheck, Note: "抽查发现还在干"}, monday))
	if c.Lead != "emergency" {
		t.Errorf("nobody objects, and it goes to %s", c.Lead)
	}
}

// TestAMergeDoesNotBringAnObjectionBack to who concluded either of the two cases, whichever has the objection and whenever it comes.
func TestAMergeDoesNotBringAnObjectionBack(t *testing.T) {
	p := profile(t)
	concluded := func(tip intake.TipID, unit string) Case {
		o := opening(p)
		o.Tip, o.Lead = tip, unit
		c := opened(p, o, monday)
		c.ID = string(tip)
		must(t, c.try(p, handler(unit), Sign, Input{}, monday))
		must(t, c.try(p, handler(unit), Look, Input{}, monday))
		must(t, c.try(p, handler(unit), Register, Input{Record: survey(p, monday)}, monday))
		must(t, c.try(p, handler(unit), Conclude, Input{Outcome: False, Note: "去了两次都是空院子"}, monday))
		must(t, c.try(p, handler(unit), Close, Input{Note: "没有要处置的，办结"}, monday))
		return c
	}
	object := func(c *Case, tip intake.TipID) {
		t.Helper()
		if !c.hear(p, tip, []intake.Message{{ID: "m1", Turn: intake.Objection}}, monday) {
			t.Fatal("the objection is not heard")
		}
	}
	into := func(lead string, from *Case) Case {
		o := opening(p)
		o.Tip, o.Lead = "tip9", lead
		c := opened(p, o, monday)
		m := byPerson{actor: duty, act: Merge, at: monday.Add(time.Hour)}
		c.take(p, from, m)
		c.take(p, from, m) // once more after it stopped halfway
		must(t, from.empty(p, c, m))
		return c
	}
	assign := func(c *Case, unit string) string {
		k := c.copy()
		return key(k.try(p, duty, Assign, Input{Unit: unit, Note: "你们去看"}, monday.Add(2*time.Hour)))
	}

	from := concluded("tip2", "emergency")
	object(&from, "tip2")
	c := into("police", &from)
	if got := assign(&c, "emergency"); got != "desk.same_unit" {
		t.Errorf("an objection that came with the merge, to who concluded: %s", got)
	}
	if got := assign(&c, "market"); got != "<nil>" {
		t.Errorf("to somebody else: %s", got)
	}

	from = concluded("tip2", "emergency")
	c = into("police", &from)
	if got := assign(&c, "emergency"); got != "<nil>" {
		t.Errorf("nobody objects: %s", got)
	}
	object(&c, "tip2")
	if got := assign(&c, "emergency"); got != "desk.same_unit" {
		t.Errorf("an objection after the merge: %s", got)
	}
	before := c.Lead
	c.follow(p, Opening{Lead: "emergency"}, monday)
	if c.Lead != before {
		t.Error("the rules give it to who concluded")
	}
	for _, act := range []struct {
		act Action
		in  Input
	}{{Sign, Input{}}, {Look, Input{}}, {Register, Input{Record: survey(p, monday)}}, {Conclude, Input{Outcome: False, Note: "去了还是空院子"}}, {Close, Input{Note: "没有要处置的，办结"}}} {
		must(t, c.try(p, handler("police"), act.act, act.in, monday.Add(3*time.Hour)))
	}
	for _, unit := range []string{"emergency", "police"} {
		if got := key(c.try(p, duty, Reopen, Input{Choice: reopenObjection, Unit: unit, Note: "来人说还在干"}, monday.Add(4*time.Hour))); got != "desk.same_unit" {
			t.Errorf("taken up again for %s, who concluded one of the two: %s", unit, got)
		}
	}

	from = concluded("tip2", "emergency")
	object(&from, "tip2")
	must(t, from.try(p, duty, Reopen, Input{Choice: reopenObjection, Unit: "market", Note: "来人说还在干"}, monday))
	c = into("police", &from)
	if got := assign(&c, "emergency"); got != "desk.same_unit" {
		t.Errorf("merged while it is looked into again: %s", got)
	}
	if !c.HearsOut(handler("police")) {
		t.Error("who looks into it after the merge does not learn what was objected")
	}
	c.remove(p, "tip2", "tip2", byPerson{actor: duty, act: Separate, at: monday.Add(5 * time.Hour)})
	if got := assign(&c, "emergency"); got != "<nil>" {
		t.Errorf("taken apart again: %s", got)
	}
}
