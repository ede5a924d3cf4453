//go:build eval

package replay

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/match"
)

// evalSets are tips with gold, a file an author: the development tips under $EVAL_DATA (beside the repository unless it is set), those written for learning, and
// the files of $EVAL_MORE. Each set is a county of its own, as its author had no other in mind.
func evalSets(t *testing.T) (sets [][]Tip) {
	t.Helper()
	dir := cmp.Or(os.Getenv("EVAL_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	ours, err := filepath.Glob("../route/testdata/tips-*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for path := range slices.Values(slices.Concat([]string{filepath.Join(dir, "tips-dev.jsonl")}, ours, strings.Fields(os.Getenv("EVAL_MORE")))) {
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

// evalPair is a tip and a candidate for it.
type evalPair struct {
	author         int // whose set it is of
	later, earlier Tip
	same           bool
	verdict        match.Verdict
	features       []float64 // by county.MatchFeatures
}

// evalPairs are all tips of all sets with all their candidates that geography does not exclude.
func evalPairs(t *testing.T, sets [][]Tip, p *county.Profile) (all []evalPair) {
	t.Helper()
	for author, tips := range sets {
		r, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		byID := map[string]Tip{}
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
				o, x := byID[old.ID], make([]float64, len(county.MatchFeatures))
				for name, value := range match.Features(mine, old, p.Match) {
					x[slices.Index(county.MatchFeatures, name)] = value
				}
				all = append(all, evalPair{author, tip, o, o.Gold.Matter == tip.Gold.Matter, v, x})
			}
			r.prints.Add(mine)
		}
	}
	return all
}

// strangers replays every set with what was learned from the others.
func strangers(t *testing.T, sets [][]Tip, p *county.Profile) (all Score) {
	t.Helper()
	pairs := evalPairs(t, sets, p)
	for author, tips := range sets {
		q := *p
		q.Match.Joined = grow(slices.DeleteFunc(slices.Clone(pairs), func(x evalPair) bool { return x.author == author }))
		s := replayed(t, tips, &q)
		t.Logf("author %2d: linked P %s R %s; linked or asked P %s R %s; mixed %d", author, s.link.precision, s.link.recall, s.any.precision, s.any.recall, s.mixed)
		all.join(s)
	}
	return all
}

func (s *Score) join(o Score) {
	s.link.add(o.link)
	s.any.add(o.any)
	s.mixed += o.mixed
}

func replayed(t *testing.T, tips []Tip, p *county.Profile) Score {
	t.Helper()
	r, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	var answers []Answer
	byID := map[string]Tip{}
	for _, tip := range tips {
		a := r.Next(tip)
		answers = append(answers, a)
		byID[tip.ID] = tip
		if a.DuplicateOf != nil && byID[*a.DuplicateOf].Gold.Matter != tip.Gold.Matter && os.Getenv("EVAL_ERRORS") != "" {
			t.Logf("joined %s (%s): %s\n  to %s (%s): %s\n  %v", tip.ID, tip.Gold.Matter, tip.Text, *a.DuplicateOf, byID[*a.DuplicateOf].Gold.Matter, byID[*a.DuplicateOf].Text, a.Reasons)
		}
	}
	return Compare(tips, answers)
}

// TestEvalMatch measures what an author's tips get of whom nothing was learned, and fails under the goals.
func TestEvalMatch(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	s := strangers(t, evalSets(t), p)
	t.Logf("linked: precision %s recall %s", s.link.precision, s.link.recall)
	t.Logf("linked or asked: precision %s recall %s", s.any.precision, s.any.recall)
	t.Logf("pairs of different matters in one: %d", s.mixed)
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
	report := func(what string) {
		var all Score
		for _, set := range tips {
			all.join(replayed(t, set, &q))
		}
		t.Logf("%s: linked P %s R %s; linked or asked P %s R %s; mixed %d", what, all.link.precision, all.link.recall, all.any.precision, all.any.recall, all.mixed)
	}
	report("nobody says that another place is meant")
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 3))
		q.Match.Apart, q.Match.Concepts = p.Match.Apart, nil
		for _, c := range p.Match.Concepts {
			if r.Float64() < 0.7 {
				q.Match.Concepts = append(q.Match.Concepts, c)
			}
		}
		report("30 % of the concepts missing")
	}
}

func (f *found) add(o found) {
	f.precision.right, f.precision.of = f.precision.right+o.precision.right, f.precision.of+o.precision.of
	f.recall.right, f.recall.of = f.recall.right+o.recall.right, f.recall.of+o.recall.of
}
