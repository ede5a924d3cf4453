package frontend

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

// Narrow is the form that narrows a queue, GET /desk with q, town, category, light, state; and the search, GET /desk with words.
type Narrow struct {
	Queue      string
	Words      string
	Towns      []Option
	Categories []Option
	Lights     []Option
	States     []Option
	On         bool   // something narrows it
	All        string // address of the queue without
}

// Bulk is what can be done with several cases, POST /desk/bulk with do=sign or assign, pick*, unit, note, back.
type Bulk struct {
	Units     []Option // none for who may not assign
	UnitError string
	NoteLabel string
	Note      Field
}

// BulkDone answers POST /desk/bulk. What is left can be tried again.
type BulkDone struct {
	Shell
	Heading, Told, Error string
	Do, Verb             string
	Done, Left           []BulkLine
	Bulk                 Bulk
	Back                 string
}

// BulkLine is what came of one case. Pick is "" when it is done; where others were faster, Changed is what they did, and it is not On.
type BulkLine struct {
	Href, Number, Place, Text, Pick string
	On                              bool
	Changed                         []EventView
}
