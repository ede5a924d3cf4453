package match

import "math"

const (
	telling = 4   // grey a cell by which a block changes when it is moved, from which it could lie nowhere else
	slender = .15 // share of the largest such change below which a block shows but an edge, straight or of a large disc
	crowded = 4   // side, in blocks, of a square that one lamp or fire fills
)

// corner is how much a block changes, in grey a cell, when it is moved in that direction in which it changes least (Shi and Tomasi 1994): nothing where there is
// but an edge, along which it could lie anywhere.
func (p plane) corner(at part) float64 {
	var xx, xy, yy float64
	within := part{max(1, at.x0), min(side-1, at.x1), max(1, at.y0), min(side-1, at.y1)}
	for y := within.y0; y < within.y1; y++ {
		for x := within.x0; x < within.x1; x++ {
			dx := float64(p.v[y*side+x+1]-p.v[y*side+x-1]) / 2
			dy := float64(p.v[(y+1)*side+x]-p.v[(y-1)*side+x]) / 2
			xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
		}
	}
	mean, half := (xx+yy)/2, math.Hypot((xx-yy)/2, xy)
	if mean-half < slender*slender*(mean+half) {
		return 0
	}
	return math.Sqrt(max(0, mean-half) / float64(within.area()))
}

// crowd is the most blocks that were told in one square.
func crowd(told *[blocks][blocks]int) (most int) {
	for y := range blocks - crowded + 1 {
		for x := range blocks - crowded + 1 {
			n := 0
			for _, row := range told[y : y+crowded] {
				for _, t := range row[x : x+crowded] {
					n += t
				}
			}
			most = max(most, n)
		}
	}
	return most
}
