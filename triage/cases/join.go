package cases

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// byPerson is an action of the duty desk about which tips are one matter, with everything that decides it. None of them deletes anything, and each can be
// taken back.
type byPerson struct {
	actor Actor
	act   Action
	note  vault.Sealed
	at    time.Time
}

// Merge orders that all tips of a case go into another one; the empty case stays behind, so that Separate can go back. Finish does it. Ordering it again, after
// it stopped halfway, changes nothing. An objection does not come to who concluded that way, and a tip that a person took out of one of the two does not come
// back in the company of others. faults desk.not_found, desk.moved, desk.action, desk.closed, desk.separated, desk.same_merge, desk.other_kind, desk.forbidden,
// form.too_long.
func (s *Service) Merge(ctx context.Context, a Actor, id, into string, in Input) error {
	from, to, m, err := s.pair(ctx, a, Merge, id, into, in)
	if err != nil {
		return err
	}
	switch {
	case from.State == Merged || to.State == Merged || len(from.Tips) == 0 || len(to.Tips) == 0 || len(from.Records) > 0:
		return fault.New(fault.Conflict, "desk.action")
	case to.State.Over():
		return fault.New(fault.Conflict, "desk.closed", to.Number)
	case to.Move != nil:
		return moved()
	case from.bringsBack(&to) || to.bringsBack(&from):
		return fault.New(fault.Conflict, "desk.separated")
	}
	if (from.barred() != nil || to.reheard()) && slices.Contains(from.Concluders(), to.Lead) {
		return fault.New(fault.Conflict, "desk.same_merge", s.Profile.UnitName(to.Lead))
	}
	if from.OtherKind(s.Profile, &to) && utf8.RuneCountInString(strings.TrimSpace(in.Note)) < MinNote {
		return fault.New(fault.Invalid, "desk.other_kind", MinNote).On("note")
	}
	if err := s.noteBoth(ctx, m, id, into); err != nil {
		return err
	}
	return s.order(ctx, id, in.Version, Move{Other: into}.by(m))
}

// OtherKind says whether one of the two cases is of a kind that is a case of its own, such as an official who takes money, and the other is not: who joins them
// has to say why.
func (c *Case) OtherKind(p *county.Profile, o *Case) bool {
	own := func(k *Case) (all []string) {
		for _, category := range p.Match.Alone {
			if slices.Contains(k.Categories, category) {
				all = append(all, category)
			}
		}
		return all
	}
	return !slices.Equal(own(c), own(o))
}

// Separate orders that a tip is taken out of a case: back to the case in which it was before, or to a new one. Finish does it. The note says why. What the person
// objected goes with it, and who concluded does not get it.
// faults desk.not_found, desk.moved, desk.action, desk.forbidden, desk.reason, form.too_long.
func (s *Service) Separate(ctx context.Context, a Actor, id string, tip intake.TipID, in Input) error {
	c, m, err := s.atDesk(ctx, a, Separate, id, in)
	if err != nil {
		return err
	}
	if m.note == nil || utf8.RuneCountInString(strings.TrimSpace(in.Note)) < MinNote {
		return fault.New(fault.Invalid, "desk.reason", MinNote).On("note")
	}
	i := slices.IndexFunc(c.Tips, func(t TipRef) bool { return t.Tip == string(tip) })
	if i < 0 || len(c.Tips) == 1 {
		return fault.New(fault.Conflict, "desk.action")
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, string(Separate), string(tip)); err != nil {
		return fmt.Errorf("cases: note separation from %s: %w", id, err)
	}
	home, err := s.homeOf(ctx, c.Tips[i], id)
	if err != nil {
		return err
	}
	return s.order(ctx, id, in.Version, Move{Other: home, Tip: string(tip)}.by(m))
}

// homeOf is where a tip goes that is taken out of a case: where it was before, or to the case that it opened, but to none that would not have it now.
func (s *Service) homeOf(ctx context.Context, t TipRef, leaves string) (string, error) {
	for _, id := range []string{t.From, s.ID(intake.TipID(t.Tip))} {
		if id == "" || id == leaves {
			continue
		}
		c, err := s.cases.Get(ctx, id)
		if errors.Is(err, docs.ErrNotFound) || err == nil && c.takesBack(t.Tip) {
			return id, nil
		}
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(s.Vault.MAC("case.id", []byte(t.Tip+"/"+leaves))[:12]), nil
}

// takesBack says whether a tip may go home to the case: it was not taken out of it, few may not see it, and it is at work or was emptied as it stood.
func (c *Case) takesBack(tip string) bool {
	return c.Holds(intake.TipID(tip)) || !slices.Contains(c.Out, tip) && !c.Private() && !c.State.Over()
}

// bringsBack says whether some tips of the case, and not all, were taken out of another one by a person: joined with that, they would come back unnoticed.
func (c *Case) bringsBack(o *Case) bool {
	out := func(t TipRef) bool { return slices.Contains(o.Out, t.Tip) }
	return slices.ContainsFunc(c.Tips, out) && slices.ContainsFunc(c.Tips, func(t TipRef) bool { return !out(t) })
}

// home gives the tip to the case where it was before, or opens one for it.
func (s *Service) home(ctx context.Context, t TipRef, leaves *Case, m Move, o Opening) (Case, error) {
	_, err := s.cases.Get(ctx, m.Other)
	if errors.Is(err, docs.ErrNotFound) {
		_, err = s.open(ctx, m.Other, o)
	}
	if err != nil {
		return Case{}, err
	}
	return s.cases.Change(ctx, m.Other, func(c *Case) error {
		c.restore(s.Profile, t, leaves.parting(t, m.At), m.person())
		c.Apart = union(c.Apart, []string{leaves.ID})
		return nil
	})
}

// Reject notes in both cases that they are two matters; only of one of the proposed cases somebody asked. faults as Merge.
func (s *Service) Reject(ctx context.Context, a Actor, id, other string, proposed []string, in Input) (Case, error) {
	_, _, m, err := s.pair(ctx, a, Reject, id, other, in)
	if err != nil {
		return Case{}, err
	}
	if !slices.Contains(proposed, other) {
		return Case{}, fault.New(fault.Conflict, "desk.action")
	}
	if err := s.noteBoth(ctx, m, id, other); err != nil {
		return Case{}, err
	}
	if _, err := s.cases.Change(ctx, other, func(c *Case) error { c.reject(s.Profile, id, m, nil); return nil }); err != nil {
		return Case{}, err
	}
	return s.cases.Change(ctx, id, func(c *Case) error { c.reject(s.Profile, other, m, m.note); return nil })
}

// Recurs notes that a case is the matter of a closed one, which began again. faults as Merge.
func (s *Service) Recurs(ctx context.Context, a Actor, id, closed string, in Input) (Case, error) {
	c, o, m, err := s.pair(ctx, a, Recur, id, closed, in)
	if err != nil {
		return Case{}, err
	}
	if !o.State.Over() || o.Recurs == id || c.State == Merged {
		return Case{}, fault.New(fault.Conflict, "desk.action")
	}
	if err := s.noteBoth(ctx, m, id, closed); err != nil {
		return Case{}, err
	}
	return s.cases.Change(ctx, id, func(c *Case) error {
		if c.Recurs == closed {
			return nil
		}
		if c.Private() || c.State == Merged { // meanwhile
			return fault.New(fault.Conflict, "desk.action")
		}
		c.Recurs = closed
		c.Reasons = append(c.Reasons, "县安委办看了：是已经办结的 "+o.Number+" 又干起来了")
		c.drop(Again)
		c.Failed = o.Outcome
		c.event(s.Profile, m, c.State, m.note)
		return nil
	})
}

// atDesk reads a case for an action of the duty desk. A case that few may see, or that hides somebody, is joined with nothing: joining would show it to
// others, or others to those whom it accuses.
func (s *Service) atDesk(ctx context.Context, a Actor, act Action, id string, in Input) (Case, byPerson, error) {
	m := byPerson{actor: a, act: act, at: s.Now()}
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return c, m, err
	}
	switch note := strings.TrimSpace(in.Note); {
	case a.Role != Duty:
		err = fault.New(fault.Forbidden, "desk.forbidden")
	case in.Version != c.Version:
		err = moved()
	case c.Private():
		err = fault.New(fault.Conflict, "desk.action")
	case utf8.RuneCountInString(note) > MaxNote:
		err = fault.New(fault.Invalid, "form.too_long", MaxNote).On("note")
	default:
		m.note, err = s.seal(id, note)
	}
	return c, m, err
}

// pair is atDesk for two cases; the version is that of the first.
func (s *Service) pair(ctx context.Context, a Actor, act Action, id, other string, in Input) (Case, Case, byPerson, error) {
	c, m, err := s.atDesk(ctx, a, act, id, in)
	if err != nil {
		return c, c, m, err
	}
	o, err := s.visible(ctx, a, other)
	if err == nil && (o.Private() || id == other) {
		err = fault.New(fault.Conflict, "desk.action")
	}
	return c, o, m, err
}

func (s *Service) noteBoth(ctx context.Context, m byPerson, ids ...string) error {
	for i, id := range ids {
		if err := s.Custody.Note(ctx, "case/"+id, m.actor.ID, string(m.act), ids[1-i]); err != nil {
			return fmt.Errorf("cases: note %s of %s: %w", m.act, id, err)
		}
	}
	return nil
}

// Private says whether the case must not be named beside another one, and no tip may come into it or out of it.
func (c *Case) Private() bool { return c.Sealed || len(c.Hidden) > 0 }

// event adds a line to the log, with the reason if it was written for this case.
func (c *Case) event(p *county.Profile, m byPerson, from State, note vault.Sealed) {
	c.Events = append(c.Events, Event{At: m.at, By: m.actor.ID, Name: m.actor.Name, Unit: m.actor.unit(), Action: string(m.act), From: from, To: c.State, Lead: c.Lead, Note: note})
	c.Version++
	c.index(p)
}

// take adds the tips of another case.
func (c *Case) take(p *county.Profile, from *Case, m byPerson) {
	came := false
	for _, t := range from.Tips {
		if c.Holds(intake.TipID(t.Tip)) {
			continue
		}
		t.From, came, c.Out = from.ID, true, without(c.Out, t.Tip)
		c.add(t)
		if from.Place.Village != "" { // what is known of the whole case
			t.Place = from.Place
		}
		c.learn(p, t, m.at)
	}
	if came {
		for _, tip := range from.Out { // it is not this matter either, unless it is here
			if !c.Holds(intake.TipID(tip)) {
				c.Out = union(c.Out, []string{tip})
			}
		}
		c.Apart = without(union(c.Apart, without(from.Apart, c.ID)), from.ID)
		c.joined(Joined{Case: from.ID, At: m.at, Units: from.Concluders(), Reheard: from.reheard()})
		c.event(p, m, c.State, nil) // the note is sealed for the other case
	}
}

// joined keeps what a case leaves behind whose tips came in, the last time counts.
func (c *Case) joined(j Joined) {
	c.Joined = append(slices.DeleteFunc(slices.Clone(c.Joined), func(o Joined) bool { return o.Case == j.Case && o.Tip == j.Tip }), j)
}

// knows says whether that was taken in before.
func (c *Case) knows(j Joined) bool {
	return slices.ContainsFunc(c.Joined, func(o Joined) bool { return o.Case == j.Case && o.Tip == j.Tip && o.At.Equal(j.At) })
}

// parting is what a case leaves to a tip that is taken out of it.
func (c *Case) parting(t TipRef, at time.Time) Joined {
	taken := func(o Plea) bool { return o.How == Reopen }
	return Joined{Case: c.ID, Tip: t.Tip, At: at, Units: c.Concluders(), Reheard: c.reheard() && slices.ContainsFunc(t.Pleas, taken)}
}

// empty leaves a case whose tips went into another one. A tip that came meanwhile stops it.
func (c *Case) empty(p *county.Profile, into Case, m byPerson) error {
	if c.State == Merged {
		return nil
	}
	if slices.ContainsFunc(c.Tips, func(t TipRef) bool { return !into.Holds(intake.TipID(t.Tip)) }) {
		return moved()
	}
	from := c.State
	c.Before, c.State, c.Into, c.Tips, c.Apart = from, Merged, into.ID, nil, without(c.Apart, into.ID)
	c.Paused, c.Clocks = c.Clocks, slices.Clone(c.Clocks)
	for i := range c.Clocks {
		c.Clocks[i].end(m.at)
	}
	c.event(p, m, from, m.note)
	return nil
}

// restore gives a case its tip back; a merged one goes on as it stood, with its clocks. To one that was opened for the tip it gives what else comes with it.
func (c *Case) restore(p *county.Profile, t TipRef, left Joined, m byPerson) {
	from := c.State
	switch i := slices.IndexFunc(c.Tips, func(own TipRef) bool { return own.Tip == t.Tip }); {
	case i >= 0 && (len(left.Units) == 0 || c.knows(left)):
		return
	case i >= 0:
		c.Tips = slices.Clone(c.Tips)
		c.Tips[i].Pleas = t.Pleas
	default:
		c.drop(Again) // a person has answered it just now
		t.From, c.Out = "", without(c.Out, t.Tip)
		c.add(t)
		if c.State == Merged {
			c.State, c.Clocks = c.Before, c.Paused
			c.Before, c.Paused, c.Into = "", nil, ""
		} else {
			c.learn(p, t, m.at)
		}
	}
	if len(left.Units) > 0 {
		c.joined(left)
	}
	if left.Reheard || c.Pleaded() {
		c.yield(p, m.at)
	}
	c.event(p, m, from, nil)
}

// remove takes a tip out, with everything that it alone brought. The next earliest tip is the first one then.
func (c *Case) remove(p *county.Profile, tip, home string, m byPerson) {
	if !c.Holds(intake.TipID(tip)) {
		return
	}
	c.lose(p, tip)
	c.Apart, c.Out = union(c.Apart, []string{home}), union(c.Out, []string{tip})
	c.event(p, m, c.State, m.note)
}

func (c *Case) lose(p *county.Profile, tip string) {
	i := slices.IndexFunc(c.Tips, func(t TipRef) bool { return t.Tip == tip })
	lost := c.Tips[i]
	c.Tips = slices.DeleteFunc(c.Tips, func(t TipRef) bool { return t.Tip == tip })
	c.Joined = slices.DeleteFunc(slices.Clone(c.Joined), func(j Joined) bool {
		return !slices.ContainsFunc(c.Tips, func(t TipRef) bool { return t.Tip == j.Tip || j.Tip == "" && t.From == j.Case })
	})
	c.unaddress(tip)
	c.recount()
	c.because(lost)
	c.unname(p, tip)
	c.release(tip)
}

// recount makes the case as urgent as the tips that are left, and drops what none of them said. Tips of before this was kept leave all as it is.
func (c *Case) recount() {
	if slices.ContainsFunc(c.Tips, func(t TipRef) bool { return t.Priority == "" }) {
		return
	}
	guessed, usual := true, c.Tips[0].usual()
	c.Signs, c.Sites, c.Emergency, c.Priority = nil, nil, false, c.Tips[0].Priority
	for _, t := range c.Tips {
		c.Signs, c.Sites = union(c.Signs, t.Signs), union(c.Sites, t.Sites)
		c.Emergency, c.Priority = c.Emergency || t.Emergency, min(c.Priority, t.Priority)
		guessed, usual = guessed && (t.Guessed || !t.Emergency), min(usual, t.usual())
	}
	c.Guessed = c.Emergency && guessed
	if !slices.ContainsFunc(c.Tips, func(t TipRef) bool { return t.Emergency && t.Usual == "" }) { // of before this was kept
		c.Usual = usual
	}
}

// release ends the clocks that were started for a tip and lets those go on that stood before them.
func (c *Case) release(tip string) {
	for i := len(c.Clocks) - 1; i >= 0; i-- {
		k := c.Clocks[i]
		if k.For != tip || k.Done != nil && !k.Replaced {
			continue
		}
		c.Clocks = slices.Delete(c.Clocks, i, i+1)
		if k.Done != nil {
			continue
		}
		for b := i - 1; b >= 0; b-- {
			if before := &c.Clocks[b]; before.Step == k.Step && before.Replaced {
				before.Done, before.Replaced = nil, false
				break
			}
		}
	}
}

func (c *Case) reject(p *county.Profile, other string, m byPerson, note vault.Sealed) {
	if slices.Contains(c.Apart, other) {
		return
	}
	c.Apart = append(c.Apart, other)
	c.event(p, m, c.State, note)
}

func without(list []string, v string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return x == v })
}
