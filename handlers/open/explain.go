package open

import (
	"slices"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
)

// how is GET /how.
func (p *Pages) how(c *gin.Context) error {
	t := p.Profile.Texts
	page := frontend.HowTo{Shell: p.shell(c, "open.how"), Note: paragraphs(t["explain.note"]), After: paragraphs(t["explain.after"]), Notice: t["notice"], Safety: t["safety"],
		Hotline: t["hotline"], Reward: p.Profile.RewardWords(), Done: t["explain.done"]}
	var seen []string
	for _, e := range p.Profile.Emergencies {
		for _, number := range e.Call {
			if !slices.Contains(seen, number) {
				seen = append(seen, number)
				page.Calls = append(page.Calls, frontend.Call{Number: number, What: t["call."+number]})
			}
		}
	}
	return p.Page(c, page)
}

// what is GET /what.
func (p *Pages) what(c *gin.Context) error {
	t := p.Profile.Texts
	page := frontend.WhatIs{Shell: p.shell(c, "open.what"), Is: t["explain.is"], Done: t["explain.done"], Danger: paragraphs(t["explain.danger"]), Not: paragraphs(t["explain.not"])}
	for _, k := range p.Profile.Categories {
		if k.Point > 0 {
			page.Kinds = append(page.Kinds, frontend.Kind{Plain: k.Plain, Hint: k.Hint, Official: k.Official})
		}
	}
	for _, s := range p.Profile.SiteTypes {
		if len(s.Points) > 0 {
			page.Places = append(page.Places, s.Text)
		}
	}
	// A nose, an ear, and for the rest an eye: the symbol of a sign says by which sense one has it.
	senses := []frontend.Sense{{ID: "smell", Name: p.Words.T("open.smell")}, {ID: "noise", Name: p.Words.T("open.noise")}, {ID: "sight", Name: p.Words.T("open.sight")}}
	for _, s := range p.Profile.Signs {
		i := slices.IndexFunc(senses, func(x frontend.Sense) bool { return x.ID == s.Icon })
		if i < 0 {
			i = len(senses) - 1
		}
		senses[i].Signs = append(senses[i].Signs, frontend.Pictured{Picture: s.ID, Icon: s.Icon, Short: s.Short, Text: s.Text})
	}
	page.Senses = slices.DeleteFunc(senses, func(s frontend.Sense) bool { return len(s.Signs) == 0 })
	return p.Page(c, page)
}
