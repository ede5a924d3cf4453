package frontend

// Compose is the form for words to who tipped: POST /desk/cases/ID/ACTION (reply, dismiss) with fields version, seen, key, say, tip, wants, pause, reply, anyway.
type Compose struct {
	ID, Action  string
	Version     int64
	Seen        int
	Key         string   // makes it happen once
	Says        []Option // what it is: a word, the answer, a question
	To          []Option // to whom; none where there is no choice
	ToError     string
	CanAsk      bool
	Wants       bool // a question that asks for photos, too
	CanPause    bool
	Pause       bool
	Days        int // that a question waits
	Label, Hint string
	Verb        string
	Reply       Field
	Findings    []FindingView
	Warned      string // goes back as anyway with the second button; "" where something must be mended first
}

// FindingView is one thing that was found in the words.
type FindingView struct {
	Quote, Sentence string
	Block           bool // it must be mended
}
