// Package numbers is what everybody may know in numbers: how many matters there were in each month, in which town and of which kind, and what came of the tips.
// It owns the collection numbers, one document for each month that is over. It knows nothing of pages and keeps no number that it does not show.
//
// Somebody who looks every day must not learn more than who looks once. So a month is counted a week after its end, hidden where it is small (see hide), and
// stored as it is shown; it never changes again, and no sum over months is told. What came of the tips is told in steps of five.
package numbers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
)

const (
	lag  = 7  // days after its end until a month is counted
	span = 12 // months that are counted when they are missing, and over which the tips are followed
)

// Month is one month as it is shown, for good.
type Month struct {
	Month      string `bson:"_id"` // 2026-10
	At         time.Time
	Towns      []string // codes, in the profile's order; "" at the end is unknown
	Categories []string // ids, in the profile's order
	Cells      [][]Cell // of the towns, then the sums; in each line of the categories, then the sum
	Impact     Impact
}

// Total is the number of matters of the month.
func (m Month) Total() Cell { return m.corner(len(m.Towns), len(m.Categories)) }

// Of is the number of a town in the month, or of a category, or of both; "*" is all. Zero for what the month does not know.
func (m Month) Of(town, category string) Cell {
	at := func(list []string, id string) int {
		if id == All {
			return len(list)
		}
		return slices.Index(list, id)
	}
	return m.corner(at(m.Towns, town), at(m.Categories, category))
}

// All stands for every town or every category.
const All = "*"

func (m Month) corner(i, j int) Cell {
	if i < 0 || j < 0 || i >= len(m.Cells) || j >= len(m.Cells[i]) {
		return Cell{}
	}
	return m.Cells[i][j]
}

// Payments says what was ever paid to people who tipped, each payment in 分, the first one first.
type Payments interface {
	Paid(ctx context.Context) ([]int64, error)
}

// Opinions says how many of the people who answered were content with what they were told.
type Opinions interface {
	Content(ctx context.Context) (content, answered int, err error)
}

// Deps is what the service stands on.
type Deps struct {
	Docs     docs.Store
	Cases    *cases.Service
	Profile  *county.Profile
	Payments Payments // nil says nothing of money
	Opinions Opinions // nil says nothing of contentment
	Now      func() time.Time
}

// Service keeps the public numbers.
type Service struct {
	Deps
	months *docs.Collection[Month]
}

// New opens the collection.
func New(ctx context.Context, d Deps) (*Service, error) {
	months, err := docs.Open[Month](ctx, d.Docs, "numbers", docs.Index{Fields: []string{"at"}})
	if err != nil {
		return nil, fmt.Errorf("numbers: %w", err)
	}
	return &Service{d, months}, nil
}

// Months gives the months of the last year that were counted, the newest first.
func (s *Service) Months(ctx context.Context) ([]Month, error) {
	var all []Month
	for _, m := range s.over() {
		got, err := s.months.Get(ctx, m.Format(cases.MonthForm))
		switch {
		case errors.Is(err, docs.ErrNotFound):
		case err != nil:
			return nil, fmt.Errorf("numbers: read: %w", err)
		default:
			all = append(all, got)
		}
	}
	return all, nil
}

// over are the first days of the months that are over for long enough, the newest first.
func (s *Service) over() []time.Time {
	at := s.Now().In(s.Profile.Zone).AddDate(0, 0, -lag)
	first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, s.Profile.Zone)
	var all []time.Time
	for i := 1; i <= span; i++ {
		all = append(all, first.AddDate(0, -i, 0))
	}
	return all
}

// Next is the day on which the next month will be counted.
func (s *Service) Next() time.Time {
	return s.over()[0].AddDate(0, 2, lag)
}

// Sweep counts the months that are over and were not counted yet, from the first one in which there was a matter. It says how many it counted.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	var missing []time.Time
	for _, m := range s.over() {
		_, err := s.months.Get(ctx, m.Format(cases.MonthForm))
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			return 0, fmt.Errorf("numbers: read: %w", err)
		}
		if err != nil {
			missing = append(missing, m)
		}
	}
	if len(missing) == 0 {
		return 0, nil
	}
	all, err := s.count(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, m := range slices.Backward(missing) {
		if all.first.IsZero() || m.AddDate(0, 1, 0).Before(all.first) {
			continue
		}
		month, err := s.month(ctx, all, m)
		if err != nil {
			return n, err
		}
		if err := s.months.Insert(ctx, &month); err != nil {
			if errors.Is(err, docs.ErrExists) { // another worker was faster, and what it stored is what counts
				continue
			}
			return n, fmt.Errorf("numbers: store: %w", err)
		}
		n++
	}
	return n, nil
}

// matter is what is counted of a case.
type matter struct {
	opened         time.Time
	town, category string
	tips           int
	was            []cases.Reach
	took           []time.Duration // from a tip to the conclusion
}

type tally struct {
	matters []matter
	first   time.Time // when the first one was opened
}

// count reads all cases. Matters that some unit may not know of are not counted: who knows all the others would learn of them from the sum.
func (s *Service) count(ctx context.Context) (tally, error) {
	var t tally
	for c, err := range s.Cases.Each(ctx) {
		if err != nil {
			return t, fmt.Errorf("numbers: count: %w", err)
		}
		if c.State == cases.Merged || c.Refer || c.Private() || len(c.Tips) == 0 {
			continue
		}
		m := matter{opened: c.Opened, category: c.Category, tips: len(c.Tips), was: c.Reached(), took: answered(&c)}
		if _, ok := s.Profile.Town(c.Place.Town); ok {
			m.town = c.Place.Town
		}
		t.matters = append(t.matters, m)
		if t.first.IsZero() || c.Opened.Before(t.first) {
			t.first = c.Opened
		}
	}
	return t, nil
}

// answered is how long the tips of a case waited for its first conclusion; a later tip found it there.
func answered(c *cases.Case) []time.Duration {
	i := slices.IndexFunc(c.Events, func(e cases.Event) bool { return cases.Action(e.Action) == cases.Conclude })
	if i < 0 {
		return nil
	}
	var all []time.Duration
	for _, tip := range c.Tips {
		told := tip.Told
		if told.IsZero() {
			told = tip.Received
		}
		if d := c.Events[i].At.Sub(told); d >= 0 {
			all = append(all, d)
		}
	}
	return all
}

// month makes what is shown of a month.
func (s *Service) month(ctx context.Context, all tally, start time.Time) (Month, error) {
	end := start.AddDate(0, 1, 0)
	counts := map[Kind]int{}
	var followed []matter
	for _, x := range all.matters {
		if !x.opened.Before(end.AddDate(0, -span, 0)) && x.opened.Before(end) {
			followed = append(followed, x)
		}
		if !x.opened.Before(start) && x.opened.Before(end) {
			counts[Kind{x.town, x.category}]++
		}
	}
	m := s.table(start, counts)
	var err error
	m.Impact, err = s.impact(ctx, followed)
	m.Impact.From, m.Impact.To = latest(end.AddDate(0, -span, 0), all.first, s.Profile.Zone), start.Format(cases.MonthForm)
	return m, err
}

// Kind is what a matter is counted by.
type Kind struct{ Town, Category string }

// table is a month with these counts, as it is shown. What is in no town or of no category of the profile is not in it.
func (s *Service) table(start time.Time, counts map[Kind]int) Month {
	m := Month{Month: start.Format(cases.MonthForm), At: s.Now().UTC()}
	for _, t := range s.Profile.Towns {
		m.Towns = append(m.Towns, t.Code)
	}
	m.Towns = append(m.Towns, "")
	for _, k := range s.Profile.Categories {
		if !k.Sealed {
			m.Categories = append(m.Categories, k.ID)
		}
	}
	all := make([][]int, len(m.Towns))
	for i, town := range m.Towns {
		for _, category := range m.Categories {
			all[i] = append(all[i], counts[Kind{town, category}])
		}
	}
	m.Cells = hide(all, len(m.Categories))
	return m
}

// Tell stores months with invented counts, the newest first, that have not been counted yet: for the demonstration, which has no past.
func (s *Service) Tell(ctx context.Context, i Impact, invented ...map[Kind]int) error {
	over := s.over()
	i.From, i.To = over[len(invented)-1].Format(cases.MonthForm), over[0].Format(cases.MonthForm)
	for n, counts := range invented {
		m := s.table(over[n], counts)
		m.Impact = i
		if err := s.months.Insert(ctx, &m); err != nil && !errors.Is(err, docs.ErrExists) {
			return fmt.Errorf("numbers: tell: %w", err)
		}
	}
	return nil
}

// latest is the month of the later of two moments.
func latest(a, b time.Time, zone *time.Location) string {
	if b.After(a) {
		a = b
	}
	return a.In(zone).Format(cases.MonthForm)
}
