package frontend

// Ledger is "/desk/ledger": the rows that fit the filters. The filters go by GET with town, category, state, light, lead, from, to; names=1 shows persons and
// after is a later page. POST /desk/ledger/export has query (the filters) and names; POST /desk/ledger/views query and name; .../views/ID/forget nothing.
type Ledger struct {
	Shell
	Of       string // whose ledger it is
	Count    int64
	More     bool // there are more than Count
	Filters  []FilterField
	Kept     []Hidden // filters that no field of the form shows
	From, To Field
	Query    string // the filters as they stand in an address
	Filtered bool
	Chosen   string // the filters in words
	Views    []SavedView
	ViewName Field
	Groups   []LedgerGroup
	Columns  []LedgerColumn
	Rows     []LedgerRow
	Next     string
	Names    bool
	Switch   string // address of this page with or without persons
	Large    bool   // an export becomes a job
	Notice   string
	Import   bool // may take in the ledger from before
}

// FilterField is a select of the filters.
type FilterField struct {
	Name, Label string
	Options     []Option // the first one asks for nothing
}

// SavedView is a set of filters under a name.
type SavedView struct {
	ID, Name, Href string
	On             bool
}

// LedgerGroup is a heading over so many columns.
type LedgerGroup struct {
	Name string
	Span int
}

// LedgerColumn is a heading. Stick is 1 or 2 for the columns that stay; Key ones are shown on a phone.
type LedgerColumn struct {
	Name  string
	Stick int
	Key   bool
}

// LedgerRow is a matter.
type LedgerRow struct {
	Href  string
	Light Light
	State string
	Cells []LedgerCell
}

// LedgerCell is one cell with its heading, which a phone shows beside it.
type LedgerCell struct {
	LedgerColumn
	Text   string
	Number bool // it is the number of the case, with the link
}

// LedgerJobs is "/desk/ledger/jobs": what was asked for and takes long.
type LedgerJobs struct {
	Shell
	Jobs    []JobView
	Running bool // the page asks again by itself
}

// JobView is one job. Done and Total are rows; Total is 0 until they are counted.
type JobView struct {
	What, Day, State string
	Done, Total      int64
	Running          bool
	Href             string // of the file, or of the import
	Link             string // what the link says
}

// LedgerImport is "/desk/ledger/import": POST multipart with file; nothing is stored by it but what was found.
type LedgerImport struct {
	Shell
	File    Field
	Columns string // headings that are understood
	MaxMB   int
	Batches []BatchLine
}

// BatchLine is an earlier import.
type BatchLine struct{ Href, Day, Who, State string }

// ImportBatch is "/desk/ledger/import/ID": what a file would bring, and what became of it. POST .../take with leave=1 to leave the bad rows out; .../undo.
type ImportBatch struct {
	Shell
	ID, State            string
	Rows, Good, Bad      int
	Already              int
	Whole                bool // the file itself is not right
	Problems             []ImportProblem
	More                 int
	Ignored, Barred      string
	Left                 []LeftRow
	CanTake, CanUndo     bool
	Busy                 bool // being stored or taken back
	Done, Total          int64
	Error                string
	Stored, Gone, Waited int
}

// ImportProblem names a cell that is wrong and how to mend it. Row is 0 for the file.
type ImportProblem struct {
	Row                  int
	Column, What, Remedy string
}

// LeftRow is a row that stays although its import was taken back.
type LeftRow struct {
	Href, Site, Who, Day string
	Row                  int
}

// Sites is "/desk/sites": the register, with GET fields source (cases, old, places), name, who, town, status.
type Sites struct {
	Shell
	Tabs    []QueueTab
	Source  string
	Name    Field
	Who     Field // only among cases
	Filters []FilterField
	Rows    []SiteRow
	Next    string
	Empty   string
}

// QueueTab is one of several lists.
type QueueTab struct {
	Href, Label string
	On          bool
}

// SiteRow is a place of the register.
type SiteRow struct {
	Href             string // "" where there is nothing behind it
	Name, Place      string
	Status, Kind     string // known, watched, closed: word and key
	What, Since      string
	Equipment, Where string
	Number           string
	Same             []SameSite // run by the same persons
	More             bool       // there are others than those
}

// SameSite is another matter that somebody runs who runs this one.
type SameSite struct{ Href, Text string }

// OldSite is "/desk/sites/old/ID": POST with version, status, note.
type OldSite struct {
	Shell
	ID, Name, Place string
	Status          string
	Version         int64
	Facts           []Fact
	Work            []EventView
	Statuses        []Option
	Note            Field
	Error           string
	From            string // which import brought it
}

// Reports is "/desk/reports" with GET fields period (2026-11 or 2026-q4), town. POST /desk/reports/export has the same.
type Reports struct {
	Shell
	Heading string
	By      string
	Filters []FilterField
	Period  string // "" for one that was not understood: there is nothing to export
	Town    string
	Columns []string
	Groups  []ReportGroup
	Rows    []ReportRow // the cases behind the numbers
	Error   string
}

// ReportGroup is a part of a report.
type ReportGroup struct {
	Name  string
	Lines []ReportLine
}

// ReportLine is a number for each column; by hand is for a person to fill.
type ReportLine struct {
	Name, Unit, Note string
	Values           []string
	ByHand           bool
}

// ReportRow is a case that adds to the numbers.
type ReportRow struct{ Href, Number, Town, Text string }
