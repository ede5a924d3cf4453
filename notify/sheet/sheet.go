// Package sheet prints what a county office hands over on paper: 交办单, 督办单 and 现场核查单, as PDF on A4 with the number of the case as a QR code.
// It owns the forms, the layout and the fonts. It knows nothing of cases, tips and people: it is given the words that are to be shown, and none of them is a
// tipster's.
package sheet

import "fmt"

// Kind is which form is printed.
type Kind string

// The forms.
const (
	Assign    Kind = "assign"    // 问题线索交办单: 县安委办 hands a matter to a unit
	Supervise Kind = "supervise" // 督办单: 县安委办 presses for it
	Inspect   Kind = "inspect"   // 现场核查单: what inspectors take along, and who is inspected signs: nothing in it tells that somebody reported
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Assign, Supervise, Inspect} }

// Case is everything that may stand in a sheet, in Chinese. What is empty is left free for a pen.
type Case struct {
	Office      string // who issues sheets, by its long name: 方山县安全生产委员会办公室
	Number      string // 方2026-0031; the QR code holds this and nothing else
	Place       string
	Category    string // what it is about, in the words of the notice
	Urgency     string
	Lead        string
	Co          []string
	Oversight   string
	Opened      string // 2026年11月24日
	Today       string
	Deadlines   []Deadline // of the steps that are still to be taken
	AnswerBy    string     // by when a supervision order is to be answered: 2026年12月1日前
	Instruction string     // what the duty desk or the lead wrote to those who act
}

// Deadline is a step with the time by which it is to be taken.
type Deadline struct {
	Step string // 签收
	By   string // 2026年12月1日前
	Late string // 已超 2 天; "" while there is time
}

// Print makes the sheet as PDF; a box stands for every character that the fonts do not have. An unknown kind is an error.
func Print(kind Kind, c Case) ([]byte, error) {
	p, err := draw(kind, c)
	if err != nil {
		return nil, err
	}
	return p.bytes()
}

func draw(kind Kind, c Case) (*paper, error) {
	f, ok := forms[kind]
	if !ok {
		return nil, fmt.Errorf("sheet: no form %q", kind)
	}
	p, err := newPaper(f.title+" "+c.Number, f.title+"（续）　编号："+c.Number)
	if err != nil {
		return nil, err
	}
	p.head(f.office(c), f.title, c.Number)
	f.fill(p, c)
	return p, nil
}
