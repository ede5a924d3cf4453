package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/ledger"
)

// ledgerRoutes registers the ledger, the register of sites and the reports.
func (p *Pages) ledgerRoutes(handle func(method, path string, f func(*gin.Context) error)) {
	handle("GET", "/desk/ledger", p.ledger)
	handle("POST", "/desk/ledger/export", p.export)
	handle("POST", "/desk/ledger/views", p.keepView)
	handle("POST", "/desk/ledger/views/:view/forget", p.forgetView)
	handle("GET", "/desk/ledger/jobs", p.jobs)
	handle("GET", "/desk/ledger/jobs/:job/file", p.jobFile)
	handle("GET", "/desk/ledger/import", p.importForm)
	handle("POST", "/desk/ledger/import", p.importFile)
	handle("GET", "/desk/ledger/import/:batch", p.importBatch)
	handle("POST", "/desk/ledger/import/:batch/:step", p.importStep)
	handle("GET", "/desk/sites", p.sites)
	handle("GET", "/desk/sites/old/:old", p.oldSite)
	handle("POST", "/desk/sites/old/:old", p.touchOld)
	handle("GET", "/desk/reports", p.reports)
	handle("POST", "/desk/reports/export", p.exportReport)
}

// toolShell is the frame of a page beside the queues.
func (p *Pages) toolShell(c *gin.Context, tool, title string) (frontend.Shell, error) {
	s, err := p.shell(c, title, "")
	if err == nil {
		s.Desk.Tool = tool
	}
	return s, err
}

// filterNames are the fields of the filters, in an address and in a saved view. Those of countedNames have no field in the form: a number of another page asked
// for them.
var (
	countedNames = []string{"open", "late", "relapse", "reached", "priority", "closed"}
	filterNames  = append([]string{"town", "category", "state", "light", "lead", "from", "to"}, countedNames...)
)

// sheetOf reads filters. What is none of the profile's asks for nothing; days that cannot be read are told beside their fields.
func (p *Pages) sheetOf(q url.Values) (s cases.Sheet, wrong map[string]string) {
	wrong = map[string]string{}
	if t, ok := p.Profile.Town(q.Get("town")); ok {
		s.Town = t.Code
	} else if q.Get("town") == cases.NoTown {
		s.Town = cases.NoTown
	}
	if k, ok := p.Profile.Category(q.Get("category")); ok {
		s.Category = k.ID
	}
	if state := cases.State(q.Get("state")); state.Name() != "" && state != cases.Merged {
		s.State = state
	}
	if l := cases.Light(q.Get("light")); slices.Contains(ledgerLights, l) {
		s.Light = l
	}
	if u, ok := p.Profile.Unit(q.Get("lead")); ok {
		s.Lead = u.ID
	}
	s.Counted = counted(q)
	day := func(name string) time.Time {
		if q.Get(name) == "" {
			return time.Time{}
		}
		t, err := time.ParseInLocation(time.DateOnly, q.Get(name), p.Profile.Zone)
		if err != nil {
			wrong[name] = sentence(fault.New(fault.Invalid, "ledger.day"))
		}
		return t
	}
	s.From, s.To = day("from"), day("to")
	if !s.To.IsZero() {
		s.To = s.To.AddDate(0, 0, 1) // until its end
	}
	if !s.From.IsZero() && !s.To.IsZero() && !s.From.Before(s.To) {
		wrong["to"] = sentence(fault.New(fault.Invalid, "ledger.days"))
		s.To = time.Time{}
	}
	return s, wrong
}

// ledgerLights are those by which the ledger can be narrowed: there, what has no limit counts too.
var ledgerLights = []cases.Light{cases.Green, cases.Yellow, cases.Red, cases.Black, cases.NoLight}

// filtersIn are the filters of an address, and nothing else of it.
func filtersIn(q url.Values) url.Values {
	f := url.Values{}
	for _, name := range filterNames {
		if v := q.Get(name); v != "" && len(v) <= 40 {
			f.Set(name, v)
		}
	}
	return f
}

// ledgerPage is GET /desk/ledger without its rows.
func (p *Pages) ledgerPage(c *gin.Context, q url.Values) (frontend.Ledger, cases.Sheet, error) {
	ctx, a := c.Request.Context(), staff(c).Actor()
	sheet, wrong := p.sheetOf(q)
	filters := filtersIn(q)
	page := frontend.Ledger{
		Of: p.Ledger.Of(sheet), Query: filters.Encode(), From: frontend.Field{Value: q.Get("from"), Error: wrong["from"]}, To: frontend.Field{Value: q.Get("to"), Error: wrong["to"]},
		Import: a.Role == cases.Duty,
	}
	page.Filtered = page.Query != ""
	for _, name := range countedNames {
		if filters.Has(name) {
			page.Kept = append(page.Kept, frontend.Hidden{Name: name, Value: filters.Get(name)})
		}
	}
	page.Filters = p.ledgerFilters(sheet)
	page.Chosen = strings.Join(append(chosen(page.Filters, page.From, page.To), p.countedWords(sheet.Counted)...), "、")
	var err error
	if page.Shell, err = p.toolShell(c, "ledger", p.Words.T("ledger")); err != nil {
		return page, sheet, err
	}
	if !unread(&page) {
		if page.Count, err = p.Cases.SheetCount(ctx, a, sheet, p.Ledger.Direct+1); err != nil {
			return page, sheet, fmt.Errorf("desk: count the ledger: %w", err)
		}
	}
	if page.Large = page.Count > p.Ledger.Direct; page.Large { // how many more, only an export has to know
		page.Count, page.More = p.Ledger.Direct, true
	}
	views, err := p.Ledger.Views(ctx, a.ID)
	if err != nil {
		return page, sheet, err
	}
	for _, v := range views {
		page.Views = append(page.Views, frontend.SavedView{ID: v.ID, Name: v.Name, Href: "/desk/ledger?" + v.Query, On: v.Query == page.Query})
	}
	return page, sheet, nil
}

// chosen says filters in words.
func chosen(filters []frontend.FilterField, days ...frontend.Field) []string {
	var words []string
	for _, f := range filters {
		for i, o := range f.Options {
			if o.On && i > 0 {
				words = append(words, o.Text)
			}
		}
	}
	for _, d := range days {
		if d.Value != "" && d.Error == "" {
			words = append(words, d.Value)
		}
	}
	return words
}

// countedWords says in words what a number of another page narrowed the ledger to: no field of the form shows it.
func (p *Pages) countedWords(n cases.Counted) []string {
	var all []string
	add := func(is bool, key string, args ...any) {
		if is {
			all = append(all, p.Words.T("counted."+key, args...))
		}
	}
	add(n.Open, "open")
	add(n.Late, "late")
	add(n.Relapse, "relapse")
	add(slices.Contains(cases.Reaches(), n.Reached), string(n.Reached))
	if name := p.priorityName(n.Priority); name != "" {
		all = append(all, name)
	}
	add(n.Closed != "", "closed", p.monthName(n.Closed))
	return all
}

func (p *Pages) ledgerFilters(s cases.Sheet) []frontend.FilterField {
	field := func(name string, on string) *frontend.FilterField {
		return &frontend.FilterField{Name: name, Label: p.Words.T("filter." + name), Options: []frontend.Option{{Text: p.Words.T("filter.any"), On: on == ""}}}
	}
	add := func(f *frontend.FilterField, id, text, on string) {
		f.Options = append(f.Options, frontend.Option{ID: id, Text: text, On: id == on})
	}
	town, category, state, light, lead := field("town", s.Town), field("category", s.Category), field("state", string(s.State)), field("light", string(s.Light)), field("lead", s.Lead)
	for _, t := range p.Profile.Towns {
		add(town, t.Code, t.Name, s.Town)
	}
	add(town, cases.NoTown, p.Words.T("overview.no_town"), s.Town)
	for _, k := range p.Profile.Categories {
		add(category, k.ID, k.Plain, s.Category)
	}
	for _, st := range cases.States() {
		if st != cases.Merged {
			add(state, string(st), p.Words.T("state."+string(st)), string(s.State))
		}
	}
	for _, l := range ledgerLights {
		add(light, string(l), p.Words.T("light."+string(l)), string(s.Light))
	}
	for _, u := range p.Profile.Units {
		add(lead, u.ID, u.Name, s.Lead)
	}
	for _, t := range p.Profile.Towns {
		id := county.TownUnit(t.Code)
		add(lead, id, p.Profile.UnitName(id), s.Lead)
	}
	return []frontend.FilterField{*town, *category, *state, *light, *lead}
}

// ledger is GET /desk/ledger.
func (p *Pages) ledger(c *gin.Context) error {
	q := c.Request.URL.Query()
	page, sheet, err := p.ledgerPage(c, q)
	if err != nil {
		return err
	}
	if c.Query("done") == "view" {
		page.Notice = p.Words.T("ledger.view_kept")
	}
	if unread(&page) {
		return p.Show(c, http.StatusUnprocessableEntity, page)
	}
	return p.showLedger(c, http.StatusOK, page, sheet, q)
}

// unread says that a day was not understood: then no rows are the right ones, least of all the whole ledger.
func unread(page *frontend.Ledger) bool { return page.From.Error+page.To.Error != "" }

// showLedger fills in the rows.
func (p *Pages) showLedger(c *gin.Context, status int, page frontend.Ledger, sheet cases.Sheet, q url.Values) error {
	if err := p.ledgerRows(c, &page, sheet, q); errors.Is(err, docs.ErrToken) { // an old or cut link to a later page
		c.Redirect(http.StatusSeeOther, "/desk/ledger?"+page.Query)
		return nil
	} else if err != nil {
		return err
	}
	return p.Show(c, status, page)
}

func (p *Pages) ledgerRows(c *gin.Context, page *frontend.Ledger, sheet cases.Sheet, q url.Values) error {
	page.Names = q.Get("names") == "1"
	lines, next, err := p.Ledger.Page(c.Request.Context(), staff(c).Actor(), sheet, page.Names, q.Get("after"))
	if err != nil {
		return fmt.Errorf("desk: rows of the ledger: %w", err)
	}
	here := func(names bool, after string) string {
		v, err := url.ParseQuery(page.Query)
		if err != nil {
			v = url.Values{}
		}
		if names {
			v.Set("names", "1")
		}
		if after != "" {
			v.Set("after", after)
		}
		return "/desk/ledger?" + v.Encode()
	}
	page.Switch = here(!page.Names, q.Get("after"))
	if next != "" {
		page.Next = here(page.Names, next)
	}
	shown := p.ledgerHead(page)
	now := p.Now()
	for i := range lines {
		l := &lines[i]
		row := frontend.LedgerRow{Href: "/desk/cases/" + l.Case.ID, State: p.Words.T("state." + string(l.Case.State)), Light: p.light(l.Case.Light(p.Profile, now))}
		for n, at := range shown {
			cell := frontend.LedgerCell{LedgerColumn: page.Columns[n], Text: l.Cells[at.index].String(), Number: at.field == "number"}
			if at.field == "site" && cell.Text == "" { // nobody has been there yet
				cell.Text = p.placeName(l.Case.Place)
			}
			row.Cells = append(row.Cells, cell)
		}
		page.Rows = append(page.Rows, row)
	}
	return nil
}

// keyFields are shown on a phone.
var keyFields = []string{"number", "site", "town", "village", "found", "lead", "measures", "stopped", "look1", "look2", "look3", "look4", "operator"}

// shownColumn is a column of the page: where its cell stands in a row, and what fills it.
type shownColumn struct {
	index int
	field string
}

// ledgerHead fills in the headings. A number of the row means nothing on a page of many, and a column that a person fills on paper nothing at all.
func (p *Pages) ledgerHead(page *frontend.Ledger) []shownColumn {
	var shown []shownColumn
	i, stick := 0, 0
	for _, g := range p.Profile.Ledger.Groups {
		group := frontend.LedgerGroup{Name: g.Name}
		for _, col := range g.Columns {
			if i++; col.Field == "seq" || col.Field == "" {
				continue
			}
			v := frontend.LedgerColumn{Name: col.Name, Key: slices.Contains(keyFields, col.Field)}
			if col.Sticky && stick < 2 {
				stick++
				v.Stick = stick
			}
			group.Span++
			page.Columns = append(page.Columns, v)
			shown = append(shown, shownColumn{i - 1, col.Field})
		}
		if group.Span > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	return shown
}

// keepView is POST /desk/ledger/views.
func (p *Pages) keepView(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	f := c.Request.PostForm
	q, err := url.ParseQuery(f.Get("query"))
	if err != nil {
		q = url.Values{}
	}
	query := filtersIn(q).Encode()
	err = p.Ledger.Keep(c.Request.Context(), ledger.View{Staff: staff(c).ID, Name: f.Get("name"), Query: query})
	if err == nil {
		c.Redirect(http.StatusSeeOther, "/desk/ledger?done=view&"+query)
		return nil
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	page, sheet, pageErr := p.ledgerPage(c, q)
	if pageErr == nil && !unread(&page) {
		pageErr = p.ledgerRows(c, &page, sheet, q)
	}
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	page.ViewName = frontend.Field{Value: f.Get("name"), Error: sentence(err)}
	return again{err, page}
}

// forgetView is POST /desk/ledger/views/:view/forget.
func (p *Pages) forgetView(c *gin.Context) error {
	if err := p.Ledger.Forget(c.Request.Context(), staff(c).ID, c.Param("view")); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, "/desk/ledger")
	return nil
}
