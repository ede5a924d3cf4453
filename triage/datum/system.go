package datum

import (
	"math"

	"github.com/paulmach/orb"
)

// System is a way of writing positions.
type System string

// The systems, by the names that commands and forms use.
const (
	WGS84 System = "wgs84" // GPS, Tianditu (CGCS2000 is the same to a metre)
	GCJ02 System = "gcj02" // AMap, Tencent, WeChat
	BD09  System = "bd09"  // Baidu
)

// Known reports whether the system is one of ours.
func (s System) Known() bool { return s == WGS84 || s == GCJ02 || s == BD09 }

// WGS84 turns a point of the system into WGS-84.
func (s System) WGS84(p orb.Point) orb.Point {
	switch s {
	case GCJ02:
		return FromGCJ02(p)
	case BD09:
		return FromGCJ02(bd09ToGCJ02(p))
	}
	return p
}

// quirk is the constant of Baidu's own shift on top of GCJ-02.
const quirk = math.Pi * 3000 / 180

// bd09ToGCJ02 takes Baidu's shift away, to about a metre: Baidu publishes no exact inverse.
func bd09ToGCJ02(p orb.Point) orb.Point {
	x, y := p[0]-0.0065, p[1]-0.006
	r := math.Hypot(x, y) - 0.00002*math.Sin(y*quirk)
	a := math.Atan2(y, x) - 0.000003*math.Cos(x*quirk)
	return orb.Point{r * math.Cos(a), r * math.Sin(a)}
}
