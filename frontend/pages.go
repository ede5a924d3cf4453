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

// Ops is "/desk/ops" for administrators: the engines and who has an account.
type Ops struct {
	Shell
	Missing string // as in Queue
	Engines []Fact
	Staff   []StaffRow
}

type StaffRow struct{ Login, Name, Role, Unit, State string }
