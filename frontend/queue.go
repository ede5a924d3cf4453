package frontend

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

// Bulk is what can be done with several cases, POST /desk/bulk with do=sign or assign, pick* ("ID VERSION"), unit, note, back.
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

// BulkLine is what came of one case. Pick is "" when it is done.
type BulkLine struct{ Href, Number, Place, Text, Pick string }
