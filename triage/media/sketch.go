package media

import (
	"image"

	"golang.org/x/image/draw"
)

// sketchSide is the side of a sketch in cells.
const sketchSide = 64

// enough is the long side, in pixels, from which a sketch loses nothing.
const enough = 400

// framings are looked for in one another: a framed picture may stand between the bars of a screen.
const framings = 2

// Sketch is what is compared of a picture (match.Picture): 64 by 64 cells of grey, row by row; of a picture in a frame then as many of what is within it,
// and again of what is within a frame in a frame.
func Sketch(img *image.RGBA) []byte {
	grey := greyed(img, max(1, longest(img)/enough))
	out := cells(grey, grey.Rect)
	at := grey.Rect
	for range framings {
		within := unframed(grey, at)
		if within == at {
			break
		}
		out, at = append(out, cells(grey, within)...), within
	}
	return out
}

// greyed takes the mean brightness (ITU-R BT.601) of each n by n pixels, so that no fine line is lost or doubled; what is left over at the edges is left out.
func greyed(img *image.RGBA, n int) *image.Gray {
	b := img.Rect
	out := image.NewGray(image.Rect(0, 0, max(1, b.Dx()/n), max(1, b.Dy()/n)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum, count := 0, 0
			for j := y * n; j < min((y+1)*n, b.Dy()); j++ {
				row := img.Pix[j*img.Stride+4*x*n:][:4*min(n, b.Dx()-x*n)]
				for ; len(row) >= 4; row = row[4:] {
					sum += 299*int(row[0]) + 587*int(row[1]) + 114*int(row[2])
					count++
				}
			}
			out.Pix[y*out.Stride+x] = uint8((sum/count + 500) / 1000)
		}
	}
	return out
}

func cells(g *image.Gray, at image.Rectangle) []byte {
	small := image.NewGray(image.Rect(0, 0, sketchSide, sketchSide))
	draw.BiLinear.Scale(small, small.Rect, g, at, draw.Src, nil)
	return small.Pix
}

// unframed cuts off rows and columns at the edges that are all of one colour: a frame, or the bars of a screenshot. It never cuts to less than a third.
func unframed(g *image.Gray, all image.Rectangle) image.Rectangle {
	r := all
	row := func(y int) line { return line{r.Dx(), func(i int) uint8 { return g.GrayAt(r.Min.X+i, y).Y }} }
	col := func(x int) line { return line{r.Dy(), func(i int) uint8 { return g.GrayAt(x, r.Min.Y+i).Y }} }
	top, bottom, left, right := row(r.Min.Y).middle(), row(r.Max.Y-1).middle(), col(r.Min.X).middle(), col(r.Max.X-1).middle()
	for w, h := r.Dx(), r.Dy(); ; {
		before := r
		for r.Dy() > h/3 && row(r.Min.Y).all(top) {
			r.Min.Y++
		}
		for r.Dy() > h/3 && row(r.Max.Y-1).all(bottom) {
			r.Max.Y--
		}
		for r.Dx() > w/3 && col(r.Min.X).all(left) {
			r.Min.X++
		}
		for r.Dx() > w/3 && col(r.Max.X-1).all(right) {
			r.Max.X--
		}
		if r == before {
			return inset(r, all)
		}
	}
}

// inset takes one line more where a frame was: scaling smears its edge.
func inset(r, all image.Rectangle) image.Rectangle {
	if r.Dx() < 8 || r.Dy() < 8 {
		return all
	}
	return image.Rect(r.Min.X+min(1, r.Min.X-all.Min.X), r.Min.Y+min(1, r.Min.Y-all.Min.Y), r.Max.X-min(1, all.Max.X-r.Max.X), r.Max.Y-min(1, all.Max.Y-r.Max.Y))
}

// line is a row or a column of n cells.
type line struct {
	n  int
	at func(int) uint8
}

func (l line) middle() int { return int(l.at(l.n / 2)) }

// all reports whether nearly all of it is as good as of a colour.
func (l line) all(colour int) bool {
	const near = 12
	off := 0
	for i := range l.n {
		if d := int(l.at(i)) - colour; d > near || d < -near {
			off++
		}
	}
	return 50*off <= l.n
}
