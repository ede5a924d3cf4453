package cases

import (
	"context"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
)

// Digest is what one person reads once a day instead of a message for every case.
type Digest struct {
	Day      time.Time // midnight in the county
	Unsigned int       // cases that wait for the unit's signature
	Items    []DigestItem
	More     int   // cases beyond mostDigest
	Missing  []int // years without holidays, for the duty desk: until then working days go by the weekday
}

// DigestItem is one clock that the unit has to mind, or one notice of the last day that could wait.
type DigestItem struct {
	Case, Number, Priority string
	State                  State
	Step, Of               string
	Light                  Light
	Due                    time.Time
	Kind                   NoticeKind // "" for a clock
}

// mostDigest bounds what a person is to read in the morning.
const mostDigest = 100

// Empty says that there is nothing to tell.
func (d Digest) Empty() bool { return d.Unsigned == 0 && len(d.Items) == 0 && len(d.Missing) == 0 }

// Digest gathers what a person of the unit and rank is to know on a day: the clocks of the unit that are yellow or worse, the worst first, and the notices since
// the morning before that were not urgent. What is urgent was told at once. The same day gives the same digest as long as nothing happens.
func (s *Service) Digest(ctx context.Context, a Actor, rank county.Rank, now time.Time) (Digest, error) {
	d := Digest{Day: s.Profile.Day(now)}
	unit := a.unit()
	if unit == "" {
		return d, nil
	}
	if unit == dutyDesk {
		d.Missing = s.Profile.MissingYears(now)
	}
	since := d.Day.AddDate(0, 0, -1)
	q := docs.Query{Where: []docs.Eq{{Field: "terms", Value: "sees:" + unit}, {Field: "terms", Value: "open"}}, Order: "rank", Limit: sweepPage}
	for c, err := range s.cases.Each(ctx, q) {
		if err != nil {
			return Digest{}, err
		}
		if c.Lead == unit && c.State == Unsigned {
			d.Unsigned++
		}
		items := c.digest(s.Profile, unit, rank, since, now)
		d.Items = append(d.Items, items...)
	}
	slices.SortStableFunc(d.Items, func(x, y DigestItem) int { return y.Light.rank() - x.Light.rank() })
	if len(d.Items) > mostDigest {
		d.More, d.Items = len(d.Items)-mostDigest, d.Items[:mostDigest]
	}
	return d, nil
}

// digest is what a case adds to the digest of a unit.
func (c *Case) digest(p *county.Profile, unit string, rank county.Rank, since, now time.Time) []DigestItem {
	item := DigestItem{Case: c.ID, Number: c.Number, Priority: c.Priority, State: c.State}
	var all []DigestItem
	for _, k := range c.Clocks {
		if l := k.Light(p, c.Priority, now); k.Running() && c.Owner(k) == unit && l.worse(Green) {
			item.Step, item.Of, item.Light, item.Due = k.Step, k.Of, l, k.Due
			all = append(all, item)
		}
	}
	for _, n := range c.Outbox {
		told := n.Kind == NoticeLight && n.Unit == c.Lead // its clock stands there already
		if n.Unit == unit && n.Rank == rank && !n.Urgent && !told && !n.At.Before(since) && n.At.Before(now) {
			item.Step, item.Of, item.Light, item.Due, item.Kind = n.Step, n.Of, n.Light, n.Due, n.Kind
			all = append(all, item)
		}
	}
	return all
}
