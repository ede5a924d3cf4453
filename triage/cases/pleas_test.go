package cases_test

import (
	"slices"
	"testing"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
)

// A tip that is taken out of a case, to a new one or back to its own, takes along what was objected, and that who concluded must not look into it, whatever the
// rules say about the lead. Without an objection it goes where they send it. Stopping halfway changes nothing.
func TestAnObjectionThatIsTakenOutNeverGoesToWhoConcluded(t *testing.T) {
	objection := []intake.Message{{ID: "m1", Turn: intake.Objection}}
	for name, w := range map[string]struct {
		own, objects, taken bool
		lead                string
	}{
		"no objection":                {lead: "emergency"},
		"one that waits":              {objects: true, lead: county.DutyDesk},
		"one that is looked into":     {objects: true, taken: true, lead: county.DutyDesk},
		"of a case of its own":        {own: true, objects: true, lead: county.DutyDesk},
		"of its own, and looked into": {own: true, objects: true, taken: true, lead: county.DutyDesk},
		"of its own, and none":        {own: true, lead: "emergency"},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t)
			var c cases.Case
			if w.own {
				c = referred(t, s)
				do(t, s, duty, c.ID, cases.Reopen, cases.Input{Choice: "relapse", Note: "又有人说在干"})
				own, err := s.Open(t.Context(), opening("tip1"))
				check(t, err)
				check(t, s.Merge(t.Context(), duty, own.ID, c.ID, cases.Input{Version: own.Version}))
				_, _, err = s.Finish(t.Context(), own.ID, cases.Opening{})
				check(t, err)
				check(t, s.Moved(t.Context(), own.ID, *moveOf(t, s, own.ID)))
				do(t, s, handler("emergency"), c.ID, cases.Sign, cases.Input{})
				c = do(t, s, handler("emergency"), c.ID, cases.Close, cases.Input{Note: "这件归别的部门管，已经告诉来人"})
			} else {
				c = referred(t, s, "tip1")
			}
			if w.objects {
				check(t, s.Hear(t.Context(), "tip1", objection))
			}
			if w.taken {
				do(t, s, duty, c.ID, cases.Reopen, cases.Input{Choice: "objection", Unit: "market", Note: "来人说还在干"})
			}
			c, err := s.ByID(t.Context(), c.ID)
			check(t, err)
			check(t, s.Separate(t.Context(), duty, c.ID, "tip1", cases.Input{Version: c.Version, Note: "看过了，是另一件事"}))
			to, _, err := s.Finish(t.Context(), c.ID, opening("tip1"))
			check(t, err)
			again, _, err := s.Finish(t.Context(), c.ID, opening("tip1"))
			check(t, err)
			if to.ID == c.ID || again.Version != to.Version || to.Lead != w.lead || to.State != cases.Unsigned || to.Pleaded() != (w.objects && !w.taken) {
				t.Fatalf("led by %s, %s, an objection waits: %t; versions %d and %d", to.Lead, to.State, to.Pleaded(), to.Version, again.Version)
			}
			if slices.Contains(to.Sees, "emergency") != (w.lead == "emergency") {
				t.Errorf("seen by %v", to.Sees)
			}
			if w.lead != county.DutyDesk {
				return
			}
			_, err = s.Do(t.Context(), duty, to.ID, cases.Assign, cases.Input{Version: to.Version, Unit: "emergency", Note: "还是你们去看"})
			if got := key(err); got != "desk.same_unit" {
				t.Errorf("given to who concluded: %s", got)
			}
			to = do(t, s, duty, to.ID, cases.Assign, cases.Input{Unit: "market", Note: "你们去看"})
			if to.HearsOut(handler("market")) != w.taken {
				t.Errorf("who looks into it again reads what was objected: %t", !w.taken)
			}
		})
	}
}

func moveOf(t *testing.T, s *cases.Service, id string) *cases.Move {
	t.Helper()
	c, err := s.ByID(t.Context(), id)
	check(t, err)
	return c.Move
}
