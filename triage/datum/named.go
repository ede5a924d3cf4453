package datum

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// System is what the numbers of a position mean.
type System int

// The systems that positions in China come in. Unnamed is what names none; phones and cameras then mean WGS-84.
const (
	Unnamed System = iota
	WGS84
	GCJ02
	BD09
)

// names are what files call the systems, or the map services that use them, in capitals without spaces and dashes.
var names = []struct {
	part string
	is   System
}{
	{"BD09", BD09}, {"BAIDU", BD09}, {"百度", BD09},
	{"GCJ", GCJ02}, {"火星坐标", GCJ02}, {"AMAP", GCJ02}, {"AUTONAVI", GCJ02}, {"高德", GCJ02}, {"TENCENT", GCJ02}, {"腾讯", GCJ02},
	{"WGS84", WGS84}, {"CGCS2000", WGS84},
}

// Named reads the name of a system or of a map service.
func Named(s string) System {
	s = strings.NewReplacer("-", "", "_", "", " ", "", ".", "").Replace(strings.ToUpper(s))
	for _, n := range names {
		if strings.Contains(s, n.part) {
			return n.is
		}
	}
	return Unnamed
}

// ToWGS84 turns a position of the system into WGS-84.
func (s System) ToWGS84(p orb.Point) orb.Point {
	switch s {
	case GCJ02:
		return FromGCJ02(p)
	case BD09:
		return FromBD09(p)
	}
	return p
}

// InChina reports whether a point lies in the rectangle that map services use for China.
func InChina(p orb.Point) bool { return shifted(p) }

// bend is the angle of Baidu's ripple.
const bend = math.Pi * 3000 / 180

// ToBD09 shifts a WGS-84 point as Baidu's maps do, on top of GCJ-02.
func ToBD09(p orb.Point) orb.Point {
	if !shifted(p) {
		return p
	}
	g := ToGCJ02(p)
	z := math.Hypot(g[0], g[1]) + 0.00002*math.Sin(g[1]*bend)
	a := math.Atan2(g[1], g[0]) + 0.000003*math.Cos(g[0]*bend)
	return orb.Point{z*math.Cos(a) + 0.0065, z*math.Sin(a) + 0.006}
}

// FromBD09 is the inverse of ToBD09, within 1e-7 degrees, found like that of GCJ-02.
func FromBD09(p orb.Point) orb.Point {
	if !shifted(p) {
		return p
	}
	guess := p
	for range 8 {
		there := ToBD09(guess)
		guess = orb.Point{guess[0] + p[0] - there[0], guess[1] + p[1] - there[1]}
	}
	return guess
}
