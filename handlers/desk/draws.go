package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/triage/cases"
	"qianshao/triage/draws"
)

const (
	drawsPath    = "/desk/draws"
	handoverPath = "/desk/handover"
)

// drawn is GET /desk/draws.
func (p *Pages) drawn(c *gin.Context) error { return p.drawsPage(c, nil) }

// drawsPage is the list of draws, after err of drawing if there was one.
func (p *Pages) drawsPage(c *gin.Context, err error) error {
	shell, shellErr := p.shell(c, "draws.title", "")
	if shellErr != nil {
		return shellErr
	}
	page := frontend.Draws{Shell: shell, Rule: p.drawRule(p.Profile.Casework.SpotChecks)}
	all, listErr := p.Draws.List(c.Request.Context(), staff(c).Actor())
	if listErr != nil {
		return fmt.Errorf("desk: draws: %w", listErr)
	}
	for _, d := range all {
		done, bad := 0, 0
		for _, k := range d.Checks {
			if k.Result != "" {
				done++
			}
			if k.Result == draws.Problem {
				bad++
			}
		}
		page.Rows = append(page.Rows, frontend.DrawRow{Href: drawsPath + "/" + d.Month, Month: p.monthName(d.Month), Drawn: p.Words.T("draws.of", len(d.Checks), len(d.Candidates)),
			Done: strconv.Itoa(done), Problems: strconv.Itoa(bad)})
	}
	for _, m := range p.Draws.Months() {
		if !slices.ContainsFunc(all, func(d draws.Draw) bool { return d.Month == m }) {
			page.Months = append(page.Months, frontend.Option{ID: m, Text: p.monthName(m), On: err != nil && m == c.Request.PostForm.Get("month")})
		}
	}
	if err != nil {
		page.Error = p.told(c, err)
		return again{fmt.Errorf("desk: draw: %w", err), page}
	}
	return p.Show(c, http.StatusOK, page)
}

// drawRule says how many are drawn.
func (p *Pages) drawRule(r county.SpotChecks) string {
	var twice []string
	for _, id := range r.DoubleCategories {
		twice = append(twice, p.categoryName(id))
	}
	for _, o := range r.DoubleOutcomes {
		twice = append(twice, p.Words.T("state."+o))
	}
	text := p.Words.T("draws.rule", r.Percent, r.Least)
	for _, name := range twice {
		text += p.Words.T("draws.twice", name)
	}
	if len(twice) > 0 {
		text += p.Words.T("draws.twice_end")
	}
	return text + p.Words.T("draws.not")
}

// draw is POST /desk/draws.
func (p *Pages) draw(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	d, err := p.Draws.Draw(c.Request.Context(), staff(c).Actor(), c.Request.PostForm.Get("month"))
	if err != nil {
		return p.drawsPage(c, err)
	}
	c.Redirect(http.StatusSeeOther, drawsPath+"/"+d.Month)
	return nil
}

// checks is GET /desk/draws/:month.
func (p *Pages) checks(c *gin.Context) error {
	page, err := p.drawPage(c)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) drawPage(c *gin.Context) (frontend.Draw, error) {
	ctx, m := c.Request.Context(), staff(c)
	d, err := p.Draws.Get(ctx, m.Actor(), c.Param("month"))
	if err != nil {
		return frontend.Draw{}, err
	}
	title := p.Words.T("draws.heading", p.monthName(d.Month))
	shell, err := p.shell(c, title, "")
	if err != nil {
		return frontend.Draw{}, err
	}
	page := frontend.Draw{Shell: shell, Heading: title, Path: drawsPath + "/" + d.Month, Rule: p.drawRule(d.Rates), Seed: d.Seed, Sum: d.Sum, Stands: d.Check(),
		Facts: []frontend.Fact{{Name: p.Words.T("draws.fact_count"), Value: p.Words.T("draws.of", len(d.Checks), len(d.Candidates))},
			{Name: p.Words.T("draws.fact_by"), Value: d.Name + " " + p.day(d.At)}}}
	for _, k := range d.Candidates {
		line := k.Number
		if k.Double {
			line += " x2"
		}
		page.Lines = append(page.Lines, line)
	}
	for i := range d.Checks {
		row, err := p.checkRow(c, &d, &d.Checks[i])
		if err != nil {
			return page, err
		}
		unit := p.unitName(d.Checks[i].Unit)
		at := slices.IndexFunc(page.Groups, func(g frontend.CheckGroup) bool { return g.Unit == unit })
		if at < 0 {
			at = len(page.Groups)
			page.Groups = append(page.Groups, frontend.CheckGroup{Unit: unit})
		}
		page.Groups[at].Checks = append(page.Groups[at].Checks, row)
	}
	return page, nil
}

// checkRow shows a case that was drawn as a list shows it, if who looks may still see it.
func (p *Pages) checkRow(c *gin.Context, d *draws.Draw, k *draws.Check) (frontend.CheckRow, error) {
	r := frontend.CheckRow{Case: k.Case, Number: k.Number, Double: k.Double, Open: k.Result == "", Problem: k.Result == draws.Problem, Stuck: k.Stuck(), Results: p.checkResults()}
	one, err := p.Cases.ByID(c.Request.Context(), k.Case)
	if err != nil {
		return r, fmt.Errorf("desk: case of a draw: %w", err)
	}
	if !one.SeenBy(staff(c).Actor()) {
		r.Open, r.Stuck = false, false
		return r, nil
	}
	r.Href, r.Place, r.What, r.State = "/desk/cases/"+k.Case, p.placeName(one.Place), p.categoryName(one.Category), p.Words.T("state."+string(one.State))
	if r.Note, err = p.Draws.Note(d.Month, k); err != nil {
		return r, err
	}
	if k.Result != "" {
		r.Result = p.Words.T("check." + string(k.Result))
		r.Told = p.who(k.From, k.Name)
		if r.Who, err = p.Draws.Who(d.Month, k); err != nil {
			return r, err
		}
		if k.At != nil {
			r.Told += " " + p.day(*k.At)
		}
	}
	return r, nil
}

// check is POST /desk/draws/:month.
func (p *Pages) check(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	f := c.Request.PostForm
	said, err := looked(f)
	if err == nil {
		err = p.Draws.Record(c.Request.Context(), staff(c).Actor(), c.Param("month"), f.Get("case"), said)
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, drawsPath+"/"+c.Param("month")+"#"+url.PathEscape(f.Get("case")))
		return nil
	}
	page, pageErr := p.drawPage(c)
	if pageErr != nil {
		return p.lost(c, err)
	}
	page.Error = p.told(c, err)
	for g := range page.Groups {
		for i := range page.Groups[g].Checks {
			if r := &page.Groups[g].Checks[i]; r.Case == f.Get("case") {
				r.Typed = frontend.Field{Value: said.Note, Error: page.Error}
				choose(r.Results, f.Get("result"))
				if !r.Open && r.Note == "" {
					r.Note = said.Note
				}
			}
		}
	}
	return again{fmt.Errorf("desk: check: %w", err), page}
}

// handover is GET /desk/handover: for the duty desk of everybody, for a unit of its own people.
func (p *Pages) handover(c *gin.Context) error {
	ctx, m := c.Request.Context(), staff(c)
	shell, err := p.shell(c, "handover.title", "")
	if err != nil {
		return err
	}
	page := frontend.Handover{Shell: shell}
	all, err := p.Accounts.List(ctx)
	if err != nil {
		return err
	}
	asked := c.Query("staff")
	known := false
	for _, s := range all {
		if !handles(s.Role) || m.Role != cases.Duty && s.Unit != m.Unit {
			continue
		}
		o := frontend.Option{ID: s.ID, Text: s.Name + " · " + p.unitName(s.Unit), On: s.ID == asked}
		if s.Disabled {
			o.Text += " · " + p.Words.T("staff.disabled")
		}
		page.Staff = append(page.Staff, o)
		if o.On {
			known, page.Name = true, s.Name
			page.Facts = []frontend.Fact{{Name: p.Words.T("handover.unit"), Value: p.unitName(s.Unit)}}
		}
	}
	if asked != "" && !known {
		return notFound()
	}
	if !known {
		return p.Show(c, http.StatusOK, page)
	}
	if err := p.Custody.Note(ctx, "staff/"+asked, m.ID, "handover", ""); err != nil {
		return fmt.Errorf("desk: note handover of %s: %w", asked, err)
	}
	list, err := p.Cases.InHand(ctx, m.Actor(), asked, c.Query("after"))
	if errors.Is(err, docs.ErrToken) { // an old or cut link to a later page
		c.Redirect(http.StatusSeeOther, handoverPath+"?staff="+url.QueryEscape(asked))
		return nil
	}
	if err != nil {
		return fmt.Errorf("desk: handover: %w", err)
	}
	for i := range list.Items {
		page.Rows = append(page.Rows, p.row(m.Actor(), &list.Items[i], cases.Search{Filter: cases.All}))
	}
	if list.Next != "" {
		page.Next = handoverPath + "?staff=" + url.QueryEscape(asked) + "&after=" + url.QueryEscape(list.Next)
	}
	page.Printed = p.Words.T("handover.printed", m.Name, p.day(p.Now()))
	return p.Show(c, http.StatusOK, page)
}
