package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
)

// Filter names a queue of the desk.
type Filter string

// The queues.
const (
	Mine   Filter = "mine"   // open, the actor's unit leads
	Helped Filter = "helped" // open, the actor's unit helps or oversees
	All    Filter = "all"    // open, everything the actor may see
	Done   Filter = "done"   // closed
	Urgent Filter = "urgent" // P0, and nobody has signed it
	Review Filter = "review" // the machine was not sure enough: the duty desk is asked
)

// urgentTerm is the index term of what cannot wait and was not signed.
const urgentTerm = "alarm"

// doubtTerm is the index term of what the duty desk is asked about.
const doubtTerm = "doubt"

// Index terms of what the sweep does.
const (
	termAwake  = "awake"  // it has something to do at Wake
	termBirth  = "birth"  // it waits for another case to be opened
	termOutbox = "outbox" // a notice was not taken by the courier

	termLetters = "letters" // something is to be delivered to who tipped
)

// NoTown asks, in place of a town's code, for the cases of which nobody knows the town.
const NoTown = "none"

// pageLength is how many cases a list shows at once.
const pageLength = 50

// unit is the unit whose cases the actor may see; "" for the roles that see none.
func (a Actor) unit() string {
	switch a.Role {
	case Duty:
		return dutyDesk
	case Handler:
		return a.Unit
	}
	return ""
}

// SeenBy is the one rule of visibility: who may know that the case exists.
func (c *Case) SeenBy(a Actor) bool {
	unit := a.unit()
	return unit != "" && slices.Contains(c.Sees, unit)
}

// MaySee says whether the actor may see a case, without looking into it.
func (s *Service) MaySee(ctx context.Context, a Actor, id string) (bool, error) {
	_, err := s.visible(ctx, a, id, "sees")
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// visible reads a case that the actor may see, or some of its fields; desk.not_found for every other id.
func (s *Service) visible(ctx context.Context, a Actor, id string, only ...string) (Case, error) {
	if len(only) > 0 {
		only = append([]string{"sees"}, only...)
	}
	c, err := s.cases.Get(ctx, id, only...)
	if err != nil {
		return Case{}, forActor(err)
	}
	if !c.SeenBy(a) {
		return Case{}, notFound()
	}
	return c, nil
}

// Get reads a case for an actor. fault desk.not_found when it does not exist or the actor may not see it. Writes "view" to the custody log first.
func (s *Service) Get(ctx context.Context, a Actor, id string) (Case, error) {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return Case{}, err
	}
	return s.noted(ctx, a, c, "view", "")
}

// noted gives the case once the look at it stands in the custody log.
func (s *Service) noted(ctx context.Context, a Actor, c Case, action, detail string) (Case, error) {
	if err := s.Custody.Note(ctx, "case/"+c.ID, a.ID, action, detail); err != nil {
		return Case{}, fmt.Errorf("cases: note %s of %s: %w", action, c.ID, err)
	}
	return c, nil
}

// ByTip finds the case of a tip; docs.ErrNotFound while triage has not come so far. For the tipster's status and for triage: no visibility check.
func (s *Service) ByTip(ctx context.Context, tip intake.TipID) (Case, error) {
	p, err := s.cases.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "tip:" + string(tip)}}, Order: "opened", Limit: 1})
	if err != nil {
		return Case{}, err
	}
	if len(p.Items) == 0 {
		return Case{}, fmt.Errorf("cases: of tip %s: %w", tip, docs.ErrNotFound)
	}
	return p.Items[0], nil
}

// ByID reads a case for triage, or some of its fields (docs.Query.Only): no visibility check, no line in the custody log. docs.ErrNotFound.
func (s *Service) ByID(ctx context.Context, id string, only ...string) (Case, error) {
	return s.cases.Get(ctx, id, only...)
}

// List gives a page of a queue: the most urgent clock first, closed cases by their opening, the newest first.
func (s *Service) List(ctx context.Context, a Actor, f Filter, after string) (docs.Page[Case], error) {
	q, ok := query(a, f)
	if !ok {
		return docs.Page[Case]{}, nil
	}
	q.Limit, q.After = pageLength, after
	return s.cases.Find(ctx, q)
}

// Plenty is where a queue is not counted any further: nobody works by such a number, and counting every case on every page would be most of its work.
const Plenty = 1000

// Count counts a queue up to Plenty.
func (s *Service) Count(ctx context.Context, a Actor, f Filter) (int64, error) {
	q, ok := query(a, f)
	if !ok {
		return 0, nil
	}
	q.Most = Plenty
	return s.cases.Count(ctx, q)
}

// query asks for a queue; false for an actor who sees no case. Sees is always among the terms.
func query(a Actor, f Filter) (docs.Query, bool) {
	unit := a.unit()
	if unit == "" {
		return docs.Query{}, false
	}
	terms := []string{"sees:" + unit, "open"}
	q := docs.Query{Order: "rank"}
	switch f {
	case Mine:
		terms = append(terms, "lead:"+unit)
	case Helped:
		terms = append(terms, "help:"+unit)
	case Done:
		terms[1] = "closed"
		q.Order, q.Desc = "opened", true
	case Urgent:
		terms = append(terms, urgentTerm)
	case Review:
		terms = append(terms, doubtTerm)
	case Late:
		terms = append(terms, termLate)
		if a.Role != Duty {
			terms = append(terms, "lead:"+unit)
		}
	case Owed:
		terms = append(terms, "owes:"+unit)
	case Waits:
		terms = append(terms, termWaits)
		if a.Role != Duty {
			terms = append(terms, "lead:"+unit)
		}
	case Mention:
		terms = append(terms[:1], "mention:"+unit)
	case Found:
		terms = terms[:1]
	case All:
	default:
		return docs.Query{}, false
	}
	for _, t := range terms {
		q.Where = append(q.Where, docs.Eq{Field: "terms", Value: t})
	}
	return q, true
}

// index brings Due, Rank, Wake and Terms up to date; every change of a case ends with it. A closed case in which something runs is open work.
func (c *Case) index(p *county.Profile) {
	c.Due, c.Wake, c.Indexed = never, c.wake(p), indexed
	lit, open := NoLight, "open"
	if k, ok := c.Next(); ok {
		c.Due = k.Due
	} else if c.State.Over() {
		open = "closed"
	}
	for _, k := range c.Clocks {
		if told := cmp.Or(k.Told, Green); k.Running() && told.worse(lit) {
			lit = told
		}
	}
	c.Rank = c.Due
	alarm := c.Priority == topPriority && c.State == Unsigned
	if alarm {
		c.Rank = c.Due.AddDate(-100, 0, 0) // among themselves still by their clocks
	}
	if c.State == Merged { // it is in no list: its matter is another case's
		open = "merged"
	}
	c.Terms = []string{open, "state:" + string(c.State), "lead:" + c.Lead, "light:" + string(lit)}
	c.Terms = append(c.Terms, c.sheetTerms()...)
	if c.Wake.Before(never) {
		c.Terms = append(c.Terms, termAwake)
	}
	if slices.ContainsFunc(c.Births, func(b Birth) bool { return b.Case == "" }) {
		c.Terms = append(c.Terms, termBirth)
	}
	if slices.ContainsFunc(c.Outbox, func(n Notice) bool { return n.Sent == nil }) {
		c.Terms = append(c.Terms, termOutbox)
	}
	if slices.ContainsFunc(c.Letters, Letter.waits) {
		c.Terms = append(c.Terms, termLetters)
	}
	for _, id := range c.Categories {
		c.Terms = append(c.Terms, "category:"+id)
	}
	if alarm {
		c.Terms = append(c.Terms, urgentTerm)
	}
	if len(c.Doubts) > 0 {
		c.Terms = append(c.Terms, doubtTerm)
	}
	if c.Move != nil {
		c.Terms = append(c.Terms, movingTerm)
	}
	c.Terms = append(c.Terms, "town:"+cmp.Or(c.Place.Town, NoTown))
	for _, u := range c.Sees {
		c.Terms = append(c.Terms, "sees:"+u)
	}
	for _, u := range sees(c.Oversight, c.Co, "", false) {
		if u != "" && u != c.Lead {
			c.Terms = append(c.Terms, "help:"+u)
		}
	}
	for _, t := range c.Tips {
		c.Terms = append(c.Terms, "tip:"+t.Tip)
	}
	c.Terms = append(c.Terms, c.deskTerms(p, lit)...)
	c.Terms = append(c.Terms, c.countTerms(p)...)
}
