// Package notify carries the answer back: it turns the state of a case into the plain sentences that the tipster reads.
// It owns the wording's order, not the words: those are texts of the county profile. It knows nothing of codes or pages.
package notify

import (
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// Step is one line of the tipster's story. Day is midnight in the county.
type Step struct {
	Day  time.Time
	Text string
	Done bool
}

// Story tells the tipster what happened, newest first, and what comes next and by when. c is nil while triage has not opened a case; then next is empty.
// It never shows a note, a person's name, how urgent the case is or that others wrote about it, and no day before the tip's own receipt.
func Story(p *county.Profile, received time.Time, c *cases.Case) (steps []Step, next string) {
	first := p.Day(received)
	steps = []Step{{Day: first, Text: p.Texts["story.received"], Done: true}}
	if c == nil {
		return []Step{{Day: first, Text: p.Texts["story.working"]}, steps[0]}, ""
	}
	for _, e := range c.Events {
		text := told(p, c, e)
		if text == "" {
			continue
		}
		on := p.Day(e.At)
		if on.Before(first) {
			on = first
		}
		steps = append(steps, Step{Day: on, Text: text, Done: true})
	}
	slices.Reverse(steps)
	return steps, coming(p, c)
}

// told is what the tipster reads of an event; "" for what is not theirs.
func told(p *county.Profile, c *cases.Case, e cases.Event) string {
	switch cases.Action(e.Action) {
	case cases.Arrive, cases.HandBack, cases.Assign:
		return p.Say("story.unsigned", p.UnitName(e.Lead))
	case cases.Sign:
		return p.Say("story.signed", p.UnitName(e.Unit))
	case cases.Look, cases.Conclude:
		return p.Say("story."+string(e.To), p.UnitName(e.Unit))
	case cases.Dispose, cases.Finish:
		return p.Say("story."+string(e.To), p.UnitName(e.Unit))
	case cases.Reopen:
		return p.Say("story.reopened", p.UnitName(e.Lead))
	case cases.Grant:
		return p.Texts["story.extended"]
	case cases.Close:
		if e.From == cases.Signed { // it was answered with a referral
			return p.Texts["story.referred"]
		}
		return p.Texts["story.closed"]
	}
	return ""
}

// awaited are the steps in the order in which they are taken, whatever their clocks say, with the text that announces each.
var awaited = []struct{ step, text string }{
	{cases.StepSign, "next.sign"}, {cases.StepLook, "next.look"}, {cases.StepConclude, "next.conclude"}, {cases.StepReply, "next.answer"},
	{cases.StepBegin, "next.begin"}, {cases.StepDispose, "next.dispose"}, {cases.StepClose, "next.close"},
}

// coming is the next step and its last day.
func coming(p *county.Profile, c *cases.Case) string {
	for _, a := range awaited {
		for _, k := range c.Clocks {
			if k.Step == a.step && k.Done == nil {
				last := p.LastDay(k.Due)
				return p.Say(a.text, fmt.Sprintf("%d月%d日", last.Month(), last.Day()))
			}
		}
	}
	return p.Texts["next.none"]
}
