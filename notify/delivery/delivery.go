// Package delivery tells people outside of the desk: it takes the notices of cases over and sends them, as often as it takes, to whom the contacts name.
// It owns the collections deliveries (what is to be told to whom, and the log of it) and lines (how each contact does). It knows nothing of how a vendor is
// asked, and stores and says nothing of a case but its number and how urgent it is; of one that is sealed, or accuses somebody whom the contact serves too, not
// even the number.
//
// A notice becomes one document for each contact, made before the case forgets it. What goes out in one message is written into the contact's line before it is
// sent, with the message's id: whoever finds it there sends it again under the same id. So a crash may repeat a message, which the receiver can tell by its
// id, and never loses one. Every contact is served by itself: one that hangs or refuses makes nobody else wait.
package delivery

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/notify/channel"
	"qianshao/notify/contacts"
	"qianshao/triage/cases"
)

// Result is what became of a delivery; "" while it waits.
type Result string

// What becomes of deliveries.
const (
	Sent    Result = "sent"
	Failed  Result = "failed"  // a test; everything else is tried again
	Hidden  Result = "hidden"  // the unit may not see the case any more: it was not told
	Newer   Result = "newer"   // a later digest took its place
	Removed Result = "removed" // the contact stands in the file no more
)

// Kinds of deliveries that are no notices of a case; a notice of a sealed case has none.
const (
	Daily = "daily"
	Test  = "test"
)

// The lanes of a contact.
const (
	urgent = "urgent/" // at once
	later  = "later/"  // when it is not quiet
	daily  = "daily/"  // the same, digests only
)

// Delivery is one thing to be told to one contact.
type Delivery struct {
	ID       string `bson:"_id"` // keyed: a notice that comes twice is the same delivery
	Contact  string
	Waits    string   `bson:",omitempty"` // lane and contact, as long as it is to be sent
	Case     string   `bson:",omitempty"` // id
	Units    []string `bson:",omitempty"` // through which it comes to the contact
	Kind     string
	Counts   *Counts `bson:",omitempty"` // of a digest
	At       time.Time
	Done     *time.Time `bson:",omitempty"`
	Result   Result     `bson:",omitempty"`
	Code     string     `bson:",omitempty"` // of a test that failed
	Message  string     `bson:",omitempty"` // id of the message that carried it
	Priority string     `bson:",omitempty"` // as the message said
	Number   string     `bson:",omitempty"` // the same
}

// Counts are a digest.
type Counts struct{ Unsigned, Late, Soon, Other int }

// Line is how a contact does.
type Line struct {
	ID    string    `bson:"_id"` // the contact's name
	Owner string    // who sends just now
	Lease time.Time // until when nobody else does
	Batch *Batch    `bson:",omitempty"` // what is being sent
	Sent  []time.Time
	Next  time.Time // after a failure: not before
	Shut  time.Time // the vendor takes nothing before
	Fails int       // in a row
	Code  string    // of the last failure, "" after a success
	Told  time.Time // the last success
	Miss  time.Time // the last failure
	Daily string    // day of the last digest
}

// Batch is one message with what it tells.
type Batch struct {
	Message channel.Message
	Of      []string // deliveries
	Urgent  bool
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Cases   *cases.Service
	Profile *county.Profile
	Book    *contacts.Book
	Every   time.Duration // between two looks at a contact
	Now     func() time.Time
	Log     *slog.Logger
}

// Service takes notices and sends them. Safe for concurrent use, also by several processes.
type Service struct {
	Deps
	deliveries *docs.Collection[Delivery]
	lines      *docs.Collection[Line]
	nudges     map[string]chan struct{} // by contact: something urgent came
}

// New opens the collections; nothing is sent before Run.
func New(ctx context.Context, d Deps) (*Service, error) {
	s := &Service{Deps: d, nudges: map[string]chan struct{}{}}
	var err error
	if s.deliveries, err = docs.Open[Delivery](ctx, d.Docs, "deliveries", docs.Index{Fields: []string{"waits", "at"}}, docs.Index{Fields: []string{"waits"}},
		docs.Index{Fields: []string{"at"}}, docs.Index{Fields: []string{"done"}}); err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	if s.lines, err = docs.Open[Line](ctx, d.Docs, "lines"); err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	for _, c := range d.Book.Contacts {
		s.nudges[c.Name] = make(chan struct{}, 1)
	}
	return s, nil
}

// Carry takes a notice over: see cases.Courier. What nobody is to hear, or what can wait for the day's digest, needs no delivery: it stands on the desk, and the
// digest is made from the cases.
func (s *Service) Carry(ctx context.Context, n cases.Sent) error {
	lane := later
	if n.Urgent {
		lane = urgent
	} else if !s.Profile.Telling.Soon(n.Priority, string(n.Kind)) {
		return nil
	}
	kind := string(n.Kind)
	for _, c := range s.Book.Contacts {
		if !c.Hears(n.Unit, n.Rank) {
			continue
		}
		k, err := s.Cases.ByID(ctx, n.Case)
		if err != nil {
			return fmt.Errorf("delivery: case of a notice: %w", err)
		}
		if k.Sealed {
			kind = ""
		}
		// Not by the notice's number: who hears for several ranks or units is told of one event once.
		id := s.id(lane, c.Name, n.Case, string(n.Kind), n.Step, n.Of, string(n.Light), n.At.UTC().Format(time.RFC3339Nano))
		err = s.deliveries.Insert(ctx, &Delivery{ID: id, Contact: c.Name, Waits: lane + c.Name, Case: n.Case, Units: []string{n.Unit}, Kind: kind, At: s.Now()})
		if errors.Is(err, docs.ErrExists) {
			_, err = s.deliveries.Change(ctx, id, func(d *Delivery) error {
				if !slices.Contains(d.Units, n.Unit) {
					d.Units = append(d.Units, n.Unit)
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("delivery: %w", err)
		}
		if n.Urgent {
			select {
			case s.nudges[c.Name] <- struct{}{}:
			default: // it has been told already
			}
		}
	}
	return nil
}

// id is a keyed digest of parts, from which none of them can be told.
func (s *Service) id(parts ...string) string {
	raw := make([][]byte, len(parts))
	for i, p := range parts {
		raw[i] = []byte(p)
	}
	return hex.EncodeToString(s.Vault.MAC("delivery", raw...)[:12])
}
