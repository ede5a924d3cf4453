package payout

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/notify/reward"
	"qianshao/notify/sheet"
)

// open is GET /desk/payout/:award.
func (p *Pages) open(c *gin.Context) error {
	page, err := p.found(c)
	if err != nil {
		return err
	}
	if done := reward.Action(c.Query("done")); p.Words.T("payout.done."+string(done)) != "payout.done."+string(done) {
		page.Good = p.Words.T("payout.done." + string(done))
	}
	return p.Show(c, http.StatusOK, page)
}

// get reads the award of the address.
func (p *Pages) get(c *gin.Context) (reward.Award, error) {
	id, err := p.Rewards.ByMoney(c.Request.Context(), c.Param("award"))
	if err != nil {
		return reward.Award{}, err
	}
	return p.Rewards.Get(c.Request.Context(), party(c), id)
}

// found is the page of an award that is the party's to work on: not before it is approved, and for finance not before the code was checked.
func (p *Pages) found(c *gin.Context) (frontend.Payout, error) {
	by := party(c)
	a, err := p.get(c)
	if err == nil && (!a.Decided() || by.Party == reward.Finance && a.Check() == nil) {
		err = fault.New(fault.NotFound, "reward.gone")
	}
	if err != nil {
		return frontend.Payout{}, err
	}
	return p.onePage(c, &a, "")
}

func (p *Pages) onePage(c *gin.Context, a *reward.Award, checked string) (frontend.Payout, error) {
	by := party(c)
	number := p.Rewards.Slip(a.ID)
	shell, err := p.frame(c, p.Words.T("payout.one", number), a.State)
	if err != nil {
		return frontend.Payout{}, err
	}
	page := frontend.Payout{Shell: shell, ID: a.Money, Number: number, Version: a.Version, Key: vault.NewID(16), Checked: checked, State: p.state(a.State), Amount: p.yuan(a.Fen),
		Actions: p.buttons(a, p.Rewards.Actions(a, by), checked != "")}
	if page.Facts, err = p.facts(a, by, checked != ""); err != nil {
		return page, err
	}
	if a.Basis.Joint {
		page.Hints = append(page.Hints, p.Words.T("payout.joint"))
	}
	if a.Over(p.Desk.Now()) {
		page.Hints = append(page.Hints, p.Words.T("payout.over"))
	}
	if by.Party == reward.Finance {
		if a.State == reward.Verified && a.Way != reward.Account {
			page.Hints = append(page.Hints, p.Words.T("payout.first"))
		}
		if len(a.Payee) > 0 {
			page.Payee = payoutPath + "/" + a.Money + "/payee"
		}
		if a.Year != 0 {
			page.Receipt = payoutPath + "/" + a.Money + "/receipt"
		}
	}
	page.Steps, err = p.steps(a)
	return page, err
}

// facts say how; to who checks codes also where somebody wants to be met, and until when: to the day while the code is shown, as the approval was on a day that
// leads from there to the case.
func (p *Pages) facts(a *reward.Award, by reward.Actor, checked bool) ([]frontend.Fact, error) {
	facts := []frontend.Fact{{Name: p.Words.T("payout.rules"), Value: a.Rules}}
	add := func(key, value string) {
		facts = append(facts, frontend.Fact{Name: p.Words.T(key), Value: value})
	}
	switch last := p.Profile.LastDay(a.Until); {
	case a.Until.IsZero() || by.Party != reward.Officer:
	case checked:
		add("payout.until", p.Desk.Date(last))
	default:
		add("payout.until", p.month(last))
	}
	if a.Way != "" {
		add("payout.way", p.way(a.Way))
	}
	if by.Party == reward.Officer {
		meet, err := p.Rewards.MeetWords(a)
		if err != nil {
			return nil, err
		}
		if meet != "" {
			add("payout.meet", meet)
		}
	}
	if a.Year != 0 {
		add("payout.out_of", p.Words.T("payout.year", a.Year)+" "+p.Profile.Rewards.BudgetLine)
	}
	return facts, nil
}

// steps are what was done from the approval on: who proposed it would tell whose case it is.
func (p *Pages) steps(a *reward.Award) ([]frontend.EventView, error) {
	var all []frontend.EventView
	for i := len(a.Steps) - 1; i >= 0; i-- {
		s := &a.Steps[i]
		v := frontend.EventView{Day: p.Desk.Day(s.At), Who: s.Name, Text: p.Words.T("payout.event." + string(s.Action))}
		switch s.Action {
		case reward.Propose, reward.Return, reward.Refuse, reward.Agree, reward.Deny: // what was added to the amount, and why, narrows who it is
			continue
		case reward.Approve, reward.Revoke: // the reason is about the case, and the day is its
			v.Day = p.month(s.At)
		default:
			var err error
			if v.Note, err = p.Rewards.Said(a, s); err != nil {
				return nil, err
			}
		}
		all = append(all, v)
	}
	return all, nil
}

// act is POST /desk/payout/:award/:action.
func (p *Pages) act(c *gin.Context) error {
	if err := desk.Parse(c); err != nil {
		return err
	}
	act := reward.Action(c.Param("action"))
	in, err := input(c)
	if err == nil {
		var id string
		if id, err = p.Rewards.ByMoney(c.Request.Context(), c.Param("award")); err == nil {
			_, err = p.Rewards.Do(c.Request.Context(), party(c), id, act, in)
		}
	}
	if err != nil {
		page, pageErr := p.found(c)
		if pageErr != nil {
			return pageErr
		}
		page.Key = in.Key
		page.Error = refill(c, page.Actions, string(act), err, p.Desk.Told(c, err))
		return again("act", err, page)
	}
	c.Redirect(http.StatusSeeOther, payoutPath+"/"+c.Param("award")+"?done="+string(act))
	return nil
}

// payee is GET /desk/payout/:award/payee: who is paid, as this server keeps it and cannot read it.
func (p *Pages) payee(c *gin.Context) error {
	id, err := p.Rewards.ByMoney(c.Request.Context(), c.Param("award"))
	if err != nil {
		return err
	}
	number, sealed, err := p.Rewards.Payee(c.Request.Context(), party(c), id)
	if err != nil {
		return err
	}
	file, err := vault.AgeFile(sealed)
	if err != nil {
		return fmt.Errorf("payout: payee of %s: %w", number, err)
	}
	c.Header("Content-Disposition", `attachment; filename="`+number+`.age"`)
	c.Data(http.StatusOK, "application/octet-stream", file)
	return nil
}

// receipt is GET /desk/payout/:award/receipt: a receipt to print, with no name on it.
func (p *Pages) receipt(c *gin.Context) error {
	by := party(c)
	a, err := p.get(c)
	if err == nil && a.Year == 0 {
		err = fault.New(fault.Conflict, "reward.state")
	}
	if err != nil {
		return err
	}
	if err := p.Custody.Note(c.Request.Context(), "award/"+a.ID, by.ID, "receipt", ""); err != nil {
		return fmt.Errorf("payout: note receipt of %s: %w", a.ID, err)
	}
	paid := a.Last(reward.Pay)
	voucher, err := p.Rewards.Said(&a, paid)
	if err != nil {
		return err
	}
	file, err := sheet.PrintReceipt(sheet.Receipt{Office: p.Profile.UnitName(p.Profile.Rewards.Approver), Number: p.Rewards.Slip(a.ID), Amount: p.yuan(a.Fen), Paid: p.Desk.Date(paid.At),
		Way: p.way(a.Way), Line: strconv.Itoa(a.Year) + " " + p.Profile.Rewards.BudgetLine, Voucher: voucher, Cashier: paid.Name, Proof: p.Words.T("payout.proof." + string(a.Way))})
	if err != nil {
		return fmt.Errorf("payout: receipt of %s: %w", a.ID, err)
	}
	c.Header("Content-Disposition", `inline; filename="receipt-`+p.Rewards.Slip(a.ID)+`.pdf"`)
	c.Data(http.StatusOK, "application/pdf", file)
	return nil
}
