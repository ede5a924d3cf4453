package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"
	"github.com/signintech/gopdf"
)

// Measures of a page in millimetres, of type in points.
const (
	pageHeight               = 297.0
	left, right, top, bottom = 24.0, 186.0, 20.0, 278.0
	width                    = right - left
	body, small              = 11.5, 9.0
	leading                  = 1.4  // lines of a text, in heights of type
	pad                      = 2.0  // between text and rule
	labelWidth               = 27.0 // of the cells that name a row
	thin                     = 0.25 // rules
	point                    = 25.4 / 72
	qrSize                   = 22.0
)

// missing is shown in place of a character that the fonts do not have.
const missing = '□'

// paper is a sheet being drawn from top to bottom. It goes on to another page by itself and writes the running title there. The first error stays, and
// nothing is drawn after it.
type paper struct {
	pdf     gopdf.GoPdf
	y       float64
	again   string // what stands at the top of every further page
	missing int    // characters that the fonts do not have
	err     error
}

// newPaper takes a sheet of A4. title names the file to whoever opens it.
func newPaper(title, again string) (*paper, error) {
	all, err := fonts()
	if err != nil {
		return nil, err
	}
	p := &paper{again: again}
	p.pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4, Unit: gopdf.UnitMM})
	p.pdf.SetInfo(gopdf.PdfInfo{Title: title})
	for _, name := range []string{regular, bold} {
		if err := p.pdf.AddTTFFontFromFontContainer(name, all); err != nil {
			return nil, fmt.Errorf("sheet: font %s: %w", name, err)
		}
	}
	p.pdf.AddPage()
	p.y = top
	return p, nil
}

// bytes ends the sheet: every page gets its number at the foot, and the file is written.
func (p *paper) bytes() ([]byte, error) {
	pages := p.pdf.GetNumberOfPages()
	for n := 1; n <= pages; n++ {
		p.keep(p.pdf.SetPage(n))
		p.text(left, pageHeight-16, width, gopdf.Center, regular, small, fmt.Sprintf("第 %d 页，共 %d 页", n, pages))
	}
	var b bytes.Buffer
	if p.err == nil {
		_, err := p.pdf.WriteTo(&b)
		p.keep(err)
	}
	return b.Bytes(), p.err
}

func (p *paper) keep(err error) {
	if p.err == nil && err != nil {
		p.err = fmt.Errorf("sheet: draw: %w", err)
	}
}

// room goes on to the next page unless so many millimetres are left on this one.
func (p *paper) room(height float64) {
	if p.y+height > bottom {
		p.next()
	}
}

// next goes on to the next page.
func (p *paper) next() {
	p.pdf.AddPage()
	p.text(left, top-8, width, gopdf.Left, regular, small, p.again)
	p.y = top
}

// text writes one line whose top is y, without moving on.
func (p *paper) text(x, y, w float64, align int, font string, size float64, text string) {
	if p.err != nil {
		return
	}
	text = p.use(font, size, text)
	p.pdf.SetXY(x, y)
	p.keep(p.pdf.CellWithOption(&gopdf.Rect{W: w, H: size * point * leading}, text, gopdf.CellOption{Align: align | gopdf.Middle}))
}

// use chooses the font, the regular one for a text that the other cannot write, and gives the text as it can be written.
func (p *paper) use(font string, size float64, text string) string {
	for {
		p.keep(p.pdf.SetFont(font, "", size))
		shown, lacking := p.shown(text)
		if lacking == 0 || font == regular {
			p.missing += lacking
			return shown
		}
		font = regular
	}
}

// shown leaves out what has no shape of its own and puts a box for each character that the current font does not have.
func (p *paper) shown(text string) (shown string, lacking int) {
	shown = strings.Map(func(r rune) rune {
		switch has, err := p.pdf.IsCurrFontContainGlyph(r); {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn, unicode.Me):
			return -1
		case err != nil || !has:
			lacking++
			return missing
		}
		return r
	}, text)
	return shown, lacking
}

// lines breaks a text for a width.
func (p *paper) lines(font string, size float64, text string, w float64) []string {
	text = p.use(font, size, text)
	return Wrap(text, w, func(s string) float64 {
		n, err := p.pdf.MeasureTextWidth(s)
		p.keep(err)
		return n
	})
}

// head is the top of the first page: who issues the form, what it is, the number in words and as a code.
func (p *paper) head(office, title, number string) {
	p.code(right-qrSize, top-2, number)
	w := width - 2*qrSize - 8 // in the middle of the page, beside the code
	for _, line := range p.lines(bold, 16, office, w) {
		p.text(left+qrSize+4, p.y, w, gopdf.Center, bold, 16, line)
		p.y += 8.5
	}
	p.text(left+qrSize+4, p.y, w, gopdf.Center, bold, 22, title)
	p.y = max(p.y+14, top+qrSize)
	p.text(left, p.y-6, width, gopdf.Left, regular, body, "编号："+number)
	p.y += 2
}

// cell is a part of a row. A cell with a label has it in a narrow cell of its own at the left.
type cell struct {
	label, text string
	room        float64 // millimetres left free for a pen below the text
}

// column is a cell with its place and its lines.
type column struct {
	x, w  float64
	font  string
	align int
	lines []string
}

// row draws cells of equal width beside each other, as high as the highest. A row that is too long goes on on the next page, with its labels.
func (p *paper) row(cells ...cell) {
	var columns []column
	share, free, height := width/float64(len(cells)), 0.0, body*point*leading
	for i, c := range cells {
		x, w := left+float64(i)*share, share
		if c.label != "" {
			columns = append(columns, column{x, labelWidth, bold, gopdf.Center, p.lines(bold, body, c.label, labelWidth-2*pad)})
			x, w = x+labelWidth, w-labelWidth
		}
		columns = append(columns, column{x, w, regular, gopdf.Left, p.lines(regular, body, c.text, w-2*pad)})
		free = max(free, c.room)
	}
	const least = 3                                     // lines of a long text that are worth beginning at the foot of a page
	free = min(free, bottom-top-(least+1)*height-2*pad) // or no page would be long enough
	for p.err == nil {
		n := 1
		for _, c := range columns {
			n = max(n, len(c.lines))
		}
		need := float64(n)*height + 2*pad + free
		if p.y+need > bottom && n <= least {
			p.room(need)
		}
		if p.y+need <= bottom {
			p.box(columns, n, need)
			return
		}
		fit := int((bottom - p.y - 2*pad) / height)
		if fit < least {
			p.next()
			continue
		}
		fit = min(fit, n)
		p.box(columns, fit, float64(fit)*height+2*pad)
		for i := range columns {
			if c := &columns[i]; c.font == regular {
				c.lines = c.lines[min(fit, len(c.lines)):]
			}
		}
		p.next()
	}
}

// box draws the first n lines of the columns, with rules around them. Labels stand in the middle of their height, texts at the top.
func (p *paper) box(columns []column, n int, height float64) {
	line := body * point * leading
	p.pdf.SetLineWidth(thin)
	for _, c := range columns {
		p.rule(c.x, p.y, c.x+c.w, p.y+height)
		lines := c.lines[:min(n, len(c.lines))]
		y := p.y + pad
		if c.font == bold {
			y = p.y + (height-float64(len(lines))*line)/2
		}
		for i, text := range lines {
			p.text(c.x+pad, y+float64(i)*line, c.w-2*pad, c.align, c.font, body, text)
		}
	}
	p.y += height
}

// rule draws the four sides of a cell. Lines, not a rectangle: the squares of the QR code are the only rectangles of a sheet.
func (p *paper) rule(x1, y1, x2, y2 float64) {
	p.pdf.Line(x1, y1, x2, y1)
	p.pdf.Line(x1, y2, x2, y2)
	p.pdf.Line(x1, y1, x1, y2)
	p.pdf.Line(x2, y1, x2, y2)
}

// code draws a QR code of the text with its corner at x, y: as shapes, so that it is sharp at any size. The code says that its text is UTF-8; readers that have to
// guess take short Chinese for Japanese.
func (p *paper) code(x, y float64, text string) {
	c, err := encoder.Encoder_encode(text, decoder.ErrorCorrectionLevel_M, map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_CHARACTER_SET: "UTF-8"})
	p.keep(err)
	if p.err != nil {
		return
	}
	dots := c.GetMatrix().GetArray()
	module := qrSize / float64(len(dots))
	p.pdf.SetGrayFill(0)
	for row, line := range dots {
		for from := 0; from < len(line); from++ {
			n := 0
			for from+n < len(line) && line[from+n] == 1 {
				n++
			}
			if n > 0 {
				// A hair higher than it is: no white line between two rows that touch.
				p.pdf.RectFromUpperLeftWithStyle(x+float64(from)*module, y+float64(row)*module, float64(n)*module, module*1.02, "F")
				from += n
			}
		}
	}
}

// signed writes who issues the sheet and on which day, at the right, and keeps both together.
func (p *paper) signed(office, day string) {
	p.y += 6
	p.room(2 * body * point * leading)
	for _, text := range []string{office + "（盖章）", day} {
		p.text(right-100, p.y, 100, gopdf.Right, regular, body, text)
		p.y += body * point * leading
	}
}
