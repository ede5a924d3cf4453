// Package datum turns positions of Chinese map services into WGS-84. It owns the formulas and nothing else.
//
// Maps in China draw on GCJ-02, which shifts WGS-84 by up to some 700 m; phones and cameras give WGS-84, WeChat and AMap give GCJ-02.
// Everything in the program is WGS-84; positions are converted once, where they come in.
package datum

import (
	"math"

	"github.com/paulmach/orb"
)

// The ellipsoid that GCJ-02 is computed on (Krasovsky 1940).
const (
	semiMajor    = 6378245.0
	eccentricity = 0.00669342162296594323 // squared
)

// ToGCJ02 shifts a WGS-84 point (longitude, latitude in degrees). Outside China GCJ-02 is WGS-84.
func ToGCJ02(p orb.Point) orb.Point {
	if !shifted(p) {
		return p
	}
	d := shift(p)
	return orb.Point{p[0] + d[0], p[1] + d[1]}
}

// FromGCJ02 is the inverse of ToGCJ02, within 1e-7 degrees (1 cm): the shift changes slowly, so that a few rounds of correction are enough.
func FromGCJ02(p orb.Point) orb.Point {
	if !shifted(p) {
		return p
	}
	guess := p
	for range 6 {
		d := shift(guess)
		guess = orb.Point{p[0] - d[0], p[1] - d[1]}
	}
	return guess
}

// shifted reports whether GCJ-02 differs from WGS-84 there: the rectangle that map services use for China.
func shifted(p orb.Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

func shift(p orb.Point) orb.Point {
	x, y := p[0]-105, p[1]-35
	ripple := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + ripple +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 + (160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + ripple +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 + (150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	lat := p[1] * math.Pi / 180
	m := 1 - eccentricity*math.Sin(lat)*math.Sin(lat)
	return orb.Point{
		east * 180 / (semiMajor / math.Sqrt(m) * math.Cos(lat) * math.Pi),
		north * 180 / (semiMajor * (1 - eccentricity) / (m * math.Sqrt(m)) * math.Pi),
	}
}
