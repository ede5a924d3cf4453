package handlers

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/county"
	"qianshao/intake/custody"
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

// foundTrue carries the case of a code to "true", with a penalty of 50,000 yuan in force.
func (r *rig) foundTrue(code, lead string) cases.Case {
	r.t.Helper()
	k, _ := r.opened(code, lead)
	me := cases.Actor{ID: "x", Name: "王五", Role: cases.Handler, Unit: lead}
	for _, step := range []struct {
		act cases.Action
		in  cases.Input
	}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Register, cases.Input{Record: disposaltest.Survey(r.profile.Day(r.now()))}}, {cases.Conclude, cases.Input{Outcome: cases.True, Note: "现场有反应釜和废桶"}},
		{cases.Register, cases.Input{Record: r.penalty("罚决1号", 50_000_00)}}} {
		step.in.Version = k.Version
		var err error
		if k, err = r.cases.Do(r.t.Context(), me, k.ID, step.act, step.in); err != nil {
			r.t.Fatalf("%s: %v", step.act, err)
		}
	}
	return k
}

// people are one of each who has a part in a reward for a case of the first town, which is their lead.
type people struct{ lead, unit, decider, officer, cashier, auditor string }

func (r *rig) people() (p people) {
	p.lead = county.TownUnit(r.profile.Towns[0].Code)
	p.unit, _ = r.signedIn(cases.Handler, p.lead)
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

// propose asks for the reward of a case, approve grants the one that waits, and then it can be claimed.
func (r *rig) propose(k cases.Case, p people) {
	r.t.Helper()
	r.post("/desk/cases/"+k.ID+"/award", url.Values{}, p.unit).is(http.StatusSeeOther)
}

func (r *rig) approve(p people) {
	r.t.Helper()
	r.press(r.awards(p), "approve", p.decider).is(http.StatusSeeOther)
}

// awards is the page of who approves.
func (r *rig) awards(p people) answer {
	r.t.Helper()
	return r.get("/desk/awards", p.decider).is(http.StatusOK)
}

// toClaim is the page to which a claim code leads, progress the one of a query code.
func (r *rig) toClaim(claim string) answer {
	r.t.Helper()
	return r.post("/claim", url.Values{"code": {claim}}).is(http.StatusOK)
}

func (r *rig) progress(code string) answer {
	r.t.Helper()
	return r.post("/status", url.Values{"code": {code}}).is(http.StatusOK)
}

// checked is the page on which the officer sees whom a claim code leads to.
func (r *rig) checked(claim string, p people) answer {
	r.t.Helper()
	return r.post("/desk/payout/check", url.Values{"code": {claim}}, p.officer).is(http.StatusOK)
}

// payment is the address of the payment that a page of checked leads to.
func payment(checked answer) string {
	return strings.TrimSuffix(checked.page().Find(`form[action$="/verify"]`).AttrOr("action", ""), "/verify")
}

// waiting carries a tip with a wish to where its reward waits for who claims it.
func (r *rig) waiting(change ...func(*county.Rewards)) (p people, code, claim string, k cases.Case) {
	r.t.Helper()
	r.enact(change...)
	p = r.people()
	code, claim = r.wished()
	k = r.foundTrue(code, p.lead)
	r.propose(k, p)
	r.approve(p)
	return p, code, claim, k
}

// claimed claims it as a resident does and gives the second code.
func (r *rig) claimed(claim string, more ...string) string {
	r.t.Helper()
	a := r.toClaim(claim)
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
	p := r.people()
	code, claim := r.wished()
	r.toClaim(claim).has("还没到领的时候")
	r.progress(code).has("您想领奖")
	k := r.foundTrue(code, p.lead)
	r.get("/desk/cases/"+k.ID, p.unit).is(http.StatusOK).has("/desk/cases/" + k.ID + "/award")

	form := r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("50,000 元").has("7,500 元")
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"deaths": {"三"}, "note": {"三家一起罚的"}}, p.unit).is(http.StatusUnprocessableEntity).has("三家一起罚的")
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"level": {"general"}, "deaths": {"3"}}, p.unit).is(http.StatusUnprocessableEntity).has("要在 1 到 2 之间")
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"note": {"三家一起罚的"}}, p.unit).is(http.StatusSeeOther)
	r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("待核定")

	r.get("/desk/awards", p.unit).is(http.StatusOK).has("没有等着核定的") // another unit's are none of theirs
	list := r.awards(p).has("三家一起罚的").has("7,500 元")
	r.press(list, "return", p.decider).is(http.StatusUnprocessableEntity).has("请写一句为什么")
	r.press(list, "approve", p.decider).is(http.StatusSeeOther)
	r.get("/desk/cases/"+k.ID+"/award", p.unit).is(http.StatusOK).has("已核定")
	r.progress(code).has("可以领奖了").has(`href="/claim"`)

	r.get("/desk", p.officer).is(http.StatusSeeOther)
	r.checked(claim, p).has("他还没有登记怎么领")
	second := r.claimed(claim)
	r.toClaim(claim).has("已经登记过了")
	r.get("/desk/payout", p.officer).is(http.StatusOK).has("7,500")
	checked := r.checked(claim, p).has("码对得上")
	one := payment(checked)
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
	r.progress(code).has("奖金已经付了")
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

// TestRewardPagesLeaveALine finds every look and decision in the custody log.
func TestRewardPagesLeaveALine(t *testing.T) {
	r := newRig(t)
	p, _, claim, _ := r.waiting()
	r.claimed(claim)
	one := payment(r.checked(claim, p))
	money := strings.Split(one, "/")[3]
	r.get(one, p.officer).is(http.StatusOK)
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
