package frontend

import (
	"net/url"
	"strconv"
)

// A page is a struct named after its template: Home renders pages/home.html. It holds only what is shown.

// Shell is what every page shares.
type Shell struct {
	Title  string // before the county's name in <title>
	County string // 方山县
	Asks   string // who asks: 方山县安全生产委员会办公室
	Demo   bool   // "演示" banner on every page
	Size   int    // text size of the resident's pages: 0 normal, 1 大字, 2 特大; travels as ?zi=
	Here   string // path of this page without query, for the size switch; "" where asking for the page again would not give it
	Stays  bool   // there the switch is the script's alone, which needs no new page; false with no Here shows none
	Open   bool   // leads on to the pages for everybody, at the foot
	Desk   *Desk  // nil on the resident's pages and before sign-in
}

// Link is a path of ours that keeps the chosen text size.
func (s Shell) Link(path string) string { return sized(path, s.Size) }

// Sized is the address of this page in another text size; Report and Emergency say more than their path.
func (s Shell) Sized(size int) string {
	if s.Here == "" {
		return "#main" // the script changes the size in place
	}
	return sized(s.Here, size)
}

// sized adds the text size to a path, which may have a query; the normal size adds nothing.
func sized(path string, size int) string {
	u, err := url.Parse(path)
	if err != nil || size == 0 {
		return path
	}
	q := u.Query()
	q.Set("zi", strconv.Itoa(size))
	u.RawQuery = q.Encode()
	return u.String()
}

// Desk is the frame of the staff pages.
type Desk struct {
	Name, Unit, Role string // who is signed in
	ID               string // staff id, by which the browser keeps what is unfinished apart from what others wrote on the same machine
	Queues           []QueueLink
	Alarm            *Alarm // emergencies that nobody has signed; nil for who handles none
	Admin            bool   // shows the link to /ops/queues
	Links            []DeskLink
	Tool             string // of the pages beside the queues, which one this is: ledger, sites, reports
}

// DeskLink is a page that is no queue.
type DeskLink struct{ Href, Text string }

// Alarm is the line above every page of the desk while an emergency waits; hidden while Count is 0, and kept up to date by desk.js.
type Alarm struct {
	Count int64
	Text  string
	Href  string
}

// QueueLink is a line of the left rail.
type QueueLink struct {
	Href, Label string
	Count       int64
	More        bool // there are more than Count
	Plain       bool // a page that counts nothing
	Current     bool
}

// Home is "/".
type Home struct {
	Shell
	Emergencies []EmergencyOption // the emergency question; each links to /report?e=ID
	Hotline     string            // 12345
}

// EmergencyOption is one thing that cannot wait. Icon is a symbol of icons.svg or "".
type EmergencyOption struct{ ID, Text, Icon string }

// Emergency is "/report?e=fire": whom to call, before the form.
type Emergency struct {
	Shell
	Text   string // what was chosen
	Calls  []Call // big buttons
	Safety string // leave upwind ...
	ID     string // continues at /report?e=ID&called=1
}

// Sized keeps the chosen emergency.
func (e Emergency) Sized(size int) string {
	return sized("/report?e="+url.QueryEscape(e.ID), size)
}

// On is where the form goes on after the calls.
func (e Emergency) On() string {
	return e.Link("/report?called=1&e=" + url.QueryEscape(e.ID))
}

type Call struct{ Number, What string } // "119", "火警与危化品泄漏"

// Field is a text field of a form with what was typed and what is wrong with it.
type Field struct {
	Value string
	Error string
}

// Option is one choice of a group.
type Option struct {
	ID, Text string
	Long     string // the whole sentence where Text is short
	Icon     string // name of a symbol in icons.svg, "" for none
	On       bool
}

// Choices is a group of options with its error.
type Choices struct {
	Options []Option
	Error   string
}

// SignGroup is a group of sign tiles (气味, 时间 ...).
type SignGroup struct {
	Name    string
	Options []Option
}

// TownOption is a town with its villages, for the place question.
type TownOption struct {
	Code, Name string
	On         bool
	Villages   []VillageOption
}

type VillageOption struct {
	Code, Name string
	Search     string // other names, pinyin initials; for the search box
	On         bool
}

// StagedFile is a file that already arrived (hidden field "staged", repeated) or was refused.
type StagedFile struct {
	Token string // empty when refused
	Kind  string // photo, voice or video; "" means photo
	Label string // "照片 1", never the file's own name
	Error string // why it was refused, in words
}

// Captcha is shown when it is asked for. Fields: captcha_id, captcha.
type Captcha struct {
	ID    string // /captcha/ID.png, /captcha/ID.wav
	Error string
	Code  bool // it stands before a query code, and says why
}

// BeforeCode is the captcha in the page for a query code; nil stays nil.
func (c *Captcha) BeforeCode() *Captcha {
	if c != nil {
		c.Code = true
	}
	return c
}

// Report is the form, "/report". POST /report multipart/form-data; the files stand last.
// Field names: token, e, signs*, sites*, town, village, where, lon, lat, acc, now, times*, before, words, photo_place, contact, reward,
// staged*, captcha_id, captcha, wechat_trap (honeypot, must stay empty), photos* (files), voice (file), video (file). With * repeated.
// JavaScript sends single files ahead to POST /report/evidence (fields token, kind=photo|voice|video, file) and gets JSON {"token","error"}.
type Report struct {
	Shell
	Token                                        string
	Emergency                                    string // id of the chosen option; "" or "none" when there is none
	Calls                                        []Call // whom to call; stays on top while an emergency is chosen
	Notice                                       string // do not go in, do not ask around: the county's own words, above the photos
	Summary                                      []FieldError
	SignGroups                                   []SignGroup
	SignsError                                   string
	Sites                                        Choices
	Towns                                        []TownOption
	Village                                      string // chosen code
	Where                                        Field
	Position                                     *Position
	Now                                          Choices
	Times                                        Choices
	Before                                       Choices
	Words                                        Field
	PhotoPlace                                   bool
	Contact                                      Field
	HasContact                                   bool // the question is asked at all
	HasReward                                    bool // that question is asked
	Reward                                       bool
	RewardText                                   string // 奖励办法以县里公布为准
	Staged                                       []StagedFile
	MaxPhotos, MaxPhotoMB, MaxVoiceMB, MaxWords  int
	MaxVoiceMinutes, MaxVideoMinutes, MaxVideoMB int
	Captcha                                      *Captcha
}

// Sized keeps the chosen emergency, so that a change of size does not ask again.
func (r Report) Sized(size int) string {
	if r.Emergency == "" || r.Here == "" {
		return r.Shell.Sized(size)
	}
	return sized(r.Here+"?called=1&e="+url.QueryEscape(r.Emergency), size)
}

// FieldError is a line of the summary on top: a link to the field. Field is the name of the form field, such as "where".
type FieldError struct{ Field, Text string }

type Position struct{ Lon, Lat, Accuracy string }

// Receipt answers POST /report. "我已抄下" posts token to /report/kept.
type Receipt struct {
	Shell
	Token   string
	Code    [4]string
	Claim   *[4]string // nil unless a reward was wished
	Kept    bool       // confirmed before: no code is shown any more
	Again   bool
	Arrived string // "收到 2 张照片、1 段录音。" made by the handler from the catalogue
	Hotline string
}

// Kept answers POST /report/kept.
type Kept struct {
	Shell
}

// Lookup is "/status": the field for the code. POST /status with code, captcha_id, captcha; and token, words, staged* of a message that was written on a
// status page that grew too old.
type Lookup struct {
	Shell
	Code    Field
	Captcha *Captcha
	Token   string   // of the message; "" when there is none
	Words   string   // as they were typed
	Carried []Hidden // what else stood in the form
	Staged  []StagedFile
}

// Status answers POST /status. The form posts visit, token, ask, words, unsaid, staged*, photos* to /status/say (multipart); the others post visit, token and
// their fields to /status/rate, /status/object, /status/withdraw.
type Status struct {
	Shell
	Visit, Token          string
	Withdrawn             string // nothing else is shown then but a reward that can be claimed
	Asked                 *Asked // the question that stands before everything else; the form is for its answer then
	Steps                 []Step // newest first
	Next                  string // what happens next and by when
	Photos                int
	Thread                []Message
	Words                 Field
	Staged                []StagedFile
	Said                  bool        // what was said has just arrived
	Done                  string      // what was done just now instead
	Late                  string      // why it cannot be withdrawn any more
	Unsent                bool        // Words and Staged are what was written before the code was asked again
	Reward                *RewardNote // nil for who wishes none
	MaxPhotos, MaxPhotoMB int
	Rate                  *Rate
	Object                *Object
	Waiting               bool   // an objection is looked at
	Withdraw              string // token of the form that begins the withdrawal; "" where it cannot
}

// Asked is a question to the person.
type Asked struct {
	Ref, From, Text string
	Hint            string // by when, and that nothing depends on it
	Wants           bool   // photos, too
}

// Rate is the form for how one likes the answer: fields rating, words.
type Rate struct {
	Token   string
	Choices Choices
	Words   Field
	Until   string // last day for an objection; "" when it cannot be one
}

// Object is the form for an objection: field words.
type Object struct {
	Token, Until string
	Words        Field
	Open         bool
}

// Withdraw is what stands before a withdrawal: fields visit, token, sure to /status/withdraw.
type Withdraw struct {
	Shell
	Visit, Token        string
	Reward              *RewardNote // that can be claimed; nil for none
	Stops, GoesOn, Kept string
}

// Step is one line of the resident's story.
type Step struct {
	Day  string // "11月23日"
	Text string
	Done bool
}

// Message is one line of the dialogue.
type Message struct {
	From   string // "您" or the unit's name
	FromUs bool
	Day    string
	Text   string
	Photos int
	New    bool
	To     string // at the desk: for whom it is, when not for everybody
	Seen   string // at the desk: whether it was read
	Note   string // below it
}

// Failure is every error page. Ref is empty where there is nothing to look up.
type Failure struct {
	Shell
	Sentence string
	Ref      string
	Back     string // where to go on
	Typed    string // what a member of staff wrote and no field can take any more; "" for none
}

// SignIn is "/desk/login": fields login, password, and those of Kept.
type SignIn struct {
	Shell
	Login    Field
	Error    string
	Accounts []DemoAccount // only in a demonstration
	Kept     []Hidden      // the action that the end of a session stopped
}

// Hidden is a field that a form carries unseen.
type Hidden struct{ Name, Value string }

type DemoAccount struct{ Login, Password, What string }

// SetPassword is "/desk/setup?t=...": fields t, password, again.
type SetPassword struct {
	Shell
	T, Login string
	Error    string
}

// Queue is "/desk": a list of cases.
type Queue struct {
	Shell
	Heading string
	Notice  string // what was done just now, when the case is not here any more
	Missing string // what the limits need and nobody has uploaded, with a link to /desk/calendar; "" for nothing, or who cannot
	Empty   string // what will appear here and when
	Here    string // its own address
	Narrow  *Narrow
	Bulk    *Bulk // nil where nothing is done with several cases at once
	Rows    []CaseRow
	Next    string // address of the next page
	// Named are the cases whose records name what was looked for; NamedNext is the address of the rest.
	Named     []CaseRow
	NamedNext string
}

// CaseRow is one line of a list.
type CaseRow struct {
	Href   string
	Light  Light
	Number string
	Place  string
	What   string // category in plain words
	Signs  []string
	Lead   string
	State  string
	Clock  string // "还剩 3 个工作日"
	Last   string // last event, with day
	Urgent bool
	On     bool // the case that stands beside this list
	New    bool // others did something since the reader's unit opened it
	Pick   string
}

// Light is never colour alone. Kind: green, yellow, red, black, none.
type Light struct{ Kind, Word string }

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

// Ops is "/desk/ops" for administrators: the engines and who has an account.
type Ops struct {
	Shell
	Missing string // as in Queue
	Engines []Fact
	Staff   []StaffRow
}

type StaffRow struct{ Login, Name, Role, Unit, State string }
