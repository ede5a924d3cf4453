package open

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/intake/fault"
	"qianshao/notify/outcome"
)

// Atom 1.0 (RFC 4287).
type (
	atomFeed struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Updated string      `xml:"updated"`
		Author  string      `xml:"author>name"`
		Links   []atomLink  `xml:"link"`
		Entries []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Published  string         `xml:"published"`
		Updated    string         `xml:"updated"`
		Link       atomLink       `xml:"link"`
		Categories []atomCategory `xml:"category"`
		Content    string         `xml:"content"` // text, as it says nothing else
	}
	atomCategory struct {
		Term  string `xml:"term,attr"`
		Label string `xml:"label,attr"`
	}
)

// tag is the id of something for good (RFC 4151). The year only says when the scheme was made.
func (p *Pages) tag(what string) string {
	host := "qianshao"
	if u, err := url.Parse(p.base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "tag:" + host + ",2026:" + p.Profile.Code + "/" + what
}

// atom is GET /outcomes.atom. A withdrawn outcome keeps its id, so that a reader that has it replaces it by the reason.
func (p *Pages) atom(c *gin.Context) error {
	open(c)
	list, next, err := p.list(c, outcome.Filter{Town: p.knownTown(c), Category: p.knownCategory(c)})
	if err != nil {
		return refuse(c, err)
	}
	const kind = "application/atom+xml"
	feed := atomFeed{Lang: "zh-CN", ID: p.tag("outcomes"), Title: p.Words.T("open.feed", p.Profile.Name), Updated: p.Profile.From.Format(time.RFC3339), Author: p.Profile.Texts["asks"],
		Links: []atomLink{{"self", kind, p.base + c.Request.URL.RequestURI()}, {"alternate", "text/html", p.base + "/outcomes"}}}
	if next != "" {
		feed.Links = append(feed.Links, atomLink{"next", kind, p.base + older("/outcomes.atom", outcome.Filter{Town: p.knownTown(c), Category: p.knownCategory(c)}, next)})
	}
	var newest time.Time
	for _, o := range list {
		at := changed(o)
		if at.After(newest) {
			newest, feed.Updated = at, at.Format(time.RFC3339)
		}
		e := atomEntry{ID: p.tag("outcomes/" + o.ID), Title: o.Title, Published: o.Day.Format(time.RFC3339), Updated: at.Format(time.RFC3339), Link: atomLink{"alternate", "text/html", p.base + "/outcomes/" + o.ID}, Content: o.Text}
		if o.Withdrawn != "" {
			e.Title, e.Content = p.Words.T("open.withdrawn"), o.Withdrawn
		}
		for _, id := range o.Categories {
			if k, ok := p.Profile.Category(id); ok && !k.Sealed {
				e.Categories = append(e.Categories, atomCategory{k.ID, k.Plain})
			}
		}
		feed.Entries = append(feed.Entries, e)
	}
	raw, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return fmt.Errorf("open: write feed: %w", err)
	}
	return p.Keep(c, kind+"; charset=utf-8", append([]byte(xml.Header), raw...))
}

// changed is when an outcome became what it is: midnight of the day, and a second later for one that was withdrawn, because a reader that has it from the
// same day would keep it.
func changed(o outcome.Published) time.Time {
	if o.Withdrawn == "" {
		return o.Day
	}
	if o.Taken.Before(o.Day) {
		return o.Day.Add(time.Second)
	}
	return o.Taken.Add(time.Second)
}

type (
	jsonOutcomes struct {
		Source   string        `json:"source"`
		Outcomes []jsonOutcome `json:"outcomes"`
		Next     string        `json:"next,omitempty"`
	}
	jsonOutcome struct {
		ID         string      `json:"id"`
		URL        string      `json:"url"`
		Published  string      `json:"published"`           // day
		Concluded  string      `json:"concluded,omitempty"` // month or quarter
		Town       *jsonNamed  `json:"town,omitempty"`
		Categories []jsonNamed `json:"categories,omitempty"`
		Title      string      `json:"title,omitempty"`
		Text       string      `json:"text,omitempty"`
		Disposals  []string    `json:"disposals,omitempty"`
		FineYuan   float64     `json:"fine_yuan,omitempty"`
		Photos     []string    `json:"photos,omitempty"`
		Withdrawn  string      `json:"withdrawn,omitempty"`
	}
	jsonNamed struct {
		Code string `json:"code"`
		Name string `json:"name"`
	}
)

// json is GET /outcomes.json.
func (p *Pages) json(c *gin.Context) error {
	open(c)
	f := outcome.Filter{Town: p.knownTown(c), Category: p.knownCategory(c)}
	list, next, err := p.list(c, f)
	if err != nil {
		return refuse(c, err)
	}
	out := jsonOutcomes{Source: p.Profile.Texts["asks"], Outcomes: []jsonOutcome{}}
	if next != "" {
		out.Next = p.base + older("/outcomes.json", f, next)
	}
	for _, o := range list {
		j := jsonOutcome{ID: o.ID, URL: p.base + "/outcomes/" + o.ID, Published: o.Day.Format(time.DateOnly), Concluded: o.Month, Title: o.Title, Text: o.Text,
			Disposals: o.Disposals, FineYuan: float64(o.FineFen) / 100, Withdrawn: o.Withdrawn}
		if o.Town != "" {
			j.Town = &jsonNamed{o.Town, p.town(o.Town)}
		}
		for _, id := range o.Categories {
			if k, ok := p.Profile.Category(id); ok && !k.Sealed {
				j.Categories = append(j.Categories, jsonNamed{k.ID, k.Plain})
			}
		}
		for _, photo := range o.Photos {
			j.Photos = append(j.Photos, j.URL+"/"+photo)
		}
		out.Outcomes = append(out.Outcomes, j)
	}
	return p.answer(c, out)
}

// refuse tells a program that asked for a page that there is none, which reads no HTML.
func refuse(c *gin.Context, err error) error {
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	c.JSON(http.StatusBadRequest, gin.H{"error": fault.New(fault.Invalid, "open.after").Sentence(fault.DefaultLang)})
	return nil
}

func (p *Pages) answer(c *gin.Context, v any) error {
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("open: write json: %w", err)
	}
	return p.Keep(c, "application/json; charset=utf-8", append(raw, '\n'))
}

// open lets a page of any other site read this.
func open(c *gin.Context) {
	c.Header("Access-Control-Allow-Origin", "*")
	c.Header("Cross-Origin-Resource-Policy", "cross-origin")
}
