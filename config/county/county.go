// Package county holds a county profile: everything that differs from county to county, as data with its source and certainty.
// It owns the parsing, validation and versioning of profiles and the embedded 方山 profile. It knows nothing of tips and does no input or output but
// reading a profile.
//
// A profile is a folder: YAML for what people edit by hand, CSV for long lists, GeoJSON for borders. Files names them all; fangshan/SOURCES.md gives credit.
package county

import (
	"time"
)

// Source says where an entry comes from and how sure it is.
// Certainty: A read in the law or document itself, B read in a copy or second hand, C from memory, D our own proposal that the county must confirm.
type Source struct {
	Cite string `yaml:"cite"`
	Cert string `yaml:"cert"`
}

// Profile is one county. All slices are in the order in which people should see them. A loaded profile is never changed, but for
// holidays that Calendar.Announce adds, and is safe for concurrent use.
// Make one with Load or Embedded: the lookups rely on maps that loading builds.
type Profile struct {
	Code, Name   string // "141128", "方山县"
	City, Region string // "吕梁市", "山西省"
	Version      string
	From, To     time.Time // in force from (inclusive) to (exclusive; zero is open)
	Zone         *time.Location

	Towns       []Town
	Villages    []Village
	FormerNames []FormerName
	Roads       []Road
	Neighbours  []Neighbour
	Units       []Unit // departments; a town is a unit too, see Unit and UnitName
	Categories  []Category
	Signs       []Sign
	SiteTypes   []Choice
	Emergencies []Emergency
	Now         []Choice // q_now: 正在发生 ...
	Times       []Choice // q_time: 半夜 ...
	Before      []Choice // q_before: 查过又干 ...
	Priorities  []Priority
	Rules       []Rule  // the first one that matches decides; see Decide
	Matrix      []Route // what the rules say of every category where nothing else is known
	Clocks      []Clock
	Lights      Lights
	Casework    Casework
	Telling     Telling
	Ledger      Ledger
	Rewards     Rewards
	Calendar    Calendar // what a person uploads later joins it, see Calendar.Announce
	OfficeHours []Span   // of a working day, in order
	SignWords   []SignWord
	Words       Words
	Learned     Learned
	Chemicals   []Chemical
	Match       Match
	Review      Review
	Evidence    Evidence
	Hotline     Hotline
	Publicity   Publicity
	Texts       map[string]string // what the county says in its own words; the keys are those of TextKeys. See Say

	TextsReview TextsReview
	Answers     Answers

	index   index
	borders borders
}

// Town is a township with its short names.
type Town struct {
	ID      string   `yaml:"id"`   // "dawu"
	Name    string   `yaml:"name"` // "大武镇"
	Code    string   `yaml:"code"` // "141128103"
	Aliases []string `yaml:"aliases"`
	Source  Source   `yaml:",inline"`
}

// Village is a village or an urban community (社区). Town is the code of its township: never guess it from the name (武当社区 is not in 北武当镇).
type Village struct {
	Code, Name, Town string // Name is what people say: 杨家会村
	Short            string // 杨家会; the same as Name where a shorter form would name something else (积翠社区, 南村)
	Aliases          []string
	Source           Source
}

// FormerName is a village or town that is gone. Village is the code of the village that took it over; often only the town is known.
// Level is "town" or "village". The same former name may stand in two towns, and may be the name of a village of today.
type FormerName struct {
	Name, Short, Level string
	Town, Village      string
	Source             Source
}

// Neighbour is a county that touches this one, with the names of its towns and villages, so that a place there is not taken for one of ours.
// Names are as people say them (车赶乡, 曜头村); a name may also be one of ours.
type Neighbour struct {
	Code, Name, Short string
	Towns             []NeighbourPlace
	Villages          []NeighbourPlace // a village's code begins with that of its town
}

// Road is a road by whose name people tell where something is. Roads with a number (G209, 省道218) are known without being listed.
type Road struct {
	Name    string
	Aliases []string
	Source
}

// NeighbourPlace is a town or village of a neighbouring county.
type NeighbourPlace struct{ Code, Name string }

// Unit is a department. A township is the unit "town:" + its code.
type Unit struct {
	ID     string `yaml:"id"`
	Name   string `yaml:"name"`
	Role   string `yaml:"role"`
	InSeed bool   `yaml:"in_seed"` // named by the notice that started the platform
	Note   string `yaml:"note"`
	Source Source `yaml:",inline"`
	// Called is what people call it and those who work there. A tip that accuses who is called so stays hidden from the unit.
	Called []string `yaml:"called"`
	// Superior is the unit one level up, which decides about what accuses this one; the duty desk where none is written.
	Superior string `yaml:"superior"`
}

// Category is a class of matter: the eight points of the notice (c1..c8) and the extra ones (x_...).
type Category struct {
	ID        string `yaml:"id"`
	Point     int    `yaml:"point"`    // 1..8; 0 for an extra class
	Axis      string `yaml:"axis"`     // act, place, history; "" for an extra class
	Official  string `yaml:"official"` // text of the notice
	Plain     string `yaml:"plain"`    // text for residents
	Hint      string `yaml:"hint"`
	Priority  string `yaml:"priority"` // P0..P3
	Oversight string `yaml:"-"`        // unit id or "", from its rule
	Sealed    bool   `yaml:"-"`        // only the units of its route may know that it exists; from its rule
	Source    Source `yaml:",inline"`
}

// Sign is something a resident can see, hear or smell.
type Sign struct {
	ID       string   `yaml:"id"`
	Group    string   `yaml:"group"`
	Short    string   `yaml:"short"` // at most 8 characters, for a tile or a chip
	Text     string   `yaml:"text"`
	Icon     string   `yaml:"icon"`     // one of Icons
	Strength string   `yaml:"strength"` // strong, medium, weak
	PointsTo []string `yaml:"points_to"`
	Source   Source   `yaml:",inline"`
}

// Choice is one answer of a question of the form.
type Choice struct {
	ID     string   `yaml:"id"`
	Text   string   `yaml:"text"`
	Points []string `yaml:"points"` // categories that it points to
	Source Source   `yaml:",inline"`
}

// Emergency is an answer to the question that stands before the form. Without a number to call it means "none of these".
type Emergency struct {
	ID     string   `yaml:"id"`
	Text   string   `yaml:"text"`
	Call   []string `yaml:"call"`  // "119", "110", "120", the one to call first in front; the text "call.119" says what it is for
	Words  []string `yaml:"words"` // in the form they show a hint; whether the words tell of an emergency is read by Words.Urgent
	Source Source   `yaml:",inline"`
}

// Priority is a level of urgency, P0 the highest.
type Priority struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	When string `yaml:"when"`
}

// Route says who handles a category, as its rule does.
type Route struct {
	Category  string
	Lead      string // a unit id, or "town"
	Co        []string
	Oversight string
	Sealed    bool
	Refer     bool
	Note      string
	Source    Source
}

// Clock is a step with a limit for each priority. Every priority has an entry; a nil limit means that the step has none.
type Clock struct {
	Step      string // sign_receipt, first_look, conclude_check, reply_to_tipster ...
	Name      string // 签收
	Limits    map[string]*Duration
	Forbidden map[string]bool // priorities at which the step may not be taken at all (P0 may not be handed back)
	Repeat    bool            // starts again whenever it is done
	At        []Duration      // for look_back: when to look again
	Ahead     Duration        // for look_back: natural days by which it is asked for before its day
	Fixed     bool            // a pause does not stop it
	Note      string
	Source    Source
}

// Lights says when a clock changes its colour.
type Lights struct {
	YellowShare   float64  // of the limit used up
	YellowLeft    Duration // or less than this left
	BlackAfter    Duration // red for this long
	BlackUnsigned Duration // P0 unsigned, this long after its limit
}

// Span is a part of a day, in time after midnight.
type Span struct{ From, To time.Duration }

// Duration counts minutes or hours, natural days or working days. Exactly one is set, except that all zero means at once.
type Duration struct {
	Natural     time.Duration // minutes and hours
	Days        int           // natural days: to the end of the last day
	WorkingDays int           // to the end of the last working day
	WorkHours   int           // hours within office hours
}

// SignWord is a word residents use, and the concept it belongs to.
type SignWord struct{ Group, Concept, Word string }

// Review holds the confidences below which a person at the duty desk decides instead of the machine.
type Review struct {
	Place    float64 // of the place
	Category float64 // of the primary category
}

// Level is how closely a piece of evidence is kept. Who sees what at which level is decided in triage/cases.
type Level string

// The levels, the most open first.
const (
	Open     Level = "open"
	Cautious Level = "cautious"
	Locked   Level = "locked"
)

// Levels lists them, the most open first.
func Levels() []Level { return []Level{Open, Cautious, Locked} }

// Evidence says how closely each kind of evidence is kept at first, and how long recordings may be.
type Evidence struct {
	Photo, Voice, Video        Level
	VoiceMinutes, VideoMinutes int
}

// Level is that of a kind of evidence ("photo", "voice", "video"); what is none of them is locked.
func (e Evidence) Level(kind string) Level {
	switch kind {
	case "photo":
		return e.Photo
	case "voice":
		return e.Voice
	case "video":
		return e.Video
	}
	return Locked
}

// DutyDesk is the unit that decides what nobody else can: 县安委办.
const DutyDesk = "safety_committee"

// AnyTown stands in a route for the township of the place.
const AnyTown = "town"

// TownUnit is the unit id of a township.
func TownUnit(code string) string { return AnyTown + ":" + code }
