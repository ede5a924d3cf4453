// Package match finds earlier tips about the same matter and says how sure it is, and why.
// It owns the collections prints and pairs (what people decided). It knows nothing of cases: that a tip at the place of a closed and checked case is a new matter is for its caller,
// who looks at the state of the case that a candidate belongs to.
package match

import (
	"time"

	"github.com/paulmach/orb"
)

// Tip is what is known of a tip in the clear. It is never stored: Print is made from it.
type Tip struct {
	ID                    string
	Received              time.Time
	County, Town, Village string     // codes; empty when unknown
	Sure                  float64    // 0..1: of the place (gazetteer.Place.Confidence)
	Perhaps               []string   // other villages that it mentions (gazetteer.Place.Mentioned)
	Position              *orb.Point // WGS-84
	Accuracy              float64    // of Position, metres
	Category              string     // primary
	Alone                 bool       // it may be of a category that is never joined without a person
	Plain                 bool       // it is hardly of such a category, whatever its words mention
	Signs, Sites          []string
	Text                  string
	Names                 []string // place names to leave out of Text (gazetteer.Place.Matched): one village's tips all hold them
	Pictures              []Picture
}

// Print is the keyed features of a tip, as they are stored. Everything in it that comes from words, pictures or positions is keyed: whoever steals the
// collection without the key can count what tips have in common, but cannot try a guessed sentence, photo or position against it.
type Print struct {
	ID       string    `bson:"_id"`
	Received time.Time // to the millisecond, as it is stored
	County   string    `bson:",omitempty"`
	Town     string    `bson:",omitempty"`
	Village  string    `bson:",omitempty"`
	Sure     float64
	Perhaps  Keys     `bson:",omitempty"` // the villages that it may mean, its own one among them
	Category string   `bson:",omitempty"`
	Signs    []string `bson:",omitempty"`
	Sites    []string `bson:",omitempty"`
	Words    Keys     `bson:",omitempty"` // keyed character pairs of the text, ascending

	// What the text speaks of (Said), each list keyed and ascending.
	Kinds, Families, Beside, Spots, Works, Looks, Marks Keys `bson:",omitempty"`
	Homes, Teams, Sides                                 Keys `bson:",omitempty"`
	Across                                              Keys `bson:",omitempty"` // the sides opposite to Sides
	Apart                                               bool `bson:",omitempty"` // it says that another place is meant
	Careful                                             bool `bson:",omitempty"` // it tells of officials, threats or the dead
	Told, Again                                         bool `bson:",omitempty"` // a closed place works again: it says so; it says so or its category does
	Alone                                               bool `bson:",omitempty"` // it is, or may be, of a category that is never joined without a person

	Cells    []Cell   `bson:",omitempty"` // of the position, from fine to coarse; those finer than its accuracy are left out
	Pictures []Shot   `bson:",omitempty"`
	Terms    []string // what the print is found by
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
	Reasons []string // in Chinese: 同村, 照片有相同的, 相隔 3 天
	Copies  int      // pictures that both have
	Against bool     // they tell of two places, or of other work, in one village
	Recurs  bool     // the later tip tells that a closed place works again, the earlier one does not
}
