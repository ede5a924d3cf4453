// Package gazetteer finds the place that a tip means: the county, the town and, where it can be known, the village.
// It owns the index over a profile's names, current and former, ours and the neighbours'. It is pure lookup: it reads and stores nothing, and
// knows nothing of tips. Its reasons name official places only and never repeat the person's words.
package gazetteer

import (
	"qianshao/config/county"

	"github.com/paulmach/orb"
)

// Query is everything that a tip says about its place.
type Query struct {
	Town, Village string      // codes that the person picked in the list; empty when none
	Texts         []string    // what the person wrote, the words for the place first
	Position      *orb.Point  // WGS-84, of the phone
	Accuracy      float64     // of Position, metres; 0 when unknown
	Photos        []orb.Point // WGS-84, of the photos, only where the person allowed their use
}

// Place is the answer. County, Town and Village are codes; empty when unknown.
type Place struct {
	County, Town, Village string
	Confidence            float64  // 0..1: of the most precise code that is set
	Reasons               []string // in Chinese
	Alternatives          []Candidate
	NearBorder            bool // a position is so close to the border that either side may be meant

	// Matched holds the words in Texts that named the place, as they were normalised. They are the person's: for removing them from the text
	// before it is compared, not for storing or showing.
	Matched []string
}

// Candidate is another place that the tip may mean.
type Candidate struct {
	County, Town, Village string // codes; Village is empty for a town or a village of a neighbouring county
	Name                  string // 大武镇杨家会村
}

// Gazetteer is an index over one profile. It is safe for concurrent use.
type Gazetteer struct{}

// New builds the index.
func New(p *county.Profile) (*Gazetteer, error) { panic("contract") }

// Locate finds the place. It never fails: an empty Place with a reason says that nothing was found.
func (g *Gazetteer) Locate(q Query) Place { panic("contract") }
