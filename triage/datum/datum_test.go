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

func TestRoundTripOfBaidu(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(74, 135).Draw(t, "lon"), rapid.Float64Range(18, 53).Draw(t, "lat")}
		there := ToBD09(p)
		if d := geo.Distance(ToGCJ02(p), there); d < 400 || d > 1200 {
			t.Fatalf("%.1f m from GCJ-02", d)
		}
		back := FromBD09(there)
		if math.Abs(back[0]-p[0]) > 1e-7 || math.Abs(back[1]-p[1]) > 1e-7 {
			t.Fatalf("%v came back as %v", p, back)
		}
	})
}

func TestNames(t *testing.T) {
	for s, want := range map[string]System{
		"": Unnamed, "TOKYO": Unnamed, "network": Unnamed, "WGS-84": WGS84, "wgs 84": WGS84, "CGCS2000": WGS84,
		"GCJ-02": GCJ02, "gcj02": GCJ02, "AMap": GCJ02, "高德地图": GCJ02, "BD-09": BD09, "bd09ll": BD09, "Baidu": BD09,
	} {
		if got := Named(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
	p := orb.Point{111.24, 37.9}
	for s, q := range map[System]orb.Point{Unnamed: p, WGS84: p, GCJ02: ToGCJ02(p), BD09: ToBD09(p)} {
		if d := geo.Distance(s.ToWGS84(q), p); d > 0.1 {
			t.Errorf("system %v is %.1f m off", s, d)
		}
	}
}

// The values are those of a published converter.
func TestKnownShiftOfBaidu(t *testing.T) {
	got, want := FromBD09(orb.Point{116.404, 39.915}), FromGCJ02(orb.Point{116.39762729119315, 39.90865673957631})
	if d := geo.Distance(got, want); d > 3 {
		t.Errorf("%v is %.1f m off", got, d)
	}
}
