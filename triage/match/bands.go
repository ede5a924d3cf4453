package match

import (
	"math"
	"math/bits"
	"slices"
)

// cuts are the parts of a picture under which it is looked for: all of it, and what is left when 8 % are cut off.
var cuts = []warp{
	unmoved, {axis{.92, 0}, axis{.92, 0}}, {axis{.92, -.04}, axis{.92, -.04}}, {axis{.92, .04}, axis{.92, -.04}},
	{axis{.92, -.04}, axis{.92, .04}}, {axis{.92, .04}, axis{.92, .04}},
}

const (
	low       = 8  // side of the block of lowest cosine frequencies
	bandBits  = 20 // a million pictures share a value of so many bits about six times
	bandCount = 8
	undecided = .25 // two frequencies nearer than this share of the larger are a draw
)

// bands are what a sketch is found by: pieces of the dHash (is a square darker than its right neighbour) and the pHash (which of the lowest 64 cosine
// frequencies are above their median, Zauner 2010) of its cuts. A copy that differs in few bits agrees in at least one of them. A picture that shows as good as
// nothing has none: a black or white sheet is like any other.
func bands(sketch []byte) (out []uint64) {
	if len(sketch) != side*side {
		return nil
	}
	all := pyramidOf(sketch)
	if !all[0].shows() {
		return nil
	}
	p := all[1]
	part := newPlane(p.n)
	for _, c := range cuts {
		p.under(c, part)
		for _, v := range part.standing() {
			for i := range bandCount {
				const half = bandBits / 2
				d, f := bits.RotateLeft64(v.difference, -8*i), bits.RotateLeft64(v.perception, -8*i)
				out = append(out, uint64(i)<<bandBits|d&(1<<half-1)<<half|f&(1<<half-1))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type hashes struct{ difference, perception uint64 }

// standing gives the hashes of a picture turned to where it stands however it was turned or mirrored: its lowest frequencies across and down are positive and
// the one across is the larger. Where that is a draw, both positions are kept.
func (p plane) standing() (out []hashes) {
	f := p.frequencies()
	across, down := f[1], f[low]
	size := max(math.Abs(across), math.Abs(down))
	draw := func(x float64) bool { return math.Abs(x) < undecided*size }
	for turn := range 8 {
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
		t := p.turned(turn)
		out = append(out, hashes{t.difference(), perception(t.frequencies())})
	}
	return out
}

// cosines[k][n] is the k-th cosine at n of 32 (DCT-II).
var cosines = func() (c [low][side / 2]float64) {
	for k := range c {
		for n := range c[k] {
			c[k][n] = math.Cos(2 * math.Pi / side * (float64(n) + .5) * float64(k))
		}
	}
	return c
}()

// frequencies are the lowest cosine frequencies of 32 by 32 cells, row by row, the mean first.
func (p plane) frequencies() *[low * low]float64 {
	var rows [side / 2][low]float64
	for y := range rows {
		for k := range low {
			for n, c := range cosines[k] {
				rows[y][k] += c * float64(p.v[y*p.n+n])
			}
		}
	}
	var f [low * low]float64
	for k := range low {
		for i := range low {
			for y, c := range cosines[k] {
				f[k*low+i] += c * rows[y][i]
			}
		}
	}
	return &f
}

func perception(f *[low * low]float64) (hash uint64) {
	sorted := slices.Sorted(slices.Values(f[1:]))
	median := sorted[len(sorted)/2]
	for i, x := range f[1:] {
		if x > median {
			hash |= 1 << i
		}
	}
	return hash
}

// difference compares means of squares, eight on each side, each with its right neighbour, the last with the first.
func (p plane) difference() (hash uint64) {
	for p.n > 8 {
		p = p.halved()
	}
	for i, v := range p.v {
		if v < p.v[i/8*8+(i+1)%8] {
			hash |= 1 << i
		}
	}
	return hash
}
