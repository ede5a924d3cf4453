package frontend

// Review is "/desk/review/ID": what the machine makes of a case, and the answers of who checks it. Every form is POST /desk/review/ID/ANSWER with version:
// place with place (a code, "unknown" or "chosen") and chosen; category with category and chosen; same, recurs and other with case; agree with nothing.
type Review struct {
	Shell
	ID        string
	Version   int64
	Number    string
	State     string
	Light     Light
	Emergency bool
	Guessed   bool // the machine read the emergency from the words: it is taken back on the page of the case
	Lead      string
	Why       []string
	CanAnswer bool // false once the case is closed
	Place     Question
	Category  Question
	Again     bool   // whether it is an earlier case's matter, is asked
	Comparing string // what there is to say about that
	Similar   []Beside
	Tips      []TipView
	Notice    string
	Error     string
}

// Question is a guess of the machine with what a person may say to it.
type Question struct {
	Asked  bool // the machine was not sure enough
	Guess  Guess
	Yes    Option   // it is so
	Others []Option // what else the machine thought of
	No     []Option // what no list has
	All    []OptionGroup
}

// OptionGroup is a part of a long list.
type OptionGroup struct {
	Name    string
	Options []Option
}

// Beside is an earlier case next to the one in question.
type Beside struct {
	ID, Href, Number, State string
	How                     string // 很可能, 可能, 不确定
	Why                     string
	Recurs                  bool   // it is closed: the question is whether it began again
	Caution                 string // why the two are not joined without a reason; empty when they are
	Note                    string // the reason, as it was typed
	Rows                    []SideRow
	Tips                    []TipView
}

// SideRow is one thing in both cases.
type SideRow struct {
	Name, Mine, Other string
	Equal             bool
}

// Quality is "/desk/quality": how often the machine was right.
type Quality struct {
	Shell
	Tables []QualityTable
}

// QualityTable is one question, week by week, this one first.
type QualityTable struct {
	Name  string
	Weeks []QualityWeek
}

// QualityWeek counts what the machine answered in the week from that Monday on.
type QualityWeek struct {
	From                                     string
	All, Auto, Waiting, Confirmed, Corrected int64
	Right                                    string // "18 / 20"; "" when nobody looked
}

// ask is a question with where its form goes.
type ask struct {
	Question
	ID, Name  string
	Version   int64
	CanAnswer bool
}

func newAsk(r Review, name string, q Question) ask { return ask{q, r.ID, name, r.Version, r.CanAnswer} }

// same is a comparison with where its forms go.
type same struct {
	Beside
	Case      string
	Version   int64
	Mine      []TipView
	Number1   string
	CanAnswer bool
}

func newSame(r Review, b Beside) same { return same{b, r.ID, r.Version, r.Tips, r.Number, r.CanAnswer} }
