package desk

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/notify/outcome"
	"qianshao/notify/poster"
	"qianshao/triage/cases"
)

const (
	handoutsPath = "/desk/handouts"
	latest       = 20 // outcomes that can be made an article from the page; older ones by their address
)

// prints reports whether the role makes what the village sees.
func prints(r cases.Role) bool { return r == cases.Duty || r == cases.Publicity }

func (p *Pages) notice(town string) poster.Notice {
	return poster.Notice{Profile: p.Profile, URL: strings.TrimSuffix(p.Config.URL, "/"), Town: town, Drawing: p.Drawing}
}

// handouts is GET /desk/handouts.
func (p *Pages) handouts(c *gin.Context) error {
	shell, err := p.shell(c, "handouts.title", "")
	if err != nil {
		return err
	}
	n := p.notice("")
	page := frontend.Handouts{Shell: shell, Address: n.Address(), Towns: []frontend.Option{{Text: p.Words.T("open.all_towns"), On: true}},
		Sizes: []frontend.Option{{ID: string(poster.A4), Text: "A4", On: true}, {ID: string(poster.A3), Text: "A3"}}}
	for _, t := range p.Profile.Towns {
		page.Towns = append(page.Towns, frontend.Option{ID: t.Code, Text: t.Name, On: p.ownTown(c, t)})
	}
	page.Broadcast, page.Seconds = poster.Broadcast(p.Profile)
	if !n.Safe() {
		page.Unsafe = p.Words.T("handouts.unsafe", n.URL)
	}
	list, _, err := p.Outcomes.List(c.Request.Context(), outcome.Filter{}, "", latest)
	if err != nil {
		return fmt.Errorf("desk: handouts: %w", err)
	}
	for _, o := range list {
		if o.Withdrawn == "" {
			page.Articles = append(page.Articles, frontend.DeskLink{Href: handoutsPath + "/outcomes/" + o.ID, Text: o.Title})
		}
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) ownTown(c *gin.Context, t county.Town) bool {
	return staff(c).Unit == county.TownUnit(t.Code)
}

// poster is GET /desk/handouts/poster?town=&size=&as=: without them the county's, on A4, to print. fault handouts.town, handouts.size.
func (p *Pages) poster(c *gin.Context) error {
	size, format, kind := cmp.Or(poster.Size(c.Query("size")), poster.A4), cmp.Or(poster.Format(c.Query("as")), poster.PDF), "application/pdf"
	if size != poster.A4 && size != poster.A3 || format != poster.PDF && format != poster.PNG {
		return fault.New(fault.NotFound, "handouts.size")
	}
	if format == poster.PNG {
		kind = "image/png"
	}
	town, ok := p.Profile.Town(c.Query("town"))
	if !ok && c.Query("town") != "" {
		return fault.New(fault.NotFound, "handouts.town")
	}
	raw, err := poster.Poster(p.notice(town.Code), size, format)
	if err != nil {
		return fmt.Errorf("desk: poster: %w", err)
	}
	return file(c, fmt.Sprintf("poster-%s-%s.%s", orCounty(town.ID), size, format), kind, raw)
}

func orCounty(id string) string {
	if id == "" {
		return "county"
	}
	return id
}

// leaflet is GET /desk/handouts/leaflet.
func (p *Pages) leaflet(c *gin.Context) error {
	raw, err := poster.Leaflet(p.notice(""))
	if err != nil {
		return fmt.Errorf("desk: leaflet: %w", err)
	}
	return file(c, "leaflet.pdf", "application/pdf", raw)
}

// broadcast is GET /desk/handouts/broadcast: the text for the loudspeaker as a file.
func (p *Pages) broadcast(c *gin.Context) error {
	lines, _ := poster.Broadcast(p.Profile)
	return file(c, "broadcast.txt", "text/plain; charset=utf-8", []byte(strings.Join(lines, "\n")+"\n"))
}

func file(c *gin.Context, name, kind string, raw []byte) error {
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Data(http.StatusOK, kind, raw)
	return nil
}

// published reads an outcome that can be told. fault outcome.unknown, also once it was withdrawn: nobody should spread it.
func (p *Pages) published(c *gin.Context) (outcome.Published, error) {
	o, err := p.Outcomes.Read(c.Request.Context(), c.Param("outcome"))
	if err == nil && o.Withdrawn != "" {
		err = fault.New(fault.NotFound, "outcome.unknown")
	}
	return o, err
}
