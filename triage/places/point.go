package places

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/unicode/norm"

	"qianshao/intake/fault"
)

var (
	angle  = regexp.MustCompile(`(\d{1,3}(?:\.\d{1,15})?)(?:\s*[°度]\s*(?:(\d{1,2}(?:\.\d{1,15})?)\s*['′’分]\s*(?:(\d{1,2}(?:\.\d{1,15})?)\s*(?:["″”秒]|''|′′))?)?)?`)
	around = regexp.MustCompile(`^(?i:[\s,;:，、；：()（）/|]|经度|纬度|东经|北纬|经|纬|坐标|位置|lon|lng|lat|[EN])*$`)
)

// Where coordinates of China lie, so that longitude and latitude cannot be taken for each other.
const (
	westmost, eastmost   = 73, 136
	southmost, northmost = 3, 54
)

// ParsePoint reads a position as people copy it: 111.2345, 37.8912, with either one first, with 东经 and 北纬, in degrees, minutes and seconds, in full width.
// Fault desk.point.
func ParsePoint(text string) (orb.Point, error) {
	text = norm.NFKC.String(text)
	found := angle.FindAllStringSubmatch(text, 3)
	bad := fault.New(fault.Invalid, "desk.point").On("point")
	if len(text) > 200 || len(found) != 2 || !around.MatchString(angle.ReplaceAllString(text, "")) {
		return orb.Point{}, bad
	}
	a, b := degrees(found[0]), degrees(found[1])
	if isLat(a) && isLon(b) {
		a, b = b, a
	}
	if !isLon(a) || !isLat(b) {
		return orb.Point{}, bad
	}
	return orb.Point{a, b}, nil
}

func isLon(v float64) bool { return v >= westmost && v <= eastmost }
func isLat(v float64) bool { return v >= southmost && v <= northmost }

// degrees adds up what the pattern found; it lets nothing through that is no number.
func degrees(m []string) float64 {
	sum, part := 0.0, 1.0
	for _, s := range m[1:] {
		if s = strings.TrimSpace(s); s != "" {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil || part < 1 && v >= 60 {
				return -1
			}
			sum += v * part
		}
		part /= 60
	}
	return sum
}
