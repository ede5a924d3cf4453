package gazetteer

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

const (
	doubt       = 300   // metres: how near the border a position says nothing of the county, because the outline is drawn with such errors
	coarse      = 5000  // metres: a position that is less accurate says nothing
	tooFar      = 3000  // metres: a position that is so far from all that is known of a place contradicts it
	sameShot    = 200   // metres: photos taken so near to each other say the same thing once
	conflicting = 0.65  // what is left of a place that something contradicts: a person decides
	phone       = 0.7   // how much a phone's position tells of the county
	photo       = 0.6   // and that of a photo, which may have been taken on another day
	hemisphere  = 180.0 // degrees
)

// fix is one position and what it says.
type fix struct {
	at       orb.Point
	accuracy float64
	what     string // 手机定位, 照片里的位置
	sure     float64

	county target
	clear  bool     // of the border
	across []target // the counties on the other side, when it is not clear
	far    bool     // from every county of the profile
	there  spot     // what is known there; no level when nothing is
}

// fixes are the positions of a query that can be believed, photos of one spot once, and why the others cannot.
func (g *Gazetteer) fixes(q Query) (all []fix, doubts []string) {
	if q.Position != nil {
		accuracy := q.Accuracy
		if !(accuracy > 0) { // unknown, or nonsense
			accuracy = 0
		}
		all = append(all, fix{at: *q.Position, accuracy: accuracy, what: "手机定位", sure: phone})
	}
	for i, p := range q.Photos {
		if !slices.ContainsFunc(q.Photos[:i], func(o orb.Point) bool { return geo.DistanceHaversine(o, p) < sameShot }) {
			all = append(all, fix{at: p, what: "照片里的位置", sure: photo})
		}
	}
	all = slices.DeleteFunc(all, func(f fix) bool {
		why := f.disbelief()
		if why != "" {
			doubts = append(doubts, f.what+"不可信："+why)
		}
		return why != ""
	})
	for i := range all {
		g.survey(&all[i])
	}
	return all, unique(append(doubts, q.Doubts...))
}

// disbelief is why it is no position on earth, or not exact enough; empty when it is. What sets no position writes zeros.
func (f fix) disbelief() string {
	lon, lat := f.at.Lon(), f.at.Lat()
	switch {
	case lon == 0 && lat == 0:
		return "经纬度是零，没有定上位"
	case !(math.Abs(lon) <= hemisphere && math.Abs(lat) <= hemisphere/2): // no number is out of range too
		return "经纬度超出了范围"
	case f.accuracy > coarse:
		return fmt.Sprintf("误差约 %.0f 公里，太粗", f.accuracy/1000)
	}
	return ""
}

// survey finds the county at a position, those across the border when it is near, and the known place. Far from every county of the profile there is none.
func (g *Gazetteer) survey(f *fix) {
	margin := doubt + f.accuracy
	inside, metres := g.profile.Contains(f.at)
	f.clear = metres >= margin
	ours := target{level: aCounty, county: g.profile.Code, name: g.profile.Name}
	switch n, ok := g.profile.NeighbourAt(f.at); {
	case inside, !ok && !f.clear: // between two roughly drawn outlines: ours, with doubt
		f.county = ours
	case ok:
		f.county = target{level: aCounty, county: n.Code, name: n.Name}
	default:
		f.far = !math.IsInf(metres, 1) // without an outline there is no opinion
		return
	}
	if !f.clear {
		f.across = g.across(f, margin, ours)
		f.sure /= 2
	}
	if s, ok := g.around(f.at, f.accuracy); ok && (f.clear && s.county == f.county.county || !f.clear) {
		f.there = s
	}
}

// across lists the counties that a position near the border may lie in besides the one that the outlines say.
func (g *Gazetteer) across(f *fix, margin float64, ours target) []target {
	var all []target
	if f.county.county != ours.county {
		all = append(all, ours)
	}
	for _, n := range g.profile.Neighbours {
		if _, metres := g.profile.ContainedIn(n.Code, f.at); n.Code != f.county.county && metres < margin {
			all = append(all, target{level: aCounty, county: n.Code, name: n.Name})
		}
	}
	return all
}

func nearBorder(all []fix) bool {
	return slices.ContainsFunc(all, func(f fix) bool { return f.county.level != 0 && !f.clear })
}

// stand takes the positions into account, one after the other.
func (g *Gazetteer) stand(best reading, all []fix) reading {
	for _, f := range all {
		if f.county.level == 0 {
			if f.far {
				best.say(f.what + "离本县很远，不作准")
			}
			continue
		}
		best = g.standIn(best, f)
		if best.county == f.county.county || !f.clear {
			best = g.standAt(best, f)
		}
		if !f.clear {
			best.say(fmt.Sprintf("%s离县界不到 %.0f 米，说不准在哪一边", f.what, doubt+f.accuracy))
			best.other(f.across...)
		}
	}
	return best
}

// standIn weighs the county at a position.
func (g *Gazetteer) standIn(best reading, f fix) reading {
	switch {
	case !best.known():
		best.target, best.sure = f.county, f.sure
		best.say(f.what + "在" + f.county.name)
	case best.county == f.county.county:
		best.sure = min(0.99, best.sure+0.02)
		best.say(f.what + "也在" + f.county.name)
	case f.clear:
		best.sure = min(conflicting, best.sure*0.7)
		best.say(f.what + "却在" + f.county.name + "，请核对")
		best.other(f.county)
	}
	return best
}

// standAt weighs the known place at a position: it takes a place further, bears it out, or speaks against it. Near the border it never decides the county.
func (g *Gazetteer) standAt(best reading, f fix) reading {
	there, away := f.there, g.away(best.target, f.at)
	named := f.what + "在" + there.name
	if there.metres > 0 {
		named = fmt.Sprintf("%s离%s的已知地点约 %.0f 米", f.what, there.name, math.Ceil(there.metres/50)*50)
	}
	switch {
	case away <= reach+f.accuracy:
		best.sure = min(0.99, best.sure+0.03)
		best.say(f.what + "就在" + best.name + "一带")
	case there.level > best.level && best.target.covers(there.target) && (best.level == aCounty || there.sure >= phone):
		if best.level > aCounty {
			there.sure = min(there.sure, best.sure)
		}
		if !f.clear {
			there.sure = min(there.sure, photo)
		}
		best.target, best.sure = there.target, there.sure
		best.say(named)
	case there.level != 0 && (there.target.covers(best.target) || best.target.covers(there.target)):
		best.say(named)
		if !there.target.covers(best.target) {
			best.other(there.target)
		}
	case away > tooFar+f.accuracy && !math.IsInf(away, 1):
		best.sure = min(conflicting, best.sure*0.75)
		best.say(fmt.Sprintf("%s离%s约 %.0f 公里，请核对", f.what, best.name, math.Round(away/1000)))
		if there.level != 0 {
			best.other(there.target)
		}
	case there.level != 0 && math.IsInf(away, 1) && there.sure >= 0.75:
		best.sure = min(conflicting, best.sure*0.75)
		best.say(named + "，和写的、选的对不上，请核对")
		best.other(there.target)
	}
	return best
}

// say adds a reason once.
func (r *reading) say(reason string) {
	if !slices.Contains(r.reasons, reason) {
		r.reasons = append(r.reasons, reason)
	}
}

// other adds places that may be meant, each once.
func (r *reading) other(all ...target) {
	for _, t := range all {
		if !slices.Contains(r.others, t) {
			r.others = append(r.others, t)
		}
	}
}
