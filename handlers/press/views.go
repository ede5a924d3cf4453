package press

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/notify/outcome"
	"qianshao/notify/outcome/anonymity"
	"qianshao/triage/scene"
)

func (p *Pages) day(t time.Time) string {
	return p.Words.Day(t.In(p.Profile.Zone), p.Now().In(p.Profile.Zone))
}

func (p *Pages) place(f outcome.Facts) string {
	if t, ok := p.Profile.Town(f.Town); ok {
		return t.Name
	}
	return p.Profile.Name
}

func (p *Pages) what(f outcome.Facts) string {
	var names []string
	for _, id := range f.Categories {
		if k, ok := p.Profile.Category(id); ok {
			names = append(names, k.Plain)
		}
	}
	return strings.Join(names, "；")
}

func (p *Pages) row(it *outcome.Item) frontend.PressRow {
	o, content := &it.Outcome, &it.Content
	r := frontend.PressRow{Href: path + "/" + o.ID, Title: content.Now.Title, Place: p.place(content.Facts), What: p.what(content.Facts), When: p.Words.T("press.changed", p.day(o.Changed))}
	if len(o.Events) == 1 {
		r.When = p.Words.T("press.did." + string(outcome.Made)) // the day would tell when the case was closed
	}
	if o.State == outcome.Scheduled {
		r.When = p.Words.T("press.due", p.day(o.Due))
	}
	if o.State == outcome.Draft || o.State == outcome.Review {
		for _, f := range content.Findings {
			if f.Severity == anonymity.Block {
				r.Red++
			} else {
				r.Yellow++
			}
		}
	}
	return r
}

// page shows an outcome to who works on it, with what they may do in its state.
func (p *Pages) page(c *gin.Context) (frontend.PressItem, error) {
	ctx, a := c.Request.Context(), actor(c)
	o, content, err := p.Outcomes.Get(ctx, a, c.Param("id"))
	if err != nil {
		return frontend.PressItem{}, err
	}
	heading := p.place(content.Facts) + " · " + p.Words.T("press."+string(o.State))
	shell, err := p.Desk.Frame(c, heading)
	if err != nil {
		return frontend.PressItem{}, err
	}
	page := frontend.PressItem{Shell: shell, ID: o.ID, Path: path + "/" + o.ID, Version: o.Version, State: p.Words.T("press.no", o.ID), Heading: heading, Facts: p.facts(content.Facts)}
	var visible []anonymity.Finding
	switch o.State {
	case outcome.Draft:
		page.Edit = &frontend.PressEdit{Title: frontend.Field{Value: content.Now.Title}, Text: frontend.Field{Value: content.Now.Text}}
		page.Send, visible = true, content.Findings
	case outcome.Review:
		page.Approve, page.Return, visible = &frontend.PressApprove{}, &frontend.Field{}, content.Findings
		if o.Wrote(a.ID) {
			page.Approve.Why = p.Words.T("press.two")
		}
	case outcome.Scheduled:
		page.Return, page.Due, visible = &frontend.Field{}, p.Words.T("press.due", p.day(o.Due)), content.Findings
	case outcome.Publicly:
		page.Recall, page.Due = &frontend.Field{}, p.Words.T("press.since", p.day(o.Day))
	case outcome.Withdrawn:
		page.Gone, page.Again = o.Public.Withdrawn, true
	}
	asks := page.Approve != nil && page.Approve.Why == ""
	page.Found = p.found(&content, visible, asks)
	if o.State != outcome.Withdrawn {
		page.Head = parts(content.Now.Title, anonymity.InTitle, visible)
		page.Text = parts(content.Now.Text, anonymity.InText, visible)
	}
	if content.Now != content.Machine {
		for _, d := range outcome.Diff(content.Machine.Title+"\n"+content.Machine.Text, content.Now.Title+"\n"+content.Now.Text) {
			page.Diff = append(page.Diff, frontend.PressDiff{Text: d.Text, Kept: d.Kept, Out: d.Gone})
		}
	}
	if err := p.photos(c, &o, &page); err != nil {
		return page, err
	}
	page.Log, err = p.log(&o)
	return page, err
}

func (p *Pages) facts(f outcome.Facts) []frontend.Fact {
	var all []frontend.Fact
	add := func(name, value string) {
		if value != "" {
			all = append(all, frontend.Fact{Name: p.Words.T("press.fact." + name), Value: value})
		}
	}
	add("place", p.place(f))
	add("what", p.what(f))
	add("month", outcome.SpokenPeriod(f.Month))
	if f.Lead != "" {
		add("lead", p.Profile.UnitName(f.Lead))
	}
	add("done", strings.Join(f.Disposals, "；"))
	if f.FineFen > 0 {
		add("fine", county.Yuan(f.FineFen))
	}
	return all
}

// found tells the findings; asks says that each that only asks has a field for a reason.
func (p *Pages) found(content *outcome.Content, found []anonymity.Finding, asks bool) []frontend.PressFinding {
	var all []frontend.PressFinding
	for i, f := range found {
		v := frontend.PressFinding{Number: i + 1, Kind: p.Words.T("finding." + string(f.Kind)), Says: p.Words.T("finding.says." + string(f.Kind)), Red: f.Severity == anonymity.Block}
		switch {
		case f.Kind == anonymity.Forbidden:
			v.Says = f.Detail
		case f.Kind == anonymity.Place && f.Detail != "":
			v.Says = p.Words.T("finding.says.village")
		}
		switch f.Field {
		case anonymity.InTitle:
			v.Marked = marked(content.Now.Title, f.Span)
		case anonymity.InText:
			v.Marked = marked(content.Now.Text, f.Span)
		default:
			v.Marked = p.Words.T("press.photo", f.Span.From+1)
		}
		if !v.Red && asks {
			v.Name = reasonName(f)
		}
		v.Kept = content.Reasons[outcome.Key(f)]
		all = append(all, v)
	}
	return all
}

// marked is what a finding marks.
func marked(text string, s anonymity.Span) string {
	runes := []rune(text)
	return string(runes[min(s.From, len(runes)):min(s.To, len(runes))])
}

// parts cuts a text at the findings in it. Where two overlap, the one that came first is shown.
func parts(text, field string, found []anonymity.Finding) []frontend.PressPart {
	runes := []rune(text)
	of := make([]int, len(runes)) // number of the finding of each character
	for i, f := range found {
		if f.Field != field {
			continue
		}
		for at := f.Span.From; at < min(f.Span.To, len(runes)); at++ {
			if of[at] == 0 {
				of[at] = i + 1
			}
		}
	}
	var all []frontend.PressPart
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && of[to] == of[from] {
			to++
		}
		part := frontend.PressPart{Text: string(runes[from:to]), Finding: of[from]}
		if n := of[from]; n > 0 {
			part.Red = found[n-1].Severity == anonymity.Block
		}
		all = append(all, part)
		from = to
	}
	return all
}

// photos shows the photos of an outcome and those of the case that could be added.
func (p *Pages) photos(c *gin.Context, o *outcome.Outcome, page *frontend.PressItem) error {
	used := map[string]bool{}
	edits := o.State == outcome.Draft
	for i, photo := range o.Photos {
		used[photo.Scene] = true
		v := frontend.PressPhoto{ID: photo.Burnt, Path: page.Path, Alt: p.Words.T("press.photo", i+1), Source: page.Path + "/scene/" + photo.Scene + "/" + scene.Large,
			Shown: page.Path + "/shown/" + photo.Burnt, Width: photo.Width, Height: photo.Height, Edits: edits, Seen: photo.By != ""}
		for j, b := range photo.Boxes {
			v.Boxes = append(v.Boxes, frontend.PressBox{Number: j + 1, X: b.X, Y: b.Y, W: b.W, H: b.H})
		}
		page.Photos = append(page.Photos, v)
	}
	if !edits {
		return nil
	}
	all, err := p.Outcomes.Scenes(c.Request.Context(), actor(c), o.ID)
	if err != nil {
		return err
	}
	for i, id := range all {
		if !used[id] {
			page.Scenes = append(page.Scenes, frontend.PressScene{ID: id, Small: page.Path + "/scene/" + id + "/" + scene.Small, Alt: p.Words.T("photo.scene", i+1)})
		}
	}
	return nil
}

func (p *Pages) log(o *outcome.Outcome) ([]frontend.PressEvent, error) {
	var all []frontend.PressEvent
	for _, e := range o.Events {
		note, err := p.Outcomes.Note(o, e)
		if err != nil {
			return nil, err
		}
		who := e.Name
		if who == "" {
			who = p.Words.T("who.system")
		}
		day := p.day(e.At)
		if e.Action == outcome.Made {
			day = "" // it would tell when the case was closed
		}
		all = append(all, frontend.PressEvent{Day: day, Who: who, Text: p.Words.T("press.did." + string(e.Action)), Note: note})
	}
	return all, nil
}
