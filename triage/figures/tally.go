package figures

import (
	"cmp"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// months is how many a snapshot tells of, with the running one.
const months = 12

// tally counts cases, each once, for every unit that may see it.
type tally struct {
	profile *county.Profile
	now     time.Time
	months  []string    // the oldest first
	starts  []time.Time // of the months, and of the one to come
	units   map[string]*sums
}

// sums are the numbers of one unit while they grow.
type sums struct {
	Snapshot
	grid  map[Cell]int
	took  map[Spread][]int32 // seconds
	month map[string]*Month
	work  map[Work]*Work // by unit and month
}

func newTally(p *county.Profile, now time.Time) *tally {
	t := &tally{profile: p, now: now, units: map[string]*sums{}}
	local := now.In(p.Zone)
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, p.Zone)
	for i := 1 - months; i <= 1; i++ {
		t.starts = append(t.starts, first.AddDate(0, i, 0))
	}
	for _, start := range t.starts[:months] {
		t.months = append(t.months, start.Format(cases.MonthForm))
	}
	for _, u := range p.Units {
		t.unit(u.ID)
	}
	for _, town := range p.Towns {
		t.unit(county.TownUnit(town.Code))
	}
	return t
}

func (t *tally) unit(id string) *sums {
	s := t.units[id]
	if s == nil {
		s = &sums{Snapshot: Snapshot{Unit: id, At: t.now, From: t.starts[0], Lights: map[cases.Light]int{}, Funnel: Funnel{Reached: map[cases.Reach]int{}},
			Channels: map[string]int{}}, grid: map[Cell]int{}, took: map[Spread][]int32{}, month: map[string]*Month{}, work: map[Work]*Work{}}
		for _, m := range t.months {
			s.month[m] = &Month{Month: m}
		}
		t.units[id] = s
	}
	return s
}

// monthOf is the month of a moment; "" for one before the twelve, or to come.
func (t *tally) monthOf(at time.Time) string {
	for i := range t.months {
		if !at.Before(t.starts[i]) && at.Before(t.starts[i+1]) {
			return t.months[i]
		}
	}
	return ""
}

// add counts a case. One that was merged away counts in the one that has its tips, and what is answered with a referral is nobody's matter here.
func (t *tally) add(c *cases.Case) {
	if c.State == cases.Merged || c.Refer {
		return
	}
	open, told, reached, times, work := c.Open(), c.Told(), c.Reached(), firsts(c), t.work(c)
	categories := c.Categories
	if len(categories) == 0 {
		categories = []string{""}
	}
	for _, unit := range c.Sees {
		s := t.unit(unit)
		if open {
			s.Open++
			s.Lights[told]++
			s.grid[Cell{Town: c.Place.Town, Category: AnyCategory}]++
			for _, id := range categories {
				s.grid[Cell{Town: c.Place.Town, Category: id}]++
			}
			if (told == cases.Red || told == cases.Black) && (unit == county.DutyDesk || unit == c.Lead) {
				s.Late++
			}
		}
		t.addMonths(s, c)
		for _, w := range work {
			if unit == county.DutyDesk || unit == w.Unit {
				s.addWork(w)
			}
		}
		if t.monthOf(c.Opened) == "" {
			continue
		}
		s.Funnel.Cases++
		s.Funnel.Tips += len(c.Tips)
		for _, r := range reached {
			s.Funnel.Reached[r]++
		}
		if c.Relapse() {
			s.Relapsed++
		}
		for r, took := range times {
			for _, p := range []string{"", c.Priority} {
				key := Spread{Reach: r, Priority: p}
				s.took[key] = append(s.took[key], int32(took/time.Second))
			}
		}
	}
}

// firsts is how long after its opening a case was first signed, concluded and closed.
func firsts(c *cases.Case) map[cases.Reach]time.Duration {
	m := map[cases.Reach]time.Duration{}
	for _, e := range c.Events {
		var r cases.Reach
		switch cases.Action(e.Action) {
		case cases.Sign:
			r = cases.ReachSigned
		case cases.Conclude:
			r = cases.ReachConcluded
		case cases.Close:
			r = cases.ReachOver
		default:
			continue
		}
		if _, ok := m[r]; !ok {
			m[r] = e.At.Sub(c.Opened)
		}
	}
	return m
}

// addMonths counts what happened to a case in the months: each thing once in a month.
func (t *tally) addMonths(s *sums, c *cases.Case) {
	if m := s.month[t.monthOf(c.Opened)]; m != nil {
		m.Opened++
	}
	for _, tip := range c.Tips {
		at := t.monthOf(tip.Received)
		if m := s.month[at]; m != nil {
			m.Tips++
		}
		if s.Unit == county.DutyDesk && at != "" && at != t.months[months-1] {
			s.Channels[tip.Channel]++
		}
	}
	for _, month := range c.ClosedIn(t.profile) {
		if m := s.month[month]; m != nil {
			m.Closed++
		}
	}
}

// work is what the units did with a case, in no order.
func (t *tally) work(c *cases.Case) []Work {
	var all []Work
	add := func(unit string, at time.Time, w Work) {
		if w.Unit, w.Month = unit, t.monthOf(at); w.Month != "" && unit != "" {
			all = append(all, w)
		}
	}
	lead := ""
	for _, e := range c.Events {
		if e.Lead != lead {
			lead = e.Lead
			add(lead, e.At, Work{New: 1})
		}
		switch cases.Action(e.Action) {
		case cases.Close:
			add(lead, e.At, Work{Closed: 1})
		case cases.HandBack:
			add(e.Unit, e.At, Work{HandBacks: 1})
		}
	}
	for i, end := range t.starts[1:] {
		last := months-1 == i
		unit, state := heldAt(c, end)
		if unit != "" && (last && c.Open() || !last && !state.Over()) {
			add(unit, t.starts[i], Work{Open: 1})
		}
	}
	for i, k := range c.Clocks {
		t.clock(c, i, k, add)
	}
	return all
}

// clock counts a clock in the month in which it was met or ran out. One that was replaced by another was neither.
func (t *tally) clock(c *cases.Case, i int, k cases.Clock, add func(string, time.Time, Work)) {
	met := k.Done != nil && !k.Done.After(k.Due)
	switch {
	case c.Replaced(i), k.Held != nil, k.Done == nil && k.Due.After(t.now):
		return
	}
	at, w := k.Due, Work{Red: 1}
	if met {
		at, w = *k.Done, Work{OnTime: 1}
	} else if k.Light(t.profile, c.Priority, t.now) == cases.Black {
		w = Work{Black: 1}
	}
	unit, _ := heldAt(c, at)
	switch asked := c.Asked(k); {
	case asked != "":
		unit = asked
	case unit == "" && len(c.Events) > 0: // it counts from the receipt of the tip, and ran out before the worker came to open the case
		unit = c.Events[0].Lead
	}
	add(unit, at, w)
}

// heldAt is who led a case just before a moment, and in which state it was; "" before it was opened.
func heldAt(c *cases.Case, at time.Time) (lead string, state cases.State) {
	for _, e := range c.Events {
		if !e.At.Before(at) {
			break
		}
		lead, state = e.Lead, e.To
	}
	return lead, state
}

func (s *sums) addWork(w Work) {
	key := Work{Unit: w.Unit, Month: w.Month}
	sum := s.work[key]
	if sum == nil {
		sum = &Work{Unit: w.Unit, Month: w.Month}
		s.work[key] = sum
	}
	sum.New, sum.Closed, sum.Open, sum.HandBacks = sum.New+w.New, sum.Closed+w.Closed, sum.Open+w.Open, sum.HandBacks+w.HandBacks
	sum.OnTime, sum.Red, sum.Black = sum.OnTime+w.OnTime, sum.Red+w.Red, sum.Black+w.Black
}

// snapshots are the sums of all units of the profile, in its order.
func (t *tally) snapshots() []Snapshot {
	order := map[string]int{}
	for i, u := range t.profile.Units {
		order[u.ID] = i
	}
	for i, town := range t.profile.Towns {
		order[county.TownUnit(town.Code)] = len(t.profile.Units) + i
	}
	var all []Snapshot
	for _, s := range t.units {
		for cell, n := range s.grid {
			cell.Open = n
			s.Grid = append(s.Grid, cell)
		}
		slices.SortFunc(s.Grid, func(a, b Cell) int { return cmp.Or(cmp.Compare(a.Town, b.Town), cmp.Compare(a.Category, b.Category)) })
		for key, took := range s.took {
			slices.Sort(took)
			key.N, key.Median, key.P90 = len(took), within(took, 50), within(took, 90)
			s.Spreads = append(s.Spreads, key)
		}
		slices.SortFunc(s.Spreads, func(a, b Spread) int {
			return cmp.Or(cmp.Compare(a.Reach, b.Reach), cmp.Compare(a.Priority, b.Priority))
		})
		for _, m := range t.months {
			s.Months = append(s.Months, *s.month[m])
		}
		for _, w := range s.work {
			s.Work = append(s.Work, *w)
		}
		slices.SortFunc(s.Work, func(a, b Work) int {
			return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(order[a.Unit], order[b.Unit]))
		})
		all = append(all, s.Snapshot)
	}
	slices.SortFunc(all, func(a, b Snapshot) int {
		return cmp.Or(cmp.Compare(order[a.Unit], order[b.Unit]), cmp.Compare(a.Unit, b.Unit))
	})
	return all
}

// within is the shortest time that so many in a hundred took no longer than: one that was measured, nothing between two. The times are sorted.
func within(took []int32, percent int) time.Duration {
	i := (len(took)*percent + 99) / 100
	return time.Duration(took[max(i, 1)-1]) * time.Second
}
