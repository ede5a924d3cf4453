package handlers

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
)

// TestWithdrawingKeepsTheRewardInSight: it is said first, before one withdraws, and afterwards; of a reward that cannot be claimed nothing is said.
func TestWithdrawingKeepsTheRewardInSight(t *testing.T) {
	r := newRig(t)
	r.enact()
	p := r.people()
	code, claim := r.wished()
	const form = `form[action^="/status/withdraw"]`
	confirm := func() answer {
		return r.post("/status/withdraw", form2(r.progress(code).fields(form)...)).is(http.StatusOK)
	}
	if a := confirm(); strings.Contains(a.text(), "领奖") {
		t.Errorf("there is no reward yet: %s", a.text())
	}
	k := r.foundTrue(code, p.lead)
	r.propose(k, p)
	r.approve(p)
	a := confirm()
	text := a.page().Find("main").Text()
	if !strings.Contains(text, "为止都能领") || strings.Index(text, "为止都能领") > strings.Index(text, r.profile.Texts["withdraw.stops"]) {
		t.Errorf("the reward does not stand first: %s", text)
	}
	for range 2 {
		r.post("/status/withdraw", form2(append(a.fields("main form"), "sure", "1")...)).is(http.StatusOK).has(r.profile.Texts["story.withdrawn"]).has("为止都能领")
	}
	gone := r.progress(code).has(r.profile.Texts["story.withdrawn"]).has("为止都能领")
	if gone.page().Find("main form, .steps, .talk").Length() != 0 || gone.page().Find(`main a[href^="/claim"]`).Length() != 1 {
		t.Errorf("more than the reward is told: %s", gone.text())
	}
	r.claimed(claim)
	if a := r.progress(code); strings.Contains(a.text(), "为止都能领") {
		t.Errorf("it is claimed: %s", a.text())
	}
}

func TestDraftShowsOnlyThat(t *testing.T) {
	r := newRig(t)
	p := r.people()
	code, claim := r.wished()
	k := r.foundTrue(code, p.lead)
	said := r.profile.Rewards.PublicText
	r.progress(code).has(said)
	if n := r.get("/claim").is(http.StatusOK).has(said).page().Find("input").Length(); n != 0 {
		t.Errorf("%d fields on the page of a draft", n)
	}
	r.post("/claim", url.Values{"code": {claim}}).is(http.StatusSeeOther)
	r.propose(k, p)
	list := r.awards(p).has(said)
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
			r.toClaim(claim).has("可以领奖")
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
	visit := r.toClaim(claim).has("3").value("visit")
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
	r.press(r.checked(claim, p), "release", p.officer, "note", "领款码丢了").is(http.StatusSeeOther)
	r.advance(61 * 24 * time.Hour)
	r.toClaim(claim).has("过了领奖的日子")
}

// TestOtherPayeeOnTheSamePage is told that nothing was changed.
func TestOtherPayeeOnTheSamePage(t *testing.T) {
	r := newRig(t)
	_, _, claim, _ := r.waiting()
	visit := r.toClaim(claim).value("visit")
	f := url.Values{"visit": {visit}, "way": {"window"}, "name": {"王小二"}, "id_number": {"11010519491231002X"}, "declared": {"1"}}
	r.post("/claim/pay", f).is(http.StatusOK).has("登记好了")
	r.post("/claim/pay", f).is(http.StatusOK).has("登记好了")
	f.Set("name", "王小三")
	r.post("/claim/pay", f).is(http.StatusConflict).has("没有改").has("退回")
}

// TestTheOtherTipOfAMatterIsTold that there is no reward, and not that somebody else got it.
func TestTheOtherTipOfAMatterIsTold(t *testing.T) {
	r := newRig(t)
	r.enact()
	p := r.people()
	code, claim := r.wished()
	later, other := r.wished()
	k := r.foundTrue(code, p.lead)
	r.join(k.ID, later)
	r.progress(later).has("奖不奖、奖多少")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	r.post("/desk/cases/"+k.ID+"/award", url.Values{"tip": {"0"}}, duty).is(http.StatusSeeOther) // neither said where
	r.approve(p)
	r.progress(code).has("可以领奖了")
	if a := r.progress(later).has("没有奖金"); strings.Contains(a.text(), "别人") || strings.Contains(a.text(), "先报") {
		t.Errorf("it tells of another tip: %s", a.text())
	}
	r.toClaim(other).has("还没到领的时候")
	r.claimed(claim)
}
