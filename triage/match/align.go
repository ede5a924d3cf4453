package match

import (
	"cmp"
	"math"
	"slices"
)

// side is that of a sketch, in cells.
const side = 64

// plane is a square grey picture of n by n cells, row by row.
type plane struct {
	n int
	v []float32
}

func newPlane(n int) plane { return plane{n, make([]float32, n*n)} }

// halved takes the mean of each two by two cells.
func (p plane) halved() plane {
	h := newPlane(p.n / 2)
	for y := range h.n {
		upper, lower := p.v[2*y*p.n:][:p.n], p.v[(2*y+1)*p.n:][:p.n]
		row := h.v[y*h.n:][:h.n]
		for x := range row {
			row[x] = (upper[2*x] + upper[2*x+1] + lower[2*x] + lower[2*x+1]) / 4
		}
	}
	return h
}

// turned is one of the eight positions: bit 0 swaps rows and columns, bit 1 then mirrors left and right, bit 2 up and down.
func (p plane) turned(turn int) plane {
	if turn == 0 {
		return p
	}
	t := newPlane(p.n)
	for y := range p.n {
		for x := range p.n {
			i, j := x, y
			if turn&1 != 0 {
				i, j = j, i
			}
			if turn&2 != 0 {
				i = p.n - 1 - i
			}
			if turn&4 != 0 {
				j = p.n - 1 - j
			}
			t.v[j*p.n+i] = p.v[y*p.n+x]
		}
	}
	return t
}

// axis maps a coordinate of one picture to one of another: scale·u + shift, where u goes from -½ to ½ from edge to edge.
type axis struct{ scale, shift float32 }

// warp says where each part of a picture lies in another one that was cut or framed.
type warp struct{ x, y axis }

var unmoved = warp{axis{scale: 1}, axis{scale: 1}}

// far reports whether a picture lies farther off than one that was cut by 8 % at one corner.
func (w warp) far() bool {
	const most = .06
	for _, a := range []axis{w.x, w.y} {
		if max(a.shift, -a.shift) > most || max(a.scale, 1/a.scale) > 1/(1-2*most) {
			return true
		}
	}
	return false
}

// sample is where a line of cells is read: at, and the next one with weight w.
type sample struct {
	at int
	w  float32
}

// samples says where n lines lie, and the first and the end of those that lie in the other picture.
func (a axis) samples(n int, to *[side]sample) (from, end int) {
	from = n
	for i := range n {
		u := (float32(i)+.5)/float32(n) - .5
		pos := (a.scale*u+a.shift+.5)*float32(n) - .5
		if pos >= -.5 && pos <= float32(n)-.5 {
			from, end = min(from, i), i+1
		}
		pos = min(max(pos, 0), float32(n-1))
		at := min(int(pos), n-2)
		to[i] = sample{at, pos - float32(at)}
	}
	return from, end
}

// part is a rectangle of cells.
type part struct{ x0, x1, y0, y1 int }

func (r part) area() int { return max(0, r.x1-r.x0) * max(0, r.y1-r.y0) }

// under reads p where w puts it into out, which is as large, and says which cells are within.
func (p plane) under(w warp, out plane) part {
	var xs, ys [side]sample
	var r part
	r.x0, r.x1 = w.x.samples(p.n, &xs)
	r.y0, r.y1 = w.y.samples(p.n, &ys)
	for y := r.y0; y < r.y1; y++ {
		s := ys[y]
		upper, lower := p.v[s.at*p.n:][:p.n], p.v[(s.at+1)*p.n:][:p.n]
		row := out.v[y*p.n:][:p.n]
		for x := r.x0; x < r.x1; x++ {
			i, f := xs[x].at, xs[x].w
			up := upper[i] + f*(upper[i+1]-upper[i])
			row[x] = up + s.w*(lower[i]+f*(lower[i+1]-lower[i])-up)
		}
	}
	return r
}

// level is the mean and the deviation of grey in a part.
func (p plane) level(r part) (mean, deviation float32) {
	var sum, squares float32
	for y := r.y0; y < r.y1; y++ {
		for _, v := range p.v[y*p.n+r.x0 : y*p.n+r.x1] {
			sum += v
			squares += v * v
		}
	}
	n := float32(r.area())
	mean = sum / n
	return mean, float32(math.Sqrt(float64(max(squares/n-mean*mean, 1))))
}

// match gives b, in r, the mean and the deviation of a there; that of a is returned.
func (b plane) match(a plane, r part) float32 {
	meanA, devA := a.level(r)
	meanB, devB := b.level(r)
	gain := devA / devB
	for y := r.y0; y < r.y1; y++ {
		row := b.v[y*b.n+r.x0 : y*b.n+r.x1]
		for x, v := range row {
			row[x] = (v-meanB)*gain + meanA
		}
	}
	return devA
}

// pyramid is one picture in four sizes, the sketch first.
type pyramid [4]plane

func pyramidOf(sketch []byte) (p pyramid) {
	p[0] = newPlane(side)
	for i, g := range sketch {
		p[0].v[i] = float32(g)
	}
	for i := range p[1:] {
		p[i+1] = p[i].halved()
	}
	return p
}

// Correlations of two pictures below which they are not looked at in the next finer size. Copies that were cut by 8 % reach .9 in each.
var worth = [4]float32{.7, .7, .7, .55}

// align finds how b must be turned, moved and stretched to lie on a, from the smallest size to the largest. The correlation is 0 where it gave up.
func align(a, b pyramid) (turn int, w warp, correlation float32) {
	type try struct {
		turn  int
		w     warp
		found float32
	}
	var tries []try
	small := len(a) - 1
	for i := range 8 {
		tries = append(tries, try{i, unmoved, correlated(a[small], b[small].turned(i))})
	}
	better := func(x, y try) int { return cmp.Compare(y.found, x.found) }
	slices.SortStableFunc(tries, better)
	room := newPlane(side)
	for _, at := range []struct{ size, tries, steps int }{{3, 4, 3}, {2, 2, 3}, {1, 1, 3}, {0, 1, 2}} {
		tries = tries[:at.tries]
		n := a[at.size].n
		for i := range tries {
			t := &tries[i]
			t.found = refine(a[at.size], b[at.size].turned(t.turn), plane{n, room.v[:n*n]}, &t.w, at.steps)
		}
		slices.SortStableFunc(tries, better)
		if tries[0].found < worth[at.size] {
			return 0, unmoved, 0
		}
	}
	return tries[0].turn, tries[0].w, tries[0].found
}

// refine moves w so that b lies best on a and gives their correlation there.
func refine(a, b, room plane, w *warp, steps int) (best float32) {
	at := *w
	for range steps {
		before := at
		if c := step(a, b, room, &at); c > best {
			best, *w = c, before
		}
	}
	return best
}

// correlated is the correlation of two pictures as they are.
func correlated(a, b plane) float32 {
	r := part{0, a.n, 0, a.n}
	meanA, devA := a.level(r)
	meanB, devB := b.level(r)
	var sum float32
	for i, v := range a.v {
		sum += (v - meanA) * (b.v[i] - meanB)
	}
	return sum / (devA * devB * float32(len(a.v)))
}

// step moves w so that b lies better on a (Lucas and Kanade 1981, for a scale and a shift on each axis), and gives the correlation before it did; 0 and no
// move where too little of them overlaps. Differences count up to half a deviation, so that a stamp does not pull.
func step(a, b, moved plane, w *warp) float32 {
	n := a.n
	r := b.under(*w, moved)
	if r.area() < n*n/2 {
		return 0
	}
	most := moved.match(a, r)
	mean, _ := a.level(r)
	var m [4][5]float32
	var product float32
	unit := 1 / float32(n)
	for y := r.y0; y < r.y1; y++ {
		v := (float32(y)+.5)*unit - .5
		p, q := a.v[y*n:][:n], moved.v[y*n:][:n]
		for x := r.x0; x < r.x1; x++ {
			product += (p[x] - mean) * (q[x] - mean)
		}
		if y == r.y0 || y == r.y1-1 {
			continue
		}
		pu, pd, qu, qd := a.v[(y-1)*n:][:n], a.v[(y+1)*n:][:n], moved.v[(y-1)*n:][:n], moved.v[(y+1)*n:][:n]
		for x := r.x0 + 1; x < r.x1-1; x++ {
			e := max(-most/2, min(most/2, p[x]-q[x]))
			gx := p[x+1] - p[x-1] + q[x+1] - q[x-1]
			gy := pd[x] - pu[x] + qd[x] - qu[x]
			u := (float32(x)+.5)*unit - .5
			xx, xy, yy := gx*gx, gx*gy, gy*gy
			m[0][0] += xx
			m[0][1] += xx * u
			m[0][2] += xy
			m[0][3] += xy * v
			m[1][1] += xx * u * u
			m[1][2] += xy * u
			m[1][3] += xy * u * v
			m[2][2] += yy
			m[2][3] += yy * v
			m[3][3] += yy * v * v
			m[0][4] += gx * e
			m[1][4] += gx * u * e
			m[2][4] += gy * e
			m[3][4] += gy * v * e
		}
	}
	d := solve(&m)
	for i := range d {
		d[i] *= 4 * unit // the differences above are those of four cells
	}
	w.x, w.y = w.x.moved(d[0], d[1]), w.y.moved(d[2], d[3])
	return product / (most * most * float32(r.area()))
}

// moved first goes by shift + scale·u in the one picture.
func (a axis) moved(shift, scale float32) axis {
	const far = .12 // of the side, in one step
	shift, scale = max(-far, min(far, shift)), max(-far, min(far, scale))
	return axis{
		scale: max(.7, min(1/.7, a.scale*(1+scale))),
		shift: max(-.2, min(.2, a.shift+a.scale*shift)),
	}
}

// solve solves four equations whose matrix is symmetric and given by its upper half; what the picture says nothing of stays 0.
func solve(m *[4][5]float32) (d [4]float32) {
	size := m[0][0] + m[2][2]
	if size == 0 {
		return d
	}
	for i := range 4 {
		for j := range i {
			m[i][j] = m[j][i]
		}
		m[i][i] += 1e-3 * size
	}
	for i := range 4 {
		for j := i + 1; j < 4; j++ {
			f := m[j][i] / m[i][i]
			for k := i; k < 5; k++ {
				m[j][k] -= f * m[i][k]
			}
		}
	}
	for i := 3; i >= 0; i-- {
		d[i] = m[i][4]
		for j := i + 1; j < 4; j++ {
			d[i] -= m[i][j] * d[j]
		}
		d[i] /= m[i][i]
	}
	return d
}
