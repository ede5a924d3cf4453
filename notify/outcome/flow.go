package outcome

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/notify/outcome/anonymity"
	"qianshao/triage/cases"
)

// worker signs what the machine does.
const worker = "worker"

// Limits of what is written, in characters.
const (
	MostTitle = 60
	MostText  = 3000
	MostNote  = 500
	LeastNote = cases.MinNote
)

// sees is the one rule of who may work on an outcome: publicity officers and the duty desk, and nobody where the case is sealed or accuses a unit, but that the
// duty desk may take down what was published before.
func (s *Service) sees(a cases.Actor, o *Outcome, c *cases.Case) bool {
	switch a.Role {
	case cases.Publicity:
		return !c.Private()
	case cases.Duty:
		return c.SeenBy(a) && (!c.Private() || o.Public != nil)
	}
	return false
}

// Get reads an outcome for who works on it. That it was opened stands in the custody log first. fault outcome.unknown.
func (s *Service) Get(ctx context.Context, a cases.Actor, id string) (Outcome, Content, error) {
	o, _, content, err := s.open(ctx, a, id)
	if err != nil {
		return o, content, err
	}
	return o, content, s.note(ctx, a.ID, id, "view")
}

func (s *Service) note(ctx context.Context, by, id, what string) error {
	if err := s.Custody.Note(ctx, "outcome/"+id, by, what, ""); err != nil {
		return fmt.Errorf("outcome: note %s of %s: %w", what, id, err)
	}
	return nil
}

func (s *Service) open(ctx context.Context, a cases.Actor, id string) (Outcome, cases.Case, Content, error) {
	unknown := fault.New(fault.NotFound, "outcome.unknown")
	o, err := s.outcomes.Get(ctx, id)
	if missing(err) {
		return o, cases.Case{}, Content{}, unknown
	}
	if err != nil {
		return o, cases.Case{}, Content{}, fmt.Errorf("outcome: read %s: %w", id, err)
	}
	c, err := s.Cases.ByID(ctx, o.Case)
	if err != nil {
		return o, c, Content{}, fmt.Errorf("outcome: case of %s: %w", id, err)
	}
	if !s.sees(a, &o, &c) {
		return o, c, Content{}, unknown
	}
	content, err := s.content(&o)
	return o, c, content, err
}

// content opens what is written.
func (s *Service) content(o *Outcome) (content Content, err error) {
	plain, err := s.Vault.Open("outcome.content", o.ID, o.Content)
	if err == nil {
		err = bson.Unmarshal(plain, &content)
	}
	if err != nil {
		return content, fmt.Errorf("outcome: open the text of %s: %w", o.ID, err)
	}
	return content, nil
}

func (s *Service) seal(o *Outcome, content *Content) error {
	plain, err := bson.Marshal(content)
	if err == nil {
		o.Content, err = s.Vault.Seal("outcome.content", o.ID, plain)
	}
	if err != nil {
		return fmt.Errorf("outcome: seal the text of %s: %w", o.ID, err)
	}
	return nil
}

// Page lists the outcomes in a state that the actor may see, the last changed first; next is the after of the page that follows. docs.ErrToken.
func (s *Service) Page(ctx context.Context, a cases.Actor, state State, after string) (all []Item, next string, err error) {
	page, err := s.outcomes.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "state:" + string(state)}}, Order: "changed", Desc: true, Limit: 50, After: after})
	if err != nil {
		return nil, "", fmt.Errorf("outcome: list %s: %w", state, err)
	}
	for _, o := range page.Items {
		c, err := s.Cases.ByID(ctx, o.Case)
		if err != nil {
			return nil, "", fmt.Errorf("outcome: case of %s: %w", o.ID, err)
		}
		if !s.sees(a, &o, &c) {
			continue
		}
		content, err := s.content(&o)
		if err != nil {
			return nil, "", err
		}
		all = append(all, Item{o, content})
	}
	return all, page.Next, nil
}

// Item is one line of a list.
type Item struct {
	Outcome Outcome
	Content Content
}

// step is one thing that somebody does to an outcome.
type step struct {
	who     cases.Actor
	id      string
	version int64 // that they looked at
	action  Action
	from    []State
	note    string
	alter   func(o *Outcome, content *Content, c *cases.Case) error // nil changes nothing but the state
	to      State
	probes  bool // new words are held against the tips: so often an hour and no more
	checks  bool // traces are looked for when it is done, and what was found is kept
	clean   bool // with a finding that blocks it is not done
}

// do takes a step. What was found is kept also when the step is refused for it.
func (s *Service) do(ctx context.Context, m step) (Outcome, error) {
	o, c, content, err := s.open(ctx, m.who, m.id)
	if err != nil {
		return o, err
	}
	switch {
	case o.Version != m.version:
		return o, m.late(&o)
	case !slices.Contains(m.from, o.State):
		return o, fault.New(fault.Conflict, "outcome.state")
	case m.action != Recalled && !fit(&c):
		return o, fault.New(fault.Conflict, "outcome.case")
	}
	if m.probes {
		if err := s.probe(ctx, m.id); err != nil {
			return o, err
		}
	}
	if m.alter != nil {
		if err := m.alter(&o, &content, &c); err != nil {
			return o, err
		}
	}
	if m.action == Edited || m.action == Sent { // what is approved later is what was sent
		content.Facts = s.facts(&c)
	}
	if m.checks {
		if err := s.check(ctx, m.who.ID, &o, &content, &c); err != nil {
			return o, err
		}
	}
	var refused error
	if m.clean {
		refused = refusal(content.Findings, content.Reasons, m.action == Approved)
	}
	if refused != nil {
		old, err := s.content(&o)
		if err != nil {
			return o, err
		}
		old.Findings = content.Findings
		if err := s.write(ctx, m, &o, &old, func(o *Outcome) {}); err != nil {
			return o, err
		}
		return o, refused
	}
	if err := s.note(ctx, m.who.ID, m.id, string(m.action)); err != nil {
		return o, err
	}
	e := Event{At: s.Now(), By: m.who.ID, Name: m.who.Name, Action: m.action}
	if m.note != "" {
		if e.Note, err = s.Vault.Seal("outcome.note", o.ID, []byte(m.note)); err != nil {
			return o, fmt.Errorf("outcome: seal a note of %s: %w", o.ID, err)
		}
	}
	altered := o
	err = s.write(ctx, m, &o, &content, func(o *Outcome) {
		o.State, o.Due, o.Photos, o.Public, o.Changed = m.to, altered.Due, altered.Photos, altered.Public, e.At
		o.Events = append(o.Events, e)
		o.Version++
	})
	return o, err
}

// MostProbes is how often in an hour other words of one outcome are held against its tips. What sounds like a tip can only be found by asking the tips, and whoever
// may ask without end learns them guess by guess. Findings of all other kinds depend on the text and the profile, so that guessing at them tells nothing.
const MostProbes = 10

// probe counts one more. fault outcome.often.
func (s *Service) probe(ctx context.Context, id string) error {
	_, err := s.outcomes.Change(ctx, id, func(o *Outcome) error {
		o.Probed = slices.DeleteFunc(o.Probed, func(t time.Time) bool { return s.Now().Sub(t) >= time.Hour })
		if len(o.Probed) >= MostProbes {
			return fault.New(fault.Conflict, "outcome.often", MostProbes)
		}
		o.Probed = append(o.Probed, s.Now())
		return nil
	})
	return err
}

// late says of a step from an old page whose step it missed. Who pressed twice, or lost the answer on its way, must not take their own step for somebody else's.
func (m step) late(o *Outcome) error {
	since := len(o.Events) - int(o.Version-m.version) // each step makes a version
	if m.version > 0 && since >= 0 && since < len(o.Events) && !slices.ContainsFunc(o.Events[since:], func(e Event) bool { return e.By != m.who.ID }) {
		return fault.New(fault.Conflict, "outcome.twice")
	}
	return fault.New(fault.Conflict, "outcome.moved")
}

// write stores an outcome with what is written, if nobody did something since the step's version.
func (s *Service) write(ctx context.Context, m step, o *Outcome, content *Content, f func(*Outcome)) error {
	if err := s.seal(o, content); err != nil {
		return err
	}
	sealed := o.Content
	done, err := s.outcomes.Change(ctx, o.ID, func(o *Outcome) error {
		if o.Version != m.version {
			return m.late(o)
		}
		o.Content = sealed
		f(o)
		o.index()
		return nil
	})
	if err == nil {
		*o = done
	}
	return err
}

// refusal says why what was found does not let an outcome go on; nil when it does. Whoever approves writes a reason for each finding that only asks.
func refusal(found []anonymity.Finding, reasons map[string]string, approves bool) error {
	for _, f := range found {
		if f.Severity == anonymity.Block {
			return fault.New(fault.Invalid, "outcome.blocked")
		}
		if approves && utf8.RuneCountInString(reasons[Key(f)]) < LeastNote {
			return fault.New(fault.Invalid, "outcome.reason", LeastNote)
		}
	}
	return nil
}

// Key names a finding by what it is and where: a reason that was written for it holds for no other.
func Key(f anonymity.Finding) string {
	return fmt.Sprintf("%s %s %d-%d", f.Kind, f.Field, f.Span.From, f.Span.To)
}

// written checks a text.
func written(t Text) error {
	var wrong fault.List
	for _, f := range []struct {
		name, value string
		most        int
	}{{"title", t.Title, MostTitle}, {"text", t.Text, MostText}} {
		switch n := utf8.RuneCountInString(f.value); {
		case n == 0:
			wrong = append(wrong, fault.New(fault.Invalid, "outcome.empty").On(f.name))
		case n > f.most:
			wrong = append(wrong, fault.New(fault.Invalid, "form.too_long", f.most).On(f.name))
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// Save keeps a text; one that was sent or approved is a draft again. faults outcome.unknown, outcome.moved, outcome.twice, outcome.state, outcome.case, outcome.often, outcome.empty, form.too_long.
func (s *Service) Save(ctx context.Context, a cases.Actor, id string, version int64, t Text) (Outcome, error) {
	t.Title, t.Text = strings.TrimSpace(t.Title), strings.TrimSpace(t.Text)
	if err := written(t); err != nil {
		return Outcome{}, err
	}
	return s.do(ctx, step{who: a, id: id, version: version, action: Edited, from: []State{Draft, Review, Scheduled}, to: Draft, checks: true, probes: true,
		alter: func(o *Outcome, content *Content, _ *cases.Case) error {
			content.Now, content.Reasons, o.Due = t, nil, never
			return nil
		}})
}

// Send asks somebody else to approve a draft. faults as Save, and outcome.blocked.
func (s *Service) Send(ctx context.Context, a cases.Actor, id string, version int64) (Outcome, error) {
	return s.do(ctx, step{who: a, id: id, version: version, action: Sent, from: []State{Draft}, to: Review, checks: true, clean: true})
}

// Wrote says that somebody had a hand in what is written: they cannot approve it.
func (o *Outcome) Wrote(staff string) bool {
	return slices.ContainsFunc(o.Events, func(e Event) bool { return e.By == staff && (e.Action == Edited || e.Action == Sent) })
}

// Approve lets an outcome be published on its day. reasons are for the findings that only ask, by Key. faults as Send, and outcome.two, outcome.reason.
func (s *Service) Approve(ctx context.Context, a cases.Actor, id string, version int64, reasons map[string]string) (Outcome, error) {
	return s.do(ctx, step{who: a, id: id, version: version, action: Approved, from: []State{Review}, to: Scheduled, checks: true, clean: true,
		alter: func(o *Outcome, content *Content, c *cases.Case) error {
			if o.Wrote(a.ID) {
				return fault.New(fault.Forbidden, "outcome.two")
			}
			content.Reasons = map[string]string{}
			for key, why := range reasons {
				if utf8.RuneCountInString(why) > MostNote {
					return fault.New(fault.Invalid, "form.too_long", MostNote)
				}
				content.Reasons[key] = strings.TrimSpace(why)
			}
			o.Due = s.Profile.PublicDay(closedAt(c), s.Now())
			return nil
		}})
}

// Return sends an outcome back to who wrote it. faults as Save, and desk.reason.
func (s *Service) Return(ctx context.Context, a cases.Actor, id string, version int64, why string) (Outcome, error) {
	why, err := reason(why)
	if err != nil {
		return Outcome{}, err
	}
	return s.do(ctx, step{who: a, id: id, version: version, action: Returned, from: []State{Review, Scheduled}, to: Draft, note: why,
		alter: func(o *Outcome, content *Content, _ *cases.Case) error {
			content.Reasons, o.Due = nil, never
			return nil
		}})
}

// reason checks a reason that somebody wrote.
func reason(why string) (string, error) {
	why = strings.TrimSpace(why)
	switch n := utf8.RuneCountInString(why); {
	case n < LeastNote:
		return "", fault.New(fault.Invalid, "desk.reason", LeastNote).On("note")
	case n > MostNote:
		return "", fault.New(fault.Invalid, "form.too_long", MostNote).On("note")
	}
	return why, nil
}

// Withdraw takes down what was published: text and pictures are gone, the reason stands in their place, after it was looked through for traces like every other
// text. faults outcome.unknown, outcome.moved, outcome.twice, outcome.state, outcome.leak, outcome.often, desk.reason, form.too_long.
func (s *Service) Withdraw(ctx context.Context, a cases.Actor, id string, version int64, why string) (Outcome, error) {
	why, err := reason(why)
	if err != nil {
		return Outcome{}, err
	}
	var gone []Photo
	o, err := s.do(ctx, step{who: a, id: id, version: version, action: Recalled, from: []State{Publicly}, to: Withdrawn, note: why, probes: true,
		alter: func(o *Outcome, content *Content, c *cases.Case) error {
			known, err := s.known(ctx, a.ID, id, c)
			if err != nil {
				return err
			}
			for _, f := range s.checker.Check(anonymity.Draft{Text: why}, known) {
				if f.Severity == anonymity.Block {
					return fault.New(fault.Invalid, "outcome.leak").On("note")
				}
			}
			gone, o.Photos = o.Photos, nil
			o.Public = &Published{ID: o.ID, Day: o.Public.Day, Withdrawn: why, Taken: s.Profile.Day(s.Now())}
			return nil
		}})
	if err != nil {
		return o, err
	}
	return o, s.purge(ctx, id, gone)
}

// Note opens the note of an event; "" when it has none.
func (s *Service) Note(o *Outcome, e Event) (string, error) {
	if len(e.Note) == 0 {
		return "", nil
	}
	plain, err := s.Vault.Open("outcome.note", o.ID, e.Note)
	if err != nil {
		return "", fmt.Errorf("outcome: open a note of %s: %w", o.ID, err)
	}
	return string(plain), nil
}

// purge deletes pictures of which nobody may see anything any more. What cannot be deleted now, the sweep finds.
func (s *Service) purge(ctx context.Context, id string, photos []Photo) error {
	var failed []error
	for _, p := range photos {
		failed = append(failed, s.Blobs.Delete(ctx, blobName(id, p.Burnt)))
	}
	return errors.Join(failed...)
}
