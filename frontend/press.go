package frontend

// Press is "/desk/press": what is to be published, in one state.
type Press struct {
	Shell
	Heading string
	Empty   string
	States  []Option // each is a list; none where they stand in the rail
	Rows    []PressRow
	Next    string
}

// PressRow is one line of it. It says nothing of the case but what may be published.
type PressRow struct {
	Href, Title, Place, What string
	When                     string // 改于 11月3日, 排在 11月25日
	Red, Yellow              int    // findings
}

// PressItem is "/desk/press/ID": what is to be published of one matter.
type PressItem struct {
	Shell
	ID      string
	Path    string
	Version int64
	State   string
	Heading string
	Error   string // above everything
	Done    string // what was just done
	Typed   string // what was typed for a step that is over
	Facts   []Fact // all that whoever writes learns of the case
	Edit    *PressEdit
	Head    []PressPart // the title of the text as it stands, the findings marked
	Text    []PressPart
	Found   []PressFinding
	Diff    []PressDiff // to the machine's draft; none when nothing was changed
	Photos  []PressPhoto
	Scenes  []PressScene // photos of the case that could be added
	Send    bool
	Approve *PressApprove
	Return  *Field // the reason with which it is sent back; nil when it cannot be
	Recall  *Field // the reason with which it is taken down
	Gone    string // why it was taken down
	Due     string // when it is published
	Log     []PressEvent
}

// PressEdit is the form of the text.
type PressEdit struct{ Title, Text Field }

// PressApprove is what a second person does. Why is set when this one may not.
type PressApprove struct{ Why string }

// PressPart is a piece of a text. Finding is the number of what was found there, 0 where nothing was.
type PressPart struct {
	Text    string
	Finding int
	Red     bool
}

// PressFinding is one trace of who tipped.
type PressFinding struct {
	Number       int
	Kind, Marked string
	Says         string
	Red          bool
	Name         string // of the field of the reason; "" where none is asked
	Reason       Field
	Kept         string // the reason of who approved it
}

// PressDiff is a piece of the text against the machine's draft.
type PressDiff struct {
	Text      string
	Kept, Out bool
}

// PressPhoto is a photo with the boxes that make parts of it unreadable.
type PressPhoto struct {
	ID, Path      string // of the rendition; of its forms
	Alt           string
	Source        string // the picture as the inspector took it
	Shown         string // as it would be published
	Width, Height int    // of the picture that the boxes are drawn on
	Boxes         []PressBox
	Corner        *PressCorner // the first corner that was pointed at without a script
	Edits, Seen   bool
}

// PressBox is one box, in pixels of the picture.
type PressBox struct{ Number, X, Y, W, H int }

// PressCorner is a point of the picture.
type PressCorner struct{ X, Y int }

// PointWidth is how wide the picture is shown on which one points without a script: what the browser says of the place is in these pixels.
const PointWidth = 320

// PointHeight belongs to PointWidth.
func (p PressPhoto) PointHeight() int {
	if p.Width == 0 {
		return 0
	}
	return p.Height * PointWidth / p.Width
}

// PointWidth is the constant, for the template.
func (PressPhoto) PointWidth() int { return PointWidth }

// PressScene is a photo of the case.
type PressScene struct{ ID, Small, Alt string }

// PressEvent is one line of the log.
type PressEvent struct{ Day, Who, Text, Note string }
