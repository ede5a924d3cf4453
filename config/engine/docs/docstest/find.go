package docstest

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"qianshao/config/engine/docs"
)

func byDue(a, b paper) int  { return a.Due.Compare(b.Due) }
func byRank(a, b paper) int { return cmp.Compare(a.Rank, b.Rank) }
func byID(a, b paper) int   { return cmp.Compare(a.ID, b.ID) }
func every(paper) bool      { return true }

func paging(s *suite) {
	c := s.papers(total)
	for _, desc := range []bool{false, true} {
		for _, limit := range []int{1, 7, total, 0} {
			what := fmt.Sprintf("desc %t, pages of %d: ", desc, limit)
			s.same(what+"all", s.ids(c, docs.Query{Limit: limit, Desc: desc}), want(total, every, byID, desc))
			s.same(what+"rank", s.ids(c, docs.Query{Order: "rank", Limit: limit, Desc: desc}), want(total, every, byRank, desc))
			s.same(what+"unit by due", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "unit", Value: "u3"}}, Order: "due", Limit: limit, Desc: desc}),
				want(total, func(p paper) bool { return p.Unit == "u3" }, byDue, desc))
			s.same(what+"unit by n, unique", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "unit", Value: "u3"}}, Order: "n", Limit: limit, Desc: desc}),
				want(total, func(p paper) bool { return p.Unit == "u3" }, byID, desc))
			s.same(what+"town", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "place.town", Value: "t1"}}, Limit: limit, Desc: desc}),
				want(total, func(p paper) bool { return p.Place.Town == "t1" }, byID, desc))
		}
	}
}

func even3(p paper) bool { return p.N%6 == 0 }

var evenThird = []docs.Eq{{Field: "terms", Value: "mod2:0"}, {Field: "terms", Value: "all"}, {Field: "terms", Value: "mod3:0"}, {Field: "terms", Value: "all"}}

func pagingTerms(s *suite) {
	c := s.papers(total)
	for _, desc := range []bool{false, true} {
		for _, limit := range []int{1, 4, 0} {
			s.same("all-of by due", s.ids(c, docs.Query{Where: evenThird, Order: "due", Limit: limit, Desc: desc}), want(total, even3, byDue, desc))
			s.same("all-of by id", s.ids(c, docs.Query{Where: evenThird, Limit: limit, Desc: desc}), want(total, even3, byID, desc))
			s.same("one by due", s.ids(c, docs.Query{Where: evenThird[:1], Order: "due", Limit: limit, Desc: desc}),
				want(total, func(p paper) bool { return p.N%2 == 0 }, byDue, desc))
		}
	}
}

// pagingWhileWriting: what is inserted or removed between two pages neither repeats nor hides another document.
func pagingWhileWriting(s *suite) {
	c := s.papers(20)
	q := docs.Query{Order: "rank", Limit: 5}
	var got []string
	for i := 0; ; i++ {
		page, err := c.Find(s.Context(), q)
		s.ok(err)
		for _, p := range page.Items {
			got = append(got, p.ID)
		}
		if page.Next == "" {
			break
		}
		q.After = page.Next
		s.ok(c.Delete(s.Context(), got[len(got)-1]))
		before := nth(1000 + i)
		before.Rank = -100
		s.ok(c.Insert(s.Context(), &before))
	}
	s.same("pages", got, want(20, every, byRank, false))
}

func token(s *suite) {
	c := s.papers(10)
	q := docs.Query{Where: []docs.Eq{{Field: "terms", Value: "all"}}, Order: "due", Limit: 3}
	page, err := c.Find(s.Context(), q)
	s.ok(err)
	other := docs.Query{Where: []docs.Eq{{Field: "terms", Value: "mod2:0"}}, Order: "due", Limit: 3, After: page.Next}
	_, err = c.Find(s.Context(), other)
	s.is(err, docs.ErrToken)
	turned := q
	turned.Desc, turned.After = true, page.Next
	_, err = c.Find(s.Context(), turned)
	s.is(err, docs.ErrToken)
	last := page.Next[len(page.Next)-1:]
	swapped := map[bool]string{true: "g", false: "w"}[last == "w"]
	for _, forged := range []string{"x", "!!", strings.Repeat("A", 40), page.Next + "A", page.Next[:len(page.Next)-2], page.Next[:len(page.Next)-1] + swapped, "A" + page.Next[1:]} {
		if forged == page.Next {
			continue
		}
		q.After = forged
		_, err := c.Find(s.Context(), q)
		s.is(err, docs.ErrToken)
	}
	q.After, q.Limit = page.Next, 100
	rest, err := c.Find(s.Context(), q)
	s.ok(err)
	if len(rest.Items) != 7 || rest.Next != "" {
		s.Fatalf("the rest has %d documents and next %q", len(rest.Items), rest.Next)
	}
}

func ranges(s *suite) {
	c := s.papers(total)
	hour := func(h int) time.Time { return epoch.Add(time.Duration(h) * time.Hour) }
	s.same("ints", s.ids(c, docs.Query{Order: "rank", From: -1, To: int64(2)}), want(total, func(p paper) bool { return p.Rank >= -1 && p.Rank < 2 }, byRank, false))
	s.same("ints from", s.ids(c, docs.Query{Order: "rank", From: 2}), want(total, func(p paper) bool { return p.Rank >= 2 }, byRank, false))
	s.same("strings", s.ids(c, docs.Query{Order: "code", From: "c0010", To: "c0020"}), want(total, func(p paper) bool { return p.N >= 10 && p.N < 20 }, byID, false))
	s.same("ids", s.ids(c, docs.Query{From: "p0010", To: "p0020", Desc: true, Limit: 3}), want(total, func(p paper) bool { return p.N >= 10 && p.N < 20 }, byID, true))
	s.same("bools", s.ids(c, docs.Query{Order: "open", From: true}), want(total, func(p paper) bool { return p.Open }, byID, false))
	s.same("bools to", s.ids(c, docs.Query{Order: "open", To: true}), want(total, func(p paper) bool { return !p.Open }, byID, false))
	for _, desc := range []bool{false, true} {
		s.same("times", s.ids(c, docs.Query{Where: evenThird, Order: "due", From: hour(1), To: hour(3), Desc: desc, Limit: 2}),
			want(total, func(p paper) bool { return even3(p) && !p.Due.Before(hour(1)) && p.Due.Before(hour(3)) }, byDue, desc))
		s.same("times to", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "unit", Value: "u1"}}, Order: "due", To: hour(2), Desc: desc, Limit: 2}),
			want(total, func(p paper) bool { return p.Unit == "u1" && p.Due.Before(hour(2)) }, byDue, desc))
	}
	// A millisecond decides.
	s.same("exact", s.ids(c, docs.Query{Order: "next", From: epoch, To: epoch.Add(time.Millisecond)}), []string{"p0000"})
	s.same("other type", s.ids(c, docs.Query{Order: "rank", From: "a"}), []string{})
	s.same("other type, equal", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "rank", Value: true}}}), []string{})
	s.same("equal int", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "rank", Value: 1}}}), want(total, func(p paper) bool { return p.Rank == 1 }, byID, false))
	s.same("equal bool", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "open", Value: true}}}), want(total, func(p paper) bool { return p.Open }, byID, false))
}

func missingField(s *suite) {
	c := s.papers(30)
	s.same("order", s.ids(c, docs.Query{Order: "next", Limit: 1}), []string{"p0000", "p0010", "p0020"})
	s.same("order desc", s.ids(c, docs.Query{Order: "next", Desc: true}), []string{"p0020", "p0010", "p0000"})
	s.same("due", s.ids(c, docs.Query{Order: "next", To: epoch.Add(time.Hour)}), []string{"p0000", "p0010", "p0020"})
	s.same("not due", s.ids(c, docs.Query{Order: "next", To: epoch.Add(10 * time.Minute)}), []string{"p0000"})
	_, err := c.Change(s.Context(), "p0010", func(p *paper) error { p.Next = nil; return nil })
	s.ok(err)
	s.same("after it was taken away", s.ids(c, docs.Query{Order: "next"}), []string{"p0000", "p0020"})
	p := nth(31)
	p.Terms = nil
	s.ok(c.Insert(s.Context(), &p))
	s.same("no terms", s.ids(c, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "all"}}, From: "p0031"}), []string{})
}

func allOf(s *suite) {
	c := s.papers(total)
	for _, terms := range [][]string{{"all"}, {"mod2:1", "mod3:2"}, {"mod3:2", "mod2:1", "all"}, {"mod2:0", "mod2:1"}, {"none"}, {"all", "none"}} {
		where := []docs.Eq{}
		for _, term := range terms {
			where = append(where, docs.Eq{Field: "terms", Value: term})
		}
		expected := want(total, func(p paper) bool {
			return !slices.ContainsFunc(terms, func(term string) bool { return !slices.Contains(p.Terms, term) })
		}, byDue, true)
		s.same(strings.Join(terms, "+"), s.ids(c, docs.Query{Where: where, Order: "due", Desc: true, Limit: 3}), expected)
		n, err := c.Count(s.Context(), docs.Query{Where: where})
		s.ok(err)
		if int(n) != len(expected) {
			s.Fatalf("%v: count %d, want %d", terms, n, len(expected))
		}
	}
}

func multiFollowsChange(s *suite) {
	c := s.papers(6)
	with := func(term string) []string {
		return s.ids(c, docs.Query{Where: []docs.Eq{{Field: "terms", Value: term}}, Order: "due"})
	}
	_, err := c.Change(s.Context(), "p0002", func(p *paper) error { p.Terms = []string{"new", "all"}; return nil })
	s.ok(err)
	s.same("new", with("new"), []string{"p0002"})
	s.same("gone", with("mod2:0"), []string{"p0000", "p0004"})
	_, err = c.Change(s.Context(), "p0000", func(p *paper) error { p.Due = epoch.Add(100 * time.Hour); return nil })
	s.ok(err)
	s.same("moved", with("mod2:0"), []string{"p0004", "p0000"})
	s.ok(c.Delete(s.Context(), "p0004"))
	s.same("deleted", with("mod2:0"), []string{"p0000"})
}

func noIndex(s *suite) {
	c := s.papers(3)
	for _, q := range []docs.Query{
		{Order: "blob"},
		{Order: "due"},   // needs the unit
		{Order: "terms"}, // multi-valued
		{Where: []docs.Eq{{Field: "nothing", Value: "x"}}},
		{Where: []docs.Eq{{Field: "due", Value: epoch}}},
		{Where: []docs.Eq{{Field: "unit", Value: "u1"}}, Order: "rank"},
		{Where: []docs.Eq{{Field: "unit", Value: "u1"}, {Field: "unit", Value: "u2"}}},
		{Where: []docs.Eq{{Field: "unit", Value: "u1"}, {Field: "terms", Value: "all"}}},
		{Where: []docs.Eq{{Field: "terms", Value: "all"}}, Order: "rank"},
	} {
		_, err := c.Find(s.Context(), q)
		s.is(err, docs.ErrNoIndex)
		_, err = c.Count(s.Context(), q)
		s.is(err, docs.ErrNoIndex)
	}
	_, err := c.Tally(s.Context(), docs.Query{}, "blob")
	s.is(err, docs.ErrNoIndex)
	_, err = c.Tally(s.Context(), docs.Query{Where: []docs.Eq{{Field: "blob", Value: "x"}}}, "unit")
	s.is(err, docs.ErrNoIndex)
}

func limits(s *suite) {
	c := s.papers(3)
	for _, q := range []docs.Query{
		{Limit: -1}, {Limit: 1001},
		{Where: []docs.Eq{{Field: "unit", Value: []string{"u1"}}}}, {Where: []docs.Eq{{Field: "unit", Value: nil}}},
		{Where: []docs.Eq{{Field: "rank", Value: 1.5}}},
		{Order: "rank", From: 1, To: "x"}, {From: 1},
	} {
		if page, err := c.Find(s.Context(), q); err == nil {
			s.Fatalf("%+v was answered with %d documents", q, len(page.Items))
		}
	}
}

// only: fields that were not asked for stay zero, of each document of an array too, and the pages and their order are the same.
func only(s *suite) {
	c := s.papers(total)
	stored := nth(total)
	stored.Log = []line{{What: "a", Who: "x", Other: []string{"o"}}, {What: "b", Who: "y"}}
	s.ok(c.Insert(s.Context(), &stored))
	part := paper{ID: stored.ID, Rank: stored.Rank, Place: stored.Place, Terms: stored.Terms, Log: []line{{What: "a", Other: []string{"o"}}, {What: "b"}}}
	for _, names := range [][]string{
		{"rank", "place.town", "terms", "log.what", "log.other", "nothing", "rank.nothing"},
		{"place.town", "place", "place.nothing", "rank", "terms", "log.what", "log.other"},
	} {
		got, err := c.Get(s.Context(), stored.ID, names...)
		s.ok(err)
		page, err := c.Find(s.Context(), docs.Query{From: stored.ID, Only: names})
		s.ok(err)
		if len(page.Items) != 1 || !reflect.DeepEqual(got, part) || !reflect.DeepEqual(page.Items[0], part) {
			s.Fatalf("%v: got %+v, found %+v, want %+v", names, got, page.Items, part)
		}
	}
	s.same("pages", s.ids(c, docs.Query{Where: evenThird, Order: "due", Limit: 3, Only: []string{"log.what"}}), s.ids(c, docs.Query{Where: evenThird, Order: "due"}))
}

func count(s *suite) {
	c := s.papers(total)
	for _, q := range []docs.Query{
		{}, {Order: "rank", From: 0}, {Where: evenThird, Order: "due"}, {Where: []docs.Eq{{Field: "unit", Value: "u3"}}}, {Order: "next"}, {From: "p0010"},
		{Where: []docs.Eq{{Field: "code", Value: "c0007"}}}, {Order: "rank", From: 1000},
	} {
		expected := len(s.ids(c, q))
		q.Limit = 2
		n, err := c.Count(s.Context(), q)
		s.ok(err)
		if int(n) != expected {
			s.Fatalf("%+v: count %d, found %d", q, n, expected)
		}
		for _, most := range []int{1, expected, expected + 1} {
			q.Most = int64(most)
			if n, err := c.Count(s.Context(), q); err != nil || most > 0 && int(n) != min(most, expected) {
				s.Fatalf("%+v: count up to %d: %d, %v", q, most, n, err)
			}
		}
	}
}

func tally(s *suite) {
	c := s.papers(total)
	check := func(q docs.Query, field string, keep func(paper) bool, key func(paper) string) {
		s.Helper()
		expected := map[string]int64{}
		for i := range total {
			if p := nth(i); keep(p) {
				expected[key(p)]++
			}
		}
		got, err := c.Tally(s.Context(), q, field)
		s.ok(err)
		if !maps.Equal(got, expected) {
			s.Fatalf("tally %s: got %v, want %v", field, got, expected)
		}
	}
	unit := func(p paper) string { return p.Unit }
	check(docs.Query{}, "unit", every, unit)
	check(docs.Query{}, "rank", every, func(p paper) string { return fmt.Sprint(p.Rank) })
	check(docs.Query{}, "open", every, func(p paper) string { return fmt.Sprint(p.Open) })
	check(docs.Query{}, "place.town", every, func(p paper) string { return p.Place.Town })
	check(docs.Query{}, "next", func(p paper) bool { return p.Next != nil }, func(p paper) string { return p.Next.Format("2006-01-02T15:04:05.000Z07:00") })
	check(docs.Query{Where: []docs.Eq{{Field: "unit", Value: "u3"}}}, "due", func(p paper) bool { return p.Unit == "u3" },
		func(p paper) string { return p.Due.Format("2006-01-02T15:04:05.000Z07:00") })
	check(docs.Query{Where: evenThird}, "unit", even3, unit)
	check(docs.Query{Order: "rank", From: 1}, "unit", func(p paper) bool { return p.Rank >= 1 }, unit)
}

func tallyTerms(s *suite) {
	c := s.papers(12)
	got, err := c.Tally(s.Context(), docs.Query{Where: []docs.Eq{{Field: "terms", Value: "mod2:0"}}}, "terms")
	s.ok(err)
	// "all" stands twice in every document and counts once.
	expected := map[string]int64{"mod2:0": 6, "mod3:0": 2, "mod3:1": 2, "mod3:2": 2, "all": 6}
	if !maps.Equal(got, expected) {
		s.Fatalf("got %v, want %v", got, expected)
	}
}
