// Package open is what everybody may read: outcomes, numbers, what came of the tips, and what to look out for. It owns nothing, sets no cookie and knows no
// staff and no tip. What it shows has been made public elsewhere: outcomes in notify/outcome, numbers in notify/numbers, words in the county profile.
package open

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/handlers/public"
	"qianshao/handlers/words"
	"qianshao/notify/numbers"
	"qianshao/notify/outcome"
)

// Deps is what the pages stand on.
type Deps struct {
	Config   *config.Config
	Profile  *county.Profile
	Outcomes *outcome.Service
	Numbers  *numbers.Service
	Words    *words.Catalogue
	Page     func(c *gin.Context, page any) error                // shows a page that may be kept for a while
	Keep     func(c *gin.Context, kind string, raw []byte) error // answers with bytes that may be kept for a while
	Shell    func(title string) frontend.Shell
	Now      func() time.Time
}

// Pages are the pages for everybody.
type Pages struct {
	Deps
	base string // the address of the house, without a slash at the end
}

// New prepares the pages.
func New(d Deps) *Pages { return &Pages{Deps: d, base: strings.TrimSuffix(d.Config.URL, "/")} }

// Routes registers the pages.
func (p *Pages) Routes(handle func(method, path string, f func(*gin.Context) error)) {
	handle("GET", "/outcomes", p.findings)
	handle("GET", "/outcomes.atom", p.atom)
	handle("GET", "/outcomes.json", p.json)
	handle("GET", "/outcomes/:outcome", p.finding)
	handle("GET", "/outcomes/:outcome/:picture", p.photo)
	handle("GET", "/numbers", p.numbers)
	handle("GET", "/numbers.json", p.numbersJSON)
	handle("GET", "/impact", p.impact)
	handle("GET", "/how", p.how)
	handle("GET", "/what", p.what)
}

// shell is the frame of a page in the text size that travels in the address.
func (p *Pages) shell(c *gin.Context, title string) frontend.Shell {
	s := public.Sized(c, p.Shell(title))
	s.Here, s.Stays, s.Open = c.Request.URL.Path, false, true
	return s
}

// day is never more exact than the day.
func (p *Pages) day(t time.Time) string {
	return p.Words.Day(t.In(p.Profile.Zone), p.Now().In(p.Profile.Zone))
}

// town is the name of a township; what is in none, or in one that is gone, is unknown.
func (p *Pages) town(code string) string {
	if t, ok := p.Profile.Town(code); ok {
		return t.Name
	}
	return p.Words.T("open.no_town")
}

// towns and categories are the options of a filter; the first is all.
func (p *Pages) towns(on string) []frontend.Option {
	all := []frontend.Option{{Text: p.Words.T("open.all_towns"), On: on == ""}}
	for _, t := range p.Profile.Towns {
		all = append(all, frontend.Option{ID: t.Code, Text: t.Name, On: t.Code == on})
	}
	return all
}

func (p *Pages) categories(on string) []frontend.Option {
	all := []frontend.Option{{Text: p.Words.T("open.all_categories"), On: on == ""}}
	for _, k := range p.Profile.Categories {
		if !k.Sealed {
			all = append(all, frontend.Option{ID: k.ID, Text: k.Plain, On: k.ID == on})
		}
	}
	return all
}

// knownTown and knownCategory read a filter; what the county does not have narrows nothing, as an old link may name it.
func (p *Pages) knownTown(c *gin.Context) string {
	if t, ok := p.Profile.Town(c.Query("town")); ok {
		return t.Code
	}
	return ""
}

func (p *Pages) knownCategory(c *gin.Context) string {
	if k, ok := p.Profile.Category(c.Query("category")); ok && !k.Sealed {
		return k.ID
	}
	return ""
}

// Month says when a matter was concluded: 2026-10 as 2026年10月, 2026-Q4 as 2026年第4季度.
func Month(w *words.Catalogue, coarse string) string {
	if t, err := time.Parse("2006-01", coarse); err == nil {
		return w.T("month", t.Year(), int(t.Month()))
	}
	if year, quarter, ok := strings.Cut(coarse, "-Q"); ok {
		return w.T("open.quarter", year, quarter)
	}
	return coarse
}
