package triage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage"
	"qianshao/triage/cases"
)

func faultKey(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return ""
}

// caseOf reads the case of a tip as it stands.
func (w *world) caseOf(tip intake.TipID) cases.Case {
	w.t.Helper()
	c, err := w.cases.ByTip(w.t.Context(), tip)
	must(w.t, err)
	return c
}

func (w *world) suggested(a cases.Actor, id string) []string {
	w.t.Helper()
	all, err := w.triage.Suggestions(w.t.Context(), a, id)
	must(w.t, err)
	var out []string
	for _, s := range all {
		if len(s.Reasons) == 0 || s.Score <= 0 {
			w.t.Errorf("a suggestion without a reason: %+v", s)
		}
		out = append(out, s.Case.ID)
	}
	return out
}

// What the machine leaves to a person is joined, taken apart again and never proposed a second time; the tips stay in the order of arrival.
func TestTheDutyDeskJoinsAndSeparates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	ctx := t.Context()
	first, _ := w.tell(w.workshop(w.village(11), "旧砖窑里头有人炼废机油，黑烟大得很"))
	w.finished()
	report := w.workshop(w.village(11), "夜里有人干活，动静挺大，不知道做甚")
	report.Sites, report.Signs = nil, nil
	second, code := w.tell(report)
	w.finished()
	a, b := w.caseOf(first), w.caseOf(second)
	if a.ID == b.ID || !slices.Equal(w.suggested(duty, b.ID), []string{a.ID}) {
		t.Fatalf("cases %s and %s, suggested %v", a.Number, b.Number, w.suggested(duty, b.ID))
	}
	if got := w.suggested(handler("transport"), b.ID); got != nil {
		t.Errorf("a unit that sees neither case is told of %v", got)
	}

	if _, err := w.triage.Link(ctx, handler(b.Lead), b.ID, a.ID, cases.Input{Version: b.Version}); faultKey(err) != "desk.forbidden" && faultKey(err) != "desk.not_found" {
		t.Errorf("a handler joins: %v", err)
	}
	if _, err := w.triage.Link(ctx, duty, b.ID, a.ID, cases.Input{Version: b.Version - 1}); faultKey(err) != "desk.moved" {
		t.Errorf("with an old page: %v", err)
	}
	joined, err := w.triage.Link(ctx, duty, b.ID, a.ID, cases.Input{Version: b.Version, Note: "去看过，是一处"})
	must(t, err)
	if len(joined.Tips) != 2 || joined.Tips[0].Tip != string(first) || w.caseOf(second).ID != a.ID || len(w.all()) != 1 {
		t.Errorf("joined: %v, %d open cases", joined.Tips, len(w.all()))
	}
	if v, err := w.intake.Look(ctx, code); err != nil || v.Tip != second {
		t.Errorf("the code of the joined tip: %v", err)
	}
	third, _ := w.tell(w.workshop(w.village(11), "还是旧砖窑炼废机油的，今黑夜又冒黑烟"))
	w.finished()
	if c := w.caseOf(third); c.ID != a.ID {
		t.Errorf("a later tip is in %s", c.Number)
	}

	now := w.caseOf(first)
	if _, err := w.triage.Unlink(ctx, duty, now.ID, second, cases.Input{Version: now.Version, Note: "短"}); faultKey(err) != "desk.reason" {
		t.Errorf("without a reason: %v", err)
	}
	own, err := w.triage.Unlink(ctx, duty, now.ID, second, cases.Input{Version: now.Version, Note: "再去看，是两处"})
	must(t, err)
	if own.ID != b.ID || own.State != b.State || len(own.Tips) != 1 || !own.Due.Equal(b.Due) || len(w.all()) != 2 {
		t.Errorf("taken out again: %s %s, %d tips, due %v, was %s %s, due %v", own.Number, own.State, len(own.Tips), own.Due, b.Number, b.State, b.Due)
	}
	if got := w.suggested(duty, own.ID); got != nil {
		t.Errorf("proposed again: %v", got)
	}
	w.exactlyOnce([]intake.TipID{first, second, third})
}

// A tip that would as well be joined to another case asks the duty desk about the two.
func TestATipJoinsTwoCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	tell := func(words string, photos ...[]byte) cases.Case {
		report := w.workshop(w.village(14), words)
		report.Sites, report.Signs = nil, nil
		tip, _ := w.tell(report, photos...)
		w.finished()
		return w.caseOf(tip)
	}
	a, b := tell("旧仓库里有人熬胶，白桶一排", photo(t, 3)), tell("天黑以后有车来，做啥看不见", photo(t, 4))
	c := tell("又去看了一回", photo(t, 3), photo(t, 4))
	other := b.ID
	if c.ID == b.ID {
		other = a.ID
	}
	if len(c.Tips) != 2 || !c.Doubted(cases.Again) || !slices.Contains(w.suggested(duty, c.ID), other) {
		t.Errorf("%d tips, doubts %v, asked about %v, want %s", len(c.Tips), c.Doubts, w.suggested(duty, c.ID), other)
	}
}

// The tip that opened a case may be taken out of it; the next earliest one is the first then.
func TestTheFirstTipIsTakenOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	var tips []intake.TipID
	for range 3 {
		tip, _ := w.tell(w.workshop(w.village(12), "河边旧仓库里有人灌液化气，煤气罐一排一排的"))
		w.finished()
		tips = append(tips, tip)
	}
	c := w.caseOf(tips[0])
	if len(c.Tips) != 3 {
		t.Fatalf("%d tips", len(c.Tips))
	}
	own, err := w.triage.Unlink(t.Context(), duty, c.ID, tips[0], cases.Input{Version: c.Version, Note: "这一条说的是另一处"})
	must(t, err)
	now := w.caseOf(tips[1])
	if own.ID == c.ID || now.ID != c.ID || now.Tips[0].Tip != string(tips[1]) || len(now.Tips) != 2 || w.caseOf(tips[0]).ID != own.ID {
		t.Errorf("own case %s with %v, the old one %s with %v", own.Number, own.Tips, now.Number, now.Tips)
	}
	w.exactlyOnce(tips)
	if _, err := w.triage.Unlink(t.Context(), duty, own.ID, tips[0], cases.Input{Version: own.Version, Note: "这一条说的是另一处"}); faultKey(err) != "desk.action" {
		t.Errorf("the only tip was taken out: %v", err)
	}
}

// A sealed case is neither named nor joined, whoever asks.
func TestSealedCasesAreNotSuggested(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	ctx := t.Context()
	sealed, _ := w.tell(w.workshop(w.village(13), "旧砖窑里炼废机油，有人通风报信，一来查就关门"))
	w.finished()
	after, _ := w.tell(w.workshop(w.village(13), "旧砖窑里炼废机油，一来查就关门"))
	w.finished()
	s, c := w.caseOf(sealed), w.caseOf(after)
	if !s.Sealed || c.ID == s.ID {
		t.Fatalf("sealed %v, cases %s and %s", s.Sealed, s.Number, c.Number)
	}
	if has(c.Reasons, s.Number) || len(w.suggested(duty, c.ID)) > 0 || len(w.suggested(handler("discipline"), s.ID)) > 0 {
		t.Error("the sealed case is named, or names another one")
	}
	r, err := w.triage.Reading(ctx, after)
	must(t, err)
	if r.Decision == nil || len(r.Decision.Similar) > 0 {
		t.Errorf("decision %+v", r.Decision)
	}
	if _, err := w.triage.Link(ctx, duty, c.ID, s.ID, cases.Input{Version: c.Version}); faultKey(err) != "desk.not_found" {
		t.Errorf("joined into the sealed case: %v", err)
	}
	if _, err := w.triage.Unlink(ctx, duty, s.ID, sealed, cases.Input{Version: s.Version, Note: "看看里头有什么"}); faultKey(err) != "desk.not_found" {
		t.Errorf("taken out of the sealed case: %v", err)
	}
}

// A tip that a person took out of a matter comes back into it only by itself and by a person: not with the others of a case that is joined, not by going home
// from another one, and not by the machine, wherever the matter is now.
func TestATipTakenOutDoesNotComeBackUnnoticed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	ctx := t.Context()
	link := func(from, into intake.TipID) error {
		c := w.caseOf(from)
		_, err := w.triage.Link(ctx, duty, c.ID, w.caseOf(into).ID, cases.Input{Version: c.Version})
		return err
	}
	unlink := func(tip intake.TipID) cases.Case {
		c := w.caseOf(tip)
		own, err := w.triage.Unlink(ctx, duty, c.ID, tip, cases.Input{Version: c.Version, Note: "这一条说的是另一处"})
		must(t, err)
		return own
	}
	first, out, other, third := w.placed(70), w.placed(71), w.placed(72), w.placed(73)
	must(t, w.joinAll(out, first)) // out opened the case and is taken out of it
	was := w.caseOf(out).ID
	unlink(out)
	must(t, link(out, other))
	for what, err := range map[string]error{"with others": link(other, first), "to others": link(first, other)} {
		if faultKey(err) != "desk.separated" {
			t.Errorf("it comes back %s: %v", what, err)
		}
	}
	must(t, link(first, third)) // the matter goes on elsewhere
	if err := link(other, third); faultKey(err) != "desk.separated" {
		t.Errorf("it comes back where the matter is now: %v", err)
	}
	for _, id := range []string{was, w.caseOf(third).ID} { // a task that read its decision before it was taken out
		c, err := w.cases.Link(ctx, id, cases.Joining{Tip: out, Received: w.now(), Priority: "P1"})
		must(t, err)
		if c.ID != w.caseOf(other).ID {
			t.Errorf("the machine puts it into %s", c.Number)
		}
	}
	w.exactlyOnce([]intake.TipID{first, out, other, third})
	// The case in which it is goes into another one and comes out of it again; taken out of the case then, it does not go home to the one that it opened.
	fourth := w.placed(74)
	must(t, link(other, fourth))
	unlink(out)
	unlink(other)
	if own := unlink(out); own.ID == was || own.ID == w.caseOf(third).ID || len(own.Tips) != 1 {
		t.Errorf("it went home to %s with %d tips", own.Number, len(own.Tips))
	}
	must(t, link(out, third)) // by itself, by a person
	if c := w.caseOf(out); !slices.Equal(w.order(c), []intake.TipID{first, out, third}) {
		t.Errorf("a person could not put it back: %v", w.order(c))
	}
}

// order gives the tips of a case by name, as they stand in it.
func (w *world) order(c cases.Case) (out []intake.TipID) {
	for _, t := range c.Tips {
		out = append(out, intake.TipID(t.Tip))
	}
	return out
}

// dying runs an order of a person in processes that die before the first write, the second ..., until one lives to the end. After each death another process
// goes on with what it finds. prepare sets the stage, check looks at the end of it.
func dying(t *testing.T, prepare func(*world) (order func() error, check func(ordered bool))) {
	deaths := 0
	for n, survived := int64(1), false; !survived; n++ {
		w := newWorld(t, "")
		order, check := prepare(w)
		m := &mortal{Store: w.Docs}
		m.left.Store(n)
		w.open(m)
		err := order()
		survived = !m.dead.Load()
		if survived != (err == nil) {
			t.Fatalf("death before write %d: %v, the person is told %v", n, !survived, err)
		}
		w.open(w.Docs)
		for range 2 { // a second time there is nothing left to do
			_, err = w.triage.FinishMoves(t.Context())
			must(t, err)
		}
		open, err := w.cases.Moving(t.Context(), w.now().Add(time.Hour))
		must(t, err)
		if len(open) > 0 {
			t.Errorf("death before write %d: %d cases are still on the move", n, len(open))
		}
		check(survived)
		if !survived {
			deaths++
		}
	}
	t.Logf("%d deaths", deaths)
	if deaths < 5 {
		t.Errorf("only %d deaths", deaths)
	}
}

// A process that dies while it joins two cases leaves them joined or apart, never a tip in both or in none.
func TestDeathWhileJoining(t *testing.T) {
	t.Parallel()
	began := 0
	dying(t, func(w *world) (func() error, func(bool)) {
		a1, a2, b1 := w.placed(60), w.placed(61), w.placed(62)
		b2 := w.placed(63)
		must(t, w.joinAll(a1, a2))
		must(t, w.joinAll(b1, b2))
		a, b := w.caseOf(b1), w.caseOf(a1) // the later matter takes the earlier tips: they stand first afterwards
		return func() error {
				_, err := w.triage.Link(t.Context(), duty, b.ID, a.ID, cases.Input{Version: b.Version, Note: "去看过，是一处"})
				return err
			}, func(whole bool) {
				all := []intake.TipID{a1, a2, b1, b2}
				w.exactlyOnce(all)
				now := w.caseOf(b1)
				if joined := slices.Equal(w.order(now), all); joined {
					began++
				} else if whole || !slices.Equal(w.order(now), []intake.TipID{b1, b2}) || !slices.Equal(w.order(w.caseOf(a1)), []intake.TipID{a1, a2}) {
					t.Errorf("in the order of arrival: %v and %v of %v", w.order(now), w.order(w.caseOf(a1)), all)
				}
				for _, tip := range all {
					if r, err := w.triage.Reading(t.Context(), tip); err != nil || r.Decision.Case != w.caseOf(tip).ID {
						t.Errorf("the reading of %s points elsewhere: %v", tip, err)
					}
				}
			}
	})
	if began < 4 {
		t.Errorf("what was begun was finished %d times", began)
	}
}

// The same for taking a tip out: the one that opened the case, which needs a new case, and one that had a case before.
func TestDeathWhileSeparating(t *testing.T) {
	t.Parallel()
	for name, which := range map[string]int{"to a new case": 0, "back to its own": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dying(t, func(w *world) (func() error, func(bool)) {
				tips := []intake.TipID{w.placed(64), w.placed(65), w.placed(66)}
				must(t, w.joinAll(tips...))
				c, out := w.caseOf(tips[0]), tips[which]
				return func() error {
						_, err := w.triage.Unlink(t.Context(), duty, c.ID, out, cases.Input{Version: c.Version, Note: "这一条说的是另一处"})
						return err
					}, func(whole bool) {
						w.exactlyOnce(tips)
						rest := slices.DeleteFunc(slices.Clone(tips), func(id intake.TipID) bool { return id == out })
						now, err := w.cases.ByID(t.Context(), c.ID)
						must(t, err)
						apart := slices.Equal(w.order(now), rest)
						if !apart && (whole || !slices.Equal(w.order(now), tips)) {
							t.Errorf("the case has %v of %v", w.order(now), tips)
						}
						own := w.caseOf(out)
						if r, err := w.triage.Reading(t.Context(), out); err != nil || r.Decision.Case != own.ID || apart != (own.ID != c.ID) {
							t.Errorf("the tip is in %s, its reading %v", own.Number, err)
						}
					}
			})
		})
	}
}

// What is sealed before an interrupted join goes on is not joined: what was taken is given back.
func TestAJoinIsUndoneForWhatWasSealedMeanwhile(t *testing.T) {
	t.Parallel()
	undone := 0
	for n, survived := int64(1), false; !survived; n++ {
		w := newWorld(t, "")
		first, second := w.placed(67), w.placed(68)
		a, b := w.caseOf(first), w.caseOf(second)
		m := &mortal{Store: w.Docs}
		m.left.Store(n)
		w.open(m)
		_, err := w.triage.Link(t.Context(), duty, b.ID, a.ID, cases.Input{Version: b.Version})
		survived = err == nil
		w.open(w.Docs)
		now, err := w.cases.ByID(t.Context(), b.ID)
		must(t, err)
		if now.State == cases.Merged {
			continue
		}
		half, err := w.cases.ByID(t.Context(), a.ID)
		must(t, err)
		if half.Holds(second) {
			undone++
		}
		_, err = w.cases.Revise(t.Context(), b.ID, cases.Revision{Sealed: true, Lead: "discipline", Categories: []string{"x_official"}, Priority: b.Priority})
		must(t, err)
		_, err = w.triage.FinishMoves(t.Context())
		must(t, err)
		if got := w.order(w.caseOf(first)); !slices.Equal(got, []intake.TipID{first}) || w.caseOf(second).ID != b.ID {
			t.Errorf("death before write %d: the open case has %v", n, got)
		}
		if open, err := w.cases.Moving(t.Context(), w.now().Add(time.Hour)); err != nil || len(open) > 0 {
			t.Errorf("death before write %d: %d moves are left, %v", n, len(open), err)
		}
	}
	if undone == 0 {
		t.Error("nothing was ever half done")
	}
}

// placed sends a tip about the n-th village, different from all others, and walks it to its case.
func (w *world) placed(n int) intake.TipID {
	w.t.Helper()
	tip, _ := w.tell(w.workshop(w.village(n), fmt.Sprintf("第%d处，说不太清", n)))
	w.clock.Add(int64(time.Minute))
	must(w.t, w.walk(tip))
	return tip
}

// joinAll puts the cases of tips into that of the first.
func (w *world) joinAll(tips ...intake.TipID) error {
	for _, tip := range tips[1:] {
		c := w.caseOf(tip)
		if _, err := w.triage.Link(w.t.Context(), duty, c.ID, w.caseOf(tips[0]).ID, cases.Input{Version: c.Version}); err != nil {
			return err
		}
	}
	return nil
}

// An open case that a later tip calls closed is not asked about as one that began again: only a closed one can.
func TestAnOpenMatterDoesNotBeginAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	first, _ := w.tell(w.workshop(w.village(11), "旧砖窑里头有人炼废机油，黑烟大得很"))
	w.finished()
	again := w.workshop(w.village(11), "旧砖窑炼废机油的封了没几天又干起来了，黑烟大得很")
	second, _ := w.tell(again)
	w.finished()
	a, b := w.caseOf(first), w.caseOf(second)
	all, err := w.triage.Suggestions(t.Context(), duty, b.ID)
	must(t, err)
	if len(all) != 1 || all[0].Recurs {
		t.Fatalf("%+v", all)
	}
	_, err = w.triage.Link(t.Context(), duty, b.ID, a.ID, cases.Input{Version: b.Version})
	must(t, err)
}

// A tip that names no village joined one village's matter by its position; the same told of another village is not joined to it over that.
func TestNoVillageIsABridgeToAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	defer w.run(10 * time.Second)()
	here, there := w.village(20), w.village(20)
	for _, v := range w.profile.VillagesOf(here.Town) {
		if v.Code != here.Code {
			there = v
		}
	}
	var tips []intake.TipID
	for _, code := range []string{here.Code, "", there.Code} {
		r := w.workshop(here, "旧砖厂里头有人炼废机油，半夜冒黑烟，一股糊味")
		r.Village, r.Position = code, &intake.Position{Lon: 111.24, Lat: 37.9, Accuracy: 20}
		tip, _ := w.tell(r)
		w.finished()
		tips = append(tips, tip)
	}
	if c := w.caseOf(tips[1]); !slices.Equal(w.order(c), tips[:2]) {
		t.Errorf("who names no village is in %s with %d tips", c.Number, len(c.Tips))
	}
	c := w.caseOf(tips[2])
	if len(c.Tips) != 1 || !slices.Equal(w.suggested(duty, c.ID), []string{w.caseOf(tips[0]).ID}) {
		t.Errorf("the other village is in a case of %d tips, and asked about %v", len(c.Tips), w.suggested(duty, c.ID))
	}
}

// Two tips of two villages that are compared with a case of none before either is in it do not both come in, however they race.
func TestTwoVillagesDoNotMeetInACaseOfNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	here := w.village(20)
	i := slices.IndexFunc(w.profile.Villages, func(v county.Village) bool { return v.Town == here.Town && v.Code != here.Code })
	tell := func(village string) intake.TipID {
		r := w.workshop(here, "旧砖厂里头有人炼废机油，半夜冒黑烟，一股糊味")
		r.Village, r.Position = village, &intake.Position{Lon: 111.24, Lat: 37.9, Accuracy: 20}
		tip, _ := w.tell(r)
		w.clock.Add(int64(time.Minute))
		return tip
	}
	none := tell("")
	must(t, w.walk(none))
	before := w.caseOf(none)
	both := []intake.TipID{tell(here.Code), tell(w.village(i).Code)}
	for _, st := range []triage.Stage{triage.Sort, triage.Media, triage.Locate, triage.Match} {
		for _, tip := range both {
			must(t, w.triage.Work(t.Context(), st, tip, 0))
		}
	}
	for _, tip := range both {
		if r, err := w.triage.Reading(t.Context(), tip); err != nil || r.Decision == nil || r.Decision.Case != before.ID {
			t.Fatalf("there is no race: %+v, %v", r.Decision, err)
		}
	}
	var wg sync.WaitGroup
	for _, tip := range both {
		wg.Go(func() {
			if err := w.triage.Work(t.Context(), triage.Route, tip, 0); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.exactlyOnce(append(both, none))
	a, b := w.caseOf(both[0]), w.caseOf(both[1])
	in, out, came := a, b, both[0]
	if a.ID != before.ID {
		in, out, came = b, a, both[1]
	}
	if len(in.Tips) != 2 || len(out.Tips) != 1 || in.ID != before.ID || out.ID == before.ID || !slices.Equal(w.suggested(duty, out.ID), []string{in.ID}) {
		t.Fatalf("%d tips in %s, %d in %s, which is asked about %v", len(in.Tips), in.Number, len(out.Tips), out.Number, w.suggested(duty, out.ID))
	}
	if r, err := w.triage.Reading(t.Context(), came); err != nil || before.Place.Village != "" || in.Place.Village != r.Place.Village || !has(in.Place.Reasons, "又有一条线索") {
		t.Errorf("the case lies in %+v, %v", in.Place, err)
	}
	_, err := w.triage.Unlink(t.Context(), duty, in.ID, came, cases.Input{Version: in.Version, Note: "再去看，是两处"})
	must(t, err)
	if now := w.caseOf(none); !now.Place.Is(before.Place) {
		t.Errorf("taken out again, the case lies in %+v", now.Place)
	}
}
