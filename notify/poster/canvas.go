package poster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"sync"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"qianshao/notify/sheet"
)

// point is a place on the paper in millimetres from its upper left corner.
type point struct{ x, y float64 }

// ink is a colour of the house, as it is printed.
type ink struct{ r, g, b uint8 }

var (
	black = ink{0x1C, 0x25, 0x21}
	grey  = ink{0x56, 0x60, 0x5A}
	white = ink{0xFF, 0xFF, 0xFF}
	pine  = ink{0x17, 0x60, 0x4C}
	ember = ink{0xAE, 0x3A, 0x12}
	lamp  = ink{0xE8, 0xB2, 0x3A}
	glow  = ink{0xFB, 0xF1, 0xD8}
	tint  = ink{0xEE, 0xF3, 0xEF}
	line  = ink{0xDC, 0xD9, 0xCF}
	blue  = ink{0x1F, 0x5A, 0x8C}
)

// surface is what can be drawn on. All of a poster is filled shapes and lines of text, so that print and picture are the same.
type surface interface {
	// fill paints polygons, which may touch and overlap.
	fill(shapes [][]point, c ink)
	// write puts a line of text with its foot at y, size in points.
	write(x, y, size float64, heavy bool, c ink, text string)
	// page begins another page.
	page()
}

const millimetre = 72 / 25.4 // points

// typefaces are the fonts of sheet, for measuring and painting.
var typefaces = sync.OnceValues(func() ([2]*sfnt.Font, error) {
	var all [2]*sfnt.Font
	for i := range all {
		raw, err := sheet.Typeface(i == 1)
		if err != nil {
			return all, err
		}
		if all[i], err = opentype.Parse(raw); err != nil {
			return all, fmt.Errorf("poster: read font: %w", err)
		}
	}
	return all, nil
})

func face(heavy bool) (*sfnt.Font, error) {
	all, err := typefaces()
	if heavy {
		return all[1], err
	}
	return all[0], err
}

// measure is the width of a text in millimetres. Of a character that the font does not have, it is that of a box.
func measure(size float64, heavy bool, text string) float64 {
	f, err := face(heavy)
	if err != nil {
		return 0 // the first line that is written tells it
	}
	var b sfnt.Buffer
	const em = 1000
	sum := fixed.Int26_6(0)
	for _, r := range shown(f, text) {
		g, err := f.GlyphIndex(&b, r)
		if err != nil {
			continue
		}
		if w, err := f.GlyphAdvance(&b, g, fixed.I(em), font.HintingNone); err == nil {
			sum += w
		}
	}
	return float64(sum) / 64 / em * size / millimetre
}

// missing is shown in place of a character that the font does not have.
const missing = '□'

func shown(f *sfnt.Font, text string) string {
	var b sfnt.Buffer
	out := []rune(text)
	for i, r := range out {
		if g, err := f.GlyphIndex(&b, r); err != nil || g == 0 {
			out[i] = missing
		}
	}
	return string(out)
}

// printout is a PDF.
type printout struct {
	pdf  gopdf.GoPdf
	size gopdf.Rect
	err  error
}

func newPrint(width, height float64, title string) (*printout, error) {
	fonts, err := sheet.Fonts()
	if err != nil {
		return nil, err
	}
	p := &printout{size: gopdf.Rect{W: width, H: height}}
	p.pdf.Start(gopdf.Config{PageSize: p.size, Unit: gopdf.UnitMM})
	p.pdf.SetInfo(gopdf.PdfInfo{Title: title})
	for _, name := range []string{"regular", "bold"} {
		if err := p.pdf.AddTTFFontFromFontContainer(name, fonts); err != nil {
			return nil, fmt.Errorf("poster: font %s: %w", name, err)
		}
	}
	p.page()
	return p, nil
}

func (p *printout) page() { p.pdf.AddPage() }

func (p *printout) fill(shapes [][]point, c ink) {
	p.pdf.SetFillColor(c.r, c.g, c.b)
	for _, s := range shapes {
		outline := make([]gopdf.Point, len(s))
		for i, at := range s {
			outline[i] = gopdf.Point{X: at.x, Y: at.y}
		}
		p.pdf.Polygon(outline, "F")
	}
}

func (p *printout) write(x, y, size float64, heavy bool, c ink, text string) {
	name := map[bool]string{true: "bold", false: "regular"}[heavy]
	f, err := face(heavy)
	if err == nil {
		err = p.pdf.SetFont(name, "", size)
	}
	if err == nil {
		p.pdf.SetTextColor(c.r, c.g, c.b)
		p.pdf.SetXY(x, y)
		err = p.pdf.Text(shown(f, text))
	}
	if p.err == nil {
		p.err = err
	}
}

func (p *printout) bytes() ([]byte, error) {
	var b bytes.Buffer
	if p.err == nil {
		_, p.err = p.pdf.WriteTo(&b)
	}
	if p.err != nil {
		return nil, fmt.Errorf("poster: print: %w", p.err)
	}
	return b.Bytes(), nil
}

// painting is a picture of one page.
type painting struct {
	img   *image.RGBA
	scale float64 // pixels of a millimetre
	faces map[string]font.Face
	err   error
}

func newPainting(width, height, dpi float64) *painting {
	scale := dpi / 25.4
	p := &painting{img: image.NewRGBA(image.Rect(0, 0, int(math.Round(width*scale)), int(math.Round(height*scale)))), scale: scale, faces: map[string]font.Face{}}
	draw.Draw(p.img, p.img.Bounds(), image.White, image.Point{}, draw.Src)
	return p
}

func (p *painting) page() {}

func (c ink) colour() image.Image { return image.NewUniform(color.RGBA{c.r, c.g, c.b, 0xFF}) }

func (p *painting) fill(shapes [][]point, c ink) {
	size := p.img.Bounds().Size()
	z := vector.NewRasterizer(size.X, size.Y)
	for _, s := range shapes {
		for i, at := range clockwise(s) {
			x, y := float32(at.x*p.scale), float32(at.y*p.scale)
			if i == 0 {
				z.MoveTo(x, y)
			} else {
				z.LineTo(x, y)
			}
		}
		z.ClosePath()
	}
	z.Draw(p.img, p.img.Bounds(), c.colour(), image.Point{})
}

// clockwise turns a polygon round where it must be: two that overlap and run against each other would leave a hole.
func clockwise(s []point) []point {
	area := 0.0
	for i, a := range s {
		b := s[(i+1)%len(s)]
		area += a.x*b.y - b.x*a.y
	}
	if area >= 0 {
		return s
	}
	turned := make([]point, len(s))
	for i, a := range s {
		turned[len(s)-1-i] = a
	}
	return turned
}

func (p *painting) write(x, y, size float64, heavy bool, c ink, text string) {
	key := fmt.Sprint(size, heavy)
	f, err := face(heavy)
	if err == nil && p.faces[key] == nil {
		p.faces[key], err = opentype.NewFace(f, &opentype.FaceOptions{Size: size / millimetre * p.scale, DPI: 72, Hinting: font.HintingNone})
	}
	if err != nil {
		p.err = err
		return
	}
	d := font.Drawer{Dst: p.img, Src: c.colour(), Face: p.faces[key], Dot: fixed.Point26_6{X: fixed.Int26_6(x * p.scale * 64), Y: fixed.Int26_6(y * p.scale * 64)}}
	d.DrawString(shown(f, text))
}

func (p *painting) bytes() ([]byte, error) {
	var b bytes.Buffer
	if p.err == nil {
		p.err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, p.img)
	}
	if p.err != nil {
		return nil, fmt.Errorf("poster: paint: %w", p.err)
	}
	return b.Bytes(), nil
}
