// Package docstest proves that an engine keeps what package docs promises. It owns no engine: the engines' tests call Run.
package docstest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"qianshao/config/engine/docs"
)

// paper is a document with a field of every kind that can be indexed.
type paper struct {
	ID    string     `bson:"_id"`
	Code  string     `bson:"code"`
	Unit  string     `bson:"unit"`
	Due   time.Time  `bson:"due"`
	Rank  int64      `bson:"rank"`
	Open  bool       `bson:"open"`
	Terms []string   `bson:"terms"`
	Place place      `bson:"place"`
	Next  *time.Time `bson:"next,omitempty"`
	Blob  []byte     `bson:"blob,omitempty"`
	Log   []line     `bson:"log,omitempty"`
	N     int        `bson:"n"`
}

type place struct {
	Town string `bson:"town"`
}

// line is what stands in an array of documents.
type line struct {
	What  string   `bson:"what"`
	Who   string   `bson:"who"`
	Other []string `bson:"other,omitempty"`
}

// indexes of the collection papers.
var indexes = []docs.Index{
	{Fields: []string{"code"}, Unique: true},
	{Fields: []string{"unit", "due"}},
	{Fields: []string{"unit", "n"}, Unique: true},
	{Fields: []string{"rank"}},
	{Fields: []string{"open"}},
	{Fields: []string{"unit"}},
	{Fields: []string{"place.town"}},
	{Fields: []string{"next"}},
	{Fields: []string{"terms"}, Multi: true},
	{Fields: []string{"terms", "due"}, Multi: true},
}

// epoch has milliseconds, because that is how far times are kept.
var epoch = time.Date(2026, 11, 1, 8, 0, 0, 123e6, time.UTC)

// nth makes the nth paper: eleven units, ranks and times with ties.
func nth(n int) paper {
	p := paper{
		ID: fmt.Sprintf("p%04d", n), Code: fmt.Sprintf("c%04d", n), N: n,
		Unit: fmt.Sprintf("u%d", n%11), Rank: int64(n%7) - 3, Open: n%2 == 0,
		Due: epoch.Add(time.Duration(n%5) * time.Hour), Place: place{fmt.Sprintf("t%d", n%4)},
		Terms: []string{fmt.Sprintf("mod2:%d", n%2), fmt.Sprintf("mod3:%d", n%3), "all", "all"},
	}
	if n%10 == 0 {
		next := epoch.Add(time.Duration(n) * time.Minute)
		p.Next = &next
	}
	return p
}

// total is how many papers most cases work on: small enough for an engine that reads everything.
const total = 60

// suite is what a case gets.
type suite struct {
	*testing.T
	open  func(*testing.T) docs.Store
	store docs.Store
}

// Run runs all cases. open opens the database that belongs to t; called again for the same t, it opens the same database again.
// skip names cases that an engine cannot pass, and why; a name that is no case fails.
func Run(t *testing.T, open func(t *testing.T) docs.Store, skip map[string]string) {
	cases := map[string]func(*suite){
		"InsertGetDelete": insertGetDelete, "ExistsOnInsert": existsOnInsert, "ExistsOnChange": existsOnChange, "CompoundUnique": compoundUnique,
		"NotFound": notFound, "UniqueNeedsField": uniqueNeedsField, "NotIndexable": notIndexable, "BadDeclaration": badDeclaration,
		"Times": times, "Large": large, "Canceled": canceled, "Reopen": reopen, "LaterIndex": laterIndex, "LaterUniqueIndex": laterUniqueIndex, "DroppedIndex": droppedIndex,
		"Paging": paging, "PagingTerms": pagingTerms, "PagingWhileWriting": pagingWhileWriting, "Token": token, "Ranges": ranges, "MissingField": missingField, "AllOf": allOf, "MultiFollowsChange": multiFollowsChange,
		"NoIndex": noIndex, "Only": only, "Limits": limits, "Count": count, "Tally": tally, "TallyTerms": tallyTerms,
		"StaleReplace": staleReplace, "ChangeKeepsAll": changeKeepsAll, "ClaimOnce": claimOnce, "InsertOnce": insertOnce, "ChangeError": changeError, "Ping": ping,
	}
	for name := range skip {
		if cases[name] == nil {
			t.Errorf("no case %s to skip", name)
		}
	}
	names := make([]string, 0, len(cases))
	for name := range cases {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if why := skip[name]; why != "" {
				t.Skip(why)
			}
			s := &suite{T: t, open: open}
			s.store = open(t)
			defer func() { s.ok(s.store.Close()) }()
			cases[name](s)
		})
	}
}

func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) is(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Fatalf("got error %v, want %v", err, want)
	}
}

// papers opens the collection and fills it with n papers, not in the order of their ids.
func (s *suite) papers(n int) *docs.Collection[paper] {
	s.Helper()
	c, err := docs.Open[paper](s.Context(), s.store, "papers", indexes...)
	s.ok(err)
	for i := range n {
		p := nth(i * 37 % n)
		s.ok(c.Insert(s.Context(), &p))
	}
	return c
}

// ids walks over all pages and gives the ids in order. Each page must have the ids that IDs gives for it.
func (s *suite) ids(c *docs.Collection[paper], q docs.Query) []string {
	s.Helper()
	ids := []string{}
	for more := true; more; {
		page, err := c.Find(s.Context(), q)
		s.ok(err)
		alone, err := c.IDs(s.Context(), q)
		s.ok(err)
		var here []string
		for _, p := range page.Items {
			here = append(here, p.ID)
		}
		s.same("IDs", alone, here)
		ids = append(ids, here...)
		q.After, more = page.Next, page.Next != ""
	}
	return ids
}

// want gives the ids of the first n papers that keep says, in the order of less, ties by id; desc turns everything round.
func want(n int, keep func(paper) bool, less func(a, b paper) int, desc bool) []string {
	var ps []paper
	for i := range n {
		if p := nth(i); keep(p) {
			ps = append(ps, p)
		}
	}
	slices.SortStableFunc(ps, less)
	ids := []string{}
	for _, p := range ps {
		ids = append(ids, p.ID)
	}
	if desc {
		slices.Reverse(ids)
	}
	return ids
}

func (s *suite) same(what string, got, want []string) {
	s.Helper()
	if !slices.Equal(got, want) {
		s.Fatalf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}
