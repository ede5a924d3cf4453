// Package places keeps the places with a position that a county knows: villages, towns, sites and landmarks that it imported, and places that inspectors
// confirmed. It owns the collection places, its import and export formats, and the refreshing of the gazetteer. It knows nothing of pages.
//
// A learned place comes from a case, and so from a tip. It holds a village code, a kind of site of the profile's own list, a point rounded to some hundred
// metres, and who confirmed it, when, in which case: no word, file or exact position of anybody who tipped. A sealed case teaches nothing, and what a case
// taught before it was sealed is forgotten.
package places

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

// Kind of a place.
type Kind string

// The kinds. A hamlet is a Village whose name is not that of its administrative village.
const (
	Village  Kind = "village"
	Town     Kind = "town"
	Site     Kind = "site"
	Landmark Kind = "landmark"
)

// Source says how a place came to be known.
type Source string

// The sources.
const (
	Imported Source = "import"  // from a file of the county
	Learned  Source = "learned" // confirmed by an inspector
	Online   Source = "online"  // a village's official name, looked up at a map service
)

// Place is one known place, in WGS-84.
type Place struct {
	ID      string `bson:"_id"`
	Kind    Kind
	Name    string
	Aliases []string         `bson:",omitempty"`
	County  string           // code, also when it is ours
	Town    string           `bson:",omitempty"` // codes
	Village string           `bson:",omitempty"`
	At      orb.Point        // longitude, latitude; of an area a point within
	Area    orb.MultiPolygon `bson:",omitempty"`
	Source  Source
	By      string       // staff id; of an import "cli"
	Case    string       `bson:",omitempty"` // the case that taught it
	Reason  vault.Sealed `bson:",omitempty"` // what the member of staff wrote; vault purpose "place.reason" and the id
	Changed time.Time
	Retired *Retirement `bson:",omitempty"`
}

// Retirement ends the use of a place; it stays on record.
type Retirement struct {
	By     string
	At     time.Time
	Reason vault.Sealed `bson:",omitempty"` // vault purpose "place.retired" and the id
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Profile *county.Profile
	Cases   interface {
		ByID(ctx context.Context, id string, only ...string) (cases.Case, error)
	}
	Geocoder Geocoder // nil for none
	Now      func() time.Time
}

// Service keeps the known places. Safe for concurrent use, also beside other processes.
type Service struct {
	Deps
	places *docs.Collection[Place]
	fresh  freshness
	asked  asked
}

// New opens the collection.
func New(ctx context.Context, d Deps) (*Service, error) {
	c, err := docs.Open[Place](ctx, d.Docs, "places", docs.Index{Fields: []string{"case"}}, docs.Index{Fields: []string{"kind", "name"}})
	if err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	return &Service{Deps: d, places: c, asked: asked{at: map[string]time.Time{}, known: map[string]bool{}}}, nil
}

// All gives every place, retired ones too, in the order of their ids.
func (s *Service) All(ctx context.Context) ([]Place, error) {
	var all []Place
	for p, err := range s.places.Each(ctx, docs.Query{Limit: 1000}) {
		if err != nil {
			return nil, fmt.Errorf("places: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

// sitesPage is how many sites are read at once.
const sitesPage = 50

// Sites gives a page of the sites in force by their names, without their areas and reasons; it may be short, or empty, and go on. docs.ErrToken.
func (s *Service) Sites(ctx context.Context, after string) (docs.Page[Place], error) {
	page, err := s.places.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "kind", Value: Site}}, Order: "name", Limit: sitesPage, After: after,
		Only: []string{"kind", "name", "aliases", "county", "town", "village", "at", "source", "case", "retired.at"}})
	page.Items = slices.DeleteFunc(page.Items, func(p Place) bool { return p.Retired != nil })
	return page, err
}

// Taught gives the places that cases taught, retired ones too, without their reasons.
func (s *Service) Taught(ctx context.Context) ([]Place, error) {
	var all []Place
	for p, err := range s.places.Each(ctx, docs.Query{Order: "case", Limit: 1000, Only: []string{"name", "at", "source", "case", "retired.at"}}) {
		if err != nil {
			return nil, fmt.Errorf("places: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

// freshness says when the gazetteer was last given the places.
type freshness struct {
	mu   sync.Mutex
	read time.Time // zero when it must be done again
}

// stale makes the next Refresh read.
func (f *freshness) stale() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read = time.Time{}
}
