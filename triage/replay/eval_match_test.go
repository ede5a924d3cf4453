//go:build eval

package replay

import (
	"cmp"
	"errors"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/match"
)

// evalSets are tips with gold, a file a set: $EVAL_TIPS (separated by colons), or the development tips under $EVAL_DATA, beside the repository unless it is set.
// Each set is a county of its own, as its author had no other in mind.
func evalSets(t *testing.T) (sets [][]Tip) {
	t.Helper()
	dir := cmp.Or(os.Getenv("EVAL_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	for path := range strings.SplitSeq(cmp.Or(os.Getenv("EVAL_TIPS"), filepath.Join(dir, "tips-dev.jsonl")), ":") {
		in, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		tips, bad, err := Read(in, true)
		if err := errors.Join(err, in.Close()); err != nil || len(bad) > 0 {
			t.Fatal(err, bad)
		}
		sets = append(sets, slices.DeleteFunc(tips, func(t Tip) bool { return t.Gold == nil }))
	}
	return sets
}

// folds are how many parts of the sites take turns at being unseen.
const folds = 5

// fold is that of a site (S012 of the matter S012-2): all tips of a place are seen, or none.
func fold(t Tip) int {
	site, _, _ := strings.Cut(t.Gold.Matter, "-")
	h := fnv.New32a()
	h.Write([]byte(site))
	return int(h.Sum32() % folds)
}

// evalPair is a tip and a candidate for it.
type evalPair struct {
	later, earlier Tip
	same           bool
	score          float64
	band           match.Band
	features       map[string]float64
}

// evalPairs are all tips of all sets with all their candidates that geography does not exclude.
func evalPairs(t *testing.T, sets [][]Tip, p *county.Profile) (all []evalPair) {
	t.Helper()
	for _, tips := range sets {
		all = append(all, pairsOf(t, tips, p)...)
	}
	return all
}

func pairsOf(t *testing.T, tips []Tip, p *county.Profile) []evalPair {
	t.Helper()
	r, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	byID, prints := map[string]Tip{}, map[string]match.Print{}
	var pairs []evalPair
	for _, tip := range tips {
		byID[tip.ID] = tip
		known := tip.known()
		place := r.judge.Place(known)
		to := r.judge.Route(known, r.judge.Where(known, place))
		if to.Sealed || len(to.Hidden) > 0 {
			continue
		}
		mine := r.prints.Print(r.judge.Features(known, place, to))
		for _, old := range r.prints.Candidates(mine, p.Match) {
			v := match.Score(mine, old, p.Match)
			if slices.Contains(v.Reasons, "地点不同") {
				continue
			}
			o := byID[old.ID]
			pairs = append(pairs, evalPair{tip, o, o.Gold.Matter == tip.Gold.Matter, v.Score, v.Band, match.Features(mine, old, p.Match)})
		}
		r.prints.Add(mine)
		prints[tip.ID] = mine
	}
	return pairs
}

// Signs that a weight must have, so that more evidence never lowers a score; a trained one of the other sign is left at 0.
var against = []string{"bias", "site_conflict", "work_conflict", "class_conflict", "days", "apart", "again", "careful"}

// train fits a logistic regression by gradient descent, drawn towards the weights from which it starts.
func train(pairs []evalPair, start map[string]float64, pull float64) map[string]float64 {
	w := maps.Clone(start)
	for step := range 3000 {
		grad := map[string]float64{}
		for _, p := range pairs {
			e := -1 / (1 + math.Exp(dot(w, p.features)))
			if !p.same {
				e = 1 / (1 + math.Exp(-dot(w, p.features)))
			}
			for name, x := range p.features {
				grad[name] += e * x
			}
		}
		rate := 2 / (float64(len(pairs)) * (1 + float64(step)/1000))
		for _, name := range county.MatchFeatures {
			w[name] -= rate * (grad[name] + pull*(w[name]-start[name]))
			if name == "bias" {
				continue
			}
			if slices.Contains(against, name) {
				w[name] = min(0, w[name])
			} else {
				w[name] = max(0, w[name])
			}
		}
	}
	return w
}

func dot(w, x map[string]float64) float64 {
	z := 0.0
	for name, v := range x {
		z += w[name] * v
	}
	return z
}

func loss(w map[string]float64, pairs []evalPair) float64 {
	sum := 0.0
	for _, p := range pairs {
		z := dot(w, p.features)
		if p.same {
			z = -z
		}
		sum += math.Log1p(math.Exp(z))
	}
	return sum / float64(len(pairs))
}

// replayed is the score of all tips of all sets, of one fold, or (only < 0) of every one.
func replayed(t *testing.T, sets [][]Tip, p *county.Profile, only int) (all Score) {
	t.Helper()
	for _, tips := range sets {
		s := replayOf(t, tips, p, only)
		all.link.add(s.link)
		all.any.add(s.any)
		all.mixed += s.mixed
	}
	return all
}

func replayOf(t *testing.T, tips []Tip, p *county.Profile, only int) Score {
	t.Helper()
	r, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	var asked []Tip
	var answers []Answer
	for _, tip := range tips {
		a := r.Next(tip)
		if only < 0 || fold(tip) == only {
			answers = append(answers, a)
		}
		asked = append(asked, tip)
	}
	return Compare(asked, answers)
}

// TestEvalMatch fails under the goals. It prints what the weights of the profile give, and what weights would give that were trained without the sites they
// are measured on.
func TestEvalMatch(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	tips := evalSets(t)
	pairs := evalPairs(t, tips, p)
	unseen(t, tips, pairs, p)
	all := train(pairs, handSet, 1)
	for _, name := range county.MatchFeatures {
		t.Logf("  %-14s %5.1f, trained on all sites %5.1f", name, p.Match.Weights[name], all[name])
	}
	s := replayed(t, tips, p, -1)
	t.Logf("linked: precision %s recall %s", s.link.precision, s.link.recall)
	t.Logf("linked or asked: precision %s recall %s", s.any.precision, s.any.recall)
	t.Logf("pairs of different matters in one, hard negatives among them: %d", s.mixed)
	for _, goal := range []struct {
		what string
		share
		least float64
	}{
		{"linked, precision", s.link.precision, 0.99}, {"linked, recall", s.link.recall, 0.60},
		{"linked or asked, precision", s.any.precision, 0.50}, {"linked or asked, recall", s.any.recall, 0.92},
	} {
		if got := float64(goal.right) / float64(goal.of); got < goal.least {
			t.Errorf("%s %.3f, the goal is %.2f", goal.what, got, goal.least)
		}
	}
	if s.mixed > 0 {
		t.Errorf("%d pairs of different matters were linked", s.mixed)
	}
	if os.Getenv("EVAL_PAIRS") != "" {
		slices.SortFunc(pairs, func(a, b evalPair) int { return cmp.Compare(b.score, a.score) })
		for _, x := range pairs {
			t.Logf("%s %s same %v: %.3f %s %v", x.later.ID, x.earlier.ID, x.same, x.score, x.band, x.features)
		}
	}
}

// handSet are the weights from which training starts: guesses that were made before anything was trained.
var handSet = map[string]float64{
	"bias": -3.2, "village": 3, "spot": 3.4, "area": 1.2, "town": 0.7, "maybe": 2, "picture": 5, "mark": 2.5, "site": 2.2, "site_conflict": -2.2, "work": 1.6, "work_conflict": -0.6,
	"spots": 0.8, "looks": 1.2, "landmark": 0.8, "text": 2.4, "signs": 0.8, "place_type": 0.6, "class": 0.4, "class_conflict": -0.6, "days": -0.6, "apart": -2, "again": -0.5,
}

// unseen trains without one part of the sites, in turns, and measures on that part.
func unseen(t *testing.T, tips [][]Tip, pairs []evalPair, p *county.Profile) {
	t.Helper()
	var link, any found
	var byHand, trained float64
	for f := range folds {
		var in, out []evalPair
		for _, x := range pairs {
			switch {
			case fold(x.later) == f:
				out = append(out, x)
			case fold(x.earlier) != f:
				in = append(in, x)
			}
		}
		q := *p
		q.Match.Weights = train(in, handSet, 1)
		byHand += loss(handSet, out) / folds
		trained += loss(q.Match.Weights, out) / folds
		s := replayed(t, tips, &q, f)
		link.add(s.link)
		any.add(s.any)
	}
	t.Logf("%d pairs; trained without the sites that are measured, in five parts: loss %.4f, of weights set by hand %.4f", len(pairs), trained, byHand)
	t.Logf("  linked: precision %s recall %s", link.precision, link.recall)
	t.Logf("  linked or asked: precision %s recall %s", any.precision, any.recall)
}

// TestEvalMatchWithFewerWords shows what is left when a part of the profile's words is missing, as words will be missing for tips that nobody has seen.
func TestEvalMatchWithFewerWords(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	tips := evalSets(t)
	q := *p
	q.Match.Apart = nil
	s := replayed(t, tips, &q, -1)
	t.Logf("nobody says that another place is meant: linked P %s R %s; mixed %d", s.link.precision, s.link.recall, s.mixed)
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 3))
		q := *p
		q.Match.Concepts = nil
		for _, c := range p.Match.Concepts {
			if r.Float64() < 0.7 {
				q.Match.Concepts = append(q.Match.Concepts, c)
			}
		}
		s := replayed(t, tips, &q, -1)
		t.Logf("30 %% of the concepts missing: linked P %s R %s; linked or asked P %s R %s; mixed %d", s.link.precision, s.link.recall, s.any.precision, s.any.recall, s.mixed)
		if s.mixed > 0 {
			t.Errorf("%d pairs of different matters were linked", s.mixed)
		}
	}
}

func (f *found) add(o found) {
	f.precision.right, f.precision.of = f.precision.right+o.precision.right, f.precision.of+o.precision.of
	f.recall.right, f.recall.of = f.recall.right+o.recall.right, f.recall.of+o.recall.of
}
