package payout

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/reward"
)

// waiting is GET /desk/awards: what waits for a decision of the unit.
func (p *Pages) waiting(c *gin.Context) error {
	page, err := p.awardsPage(c)
	if errors.Is(err, docs.ErrToken) { // an old or cut link to a later page
		c.Redirect(http.StatusSeeOther, awardsPath)
		return nil
	}
	if err != nil {
		return err
	}
	if done := reward.Action(c.Query("done")); done == reward.Approve || done == reward.Return || done == reward.Refuse { // of the address only these words are taken
		page.Done = p.Words.T("payout.done." + string(done))
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) awardsPage(c *gin.Context) (frontend.Awards, error) {
	ctx, a := c.Request.Context(), desk.Staff(c).Actor()
	shell, err := p.Desk.Frame(c, p.Words.T("payout.awards"))
	if err != nil {
		return frontend.Awards{}, err
	}
	page := frontend.Awards{Shell: shell, Draft: p.draftText()}
	list, err := p.Awards.Waiting(ctx, a, c.Query("after"))
	if err != nil {
		return page, err
	}
	for i := range list.Items {
		row, err := p.awardRow(c, &list.Items[i])
		if err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, row)
	}
	if list.Next != "" {
		page.Next = awardsPath + "?after=" + list.Next
	}
	return page, nil
}

func (p *Pages) awardRow(c *gin.Context, w *reward.Award) (frontend.AwardRow, error) {
	ctx, a := c.Request.Context(), desk.Staff(c).Actor()
	by := w.Last(reward.Propose)
	row := frontend.AwardRow{ID: w.ID, Number: w.Number, Version: w.Version, Day: p.Desk.Day(by.At), Amount: p.amount(w), Why: w.Why,
		Facts: p.basisFacts(w), Actions: p.buttons(w, p.Awards.Actions(a, w), false)}
	id, unit, err := p.Rewards.CaseOf(w)
	if err != nil {
		return row, err
	}
	row.Who = p.Profile.UnitName(unit) + " " + by.Name
	if row.Note, err = p.Rewards.Said(w, by); err != nil {
		return row, err
	}
	// Where the unit may see the case, it may look into it; the look is noted when it does.
	may, err := p.Cases.MaySee(ctx, a, id)
	if may {
		row.Case = &frontend.DeskLink{Href: "/desk/cases/" + id, Text: p.Words.T("payout.case")}
	}
	return row, err
}

// basisFacts are the money and the day that a case gave.
func (p *Pages) basisFacts(w *reward.Award) []frontend.Fact {
	facts := []frontend.Fact{{Name: p.Words.T("payout.closed"), Value: p.Desk.Date(w.Closed)}}
	add := func(key, value string) {
		facts = append(facts, frontend.Fact{Name: p.Words.T(key), Value: value})
	}
	if w.Basis.Decisions > 0 {
		add("payout.fine", p.yuan(w.Basis.Fine))
	}
	if w.Basis.Confiscated > 0 {
		add("payout.confiscated", p.yuan(w.Basis.Confiscated))
	}
	if w.Basis.Level != "" {
		add("payout.accident", p.Words.T("payout.deaths", reward.LevelName(w.Basis.Level), w.Basis.Deaths))
	}
	if w.Share != 100 {
		add("payout.share", p.Words.T("payout.percent", w.Share))
	}
	return facts
}

// input reads what the buttons post.
func input(c *gin.Context) (reward.Input, error) {
	f := c.Request.PostForm
	in := reward.Input{Code: f.Get("code"), Checked: f.Get("checked"), Key: f.Get("key"), Insider: f.Get("insider") != ""}
	in.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64) // no version is an old one
	note, broken := intake.CleanWords(f.Get("note"))
	if in.Note = note; broken {
		return in, fault.New(fault.Invalid, "form.encoding").On("note")
	}
	return in, nil
}

// decide is POST /desk/awards/:award/:action.
func (p *Pages) decide(c *gin.Context) error {
	if err := desk.Parse(c); err != nil {
		return err
	}
	act := reward.Action(c.Param("action"))
	in, err := input(c)
	if err == nil {
		_, err = p.Awards.Decide(c.Request.Context(), desk.Staff(c).Actor(), c.Param("award"), act, in)
	}
	if err != nil {
		page, pageErr := p.awardsPage(c)
		if pageErr != nil {
			return pageErr
		}
		text, there := p.Desk.Told(c, err), false
		for i := range page.Rows {
			if r := &page.Rows[i]; r.ID == c.Param("award") {
				r.Error, there = refill(c, r.Actions, string(act), err, text), true
			}
		}
		if !there {
			page.Error = refill(c, nil, "", err, text)
		}
		return again("decide", err, page)
	}
	c.Redirect(http.StatusSeeOther, awardsPath+"?done="+string(act))
	return nil
}
