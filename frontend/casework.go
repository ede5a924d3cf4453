package frontend

import (
	"slices"
	"strings"
)

// ActionView is an action of the transition table, POST /desk/cases/ID/KEY with fields version, seen, note, outcome, unit; or, with Links, the pages of its forms.
// The reply goes to POST /desk/cases/ID/reply with fields version, reply; signing out is POST /desk/logout.
type ActionView struct {
	Key, Verb    string
	Main         bool      // the one expected next
	Open         bool      // unfolded
	Missing      string    // what must be done first, in a sentence
	Fix          *DeskLink // where to do it
	NeedsNote    bool
	MayNote      bool // a note may be written
	NoteLabel    string
	Question     string // above Outcomes
	Outcomes     []Option
	OutcomeError string
	UnitLabel    string
	MayUnit      bool // a unit need not be chosen
	Units        []Option
	UnitError    string
	Note         Field
	Links        []DeskLink
}

// Casework is what the case page shows of the work on a matter, beside tips, clocks and log.
type Casework struct {
	Now       []Banner // what is the matter just now, the most pressing first
	Lock      Lock
	Again     *FailedClosing
	Scene     ScenePhotos
	Records   []RecordView
	LookBacks []LookBackView
	Orders    []OrderView
	Opinions  []OpinionView
	Agreed    []AgreedView // one line for each party; none while striking off is not at hand
	Into      *DeskLink    // the case that has the tips of this one, which was merged
	From      *DeskLink    // the case that opened this one
	Opened    []DeskLink   // the cases that this one opened
}

// Heeds says that there is something to say “read” to.
func (w Casework) Heeds() bool {
	return slices.ContainsFunc(w.Now, func(b Banner) bool { return b.Heed })
}

// Lock says who else is writing in a case: POST /desk/cases/CASE/take, with record and item to come back to the form of a record, takes over. A script shows
// and hides it as it goes.
type Lock struct {
	Case, Text   string // Text is "" while nobody else writes
	Take         bool
	Record, Item string
}

// Banner is one sentence on top of a case. Kind: hold, asked, order, mention, back.
type Banner struct {
	Kind, Text, Note string
	Heed             bool // it can be said to have been read, POST /desk/cases/ID/heed with seen
}

// FailedClosing is how the matter was closed last that begins again here.
type FailedClosing struct {
	Number, Href string // Href is "" for who may not see it
	Facts        []Fact
}

// ScenePhotos are the photos of who went there, and the form for more: POST /desk/cases/CASE/photos, multipart with photos*. A script sends each to
// /desk/cases/CASE/photo and gets JSON {"small","large","error"}.
type ScenePhotos struct {
	Case    string
	CanAdd  bool
	MaxMB   int
	Photos  []ScenePhoto
	Refused []string // why some were not taken just now
	Taken   int      // how many were
}

// ScenePhoto is one of them.
type ScenePhoto struct{ Small, Large, Alt, Day, Who string }

// RecordView is something that was registered.
type RecordView struct {
	ID, Case string
	Version  int64
	Seen     int
	Name     string
	Void     bool
	Who, Day string
	Facts    []Fact
	Lists    []RecordList
	Correct  string          // address of the form; "" for who may not
	CanVoid  bool            // POST /desk/cases/CASE/void with version, item, note
	Note     Field           // why it is made void
	Before   []RecordVersion // the newest first
}

// RecordList is a list inside a record: where each piece of equipment went.
type RecordList struct {
	Name  string
	Items [][]Fact
}

// RecordVersion is how a record stood before it was corrected.
type RecordVersion struct {
	Who, Day string
	Facts    []Fact
	Lists    []RecordList
}

// LookBackView is one look-back of a case.
type LookBackView struct {
	Name, Text string
	Kind       string // clean, doubt, hit, waits, later, off
	Href       string // of its form, when it waits for the reader
}

// OrderView is a supervision order with its answer.
type OrderView struct{ Day, Who, Text, Answered, Answer string }

// OpinionView is what a helping unit says; Choice is "" while it says nothing yet.
type OpinionView struct{ Unit, Choice, Day, Note string }

// AgreedView is the word of one party about striking off; Day is "" while it is missing.
type AgreedView struct{ Unit, Day string }

// Record is "/desk/cases/CASE/record/KIND": the form of something to be registered, or of a look-back; with ?item= to correct it. POST to the same address with
// version, seen, item, why and the fields; add=KEY asks for one more line of the list KEY and saves nothing.
type Record struct {
	Shell
	Case, Number  string
	Action, Back  string // where it is sent to; address of the case
	Version       int64
	Seen          int
	Item          string
	Heading, Verb string
	Hint          string
	Lock          Lock
	Error         string
	Changed       []EventView
	Summary       []FieldError
	Why           *Field // why it is corrected
	WhyLabel      string
	Fields        []FormField
}

// FormField is one question of a form that is drawn from data.
type FormField struct {
	Key, Label, Type    string // text, long, day, moment, number, yuan, decimal, choice, select, persons, list, fixed
	Need                bool
	Hint, Value, Error  string
	Options             []Option
	Items               []FormItem // of a list
	Blank               *FormItem  // what a script copies for one more line; its number is _n_
	AddLabel, LineLabel string
}

// FormItem is one line of a list.
type FormItem struct {
	Label  string
	Fields []FormField
}

// ID is the id of the field in its page.
func (f FormField) ID() string { return "f-" + strings.ReplaceAll(f.Key, ".", "-") }
