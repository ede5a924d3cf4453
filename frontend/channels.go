package frontend

// Channels is "/desk/channels" for administrators: who is told outside of the desk, how each does, and what was sent.
type Channels struct {
	Shell
	Rule     string // when what goes out
	Result   string // of a test that arrived
	Error    string // of one that did not
	Contacts []ContactRow
	Log      []SentRow
	Next     string // the next page of the log
	Older    bool   // this is not the first one
}

// ContactRow is an address with how it does. Address is shortened: nobody can use it.
type ContactRow struct {
	Name, By, Address, Whom string
	Light                   Light
	Last, Trouble, Waiting  string
}

// SentRow is a line of the log.
type SentRow struct{ When, Contact, What, Number, Result string }
