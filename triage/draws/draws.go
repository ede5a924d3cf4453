// Package draws draws closed cases of a month to be looked at on the spot by another town (明察暗访抽查), and keeps what was found.
// It owns the collection draws, one document for each month. It knows nothing of pages; a case is taken up again by the transition table of triage/cases.
// The town that looks learns of its own checks only, and of no case that was sealed, or accuses somebody, since.
//
// Nobody can draw until the result pleases: a month is drawn once, its seed, its candidates and its result are kept, and Check draws again from them. The way
// of drawing (Pick) is a sum that anybody can do with pencil, paper and sha256sum.
package draws

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
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

// Result is what a check on the spot found.
type Result string

// The results; "" is not checked yet.
const (
	Fine    Result = "fine"    // 没问题
	Problem Result = "problem" // 有问题: the case is taken up again
)

// Draw is that of one month.
type Draw struct {
	Month      string `bson:"_id"` // 2006-01
	At         time.Time
	By, Name   string            // staff id, and the name as it was then
	Seed       string            // hex, by chance
	Candidates []Candidate       // in the order of their numbers
	Sum        string            // of the candidates, see Sum
	Rates      county.SpotChecks // as the profile had them
	Checks     []Check           // in the order in which they were drawn
	Left       []string          `bson:",omitempty"` // units that have something left to do: the index by which they find it
}

// Candidate is a closed case that could be drawn.
type Candidate struct {
	Case, Number string
	Double       bool `bson:",omitempty"` // twice as many of these are drawn
}

// Check is one case that was drawn.
type Check struct {
	Candidate `bson:",inline"`
	Unit      string       // who looks: another town than that of the case, not its lead, and not one that it accuses
	Result    Result       `bson:",omitempty"`
	Note      vault.Sealed `bson:",omitempty"` // vault purpose "draw.note", id MONTH/CASE
	At        *time.Time   `bson:",omitempty"`
	By, Name  string       `bson:",omitempty"`
	From      string       `bson:",omitempty"` // unit id of who recorded it
	Who       vault.Sealed `bson:",omitempty"` // the names of those who looked; vault purpose "draw.who", id as of the note
	Reopened  bool         `bson:",omitempty"` // the case is at work again
}

// left says that something is to be done: it is not looked at, or its case is not taken up again yet.
func (k *Check) left() bool { return k.Result == "" || k.Stuck() }

// Stuck says that a problem was found and the case is not taken up again yet.
func (k *Check) Stuck() bool { return k.Result == Problem && !k.Reopened }

// index brings Left up to date; every change of a draw ends with it.
func (d *Draw) index() {
	d.Left = nil
	for i := range d.Checks {
		if k := &d.Checks[i]; k.left() && !slices.Contains(d.Left, k.Unit) {
			d.Left = append(d.Left, k.Unit)
		}
	}
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Cases   *cases.Service
	Vault   *vault.Vault
	Custody *custody.Log
	Profile *county.Profile
	Now     func() time.Time
}

// Service keeps the draws.
type Service struct {
	Deps
	draws *docs.Collection[Draw]
}

// New opens the collection.
func New(ctx context.Context, d Deps) (*Service, error) {
	all, err := docs.Open[Draw](ctx, d.Docs, "draws", docs.Index{Fields: []string{"left"}, Multi: true})
	if err != nil {
		return nil, err
	}
	s := &Service{d, all}
	return s, s.reindex(ctx)
}

// reindex brings draws of before there was an index up to it.
func (s *Service) reindex(ctx context.Context) error {
	all, err := s.draws.Find(ctx, docs.Query{Limit: 1000}) // months
	if err != nil {
		return fmt.Errorf("draws: list: %w", err)
	}
	for _, d := range all.Items {
		was := d.Left
		if d.index(); slices.Equal(was, d.Left) {
			continue
		}
		if _, err := s.draws.Change(ctx, d.Month, func(d *Draw) error { d.index(); return nil }); err != nil {
			return fmt.Errorf("draws: index %s: %w", d.Month, err)
		}
	}
	return nil
}

// List gives the draws, the latest month first.
func (s *Service) List(ctx context.Context, a cases.Actor) ([]Draw, error) {
	if a.Role != cases.Duty {
		return nil, nil
	}
	p, err := s.draws.Find(ctx, docs.Query{Desc: true})
	return p.Items, err
}

// Get gives the draw of a month. fault draw.unknown.
func (s *Service) Get(ctx context.Context, a cases.Actor, month string) (Draw, error) {
	if a.Role != cases.Duty {
		return Draw{}, fault.New(fault.Forbidden, "desk.forbidden")
	}
	d, err := s.draws.Get(ctx, month)
	if errors.Is(err, docs.ErrNotFound) {
		return Draw{}, fault.New(fault.NotFound, "draw.unknown")
	}
	return d, err
}

// Months are those that can be drawn: the twelve that are over, the latest first.
func (s *Service) Months() []string {
	now := s.Now().In(s.Profile.Zone)
	var all []string
	for i := 1; i <= 12; i++ {
		all = append(all, time.Date(now.Year(), now.Month()-time.Month(i), 1, 0, 0, 0, 0, s.Profile.Zone).Format(cases.MonthForm))
	}
	return all
}

// Draw draws a month that is over; drawing it again gives what was drawn. Cases that are sealed, at work again, or not the county's are no candidates.
// faults desk.forbidden, draw.month, draw.none.
func (s *Service) Draw(ctx context.Context, a cases.Actor, month string) (Draw, error) {
	if a.Role != cases.Duty {
		return Draw{}, fault.New(fault.Forbidden, "desk.forbidden")
	}
	if !slices.Contains(s.Months(), month) {
		return Draw{}, fault.New(fault.Invalid, "draw.month").On("month")
	}
	d, err := s.draws.Get(ctx, month)
	if !errors.Is(err, docs.ErrNotFound) {
		return d, err
	}
	d = Draw{Month: month, At: s.Now(), By: a.ID, Name: a.Name, Seed: vault.NewID(16), Rates: s.Profile.Casework.SpotChecks}
	barred := map[string][]string{}
	for c, err := range s.Cases.Closed(ctx, a, month) {
		if err != nil {
			return Draw{}, fmt.Errorf("draws: candidates of %s: %w", month, err)
		}
		if c.Private() || c.Refer || !c.State.Over() {
			continue
		}
		d.Candidates = append(d.Candidates, Candidate{Case: c.ID, Number: c.Number, Double: doubles(&d.Rates, &c)})
		barred[c.ID] = append(slices.Clone(c.Hidden), c.Lead, county.TownUnit(c.Place.Town))
	}
	if len(d.Candidates) == 0 {
		return Draw{}, fault.New(fault.Conflict, "draw.none").On("month")
	}
	slices.SortFunc(d.Candidates, byNumber)
	d.Sum = Sum(d.Candidates)
	d.Checks = assign(d.Seed, Pick(d.Seed, d.Candidates, d.Rates), s.towns(), barred)
	d.index()
	if err := s.Custody.Note(ctx, "draw/"+month, a.ID, "draw", d.Sum); err != nil {
		return Draw{}, fmt.Errorf("draws: note %s: %w", month, err)
	}
	if err := s.draws.Insert(ctx, &d); errors.Is(err, docs.ErrExists) { // somebody else was faster: theirs counts
		return s.draws.Get(ctx, month)
	} else if err != nil {
		return Draw{}, fmt.Errorf("draws: store %s: %w", month, err)
	}
	return d, nil
}

func (s *Service) towns() []string {
	var all []string
	for _, t := range s.Profile.Towns {
		all = append(all, county.TownUnit(t.Code))
	}
	return all
}

func doubles(r *county.SpotChecks, c *cases.Case) bool {
	return slices.Contains(r.DoubleOutcomes, string(c.Outcome)) || slices.ContainsFunc(c.Categories, func(id string) bool { return slices.Contains(r.DoubleCategories, id) })
}

// Found is what somebody says of a check.
type Found struct {
	Result Result
	Note   string   // what was seen; needed for a problem
	Who    []string // the names of those who looked; two at least where their town says it
}

const (
	minWho   = 2   // 危险化学品安全法 第八条第二款
	maxNames = 200 // characters of all names
)

// check is everything that is missing in what a town says, or the desk for it.
func (f *Found) check(byTown bool) error {
	var wrong fault.List
	if f.Result != Fine && f.Result != Problem {
		wrong = append(wrong, fault.New(fault.Invalid, "draw.result").On("result"))
	}
	switch n := utf8.RuneCountInString(f.Note); {
	case f.Result == Problem && n < cases.MinNote:
		wrong = append(wrong, fault.New(fault.Invalid, "desk.reason", cases.MinNote).On("note"))
	case n > cases.MaxNote:
		wrong = append(wrong, fault.New(fault.Invalid, "form.too_long", cases.MaxNote).On("note"))
	}
	switch {
	case byTown && len(f.Who) < minWho:
		wrong = append(wrong, fault.New(fault.Invalid, "draw.who").On("who"))
	case utf8.RuneCountInString(strings.Join(f.Who, "、")) > maxNames:
		wrong = append(wrong, fault.New(fault.Invalid, "form.too_long", maxNames).On("who"))
	}
	if len(wrong) == 0 {
		return nil
	}
	return wrong
}

// tidy cuts blanks off, and names that stand there twice.
func (f *Found) tidy() {
	f.Note = strings.TrimSpace(f.Note)
	var who []string
	for _, name := range f.Who {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	f.Who = who
}

// Record keeps what a check found, once: as the duty desk says, or the town that was to look. A problem takes the case up again; saying so once more goes on
// where that was broken off. faults desk.forbidden, draw.unknown, draw.recorded, and a fault.List of draw.result, draw.who, desk.reason, form.too_long.
func (s *Service) Record(ctx context.Context, a cases.Actor, month, id string, f Found) error {
	i, d, err := s.check(ctx, a, month, id)
	if err != nil {
		return err
	}
	f.tidy()
	switch k := &d.Checks[i]; {
	case k.Stuck():
		return s.reopen(ctx, a, k, month)
	case k.Result != "":
		return recorded(k)
	}
	if err := f.check(a.Role != cases.Duty); err != nil {
		return err
	}
	note, err := s.seal("draw.note", month, id, f.Note)
	if err != nil {
		return err
	}
	who, err := s.seal("draw.who", month, id, strings.Join(f.Who, "、"))
	if err != nil {
		return err
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, "spot_check", string(f.Result)); err != nil {
		return fmt.Errorf("draws: note check of %s: %w", id, err)
	}
	now := s.Now()
	d, err = s.draws.Change(ctx, month, func(d *Draw) error {
		k := &d.Checks[i]
		if k.Result != "" {
			return recorded(k)
		}
		k.Result, k.Note, k.Who, k.At, k.By, k.Name, k.From = f.Result, note, who, &now, a.ID, a.Name, a.Unit
		d.index()
		return nil
	})
	if err != nil || f.Result == Fine {
		return err
	}
	return s.reopen(ctx, a, &d.Checks[i], month)
}

func recorded(k *Check) error { return fault.New(fault.Conflict, "draw.recorded", k.Name) }

// reopen takes the case of a check up again, unless it is at work again already.
func (s *Service) reopen(ctx context.Context, a cases.Actor, k *Check, month string) error {
	note, err := s.Note(month, k)
	if err != nil {
		return err
	}
	c, err := s.Cases.ByID(ctx, k.Case)
	if err != nil {
		return fmt.Errorf("draws: case %s: %w", k.Case, err)
	}
	if a.Role != cases.Duty { // the desk sent them, and its line of the table is the one that they follow
		a = cases.Actor{ID: a.ID, Name: a.Name, Role: cases.Duty, Unit: county.DutyDesk, Of: a.Unit}
	}
	if c.State.Over() {
		if _, err := s.Cases.Do(ctx, a, k.Case, cases.Reopen, cases.Input{Version: c.Version, Choice: cases.ReopenCheck, Note: note}); err != nil {
			return err
		}
	}
	_, err = s.draws.Change(ctx, month, func(d *Draw) error {
		for i := range d.Checks {
			d.Checks[i].Reopened = d.Checks[i].Reopened || d.Checks[i].Case == k.Case
		}
		d.index()
		return nil
	})
	return err
}

// Note opens the note of a check; empty when it has none.
func (s *Service) Note(month string, k *Check) (string, error) {
	return s.unseal("draw.note", month, k.Case, k.Note)
}

// Who opens the names of those who looked; empty when nobody was named.
func (s *Service) Who(month string, k *Check) (string, error) {
	return s.unseal("draw.who", month, k.Case, k.Who)
}

func (s *Service) seal(purpose, month, id, text string) (vault.Sealed, error) {
	sealed, err := s.Vault.Seal(purpose, month+"/"+id, []byte(text))
	if err != nil {
		return nil, fmt.Errorf("draws: seal %s of %s: %w", purpose, id, err)
	}
	return sealed, nil
}

func (s *Service) unseal(purpose, month, id string, sealed vault.Sealed) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := s.Vault.Open(purpose, month+"/"+id, sealed)
	if err != nil {
		return "", fmt.Errorf("draws: open %s of %s: %w", purpose, id, err)
	}
	return string(plain), nil
}
