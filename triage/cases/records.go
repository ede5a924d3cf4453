package cases

import (
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases/disposal"
)

// Record is something that was registered in a case: corrected with its history, made void, never deleted. The last version counts.
type Record struct {
	ID       string // "r1", "r2" ... in the case
	Kind     disposal.Kind
	Versions []RecordVersion
	Void     bool `bson:",omitempty"`
}

// RecordVersion is a form as somebody filled it in. Whom it names is sealed with vault purpose "case.record" and the case id; Service.Record gives it whole.
type RecordVersion struct {
	At      time.Time
	By      string // staff id
	Name    string // as it was shown then
	Unit    string
	Form    disposal.Form // without persons
	Persons vault.Sealed  `bson:",omitempty"`
	Names   []string      `bson:",omitempty"` // index terms of whom and what it names, keyed
	Who     []string      `bson:",omitempty"` // keyed hashes of who runs the place, see Service.Same
}

// Form is what counts of the record, without persons.
func (r *Record) Form() *disposal.Form { return &r.Versions[len(r.Versions)-1].Form }

// Valid gives the records that are not void, the oldest first; with kinds, only those.
func (c *Case) Valid(kinds ...disposal.Kind) []*Record {
	var all []*Record
	for i := range c.Records {
		if r := &c.Records[i]; !r.Void && (len(kinds) == 0 || slices.Contains(kinds, r.Kind)) {
			all = append(all, r)
		}
	}
	return all
}

// current is Valid without what belongs to the time before the case was taken up again.
func (c *Case) current(kinds ...disposal.Kind) []*Record {
	return slices.DeleteFunc(c.Valid(kinds...), func(r *Record) bool { return r.Versions[0].At.Before(c.Since) })
}

// recordIndex finds a record that is not void; -1 when there is none.
func (c *Case) recordIndex(id string) int {
	return slices.IndexFunc(c.Records, func(r Record) bool { return r.ID == id && !r.Void })
}

// checkRecord checks the form of a move, and that it may go where it is to go.
func (c *Case) checkRecord(p *county.Profile, m move) error {
	f, does := m.in.Record, m.actor.unit()
	if m.act == Correct { // the duty desk mends what another unit did
		does = c.Records[c.recordIndex(m.in.Item)].Versions[0].Unit
	}
	if err := disposal.Check(f, disposal.Env{Profile: p, Now: m.at, Unit: does}); err != nil {
		return err
	}
	if (f.Kind == disposal.KindVisit) != (m.act == LookBack) && m.act != Correct {
		return fault.New(fault.Invalid, "record.kind")
	}
	if m.act == LookBack {
		if b := c.back(f.Visit.Number); b == nil || !b.waits() {
			return fault.New(fault.Conflict, "desk.lookback").On("visit.number")
		}
	}
	if m.act != Correct {
		return nil
	}
	r := &c.Records[c.recordIndex(m.in.Item)]
	switch {
	case r.Kind != f.Kind, f.Visit != nil && f.Visit.Number != r.Form().Visit.Number:
		return fault.New(fault.Invalid, "record.kind")
	case m.actor.unit() != r.Versions[0].Unit && m.actor.unit() != c.Lead && m.actor.Role != Duty:
		return fault.New(fault.Forbidden, "record.others")
	}
	if tried := c.copy(); c.disposedOf() {
		tried.write(m)
		tried.derive(p, m.at)
		return tried.disposalGap(p) // what was said to be done must stay so
	}
	return nil
}

// checkItem checks that there is the record that a move is about.
func (c *Case) checkItem(m move) error {
	i := c.recordIndex(m.in.Item)
	if i < 0 {
		return fault.New(fault.Conflict, "record.gone").On("item")
	}
	switch {
	case m.act != Void:
	case c.Records[i].Kind == disposal.KindVisit:
		return fault.New(fault.Conflict, "record.visit").On("item")
	case c.disposedOf() && slices.Contains(disposals, c.Records[i].Kind):
		return fault.New(fault.Conflict, "record.finished").On("item")
	}
	return nil
}

// disposedOf says that the disposal was said to be done.
func (c *Case) disposedOf() bool {
	return c.State == Disposed || c.State.Over() && c.Outcome == True
}

// write adds the form of a move: a new record, or a version of one. It returns the record's id.
func (c *Case) write(m move) string {
	v := RecordVersion{At: m.at, By: m.actor.ID, Name: m.actor.Name, Unit: m.actor.unit(), Form: m.form, Persons: m.persons, Names: m.names, Who: m.who}
	c.Records = slices.Clone(c.Records)
	if m.act == Correct {
		r := &c.Records[c.recordIndex(m.in.Item)]
		r.Versions = append(slices.Clone(r.Versions), v)
		return r.ID
	}
	r := Record{ID: fmt.Sprintf("r%d", len(c.Records)+1), Kind: m.form.Kind, Versions: []RecordVersion{v}}
	c.Records = append(c.Records, r)
	return r.ID
}

// derive brings everything up to date that follows from the records: the day of the stop with its look-backs, the clocks of the records, the leads.
func (c *Case) derive(p *county.Profile, at time.Time) {
	c.Stopped = nil
	for _, r := range c.current() {
		if t, ok := stopDay(r.Form()).In(p.Zone); ok && (c.Stopped == nil || t.Before(*c.Stopped)) {
			c.Stopped = &t
		}
	}
	c.plan(p, at)
	for i := range c.Records {
		c.recordClock(p, &c.Records[i], at)
	}
	c.conceive()
}

// stopDay is the day on which the form says that the place stood still.
func stopDay(f *disposal.Form) disposal.Day {
	switch {
	case f.Halt != nil:
		return f.Halt.Stopped
	case f.Dismantle != nil:
		return f.Dismantle.Stopped
	case f.Clearance != nil:
		return f.Clearance.Stopped
	}
	return ""
}

// recordClock gives a record the clock that its form asks for: until when the order is to be followed, the seizure holds, the penalty is to be decided and to
// be made public.
func (c *Case) recordClock(p *county.Profile, r *Record, at time.Time) {
	step, from, due := recordLimit(p, r.Form())
	if r.Void || step == StepOrder && c.cleared() {
		step = ""
	}
	for _, other := range []string{StepOrder, StepSeizure, StepPenalty, StepPublish} {
		if other != step {
			c.stopOf(other, r.ID, at)
		}
	}
	switch k := c.running(step, r.ID); {
	case step == "":
	case k == nil:
		c.Clocks = append(c.Clocks, Clock{Step: step, Of: r.ID, From: from, Due: due})
	case !k.Due.Equal(due):
		k.From, k.Due, k.Told = from, due, ""
	}
}

// recordLimit is the clock of a form; step is "" for a form without one, or one whose time is over.
func recordLimit(p *county.Profile, f *disposal.Form) (step string, from, due time.Time) {
	day := func(d disposal.Day) time.Time {
		t, _ := d.In(p.Zone)
		return t
	}
	end := func(d disposal.Day) time.Time { return day(d).AddDate(0, 0, 1) } // 24:00 of the day
	counted := func(step string, d disposal.Day) (string, time.Time, time.Time) {
		if l := limitOf(p, step, topPriority); l != nil { // the law makes no difference between priorities
			return step, day(d), p.Due(day(d), *l)
		}
		return "", from, due
	}
	switch {
	case f.Halt != nil && f.Halt.Lifted == "":
		return StepOrder, day(f.Halt.Stopped), end(f.Halt.Deadline)
	case f.Dismantle != nil && f.Dismantle.Dismantled == "":
		return StepOrder, day(f.Dismantle.Stopped), end(f.Dismantle.Deadline)
	case f.Seizure != nil && f.Seizure.Ended == "":
		return StepSeizure, day(f.Seizure.From), end(max(f.Seizure.Until, f.Seizure.Extended))
	case f.Penalty != nil && f.Penalty.Decision == "":
		return counted(StepPenalty, f.Penalty.Filed)
	case f.Penalty != nil && f.Penalty.Published == "":
		return counted(StepPublish, f.Penalty.Decided)
	}
	return "", from, due
}

// cleared says that everything was cleared away: no order is left to follow.
func (c *Case) cleared() bool {
	return slices.ContainsFunc(c.current(disposal.KindClearance), func(r *Record) bool { return r.Form().Clearance.Cleared != "" })
}

// unsettled names the records that stand against striking the case off, in Chinese.
func (c *Case) unsettled() []string {
	var all []string
	for _, r := range c.Valid(disposal.KindSeizure, disposal.KindPenalty) {
		switch f := r.Form(); {
		case f.Seizure != nil && f.Seizure.Ended == "":
			all = append(all, "查封扣押（"+f.Seizure.Things+"）还没有解除")
		case f.Penalty != nil && f.Penalty.Decision == "":
			all = append(all, "立案（"+f.Penalty.Case+"）还没有处罚决定")
		}
	}
	return all
}

// disposals are the kinds that dispose of a matter.
var disposals = []disposal.Kind{
	disposal.KindHalt, disposal.KindDismantle, disposal.KindClearance, disposal.KindJudicial, disposal.KindTrace, disposal.KindSeizure, disposal.KindCutoff, disposal.KindPenalty,
}

// disposalGap is the fault of a disposal that is not complete; nil when it is. The eight points of the notice are about places that must be stopped.
func (c *Case) disposalGap(p *county.Profile) error {
	all := c.current(disposals...)
	point := func(id string) bool { k, ok := p.Category(id); return ok && k.Point > 0 }
	switch {
	case len(all) == 0:
		return fault.New(fault.Conflict, "desk.disposal")
	case c.Stopped == nil && slices.ContainsFunc(c.Categories, point):
		return fault.New(fault.Conflict, "desk.stopped")
	}
	cleared := c.cleared()
	for _, r := range all {
		switch f := r.Form(); {
		case f.Dismantle != nil && f.Dismantle.Dismantled == "" && !cleared:
			return fault.New(fault.Conflict, "desk.dismantle")
		case f.Clearance != nil && f.Clearance.Cleared == "" && !cleared:
			return fault.New(fault.Conflict, "desk.clearance")
		}
	}
	return nil
}

// RecordName is what a record of the case is called; "" for an id that it does not have.
func (c *Case) RecordName(id string) string {
	for _, r := range c.Records {
		if r.ID == id {
			return r.Kind.Name()
		}
	}
	return ""
}
