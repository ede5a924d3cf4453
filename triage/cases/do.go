package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases/disposal"
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
	sealRecord  = "case.record"
)

// Input is what an action needs; Transition.Takes says which.
type Input struct {
	Version int64 // of the page on which the button stood; desk.moved when the case went on since
	Note    string
	Outcome State
	Unit    string
	Choice  string         // id of one of Transition.Choices
	Item    string         // id of a record
	Record  *disposal.Form // not changed
}

// Do performs an action; the change, its event and its clocks are one write. Cases that follow from it (a relapse, a firm up the stream) are opened before it
// returns, or by the sweep when that fails.
// faults desk.not_found, desk.moved, desk.action, desk.urgent, desk.ruled, desk.forbidden, desk.reason, desk.outcome, desk.unit, desk.accused, desk.choice,
// desk.reopened, desk.same_unit, desk.supervised, desk.overdue, desk.handback_late, desk.survey, desk.unsettled, desk.lookbacks, desk.lookback, desk.disposal, desk.stopped, desk.dismantle, desk.clearance, record.gone, record.visit,
// record.others, form.too_long, and those of disposal.Check as a fault.List.
func (s *Service) Do(ctx context.Context, a Actor, id string, act Action, in Input) (Case, error) {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return Case{}, err
	}
	in.Note = strings.TrimSpace(in.Note)
	m := move{actor: a, act: act, in: in, at: s.Now()}
	if m.note, err = s.seal(id, in.Note); err != nil {
		return Case{}, err
	}
	if err := s.part(id, &m); err != nil {
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
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, string(act), c.Events[len(c.Events)-1].Target); err != nil {
		return Case{}, fmt.Errorf("cases: note %s on %s: %w", act, id, err)
	}
	if c, err = s.cases.Change(ctx, id, func(c *Case) error { return c.do(s.Profile, m) }); err != nil {
		return c, err
	}
	if born, err := s.bear(ctx, c); err == nil {
		return born, nil
	}
	return c, nil // it is done; the sweep opens what is left
}

// part takes the persons out of the form of a move and seals them.
func (s *Service) part(id string, m *move) error {
	if m.in.Record == nil {
		return nil
	}
	plain, persons, err := disposal.Part(*m.in.Record)
	if err != nil {
		return err
	}
	m.form, m.who = plain, s.whoRuns(m.in.Record)
	if m.names, err = s.names(&plain, persons); err != nil {
		return err
	}
	if m.persons, err = s.Vault.Seal(sealRecord, id, persons); err != nil {
		return fmt.Errorf("cases: seal record of %s: %w", id, err)
	}
	return nil
}

// Record gives a version of a record whole, with whom it names. The look at the case is the caller's to note.
func (s *Service) Record(c *Case, v *RecordVersion) (disposal.Form, error) { return s.form(c, v) }

func (s *Service) form(c *Case, v *RecordVersion) (disposal.Form, error) {
	persons, err := s.Vault.Open(sealRecord, c.ID, v.Persons)
	if err != nil {
		return disposal.Form{}, fmt.Errorf("cases: open record of %s: %w", c.ID, err)
	}
	return disposal.Whole(v.Form, persons)
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
	actor   Actor
	act     Action
	in      Input
	note    vault.Sealed
	form    disposal.Form // of in.Record, without persons
	persons vault.Sealed
	names   []string
	who     []string
	letter  *Letter // of an action that carries words to who tipped
	at      time.Time
}

// do is the whole transition: it checks, then changes the case. It touches nothing but the case.
func (c *Case) do(p *county.Profile, m move) error {
	t, err := c.check(p, m)
	if err != nil {
		return err
	}
	e := Event{At: m.at, By: m.actor.ID, Name: m.actor.Name, Unit: cmp.Or(m.actor.Of, m.actor.unit()), Action: string(m.act), From: c.State, Note: m.note}
	if t.To != "" {
		c.State = t.To
	}
	for _, step := range t.Done {
		if step != StepReply || m.act != Write || m.letter.Turn == intake.Conclusion {
			c.stop(step, m.at)
		}
	}
	c.effect(p, t, m, &e)
	for _, step := range t.Starts {
		c.begin(p, step, m.at, m.at)
	}
	c.wrapUp(p, m)
	e.To, e.Lead = c.State, c.Lead
	c.Events = append(c.Events, e)
	c.Version++
	c.index(p)
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
	if m.act == HandBack && m.actor.unit() == c.Lead {
		switch {
		case rule(p, stepHandBack).Forbidden[c.Priority]:
			return Transition{}, fault.New(fault.Conflict, "desk.urgent")
		case c.Ruled:
			return Transition{}, fault.New(fault.Conflict, "desk.ruled")
		}
	}
	t, ok := c.line(p, m.act)
	if !ok || t.Talk != (m.letter != nil) {
		return Transition{}, fault.New(fault.Conflict, "desk.action")
	}
	if !t.allows(m.actor, c) {
		return Transition{}, fault.New(fault.Forbidden, "desk.forbidden")
	}
	if err := c.checkInput(p, t, m); err != nil {
		return Transition{}, err
	}
	return t, c.missing(p, t, m)
}

// checkInput says everything that is missing in what was typed, in the order of the form.
func (c *Case) checkInput(p *county.Profile, t Transition, m move) error {
	in := m.in
	var wrong fault.List
	needs := t.NeedsNote || m.act == Assign && c.rules(p) // a ruling is explained
	switch n := utf8.RuneCountInString(in.Note); {
	case needs && n < MinNote:
		wrong = append(wrong, fault.New(fault.Invalid, "desk.reason", MinNote).On("note"))
	case n > MaxNote:
		wrong = append(wrong, fault.New(fault.Invalid, "form.too_long", MaxNote).On("note"))
	}
	for _, what := range t.Takes {
		var err error
		switch what {
		case TakesOutcome:
			if !slices.Contains(Outcomes, in.Outcome) {
				err = fault.New(fault.Invalid, "desk.outcome").On("outcome")
			}
		case TakesUnit:
			err = c.checkUnit(p, m)
		case TakesChoice:
			err = c.checkChoice(p, t, m)
		case TakesItem:
			err = c.checkItem(m)
		case TakesRecord:
			err = c.checkRecord(p, m)
		case TakesWords:
			err = c.checkLetter(p, m)
		}
		if err != nil && fault.KindOf(err) != fault.Invalid { // it is no longer there: no other words would help
			return err
		}
		wrong = append(wrong, fault.All(err)...)
	}
	if len(wrong) == 0 {
		return nil
	}
	return wrong
}

func (c *Case) checkUnit(p *county.Profile, m move) error {
	_, known := p.Unit(m.in.Unit)
	if m.act == Reopen {
		return c.checkAgain(p, m.in, known)
	}
	switch {
	case m.in.Unit == "" && (m.act == HandBack || m.act == Remark): // it need not be said
		return nil
	case !known, m.act != Remark && m.in.Unit == c.Lead, m.act == Remark && !slices.Contains(c.Sees, m.in.Unit):
		return fault.New(fault.Invalid, "desk.unit").On("unit")
	case c.hides(m.in.Unit):
		return accusedUnit()
	case m.act == Assign && slices.Contains(c.barred(), m.in.Unit):
		return fault.New(fault.Invalid, "desk.same_unit").On("unit")
	}
	return nil
}

func (c *Case) checkChoice(p *county.Profile, t Transition, m move) error {
	switch {
	case !slices.ContainsFunc(t.Choices, func(o Choice) bool { return o.ID == m.in.Choice }):
		return fault.New(fault.Invalid, "desk.choice").On("choice")
	case m.act == Reopen && m.in.Choice == reopenObjection && c.Reopened >= p.Casework.Reopenings:
		return fault.New(fault.Conflict, "desk.reopened", p.Casework.Reopenings)
	}
	return nil
}

// lead gives the case to a unit. Who handed it on sees it no longer, except the township of the place, which helps in every open case.
func (c *Case) lead(unit string) {
	c.Lead = unit
	if c.Place.Town != "" && !slices.Contains(c.Co, county.TownUnit(c.Place.Town)) {
		c.Co = append(c.Co, county.TownUnit(c.Place.Town))
	}
	c.Co = slices.DeleteFunc(c.Co, c.hides)
	c.Co = slices.DeleteFunc(c.Co, func(u string) bool { return u == unit })
	c.show(slices.Contains(c.Sees, dutyDesk))
}

// show brings up to date who sees the case: who handles it, whom it asks for an answer, who was told of it, and the duty desk if that may. Whom it accuses never.
func (c *Case) show(desk bool) {
	all := slices.Concat(c.Co, c.Informed)
	for _, o := range c.Orders {
		if o.waits() && o.Unit != "" {
			all = append(all, o.Unit)
		}
	}
	c.Sees = slices.DeleteFunc(sees(c.Lead, all, c.Oversight, desk), c.hides)
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
