package match

import (
	"bytes"
	"math"
	"slices"
)

// Likeness of two pictures.
type Likeness string

// What a comparison says.
const (
	Same  Likeness = "same"  // a copy
	Look  Likeness = "look"  // a person should look at both
	Other Likeness = "other" // plainly another picture
)

const (
	blocks    = 8             // on each side, in which two pictures are compared
	blockSide = side / blocks // in cells
	detail    = 3             // deviation of grey in a block beyond a slope, of 255, from which it shows something
	fewest    = 4             // blocks that must show the same, whatever else
	agreeing  = .8            // correlation of two blocks that show the same
)

// overlay is what lies on one another of two pictures.
type overlay struct {
	correlation  float32
	blocks       int  // that are in both
	shown, agree int  // of them: those that show something, and of these those that show the same
	telling      int  // of those that show the same: those that could lie nowhere else
	apart        int  // of those: how many the square that holds most of them leaves out
	moved        bool // so far, or so cut out of both, that one lamp lies on another wherever it was
	changed      int  // of them: those in which something was put in or taken away
	changedArea  int  // blocks of the rectangle around those
	sheet        bool // both are mostly of one grey: paper, a screen, a night
}

// Compare gives the likeness of two pictures, and how many of a hundred parts differ: 0 for the same bytes, 100 where nothing can be compared.
func Compare(a, b Picture) (Likeness, int) {
	if a.SHA256 == b.SHA256 {
		return Same, 0
	}
	return compared(a.Sketch, b.Sketch)
}

// compared takes the nearest of what there are of both: with and without a frame.
func compared(a, b []byte) (Likeness, int) {
	if bytes.Compare(a, b) > 0 { // one answer, whichever comes first
		a, b = b, a
	}
	is, distance := Other, 100
	for _, x := range drawn(a) {
		for _, y := range drawn(b) {
			l, d := overlaid(x, y).judged()
			if l.rank() < is.rank() || l == is && d < distance {
				is, distance = l, d
			}
			if is == Same {
				return is, distance
			}
		}
	}
	return is, distance
}

func (l Likeness) rank() int { return slices.Index([]Likeness{Same, Look, Other}, l) }

// drawing is a picture to compare.
type drawing struct {
	pyramid
	plain  bool // most of it is of nearly one grey
	within bool // without what seems a frame
}

func drawn(sketch []byte) (out []drawing) {
	for c := range slices.Chunk(sketch, side*side) {
		if len(c) == side*side {
			out = append(out, drawing{pyramidOf(c), plain(c), len(out) > 0})
		}
	}
	return out
}

func overlaid(a, b drawing) overlay {
	turn, w, correlation := align(a.pyramid, b.pyramid)
	if correlation == 0 {
		return overlay{}
	}
	moved := newPlane(side)
	r := b.pyramid[0].turned(turn).under(w, moved)
	sheet := a.plain && b.plain
	l := laid(a.pyramid[0], moved, r, sheet)
	l.correlation, l.sheet = correlation, sheet
	l.moved = w.far() || a.within && b.within
	return l
}

// plain reports whether most of a sketch is of nearly one grey.
func plain(sketch []byte) bool {
	const near, most = 16, .4 // photos by day: .1 to .3; paper, screens and nights: .5 and more
	var n [near + 256]int
	for _, g := range sketch {
		n[near+int(g)]++
	}
	sum, best := 0, 0
	for i, more := range n[near:] {
		sum += more - n[i]
		best = max(best, sum)
	}
	return float64(best) > most*float64(len(sketch))
}

// judged wants of a copy that nearly all blocks agree and that at most a stamp was put in; on a sheet, where a few characters are all the difference between
// two forms of one print, nothing. Measured on 340 pairs of copies of 21 photos: correlation .96 and more, but for two of .9; share .86 and more, and second
// shots of one thing; on 8,045 pairs of different ones the share is at most .06 where they could be laid on one another at all.
func (l overlay) judged() (Likeness, int) {
	if l.shown == 0 {
		return Other, 100
	}
	share := float64(l.agree) / float64(l.shown)
	distance := int(math.Round(100 * (1 - share)))
	few := l.telling < 6 || l.apart < 2 // copies of those photos: 6 and 2 or more; two lamps, fires or horizons as little changed: at most 6 and 0
	if l.telling == 0 || few && l.moved {
		return Other, 100
	}
	copied := l.changed == 0 || !l.sheet && (l.changed <= 2 || l.changedArea <= 12)
	switch {
	case !few && l.agree >= 8 && share >= .75 && l.correlation >= .93 && copied:
		return Same, distance
	case l.agree >= 6 && share >= .6 && 4*l.changed <= l.blocks,
		l.agree >= 6 && share >= .6 && l.correlation >= .9 && (2*l.changed <= l.blocks || l.agree >= 16),
		l.agree >= fewest && share == 1 && l.changed == 0:
		return Look, distance
	}
	return Other, distance
}

// laid compares two pictures that lie on one another in r.
func laid(a, b plane, r part, sheet bool) overlay {
	var l overlay
	deviation := b.match(a, r)
	if !sheet {
		b.tone(a, r, deviation)
	}
	floor, cells := max(3, min(8, .15*deviation)), 3
	if sheet { // a few characters are another sheet
		floor, cells = max(3, floor/2), 1
	}
	around := part{blocks, 0, blocks, 0}
	var told [blocks][blocks]int
	for y := range blocks {
		for x := range blocks {
			at := part{x * blockSide, (x + 1) * blockSide, y * blockSide, (y + 1) * blockSide}
			if at.x0 < r.x0 || at.x1 > r.x1 || at.y0 < r.y0 || at.y1 > r.y1 {
				continue
			}
			l.blocks++
			if most, c := inBlock(a, b, at); most >= detail {
				l.shown++
				if c >= agreeing {
					l.agree++
					if min(a.corner(at), b.corner(at)) >= telling {
						l.telling++
						told[y][x] = 1
					}
				}
			}
			if changes(a, b, at, r, floor) >= cells {
				l.changed++
				around = part{min(around.x0, x), max(around.x1, x+1), min(around.y0, y), max(around.y1, y+1)}
			}
		}
	}
	l.changedArea = around.area()
	l.apart = l.telling - crowd(&told)
	return l
}

// tone gives b, in r, the greys that a has where b has the same: a copy may be lighter, darker or of more contrast. What is farther off than most, as a stamp
// is, has no say.
func (b plane) tone(a plane, r part, most float32) {
	const width, bins = 8, 256/8 + 1 // each grey lies between the middles of two bins
	var sum, count [bins]float32
	for y := r.y0; y < r.y1; y++ {
		for x := r.x0; x < r.x1; x++ {
			v, g := max(0, min(255, b.v[y*side+x])), a.v[y*side+x]
			if max(v-g, g-v) > most {
				continue
			}
			i := int(v / width)
			w := v/width - float32(i)
			sum[i], count[i] = sum[i]+(1-w)*g, count[i]+1-w
			sum[i+1], count[i+1] = sum[i+1]+w*g, count[i+1]+w
		}
	}
	for i := range sum {
		sum[i] = (sum[i] + float32(i*width)) / (count[i] + 1)
	}
	for y := r.y0; y < r.y1; y++ {
		for x := r.x0; x < r.x1; x++ {
			v := max(0, min(255, b.v[y*side+x])) / width
			i := int(v)
			b.v[y*side+x] = sum[i] + (v-float32(i))*(sum[i+1]-sum[i])
		}
	}
}

// shows reports whether there is enough in a picture to compare.
func (p plane) shows() bool {
	n := 0
	for y := 0; y < side; y += blockSide {
		for x := 0; x < side; x += blockSide {
			at := part{x, x + blockSide, y, y + blockSide}
			if deviation, _ := inBlock(p, p, at); deviation >= detail {
				n++
			}
		}
	}
	return n >= fewest
}

// inBlock is the correlation of two blocks beyond their means and slopes, and the larger deviation of the two.
func inBlock(a, b plane, at part) (deviation, correlation float32) {
	p, q := level(a, at), level(b, at)
	var aa, bb, ab float32
	for i := range p {
		aa += p[i] * p[i]
		bb += q[i] * q[i]
		ab += p[i] * q[i]
	}
	if aa == 0 || bb == 0 {
		return float32(math.Sqrt(float64(max(aa, bb) / float32(len(p))))), 0
	}
	return float32(math.Sqrt(float64(max(aa, bb) / float32(len(p))))), ab / float32(math.Sqrt(float64(aa)*float64(bb)))
}

// level takes mean and slope out of a block: skies, walls and paper in a slanting light are all alike but for what stands out of them.
func level(p plane, at part) (out [blockSide * blockSide]float32) {
	const middle = (blockSide - 1) / 2.
	const spread = blockSide * blockSide * (blockSide*blockSide - 1) / 12.
	var sum, across, down float32
	for y := range blockSide {
		for x := range blockSide {
			v := p.v[(at.y0+y)*side+at.x0+x]
			sum += v
			across += v * (float32(x) - middle)
			down += v * (float32(y) - middle)
		}
	}
	sum, across, down = sum/(blockSide*blockSide), across/spread, down/spread
	for y := range blockSide {
		for x := range blockSide {
			out[y*blockSide+x] = p.v[(at.y0+y)*side+at.x0+x] - sum - across*(float32(x)-middle) - down*(float32(y)-middle)
		}
	}
	return out
}

// changes counts the cells of a block that differ by more than a small shift explains: by more than half of what lies around them in the smoother one.
func changes(a, b plane, at, within part, floor float32) (n int) {
	for y := max(at.y0, within.y0+1); y < min(at.y1, within.y1-1); y++ {
		for x := max(at.x0, within.x0+1); x < min(at.x1, within.x1-1); x++ {
			d := a.v[y*side+x] - b.v[y*side+x]
			if d = max(d, -d); d > floor && d > floor+min(a.around(x, y), b.around(x, y))/2 {
				n++
			}
		}
	}
	return n
}

// around is the difference of the lightest and the darkest of nine cells.
func (p plane) around(x, y int) float32 {
	least, most := p.v[y*p.n+x], p.v[y*p.n+x]
	for j := y - 1; j <= y+1; j++ {
		for _, v := range p.v[j*p.n+x-1 : j*p.n+x+2] {
			least, most = min(least, v), max(most, v)
		}
	}
	return most - least
}
