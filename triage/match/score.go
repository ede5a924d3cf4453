package match

import (
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
)

// Weights of what two tips have in common. They add up to a score of at most 1.
const (
	sameVillage = 0.44
	sameSpot    = 0.44 // positions in the same or a touching square of 200 m
	sameArea    = 0.18 // the same with 1 km
	spotInPlace = 0.12 // a near position, when the village is the same anyway
	sameTown    = 0.10 // where one of the villages is unknown
	samePicture = 0.50 // the same bytes, or a copy
	sameText    = 0.46 // for texts that have much in common
	sameSite    = 0.14
	sameSigns   = 0.10
	sameClass   = 0.08
	apart       = 0.12 // taken off for two tips that are the whole of th.Days apart
)

// Likeness of two texts: told anew by somebody else, the same event was measured at 0.1 to 0.5, other events at 0 to 0.03.
const (
	chance   = 0.03 // counts nothing
	muchText = 0.18 // counts in full
)

// surePlace is the confidence from which a village may link two tips; below it a person looks first.
const surePlace = 0.65

// Score compares two prints; the order does not matter.
//
// Three gates stand before the sum. Different known villages are never linked, and with no copied picture are not worth asking about. Text alone never
// links: without the same village, a near position or a copied picture the score stays below Link. Nothing in common but the village is not a matter.
func Score(a, b Print, th county.Match) Verdict {
	v := Verdict{Band: New}
	add := func(points float64, reason string) {
		v.Score += points
		v.Reasons = append(v.Reasons, reason)
	}
	copies := copied(a.Pictures, b.Pictures)
	near := nearness(a.Cells, b.Cells)
	village := a.Village != "" && a.Village == b.Village
	elsewhere := differ(a.County, b.County) || differ(a.Town, b.Town) || differ(a.Village, b.Village)
	anchored := village && min(a.Sure, b.Sure) >= surePlace || near == sides[0] || copies > 0

	switch {
	case village:
		add(sameVillage, "同村")
		if near == sides[0] {
			add(spotInPlace, "位置很近")
		}
	case elsewhere:
		v.Reasons = append(v.Reasons, "地点不同")
	case near == sides[0]:
		add(sameSpot, fmt.Sprintf("位置相距不到 %d 米", 2*sides[0]))
	case near > 0:
		add(sameArea, fmt.Sprintf("位置相距不到 %d 公里", 2*near/1000))
	case a.Town != "" && a.Town == b.Town:
		add(sameTown, "同乡镇，村不清楚")
	}
	if copies > 0 {
		add(samePicture, fmt.Sprintf("照片 %d 张相同", copies))
	}
	like := likeness(a.Words, b.Words)
	if like > chance {
		full := min(1, (like-chance)/(muchText-chance))
		add(sameText*full, "说的话"+[]string{"有一点像", "比较像", "很像"}[int(full*2.99)])
	}
	if share(a.Sites, b.Sites) > 0 {
		add(sameSite, "场所类型相同")
	}
	if s := share(a.Signs, b.Signs); s > 0 {
		add(sameSigns*s, "勾选的迹象有相同的")
	}
	if a.Category != "" && a.Category == b.Category {
		add(sameClass, "类别相同")
	}
	days := int(a.Received.Sub(b.Received).Abs() / (24 * time.Hour))
	if th.Days > 0 {
		v.Score -= apart * min(1, float64(days)/float64(th.Days))
	}
	v.Reasons = append(v.Reasons, interval(days))
	v.Score = min(1, max(0, v.Score))
	v.Band = band(v.Score, th, elsewhere, copies > 0, anchored)
	return v
}

func band(score float64, th county.Match, elsewhere, pictured, anchored bool) Band {
	switch {
	case elsewhere && pictured:
		return Ask // the same photo from two villages: somebody is wrong, or sends it around
	case elsewhere || score < th.Ask:
		return New
	case score >= th.Link && anchored:
		return Link
	}
	return Ask
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

// likeness is the Jaccard index of two texts, or what part of the shorter one the longer one holds, which counts less because a short one is soon held.
func likeness(a, b []int64) float64 {
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	const short = 8 // pairs; below this a few chance hits would look like much
	all, least := len(a)+len(b)-common, max(short, min(len(a), len(b)))
	if all == 0 {
		return 0
	}
	return max(float64(common)/float64(max(all, short)), 0.6*float64(common)/float64(least))
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
