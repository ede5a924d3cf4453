//go:build eval

package replay

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/match"
)

// evalTips are the tips with gold under $QIANSHAO_EVAL_DATA, beside the repository unless it is set.
func evalTips(t *testing.T) []Tip {
	t.Helper()
	dir := cmp.Or(os.Getenv("QIANSHAO_EVAL_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	in, err := os.Open(filepath.Join(dir, "tips-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	tips, err := Read(in)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(tips, func(t Tip) bool { return t.Gold == nil })
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

// evalPairs are all tips with all their candidates that geography does not exclude.
func evalPairs(t *testing.T, tips []Tip, p *county.Profile) []evalPair {
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
var against = []string{"bias", "site_conflict", "work_conflict", "class_conflict", "days", "apart", "again"}

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

// replayed is the score of all tips, of one fold, or (fold < 0) of every one.
func replayed(t *testing.T, tips []Tip, p *county.Profile, only int) Score {
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
	tips := evalTips(t)
	pairs := evalPairs(t, tips, p)
	same := 0
	for _, x := range pairs {
		if x.same {
			same++
		}
	}
	t.Logf("%d pairs with a candidate, %d of one matter", len(pairs), same)
	for _, pull := range []float64{0.3, 1, 3} {
		var hand, trained float64
		var link, any found
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
			w := train(in, p.Match.Weights, pull)
			hand += loss(p.Match.Weights, out) / folds
			trained += loss(w, out) / folds
			q := *p
			q.Match.Weights = w
			s := replayed(t, tips, &q, f)
			link.add(s.link)
			any.add(s.any)
		}
		t.Logf("pull %.1f: loss of the profile's weights %.4f, of trained ones %.4f; linked P %s R %s; linked or asked P %s R %s",
			pull, hand, trained, link.precision, link.recall, any.precision, any.recall)
	}
	w := train(pairs, p.Match.Weights, 1)
	for _, name := range county.MatchFeatures {
		t.Logf("  %s: %.1f  (profile %.1f)", name, w[name], p.Match.Weights[name])
	}
	s := replayed(t, tips, p, -1)
	t.Logf("linked P %s R %s; linked or asked P %s R %s", s.link.precision, s.link.recall, s.any.precision, s.any.recall)
	if os.Getenv("QIANSHAO_EVAL_PAIRS") != "" {
		slices.SortFunc(pairs, func(a, b evalPair) int { return cmp.Compare(b.score, a.score) })
		for _, x := range pairs {
			fmt.Printf("PAIR %s %s %v %.3f %s %v\n", x.later.ID, x.earlier.ID, x.same, x.score, x.band, x.features)
		}
	}
}

func (f *found) add(o found) {
	f.precision.right, f.precision.of = f.precision.right+o.precision.right, f.precision.of+o.precision.of
	f.recall.right, f.recall.of = f.recall.right+o.recall.right, f.recall.of+o.recall.of
}
