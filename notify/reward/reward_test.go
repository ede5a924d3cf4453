package reward_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
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
	a, err := w.Propose(w.t.Context(), unit, w.proposal(tip, fine))
	must(w.t, err)
	return w.do(approver, a, reward.Approve, reward.Input{})
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

var payee = reward.Payee{Way: reward.Window, Name: "王小二", IDNumber: "11010519491231002x", Declared: true}

// claimed claims it and gives the second code.
func (w *world) claimed(code string, p reward.Payee) (string, reward.Award) {
	w.t.Helper()
	v, err := w.Enter(w.t.Context(), code)
	must(w.t, err)
	second, a, err := w.Claim(w.t.Context(), v.Token, p)
	must(w.t, err)
	f := second.Fours()
	return strings.Join(f[:], ""), a
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
	a, err := w.Propose(t.Context(), unit, w.proposal(tip, 50_000_00))
	must(t, err)
	if a.Fen != 7_500_00 || a.State != reward.Proposed || a.Rules != w.Profile.Rewards.Version {
		t.Errorf("%+v", a)
	}
	_, err = w.Propose(t.Context(), unit, w.proposal(tip, 60_000_00))
	wants(t, err, "reward.exists")
	w.fails(approver, a, reward.Return, reward.Input{}, "reward.note")
	a = w.do(approver, a, reward.Return, reward.Input{Note: "罚款少算了一笔"})
	a, err = w.Propose(t.Context(), unit, w.proposal(tip, 60_000_00))
	must(t, err)
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
	a = w.do(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"})
	again, err := w.Do(t.Context(), cashier, a.ID, reward.Pay, reward.Input{Code: second, Key: "k", Version: 1})
	if err != nil || again.Version != a.Version {
		t.Errorf("pressed twice: %v", err)
	}
	w.fails(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k2"}, "reward.state")
	a = w.do(officer, a, reward.File, reward.Input{Note: "方应急报〔2026〕3号"})
	if a.State != reward.Filed {
		t.Errorf("%s", a.State)
	}
	_, _, err = w.Claim(t.Context(), mustEnter(t, w, code).Token, payee)
	wants(t, err, "reward.claimed")
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

func mustEnter(t *testing.T, w *world, code string) *reward.Visit {
	t.Helper()
	v, err := w.Enter(t.Context(), code)
	must(t, err)
	return v
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
		b, err := w.Propose(t.Context(), unit, w.proposal(other, 1))
		must(t, err)
		change(&w.Profile.Rewards)
		w.fails(approver, b, reward.Approve, reward.Input{}, "reward.draft")
		_, _, err = w.Claim(t.Context(), mustEnter(t, w, code).Token, payee)
		wants(t, err, "reward.draft")
		w.fails(officer, a, reward.Extend, reward.Input{Note: "理由写在这儿"}, "reward.draft")
		w.At("2027-03-01 09:00")
		if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("%s: %d ran out while nobody could claim them, %v", name, n, err)
		}
		w.At("2026-11-10 09:00")
		third, _ := w.wished(3)
		_, err = w.Propose(t.Context(), unit, w.proposal(third, 1))
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
	a, err := w.Propose(t.Context(), unit, w.proposal(tip, 50_000_00))
	must(t, err)
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
	w.do(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"})
}

// TestPaidOnce claims and pays from 32 sides at the same moment.
func TestPaidOnce(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	visits := make([]*reward.Visit, 32)
	for i := range visits {
		visits[i] = mustEnter(t, w, code)
	}
	var mu sync.Mutex
	codes := map[string]int{}
	together(32, func(i int) {
		second, _, err := w.Claim(t.Context(), visits[i].Token, payee)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			wants(t, err, "reward.claimed")
			return
		}
		f := second.Fours()
		codes[strings.Join(f[:], "")]++
	})
	if len(codes) != 1 {
		t.Fatalf("%d pages got a second code", len(codes))
	}
	var second string
	for second = range codes {
	}
	a, ok, err := w.OfTip(t.Context(), tip)
	if err != nil || !ok {
		t.Fatal(err)
	}
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code})
	paid := 0
	together(32, func(i int) {
		by := cashier
		by.ID = fmt.Sprint("f", i%4)
		_, err := w.Do(t.Context(), by, a.ID, reward.Pay, reward.Input{Code: second, Key: fmt.Sprint(i), Version: a.Version})
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			wants(t, err, "reward.state")
			return
		}
		paid++
	})
	b, err := w.Budget(t.Context(), 2026)
	must(t, err)
	if paid != 1 || b.Taken != 7_500_00 || b.Left() != 92_500_00 {
		t.Errorf("paid %d times, %+v", paid, b)
	}
}

func together(n int, f func(i int)) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
}

// TestClaimSentTwice gives one second code to one page, however often it is sent.
func TestClaimSentTwice(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	v := mustEnter(t, w, code)
	first, _, err := w.Claim(t.Context(), v.Token, payee)
	must(t, err)
	again, _, err := w.Claim(t.Context(), v.Token, payee)
	if err != nil || again != first {
		t.Errorf("the same page again: %v", err)
	}
	other := payee
	other.Name = "王小三"
	_, _, err = w.Claim(t.Context(), v.Token, other)
	wants(t, err, "claim.other")
	_, _, err = w.Claim(t.Context(), mustEnter(t, w, code).Token, payee)
	wants(t, err, "reward.claimed")
	_, _, err = w.Claim(t.Context(), "forged", payee)
	wants(t, err, "claim.stale")
	v = mustEnter(t, w, code)
	w.At("2026-11-10 10:00")
	_, _, err = w.Claim(t.Context(), v.Token, payee)
	wants(t, err, "claim.stale")
}

// TestReleased lets who lost the second code claim again; the old one pays nothing, and who was to be paid is forgotten.
func TestReleased(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	old, a := w.claimed(code, payee)
	a = w.do(officer, a, reward.Release, reward.Input{Note: "领款码丢了"})
	if a.State != reward.Approved || a.Payee != nil || a.Form != "" {
		t.Errorf("%+v", a)
	}
	second, a := w.claimed(code, payee)
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code})
	w.fails(cashier, a, reward.Pay, reward.Input{Code: old, Key: "k"}, "reward.second")
	w.do(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"})
}

func TestExpiryByCountyDays(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	w.At("2026-11-10 23:30")
	w.approved(tip, 50_000_00)
	w.At("2027-01-09 23:59") // the 60th day after the 10th of November
	if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if v := mustEnter(t, w, code); v.Award.Over(w.Now()) {
		t.Error("over on the last day")
	}
	w.At("2027-01-10 00:00")
	_, _, err := w.Claim(t.Context(), mustEnter(t, w, code).Token, payee) // before the worker has noted it
	wants(t, err, "reward.expired")
	if n, err := w.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	_, _, err = w.Claim(t.Context(), mustEnter(t, w, code).Token, payee)
	wants(t, err, "reward.expired")
	a, _, err := w.OfTip(t.Context(), tip)
	must(t, err)
	w.fails(officer, a, reward.Extend, reward.Input{}, "reward.note")
	a = w.do(officer, a, reward.Extend, reward.Input{Note: "住院，有证明"})
	if got := w.Profile.LastDay(a.Until).Format(time.DateOnly); got != "2027-02-09" {
		t.Errorf("extended until %s", got)
	}
	w.claimed(code, payee)
}

// TestNotice tells four digits, the town and a month, in batches on the first of a month, and of nobody who wishes nothing.
func TestNotice(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	w.approved("nobody-wishes", 50_000_00)
	w.At("2026-11-30 23:59") // ten days have long passed; the batch comes with the month
	if all, err := w.Notices(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("%v, %v", all, err)
	}
	w.At("2026-12-01 00:00")
	all, err := w.Notices(t.Context())
	must(t, err)
	if len(all) != 1 || all[0].Tail != code[len(code)-4:] || all[0].Town != "141128101" || !all[0].Month.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, w.Profile.Zone)) {
		t.Errorf("%+v", all)
	}
	w.At("2027-01-31 23:59") // it ran out on the 9th: that it goes away must not tell the day
	if n, err := w.Sweep(t.Context()); n != 2 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if all, err := w.Notices(t.Context()); len(all) != 1 || err != nil {
		t.Errorf("gone on a day that tells: %v, %v", all, err)
	}
	w.At("2027-02-01 00:00")
	if all, err := w.Notices(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("%v, %v", all, err)
	}
	w.At("2027-01-08 00:00")
	a, _, err := w.OfTip(t.Context(), tip)
	must(t, err)
	w.do(officer, a, reward.Extend, reward.Input{Note: "住院，有证明"})
	w.claimed(code, payee)
	if all, err := w.Notices(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("claimed, and still made public: %v, %v", all, err)
	}
}

func TestModes(t *testing.T) {
	w := newWorld(t, func(r *county.Rewards) { r.Mode = county.CodeOnly })
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	v := mustEnter(t, w, code)
	_, _, err := w.Claim(t.Context(), v.Token, reward.Payee{Way: reward.Account, Declared: true})
	wants(t, err, "claim.way")
	_, a := w.claimed(code, reward.Payee{Way: reward.Place, Meet: "初八上午，镇上集市东口", Declared: true})
	if len(a.Payee) != 0 {
		t.Error("a payee is stored although no name is asked for")
	}
	if words, err := w.MeetWords(&a); err != nil || words != "初八上午，镇上集市东口" {
		t.Errorf("%q, %v", words, err)
	}

	w = newWorld(t)
	tip, code = w.wished(1)
	w.approved(tip, 50_000_00)
	v = mustEnter(t, w, code)
	for field, p := range map[string]reward.Payee{
		"claim.way":       {Name: payee.Name, IDNumber: payee.IDNumber, Declared: true},
		"claim.name":      {Way: reward.Window, IDNumber: payee.IDNumber, Declared: true},
		"claim.id_number": {Way: reward.Window, Name: payee.Name, IDNumber: "110105194912310021", Declared: true},
		"claim.account":   {Way: reward.Account, Name: payee.Name, IDNumber: payee.IDNumber, Bank: "方山农商行", Account: "62x", Declared: true},
		"claim.bank":      {Way: reward.Account, Name: payee.Name, IDNumber: payee.IDNumber, Account: "6222020000000000", Declared: true},
		"claim.meet":      {Way: reward.Place, Name: payee.Name, IDNumber: payee.IDNumber, Declared: true},
		"claim.declared":  {Way: reward.Window, Name: payee.Name, IDNumber: payee.IDNumber},
	} {
		_, _, err := w.Claim(t.Context(), v.Token, p)
		wants(t, err, field)
		if n := len(fault.All(err)); n != 1 {
			t.Errorf("%s: %d faults", field, n)
		}
	}
	p := payee
	p.Way, p.Bank, p.Account = reward.Account, "方山农商行大武支行", "6222 0200 ００００ 0000"
	_, a = w.claimed(code, p)
	a = w.do(officer, a, reward.Verify, reward.Input{}) // nobody comes: no code is shown
	w.fails(cashier, a, reward.Pay, reward.Input{Key: "k"}, "reward.voucher")
	w.do(cashier, a, reward.Pay, reward.Input{Key: "k", Note: "凭证 8号"})
	_, sealed, err := w.Payee(t.Context(), cashier, a.ID)
	must(t, err)
	_, words, err := intake.OpenContact(w.Identity, sealed)
	if err != nil || !strings.Contains(words, "6222020000000000") || !strings.Contains(words, "11010519491231002X") {
		t.Errorf("%q, %v", words, err)
	}
}

// TestPayeeIsForFinance shows who is paid to nobody else, and not before the code was checked; nothing of it lies in the store in the clear.
func TestPayeeIsForFinance(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	_, a := w.claimed(code, payee)
	_, _, err := w.Payee(t.Context(), cashier, a.ID)
	wants(t, err, "reward.state")
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code})
	_, _, err = w.Payee(t.Context(), officer, a.ID)
	wants(t, err, "reward.state")
	_, sealed, err := w.Payee(t.Context(), cashier, a.ID)
	must(t, err)
	of, words, err := intake.OpenContact(w.Identity, sealed)
	if err != nil || string(of) != "award/"+w.Slip(a.ID) || !strings.Contains(words, "王小二") {
		t.Errorf("%s %q %v", of, words, err)
	}
	if got := fmt.Sprintf("%v %+v %#v", payee, payee, payee); strings.Contains(got, "王小二") {
		t.Errorf("a payee prints itself: %s", got)
	}
	files, err := filepath.Glob(filepath.Join(w.Dir, "docs.db*"))
	must(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		for _, secret := range []string{"王小二", "11010519491231002X", string(tip), "case-of-", strings.ReplaceAll(code, " ", "")} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s stands in %s", secret, filepath.Base(f))
			}
		}
	}
	if len(files) == 0 {
		t.Error("no file was looked at")
	}
}

func TestBudget(t *testing.T) {
	w := newWorld(t, func(r *county.Rewards) { r.BudgetFen = map[int]int64{2026: 10_000_00} })
	var seconds []string
	var all []reward.Award
	for i := range 2 {
		tip, code := w.wished(i + 1)
		w.approved(tip, 50_000_00) // 7,500 each
		second, a := w.claimed(code, payee)
		seconds, all = append(seconds, second), append(all, w.do(officer, a, reward.Verify, reward.Input{Code: code}))
	}
	b, err := w.Budget(t.Context(), 2026)
	must(t, err)
	if b.Promised != 15_000_00 || b.Taken != 0 {
		t.Errorf("%+v", b)
	}
	paid := make([]error, 2)
	together(2, func(i int) {
		_, paid[i] = w.Do(context.Background(), cashier, all[i].ID, reward.Pay, reward.Input{Code: seconds[i], Key: "k", Version: all[i].Version})
	})
	if (paid[0] == nil) == (paid[1] == nil) {
		t.Fatalf("of two that cannot both be paid: %v, %v", paid[0], paid[1])
	}
	wants(t, errors.Join(paid[0], paid[1]), "reward.budget")
	w.At("2027-01-02 09:00")
	left := 0
	if paid[0] == nil {
		left = 1
	}
	w.fails(cashier, all[left], reward.Pay, reward.Input{Code: seconds[left], Key: "k"}, "reward.no_budget")
	audit, err := w.Audit(t.Context(), "auditor")
	must(t, err)
	if len(audit.Parted) != 0 || len(audit.Rows) != 2 {
		t.Errorf("%+v", audit)
	}
}

// TestPaidInTheOrderOfPayment: what is published is the sum of the first of them, so that a later step of an award moves none.
func TestPaidInTheOrderOfPayment(t *testing.T) {
	w := newWorld(t, func(r *county.Rewards) { r.BudgetFen = map[int]int64{2026: 100_000_00} })
	var paid []reward.Award
	for i, fine := range []int64{50_000_00, 60_000_00, 70_000_00} {
		tip, code := w.wished(i + 1)
		w.approved(tip, fine)
		second, a := w.claimed(code, payee)
		a = w.do(officer, a, reward.Verify, reward.Input{Code: code})
		w.At(fmt.Sprintf("2026-11-10 11:0%d", i))
		paid = append(paid, w.do(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"}))
	}
	w.do(officer, paid[1], reward.File, reward.Input{Note: "方应急报〔2026〕3号"})
	if got, err := w.Paid(t.Context()); !slices.Equal(got, []int64{7_500_00, 9_000_00, 10_500_00}) || err != nil {
		t.Errorf("paid %d, %v", got, err)
	}
}

// TestDiedBetweenBudgetAndPayment pays once what was taken out of the budget by a process that died, and gives back what nobody pays.
func TestDiedBetweenBudgetAndPayment(t *testing.T) {
	w := newWorld(t, func(r *county.Rewards) { r.BudgetFen = map[int]int64{2026: 15_000_00} })
	var seconds []string
	var all []reward.Award
	for i := range 2 {
		tip, code := w.wished(i + 1)
		w.approved(tip, 50_000_00)
		second, a := w.claimed(code, payee)
		seconds, all = append(seconds, second), append(all, w.do(officer, a, reward.Verify, reward.Input{Code: code}))
		must(t, w.Take(t.Context(), all[i], 2026))
	}
	w.do(cashier, all[0], reward.Pay, reward.Input{Code: seconds[0], Key: "k"})
	if paid, err := w.Paid(t.Context()); !slices.Equal(paid, []int64{7_500_00}) || err != nil {
		t.Errorf("paid %d, %v", paid, err)
	}
	if n, fen, err := w.PaidIn(t.Context(), w.Now().AddDate(0, 0, 1), w.Now().AddDate(0, 1, 0)); n != 0 || fen != 0 || err != nil {
		t.Errorf("later: paid %d, %d, %v", n, fen, err)
	}
	if b, err := w.Budget(t.Context(), 2026); err != nil || b.Taken != 15_000_00 {
		t.Errorf("%+v, %v", b, err)
	}
	w.At("2026-11-10 11:00")
	if audit, err := w.Audit(t.Context(), "x"); err != nil || len(audit.Parted) != 1 || audit.Parted[0] != w.Slip(all[1].ID) {
		t.Errorf("a payment that never came is not told: %v, %v", audit.Parted, err)
	}
	if n, err := w.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("gave back %d, %v", n, err)
	}
	if b, err := w.Budget(t.Context(), 2026); err != nil || b.Taken != 7_500_00 {
		t.Errorf("%+v, %v", b, err)
	}
	w.do(cashier, all[1], reward.Pay, reward.Input{Code: seconds[1], Key: "k"})
	audit, err := w.Audit(t.Context(), "x")
	if err != nil || len(audit.Parted) != 0 {
		t.Errorf("%v, %v", audit.Parted, err)
	}
}

// TestAuditHoldsOneSideOnly: no cell of the book leads to a case, but for the amount itself. It says by which rule each amount came about, and which do not come out
// when they are computed again.
func TestAuditHoldsOneSideOnly(t *testing.T) {
	w := newWorld(t)
	for i, fine := range []int64{50_123_00, 1_000_00, 9_000_000_00} {
		tip, _ := w.wished(i + 1)
		p := w.proposal(tip, fine)
		p.Closed = p.Closed.AddDate(0, 0, -3)
		a, err := w.Propose(t.Context(), unit, p)
		must(t, err)
		w.do(approver, a, reward.Approve, reward.Input{})
	}
	audit, err := w.Audit(t.Context(), "x")
	must(t, err)
	file, err := audit.Excel(w.Profile.Zone, reward.Names{State: func(s reward.State) string { return string(s) }, Way: func(y reward.Way) string { return string(y) }})
	must(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(file))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	var cells []string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		must(t, err)
		for _, r := range rows {
			cells = append(cells, r...)
		}
	}
	book := strings.Join(cells, "\n")
	for _, not := range []string{"50,123", "50123", "1,000", "9,000,000", "2026-11-07", "2026-11-10"} {
		if strings.Contains(book, not) {
			t.Errorf("the book holds %q", not)
		}
	}
	for _, want := range []string{"罚款的 15%", "最少 3,000 元", "最多 300,000 元", "一致", "2026-11"} {
		if !strings.Contains(book, want) {
			t.Errorf("the book does not say %q", want)
		}
	}
	for _, r := range audit.Rows {
		if r.Approved.Day() != 1 {
			t.Errorf("the day of the approval: %s", r.Approved)
		}
	}
	w.Profile.Rewards.PercentOfFine = 50 // and the version stays what it was
	if audit, err = w.Audit(t.Context(), "x"); err != nil || len(audit.Parted) != 1 {
		t.Errorf("another rule under the same version: %v, %v", audit.Parted, err)
	}
	w.Profile.Rewards.Version = "2027-01-01"
	if audit, err = w.Audit(t.Context(), "x"); err != nil || len(audit.Parted) != 0 || audit.Rows[0].Recount != reward.Older {
		t.Errorf("by the rules of before: %+v, %v", audit, err)
	}
}

// TestRevoked takes back what was approved as long as it is not paid; the holder is told, and it can be proposed anew.
func TestRevoked(t *testing.T) {
	w := newWorld(t)
	tip, code := w.wished(1)
	a := w.approved(tip, 50_000_00)
	w.fails(approver, a, reward.Revoke, reward.Input{}, "reward.note")
	w.fails(officer, a, reward.Revoke, reward.Input{Note: "处罚撤销了"}, "reward.state")
	_, a = w.claimed(code, payee)
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code})
	w.Profile.Rewards.Mode = county.RewardsOff // also while there are no rewards
	a = w.do(approver, a, reward.Revoke, reward.Input{Note: "处罚撤销了"})
	w.Profile.Rewards.Mode = county.RealnameAtClaim
	if a.State != reward.Revoked || a.Payee != nil || a.Payer != nil || a.Claim != "" {
		t.Errorf("%+v", a)
	}
	_, _, err := w.Claim(t.Context(), mustEnter(t, w, code).Token, payee)
	wants(t, err, "reward.revoked")
	w.fails(cashier, a, reward.Pay, reward.Input{Key: "k"}, "reward.state")
	a, err = w.Propose(t.Context(), unit, w.proposal(tip, 60_000_00))
	must(t, err)
	if a.Decided() {
		t.Error("proposed anew, it counts as approved")
	}
	a = w.do(approver, a, reward.Approve, reward.Input{})
	second, a := w.claimed(code, payee)
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code})
	a = w.do(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"})
	w.fails(approver, a, reward.Revoke, reward.Input{Note: "处罚撤销了"}, "reward.state")
}

// TestUpliftNeedsTheApprover raises no amount on one person's word, and says in no words who it is for.
func TestUpliftNeedsTheApprover(t *testing.T) {
	twenty := 20
	w := newWorld(t, func(r *county.Rewards) { r.UpliftPercent = &twenty })
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	second, a := w.claimed(code, payee)
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code, Insider: true})
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
	w.do(cashier, a, reward.Pay, reward.Input{Code: second, Key: "k"})
	audit, err := w.Audit(t.Context(), "x")
	if err != nil || len(audit.Rows) != 1 || audit.Rows[0].VerifiedBy != officer.Name || len(audit.Parted) != 0 {
		t.Errorf("%+v, %v", audit, err)
	}
}

// TestReleaseKeepsWhatWasApproved, although the county has other rules by now.
func TestReleaseKeepsWhatWasApproved(t *testing.T) {
	twenty := 20
	w := newWorld(t, func(r *county.Rewards) { r.UpliftPercent = &twenty })
	tip, code := w.wished(1)
	w.approved(tip, 50_000_00)
	_, a := w.claimed(code, payee)
	a = w.do(officer, a, reward.Verify, reward.Input{Code: code, Insider: true})
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
	a, err := w.Propose(t.Context(), unit, w.proposal(tip, 0))
	must(t, err)
	w.fails(approver, a, reward.Approve, reward.Input{}, "reward.nothing")
	w.do(approver, a, reward.Refuse, reward.Input{Note: "没有罚款的不奖"})
}

// TestExtendNeverShortens counts from the last day, as long as that is still to come.
func TestExtendNeverShortens(t *testing.T) {
	w := newWorld(t)
	tip, _ := w.wished(1)
	a := w.approved(tip, 50_000_00) // 60 days
	b := w.do(officer, a, reward.Extend, reward.Input{Note: "住院，有证明"})
	if got := b.Until.Sub(a.Until); got != 30*24*time.Hour {
		t.Errorf("extended by %s", got)
	}
}
