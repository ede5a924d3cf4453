package cases_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

const dawu = "141128103"

var monday = time.Date(2026, 11, 23, 2, 30, 15, 0, time.UTC)

func service(t *testing.T) *cases.Service {
	t.Helper()
	e := enginetest.New(t)
	officer, err := age.GenerateX25519Identity()
	check(t, err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	check(t, err)
	p, err := county.Embedded()
	check(t, err)
	now := func() time.Time { return monday }
	log, err := custody.Open(t.Context(), e.Docs, v, now)
	check(t, err)
	s, err := cases.New(t.Context(), cases.Deps{Docs: e.Docs, Vault: v, Custody: log, Profile: p, Now: now})
	check(t, err)
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opening(tip intake.TipID) cases.Opening {
	return cases.Opening{
		Tip: tip, Received: monday, Place: cases.Place{Town: dawu}, Categories: []string{"c1"}, Priority: "P1", Lead: "emergency",
		Co: []string{"police", county.TownUnit(dawu)}, Sees: []string{"emergency", "police", county.TownUnit(dawu), county.DutyDesk}, Rule: "c1",
	}
}

func handler(unit string) cases.Actor {
	return cases.Actor{ID: "s-" + unit, Name: "某", Role: cases.Handler, Unit: unit}
}

var duty = cases.Actor{ID: "s-duty", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}

func key(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return fmt.Sprint(err)
}

// Many workers open the same and other cases at once: one case for a tip, and no number twice.
func TestOpenOnceAndNumber(t *testing.T) {
	s := service(t)
	var wg sync.WaitGroup
	got := make([]cases.Case, 24)
	for i := range got {
		wg.Go(func() {
			c, err := s.Open(t.Context(), opening(intake.TipID(fmt.Sprint("tip", i%8))))
			if err != nil {
				t.Error(err)
			}
			got[i] = c
		})
	}
	wg.Wait()
	numbers := map[string]string{}
	for i, c := range got {
		if c.ID != got[i%8].ID || c.Number != got[i%8].Number {
			t.Errorf("tip%d has the cases %s and %s", i%8, c.Number, got[i%8].Number)
		}
		if id, taken := numbers[c.Number]; taken && id != c.ID {
			t.Errorf("number %s was given twice", c.Number)
		}
		numbers[c.Number] = c.ID
		if !strings.HasPrefix(c.Number, "方2026-0") || strings.Contains(c.ID, "tip") {
			t.Errorf("case %s has number %s", c.ID, c.Number)
		}
	}
	n, err := s.Count(t.Context(), duty, cases.All)
	if err != nil || n != 8 {
		t.Errorf("%d cases, %v", n, err)
	}
}

func TestLinkKeepsTheOrderOfArrival(t *testing.T) {
	s := service(t)
	c, err := s.Open(t.Context(), opening("tip0"))
	check(t, err)
	var wg sync.WaitGroup
	for _, i := range []int{5, 3, 1, 4, 2, 5, 3} {
		wg.Go(func() {
			j := cases.Joining{Tip: intake.TipID(fmt.Sprint("tip", i)), Received: monday.Add(time.Duration(i) * time.Second), Reasons: []string{"同村"}}
			if _, err := s.Link(t.Context(), c.ID, j); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	c, err = s.ByTip(t.Context(), "tip4")
	check(t, err)
	for i, ref := range c.Tips {
		if ref.Tip != fmt.Sprint("tip", i) || len(c.Tips) != 6 {
			t.Fatalf("tips %v", c.Tips)
		}
	}
	if c.Version != 1 {
		t.Errorf("a joined tip made open pages stale: version %d", c.Version)
	}
	if _, err := s.Link(t.Context(), s.ID("unknown"), cases.Joining{Tip: "tip9"}); !errors.Is(err, docs.ErrNotFound) {
		t.Errorf("link to a case that is not open: %v", err)
	}
}

// Every list, count and look follows who may see the case; an unknown id and a forbidden one cannot be told apart.
func TestWhoSeesWhat(t *testing.T) {
	s := service(t)
	ordinary, err := s.Open(t.Context(), opening("ordinary"))
	check(t, err)
	o := opening("sealed")
	o.Sealed, o.Lead, o.Co, o.Sees = true, "discipline", nil, []string{"discipline"}
	sealed, err := s.Open(t.Context(), o)
	check(t, err)

	for _, c := range []struct {
		a                 cases.Actor
		ordinary, sealed  bool
		mine, helped, all int64
	}{
		{handler("emergency"), true, false, 1, 0, 1},
		{handler("police"), true, false, 0, 1, 1},
		{handler(county.TownUnit(dawu)), true, false, 0, 1, 1},
		{handler(county.TownUnit("141128100")), false, false, 0, 0, 0},
		{handler("discipline"), false, true, 1, 0, 1},
		{duty, true, false, 0, 0, 1},
		{cases.Actor{ID: "a", Role: cases.Admin, Unit: county.DutyDesk}, false, false, 0, 0, 0},
		{cases.Actor{ID: "b", Role: cases.RewardOff, Unit: "emergency"}, false, false, 0, 0, 0},
	} {
		for id, may := range map[string]bool{ordinary.ID: c.ordinary, sealed.ID: c.sealed, s.ID("unknown"): false} {
			_, err := s.Get(t.Context(), c.a, id)
			if (err == nil) != may || err != nil && (key(err) != "desk.not_found" || fault.KindOf(err) != fault.NotFound) {
				t.Errorf("%s %s gets %s: %v", c.a.Role, c.a.Unit, id, err)
			}
			tip := intake.TipID("ordinary")
			if id == sealed.ID {
				tip = "sealed"
			}
			if _, err := s.Evidence(t.Context(), c.a, id, cases.Item{Tip: tip, ID: "item", Kind: intake.Photo}); (err == nil) != may {
				t.Errorf("%s %s looks at evidence in %s: %v", c.a.Role, c.a.Unit, id, err)
			}
			if _, err := s.Do(t.Context(), c.a, id, cases.Sign, cases.Input{}); !may && key(err) != "desk.not_found" {
				t.Errorf("%s %s acts on %s: %v", c.a.Role, c.a.Unit, id, err)
			}
		}
		for f, want := range map[cases.Filter]int64{cases.Mine: c.mine, cases.Helped: c.helped, cases.All: c.all, cases.Done: 0, "other": 0} {
			n, err := s.Count(t.Context(), c.a, f)
			check(t, err)
			page, err := s.List(t.Context(), c.a, f, "")
			check(t, err)
			if n != want || int64(len(page.Items)) != want {
				t.Errorf("%s %s: %s counts %d and lists %d, want %d", c.a.Role, c.a.Unit, f, n, len(page.Items), want)
			}
		}
	}
	if _, err := s.Evidence(t.Context(), duty, ordinary.ID, cases.Item{Tip: "sealed", ID: "item", Kind: intake.Photo}); key(err) != "desk.not_found" {
		t.Errorf("a tip of another case: %v", err)
	}
}

func TestListsArePagedByTheClock(t *testing.T) {
	s := service(t)
	for i := range 60 {
		o := opening(intake.TipID(fmt.Sprint("tip", i)))
		o.Received = monday.Add(time.Duration(i*37%60) * time.Minute)
		_, err := s.Open(t.Context(), o)
		check(t, err)
	}
	var due []time.Time
	seen := map[string]bool{}
	for after := ""; ; {
		page, err := s.List(t.Context(), handler("emergency"), cases.Mine, after)
		check(t, err)
		for _, c := range page.Items {
			due = append(due, c.Due)
			seen[c.ID] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(seen) != 60 || !slices.IsSortedFunc(due, time.Time.Compare) {
		t.Errorf("%d cases, sorted %v", len(seen), slices.IsSortedFunc(due, time.Time.Compare))
	}
}

// An emergency that nobody has signed stands before a case that has been overdue for weeks; once signed, the clocks decide again.
func TestAnUnsignedEmergencyStandsFirst(t *testing.T) {
	s := service(t)
	late := opening("late")
	late.Received = monday.AddDate(0, -1, 0)
	_, err := s.Open(t.Context(), late)
	check(t, err)
	fire := opening("fire")
	fire.Priority, fire.Emergency = "P0", true
	c, err := s.Open(t.Context(), fire)
	check(t, err)
	first := func() string {
		page, err := s.List(t.Context(), handler("emergency"), cases.Mine, "")
		check(t, err)
		return page.Items[0].Tips[0].Tip
	}
	if got := first(); got != "fire" {
		t.Errorf("%s stands first", got)
	}
	_, err = s.Do(t.Context(), handler("emergency"), c.ID, cases.Sign, cases.Input{Version: c.Version})
	check(t, err)
	if got := first(); got != "late" {
		t.Errorf("%s stands first after the emergency was signed", got)
	}
}

// Twenty people press the same button on the same page: one of them did it.
func TestOneOfManyActs(t *testing.T) {
	s := service(t)
	c, err := s.Open(t.Context(), opening("tip"))
	check(t, err)
	results := make([]string, 20)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			_, err := s.Do(t.Context(), handler("emergency"), c.ID, cases.Sign, cases.Input{Version: c.Version, Note: "我来签收一下", Unit: "words"})
			results[i] = key(err)
		})
	}
	wg.Wait()
	slices.Sort(results)
	if results[0] != "<nil>" || results[1] != "desk.moved" || results[19] != "desk.moved" {
		t.Errorf("%v", results)
	}
	c, err = s.Get(t.Context(), duty, c.ID)
	check(t, err)
	note, err := s.Note(&c, c.Events[len(c.Events)-1])
	check(t, err)
	if len(c.Events) != 2 || note != "我来签收一下" || bytes.Contains(c.Events[1].Note, []byte("签收")) {
		t.Errorf("%d events, note %q", len(c.Events), note)
	}
	record, err := s.Custody.Read(t.Context(), "case/"+c.ID)
	check(t, err)
	if len(record) < 3 || record[0].Action != "open" || record[1].Action != string(cases.Sign) || record[1].Detail != "" || record[len(record)-1].Action != "view" {
		t.Errorf("record %+v", record)
	}
}

func do(t *testing.T, s *cases.Service, a cases.Actor, id string, act cases.Action, in cases.Input) cases.Case {
	t.Helper()
	c, err := s.ByID(t.Context(), id)
	check(t, err)
	in.Version = c.Version
	c, err = s.Do(t.Context(), a, id, act, in)
	check(t, err)
	return c
}

// referred is a case of tip0, and of more tips, that the emergency office answered with a referral.
func referred(t *testing.T, s *cases.Service, more ...intake.TipID) cases.Case {
	t.Helper()
	o := opening("tip0")
	o.Refer = true
	c, err := s.Open(t.Context(), o)
	check(t, err)
	for _, tip := range more {
		_, err := s.Link(t.Context(), c.ID, cases.Joining{Tip: tip, Received: monday.Add(time.Minute), Priority: "P1"})
		check(t, err)
	}
	do(t, s, handler("emergency"), c.ID, cases.Sign, cases.Input{})
	return do(t, s, handler("emergency"), c.ID, cases.Close, cases.Input{Note: "这件归别的部门管，已经告诉来人"})
}

// A case about which an objection waits does not go into one that is led by who concluded it.
func TestAMergeIntoTheConcludersCaseIsRefused(t *testing.T) {
	s := service(t)
	c := referred(t, s)
	check(t, s.Hear(t.Context(), "tip0", []intake.Message{{ID: "m1", Turn: intake.Objection}}))
	for lead, want := range map[string]string{"emergency": "desk.same_merge", "police": "<nil>"} {
		o := opening(intake.TipID("tip " + lead))
		o.Lead = lead
		into, err := s.Open(t.Context(), o)
		check(t, err)
		c, err = s.ByID(t.Context(), c.ID)
		check(t, err)
		if got := key(s.Merge(t.Context(), duty, c.ID, into.ID, cases.Input{Version: c.Version})); got != want {
			t.Errorf("into a case led by %s: %s, want %s", lead, got, want)
		}
	}
}

// Only the duty desk joins, and nothing that it may not see, that few may see, or that is closed: what began again after that is a case of its own.
func TestWhatMayBeJoinedWithWhat(t *testing.T) {
	s := service(t)
	n := 0
	open := func(change func(*cases.Opening)) cases.Case {
		t.Helper()
		n++
		o := opening(intake.TipID(fmt.Sprint("tip", n)))
		change(&o)
		c, err := s.Open(t.Context(), o)
		check(t, err)
		return c
	}
	plain := func(*cases.Opening) {}
	shut := func(c cases.Case) cases.Case {
		t.Helper()
		c, err := s.Do(t.Context(), handler("emergency"), c.ID, cases.Sign, cases.Input{Version: c.Version})
		check(t, err)
		c, err = s.Do(t.Context(), handler("emergency"), c.ID, cases.Close, cases.Input{Version: c.Version, Note: "这件归别的部门管，已经告诉来人"})
		check(t, err)
		return c
	}
	c := open(plain)
	closed := shut(open(func(o *cases.Opening) { o.Refer = true }))
	later := shut(open(func(o *cases.Opening) { o.Refer, o.Recurs = true, c.ID }))
	for name, w := range map[string]struct {
		who           cases.Actor
		other         string
		merge, recurs string
	}{
		"sealed from the desk":   {duty, open(func(o *cases.Opening) { o.Sealed, o.Lead, o.Sees = true, "discipline", []string{"discipline"} }).ID, "desk.not_found", "desk.not_found"},
		"sealed with the desk":   {duty, open(func(o *cases.Opening) { o.Sealed, o.Sees = true, []string{county.DutyDesk, "emergency"} }).ID, "desk.action", "desk.action"},
		"hidden from the desk":   {duty, open(func(o *cases.Opening) { o.Hidden, o.Sees = []string{county.DutyDesk}, []string{"emergency"} }).ID, "desk.not_found", "desk.not_found"},
		"hidden from somebody":   {duty, open(func(o *cases.Opening) { o.Hidden = []string{"police"} }).ID, "desk.action", "desk.action"},
		"unknown":                {duty, "nobody", "desk.not_found", "desk.not_found"},
		"itself":                 {duty, c.ID, "desk.action", "desk.action"},
		"closed":                 {duty, closed.ID, "desk.closed", "<nil>"},
		"what it began":          {duty, later.ID, "desk.closed", "desk.action"},
		"open":                   {duty, open(plain).ID, "", "desk.action"}, // joining is tried elsewhere
		"a handler's own":        {handler("emergency"), closed.ID, "desk.forbidden", "desk.forbidden"},
		"who sees neither":       {handler("transport"), closed.ID, "desk.not_found", "desk.not_found"},
		"the publicity office's": {cases.Actor{ID: "p", Role: cases.Publicity, Unit: county.DutyDesk}, closed.ID, "desk.not_found", "desk.not_found"},
		"of a kind of its own":   {duty, open(func(o *cases.Opening) { o.Categories = []string{"x_upstream"} }).ID, "desk.other_kind", "desk.action"},
	} {
		now, err := s.ByID(t.Context(), c.ID)
		check(t, err)
		in := cases.Input{Version: now.Version}
		if w.merge != "" {
			if got := key(s.Merge(t.Context(), w.who, c.ID, w.other, in)); got != w.merge {
				t.Errorf("%s: joining is %s, want %s", name, got, w.merge)
			}
		}
		if _, err := s.Recurs(t.Context(), w.who, c.ID, w.other, in); key(err) != w.recurs {
			t.Errorf("%s: beginning it again is %s, want %s", name, key(err), w.recurs)
		}
	}
	firm, err := s.Open(t.Context(), cases.Opening{Tip: "firm", Received: monday, Categories: []string{"x_upstream"}, Priority: "P1", Lead: "emergency", Sees: []string{county.DutyDesk}})
	check(t, err)
	now, err := s.ByID(t.Context(), c.ID)
	check(t, err)
	check(t, s.Merge(t.Context(), duty, c.ID, firm.ID, cases.Input{Version: now.Version, Note: "去看过，货就是它送的"}))
}

// A tip that is taken out does not go home into a case that was sealed or closed since: that would swallow it.
func TestATipDoesNotGoHomeWhereItWouldBeSwallowed(t *testing.T) {
	for name, swallow := range map[string]func(*testing.T, *cases.Service, cases.Case){
		"sealed": func(t *testing.T, s *cases.Service, c cases.Case) {
			_, err := s.Revise(t.Context(), c.ID, cases.Revision{Sealed: true, Lead: "discipline", Categories: []string{"x_official"}, Priority: c.Priority})
			check(t, err)
		},
		"closed": func(t *testing.T, s *cases.Service, c cases.Case) {
			c, err := s.Do(t.Context(), handler("emergency"), c.ID, cases.Sign, cases.Input{Version: c.Version})
			check(t, err)
			_, err = s.Do(t.Context(), handler("emergency"), c.ID, cases.Close, cases.Input{Version: c.Version, Note: "这件归别的部门管，已经告诉来人"})
			check(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t)
			order := func(err error, id string, o cases.Opening) cases.Case {
				t.Helper()
				check(t, err)
				c, err := s.ByID(t.Context(), id)
				check(t, err)
				to, _, err := s.Finish(t.Context(), id, o)
				check(t, err)
				check(t, s.Moved(t.Context(), id, *c.Move))
				return to
			}
			o := opening("tip1")
			o.Refer = true
			home, err := s.Open(t.Context(), o)
			check(t, err)
			home, err = s.Link(t.Context(), home.ID, cases.Joining{Tip: "tip2", Received: o.Received.Add(time.Hour), Priority: o.Priority})
			check(t, err)
			into, err := s.Open(t.Context(), opening("tip3"))
			check(t, err)
			into = order(s.Merge(t.Context(), duty, home.ID, into.ID, cases.Input{Version: home.Version}), home.ID, cases.Opening{})
			const why = "这一条说的是另一处"
			home = order(s.Separate(t.Context(), duty, into.ID, "tip1", cases.Input{Version: into.Version, Note: why}), into.ID, o)
			swallow(t, s, home)
			into, err = s.ByID(t.Context(), into.ID)
			check(t, err)
			second := opening("tip2")
			if own := order(s.Separate(t.Context(), duty, into.ID, "tip2", cases.Input{Version: into.Version, Note: why}), into.ID, second); own.ID == home.ID || !own.SeenBy(duty) || own.State.Over() {
				t.Errorf("it went to %s, which is %s", own.Number, own.State)
			}
		})
	}
}
