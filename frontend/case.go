package frontend

// Case is "/desk/cases/ID".
type Case struct {
	Shell
	ID        string
	Version   int64
	Number    string
	State     string
	Light     Light
	Priority  string
	Emergency bool
	Place     Guess
	Category  Guess
	Lead      string
	Co        []string
	Oversight string
	Why       []string // 为什么到我这里: rule and reasons
	Tips      []TipView
	Clocks    []ClockView // those that run or are paused
	Done      []ClockView // the last one of each kind of which none runs
	Past      []ClockView // those before, told with the log
	Events    []EventView
	Thread    []Message
	Actions   []ActionView
	Work      Casework
	PlaceForm *PlaceForm  // nil for who may not make the place a known one
	Compose   *Compose    // nil for who may say nothing to who tipped
	Dismiss   *Compose    // nil where no objection waits for the reader's decision
	Sheets    []DeskLink  // forms to print
	Award     string      // address where the reward is proposed; "" for who may not, or as long as it is not true
	Check     string      // where to check what the machine made of it; "" for who may not
	Seen      int         // how many events the page shows; comes back with every action
	Error     string      // of the action just tried; what was typed stands in the ActionView or Compose
	Changed   []EventView // what was done meanwhile
	Typed     string      // what was typed for an action that is not possible any more; shown with Error
	Heading   string      // of the list beside the case, on wide screens; with Rows
	Rows      []CaseRow   // the list the case was opened from; none shows the case alone
	Back      string      // address of that list
}

// Guess is something the machine concluded: shown with a dashed outline until a person confirmed it.
type Guess struct {
	Text    string
	How     string // 很可能, 可能, 不确定; "" when it is certain
	Reasons []string
}

// TipView is one tip of a case as its handler may see it: no code, no contact, no wish, no time of day.
type TipView struct {
	Label  string // 线索 1
	Day    string
	Place  string // what the person chose or wrote
	Signs  []string
	Facts  []Fact // 什么时候, 以前有没有 ...
	Words  string // cleaned
	Photos []PhotoView
	// Recordings are voice notes and videos.
	Recordings []PhotoView
	Pending    int    // pictures not read yet
	Linked     string // why it was joined, "" for the first
	Split      *SplitForm
}

// SplitForm takes a tip out of a case: POST /desk/cases/CASE/separate with version, seen, tip, note.
type SplitForm struct {
	Case, Tip string
	Version   int64
	Seen      int
	NoteLabel string
	Note      Field
}

type Fact struct{ Name, Value string }

// PhotoView is a piece of evidence: a picture at /desk/evidence/TIP/ITEM/320 and /1600, a recording at /play. Where it may be seen only by who knows what they
// do, Ask says of what to think, and Know is the button, POST /desk/cases/CASE/confirm with fields tip, item. Who may change its level has Levels, POST
// /desk/cases/CASE/level with fields version, tip, item, level, note.
type PhotoView struct {
	Case      string
	Version   int64
	Tip, Item string
	Kind      string // photo, voice or video

	Small, Large string
	Play         string // for a player
	Save         string // for a recording that no browser plays
	Length       string // 1 分 20 秒
	Alt          string
	Problem      string // why there is no picture
	Ask, Know    string

	Level     string // who may see it, in words
	Levels    []Option
	NoteLabel string
	Note      Field
}

// PlaceForm makes the place of a case a known place: POST /desk/cases/ID/place with version, village, site, use, point, datum, reason; and ends the use of one:
// POST /desk/cases/ID/unplace with version, place, reason.
type PlaceForm struct {
	ID           string
	Version      int64
	Open         bool
	Towns        []TownOption
	VillageError string
	Sites        []Option
	SiteError    string
	Here         []Option // tips with a position; using one needs no numbers
	Point        Field
	Maps         []Option // whose numbers they are
	Reason       Field
	Known        []KnownPlace // what the case taught already
}

// KnownPlace is a place that is known from this case.
type KnownPlace struct {
	ID, Name, Point, Day string
	Reason               Field
}

// Of joins a known place to the form that it stands in, for the template.
func (f *PlaceForm) Of(k KnownPlace) KnownOf { return KnownOf{k, f.ID, f.Version} }

// KnownOf is a known place with its case.
type KnownOf struct {
	KnownPlace
	Case    string
	Version int64
}

type ClockView struct {
	Name  string // 签收
	Text  string // "还剩 3 个工作日"
	Light Light
}

type EventView struct{ Day, Who, Text, Note string }
