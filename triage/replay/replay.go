// Package replay says what the worker would make of a list of tips, without storing anything: for a dry run of changed rules, and to measure them against
// tips whose right answer is known. It owns the shape of its input and output, and the scores. It knows nothing of engines, cases or people: every matter is
// taken to be open.
package replay

import (
	"math"
	"slices"
	"strings"

	"qianshao/config/county"
	"qianshao/triage/gazetteer"
	"qianshao/triage/judge"
	"qianshao/triage/match"
	"qianshao/triage/route"
)

// Answer is what the worker would conclude about one tip. Codes and ids are those of the profile; nil where it knows nothing.
type Answer struct {
	ID          string    `json:"id"`
	County      *string   `json:"county"`
	Town        *string   `json:"town"`
	Village     *string   `json:"village"`
	Primary     *string   `json:"primary_category"`
	Categories  []string  `json:"categories"`
	Lead        *string   `json:"lead"` // unit; "town" for a township
	Co          []string  `json:"co"`
	Oversight   *string   `json:"oversight"`
	Emergency   bool      `json:"emergency"`
	Priority    *string   `json:"priority"`
	InScope     bool      `json:"in_scope"`
	DuplicateOf *string   `json:"duplicate_of"` // the earliest tip of the matter to which it would be linked without a person
	Suggested   []Similar `json:"suggested"`    // matters about which a person would be asked, by their earliest tip, the most similar first
	NeedsPerson bool      `json:"needs_person"`
	Reasons     []string  `json:"reasons"`
}

// Similar is a matter that may be the same.
type Similar struct {
	ID    string  `json:"id"`
	Score float64 `json:"score"` // 0..1, three decimals
}

// Replay concludes tip by tip, in the order in which it is given them.
type Replay struct {
	profile *county.Profile
	judge   *judge.Judge
	prints  *match.Memory
	heads   map[string]string   // of every tip, the earliest one of its matter
	tips    map[string][]string // of every matter, by its earliest one
}

// New reads the rules of a profile.
func New(p *county.Profile) (*Replay, error) {
	j, err := judge.New(p)
	if err != nil {
		return nil, err
	}
	keyer, err := match.NewKeyer(make([]byte, 32), p.Match) // nothing of it is kept, so its key need not be secret
	if err != nil {
		return nil, err
	}
	return &Replay{profile: p, judge: j, prints: match.NewMemory(keyer), heads: map[string]string{}, tips: map[string][]string{}}, nil
}

// Next is the answer to a tip. Its matter is decided against the tips of earlier calls.
func (r *Replay) Next(t Tip) Answer {
	known := t.known()
	place := r.judge.Place(known)
	to := r.judge.Route(known, r.judge.Where(known, place))
	a := Answer{
		ID: t.ID, County: code(place.County), Town: code(place.Town), Village: code(place.Village),
		Categories: to.Categories, Lead: lead(to.Lead), Co: list(to.Co), Oversight: code(to.Oversight),
		Emergency: to.Emergency, Priority: code(to.Priority), InScope: !to.Refer,
		Suggested: []Similar{}, Reasons: list(slices.Concat(place.Reasons, to.Reasons)),
	}
	if len(to.Categories) > 0 {
		a.Primary = &to.Categories[0]
	}
	asks := r.matter(&a, known, place, to)
	a.NeedsPerson = asks || place.Confidence < r.profile.Review.Place || to.Confidence < r.profile.Review.Category
	return a
}

// matter looks which earlier matter the tip belongs to, and remembers it; true when a person would be asked.
func (r *Replay) matter(a *Answer, t judge.Tip, at gazetteer.Place, to route.Decision) bool {
	if to.Sealed || len(to.Hidden) > 0 { // such a tip stays alone, see triage
		return false
	}
	p := r.prints.Print(r.judge.Features(t, at, to))
	var old []match.Candidate
	for _, c := range r.prints.Candidates(p, r.profile.Match) {
		o := match.Candidate{Print: c, Matter: r.heads[c.ID]}
		if match.Bridges(p, c) {
			o.Villages = r.prints.Villages(r.tips[o.Matter])
		}
		old = append(old, o)
	}
	r.prints.Add(p)
	made := match.Decide(p, old, r.profile.Match)
	r.heads[t.ID] = t.ID
	if made.Band == match.Link {
		r.heads[t.ID] = made.Matter
		a.DuplicateOf = &made.Matter
		a.Reasons = append(a.Reasons, made.Reasons...)
	}
	r.tips[r.heads[t.ID]] = append(r.tips[r.heads[t.ID]], t.ID)
	for _, s := range made.Suggested {
		a.Suggested = append(a.Suggested, Similar{s.Matter, math.Round(s.Score*1000) / 1000})
	}
	return len(made.Suggested) > 0
}

func code(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// lead names every township "town": which one it is stands in Town.
func lead(unit string) *string {
	if strings.HasPrefix(unit, county.TownUnit("")) {
		unit = county.AnyTown
	}
	return code(unit)
}

// list is never nil, so that it is written as [].
func list(s []string) []string { return append([]string{}, s...) }
