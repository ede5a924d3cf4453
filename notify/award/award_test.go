package award_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/notify/award"
	"qianshao/notify/reward"
	"qianshao/notify/reward/rewardtest"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/cases/disposal/disposaltest"
)

const lead = "market"

var must, wants = rewardtest.Must, rewardtest.Wants

var (
	handler = cases.Actor{ID: "h", Name: "王五", Role: cases.Handler, Unit: lead}
	duty    = cases.Actor{ID: "d", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}
	decider = cases.Actor{ID: "e", Name: "赵六", Role: cases.Handler, Unit: "emergency"}
)

// readings is what the machine made of the tips.
type readings map[intake.TipID]triage.Reading

func (r readings) Reading(_ context.Context, tip intake.TipID) (triage.Reading, error) {
	found, ok := r[tip]
	if !ok {
		return found, docs.ErrNotFound
	}
	return found, nil
}

type world struct {
	*award.Service
	*rewardtest.World
	t         *testing.T
	cases     *cases.Service
	readings  readings
	decisions int // registered so far
}

func newWorld(t *testing.T) *world {
	t.Helper()
	r := rewardtest.New(t)
	w := &world{World: r, t: t, readings: readings{}}
	var err error
	w.cases, err = cases.New(t.Context(), cases.Deps{Docs: r.Store, Vault: r.Vault, Custody: r.Log, Profile: r.Profile, Now: r.Now})
	must(t, err)
	w.Service = award.New(award.Deps{Cases: w.cases, Rewards: r.Service, Readings: w.readings, Custody: r.Log, Profile: r.Profile, Now: r.Now})
	return w
}

// tip is one tip: how many minutes before now the county was told, and whether it said where.
type tip struct {
	id     intake.TipID
	before int
	useful bool
}

// matter opens a case for the tips and finds it true.
func (w *world) matter(change func(*cases.Opening), tips ...tip) string {
	w.t.Helper()
	var id string
	for i, x := range tips {
		told := w.Now().Add(-time.Duration(x.before) * time.Minute)
		if x.useful {
			w.readings[x.id] = triage.Reading{Tip: string(x.id), Place: cases.Place{Town: "141128103", Village: "141128103229"}}
		}
		if i == 0 {
			o := cases.Opening{Tip: x.id, Received: w.Now(), Told: told, Categories: []string{"c1"}, Priority: "P1", Lead: lead, Place: cases.Place{Town: "141128103"}, Sees: []string{lead, county.DutyDesk}}
			if change != nil {
				change(&o)
			}
			k, err := w.cases.Open(w.t.Context(), o)
			must(w.t, err)
			id = k.ID
			continue
		}
		_, err := w.cases.Link(w.t.Context(), id, cases.Joining{Tip: x.id, Received: w.Now(), Told: told})
		must(w.t, err)
	}
	w.do(id, cases.Sign, cases.Input{})
	w.do(id, cases.Look, cases.Input{})
	w.do(id, cases.Register, cases.Input{Record: disposaltest.Survey(w.Profile.Day(w.Now()))})
	w.do(id, cases.Conclude, cases.Input{Outcome: cases.True, Note: "现场有反应釜和废桶"})
	return id
}

func (w *world) do(id string, act cases.Action, in cases.Input) {
	w.t.Helper()
	k, err := w.cases.Get(w.t.Context(), handler, id)
	must(w.t, err)
	in.Version = k.Version
	_, err = w.cases.Do(w.t.Context(), handler, id, act, in)
	must(w.t, err)
}

// fined registers a penalty; without a day it is only begun.
func (w *world) fined(id string, fine disposal.Fen, decided disposal.Day) {
	w.t.Helper()
	p := &disposal.Penalty{Case: "立案1号", Filed: "2026-11-03"}
	if decided != "" {
		w.decisions++
		p.Decision, p.Decided, p.Fine = fmt.Sprintf("罚决%d号", w.decisions), decided, fine
	}
	w.do(id, cases.Register, cases.Input{Record: &disposal.Form{Kind: disposal.KindPenalty, On: "2026-11-09", Officers: []disposal.Person{"王五", "赵六"}, Penalty: p}})
}

func (w *world) of(t intake.TipID) *reward.Award {
	w.t.Helper()
	a, ok, err := w.World.OfTip(w.t.Context(), t)
	must(w.t, err)
	if !ok {
		return nil
	}
	return &a
}

// TestTheFirstThatHelped gets it: not an earlier one that did not say where, and none of the later ones.
func TestTheFirstThatHelped(t *testing.T) {
	w := newWorld(t)
	id := w.matter(nil, tip{"web", 10, true}, tip{"vague", 300, false}, tip{"hotline", 200, true})
	w.fined(id, 30_000_00, "2026-11-05")
	w.fined(id, 20_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, id, award.Input{Note: "两份决定"}))
	a := w.of("hotline")
	if a == nil || w.of("web") != nil || w.of("vague") != nil {
		t.Fatalf("hotline %v, web %v, vague %v", a, w.of("web"), w.of("vague"))
	}
	if a.Fen != 7_500_00 || a.Basis.Decisions != 2 || a.Closed.In(w.Profile.Zone).Format(time.DateOnly) != "2026-11-09" || a.Town != "141128103" {
		t.Errorf("%+v", a)
	}
	wants(t, w.Propose(t.Context(), handler, id, award.Input{}), "reward.exists")
}

func TestTiesAreForTheDutyDesk(t *testing.T) {
	w := newWorld(t)
	for name, tips := range map[string][]tip{
		"the same minute":   {{"a1", 200, true}, {"a2", 200, true}, {"a3", 100, true}},
		"none said where":   {{"b1", 200, false}, {"b2", 100, false}},
		"only one was told": {{"c1", 200, false}},
	} {
		id := w.matter(nil, tips...)
		w.fined(id, 50_000_00, "2026-11-09")
		err := w.Propose(t.Context(), handler, id, award.Input{})
		if len(tips) == 1 { // nobody else could be first
			must(t, err)
			continue
		}
		wants(t, err, "award.tie")
		wants(t, w.Propose(t.Context(), duty, id, award.Input{Tip: -1}), "award.tie_choose")
		if name == "the same minute" {
			wants(t, w.Propose(t.Context(), duty, id, award.Input{Tip: 2}), "award.tie_choose") // it came later
		}
		must(t, w.Propose(t.Context(), duty, id, award.Input{Tip: 1}))
		if w.of(tips[1].id) == nil || w.of(tips[0].id) != nil {
			t.Errorf("%s: another tip got it", name)
		}
	}
}

// TestLaterTipsGetTheCountysShare gives it to who was chosen, and to nobody by itself.
func TestLaterTipsGetTheCountysShare(t *testing.T) {
	w := newWorld(t)
	w.Profile.Rewards.SecondShare = 20
	id := w.matter(nil, tip{"a", 200, true}, tip{"b", 100, true}, tip{"c", 50, true})
	w.fined(id, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, id, award.Input{Also: []int{1}}))
	if a, b, c := w.of("a"), w.of("b"), w.of("c"); a == nil || b == nil || c != nil || a.Fen != 7_500_00 || b.Fen != 1_500_00 {
		t.Errorf("%+v, %+v, %+v", a, b, c)
	}
	b := w.of("b")
	_, err := w.Decide(t.Context(), decider, b.ID, reward.Approve, reward.Input{Version: b.Version})
	must(t, err)
	id = w.matter(nil, tip{"d", 200, true}, tip{"e", 100, true})
	w.fined(id, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, id, award.Input{}))
	if e := w.of("e"); e != nil {
		t.Errorf("nobody chose it: %+v", e)
	}
}

func TestWhatIsNotReadyIsNotProposed(t *testing.T) {
	w := newWorld(t)
	id := w.matter(nil, tip{"a", 200, true})
	if d, err := w.Draft(t.Context(), handler, id); err != nil || !d.Amount.Open {
		t.Errorf("without a fine: %+v, %v", d.Amount, err)
	}
	w.fined(id, 50_000_00, "")
	wants(t, w.Propose(t.Context(), handler, id, award.Input{}), "award.penalty")
	_, err := w.Draft(t.Context(), cases.Actor{ID: "x", Role: cases.Handler, Unit: "police"}, id)
	wants(t, err, "desk.not_found")

	k, err := w.cases.Open(t.Context(), cases.Opening{Tip: "b", Received: w.Now(), Categories: []string{"c1"}, Priority: "P1", Lead: lead, Sees: []string{lead}})
	must(t, err)
	wants(t, w.Propose(t.Context(), handler, k.ID, award.Input{}), "award.not_true")

	id = w.matter(nil, tip{"c", 200, true})
	wants(t, w.Propose(t.Context(), handler, id, award.Input{Level: "general"}), "award.deaths")
	wants(t, w.Propose(t.Context(), handler, id, award.Input{Level: "general", Deaths: 3}), "award.deaths")
	wants(t, w.Propose(t.Context(), handler, id, award.Input{Deaths: 3}), "award.level")
	must(t, w.Propose(t.Context(), handler, id, award.Input{}))
	a := w.of("c")
	_, err = w.Decide(t.Context(), decider, a.ID, reward.Approve, reward.Input{Version: a.Version})
	wants(t, err, "reward.open") // nobody approves what the county has not decided
}

// TestSealedCasesStayWithTheirUnits lets the deciding unit know nothing of a case that it must not see; another person of the lead decides.
func TestSealedCasesStayWithTheirUnits(t *testing.T) {
	w := newWorld(t)
	id := w.matter(func(o *cases.Opening) { o.Sealed, o.Sees = true, []string{lead} }, tip{"a", 200, true})
	w.fined(id, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, id, award.Input{}))
	a := w.of("a")
	if a.Town != "" || !a.Sealed {
		t.Errorf("%+v", a)
	}
	if p, err := w.Waiting(t.Context(), decider, ""); err != nil || len(p.Items) != 0 {
		t.Errorf("the deciding unit sees %d, %v", len(p.Items), err)
	}
	_, err := w.Decide(t.Context(), decider, a.ID, reward.Approve, reward.Input{Version: a.Version})
	wants(t, err, "reward.gone")
	_, err = w.Decide(t.Context(), handler, a.ID, reward.Approve, reward.Input{Version: a.Version})
	wants(t, err, "reward.eyes")
	second := handler
	second.ID = "h2"
	if p, err := w.Waiting(t.Context(), second, ""); err != nil || len(p.Items) != 1 {
		t.Errorf("a second person of the lead sees %d, %v", len(p.Items), err)
	}
	_, err = w.Decide(t.Context(), second, a.ID, reward.Approve, reward.Input{Version: a.Version})
	must(t, err)
}

// TestApprovalReadsTheCaseAgain refuses to approve on a penalty that was corrected, voided or doubled since, and on a case that is worked on again.
func TestApprovalReadsTheCaseAgain(t *testing.T) {
	w := newWorld(t)
	approve := func(tip intake.TipID) error {
		a := w.of(tip)
		_, err := w.Decide(t.Context(), decider, a.ID, reward.Approve, reward.Input{Version: a.Version})
		return err
	}
	penalty := func(id string) *cases.Record {
		k, err := w.cases.Get(t.Context(), handler, id)
		must(t, err)
		return k.Valid(disposal.KindPenalty)[0]
	}
	corrected := w.matter(nil, tip{"a", 200, true})
	w.fined(corrected, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, corrected, award.Input{}))
	r := penalty(corrected)
	form := *r.Form()
	p := *form.Penalty
	p.Fine = 20_000_00
	form.Penalty, form.Officers = &p, []disposal.Person{"王五", "赵六"}
	w.do(corrected, cases.Correct, cases.Input{Item: r.ID, Record: &form, Note: "复议决定改了罚款"})
	wants(t, approve("a"), "award.changed")
	a := w.of("a")
	if a.State != reward.Proposed || len(a.Steps) != 1 {
		t.Errorf("%s after %d steps", a.State, len(a.Steps))
	}
	_, err := w.Decide(t.Context(), decider, a.ID, reward.Return, reward.Input{Version: a.Version, Note: "罚款改了"})
	must(t, err)
	must(t, w.Propose(t.Context(), handler, corrected, award.Input{}))
	must(t, approve("a"))
	if a := w.of("a"); a.Fen != 3_000_00 {
		t.Errorf("%d 分", a.Fen)
	}

	voided := w.matter(nil, tip{"b", 200, true})
	w.fined(voided, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, voided, award.Input{}))
	w.do(voided, cases.Void, cases.Input{Item: penalty(voided).ID, Note: "复议决定撤销了处罚"})
	wants(t, approve("b"), "award.changed")

	twice := w.matter(nil, tip{"c", 200, true})
	w.fined(twice, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, twice, award.Input{}))
	w.decisions--
	w.fined(twice, 50_000_00, "2026-11-09") // the same decision once more
	must(t, approve("c"))
	w.decisions--
	w.fined(twice, 10_000_00, "2026-11-09")
	_, err = w.Draft(t.Context(), handler, twice)
	wants(t, err, "award.twice")
}

// TestOneMatterIsRewardedOnce: of two tips that came at once the other one gets nothing any more, be it proposed again or at the same time.
func TestOneMatterIsRewardedOnce(t *testing.T) {
	w := newWorld(t)
	id := w.matter(nil, tip{"a", 200, true}, tip{"b", 200, true})
	w.fined(id, 50_000_00, "2026-11-09")
	decide := func(tip intake.TipID, act reward.Action, note string) error {
		a := w.of(tip)
		_, err := w.Decide(t.Context(), decider, a.ID, act, reward.Input{Version: a.Version, Note: note})
		return err
	}
	must(t, w.Propose(t.Context(), duty, id, award.Input{Tip: 1}))
	must(t, decide("b", reward.Return, "先报的是另一条"))
	must(t, w.Propose(t.Context(), duty, id, award.Input{Tip: 0}))
	must(t, decide("a", reward.Approve, ""))
	wants(t, w.Propose(t.Context(), duty, id, award.Input{Tip: 1}), "reward.exists")
	// Two people who had the form open at the same time.
	b := w.of("a")
	_, err := w.World.Propose(t.Context(), reward.Actor{ID: "d2", Party: reward.Unit, Unit: county.DutyDesk},
		reward.Proposal{Tip: "b", Case: id, Closed: b.Closed, Deciders: b.Deciders, Basis: b.Basis, Share: 100})
	must(t, err)
	wants(t, decide("b", reward.Approve, ""), "reward.twice")
	if got := w.of("b"); got.State != reward.Proposed {
		t.Errorf("it is %s", got.State)
	}
}

// TestWithdrawingKeepsTheReward: it ends the answers, and takes from nobody what is theirs (R72).
func TestWithdrawingKeepsTheReward(t *testing.T) {
	w := newWorld(t)
	id := w.matter(nil, tip{"a", 200, true}, tip{"b", 100, true})
	w.fined(id, 50_000_00, "2026-11-09")
	must(t, w.cases.Hear(t.Context(), "a", []intake.Message{{Turn: intake.Withdrawal}}))
	must(t, w.Propose(t.Context(), handler, id, award.Input{}))
	if w.of("a") == nil || w.of("b") != nil {
		t.Error("another tip got it")
	}
}

// TestChangedAfterApproval is seen, so that it can be revoked.
func TestChangedAfterApproval(t *testing.T) {
	w := newWorld(t)
	id := w.matter(nil, tip{"a", 200, true})
	w.fined(id, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, id, award.Input{}))
	a := w.of("a")
	_, err := w.Decide(t.Context(), decider, a.ID, reward.Approve, reward.Input{Version: a.Version})
	must(t, err)
	_, err = w.Same(t.Context(), w.of("a"))
	must(t, err)
	w.fined(id, 10_000_00, "2026-11-09")
	_, err = w.Same(t.Context(), w.of("a"))
	wants(t, err, "award.changed")
}

// TestReopenedCasesAreNotApproved holds although their penalties stand as they were.
func TestReopenedCasesAreNotApproved(t *testing.T) {
	w := newWorld(t)
	id := w.matter(nil, tip{"a", 200, true})
	w.fined(id, 50_000_00, "2026-11-09")
	must(t, w.Propose(t.Context(), handler, id, award.Input{}))
	today := disposal.Day(w.Now().Format(time.DateOnly))
	w.do(id, cases.Dispose, cases.Input{})
	w.do(id, cases.Register, cases.Input{Record: &disposal.Form{Kind: disposal.KindClearance, On: today, Officers: []disposal.Person{"王五", "赵六"}, Document: "清1号",
		Clearance: &disposal.Clearance{Stopped: today, Cleared: today, Premises: "yes",
			Equipment: []disposal.Equipment{{What: "搪瓷釜", Count: 2, How: "scrapped", Where: "回收站", County: "离石区", Receiver: "回收公司", Moved: today}},
			Materials: []disposal.Material{{Name: "酸", Hazardous: "unknown", Amount: 1200, Unit: "t", Where: "处置场", Receiver: "环保公司", Manifest: "0001"}}}}})
	w.do(id, cases.Finish, cases.Input{Note: "设备、原料都清走了。"})
	w.do(id, cases.Close, cases.Input{Note: "处置完毕，文书已入卷。"})
	k, err := w.cases.Get(t.Context(), duty, id)
	must(t, err)
	_, err = w.cases.Do(t.Context(), duty, id, cases.Reopen, cases.Input{Version: k.Version, Choice: cases.ReopenCheck, Note: "院里还有两只反应釜"})
	must(t, err)
	a := w.of("a")
	_, err = w.Decide(t.Context(), decider, a.ID, reward.Approve, reward.Input{Version: a.Version})
	wants(t, err, "award.reopened")
}
