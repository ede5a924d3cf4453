// Package match finds earlier tips about the same matter and says how sure it is, and why.
// It owns the collection prints. It knows nothing of cases: that a tip at the place of a closed and checked case is a new matter is for its caller,
// who looks at the state of the case that a candidate belongs to.
package match

import (
	"context"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"

	"github.com/paulmach/orb"
)

// Tip is what is known of a tip in the clear. It is never stored: Print is made from it.
type Tip struct {
	ID                    string
	Received              time.Time
	County, Town, Village string     // codes; empty when unknown
	Position              *orb.Point // WGS-84
	Accuracy              float64    // of Position, metres
	Category              string     // primary
	Signs, Sites          []string
	Text                  string
	Names                 []string // place names to leave out of Text (gazetteer.Place.Matched): one village's tips all hold them
	Pictures              []Picture
}

// Picture is the fingerprints of one picture (media.Picture).
type Picture struct {
	SHA256                 [32]byte
	Difference, Perception uint64
}

// Print is the keyed features of a tip, as they are stored.
type Print struct {
	ID       string    `bson:"_id"`
	Received time.Time // to the millisecond
	Town     string
}

// Band is what follows from a score.
type Band string

// The three bands.
const (
	New  Band = "new"  // a matter of its own
	Ask  Band = "ask"  // a person decides
	Link Band = "link" // the same matter
)

// Verdict is the comparison of two tips.
type Verdict struct {
	Score   float64 // 0..1
	Band    Band
	Reasons []string // in Chinese: 同村, 照片 2 张相同, 相隔 3 天
}

// Store keeps prints.
type Store struct{}

// Open opens the collection. The key is 32 bytes; with another key nothing old is found any more.
func Open(ctx context.Context, d docs.Store, key []byte) (*Store, error) { panic("contract") }

// Print makes the keyed features of a tip.
func (s *Store) Print(t Tip) Print { panic("contract") }

// Add stores a print; adding it again replaces it.
func (s *Store) Add(ctx context.Context, p Print) error { panic("contract") }

// Candidates gives the earlier tips that could be about the same matter, newest first: received before p (or together with it and with a
// smaller id) and at most th.Days before it.
func (s *Store) Candidates(ctx context.Context, p Print, th county.Match) ([]Print, error) {
	panic("contract")
}

// Score compares two prints; the order does not matter.
func Score(a, b Print, th county.Match) Verdict { panic("contract") }
