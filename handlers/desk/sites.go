package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/ledger"
	"qianshao/triage/places"
)

// siteSources are the three lists of the register: what was registered in cases, the ledger from before, and the places that the county knows.
var siteSources = []string{"cases", "old", "places"}

// sites is GET /desk/sites.
func (p *Pages) sites(c *gin.Context) error {
	q := c.Request.URL.Query()
	shell, err := p.toolShell(c, "sites", p.Words.T("sites"))
	if err != nil {
		return err
	}
	page := frontend.Sites{Shell: shell, Source: q.Get("source"), Name: frontend.Field{Value: q.Get("name")}, Who: frontend.Field{Value: q.Get("who")}}
	if !slices.Contains(siteSources, page.Source) {
		page.Source = siteSources[0]
	}
	page.Empty = p.Words.T("sites.empty." + page.Source)
	if page.Name.Value != "" || page.Who.Value != "" {
		page.Empty = p.Words.T("sites.none")
	}
	for _, s := range siteSources {
		tab := url.Values{"source": {s}}
		set(tab, "name", page.Name.Value)
		set(tab, "town", q.Get("town"))
		page.Tabs = append(page.Tabs, frontend.QueueTab{Href: "/desk/sites?" + tab.Encode(), Label: p.Words.T("sites." + s), On: s == page.Source})
	}
	page.Filters = p.siteFilters(page.Source, q)
	next := ""
	switch page.Source {
	case "old":
		next, err = p.oldRows(c, &page, q)
	case "places":
		next, err = p.placeRows(c, &page, q)
	default:
		next, err = p.siteRows(c, &page, q)
	}
	if errors.Is(err, docs.ErrToken) {
		c.Redirect(http.StatusSeeOther, "/desk/sites?source="+page.Source)
		return nil
	}
	if err != nil {
		return err
	}
	if next != "" {
		q.Set("after", next)
		page.Next = "/desk/sites?" + q.Encode()
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) siteFilters(source string, q url.Values) []frontend.FilterField {
	any := func(name string) frontend.FilterField {
		return frontend.FilterField{Name: name, Label: p.Words.T("filter." + name), Options: []frontend.Option{{Text: p.Words.T("filter.any"), On: true}}}
	}
	town := any("town")
	for _, t := range p.Profile.Towns {
		town.Options = append(town.Options, frontend.Option{ID: t.Code, Text: t.Name, On: t.Code == q.Get("town")})
	}
	if source != "old" {
		return []frontend.FilterField{town}
	}
	status := any("status")
	for _, s := range ledger.Statuses() {
		status.Options = append(status.Options, frontend.Option{ID: string(s), Text: p.Words.T("site." + string(s)), On: string(s) == q.Get("status")})
	}
	return []frontend.FilterField{town, status}
}

// maxSame is how many other places of the same person a row names; a search for the name finds all of them.
const maxSame = 5

// siteRows are the places that were looked at or disposed of in cases that the actor may see.
func (p *Pages) siteRows(c *gin.Context, page *frontend.Sites, q url.Values) (string, error) {
	ctx, a := c.Request.Context(), staff(c).Actor()
	list, err := p.Cases.Sheet(ctx, a, cases.Sheet{Sites: true, Town: q.Get("town"), Name: q.Get("name"), Who: strings.TrimSpace(q.Get("who"))}, q.Get("after"), ledger.SiteFields...)
	if err != nil {
		return "", fmt.Errorf("desk: sites: %w", err)
	}
	for i := range list.Items {
		k := &list.Items[i]
		site := ledger.SiteOf(p.Profile, k)
		status := ledger.StatusOf(k)
		row := frontend.SiteRow{Href: "/desk/cases/" + k.ID, Name: site.Name, Place: p.placeName(k.Place), Number: k.Number, Kind: string(status), Status: p.Words.T("site." + string(status)),
			What: site.What, Equipment: site.Equipment}
		if row.Name == "" {
			row.Name = row.Place
		}
		if k.Stopped != nil {
			row.Since = p.Words.T("site.stopped", p.day(*k.Stopped))
		}
		same, err := p.Cases.Same(ctx, a, k, maxSame+1)
		if err != nil {
			return "", fmt.Errorf("desk: run by the same: %w", err)
		}
		row.More = len(same) > maxSame
		for j := range same[:min(len(same), maxSame)] {
			row.Same = append(row.Same, frontend.SameSite{Href: "/desk/cases/" + same[j].ID, Text: p.placeName(same[j].Place) + " " + same[j].Number})
		}
		page.Rows = append(page.Rows, row)
	}
	return list.Next, nil
}

// oldRows are those of the ledger from before.
func (p *Pages) oldRows(c *gin.Context, page *frontend.Sites, q url.Values) (string, error) {
	list, err := p.Ledger.Olds(c.Request.Context(), staff(c).Actor(), ledger.OldSheet{Town: q.Get("town"), Status: ledger.Status(q.Get("status")), Name: q.Get("name")}, q.Get("after"))
	if err != nil {
		return "", fmt.Errorf("desk: old sites: %w", err)
	}
	for _, o := range list.Items {
		if o.Gone {
			continue
		}
		row := frontend.SiteRow{Href: "/desk/sites/old/" + o.ID, Name: o.Site, Place: p.placeName(cases.Place{Town: o.Town, Village: o.Village}),
			Kind: string(o.Status), Status: p.Words.T("site." + string(o.Status)), What: p.unitName(o.Lead)}
		if o.Number != "" {
			row.Number = p.Words.T("site.number", o.Number)
		}
		if o.Found != "" {
			row.Since = p.Words.T("site.found", o.Found)
		}
		page.Rows = append(page.Rows, row)
	}
	return list.Next, nil
}

// A page of known places has at least fullPlaces rows, unless for so many the case that taught them had to be looked at that somebody would wait.
const (
	fullPlaces = 50
	maxTaught  = 1000
)

// placeRows are the sites among the known places: all of them for the duty desk, for others those that their cases taught.
func (p *Pages) placeRows(c *gin.Context, page *frontend.Sites, q url.Values) (string, error) {
	next, taught := q.Get("after"), 0
	name := strings.Join(strings.Fields(q.Get("name")), "")
	for {
		list, err := p.Places.Sites(c.Request.Context(), next)
		if err != nil {
			return "", fmt.Errorf("desk: places: %w", err)
		}
		for i := range list.Items {
			pl := &list.Items[i]
			if q.Get("town") != "" && pl.Town != q.Get("town") || !named(pl, name) {
				continue
			}
			if pl.Case != "" {
				taught++
			}
			row, ok, err := p.placeRow(c, pl)
			if err != nil {
				return "", err
			}
			if ok {
				page.Rows = append(page.Rows, row)
			}
		}
		if next = list.Next; next == "" || len(page.Rows) >= fullPlaces || taught >= maxTaught {
			if next != "" && len(page.Rows) == 0 {
				page.Empty = p.Words.T("sites.further")
			}
			return next, nil
		}
	}
}

// placeRow is a known place, if the actor may know of it.
func (p *Pages) placeRow(c *gin.Context, pl *places.Place) (frontend.SiteRow, bool, error) {
	row := frontend.SiteRow{Name: pl.Name, Place: p.placeName(cases.Place{Town: pl.Town, Village: pl.Village, County: pl.County}), Kind: string(ledger.Known), Status: p.Words.T("place." + string(pl.Source)),
		Where: fmt.Sprintf("WGS-84 %.3f, %.3f", pl.At.Lon(), pl.At.Lat())}
	a := staff(c).Actor()
	if pl.Case == "" {
		return row, a.Role == cases.Duty, nil
	}
	k, err := p.Cases.Glimpse(c.Request.Context(), a, pl.Case, "number")
	if fault.KindOf(err) == fault.NotFound {
		return row, false, nil
	}
	if err != nil {
		return row, false, fmt.Errorf("desk: case of a place: %w", err)
	}
	row.Href, row.Number = "/desk/cases/"+k.ID, k.Number
	return row, true, nil
}

func named(pl *places.Place, name string) bool {
	return strings.Contains(pl.Name, name) || slices.ContainsFunc(pl.Aliases, func(a string) bool { return strings.Contains(a, name) })
}

// oldPage is GET /desk/sites/old/:old.
func (p *Pages) oldPage(c *gin.Context, id string) (frontend.OldSite, ledger.Old, error) {
	o, cells, err := p.Ledger.Old(c.Request.Context(), staff(c).Actor(), id)
	if err != nil {
		return frontend.OldSite{}, o, err
	}
	shell, err := p.toolShell(c, "sites", o.Site)
	if err != nil {
		return frontend.OldSite{}, o, err
	}
	page := frontend.OldSite{Shell: shell, ID: o.ID, Name: o.Site, Place: p.placeName(cases.Place{Town: o.Town, Village: o.Village}), Status: p.Words.T("site." + string(o.Status)), Version: o.Version,
		From: p.Words.T("site.imported", o.Row)}
	for _, col := range p.Ledger.Columns() {
		if v := cells[col.Field]; v != "" && col.Field != "" {
			page.Facts = append(page.Facts, frontend.Fact{Name: col.Name, Value: v})
		}
	}
	for _, s := range ledger.Statuses() {
		page.Statuses = append(page.Statuses, frontend.Option{ID: string(s), Text: p.Words.T("site." + string(s)), On: s == o.Status})
	}
	for _, t := range o.Work {
		note, err := p.Ledger.Note(&o, t)
		if err != nil {
			return page, o, err
		}
		page.Work = append(page.Work, frontend.EventView{Day: p.day(t.At), Who: strings.TrimSpace(p.unitName(t.Unit) + " " + t.Name), Text: p.Words.T("site." + string(t.Status)), Note: note})
	}
	return page, o, nil
}

func (p *Pages) oldSite(c *gin.Context) error {
	page, _, err := p.oldPage(c, c.Param("old"))
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// touchOld is POST /desk/sites/old/:old.
func (p *Pages) touchOld(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	f := c.Request.PostForm
	note, broken := intake.CleanWords(f.Get("note"))
	var err error
	if broken {
		err = fault.New(fault.Invalid, "form.encoding").On("note")
	} else {
		_, err = p.Ledger.Touch(c.Request.Context(), staff(c).Actor(), c.Param("old"), version(c), ledger.Status(f.Get("status")), note)
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, "/desk/sites/old/"+c.Param("old"))
		return nil
	}
	page, _, pageErr := p.oldPage(c, c.Param("old"))
	if pageErr != nil {
		return p.lost(c, errors.Join(err, pageErr))
	}
	page.Note.Value, page.Error = note, p.told(c, err)
	if all := fault.All(err); len(all) > 0 && all[0].Field == "note" {
		page.Note.Error, page.Error = page.Error, ""
	}
	choose(page.Statuses, f.Get("status"))
	return again{fmt.Errorf("desk: old site: %w", err), page}
}

// resumeOld shows a site of the ledger from before with what was typed there when the session ended. The id is only looked up.
func (p *Pages) resumeOld(c *gin.Context, id string) error {
	page, o, err := p.oldPage(c, id)
	if err != nil {
		return p.lost(c, err)
	}
	page.Error = p.Words.T("unsent")
	if version(c) != page.Version {
		page.Error = sentence(o.Missed(staff(c).Actor(), version(c)))
	}
	page.Note.Value = Written(c.Request.PostForm)
	choose(page.Statuses, c.Request.PostForm.Get("status"))
	return p.Show(c, http.StatusOK, page)
}
