package reward_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/reward"
)

// TestPaidOnce claims and pays from 32 sides at the same moment.
func TestPaidOnce(t *testing.T) {
	w := newWorld(t)
	tip, code := w.ready(1)
	visits := make([]*reward.Visit, 32)
	for i := range visits {
		visits[i] = w.enter(code)
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
	_, code := w.ready(1)
	v := w.enter(code)
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
	w.cannotClaim(code, "reward.claimed")
	_, _, err = w.Claim(t.Context(), "forged", payee)
	wants(t, err, "claim.stale")
	v = w.enter(code)
	w.At("2026-11-10 10:00")
	_, _, err = w.Claim(t.Context(), v.Token, payee)
	wants(t, err, "claim.stale")
}

// TestReleased lets who lost the second code claim again; the old one pays nothing, and who was to be paid is forgotten.
func TestReleased(t *testing.T) {
	w := newWorld(t)
	_, code := w.ready(1)
	old, a := w.claimed(code, payee)
	a = w.do(officer, a, reward.Release, reward.Input{Note: "领款码丢了"})
	if a.State != reward.Approved || a.Payee != nil || a.Form != "" {
		t.Errorf("%+v", a)
	}
	second, a := w.verified(code)
	w.fails(cashier, a, reward.Pay, reward.Input{Code: old, Key: "k"}, "reward.second")
	w.pay(a, second)
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
	if v := w.enter(code); v.Award.Over(w.Now()) {
		t.Error("over on the last day")
	}
	w.At("2027-01-10 00:00")
	w.cannotClaim(code, "reward.expired") // before the worker has noted it
	if n, err := w.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	w.cannotClaim(code, "reward.expired")
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
	tip, code := w.ready(1)
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
	_, code := w.ready(1)
	v := w.enter(code)
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
	_, code = w.ready(1)
	v = w.enter(code)
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
	tip, code := w.ready(1)
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
