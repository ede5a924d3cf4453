package answers_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qianshao/intake"
	"qianshao/notify/answers"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/cases/disposal/disposaltest"
)

// walk is one random life of a case and the people who tipped.
type walk struct {
	*rapid.T
	*world
	id     string
	people []*person
	gone   map[intake.TipID]int // lines of a dialogue when its person withdrew
}

// fatal is that of rapid, so that it can shrink.
func (w *walk) fatal(format string, args ...any) { w.T.Fatalf(format, args...) }

func (w *walk) pick() *person {
	return w.people[rapid.IntRange(0, len(w.people)-1).Draw(w.T, "person")]
}

// speak lets a person say something; what the rules refuse is no matter here.
func (w *walk) speak(p *person, sp intake.Spoken) {
	d := w.intake.NewDraft()
	before := len(w.thread(p))
	for range rapid.IntRange(1, 2).Draw(w.T, "taps") {
		_ = w.intake.Speak(w.TB.Context(), p.visit, d, sp)
	}
	if n := len(w.thread(p)); n > before+1 {
		w.fatal("%s was said %d times", sp.Turn, n-before)
	}
	if n := len(w.thread(p)); sp.Turn == intake.Withdrawal && n > before { // after the answer it is refused
		w.gone[p.tip] = n
	}
}

func (w *walk) step(i int) {
	key := fmt.Sprint("k", i)
	switch rapid.SampledFrom([]string{"ask", "ask", "answer", "own", "end", "end", "reply", "reply", "rate", "object", "withdraw", "join", "work", "work", "work", "reopen", "dismiss", "days", "sweep"}).Draw(w.T, "what") {
	case "ask":
		_ = w.send(lead, w.id, answers.Draft{Writing: cases.Writing{Action: cases.Inquire, Key: key, Text: "车从哪头来？", Tip: w.pick().tip, Pause: rapid.Bool().Draw(w.T, "pause")}})
	case "answer":
		_ = w.send(lead, w.id, word(key, "又去看过一次。"))
	case "own":
		d := word(key, "您问的水样，后天出结果。")
		d.Tip = w.pick().tip
		_ = w.send(lead, w.id, d)
	case "end":
		d := word(key, "查过了，属实。去现场看过，设备查封了。奖励等处罚定了再说。")
		d.Ends = true
		_ = w.send(lead, w.id, d)
	case "reply":
		p := w.pick()
		for _, q := range w.intake.Talk(&intake.Visit{Tip: p.tip, Thread: w.thread(p)}).Open {
			w.speak(p, intake.Spoken{Turn: intake.Reply, Ref: q.Ref, Choice: rapid.SampledFrom([]string{"", intake.Unsaid}).Draw(w.T, "unsaid"), Words: "从沟里来"})
		}
	case "rate":
		w.speak(w.pick(), intake.Spoken{Turn: intake.Rating, Choice: rapid.SampledFrom(intake.Ratings).Draw(w.T, "how"), Words: "没有停，还在干"})
	case "object":
		w.speak(w.pick(), intake.Spoken{Turn: intake.Objection, Words: "没有停，还在干"})
	case "withdraw":
		if rapid.IntRange(0, 2).Draw(w.T, "really") == 0 {
			w.speak(w.pick(), intake.Spoken{Turn: intake.Withdrawal})
		}
	case "join":
		p := w.person()
		w.join(w.id, p)
		w.people = append(w.people, p)
	case "work":
		for range rapid.IntRange(1, 4).Draw(w.T, "steps") {
			w.work()
		}
	case "reopen":
		unit := rapid.SampledFrom([]string{"emergency", "police", "market"}).Draw(w.T, "unit")
		c := w.get(w.id)
		if err := w.do(duty, w.id, cases.Reopen, cases.Input{Choice: "objection", Unit: unit}); err == nil && slices.Contains(c.Concluders(), unit) {
			w.fatal("who concluded looks into it again: %s", unit)
		}
	case "dismiss":
		_ = w.send(duty, w.id, answers.Draft{Writing: cases.Writing{Action: cases.Dismiss, Key: key, Text: "维持原来的结论：又去看过，院子是空的。"}})
	case "days":
		w.advance(time.Duration(rapid.IntRange(1, 9).Draw(w.T, "days")) * 24 * time.Hour)
	case "sweep":
		w.sweep()
	}
}

// work lets the lead do what comes next.
func (w *walk) work() {
	c := w.get(w.id)
	who := lead
	who.Unit = c.Lead
	for _, t := range w.cases.Actions(who, &c) {
		switch t.Action {
		case cases.Sign, cases.Look, cases.Conclude, cases.Resume, cases.Close:
			if t.Action == cases.Conclude && len(c.Valid(disposal.KindSurvey)) == 0 {
				if err := w.do(who, w.id, cases.Register, cases.Input{Record: disposaltest.Survey(w.profile.Day(w.now()))}); err != nil {
					w.fatal("a survey: %v", err)
				}
				return
			}
			in := cases.Input{Outcome: rapid.SampledFrom([]cases.State{cases.True, cases.False, cases.Unclear}).Draw(w.T, "outcome")}
			if err := w.do(who, w.id, t.Action, in); err == nil {
				return
			}
		}
	}
}

func (w *walk) invariants() {
	w.sweep()
	w.sweep() // what follows from what was delivered
	c := w.get(w.id)
	rated := int64(0)
	for _, p := range w.people {
		thread, seen := w.thread(p), map[string]bool{}
		objected := 0
		for at, m := range thread {
			if m.FromUs {
				if seen[m.Ref] {
					w.fatal("a letter stands twice in a dialogue")
				}
				seen[m.Ref] = true
				i := slices.IndexFunc(c.Letters, func(l cases.Letter) bool { return l.ID == m.Ref })
				if i < 0 || c.Letters[i].Own != "" && c.Letters[i].Own != string(p.tip) {
					w.fatal("somebody reads what was said to another person: %+v", m)
				}
				if n := w.gone[p.tip]; n > 0 && at >= n {
					w.fatal("somebody is answered who withdrew: %+v", m)
				}
			}
			switch m.Turn {
			case intake.Rating:
				rated++
				if m.Choice == intake.Objecting {
					objected++
				}
			case intake.Objection:
				objected++
			}
		}
		if objected > w.profile.Casework.Reopenings {
			w.fatal("somebody objected %d times", objected)
		}
		for _, l := range c.Letters {
			mine := slices.ContainsFunc(l.To, func(d cases.Delivery) bool { return d.Tip == string(p.tip) })
			if mine && !seen[l.ID] && w.gone[p.tip] == 0 {
				w.fatal("a letter did not arrive: %+v", l)
			}
			if !mine && l.Own == "" && l.Turn != intake.Ruling && !l.At.Before(c.Since) && w.gone[p.tip] == 0 {
				w.fatal("an answer to the matter is not for everybody: %+v", l)
			}
		}
	}
	waits := false
	for _, l := range c.Letters {
		if l.Turn != intake.Question {
			continue
		}
		heard, silent := 0, 0
		for _, e := range c.Events {
			switch {
			case e.Item == l.ID && e.Action == "heard":
				heard++
			case e.Item == l.ID && e.Action == "silent":
				silent++
			}
		}
		open := l.Heard == nil && l.Silent == nil
		if waits = waits || open; heard > 1 || silent > 1 || open && !w.now().Before(l.Until) {
			w.fatal("heard %d times, silent %d times, %+v", heard, silent, l)
		}
		if c.Hold != nil && c.Hold.For == l.ID && !open {
			w.fatal("the case still waits for %+v", l)
		}
	}
	if c.Hold != nil && c.Hold.For != "" && !waits {
		w.fatal("the case waits for nothing")
	}
	if !slices.Contains(c.Sees, c.Lead) || c.Lead == "" {
		w.fatal("lead %s, seen by %v", c.Lead, c.Sees)
	}
	got, err := w.answers.Satisfaction(w.TB.Context())
	w.must(err)
	if all := got.Pleased + got.Fair + got.Unhappy; all < rated {
		w.fatal("%d people rated, %d are counted", rated, all)
	}
}

// Whatever people on both sides say, in whatever order and however often they tap: each letter arrives once at those it is for and at nobody else, who withdrew
// hears nothing more, a question is heard or noted as silent once, and who concluded never looks into an objection.
func TestRandomTalkKeepsTheInvariants(t *testing.T) {
	w := newWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		w.ahead.Store(0)
		p := w.person()
		walk := &walk{T: rt, world: w, id: w.open(p), people: []*person{p}, gone: map[intake.TipID]int{}}
		for i := range rapid.IntRange(4, 24).Draw(rt, "length") {
			walk.step(i)
			if i%4 == 0 {
				walk.invariants()
			}
		}
		walk.invariants()
	})
}
