// Package outcome publishes what became of a matter: a draft made from the case in the county's sentences, checked for traces of who tipped, approved by a
// second person, and published late and in batches. It owns the collection outcomes and the blobs under outcome/.
//
// Nothing of a tip is ever in a document of this package. What the staff who write see of a case is Facts and no more; the words of its tips are read by the
// check alone, which answers with places in the draft. What anybody may read is Published, a part of the document that exists only once it is published.
// Sealed cases, and those that accuse a unit, are not drafted, and nobody here learns of them: 县安委办 publishes such a matter by its own hand, if at all.
package outcome

import (
	"context"
	"errors"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/notify/outcome/anonymity"
	"qianshao/notify/outcome/blur"
	"qianshao/triage/cases"
	"qianshao/triage/scene"
)

// State of an outcome. The names stand in stored documents.
type State string

// The states, in the order in which an outcome goes through them.
const (
	Draft     State = "draft"     // somebody writes
	Review    State = "review"    // another person is to look at it
	Scheduled State = "scheduled" // approved; the worker publishes it on its day
	Publicly  State = "published"
	Withdrawn State = "withdrawn"
)

// States lists them in that order.
func States() []State { return []State{Draft, Review, Scheduled, Publicly, Withdrawn} }

// Outcome is what is to be published of one case, or was.
type Outcome struct {
	ID      string `bson:"_id"` // short; made from the case by a key, so that it says nothing of it
	Case    string
	State   State
	Content vault.Sealed // a Content, sealed with vault purpose "outcome.content" and the id
	Photos  []Photo      `bson:",omitempty"` // in the order in which they are to stand
	Events  []Event
	Due     time.Time  `bson:",omitempty"` // of a scheduled one: midnight in the county
	Public  *Published `bson:",omitempty"` // of one that was published
	Day     time.Time  // of publication; zero before
	Changed time.Time
	Terms   []string    // index terms: "state:"; of a published one termPublic, "town:", "category:", "month:"
	Probed  []time.Time `bson:",omitempty"` // when other words were held against the tips, of the last hour
	Version int64       // raised by every change; the pages carry it
}

// Event is one line of the log of an outcome. Note is sealed with vault purpose "outcome.note" and the id.
type Event struct {
	At     time.Time
	By     string // staff id or "worker"
	Name   string `bson:",omitempty"` // as it was shown then
	Action Action
	Note   vault.Sealed `bson:",omitempty"`
}

// Action is what somebody did.
type Action string

// The actions.
const (
	Made     Action = "made"     // the machine drafted it
	Edited   Action = "edited"   // text or photos
	Sent     Action = "sent"     // to be approved
	Returned Action = "returned" // not approved, with a reason
	Approved Action = "approved"
	Doubted  Action = "doubted" // the worker checked again and found something, or the case is open again
	Issued   Action = "issued"  // published
	Recalled Action = "recalled"
)

// Text is a headline and paragraphs separated by \n.
type Text struct{ Title, Text string }

// Content is what is written, and of what.
type Content struct {
	Machine  Text // as the machine drafted it
	Now      Text
	Facts    Facts
	Findings []anonymity.Finding `bson:",omitempty"` // of the last check
	Reasons  map[string]string   `bson:",omitempty"` // of the approver, by the key of the finding that they let pass
}

// Facts are all that who writes an outcome learns of the case.
type Facts struct {
	Month      string // of the conclusion, coarsened: 2026-10, or 2026-Q4
	Town       string // code
	Categories []string
	Lead       string   // unit id
	Disposals  []string // names of what was done
	FineFen    int64    // 0 when there is none that may be told
}

// Photo is one that an inspector took, on its way to be published.
type Photo struct {
	Scene     string // its id in triage/scene
	Width     int    // of the picture that the boxes are drawn on
	Height    int
	Suggested []blur.Box   `bson:",omitempty"` // what looks like a face or a number plate to the machine
	Boxes     []blur.Box   `bson:",omitempty"` // what is made unreadable
	Burnt     string       // id of the picture with the boxes burnt in; another one after every change
	Key       vault.Sealed // of the rendition, wrapped for the purpose "outcome.photo"
	By        string       `bson:",omitempty"` // staff id of who looked at the rendition and found nobody in it; "" is nobody yet
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Blobs   blobs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Profile *county.Profile
	Intake  *intake.Service
	Cases   *cases.Service
	Scene   *scene.Service
	Every   time.Duration // between two looks for cases to draft, and for pictures that nobody needs any more; 0 is at each sweep
	Now     func() time.Time
}

// Service keeps the outcomes.
type Service struct {
	Deps
	outcomes *docs.Collection[Outcome]
	checker  *anonymity.Checker
	tidied   time.Time // when the sweep last drafted and deleted; only the sweep uses it
}

// Open opens the collection. It is for New, and for the tests of pages that show what is published.
func Open(ctx context.Context, d docs.Store) (*docs.Collection[Outcome], error) {
	return docs.Open[Outcome](ctx, d, "outcomes",
		docs.Index{Fields: []string{"terms", "day"}, Multi: true},
		docs.Index{Fields: []string{"terms", "changed"}, Multi: true},
		docs.Index{Fields: []string{"terms", "due"}, Multi: true})
}

// New makes the service.
func New(ctx context.Context, d Deps) (*Service, error) {
	all, err := Open(ctx, d.Docs)
	if err != nil {
		return nil, err
	}
	checker, err := anonymity.New(d.Profile)
	return &Service{Deps: d, outcomes: all, checker: checker}, err
}

// missing says that a document is not there.
func missing(err error) bool { return errors.Is(err, docs.ErrNotFound) }
