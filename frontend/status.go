package frontend

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
