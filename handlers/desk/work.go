package desk

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/figures"
)

const workPath = "/desk/work"

// month is the one that a page was asked for: the running one unless the address names another of the twelve. fault figures.month.
func month(c *gin.Context, s *figures.Snapshot) (string, error) {
	asked := c.Query("month")
	for i, m := range s.Months {
		if m.Month == asked || asked == "" && i == len(s.Months)-1 {
			return m.Month, nil
		}
	}
	return "", fault.New(fault.NotFound, "figures.month")
}

// work is GET /desk/work.
func (p *Pages) work(c *gin.Context) error {
	shell, err := p.shell(c, p.Words.T("work.title"), "")
	if err != nil {
		return err
	}
	page := frontend.Work{Shell: shell, Heading: p.Words.T("work.title")}
	s, ok, err := p.figures(c)
	if err != nil {
		return fmt.Errorf("desk: work: %w", err)
	}
	if !ok {
		return p.Show(c, http.StatusOK, page)
	}
	now, err := month(c, &s)
	if err != nil {
		return err
	}
	page.AsOf, page.CSV = p.asOf(s.At), workPath+".csv?month="+now
	for i := len(s.Months) - 1; i >= 0; i-- {
		page.Months = append(page.Months, frontend.Option{ID: s.Months[i].Month, Text: p.monthName(s.Months[i].Month), On: s.Months[i].Month == now})
	}
	running := now == s.Months[len(s.Months)-1].Month
	if running {
		page.Running = p.Words.T("overview.running")
	}
	for _, w := range s.Work {
		if w.Month == now {
			page.Rows = append(page.Rows, p.workRow(w, running))
		}
	}
	return p.Show(c, http.StatusOK, page)
}

// workRow is a unit's line. What came and went, and what it led at the end of a month that is over, is in no list of today.
func (p *Pages) workRow(w figures.Work, running bool) frontend.WorkRow {
	r := frontend.WorkRow{Unit: p.unitName(w.Unit), Open: number("", w.Open, ""), New: number("", w.New, ""), Backs: number("", w.HandBacks, ""),
		Closed: number("", w.Closed, behind(cases.Counted{Closed: w.Month}, "lead", w.Unit)), Late: number("", w.Red, ""), Long: number("", w.Black, ""), OnTime: frontend.Number{Text: p.Words.T("work.none")}}
	if running {
		r.Open.Href = behind(cases.Counted{Open: true}, "lead", w.Unit)
	}
	if share, ok := w.OnTimeShare(); ok {
		r.Wide = percent(share)
		r.OnTime.Text = p.Words.T("work.share", r.Wide, w.OnTime, w.OnTime+w.Red+w.Black)
		r.Alt = p.Words.T("work.alt", r.Wide)
	}
	return r
}

// percent is rounded down: only what was met every time is a hundred.
func percent(share float64) int { return int(math.Floor(share*100 + 1e-9)) }

// table writes rows as a file that a spreadsheet opens, with a mark in front. They hold numbers and names of the profile, nothing that somebody typed.
func table(c *gin.Context, name string, rows [][]string) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("desk: write %s: %w", name, err)
	}
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Data(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
	return nil
}

// workTable is GET /desk/work.csv.
func (p *Pages) workTable(c *gin.Context) error {
	s, ok, err := p.figures(c)
	if err != nil {
		return fmt.Errorf("desk: work: %w", err)
	}
	if !ok {
		return fault.New(fault.NotFound, "figures.month")
	}
	asked, err := month(c, &s)
	if err != nil {
		return err
	}
	rows := [][]string{{p.Words.T("csv.month"), p.Words.T("csv.unit"), p.Words.T("csv.held"), p.Words.T("csv.new"), p.Words.T("csv.closed"), p.Words.T("csv.due"), p.Words.T("csv.on_time"), p.Words.T("csv.red"), p.Words.T("csv.black"), p.Words.T("csv.backs")}}
	for _, w := range s.Work {
		if w.Month == asked {
			line := []string{w.Month, p.unitName(w.Unit)}
			for _, n := range []int{w.Open, w.New, w.Closed, w.OnTime + w.Red + w.Black, w.OnTime, w.Red, w.Black, w.HandBacks} {
				line = append(line, strconv.Itoa(n))
			}
			rows = append(rows, line)
		}
	}
	return table(c, "work-"+asked+".csv", rows)
}

// overviewTable is GET /desk/overview.csv: one number a line.
func (p *Pages) overviewTable(c *gin.Context) error {
	s, ok, err := p.figures(c)
	if err != nil {
		return fmt.Errorf("desk: overview: %w", err)
	}
	if !ok {
		return fault.New(fault.NotFound, "figures.month")
	}
	at := s.At.In(p.Profile.Zone)
	rows := [][]string{{p.Words.T("csv.what"), p.Words.T("csv.of"), p.Words.T("csv.more"), p.Words.T("csv.number")},
		{p.Words.T("csv.as_of"), at.Format("2006-01-02 15:04"), "", ""}}
	line := func(what, of, more, number string) {
		rows = append(rows, []string{p.Words.T(what), of, more, number})
	}
	add := func(what, of, more string, n int) { line(what, of, more, strconv.Itoa(n)) }
	add("overview.open", "", "", s.Open)
	add("overview.late", "", "", s.Late)
	for _, l := range []cases.Light{cases.Green, cases.Yellow, cases.Red, cases.Black, cases.NoLight} {
		add("csv.light", p.light(l).Word, "", s.Lights[l])
	}
	for _, g := range s.Grid {
		town := p.Words.T("overview.no_town")
		if t, ok := p.Profile.Town(g.Town); ok {
			town = t.Name
		}
		category := p.Words.T("overview.cases")
		if g.Category != figures.AnyCategory {
			category = p.categoryName(g.Category)
		}
		add("csv.grid", town, category, g.Open)
	}
	for _, d := range s.Spreads {
		name := p.Words.T("reach." + string(d.Reach))
		priority := p.Words.T("overview.every")
		if d.Priority != "" {
			priority = p.priorityName(d.Priority)
		}
		add("csv.n", name, priority, d.N)
		for _, t := range []struct {
			key  string
			took time.Duration
		}{{"csv.half", d.Median}, {"csv.most", d.P90}} {
			line(t.key, name, priority, strconv.FormatFloat(t.took.Hours(), 'f', 2, 64))
		}
	}
	bars, ends := p.funnel(&s)
	for _, b := range bars {
		line("csv.funnel", b.Label, "", b.Text)
	}
	for _, n := range ends {
		line("csv.funnel", n.Label, "", n.Text)
	}
	for _, b := range p.sources(&s) {
		line("csv.source", b.Label, "", b.Text)
	}
	for _, m := range s.Months {
		add("csv.tips", m.Month, "", m.Tips)
		add("overview.opened", m.Month, "", m.Opened)
		add("overview.closed", m.Month, "", m.Closed)
	}
	return table(c, "overview-"+at.Format(time.DateOnly)+".csv", rows)
}
