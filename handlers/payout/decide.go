package payout

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/reward"
	"qianshao/triage/cases"
)

// waiting is GET /desk/awards: what waits for a decision of the unit.
func (p *Pages) waiting(c *gin.Context) error {
	page, err := p.awardsPage(c)
	if done := reward.Action(c.Query("done")); slices.Contains([]reward.Action{reward.Approve, reward.Return, reward.Refuse, reward.Agree, reward.Deny, reward.Revoke}, done) { // of the address only these words are taken
		page.Done = p.Words.T("payout.done." + string(done))
	}
	return p.showList(c, page, err, awardsPath)
}

func (p *Pages) awardsPage(c *gin.Context) (frontend.Awards, error) {
	page := frontend.Awards{Draft: p.draftText()}
	var err error
	if page.Shell, err = p.Desk.Frame(c, p.Words.T("payout.awards")); err != nil {
		return page, err
	}
	for _, l := range []struct {
		key  string // of the address
		to   *frontend.AwardList
		list func(context.Context, cases.Actor, string) (docs.Page[reward.Award], error)
		row  func(*gin.Context, *reward.Award) (frontend.AwardRow, error)
	}{{"after", &page.Waiting, p.Awards.Waiting, p.awardRow}, {"raised", &page.Raised, p.Awards.Raised, p.raisedRow}, {"approved", &page.Approved, p.Awards.Approved, p.approvedRow}} {
		found, err := l.list(c.Request.Context(), desk.Staff(c).Actor(), c.Query(l.key))
		if err != nil {
			return page, err
		}
		for i := range found.Items {
			row, err := l.row(c, &found.Items[i])
			if err != nil {
				return page, err
			}
			l.to.Rows = append(l.to.Rows, row)
		}
		if found.Next != "" {
			l.to.Next = awardsPath + "?" + l.key + "=" + found.Next + "#" + l.key
		}
	}
	return page, nil
}

// raisedRow asks whether a higher amount is right. It names no case and no amount, by which the case could be found in the list below: who decides it learns only
// that one of those paid gets more.
func (p *Pages) raisedRow(c *gin.Context, w *reward.Award) (frontend.AwardRow, error) {
	row := frontend.AwardRow{ID: w.Money, Number: p.Rewards.Slip(w.ID), Version: w.Version, Facts: []frontend.Fact{{Name: p.Words.T("payout.why"), Value: p.Words.T("payout.raised")}},
		Actions: slices.DeleteFunc(p.buttons(w, p.Awards.Actions(desk.Staff(c).Actor(), w), false), func(b frontend.PayAction) bool { return b.Key == string(reward.Revoke) })}
	if more := p.Profile.Rewards.UpliftPercent; more != nil {
		row.Amount = p.Words.T("payout.more", *more)
	}
	return row, nil
}

// approvedRow is what was approved, whatever became of it: it may be revoked as long as it is not paid, and only trying tells whether it is.
func (p *Pages) approvedRow(c *gin.Context, w *reward.Award) (frontend.AwardRow, error) {
	row := frontend.AwardRow{ID: w.ID, Number: w.Number, Amount: p.amount(w), Day: p.Desk.Day(w.Last(reward.Approve).At)}
	if w.State == reward.Revoked || !w.Decided() {
		row.State = p.state(w.State)
		return row, nil
	}
	row.Actions = p.buttons(w, []reward.Transition{{Action: reward.Revoke, Note: true}}, false)
	_, err := p.Awards.Same(c.Request.Context(), w)
	if fault.KindOf(err) == fault.Conflict {
		row.Stale, err = p.Words.T("payout.stale.approved"), nil
	}
	return row, err
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
		id := c.Param("award")
		if act == reward.Agree || act == reward.Deny {
			id, err = p.Rewards.ByMoney(c.Request.Context(), id)
		}
		if err == nil {
			_, err = p.Awards.Decide(c.Request.Context(), desk.Staff(c).Actor(), id, act, in)
		}
	}
	if err != nil {
		page, pageErr := p.awardsPage(c)
		if pageErr != nil {
			return pageErr
		}
		text, there := p.Desk.Told(c, err), false
		for _, rows := range [][]frontend.AwardRow{page.Waiting.Rows, page.Raised.Rows, page.Approved.Rows} {
			for i := range rows {
				if r := &rows[i]; r.ID == c.Param("award") && slices.ContainsFunc(r.Actions, func(b frontend.PayAction) bool { return b.Key == string(act) }) {
					r.Error, there = refill(c, r.Actions, string(act), err, text), true
				}
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
