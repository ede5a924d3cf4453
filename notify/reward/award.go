package reward

import (
	"slices"
	"strconv"
	"time"

	"qianshao/config/county"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Award is what may be paid for one tip. Its id is a keyed hash of the tip's: a tip can never have two.
type Award struct {
	ID       string       `bson:"_id"`
	Number   string       // by which the officers speak of it: 1234-5678
	Money    string       // its id on the pages of the money
	Case     vault.Sealed // id of the case and of the unit that proposed, for who approves
	Matter   string       // no two awards have the same: of one that stands for the whole of a matter a keyed hash of its case, else its own id
	Town     string       `bson:",omitempty"` // code, for a public notice; none of a sealed case
	Closed   time.Time    // day on which the last penalty was decided or the case concluded, midnight in the county
	Deciders string       // unit id of who may approve it
	Sealed   bool         // of a case that only its own units may know
	Basis    Basis
	Share    int // per cent
	Uplift   bool
	Counted  `bson:",inline"` // it counts from Approve on
	Before   *Counted         `bson:",omitempty"` // what was approved of the case, where something was added for the person since

	State  State
	Until  time.Time    // when the time to claim it has run out; zero before Approve
	Notice time.Time    // from when on it is made public; zero before Approve
	Tail   vault.Sealed `bson:",omitempty"` // last four digits of the claim code; none when nobody wishes it
	Year   int          `bson:",omitempty"` // of the budget out of which it was paid
	Steps  []Step

	// Of the claim.
	Way   Way          `bson:",omitempty"`
	Claim string       `bson:",omitempty"` // lookup of the claim code
	Payer []byte       `bson:",omitempty"` // keyed hash of what was claimed, to tell when the same page comes with another payee
	Form  string       `bson:",omitempty"` // of the page that claimed it, so that sending it twice claims it once
	Meet  vault.Sealed `bson:",omitempty"` // where and when, for the officer
	Payee vault.Sealed `bson:",omitempty"` // who is paid; only the officers' private key opens it
	Key   string       `bson:",omitempty"` // of the page that paid it

	At      time.Time // of the last step
	Terms   []string  // index terms: "all", "state:", "wished:" and a state, "deciders:" and a unit, "money:" and the id there, "decided:" and a unit once it was approved, "year:"
	Version int64
}

// Counted is an amount with where it comes from.
type Counted struct {
	Fen   int64    // 分
	By    []string // the rules, without the basis
	Why   []string // how it was computed
	Rules string   // version of the rules
}

// Plain is the amount as it was approved of the case, without what was added for the person: who handles the case may know no more.
func (a *Award) Plain() Counted {
	if a.Before != nil {
		return *a.Before
	}
	return a.Counted
}

// Step is one thing that was done to it. Note holds what a member of staff wrote, sealed with vault purpose "reward note" and the award's id.
type Step struct {
	At     time.Time
	Action Action
	By     string // staff id; "" for the holder and the worker
	Name   string `bson:",omitempty"`
	Note   vault.Sealed
}

// Way is how somebody wants to be paid.
type Way string

// The ways.
const (
	Window  Way = "window"  // at the counter
	Place   Way = "place"   // at an agreed place
	Account Way = "account" // to an account
)

// Ways lists those that a mode of the rules offers: nobody can be paid to an account without a name.
func Ways(mode county.RewardMode) []Way {
	if mode == county.CodeOnly {
		return []Way{Window, Place}
	}
	return []Way{Window, Place, Account}
}

// line finds the transition that an action of a party would follow now. a is nil for an award that does not exist yet.
func (a *Award) line(act Action, by Party) (Transition, bool) {
	i := slices.IndexFunc(Table, func(t Transition) bool {
		return t.Action == act && t.By == by && (a == nil && len(t.From) == 0 || a != nil && slices.Contains(t.From, a.State))
	})
	if i < 0 {
		return Transition{}, false
	}
	return Table[i], true
}

// may says what stands against an action: faults reward.gone, reward.state, reward.draft, reward.eyes, reward.note.
func (a *Award) may(r *county.Rewards, act Action, by Actor, note bool) (Transition, error) {
	t, ok := a.line(act, by.Party)
	switch {
	case by.Party == Approver && by.Unit != a.Deciders:
		return t, fault.New(fault.NotFound, "reward.gone")
	case !ok:
		return t, fault.New(fault.Conflict, "reward.state")
	case r.Mode == county.RewardsOff && act != Revoke, r.Draft && !t.Draft:
		return t, fault.New(fault.Conflict, "reward.draft")
	case a != nil && by.ID != "" && slices.ContainsFunc(a.Steps, func(s Step) bool { return s.By == by.ID && slices.Contains(t.Not, s.Action) }):
		return t, fault.New(fault.Forbidden, "reward.eyes")
	case t.Note && !note:
		return t, fault.New(fault.Invalid, "reward.note").On("note")
	}
	return t, nil
}

// step does what every action does.
func (a *Award) step(t Transition, by Actor, at time.Time, note vault.Sealed) {
	a.State, a.At = t.To, at
	a.Version++
	a.Steps = append(a.Steps, Step{At: at, Action: t.Action, By: by.ID, Name: by.Name, Note: note})
	a.index()
}

func (a *Award) index() {
	a.Terms = []string{"all", "state:" + string(a.State), "deciders:" + a.Deciders, "money:" + a.Money}
	if len(a.Tail) > 0 {
		a.Terms = append(a.Terms, "wished:"+string(a.State))
	}
	if a.Last(Approve) != nil {
		a.Terms = append(a.Terms, "decided:"+a.Deciders)
	}
	if a.Year != 0 {
		a.Terms = append(a.Terms, "year:"+strconv.Itoa(a.Year))
	}
}

// Over says that the time to claim it has run out, whether the worker has noted it or not.
func (a *Award) Over(now time.Time) bool { return a.State == Approved && !now.Before(a.Until) }

// Decided says that an approval of it stands or stood to the end: not of one that was proposed anew after it was revoked.
func (a *Award) Decided() bool {
	return a.Last(Approve) != nil && !slices.Contains([]State{Proposed, Returned, Refused}, a.State)
}

// Again says that it may be proposed anew.
func (a *Award) Again() bool { return a.State == Returned || a.State == Revoked }

// Check is the step by which the claim code was checked; nil when it was not.
func (a *Award) Check() *Step {
	v, r := a.Last(Verify), a.Last(Raise)
	if v == nil || r != nil && r.At.After(v.At) {
		return r
	}
	return v
}

// unclaim forgets who claimed it and how.
func (a *Award) unclaim() {
	a.Way, a.Claim, a.Form, a.Meet, a.Payee, a.Payer = "", "", "", nil, nil, nil
	a.Counted, a.Before, a.Uplift = a.Plain(), nil, false // as it was approved, whatever the rules say by now
}

// Last is the last step of an action; nil when there was none.
func (a *Award) Last(act Action) *Step {
	for i := len(a.Steps) - 1; i >= 0; i-- {
		if a.Steps[i].Action == act {
			return &a.Steps[i]
		}
	}
	return nil
}

// Actions lists what the actor may do with it now.
func (s *Service) Actions(a *Award, by Actor) []Transition {
	var all []Transition
	for _, t := range Table {
		if _, err := a.may(&s.Profile.Rewards, t.Action, by, true); err == nil && slices.Contains(t.From, a.State) {
			all = append(all, t)
		}
	}
	return all
}
