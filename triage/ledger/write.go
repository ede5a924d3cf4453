package ledger

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
)

// Head is what stands above a sheet.
type Head struct {
	Of string    // whose ledger it is: 方山县, 大武镇
	At time.Time // until when it tells
	By string    // the unit that had it made
}

// Book writes one sheet in the county's layout as an Excel file, row by row: memory does not grow with the rows. Close must be called.
//
// Every text is written as a text and has the format of a text, so that nothing that somebody typed becomes a formula, also not when it is edited later.
type Book struct {
	file   *excelize.File
	stream *excelize.StreamWriter
	styles styles
	width  int
	line   int
	buffer []any
	boxes  []excelize.Cell
}

type styles struct{ title, note, group, head, text, number int }

const (
	sheetName   = "台账"
	headerLines = 4         // title, note, groups, headings
	textFormat  = 49        // "@"
	charWidth   = 2.2       // units of a column for a Chinese character
	bigCell     = 32767 / 3 // characters; Excel takes 32,767 of UTF-16
)

// paperSizes are Excel's numbers for them.
var paperSizes = map[string]int{"A3": 8, "A4": 9}

// NewBook begins a ledger.
func NewBook(p *county.Profile, h Head) (*Book, error) {
	b, err := begin(sheetName)
	if err != nil {
		return nil, err
	}
	if err := b.ledgerHead(p, h); err != nil {
		return nil, fmt.Errorf("ledger: begin a sheet: %w", closing(b, err))
	}
	return b, nil
}

// begin makes an empty book with one sheet.
func begin(sheet string) (*Book, error) {
	f := excelize.NewFile()
	f.SetZipWriter(func(w io.Writer) excelize.ZipWriter {
		z := zip.NewWriter(w)
		z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		return z
	})
	b := &Book{file: f}
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, closing(b, err)
	}
	if err := b.makeStyles(); err != nil {
		return nil, closing(b, err)
	}
	return b, nil
}

func closing(b *Book, err error) error {
	b.Close()
	return err
}

// makeStyles makes the looks of cells: songti as offices write it, thin borders, wrapped text.
func (b *Book) makeStyles() error {
	var border []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	middle := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.styles.title, excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 18, Bold: true}, Alignment: middle, NumFmt: textFormat}},
		{&b.styles.note, excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 10}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, NumFmt: textFormat}},
		{&b.styles.group, excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 11, Bold: true}, Alignment: middle, Border: border, NumFmt: textFormat,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E2EAE4"}}}},
		{&b.styles.head, excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 10, Bold: true}, Alignment: middle, Border: border, NumFmt: textFormat}},
		{&b.styles.text, excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 10}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Border: border, NumFmt: textFormat}},
		{&b.styles.number, excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 10}, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}, Border: border}},
	} {
		id, err := b.file.NewStyle(&s.style)
		if err != nil {
			return fmt.Errorf("ledger: style: %w", err)
		}
		*s.id = id
	}
	return nil
}

// ledgerHead writes the title, the line below it, the groups and the headings, and sets up panes and paper.
func (b *Book) ledgerHead(p *county.Profile, h Head) error {
	columns := p.Ledger.Columns()
	b.width = len(columns)
	fixed := 0
	for i, c := range columns {
		if c.Sticky {
			fixed = i + 1
		}
	}
	if err := b.setUp(p.Ledger.Paper, fmt.Sprintf("$1:$%d", headerLines)); err != nil {
		return err
	}
	for i, c := range columns {
		if err := b.stream.SetColWidth(i+1, i+1, c.Width*charWidth); err != nil {
			return err
		}
	}
	if err := b.freeze(fixed); err != nil {
		return err
	}
	if err := b.banner(h.Of+p.Ledger.Title, fmt.Sprintf("填报单位：%s　　截至：%s", h.By, h.At.In(p.Zone).Format("2006年1月2日"))); err != nil {
		return err
	}
	groups, heads := make([]any, 0, b.width), make([]any, 0, b.width)
	for _, g := range p.Ledger.Groups {
		from := len(groups)
		for i, c := range g.Columns {
			name := g.Name
			if i > 0 {
				name = ""
			}
			groups = append(groups, excelize.Cell{StyleID: b.styles.group, Value: name})
			heads = append(heads, excelize.Cell{StyleID: b.styles.head, Value: c.Name})
		}
		if err := b.merge(from+1, len(groups), b.line+1); err != nil {
			return err
		}
	}
	if err := b.put(groups, 22); err != nil {
		return err
	}
	return b.put(heads, 45)
}

// setUp opens the stream; what concerns the sheet as a whole must be set before.
func (b *Book) setUp(paper, repeat string) error {
	sheet := b.file.GetSheetName(0)
	size, landscape, fit, high := paperSizes[paper], "landscape", 1, 0
	if err := b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &landscape, FitToWidth: &fit, FitToHeight: &high}); err != nil {
		return err
	}
	yes := true
	if err := b.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	if err := b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + sheet + "'!" + repeat, Scope: sheet}); err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C第 &P 页，共 &N 页"}); err != nil {
		return err
	}
	var err error
	b.stream, err = b.file.NewStreamWriter(sheet)
	return err
}

// freeze keeps the heading and the first columns in sight.
func (b *Book) freeze(columns int) error {
	corner, err := excelize.CoordinatesToCellName(columns+1, headerLines+1)
	if err != nil {
		return err
	}
	active := "bottomLeft"
	if columns > 0 {
		active = "bottomRight"
	}
	return b.stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: columns, YSplit: headerLines, TopLeftCell: corner, ActivePane: active})
}

// banner writes the title and the line below it, each over the whole width.
func (b *Book) banner(title, note string) error {
	for i, s := range []string{title, note} {
		if err := b.merge(1, b.width, b.line+1); err != nil {
			return err
		}
		style, height := b.styles.title, 34.0
		if i > 0 {
			style, height = b.styles.note, 20
		}
		if err := b.put([]any{excelize.Cell{StyleID: style, Value: s}}, height); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) merge(from, to, line int) error {
	if from >= to {
		return nil
	}
	a, err := excelize.CoordinatesToCellName(from, line)
	if err != nil {
		return err
	}
	z, err := excelize.CoordinatesToCellName(to, line)
	if err != nil {
		return err
	}
	return b.stream.MergeCell(a, z)
}

func (b *Book) put(cells []any, height float64) error {
	b.line++
	at, err := excelize.CoordinatesToCellName(1, b.line)
	if err != nil {
		return err
	}
	if height == 0 {
		return b.stream.SetRow(at, cells)
	}
	return b.stream.SetRow(at, cells, excelize.RowOpts{Height: height})
}

// Add writes one row.
func (b *Book) Add(cells []Cell) error {
	b.buffer = slices.Grow(b.buffer[:0], len(cells))
	b.boxes = slices.Grow(b.boxes[:0], len(cells))[:len(cells)]
	for i, c := range cells {
		box := &b.boxes[i]
		switch {
		case c.Is:
			*box = excelize.Cell{StyleID: b.styles.number, Value: c.Number}
		case c.Text == "":
			*box = excelize.Cell{StyleID: b.styles.text}
		default:
			*box = excelize.Cell{StyleID: b.styles.text, Value: plain(c.Text)}
		}
		b.buffer = append(b.buffer, box)
	}
	if err := b.put(b.buffer, 0); err != nil {
		return fmt.Errorf("ledger: row %d: %w", b.line, err)
	}
	return nil
}

// plain takes away what no sheet can hold, and what is too long for a cell.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(s); len(s) > bigCell && len(runes) > bigCell {
		s = string(runes[:bigCell]) + "…"
	}
	return s
}

// WriteTo ends the sheet and writes the file.
func (b *Book) WriteTo(w io.Writer) (int64, error) {
	if err := b.stream.Flush(); err != nil {
		return 0, fmt.Errorf("ledger: end a sheet: %w", err)
	}
	n, err := b.file.WriteTo(w)
	if err != nil {
		return n, fmt.Errorf("ledger: write a book: %w", err)
	}
	return n, nil
}

// Close removes what the book keeps on disk.
func (b *Book) Close() { _ = b.file.Close() } // temporary files; a failure leaves them to the system
