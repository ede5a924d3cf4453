package payout

import (
	"errors"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/intake"
	"qianshao/notify/reward"
)

// list is GET /desk/payout?q=STATE.
func (p *Pages) list(c *gin.Context) error {
	page, err := p.listPage(c)
	if errors.Is(err, docs.ErrToken) { // an old or cut link to a later page
		c.Redirect(http.StatusSeeOther, payoutPath)
		return nil
	}
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) listPage(c *gin.Context) (frontend.Payouts, error) {
	ctx, by := c.Request.Context(), party(c)
	state := reward.State(c.Query("q"))
	if mine := lists[by.Party]; !slices.Contains(mine, state) {
		state = mine[0]
	}
	shell, err := p.frame(c, p.state(state), state)
	if err != nil {
		return frontend.Payouts{}, err
	}
	page := frontend.Payouts{Shell: shell, Heading: p.state(state), Empty: p.Words.T("payout.empty." + string(state)), Draft: p.draftText(),
		Check: by.Party == reward.Officer && p.Profile.Rewards.On()}
	found, err := p.Rewards.List(ctx, reward.Which{State: state, Wished: wished(state)}, c.Query("after"))
	if err != nil {
		return page, err
	}
	for i := range found.Items {
		page.Rows = append(page.Rows, p.row(&found.Items[i]))
	}
	if found.Next != "" {
		page.Next = payoutPath + "?q=" + string(state) + "&after=" + found.Next
	}
	if state == reward.Approved {
		all, err := p.Rewards.Count(ctx, reward.Which{State: state})
		if err != nil {
			return page, err
		}
		with, err := p.Rewards.Count(ctx, reward.Which{State: state, Wished: true})
		if err != nil {
			return page, err
		}
		if all > with {
			page.Unwished = p.Words.T("payout.unwished", all-with)
		}
	}
	page.Budget, err = p.budget(c)
	return page, err
}

func (p *Pages) row(a *reward.Award) frontend.PayoutRow {
	r := frontend.PayoutRow{Href: payoutPath + "/" + a.Money, Number: p.Rewards.Slip(a.ID), Amount: reward.Yuan(a.Fen), State: p.state(a.State), Way: p.way(a.Way), Day: p.Desk.Day(a.At)}
	if a.State == reward.Approved {
		r.Until = p.Desk.Date(p.Profile.LastDay(a.Until))
	}
	return r
}

// budget says how this year's money stands.
func (p *Pages) budget(c *gin.Context) ([]frontend.Fact, error) {
	year := p.Desk.Now().In(p.Profile.Zone).Year()
	b, err := p.Rewards.Budget(c.Request.Context(), year)
	if err != nil {
		return nil, err
	}
	line := frontend.Fact{Name: p.Words.T("payout.line"), Value: p.Profile.Rewards.BudgetLine}
	if !b.Known {
		return []frontend.Fact{line, {Name: p.Words.T("payout.year", year), Value: p.Words.T("payout.no_budget")}}, nil
	}
	return []frontend.Fact{line, {Name: p.Words.T("payout.year", year), Value: p.yuan(b.Fen)}, {Name: p.Words.T("payout.taken"), Value: p.yuan(b.Taken)},
		{Name: p.Words.T("payout.left"), Value: p.yuan(b.Left())}, {Name: p.Words.T("payout.promised"), Value: p.yuan(b.Promised)}}, nil
}

// check is POST /desk/payout/check: whose award a code opens that somebody shows.
func (p *Pages) check(c *gin.Context) error {
	if err := desk.Parse(c); err != nil {
		return err
	}
	typed := c.Request.PostForm.Get("code")
	a, checked, err := p.Rewards.Check(c.Request.Context(), party(c), typed)
	if err != nil {
		page, pageErr := p.listPage(c)
		if pageErr != nil {
			return pageErr
		}
		page.Code.Value, _ = intake.CleanLine(typed)
		page.Code.Error = p.Desk.Told(c, err)
		return again("check", err, page)
	}
	page, err := p.onePage(c, &a, checked)
	if err != nil {
		return err
	}
	page.Good = p.Words.T("payout.checked")
	if a.State == reward.Approved {
		page.Hints = append(page.Hints, p.Words.T("payout.unclaimed"))
	}
	return p.Show(c, http.StatusOK, page)
}
