package route

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"qianshao/config/county"
)

// vote is what speaks for one category.
type vote struct {
	category county.Category
	weight   float64
	outright bool // something says it by itself: words, a strong sign that names it first, an answer
	barred   bool // the words say that it is not the primary one
	strong   int  // strong signs, sites' and history's answers, and words that say it outright
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
)

// ballot collects votes.
type ballot struct {
	r     *Router
	votes map[string]*vote
}

func (b *ballot) add(id, why string, weight float64) *vote {
	c, ok := b.r.p.Category(id)
	if !ok {
		return &vote{} // a sign may point to what this county does not have
	}
	v := b.votes[id]
	if v == nil {
		v = &vote{category: c}
		b.votes[id] = v
	}
	v.weight += weight
	v.why = append(v.why, why)
	return v
}

// classify collects the votes, the primary category first; it never returns none.
func (r *Router) classify(f Facts, said reading) votes {
	b := ballot{r, map[string]*vote{}}
	b.bySigns(f)
	for _, id := range f.Sites {
		for _, cat := range points(r.p.SiteTypes, id) {
			v := b.add(cat, "选的地方指向“"+r.plain(cat)+"”", weightSite)
			v.medium++
			v.outright = v.outright || v.category.Axis != "act" // a gate is where it is; what is done behind it, the words or signs must say
		}
	}
	for _, cat := range points(r.p.Before, f.Before) {
		v := b.add(cat, "说以前查过又干", weightBefore)
		v.strong, v.outright = v.strong+1, true
	}
	b.byWords(said.text)
	if said.blame.strong {
		v := b.add(official, "写的话牵扯到公家的人", weightAccused)
		v.strong, v.outright = v.strong+1, true
		if v := b.votes[retaliation]; v != nil { // by those in office: the police is not told
			v.barred = true
		}
	}
	if len(b.votes) == 0 {
		b.add(fallback, "没有写明是哪一类，先按“"+r.plain(fallback)+"”", 0)
	}
	if f.NearBorder || f.Town == "" && f.OtherCounty == "" && !f.Placed {
		b.add(border, "在县界边上，或者说不清在哪儿", weightWeak)
	}
	return r.ranked(b.votes)
}

func (b *ballot) bySigns(f Facts) {
	for _, id := range f.Signs {
		sign, ok := b.r.p.Sign(id)
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
			v := b.add(cat, "选了“"+sign.Short+"”", weight)
			switch sign.Strength {
			case "strong":
				v.strong++
				v.outright = v.outright || i == 0
			case "medium":
				v.medium++
			}
		}
	}
}

func (b *ballot) byWords(text string) {
	for _, w := range b.r.p.Words.Categories {
		plain := b.r.plain(w.ID)
		switch {
		case says(w.Says, text):
			v := b.add(w.ID, "写的话像“"+plain+"”", weightWords)
			v.strong, v.outright = v.strong+1, true
		case says(w.Also, text) || slices.ContainsFunc(b.r.hints[w.ID], func(h string) bool { return holds(text, h) }):
			b.add(w.ID, "写的话有点像“"+plain+"”", weightWeak).medium++
		}
		if v := b.votes[w.ID]; v != nil && says(w.Unless, text) {
			v.barred = true
		}
	}
	switch found, poison := b.r.chemicals.in(text); {
	case poison:
		v := b.add(poisons, "提到剧毒化学品", weightWords)
		v.strong, v.outright = v.strong+1, true
	case found:
		b.add(fallback, "提到危险化学品目录里的东西", weightWeak).medium++
	}
}

// ranked puts the primary category first: in the order of the profile's words the first one that something says outright and nothing bars, else the one with
// most behind it. The others follow by what is behind them; what is not ours (a referral) comes last.
func (r *Router) ranked(ballot map[string]*vote) votes {
	var found votes
	for _, w := range r.p.Words.Categories {
		if v := ballot[w.ID]; v != nil {
			found = append(found, v)
		}
	}
	last := func(v *vote) float64 {
		if m, _ := r.p.Route(v.category.ID); m.Refer || v.barred {
			return v.weight - 100
		}
		return v.weight
	}
	byWeight := func(a, b *vote) int { return cmp.Compare(last(b), last(a)) }
	if i := slices.IndexFunc(found, func(v *vote) bool { return v.outright && !v.barred }); i >= 0 {
		primary := found[i]
		found = slices.Delete(found, i, i+1)
		slices.SortStableFunc(found, byWeight)
		return slices.Insert(found, 0, primary)
	}
	slices.SortStableFunc(found, byWeight)
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
		if x.strong > 0 {
			best = min(best, x.category.Priority)
		}
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

// catalogue finds chemicals by the first two characters of their names.
type catalogue map[string][]chemical

type chemical struct {
	name   string
	poison bool
}

func catalogueOf(all []county.Chemical) catalogue {
	c := catalogue{}
	for _, x := range all {
		for _, n := range x.Names {
			start := string([]rune(n)[:2])
			c[start] = append(c[start], chemical{n, x.Poison})
		}
	}
	return c
}

// in says whether the text names a chemical, and one of the poisonous ones.
func (c catalogue) in(text string) (found, poison bool) {
	before := 0
	for at, r := range text {
		for _, x := range c[text[before:at+utf8.RuneLen(r)]] {
			if strings.HasPrefix(text[before:], x.name) && !deniedAt(text, before) {
				found, poison = true, poison || x.poison
			}
		}
		before = at
	}
	return found, poison
}
