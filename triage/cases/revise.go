package cases

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
)

// Revision is what triage knows when a person has said more about a tip whose case is open.
type Revision struct {
	Tip        intake.TipID // whose words they are
	Hidden     []string     // units that the words accuse
	Sealed     bool
	Lead       string // of a sealed case, and the duty desk when the level above decides
	Co         []string
	Oversight  string
	Categories []string
	Rule       string
	Reasons    []string
	Emergency  bool
	Guessed    bool
	Usual      string
	Priority   string
}

// Revise takes those out who are accused now, seals, and makes more urgent; it never opens what is hidden. Doing it again changes nothing.
// docs.ErrNotFound while the case has not been opened.
func (s *Service) Revise(ctx context.Context, id string, r Revision) (Case, error) {
	c, err := s.cases.Get(ctx, id)
	if err != nil {
		return c, err
	}
	now := s.Now()
	if tried := c.copy(); !tried.revise(s.Profile, r, now) {
		return c, nil
	} else if err := s.danger(ctx, &tried); err != nil {
		return Case{}, err
	}
	if err := s.Custody.Note(ctx, "case/"+id, worker, "revise", ""); err != nil {
		return Case{}, fmt.Errorf("cases: note revision of %s: %w", id, err)
	}
	c, err = s.cases.Change(ctx, id, func(c *Case) error { c.revise(s.Profile, r, now); return nil })
	return s.hurried(ctx, c, err)
}

// copy shares nothing that a change of the copy would touch.
func (c *Case) copy() Case {
	k := *c
	k.Clocks, k.Co, k.Sees, k.Hidden, k.Reasons, k.Events = slices.Clone(c.Clocks), slices.Clone(c.Co), slices.Clone(c.Sees), slices.Clone(c.Hidden), slices.Clone(c.Reasons), slices.Clone(c.Events)
	k.LookBacks, k.Outbox = slices.Clone(c.LookBacks), slices.Clone(c.Outbox)
	k.Letters, k.Tips = cloneLetters(c.Letters), slices.Clone(c.Tips)
	return k
}

// revise says whether it changed anything.
func (c *Case) revise(p *county.Profile, r Revision, now time.Time) bool {
	version := c.Version
	c.conceal(p, r, now)
	i := slices.IndexFunc(c.Tips, func(t TipRef) bool { return t.Tip == string(r.Tip) })
	if r.Emergency && !c.Emergency || r.Priority < c.Priority || r.Emergency && i >= 0 && !c.Tips[i].Emergency {
		if i >= 0 && r.Emergency {
			c.Tips = slices.Clone(c.Tips)
			t := &c.Tips[i]
			t.Emergency, t.Guessed, t.Usual, t.Urgent = true, r.Guessed, cmp.Or(t.Usual, t.Priority), urgentReasons(r.Reasons)
			t.Priority = min(t.Priority, r.Priority)
		}
		c.raise(p, Joining{Tip: r.Tip, Received: now, Emergency: r.Emergency, Guessed: r.Guessed, Usual: r.Usual, Priority: r.Priority}, now)
		if c.because(); i < 0 {
			c.Reasons = union(c.Reasons, urgentReasons(r.Reasons))
		}
		c.Version = max(c.Version, version+1)
	}
	c.index(p)
	return c.Version != version
}

// conceal changes who may see the case.
func (c *Case) conceal(p *county.Profile, r Revision, now time.Time) {
	from, known, choice := c.State, len(c.Hidden), ""
	c.Hidden = union(c.Hidden, r.Hidden)
	seen := slices.ContainsFunc(c.Sees, c.hides)
	switch {
	case r.Sealed && (!c.Sealed || seen):
		c.Lead, c.Co, c.Oversight, c.Sealed, c.Refer = r.Lead, slices.Clone(r.Co), r.Oversight, true, false
		c.Rule, c.Reasons, c.Categories = r.Rule, union(slices.Clone(r.Reasons), urgentReasons(c.Reasons)), union(slices.Clone(r.Categories), c.Categories)
		c.Category = c.Categories[0]
		c.Hidden = slices.DeleteFunc(c.Hidden, func(u string) bool { return u == c.Lead || slices.Contains(c.Co, u) })
		c.Informed = nil
		c.Sees = sees(c.Lead, c.Co, c.Oversight, false)
		c.again(p, now)
		choice = anew
	case len(c.Hidden) == known && !seen:
		return
	case c.Sealed: // nobody stands above whom it was left to
		c.Co = slices.DeleteFunc(c.Co, c.hides)
		c.Sees = sees(c.Lead, c.Co, c.Oversight, false)
	default:
		c.Co = slices.DeleteFunc(c.Co, c.hides)
		if c.Oversight == "" || c.hides(c.Oversight) {
			c.Oversight = dutyDesk
		}
		if c.Lead != dutyDesk && (c.hides(c.Lead) || r.Lead == dutyDesk && !c.State.Over()) {
			c.Lead, c.Co = dutyDesk, without(c.Co, dutyDesk)
			if !c.State.Over() {
				c.again(p, now)
				choice = anew
			}
		}
		c.show(true)
		c.Rule, c.Reasons = r.Rule, union(c.Reasons, r.Reasons)
	}
	c.forgive(now)
	c.Version++
	c.Events = append(c.Events, Event{At: now, By: worker, Action: "conceal", From: from, To: c.State, Lead: c.Lead, Choice: choice})
}

// anew is the choice in the event of a concealing with which the work begins anew.
const anew = "anew"

// again begins the work anew for another lead, also when those before had done with it.
func (c *Case) again(p *county.Profile, now time.Time) {
	c.State = Unsigned
	c.takeUp(now)
	for _, step := range arrival {
		c.begin(p, step, now, now)
	}
	c.came(p, now)
}

// hides says whether the unit may never see the case.
func (c *Case) hides(unit string) bool { return slices.Contains(c.Hidden, unit) }

// Seals says whether giving a case to the unit seals it: it, or one below it, is there for what must stay hidden from all others, and for nothing else.
func Seals(p *county.Profile, unit string) bool {
	sealed := false
	for _, m := range p.Matrix {
		if m.Lead == unit {
			if !m.Sealed {
				return false
			}
			sealed = true
		}
	}
	return sealed || slices.ContainsFunc(p.Units, func(u county.Unit) bool { return u.Superior == unit && Seals(p, u.ID) })
}

// seal leaves the case to its lead alone.
func (c *Case) seal() {
	c.Sealed, c.Co, c.Oversight, c.Informed = true, nil, "", nil
	c.Sees = sees(c.Lead, nil, "", false)
}

// Those who come when the danger of a sealed case must not stay unknown; the last ones only when both are accused.
const (
	rescue     = "emergency"
	lastRescue = "fire"
	ruleDanger = "danger"
)

// danger opens a bare case beside a sealed emergency: the kind of danger and the place, and not one tip. What was said, photographed and ticked cannot be
// reached from it, nor can the sealed case; its id is derived from the sealed one's, so that it is opened once. It comes before the sealing: should that
// fail, there is one case too many and none too few.
func (s *Service) danger(ctx context.Context, sealed *Case) error {
	if !sealed.Sealed || !sealed.Emergency || sealed.State.Over() || len(sealed.Tips) == 0 {
		return nil
	}
	var units []string
	for _, u := range []string{rescue, dutyDesk, lastRescue} {
		if _, known := s.Profile.Unit(u); known && !sealed.hides(u) && (u != lastRescue || len(units) == 0) {
			units = append(units, u)
		}
	}
	if len(units) == 0 {
		return nil
	}
	place := sealed.Place
	place.Reasons = []string{"地方是报的人说的"}
	told := urgentReasons(sealed.Reasons)
	for i, r := range told {
		told[i] = strings.Replace(r, alsoTold, "", 1)
	}
	o := Opening{
		Received: s.Now(), Place: place, Emergency: true, Priority: topPriority, Lead: units[0], Co: slices.DeleteFunc(slices.Clone(units[1:]), func(u string) bool { return u == dutyDesk }),
		Hidden: sealed.Hidden, Sees: units, Rule: ruleDanger,
		Reasons: append(told, byRule+ruleDanger+"：只转来险情和地方，别的没有转来。先救人、先处置，不要打听是谁说的"),
	}
	_, err := s.open(ctx, hex.EncodeToString(s.Vault.MAC("case.danger", []byte(sealed.ID))[:12]), o)
	return err
}

// byEmergency begins a reason that says which emergency it is.
const byEmergency = byRule + "emergency："

// urgentReasons are the reasons that say which emergency it is.
func urgentReasons(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(r string) bool { return !strings.HasPrefix(r, byEmergency) })
}

// open stores a case under its id; doing it again gives the same case.
func (s *Service) open(ctx context.Context, id string, o Opening) (Case, error) {
	c, err := s.cases.Get(ctx, id)
	if !errors.Is(err, docs.ErrNotFound) {
		return c, err
	}
	now := s.Now()
	c = opened(s.Profile, o, now)
	c.ID = id
	if err := s.danger(ctx, &c); err != nil {
		return Case{}, err
	}
	if c.Number, err = s.number(ctx, now, c.Sealed); err != nil {
		return Case{}, err
	}
	c.index(s.Profile) // it is found by its number
	if c.Events[0].Note, err = s.seal(id, o.Note); err != nil {
		return Case{}, err
	}
	if o.Recurs != "" {
		old, err := s.cases.Get(ctx, o.Recurs)
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			return Case{}, err
		}
		c.Failed = old.Outcome
	}
	if err := s.Custody.Note(ctx, "case/"+id, worker, "open", string(o.Tip)); err != nil {
		return Case{}, fmt.Errorf("cases: note opening of %s: %w", id, err)
	}
	err = s.cases.Insert(ctx, &c)
	if errors.Is(err, docs.ErrExists) { // somebody did the same at the same moment
		return s.cases.Get(ctx, id)
	}
	return s.hurried(ctx, c, err)
}

// accusedUnit is the fault of giving a case to whom it accuses.
func accusedUnit() error { return fault.New(fault.Invalid, "desk.accused").On("unit") }
