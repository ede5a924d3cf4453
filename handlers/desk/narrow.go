package desk

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/triage/cases"
)

// lights are those by which a queue can be narrowed.
var lights = []cases.Light{cases.Black, cases.Red, cases.Yellow, cases.Green}

// view is the queue that an address asks for.
func (p *Pages) view(c *gin.Context) cases.Search { return p.search(c.Request.URL.Query()) }

// search is a queue with what narrows it. What is in no list is left out; words look in everything that the asker may see.
func (p *Pages) search(v url.Values) cases.Search {
	q := cases.Search{Filter: filter(v.Get("q")), Names: v.Get("names") != ""}
	if t, ok := p.Profile.Town(v.Get("town")); ok {
		q.Town = t.Code
	}
	if k, ok := p.Profile.Category(v.Get("category")); ok {
		q.Category = k.ID
	}
	if l := cases.Light(v.Get("light")); slices.Contains(lights, l) {
		q.Light = l
	}
	if s := cases.State(v.Get("state")); slices.Contains(cases.States(), s) {
		q.State = s
	}
	words, _ := intake.CleanLine(v.Get("words"))
	if q.Words = firstLetters(strings.TrimSpace(words)); q.Words != "" {
		q.Filter = cases.Found
	}
	return q
}

// from is the queue from which somebody came to the case on whose page a form stood, as the query of an address. The browser says it (Referrer-Policy); ""
// when it does not, or when no queue was named.
func (p *Pages) from(c *gin.Context) string {
	page, err := url.Parse(c.Request.Referer())
	if err != nil || page.RawQuery == "" {
		return ""
	}
	return "?" + query(p.search(page.Query()), "")
}

// mostWords is how much of a search is read; nobody looks for more than a name and a place.
const mostWords = 40

func firstLetters(s string) string {
	if r := []rune(s); len(r) > mostWords {
		return string(r[:mostWords])
	}
	return s
}

// href is the address of a queue.
func href(q cases.Search, after string) string {
	return "/desk?" + query(q, after)
}

func query(q cases.Search, after string) string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Words == "" {
		v.Set("q", string(q.Filter))
	}
	set("town", q.Town)
	set("category", q.Category)
	set("light", string(q.Light))
	set("state", string(q.State))
	set("words", q.Words)
	if q.Names {
		v.Set("names", "1")
	}
	set("after", after)
	return v.Encode()
}

// narrow is the form above a queue.
func (p *Pages) narrow(q cases.Search) frontend.Narrow {
	n := frontend.Narrow{Queue: string(q.Filter), Words: q.Words, On: q.Town+q.Category+string(q.Light)+string(q.State) != ""}
	if q.Filter == cases.Found {
		n.Queue = string(cases.All)
	}
	n.All = href(cases.Search{Filter: cases.Filter(n.Queue)}, "")
	for _, t := range p.Profile.Towns {
		n.Towns = append(n.Towns, frontend.Option{ID: t.Code, Text: t.Name, On: t.Code == q.Town})
	}
	for _, k := range p.Profile.Categories {
		n.Categories = append(n.Categories, frontend.Option{ID: k.ID, Text: k.Plain, On: k.ID == q.Category})
	}
	for _, l := range lights {
		n.Lights = append(n.Lights, frontend.Option{ID: string(l), Text: p.light(l).Word, On: l == q.Light})
	}
	for _, s := range cases.States() {
		if s != cases.Merged {
			n.States = append(n.States, frontend.Option{ID: string(s), Text: p.Words.T("state." + string(s)), On: s == q.State})
		}
	}
	return n
}

// bulk are the things that can be done with several cases of a queue at once.
func (p *Pages) bulk(a cases.Actor, q cases.Search) *frontend.Bulk {
	if !slices.Contains([]cases.Filter{cases.Mine, cases.Late, cases.All, cases.Urgent}, q.Filter) {
		return nil
	}
	b := &frontend.Bulk{NoteLabel: p.Words.T("bulk.note", cases.MinNote)}
	if a.Role != cases.Duty {
		return b
	}
	for _, u := range p.Profile.Units {
		if !cases.Seals(p.Profile, u.ID) { // that is decided for one case at a time, with its tip before one's eyes
			b.Units = append(b.Units, frontend.Option{ID: u.ID, Text: u.Name})
		}
	}
	for _, town := range p.Profile.Towns {
		id := county.TownUnit(town.Code)
		b.Units = append(b.Units, frontend.Option{ID: id, Text: p.Profile.UnitName(id)})
	}
	return b
}
