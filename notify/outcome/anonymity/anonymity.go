// Package anonymity looks for traces of who tipped in what is about to be published. It is a pure function of the draft, of what the case knows and of the
// county profile: it owns nothing, stores nothing, and its findings point into the draft and hold no word of a tip.
package anonymity

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/longbridgeapp/opencc"

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
	Tips    []string // the words of the tips, and what was said in their dialogues
	People  []string // names of persons in the records
	Firms   []string // names of firms that may not be told
	MayName []string // names of firms that may
	Written []string // the county's own sentences: what the machine drafted
}

// Checker looks for traces with the words of one county. Safe for concurrent use.
type Checker struct {
	profile  *county.Profile
	simple   map[rune]rune   // traditional characters
	own      map[string]bool // rows of characters in what the county says itself
	towns    []string
	villages []string // their names, the longest first
	units    []string // names of the departments, also without 市 or 县 before it
	above    []string // region, city and county
	before   []string // what may stand before the name of a firm: region, city, county, town, village
}

// New makes a checker.
func New(p *county.Profile) (*Checker, error) {
	c := &Checker{profile: p, own: map[string]bool{}}
	var err error
	if c.simple, err = simplified(); err != nil {
		return nil, err
	}
	c.learnPlaces()
	for _, s := range c.sayings() {
		c.teach(c.own, s)
	}
	return c, nil
}

// simplified maps each traditional character to its simple one.
func simplified() (map[rune]rune, error) {
	cc, err := opencc.New("t2s")
	if err != nil {
		return nil, fmt.Errorf("anonymity: %w", err)
	}
	all := map[rune]rune{}
	for r := rune(0x4E00); r <= 0x9FFF; r++ {
		s, err := cc.Convert(string(r))
		if err != nil {
			return nil, fmt.Errorf("anonymity: simplify %c: %w", r, err)
		}
		if to := []rune(s); len(to) == 1 && to[0] != r {
			all[r] = to[0]
		}
	}
	return all, nil
}

// sayings is what the county says itself: its sentences, categories, kinds of places, departments and names of places.
func (c *Checker) sayings() []string {
	p := c.profile
	all := slices.Concat(p.Publicity.Lines, slices.Collect(maps.Values(p.Publicity.Matters)), slices.Collect(maps.Values(p.Publicity.Measures)), c.towns, c.villages)
	for _, k := range p.Categories {
		all = append(all, k.Official, k.Plain)
	}
	for _, t := range p.SiteTypes {
		all = append(all, t.Text)
	}
	for _, u := range p.Units {
		all = append(all, u.Name)
	}
	return append(all, p.Publicity.Usual...)
}

// Check finds every trace, in the order in which they stand in the draft. It looks at the first 8,000 characters of a field.
func (c *Checker) Check(d Draft, k Known) []Finding {
	var all []Finding
	for _, field := range []struct{ name, typed string }{{InTitle, d.Title}, {InText, d.Text}} {
		t := c.read(field.typed)
		found := slices.Concat(c.repeated(&t, &k), t.found(), t.told(), t.hinted(), t.numbers(), c.people(&t, &k), c.firms(&t, &k), c.places(&t), c.forbidden(&t))
		for _, f := range united(found) {
			f.Field = field.name
			all = append(all, f)
		}
	}
	for i, seen := range d.Confirmed {
		if !seen {
			all = append(all, Finding{Kind: Picture, Severity: Block, Field: InPhoto, Span: Span{i, i}})
		}
	}
	return all
}

// forbidden finds the words that the profile forbids.
func (c *Checker) forbidden(t *text) []Finding {
	var all []Finding
	for _, w := range c.profile.Publicity.Forbidden {
		folded := c.read(w.Word)
		for _, f := range t.each(folded.s, Forbidden, Block) {
			f.Detail = w.Why
			all = append(all, f)
		}
	}
	return all
}

// united joins findings of one kind that touch; the harder one says what follows. The result is in the order of the text.
func united(found []Finding) []Finding {
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Span.From, b.Span.From), cmp.Compare(b.Span.To, a.Span.To))
	})
	var all []Finding
	for _, f := range found {
		if f.Span.From >= f.Span.To {
			continue
		}
		last := len(all) - 1
		if last < 0 || all[last].Kind != f.Kind || f.Span.From > all[last].Span.To {
			all = append(all, f)
			continue
		}
		all[last].Span.To = max(all[last].Span.To, f.Span.To)
		if f.Severity == Block {
			all[last].Severity = Block
		}
		all[last].Detail = cmp.Or(all[last].Detail, f.Detail)
	}
	slices.SortStableFunc(all, func(a, b Finding) int { return cmp.Compare(a.Span.From, b.Span.From) })
	return all
}
