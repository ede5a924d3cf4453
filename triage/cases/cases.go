// Package cases holds the case: which tips it joins, who handles it, in which state it is, which clocks run, and everything that was done.
// It owns the collections cases, sequence and holidays and the one transition table. It knows nothing of pages, queues, pictures or codes.
//
// A transition is a pure function on the case (Case.do for people, Case.tick for the worker) that runs in one write of the store; what must follow elsewhere
// stands in the case (Births, Outbox) and is done from there by Sweep, as often as it takes.
package cases

import (
	"context"
	"strings"
	"sync"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
)

// Role of a member of staff.
type Role string

const (
	Admin     Role = "admin"     // accounts and operations, sees no tip
	Duty      Role = "duty"      // 县安委办 duty desk: all cases
	Handler   Role = "handler"   // township or department staff: the cases of the own unit
	Operator  Role = "operator"  // hotline operator: takes tips
	RewardOff Role = "reward"    // reward officer: checks claim codes
	Finance   Role = "finance"   // pays rewards
	Auditor   Role = "auditor"   // sees the sums of the rewards
	Publicity Role = "publicity" // publicity officer
)

// Actor is who does something.
type Actor struct {
	ID, Name string
	Role     Role
	Unit     string // unit id; county.DutyDesk for the duty desk
	Of       string `bson:",omitempty"` // unit id of whom the duty desk sent and acts for, as the log is to say; "" is its own people
}

// Place is where the machine or a person put the case.
type Place struct {
	Town, Village string   `bson:",omitempty"` // codes; empty when unknown
	County        string   `bson:",omitempty"` // another county's code when it lies there
	Confidence    float64  // 0..1
	Reasons       []string // in Chinese, without the tipster's words
}

// Is says whether the two are the same place, whatever was thought about it.
func (p Place) Is(o Place) bool {
	return p.Town == o.Town && p.Village == o.Village && p.County == o.County
}

// Naming is what can be taken back of a village that a later tip named.
type Naming struct {
	Tip    string
	Before Place // what the case knew without it
}

// TipRef is a tip in its case, in the order of arrival.
type TipRef struct {
	Tip      string
	Received time.Time
	Told     time.Time `bson:",omitempty"` // when the county was told, which orders the tips; zero is Received
	Reasons  []string  // why it was joined
	Channel  string    `bson:",omitempty"` // by which it came; counted, and shown of no case

	// What the tip brought into the case, so that it can be taken out again.
	Signs, Sites []string `bson:",omitempty"`
	Place        Place
	Emergency    bool     `bson:",omitempty"`
	Guessed      bool     `bson:",omitempty"`
	Usual        string   `bson:",omitempty"`
	Priority     string   `bson:",omitempty"`
	Urgent       []string `bson:",omitempty"` // which emergency it tells of
	Withdrawn    bool     `bson:",omitempty"` // the person wants no more answers
	Pleas        []Plea   `bson:",omitempty"` // what the person objected, the oldest first
	From         string   `bson:",omitempty"` // the case in which it was before a person joined the two
	// Levels holds the evidence whose level a person changed, and Confirmed who confirmed to see what: they stay with the tip, wherever it is put.
	Levels    map[string]county.Level `bson:",omitempty"`
	Confirmed []Confirmation          `bson:",omitempty"`
}

// Event is one line of the case's log. Note holds what a member of staff wrote, sealed with vault purpose "case.note" and the case id.
type Event struct {
	At     time.Time
	By     string // staff id or "worker"
	Name   string // as it was shown then
	Unit   string
	Action string
	From   State
	To     State
	Lead   string       // unit id of who leads after it
	Item   string       `bson:",omitempty"` // what it is about: a piece of evidence, a record, a look-back, a supervision order, a case that was opened
	Target string       `bson:",omitempty"` // unit id: whose matter a hand-back says it is, who is invited, for whom a remark is
	Choice string       `bson:",omitempty"` // one of the choices of the action
	Level  county.Level `bson:",omitempty"` // what it was set to
	Note   vault.Sealed `bson:",omitempty"`
}

// Case is one matter.
type Case struct {
	ID         string `bson:"_id"` // made from the id of its first tip, which cannot be told from it
	Number     string // 方2026-0001; 方专2026-0001 when it was sealed from the start
	State      State
	Tips       []TipRef // none in a bare case, which only tells of a danger
	Place      Place
	Named      *Naming  `bson:",omitempty"` // when a later tip named the village, and no person has said where it is
	Category   string   // primary
	Categories []string // with the primary one first
	Signs      []string
	Sites      []string
	Emergency  bool
	Guessed    bool   // a machine read the emergency from the words, and nobody chose it
	Lowered    bool   // a person said that it is none
	Usual      string // priority without the emergency
	Priority   string
	Lead       string // unit id
	Co         []string
	Oversight  string
	Refer      bool
	Sealed     bool     // only Sees may know that it exists; nobody can be added to it
	Sees       []string // unit ids that may see it; the duty desk is among them unless it is excluded
	Informed   []string `bson:",omitempty"` // unit ids that were told of it beyond who handles it: they see it from then on
	Hidden     []string `bson:",omitempty"` // unit ids that the words accuse: they may never see it
	Rule       string   // which rule routed it
	Reasons    []string // Why is for people
	Confidence float64  // of the category
	Outcome    State    `bson:",omitempty"` // of the conclusion
	Recurs     string   `bson:",omitempty"` // the closed case at the same place that it begins again
	Doubts     []Doubt  `bson:",omitempty"` // what the machine left to the duty desk and nobody has answered
	Into       string   `bson:",omitempty"` // of a merged case: where its tips are
	Before     State    `bson:",omitempty"` // of a merged case: its state until then
	Paused     []Clock  `bson:",omitempty"` // of a merged case: the clocks that ran
	Move       *Move    `bson:",omitempty"` // what a person ordered and is not done with
	Joined     []Joined `bson:",omitempty"` // the cases of which tips came into it
	Out        []string `bson:",omitempty"` // tips that a person took out: the machine does not put them back
	Apart      []string `bson:",omitempty"` // cases of which a person said that they are another matter
	Clocks     []Clock
	Events     []Event

	Since     time.Time   `bson:",omitempty"` // when it was taken up again; zero when it never was. Records before it belong to the time before
	Back      State       `bson:",omitempty"` // where it goes on once its new lead has signed
	Bounced   int         `bson:",omitempty"` // how often it was handed back
	Ruled     bool        `bson:",omitempty"` // the duty desk has ruled who leads: it cannot be handed back any more
	Reopened  int         `bson:",omitempty"` // how often an objection took it up again
	Hold      *Hold       `bson:",omitempty"` // the pause, if it is paused
	Extension *Extension  `bson:",omitempty"` // the one that waits for a decision
	Extended  int         `bson:",omitempty"` // how often it was extended
	Prolonged int         `bson:",omitempty"` // how often the level above gave more than the law does
	Orders    []Order     `bson:",omitempty"` // 督办单, the oldest first
	Opinions  []Opinion   `bson:",omitempty"` // of the helpers: the last one of each counts
	Records   []Record    `bson:",omitempty"` // what was registered, the oldest first
	Stopped   *time.Time  `bson:",omitempty"` // midnight of the day on which the place stood still, from the records
	LookBacks []Return    `bson:",omitempty"` // planned from it
	Agreed    []Agreement `bson:",omitempty"` // to striking it off
	Births    []Birth     `bson:",omitempty"` // cases that it opens
	Outbox    []Notice    `bson:",omitempty"` // who is to learn what
	Letters   []Letter    `bson:",omitempty"` // to who tipped, the oldest first
	From      string      `bson:",omitempty"` // the case that opened it
	Failed    State       `bson:",omitempty"` // what was concluded last, of a matter that begins again or was taken up again
	Glances   []Glance    `bson:",omitempty"` // how far each unit knows it
	Wake      time.Time   // when the worker has something to do with it next; far future when never
	Opened    time.Time
	Due       time.Time // of the next open clock; far future when none runs
	Rank      time.Time // place in a queue: Due, but a P0 that nobody has signed stands before everything else
	Terms     []string  // index terms: "open"/"closed", "state:", "sees:", "lead:", "help:", "town:", "category:", "tip:", "light:", "waits" (births or notices), "awake", "moving", and those of sheet.go
	Indexed   int       `bson:",omitempty"` // version of the index that made Due, Rank, Wake and Terms
	Version   int64     // raised by every action and when a tip makes it more urgent; the pages carry it
}

// Opening is what triage knows when it opens a case for its first tip. Without a tip it is bare.
type Opening struct {
	Tip        intake.TipID
	Received   time.Time // clocks run from it
	Told       time.Time // when the county was told, if that was before; zero is Received
	Channel    string
	Place      Place
	Categories []string
	Signs      []string
	Sites      []string
	Emergency  bool
	Guessed    bool   // the emergency is read from the words
	Usual      string // priority without the emergency; "" is Priority
	Priority   string
	Lead       string
	Co         []string
	Oversight  string
	Refer      bool
	Sealed     bool
	Sees       []string
	Hidden     []string
	Rule       string
	Reasons    []string
	Confidence float64
	Recurs     string // the closed case that begins again
	Doubts     []Doubt
	From       string // the case that opened it
	Note       string // for who handles it; sealed in the first event
}

// Opinion is what a helping unit says of the case; its note stands in the event.
type Opinion struct {
	Unit, By string
	At       time.Time
	Choice   string // one of the choices of Opine
}

// Agreement is one unit's word that the case may be struck off.
type Agreement struct {
	Unit, By string
	At       time.Time
}

// Joining is what triage knows when it joins a later tip to a case.
type Joining struct {
	Tip       intake.TipID
	Received  time.Time
	Told      time.Time // as in Opening
	Channel   string
	Reasons   []string
	Place     Place
	Known     []string // Villages of the case as it was judged; another one in it is ErrElsewhere
	Signs     []string
	Sites     []string
	Emergency bool
	Guessed   bool     // the emergency is read from the words
	Usual     string   // priority without the emergency; "" is Priority
	Why       []string // reasons of the routing; those of an emergency become the case's
	Priority  string   // raises the case's priority when it is more urgent, never lowers it
	Doubts    []Doubt
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Profile *county.Profile
	Now     func() time.Time
	Courier Courier // takes the notices; nil leaves them in the cases until there is one
}

// Service keeps the cases.
type Service struct {
	Deps
	cases    *docs.Collection[Case]
	sequence *docs.Collection[counter]
	years    *docs.Collection[year]

	behind    sync.Mutex // guards what follows
	reindexed string     // where reindex goes on
	indexed   bool       // it has nothing left to do
}

// New opens the collections; it fails when an index cannot be made.
func New(ctx context.Context, d Deps) (*Service, error) {
	all, err := docs.Open[Case](ctx, d.Docs, "cases",
		docs.Index{Fields: []string{"terms", "rank"}, Multi: true},
		docs.Index{Fields: []string{"terms", "opened"}, Multi: true},
		docs.Index{Fields: []string{"terms", "wake"}, Multi: true})
	if err != nil {
		return nil, err
	}
	sequence, err := docs.Open[counter](ctx, d.Docs, "sequence")
	if err != nil {
		return nil, err
	}
	years, err := docs.Open[year](ctx, d.Docs, "holidays")
	if err != nil {
		return nil, err
	}
	s := &Service{Deps: d, cases: all, sequence: sequence, years: years}
	return s, s.learnYears(ctx)
}

// Why are the reasons as people read them: without the ids of the rules, which are for who changes the profile and tries it with replay.
func (c *Case) Why() []string {
	var all []string
	for _, r := range c.Reasons {
		if _, reason, named := strings.Cut(r, "："); named && strings.HasPrefix(r, byRule) {
			r = reason
		}
		all = append(all, r)
	}
	return all
}

// byRule begins a reason of a rule; its id and a colon follow.
const byRule = "规则 "
