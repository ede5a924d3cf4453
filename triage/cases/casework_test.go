package cases

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"qianshao/config/county"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/triage/cases/disposal"
)

// office is a service with a clock that the test moves.
type office struct {
	*Service
	t   testing.TB
	mu  sync.Mutex
	now time.Time
}

func newOffice(t testing.TB, courier Courier) *office {
	t.Helper()
	o := &office{t: t, now: monday}
	e := enginetest.New(t)
	officer, err := age.GenerateX25519Identity()
	o.ok(err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	o.ok(err)
	log, err := custody.Open(t.Context(), e.Docs, v, o.clock)
	o.ok(err)
	o.Service, err = New(t.Context(), Deps{Docs: e.Docs, Vault: v, Custody: log, Profile: profile(t), Now: o.clock, Courier: courier})
	o.ok(err)
	return o
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) at(t time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = t
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) opened(tip string, change ...func(*Opening)) Case {
	o.t.Helper()
	op := opening(o.Profile)
	op.Tip = intake.TipID(tip)
	for _, f := range change {
		f(&op)
	}
	c, err := o.Open(o.t.Context(), op)
	o.ok(err)
	return c
}

func (o *office) do(a Actor, c *Case, act Action, in Input) {
	o.t.Helper()
	in.Version = c.Version
	next, err := o.Do(o.t.Context(), a, c.ID, act, in)
	if err != nil {
		o.t.Fatalf("%s: %v", act, err)
	}
	*c = next
}

// watched brings a case to 回头看: stopped and closed on the day.
func (o *office) watched(c *Case) {
	o.t.Helper()
	lead := handler(c.Lead)
	o.do(lead, c, Sign, Input{})
	o.do(lead, c, Look, Input{})
	o.do(lead, c, Register, Input{Record: survey(o.Profile, o.clock())})
	o.do(lead, c, Conclude, Input{Outcome: True, Note: "现场有釜有桶，查实了"})
	o.do(lead, c, Dispose, Input{})
	o.do(lead, c, Register, Input{Record: clearance(o.Profile, o.clock(), 0)})
	o.do(lead, c, Finish, Input{Note: "设备原料都清走了"})
	o.do(lead, c, Close, Input{})
}

func (o *office) sweep() int {
	o.t.Helper()
	n, err := o.Sweep(o.t.Context())
	o.ok(err)
	return n
}

// What is registered comes back whole, keeps its history, and names nobody in the store.
func TestRecordsAreSealedAndKeepTheirHistory(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1")
	lead := handler("emergency")
	o.do(lead, &c, Sign, Input{})
	o.do(lead, &c, Register, Input{Record: trace(o.Profile, o.clock())})
	wrong := penalty(o.Profile, o.clock())
	o.do(lead, &c, Register, Input{Record: wrong})
	right := penalty(o.Profile, o.clock())
	right.Penalty.Decision, right.Penalty.Decided, right.Penalty.Fine = "方应急罚〔2026〕1号", on(o.Profile, o.clock(), 0), 12_345_678
	o.do(lead, &c, Correct, Input{Item: "r2", Record: right, Note: "补上处罚决定"})
	o.do(lead, &c, Void, Input{Item: "r1", Note: "登记错了案子"})

	c, err := o.ByID(t.Context(), c.ID)
	o.ok(err)
	if len(c.Records) != 2 || len(c.Records[1].Versions) != 2 || !c.Records[0].Void || len(c.Valid()) != 1 || c.Records[1].Form().Penalty.Fine != 12_345_678 {
		t.Fatalf("records: %+v", c.Records)
	}
	if k := c.running(StepPenalty, "r2"); k != nil {
		t.Errorf("the penalty is decided and its clock runs until %v", k.Due)
	}
	for i, want := range []string{"某某化工公司", "张三"} {
		f, err := o.Record(&c, &c.Records[i].Versions[0])
		o.ok(err)
		if !strings.Contains(fmt.Sprintf("%+v %+v", f.Officers, f.Trace), want) {
			t.Errorf("record %d lacks %s: %+v", i+1, want, f)
		}
	}
	raw, err := bson.Marshal(c)
	o.ok(err)
	for _, name := range []string{"某某化工公司", "张三", "李四", "赵六"} {
		if bytes.Contains(raw, []byte(name)) {
			t.Errorf("the stored case names %s", name)
		}
	}
}

// The worker asks for every look-back in time, once, however often and wherever it runs; three found clean, three parties strike
// the case off; the last look-back comes all the same.
func TestLookBacksComeByThemselves(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1", func(op *Opening) { op.Categories = []string{"c8"} })
	o.watched(&c)
	stopped := *c.Stopped
	for i, days := range []int{7, 30, 90, 180} {
		o.at(stopped.AddDate(0, 0, days-3))
		o.sweep()
		c, _ = o.ByID(t.Context(), c.ID)
		if c.LookBacks[i].Asked != nil {
			t.Errorf("look-back %d is asked for on the third day before: %v", i+1, c.LookBacks[i])
		}
		o.at(stopped.AddDate(0, 0, days-2))
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := o.Sweep(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c, _ = o.ByID(t.Context(), c.ID)
		asked := 0
		for _, e := range c.Events {
			if e.Action == "ask_lookback" {
				asked++
			}
		}
		if asked != i+1 || c.running(StepLookBack, visit(i+1)) == nil || !slices.Contains(c.Terms, "open") {
			t.Fatalf("look-back %d: asked for %d times, terms %v", i+1, asked, c.Terms)
		}
		if want := stopped.AddDate(0, 0, days+1); !c.LookBacks[i].Due.Equal(want) {
			t.Errorf("look-back %d is due %v, want %v", i+1, c.LookBacks[i].Due, want)
		}
		early := Input{Version: c.Version}
		if _, err := o.Do(t.Context(), handler("emergency"), c.ID, Strike, early); i < 3 && key(err) != "desk.lookbacks" {
			t.Errorf("struck off after %d look-backs: %v", i, err)
		}
		o.do(handler(county.TownUnit(dawu)), &c, LookBack, Input{Record: visited(o.Profile, o.clock(), i+1, "no")})
		if i != 2 {
			continue
		}
		for _, a := range []Actor{handler("emergency"), handler(county.TownUnit(dawu)), duty} {
			if c.State != Watched {
				t.Errorf("%s before %s agreed", c.State, a.Unit)
			}
			o.do(a, &c, Strike, Input{})
		}
	}
	if c.State != Struck || !slices.Contains(c.Terms, "closed") {
		t.Errorf("after all agreed: %s, %v", c.State, c.Terms)
	}
}

// A hit opens a relapse case once, also when the process dies between the two, and the new case shows how the last closing went.
func TestARelapseShowsWhyTheClosingFailed(t *testing.T) {
	for _, dies := range []bool{false, true} {
		t.Run(fmt.Sprint("dies=", dies), func(t *testing.T) {
			o := newOffice(t, nil)
			c := o.opened("tip1")
			o.watched(&c)
			o.at(c.LookBacks[0].Ask)
			o.sweep()
			c, _ = o.ByID(t.Context(), c.ID)
			hit := Input{Version: c.Version, Record: visited(o.Profile, o.clock(), 1, "yes")}
			if !dies {
				o.do(handler("emergency"), &c, LookBack, hit)
			} else { // written, and nothing after it
				m := move{actor: handler("emergency"), act: LookBack, in: hit, at: o.clock()}
				o.ok(o.part(c.ID, &m))
				_, err := o.cases.Change(t.Context(), c.ID, func(c *Case) error { return c.do(o.Profile, m) })
				o.ok(err)
			}
			o.sweep()
			o.sweep()
			c, _ = o.ByID(t.Context(), c.ID)
			if c.State != Closed || !c.Relapsed() || len(c.Births) != 1 || c.Births[0].Case == "" {
				t.Fatalf("after the hit: %s, %+v", c.State, c.Births)
			}
			n, err := o.Count(t.Context(), duty, All)
			o.ok(err)
			again, err := o.ByID(t.Context(), c.Births[0].Case)
			o.ok(err)
			if n != 1 || again.Recurs != c.ID || again.Category != "c8" || again.Failed != True || again.State != Unsigned || len(again.Tips) != 0 || again.Oversight != county.DutyDesk {
				t.Fatalf("%d open cases; the relapse: %+v", n, again)
			}
			why, known, err := o.Failure(t.Context(), duty, &again)
			o.ok(err)
			if !known || why.Number != c.Number || why.Loose != 2 || why.Closed.IsZero() || !slices.Equal(why.Disposed, []disposal.Kind{disposal.KindSurvey, disposal.KindClearance, disposal.KindVisit}) || why.Returns[0].Found != Hit {
				t.Errorf("why it failed: %+v", why)
			}
			note, err := o.Note(&again, again.Events[0])
			o.ok(err)
			if note != "大门锁着" {
				t.Errorf("what was seen: %q", note)
			}
		})
	}
}

// A firm up the stream and equipment that went to another town become cases of their own; what a sealed case knows does not.
func TestLeadsBecomeCases(t *testing.T) {
	o := newOffice(t, nil)
	for _, sealed := range []bool{false, true} {
		c := o.opened(fmt.Sprint("tip", sealed), func(op *Opening) {
			if op.Sealed = sealed; sealed {
				op.Sees = []string{"emergency"}
			}
		})
		o.do(handler("emergency"), &c, Sign, Input{})
		o.do(handler("emergency"), &c, Register, Input{Record: trace(o.Profile, o.clock())})
		moved := clearance(o.Profile, o.clock(), 0)
		moved.Clearance.Equipment[0].Town = "141128101"
		o.do(handler("emergency"), &c, Register, Input{Record: moved})
		if sealed {
			if len(c.Births) != 0 {
				t.Errorf("a sealed case opens %+v", c.Births)
			}
			continue
		}
		if len(c.Births) != 2 {
			t.Fatalf("births: %+v", c.Births)
		}
		firm, err := o.ByID(t.Context(), c.Births[0].Case)
		o.ok(err)
		note, err := o.Note(&firm, firm.Events[0])
		o.ok(err)
		if firm.Category != "x_upstream" || firm.Place.Town != "141128100" || firm.From != c.ID || !strings.Contains(note, "供原料，某某化工公司") {
			t.Errorf("the firm: %+v, %q", firm, note)
		}
		equipment, err := o.ByID(t.Context(), c.Births[1].Case)
		o.ok(err)
		if equipment.Lead != county.TownUnit("141128101") || equipment.State != Unsigned {
			t.Errorf("the equipment: %+v", equipment)
		}
	}
}

// Random people act on one stored case, some at the same moment: what is stored is what the pure function makes of the steps that were taken.
func TestRandomSequencesThroughTheStore(t *testing.T) {
	o := newOffice(t, nil)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		c := o.opened(fmt.Sprint("tip", n))
		w := &walk{T: rt, p: o.Profile, c: c, now: o.clock()}
		for range rapid.IntRange(1, 12).Draw(rt, "length") {
			o.at(o.clock().Add(time.Duration(rapid.IntRange(0, 40).Draw(rt, "hours")) * time.Hour))
			w.now = o.clock()
			actor := w.actor()
			may := w.c.actions(o.Profile, actor)
			if len(may) == 0 || !w.c.SeenBy(actor) {
				continue
			}
			act := may[rapid.IntRange(0, len(may)-1).Draw(rt, "button")].Action
			in := w.input(act)
			in.Version = w.c.Version
			var wg sync.WaitGroup
			won := make([]bool, 2)
			for i := range won {
				wg.Go(func() {
					_, err := o.Do(context.Background(), actor, c.ID, act, in)
					won[i] = err == nil
				})
			}
			wg.Wait()
			pure := w.c.copy()
			pure.Records = slices.Clone(w.c.Records)
			err := pure.try(o.Profile, actor, act, in, w.now)
			if won[0] && won[1] || (won[0] || won[1]) != (err == nil) {
				rt.Fatalf("%s by %s: in the store %v, by the function %v", act, actor.Unit, won, err)
			}
			stored, err2 := o.ByID(context.Background(), c.ID)
			if err2 != nil {
				rt.Fatal(err2)
			}
			if err == nil && (stored.State != pure.State || stored.Lead != pure.Lead || stored.Version != pure.Version || len(stored.Records) != len(pure.Records)) {
				rt.Fatalf("%s by %s: stored %s %s %d, by the function %s %s %d", act, actor.Unit, stored.State, stored.Lead, stored.Version, pure.State, pure.Lead, pure.Version)
			}
			w.c = stored
			w.invariants()
		}
	})
}
