// Package gazetteer finds the place that a tip means: the county, the town and, where it can be known, the village.
// It owns the index over a profile's names, current and former, ours and the neighbours'. It is pure lookup: it reads and stores nothing, and
// knows nothing of tips. Its reasons name official places only and never repeat the person's words.
package gazetteer

import (
	"fmt"

	"qianshao/config/county"

	"github.com/longbridgeapp/opencc"
	"github.com/paulmach/orb"
)

// Query is everything that a tip says about its place.
type Query struct {
	Town, Village string      // codes that the person picked in the list; empty when none
	Texts         []string    // what the person wrote, the words for the place first
	Position      *orb.Point  // WGS-84, of the phone
	Accuracy      float64     // of Position, metres; 0 when unknown
	Photos        []orb.Point // WGS-84, of the photos, only where the person allowed their use
	Doubts        []string    // in Chinese: why something that photos say was left out; they stand among the reasons
}

// Place is the answer. County, Town and Village are codes, empty when unknown. They may be those of a neighbouring county: whoever asks the profile for a town
// looks at County first.
type Place struct {
	County, Town, Village string
	Confidence            float64  // 0..1: of the most precise code that is set
	Reasons               []string // in Chinese
	Alternatives          []Candidate
	NearBorder            bool // a position is so close to the border that either side may be meant

	// Notes tell an inspector of the roads, distances and landmarks that were mentioned, in our words; Landmarks are the landmarks alone.
	Notes     []string
	Landmarks []string

	// Mentioned are the codes of our villages that the texts name in whatever role, and the official names of those that are gone and belong to no village now:
	// what two tips both mention may be the place of both.
	Mentioned []string

	// Matched holds the words in Texts that named the place, as they were normalised. They are the person's: for removing them from the text
	// before it is compared, not for storing or showing.
	Matched []string
}

// Candidate is another place that the tip may mean.
type Candidate struct {
	County, Town, Village string // codes; Town and Village are empty for a place of a neighbouring county
	Name                  string // 大武镇杨家会村
}

// level says what a name names.
type level int

const (
	aCounty level = iota + 1
	aTown
	aVillage
)

// target is one place that a name may stand for. Town and village are empty in a neighbouring county: the profile has only its names.
type target struct {
	level                 level
	county, town, village string
	name                  string // official, with its town
	former                bool   // the name is one that is no longer official
	was                   level  // what a former name named: a village that is gone stands for its town
}

// own reports whether the place lies in the profile's county.
func (g *Gazetteer) own(t target) bool { return t.county == g.profile.Code }

// Gazetteer is an index over one profile. It is safe for concurrent use.
type Gazetteer struct {
	profile   *county.Profile
	simplify  *opencc.OpenCC
	names     map[string]*name
	longest   map[[2]rune]int // runes of the longest name that begins with two characters
	towns     map[string]county.Town
	villages  map[string]county.Village
	neighbour map[string]county.Neighbour
	elsewhere map[string]target // towns and villages of the neighbours, by code
	twins     map[string][]twin // our villages that share a name, by it
	heard     *soundIndex       // our own villages and towns for hearing and writing mistakes
	atlas     *atlas            // known places; nil for none
}

// New builds the index.
func New(p *county.Profile) (*Gazetteer, error) {
	cc, err := opencc.New("t2s")
	if err != nil {
		return nil, fmt.Errorf("gazetteer: load traditional characters: %w", err)
	}
	g := &Gazetteer{
		profile: p, simplify: cc, names: map[string]*name{}, longest: map[[2]rune]int{},
		towns: map[string]county.Town{}, villages: map[string]county.Village{}, neighbour: map[string]county.Neighbour{},
		elsewhere: map[string]target{}, heard: &soundIndex{},
	}
	for _, t := range p.Towns {
		g.towns[t.Code] = t
	}
	for _, v := range p.Villages {
		g.villages[v.Code] = v
	}
	for _, n := range p.Neighbours {
		g.neighbour[n.Code] = n
	}
	g.index()
	return g, nil
}

// villageTarget is a village of ours; false when the profile has no such code.
func (g *Gazetteer) villageTarget(code string) (target, bool) {
	v, ok := g.villages[code]
	if !ok {
		return target{}, false
	}
	return target{level: aVillage, county: g.profile.Code, town: v.Town, village: v.Code, name: g.towns[v.Town].Name + spoken(v.Name)}, true
}

func (g *Gazetteer) townTarget(code string) (target, bool) {
	t, ok := g.towns[code]
	if !ok {
		return target{}, false
	}
	return target{level: aTown, county: g.profile.Code, town: t.Code, name: t.Name}, true
}

func (t target) candidate() Candidate {
	return Candidate{County: t.county, Town: t.town, Village: t.village, Name: t.name}
}
