//go:build eval

package route_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/replay"
	"qianshao/triage/route"
)

// Files with sentences that were written for learning: what people say of each class, and of emergencies.
const (
	saidFile   = "testdata/said.txt"
	urgentFile = "testdata/urgent.txt"
	modelDir   = "../../config/county/fangshan"
)

// devFile are the tips on which the words' lists were made, so that from them nobody learns how far those lists may be trusted.
const devFile = "tips-dev.jsonl"

// example is something said, with its right answer.
type example struct {
	from, group string // file, and the site of which it tells: all tips of a site are seen, or none
	class       string // name of a county.LearnedClass; "" when nobody said
	urgent      bool
	texts       []string
	route.Reading
}

// learnt are the features of the class.
func (e *example) learnt() map[int]float64 {
	x := maps.Clone(e.Said)
	for i, v := range e.Concluded {
		x[i] += v
	}
	return x
}

// tipsFiles are tips with gold that were written for learning.
const tipsFiles = "testdata/tips-*.jsonl"

// examples are the sentences, the lists of the other tests, and all tips with gold.
func examples(t *testing.T, r *route.Router) []*example {
	t.Helper()
	var all []*example
	add := func(from, group, class string, urgent bool, f route.Facts) {
		all = append(all, &example{from, group, class, urgent, f.Texts, r.Learn(f)})
	}
	say := func(from string, n int, class string, urgent bool, text string) {
		add(from, fmt.Sprint(from, n), class, urgent, route.Facts{Texts: []string{text}})
	}
	for _, name := range []string{saidFile, urgentFile} {
		for i, l := range lines(t, name) {
			class, text, _ := strings.Cut(l, "\t")
			class, urgent := strings.CutSuffix(class, "!")
			say(name, i, strings.TrimSuffix(class, "-"), urgent, text)
		}
	}
	for i, c := range alone {
		class := c.any[0]
		if c.lead == "market" {
			class += "+harmless"
		} else if class == "x_transport" && c.lead == "police" {
			class += "+unmarked"
		}
		say("tests alone", i, class, false, c.text)
	}
	for i, l := range happensNow {
		say("tests now", i, "", true, l)
	}
	for i, l := range happensNot {
		say("tests not", i, "", false, l)
	}
	for base, tips := range tipsByAuthor(t) {
		for _, tip := range tips {
			f := route.Facts{Day: tip.Received, Signs: tip.Signs, Texts: []string{tip.Text}}
			if tip.Site != "" {
				f.Sites = []string{tip.Site}
			}
			site, _, _ := strings.Cut(tip.Gold.Matter, "-")
			add(base, base+site, class(r, tip.Gold), tip.Gold.Emergency, f)
		}
	}
	return all
}

// tipsByAuthor are all tips with gold under EVAL_DATA, beside this file and in the files of EVAL_MORE, by file, of which each has an author of its own.
func tipsByAuthor(t *testing.T) iter.Seq2[string, []replay.Tip] {
	t.Helper()
	dir := cmp.Or(os.Getenv("EVAL_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	ours, err := filepath.Glob(tipsFiles)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string, []replay.Tip) bool) {
		for _, name := range slices.Concat([]string{filepath.Join(dir, devFile)}, ours, strings.Fields(os.Getenv("EVAL_MORE"))) {
			in, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			tips, bad, err := replay.Read(in, true)
			if err := errors.Join(err, in.Close()); err != nil || len(bad) > 0 {
				t.Fatal(name, err, bad)
			}
			if !yield(filepath.Base(name), tips) {
				return
			}
		}
	}
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var all []string
	for s := bufio.NewScanner(in); s.Scan(); {
		all = append(all, s.Text())
	}
	return all
}

// class is the one of a right answer: with the hint by which its lead leads, where that is not who leads the category.
func class(r *route.Router, g *replay.Gold) string {
	for _, c := range r.Classes() {
		if c.Category == g.Primary && c.Hint != "" && r.LeadOf(c) == g.Lead {
			return c.Name()
		}
	}
	return g.Primary
}

// without are the examples that are left.
func without(all []*example, unseen func(*example) bool) []*example {
	return slices.DeleteFunc(slices.Clone(all), unseen)
}

func part(group string) int {
	h := fnv.New32a()
	h.Write([]byte(group))
	return int(h.Sum32() % 5)
}

// sample is what one column, or several that shut one another out, learn from: the whole, then the strongest of its parts.
type sample struct {
	x             []feature
	parts         [][]feature
	y             int
	weight, count float64 // and what adds to it that is not learned
}

type feature struct {
	bucket int
	value  float64
}

// fit trains a logistic regression by AdaGrad, in the order that the seed gives. Several classes share one softmax; one class alone is yes (1) or no (0).
//
// Each time it sees a sample, it leaves out the part dropped of its features, so that none relies on another one that the next author may not write
// (Srivastava et al., 2014). Having begun with whole samples, it looks now and then which part of each is the strongest of the first class, and goes on with
// that: of a tip it is only known whether any part of it tells of an emergency (Andrews, Tsochantaridis and Hofmann, 2002).
func fit(samples []sample, classes int, pull, dropped float64, seed uint64) (bias []float64, weights map[int][]float64) {
	const epochs, again, rate, tiny = 25, 5, 0.1, 1e-4
	bias = make([]float64, classes)
	slope := make([]float64, classes)
	w, g := make([][]float64, county.LearnedBuckets), make([][]float64, county.LearnedBuckets)
	weights = map[int][]float64{}
	for _, s := range samples {
		for _, f := range append(slices.Concat(s.parts...), s.x...) {
			if w[f.bucket] == nil {
				w[f.bucket], g[f.bucket] = make([]float64, classes), make([]float64, classes)
				weights[f.bucket] = w[f.bucket]
			}
		}
	}
	samples = slices.Clone(samples)
	r := rand.New(rand.NewPCG(1, 2+seed))
	order := r.Perm(len(samples))
	for epoch := range epochs {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, n := range order {
			s := &samples[n]
			if epoch > 0 && epoch%again == 0 && len(s.parts) > 0 {
				s.x = strongest(s.parts, w)
			}
			z, x := slices.Clone(bias), make([]feature, 0, len(s.x))
			z[0] += s.count
			for _, f := range s.x {
				if r.Float64() >= dropped {
					x = append(x, feature{f.bucket, f.value / (1 - dropped)})
				}
			}
			for _, f := range x {
				for k, w := range w[f.bucket] {
					z[k] += w * f.value
				}
			}
			off := wrong(z, s.y)
			for k := range off {
				off[k] *= s.weight
				slope[k] += off[k] * off[k]
				bias[k] -= rate * off[k] / (tiny + math.Sqrt(slope[k]))
			}
			for _, f := range x {
				w, g := w[f.bucket], g[f.bucket]
				for k := range off {
					d := off[k]*f.value + pull*w[k]
					g[k] += d * d
					w[k] -= rate * d / (tiny + math.Sqrt(g[k]))
				}
			}
		}
	}
	return bias, weights
}

func strongest(parts [][]feature, w [][]float64) []feature {
	score := func(x []feature) (z float64) {
		for _, f := range x {
			z += w[f.bucket][0] * f.value
		}
		return z
	}
	return slices.MaxFunc(parts, func(a, b []feature) int { return cmp.Compare(score(a), score(b)) })
}

// wrong is how far the likelihoods are from the right class.
func wrong(z []float64, y int) []float64 {
	if len(z) == 1 {
		return []float64{1/(1+math.Exp(-z[0])) - float64(y)}
	}
	top, sum := slices.Max(z), 0.0
	for k := range z {
		z[k] = math.Exp(z[k] - top)
		sum += z[k]
	}
	for k := range z {
		z[k] /= sum
	}
	z[y]--
	return z
}

// How strongly weights are drawn to nothing, and where an emergency begins: chosen on the folds, the latter so that hardly one is missed.
const (
	classPull     = 5e-4
	classDropped  = 0.4
	urgentPull    = 5e-3
	urgentDropped = 0.3
	urgentFloor   = -0.45
)

// turns is how often yes or no is learned, in different orders; their mean is kept: where there are few examples, one learning of them hangs on its order.
const turns = 5

// meanFit trains one column.
func meanFit(samples []sample, pull, dropped float64) (bias []float64, weights map[int][]float64) {
	bias, weights = []float64{0}, map[int][]float64{}
	for seed := range uint64(turns) {
		b, w := fit(samples, 1, pull, dropped, seed)
		bias[0] += b[0] / turns
		for i, v := range w {
			if weights[i] == nil {
				weights[i] = []float64{0}
			}
			weights[i][0] += v[0] / turns
		}
	}
	return bias, weights
}

// learn trains on the examples.
func learn(r *route.Router, all []*example) county.Learned {
	classes := r.Classes()
	name := func(c county.LearnedClass) string { return c.Name() }
	count := map[string]float64{}
	for _, e := range all {
		count[e.class]++
	}
	often := oftenSaid(all)
	var said, alarmed []sample
	for _, e := range all {
		if k := slices.IndexFunc(classes, func(c county.LearnedClass) bool { return name(c) == e.class }); k >= 0 {
			x := e.Said
			if e.from != devFile {
				x = e.learnt()
			}
			said = append(said, sample{often(x), nil, k, math.Sqrt(50 / count[e.class]), 0}) // a rare class is not less likely in earnest
		}
	}
	for _, e := range append(retold(r, all), all...) {
		if e.from == saidFile { // those were written for who leads, and nobody asked whether they are urgent
			continue
		}
		s := sample{x: often(e.Alarmed), weight: 1, count: e.Count}
		if e.urgent {
			s.y = 1
		}
		for _, x := range e.Windows {
			s.parts = append(s.parts, often(x))
		}
		alarmed = append(alarmed, s)
	}
	l := county.Learned{Classes: classes, Weights: map[int][]float64{}}
	bias, weights := fit(said, len(classes), classPull, classDropped, 0)
	for i, w := range weights {
		l.Weights[i] = append(w, 0)
	}
	l.Bias = append(bias, -urgentFloor)
	bias, weights = meanFit(alarmed, urgentPull, urgentDropped)
	for i, w := range weights {
		if l.Weights[i] == nil {
			l.Weights[i] = make([]float64, len(classes)+1)
		}
		l.Weights[i][len(classes)] = w[0]
	}
	l.Bias[len(classes)] += bias[0]
	return l
}

// retold are tips with one story or two around them, and emergencies with three, as many people tell one: what happens now must be heard in a long tip, and calm stories together are none the
// less calm.
func retold(r *route.Router, all []*example) (out []*example) {
	told := func(e *example) bool { return e.from != saidFile && len(e.texts) == 1 }
	var calm []*example
	for _, e := range all {
		if told(e) && !e.urgent && !strings.HasPrefix(e.class, "x_") {
			calm = append(calm, e)
		}
	}
	n := rand.New(rand.NewPCG(3, 4))
	for _, e := range all {
		if !told(e) || !e.urgent && n.IntN(4) > 0 {
			continue
		}
		most := 2
		if e.urgent {
			most = 3
		}
		for stories := range most {
			parts := slices.Clone(e.texts)
			for range 1 + stories {
				parts = slices.Insert(parts, n.IntN(len(parts)+1), calm[n.IntN(len(calm))].texts[0])
			}
			text := strings.Join(parts, "。")
			if n.IntN(2) > 0 {
				text = strings.ReplaceAll(text, "。", "，")
			}
			out = append(out, &example{urgent: e.urgent, Reading: r.Learn(route.Facts{Texts: []string{text}})})
		}
	}
	return out
}

// seenIn is in how many places something must be said to be learned: what only one tip says teaches nothing, and stays out of the file.
const seenIn = 5

// oftenSaid keeps the features that stand in the examples of several sites.
func oftenSaid(all []*example) func(map[int]float64) []feature {
	seen := map[int]map[string]bool{}
	for _, e := range all {
		for _, x := range append(e.Windows, e.Said, e.Concluded, e.Alarmed) {
			for i := range x {
				if seen[i] == nil {
					seen[i] = map[string]bool{}
				}
				seen[i][e.group] = true
			}
		}
	}
	return func(x map[int]float64) []feature {
		var out []feature
		for _, i := range slices.Sorted(maps.Keys(x)) {
			if len(seen[i]) >= seenIn {
				out = append(out, feature{i, x[i]})
			}
		}
		return out
	}
}

// TestLearn writes learned.csv and apart.csv.
func TestLearn(t *testing.T) {
	if os.Getenv("LEARN") == "" {
		t.Skip("make learn asks for it")
	}
	_, r := open(t)
	l := learn(r, examples(t, r))
	var head []string
	for _, c := range l.Classes {
		head = append(head, c.Name())
	}
	write(t, "learned.csv", append(head, county.LearnedUrgent), l)
	write(t, "apart.csv", []string{county.LearnedApart}, learnApart(apartExamples(t)))
}

// write writes weights into a file of the profile.
func write(t *testing.T, file string, columns []string, l county.Learned) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	row := func(name string, weights []float64) {
		out, any := []string{name}, false
		for _, v := range weights {
			n, text := int(math.Round(v*county.LearnedScale)), ""
			if n != 0 {
				text, any = strconv.Itoa(n), true
			}
			out = append(out, text)
		}
		if any {
			if err := w.Write(out); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Write(append([]string{"bucket"}, columns...)); err != nil {
		t.Fatal(err)
	}
	row("bias", l.Bias)
	for _, i := range slices.Sorted(maps.Keys(l.Weights)) {
		row(strconv.Itoa(i), l.Weights[i])
	}
	w.Flush()
	if err := os.WriteFile(filepath.Join(modelDir, file), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEvalLearned measures what is learned on sites that it did not see, in five parts, beside the words' lists alone, and fails when those alone are better
// on what they were not made for.
func TestEvalLearned(t *testing.T) {
	p, r := open(t)
	all := examples(t, r)
	type tally struct{ words, learned, precision, recall, wordsPrecision, wordsRecall ratio }
	by := map[string]*tally{}
	var words, learned, precision, recall ratio // the latter two of emergencies in tips
	for f := range 5 {
		q := *p
		q.Learned = learn(r, without(all, func(e *example) bool { return part(e.group) == f }))
		unseen, err := route.New(&q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			if part(e.group) != f {
				continue
			}
			s := by[e.from]
			if s == nil {
				s = &tally{}
				by[e.from] = s
			}
			if c, h, _ := strings.Cut(e.class, "+"); c != "" {
				lead := r.LeadOf(county.LearnedClass{Category: c, Hint: h})
				s.words.add(r.LeadOf(e.Words) == lead)
				got := unseen.Choose(e.learnt(), &e.Reading)
				s.learned.add(r.LeadOf(got) == lead)
				if e.from != devFile && !strings.HasPrefix(e.from, "tests") {
					words.add(r.LeadOf(e.Words) == lead)
					learned.add(r.LeadOf(got) == lead)
				}
			}
			rings := unseen.Rings(route.Facts{Texts: e.texts})
			if e.Alarm {
				s.wordsPrecision.add(e.urgent)
			}
			if rings {
				s.precision.add(e.urgent)
			}
			if e.urgent {
				s.recall.add(rings)
				s.wordsRecall.add(e.Alarm)
			}
			if strings.HasPrefix(e.from, "tips") {
				if rings {
					precision.add(e.urgent)
				}
				if e.urgent {
					recall.add(rings)
				}
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(by)) {
		s := by[from]
		t.Logf("%s, sites not seen:\n  lead of the class: words %v, with what is learned %v\n  emergency, words: precision %v recall %v\n  emergency, with what is learned: precision %v recall %v",
			from, s.words, s.learned, s.wordsPrecision, s.wordsRecall, s.precision, s.recall)
	}
	t.Logf("emergency in all tips, with what is learned: precision %v recall %v", precision, recall)
	if precision.rate() < 0.6 || recall.rate() < 0.98 {
		t.Errorf("emergency in all tips: precision %v recall %v", precision, recall)
	}
	if learned.rate() <= words.rate() {
		t.Errorf("lead of the class: what is learned %v, words alone %v", learned, words)
	}
}
