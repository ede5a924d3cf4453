package gazetteer

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// doubt is how near the border a position says nothing of the county, in metres: the outline is drawn with such errors.
const doubt = 300

// stand takes the positions into account. They tell the county only: there is no open outline of towns and villages.
func (g *Gazetteer) stand(best reading, q Query) reading {
	if q.Position != nil {
		best = g.check(best, *q.Position, q.Accuracy, "手机定位", 0.7)
	}
	for _, p := range q.Photos {
		best = g.check(best, p, 0, "照片里的位置", 0.6)
	}
	return best
}

func (g *Gazetteer) check(best reading, at orb.Point, accuracy float64, what string, sure float64) reading {
	inside, metres := g.profile.Contains(at)
	clear := metres >= doubt && metres > accuracy
	says := target{level: aCounty, county: g.profile.Code, name: g.profile.Name}
	if !inside {
		n, ok := g.profile.NeighbourAt(at)
		switch {
		case ok:
			says.county, says.name = n.Code, n.Name
		case metres >= doubt:
			if !math.IsInf(metres, 0) { // no outline, no opinion
				best.reasons = append(best.reasons, what+"离本县很远，不作准")
			}
			return best
		} // else between two roughly drawn outlines: ours, with doubt
	}
	if !clear {
		sure /= 2
	}
	switch {
	case !best.known():
		others := best.others
		best = reading{target: says, sure: sure, others: others, reasons: append(best.reasons, fmt.Sprintf("%s在%s", what, says.name))}
	case best.county == says.county:
		best.sure = min(0.99, best.sure+0.02)
		best.reasons = append(best.reasons, fmt.Sprintf("%s也在%s", what, says.name))
	case clear:
		best.sure *= 0.7
		best.reasons = append(best.reasons, fmt.Sprintf("%s却在%s，请核对", what, says.name))
		if !slices.Contains(best.others, says) {
			best.others = append(best.others, says)
		}
	}
	return best
}

func (g *Gazetteer) nearBorder(q Query) bool {
	points := slices.Clone(q.Photos)
	if q.Position != nil {
		points = append(points, *q.Position)
	}
	return slices.ContainsFunc(points, func(p orb.Point) bool {
		_, metres := g.profile.Contains(p)
		return metres < doubt
	})
}
