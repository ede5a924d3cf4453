// Package notify carries the answer back: it turns the state of a case into the plain sentences that the tipster reads.
// It owns the wording's order, not the words: those are texts of the county profile. It knows nothing of codes or pages.
package notify

import (
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
)

// Step is one line of the tipster's story. Day is midnight in the county.
type Step struct {
	Day  time.Time
	Text string
	Done bool
}

// Story tells the tipster what happened, newest first, and what comes next and by when, or that it is late. c is nil while triage has not opened a case; then next is empty.
// It never shows a note, a person's name, how urgent the case is or that others wrote about it, and no day before the tip's own receipt.
func Story(p *county.Profile, received, now time.Time, c *cases.Case) (steps []Step, next string) {
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
	return steps, coming(p, now, c)
}

// line is a text of the profile; of names the unit that it names, if any.
type line struct {
	text string
	of   func(cases.Event) string
}

func lead(e cases.Event) string { return e.Lead }
func unit(e cases.Event) string { return e.Unit }

// lines are the actions of which the tipster reads, but for those that told decides.
var lines = map[cases.Action]line{
	cases.Arrive: {"story.unsigned", lead}, cases.HandBack: {"story.unsigned", lead}, cases.Sign: {"story.signed", unit}, cases.Look: {"story.looked", unit},
	cases.Dispose: {"story.disposing", unit}, cases.Finish: {"story.disposed", unit}, cases.Redo: {"story.redone", lead}, cases.Grant: {"story.extended", nil},
	cases.Pause: {"story.paused", nil}, cases.Prolong: {"story.extended", nil},
}

// Untold are the actions of which the tipster reads nothing: what the staff say among themselves, how urgent it is, who else tipped, and what was said to one
// person or by one, which stands in the dialogue of that person alone.
var Untold = []cases.Action{cases.Lower, cases.Extend, cases.Refuse, cases.Urge, cases.Supervise, cases.Answer, cases.Invite, cases.Opine, cases.Register, cases.Correct,
	cases.Void, cases.Remark, cases.Merge, cases.Separate, cases.Reject, cases.Recur, cases.Inquire, cases.Write, cases.Object, cases.Dismiss}

// told is what the tipster reads of an event; "" for what is not theirs.
func told(p *county.Profile, c *cases.Case, e cases.Event) string {
	say := func(key, unit string) string { return p.Say(key, p.UnitName(unit)) }
	switch cases.Action(e.Action) {
	case cases.Assign:
		if slices.Contains([]cases.State{cases.True, cases.Unclear, cases.Disposing, cases.Disposed}, e.From) {
			return say("story.moved", e.Lead)
		}
		return say("story.unsigned", e.Lead)
	case cases.Conclude:
		return say("story."+string(e.To), e.Unit)
	case cases.Reopen:
		switch {
		case e.Choice == "relapse":
			return p.Texts["story.relapsed"]
		case e.Target != "":
			return say("story.rechecked", e.Lead)
		}
		return say("story.reopened", e.Lead)
	case cases.Resume:
		if e.Choice == cases.Silence || e.Choice == intake.Unsaid { // the wait is over, and nothing came
			return p.Texts["story.unheard"]
		}
		return p.Texts["story.resumed"]
	case cases.LookBack:
		return p.Texts[map[cases.Seen]string{cases.Clean: "story.looked_back", cases.Doubtful: "story.doubted", cases.Hit: "story.relapsed"}[c.Saw(e)]]
	case cases.Strike:
		if e.To == cases.Struck {
			return p.Texts["story.struck"]
		}
		return ""
	case cases.Close:
		switch {
		case e.From == cases.Signed: // it was answered with a referral
			return p.Texts["story.referred"]
		case e.To == cases.Watched:
			return p.Texts["story.watched"]
		}
		return p.Texts["story.closed"]
	}
	l, ok := lines[cases.Action(e.Action)]
	switch {
	case !ok:
		return ""
	case l.of == nil:
		return p.Texts[l.text]
	}
	return say(l.text, l.of(e))
}

// awaited are the steps in the order in which they are taken, whatever their clocks say, with the text that announces each, and the one that owns up to it when the day is past.
var awaited = []struct{ step, text, late string }{
	{cases.StepSign, "next.sign", "late.sign"}, {cases.StepLook, "next.look", "late.look"}, {cases.StepConclude, "next.conclude", "late.conclude"},
	{cases.StepReply, "next.answer", "late.answer"}, {cases.StepBegin, "next.begin", "late.begin"}, {cases.StepDispose, "next.dispose", "late.dispose"},
	{cases.StepClose, "next.close", "late.close"},
}

// Withdrawn is all that is told to who withdrew.
func Withdrawn(p *county.Profile) string { return p.Texts["story.withdrawn"] }

// coming is the next step and its last day. A day that is past is no promise any more; one that the pause moves is none yet.
func coming(p *county.Profile, now time.Time, c *cases.Case) string {
	for _, a := range awaited {
		for _, k := range c.Clocks {
			if k.Step == a.step && k.Done == nil {
				if k.Held != nil {
					return p.Texts["story.paused"]
				}
				last, text := p.LastDay(k.Due), a.text
				if p.Day(now).After(last) {
					text = a.late
				}
				return p.Say(text, fmt.Sprintf("%d月%d日", last.Month(), last.Day()))
			}
		}
	}
	return p.Texts["next.none"]
}
