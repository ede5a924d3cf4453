package ledger

import (
	"context"
	"encoding/hex"
	"encoding/json"
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
	"qianshao/triage/cases"
)

// Old is a matter from before: a row of the county's ledger that was imported. It is an entry of the register of sites and no case: nobody tipped, so there is
// nobody to answer; no clock of ours ran, so none may be late; and it was signed, checked and closed on paper, which the log of a case would have to invent.
// The numbers of the reports count cases only, or the county would report twice what it reported then.
type Old struct {
	ID      string `bson:"_id"` // of what it is about: the same row twice is the same matter
	Batch   string // the import that brought it
	Row     int    // line of the file
	Number  string `bson:",omitempty"` // of the old ledger
	Site    string // name of the place
	Town    string // codes
	Village string `bson:",omitempty"`
	Lead    string `bson:",omitempty"` // unit id
	Found   string `bson:",omitempty"` // day
	Status  Status
	Cells   vault.Sealed // everything that stood in the row, by field: JSON, vault purpose "ledger.old" and the id
	Work    []Touch      `bson:",omitempty"` // what was done since, the oldest first
	Gone    bool         `bson:",omitempty"` // it is being deleted: nobody can work on it any more
	Key     string       // order of lists
	Terms   []string     // "sees:UNIT", "batch:ID", "status:", "town:", "name:"
	Version int64
}

// Status of an entry of the register.
type Status string

// The statuses: a place is known, watched after it was stopped, or done with.
const (
	Known   Status = "known"
	Watched Status = "watched"
	Closed  Status = "closed"
	// Cleared is a case's only: somebody looked, and there was nothing.
	Cleared Status = "cleared"
)

// Statuses lists those that an old matter may have.
func Statuses() []Status { return []Status{Known, Watched, Closed} }

// StatusOf is that of a case in the register.
func StatusOf(c *cases.Case) Status {
	switch {
	case c.Outcome == cases.False:
		return Cleared
	case c.State == cases.Watched:
		return Watched
	case c.State.Over():
		return Closed
	}
	return Known
}

// Touch is what a member of staff did with an old matter. The note is sealed with vault purpose "ledger.note" and the id.
type Touch struct {
	At             time.Time
	By, Name, Unit string
	Status         Status
	Note           vault.Sealed
}

const (
	sealOld  = "ledger.old"
	sealNote = "ledger.note"
)

// oldID is the same for rows that tell of the same matter.
func (s *Service) oldID(number, town, village, site string) string {
	return hex.EncodeToString(s.Vault.MAC(sealOld, []byte(number), []byte(town), []byte(village), []byte(site))[:12])
}

// index brings the terms up to date.
func (o *Old) index() {
	o.Key = o.Town + o.Village + o.Site
	o.Terms = []string{"sees:" + county.DutyDesk, "sees:" + county.TownUnit(o.Town), "batch:" + o.Batch, "status:" + string(o.Status), "town:" + o.Town}
	if o.Lead != "" && !slices.Contains(o.Terms, "sees:"+o.Lead) {
		o.Terms = append(o.Terms, "sees:"+o.Lead)
	}
	for _, gram := range cases.Grams(o.Number+" "+o.Site, false) {
		o.Terms = append(o.Terms, "name:"+gram)
	}
}

// seer is the unit whose old matters an actor sees; "" for none.
func seer(a cases.Actor) string {
	switch a.Role {
	case cases.Duty:
		return county.DutyDesk
	case cases.Handler:
		return a.Unit
	}
	return ""
}

// OldSheet says which old matters are asked for; what is empty asks for nothing.
type OldSheet struct {
	Town   string
	Status Status
	Name   string
}

const (
	oldPage  = 50
	maxGrams = 16
)

// Olds gives a page of the old matters that the actor may see, by town and name. docs.ErrToken.
func (s *Service) Olds(ctx context.Context, a cases.Actor, q OldSheet, after string) (docs.Page[Old], error) {
	unit := seer(a)
	if unit == "" {
		return docs.Page[Old]{}, nil
	}
	terms := []string{"sees:" + unit}
	if q.Town != "" {
		terms = append(terms, "town:"+q.Town)
	}
	if q.Status != "" {
		terms = append(terms, "status:"+string(q.Status))
	}
	grams := cases.Grams(q.Name, true)
	for _, gram := range grams[:min(len(grams), maxGrams)] {
		terms = append(terms, "name:"+gram)
	}
	d := docs.Query{Order: "key", Limit: oldPage, After: after}
	for _, t := range terms {
		d.Where = append(d.Where, docs.Eq{Field: "terms", Value: t})
	}
	return s.olds.Find(ctx, d)
}

// sees says whether the actor may know of an old matter.
func (o *Old) sees(a cases.Actor) bool {
	unit := seer(a)
	return unit != "" && !o.Gone && slices.Contains(o.Terms, "sees:"+unit)
}

// Old reads an old matter with everything that stood in its row, once the look stands in the custody log. fault ledger.old_gone.
func (s *Service) Old(ctx context.Context, a cases.Actor, id string) (Old, map[string]string, error) {
	o, err := s.visibleOld(ctx, a, id)
	if err != nil {
		return o, nil, err
	}
	if err := s.Custody.Note(ctx, "old/"+id, a.ID, "view", ""); err != nil {
		return o, nil, fmt.Errorf("ledger: note view of %s: %w", id, err)
	}
	cells, err := s.cells(&o)
	return o, cells, err
}

func (s *Service) visibleOld(ctx context.Context, a cases.Actor, id string) (Old, error) {
	o, err := s.olds.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) || err == nil && !o.sees(a) {
		return Old{}, fault.New(fault.NotFound, "ledger.old_gone")
	}
	return o, err
}

func (s *Service) cells(o *Old) (map[string]string, error) {
	raw, err := s.Vault.Open(sealOld, o.ID, o.Cells)
	if err != nil {
		return nil, fmt.Errorf("ledger: open %s: %w", o.ID, err)
	}
	var cells map[string]string
	return cells, json.Unmarshal(raw, &cells)
}

// Note opens what somebody wrote about an old matter.
func (s *Service) Note(o *Old, t Touch) (string, error) {
	raw, err := s.Vault.Open(sealNote, o.ID, t.Note)
	return string(raw), err
}

// Touch notes what was done with an old matter, and what it is now. faults ledger.old_gone, ledger.old_moved,
// ledger.old_twice, desk.choice, desk.reason, form.too_long.
func (s *Service) Touch(ctx context.Context, a cases.Actor, id string, version int64, status Status, note string) (Old, error) {
	o, err := s.visibleOld(ctx, a, id)
	if err != nil {
		return o, err
	}
	note = strings.TrimSpace(note)
	switch n := utf8.RuneCountInString(note); {
	case !slices.Contains(Statuses(), status):
		return o, fault.New(fault.Invalid, "desk.choice").On("status")
	case n < cases.MinNote:
		return o, fault.New(fault.Invalid, "desk.reason", cases.MinNote).On("note")
	case n > cases.MaxNote:
		return o, fault.New(fault.Invalid, "form.too_long", cases.MaxNote).On("note")
	}
	sealed, err := s.Vault.Seal(sealNote, id, []byte(note))
	if err != nil {
		return o, err
	}
	if err := s.Custody.Note(ctx, "old/"+id, a.ID, "touch", ""); err != nil {
		return o, fmt.Errorf("ledger: note work on %s: %w", id, err)
	}
	at := s.Now()
	o, err = s.olds.Change(ctx, id, func(o *Old) error {
		switch {
		case o.Gone:
			return fault.New(fault.NotFound, "ledger.old_gone")
		case o.Version != version:
			return o.Missed(a, version)
		}
		o.Work = append(o.Work, Touch{At: at, By: a.ID, Name: a.Name, Unit: seer(a), Status: status, Note: sealed})
		o.Status = status
		o.Version++
		o.index()
		return nil
	})
	if errors.Is(err, docs.ErrNotFound) {
		err = fault.New(fault.NotFound, "ledger.old_gone")
	}
	return o, err
}

// Missed is the fault of a form that was made for an earlier version: ledger.old_twice when all that was done since was the actor's own, or they would send it
// once more; otherwise ledger.old_moved.
func (o *Old) Missed(a cases.Actor, version int64) error {
	since := o.Version - version // each touch makes a version
	if since < 1 || since > int64(len(o.Work)) || slices.ContainsFunc(o.Work[len(o.Work)-int(since):], func(t Touch) bool { return t.By != a.ID }) {
		return fault.New(fault.Conflict, "ledger.old_moved")
	}
	return fault.New(fault.Conflict, "ledger.old_twice")
}

// Site is what the register shows of a case, without persons.
type Site struct{ Name, What, Equipment string }

// SiteOf takes it out of the records.
func SiteOf(p *county.Profile, c *cases.Case) Site {
	r := newRow(p, c, Beside{})
	return Site{Name: r.survey.Site, What: join("，", r.survey.Products, r.measures().Text), Equipment: r.equipment().Text}
}
