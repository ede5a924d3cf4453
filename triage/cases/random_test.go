package cases

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases/disposal"
)

// walk is one random life of a case.
type walk struct {
	*rapid.T
	p   *county.Profile
	c   Case
	now time.Time
}

func drawCase(t *rapid.T, p *county.Profile) Case {
	o := opening(p)
	o.Priority = rapid.SampledFrom([]string{"P0", "P1", "P2", "P3"}).Draw(t, "priority")
	o.Usual, o.Emergency = rapid.SampledFrom([]string{"", "P1", "P2"}).Draw(t, "usual"), o.Priority == "P0"
	o.Guessed = o.Emergency && rapid.Bool().Draw(t, "guessed")
	o.Refer = rapid.Bool().Draw(t, "refer")
	if rapid.IntRange(0, 3).Draw(t, "bare") == 0 {
		o.Tip = ""
	}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		o.Sealed, o.Sees = true, []string{"emergency"}
	case 1:
		o.Categories = []string{"c8", "c5"}
	case 2:
		o.Categories, o.Place = []string{"x_transport"}, Place{}
	}
	return opened(p, o, monday)
}

// actor is anybody: often somebody of the lead, so that things move.
func (w *walk) actor() Actor {
	units := []string{w.c.Lead, w.c.Lead, w.c.Lead, county.DutyDesk, county.TownUnit(dawu), "police", "market", "discipline", "nobody", ""}
	a := handler(rapid.SampledFrom(append(units, w.c.Co...)).Draw(w.T, "unit"))
	if a.ID += rapid.SampledFrom([]string{"", "-2"}).Draw(w.T, "person"); rapid.IntRange(0, 2).Draw(w.T, "duty") == 0 || a.Unit == county.DutyDesk && rapid.Bool().Draw(w.T, "desk") {
		return duty
	}
	return a
}

// input is anything that a form could carry, right or wrong.
func (w *walk) input(act Action) Input {
	in := Input{
		Note:    rapid.SampledFrom([]string{"说明理由六个字", "说明理由六个字", "说明理由六个字", "短"}).Draw(w.T, "note"),
		Outcome: rapid.SampledFrom([]State{True, True, True, False, Unclear, Closed, ""}).Draw(w.T, "outcome"),
		Unit:    rapid.SampledFrom([]string{"police", "market", county.DutyDesk, county.TownUnit(dawu), "discipline", "nobody", ""}).Draw(w.T, "to"),
		Item:    fmt.Sprintf("r%d", rapid.IntRange(0, len(w.c.Records)+1).Draw(w.T, "item")),
	}
	for _, t := range Table {
		if t.Action == act && len(t.Choices) > 0 {
			in.Choice = rapid.SampledFrom(append([]Choice{{"wrong", ""}}, t.Choices...)).Draw(w.T, "choice").ID
		}
	}
	switch act {
	case Register, Correct:
		forms := []func(*county.Profile, time.Time) *disposal.Form{survey, halt, seizure, penalty, trace,
			func(p *county.Profile, at time.Time) *disposal.Form { return clearance(p, at, 2) },
			func(p *county.Profile, at time.Time) *disposal.Form { return dismantling(p, at, true) },
			func(p *county.Profile, at time.Time) *disposal.Form { return dismantling(p, at, false) },
			func(p *county.Profile, at time.Time) *disposal.Form { return visited(p, at, 1, "signs") },
			func(p *county.Profile, at time.Time) *disposal.Form { return visited(p, at, 1, "yes") },
			func(*county.Profile, time.Time) *disposal.Form { return &disposal.Form{Kind: disposal.KindHalt} }}
		in.Record = rapid.SampledFrom(forms).Draw(w.T, "form")(w.p, w.now)
	case LookBack:
		in.Record = visited(w.p, w.now, rapid.IntRange(1, 5).Draw(w.T, "number"), rapid.SampledFrom([]string{"no", "no", "signs", "yes"}).Draw(w.T, "running"))
	}
	return in
}

// step lets time go by, and then lets the worker, a new tip or a person do something.
func (w *walk) step(i int) {
	w.now = w.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 3, 20, 100, 400}).Draw(w.T, "hours")) * time.Hour)
	if rapid.Bool().Draw(w.T, "worker") {
		w.tick()
	}
	if rapid.IntRange(0, 9).Draw(w.T, "tip") == 0 {
		w.c.join(w.p, Joining{Tip: intake.TipID(fmt.Sprint("later", i)), Received: w.now, Priority: rapid.SampledFrom([]string{"", "P0", "P1", "P2", "P3"}).Draw(w.T, "its")}, w.now)
	}
	if rapid.IntRange(0, 19).Draw(w.T, "said") == 0 {
		r := Revision{Hidden: []string{rapid.SampledFrom([]string{"police", "market", county.TownUnit(dawu), "emergency"}).Draw(w.T, "accused")}, Lead: county.DutyDesk, Rule: "x", Priority: w.c.Priority}
		if rapid.IntRange(0, 3).Draw(w.T, "seals") == 0 {
			r.Sealed, r.Lead, r.Categories = true, "discipline", []string{"x_official"}
		}
		w.c.revise(w.p, r, w.now)
	}
	if m, f := (byPerson{actor: duty, act: sorted, at: w.now}), w.answer(); rapid.IntRange(0, 14).Draw(w.T, "answered") == 0 && w.c.settles(m, f) == nil {
		w.c.settle(w.p, m, f)
	}
	actor, act := w.actor(), Action("")
	if may := w.c.actions(w.p, actor); len(may) > 0 && w.c.SeenBy(actor) && rapid.IntRange(0, 3).Draw(w.T, "fitting") > 0 {
		act = may[rapid.IntRange(0, len(may)-1).Draw(w.T, "button")].Action
	} else {
		act = Table[rapid.IntRange(0, len(Table)-1).Draw(w.T, "act")].Action
	}
	w.try(actor, act, w.input(act))
}

// answer is what the duty desk finds the case to be about, and where the rules send it then.
func (w *walk) answer() Finding {
	return Finding{Version: w.c.Version, Doubt: What, Categories: []string{rapid.SampledFrom([]string{"c3", "c5"}).Draw(w.T, "sorted")}, Route: Opening{
		Lead: rapid.SampledFrom([]string{"market", "emergency", w.c.Lead}).Draw(w.T, "sent"), Co: []string{"police", county.TownUnit(dawu)}, Usual: rapid.SampledFrom([]string{"", "P1", "P3"}).Draw(w.T, "found"), Rule: "c3",
	}}
}

// try does something, and holds that it was done whole or not at all.
func (w *walk) try(a Actor, act Action, in Input) {
	before := w.c.copy()
	was, _ := json.Marshal(w.c)
	offered := w.c.SeenBy(a) && slices.ContainsFunc(w.c.actions(w.p, a), func(t Transition) bool { return t.Action == act })
	err := w.c.try(w.p, a, act, in, w.now)
	switch {
	case err == nil && !offered:
		w.Fatalf("%s by %s was done and is no button of theirs", act, a.Unit)
	case err == nil && (w.c.Version != before.Version+1 || len(w.c.Events) != len(before.Events)+1):
		w.Fatalf("%s by %s: version %d to %d, events %d to %d", act, a.Unit, before.Version, w.c.Version, len(before.Events), len(w.c.Events))
	case err != nil:
		if is, _ := json.Marshal(w.c); string(is) != string(was) {
			w.Fatalf("%s by %s was refused (%v) and left\n%s\nof\n%s", act, a.Unit, err, is, was)
		}
	}
	if len(w.c.Records) < len(before.Records) || len(w.c.Tips) < len(before.Tips) || len(w.c.Outbox) < len(before.Outbox) || len(w.c.Births) < len(before.Births) {
		w.Fatalf("%s lost something", act)
	}
}

// tick is the worker; a second one finds nothing to do.
func (w *walk) tick() {
	due, orders := !w.c.Wake.After(w.now), len(w.c.Orders)
	if did := w.c.tick(w.p, w.now); did != due {
		w.Fatalf("woken at %v for %v: something to do: %t", w.now, w.c.Wake, did)
	}
	if len(w.c.Orders) > orders && !slices.Contains(w.c.Sees, county.DutyDesk) && len(w.c.Orders[orders].Categories) > 0 {
		w.Fatalf("an order about %v that the duty desk may not see", w.c.Orders[orders].Categories)
	}
	w.c.tick(w.p, w.now) // a supervision order may be late at once
	if w.c.tick(w.p, w.now) {
		w.Fatal("the worker does not come to rest")
	}
	supervised := func(id string) bool {
		return slices.ContainsFunc(w.c.Orders, func(o Order) bool { return slices.Contains(o.Categories, id) })
	}
	for _, id := range w.c.Categories {
		seen := slices.Contains(w.c.Sees, county.DutyDesk)
		if mine := w.c.State.Over() || w.c.Lead == county.DutyDesk; (id == "c5" || id == "c8") && seen && !mine && !supervised(id) {
			w.Fatalf("%s in %s is supervised by nobody: %+v", id, w.c.State, w.c.Orders)
		}
	}
}

// Whatever people press, in whatever order: a case has a lead that sees it and a clock that runs while it is open, nothing is lost, the log is the state, and
// from wherever it is people can bring it to its end.
func TestRandomSequencesKeepTheInvariants(t *testing.T) {
	p := profile(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := &walk{T: rt, p: p, c: drawCase(rt, p), now: monday}
		for i := range rapid.IntRange(1, 40).Draw(rt, "length") {
			w.step(i)
			w.invariants()
		}
		w.finish()
	})
}

func (w *walk) invariants() {
	c := &w.c
	if _, known := w.p.Unit(c.Lead); !known || !slices.Contains(c.Sees, c.Lead) || slices.Contains(c.Co, c.Lead) {
		w.Fatalf("lead %s, seen by %v, helped by %v", c.Lead, c.Sees, c.Co)
	}
	if c.Sealed && slices.Contains(c.Sees, county.DutyDesk) && c.Lead != county.DutyDesk {
		w.Fatalf("sealed and seen by %v", c.Sees)
	}
	seen, running := map[string]bool{}, 0
	for _, k := range c.Clocks {
		if k.Done != nil {
			continue
		}
		if seen[k.Step+k.Of] {
			w.Fatalf("two clocks run for %s %s", k.Step, k.Of)
		}
		if seen[k.Step+k.Of] = true; k.Running() {
			running++
		}
		if owner := c.Owner(k); !slices.Contains(c.Sees, owner) {
			w.Fatalf("the clock of %s is that of %s, who does not see the case", k.Step, owner)
		}
		if (k.Held != nil) != (c.Hold != nil) && k.Held != nil {
			w.Fatalf("%s is paused, the case is not", k.Step)
		}
	}
	switch {
	case !c.State.Over() && running == 0:
		w.Fatalf("state %s, and no clock runs", c.State)
	case slices.Contains(c.Terms, "open") != (running > 0):
		w.Fatalf("state %s with %d clocks, terms %v", c.State, running, c.Terms)
	case c.State == Watched && running == 0 && !slices.ContainsFunc(c.LookBacks, func(b Return) bool { return b.Done == nil && !b.Off }):
		w.Fatalf("watched, and nothing to watch: %+v", c.LookBacks)
	}
	if k, ok := c.Next(); ok && !k.Due.Equal(c.Due) || !ok && !c.Due.Equal(never) {
		w.Fatalf("due %v, next %v", c.Due, k.Due)
	}
	if got, want := replay(w.T, c.Events), c.told(); got != want {
		w.Fatalf("the log tells\n%+v\nthe case is\n%+v", got, want)
	}
}

// tale is what can be told of a case from its log alone.
type tale struct {
	State                                  State
	Lead                                   string
	Bounced, Records, Void, Orders, Births int
	Opinions, Agreed, Reopened, Extended   int
	Prolonged                              int
	Paused, Asked                          bool
}

func (c *Case) told() tale {
	t := tale{State: c.State, Lead: c.Lead, Bounced: c.Bounced, Records: len(c.Records), Orders: len(c.Orders), Opinions: len(c.Opinions), Reopened: c.Reopened, Extended: c.Extended, Prolonged: c.Prolonged, Paused: c.Hold != nil}
	for _, r := range c.Records {
		if r.Void {
			t.Void++
		}
	}
	return t
}

// replay tells it.
func replay(t *rapid.T, events []Event) tale {
	var s tale
	for i, e := range events {
		if i > 0 && e.From != events[i-1].To {
			t.Fatalf("event %d starts in %s, the one before ended in %s", i, e.From, events[i-1].To)
		}
		s.State, s.Lead = e.To, e.Lead
		switch Action(e.Action) {
		case HandBack:
			s.Bounced++
		case Register, LookBack:
			s.Records++
		case Void:
			s.Void++
		case Supervise:
			s.Orders++
		case Opine:
			s.Opinions++
		case Pause:
			s.Paused = true
		case Resume, Assign, "raise":
			s.Paused = false
		case sorted: // to another lead it goes anew
			if s.Paused = false; i > 0 && e.Lead != events[i-1].Lead {
				s.Extended, s.Prolonged = 0, 0
			}
		case "conceal":
			if e.Choice == anew {
				s.Paused, s.Extended, s.Prolonged = false, 0, 0
			}
		case Prolong:
			s.Prolonged++
		case Reopen:
			s.Paused, s.Extended, s.Prolonged = false, 0, 0
			if e.Choice == reopenObjection {
				s.Reopened++
			}
		case Grant:
			s.Extended++
		}
	}
	return s
}

// finish brings the case to its end, as people would who want nothing else.
func (w *walk) finish() {
	c := &w.c
	for range 40 {
		w.now = w.now.Add(time.Hour)
		who := handler(c.Lead)
		if c.Lead == county.DutyDesk {
			who = duty
		}
		do := func(a Actor, act Action, in Input) {
			in.Note = "说明理由六个字"
			if err := c.try(w.p, a, act, in, w.now); err != nil {
				w.Fatalf("stuck in %s: %s by %s: %v", c.State, act, a.Unit, err)
			}
			w.invariants()
		}
		switch {
		case c.Hold != nil:
			do(who, Resume, Input{})
		case slices.ContainsFunc(c.Orders, Order.waits):
			for _, u := range c.answering() {
				if a := handler(u); slices.Contains(c.answering(), u) {
					if u == county.DutyDesk {
						a = duty
					}
					do(a, Answer, Input{})
				}
			}
		case c.State == Unsigned:
			do(who, Sign, Input{})
		case c.State == Signed && c.Refer:
			do(who, Close, Input{})
		case c.State == Signed:
			do(who, Look, Input{})
		case c.State == Looked && !c.holds(w.p, NeedSurvey):
			do(who, Register, Input{Record: survey(w.p, w.now)})
		case c.State == Looked:
			do(who, Conclude, Input{Outcome: True})
		case c.State == True:
			do(who, Dispose, Input{})
		case c.State == Disposing && c.disposalGap(w.p) != nil:
			do(who, Register, Input{Record: clearance(w.p, w.now, 0)})
		case c.State == Disposing:
			do(who, Finish, Input{})
		case c.State == Disposed, c.State == False, c.State == Unclear:
			do(who, Close, Input{})
		case c.State == Watched && len(c.unsettled()) > 0:
			for _, r := range c.Valid(disposal.KindSeizure, disposal.KindPenalty) {
				f := *r.Form()
				f.On = on(w.p, w.now, 0)
				if s := f.Seizure; s != nil {
					ended := *s
					ended.Ended, ended.Result, ended.Approver, f.Seizure = f.On, "returned", "局长", &ended
				} else {
					decided := *f.Penalty
					decided.Decision, decided.Decided, f.Penalty = "罚1", f.On, &decided
				}
				f.Officers = two
				do(who, Correct, Input{Item: r.ID, Record: &f})
			}
		case c.State == Watched && c.holds(w.p, NeedClean):
			for _, u := range c.Parties() {
				if a := handler(u); !c.agreed(u) {
					if u == county.DutyDesk {
						a = duty
					}
					do(a, Strike, Input{})
				}
			}
		case c.State == Watched:
			w.nextVisit(do, who)
		default:
			return
		}
	}
	w.Fatalf("after 40 more steps still %s: look-backs %+v", c.State, c.LookBacks)
}

// nextVisit makes the next look-back that is left, or takes the case up again when a doubt in the last one leaves none.
func (w *walk) nextVisit(do func(Actor, Action, Input), who Actor) {
	i := slices.IndexFunc(w.c.LookBacks, func(b Return) bool { return b.Done == nil && !b.Off })
	if i < 0 {
		w.Fatalf("watched, and no way to strike it off: %+v", w.c.LookBacks)
	}
	if b := w.c.LookBacks[i]; w.now.Before(b.Ask) {
		w.now = b.Ask
	}
	w.tick()
	do(who, LookBack, Input{Record: visited(w.p, w.now, w.c.LookBacks[i].Number, "no")})
}
