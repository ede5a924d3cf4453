package frontend

import (
	"fmt"
	"strings"
)

// Overview is "/desk/overview": the cases in numbers, as of a moment. Every number leads to the list behind it.
type Overview struct {
	Shell
	Heading string
	AsOf    string // 截至 10:05; "" before the first count
	Old     bool   // the worker has not counted for long
	CSV     string
	Now     []Number // open, late, by light
	Grid    *Grid    // nil when nothing is open
	Steps   []StepTimes
	Span    string // of which months the numbers below are
	Funnel  []Bar
	Ends    []Number // what else became of the cases
	Sources []Bar    // none for who must not know, or before a month is over
	Chart   Chart
	Months  []MonthRow
}

// Number is one with its list. Kind is that of a light, or "".
type Number struct {
	Label, Text, Href, Kind string
	Hot                     bool // it asks for somebody
}

// Light is that of a number which counts one.
func (n Number) Light() Light { return Light{n.Kind, n.Label} }

// Grid is the open cases, category by town. Each row has as many cells as there are columns.
type Grid struct {
	Columns []string
	Rows    []GridRow
}

// GridRow is one line of the grid; the last row and column are the sums.
type GridRow struct {
	Name  string
	Cells []Number
	Sum   bool
}

// StepTimes is how long a step took, for all cases and for each priority.
type StepTimes struct {
	Name string
	Rows []TimeRow
}

// TimeRow is one line of it; the bar is drawn to the longest of the step.
type TimeRow struct {
	Name, Half, Most string // 特急, 3 小时, 2 天
	Count            Number
	HalfWide, Wide   int // of 100
	Alt              string
}

// Bar is a number drawn in the page's ink, Wide of 100.
type Bar struct {
	Number
	Wide int
	Alt  string
	Note string
}

// MonthRow is one month of the table under the chart.
type MonthRow struct {
	Name            string
	Opened, Closed  Number
	Change, Running string // from the month before; that it is not over
}

// Chart is lines over the same months, drawn as SVG without words: the legend and the ends of the axis are text beside it, as large as all other text.
type Chart struct {
	Alt         string
	First, Last string // months
	Top         int    // the largest number
	Lines       []Line
}

// Line is one of a chart.
type Line struct {
	Name   string
	Dashed bool
	Values []int
}

// Size of the drawing; it is stretched to the width that there is.
const chartWidth, chartHeight = 600, 120

// Points are the corners of a line in the drawing.
func (c Chart) Points(l Line) string {
	var b strings.Builder
	for i, v := range l.Values {
		x := chartWidth / 2
		if len(l.Values) > 1 {
			x = i * chartWidth / (len(l.Values) - 1)
		}
		fmt.Fprintf(&b, "%d,%d ", x, chartHeight-4-v*(chartHeight-8)/max(c.Top, 1))
	}
	return strings.TrimSpace(b.String())
}

// Work is "/desk/work?month=": what each unit did in a month, in the order of the profile.
type Work struct {
	Shell
	Heading, AsOf, CSV string
	Months             []Option
	Rows               []WorkRow
	Running            string // says that the month is not over
}

// WorkRow is one unit.
type WorkRow struct {
	Unit                                         string
	Open, New, Closed, OnTime, Late, Long, Backs Number
	Wide                                         int // of the share on time, of 100
	Alt                                          string
}

// Draws is "/desk/draws": the draws so far and a form, POST /desk/draws with field month.
type Draws struct {
	Shell
	Rule   string // how many are drawn
	Months []Option
	Error  string
	Rows   []DrawRow
}

// DrawRow is the draw of one month.
type DrawRow struct{ Href, Month, Drawn, Done, Problems string }

// Draw is "/desk/draws/MONTH": what was drawn, by which town it is looked at, and what was found: POST the same address with fields case, result, note.
type Draw struct {
	Shell
	Heading, Path, Rule string
	Facts               []Fact
	Seed, Sum           string
	Stands              bool // drawing again gives the same
	Lines               []string
	Error               string
	Groups              []CheckGroup
}

// CheckGroup is what one unit looks at.
type CheckGroup struct {
	Unit   string
	Checks []CheckRow
}

// CheckRow is one case. Place is "" where it cannot be shown any more.
type CheckRow struct {
	Case, Href, Number, Place, What, State string
	Double, Open                           bool   // Open has a form
	Result, Told, Who, Note                string // Told: who recorded it and when; Who: the names of those who looked
	Problem, Stuck                         bool   // Stuck: the case is not taken up again yet
	Results                                []Option
	Typed                                  Field
}

// Checks is "/desk/checks": what a town is to look at for the duty desk: POST the same address with fields month, case, result, note, who.
type Checks struct {
	Shell
	Notice, Error string
	Typed         string // what was typed for a case that does not stand here any more
	Tasks         []CheckTask
}

// CheckTask is a drawn case as the town knows it that looks: nothing of it but where it is, what was done and what to look at.
type CheckTask struct {
	Month, Case, Number, Place, Site, What string
	Said, Closed                           string // the conclusion with its day, and the day of the closing
	Done, Look                             []string
	Stuck                                  bool // as in CheckRow
	Results                                []Option
	ResultError                            string
	Note, Who                              Field
}

// Handover is "/desk/handover?staff=": the open cases in which somebody did the last thing.
type Handover struct {
	Shell
	Staff   []Option
	Name    string // of who hands over; "" before one is chosen
	Facts   []Fact
	Rows    []CaseRow
	Next    string
	Printed string // when
}
