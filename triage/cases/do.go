package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Limits of a note, in characters.
const (
	MinNote = 6
	MaxNote = 2000
)

const (
	dutyDesk    = county.DutyDesk
	topPriority = "P0"
	sealNote    = "case.note"
)

// Input is what an action needs.
type Input struct {
	Version int64 // of the page on which the button stood; desk.moved when the case went on since
	Note    string
	Outcome State
	Unit    string
}

// Do performs an action; the change, its event and its clocks are one write.
// faults desk.not_found, desk.moved, desk.action, desk.urgent, desk.forbidden, desk.reason, desk.outcome, desk.unit, desk.accused, form.too_long.
func (s *Service) Do(ctx context.Context, a Actor, id string, act Action, in Input) (Case, error) {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return Case{}, err
	}
	in.Note = strings.TrimSpace(in.Note)
	if act != Assign {
		in.Unit = "" // it goes to the record, where only what was checked may stand
	}
	m := move{actor: a, act: act, in: in, at: s.Now()}
	if m.note, err = s.seal(id, in.Note); err != nil {
		return Case{}, err
	}
	if err := c.do(s.Profile, m); err != nil { // what cannot be done leaves no line in the record
		return Case{}, err
	}
	if act == Assign {
		if err := s.danger(ctx, &c); err != nil {
			return Case{}, err
		}
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, string(act), in.Unit); err != nil {
		return Case{}, fmt.Errorf("cases: note %s on %s: %w", act, id, err)
	}
	return s.cases.Change(ctx, id, func(c *Case) error { return c.do(s.Profile, m) })
}

func (s *Service) seal(id, note string) (vault.Sealed, error) {
	if note == "" {
		return nil, nil
	}
	sealed, err := s.Vault.Seal(sealNote, id, []byte(note))
	if err != nil {
		return nil, fmt.Errorf("cases: seal note of %s: %w", id, err)
	}
	return sealed, nil
}

// Note opens the sealed note of an event; empty when it has none.
func (s *Service) Note(c *Case, e Event) (string, error) {
	if len(e.Note) == 0 {
		return "", nil
	}
	plain, err := s.Vault.Open(sealNote, c.ID, e.Note)
	if err != nil {
		return "", fmt.Errorf("cases: open note of %s: %w", c.ID, err)
	}
	return string(plain), nil
}

// move is one action with everything that decides it.
type move struct {
	actor Actor
	act   Action
	in    Input
	note  vault.Sealed
	at    time.Time
}

// do is the whole transition: it checks, then changes the case. It touches nothing but the case.
func (c *Case) do(p *county.Profile, m move) error {
	t, err := c.check(p, m)
	if err != nil {
		return err
	}
	from := c.State
	c.State = t.To
	switch m.act {
	case Lower:
		c.State = from
		c.lower(p, m.at)
	case Conclude:
		c.State, c.Outcome = m.in.Outcome, m.in.Outcome
	case HandBack:
		c.lead(dutyDesk)
	case Assign:
		c.lead(m.in.Unit)
		if Seals(p, m.in.Unit) {
			c.seal()
		}
	}
	for _, step := range t.Done {
		c.stop(step, m.at)
	}
	for _, step := range t.Starts {
		c.start(p, step, m.at, m.at)
	}
	c.Events = append(c.Events, Event{At: m.at, By: m.actor.ID, Name: m.actor.Name, Unit: m.actor.unit(), Action: string(m.act), From: from, To: c.State, Lead: c.Lead, Note: m.note})
	c.Version++
	c.index()
	return nil
}

// check finds the line that the move follows, or the fault that stands against it.
func (c *Case) check(p *county.Profile, m move) (Transition, error) {
	if !c.SeenBy(m.actor) {
		return Transition{}, notFound()
	}
	if m.in.Version != c.Version {
		return Transition{}, fault.New(fault.Conflict, "desk.moved")
	}
	if m.act == HandBack && rule(p, stepHandBack).Forbidden[c.Priority] && m.actor.unit() == c.Lead {
		return Transition{}, fault.New(fault.Conflict, "desk.urgent")
	}
	t, ok := c.line(p, m.act)
	if !ok {
		return Transition{}, fault.New(fault.Conflict, "desk.action")
	}
	if !t.allows(m.actor, c) {
		return Transition{}, fault.New(fault.Forbidden, "desk.forbidden")
	}
	return t, m.in.check(p, c, t)
}

// check says what is missing in what was typed.
func (in Input) check(p *county.Profile, c *Case, t Transition) error {
	switch n := utf8.RuneCountInString(in.Note); {
	case t.NeedsNote && n < MinNote:
		return fault.New(fault.Invalid, "desk.reason", MinNote).On("note")
	case n > MaxNote:
		return fault.New(fault.Invalid, "form.too_long", MaxNote).On("note")
	}
	if t.Action == Conclude && !slices.Contains(Outcomes, in.Outcome) {
		return fault.New(fault.Invalid, "desk.outcome").On("outcome")
	}
	if _, known := p.Unit(in.Unit); t.Action == Assign && (in.Unit == c.Lead || !known) {
		return fault.New(fault.Invalid, "desk.unit").On("unit")
	}
	if t.Action == Assign && c.hides(in.Unit) {
		return accusedUnit()
	}
	return nil
}

// lead gives the case to a unit. Who handed it on sees it no longer, except the township of the place, which helps in every open case.
func (c *Case) lead(unit string) {
	desk := slices.Contains(c.Sees, dutyDesk)
	c.Lead = unit
	if c.Place.Town != "" && !slices.Contains(c.Co, county.TownUnit(c.Place.Town)) {
		c.Co = append(c.Co, county.TownUnit(c.Place.Town))
	}
	c.Co = slices.DeleteFunc(c.Co, c.hides)
	c.Co = slices.DeleteFunc(c.Co, func(u string) bool { return u == unit })
	c.Sees = sees(c.Lead, c.Co, c.Oversight, desk)
}

// sees lists the units that may see a case, each once.
func sees(lead string, co []string, oversight string, desk bool) []string {
	all := append([]string{lead}, co...)
	if oversight != "" {
		all = append(all, oversight)
	}
	if desk {
		all = append(all, dutyDesk)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// NotFound is the fault of a case that is not there, or that the actor may not see.
func NotFound() error { return notFound() }

func notFound() error { return fault.New(fault.NotFound, "desk.not_found") }

// forActor turns a missing case into the same fault as a forbidden one.
func forActor(err error) error {
	if errors.Is(err, docs.ErrNotFound) {
		return notFound()
	}
	return err
}
