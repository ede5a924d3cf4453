package route

import (
	"slices"
	"strings"

	"qianshao/config/county"
)

// vote is what speaks for one category.
type vote struct {
	category county.Category
	weight   float64
	strong   int // strong signs, sites' and history's answers, and words that say it outright
	medium   int
	why      []string
}

type votes []*vote

// Weights of what points to a category. A sign counts in full for the category that it names first and half for the others.
const (
	weightStrong  = 3.0
	weightMedium  = 2.0
	weightWeak    = 1.0
	weightSite    = 2.0
	weightBefore  = 3.0
	weightWords   = 2.5
	weightAccused = 3.5 // before threats by anybody else
	weightPlace   = 0.6 // of what a place-category has, against one of acts
)

// classify collects the votes, the primary category first; it never returns none.
func (r *Router) classify(f Facts, blame accused) votes {
	ballot := map[string]*vote{}
	add := func(id, why string, weight float64) *vote {
		c, ok := r.p.Category(id)
		if !ok {
			return &vote{} // a sign may point to what this county does not have
		}
		v := ballot[id]
		if v == nil {
			v = &vote{category: c}
			ballot[id] = v
		}
		v.weight += weight
		v.why = append(v.why, why)
		return v
	}
	r.bySigns(f, add)
	for _, id := range f.Sites {
		for _, cat := range points(r.p.SiteTypes, id) {
			add(cat, "选的地方指向“"+r.plain(cat)+"”", weightSite).medium++
		}
	}
	for _, cat := range points(r.p.Before, f.Before) {
		add(cat, "说以前查过又干", weightBefore).strong++
	}
	r.byWords(f, add)
	if blame.strong {
		add(official, "写的话牵扯到公家的人", weightAccused).strong++
	}
	if len(ballot) == 0 {
		add(fallback, "没有写明是哪一类，先按“"+r.plain(fallback)+"”", 0)
	}
	if f.NearBorder || f.Town == "" && f.OtherCounty == "" {
		add(border, "在县界边上，或者说不清在哪儿", weightWeak)
	}
	return r.ranked(ballot)
}

func (r *Router) bySigns(f Facts, add func(id, why string, weight float64) *vote) {
	for _, id := range f.Signs {
		sign, ok := r.p.Sign(id)
		if !ok {
			continue
		}
		weight := map[string]float64{"strong": weightStrong, "medium": weightMedium}[sign.Strength]
		if weight == 0 {
			weight = weightWeak
		}
		for i, cat := range sign.PointsTo {
			if i > 0 {
				weight /= 2
			}
			v := add(cat, "选了“"+sign.Short+"”", weight)
			switch sign.Strength {
			case "strong":
				v.strong++
			case "medium":
				v.medium++
			}
		}
	}
}

func (r *Router) byWords(f Facts, add func(id, why string, weight float64) *vote) {
	text := normal(f.all())
	for _, c := range r.p.Categories {
		if slices.ContainsFunc(r.words[c.ID], func(w string) bool { return says(text, w) }) {
			add(c.ID, "写的话像“"+c.Plain+"”", weightWords).strong++
		}
	}
}

// What before a word turns it round: "也没有剧毒". A question does not: "是不是化工".
var denials = []string{"不是", "没有", "并非", "没"}

// says reports whether the text holds the word where nothing denies it.
func says(text, word string) bool {
	for rest := text; ; {
		before, after, found := strings.Cut(rest, word)
		if !found {
			return false
		}
		if !deniedAt(text, len(text)-len(rest)+len(before)) {
			return true
		}
		rest = after
	}
}

func deniedAt(text string, at int) bool {
	head := text[:at]
	denied := slices.ContainsFunc(denials, func(d string) bool { return strings.HasSuffix(head, d) })
	return denied && !strings.HasSuffix(head, "是不是") && !strings.HasSuffix(head, "有没有")
}

// ranked orders the votes: what must stay sealed, then what cannot wait, then what has most behind it. What is done there says more than what kind of
// place it is. Where the place lies (border) and what is not ours (a referral) lead only when nothing else was said.
func (r *Router) ranked(ballot map[string]*vote) votes {
	rank := func(v *vote) float64 {
		m, _ := r.p.Route(v.category.ID)
		switch {
		case m.Sealed:
			return 2000 + v.weight
		case v.category.Priority == urgent:
			return 1000 + v.weight
		case m.Refer:
			return -1
		case v.category.ID == border:
			return -2
		case v.category.Axis == "place":
			return v.weight * weightPlace
		}
		return v.weight
	}
	var found votes
	for _, c := range r.p.Categories { // in the profile's order, so that equal votes have an order too
		if v := ballot[c.ID]; v != nil {
			found = append(found, v)
		}
	}
	slices.SortStableFunc(found, func(a, b *vote) int {
		if d := rank(b) - rank(a); d != 0 {
			return map[bool]int{true: 1, false: -1}[d > 0]
		}
		return 0
	})
	return found
}

// unclear says that nothing spoke for any category.
func (v votes) unclear() bool { return v[0].weight == 0 }

// confidence grows with what speaks for the primary category and falls with what speaks for the second.
func (v votes) confidence() float64 {
	second := 0.0
	if len(v) > 1 {
		second = v[1].weight
	}
	return v[0].weight / (v[0].weight + second/2 + 1.5)
}

// priority is the most urgent one of the categories; a workshop with neither a strong sign nor two medium ones is not in a hurry (P1 becomes P2).
func (v votes) priority() string {
	best := v[0].category.Priority
	strong, medium := 0, 0
	for _, x := range v {
		best = min(best, x.category.Priority)
		strong, medium = strong+x.strong, medium+x.medium
	}
	if strong == 0 && medium < 2 && best != urgent {
		best = max(best, weaker)
	}
	return best
}

func (v votes) reasons() []string {
	var all []string
	for _, x := range v {
		for _, why := range x.why {
			if !slices.Contains(all, why) {
				all = append(all, why)
			}
		}
	}
	return all
}

func (r *Router) plain(id string) string {
	c, _ := r.p.Category(id)
	return c.Plain
}

// points gives the categories that an answer points to.
func points(choices []county.Choice, id string) []string {
	i := slices.IndexFunc(choices, func(c county.Choice) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return choices[i].Points
}
