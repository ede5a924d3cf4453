package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/intake/fault"
)

// Doubt is a question about a case that a machine answered and a person may answer: the duty desk is asked it where the machine was not sure enough.
type Doubt string

// The questions.
const (
	Where Doubt = "place"    // in which town and village
	What  Doubt = "category" // what it is about
	Again Doubt = "same"     // whether it is the same matter as an earlier case
)

// What a person's answers are called in the log.
const (
	placed Action = "place"    // 定了地点
	sorted Action = "category" // 定了是哪一类
)

// agreed is what it is called in the log that a person said as the machine.
func agreed(d Doubt) Action { return Action("agreed." + string(d)) }

// Sorted says whether a person has decided what the case is about.
func (c *Case) Sorted() bool {
	return slices.ContainsFunc(c.Events, func(e Event) bool { return e.Action == string(sorted) || e.Action == string(agreed(What)) })
}

// Located says whether a person has decided where it is.
func (c *Case) Located() bool {
	return slices.ContainsFunc(c.Events, func(e Event) bool { return e.Action == string(placed) || e.Action == string(agreed(Where)) })
}

// Finding is a person's answer to Where or What, and where the rules send the case because of it.
type Finding struct {
	Version    int64
	Doubt      Doubt
	Place      Place    // of Where
	Categories []string // of What, the primary one first
	Route      Opening  // Lead, Co, Oversight, Refer, Rule, Reasons, Usual
}

// Settle writes a person's answer into the case. While nobody has concluded and no person chose the lead, the case goes where the rules send it now; to
// another lead it goes anew, unsigned. faults desk.not_found, desk.forbidden, desk.moved, desk.action.
func (s *Service) Settle(ctx context.Context, a Actor, id string, f Finding) (Case, error) {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return Case{}, err
	}
	m := byPerson{actor: a, act: placed, at: s.Now()}
	if f.Doubt == What {
		m.act = sorted
	}
	if err := c.settles(m, f); err != nil {
		return Case{}, err
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, string(m.act), ""); err != nil {
		return Case{}, fmt.Errorf("cases: note %s on %s: %w", m.act, id, err)
	}
	return s.cases.Change(ctx, id, func(c *Case) error {
		if err := c.settles(m, f); err != nil {
			return err
		}
		c.settle(s.Profile, m, f)
		return nil
	})
}

// settles says what stands against an answer.
func (c *Case) settles(m byPerson, f Finding) error {
	switch {
	case !c.SeenBy(m.actor):
		return notFound()
	case m.actor.Role != Duty:
		return fault.New(fault.Forbidden, "desk.forbidden")
	case f.Version != c.Version:
		return fault.New(fault.Conflict, "desk.moved")
	case c.State.Over() || c.State == Merged || len(c.Tips) == 0:
		return fault.New(fault.Conflict, "desk.action")
	}
	return nil
}

func (c *Case) settle(p *county.Profile, m byPerson, f Finding) {
	from := c.State
	c.resume(p, m.at) // what was waited for may be another one's now
	if f.Doubt == Where {
		c.Place, c.Named = f.Place, nil
	} else {
		c.Categories, c.Category, c.Confidence = f.Categories, f.Categories[0], 1
	}
	c.drop(f.Doubt)
	if c.follows() {
		c.follow(p, f.Route, m.at)
	}
	c.event(p, m, from, nil)
}

// follows says whether the case still goes where the rules send it.
func (c *Case) follows() bool {
	chosen := func(e Event) bool { return e.Action == string(Assign) || e.Action == string(HandBack) }
	return slices.Contains([]State{Unsigned, Signed, Looked}, c.State) && !c.Sealed && !slices.ContainsFunc(c.Events, chosen)
}

// follow does what the rules say now.
func (c *Case) follow(p *county.Profile, to Opening, at time.Time) {
	desk, anew := slices.Contains(c.Sees, dutyDesk), to.Lead != c.Lead && !c.hides(to.Lead) && !slices.Contains(c.barred(), to.Lead)
	if anew {
		c.Lead = to.Lead
	}
	others := func(u string) bool { return c.hides(u) || u == c.Lead }
	c.Co, c.Oversight, c.Refer = slices.DeleteFunc(slices.Clone(to.Co), others), to.Oversight, to.Refer
	c.Rule, c.Reasons = to.Rule, union(slices.Clone(to.Reasons), urgentReasons(c.Reasons))
	c.show(desk)
	c.forgive(at)
	c.rank(p, to.Usual, at)
	if anew {
		c.again(p, at)
	}
}

// rank gives the case, and its tips that are no emergency, another usual priority. Clocks that run get its limits, counted from where they began.
func (c *Case) rank(p *county.Profile, usual string, at time.Time) {
	if usual == "" || usual == c.Usual {
		return
	}
	c.Usual = usual
	for i := range c.Tips {
		c.Tips[i].Usual = usual
		if !c.Tips[i].Emergency {
			c.Tips[i].Priority = usual
		}
	}
	if c.Emergency {
		return
	}
	c.Priority = usual
	for _, k := range slices.Clone(c.Clocks) {
		if k.Done == nil && k.Of == "" {
			c.start(p, k.Step, k.From, at)
		}
	}
}

// Agree drops a question that a person answered as the machine did, or that is none any more. faults as Settle.
func (s *Service) Agree(ctx context.Context, a Actor, id string, version int64, d Doubt) (Case, error) {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return Case{}, err
	}
	m := byPerson{actor: a, act: agreed(d), at: s.Now()}
	if err := c.settles(m, Finding{Version: version}); err != nil {
		return Case{}, err
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, string(m.act), ""); err != nil {
		return Case{}, fmt.Errorf("cases: note %s on %s: %w", m.act, id, err)
	}
	return s.cases.Change(ctx, id, func(c *Case) error {
		if err := c.settles(m, Finding{Version: version}); err != nil {
			return err
		}
		c.drop(d)
		switch d {
		case Where:
			c.Place.Confidence, c.Named = 1, nil
		case What:
			c.Confidence = 1
		}
		c.event(s.Profile, m, c.State, nil)
		return nil
	})
}

// Doubted says whether the duty desk is asked the question.
func (c *Case) Doubted(d Doubt) bool { return slices.Contains(c.Doubts, d) }

func (c *Case) drop(d Doubt) {
	c.Doubts = slices.DeleteFunc(slices.Clone(c.Doubts), func(x Doubt) bool { return x == d })
}
