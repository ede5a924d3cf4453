// Package account keeps the members of staff, their passwords, one-time links and sessions.
// It owns the collections staff and sessions. It knows nothing of tips, cookies or pages: a caller hands it a token and learns who that is.
package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

// Limits of accounts and sessions.
const (
	LinkLife   = 48 * time.Hour // how long a one-time link can be used
	IdleLife   = 2 * time.Hour  // a session ends when nothing was asked for so long
	SessionMax = 12 * time.Hour // and after this in any case
	seenEvery  = time.Minute    // how exactly the last use of a session is written down
	MinLength  = 12             // characters of a password
	maxLength  = 200            // so that hashing a password costs the same for everyone
	tokenBytes = 32             // of a session or a link
)

// Staff is a member of staff.
type Staff struct {
	ID       string     `bson:"_id"`
	Login    string     // lower case, unique
	Name     string     // as others read it
	Role     cases.Role // decides what the person may do
	Unit     string     // unit id of the county profile
	Hash     string     // argon2id, empty until the first link was used
	Link     string     // keyed hash of the open one-time link, "-" and the id when there is none
	LinkEnds time.Time  // end of that link
	Epoch    int64      // raised by everything that ends sessions; a session of another epoch is void
	Disabled bool
	Added    time.Time
}

// Actor is the member of staff as the domain sees them.
func (s Staff) Actor() cases.Actor {
	return cases.Actor{ID: s.ID, Name: s.Name, Role: s.Role, Unit: s.Unit}
}

// Pending reports whether no password has been set yet.
func (s Staff) Pending() bool { return s.Hash == "" }

// session is a signed-in browser. Its id is a keyed hash of the token in the cookie.
type session struct {
	ID    string `bson:"_id"`
	Staff string
	Epoch int64
	Began time.Time
	Seen  time.Time
	Ends  time.Time // Began + SessionMax, for the sweep
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Now     func() time.Time
	Rand    io.Reader // nil is crypto/rand
}

// Service answers who somebody is. Safe for concurrent use.
type Service struct {
	Deps
	staff    *docs.Collection[Staff]
	sessions *docs.Collection[session]
	hashing  chan struct{} // one place for each password that may be hashed at a time: each costs 19 MiB and a core
	nobody   string        // a hash that no password has, for logins that do not exist
}

// New opens the collections; it fails when an index cannot be made.
func New(ctx context.Context, d Deps) (*Service, error) {
	if d.Rand == nil {
		d.Rand = rand.Reader
	}
	staff, err := docs.Open[Staff](ctx, d.Docs, "staff",
		docs.Index{Fields: []string{"login"}, Unique: true},
		docs.Index{Fields: []string{"link"}},
	)
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	sessions, err := docs.Open[session](ctx, d.Docs, "sessions",
		docs.Index{Fields: []string{"staff"}},
		docs.Index{Fields: []string{"ends"}},
	)
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	s := &Service{Deps: d, staff: staff, sessions: sessions, hashing: make(chan struct{}, runtime.GOMAXPROCS(0))}
	if s.nobody, err = s.unmatchable(); err != nil {
		return nil, err
	}
	return s, nil
}

// Empty reports whether there is no account at all, as on the first start.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	n, err := s.staff.Count(ctx, docs.Query{})
	return n == 0, err
}

// List gives all members of staff in the order of their logins.
func (s *Service) List(ctx context.Context) ([]Staff, error) {
	var all []Staff
	for m, err := range s.staff.Each(ctx, docs.Query{Order: "login"}) {
		if err != nil {
			return nil, fmt.Errorf("account: list: %w", err)
		}
		all = append(all, m)
	}
	return all, nil
}

// byField finds the one member of staff with a value in an indexed field; docs.ErrNotFound.
func (s *Service) byField(ctx context.Context, field, value string) (Staff, error) {
	p, err := s.staff.Find(ctx, docs.Query{Where: []docs.Eq{{Field: field, Value: value}}, Limit: 1})
	if err != nil {
		return Staff{}, fmt.Errorf("account: find by %s: %w", field, err)
	}
	if len(p.Items) == 0 {
		return Staff{}, docs.ErrNotFound
	}
	return p.Items[0], nil
}

// token makes a new secret and the keyed hash under which it is stored.
func (s *Service) token(purpose string) (token, stored string, err error) {
	raw := make([]byte, tokenBytes)
	if _, err := io.ReadFull(s.Rand, raw); err != nil {
		return "", "", fmt.Errorf("account: random token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, s.stored(purpose, token), nil
}

// stored is the keyed hash of a token: a dump of the database opens no session and no link.
func (s *Service) stored(purpose, token string) string {
	return hex.EncodeToString(s.Vault.MAC("account."+purpose, []byte(token)))
}

// note writes who was changed to the custody log; by is a staff id or "cli".
func (s *Service) note(ctx context.Context, id, by, action string) error {
	if err := s.Custody.Note(ctx, "staff/"+id, by, action, ""); err != nil {
		return fmt.Errorf("account: note %s of %s: %w", action, id, err)
	}
	return nil
}

// missing turns "not found" into the fault that tells nothing about which logins exist.
func missing(err error, f *fault.Error) error {
	if errors.Is(err, docs.ErrNotFound) {
		return f
	}
	return err
}
