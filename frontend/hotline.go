package frontend

// Hotline is "/desk/hotline": an operator asks the questions of the resident's form while the caller talks. POST /desk/hotline with the fields of Report
// (without files and captcha) and channel, told, order.
type Hotline struct {
	Report
	Channels    Choices
	Told        Field // when the call came; "" is now
	Order       Field // number of the work order
	DaysBack    int
	Emergencies []CallFirst
	EmergError  string
	Unsent      bool // what was typed comes back after signing in again
}

// CallFirst is an emergency with the numbers to call in it.
type CallFirst struct {
	Option
	Calls []Call
}

// HotlineReceipt answers POST /desk/hotline: the codes to read to the caller. POST /desk/hotline/kept with token and tail (the last four digits as the caller
// said them back), or with token and gone when the caller is gone.
type HotlineReceipt struct {
	Shell
	Token string
	Code  [4]string
	Claim *[4]string // nil unless a reward was wished
	Kept  bool       // no code is shown any more
	Said  string     // why
	Again bool       // the form had been sent before
	Tail  Field
}

// Orders is "/desk/hotline/orders": the city's sheet in, and the state of its work orders out. POST /desk/hotline/orders with sheet (a file, which is only
// looked at) or with checked and take; GET /desk/hotline/states with from and code.
type Orders struct {
	Shell
	Error   string
	Done    string
	Checked *Checked
	From    Field
	MaxMB   int
	MaxRows int
}

// Checked is what there is in a sheet.
type Checked struct {
	Sheet string // the sheet, sealed; "" when there is nothing to take
	Said  string // how many are good, there already, bad
	Take  string // the button
	Bad   []SheetLine
	Same  []SheetLine
}

// SheetLine is a line of a sheet with what there is to say about it. Line is 0 for the sheet as a whole.
type SheetLine struct {
	Line         int
	What, Remedy string
}
