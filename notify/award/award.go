// Package award turns what a case recorded into the proposal of a reward: on what money it is based, and which of the tips was the first that helped. It lets
// units propose and the county's deciding unit approve, and says who may. It owns no collection; the proposal is kept by notify/reward, which is told no more of
// the case than that. It must not know whether anybody wishes a reward: a proposal is made of every case that was found true.
package award

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/notify/reward"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// Readings says what the machine made of a tip when it came.
type Readings interface {
	Reading(ctx context.Context, tip intake.TipID) (triage.Reading, error)
}

// Deps is what the service stands on.
type Deps struct {
	Cases    *cases.Service
	Rewards  *reward.Service
	Readings Readings
	Custody  *custody.Log
	Profile  *county.Profile
	Now      func() time.Time
}

// Service proposes and approves. Safe for concurrent use.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Fine is a penalty in force.
type Fine struct {
	Decided     time.Time
	Fine        int64 // 分
	Confiscated int64
}

// Draft is what a case is proposed with, and what stands against it.
type Draft struct {
	Case   cases.Case
	Fines  []Fine
	Closed time.Time
	Ties   []int         // places in Case.Tips among which the duty desk has to choose; none when it is clear
	Award  *reward.Award // of the first tip, when it was proposed before
	Amount reward.Amount // of the fines alone, for the first tip
	first  int
}

// Input is what a person adds.
type Input struct {
	Level  string // of a concealed accident; "" is none
	Deaths int
	Joint  bool
	Tip    int   // one of Draft.Ties, from the duty desk
	Also   []int // places in Case.Tips of the later ones that a person found to deserve the county's share
	Note   string
}

// Draft gathers what the records say of a case. faults desk.not_found, desk.forbidden, and why there is nothing to propose yet: award.not_true, award.penalty,
// award.no_tip.
func (s *Service) Draft(ctx context.Context, a cases.Actor, id string) (Draft, error) {
	k, err := s.Cases.Get(ctx, a, id)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Case: k}
	if !speaks(a, &k) {
		return d, fault.New(fault.Forbidden, "desk.forbidden")
	}
	if err := d.fines(s.Profile); err != nil {
		return d, err
	}
	if err := s.order(ctx, &d); err != nil {
		return d, err
	}
	for _, t := range k.Tips {
		found, ok, err := s.Rewards.OfTip(ctx, intake.TipID(t.Tip))
		if err != nil {
			return d, err
		}
		if ok && found.Share == 100 && (d.Award == nil || d.Award.Again()) { // one that stands goes before what was returned to another tip
			d.Award = &found
		}
	}
	d.Amount = reward.Compute(&s.Profile.Rewards, d.basis(Input{}), 100, false)
	return d, nil
}

// speaks says who may propose: the lead, and the duty desk, which decides ties.
func speaks(a cases.Actor, k *cases.Case) bool {
	return a.Role == cases.Duty || a.Role == cases.Handler && a.Unit == k.Lead
}

// fines takes the penalties out of the records. A penalty that was begun must be decided first.
func (d *Draft) fines(p *county.Profile) error {
	switch {
	case d.Case.Outcome != cases.True || d.Case.State == cases.Merged:
		return fault.New(fault.Conflict, "award.not_true")
	case len(d.Case.Tips) == 0:
		return fault.New(fault.Conflict, "award.no_tip")
	}
	seen := map[string]Fine{}
	for _, r := range d.Case.Valid(disposal.KindPenalty) {
		f := r.Form().Penalty
		day, ok := f.Decided.In(p.Zone)
		if !ok || f.Decision == "" {
			return fault.New(fault.Conflict, "award.penalty")
		}
		one := Fine{day, int64(f.Fine), int64(f.Confiscated)}
		if there, again := seen[f.Decision]; again { // one decision, registered twice
			if there != one {
				return fault.New(fault.Conflict, "award.twice", f.Decision)
			}
			continue
		}
		seen[f.Decision] = one
		d.Fines = append(d.Fines, one)
		if day.After(d.Closed) {
			d.Closed = day
		}
	}
	if d.Closed.IsZero() {
		for _, e := range d.Case.Events {
			if e.Action == string(cases.Conclude) {
				d.Closed = p.Day(e.At)
			}
		}
	}
	return nil
}

func (d *Draft) basis(in Input) reward.Basis {
	b := reward.Basis{Level: in.Level, Deaths: in.Deaths, Joint: in.Joint}
	for _, f := range d.Fines {
		b.Decisions++
		b.Fine += f.Fine
		b.Confiscated += f.Confiscated
	}
	return b
}

// Later are the places in Case.Tips that may get the county's share; none when it gives none. Where the first is still to be chosen, all of them.
func (s *Service) Later(d *Draft) []int {
	var all []int
	for i := range d.Case.Tips {
		if s.Profile.Rewards.SecondShare > 0 && len(d.Case.Tips) > 1 && (i != d.first || len(d.Ties) > 0) {
			all = append(all, i)
		}
	}
	return all
}

// order finds the tip of which the county was told first among those that then said enough to find the place (R32). Two of the same minute, or none that
// said enough, are for the duty desk to decide.
func (s *Service) order(ctx context.Context, d *Draft) error {
	var useful []int
	for i, t := range d.Case.Tips { // in the order of arrival
		r, err := s.Readings.Reading(ctx, intake.TipID(t.Tip))
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			return fmt.Errorf("award: reading of %s: %w", t.Tip, err)
		}
		if r.Place.Village != "" || r.Placed {
			useful = append(useful, i)
		}
	}
	alike := func(i int) bool { return minute(d.Case.Tips[i]).Equal(minute(d.Case.Tips[useful[0]])) }
	if len(useful) == 0 {
		for i := range d.Case.Tips {
			useful = append(useful, i)
		}
		alike = func(int) bool { return true }
	}
	d.first = useful[0]
	for _, i := range useful {
		if alike(i) {
			d.Ties = append(d.Ties, i)
		}
	}
	if len(d.Ties) == 1 {
		d.Ties = nil
	}
	return nil
}

func minute(t cases.TipRef) time.Time {
	if !t.Told.IsZero() {
		return t.Told.Truncate(time.Minute)
	}
	return t.Received.Truncate(time.Minute)
}

// Propose proposes the reward of a case: all of it for the first tip, the county's share, if it has one, for each later one that a person chose (R32: 酌情). faults as Draft, award.tie,
// award.level, award.deaths, and those of reward.Propose.
func (s *Service) Propose(ctx context.Context, a cases.Actor, id string, in Input) error {
	d, err := s.Draft(ctx, a, id)
	if err != nil {
		return err
	}
	if d.Award != nil && !d.Award.Again() {
		return fault.New(fault.Conflict, "reward.exists")
	}
	if err := s.check(a, &d, in); err != nil {
		return err
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, "award", ""); err != nil {
		return fmt.Errorf("award: note proposal of %s: %w", id, err)
	}
	r := &s.Profile.Rewards
	by := reward.Actor{ID: a.ID, Name: a.Name, Party: reward.Unit, Unit: unitOf(a)}
	p := reward.Proposal{Case: id, Closed: d.Closed, Deciders: s.deciders(&d.Case), Sealed: d.Case.Sealed, Basis: d.basis(in), Note: in.Note}
	if !d.Case.Sealed {
		p.Town = d.Case.Place.Town
	}
	for i, t := range d.Case.Tips { // the first one last: as long as it is not there, proposing again goes on where it stopped
		if p.Tip, p.Share = intake.TipID(t.Tip), r.SecondShare; i == d.first || p.Share == 0 || !slices.Contains(in.Also, i) {
			continue
		}
		if _, err := s.Rewards.Propose(ctx, by, p); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	p.Tip, p.Share = intake.TipID(d.Case.Tips[d.first].Tip), 100
	_, err = s.Rewards.Propose(ctx, by, p)
	return err
}

func (s *Service) check(a cases.Actor, d *Draft, in Input) error {
	r := &s.Profile.Rewards
	switch {
	case len(d.Ties) > 0 && a.Role != cases.Duty:
		return fault.New(fault.Conflict, "award.tie")
	case len(d.Ties) > 0 && !slices.Contains(d.Ties, in.Tip):
		return fault.New(fault.Invalid, "award.tie_choose").On("tip")
	case in.Level != "" && r.MostDeaths[in.Level] == 0:
		return fault.New(fault.Invalid, "award.level").On("level")
	case in.Level != "" && (in.Deaths < 1 || in.Deaths > r.MostDeaths[in.Level]):
		return fault.New(fault.Invalid, "award.deaths", reward.LevelName(in.Level), r.MostDeaths[in.Level]).On("deaths")
	case in.Level == "" && in.Deaths != 0:
		return fault.New(fault.Invalid, "award.level").On("level")
	}
	if len(d.Ties) > 0 {
		d.first = in.Tip
	}
	return nil
}

// deciders is the unit that approves: the county's, or the lead of a case of which that unit must not know.
func (s *Service) deciders(k *cases.Case) string {
	if unit := s.Profile.Rewards.Approver; !k.Sealed && !slices.Contains(k.Hidden, unit) {
		return unit
	}
	return k.Lead
}

func unitOf(a cases.Actor) string {
	if a.Role == cases.Duty {
		return county.DutyDesk
	}
	return a.Unit
}

// decider is the actor as one who approves.
func decider(a cases.Actor) reward.Actor {
	return reward.Actor{ID: a.ID, Name: a.Name, Party: reward.Approver, Unit: unitOf(a)}
}

// Waiting lists what waits for a decision of the actor's unit; the look at each is noted. docs.ErrToken.
func (s *Service) Waiting(ctx context.Context, a cases.Actor, after string) (docs.Page[reward.Award], error) {
	return s.looked(ctx, a, reward.Which{State: reward.Proposed, Unit: unitOf(a)}, after)
}

func (s *Service) looked(ctx context.Context, a cases.Actor, which reward.Which, after string) (docs.Page[reward.Award], error) {
	p, err := s.Rewards.List(ctx, which, after)
	for _, w := range p.Items {
		err = errors.Join(err, s.Custody.Note(ctx, "award/"+w.ID, a.ID, "view", ""))
	}
	return p, err
}

// Actions lists what the actor may decide of an award.
func (s *Service) Actions(a cases.Actor, w *reward.Award) []reward.Transition {
	return s.Rewards.Actions(w, decider(a))
}

// fresh gathers what the case says now, and refuses to approve a proposal on anything else: the penalty may have been corrected since, or the case taken up again.
// faults award.reopened, award.changed.
func (s *Service) fresh(ctx context.Context, by reward.Actor, id string) error {
	w, err := s.Rewards.Peek(ctx, id)
	if err != nil || by.Unit != w.Deciders || w.State != reward.Proposed {
		return err // Do says what stands against it
	}
	d, err := s.Same(ctx, &w)
	if err != nil {
		return err
	}
	if err := s.order(ctx, &d); err != nil {
		return err
	}
	if !s.gets(&d, &w) {
		return fault.New(fault.Conflict, "award.changed")
	}
	return nil
}

// Same reads the case of an award again: it must still say what the award is based on. faults award.reopened, award.changed.
func (s *Service) Same(ctx context.Context, w *reward.Award) (Draft, error) {
	of, _, err := s.Rewards.CaseOf(w)
	if err != nil {
		return Draft{}, err
	}
	k, err := s.Cases.ByID(ctx, of)
	if err != nil {
		return Draft{}, fmt.Errorf("award: case of %s: %w", w.ID, err)
	}
	d := Draft{Case: k}
	if err := d.fines(s.Profile); err != nil {
		return d, fault.New(fault.Conflict, "award.reopened").Because(err)
	}
	if d.Differs(w) {
		return d, fault.New(fault.Conflict, "award.changed")
	}
	return d, nil
}

// Differs says that an award was proposed on other money or another day than the case has now.
func (d *Draft) Differs(w *reward.Award) bool {
	return d.basis(Input{Level: w.Basis.Level, Deaths: w.Basis.Deaths, Joint: w.Basis.Joint}) != w.Basis || !d.Closed.Equal(w.Closed)
}

// gets says that the tip of an award is still of the case, and for all of it still the first or one of those that are alike.
func (s *Service) gets(d *Draft, w *reward.Award) bool {
	i := slices.IndexFunc(d.Case.Tips, func(t cases.TipRef) bool { return s.Rewards.ID(intake.TipID(t.Tip)) == w.ID })
	return i >= 0 && (w.Share != 100 || i == d.first || slices.Contains(d.Ties, i))
}

// Raised lists the awards of which the actor's unit has to say whether the higher amount is right; the look at each is noted. docs.ErrToken.
func (s *Service) Raised(ctx context.Context, a cases.Actor, after string) (docs.Page[reward.Award], error) {
	return s.looked(ctx, a, reward.Which{State: reward.Raised, Unit: unitOf(a)}, after)
}

// Approved lists what the actor's unit has approved, whatever became of it since, so that it can be revoked; the list does not tell what became of it. docs.ErrToken.
func (s *Service) Approved(ctx context.Context, a cases.Actor, after string) (docs.Page[reward.Award], error) {
	return s.Rewards.List(ctx, reward.Which{Unit: unitOf(a), Done: true}, after)
}

// Decide approves, returns, refuses, revokes, and answers for a higher amount. faults of fresh and of reward.Do.
func (s *Service) Decide(ctx context.Context, a cases.Actor, id string, act reward.Action, in reward.Input) (reward.Award, error) {
	if act == reward.Approve {
		if err := s.fresh(ctx, decider(a), id); err != nil {
			return reward.Award{}, err
		}
	}
	return s.Rewards.Do(ctx, decider(a), id, act, in)
}
