package payout

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/award"
	"qianshao/notify/reward"
)

// draft is GET /desk/cases/:id/award.
func (p *Pages) draft(c *gin.Context) error {
	page, err := p.draftPage(c, nil)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// propose is POST /desk/cases/:id/award.
func (p *Pages) propose(c *gin.Context) error {
	if err := desk.Parse(c); err != nil {
		return err
	}
	f := c.Request.PostForm
	note, broken := intake.CleanWords(f.Get("note"))
	in := award.Input{Level: f.Get("level"), Joint: f.Get("joint") != "", Note: note, Tip: -1}
	var err error
	if broken {
		err = fault.New(fault.Invalid, "form.encoding").On("note")
	}
	if typed := strings.TrimSpace(f.Get("deaths")); typed != "" && err == nil {
		if in.Deaths, err = strconv.Atoi(typed); err != nil || in.Deaths < 1 {
			err = fault.New(fault.Invalid, "award.number").On("deaths")
		}
	}
	if n, bad := strconv.Atoi(f.Get("tip")); bad == nil {
		in.Tip = n
	}
	for _, v := range f["also"] {
		if n, bad := strconv.Atoi(v); bad == nil {
			in.Also = append(in.Also, n)
		}
	}
	if err == nil {
		err = p.Awards.Propose(c.Request.Context(), desk.Staff(c).Actor(), c.Param("id"), in)
	}
	if err != nil {
		page, pageErr := p.draftPage(c, err)
		if pageErr != nil {
			return pageErr
		}
		return again("propose", err, page)
	}
	c.Redirect(http.StatusSeeOther, "/desk/cases/"+c.Param("id")+"/award")
	return nil
}

// draftPage is the basis of a reward, with what was typed, after an error of proposing it if there was one.
func (p *Pages) draftPage(c *gin.Context, wrong error) (frontend.AwardForm, error) {
	page := frontend.AwardForm{Draft: p.draftText()}
	a := desk.Staff(c).Actor()
	d, missing := p.Awards.Draft(c.Request.Context(), a, c.Param("id"))
	if missing != nil && fault.KindOf(missing) != fault.Conflict {
		return page, missing
	}
	var err error
	if page.Shell, err = p.Desk.Frame(c, p.Words.T("payout.propose")); err != nil {
		return page, err
	}
	page.Case, page.Number = d.Case.ID, d.Case.Number
	for _, r := range p.Profile.Rewards.Rules {
		page.Rules = append(page.Rules, frontend.RuleRow{Text: r.Text, Source: r.Source.Cite})
	}
	if missing != nil {
		page.Missing = fault.Sentence(fault.DefaultLang, missing)
		return page, nil
	}
	for _, f := range d.Fines {
		page.Fines = append(page.Fines, frontend.FineRow{Day: p.Desk.Date(f.Decided), Fine: p.yuan(f.Fine), Confiscated: p.yuan(f.Confiscated)})
	}
	page.Amount, page.Why = p.yuan(d.Amount.Fen), d.Amount.Reasons
	if d.Amount.Open {
		page.Amount = p.Words.T("payout.open")
	}
	page.CanPropose = d.Award == nil && p.Profile.Rewards.Mode != county.RewardsOff
	if d.Award != nil {
		if err := p.proposed(&page, d.Award); err != nil {
			return page, err
		}
		page.CanPropose = d.Award.Again() && p.Profile.Rewards.Mode != county.RewardsOff
		if d.Differs(d.Award) && d.Award.State != reward.Refused {
			page.Stale = p.Words.T("payout.stale")
		}
	}
	p.asked(c, &page, &d, wrong)
	return page, nil
}

// proposed tells who proposes how far it has come, and no further than the decision: what comes after would tell whether somebody wishes it.
func (p *Pages) proposed(page *frontend.AwardForm, a *reward.Award) (err error) {
	page.State = p.Words.T("payout.decided")
	if slices.Contains([]reward.State{reward.Proposed, reward.Returned, reward.Refused, reward.Revoked}, a.State) {
		page.State = p.state(a.State)
	}
	page.Amount = p.amount(a)
	page.Why = a.Plain().Why
	if a.State == reward.Proposed && a.Deciders != p.Profile.Rewards.Approver {
		page.Decide = awardsPath
	}
	switch a.State {
	case reward.Returned:
		page.Said, err = p.Rewards.Said(a, a.Last(reward.Return))
	case reward.Revoked:
		page.Said, err = p.Rewards.Said(a, a.Last(reward.Revoke))
	case reward.Refused:
		page.Said, err = p.Rewards.Said(a, a.Last(reward.Refuse))
	}
	return err
}

// asked are the questions, with what was typed.
func (p *Pages) asked(c *gin.Context, page *frontend.AwardForm, d *award.Draft, wrong error) {
	f := c.Request.PostForm // empty on a GET
	page.Levels = []frontend.Option{{Text: p.Words.T("payout.no_accident"), On: f.Get("level") == ""}}
	for _, level := range county.AccidentLevels() {
		page.Levels = append(page.Levels, frontend.Option{ID: level, Text: reward.LevelName(level), On: f.Get("level") == level})
	}
	for _, i := range d.Ties {
		id := strconv.Itoa(i)
		page.Ties = append(page.Ties, frontend.Option{ID: id, Text: p.Words.T("tip", i+1), On: f.Get("tip") == id})
	}
	for _, i := range p.Awards.Later(d) {
		id := strconv.Itoa(i)
		page.Later = append(page.Later, frontend.Option{ID: id, Text: p.Words.T("tip", i+1), On: slices.Contains(f["also"], id)})
	}
	if len(page.Later) > 0 {
		page.LaterHint = p.Words.T("payout.later", p.Profile.Rewards.SecondShare)
	}
	page.Deaths.Value, _ = intake.CleanLine(f.Get("deaths"))
	page.Note.Value, _ = intake.CleanWords(f.Get("note"))
	page.Joint = f.Get("joint") != ""
	if wrong == nil {
		return
	}
	for _, one := range fault.All(wrong) {
		switch said := one.Sentence(fault.DefaultLang); one.Field {
		case "level":
			page.LevelError = said
		case "deaths":
			page.Deaths.Error = said
		case "tip":
			page.TieError = said
		case "note":
			page.Note.Error = said
		}
	}
	if page.LevelError+page.Deaths.Error+page.TieError+page.Note.Error == "" {
		page.Error = p.Desk.Told(c, wrong)
	}
}
