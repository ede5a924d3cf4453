package open

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/notify/outcome"
)

// pageLength is how many outcomes stand on a page and in a feed.
const pageLength = 20

// narrowed is the filter of an address.
func (p *Pages) narrowed(c *gin.Context, months []string) outcome.Filter {
	f := outcome.Filter{Town: p.knownTown(c), Category: p.knownCategory(c)}
	if m := c.Query("month"); slices.Contains(months, m) {
		f.Month = m
	}
	return f
}

// list reads a page of outcomes. fault page.unknown for an address that is none of ours.
func (p *Pages) list(c *gin.Context, f outcome.Filter) ([]outcome.Published, string, error) {
	list, next, err := p.Outcomes.List(c.Request.Context(), f, c.Query("after"), pageLength)
	if errors.Is(err, docs.ErrToken) {
		err = fault.New(fault.NotFound, "page.unknown").Because(err)
	}
	return list, next, err
}

// months are those of which something is published, the newest first.
func (p *Pages) months(c *gin.Context) ([]string, error) {
	n, err := p.Outcomes.Totals(c.Request.Context())
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	var all []string
	for m := range n.Months {
		all = append(all, m)
	}
	slices.Sort(all)
	slices.Reverse(all)
	return all, nil
}

// older is the address of the next page, with the filter.
func older(path string, f outcome.Filter, after string) string {
	q := url.Values{"after": {after}}
	for name, v := range map[string]string{"town": f.Town, "category": f.Category, "month": f.Month} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return path + "?" + q.Encode()
}

// findings is GET /outcomes.
func (p *Pages) findings(c *gin.Context) error {
	months, err := p.months(c)
	if err != nil {
		return err
	}
	f := p.narrowed(c, months)
	list, next, err := p.list(c, f)
	if err != nil {
		return err
	}
	page := frontend.Findings{Shell: p.shell(c, "open.findings"), Towns: p.towns(f.Town), Categories: p.categories(f.Category), Narrowed: f != outcome.Filter{},
		Feeds: []frontend.DeskLink{{Href: "/outcomes.atom", Text: "Atom"}, {Href: "/outcomes.json", Text: "JSON"}, {Href: "/open311/discovery.json", Text: "Open311"}}}
	if len(months) > 0 {
		page.Months = []frontend.Option{{Text: p.Words.T("open.all_months"), On: f.Month == ""}}
	}
	for _, m := range months {
		page.Months = append(page.Months, frontend.Option{ID: m, Text: Month(p.Words, m), On: m == f.Month})
	}
	for _, o := range list {
		page.Rows = append(page.Rows, frontend.FindingRow{Href: "/outcomes/" + o.ID, Title: o.Title, Day: p.day(o.Day), Place: p.place(o), Tags: p.tags(o), Photos: len(o.Photos),
			Withdrawn: o.Withdrawn != ""})
	}
	if next != "" {
		page.Next = page.Link(older("/outcomes", f, next))
	}
	return p.Page(c, page)
}

// finding is GET /outcomes/ID.
func (p *Pages) finding(c *gin.Context) error {
	o, err := p.Outcomes.Read(c.Request.Context(), c.Param("outcome"))
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	page := frontend.Finding{Shell: p.shell(c, "open.findings"), Day: p.day(o.Day), Withdrawn: o.Withdrawn}
	if o.Withdrawn == "" {
		page.Title, page.Heading = o.Title, o.Title
		page.Place, page.When, page.Tags, page.Disposals, page.Paragraphs = p.place(o), Month(p.Words, o.Month), p.tags(o), o.Disposals, paragraphs(o.Text)
		if o.FineFen > 0 {
			page.Fine = county.Yuan(o.FineFen)
		}
		for i, photo := range o.Photos {
			page.Photos = append(page.Photos, frontend.FindingPhoto{Src: "/outcomes/" + o.ID + "/" + photo, Alt: p.Words.T("open.photo", i+1, o.Title)})
		}
	}
	return p.Page(c, page)
}

// photo is GET /outcomes/ID/PICTURE. A phone may keep it for a while, not for good: it can be taken down.
func (p *Pages) photo(c *gin.Context) error {
	raw, err := p.Outcomes.Photo(c.Request.Context(), c.Param("outcome"), c.Param("picture"))
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	return p.Keep(c, "image/jpeg", raw)
}

// place is the township; "" for a withdrawn one.
func (p *Pages) place(o outcome.Published) string {
	if o.Town == "" {
		return ""
	}
	return p.town(o.Town)
}

func (p *Pages) tags(o outcome.Published) []string {
	var all []string
	for _, id := range o.Categories {
		if k, ok := p.Profile.Category(id); ok && !k.Sealed {
			all = append(all, k.Plain)
		}
	}
	return all
}

func paragraphs(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}
