package cases

import (
	"context"
	"slices"
	"time"
)

// Glance is how far a unit knows the case.
type Glance struct {
	Unit  string
	Seen  time.Time // of the newest event that was on the page
	Heard time.Time `bson:",omitempty"` // of the newest remark for it that it said to have read
}

func (c *Case) glance(unit string) Glance {
	i := slices.IndexFunc(c.Glances, func(g Glance) bool { return g.Unit == unit })
	if i < 0 {
		return Glance{Unit: unit}
	}
	return c.Glances[i]
}

func (c *Case) setGlance(g Glance) {
	c.Glances = append(slices.DeleteFunc(slices.Clone(c.Glances), func(o Glance) bool { return o.Unit == g.Unit }), g)
}

// Unread says that others did something since the actor's unit opened the case.
func (c *Case) Unread(a Actor) bool {
	unit := a.unit()
	seen := c.glance(unit).Seen
	return slices.ContainsFunc(c.Events, func(e Event) bool { return e.Unit != unit && e.At.After(seen) && c.Tells(a, e) })
}

// Mentions are the places in the log of the remarks for a unit to which it did not react yet: by reading them, or by doing something.
func (c *Case) Mentions(unit string) []int {
	var at []int
	heard := c.glance(unit).Heard
	for i, e := range c.Events {
		switch {
		case e.Unit == unit && e.Name != "":
			at = nil
		case e.Action == string(Remark) && e.Target == unit && e.At.After(heard):
			at = append(at, i)
		}
	}
	return at
}

// Opened notes that the actor's unit has the case before its eyes, as it was given to it. It is no event.
func (s *Service) Opened(ctx context.Context, a Actor, c *Case) error {
	if !c.SeenBy(a) || !c.Unread(a) {
		return nil
	}
	newest := c.Events[len(c.Events)-1].At
	_, err := s.cases.Change(ctx, c.ID, func(c *Case) error {
		if g := c.glance(a.unit()); newest.After(g.Seen) {
			g.Seen = newest
			c.setGlance(g)
		}
		return nil
	})
	return err
}

// Heed notes that the actor's unit read what was written for it, up to the n-th event. fault desk.not_found.
func (s *Service) Heed(ctx context.Context, a Actor, id string, n int) error {
	if _, err := s.visible(ctx, a, id); err != nil {
		return err
	}
	_, err := s.cases.Change(ctx, id, func(c *Case) error {
		if n < 1 || n > len(c.Events) {
			return nil
		}
		if g := c.glance(a.unit()); c.Events[n-1].At.After(g.Heard) {
			g.Heard = c.Events[n-1].At
			c.setGlance(g)
			c.index(s.Profile)
		}
		return nil
	})
	return err
}

// Glimpse reads a case for a line of a list, or some of its fields (docs.Query.Only), where no look at it is noted. fault desk.not_found.
func (s *Service) Glimpse(ctx context.Context, a Actor, id string, only ...string) (Case, error) {
	return s.visible(ctx, a, id, only...)
}
