package cases

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"qianshao/config/engine/docs"
	"qianshao/triage/cases/disposal"
)

// Index terms of the ledger: what stands in it (not what was merged away or belongs to somebody else), what stands in the register of sites, the parts of
// a site's names, and the keyed hashes of who runs it.
const (
	termLedger = "ledger"
	termSite   = "site"
	termName   = "site:"
	termWho    = "who:"
)

// maxGrams is how much of a long name is looked for: the port takes 32 terms.
const maxGrams = 16

// rowsPage is how many cases a walk over the ledger reads at once: few, so that who takes them need not wait long for the next ones.
const rowsPage = 100

// Sheet says which matters of the ledger are asked for. Everything that is empty asks for nothing.
type Sheet struct {
	Town     string // code
	Category string
	State    State
	Light    Light
	Lead     string // unit id
	// Opened from the one moment to before the other.
	From, To time.Time
	// Sites asks for the register: what was looked at on the spot or disposed of.
	Sites bool
	// Name is part of a site's name, place or number; Who is the whole name of somebody who runs it.
	Name, Who string
	Counted   Counted // the list behind a number
}

// sheet is the query of a sheet; false for an actor who sees no case.
func (s *Service) sheet(a Actor, q Sheet) (docs.Query, bool) {
	unit := a.unit()
	if unit == "" {
		return docs.Query{}, false
	}
	terms := []string{"sees:" + unit, termLedger}
	if q.Sites {
		terms[1] = termSite
	}
	for prefix, v := range map[string]string{"town:": q.Town, "category:": q.Category, "state:": string(q.State), "light:": string(q.Light), "lead:": q.Lead} {
		if v != "" {
			terms = append(terms, prefix+v)
		}
	}
	terms = append(terms, q.Counted.Terms()...)
	grams := Grams(q.Name, true)
	for _, gram := range grams[:min(len(grams), maxGrams)] {
		terms = append(terms, termName+gram)
	}
	if q.Who != "" {
		terms = append(terms, termWho+s.who(q.Who))
	}
	slices.Sort(terms)
	d := docs.Query{Order: "opened"}
	if !q.From.IsZero() {
		d.From = q.From
	}
	if !q.To.IsZero() {
		d.To = q.To
	}
	for _, t := range slices.Compact(terms) {
		d.Where = append(d.Where, docs.Eq{Field: "terms", Value: t})
	}
	return d, true
}

// Sheet gives a page of the matters of the ledger that the actor may see, the newest first; of the cases only some fields when those are named (docs.Query.Only).
// docs.ErrToken. It shows no person and writes nothing to the custody log: who shows persons does.
func (s *Service) Sheet(ctx context.Context, a Actor, q Sheet, after string, only ...string) (docs.Page[Case], error) {
	d, ok := s.sheet(a, q)
	if !ok {
		return docs.Page[Case]{}, nil
	}
	d.Desc, d.Limit, d.After, d.Only = true, pageLength, after, only
	return s.cases.Find(ctx, d)
}

// SheetCount counts them, no further than most; 0 is to the end.
func (s *Service) SheetCount(ctx context.Context, a Actor, q Sheet, most int64) (int64, error) {
	d, ok := s.sheet(a, q)
	if !ok {
		return 0, nil
	}
	d.Most = most
	return s.cases.Count(ctx, d)
}

// SheetRows walks over all of them, the oldest first, page by page; only as in Sheet.
func (s *Service) SheetRows(ctx context.Context, a Actor, q Sheet, only ...string) iter.Seq2[Case, error] {
	d, ok := s.sheet(a, q)
	if !ok {
		return func(func(Case, error) bool) {}
	}
	d.Limit, d.Only = rowsPage, only
	return s.cases.Each(ctx, d)
}

// Grams are the parts by which a name is found: 大武砖厂12 has each character, the pairs 大武, 武砖, 砖厂, and the number 12 as a whole. Asked for are only the
// longest of them: a single character where it stands alone. Spaces and signs do not count, wide letters are narrow, capitals small.
func Grams(name string, ask bool) []string {
	var all []string
	kind := func(r rune) int {
		switch {
		case unicode.IsDigit(r):
			return 1
		case unicode.IsLetter(r):
			return 2
		}
		return 0
	}
	runes := []rune(strings.ToLower(norm.NFKC.String(name)))
	for from, to := 0, 0; from < len(runes); from = to {
		for to = from + 1; to < len(runes) && kind(runes[to]) == kind(runes[from]); to++ {
		}
		word := runes[from:to]
		switch kind(word[0]) {
		case 1:
			all = append(all, string(word))
		case 2:
			for i := range word {
				if !ask || len(word) == 1 {
					all = append(all, string(word[i]))
				}
				if i > 0 {
					all = append(all, string(word[i-1:i+1]))
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sheetTerms are the index terms of the ledger.
func (c *Case) sheetTerms() []string {
	if c.State == Merged || c.Refer {
		return nil
	}
	terms := []string{termLedger}
	if len(c.Valid(append([]disposal.Kind{disposal.KindSurvey}, disposals...)...)) == 0 {
		return terms
	}
	terms = append(terms, termSite)
	names := c.Number
	for _, r := range c.Valid() {
		if f := r.Form(); f.Survey != nil {
			names += " " + f.Survey.Site
		}
		for _, w := range r.Versions[len(r.Versions)-1].Who {
			terms = append(terms, termWho+w)
		}
	}
	for _, gram := range Grams(names, false) {
		terms = append(terms, termName+gram)
	}
	return terms
}

// who is the keyed hash of a name: a stolen index cannot be tried against names.
func (s *Service) who(name string) string {
	plain := strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(name))), "")
	return fmt.Sprintf("%x", s.Vault.MAC("case.who", []byte(plain))[:8])
}

// whoRuns are the keyed hashes of those whom a form names as running the place or doing business with it.
func (s *Service) whoRuns(f *disposal.Form) []string {
	var names []disposal.Person
	if f.Survey != nil {
		names = append(names, f.Survey.Operator, f.Survey.Controller, f.Survey.Landlord)
	}
	if f.Trace != nil {
		for _, firm := range f.Trace.Firms {
			names = append(names, firm.Name)
		}
	}
	var hashes []string
	for _, n := range names {
		if strings.TrimSpace(string(n)) != "" {
			hashes = append(hashes, s.who(string(n)))
		}
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// Same are the other matters of the register that the actor may see and that somebody runs who runs this one, the newest first, no more than most: their
// numbers and places, and nothing else of them.
func (s *Service) Same(ctx context.Context, a Actor, c *Case, most int) ([]Case, error) {
	unit := a.unit()
	var all []Case
	for _, t := range c.Terms {
		if !strings.HasPrefix(t, termWho) || unit == "" {
			continue
		}
		page, err := s.cases.Find(ctx, docs.Query{Order: "opened", Desc: true, Limit: most + 1, Only: []string{"number", "place"},
			Where: []docs.Eq{{Field: "terms", Value: "sees:" + unit}, {Field: "terms", Value: termSite}, {Field: "terms", Value: t}}})
		if err != nil {
			return nil, err
		}
		for _, other := range page.Items {
			if other.ID != c.ID && !slices.ContainsFunc(all, func(k Case) bool { return k.ID == other.ID }) {
				all = append(all, other)
			}
		}
	}
	return all[:min(len(all), most)], nil
}
