package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/fault"
)

// Item is a piece of evidence of a tip, as the tip itself names it: what it is must not come from who asks for it.
type Item struct {
	Tip  intake.TipID
	ID   string
	Kind intake.Kind
}

// Access is what an actor may do with a piece of evidence now.
type Access int

// The accesses.
const (
	Barred Access = iota // not to see it; that it is there is told only to who sees the case
	Ask                  // to see it after saying that they know what they do
	Show
)

// confirmFor is how long a confirmation holds: a day's work.
const confirmFor = 8 * time.Hour

// Confirmation says that a person knows what they are about to see.
type Confirmation struct {
	Item string
	By   string // staff id
	At   time.Time
}

// Access is the one rule for evidence. Every page that shows a piece of it, or says whether it may be shown, asks here.
//
//	level     who sees the case          who signed it, of the lead unit   the duty desk
//	open      sees it                    sees it                           sees it
//	cautious  -                          after confirming                  after confirming
//	locked    -                          -                                 after confirming
//
// In a sealed case that the duty desk must not see, who signed it stands in for the desk: nobody else is left.
func (c *Case) Access(p *county.Profile, a Actor, it Item, now time.Time) Access {
	if !c.SeenBy(a) || !c.Holds(it.Tip) {
		return Barred
	}
	switch c.Level(p, it) {
	case county.Open:
		return Show
	case county.Cautious:
		if !c.handles(a) && !c.Clears(a) {
			return Barred
		}
	default:
		if !c.Clears(a) {
			return Barred
		}
	}
	for _, k := range c.ref(it.Tip).Confirmed {
		if k.Item == it.ID && k.By == a.ID && now.Sub(k.At) < confirmFor {
			return Show
		}
	}
	return Ask
}

// Level is how closely a piece of evidence is kept: as the duty desk said, else as the profile says of its kind.
func (c *Case) Level(p *county.Profile, it Item) county.Level {
	if l, ok := c.ref(it.Tip).Levels[it.ID]; ok {
		return l
	}
	return p.Evidence.Level(string(it.Kind))
}

// Clears says who sees what is locked, and raises and lowers levels.
func (c *Case) Clears(a Actor) bool {
	if !c.SeenBy(a) {
		return false
	}
	return a.unit() == dutyDesk || c.Sealed && !slices.Contains(c.Sees, dutyDesk) && c.handles(a)
}

// handles says whether the actor is the one who signed the case for the unit that leads it now.
func (c *Case) handles(a Actor) bool {
	if c.State == Unsigned || a.unit() != c.Lead {
		return false
	}
	for _, e := range slices.Backward(c.Events) {
		if e.Lead != c.Lead {
			return false
		}
		if e.Action == string(Sign) {
			return e.By == a.ID
		}
	}
	return false
}

// ref finds a tip of the case; an empty one when it is not there.
func (c *Case) ref(tip intake.TipID) TipRef {
	if i := c.refIndex(tip); i >= 0 {
		return c.Tips[i]
	}
	return TipRef{}
}

func (c *Case) refIndex(tip intake.TipID) int {
	return slices.IndexFunc(c.Tips, func(t TipRef) bool { return t.Tip == string(tip) })
}

// Evidence gives the case for showing a piece of evidence of it; it writes "evidence" to the custody log first.
// fault desk.not_found when the actor may not see the case or the tip is not in it; desk.locked and desk.confirm as Access says.
func (s *Service) Evidence(ctx context.Context, a Actor, id string, it Item) (Case, error) {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return Case{}, err
	}
	if !c.Holds(it.Tip) {
		return Case{}, notFound()
	}
	if err := refused(s.Access(a, &c, it)); err != nil {
		return Case{}, err
	}
	return s.noted(ctx, a, c, "evidence", string(it.Tip)+"/"+it.ID)
}

// Access is Case.Access, now and by the county's profile.
func (s *Service) Access(a Actor, c *Case, it Item) Access {
	return c.Access(s.Profile, a, it, s.Now())
}

// refused is the fault of an access that shows nothing.
func refused(x Access) error {
	switch x {
	case Show:
		return nil
	case Ask:
		return fault.New(fault.Forbidden, "desk.confirm")
	}
	return fault.New(fault.Forbidden, "desk.locked")
}

// Confirm notes that the actor knows what they are about to see; from then on they see it, for a day's work. Doing it again changes nothing.
// faults desk.not_found, desk.locked.
func (s *Service) Confirm(ctx context.Context, a Actor, id string, it Item) error {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return err
	}
	if !c.Holds(it.Tip) {
		return notFound()
	}
	switch s.Access(a, &c, it) {
	case Barred:
		return refused(Barred)
	case Show:
		return nil
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, "confirm", string(it.Tip)+"/"+it.ID); err != nil {
		return fmt.Errorf("cases: note confirmation in %s: %w", id, err)
	}
	now := s.Now()
	_, err = s.cases.Change(ctx, id, func(c *Case) error {
		if x := c.Access(s.Profile, a, it, now); x != Ask {
			return refused(x)
		}
		ref := &c.Tips[c.refIndex(it.Tip)]
		ref.Confirmed = append(slices.DeleteFunc(ref.Confirmed, func(k Confirmation) bool { return k.Item == it.ID && k.By == a.ID }), Confirmation{it.ID, a.ID, now})
		c.Events = append(c.Events, Event{At: now, By: a.ID, Name: a.Name, Unit: a.unit(), Action: "confirm", From: c.State, To: c.State, Lead: c.Lead, Item: it.ID})
		return nil
	})
	return err
}

// SetLevel raises or lowers how closely a piece of evidence is kept. Who had confirmed to see it is asked again.
// faults desk.not_found, desk.moved, desk.forbidden, desk.reason, desk.level, form.too_long.
func (s *Service) SetLevel(ctx context.Context, a Actor, id string, it Item, to county.Level, in Input) error {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return err
	}
	in.Note = strings.TrimSpace(in.Note)
	m := move{actor: a, in: in, at: s.Now()}
	if m.note, err = s.seal(id, in.Note); err != nil {
		return err
	}
	if err := c.setLevel(s.Profile, it, to, m); err != nil { // what cannot be done leaves no line in the record
		return err
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, "level", string(it.Tip)+"/"+it.ID+" "+string(to)); err != nil {
		return fmt.Errorf("cases: note level in %s: %w", id, err)
	}
	_, err = s.cases.Change(ctx, id, func(c *Case) error { return c.setLevel(s.Profile, it, to, m) })
	return err
}

// setLevel checks and changes; it touches nothing but the case.
func (c *Case) setLevel(p *county.Profile, it Item, to county.Level, m move) error {
	switch n := utf8.RuneCountInString(m.in.Note); {
	case !c.SeenBy(m.actor) || !c.Holds(it.Tip):
		return notFound()
	case !c.Clears(m.actor):
		return fault.New(fault.Forbidden, "desk.forbidden")
	case m.in.Version != c.Version:
		return fault.New(fault.Conflict, "desk.moved")
	case !slices.Contains(county.Levels(), to) || to == c.Level(p, it):
		return fault.New(fault.Invalid, "desk.level").On("level")
	case n < MinNote:
		return fault.New(fault.Invalid, "desk.reason", MinNote).On("note")
	case n > MaxNote:
		return fault.New(fault.Invalid, "form.too_long", MaxNote).On("note")
	}
	c.Tips = slices.Clone(c.Tips)
	ref := &c.Tips[c.refIndex(it.Tip)]
	levels := map[string]county.Level{it.ID: to}
	for id, l := range ref.Levels {
		if id != it.ID {
			levels[id] = l
		}
	}
	ref.Levels = levels
	ref.Confirmed = slices.DeleteFunc(slices.Clone(ref.Confirmed), func(k Confirmation) bool { return k.Item == it.ID })
	c.Events = append(c.Events, Event{At: m.at, By: m.actor.ID, Name: m.actor.Name, Unit: m.actor.unit(), Action: "level", From: c.State, To: c.State, Lead: c.Lead,
		Item: it.ID, Level: to, Note: m.note})
	c.Version++
	return nil
}
