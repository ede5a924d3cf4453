// Package anonymity looks for traces of who tipped in what is about to be published. It is a pure function of the draft, of what the case knows and of the
// county profile: it owns nothing, stores nothing, and its findings point into the draft and hold no word of a tip.
package anonymity

import (
	"time"

	"qianshao/config/county"
)

// Kind is what sort of trace it is.
type Kind string

// The kinds.
const (
	Words     Kind = "words"     // said as a tip says it
	Time      Kind = "time"      // when a tip came
	Count     Kind = "count"     // how many tips there were
	Interval  Kind = "interval"  // how long from the tip to the visit
	Distance  Kind = "distance"  // how far it is from whoever noticed it
	Place     Kind = "place"     // finer than may be told
	Person    Kind = "person"    // a name
	Phone     Kind = "phone"     //
	Plate     Kind = "plate"     // of a car
	ID        Kind = "id"        // of a person, a firm, an account
	Firm      Kind = "firm"      // a name that may not be told yet
	Tipster   Kind = "tipster"   // a hint at who it was
	Quote     Kind = "quote"     // something said, word for word
	Forbidden Kind = "forbidden" // a word that the profile forbids
	Picture   Kind = "picture"   // a photo at which nobody has looked
)

// Severity is what follows.
type Severity string

// The severities.
const (
	Block Severity = "block" // it cannot be approved
	Ask   Severity = "ask"   // whoever approves it writes down why it may stay
)

// Fields of a draft.
const (
	InTitle = "title"
	InText  = "text"
	InPhoto = "photo"
)

// Span is a part of a field, in characters (runes): From <= at < To.
type Span struct{ From, To int }

// Finding is one trace.
type Finding struct {
	Kind     Kind
	Severity Severity
	Field    string
	Span     Span   // for a photo, its number from 0 as an empty span
	Detail   string // what the sentence for it names, out of the profile; never out of a tip
}

// Draft is what is about to be published.
type Draft struct {
	Title, Text string
	Confirmed   []bool // of each photo: somebody looked at it as it would be published
}

// Known is what the case knows, against which a draft is held.
type Known struct {
	Tips       []string    // the words of the tips, and what was said in their dialogues
	Told       []time.Time // when they came
	Town       string      // code
	Village    string      // code of the one that the matter is in; "" when unknown
	MayVillage bool        // it may be named
	People     []string    // names of persons in the records
	Firms      []string    // names of firms that may not be told
	Written    []string    // the county's own sentences: what the machine drafted
}

// Checker looks for traces with the words of one county.
type Checker struct {
	profile *county.Profile
}

// New makes a checker.
func New(p *county.Profile) (*Checker, error) { return &Checker{profile: p}, nil }
