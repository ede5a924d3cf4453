package reward_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/notify/reward"
	"qianshao/notify/reward/rewardtest"
)

var _ intake.Claims = (*reward.Service)(nil)

var must, wants = rewardtest.Must, rewardtest.Wants

// The people of a chain; no two steps that need four eyes are one person's.
var (
	unit     = reward.Actor{ID: "u1", Name: "提请人", Party: reward.Unit, Unit: "town:141128101"}
	approver = reward.Actor{ID: "a1", Name: "核定人", Party: reward.Approver, Unit: "emergency"}
	officer  = reward.Actor{ID: "o1", Name: "核码人", Party: reward.Officer}
	cashier  = reward.Actor{ID: "f1", Name: "付款人", Party: reward.Finance}
)

// world is a county with rewards.
type world struct {
	*rewardtest.World
	t *testing.T
}

func newWorld(t *testing.T, change ...func(*county.Rewards)) *world {
	t.Helper()
	return &world{rewardtest.New(t, change...), t}
}

// wished makes a tip with a wish and gives its claim code as a person types it.
func (w *world) wished(n int) (intake.TipID, string) {
	w.t.Helper()
	tip := intake.TipID(fmt.Sprintf("%032x", n))
	code := intake.CodeFrom(bytes.Repeat([]byte{byte(n), byte(n >> 8), 9, 1}, 8))
	lookup, _, err := w.Vault.Slow(w.t.Context(), "claim code", []byte(code))
	must(w.t, err)
	must(w.t, w.Register(w.t.Context(), lookup, code.Tail(), tip))
	f := code.Fours()
	return tip, strings.Join(f[:], " ")
}

func (w *world) proposal(tip intake.TipID, fine int64) reward.Proposal {
	return reward.Proposal{Tip: tip, Case: "case-of-" + string(tip), Town: "141128101", Closed: w.Now(), Deciders: "emergency", Basis: reward.Basis{Decisions: 1, Fine: fine}, Share: 100}
}

// approved carries a new award to where it can be claimed.
func (w *world) approved(tip intake.TipID, fine int64) reward.Award {
	w.t.Helper()
	return w.do(approver, w.proposed(tip, fine), reward.Approve, reward.Input{})
}

func (w *world) do(by reward.Actor, a reward.Award, act reward.Action, in reward.Input) reward.Award {
	w.t.Helper()
	in.Version = a.Version
	a, err := w.Do(w.t.Context(), by, a.ID, act, in)
	must(w.t, err)
	return a
}

func (w *world) fails(by reward.Actor, a reward.Award, act reward.Action, in reward.Input, key string) {
	w.t.Helper()
	in.Version = a.Version
	_, err := w.Do(w.t.Context(), by, a.ID, act, in)
	wants(w.t, err, key)
}

// ready carries the wish of tip n to where its reward of 7,500 yuan can be claimed.
func (w *world) ready(n int) (intake.TipID, string) {
	w.t.Helper()
	tip, code := w.wished(n)
	w.approved(tip, 50_000_00)
	return tip, code
}

// proposed is a new award that waits for who approves.
func (w *world) proposed(tip intake.TipID, fine int64) reward.Award {
	w.t.Helper()
	a, err := w.Propose(w.t.Context(), unit, w.proposal(tip, fine))
	must(w.t, err)
	return a
}

var payee = reward.Payee{Way: reward.Window, Name: "王小二", IDNumber: "11010519491231002x", Declared: true}

// enter opens the page on which a code claims.
func (w *world) enter(code string) *reward.Visit {
	w.t.Helper()
	v, err := w.Enter(w.t.Context(), code)
	must(w.t, err)
	return v
}

// cannotClaim wants the key of why nothing can be claimed with a code.
func (w *world) cannotClaim(code, key string) {
	w.t.Helper()
	_, _, err := w.Claim(w.t.Context(), w.enter(code).Token, payee)
	wants(w.t, err, key)
}

// claimed claims it and gives the second code.
func (w *world) claimed(code string, p reward.Payee) (string, reward.Award) {
	w.t.Helper()
	second, a, err := w.Claim(w.t.Context(), w.enter(code).Token, p)
	must(w.t, err)
	f := second.Fours()
	return strings.Join(f[:], ""), a
}

// verified claims it and carries it to where it can be paid.
func (w *world) verified(code string) (string, reward.Award) {
	w.t.Helper()
	second, a := w.claimed(code, payee)
	return second, w.do(officer, a, reward.Verify, reward.Input{Code: code})
}

func (w *world) pay(a reward.Award, second string) reward.Award {
	w.t.Helper()
	return w.do(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"})
}

// raised is a county that gives insiders 20 % more, and a claimed award of one.
func raised(t *testing.T) (w *world, second string, a reward.Award) {
	t.Helper()
	twenty := 20
	w = newWorld(t, func(r *county.Rewards) { r.UpliftPercent = &twenty })
	_, code := w.ready(1)
	second, a = w.claimed(code, payee)
	return w, second, w.do(officer, a, reward.Verify, reward.Input{Code: code, Insider: true})
}

func TestRegister(t *testing.T) {
	w := newWorld(t)
	lookup, tip := strings.Repeat("ab", 32), intake.TipID(strings.Repeat("cd", 16))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if err := w.Register(t.Context(), lookup, "1234", tip); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err := w.Tip(t.Context(), lookup); err != nil || got != tip {
		t.Errorf("%s, %v", got, err)
	}
	if err := w.Register(t.Context(), lookup, "1234", "another"); !errors.Is(err, reward.ErrTaken) {
		t.Errorf("another tip under the same code: %v", err)
	}
	if _, err := w.Tip(t.Context(), "unknown"); !errors.Is(err, docs.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestChain(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	if st, err := w.Standing(t.Context(), tip); err != nil || !st.Wished || st.Award != nil {
		t.Errorf("before the proposal: %+v, %v", st, err)
	}
	if v, err := w.Enter(t.Context(), code); err != nil || v.Award != nil {
		t.Errorf("a code for which there is nothing yet: %+v, %v", v, err)
	}
	a := w.proposed(tip, 50_000_00)
	if a.Fen != 7_500_00 || a.State != reward.Proposed || a.Rules != w.Profile.Rewards.Version {
		t.Errorf("%+v", a)
	}
	_, err := w.Propose(t.Context(), unit, w.proposal(tip, 60_000_00))
	wants(t, err, "reward.exists")
	w.fails(approver, a, reward.Return, reward.Input{}, "reward.note")
	a = w.do(approver, a, reward.Return, reward.Input{Note: "罚款少算了一笔"})
	a = w.proposed(tip, 60_000_00)
	a = w.do(approver, a, reward.Approve, reward.Input{})
	if a.Fen != 9_000_00 {
		t.Errorf("%d 分", a.Fen)
	}
	second, a := w.claimed(code, payee)
	w.fails(officer, a, reward.Verify, reward.Input{Code: "1234 5678"}, "code.digits")
	found, checked, err := w.Check(t.Context(), officer, code)
	if err != nil || found.ID != a.ID {
		t.Errorf("checked: %s, %v", found.ID, err)
	}
	w.fails(officer, a, reward.Verify, reward.Input{Checked: "forged"}, "code.empty")
	a = w.do(officer, a, reward.Verify, reward.Input{Checked: checked})
	w.fails(cashier, a, reward.Pay, reward.Input{Code: code, Key: "k"}, "reward.second") // the claim code proves no payment
	a = w.pay(a, second)
	again, err := w.Do(t.Context(), cashier, a.ID, reward.Pay, reward.Input{Code: second, Key: "k", Version: 1})
	if err != nil || again.Version != a.Version {
		t.Errorf("pressed twice: %v", err)
	}
	w.fails(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k2"}, "reward.state")
	a = w.do(officer, a, reward.File, reward.Input{Note: "方应急报〔2026〕3号"})
	if a.State != reward.Filed {
		t.Errorf("%s", a.State)
	}
	w.cannotClaim(code, "reward.claimed")
	entries, err := w.Log.Read(t.Context(), "award/"+a.ID)
	must(t, err)
	got := ""
	for _, e := range entries {
		got += e.Action + " "
	}
	if got != "propose return propose approve claim check verify pay file " {
		t.Errorf("custody: %s", got)
	}
}

func TestNothingWhileItIsADraft(t *testing.T) {
	for name, change := range map[string]func(*county.Rewards){
		"draft":    func(r *county.Rewards) { r.Draft = true },
		"disabled": func(r *county.Rewards) { r.Mode = county.RewardsOff },
	} {
		w := newWorld(t)
		tip, code := w.wished(1)
		a := w.approved(tip, 50_000_00)
		other, _ := w.wished(2)
		b := w.proposed(other, 1)
		change(&w.Profile.Rewards)
		w.fails(approver, b, reward.Approve, reward.Input{}, "reward.draft")
		w.cannotClaim(code, "reward.draft")
		w.fails(officer, a, reward.Extend, reward.Input{Note: "理由写在这儿"}, "reward.draft")
		w.At("2027-03-01 09:00")
		if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("%s: %d ran out while nobody could claim them, %v", name, n, err)
		}
		w.At("2026-11-10 09:00")
		third, _ := w.wished(3)
		_, err := w.Propose(t.Context(), unit, w.proposal(third, 1))
		if name == "disabled" {
			wants(t, err, "reward.draft")
		} else {
			must(t, err)
		}
	}
}

func TestNobodyDoesTwoSteps(t *testing.T) {
	w := newWorld(t)
	as := func(id string, p reward.Actor) reward.Actor { p.ID = id; return p }
	tip, code := w.wished(1)
	a := w.proposed(tip, 50_000_00)
	for _, act := range []reward.Action{reward.Approve, reward.Return, reward.Refuse} {
		w.fails(as(unit.ID, approver), a, act, reward.Input{Note: "理由写在这儿"}, "reward.eyes")
	}
	w.fails(reward.Actor{ID: "x", Party: reward.Approver, Unit: "police"}, a, reward.Approve, reward.Input{}, "reward.gone")
	w.do(approver, a, reward.Approve, reward.Input{})
	second, a := w.claimed(code, payee)
	w.fails(as(approver.ID, officer), a, reward.Verify, reward.Input{Code: code}, "reward.eyes")
	w.fails(as(unit.ID, officer), a, reward.Verify, reward.Input{Code: code}, "reward.eyes")
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code})
	for _, id := range []string{unit.ID, approver.ID, officer.ID} {
		w.fails(as(id, cashier), a, reward.Pay, reward.Input{Code: second, Key: "k"}, "reward.eyes")
	}
	for _, by := range []reward.Actor{unit, approver, officer, {ID: "w", Party: reward.Worker}} { // nobody but finance
		w.fails(by, a, reward.Pay, reward.Input{Code: second, Key: "k"}, "reward.state")
	}
	w.pay(a, second)
}

// when they are computed again.
// TestRevoked takes back what was approved as long as it is not paid; the holder is told, and it can be proposed anew.
func TestRevoked(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	a := w.approved(tip, 50_000_00)
	w.fails(approver, a, reward.Revoke, reward.Input{}, "reward.note")
	w.fails(officer, a, reward.Revoke, reward.Input{Note: "处罚撤销了"}, "reward.state")
	_, a = w.verified(code)
	w.Profile.Rewards.Mode = county.RewardsOff // also while there are no rewards
	a = w.do(approver, a, reward.Revoke, reward.Input{Note: "处罚撤销了"})
	w.Profile.Rewards.Mode = county.RealnameAtClaim
	if a.State != reward.Revoked || a.Payee != nil || a.Payer != nil || a.Claim != "" {
		t.Errorf("%+v", a)
	}
	w.cannotClaim(code, "reward.revoked")
	w.fails(cashier, a, reward.Pay, reward.Input{Key: "k"}, "reward.state")
	a = w.proposed(tip, 60_000_00)
	if a.Decided() {
		t.Error("proposed anew, it counts as approved")
	}
	a = w.do(approver, a, reward.Approve, reward.Input{})
	second, a := w.verified(code)
	a = w.pay(a, second)
	w.fails(approver, a, reward.Revoke, reward.Input{Note: "处罚撤销了"}, "reward.state")
}

// TestUpliftNeedsTheApprover raises no amount on one person's word, and says in no words who it is for.
func TestUpliftNeedsTheApprover(t *testing.T) {
	w, second, a := raised(t)
	if a.State != reward.Raised || a.Fen != 7_500_00 {
		t.Fatalf("%s, %d 分", a.State, a.Fen)
	}
	w.fails(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"}, "reward.state")
	same := approver
	same.ID = officer.ID
	w.fails(same, a, reward.Agree, reward.Input{}, "reward.eyes")
	w.fails(approver, a, reward.Deny, reward.Input{}, "reward.note")
	rules := w.Profile.Rewards.Version
	w.Profile.Rewards.Version = "2027-01-01"
	w.fails(approver, a, reward.Agree, reward.Input{}, "reward.rules")
	w.Profile.Rewards.Version = rules
	a = w.do(approver, a, reward.Agree, reward.Input{})
	if a.State != reward.Verified || a.Fen != 9_000_00 || strings.Contains(strings.Join(a.Why, ""), "从业") {
		t.Errorf("%s, %d 分, %v", a.State, a.Fen, a.Why)
	}
	w.pay(a, second)
	audit, err := w.Audit(t.Context(), "x")
	if err != nil || len(audit.Rows) != 1 || audit.Rows[0].VerifiedBy != officer.Name || len(audit.Parted) != 0 {
		t.Errorf("%+v, %v", audit, err)
	}
}

// TestReleaseKeepsWhatWasApproved, although the county has other rules by now.
func TestReleaseKeepsWhatWasApproved(t *testing.T) {
	w, _, a := raised(t)
	a = w.do(approver, a, reward.Agree, reward.Input{})
	if a.Fen != 9_000_00 || a.Plain().Fen != 7_500_00 {
		t.Errorf("%d, of the case %d", a.Fen, a.Plain().Fen)
	}
	rules := w.Profile.Rewards.Version
	w.Profile.Rewards.PercentOfFine, w.Profile.Rewards.Version = 50, "2027-01-01"
	a = w.do(officer, a, reward.Release, reward.Input{Note: "领款码丢了"})
	if a.Fen != 7_500_00 || a.Rules != rules || a.Uplift || a.Before != nil {
		t.Errorf("%d by %s", a.Fen, a.Rules)
	}
}

// TestAMatterIsRewardedOnce: of two awards for the whole of one case, one can stand at a time, whoever approves how fast; a share stands beside it.
func TestAMatterIsRewardedOnce(t *testing.T) {
	w := newWorld(t)
	var all []reward.Award
	for i := range 4 {
		tip, _ := w.wished(i + 1)
		p := w.proposal(tip, 50_000_00)
		p.Case = "one"
		if i == 3 {
			p.Share = 20
		}
		a, err := w.Propose(t.Context(), unit, p)
		must(t, err)
		all = append(all, a)
	}
	var stands atomic.Int32
	together(3, func(i int) {
		_, err := w.Do(t.Context(), approver, all[i].ID, reward.Approve, reward.Input{Version: all[i].Version})
		if err != nil {
			wants(t, err, "reward.twice")
			return
		}
		stands.Store(int32(i))
	})
	w.do(approver, all[3], reward.Approve, reward.Input{})
	first := int(stands.Load())
	a, err := w.Peek(t.Context(), all[first].ID)
	must(t, err)
	other := all[(first+1)%3]
	w.fails(approver, other, reward.Approve, reward.Input{}, "reward.twice")
	w.do(approver, a, reward.Revoke, reward.Input{Note: "先报的是另一条"})
	w.do(approver, other, reward.Approve, reward.Input{})
	approved, err := w.Count(t.Context(), reward.Which{State: reward.Approved})
	if err != nil || approved != 2 {
		t.Errorf("%d approved, %v", approved, err)
	}
}

// TestNothingIsNoReward: who is to get 0 yuan is told so, and need not come for it.
func TestNothingIsNoReward(t *testing.T) {
	w := newWorld(t, func(r *county.Rewards) { r.NoFineFen = new(int64) })
	tip, _ := w.wished(1)
	a := w.proposed(tip, 0)
	w.fails(approver, a, reward.Approve, reward.Input{}, "reward.nothing")
	w.do(approver, a, reward.Refuse, reward.Input{Note: "没有罚款的不奖"})
}
