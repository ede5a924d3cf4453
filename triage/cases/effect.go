package cases

import (
	"slices"
	"time"

	"qianshao/config/county"
)

// effect is what an action changes beside the state, the note and the clocks that the table names.
func (c *Case) effect(p *county.Profile, t Transition, m move, e *Event) {
	for _, what := range t.Takes { // only what was checked stands in the log
		switch what {
		case TakesUnit:
			e.Target = m.in.Unit
		case TakesChoice:
			e.Choice = m.in.Choice
		case TakesItem:
			e.Item = m.in.Item
		}
	}
	switch m.act {
	case Sign:
		if c.Back != "" {
			c.State, c.Back = c.Back, ""
		}
	case Look: // once more, perhaps
		c.Outcome = ""
	case Lower:
		c.lower(p, m.at)
	case Conclude:
		c.conclude(p, m)
	case HandBack:
		c.Bounced++
		c.lead(dutyDesk)
		if c.running(StepAccept, "") == nil {
			c.begin(p, StepAccept, m.at, m.at)
		}
		c.came(p, m.at)
	case Prolong:
		c.prolong(p)
	case Assign:
		c.assign(p, m, e.From)
	case Dispose, Finish, Redo:
	case Close:
		if c.State == Watched && len(c.LookBacks) == 0 { // no place to look at again
			c.State = Closed
		}
	case Strike:
		c.Agreed = append(c.Agreed, Agreement{Unit: m.actor.unit(), By: m.actor.ID, At: m.at})
		if c.consent() {
			c.State = Struck
			c.stop(StepStrike, m.at)
		}
	case Reopen:
		c.reopen(p, m)
		c.came(p, m.at)
	case Pause:
		c.pause(p, m.actor.ID, m.in.Choice, m.at)
	case Inquire, Write, Dismiss:
		c.send(p, m, e)
	case Resume:
		c.resume(p, m.at)
	case Extend:
		c.Extension = &Extension{Step: c.extendable(), Asked: m.at, By: m.actor.ID}
		c.tell(p, Notice{Kind: NoticeAsked, Unit: c.Lead, Rank: county.RankHead, Step: c.Extension.Step, At: m.at})
	case Grant, Refuse:
		if m.act == Grant {
			c.extend(p)
		}
		c.tell(p, Notice{Kind: NoticeDecided, Unit: c.Lead, Rank: county.RankHandler, Step: c.Extension.Step, At: m.at})
		c.Extension = nil
	case Urge:
		c.tell(p, Notice{Kind: NoticeUrge, Unit: c.Lead, Rank: county.RankHandler, At: m.at})
	case Supervise:
		e.Item = c.supervise(p, m.actor.ID, m.at)
	case Answer:
		c.answer(m.actor.unit(), m.at)
		c.tell(p, Notice{Kind: NoticeAnswer, Unit: dutyDesk, Rank: county.RankHandler, At: m.at})
	case Invite:
		c.invite(p, m.in.Unit, m.at)
	case Opine:
		c.opine(p, m)
	case Register, Correct, LookBack:
		e.Item = c.write(m)
		c.derive(p, m.at)
		if f := m.form; f.Visit != nil {
			c.found(p, e.Item, f.Visit, m.act == Correct, m.at)
		}
		c.abroad(p, e.Item, m.at)
	case Void:
		c.Records = slices.Clone(c.Records)
		c.Records[c.recordIndex(m.in.Item)].Void = true
		c.derive(p, m.at)
	case Remark:
		c.tell(p, Notice{Kind: NoticeMention, Unit: m.in.Unit, Rank: county.RankHandler, At: m.at})
	}
}

// wrapUp is what comes after every action: an extension for a step that is over is forgotten, a case that may be struck off says so.
func (c *Case) wrapUp(p *county.Profile, m move) {
	c.lapse(m.at)
	c.mayStrike(p, m.at)
	if c.Hold == nil {
		c.stop(StepPause, m.at)
	}
	c.forgive(m.at)
}

// forgive lets who helps no longer owe no opinion.
func (c *Case) forgive(at time.Time) {
	for _, k := range c.Clocks {
		if k.Step == StepOpinion && !slices.Contains(c.Co, k.Of) {
			c.stopOf(k.Step, k.Of, at)
		}
	}
}

// conclude takes in the outcome.
func (c *Case) conclude(p *county.Profile, m move) {
	c.State, c.Outcome = m.in.Outcome, m.in.Outcome
	if c.Outcome != True {
		c.start(p, StepClose, m.at, m.at)
		return
	}
	c.start(p, StepBegin, m.at, m.at)
	if c.Failed == False {
		c.failed(p, m.at)
	}
}

// rules says that the next assignment is a ruling.
func (c *Case) rules(p *county.Profile) bool { return c.Bounced >= p.Casework.Bounces && !c.Ruled }

// assign gives the case to a unit. After the conclusion it goes on where it was once the new lead has signed.
func (c *Case) assign(p *county.Profile, m move, from State) {
	if slices.Contains(afterResult, from) {
		c.Back = from
	}
	c.Ruled = c.Ruled || c.rules(p)
	c.resume(p, m.at)
	c.lead(m.in.Unit)
	if Seals(p, m.in.Unit) {
		c.seal()
	}
	c.came(p, m.at)
}

// takeUp begins anew: what was concluded, planned and asked for is over; what was recorded stays.
func (c *Case) takeUp(at time.Time) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Of == "" || k.Step == StepLookBack || k.Step == StepOpinion {
			k.drop(at)
		}
	}
	if c.Outcome != "" {
		c.Failed, c.Outcome = c.Outcome, ""
	}
	c.Prolonged = 0
	c.Hold, c.Extension, c.Extended, c.Back, c.Agreed, c.LookBacks, c.Stopped, c.Since = nil, nil, 0, "", nil, nil, nil, at
}

// reopen takes a closed case up again.
func (c *Case) reopen(p *county.Profile, m move) {
	if m.in.Choice == reopenObjection {
		c.Reopened++
	}
	c.decide(Reopen, m)
	c.takeUp(m.at)
	if m.in.Unit == "" || m.in.Unit == c.Lead {
		return
	}
	c.lead(m.in.Unit)
	if Seals(p, m.in.Unit) {
		c.seal()
	}
}

// invite asks a unit for its opinion; it becomes a helper and sees the case.
func (c *Case) invite(p *county.Profile, unit string, at time.Time) {
	c.Co = union(slices.Clone(c.Co), []string{unit})
	c.show(slices.Contains(c.Sees, dutyDesk))
	if c.running(StepOpinion, unit) == nil { // asked twice, it still has to answer the first time
		c.startOf(p, StepOpinion, unit, at, at)
	}
	c.tell(p, Notice{Kind: NoticeInvited, Unit: unit, Rank: county.RankHandler, Step: StepOpinion, Of: unit, At: at})
}

func (c *Case) opine(p *county.Profile, m move) {
	unit := m.actor.unit()
	c.Opinions = append(c.Opinions, Opinion{Unit: unit, By: m.actor.ID, At: m.at, Choice: m.in.Choice})
	c.stopOf(StepOpinion, unit, m.at)
	c.tell(p, Notice{Kind: NoticeOpinion, Unit: c.Lead, Rank: county.RankHandler, Of: unit, At: m.at})
}

// Parties are the units whose word it takes to strike the case off: who leads, the township of the place, and the duty desk. One that is accused, or must not
// see the case, has no word in it.
func (c *Case) Parties() []string {
	all := []string{c.Lead}
	if c.Place.Town != "" {
		all = append(all, county.TownUnit(c.Place.Town))
	}
	all = append(all, dutyDesk)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(u string) bool { return !slices.Contains(c.Sees, u) })
}

func (c *Case) agreed(unit string) bool {
	return slices.ContainsFunc(c.Agreed, func(a Agreement) bool { return a.Unit == unit })
}

// consent says that every party agreed.
func (c *Case) consent() bool {
	return !slices.ContainsFunc(c.Parties(), func(u string) bool { return !c.agreed(u) })
}
