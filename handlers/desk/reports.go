package desk

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/ledger"
)

// offered is how many months and quarters back a report is offered.
const offered = 24

// period reads 2026-11 or 2026-q4; "" is the current month. fault ledger.period, with the current month.
func (p *Pages) period(text, town string) (ledger.Period, error) {
	now := p.Now().In(p.Profile.Zone)
	t, ok := p.Profile.Town(town)
	if !ok {
		t.Code = ""
	}
	year, part, _ := strings.Cut(text, "-")
	y, q := atoi(year), 0
	if rest, found := strings.CutPrefix(part, "q"); found {
		q = atoi(rest)
	}
	switch m := atoi(part); {
	case y < 2000 || y > now.Year()+1:
	case q >= 1 && q <= 4:
		return ledger.Quarter(p.Profile, y, q, t.Code), nil
	case m >= 1 && m <= 12:
		return ledger.Month(p.Profile, y, time.Month(m), t.Code), nil
	}
	d := ledger.Month(p.Profile, now.Year(), now.Month(), t.Code)
	if text != "" {
		return d, fault.New(fault.Invalid, "ledger.period")
	}
	return d, nil
}

// code is the period as an address names it.
func code(d ledger.Period, zone *time.Location) string {
	from := d.From.In(zone)
	if d.Quarter {
		return fmt.Sprintf("%d-q%d", from.Year(), (int(from.Month())+2)/3)
	}
	return from.Format("2006-01")
}

func (p *Pages) reportFilters(d ledger.Period) []frontend.FilterField {
	now := p.Now().In(p.Profile.Zone)
	on := code(d, p.Profile.Zone)
	when := frontend.FilterField{Name: "period", Label: p.Words.T("filter.period")}
	add := func(x ledger.Period) {
		id := code(x, p.Profile.Zone)
		when.Options = append(when.Options, frontend.Option{ID: id, Text: x.Name(p.Profile), On: id == on})
	}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, p.Profile.Zone)
	for i := range offered {
		m := first.AddDate(0, -i, 0)
		if i == 0 || m.Month()%3 == 0 { // the quarter that a month ends, and the current one
			add(ledger.Quarter(p.Profile, m.Year(), (int(m.Month())+2)/3, ""))
		}
		add(ledger.Month(p.Profile, m.Year(), m.Month(), ""))
	}
	town := frontend.FilterField{Name: "town", Label: p.Words.T("filter.town"), Options: []frontend.Option{{Text: p.Words.T("filter.county"), On: d.Town == ""}}}
	for _, t := range p.Profile.Towns {
		town.Options = append(town.Options, frontend.Option{ID: t.Code, Text: t.Name, On: t.Code == d.Town})
	}
	return []frontend.FilterField{when, town}
}

// reports is GET /desk/reports.
func (p *Pages) reports(c *gin.Context) error {
	d, wrong := p.period(cmp.Or(c.Query("period"), c.Query("month")), c.Query("town")) // a month is what other pages call it
	if wrong != nil {
		return p.noReport(c, d, wrong)
	}
	shell, err := p.toolShell(c, "reports", p.Words.T("reports"))
	if err != nil {
		return err
	}
	page := frontend.Reports{Shell: shell, Filters: p.reportFilters(d), Period: code(d, p.Profile.Zone), Town: d.Town,
		Heading: p.Ledger.Of(cases.Sheet{Town: d.Town}) + " " + d.Name(p.Profile)}
	r, err := p.Ledger.Report(c.Request.Context(), staff(c).Actor(), d, ledger.MaxReport, nil)
	if fault.KindOf(err) == fault.TooLarge {
		page.Error = sentence(err)
		return p.Show(c, http.StatusOK, page)
	}
	if err != nil {
		return err
	}
	page.Columns, page.By = r.Columns, r.By
	named := map[string]string{}
	for _, g := range r.Groups {
		v := frontend.ReportGroup{Name: g.Name}
		for _, l := range g.Lines {
			line := frontend.ReportLine{Name: l.Name, Unit: l.Unit, Note: l.Note, ByHand: l.ByHand}
			for _, x := range l.Values {
				line.Values = append(line.Values, x.String())
			}
			named[l.Field] = l.Name
			v.Lines = append(v.Lines, line)
		}
		page.Groups = append(page.Groups, v)
	}
	for _, row := range r.Rows {
		var parts []string
		for _, g := range r.Groups {
			for _, l := range g.Lines {
				if row.Counts[l.Field] != 0 {
					parts = append(parts, l.Name)
				}
			}
		}
		page.Rows = append(page.Rows, frontend.ReportRow{Href: "/desk/cases/" + row.ID, Number: row.Number, Town: row.Town, Text: strings.Join(parts, "、")})
	}
	return p.Show(c, http.StatusOK, page)
}

// noReport says that a period was not understood, and offers others.
func (p *Pages) noReport(c *gin.Context, d ledger.Period, wrong error) error {
	shell, err := p.toolShell(c, "reports", p.Words.T("reports"))
	if err != nil {
		return errors.Join(wrong, err)
	}
	return again{wrong, frontend.Reports{Shell: shell, Heading: p.Words.T("reports"), Filters: p.reportFilters(d), Error: sentence(wrong)}}
}

// exportReport is POST /desk/reports/export.
func (p *Pages) exportReport(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, a, f := c.Request.Context(), staff(c).Actor(), c.Request.PostForm
	d, err := p.period(f.Get("period"), f.Get("town"))
	if err != nil {
		return p.noReport(c, d, err)
	}
	var file bytes.Buffer
	err = p.Ledger.ReportNow(ctx, a, d, &file)
	if fault.KindOf(err) == fault.TooLarge {
		if _, err := p.Ledger.Ask(ctx, a, ledger.Job{Kind: ledger.JobReport, Report: d}); err != nil {
			return err
		}
		c.Redirect(http.StatusSeeOther, "/desk/ledger/jobs")
		return nil
	}
	if err != nil {
		return err
	}
	p.attach(c, p.Ledger.Of(cases.Sheet{Town: d.Town})+d.Name(p.Profile)+p.Words.T("report"), int64(file.Len()), &file)
	return nil
}

// atoi is a number of an address; 0 for what is none.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
