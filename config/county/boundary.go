package county

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
)

// borders are the outlines of this county and of its neighbours, by code, in WGS-84.
type borders map[string]orb.MultiPolygon

// readBorders reads a GeoJSON collection whose features carry their county's code.
func readBorders(raw []byte) (borders, error) {
	fc, err := geojson.UnmarshalFeatureCollection(raw)
	if err != nil {
		return nil, err
	}
	b := borders{}
	for _, f := range fc.Features {
		code := f.Properties.MustString("code", "")
		switch g := f.Geometry.(type) {
		case orb.MultiPolygon:
			b[code] = append(b[code], g...)
		case orb.Polygon:
			b[code] = append(b[code], g)
		}
	}
	return b, nil
}

// Contains reports whether a WGS-84 point lies in the county, and its distance to the border in metres. The border is drawn 100 to 300 m roughly:
// what lies nearer than that may be on the other side.
func (p *Profile) Contains(pt orb.Point) (inside bool, metres float64) {
	return p.ContainedIn(p.Code, pt)
}

// ContainedIn is Contains for a county by its code, ours or a neighbour's. A county without an outline is endlessly far.
func (p *Profile) ContainedIn(code string, pt orb.Point) (inside bool, metres float64) {
	outline := p.borders[code]
	return planar.MultiPolygonContains(outline, pt), ToOutline(outline, pt)
}

// Outline is the county's border in WGS-84, for drawing; not to be changed.
func (p *Profile) Outline() orb.MultiPolygon { return p.borders[p.Code] }

// NeighbourAt gives the neighbouring county at a WGS-84 point, if any; none for a point in this county.
func (p *Profile) NeighbourAt(pt orb.Point) (Neighbour, bool) {
	if planar.MultiPolygonContains(p.borders[p.Code], pt) {
		return Neighbour{}, false
	}
	for _, n := range p.Neighbours {
		if planar.MultiPolygonContains(p.borders[n.Code], pt) {
			return n, true
		}
	}
	return Neighbour{}, false
}

// ToOutline is the way in metres from pt, inside or outside, to the nearest point of an outline. It is measured on a plane that touches the sphere at pt,
// which over a county is right to better than one per cent.
func ToOutline(area orb.MultiPolygon, pt orb.Point) float64 {
	const degree = math.Pi / 180 * orb.EarthRadius
	narrow := math.Cos(pt.Lat() * math.Pi / 180)
	flat := func(q orb.Point) orb.Point {
		return orb.Point{(q.Lon() - pt.Lon()) * degree * narrow, (q.Lat() - pt.Lat()) * degree}
	}
	nearest := math.Inf(1)
	for _, polygon := range area {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				nearest = min(nearest, planar.DistanceFromSegment(flat(ring[i-1]), flat(ring[i]), orb.Point{}))
			}
		}
	}
	return nearest
}
