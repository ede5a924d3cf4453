package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/triage/cases"
	"qianshao/triage/figures"
)

const (
	overviewPath = "/desk/overview"
	ledgerPath   = "/desk/ledger"
	oldAfter     = time.Hour // numbers of before that may be wrong, and the page says so
)

// behind is the address of the list behind a number: the ledger, narrowed by pairs of town, category, light, lead, from and to as its own form narrows it, and by
// what only numbers ask for; counted reads that again.
func behind(n cases.Counted, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		set(q, pairs[i], pairs[i+1])
	}
	for name, on := range map[string]bool{"open": n.Open, "late": n.Late, "relapse": n.Relapse} {
		if on {
			q.Set(name, "1")
		}
	}
	set(q, "reached", string(n.Reached))
	set(q, "priority", n.Priority)
	set(q, "closed", n.Closed)
	return ledgerPath + "?" + q.Encode()
}

func set(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}

// counted reads what only numbers ask for from the address of a list. What is not of ours narrows to nothing, rather than to everything.
func counted(q url.Values) cases.Counted {
	return cases.Counted{Open: q.Get("open") != "", Late: q.Get("late") != "", Relapse: q.Get("relapse") != "", Reached: cases.Reach(q.Get("reached")),
		Priority: q.Get("priority"), Closed: q.Get("closed")}
}

func number(label string, n int, href string) frontend.Number {
	return frontend.Number{Label: label, Text: strconv.Itoa(n), Href: href}
}

// figures reads the numbers of who asks; false before the first count.
func (p *Pages) figures(c *gin.Context) (figures.Snapshot, bool, error) {
	s, err := p.Figures.Of(c.Request.Context(), staff(c).Actor())
	if errors.Is(err, docs.ErrNotFound) {
		return s, false, nil
	}
	return s, err == nil, err
}

// overview is GET /desk/overview.
func (p *Pages) overview(c *gin.Context) error {
	shell, err := p.shell(c, p.Words.T("overview.title"), "")
	if err != nil {
		return err
	}
	page := frontend.Overview{Shell: shell, Heading: p.Words.T("overview.unit", shell.Desk.Unit), CSV: overviewPath + ".csv"}
	if staff(c).Role == cases.Duty {
		page.Heading = p.Words.T("overview.county", p.Profile.Name)
	}
	s, ok, err := p.figures(c)
	if err != nil {
		return fmt.Errorf("desk: overview: %w", err)
	}
	if ok {
		p.fill(&page, &s)
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) fill(page *frontend.Overview, s *figures.Snapshot) {
	page.AsOf, page.Old = p.asOf(s.At), p.Now().Sub(s.At) > oldAfter
	mine := "" // the duty desk minds what is late anywhere
	if s.Unit != county.DutyDesk {
		mine = s.Unit
	}
	late := number(p.Words.T("overview.late"), s.Late, behind(cases.Counted{Open: true, Late: true}, "lead", mine))
	late.Hot = s.Late > 0
	page.Now = []frontend.Number{number(p.Words.T("overview.open"), s.Open, behind(cases.Counted{Open: true})), late}
	for _, l := range []cases.Light{cases.Green, cases.Yellow, cases.Red, cases.Black, cases.NoLight} {
		n := number(p.light(l).Word, s.Lights[l], behind(cases.Counted{Open: true}, "light", string(l)))
		n.Kind = string(l)
		page.Now = append(page.Now, n)
	}
	page.Grid = p.grid(s)
	from := s.From.In(p.Profile.Zone)
	page.Span = p.Words.T("overview.span", p.Words.Day(from, p.Now().In(p.Profile.Zone)))
	page.Steps = p.steps(s)
	page.Funnel, page.Ends = p.funnel(s)
	page.Sources = p.sources(s)
	page.Chart, page.Months = p.months(s)
}

// asOf says when was counted: the time of day, and the day when that is another one.
func (p *Pages) asOf(at time.Time) string {
	at, now := at.In(p.Profile.Zone), p.Now().In(p.Profile.Zone)
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return p.Words.T("overview.as_of", at.Format("15:04"))
	}
	return p.Words.T("overview.as_of", p.Words.Day(at, now)+" "+at.Format("15:04"))
}

// townColumns are the towns that have an open case, and "" when some have none.
func (p *Pages) townColumns(s *figures.Snapshot) []string {
	has := func(town string) bool {
		return slices.ContainsFunc(s.Grid, func(c figures.Cell) bool { return c.Town == town })
	}
	var all []string
	for _, t := range p.Profile.Towns {
		if has(t.Code) {
			all = append(all, t.Code)
		}
	}
	if has("") {
		all = append(all, "")
	}
	return all
}

// grid is the open cases, category by town, with sums; nil when nothing is open.
func (p *Pages) grid(s *figures.Snapshot) *frontend.Grid {
	towns := p.townColumns(s)
	if len(s.Grid) == 0 {
		return nil
	}
	// What is of no category is in no list by it: the number stands without one.
	cell := func(town, category string, all bool) frontend.Number {
		n := 0
		for _, c := range s.Grid {
			if (all || c.Town == town) && c.Category == category {
				n += c.Open
			}
		}
		switch {
		case n == 0:
			return frontend.Number{Text: "0"}
		case category == "":
			return number("", n, "")
		case category == figures.AnyCategory:
			category = ""
		}
		if town == "" && !all {
			town = cases.NoTown
		}
		return number("", n, behind(cases.Counted{Open: true}, "town", town, "category", category))
	}
	g := &frontend.Grid{}
	for _, t := range towns {
		name := p.Words.T("overview.no_town")
		if town, ok := p.Profile.Town(t); ok {
			name = town.Name
		}
		g.Columns = append(g.Columns, name)
	}
	g.Columns = append(g.Columns, p.Words.T("overview.sum"))
	row := func(name, category string) frontend.GridRow {
		r := frontend.GridRow{Name: name, Sum: category == figures.AnyCategory}
		for _, t := range towns {
			r.Cells = append(r.Cells, cell(t, category, false))
		}
		r.Cells = append(r.Cells, cell("", category, true))
		return r
	}
	for _, k := range append(slices.Clone(p.Profile.Categories), county.Category{}) {
		if slices.ContainsFunc(s.Grid, func(c figures.Cell) bool { return c.Category == k.ID }) {
			g.Rows = append(g.Rows, row(p.categoryName(k.ID), k.ID))
		}
	}
	g.Rows = append(g.Rows, row(p.Words.T("overview.cases"), figures.AnyCategory))
	return g
}

// since is the first day of the numbers of twelve months, as the ledger's form has it.
func (p *Pages) since(s *figures.Snapshot) string {
	return s.From.In(p.Profile.Zone).Format(time.DateOnly)
}

// steps are the times to sign, to conclude and to close.
func (p *Pages) steps(s *figures.Snapshot) []frontend.StepTimes {
	var all []frontend.StepTimes
	for _, reach := range []cases.Reach{cases.ReachSigned, cases.ReachConcluded, cases.ReachOver} {
		step := frontend.StepTimes{Name: p.Words.T("reach." + string(reach))}
		var longest time.Duration
		for _, d := range s.Spreads {
			if d.Reach == reach {
				longest = max(longest, d.P90)
			}
		}
		for _, d := range s.Spreads {
			if d.Reach != reach {
				continue
			}
			r := frontend.TimeRow{Name: p.Words.T("overview.every"), Half: p.spell(d.Median), Most: p.spell(d.P90), HalfWide: part(int(d.Median), int(longest)), Wide: part(int(d.P90), int(longest)),
				Count: number("", d.N, behind(cases.Counted{Reached: reach, Priority: d.Priority}, "from", p.since(s)))}
			if d.Priority != "" {
				r.Name = p.priorityName(d.Priority)
			}
			r.Alt = p.Words.T("overview.alt_time", r.Name, r.Half, r.Most)
			step.Rows = append(step.Rows, r)
		}
		if len(step.Rows) > 0 {
			all = append(all, step)
		}
	}
	return all
}

// spell says a time as people do: 40 分钟, 5 小时, 3.2 天.
func (p *Pages) spell(d time.Duration) string {
	switch {
	case d < time.Minute:
		return p.Words.T("span.moment")
	case d < time.Hour:
		return p.Words.T("span.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return p.Words.T("span.hours", int(d.Round(time.Hour)/time.Hour))
	}
	return p.Words.T("span.days", d.Hours()/24)
}

// part is n of all in a hundred, for a bar; something is never nothing.
func part(n, all int) int {
	if n <= 0 || all <= 0 {
		return 0
	}
	return min(max(n*100/all, 1), 100)
}

func (p *Pages) funnel(s *figures.Snapshot) (bars []frontend.Bar, ends []frontend.Number) {
	f, from := s.Funnel, p.since(s)
	top := max(f.Tips, f.Cases)
	add := func(key string, n int, href string) {
		b := frontend.Bar{Number: number(p.Words.T(key), n, href), Wide: part(n, top)}
		b.Alt = p.Words.T("overview.alt_bar", b.Label, n)
		bars = append(bars, b)
	}
	add("reach.tips", f.Tips, behind(cases.Counted{}, "from", from))
	switch { // the list behind the tips is of cases, like all of the ledger
	case f.Tips > f.Cases:
		bars[0].Note = p.Words.T("overview.joined", f.Cases)
	case f.Tips < f.Cases:
		bars[0].Note = p.Words.T("overview.untipped", f.Cases)
	}
	add("reach.cases", f.Cases, behind(cases.Counted{}, "from", from))
	for _, r := range []cases.Reach{cases.ReachSigned, cases.ReachLooked, cases.ReachTrue, cases.ReachDisposed, cases.ReachDone, cases.ReachStruck} {
		add("funnel."+string(r), f.Reached[r], behind(cases.Counted{Reached: r}, "from", from))
	}
	return bars, []frontend.Number{
		number(p.Words.T("overview.over"), f.Reached[cases.ReachOver], behind(cases.Counted{Reached: cases.ReachOver}, "from", from)),
		number(p.Words.T("overview.relapsed"), s.Relapsed, behind(cases.Counted{Relapse: true}, "from", from)),
	}
}

// channels are the ways by which tips come, in the order in which they are shown.
var channels = []string{"web", "wechat", "hotline", "gateway", "demo"}

func (p *Pages) sources(s *figures.Snapshot) []frontend.Bar {
	most := 0
	for _, n := range s.Channels {
		most = max(most, n)
	}
	var bars []frontend.Bar
	for _, ch := range channels {
		if n := s.Channels[ch]; n > 0 {
			b := frontend.Bar{Number: number(p.Words.T("channel."+ch), n, ""), Wide: part(n, most)}
			b.Alt = p.Words.T("overview.alt_bar", b.Label, n)
			bars = append(bars, b)
		}
	}
	return bars
}

func (p *Pages) months(s *figures.Snapshot) (frontend.Chart, []frontend.MonthRow) {
	opened, closed := frontend.Line{Name: p.Words.T("overview.opened")}, frontend.Line{Name: p.Words.T("overview.closed"), Dashed: true}
	var chart frontend.Chart
	var rows []frontend.MonthRow
	for i, m := range s.Months {
		opened.Values, closed.Values = append(opened.Values, m.Opened), append(closed.Values, m.Closed)
		chart.Top = max(chart.Top, m.Opened, m.Closed)
		start, end := p.monthSpan(m.Month)
		row := frontend.MonthRow{Name: p.monthName(m.Month), Opened: number("", m.Opened, behind(cases.Counted{}, "from", start, "to", end)), Closed: number("", m.Closed, behind(cases.Counted{Closed: m.Month}))}
		if i > 0 {
			if by := m.Opened - s.Months[i-1].Opened; by != 0 {
				row.Change = fmt.Sprintf("%+d", by)
			}
		}
		if i == len(s.Months)-1 {
			row.Running, row.Change = p.Words.T("overview.running"), ""
		}
		rows = append(rows, row)
	}
	if n := len(rows); n > 0 {
		chart.First, chart.Last = rows[0].Name, rows[n-1].Name
		chart.Alt = p.Words.T("overview.alt_chart", chart.First, chart.Last, opened.Values[n-1], closed.Values[n-1], chart.Top)
	}
	chart.Lines = []frontend.Line{opened, closed}
	slices.Reverse(rows)
	return chart, rows
}

// monthSpan are the first and the last day of a month, as the ledger's form has them.
func (p *Pages) monthSpan(month string) (first, last string) {
	t, err := time.ParseInLocation(cases.MonthForm, month, p.Profile.Zone)
	if err != nil {
		return "", ""
	}
	return t.Format(time.DateOnly), t.AddDate(0, 1, -1).Format(time.DateOnly)
}

func (p *Pages) monthName(month string) string {
	t, err := time.Parse(cases.MonthForm, month)
	if err != nil {
		return month
	}
	return p.Words.T("month", t.Year(), int(t.Month()))
}

// numberLinks are the pages of numbers in the rail.
func (p *Pages) numberLinks(r cases.Role) []frontend.DeskLink {
	links := []frontend.DeskLink{{Href: overviewPath, Text: p.Words.T("overview.title")}, {Href: workPath, Text: p.Words.T("work.title")}}
	if r == cases.Duty {
		links = append(links, frontend.DeskLink{Href: drawsPath, Text: p.Words.T("draws.link")}, frontend.DeskLink{Href: calendarPath, Text: p.Words.T("calendar.link")})
	}
	return append(links, frontend.DeskLink{Href: handoverPath, Text: p.Words.T("handover.link")})
}
