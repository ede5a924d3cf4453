package open

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/notify/numbers"
	"qianshao/triage/cases"
)

// numbers is GET /numbers.
func (p *Pages) numbers(c *gin.Context) error {
	all, err := p.Numbers.Months(c.Request.Context())
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	town, category := p.knownTown(c), p.knownCategory(c)
	page := frontend.PublicNumbers{Shell: p.shell(c, "open.numbers"), Next: p.day(p.Numbers.Next()), Towns: p.towns(town), Categories: p.categories(category),
		Narrowed: town != "" || category != "", JSON: "/numbers.json"}
	if len(all) == 0 {
		return p.Page(c, page)
	}
	m := all[0]
	if i := slices.IndexFunc(all, func(m numbers.Month) bool { return m.Month == c.Query("month") }); i >= 0 {
		m = all[i]
	}
	page.Month = Month(p.Words, m.Month)
	var series scale
	for _, x := range slices.Backward(all) {
		q := url.Values{"month": {x.Month}}
		if town != "" {
			q.Set("town", town)
		}
		if category != "" {
			q.Set("category", category)
		}
		b := series.add(p, p.short(x.Month), x.Of(orAll(town), orAll(category)))
		b.Href, b.Current = "/numbers?"+q.Encode(), x.Month == m.Month
	}
	page.Months = series.bars(p)
	var towns, kinds scale
	for _, t := range m.Towns {
		if n := m.Of(t, orAll(category)); t != "" || n != (numbers.Cell{}) {
			towns.add(p, p.town(t), n)
		}
	}
	page.ByTown = towns.bars(p)
	for _, id := range m.Categories {
		if n := m.Of(orAll(town), id); n != (numbers.Cell{}) {
			kinds.add(p, p.category(id), n)
		}
	}
	page.ByCategory = kinds.bars(p)
	p.cross(&page, m)
	return p.Page(c, page)
}

// short is a month without the year when it is one of this year.
func (p *Pages) short(month string) string {
	t, err := time.Parse(cases.MonthForm, month)
	if err != nil || t.Year() != p.Now().In(p.Profile.Zone).Year() {
		return Month(p.Words, month)
	}
	return p.Words.T("open.month", int(t.Month()))
}

func orAll(id string) string {
	if id == "" {
		return numbers.All
	}
	return id
}

func (p *Pages) category(id string) string {
	if k, ok := p.Profile.Category(id); ok {
		return k.Plain
	}
	return id
}

// cross is the table of a month, categories by towns, without the empty lines.
func (p *Pages) cross(page *frontend.PublicNumbers, m numbers.Month) {
	towns := slices.DeleteFunc(slices.Clone(m.Towns), func(t string) bool { return t == "" && m.Of(t, numbers.All) == (numbers.Cell{}) })
	for _, t := range towns {
		page.Columns = append(page.Columns, p.town(t))
	}
	page.Columns = append(page.Columns, p.Words.T("open.sum"))
	row := func(name, id string) {
		r := frontend.PublicRow{Name: name, Sum: id == numbers.All}
		for _, t := range append(slices.Clone(towns), numbers.All) {
			n := m.Of(t, id)
			r.Cells = append(r.Cells, frontend.PublicCell{Text: p.count(n), Hidden: n.Hiding != numbers.Shown})
		}
		page.Rows = append(page.Rows, r)
	}
	for _, id := range m.Categories {
		if m.Of(numbers.All, id) != (numbers.Cell{}) {
			row(p.category(id), id)
		}
	}
	row(p.Words.T("open.sum"), numbers.All)
}

// count says a number as it may be told.
func (p *Pages) count(n numbers.Cell) string {
	if n.Hiding != numbers.Shown {
		return p.Words.T("open." + string(n.Hiding))
	}
	return strconv.Itoa(n.N)
}

// scale draws numbers to the largest of them.
type scale struct {
	all   []frontend.PublicBar
	cells []numbers.Cell
}

// add puts a number at the end. The bar that it gives can be changed until the next one.
func (s *scale) add(p *Pages, name string, n numbers.Cell) *frontend.PublicBar {
	text := p.count(n)
	s.all = append(s.all, frontend.PublicBar{Name: name, Text: text, Alt: p.Words.T("open.alt", name, text), Hidden: n.Hiding != numbers.Shown})
	s.cells = append(s.cells, n)
	return &s.all[len(s.all)-1]
}

// unsure is how long the outline of a number of 1 to 4 is.
const unsure = 4

func (s *scale) bars(p *Pages) []frontend.PublicBar {
	most := unsure * 2
	for _, n := range s.cells {
		most = max(most, n.N)
	}
	for i, n := range s.cells {
		switch n.Hiding {
		case numbers.Shown:
			s.all[i].Wide = n.N * 100 / most
		case numbers.Few:
			s.all[i].Wide = unsure * 100 / most
		}
	}
	return s.all
}

type (
	jsonNumbers struct {
		Source string      `json:"source"`
		Hidden jsonHidden  `json:"hidden"`
		Months []jsonMonth `json:"months"`
	}
	jsonHidden struct {
		Few  string `json:"few"`
		Kept string `json:"kept"`
	}
	jsonMonth struct {
		Month      string       `json:"month"`
		Towns      []jsonNamed  `json:"towns"`      // the lines of cells; the last line of cells is the sum
		Categories []jsonNamed  `json:"categories"` // their columns; the last column is the sum
		Cells      [][]jsonCell `json:"cells"`
	}
	jsonCell struct {
		Count  *int   `json:"count"` // null when it is hidden
		Hidden string `json:"hidden,omitempty"`
	}
)

// numbersJSON is GET /numbers.json.
func (p *Pages) numbersJSON(c *gin.Context) error {
	open(c)
	all, err := p.Numbers.Months(c.Request.Context())
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	out := jsonNumbers{Source: p.Profile.Texts["asks"], Hidden: jsonHidden{p.Words.T("open.json_few"), p.Words.T("open.json_kept")}, Months: []jsonMonth{}}
	for _, m := range all {
		j := jsonMonth{Month: m.Month}
		for _, t := range m.Towns {
			j.Towns = append(j.Towns, jsonNamed{t, p.town(t)})
		}
		for _, id := range m.Categories {
			j.Categories = append(j.Categories, jsonNamed{id, p.category(id)})
		}
		for _, line := range m.Cells {
			var row []jsonCell
			for _, n := range line {
				cell := jsonCell{Hidden: string(n.Hiding)}
				if n.Hiding == numbers.Shown {
					cell.Count = &n.N
				}
				row = append(row, cell)
			}
			j.Cells = append(j.Cells, row)
		}
		out.Months = append(out.Months, j)
	}
	return p.answer(c, out)
}
