package match

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"qianshao/config/county"
)

// Likeness of two texts: told anew by somebody else, the same event was measured at 0.1 to 0.5, other events at 0 to 0.03.
const (
	chance   = 0.03 // counts nothing
	muchText = 0.18 // counts in full
)

// Confidences of a place: from the one it is as good as known; below the other it links nothing, and a person looks first.
const (
	surePlace   = 0.65
	likelyPlace = 0.5
)

// feature is one thing that speaks for or against two tips being about one matter; the names are county.MatchFeatures, in this order.
type feature int

const (
	bias feature = iota
	village
	spot  // positions in the same or a touching square of 200 m
	area  // the same with 1 km
	town  // where one of the villages is unknown, or not known well
	maybe // the one mentions the village of the other, or both the same one
	picture
	mark
	site
	siteConflict
	work
	workConflict
	spots
	looks
	landmark
	text
	signs
	placeType
	class
	classConflict
	days
	apart
	again
	careful
	sure     // of the place of the one that is known less well
	likeness // of the texts, as it was measured
	shared   // hundreds of pairs of characters in both
	shorter  // hundreds of pairs of characters in the shorter one
	typeConflict
	passing // the one names as a landmark what the other is about
	located
	kinds // how many kinds of place the one names that names more
	features
)

// pair holds the features of two prints; those of the profile's weights are 0..1.
type pair [features]float64

// of compares two prints, and counts the pictures that both have. It is symmetric but for again: it is the later tip that tells of a closing, and the earlier one
// told of the same only if that was its matter, for many fear or complain of one.
func of(a, b Print, th county.Match) (x pair, copies int) {
	if b.before(a) {
		a, b = b, a
	}
	x[bias] = 1
	set := func(f feature, is bool) {
		if is {
			x[f] = 1
		}
	}
	near := nearness(a.Cells, b.Cells)
	same := a.Village != "" && a.Village == b.Village
	set(village, same)
	set(spot, near == sides[0])
	set(area, near > sides[0])
	set(town, !same && a.Town != "" && a.Town == b.Town && !settled(a, b))
	set(maybe, !same && mayBeOne(a, b))
	copies = copied(a.Pictures, b.Pictures)
	x[picture] = float64(min(2, copies)) / 2
	x[mark] = held(a.Marks, b.Marks, 1)
	x[site], x[siteConflict] = sites(a, b)
	x[work] = held(a.Works, b.Works, 2)
	set(workConflict, len(a.Works) > 0 && len(b.Works) > 0 && x[work] == 0)
	x[spots], x[looks] = held(a.Spots, b.Spots, 2), held(a.Looks, b.Looks, 3)
	x[landmark] = held(a.Beside, b.Beside, 1)
	x[likeness] = resemblance(a.Words, b.Words)
	x[text] = min(1, max(0, x[likeness]-chance)/(muchText-chance))
	x[signs] = share(a.Signs, b.Signs)
	set(placeType, share(a.Sites, b.Sites) > 0)
	set(class, a.Category != "" && a.Category == b.Category)
	set(classConflict, differ(a.Category, b.Category) && (extra(a.Category) || extra(b.Category)))
	if th.Days > 0 {
		x[days] = min(1, float64(between(a, b))/float64(th.Days))
	}
	set(apart, a.Apart || b.Apart)
	set(again, b.Again && !(a.Told && slices.Contains(th.AgainCategories, a.Category)))
	set(careful, a.Careful != b.Careful)
	x[sure], x[shared], x[shorter] = min(a.Sure, b.Sure), float64(common(a.Words, b.Words))/100, float64(min(len(a.Words), len(b.Words)))/100
	set(typeConflict, len(a.Sites) > 0 && len(b.Sites) > 0 && x[placeType] == 0)
	set(passing, common(a.Beside, b.Kinds)+common(b.Beside, a.Kinds) > 0)
	set(located, known(a) && known(b))
	x[kinds] = float64(max(len(a.Kinds), len(b.Kinds)))
	return x, copies
}

// settled says whether both villages are known well, and differ.
func settled(a, b Print) bool {
	return differ(a.Village, b.Village) && min(a.Sure, b.Sure) >= surePlace
}

// mayBeOne says whether the one tip mentions the village of the other, or both the same one.
func mayBeOne(a, b Print) bool {
	return common(a.Perhaps, b.Perhaps) > 0
}

func (p Print) placed() bool { return p.Village != "" && p.Sure >= surePlace }

// known says whether a position is known well enough to say that another one is not near.
func known(p Print) bool {
	return slices.ContainsFunc(p.Cells, func(c Cell) bool { return c.Side == sides[len(sides)-1] })
}

// extra says whether a category is beside the points of the notice: what happens there is then no workshop.
func extra(category string) bool { return strings.HasPrefix(category, "x_") }

func between(a, b Print) int { return int(a.Received.Sub(b.Received).Abs() / (24 * time.Hour)) }

// neighbours says whether two tips speak of two households, teams or opposite sides of a place.
func neighbours(a, b Print) bool {
	other := func(x, y Keys) bool { return len(x) > 0 && len(y) > 0 && common(x, y) == 0 }
	return other(a.Homes, b.Homes) || other(a.Teams, b.Teams) || common(a.Sides, b.Sides) == 0 && common(a.Across, b.Sides) > 0
}

// held is how many of most are common to two ascending lists, as a part.
func held(a, b Keys, most int) float64 { return float64(min(most, common(a, b))) / float64(most) }

// sites compares the kinds of place: 1 for the same, half for what may be the same, and whether they cannot be one.
func sites(a, b Print) (same, conflict float64) {
	switch {
	case common(a.Kinds, b.Kinds) > 0:
		return 1, 0
	case common(a.Families, b.Families) > 0 && (len(a.Kinds) < len(a.Families) || len(b.Kinds) < len(b.Families)):
		return 0.5, 0
	case len(a.Families) > 0 && len(b.Families) > 0:
		return 0, 1
	}
	return 0, 0
}

// Score compares two prints; the order in which they are given does not matter.
//
// The sum of what speaks for it says what a person is asked about, and joins what shows that it is the same: a photo, a near position, a number plate in the
// village. What joins the other tips of a village was learned. Gates stand beside both. Different known villages are never linked, and with no copied picture are
// not worth asking about. The village alone links nothing, and text alone never does: something of the place or the work must be told by both, and neither
// another place nor, where the place is not the same, other work. Who names as a landmark what the other tip is about may mean what stands beside it. That, what
// somebody sets apart and does not say to be at the same place, what tells of a closed place and what has a category of its own is left to a person.
func Score(a, b Print, th county.Match) Verdict {
	x, copies := of(a, b, th)
	z := 0.0
	for i, name := range county.MatchFeatures {
		z += th.Weights[name] * x[i]
	}
	v := Verdict{Score: likely(z), Reasons: x.reasons(between(a, b), copies), Copies: copies, Recurs: x[again] > 0}
	far := x[spot]+x[area] == 0 && x[located] > 0
	elsewhere := differ(a.County, b.County) || x[maybe] == 0 && (differ(a.Town, b.Town) || settled(a, b)) || far && x[village] == 0
	if elsewhere {
		v.Reasons = append([]string{"地点不同"}, v.Reasons...)
	}
	other := x[siteConflict] > 0 || x[workConflict] > 0 && x[site] == 0
	v.Against = other && x[village] > 0
	shown := x[picture] > 0 || x[spot] > 0 && !other || x[mark] > 0 && x[village] > 0 && x[sure] >= surePlace
	told := x[village] > 0 && x[sure] >= likelyPlace && x[passing] == 0 && !other && x[site]+x[work]+x[spots]+x[looks]+x[landmark]+x[text] > 0
	free := !neighbours(a, b) && !far && !differ(a.Town, b.Town) && !differ(a.Village, b.Village) && (x[apart] == 0 || x[site] == 1) && x[again] == 0 && a.Careful == b.Careful && !a.Alone && !b.Alone
	same := shown && v.Score >= th.Link || free && told && v.Score >= th.Ask && likely(th.Joined.Score(x[:])) >= th.Join // the trees last: they are many
	v.Band = x.band(v.Score, th, elsewhere, same && free)
	return v
}

// likely turns the logarithm of odds into a probability.
func likely(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func (x pair) band(score float64, th county.Match, elsewhere, linkable bool) Band {
	switch {
	case elsewhere && x[picture] > 0:
		return Ask // the same photo from two villages: somebody is wrong, or sends it around
	case elsewhere || score < th.Ask:
		return New
	case linkable:
		return Link
	}
	return Ask
}

// reasons says in Chinese what counted, and never which words were said.
func (x pair) reasons(apartDays, copies int) []string {
	var out []string
	for _, r := range []struct {
		is  bool
		say string
	}{
		{x[village] > 0, "同村"}, {x[town] > 0, "同乡镇，村不清楚"}, {x[maybe] > 0, "提到了同一个村"},
		{x[spot] > 0, fmt.Sprintf("位置相距不到 %d 米", 2*sides[0])}, {x[area] > 0, fmt.Sprintf("位置相距不到 %d 公里", 2*sides[1]/1000)},
		{x[mark] > 0, "说到同一个车牌、电话或公里数"},
		{x[site] == 1, "说的场所是同一种"}, {x[site] == 0.5, "说的场所差不多"}, {x[siteConflict] > 0, "说的场所不是一种"},
		{x[work] > 0, "说的活儿或东西相同"}, {x[workConflict] > 0, "说的活儿或东西不同"}, {x[landmark] > 0, "说到同一个路标"},
		{x[spots] > 0 || x[looks] >= 0.5, "说的样子、气味相同"},
		{x[placeType] > 0, "场所类型相同"}, {x[signs] > 0, "勾选的迹象有相同的"}, {x[class] > 0, "类别相同"},
		{x[apart] > 0, "话里还说到另一家"}, {x[again] > 0, "说的是查封以后又干"},
		{x[careful] > 0, "只有一条说到了干部、房东、威胁或者死伤"},
	} {
		if r.is {
			out = append(out, r.say)
		}
	}
	if copies > 0 {
		out = append(out, fmt.Sprintf("照片 %d 张相同", copies))
	}
	if x[text] > 0 {
		out = append(out, "说的话"+[]string{"有一点像", "比较像", "很像"}[int(x[text]*2.99)])
	}
	return append(out, interval(apartDays))
}

func interval(days int) string {
	if days == 0 {
		return "相隔不到一天"
	}
	return fmt.Sprintf("相隔 %d 天", days)
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

// nearness is the side of the finest grid on which two positions lie in the same or touching squares; 0 when they do on none.
func nearness(a, b []Cell) int {
	for _, x := range a {
		for _, y := range b {
			if x.Side == y.Side && slices.Contains(x.Around, y.Here) {
				return x.Side
			}
		}
	}
	return 0
}

// resemblance is the Jaccard index of two texts, or what part of the shorter one the longer one holds, which counts less because a short one is soon held.
func resemblance(a, b Keys) float64 {
	common := common(a, b)
	const short = 8 // pairs; below this a few chance hits would look like much
	all, least := len(a)+len(b)-common, max(short, min(len(a), len(b)))
	if all == 0 {
		return 0
	}
	return max(float64(common)/float64(max(all, short)), 0.6*float64(common)/float64(least))
}

// common counts what two ascending lists have in common.
func common(a, b Keys) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}

// share is the part of two sorted lists that is common to both.
func share(a, b []string) float64 {
	common := 0
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); ok {
			common++
		}
	}
	if common == 0 {
		return 0
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
