package cases

import (
	"cmp"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/fault"
)

// Plea is an objection of who tipped. Its words stay in the dialogue of the tip.
type Plea struct {
	ID      string // of the line in the dialogue
	At      time.Time
	Decided *time.Time `bson:",omitempty"`
	How     Action     `bson:",omitempty"` // Reopen or Dismiss
}

// Pleaded says whether an objection waits for a decision.
func (c *Case) Pleaded() bool {
	return slices.ContainsFunc(c.Tips, func(t TipRef) bool { return slices.ContainsFunc(t.Pleas, Plea.waits) })
}

func (o Plea) waits() bool { return o.Decided == nil }

// decider is the unit that decides about objections.
func (c *Case) decider() string {
	if slices.Contains(c.Sees, dutyDesk) {
		return dutyDesk
	}
	return c.Lead
}

// Decides says whether the actor is of the unit that decides about objections.
func (c *Case) Decides(a Actor) bool { return c.SeenBy(a) && a.unit() == c.decider() }

// Tells says whether the actor may read a line of the log. That somebody objects is known to who decides about it: who concluded must not guess who it was.
func (c *Case) Tells(a Actor, e Event) bool { return e.Action != string(Object) || c.Decides(a) }

// HearsOut says whether the actor may read the words of objections: who decides, and who looks into it again because of one.
func (c *Case) HearsOut(a Actor) bool {
	if c.Decides(a) {
		return true
	}
	again := slices.ContainsFunc(c.Events, func(e Event) bool { return c.rehears(e) && !e.At.Before(c.Since) })
	return again && a.unit() == c.Lead && !slices.Contains(c.Concluders(), a.unit())
}

// Hears says whether the actor may read a line of a person: that somebody objects, who decides about it; how somebody rated, the duty desk where there is one tip.
func (c *Case) Hears(a Actor, m intake.Message) bool {
	switch {
	case m.Turn == intake.Rating && m.Choice != intake.Objecting && (len(c.Tips) > 1 || a.Role != Duty):
		return false
	case m.Turn == intake.Objection, m.Turn == intake.Rating:
		return c.HearsOut(a)
	}
	return true
}

// rehears says whether an event brought the case to be looked into again because of an objection, be it that one only waited while it was taken up for something
// else, or that a case or a tip came into it of which that was so.
func (c *Case) rehears(e Event) bool {
	switch Action(e.Action) {
	case Reopen:
		return e.Choice == reopenObjection || slices.ContainsFunc(c.Tips, func(t TipRef) bool {
			return slices.ContainsFunc(t.Pleas, func(o Plea) bool { return o.How == Reopen && o.Decided != nil && o.Decided.Equal(e.At) })
		})
	case Merge, Separate:
		return slices.ContainsFunc(c.Joined, func(j Joined) bool { return j.Reheard && j.At.Equal(e.At) })
	}
	return false
}

// concludes says whether an event is a conclusion. Who answered with a referral concluded, too.
func concludes(e Event) bool {
	return e.Action == string(Conclude) || e.Action == string(Close) && e.From == Signed
}

// Joined is what a case leaves behind that was merged into this one, or out of which a tip came: who concluded it must not be the one that looks into an
// objection here.
type Joined struct {
	Case    string
	Tip     string `bson:",omitempty"` // that came alone
	At      time.Time
	Units   []string `bson:",omitempty"` // that concluded it
	Reheard bool     `bson:",omitempty"` // an objection was being looked into
}

// Concluders are the units that may not look into an objection: who concluded last, and who concluded a case that is among Joined.
func (c *Case) Concluders() []string {
	var all []string
	for _, e := range slices.Backward(c.Events) {
		if concludes(e) {
			all = append(all, e.Unit)
			break
		}
	}
	for _, j := range c.Joined {
		all = union(all, j.Units)
	}
	return all
}

// reheard says whether an objection is being looked into: from the event that began it to the next conclusion.
func (c *Case) reheard() bool {
	for _, e := range slices.Backward(c.Events) {
		switch {
		case concludes(e):
			return false
		case c.rehears(e):
			return true
		}
	}
	return false
}

// barred are the units that may not have the case: who concluded, from the objection to the next conclusion.
func (c *Case) barred() []string {
	if c.Pleaded() || c.reheard() {
		return c.Concluders()
	}
	return nil
}

// yield leaves a case at work whose lead would look into its own conclusion to the duty desk, which sends it on.
func (c *Case) yield(p *county.Profile, at time.Time) {
	if c.State.Over() || c.Lead == dutyDesk || !slices.Contains(c.Sees, dutyDesk) || !slices.Contains(c.Concluders(), c.Lead) {
		return
	}
	c.Lead, c.Co = dutyDesk, without(c.Co, dutyDesk)
	c.Reasons = append(slices.Clone(c.Reasons), "原来下过结论的单位不再查，由"+p.UnitName(dutyDesk)+"另派")
	c.show(true)
	c.forgive(at)
	c.again(p, at)
}

// checkAgain says to which unit a closed case may go: an objection is never looked into by the unit that concluded, whatever else the case is taken up for, and
// what few may see stays among them, or goes to a unit that keeps it to itself.
func (c *Case) checkAgain(p *county.Profile, in Input, known bool) error {
	objects := in.Choice == reopenObjection
	barred := c.barred()
	if objects {
		barred = c.Concluders()
	}
	switch {
	case in.Unit == "" && !objects && slices.Contains(barred, c.Lead):
		return fault.New(fault.Invalid, "desk.same_unit").On("unit")
	case in.Unit == "" && !objects:
		return nil
	case !known:
		return fault.New(fault.Invalid, "desk.unit").On("unit")
	case c.hides(in.Unit):
		return accusedUnit()
	case slices.Contains(barred, in.Unit):
		return fault.New(fault.Invalid, "desk.same_unit").On("unit")
	case c.Sealed && !slices.Contains(c.Sees, in.Unit) && !Seals(p, in.Unit):
		return fault.New(fault.Invalid, "desk.unit").On("unit")
	}
	return nil
}

// decide answers every objection that waits: they are about one conclusion. A dismissal has its words in the letter just written; that it is looked into again
// is said by the profile's text, which needs no letter of anybody.
func (c *Case) decide(how Action, m move) {
	if !c.Pleaded() {
		return
	}
	c.Letters, c.Tips = cloneLetters(c.Letters), slices.Clone(c.Tips)
	if how == Reopen {
		c.Letters = append(c.Letters, Letter{Turn: intake.Ruling, At: m.at, By: m.actor.ID, Name: m.actor.Name, Unit: m.actor.unit(), Again: cmp.Or(m.in.Unit, c.Lead)})
	}
	l := &c.Letters[len(c.Letters)-1]
	for i := range c.Tips {
		t := &c.Tips[i]
		if !slices.ContainsFunc(t.Pleas, Plea.waits) {
			continue
		}
		t.Pleas = slices.Clone(t.Pleas)
		for k := range t.Pleas {
			if o := &t.Pleas[k]; o.waits() {
				at := m.at
				o.Decided, o.How, l.ID = &at, how, cmp.Or(l.ID, o.ID)
			}
		}
		if !t.Withdrawn {
			l.To = append(l.To, Delivery{Tip: t.Tip})
		}
	}
}
