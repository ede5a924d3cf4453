package gazetteer

import (
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/rtree"

	"qianshao/config/county"
)

// Known is a place on the map: the county gave it, or an inspector confirmed it. It says of a position, or of its name in a text, which village or town is
// meant.
type Known struct {
	Name    string
	Aliases []string

	County, Town, Village string           // codes; Village is empty when only the town is known
	At                    orb.Point        // WGS-84; of an area a point within
	Area                  orb.MultiPolygon // WGS-84; nil for a point
	Named                 bool             // it has a name of its own, which names its village: a site or a landmark, not the village itself
}

// atlas is an index over known places. It is never changed after it was made.
type atlas struct {
	known   []Known
	points  rtree.RTreeG[int]
	areas   rtree.RTreeG[int]
	of      map[string][]int // by the code of their village and of their town
	named   map[string][]int // by what texts call them
	longest int              // runes of the longest name
}

// With gives a gazetteer that knows these places, and no others that were known before. Both are safe to use.
func (g *Gazetteer) With(known []Known) *Gazetteer {
	c := *g
	c.atlas = &atlas{known: known, of: map[string][]int{}, named: map[string][]int{}}
	for i, k := range known {
		if len(k.Area) > 0 {
			b := k.Area.Bound()
			c.atlas.areas.Insert(b.Min, b.Max, i)
		} else {
			c.atlas.points.Insert(k.At, k.At, i)
		}
		for _, code := range []string{k.Village, k.Town} {
			if code != "" {
				c.atlas.of[code] = append(c.atlas.of[code], i)
			}
		}
		if k.Named {
			c.callIt(i)
		}
	}
	return &c
}

// callIt lets a place be found by its names, unless they say only what kind of place it is, or are names of villages and towns already.
func (g *Gazetteer) callIt(i int) {
	k := g.atlas.known[i]
	for _, n := range append([]string{k.Name}, k.Aliases...) {
		n = g.normal(n)
		if g.names[n] != nil || !proper(n) {
			continue
		}
		g.atlas.named[n] = append(g.atlas.named[n], i)
		g.atlas.longest = max(g.atlas.longest, len([]rune(n)))
	}
}

// What names of sites and landmarks begin and end with, and what alone names no place.
var (
	siteOpenings = strings.Fields("废弃 停产 停用 闲置 关停 原来 以前 原 旧 老 新 大 小 上 下 前 后 东 西 南 北 村里 村 镇 乡 县 的")
	siteEndings  = strings.Fields("养殖场 养鸡场 养猪场 养牛场 养羊场 猪场 鸡场 牛场 羊场 砖厂 砖窑 煤矿 煤场 洗煤厂 石料厂 化工厂 加工厂 工厂 厂房 厂子 厂区 车间 仓库 粮库 库房 冷库 " +
		"学校 小学 中学 村委会 村委 大队 院子 院 房子 房 窑洞 窑 大棚 果园 林场 农场 牧场 采摘园 加油站 加气站 停车场 饭店 卫生所 卫生院 医院 庙 寺 桥 水库 路口 车站 广场 市场 超市 公司 合作社 厂 场 矿 站 库 园")
)

// proper reports whether something stays of a name that belongs to this place alone: 丰源养殖场 is one, 废弃养殖场 is any.
func proper(name string) bool {
	for _, w := range siteOpenings {
		name = strings.TrimPrefix(name, w)
	}
	for _, w := range siteEndings {
		name = strings.TrimSuffix(name, w)
	}
	return len([]rune(name)) >= 2 && !isOrdinary(name)
}

// standsFor is the village or town that a known place stands for; false when the profile has neither.
func (g *Gazetteer) standsFor(k Known) (target, bool) {
	if k.County != "" && k.County != g.profile.Code {
		if t, ok := g.elsewhere[k.Village]; ok {
			return t, true
		}
		if t, ok := g.elsewhere[k.Town]; ok && k.Village == "" {
			return t, true
		}
		n, ok := g.neighbour[k.County]
		t := target{level: aCounty, county: k.County, town: k.Town, village: k.Village, name: n.Name + k.Name}
		switch {
		case k.Village != "":
			t.level = aVillage
		case k.Town != "":
			t.level = aTown
		}
		return t, ok
	}
	if t, ok := g.villageTarget(k.Village); ok {
		return t, true
	}
	return g.townTarget(k.Town)
}

// called adds what a text says of known sites and landmarks to what it says of villages and towns.
func (g *Gazetteer) called(written reading, matched []string, q Query) (reading, []string) {
	if g.atlas == nil || g.atlas.longest == 0 {
		return written, matched
	}
	for _, s := range q.Texts {
		text := []rune(s)
		for i := 0; i < len(text); i++ {
			n := g.calledAt(text[i:])
			if n == "" {
				continue
			}
			to := i + len([]rune(n))
			if sure := calledSure[roleOf(text, i, to)]; sure > 0 {
				matched = append(matched, n)
				written = g.weighCalled(written, n, sure, q)
			}
			i = to - 1
		}
	}
	return written, matched
}

// calledAt is the longest known name with which a text begins.
func (g *Gazetteer) calledAt(text []rune) string {
	for l := min(g.atlas.longest, len(text)); l >= 2; l-- {
		if n := string(text[:l]); g.atlas.named[n] != nil {
			return n
		}
	}
	return ""
}

// calledSure is how sure a site's name makes its village, by what the name is there for; in other roles it says nothing. Beside a site is in its village, mostly.
var calledSure = map[role]float64{scene: 0.8, stated: 0.85, onTheWay: 0.6}

// weighCalled puts a site that was named beside what else was written. An official name that was written in full is not overruled.
func (g *Gazetteer) weighCalled(written reading, name string, sure float64, q Query) reading {
	var means []target
	for _, i := range g.atlas.named[name] {
		if t, ok := g.standsFor(g.atlas.known[i]); ok && !slices.Contains(means, t) {
			means = append(means, t)
		}
	}
	town := written.town
	if town == "" {
		town = q.Town
	}
	if within := slices.DeleteFunc(slices.Clone(means), func(t target) bool { return t.town != town }); len(within) > 0 {
		means = within
	}
	if len(means) != 1 {
		written.others = append(written.others, means...)
		return written
	}
	says := means[0]
	switch {
	case !written.known():
		return reading{target: says, sure: sure, firm: sure >= 0.8, others: written.others, reasons: append(written.reasons, "写的“"+name+"”在地名库里，在"+says.name)}
	case written.target.covers(says) && written.level < says.level:
		written.target, written.sure, written.firm = says, max(sure, min(written.sure, 0.9)*sure), sure >= 0.8
		written.reasons = append(written.reasons, "写的“"+name+"”在地名库里，在"+says.name)
	case says.covers(written.target):
		written.sure = min(0.97, written.sure+0.05)
	case !slices.Contains(written.others, says):
		written.sure, written.others = min(written.sure, conflicting), append(written.others, says)
		written.reasons = append(written.reasons, "写的“"+name+"”在"+says.name+"，和写的村镇对不上，请核对")
	}
	return written
}

// covers reports whether other lies in t, or is t.
func (t target) covers(other target) bool {
	return t.county == other.county && (t.town == "" || t.town == other.town) && (t.village == "" || t.village == other.village)
}

// How far from a known point, in metres, a position still speaks for it: likely, and possibly.
const (
	hardBy = 300
	reach  = 1000
)

// spot is what the known places around a position say.
type spot struct {
	target
	sure   float64
	metres float64 // 0 within an area
}

// around finds the known place at a position: the smallest area that holds it with room for the accuracy, else the nearest point, unless another village's
// is about as near.
func (g *Gazetteer) around(at orb.Point, accuracy float64) (spot, bool) {
	if g.atlas == nil {
		return spot{}, false
	}
	if s, ok := g.inArea(at, accuracy); ok && s.level == aVillage {
		return s, true
	} else if p, near := g.byPoint(at, accuracy); near && (!ok || s.covers(p.target)) {
		return p, true
	} else if ok {
		return s, true
	}
	return spot{}, false
}

func (g *Gazetteer) inArea(at orb.Point, accuracy float64) (best spot, found bool) {
	size := math.Inf(1)
	g.atlas.areas.Search(at, at, func(_, _ [2]float64, i int) bool {
		k := g.atlas.known[i]
		t, ok := g.standsFor(k)
		if !ok || !planar.MultiPolygonContains(k.Area, at) {
			return true
		}
		if a := geo.Area(k.Area); a < size {
			size, found = a, true
			best = spot{target: t, sure: 0.8}
			if county.ToOutline(k.Area, at) < accuracy {
				best.sure = 0.5
			}
		}
		return true
	})
	return best, found
}

func (g *Gazetteer) byPoint(at orb.Point, accuracy float64) (spot, bool) {
	box := geo.NewBoundAroundPoint(at, 2*reach)
	best, second := spot{metres: math.Inf(1)}, math.Inf(1)
	g.atlas.points.Search(box.Min, box.Max, func(_, _ [2]float64, i int) bool {
		k := g.atlas.known[i]
		t, ok := g.standsFor(k)
		if !ok {
			return true
		}
		switch d := geo.DistanceHaversine(at, k.At); {
		case t.same(best.target):
			best.metres = min(best.metres, d)
		case d < best.metres:
			best, second = spot{target: t, metres: d}, best.metres
		case d < second:
			second = d
		}
		return true
	})
	switch far := best.metres + accuracy; {
	case far > reach, far > second-accuracy && best.metres > hardBy/3:
		return spot{}, false
	case far <= hardBy && best.metres*2 < second:
		best.sure = 0.75
	default:
		best.sure = 0.5
	}
	return best, true
}

func (t target) same(other target) bool {
	return t.county == other.county && t.town == other.town && t.village == other.village
}

// away is how far a position lies from all that is known of a place: of a village its points and areas, of a town its areas. Endless when nothing is known.
func (g *Gazetteer) away(t target, at orb.Point) float64 {
	nearest := math.Inf(1)
	if g.atlas == nil || t.level < aTown {
		return nearest
	}
	code := t.town
	if t.level == aVillage {
		code = t.village
	}
	for _, i := range g.atlas.of[code] {
		k := g.atlas.known[i]
		switch {
		case len(k.Area) > 0 && planar.MultiPolygonContains(k.Area, at):
			return 0
		case len(k.Area) > 0 && (k.Village == "" || t.level == aVillage):
			nearest = min(nearest, county.ToOutline(k.Area, at))
		case t.level == aVillage:
			nearest = min(nearest, geo.DistanceHaversine(at, k.At))
		}
	}
	return nearest
}
