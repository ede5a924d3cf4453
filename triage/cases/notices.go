package cases

import (
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
)

// NoticeKind is what a notice is about.
type NoticeKind string

// The kinds of notices.
const (
	NoticeNew       NoticeKind = "new"       // a case came to the unit
	NoticeLight     NoticeKind = "light"     // a clock turned yellow, red or black
	NoticeUnsigned  NoticeKind = "unsigned"  // nobody signed a P0
	NoticeUrge      NoticeKind = "urge"      // 催办
	NoticeOrder     NoticeKind = "order"     // 督办
	NoticeAnswer    NoticeKind = "answer"    // a supervision order was answered
	NoticeAsked     NoticeKind = "asked"     // an extension is to be decided
	NoticeDecided   NoticeKind = "decided"   // an extension was decided
	NoticeInvited   NoticeKind = "invited"   // the unit is asked for its opinion
	NoticeOpinion   NoticeKind = "opinion"   // a helper gave its opinion
	NoticeMention   NoticeKind = "mention"   // somebody wrote something down for the unit
	NoticeLookBack  NoticeKind = "lookback"  // a look-back is to be made
	NoticeRelapse   NoticeKind = "relapse"   // a look-back found the place at work again
	NoticeFailed    NoticeKind = "failed"    // found true, after the last closing had said that it is not
	NoticeEquipment NoticeKind = "equipment" // equipment went to another county
	NoticeHeard     NoticeKind = "heard"     // who tipped answered a question
	NoticeObjection NoticeKind = "objection" // who tipped objects to what was concluded
	NoticeStrike    NoticeKind = "strike"    // the unit's word is missing for striking the case off
)

// Notice is an entry of a case's outbox: who is to learn what. It holds nothing of the matter but ids: who may see the case reads the rest on the desk.
type Notice struct {
	Number int // 1, 2, 3 ... in the case: with the case's id it tells one notice from all others, and a courier that gets it twice must send it once
	Kind   NoticeKind
	Unit   string      // to which unit
	Rank   county.Rank // to whom in it
	Step   string      `bson:",omitempty"` // of the clock that it is about
	Of     string      `bson:",omitempty"` // as in Clock, or a record
	Light  Light       `bson:",omitempty"`
	Due    time.Time   `bson:",omitempty"`
	Urgent bool        // at once; all others may wait for the day's digest
	At     time.Time
	Sent   *time.Time `bson:",omitempty"` // when the courier took it
}

// tell puts a notice into the outbox, unless it must not come to the unit: one that is accused never learns of the case, and of a sealed one nobody new does.
// Who is told of a case sees it.
func (c *Case) tell(p *county.Profile, n Notice) {
	if _, known := p.Unit(n.Unit); !known || c.hides(n.Unit) || c.Sealed && !slices.Contains(c.Sees, n.Unit) {
		return
	}
	if !slices.Contains(c.Sees, n.Unit) {
		c.Informed = union(slices.Clone(c.Informed), []string{n.Unit})
		c.show(slices.Contains(c.Sees, dutyDesk))
	}
	n.Number, n.Urgent = len(c.Outbox)+1, c.Priority == topPriority
	c.Outbox = append(c.Outbox, n)
}

// Order is a supervision order.
type Order struct {
	ID         string // "s1", "s2" ... in the case
	At         time.Time
	By         string     // staff id, or "worker" when a clock was over for too long or a category demands it
	Unit       string     `bson:",omitempty"` // who is to answer: who led then, whoever leads now. Empty in orders of before this was kept
	Categories []string   `bson:",omitempty"` // those that demand it
	Answered   *time.Time `bson:",omitempty"`
}

func (o Order) waits() bool { return o.Answered == nil }

// supervise makes a supervision order with its clock, perhaps because of categories.
func (c *Case) supervise(p *county.Profile, by string, at time.Time, categories ...string) string {
	o := Order{ID: fmt.Sprintf("s%d", len(c.Orders)+1), At: at, By: by, Unit: c.Lead, Categories: categories}
	c.Orders = append(c.Orders, o)
	c.startOf(p, StepSupervise, o.ID, at, at)
	n := Notice{Kind: NoticeOrder, Unit: c.Lead, Rank: county.RankHead, Step: StepSupervise, Of: o.ID, At: at}
	if k := c.running(StepSupervise, o.ID); k != nil {
		n.Due = k.Due
	}
	c.tell(p, n)
	return o.ID
}

// asks is the unit that an order asks: who led when it was made, or who leads now where that one may not see the case any more.
func (c *Case) asks(o Order) string {
	if slices.Contains(c.Sees, o.Unit) {
		return o.Unit
	}
	return c.Lead
}

// answering are the units from which an order waits for an answer.
func (c *Case) answering() []string {
	var all []string
	for _, o := range c.Orders {
		if o.waits() {
			all = append(all, c.asks(o))
		}
	}
	return all
}

// Awaited are the orders for whose answer the case waits, each with the unit that it asks.
func (c *Case) Awaited() map[string]string {
	all := map[string]string{}
	for _, o := range c.Orders {
		if o.waits() {
			all[o.ID] = c.asks(o)
		}
	}
	return all
}

// answer answers the orders that wait for a unit. Who led before sees the case no longer then.
func (c *Case) answer(unit string, at time.Time) {
	c.Orders = slices.Clone(c.Orders)
	for i := range c.Orders {
		if o := &c.Orders[i]; o.waits() && c.asks(*o) == unit {
			done := at
			o.Answered = &done
			c.stopOf(StepSupervise, o.ID, at)
		}
	}
	if !c.Sealed {
		c.show(slices.Contains(c.Sees, dutyDesk))
	}
}

// demanded are the categories of the case for which the escalation demands a supervision order and none was made: each has one, until the case is taken up
// again. Nobody is supervised in the name of a duty desk that may not see the case, and the duty desk not by itself.
func (c *Case) demanded(e county.Escalation) []string {
	if e.On != county.OnCategory || c.State.Over() || c.State == Merged || c.Lead == dutyDesk || !slices.Contains(c.Sees, dutyDesk) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.Categories), func(id string) bool {
		return !slices.Contains(e.Categories, id) || slices.ContainsFunc(c.Orders, func(o Order) bool {
			return slices.Contains(o.Categories, id) && (o.waits() || !o.At.Before(c.Since))
		})
	})
}

// demand makes the supervision orders that the categories of the case demand. It says whether it made one.
func (c *Case) demand(p *county.Profile, now time.Time) bool {
	made := false
	for _, e := range p.Casework.Escalations {
		of := c.demanded(e)
		if len(of) == 0 {
			continue
		}
		made = true
		id, unit := c.ordered(p, now, of...), e.Unit
		if unit == county.OwnUnit {
			unit = c.Lead
		}
		if unit != c.Lead || e.Rank != county.RankHead { // the order itself tells these
			c.tell(p, Notice{Kind: NoticeOrder, Unit: unit, Rank: e.Rank, Step: StepSupervise, Of: id, At: now})
		}
	}
	return made
}

// ordered is supervise by the worker, with its line in the log.
func (c *Case) ordered(p *county.Profile, now time.Time, categories ...string) string {
	id := c.supervise(p, worker, now, categories...)
	c.Events = append(c.Events, Event{At: now, By: worker, Action: string(Supervise), From: c.State, To: c.State, Lead: c.Lead, Item: id})
	return id
}

// tick is what the worker does with a case when its time has come: it asks for look-backs, makes the supervision orders that a category demands, and tells of
// clocks that changed their light. Doing it again changes nothing. It touches nothing but the case.
func (c *Case) tick(p *county.Profile, now time.Time) bool {
	asked, made := c.ask(p, now), c.demand(p, now)
	changed := asked || made
	changed = c.silence(p, now) || changed
	for i := 0; i < len(c.Clocks); i++ { // a supervision order adds one
		for _, l := range []Light{Yellow, Red, Black} {
			if k := &c.Clocks[i]; k.Running() && l.worse(k.Told) && !now.Before(k.turns(p, c.Priority, l)) {
				k.Told, changed = l, true
				c.escalate(p, i, l, now)
			}
		}
	}
	if changed {
		c.index(p)
	}
	return changed
}

// escalate tells of a light by the profile's chain, and makes a supervision order where the chain says so: one at a time, and none about an order.
func (c *Case) escalate(p *county.Profile, clock int, l Light, now time.Time) {
	k := c.Clocks[clock]
	on, kind := map[Light]county.On{Yellow: county.OnYellow, Red: county.OnRed, Black: county.OnBlack}[l], NoticeLight
	if l == Black && k.Step == StepSign && c.Priority == topPriority {
		on, kind = county.OnUnsigned, NoticeUnsigned
	}
	for _, e := range p.Casework.Escalations {
		if e.On != on {
			continue
		}
		unit := e.Unit
		if unit == county.OwnUnit {
			unit = c.Owner(k)
		}
		c.tell(p, Notice{Kind: kind, Unit: unit, Rank: e.Rank, Step: k.Step, Of: k.Of, Light: l, Due: k.Due, At: now})
		if e.Supervise && k.Step != StepSupervise && !c.holds(p, CondSupervised) {
			c.ordered(p, now)
		}
	}
}

// failed tells whom the profile names that a matter is true which the last closing had called untrue.
func (c *Case) failed(p *county.Profile, at time.Time) {
	for _, e := range p.Casework.Escalations {
		if e.On == county.OnFailed {
			c.tell(p, Notice{Kind: NoticeFailed, Unit: e.Unit, Rank: e.Rank, At: at})
		}
	}
}

// wake is the next moment at which tick has something to do; never when there is none.
func (c *Case) wake(p *county.Profile) time.Time {
	next := never
	sooner := func(t time.Time) {
		if t.Before(next) {
			next = t
		}
	}
	for _, k := range c.Clocks {
		if !k.Running() {
			continue
		}
		for _, l := range []Light{Yellow, Red, Black} {
			if l.worse(k.Told) {
				sooner(k.turns(p, c.Priority, l))
				break
			}
		}
	}
	for _, l := range c.Letters {
		if l.asks() {
			sooner(l.Until)
		}
	}
	for _, b := range c.LookBacks {
		if b.Asked == nil && b.Done == nil && !b.Off && c.watches() {
			sooner(b.Ask)
		}
	}
	for _, e := range p.Casework.Escalations {
		if len(c.demanded(e)) > 0 {
			sooner(c.Opened) // at once
		}
	}
	return next
}
