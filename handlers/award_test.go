package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/notify/reward"
	"qianshao/triage/cases"
)

// TestHandlersPagesAreTheSameWithAndWithoutAWish compares, letter by letter, what a unit sees of two cases of which one tip wished a reward.
func TestHandlersPagesAreTheSameWithAndWithoutAWish(t *testing.T) {
	var seen [2]string
	for i, wish := range []bool{false, true} {
		r := newRig(t)
		r.enact()
		p := r.people()
		code, claim := "", ""
		if wish {
			code, claim = r.wished()
		} else {
			code = r.accept()
		}
		k := r.foundTrue(code, p.lead)
		r.propose(k, p)
		list := r.awards(p)
		number := list.page().Find("article h2").Text()
		all := list.page().Find("main").Text()
		r.press(list, "approve", p.decider).is(http.StatusSeeOther)
		if wish {
			r.claimed(claim)
		}
		all += r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).page().Find("main").Text()
		all += r.get("/desk/cases/"+k.ID, p.unit).is(http.StatusOK).page().Find("main").Text()
		seen[i] = strings.ReplaceAll(all, number, "")
	}
	if seen[0] != seen[1] {
		t.Errorf("with a wish:\n%s\nwithout:\n%s", seen[1], seen[0])
	}
}

// TestAuditBookReconciles adds the rows of the file up and holds them against the sums, the budget and the store, to the 分.
func TestAuditBookReconciles(t *testing.T) {
	r := newRig(t)
	r.enact()
	ctx := t.Context()
	year := r.now().In(r.profile.Zone).Year()
	var paid, all int64
	for i := range 7 {
		tip := tipID(i + 1)
		code := intake.CodeFrom(bytes.Repeat([]byte{byte(i + 1), 5}, 16))
		lookup, _, err := r.vault.Slow(ctx, "claim code", []byte(code))
		must(t, err)
		must(t, r.rewards.Register(ctx, lookup, code.Tail(), tip))
		a, err := r.rewards.Propose(ctx, reward.Actor{ID: "u", Party: reward.Unit}, reward.Proposal{Tip: tip, Case: string(tip), Closed: r.now(), Deciders: "emergency", Share: 100,
			Basis: reward.Basis{Decisions: 1, Fine: 50_000_00 + int64(i)*33}})
		must(t, err)
		a, err = r.rewards.Do(ctx, reward.Actor{ID: "a", Name: `=HYPERLINK("http://x")`, Party: reward.Approver, Unit: "emergency"}, a.ID, reward.Approve, reward.Input{Version: a.Version})
		must(t, err)
		all += a.Fen
		if i%2 == 0 {
			continue
		}
		fours := code.Fours()
		v, err := r.rewards.Enter(ctx, strings.Join(fours[:], ""))
		must(t, err)
		second, a, err := r.rewards.Claim(ctx, v.Token, reward.Payee{Way: reward.Window, Name: "王小二", IDNumber: "11010519491231002X", Declared: true})
		must(t, err)
		a, err = r.rewards.Do(ctx, reward.Actor{ID: "o", Party: reward.Officer}, a.ID, reward.Verify, reward.Input{Version: a.Version, Code: strings.Join(fours[:], "")})
		must(t, err)
		sf := second.Fours()
		a, err = r.rewards.Do(ctx, reward.Actor{ID: "f", Party: reward.Finance}, a.ID, reward.Pay, reward.Input{Version: a.Version, Code: strings.Join(sf[:], ""), Key: "k", Note: "+1"})
		must(t, err)
		paid += a.Fen
	}
	session, _ := r.signedIn(cases.Auditor, county.DutyDesk)
	file := r.get("/desk/payout/audit.xlsx", session).is(http.StatusOK)
	f, err := excelize.OpenReader(bytes.NewReader(file.Body.Bytes()))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	rows, err := f.GetRows("奖励台账", excelize.Options{RawCellValue: true})
	must(t, err)
	var inBook, paidInBook int64
	for i, row := range rows[1:] {
		fen := fenOf(t, row[1])
		inBook += fen
		if row[12] == strconv.Itoa(year) {
			paidInBook += fen
		}
		if formula, err := f.GetCellFormula("奖励台账", fmt.Sprintf("H%d", i+2)); err != nil || formula != "" || row[7] != `=HYPERLINK("http://x")` {
			t.Errorf("what somebody typed is a formula: %q, %q, %v", formula, row[7], err)
		}
	}
	sums, err := f.GetRows("合计", excelize.Options{RawCellValue: true})
	must(t, err)
	var inSums int64
	for _, row := range sums[1:] {
		if row[0] == "预算年份" {
			break
		}
		inSums += fenOf(t, row[2])
	}
	last := sums[len(sums)-1]
	b, err := r.rewards.Budget(ctx, year)
	must(t, err)
	if len(rows) != 8 || inBook != all || inSums != all || paidInBook != paid || fenOf(t, last[1]) != paid || b.Taken != paid {
		t.Errorf("%d rows: book %d, sums %d, want %d; paid: book %d, line %s, budget %d, want %d", len(rows), inBook, inSums, all, paidInBook, last[1], b.Taken, paid)
	}
	audit, err := r.rewards.Audit(ctx, "x")
	must(t, err)
	if len(audit.Parted) != 0 {
		t.Errorf("parted: %v", audit.Parted)
	}
}

// fenOf reads 元 with at most two decimals.
func fenOf(t *testing.T, cell string) int64 {
	t.Helper()
	whole, part, _ := strings.Cut(cell, ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || len(part) > 2 {
		t.Fatalf("%q is no money", cell)
	}
	return n
}

// TestRevokedIsToldToEverybody takes back an approved award through the pages; the holder reads why it cannot be claimed, the unit that it was revoked.
func TestRevokedIsToldToEverybody(t *testing.T) {
	r := newRig(t)
	p, code, claim, k := r.waiting()
	before := r.awards(p)
	second := r.claimed(claim)
	after := r.awards(p)
	if a, b := before.page().Find("main").Text(), after.page().Find("main").Text(); a != b {
		t.Errorf("who approves sees that somebody claimed:\n%s\n%s", a, b)
	}
	r.press(after, "revoke", p.decider).is(http.StatusUnprocessableEntity).has("请写一句为什么")
	r.press(after, "revoke", p.decider, "note", "复议撤销了处罚").is(http.StatusSeeOther)
	r.progress(code).has("又撤销了")
	r.toClaim(claim).has("这笔奖金撤销了")
	r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("已撤销").has("复议撤销了处罚")
	if strings.Contains(r.get("/desk/payout?q=revoked", p.officer).is(http.StatusOK).has("7,500").Body.String(), second) {
		t.Error("the second code is shown")
	}
}

// TestHigherAmountIsForTheApprover goes back to who approves, without the case, and neither finance nor the officer read what for.
func TestHigherAmountIsForTheApprover(t *testing.T) {
	r := newRig(t)
	twenty := 20
	p, _, claim, k := r.waiting(func(rules *county.Rewards) { rules.UpliftPercent = &twenty })
	r.claimed(claim)
	awards := r.awards(p).page().Find("article")
	known := strings.Fields(awards.Find("h3").Text())[1]
	checked := r.checked(claim, p)
	for _, not := range []string{known, awards.AttrOr("id", "none")} { // by either the case could be found
		if strings.Contains(checked.Body.String(), not) {
			t.Errorf("the officer reads %q, which stands on the approver's page", not)
		}
	}
	one := payment(checked)
	r.press(checked, "verify", p.officer, "insider", "1").is(http.StatusSeeOther)
	r.get(one, p.officer).is(http.StatusOK).has("加的金额待核定")
	list := r.awards(p).has("加 20%")
	if strings.Contains(list.text(), "9,000") {
		t.Error("the amount leads to the case in the list below")
	}
	r.press(list, "agree", p.decider).is(http.StatusSeeOther)
	r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("7,500 元")
	for _, a := range []answer{r.get(one, p.cashier).is(http.StatusOK).has("9,000 元"), r.get(one, p.officer).is(http.StatusOK)} {
		for _, not := range []string{"从业", "上浮", "核增", "罚款", "50,000", "结案"} {
			if strings.Contains(a.page().Find("main").Text(), not) {
				t.Errorf("a page of the money shows %q", not)
			}
		}
	}
}

// TestApprovedAwardsHavePages finds each of more than a page once, and the one of whose case the fine was changed with a word about it.
func TestApprovedAwardsHavePages(t *testing.T) {
	r := newRig(t)
	p, _, _, k := r.waiting()
	ctx := t.Context()
	first, found, err := r.rewards.OfTip(ctx, intake.TipID(k.Tips[0].Tip))
	must(t, err)
	for i := range 51 {
		a, err := r.rewards.Propose(ctx, reward.Actor{ID: "u", Party: reward.Unit, Unit: k.Lead}, reward.Proposal{Tip: tipID(i + 1), Case: k.ID, Closed: first.Closed, Deciders: "emergency",
			Share: 50, Basis: first.Basis})
		must(t, err)
		_, err = r.rewards.Do(ctx, reward.Actor{ID: "a", Party: reward.Approver, Unit: "emergency"}, a.ID, reward.Approve, reward.Input{Version: a.Version})
		must(t, err)
	}
	seen := map[string]int{}
	path, pages := "/desk/awards", 0
	for ; path != "" && pages < 5; pages++ {
		a := r.get(path, p.decider).is(http.StatusOK)
		if strings.Contains(a.text(), "处罚或者结案日改了") {
			t.Error("nothing was changed")
		}
		a.page().Find("article h3").Each(func(_ int, s *goquery.Selection) { seen[s.Text()]++ })
		path, _, _ = strings.Cut(a.page().Find(`.more a[href*="approved="]`).AttrOr("href", ""), "#")
	}
	if !found || pages != 2 || len(seen) != 52 {
		t.Errorf("%d awards on %d pages", len(seen), pages)
	}
	for number, n := range seen {
		if n != 1 {
			t.Errorf("%s stands there %d times", number, n)
		}
	}
	r.get("/desk/awards?approved=cut", p.decider).is(http.StatusSeeOther)
	_, err = r.cases.Do(ctx, cases.Actor{ID: "x", Name: "王五", Role: cases.Handler, Unit: k.Lead}, k.ID, cases.Register, cases.Input{Version: k.Version, Record: r.penalty("罚决2号", 10_000_00)})
	must(t, err)
	if n := r.awards(p).page().Find("article .missing").Length(); n != 50 {
		t.Errorf("%d of 50 say that the fine was changed", n)
	}
}

// TestReportsTellTheCountyASum, once the month is over, and no unit anything.
func TestReportsTellTheCountyASum(t *testing.T) {
	r := newRig(t)
	p, _, claim, k := r.waiting()
	second := r.claimed(claim)
	checked := r.checked(claim, p)
	one := payment(checked)
	r.press(checked, "verify", p.officer).is(http.StatusSeeOther)
	r.press(r.get(one, p.cashier).is(http.StatusOK), "pay", p.cashier, "code", second).is(http.StatusSeeOther)
	path := "/desk/reports?period=" + r.now().In(r.profile.Zone).Format("2006-01")
	tells := func(role cases.Role, unit string) bool {
		session, _ := r.signedIn(role, unit)
		return strings.Contains(r.get(path, session).is(http.StatusOK).page().Find("table.report").Text(), "7500")
	}
	if tells(cases.Duty, county.DutyDesk) {
		t.Error("a month that goes on tells the day")
	}
	r.advance(32 * 24 * time.Hour)
	if !tells(cases.Duty, county.DutyDesk) {
		t.Error("the county's report does not tell the sum")
	}
	for _, unit := range []string{k.Lead, "emergency"} {
		if tells(cases.Handler, unit) {
			t.Errorf("the report of %s tells it", unit)
		}
	}
}
