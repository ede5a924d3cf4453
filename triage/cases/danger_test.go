package cases_test

import (
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// emergencyOpening is an ordinary case of an emergency.
func emergencyOpening() cases.Opening {
	o := opening("tip1")
	o.Emergency, o.Priority, o.Reasons = true, "P0", []string{"规则 emergency：说的是“着火”", "选了一个记号"}
	return o
}

func accusing(lead string) cases.Revision {
	return cases.Revision{Hidden: []string{county.TownUnit(dawu)}, Sealed: true, Lead: lead, Categories: []string{"x_official", "c1"}, Rule: "x_official", Reasons: []string{"规则 x_official：要保密"}, Priority: "P1"}
}

// A sealed emergency has a bare case beside it, whichever way it was sealed; the bare one tells nothing but the danger and the place.
func TestASealedEmergencyIsNotSilent(t *testing.T) {
	for name, seal := range map[string]func(s *cases.Service) cases.Case{
		"from the start": func(s *cases.Service) cases.Case {
			o := emergencyOpening()
			o.Sealed, o.Lead, o.Co, o.Sees, o.Signs, o.Categories = true, "discipline", nil, []string{"discipline"}, []string{"s1"}, []string{"x_official"}
			c, err := s.Open(t.Context(), o)
			check(t, err)
			_, err = s.Open(t.Context(), o)
			check(t, err)
			return c
		},
		"by later words": func(s *cases.Service) cases.Case {
			c, err := s.Open(t.Context(), emergencyOpening())
			check(t, err)
			for range 2 {
				c, err = s.Revise(t.Context(), c.ID, accusing("discipline"))
				check(t, err)
			}
			return c
		},
		"by the duty desk": func(s *cases.Service) cases.Case {
			c, err := s.Open(t.Context(), emergencyOpening())
			check(t, err)
			c, err = s.Do(t.Context(), duty, c.ID, cases.Assign, cases.Input{Version: c.Version, Unit: "discipline"})
			check(t, err)
			return c
		},
		"by words that make it urgent": func(s *cases.Service) cases.Case {
			c, err := s.Open(t.Context(), opening("tip1"))
			check(t, err)
			r := accusing("discipline")
			r.Emergency, r.Priority, r.Reasons = true, "P0", append(r.Reasons, "规则 emergency：说的是“着火”")
			c, err = s.Revise(t.Context(), c.ID, r)
			check(t, err)
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t)
			sealed := seal(s)
			if !sealed.Sealed || sealed.SeenBy(duty) || sealed.SeenBy(handler("emergency")) || sealed.Priority != "P0" {
				t.Errorf("sealed %v, %s, seen by %v", sealed.Sealed, sealed.Priority, sealed.Sees)
			}
			for _, a := range []cases.Actor{duty, handler("emergency")} {
				list, err := s.List(t.Context(), a, cases.All, "")
				check(t, err)
				if len(list.Items) != 1 {
					t.Fatalf("%s sees %d cases", a.Unit, len(list.Items))
				}
				b := list.Items[0]
				if b.ID == sealed.ID || b.Lead != "emergency" || b.Priority != "P0" || !b.Emergency || b.Place.Town != dawu || len(b.Tips)+len(b.Signs)+len(b.Sites)+len(b.Categories) != 0 {
					t.Errorf("the bare case: %+v", b)
				}
				if all := strings.Join(b.Reasons, "\n"); strings.Contains(all, "x_official") || strings.Contains(all, "记号") || !strings.Contains(all, "着火") {
					t.Errorf("its reasons: %v", b.Reasons)
				}
			}
			if n, err := s.Count(t.Context(), handler(county.TownUnit(dawu)), cases.All); err != nil || n != 0 {
				t.Errorf("the township sees %d cases, %v", n, err)
			}
		})
	}
}

// Who is accused is not called to the rescue.
func TestTheAccusedAreNotTheRescue(t *testing.T) {
	s := service(t)
	o := emergencyOpening()
	o.Sealed, o.Lead, o.Co, o.Sees, o.Hidden = true, "discipline", nil, []string{"discipline"}, []string{"emergency", county.DutyDesk}
	_, err := s.Open(t.Context(), o)
	check(t, err)
	for unit, want := range map[string]int64{"emergency": 0, county.DutyDesk: 0, "fire": 1} {
		if n, err := s.Count(t.Context(), handler(unit), cases.All); err != nil || n != want {
			t.Errorf("%s sees %d cases, want %d, %v", unit, n, want, err)
		}
	}
}

// The numbers of the others have no gap where a case was sealed: a gap is a count.
func TestSealedCasesAreNotCountedByNumbers(t *testing.T) {
	s := service(t)
	o := opening("tip1")
	before, err := s.Open(t.Context(), o)
	check(t, err)
	o.Tip = "tip2"
	o.Sealed, o.Lead, o.Co, o.Sees = true, "discipline", nil, []string{"discipline"}
	sealed, err := s.Open(t.Context(), o)
	check(t, err)
	after, err := s.Open(t.Context(), opening("tip3"))
	check(t, err)
	if before.Number != "方2026-0001" || sealed.Number != "方专2026-0001" || after.Number != "方2026-0002" {
		t.Errorf("numbers %s, %s, %s", before.Number, sealed.Number, after.Number)
	}
	if found, err := s.Find(t.Context(), duty, cases.Search{Filter: cases.All, Words: sealed.Number}, ""); err != nil || len(found.Items) != 0 {
		t.Errorf("the duty desk finds %d cases by the number of the sealed one, %v", len(found.Items), err)
	}
	for actor, want := range map[cases.Actor]string{duty: before.ID, handler("discipline"): sealed.ID} {
		for _, words := range []string{"2026-0001", "1"} {
			found, err := s.Find(t.Context(), actor, cases.Search{Filter: cases.All, Words: words}, "")
			check(t, err)
			if len(found.Items) != 1 || found.Items[0].ID != want {
				t.Errorf("%s finds %d cases by %s", actor.Unit, len(found.Items), words)
			}
		}
	}
}
