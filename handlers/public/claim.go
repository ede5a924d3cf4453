package public

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/handlers/form"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/reward"
	"qianshao/triage/cases"
)

const claimPath = "/claim"

// claimPage is GET /claim: the field for the claim code, and the public notice.
func (p *Pages) claimPage(c *gin.Context) error {
	page, err := p.claimField(c)
	if err != nil {
		return err
	}
	if page.Off == "" {
		page.Captcha = p.offer(c.Request.Context(), p.asked(p.codesSpent(c)), nil).BeforeCode()
	}
	return p.Show(c, http.StatusOK, page)
}

// claimsOff is what is said while nothing can be claimed; "" when it can.
func (p *Pages) claimsOff() string {
	switch r := &p.Profile.Rewards; {
	case r.On():
		return ""
	case r.Draft:
		return r.PublicText
	default:
		return p.Words.T("claim.off")
	}
}

func (p *Pages) claimField(c *gin.Context) (frontend.Claim, error) {
	page := frontend.Claim{Shell: p.shell(c, "claim.title"), Off: p.claimsOff()}
	if page.Off != "" {
		return page, nil
	}
	notices, err := p.Rewards.Notices(c.Request.Context())
	if err != nil {
		return page, fmt.Errorf("public: notices: %w", err)
	}
	for _, n := range notices {
		town := p.Profile.Name // of a case that only its own units may know, no town is told
		if t, ok := p.Profile.Town(n.Town); ok {
			town = t.Name
		}
		page.Notices = append(page.Notices, frontend.ClaimNotice{Tail: n.Tail, Town: town, Month: p.Words.T("claim.month", n.Month.Year(), int(n.Month.Month()))})
	}
	return page, nil
}

// toClaim sends on who opens a tab again that showed the answer to a POST.
func (p *Pages) toClaim(c *gin.Context) error {
	c.Redirect(http.StatusSeeOther, p.shell(c, "").Link(claimPath))
	return nil
}

// enterClaim is POST /claim. A wrong code spends the network's budget, after which a captcha stands before every further look: a guess costs the guesser a
// captcha, us one slow derivation, and the holder of the code nothing, because nothing is counted by code.
func (p *Pages) enterClaim(c *gin.Context) error {
	ctx, typed := c.Request.Context(), c.PostForm("code")
	if p.claimsOff() != "" {
		return p.toClaim(c)
	}
	if f := challenge(p.prove(ctx, "", c.PostForm("captcha_id"), c.PostForm("captcha")), p.asked(p.codesSpent(c))); f != nil {
		return p.claimAgain(c, typed, f, f)
	}
	visit, err := p.Rewards.Enter(ctx, typed)
	if fault.KindOf(err) == fault.NotFound {
		p.Budgets.Spend(ctx, wrongCodes, string(p.Budgets.Network(c.Request)))
	}
	if err != nil {
		return p.claimAgain(c, typed, err, nil)
	}
	if a := visit.Award; a == nil || a.State != reward.Approved || a.Over(p.Now()) {
		return p.Show(c, http.StatusOK, p.claimState(c, a))
	}
	return p.Show(c, http.StatusOK, p.claimForm(c, visit.Token, visit.Award, reward.Payee{}))
}

// claimAgain brings the field back. problem is the captcha's, if it is about that.
func (p *Pages) claimAgain(c *gin.Context, typed string, err error, problem *fault.Error) error {
	page, pageErr := p.claimField(c)
	if pageErr != nil {
		return pageErr
	}
	page.Code.Value, _ = intake.CleanLine(typed)
	if r := []rune(page.Code.Value); len(r) > 40 {
		page.Code.Value = string(r[:40])
	}
	if problem == nil {
		page.Code.Error = p.told(c, err)
	}
	page.Captcha = p.offer(c.Request.Context(), problem != nil || p.asked(p.codesSpent(c)), problem).BeforeCode()
	return again{fmt.Errorf("public: claim: %w", err), page}
}

// claimState says why there is nothing to fill in: not yet, no more, or it is done.
func (p *Pages) claimState(c *gin.Context, a *reward.Award) frontend.Claimed {
	page := frontend.Claimed{Shell: p.shell(c, "claim.title")}
	state := "none"
	switch {
	case a == nil:
	case a.Over(p.Now()):
		state = string(reward.Expired)
	case a.State == reward.Returned:
		state = string(reward.Proposed)
	default:
		state = string(a.State)
	}
	page.Heading, page.Text = p.Words.T("claim.head."+state), p.Words.T("claim.text."+state)
	return page
}

// claimForm asks how to be paid, with what was typed.
func (p *Pages) claimForm(c *gin.Context, token string, a *reward.Award, typed reward.Payee) frontend.ClaimForm {
	r := &p.Profile.Rewards
	page := frontend.ClaimForm{Shell: p.shell(c, "claim.title"), Visit: token, Named: r.Mode == county.RealnameAtClaim, Declared: typed.Declared}
	if a != nil {
		page.Amount, page.Until = county.Yuan(a.Fen), p.day(p.Profile.LastDay(a.Until))
	}
	long := map[reward.Way]string{reward.Window: r.Window, reward.Place: r.Meet, reward.Account: p.Words.T("claim.account")}
	for _, w := range reward.Ways(r.Mode) {
		page.Ways = append(page.Ways, frontend.Option{ID: string(w), Text: p.Words.T("claim.way." + string(w)), Long: long[w], On: w == typed.Way})
		page.Account = page.Account || w == reward.Account
	}
	field := func(s string) frontend.Field { s, _ = intake.CleanLine(s); return frontend.Field{Value: s} }
	page.Name, page.IDNumber, page.Bank = field(typed.Name), field(typed.IDNumber), field(typed.Bank)
	page.AccountNumber, page.Meet = field(typed.Account), field(typed.Meet)
	for _, d := range r.Exclude {
		page.Declarations = append(page.Declarations, d.Text)
	}
	return page
}

// claim is POST /claim/pay. The second code is in the answer itself, without a redirect: it stands in no address.
func (p *Pages) claim(c *gin.Context) error {
	token := c.PostForm("visit")
	payee := reward.Payee{Way: reward.Way(c.PostForm("way")), Name: c.PostForm("name"), IDNumber: c.PostForm("id_number"), Bank: c.PostForm("bank"), Account: c.PostForm("account"),
		Meet: c.PostForm("meet"), Declared: c.PostForm("declared") != ""}
	second, a, err := p.Rewards.Claim(c.Request.Context(), token, payee)
	if err != nil {
		return p.payAgain(c, token, payee, err)
	}
	fours := second.Fours()
	return p.Show(c, http.StatusOK, frontend.Claimed{Shell: p.shell(c, "claim.title"), Heading: p.Words.T("claim.head.now"), Text: p.Words.T("claim.text.now"), Second: &fours,
		Amount: county.Yuan(a.Fen), How: p.Words.T("claim.next." + string(a.Way))})
}

// payAgain brings the form back with what was typed; where the page is too old, or the reward has moved on, what can be said of it.
func (p *Pages) payAgain(c *gin.Context, token string, typed reward.Payee, err error) error {
	a := p.Rewards.Visited(c.Request.Context(), token)
	if a != nil && slices.ContainsFunc(form.EveryFault(err), func(f *fault.Error) bool { return f.Key == "claim.other" }) {
		page := frontend.Claimed{Shell: p.shell(c, "claim.title"), Heading: p.Words.T("claim.head.other"), Text: p.Words.T("claim.text.other")}
		return again{fmt.Errorf("public: claim: %w", err), page}
	}
	if a != nil && fault.KindOf(err) == fault.Conflict {
		return again{fmt.Errorf("public: claim: %w", err), p.claimState(c, a)}
	}
	page := p.claimForm(c, token, a, typed)
	wrong := map[string]*frontend.Field{"name": &page.Name, "id_number": &page.IDNumber, "bank": &page.Bank, "account": &page.AccountNumber, "meet": &page.Meet}
	for _, f := range form.EveryFault(err) {
		said := f.Sentence(fault.DefaultLang)
		switch f.Field {
		case "way":
			page.WayError = said
		case "declared":
			page.DeclaredError = said
		default:
			if w := wrong[f.Field]; w != nil {
				w.Error = said
			}
		}
		page.Summary = append(page.Summary, frontend.FieldError{Field: f.Field, Text: said})
	}
	if len(page.Summary) == 0 {
		page.Summary = []frontend.FieldError{{Text: p.told(c, err)}}
	}
	return again{fmt.Errorf("public: claim: %w", err), page}
}

// passed says that the one reward of a matter went to another tip of it (安监总财〔2018〕19号 第十二条). That there is another one is told to nobody.
func (p *Pages) passed(c *gin.Context, matter *cases.Case) (bool, error) {
	if matter == nil {
		return false, nil
	}
	for _, t := range matter.Tips {
		a, ok, err := p.Rewards.OfTip(c.Request.Context(), intake.TipID(t.Tip))
		if err != nil {
			return false, fmt.Errorf("public: reward of a matter: %w", err)
		}
		if ok && a.Share == 100 && a.Decided() && a.State != reward.Revoked {
			return true, nil
		}
	}
	return false, nil
}

// reward is what the status page says of a reward; nil for who wishes none.
func (p *Pages) reward(c *gin.Context, tip intake.TipID, matter *cases.Case) (*frontend.RewardNote, error) {
	st, err := p.Rewards.Standing(c.Request.Context(), tip)
	if err != nil || !st.Wished {
		return nil, err
	}
	if off := p.claimsOff(); off != "" {
		return &frontend.RewardNote{Text: off}, nil
	}
	a, now := st.Award, p.Now()
	if a == nil {
		passed, err := p.passed(c, matter)
		if err != nil {
			return nil, err
		}
		if passed {
			return &frontend.RewardNote{Text: p.Words.T("claim.status.refused")}, nil
		}
	}
	switch {
	case a == nil || a.State == reward.Proposed || a.State == reward.Returned:
		return &frontend.RewardNote{Text: p.Words.T("claim.status.waits")}, nil
	case a.Over(now) || a.State == reward.Expired:
		return &frontend.RewardNote{Text: p.Words.T("claim.status.expired")}, nil
	case a.State == reward.Approved:
		return &frontend.RewardNote{Text: p.Words.T("claim.status.approved", p.day(p.Profile.LastDay(a.Until))), Href: p.shell(c, "").Link(claimPath)}, nil
	case a.State == reward.Revoked:
		return &frontend.RewardNote{Text: p.Words.T("claim.status.revoked")}, nil
	case a.State == reward.Refused:
		return &frontend.RewardNote{Text: p.Words.T("claim.status.refused")}, nil
	case a.State == reward.Paid || a.State == reward.Filed:
		return &frontend.RewardNote{Text: p.Words.T("claim.status.paid")}, nil
	}
	return &frontend.RewardNote{Text: p.Words.T("claim.status.claimed")}, nil
}
