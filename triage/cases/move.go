package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Move is a Merge or Separate that a person ordered and that is not done with yet. It touches two cases, and only one can be written at a time: so it is
// written into the case that gives first, and whoever finds it there later goes on with it. It goes when everybody who follows it has followed (Moved).
type Move struct {
	Act   Action // Merge or Separate
	Other string // the case that takes
	Tip   string `bson:",omitempty"` // of Separate
	At    time.Time

	Actor Actor
	Note  vault.Sealed `bson:",omitempty"`
}

// movingTerm is the index term of a case with a Move.
const movingTerm = "moving"

func (m Move) by(p byPerson) Move {
	m.Act, m.Actor, m.Note, m.At = p.act, p.actor, p.note, p.at.Truncate(time.Millisecond) // as it is stored
	return m
}

func (m Move) person() byPerson { return byPerson{m.Actor, m.Act, m.Note, m.At} }

// same says whether a person orders again what stopped halfway.
func (m Move) same(o Move) bool { return m.Act == o.Act && m.Other == o.Other && m.Tip == o.Tip }

// Moving lists the cases whose Move was ordered before a time.
func (s *Service) Moving(ctx context.Context, before time.Time) ([]Case, error) {
	p, err := s.cases.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: movingTerm}}, Order: "opened", Limit: pageLength})
	if err != nil {
		return nil, fmt.Errorf("cases: list unfinished moves: %w", err)
	}
	var out []Case
	for _, c := range p.Items {
		if c.Move != nil && c.Move.At.Before(before) {
			out = append(out, c)
		}
	}
	return out, nil
}

// order writes a move into the case that gives, if nobody changed it meanwhile. An unfinished one must come to its end first.
func (s *Service) order(ctx context.Context, id string, version int64, m Move) error {
	_, err := s.cases.Change(ctx, id, func(c *Case) error {
		switch {
		case c.Move != nil && c.Move.same(m):
			return nil
		case c.Move != nil || c.Version != version:
			return moved()
		}
		c.Move = &m
		c.index(s.Profile)
		return nil
	})
	return err
}

func moved() error { return fault.New(fault.Conflict, "desk.moved") }

// Moved ends a move, after everything that follows from it was done.
func (s *Service) Moved(ctx context.Context, id string, m Move) error {
	_, err := s.cases.Change(ctx, id, func(c *Case) error {
		if c.Move != nil && c.Move.same(m) && c.Move.At.Equal(m.At) {
			c.Move = nil
			c.index(s.Profile)
		}
		return nil
	})
	return err
}

// Finish brings a move to its end in both cases, wherever it stopped. What became private meanwhile is not joined: then it is undone.
// It gives the case that takes and the tips that went there; doing it again gives the same.
func (s *Service) Finish(ctx context.Context, id string, o Opening) (to Case, went []TipRef, err error) {
	from, err := s.cases.Get(ctx, id)
	if err != nil {
		return from, nil, err
	}
	m := from.Move
	switch {
	case m == nil:
		return Case{}, nil, moved()
	case m.Act == Separate:
		return s.separate(ctx, from, *m, o)
	}
	return s.merge(ctx, from, *m)
}

// mostTurns bounds how often a tip may come into the case that gives while it is emptied.
const mostTurns = 10

func (s *Service) merge(ctx context.Context, from Case, m Move) (to Case, went []TipRef, err error) {
	if to, err = s.stands(ctx, m.Other); err != nil {
		return to, nil, err
	}
	if from.State != Merged && (from.Private() || to.Private()) {
		_, err = s.cases.Change(ctx, to.ID, func(c *Case) error { c.giveBack(s.Profile, &from, m.person()); return nil })
		return to, nil, errors.Join(err, s.Moved(ctx, from.ID, m))
	}
	for turn := 0; from.State != Merged; turn++ {
		if to, err = s.cases.Change(ctx, to.ID, func(c *Case) error { c.take(s.Profile, &from, m.person()); return nil }); err != nil {
			return to, nil, err
		}
		from, err = s.cases.Change(ctx, from.ID, func(c *Case) error { return c.empty(s.Profile, to, m.person()) })
		if err != nil && turn < mostTurns {
			from, err = s.cases.Get(ctx, from.ID)
		}
		if err != nil {
			return to, nil, err
		}
	}
	for _, t := range to.Tips {
		if t.From == from.ID {
			went = append(went, t)
		}
	}
	return to, went, nil
}

// stands is the case in which the matter of a case is now, whatever it was merged into.
func (s *Service) stands(ctx context.Context, id string) (Case, error) {
	c, err := s.cases.Get(ctx, id)
	for err == nil && c.State == Merged {
		c, err = s.cases.Get(ctx, c.Into)
	}
	return c, err
}

// giveBack undoes take while the other case still has its tips.
func (c *Case) giveBack(p *county.Profile, from *Case, m byPerson) {
	for _, t := range from.Tips {
		if c.Holds(intake.TipID(t.Tip)) {
			c.lose(p, t.Tip)
			c.event(p, m, c.State, nil)
		}
	}
}

func (s *Service) separate(ctx context.Context, from Case, m Move, o Opening) (to Case, went []TipRef, err error) {
	tip := TipRef{Tip: m.Tip}
	for _, t := range from.Tips {
		if t.Tip == m.Tip {
			tip = t
		}
	}
	if tip.Received.IsZero() { // it has left already
		to, err = s.cases.Get(ctx, m.Other)
		return to, []TipRef{tip}, err
	}
	if from.Private() { // nothing leaves what few may see, unless it has begun to
		to, err = s.cases.Get(ctx, m.Other)
		if err != nil || !to.Holds(intake.TipID(m.Tip)) {
			return Case{}, nil, s.Moved(ctx, from.ID, m)
		}
	}
	if to, err = s.home(ctx, tip, &from, m, o); err != nil {
		return to, nil, err
	}
	_, err = s.cases.Change(ctx, from.ID, func(c *Case) error { c.remove(s.Profile, m.Tip, to.ID, m.person()); return nil })
	return to, []TipRef{tip}, err
}
