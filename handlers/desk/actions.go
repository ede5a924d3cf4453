package desk

import (
	"slices"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// What nobody waits for: such an action is offered, folded away, and never stands on top as the next step.
var aside = []cases.Action{
	cases.HandBack, cases.Lower, cases.Register, cases.Correct, cases.Void, cases.Pause, cases.Extend, cases.Redo, cases.Reopen, cases.Invite, cases.Urge,
	cases.Supervise, cases.Prolong, cases.Remark,
}

// noted are actions with which something may be said that need not be.
var noted = []cases.Action{cases.Look, cases.Dispose, cases.Close, cases.Grant, cases.Invite, cases.Urge, cases.Strike, cases.Resume, cases.Assign}

// unnamed are actions that may name a unit and need not.
var unnamed = []cases.Action{cases.Remark, cases.Reopen, cases.HandBack}

// unitOf is the unit for which an actor speaks.
func unitOf(a cases.Actor) string {
	if a.Role == cases.Duty {
		return county.DutyDesk
	}
	return a.Unit
}

// expects says whether an action is what the case waits for from the actor.
func expects(a cases.Actor, k *cases.Case, t cases.Transition) bool {
	switch t.Action {
	case cases.Assign:
		return k.Lead == county.DutyDesk && k.State == cases.Unsigned && a.Role == cases.Duty
	case cases.Opine:
		return slices.ContainsFunc(k.Clocks, func(c cases.Clock) bool { return c.Step == cases.StepOpinion && c.Of == unitOf(a) && c.Done == nil })
	}
	return !slices.Contains(aside, t.Action)
}

// actionViews draws the actions from the table, the expected one first. Those that are about one record stand beside it: see recordViews.
func (p *Pages) actionViews(a cases.Actor, k *cases.Case) []frontend.ActionView {
	var views []frontend.ActionView
	found := false
	for _, t := range p.Cases.Actions(a, k) {
		if slices.Contains(t.Takes, cases.TakesItem) || t.Talk {
			continue
		}
		v := p.actionView(a, k, t)
		if slices.Contains(t.Takes, cases.TakesRecord) && len(v.Links) == 0 {
			continue
		}
		if !found && expects(a, k, t) && (t.Action != cases.Strike || v.Missing == "") {
			v.Main, found = true, true
			views = append([]frontend.ActionView{v}, views...)
			continue
		}
		views = append(views, v)
	}
	for i := range views { // what the next step lacks lies open beside it
		if views[i].Key == string(cases.Register) && len(views) > 0 && views[0].Missing != "" && k.State == cases.Disposing {
			views[i].Open = true
		}
	}
	return views
}

func (p *Pages) actionView(a cases.Actor, k *cases.Case, t cases.Transition) frontend.ActionView {
	key := string(t.Action)
	v := frontend.ActionView{Key: key, Verb: p.Words.T("verb." + key), NeedsNote: t.NeedsNote, MayNote: slices.Contains(noted, t.Action)}
	if t.Action == cases.Assign && k.Bounced >= p.Profile.Casework.Bounces && !k.Ruled { // a ruling is explained
		v.NeedsNote = true
	}
	if v.NeedsNote {
		v.NoteLabel = p.Words.T("note."+key, cases.MinNote)
	}
	if err := p.Cases.Missing(k, t); err != nil {
		v.Missing = sentence(err)
		if t.Action == cases.Conclude {
			v.Fix = &frontend.DeskLink{Href: recordHref(k.ID, disposal.KindSurvey), Text: p.Words.T("fix.survey")}
		}
	}
	for _, what := range t.Takes {
		switch what {
		case cases.TakesOutcome:
			v.Question = p.Words.T("ask.outcome")
			for _, o := range cases.Outcomes {
				v.Outcomes = append(v.Outcomes, frontend.Option{ID: string(o), Text: p.Words.T("state." + string(o))})
			}
		case cases.TakesChoice:
			v.Question = p.Words.T("ask." + key)
			for _, o := range t.Choices {
				v.Outcomes = append(v.Outcomes, frontend.Option{ID: o.ID, Text: o.Name})
			}
		case cases.TakesUnit:
			v.UnitLabel, v.MayUnit, v.Units = p.Words.T("ask.unit."+key), slices.Contains(unnamed, t.Action), p.units(a, k, t.Action)
		case cases.TakesRecord:
			v.Links = p.recordLinks(a, k, t.Action)
		}
	}
	return v
}

// units are those that an action may name.
func (p *Pages) units(a cases.Actor, k *cases.Case, act cases.Action) []frontend.Option {
	ids := k.Sees // a remark is for who sees the case
	if act != cases.Remark {
		ids = nil
		for _, u := range p.Profile.Units {
			ids = append(ids, u.ID)
		}
		for _, town := range p.Profile.Towns {
			ids = append(ids, county.TownUnit(town.Code))
		}
	}
	var all []frontend.Option
	for _, id := range ids {
		name := p.Profile.UnitName(id)
		switch {
		case act == cases.Remark && id == unitOf(a), act != cases.Remark && id == k.Lead, slices.Contains(k.Hidden, id):
			continue
		case act == cases.Assign && cases.Seals(p.Profile, id):
			name = p.Words.T("unit.seals", name)
		}
		all = append(all, frontend.Option{ID: id, Text: name})
	}
	return all
}

// recordLinks are the forms of an action that registers something, without those of what the law does not let the actor's unit do.
func (p *Pages) recordLinks(a cases.Actor, k *cases.Case, act cases.Action) []frontend.DeskLink {
	var links []frontend.DeskLink
	if act == cases.LookBack {
		for _, b := range k.LookBacks {
			if b.Asked != nil && b.Done == nil && !b.Off {
				links = append(links, frontend.DeskLink{Href: recordHref(k.ID, disposal.KindVisit), Text: p.Words.T("lookback.do", b.Number)})
				break // one after the other
			}
		}
		return links
	}
	for _, kind := range disposal.Kinds() {
		if kind == disposal.KindSeizure && !p.Profile.MaySeize(unitOf(a)) {
			continue
		}
		links = append(links, frontend.DeskLink{Href: recordHref(k.ID, kind), Text: kind.Name()})
	}
	return links
}

func recordHref(id string, kind disposal.Kind) string {
	return "/desk/cases/" + id + "/record/" + string(kind)
}
