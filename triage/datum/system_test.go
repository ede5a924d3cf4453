package datum

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"pgregory.net/rapid"
)

// toBD09 is the forward formula as it is published.
func toBD09(p orb.Point) orb.Point {
	r := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*quirk)
	a := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*quirk)
	return orb.Point{r*math.Cos(a) + 0.0065, r*math.Sin(a) + 0.006}
}

func TestEverySystemComesBackToWGS84(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(74, 135).Draw(t, "lon"), rapid.Float64Range(18, 53).Draw(t, "lat")}
		for system, there := range map[System]orb.Point{WGS84: p, GCJ02: ToGCJ02(p), BD09: toBD09(ToGCJ02(p))} {
			if d := geo.Distance(system.WGS84(there), p); d > 2 {
				t.Fatalf("%s: %v came back %.1f m off", system, p, d)
			}
		}
	})
}
