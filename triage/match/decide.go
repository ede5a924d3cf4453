package match

import (
	"cmp"
	"slices"

	"qianshao/config/county"
)

// Candidate is an earlier tip with what its caller knows of its matter.
type Candidate struct {
	Print
	Matter   string   // id of the matter; empty while nobody has decided
	Closed   bool     // the matter was closed and checked
	Hidden   bool     // few may see the matter: it is neither joined nor named
	Rejected bool     // a person said that it is another matter than the tip's
	Others   []string // matters of which a person said that they are not this one
	Villages []string // of the matter's tips that name theirs for sure; only asked for when the candidate does not (Bridges)
}

// Bridges says whether a candidate that does not tell its village could join a tip that does to a matter of another one.
func Bridges(p, candidate Print) bool { return p.placed() && !candidate.placed() }

// elsewhere says whether the matter is known to lie in another village than the tip.
func (c Candidate) elsewhere(p Print) bool {
	return Bridges(p, c.Print) && len(c.Villages) > 0 && !slices.Contains(c.Villages, p.Village)
}

// lowered is the band that is left to a candidate whose matter lies elsewhere: what does not tell its village says little then, unless it shows the same photo.
func (v Verdict) lowered() Verdict {
	switch {
	case v.Band == Link || v.Band == Ask && v.Copies > 0:
		v.Band = Ask
	default:
		v.Band = New
	}
	return v
}

// Suggestion is a matter about which a person is to be asked.
type Suggestion struct {
	Matter string
	Verdict
	Closed bool // the question is then whether a closed matter began again (复发)
}

// Judgement is what follows for a tip from all its candidates.
type Judgement struct {
	Band      Band
	Matter    string       // to which it belongs when the band is Link; when it is New, the closed one that began again, or none
	Score     float64      // of the pair that decided
	Reasons   []string     // of the same pair
	Suggested []Suggestion // when the band is Ask, or Link and the tip would as well be joined to others; the most similar first
	Wait      bool         // a tip that is as similar as any has no matter yet: waiting for it may change the judgement
}

// Recurs says whether the tip is a new matter at the place of a closed one.
func (j Judgement) Recurs() bool { return j.Band == New && j.Matter != "" }

// close scores are as good as the best one: among them the tip whose matter is known is followed, because each of them says the same.
const closeScores = 0.1

// What a person is shown: so many matters, and none that is plainly less similar than the best one, as a share of its score.
const (
	mostSuggested = 3
	similarEnough = 0.3
)

// Decide puts a tip into an earlier matter, asks a person, or leaves it alone. It is pure; the order of the candidates does not matter.
func Decide(p Print, old []Candidate, th county.Match) Judgement {
	matters, undecided := compare(p, old, th)
	var open, closed []*alike
	for _, a := range matters {
		switch {
		case a.best.Band == New:
		case a.closed:
			closed = append(closed, a)
		default:
			open = append(open, a)
		}
	}
	open = newestOfPlace(open, th)
	j := Judgement{Band: New}
	linked := slices.DeleteFunc(slices.Clone(open), func(a *alike) bool { return a.best.Band != Link })
	begun := len(linked) > 0 && slices.ContainsFunc(open, func(b *alike) bool { return b.begins(linked[0], th) })
	switch {
	case len(linked) > 0 && !begun && (len(linked) == 1 || oneMatter(linked, th)):
		j = Judgement{Band: Link, Matter: linked[0].matter, Score: linked[0].best.Score, Reasons: linked[0].best.Reasons}
		j.suggest(linked[1:])
	case len(linked) == 0 && len(closed) > 0 && (closed[0].best.Band == Link || closed[0].best.Recurs):
		j.Matter, j.Score, j.Reasons = closed[0].matter, closed[0].best.Score, closed[0].best.Reasons
	default:
		j.ask(append(open, closed...))
	}
	j.Wait = undecided > 0 && undecided > j.Score-closeScores && (j.Band != Link || undecided > j.Score+closeScores)
	return j
}

func (j *Judgement) ask(matters []*alike) {
	if len(matters) == 0 {
		return
	}
	slices.SortStableFunc(matters, bestFirst)
	j.suggest(matters)
	j.Band, j.Score, j.Reasons = Ask, matters[0].best.Score, matters[0].best.Reasons
}

func (j *Judgement) suggest(matters []*alike) {
	for _, a := range matters[:min(len(matters), mostSuggested)] {
		if a.best.Score >= similarEnough*matters[0].best.Score {
			j.Suggested = append(j.Suggested, Suggestion{a.matter, a.best, a.closed})
		}
	}
}

// alike is a matter with at least one tip that was compared.
type alike struct {
	matter  string
	closed  bool
	best    Verdict // of its tips: the one with the highest band, and score
	nearest Print   // whose verdict it is
	first   Print   // the earliest of its tips
	again   bool    // one of its tips tells of a closed place
	others  []string
	links   int // how many of its tips are like this one
	against int // how many tell of another place or other work in the village
}

// compare gives the matters, the most similar first, and the best score of a tip that would be linked and has no matter yet.
func compare(p Print, old []Candidate, th county.Match) (matters []*alike, undecided float64) {
	byID := map[string]*alike{}
	for _, c := range old {
		if c.Hidden || c.Rejected {
			continue
		}
		v := Score(p, c.Print, th)
		if c.elsewhere(p) {
			v = v.lowered()
		}
		if c.Matter == "" {
			if v.Band == Link {
				undecided = max(undecided, v.Score)
			}
			continue
		}
		a := byID[c.Matter]
		if a == nil {
			a = &alike{matter: c.Matter, closed: c.Closed, best: v, nearest: c.Print, first: c.Print, others: c.Others}
			byID[c.Matter] = a
			matters = append(matters, a)
		}
		a.again = a.again || c.Again
		switch {
		case v.Band == Link:
			a.links++
		case v.Against:
			a.against++
		}
		if c.before(a.first) {
			a.first = c.Print
		}
		if better(v, a.best) || v.Score == a.best.Score && v.Band == a.best.Band && c.before(a.nearest) {
			a.best, a.nearest = v, c.Print
		}
	}
	for _, a := range matters {
		if a.best.Band == Link && a.best.Copies == 0 && a.against >= a.links { // or one tip in the wrong matter would draw others after it
			a.best.Band = Ask
			a.best.Reasons = append(slices.Clone(a.best.Reasons), "同一个案里也有线索说的是别处，或者别的活儿")
		}
	}
	slices.SortFunc(matters, bestFirst)
	return matters, undecided
}

var rank = map[Band]int{New: 0, Ask: 1, Link: 2}

func better(a, b Verdict) bool {
	return cmp.Or(cmp.Compare(rank[a.Band], rank[b.Band]), cmp.Compare(a.Score, b.Score)) > 0
}

// bestFirst puts the more similar matter first, among equal ones the earlier: its first tip earned the reward.
func bestFirst(a, b *alike) int {
	switch {
	case better(a.best, b.best):
		return -1
	case better(b.best, a.best):
		return 1
	case a.first.before(b.first):
		return -1
	}
	return 1
}

// newestOfPlace leaves out a matter after which another one began at the same place, because that place was closed in between: what is told now is the
// later one.
func newestOfPlace(matters []*alike, th county.Match) []*alike {
	return slices.DeleteFunc(slices.Clone(matters), func(a *alike) bool {
		return slices.ContainsFunc(matters, func(b *alike) bool { return b.begins(a, th) && rank[b.best.Band] >= rank[a.best.Band] })
	})
}

// begins says whether a matter tells of a closed place, and began after another one that does not and that it resembles: it may be that one, begun again.
func (a *alike) begins(earlier *alike, th county.Match) bool {
	return a.again && !earlier.again && earlier.first.before(a.first) && Score(earlier.nearest, a.nearest, th).Band != New
}

// oneMatter says whether matters that all look like the tip's could be one that nobody has joined yet; otherwise the tip lies between two, and a person decides.
func oneMatter(matters []*alike, th county.Match) bool {
	for _, a := range matters[1:] {
		apart := slices.Contains(matters[0].others, a.matter) || slices.Contains(a.others, matters[0].matter) || Score(matters[0].nearest, a.nearest, th).Band == New
		if apart && a.best.Score > matters[0].best.Score-closeScores {
			return false
		}
	}
	return true
}
