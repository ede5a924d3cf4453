package reward_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
	"qianshao/notify/reward"
)

// two are awards that wait for their payment, with their second codes.
func (w *world) two() (seconds []string, all []reward.Award) {
	w.t.Helper()
	for i := range 2 {
		_, code := w.ready(i + 1)
		second, a := w.verified(code)
		seconds, all = append(seconds, second), append(all, a)
	}
	return seconds, all
}

func TestBudget(t *testing.T) {
	w := newWorld(t, func(r *county.Rewards) { r.BudgetFen = map[int]int64{2026: 10_000_00} })
	seconds, all := w.two()
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
		second, a := w.verified(code)
		w.At(fmt.Sprintf("2026-11-10 11:0%d", i))
		paid = append(paid, w.pay(a, second))
	}
	w.do(officer, paid[1], reward.File, reward.Input{Note: "方应急报〔2026〕3号"})
	if got, err := w.Paid(t.Context()); !slices.Equal(got, []int64{7_500_00, 9_000_00, 10_500_00}) || err != nil {
		t.Errorf("paid %d, %v", got, err)
	}
}

// TestDiedBetweenBudgetAndPayment pays once what was taken out of the budget by a process that died, and gives back what nobody pays.
func TestDiedBetweenBudgetAndPayment(t *testing.T) {
	w := newWorld(t, func(r *county.Rewards) { r.BudgetFen = map[int]int64{2026: 15_000_00} })
	seconds, all := w.two()
	for _, a := range all {
		must(t, w.Take(t.Context(), a, 2026))
	}
	w.pay(all[0], seconds[0])
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
	w.pay(all[1], seconds[1])
	audit, err := w.Audit(t.Context(), "x")
	if err != nil || len(audit.Parted) != 0 {
		t.Errorf("%v, %v", audit.Parted, err)
	}
}

// TestAuditHoldsOneSideOnly: no cell of the book leads to a case, but for the amount itself. It says by which rule each amount came about, and which do not come out
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
