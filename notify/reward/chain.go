package reward

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// MaxNote is the longest note, in characters.
const MaxNote = 500

// Proposal is what a unit says of a case that was found true.
type Proposal struct {
	Tip      intake.TipID // that gets it
	Case     string
	Town     string
	Closed   time.Time
	Deciders string
	Sealed   bool
	Basis    Basis
	Share    int
	Note     string
}

// Propose stores a proposal; one that was returned is put right. faults reward.exists, reward.draft, form.too_long.
func (s *Service) Propose(ctx context.Context, by Actor, p Proposal) (Award, error) {
	id := s.ID(p.Tip)
	there, err := s.awards.Get(ctx, id)
	old := &there
	switch {
	case errors.Is(err, docs.ErrNotFound):
		old = nil
	case err != nil:
		return Award{}, wrap(err)
	case !there.Again():
		return Award{}, fault.New(fault.Conflict, "reward.exists")
	}
	t, err := old.may(&s.Profile.Rewards, Propose, by, true)
	if err != nil {
		return Award{}, err
	}
	sealed, err := s.Vault.Seal(sealCase, id, []byte(p.Case+"\n"+by.Unit))
	if err != nil {
		return Award{}, fmt.Errorf("reward: seal case of %s: %w", id, err)
	}
	note, err := s.note(id, p.Note)
	if err != nil {
		return Award{}, err
	}
	if err := s.Custody.Note(ctx, subject(id), by.ID, string(Propose), ""); err != nil {
		return Award{}, wrap(err)
	}
	fill := func(a *Award) {
		a.ID, a.Matter, a.Number, a.Money, a.Case, a.Town, a.Closed, a.Deciders, a.Sealed, a.Basis, a.Share = id, id, s.number(id), s.money(id), sealed, p.Town, p.Closed, p.Deciders, p.Sealed, p.Basis, p.Share
		a.compute(&s.Profile.Rewards)
		a.step(t, by, s.Now(), note)
	}
	if old == nil {
		var a Award
		fill(&a)
		err := s.awards.Insert(ctx, &a)
		if errors.Is(err, docs.ErrExists) {
			err = fault.New(fault.Conflict, "reward.exists").Because(err)
		}
		return a, wrap(err)
	}
	return s.change(ctx, id, func(a *Award) error {
		if !a.Again() {
			return fault.New(fault.Conflict, "reward.exists")
		}
		fill(a)
		return nil
	})
}

// compute puts in what the rules of today make of the basis.
func (a *Award) compute(r *county.Rewards) (open bool) {
	m := Compute(r, a.Basis, a.Share, a.Uplift)
	a.Counted = Counted{m.Fen, m.By, m.Reasons, r.Version}
	return m.Open
}

// Open says that the county has not decided how much it is: 待核定.
func (s *Service) Open(a *Award) bool {
	return Compute(&s.Profile.Rewards, a.Basis, a.Share, a.Uplift).Open
}

// Input is what an action needs beside who does it.
type Input struct {
	Version int64  // of the page on which the button stood; not of Revoke, whose page does not tell how far it has come
	Note    string // a reason, a number of a document, a voucher
	Code    string // Verify: the claim code; Pay: the second code
	Checked string // Verify: what Check gave, in place of the claim code
	Insider bool   // Verify: it was proved that the person works there
	Key     string // Pay: of the page, so that pressing twice pays once
}

// Do moves an award on: everything but Propose and Claim. Of two who press at the same time one is told reward.state or reward.moved.
// faults also reward.gone, reward.draft, reward.eyes, reward.note, reward.open, reward.nothing, reward.rules, reward.twice, code.unknown, reward.second, reward.voucher,
// reward.no_budget, reward.budget, form.too_long.
func (s *Service) Do(ctx context.Context, by Actor, id string, act Action, in Input) (Award, error) {
	in.Note = strings.TrimSpace(in.Note)
	if act == Verify && in.Insider && s.Profile.Rewards.UpliftPercent != nil {
		act = Raise
	}
	a, err := s.get(ctx, id)
	if err != nil {
		return Award{}, err
	}
	if act == Pay && a.Key != "" && a.Key == in.Key && a.Last(Pay).By == by.ID {
		return a, nil
	}
	note, err := s.note(id, in.Note)
	if err != nil {
		return Award{}, err
	}
	move, err := s.prepare(ctx, &a, by, act, in)
	if err != nil {
		return Award{}, err
	}
	once := func(a *Award) error {
		t, err := a.may(&s.Profile.Rewards, act, by, in.Note != "")
		if err == nil && act != Revoke && in.Version != a.Version {
			err = fault.New(fault.Conflict, "reward.moved")
		}
		if err == nil && move != nil {
			err = move(a)
		}
		if err == nil {
			a.step(t, by, s.Now(), note)
		}
		return err
	}
	tried := a
	if err := once(&tried); err != nil { // what cannot be done leaves no line in the record
		return Award{}, err
	}
	if act == Pay {
		if err := s.take(ctx, &tried); err != nil {
			return Award{}, err
		}
	}
	if err := s.Custody.Note(ctx, subject(id), by.ID, string(act), ""); err != nil {
		return Award{}, wrap(err)
	}
	a, err = s.change(ctx, id, once)
	if errors.Is(err, docs.ErrExists) { // another award of the matter was approved at the same time
		err = fault.New(fault.Conflict, "reward.twice").Because(err)
	}
	return a, err
}

// prepare checks what has to be looked up, and gives what the action changes beside the state.
func (s *Service) prepare(ctx context.Context, a *Award, by Actor, act Action, in Input) (func(*Award) error, error) {
	r, now := &s.Profile.Rewards, s.Now()
	days := func(n int) time.Time { return s.Profile.Due(now, county.Duration{Days: n}) }
	switch act {
	case Approve:
		c, wished, err := s.wish(ctx, a.ID)
		matter, taken, matterErr := s.matter(ctx, a)
		return func(a *Award) error {
			switch open := a.compute(r); {
			case open:
				return fault.New(fault.Conflict, "reward.open")
			case a.Fen <= 0:
				return fault.New(fault.Conflict, "reward.nothing")
			case taken:
				return fault.New(fault.Conflict, "reward.twice")
			}
			a.Until, a.Notice = days(r.ClaimDays), days(r.NotifyDays)
			if wished {
				a.Tail = c.Tail
			}
			a.Matter = matter
			return nil
		}, errors.Join(err, matterErr)
	case Extend:
		return func(a *Award) error {
			from := now
			if a.Until.After(now) {
				from = a.Until.Add(-time.Millisecond) // on the last day, not on the midnight after
			}
			a.Until = s.Profile.Due(from, county.Duration{Days: r.ExtensionDays})
			return nil
		}, nil
	case Revoke:
		return func(a *Award) error { a.unclaim(); a.Matter = a.ID; return nil }, nil
	case Agree:
		return func(a *Award) error {
			if a.Rules != r.Version { // what was approved must not change by the way
				return fault.New(fault.Conflict, "reward.rules", a.Rules)
			}
			before := a.Counted
			a.Uplift, a.Before = true, &before
			a.compute(r)
			return nil
		}, nil
	case Release:
		return func(a *Award) error {
			if least := days(r.ExtensionDays); a.Until.Before(least) {
				a.Until = least
			}
			a.unclaim()
			return nil
		}, nil
	case Verify, Raise:
		// Of an award that has moved on, Do refuses whatever is shown: who pressed twice is told so, and is not asked for a code.
		if in.Version == a.Version && (in.Checked == "" || !hmac.Equal([]byte(in.Checked), []byte(s.checked(a)))) {
			if err := s.holds(ctx, a, by, in.Code); err != nil {
				return nil, err
			}
		}
	case Pay:
		year := now.In(s.Profile.Zone).Year()
		return func(a *Award) error {
			switch {
			case a.Way == Account && in.Note == "":
				return fault.New(fault.Invalid, "reward.voucher").On("note")
			case a.Way != Account && !s.isSecond(a, in.Code):
				return fault.New(fault.Invalid, "reward.second").On("code")
			}
			a.Year, a.Key = year, in.Key
			return nil
		}, nil
	}
	return nil, nil
}

// holds checks the claim code that somebody shows who comes in person. Nobody comes for a transfer: there the code was checked when it was claimed.
func (s *Service) holds(ctx context.Context, a *Award, by Actor, typed string) error {
	if a.Way == Account || by.Party != Officer {
		return nil
	}
	_, c, err := s.byCode(ctx, typed)
	if err != nil {
		return err
	}
	if c.Award != a.ID {
		return fault.New(fault.NotFound, "code.unknown").On("code")
	}
	return nil
}

// Check finds the award of a claim code that somebody shows at the counter, and gives a proof of that for Verify, good until the award moves on. Checking changes
// nothing. faults code.unknown, those of intake.ParseCode, and reward.none for a code for which there is no award.
func (s *Service) Check(ctx context.Context, by Actor, typed string) (a Award, checked string, err error) {
	_, c, err := s.byCode(ctx, typed)
	if err != nil {
		return a, "", err
	}
	a, err = s.awards.Get(ctx, c.Award)
	if errors.Is(err, docs.ErrNotFound) || err == nil && !a.Decided() { // what is not approved is not the officer's yet
		return Award{}, "", fault.New(fault.Conflict, "reward.none").On("code")
	}
	if err != nil {
		return a, "", wrap(err)
	}
	return a, s.checked(&a), wrap(s.Custody.Note(ctx, subject(a.ID), by.ID, "check", ""))
}

func (s *Service) checked(a *Award) string {
	return hex.EncodeToString(s.Vault.MAC("reward checked", []byte(a.ID), []byte(strconv.FormatInt(a.Version, 10))))
}

// Get gives an award to who works on it; the look is noted. fault reward.gone.
func (s *Service) Get(ctx context.Context, by Actor, id string) (Award, error) {
	a, err := s.get(ctx, id)
	if err != nil {
		return a, err
	}
	return a, wrap(s.Custody.Note(ctx, subject(id), by.ID, "view", ""))
}

// ByMoney finds the id of an award by its id on the pages of the money. fault reward.gone.
func (s *Service) ByMoney(ctx context.Context, money string) (string, error) {
	p, err := s.awards.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "money:" + money}}, Order: "at", Limit: 1})
	if err == nil && len(p.Items) == 0 {
		return "", fault.New(fault.NotFound, "reward.gone")
	}
	if err != nil {
		return "", wrap(err)
	}
	return p.Items[0].ID, nil
}

// Peek reads an award for a decision that is being made; it is not shown to anybody. fault reward.gone.
func (s *Service) Peek(ctx context.Context, id string) (Award, error) { return s.get(ctx, id) }

func (s *Service) get(ctx context.Context, id string) (Award, error) {
	a, err := s.awards.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) {
		err = fault.New(fault.NotFound, "reward.gone").Because(err)
	}
	return a, wrap(err)
}

func (s *Service) change(ctx context.Context, id string, f func(*Award) error) (Award, error) {
	a, err := s.awards.Change(ctx, id, f)
	return a, wrap(err)
}

// OfTip gives the award of a tip; false when there is none.
func (s *Service) OfTip(ctx context.Context, tip intake.TipID) (Award, bool, error) {
	a, err := s.awards.Get(ctx, s.ID(tip))
	if errors.Is(err, docs.ErrNotFound) {
		return a, false, nil
	}
	return a, err == nil, wrap(err)
}

// CaseOf opens the id of the case and of the unit that proposed, for who approves.
func (s *Service) CaseOf(a *Award) (id, unit string, err error) {
	plain, err := s.Vault.Open(sealCase, a.ID, a.Case)
	id, unit, _ = strings.Cut(string(plain), "\n")
	return id, unit, wrap(err)
}

// Said opens the note of a step; "" when it has none.
func (s *Service) Said(a *Award, p *Step) (string, error) {
	if p == nil || len(p.Note) == 0 {
		return "", nil
	}
	note, err := s.Vault.Open(sealNote, a.ID, p.Note)
	return string(note), wrap(err)
}

func (s *Service) note(id, text string) (vault.Sealed, error) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	if utf8.RuneCountInString(text) > MaxNote {
		return nil, fault.New(fault.Invalid, "form.too_long", MaxNote).On("note")
	}
	sealed, err := s.Vault.Seal(sealNote, id, []byte(text))
	return sealed, wrap(err)
}

func subject(id string) string { return "award/" + id }

// Sweep ends what nobody claimed in time and gives back to the budget what was taken for a payment that never came. It says how many it touched.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	n, now, r, worker := 0, s.Now(), &s.Profile.Rewards, Actor{Party: Worker}
	var over []string
	for a, err := range s.awards.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "state:" + string(Approved)}}, Order: "until", To: now.Add(time.Millisecond)}) {
		if err != nil {
			return n, wrap(err)
		}
		if _, err := a.may(r, Expire, worker, false); err == nil { // none while nobody could claim it
			over = append(over, a.ID)
		}
	}
	for _, id := range over {
		if err := s.Custody.Note(ctx, subject(id), "worker", string(Expire), ""); err != nil {
			return n, wrap(err)
		}
		_, err := s.change(ctx, id, func(a *Award) error {
			t, err := a.may(r, Expire, worker, false)
			if err != nil || !a.Over(now) { // claimed or extended in between
				return nil //nolint:nilerr // what may not be done is left
			}
			a.step(t, worker, now, nil)
			return nil
		})
		if err != nil {
			return n, err
		}
		n++
	}
	back, err := s.giveBack(ctx)
	return n + back, err
}
