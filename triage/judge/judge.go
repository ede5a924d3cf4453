// Package judge answers for one tip, in the clear, what the stages of the worker conclude: where it happened, who is to handle it, and by what it is compared.
// It is the pure middle of package triage, shared by the worker, which stores the answers, and by replay, which prints them, so that a dry run says what
// the worker would do. It owns nothing, stores nothing, and knows nothing of cases.
package judge

import (
	"sync/atomic"
	"time"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/gazetteer"
	"qianshao/triage/match"
	"qianshao/triage/route"
)

// Judge holds what a profile says. It is safe for concurrent use.
type Judge struct {
	county string // its code
	places atomic.Pointer[gazetteer.Gazetteer]
	router *route.Router
}

// New reads the rules of a profile.
func New(p *county.Profile) (*Judge, error) {
	places, err := gazetteer.New(p)
	if err != nil {
		return nil, err
	}
	router, err := route.New(p)
	if err != nil {
		return nil, err
	}
	j := &Judge{county: p.Code, router: router}
	j.places.Store(places)
	return j, nil
}

// Know makes these the known places, in place of those before, for every question from now on.
func (j *Judge) Know(known []gazetteer.Known) { j.places.Store(j.places.Load().With(known)) }

// Tip is all that a person told and sent.
type Tip struct {
	ID       string
	Received time.Time
	Report   intake.Report
	Later    []string        // what the person said since
	Photos   []orb.Point     // WGS-84, where the photos were taken; only if the person allowed their use
	Doubts   []string        // in Chinese: why what else the photos say of where or when is not believed; only if the person allowed their use
	Pictures []match.Picture // their fingerprints
	Category string          // what it is about, as was decided; "" leaves it to the words
	Kept     bool            // no person has decided Category
}

// Place finds where it happened.
func (j *Judge) Place(t Tip) gazetteer.Place {
	q := gazetteer.Query{Town: t.Report.Town, Village: t.Report.Village, Texts: []string{t.Report.Where, t.Report.Words}, Photos: t.Photos, Doubts: t.Doubts}
	if p := t.Report.Position; p != nil {
		q.Position, q.Accuracy = &orb.Point{p.Lon, p.Lat}, p.Accuracy
	}
	return j.places.Load().Locate(q)
}

// Where is what the rules ask of a place.
type Where struct {
	Town        string // code; empty when unknown
	Village     string
	OtherCounty string // code of the county in which the place lies, when it is not ours
	NearBorder  bool
	Placed      bool // a position in our county is known
	Named       bool // a village is named, be it gone or one of several: somebody there can be asked
}

// Where tells the rules of a place that was found.
func (j *Judge) Where(t Tip, at gazetteer.Place) Where {
	w := Where{Town: at.Town, Village: at.Village, NearBorder: at.NearBorder, Placed: at.County == j.county && (t.Report.Position != nil || len(t.Photos) > 0),
		Named: len(at.Mentioned) > 0}
	if at.County != j.county {
		w.OtherCounty, w.Town, w.Village = at.County, "", ""
	}
	return w
}

// Route applies the rules.
func (j *Judge) Route(t Tip, at Where) route.Decision {
	r := t.Report
	return j.router.Decide(route.Facts{
		Emergency: r.Emergency, Signs: r.Signs, Sites: r.Sites, Before: r.Before, Texts: []string{r.Where, r.Words}, Later: t.Later,
		Town: at.Town, Village: at.Village, OtherCounty: at.OtherCounty, NearBorder: at.NearBorder, Placed: at.Placed, Named: at.Named,
		Day: t.Received, Category: t.Category, Kept: t.Kept,
	})
}

// Urgent says whether the tip cannot wait, before its place is known.
func (j *Judge) Urgent(t Tip) bool {
	r := t.Report
	return j.router.Urgent(route.Facts{Emergency: r.Emergency, Texts: []string{r.Where, r.Words}, Later: t.Later})
}

// How likely a tip must be about officials, threats, the dead or a landlord for a person to look before it joins a workshop's matter; and below what a word of
// the lists about them (the landlord, a boss) changes nothing.
const (
	mayBeAlone  = 0.2
	hardlyAlone = 0.02
)

// Features are what a tip is compared by.
func (j *Judge) Features(t Tip, at gazetteer.Place, to route.Decision) match.Tip {
	r := t.Report
	f := match.Tip{
		ID: t.ID, Received: t.Received, County: at.County, Town: at.Town, Village: at.Village, Sure: at.Confidence, Category: to.Categories[0], Alone: to.Alone >= mayBeAlone,
		Plain: to.Alone > 0 && to.Alone < hardlyAlone, // 0: nothing was learned of it
		Signs: r.Signs, Sites: r.Sites, Text: r.Where + "\n" + r.Words, Names: at.Matched, Pictures: t.Pictures, Perhaps: at.Mentioned,
	}
	if p := r.Position; p != nil {
		f.Position, f.Accuracy = &orb.Point{p.Lon, p.Lat}, p.Accuracy
	}
	return f
}
