package frontend

import "net/url"

// Findings is "/outcomes": what became of matters, for everybody.
type Findings struct {
	Shell
	Towns, Categories, Months []Option // filters; the first of each is "all"
	Narrowed                  bool     // a filter is on
	Rows                      []FindingRow
	Next                      string // address of the older ones, "" on the last page
	Feeds                     []DeskLink
}

// FindingRow is one line of the list. A withdrawn one has no title.
type FindingRow struct {
	Href, Title, Day, Place string
	Tags                    []string
	Photos                  int
	Withdrawn               bool
}

// Finding is "/outcomes/ID".
type Finding struct {
	Shell
	Heading, Day, Place string
	When                string // when the matter was concluded: 2026年10月
	Tags                []string
	Paragraphs          []string
	Disposals           []string
	Fine                string // 罚款 3 万元; "" for none
	Photos              []FindingPhoto
	Withdrawn           string // why it was taken down; nothing else is shown then
}

// FindingPhoto is a picture that may be shown, with what is said in its place.
type FindingPhoto struct{ Src, Alt string }

// PublicNumbers is "/numbers": how many matters there were, hidden where they are few.
type PublicNumbers struct {
	Shell
	Towns, Categories []Option // of the twelve months
	Narrowed          bool
	Months            []PublicBar // the oldest first; empty before the first month was counted
	Month             string      // 2026年10月, of the tables below
	All               PublicBar
	ByTown            []PublicBar
	ByCategory        []PublicBar
	Columns           []string // towns, then all
	Rows              []PublicRow
	Next              string // when the next month is told
	JSON              string
}

// PublicBar is a number with a bar. Text is it as it may be told; a hidden one is drawn as an outline.
type PublicBar struct {
	Name, Text, Href, Alt string
	Wide                  int // of 100
	Hidden, Current       bool
}

// PublicRow is one category of the table.
type PublicRow struct {
	Name  string
	Cells []PublicCell
	Sum   bool
}

// PublicCell is one number of the table.
type PublicCell struct {
	Text   string
	Hidden bool
}

// HowTo is "/how": how to tip, and what becomes of it.
type HowTo struct {
	Shell
	Note, After []string // the county's words
	Notice      string   // what not to do for the sake of proof
	Safety      string
	Calls       []Call
	Hotline     string
	Reward      string
	Done        string
}

// WhatIs is "/what": what an illegal workshop is, by what one sees, smells and hears.
type WhatIs struct {
	Shell
	Is, Done    string
	Danger, Not []string
	Kinds       []Kind
	Places      []string
	Senses      []Sense
}

// Kind is one of the points of the notice in plain words, with its own words.
type Kind struct{ Plain, Hint, Official string }

// Sense is what one smells, hears or sees.
type Sense struct {
	ID, Name string // smell, 闻到的
	Signs    []Pictured
}

// Pictured is a sign with its picture of signs.svg, or its symbol where that has none.
type Pictured struct{ Picture, Icon, Short, Text string }

// Impact is "/impact": what came of the tips.
type Impact struct {
	Shell
	Period   string      // 2025年11月到2026年10月; "" before the first month was counted
	Share    string      // of a hundred tips; "" while too few are concluded
	Sentence string      // what the number means, or why there is none
	Funnel   []PublicBar // tips, concluded, true, removed, paid
	Answer   string      // 一半的线索 6 天以内有结论; "" while too few
	Content  string      // how many were content, or why it is not told
	Reward   string      // what was paid, or that the county has not enacted it
	Next     string
}

// Handouts is "/desk/handouts": what the publicity office prints and reads out.
type Handouts struct {
	Shell
	Towns     []Option
	Sizes     []Option
	Address   string // as it stands on the poster
	Broadcast []string
	Seconds   int // to read it out
	Articles  []DeskLink
	Unsafe    string // why a poster must not be printed yet; "" when it may
}

// Article is "/desk/handouts/outcomes/ID": an outcome as it is pasted into the editor of an official account.
type Article struct {
	Shell
	Heading string
	Source  string // the snippet itself
	Frame   string // address of its preview
	File    string // address of the file
}

// Sized keeps the filters.
func (f Findings) Sized(size int) string { return f.narrowed(size, f.Towns, f.Categories, f.Months) }

// Sized keeps the filters and the month.
func (n PublicNumbers) Sized(size int) string {
	for _, m := range n.Months {
		if m.Current {
			return sized(m.Href, size)
		}
	}
	return n.narrowed(size, n.Towns, n.Categories, nil)
}

func (s Shell) narrowed(size int, towns, categories, months []Option) string {
	q := url.Values{}
	for name, options := range map[string][]Option{"town": towns, "category": categories, "month": months} {
		for _, o := range options {
			if o.On && o.ID != "" {
				q.Set(name, o.ID)
			}
		}
	}
	if len(q) == 0 {
		return s.Sized(size)
	}
	return sized(s.Here+"?"+q.Encode(), size)
}
