package frontend

// Claim is "/claim": the field for the claim code. POST /claim with code, captcha_id, captcha.
type Claim struct {
	Shell
	Off     string // said in place of the field while nothing can be claimed
	Code    Field
	Captcha *Captcha
	Notices []ClaimNotice
}

// ClaimNotice is a line of the public notice.
type ClaimNotice struct{ Tail, Town, Month string }

// ClaimForm answers POST /claim with a right code: how to be paid. It posts visit, way, name, id_number, bank, account, meet, declared to /claim/pay.
type ClaimForm struct {
	Shell
	Visit         string
	Amount, Until string
	Summary       []FieldError
	Ways          []Option // Long explains
	WayError      string
	Named         bool // a name is asked for
	Account       bool // an account may be given
	Name          Field
	IDNumber      Field
	Bank          Field
	AccountNumber Field
	Meet          Field
	Declarations  []string
	Declared      bool
	DeclaredError string
}

// Claimed answers what can be said of a right code beside the form: that it is claimed, with the second code on the first answer only; or why not now.
type Claimed struct {
	Shell
	Heading, Text string
	Second        *[4]string // shown once
	Amount        string
	How           string // what to do now
}

// RewardNote is what the status page says of a reward. Href is "" while there is nothing to claim.
type RewardNote struct{ Text, Href string }

// Claimable says that there is something to claim.
func (n *RewardNote) Claimable() bool { return n != nil && n.Href != "" }

// AwardForm is "/desk/cases/:id/award": the basis of a reward, which is proposed of every case that was found true. It posts level, deaths, joint, tip, also, note.
type AwardForm struct {
	Shell
	Case, Number string
	Draft        string // said while the county has no rules in force
	Missing      string // why nothing can be proposed yet
	Fines        []FineRow
	Amount       string
	Why          []string
	State        string // of what was proposed before
	Stale        string // that the records say something else by now
	Said         string // why it came back
	CanPropose   bool
	Decide       string // address of the page for who decides, of a case that stays within its units
	Levels       []Option
	LevelError   string
	Deaths       Field
	Joint        bool
	Ties         []Option
	TieError     string
	Later        []Option // tips that may get a share besides
	LaterHint    string
	Note         Field
	Error        string
	Rules        []RuleRow
}

// FineRow is a penalty in force.
type FineRow struct{ Day, Fine, Confiscated string }

// RuleRow is a rule of the county with where it comes from.
type RuleRow struct{ Text, Source string }

// Awards is "/desk/awards": what waits for a decision. Each posts version, action, note to /desk/awards/ID.
type Awards struct {
	Shell
	Draft    string
	Waiting  AwardList
	Raised   AwardList // a higher amount waits for a yes or a no
	Approved AwardList // that may be revoked
	Done     string
	Error    string
}

// AwardList is a page of awards.
type AwardList struct {
	Rows []AwardRow
	Next string // address of the next page
}

// AwardRow is one proposal.
type AwardRow struct {
	ID, Number     string
	Version        int64
	Who, Day, Note string // who proposed it, when, and what was said
	Amount         string
	Facts          []Fact
	Why            []string
	Case           *DeskLink // for who may see it
	Actions        []PayAction
	Error          string
	State          string // of one that was revoked
	Stale          string // that the case says something else by now
}

// PayAction is a button with what it asks for.
type PayAction struct {
	Key, Verb string
	Main      bool
	NoteLabel string // "" asks for none
	NeedsNote bool
	CodeLabel string // "" asks for none
	Insider   bool   // asks whether it was proved that the person works there
	Note      Field
	Code      Field
}

// Payouts is "/desk/payout": the awards in one state, and for the reward officer the field for a code that somebody shows.
type Payouts struct {
	Shell
	Heading, Empty string
	Draft          string
	Check          bool
	Code           Field
	Rows           []PayoutRow
	Next           string
	Budget         []Fact
	Unwished       string
}

// PayoutRow is an award in a list.
type PayoutRow struct{ Href, Number, Amount, State, Way, Day, Until string }

// Payout is "/desk/payout/:id". Its actions post version, key, checked, note, code, insider to /desk/payout/ID/ACTION.
type Payout struct {
	Shell
	ID, Number string
	Version    int64
	Key        string
	Checked    string // proof that the code was looked at just now
	Good       string // what was just found or done
	State      string
	Amount     string
	Facts      []Fact
	Hints      []string
	Steps      []EventView
	Actions    []PayAction
	Payee      string // address of the sealed payee, for who pays
	Receipt    string // address of the receipt
	Error      string
}

// PayAudit is "/desk/payout/audit": the sums of the rewards.
type PayAudit struct {
	Shell
	Years  []PayYear
	Sums   []PaySum
	Total  string
	Parted []string
	Rows   []PayRow
	Rules  string // version
}

// PayYear is a year's budget.
type PayYear struct{ Year, Budget, Paid, Left, Promised string }

// PaySum is what the awards in a state come to.
type PaySum struct{ State, Count, Amount string }

// PayRow is a line of the ledger of rewards.
type PayRow struct{ Number, Amount, Rule, State, Approved, Paid, By string }

// payPage is what the forms of an award share.
type payPage struct {
	ID, Path, Key, Checked string
	Version                int64
	Actions                []PayAction
}

// payAct is one of them.
type payAct struct {
	Page   payPage
	Action PayAction
}

// Pay is the proposal as its forms need it.
func (r AwardRow) Pay() payPage {
	return payPage{ID: r.ID, Path: "/desk/awards/" + r.ID, Version: r.Version, Actions: r.Actions}
}

// Pay is the award as its forms need it.
func (p Payout) Pay() payPage {
	return payPage{ID: p.ID, Path: "/desk/payout/" + p.ID, Key: p.Key, Checked: p.Checked, Version: p.Version, Actions: p.Actions}
}

// With is one of its forms.
func (p payPage) With(a PayAction) payAct { return payAct{p, a} }
