package datum

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"pgregory.net/rapid"
)

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(74, 135).Draw(t, "lon"), rapid.Float64Range(18, 53).Draw(t, "lat")}
		there := ToGCJ02(p)
		if d := geo.Distance(p, there); d < 1 || d > 1500 {
			t.Fatalf("shifted by %.1f m", d)
		}
		back := FromGCJ02(there)
		if math.Abs(back[0]-p[0]) > 1e-7 || math.Abs(back[1]-p[1]) > 1e-7 {
			t.Fatalf("%v came back as %v", p, back)
		}
	})
}

// The values are those of a published converter for the Tiananmen flagpole: about 550 m to the east and 150 m to the north.
func TestKnownShift(t *testing.T) {
	got := ToGCJ02(orb.Point{116.391305, 39.905527})
	if d := geo.Distance(got, orb.Point{116.397546, 39.906930}); d > 5 {
		t.Errorf("%v is %.1f m off", got, d)
	}
}

func TestOutsideChinaNothingIsShifted(t *testing.T) {
	for _, p := range []orb.Point{{-94.3, 39}, {11.9, 43.5}, {151.2, -33.9}} {
		if ToGCJ02(p) != p || FromGCJ02(p) != p {
			t.Errorf("%v was shifted", p)
		}
	}
}
