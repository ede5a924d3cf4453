package media

import (
	"image"
	"math"
	"math/bits"
	"slices"

	"golang.org/x/image/draw"
)

// View is the fingerprints of one way to look at a picture. Distances are counted in differing bits of 64. A picture has several: without its frame, cut by
// a few per cent as somebody may cut it, and, where it cannot be told how it was turned or mirrored, in more than one position. Two pictures are as near as
// their nearest views.
type View struct {
	Difference uint64 // dHash: is a square darker than its right neighbour
	Perception uint64 // pHash: which of the lowest 64 cosine frequencies are above their median (Zauner 2010)
}

const (
	grid      = 32   // side of the grey picture that the cosine transform sees
	low       = 8    // side of the block of lowest frequencies
	flat      = 6.0  // deviation of grey, of 255, below which a picture shows nothing to compare
	undecided = 0.25 // two frequencies nearer than this share of the larger are a draw
)

// cuts are the parts that are looked at, of the picture without its frame: all of it, and what is left when 8 % are cut off.
var cuts = []struct{ x, y, size float64 }{{0, 0, 1}, {.04, .04, .92}, {0, 0, .92}, {.08, 0, .92}, {0, .08, .92}, {.08, .08, .92}}

// Fingerprint makes the views of a picture, those of the whole first; none for one that is as good as empty (a black or white sheet is like any other).
func Fingerprint(img image.Image) []View {
	grey := image.NewGray(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(grey, grey.Rect, img, img.Bounds().Min, draw.Src)
	r := unframed(grey)
	var views []View
	for _, c := range cuts {
		w, h := float64(r.Dx()), float64(r.Dy())
		at := image.Rect(int(c.x*w), int(c.y*h), int((c.x+c.size)*w), int((c.y+c.size)*h)).Add(r.Min)
		small := shrunk(grey, at)
		if small.detail() < flat {
			continue
		}
		for _, v := range small.views() {
			if !slices.Contains(views, v) {
				views = append(views, v)
			}
		}
	}
	return views
}

// unframed cuts off rows and columns at the edges that are all of one colour: a frame, or the bars of a screenshot. It never cuts to less than a third.
func unframed(g *image.Gray) image.Rectangle {
	r := g.Rect
	row := func(y int) bool { return even(r.Dx(), func(i int) uint8 { return g.GrayAt(r.Min.X+i, y).Y }) }
	col := func(x int) bool { return even(r.Dy(), func(i int) uint8 { return g.GrayAt(x, r.Min.Y+i).Y }) }
	for w, h := g.Rect.Dx(), g.Rect.Dy(); ; {
		before := r
		for r.Dy() > h/3 && row(r.Min.Y) {
			r.Min.Y++
		}
		for r.Dy() > h/3 && row(r.Max.Y-1) {
			r.Max.Y--
		}
		for r.Dx() > w/3 && col(r.Min.X) {
			r.Min.X++
		}
		for r.Dx() > w/3 && col(r.Max.X-1) {
			r.Max.X--
		}
		if r == before {
			return inset(r, g.Rect)
		}
	}
}

// inset takes one line more where a frame was: scaling smears its edge.
func inset(r, all image.Rectangle) image.Rectangle {
	if r == all || r.Dx() < 8 || r.Dy() < 8 {
		return r
	}
	return image.Rect(r.Min.X+min(1, r.Min.X-all.Min.X), r.Min.Y+min(1, r.Min.Y-all.Min.Y), r.Max.X-min(1, all.Max.X-r.Max.X), r.Max.Y-min(1, all.Max.Y-r.Max.Y))
}

// even reports whether nearly all of n samples are alike.
func even(n int, at func(int) uint8) bool {
	const near = 12
	first, off := int(at(n/2)), 0
	for i := range n {
		if d := int(at(i)) - first; d > near || d < -near {
			off++
		}
	}
	return off*50 <= n
}

// square is a small grey picture, row by row.
type square [grid * grid]float64

func shrunk(g *image.Gray, at image.Rectangle) *square {
	small := image.NewGray(image.Rect(0, 0, grid, grid))
	half := image.NewGray(image.Rect(0, 0, 4*grid, 4*grid))
	draw.ApproxBiLinear.Scale(half, half.Rect, g, at, draw.Src, nil)
	draw.CatmullRom.Scale(small, small.Rect, half, half.Rect, draw.Src, nil)
	var s square
	for i := range s {
		s[i] = float64(small.GrayAt(i%grid, i/grid).Y)
	}
	return &s
}

// detail is the standard deviation of grey without what the lowest frequencies explain: fog, dusk and a clear sky are only a slope from light to dark, and all
// slopes are alike.
func (s *square) detail() float64 {
	var sum, squares float64
	for _, x := range s {
		sum += x
		squares += x * x
	}
	const n = grid * grid
	rest := squares/n - sum*sum/n/n
	f := s.frequencies()
	for _, at := range []int{1, 2, low, 2 * low, low + 1} {
		weight := 2.0 // of the square of an unscaled cosine frequency in the mean square
		if at == low+1 {
			weight = 4
		}
		rest -= weight * f[at] * f[at] / n / n
	}
	return math.Sqrt(max(0, rest))
}

// views turns the square to where a picture stands however it was turned or mirrored: its lowest frequencies across and down are positive and the one across
// is the larger. Where that is a draw, both positions are kept.
func (s *square) views() []View {
	f := s.frequencies()
	across, down := f[1], f[low]
	size := max(math.Abs(across), math.Abs(down))
	draw := func(x float64) bool { return math.Abs(x) < undecided*size }
	var out []View
	for turn := range 8 {
		t := s.turned(turn)
		x, y := across, down
		if turn&1 != 0 {
			x, y = y, x
		}
		if turn&2 != 0 {
			x = -x
		}
		if turn&4 != 0 {
			y = -y
		}
		if x < 0 && !draw(x) || y < 0 && !draw(y) || math.Abs(x) < math.Abs(y) && !draw(math.Abs(x)-math.Abs(y)) {
			continue
		}
		out = append(out, View{Difference: t.difference(), Perception: perception(t.frequencies())})
	}
	return out
}

// turned is one of the eight positions: bit 0 swaps rows and columns, bit 1 then mirrors left and right, bit 2 up and down.
func (s *square) turned(turn int) *square {
	var t square
	for y := range grid {
		for x := range grid {
			v := s[y*grid+x]
			i, j := x, y
			if turn&1 != 0 {
				i, j = j, i
			}
			if turn&2 != 0 {
				i = grid - 1 - i
			}
			if turn&4 != 0 {
				j = grid - 1 - j
			}
			t[j*grid+i] = v
		}
	}
	return &t
}

// cosines[k][n] is the k-th cosine at n (DCT-II).
var cosines = func() (c [low + 1][grid]float64) {
	for k := range c {
		for n := range grid {
			c[k][n] = math.Cos(math.Pi / grid * (float64(n) + .5) * float64(k))
		}
	}
	return c
}()

// frequencies are the lowest cosine frequencies, row by row, the mean first.
func (s *square) frequencies() *[low * low]float64 {
	var rows [grid][low]float64
	for y := range grid {
		for k := range low {
			for n := range grid {
				rows[y][k] += cosines[k][n] * s[y*grid+n]
			}
		}
	}
	var f [low * low]float64
	for k := range low {
		for i := range low {
			for y := range grid {
				f[k*low+i] += cosines[k][y] * rows[y][i]
			}
		}
	}
	return &f
}

func perception(f *[low * low]float64) (bitmap uint64) {
	sorted := slices.Sorted(slices.Values(f[1:]))
	median := sorted[len(sorted)/2]
	for i, x := range f[1:] {
		if x > median {
			bitmap |= 1 << i
		}
	}
	return bitmap
}

// difference compares means of squares of four by four, each with its right neighbour, the last with the first.
func (s *square) difference() (bitmap uint64) {
	const n = grid / 8
	var mean [8][8]float64
	for y := range grid {
		for x := range grid {
			mean[y/n][x/n] += s[y*grid+x]
		}
	}
	for y := range 8 {
		for x := range 8 {
			if mean[y][x] < mean[y][(x+1)%8] {
				bitmap |= 1 << (8*y + x)
			}
		}
	}
	return bitmap
}

// Distance is the number of differing bits of the nearest views, of 128; 128 when one has none.
func Distance(a, b []View) int {
	best := 128
	for _, x := range a {
		for _, y := range b {
			best = min(best, bits.OnesCount64(x.Difference^y.Difference)+bits.OnesCount64(x.Perception^y.Perception))
		}
	}
	return best
}
