// Package answers carries what the county says to who tipped into their dialogues, and what they say back to the case: letters, questions and their answers,
// objections, ratings, withdrawals. It owns the collection ratings. The letters are the cases', the dialogues the intake's; it brings the two together, as often as
// it takes, and knows nothing of pages or codes. Nothing is ever pushed to a phone: who tipped comes and looks.
package answers

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/notify/lint"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/places"
)

// Readings says what the machine made of a tip, and how much of what was said it has read.
type Readings interface {
	Reading(ctx context.Context, tip intake.TipID) (triage.Reading, error)
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Profile *county.Profile
	Cases   *cases.Service
	Intake  *intake.Service
	Places  *places.Service

	Readings Readings // nil while nobody reads: then a line waits for nobody
}

// Service answers. Safe for concurrent use.
type Service struct {
	Deps
	lint    *lint.Linter
	ratings *docs.Collection[rating]
}

// rating is how one person rated the answer: by a keyed id, so that it counts once and tells neither tip nor case.
type rating struct {
	ID  string `bson:"_id"`
	How string `bson:"how"`
}

// New opens the collection; it fails when an index cannot be made.
func New(ctx context.Context, d Deps) (*Service, error) {
	ratings, err := docs.Open[rating](ctx, d.Docs, "ratings", docs.Index{Fields: []string{"how"}})
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	return &Service{Deps: d, lint: lint.New(d.Profile), ratings: ratings}, nil
}

// Draft is a letter before it goes.
type Draft struct {
	cases.Writing
	Anyway string // Warned of the page that showed the findings; the letter goes if nothing changed since
}

// Checked is what was found in a draft.
type Checked struct {
	Findings []lint.Finding
	Warned   string // comes back as Anyway when the writer has looked and sends it all the same; "" where something blocks
}

// Send writes a letter, unless something is found in it: then it comes back. What only asks is sent when the writer has seen it, which the custody log keeps.
// Sending it again changes nothing. faults of cases.Write.
func (s *Service) Send(ctx context.Context, a cases.Actor, id string, d Draft) (Checked, error) {
	c, err := s.Cases.Glimpse(ctx, a, id)
	if err != nil {
		return Checked{}, err
	}
	sent := slices.ContainsFunc(c.Letters, func(l cases.Letter) bool { return l.ID == s.Cases.LetterID(id, d.Key) })
	may := slices.ContainsFunc(s.Cases.Actions(a, &c), func(t cases.Transition) bool { return t.Action == d.Action })
	if !sent && may && d.Text != "" { // what stands against the rest, Write says
		checked, err := s.check(ctx, a, &c, d)
		if err != nil {
			return checked, err
		}
		if len(checked.Findings) > 0 && (checked.Warned == "" || checked.Warned != d.Anyway) {
			return checked, nil
		}
		d.Seen = rules(checked.Findings)
	}
	if c, err = s.Cases.Write(ctx, a, id, d.Writing); err != nil {
		return Checked{}, err
	}
	return Checked{}, s.post(ctx, &c)
}

// rules names what was found.
func rules(all []lint.Finding) string {
	var names []string
	for _, f := range all {
		names = append(names, string(f.Rule))
	}
	return strings.Join(names, " ")
}

// check reads a draft with what its writer may see, and with nothing else: who may ask without end learns from the findings what they are made of.
func (s *Service) check(ctx context.Context, a cases.Actor, c *cases.Case, d Draft) (Checked, error) {
	text, _ := intake.CleanWords(d.Text)
	in := lint.Answer{Text: text, Ends: d.Action == cases.Write && d.Ends, No: c.Outcome == cases.False || c.Outcome == cases.Unclear, Refusing: d.Action == cases.Dismiss, Inquiry: d.Action == cases.Inquire}
	to := 0
	for _, t := range c.Tips {
		goes := !t.Withdrawn && (d.Tip == "" || t.Tip == string(d.Tip))
		tip, err := s.Intake.Open(ctx, intake.TipID(t.Tip))
		if err != nil {
			return Checked{}, fmt.Errorf("answers: open a tip of %s: %w", c.ID, err)
		}
		f, err := s.Intake.Following(ctx, intake.TipID(t.Tip))
		if err != nil {
			return Checked{}, fmt.Errorf("answers: dialogue of a tip of %s: %w", c.ID, err)
		}
		thread, err := s.readable(ctx, a, c, f)
		if err != nil {
			return Checked{}, err
		}
		words, asked := said(&tip.Report, thread)
		if !goes {
			in.Theirs = append(in.Theirs, words...)
			continue
		}
		to++
		in.Own, in.Asked = append(in.Own, words...), asked
	}
	if in.Several = to > 1; in.Several && d.Tip == "" {
		in.Asked = "" // what one of them asked is answered to that one
	}
	var err error
	if in.Named, err = s.named(c); err != nil {
		return Checked{}, err
	}
	known, err := s.Places.All(ctx)
	if err != nil {
		return Checked{}, fmt.Errorf("answers: known places: %w", err)
	}
	for _, k := range known {
		if k.Town == c.Place.Town && k.Retired == nil && (k.Kind == places.Site || k.Kind == places.Landmark) {
			in.Places = append(append(in.Places, k.Name), k.Aliases...)
		}
	}
	out := Checked{Findings: s.lint.Check(in)}
	if len(out.Findings) > 0 && !lint.Blocks(out.Findings) {
		out.Warned = hex.EncodeToString(s.Vault.MAC("answers.warned", []byte(a.ID), []byte(c.ID), []byte(d.Tip), []byte(text), []byte(rules(out.Findings)))[:8])
	}
	return out, nil
}

// named are the people and firms that the records of a case name.
func (s *Service) named(c *cases.Case) ([]string, error) {
	var all []string
	for _, r := range c.Valid() {
		form, err := s.Cases.Record(c, &r.Versions[len(r.Versions)-1])
		if err != nil {
			return nil, err
		}
		names, err := disposal.Named(form)
		if err != nil {
			return nil, err
		}
		all = append(all, names...)
	}
	return all, nil
}

// readable are the lines of a dialogue that the desk shows the actor: none that the machine has not read, for it may accuse who is looking, and no objection of
// which the actor must not know.
func (s *Service) readable(ctx context.Context, a cases.Actor, c *cases.Case, f intake.Follow) ([]intake.Message, error) {
	heard := len(f.Thread)
	if s.Readings != nil {
		switch r, err := s.Readings.Reading(ctx, f.Tip); {
		case err == nil:
			heard = r.Heard
		case !errors.Is(err, docs.ErrNotFound):
			return nil, fmt.Errorf("answers: reading of a tip of %s: %w", c.ID, err)
		}
	}
	var all []intake.Message
	theirs := 0
	for _, m := range f.Thread {
		if !m.FromUs {
			theirs++
		}
		if m.FromUs || theirs <= heard && c.Hears(a, m) {
			all = append(all, m)
		}
	}
	return all, nil
}

// said are the words of a person as the desk shows them, and the last of them that nobody answered.
func said(r *intake.Report, thread []intake.Message) (words []string, asked string) {
	words = []string{intake.Mask(r.Words), intake.Mask(r.Where)}
	for _, m := range thread {
		switch {
		case m.FromUs:
			asked = ""
		case m.Text != "":
			words = append(words, intake.Mask(m.Text))
			if m.Turn == intake.Words {
				asked = m.Text
			}
		}
	}
	return words, asked
}

// post delivers what a case has to say; what it cannot deliver is left to the sweep.
func (s *Service) post(ctx context.Context, c *cases.Case) error {
	done := map[string][]string{}
	var failed []error
	for i := range c.Letters {
		l := &c.Letters[i]
		for _, to := range l.To {
			if to.At != nil {
				continue
			}
			if err := s.deliver(ctx, l, to.Tip); err != nil {
				failed = append(failed, fmt.Errorf("answers: letter %s of %s: %w", l.ID, c.ID, err))
				continue
			}
			done[l.ID] = append(done[l.ID], to.Tip)
		}
	}
	return errors.Join(append(failed, s.Cases.Posted(ctx, c.ID, done))...)
}

func (s *Service) deliver(ctx context.Context, l *cases.Letter, tip string) error {
	text, err := s.Cases.LetterText(l)
	if err != nil {
		return err
	}
	if err := s.Custody.Note(ctx, "tip/"+tip, l.By, "reply", l.ID); err != nil {
		return err
	}
	return s.Intake.Deliver(ctx, intake.TipID(tip), intake.Letter{Key: l.ID, Unit: l.Unit, Turn: l.Turn, Text: text, Until: l.Until, Wants: l.Wants})
}

// Heard lets the desk know at once what a person has just said; should that fail, the sweep does it.
func (s *Service) Heard(ctx context.Context, tip intake.TipID) error {
	f, err := s.Intake.Following(ctx, tip)
	if err != nil {
		return err
	}
	for _, m := range f.Thread {
		if m.Turn != intake.Rating {
			continue
		}
		err := s.ratings.Insert(ctx, &rating{hex.EncodeToString(s.Vault.MAC("answers.rating", []byte(tip))[:16]), counted(m.Choice)})
		if err != nil && !errors.Is(err, docs.ErrExists) {
			return err
		}
	}
	if err := s.Cases.Hear(ctx, tip, f.Thread); err != nil {
		return err
	}
	return s.Intake.Followed(ctx, f)
}

// counted is a rating as it is counted: who wants it looked at again is unhappy.
func counted(how string) string {
	if how == intake.Objecting {
		return intake.Unhappy
	}
	return how
}

// Sweep delivers what is not delivered, follows what was said, and takes away what nobody read. It says how much it did. It may run anywhere, twice at a time,
// and die at any moment. What belongs to a tip that has no case yet waits for it.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	var failed []error
	n := 0
	for after := ""; ; {
		page, err := s.Cases.Posting(ctx, after)
		if err != nil {
			return n, err
		}
		for i := range page.Items {
			if err := s.post(ctx, &page.Items[i]); err != nil {
				failed = append(failed, err)
				continue
			}
			n++
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for tip, err := range s.Intake.EachFollow(ctx) {
		if err == nil {
			err = s.Heard(ctx, tip)
		}
		switch {
		case err == nil:
			n++
		case !errors.Is(err, docs.ErrNotFound):
			failed = append(failed, fmt.Errorf("answers: follow %s: %w", tip, err))
		}
	}
	expired, err := s.Intake.Expire(ctx)
	return n + expired, errors.Join(append(failed, err)...)
}

// Counts are numbers of people, of no case.
type Counts struct{ Pleased, Fair, Unhappy int64 }

// Satisfaction counts how people rated their answers, over all cases. Nobody can tell from it who said what.
func (s *Service) Satisfaction(ctx context.Context) (Counts, error) {
	by, err := s.ratings.Tally(ctx, docs.Query{}, "how")
	if err != nil {
		return Counts{}, fmt.Errorf("answers: count ratings: %w", err)
	}
	return Counts{by[intake.Pleased], by[intake.Fair], by[intake.Unhappy]}, nil
}
