package frontend

// Calendar is "/desk/calendar": the years of which the holidays are known. The form posts file and note there, as multipart.
type Calendar struct {
	Shell
	Missing  string // which years the limits need and nobody has uploaded; "" for none
	Done     string // what was taken just now
	File     Field
	Note     Field
	Problems []SheetLine // what is wrong with the table, line by line
	Sample   string      // how a table begins
	Years    []CalendarYear
}

// CalendarYear is one of them, the newest first.
type CalendarYear struct {
	Year           int
	Days, By, Note string
}
