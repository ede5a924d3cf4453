package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/notify/reward"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/cases/disposal/disposaltest"
)

// enact puts the county's rules in force, with money for this year.
func (r *rig) enact(change ...func(*county.Rewards)) {
	rules := &r.profile.Rewards
	rules.Draft, rules.BudgetFen = false, map[int]int64{r.now().In(r.profile.Zone).Year(): 100_000_00}
	for _, f := range change {
		f(rules)
	}
}

// wished sends a tip with a wish and gives both codes.
func (r *rig) wished() (code, claim string) {
	r.t.Helper()
	a := r.send("/report", newForm(r.tipFields()...).add("reward", "1").file("photos", "a.jpg", photo(r.t))).is(http.StatusOK)
	a.page().Find("#claim li").Each(func(_ int, s *goquery.Selection) { claim += s.Text() })
	if len(claim) != 16 {
		r.t.Fatalf("no claim code on the receipt, but %q", claim)
	}
	return a.code(), claim
}

// penalty is one in force since today.
func (r *rig) penalty(decision string, fine disposal.Fen) *disposal.Form {
	today := disposal.Day(r.now().In(r.profile.Zone).Format(time.DateOnly))
	return &disposal.Form{Kind: disposal.KindPenalty, On: today, Officers: []disposal.Person{"王五", "赵六"},
		Penalty: &disposal.Penalty{Case: "立案1号", Filed: today, Decision: decision, Decided: today, Fine: fine}}
}

// foundTrue carries the case of a code to "true", with a penalty of so many 分 in force.
func (r *rig) foundTrue(code, lead string, fine disposal.Fen) cases.Case {
	r.t.Helper()
	k, _ := r.opened(code, lead)
	me := cases.Actor{ID: "x", Name: "王五", Role: cases.Handler, Unit: lead}
	for _, step := range []struct {
		act cases.Action
		in  cases.Input
	}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Register, cases.Input{Record: disposaltest.Survey(r.profile.Day(r.now()))}}, {cases.Conclude, cases.Input{Outcome: cases.True, Note: "现场有反应釜和废桶"}},
		{cases.Register, cases.Input{Record: r.penalty("罚决1号", fine)}}} {
		step.in.Version = k.Version
		var err error
		if k, err = r.cases.Do(r.t.Context(), me, k.ID, step.act, step.in); err != nil {
			r.t.Fatalf("%s: %v", step.act, err)
		}
	}
	return k
}

// people are one of each who has a part in a reward.
type people struct{ unit, decider, officer, cashier, auditor string }

func (r *rig) people(lead string) (p people) {
	p.unit, _ = r.signedIn(cases.Handler, lead)
	p.decider, _ = r.signedIn(cases.Handler, "emergency")
	p.officer, _ = r.signedIn(cases.RewardOff, "emergency")
	p.cashier, _ = r.signedIn(cases.Finance, "county_gov")
	p.auditor, _ = r.signedIn(cases.Auditor, county.DutyDesk)
	return p
}

// press posts the form of an action as it stands on a page.
func (r *rig) press(a answer, action string, session string, more ...string) answer {
	r.t.Helper()
	form := a.page().Find(`form[action$="/` + action + `"]`).First()
	path, ok := form.Attr("action")
	if !ok {
		r.t.Fatalf("no button %q: %s", action, a.text())
	}
	f := url.Values{}
	form.Find("input[type=hidden]").Each(func(_ int, s *goquery.Selection) { f.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return r.post(path, f, session)
}

// approved carries a case to where its reward can be claimed.
func (r *rig) approved(k cases.Case, p people) {
	r.t.Helper()
	r.post("/desk/cases/"+k.ID+"/award", url.Values{}, p.unit).is(http.StatusSeeOther)
	r.press(r.get("/desk/awards", p.decider).is(http.StatusOK), "approve", p.decider).is(http.StatusSeeOther)
}

// waiting carries a tip with a wish to where its reward waits for who claims it.
func (r *rig) waiting(change ...func(*county.Rewards)) (p people, code, claim string, k cases.Case) {
	r.t.Helper()
	r.enact(change...)
	lead := county.TownUnit(r.profile.Towns[0].Code)
	p = r.people(lead)
	code, claim = r.wished()
	k = r.foundTrue(code, lead, 50_000_00)
	r.approved(k, p)
	return p, code, claim, k
}

// claimed claims it as a resident does and gives the second code.
func (r *rig) claimed(claim string, more ...string) string {
	r.t.Helper()
	a := r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK)
	f := url.Values{"visit": {a.value("visit")}, "way": {"window"}, "name": {"王小二"}, "id_number": {"11010519491231002X"}, "declared": {"1"}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	second := ""
	r.post("/claim/pay", f).is(http.StatusOK).page().Find("#second li").Each(func(_ int, s *goquery.Selection) { second += s.Text() })
	if len(second) != 16 {
		r.t.Fatalf("no second code, but %q", second)
	}
	return second
}

// TestRewardFromTheTipToTheReceipt walks the whole way through the pages, and looks at every page of everybody for what is not theirs.
func TestRewardFromTheTipToTheReceipt(t *testing.T) {
	r := newRig(t)
	r.enact()
	lead := county.TownUnit(r.profile.Towns[0].Code)
	p := r.people(lead)
	code, claim := r.wished()
	r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK).has("还没到领的时候")
	r.post("/status", url.Values{"code": {code}}).is(http.StatusOK).has("您想领奖")
	k := r.foundTrue(code, lead, 50_000_00)
	r.get("/desk/cases/"+k.ID, p.unit).is(http.StatusOK).has("/desk/cases/" + k.ID + "/award")

	form := r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("50,000 元").has("7,500 元")
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"deaths": {"三"}, "note": {"三家一起罚的"}}, p.unit).is(http.StatusUnprocessableEntity).has("三家一起罚的")
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"level": {"general"}, "deaths": {"3"}}, p.unit).is(http.StatusUnprocessableEntity).has("要在 1 到 2 之间")
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"note": {"三家一起罚的"}}, p.unit).is(http.StatusSeeOther)
	r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("待核定")

	r.get("/desk/awards", p.unit).is(http.StatusOK).has("没有等着核定的") // another unit's are none of theirs
	list := r.get("/desk/awards", p.decider).is(http.StatusOK).has("三家一起罚的").has("7,500 元")
	r.press(list, "return", p.decider).is(http.StatusUnprocessableEntity).has("请写一句为什么")
	r.press(list, "approve", p.decider).is(http.StatusSeeOther)
	r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("已核定")
	r.post("/status", url.Values{"code": {code}}).is(http.StatusOK).has("可以领奖了").has(`href="/claim"`)

	r.get("/desk", p.officer).is(http.StatusSeeOther)
	r.post("/desk/payout/check", url.Values{"code": {claim}}, p.officer).is(http.StatusOK).has("他还没有登记怎么领")
	second := r.claimed(claim)
	r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK).has("已经登记过了")
	r.get("/desk/payout", p.officer).is(http.StatusOK).has("7,500")
	checked := r.post("/desk/payout/check", url.Values{"code": {claim}}, p.officer).is(http.StatusOK).has("码对得上")
	one, _ := checked.page().Find(`form[action$="/verify"]`).Attr("action")
	one = strings.TrimSuffix(one, "/verify")
	r.get(one, p.cashier).is(http.StatusNotFound) // not hers before the code was checked
	r.press(checked, "verify", p.officer).is(http.StatusSeeOther)
	r.press(checked, "verify", p.officer).is(http.StatusConflict).has("刚刚有人办过一步") // pressed twice

	r.get("/desk/payout", p.cashier).is(http.StatusOK).has(one)
	pay := r.get(one, p.cashier).is(http.StatusOK)
	r.press(pay, "pay", p.cashier, "code", "1234").is(http.StatusUnprocessableEntity).has("钱先不要付")
	r.press(pay, "pay", p.cashier, "code", second).is(http.StatusSeeOther)
	r.press(pay, "pay", p.cashier, "code", second).is(http.StatusSeeOther) // pressed twice
	payee := r.get(one+"/payee", p.cashier).is(http.StatusOK)
	if !bytes.HasPrefix(payee.Body.Bytes(), []byte("age-encryption.org/")) {
		t.Error("the sealed payee is no age file")
	}
	receipt := r.get(one+"/receipt", p.cashier).is(http.StatusOK)
	if !bytes.HasPrefix(receipt.Body.Bytes(), []byte("%PDF")) {
		t.Error("the receipt is no PDF")
	}
	r.press(r.get(one, p.officer).is(http.StatusOK), "file", p.officer, "note", "方应急报〔2026〕3号").is(http.StatusSeeOther)
	r.post("/status", url.Values{"code": {code}}).is(http.StatusOK).has("奖金已经付了")
	audit := r.get("/desk/payout/audit", p.auditor).is(http.StatusOK).has("一分不差").has("92,500")

	place := r.profile.Towns[0].Name
	for what, pages := range map[string][]answer{
		"officers":  {checked, r.get("/desk/payout", p.officer), r.get("/desk/payout?q=filed", p.officer), r.get(one, p.officer)},
		"cashiers":  {pay, r.get("/desk/payout?q=filed", p.cashier), r.get(one, p.cashier)},
		"auditors":  {audit},
		"residents": {r.post("/claim", url.Values{"code": {claim}})},
	} {
		for _, a := range pages {
			for _, not := range []string{k.Number, k.ID, place, "三家一起罚的", "王小二", "11010519491231002X", claim, second, "张三家"} {
				if strings.Contains(a.Body.String(), not) {
					t.Errorf("a page of the %s shows %q", what, not)
				}
			}
		}
	}
	for _, a := range []answer{form, list, r.get("/desk/cases/"+k.ID, p.unit), r.get("/desk/cases/"+k.ID+"/award", p.unit), r.get("/desk/awards", p.decider)} {
		for _, not := range []string{"想领奖", "有人要奖的", "待付款", "待核码", "已付款", "已备案", claim, second} {
			if strings.Contains(a.Body.String(), not) {
				t.Errorf("a page of those who handle the case shows %q", not)
			}
		}
	}
	for _, secret := range []string{"王小二", "11010519491231002", claim, second, "三家一起罚的"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// TestWithdrawingKeepsTheRewardInSight: it is said first, before one withdraws, and afterwards; of a reward that cannot be claimed nothing is said.
func TestWithdrawingKeepsTheRewardInSight(t *testing.T) {
	r := newRig(t)
	r.enact()
	lead := county.TownUnit(r.profile.Towns[0].Code)
	p := r.people(lead)
	code, claim := r.wished()
	const form = `form[action^="/status/withdraw"]`
	look := func() answer { return r.post("/status", url.Values{"code": {code}}).is(http.StatusOK) }
	confirm := func() answer { return r.post("/status/withdraw", form2(look().fields(form)...)).is(http.StatusOK) }
	if a := confirm(); strings.Contains(a.text(), "领奖") {
		t.Errorf("there is no reward yet: %s", a.text())
	}
	k := r.foundTrue(code, lead, 50_000_00)
	r.approved(k, p)
	a := confirm()
	text := a.page().Find("main").Text()
	if !strings.Contains(text, "为止都能领") || strings.Index(text, "为止都能领") > strings.Index(text, r.profile.Texts["withdraw.stops"]) {
		t.Errorf("the reward does not stand first: %s", text)
	}
	for range 2 {
		r.post("/status/withdraw", form2(append(a.fields("main form"), "sure", "1")...)).is(http.StatusOK).has(r.profile.Texts["story.withdrawn"]).has("为止都能领")
	}
	gone := look().has(r.profile.Texts["story.withdrawn"]).has("为止都能领")
	if gone.page().Find("main form, .steps, .talk").Length() != 0 || gone.page().Find(`main a[href^="/claim"]`).Length() != 1 {
		t.Errorf("more than the reward is told: %s", gone.text())
	}
	r.claimed(claim)
	if a := look(); strings.Contains(a.text(), "为止都能领") {
		t.Errorf("it is claimed: %s", a.text())
	}
}

// TestHandlersPagesAreTheSameWithAndWithoutAWish compares, letter by letter, what a unit sees of two cases of which one tip wished a reward.
func TestHandlersPagesAreTheSameWithAndWithoutAWish(t *testing.T) {
	var seen [2]string
	for i, wish := range []bool{false, true} {
		r := newRig(t)
		r.enact()
		lead := county.TownUnit(r.profile.Towns[0].Code)
		p := r.people(lead)
		code, claim := "", ""
		if wish {
			code, claim = r.wished()
		} else {
			code = r.accept()
		}
		k := r.foundTrue(code, lead, 50_000_00)
		r.post("/desk/cases/"+k.ID+"/award", url.Values{}, p.unit).is(http.StatusSeeOther)
		list := r.get("/desk/awards", p.decider).is(http.StatusOK)
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

func TestDraftShowsOnlyThat(t *testing.T) {
	r := newRig(t)
	lead := county.TownUnit(r.profile.Towns[0].Code)
	p := r.people(lead)
	code, claim := r.wished()
	k := r.foundTrue(code, lead, 50_000_00)
	said := r.profile.Rewards.PublicText
	r.post("/status", url.Values{"code": {code}}).is(http.StatusOK).has(said)
	if n := r.get("/claim").is(http.StatusOK).has(said).page().Find("input").Length(); n != 0 {
		t.Errorf("%d fields on the page of a draft", n)
	}
	r.post("/claim", url.Values{"code": {claim}}).is(http.StatusSeeOther)
	r.post("/desk/cases/"+k.ID+"/award", url.Values{}, p.unit).is(http.StatusSeeOther)
	list := r.get("/desk/awards", p.decider).is(http.StatusOK).has(said)
	if list.page().Find(`form[action$="/approve"]`).Length() != 0 {
		t.Error("a draft can be approved")
	}
	id, _ := list.page().Find("article").Attr("id")
	r.post("/desk/awards/"+id+"/approve", url.Values{"version": {"1"}}, p.decider).is(http.StatusConflict).has("还没有定下来")
	r.profile.Rewards.Mode = county.RewardsOff
	r.get("/claim").is(http.StatusOK)
	if n := r.get("/report").is(http.StatusOK).page().Find("[name=reward]").Length(); n != 0 {
		t.Error("a wish is asked for although there are no rewards")
	}
}

// TestWrongClaimCodesCostTheGuesser asks for a captcha after three wrong codes, before any further code is looked at; the holder goes on all the same.
func TestWrongClaimCodesCostTheGuesser(t *testing.T) {
	r := newRig(t)
	_, _, claim, _ := r.waiting()
	wrong := intake.CodeFrom(bytes.Repeat([]byte{3}, 32)).Fours()
	for i := range 3 {
		if i > 0 { // who mistyped is let in by the right one
			r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK).has("可以领奖")
		}
		r.post("/claim", url.Values{"code": {strings.Join(wrong[:], "")}}).is(http.StatusNotFound)
	}
	r.post("/claim", url.Values{"code": {claim}}).is(http.StatusUnprocessableEntity).has("captcha_id") // right, and still unread
	other := request("POST", "/claim", strings.NewReader(url.Values{"code": {claim}}.Encode()))
	other.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	other.Header.Set("Sec-Fetch-Site", "same-origin")
	other.RemoteAddr = "198.51.100.9:4000"
	r.do(other).is(http.StatusOK).has("可以领奖")
	for range 30 {
		r.post("/claim", url.Values{"code": {strings.Join(wrong[:], "")}})
	}
	page := r.post("/claim", url.Values{"code": {claim}}).is(http.StatusUnprocessableEntity)
	id := page.value("captcha_id")
	digits, err := r.engines.Queue.Redis().Get(t.Context(), "captcha:"+id).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	answer := ""
	for _, d := range digits {
		answer += strconv.Itoa(int(d))
	}
	r.post("/claim", url.Values{"code": {claim}, "captcha_id": {id}, "captcha": {answer}}).is(http.StatusOK).has("可以领奖")
}

// TestClaimFormComesBack keeps what was typed, and shows nothing of it elsewhere.
func TestClaimFormComesBack(t *testing.T) {
	r := newRig(t)
	p, _, claim, _ := r.waiting()
	visit := r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK).has("3").value("visit")
	a := r.post("/claim/pay", url.Values{"visit": {visit}, "way": {"account"}, "name": {"王小二"}, "id_number": {"1"}, "bank": {"方山农商行"}}).is(http.StatusUnprocessableEntity)
	if a.value("name") != "王小二" || a.value("bank") != "方山农商行" || a.value("visit") != visit {
		t.Error("what was typed is lost")
	}
	for _, field := range []string{"f-id_number", "f-account", "f-declared"} {
		if a.page().Find("#"+field+" .wrong").Length() != 1 || a.page().Find(`.summary a[href="#`+field+`"]`).Length() != 1 {
			t.Errorf("%s is not told", field)
		}
	}
	stale := r.post("/claim/pay", url.Values{"visit": {"forged"}, "name": {"王小二"}}).is(http.StatusUnprocessableEntity).has("放得太久").has("王小二")
	if stale.page().Find(`main a.go[href^="/claim"]`).Length() != 1 || stale.page().Find("main button").Length() != 0 {
		t.Error("a page that is too old offers to be sent again, and not the field for the code")
	}
	for _, typed := range []string{"", "12"} {
		for _, a := range []answer{r.post("/claim", url.Values{"code": {typed}}), r.post("/desk/payout/check", url.Values{"code": {typed}}, p.officer)} {
			if said := a.is(http.StatusUnprocessableEntity).page().Find("main .wrong").Text(); !strings.Contains(said, "16 个数字") || strings.Contains(said, "查询码") {
				t.Errorf("a claim code %q is answered: %s", typed, said)
			}
		}
	}
	r.claimed(claim)
	r.post("/claim/pay", url.Values{"visit": {visit}, "way": {"window"}}).is(http.StatusConflict).has("已经登记过了") // another page was faster
	r.press(r.post("/desk/payout/check", url.Values{"code": {claim}}, p.officer).is(http.StatusOK), "release", p.officer, "note", "领款码丢了").is(http.StatusSeeOther)
	r.advance(61 * 24 * time.Hour)
	r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK).has("过了领奖的日子")
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

// TestRewardPagesLeaveALine finds every look and decision in the custody log.
func TestRewardPagesLeaveALine(t *testing.T) {
	r := newRig(t)
	p, _, claim, _ := r.waiting()
	r.claimed(claim)
	one, _ := r.post("/desk/payout/check", url.Values{"code": {claim}}, p.officer).page().Find(`form[action$="/verify"]`).Attr("action")
	money := strings.Split(one, "/")[3]
	r.get("/desk/payout/"+money, p.officer).is(http.StatusOK)
	id, err := r.rewards.ByMoney(t.Context(), money)
	must(t, err)
	var entries []custody.Entry
	entries, err = r.custody.Read(t.Context(), "award/"+id)
	must(t, err)
	got := ""
	for _, e := range entries {
		got += e.Action + " "
	}
	if got != "propose view approve claim check view " {
		t.Errorf("the log says %q", got)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestRevokedIsToldToEverybody takes back an approved award through the pages; the holder reads why it cannot be claimed, the unit that it was revoked.
func TestRevokedIsToldToEverybody(t *testing.T) {
	r := newRig(t)
	p, code, claim, k := r.waiting()
	before := r.get("/desk/awards", p.decider).is(http.StatusOK)
	second := r.claimed(claim)
	after := r.get("/desk/awards", p.decider).is(http.StatusOK)
	if a, b := before.page().Find("main").Text(), after.page().Find("main").Text(); a != b {
		t.Errorf("who approves sees that somebody claimed:\n%s\n%s", a, b)
	}
	r.press(after, "revoke", p.decider).is(http.StatusUnprocessableEntity).has("请写一句为什么")
	r.press(after, "revoke", p.decider, "note", "复议撤销了处罚").is(http.StatusSeeOther)
	r.post("/status", url.Values{"code": {code}}).is(http.StatusOK).has("又撤销了")
	r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK).has("这笔奖金撤销了")
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
	awards := r.get("/desk/awards", p.decider).is(http.StatusOK).page().Find("article")
	known := strings.Fields(awards.Find("h3").Text())[1]
	checked := r.post("/desk/payout/check", url.Values{"code": {claim}}, p.officer).is(http.StatusOK)
	for _, not := range []string{known, awards.AttrOr("id", "none")} { // by either the case could be found
		if strings.Contains(checked.Body.String(), not) {
			t.Errorf("the officer reads %q, which stands on the approver's page", not)
		}
	}
	one := strings.TrimSuffix(checked.page().Find(`form[action$="/verify"]`).AttrOr("action", ""), "/verify")
	r.press(checked, "verify", p.officer, "insider", "1").is(http.StatusSeeOther)
	r.get(one, p.officer).is(http.StatusOK).has("加的金额待核定")
	list := r.get("/desk/awards", p.decider).is(http.StatusOK).has("加 20%")
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

// TestOtherPayeeOnTheSamePage is told that nothing was changed.
func TestOtherPayeeOnTheSamePage(t *testing.T) {
	r := newRig(t)
	_, _, claim, _ := r.waiting()
	visit := r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK).value("visit")
	f := url.Values{"visit": {visit}, "way": {"window"}, "name": {"王小二"}, "id_number": {"11010519491231002X"}, "declared": {"1"}}
	r.post("/claim/pay", f).is(http.StatusOK).has("登记好了")
	r.post("/claim/pay", f).is(http.StatusOK).has("登记好了")
	f.Set("name", "王小三")
	r.post("/claim/pay", f).is(http.StatusConflict).has("没有改").has("退回")
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
	if n := r.get("/desk/awards", p.decider).is(http.StatusOK).page().Find("article .missing").Length(); n != 50 {
		t.Errorf("%d of 50 say that the fine was changed", n)
	}
}

// TestTheOtherTipOfAMatterIsTold that there is no reward, and not that somebody else got it.
func TestTheOtherTipOfAMatterIsTold(t *testing.T) {
	r := newRig(t)
	r.enact()
	lead := county.TownUnit(r.profile.Towns[0].Code)
	p := r.people(lead)
	code, claim := r.wished()
	later, other := r.wished()
	k := r.foundTrue(code, lead, 50_000_00)
	r.join(k.ID, later)
	look := func(code string) answer { return r.post("/status", url.Values{"code": {code}}).is(http.StatusOK) }
	look(later).has("奖不奖、奖多少")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"tip": {"0"}}, duty).is(http.StatusSeeOther) // neither said where
	r.press(r.get("/desk/awards", p.decider).is(http.StatusOK), "approve", p.decider).is(http.StatusSeeOther)
	look(code).has("可以领奖了")
	if a := look(later).has("没有奖金"); strings.Contains(a.text(), "别人") || strings.Contains(a.text(), "先报") {
		t.Errorf("it tells of another tip: %s", a.text())
	}
	r.post("/claim", url.Values{"code": {other}}).is(http.StatusOK).has("还没到领的时候")
	r.claimed(claim)
}

// TestReportsTellTheCountyASum, once the month is over, and no unit anything.
func TestReportsTellTheCountyASum(t *testing.T) {
	r := newRig(t)
	p, _, claim, k := r.waiting()
	second := r.claimed(claim)
	checked := r.post("/desk/payout/check", url.Values{"code": {claim}}, p.officer).is(http.StatusOK)
	one := strings.TrimSuffix(checked.page().Find(`form[action$="/verify"]`).AttrOr("action", ""), "/verify")
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
