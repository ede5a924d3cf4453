package cases

import (
	"context"
	"iter"
	"slices"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
)

// Reach is a point in the life of a case that many pass and some do not.
type Reach string

// The points, in the order in which a case comes to them. They stand in index terms.
const (
	ReachSigned    Reach = "signed"
	ReachLooked    Reach = "looked"
	ReachConcluded Reach = "concluded" // with whatever outcome
	ReachTrue      Reach = "true"
	ReachDisposed  Reach = "disposed"
	ReachDone      Reach = "done" // 办结 of a matter that was true
	ReachOver      Reach = "over" // 办结, whatever it was
	ReachStruck    Reach = "struck"
)

// Reaches are all of them, in that order.
func Reaches() []Reach {
	return []Reach{ReachSigned, ReachLooked, ReachConcluded, ReachTrue, ReachDisposed, ReachDone, ReachOver, ReachStruck}
}

// Index terms of what is counted: "was:" and a Reach, "priority:", "done:" and the month of a closing, "late" for a red or black light, "hand:" and the id of
// who acted last.
const (
	termOverdue  = "late"
	termReached  = "was:"
	termPriority = "priority:"
	termDone     = "done:"
	termHand     = "hand:"
	termRelapse  = "relapse"
)

// Counted narrows a list to what a number counts. What is empty narrows nothing.
type Counted struct {
	Open, Late, Relapse bool
	Reached             Reach
	Priority            string
	Closed              string // a month
}

// Terms are the index terms that every case of such a list has.
func (n Counted) Terms() []string {
	var all []string
	for _, t := range []struct {
		term string
		is   bool
	}{
		{"open", n.Open}, {termOverdue, n.Late}, {termRelapse, n.Relapse}, {termReached + string(n.Reached), n.Reached != ""}, {termPriority + n.Priority, n.Priority != ""},
		{termDone + n.Closed, n.Closed != ""},
	} {
		if t.is {
			all = append(all, t.term)
		}
	}
	return all
}

// MonthForm is how a month is written, in the county's zone.
const MonthForm = "2006-01"

// Scope is the unit whose cases the actor may see; "" for the roles that see none.
func (a Actor) Scope() string { return a.unit() }

// Reached are the points that the case has passed, also before it was taken up again.
func (c *Case) Reached() []Reach {
	was := map[State]bool{c.State: true}
	over := c.State.Over()
	for _, e := range c.Events {
		was[e.To], over = true, over || e.To.Over()
	}
	var all []Reach
	for _, r := range []struct {
		point Reach
		is    bool
	}{
		{ReachSigned, was[Signed]}, {ReachLooked, was[Looked]}, {ReachConcluded, was[True] || was[False] || was[Unclear]}, {ReachTrue, was[True]},
		{ReachDisposed, was[Disposed]}, {ReachDone, was[True] && over}, {ReachOver, over}, {ReachStruck, was[Struck]},
	} {
		if r.is {
			all = append(all, r.point)
		}
	}
	return all
}

// Relapse says that a closed matter is at work again: a look-back found it, or a later tip about the same place was true.
func (c *Case) Relapse() bool {
	return c.Recurs != "" && (c.From == c.Recurs || slices.Contains(c.Reached(), ReachTrue))
}

// ClosedIn are the months in which the case was closed, each once.
func (c *Case) ClosedIn(p *county.Profile) []string {
	var all []string
	for _, e := range c.Events {
		if e.Action == string(Close) {
			all = append(all, e.At.In(p.Zone).Format(MonthForm))
		}
	}
	return slices.Compact(all)
}

// Open says that the case is open work: what a queue shows.
func (c *Case) Open() bool { return slices.Contains(c.Terms, "open") }

// Told is the worst light of a running clock, as the sweep told it last: what lists are narrowed by.
func (c *Case) Told() Light {
	for _, l := range alarming {
		if slices.Contains(c.Terms, "light:"+string(l)) {
			return l
		}
	}
	return NoLight
}

// countTerms are the index terms of what is counted.
func (c *Case) countTerms(p *county.Profile) []string {
	terms := []string{termPriority + c.Priority}
	for _, r := range c.Reached() {
		terms = append(terms, termReached+string(r))
	}
	for _, m := range c.ClosedIn(p) {
		terms = append(terms, termDone+m)
	}
	if told := c.Told(); told == Red || told == Black {
		terms = append(terms, termOverdue)
	}
	if c.Relapse() {
		terms = append(terms, termRelapse)
	}
	for _, e := range slices.Backward(c.Events) {
		if e.By != worker {
			return append(terms, termHand+e.By)
		}
	}
	return terms
}

// Each walks over all cases by their ids, page by page, for the worker to count them: no visibility check, no line in the custody log.
func (s *Service) Each(ctx context.Context) iter.Seq2[Case, error] {
	return s.cases.Each(ctx, docs.Query{Limit: 2 * sweepPage})
}

// InHand gives a page of the open cases that the actor may see and in which a member of staff was the last person to do something, the most urgent first.
// docs.ErrToken.
func (s *Service) InHand(ctx context.Context, a Actor, staff, after string) (docs.Page[Case], error) {
	q, ok := query(a, All)
	if !ok {
		return docs.Page[Case]{}, nil
	}
	q.Where = append(q.Where, term(termHand+staff)...)
	q.Limit, q.After = 4*pageLength, after
	return s.cases.Find(ctx, q)
}

// Closed walks over the cases that the actor may see and that were closed in a month.
func (s *Service) Closed(ctx context.Context, a Actor, month string) iter.Seq2[Case, error] {
	unit := a.unit()
	if unit == "" {
		return func(func(Case, error) bool) {}
	}
	return s.cases.Each(ctx, docs.Query{Where: append(term("sees:"+unit), term(termDone+month)...), Order: "opened", Limit: sweepPage})
}
