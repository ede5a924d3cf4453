package match

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
)

// Store keeps prints and finds those that could be about the same matter.
type Store struct {
	*Keyer
	prints   *docs.Collection[Print]
	examples *docs.Collection[Example]
}

// Open opens the collection. The key is 32 bytes; with another key nothing old is found any more.
func Open(ctx context.Context, d docs.Store, key []byte, m county.Match) (*Store, error) {
	k, err := NewKeyer(key, m)
	if err != nil {
		return nil, err
	}
	prints, err := docs.Open[Print](ctx, d, "prints", docs.Index{Fields: []string{"terms", "received"}, Multi: true})
	if err != nil {
		return nil, fmt.Errorf("match: open prints: %w", err)
	}
	examples, err := docs.Open[Example](ctx, d, "pairs")
	if err != nil {
		return nil, fmt.Errorf("match: open pairs: %w", err)
	}
	return &Store{Keyer: k, prints: prints, examples: examples}, nil
}

// Add stores a print; adding it again replaces it.
func (s *Store) Add(ctx context.Context, p Print) error {
	err := s.prints.Insert(ctx, &p)
	if errors.Is(err, docs.ErrExists) {
		_, err = s.prints.Change(ctx, p.ID, func(have *Print) error {
			*have = p
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("match: add print %s: %w", p.ID, err)
	}
	return nil
}

// Move gives the print of a tip the place that a person found; a tip without a print has none.
func (s *Store) Move(ctx context.Context, tip, county, town, village string) error {
	_, err := s.prints.Change(ctx, tip, func(p *Print) error {
		p.County, p.Town, p.Village, p.Sure, p.Perhaps = county, town, village, 1, s.perhaps(village, nil)
		p.Terms = p.terms()
		return nil
	})
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return fmt.Errorf("match: move print %s: %w", tip, err)
	}
	return nil
}

// Remove takes the print of a tip out of the index; one that is not there is no error.
func (s *Store) Remove(ctx context.Context, tip string) error {
	if err := s.prints.Delete(ctx, tip); err != nil {
		return fmt.Errorf("match: remove print %s: %w", tip, err)
	}
	return nil
}

// Villages are those that tips name for sure, of the first mostAsked that left a print.
func (s *Store) Villages(ctx context.Context, tips []string) (out []string, err error) {
	for _, id := range tips[:min(len(tips), mostAsked)] {
		p, err := s.prints.Get(ctx, id, "village", "sure")
		switch {
		case errors.Is(err, docs.ErrNotFound):
		case err != nil:
			return nil, fmt.Errorf("match: village of %s: %w", id, err)
		case p.placed() && !slices.Contains(out, p.Village):
			out = append(out, p.Village)
		}
	}
	return out, nil
}

// How many prints one term brings at most: the newest ones, which belong to the matters that are still warm. A term that names a place and what is there
// brings fewer, because those it brings are alike. Of all that were brought, those with the most in common are read: however many tips a village has, a
// look at them costs the same.
const (
	perTerm   = 40
	perExact  = 15
	perLookup = 60
	// mostOpened is in how many of them one picture is looked for: when a photo was sent around, the next copy of it says nothing new.
	mostOpened = 6
	// mostAsked is how many tips of a matter are asked for their village.
	mostAsked = 50
)

// ask is a term that is looked up, how many prints it may bring, and what it tells that a print has the term.
type ask struct {
	term   string
	limit  int
	weight int
}

// What a term in common weighs. One piece of a picture is chance, two are not: copies of 21 photos, however cut, framed or stamped, share three and more of 80.
const (
	ofPicture = 1
	enough    = 2 // from here on a print is read
	ofPlace   = 2
	ofMatter  = 4 // a place and what is there, a position
	ofFew     = 16
)

// index is where prints stand under their terms.
type index interface {
	// under gives the ids of those that may be candidates of p, the newest first.
	under(p Print, a ask) ([]string, error)
	// read leaves out what is gone.
	read(ids []string) ([]Print, error)
}

// Candidates gives the earlier tips that could be about the same matter, newest first: received before p (or together with it and with a
// smaller id) and at most th.Days before it, without Terms. Each term is one look into the index; nothing is scanned. Their pictures can be compared with those of p.
func (s *Store) Candidates(ctx context.Context, p Print, th county.Match) ([]Print, error) {
	found, err := s.candidates(p, collection{ctx, s.prints, th.Days})
	if err != nil {
		return nil, fmt.Errorf("match: candidates of %s: %w", p.ID, err)
	}
	return found, nil
}

// candidateFields are those of a candidate that are read: all but what it is found by, which with photos is most of it.
var candidateFields = func() (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Print]()) {
		if f.Name != "ID" && f.Name != "Terms" {
			names = append(names, strings.ToLower(f.Name))
		}
	}
	return names
}()

type collection struct {
	ctx  context.Context
	of   *docs.Collection[Print]
	days int
}

func (c collection) under(p Print, a ask) ([]string, error) {
	return c.of.IDs(c.ctx, docs.Query{
		Where: []docs.Eq{{Field: "terms", Value: a.term}}, Order: "received", Desc: true, Limit: a.limit,
		From: p.Received.AddDate(0, 0, -c.days), To: p.Received.Add(time.Millisecond),
	})
}

func (c collection) read(ids []string) (found []Print, err error) {
	for _, id := range ids {
		p, err := c.of.Get(c.ctx, id, candidateFields...)
		if errors.Is(err, docs.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	return found, nil
}

// candidates looks for what has the most in common with p.
func (k *Keyer) candidates(p Print, in index) ([]Print, error) {
	weight := map[string]int{}
	var ids []string
	for _, a := range p.asks() {
		under, err := in.under(p, a)
		if err != nil {
			return nil, err
		}
		for _, id := range under {
			if weight[id] == 0 {
				ids = append(ids, id)
			}
			weight[id] += a.weight
		}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return weight[id] < enough })
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(weight[b], weight[a]) })
	found, err := in.read(ids[:min(len(ids), perLookup)])
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(c Print) bool { return !c.before(p) })
	opened := make([]int, len(p.Pictures))
	for _, c := range found {
		k.reveal(p, c, opened)
	}
	slices.SortFunc(found, func(a, b Print) int { return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(b.ID, a.ID)) })
	return found, nil
}

// before is the order of arrival.
func (p Print) before(o Print) bool {
	return cmp.Or(p.Received.Compare(o.Received), cmp.Compare(p.ID, o.ID)) < 0
}

// terms are what a print is found by: its village and its town, alone and with what is there and what is done there, so that old matters are not lost behind
// newer ones; its square on the map, its pictures, what hardly two places share; and what is there and what is done there, whatever the place.
func (p Print) terms() []string {
	out := append(append(p.few(), p.pieces()...), pairs(p.Families, p.Works)...)
	for _, c := range p.Cells {
		out = append(out, cellTerm(c.Side, c.Here))
	}
	for _, place := range p.foundAt() {
		out = append(append(out, place), with(place, p.Families, p.Works)...)
	}
	return short(append(out, with("any", p.Kinds, p.Works)...))
}

// lost stands for a town that is unknown: such tips are looked for by all others.
const lost = "lost"

// foundAt are the places under which the print stands in the index: its village, its town, and, where the village is not known well, the loose ones of the
// town, which those who know theirs look through too. So nobody reads what lies in another village.
func (p Print) foundAt() []string {
	out := inVillages(p)
	if p.Town == "" {
		return append(out, lost)
	}
	out = append(out, "town:"+p.Town)
	if p.loose() {
		out = append(out, "loose:"+p.Town)
	}
	return out
}

func inVillages(p Print) []string {
	return with("village", p.Perhaps)
}

// looksAt are the places where its candidates stand, the nearest first.
func (p Print) looksAt() (out []string) {
	out = inVillages(p)
	switch {
	case p.Town == "":
	case p.loose():
		out = append(out, "town:"+p.Town)
	default:
		out = append(out, "loose:"+p.Town)
	}
	return append(out, lost)
}

// loose says that another village of the town may be meant.
func (p Print) loose() bool { return p.Village == "" || p.Sure < surePlace }

// few are the terms that few prints share: what is said of hardly two places, and the same bytes.
func (p Print) few() (out []string) {
	for _, m := range p.Marks {
		out = append(out, fmt.Sprintf("mark:%016x", uint64(m)))
	}
	for _, s := range p.Pictures {
		out = append(out, fmt.Sprintf("bytes:%016x", uint64(s.Original)))
	}
	return out
}

// pieces are those of its pictures.
func (p Print) pieces() (out []string) {
	for _, s := range p.Pictures {
		for _, b := range s.Bands {
			out = append(out, fmt.Sprintf("band:%016x", uint64(b)))
		}
	}
	return out
}

// with joins a place with each of the tokens.
func with(place string, lists ...Keys) []string {
	var out []string
	for _, t := range slices.Concat(lists...) {
		out = append(out, fmt.Sprintf("%s:%016x", place, uint64(t)))
	}
	return out
}

// pairs join what is there with what is done there, whatever the place.
func pairs(families, works Keys) []string {
	var out []string
	for _, f := range families {
		out = append(out, with(fmt.Sprintf("both:%016x", uint64(f)), works)...)
	}
	return out
}

// asks are the terms under which the candidates for p are, those that tell most first. What lies anywhere is asked for by who does not know the town.
func (p Print) asks() (out []ask) {
	add := func(limit, weight int, terms ...string) {
		for _, t := range short(terms) {
			out = append(out, ask{t, limit, weight})
		}
	}
	add(perExact, ofFew, p.few()...)
	add(perExact, ofPicture, p.pieces()...)
	for _, c := range p.Cells {
		var around []string
		for _, t := range c.Around {
			around = append(around, cellTerm(c.Side, t))
		}
		add(perExact, ofMatter, around...)
	}
	places := p.looksAt()
	for _, place := range places {
		add(perExact, ofMatter, with(place, p.Families, p.Works)...)
	}
	if p.Town == "" {
		add(perExact, ofMatter, pairs(p.Families, p.Works)...)
	}
	add(perTerm, ofPlace, places...)
	if p.Town == "" {
		add(perTerm, ofPlace, with("any", p.Kinds, p.Works)...)
	}
	return out
}

// short keeps the index small: a term is looked up and never read.
func short(terms []string) []string {
	out := make([]string, len(terms))
	for i, t := range terms {
		h := fnv.New64a()
		h.Write([]byte(t)) // never fails, by hash.Hash
		out[i] = strconv.FormatUint(h.Sum64(), 36)
	}
	return sorted(out)
}

func cellTerm(side int, token int64) string { return fmt.Sprintf("cell:%d:%016x", side, uint64(token)) }
