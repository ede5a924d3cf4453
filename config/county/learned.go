package county

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
)

// LearnedBuckets is how many buckets features are hashed into.
const LearnedBuckets = 1 << 16

// LearnedScale is by what weights are multiplied in learned.csv, where they are whole numbers.
const LearnedScale = 20

// Learned is learned.csv: the weights of a logistic regression that was trained on tips of which the right answer is known (make learn). It holds no words: what
// a tip says is hashed. A profile without rows has no model, and the words' lists decide alone.
type Learned struct {
	Classes []LearnedClass
	Bias    []float64         // by class, and behind them that of an emergency; in apart.csv only that of another place
	Weights map[int][]float64 // by bucket, as Bias
}

// LearnedClass is a category, with the hint that gives it another lead; "" for none.
type LearnedClass struct{ Category, Hint string }

// Name is as in the head of learned.csv: "c1", "c1+harmless".
func (c LearnedClass) Name() string { return strings.TrimSuffix(c.Category+"+"+c.Hint, "+") }

// The names of the last columns: that there is an emergency now; and of apart.csv, that another place is meant than one that was told of.
const (
	LearnedUrgent = "urgent"
	LearnedApart  = "apart"
)

// Score sums the weights of features for every class, and an emergency's behind them.
func (l *Learned) Score(features map[int]float64) []float64 {
	z := slices.Clone(l.Bias)
	for bucket, v := range features {
		for k, w := range l.Weights[bucket] {
			z[k] += w * v
		}
	}
	return z
}

// Last sums the weights of features for the last column alone.
func (l *Learned) Last(features map[int]float64) float64 {
	last := len(l.Bias) - 1
	z := l.Bias[last]
	for bucket, v := range features {
		if w := l.Weights[bucket]; w != nil {
			z += w[last] * v
		}
	}
	return z
}

// learned reads learned.csv: its head names the classes.
func (l *loader) learned(p *Profile) {
	m, head, ok := l.weights("learned.csv", LearnedUrgent, "清空后只按 words.yaml 分")
	if !ok {
		return
	}
	category := l.known("类别", names(p.Categories, func(c Category) string { return c.ID }))
	hint := l.known("提示", withAlso(sorted(p.Words.Hints), ""))
	for _, name := range head[:len(head)-1] {
		c, h, _ := strings.Cut(name, "+")
		category(place{"learned.csv", 1}, c)
		hint(place{"learned.csv", 1}, h)
		m.Classes = append(m.Classes, LearnedClass{c, h})
	}
	p.Learned = m
}

// apart reads apart.csv, of one column.
func (l *loader) apart(p *Profile) {
	m, head, ok := l.weights("apart.csv", LearnedApart, "清空后只按 match.yaml 里的 apart 认")
	if ok && len(head) > 1 {
		l.bad(place{"apart.csv", 1}, "这个文件读不懂", "头一行只能是 bucket,apart")
		return
	}
	p.Match.Contrast = m
}

// weights reads a file of weights: a head with the columns, of which the last is given, a row of their biases, and a row for every bucket that says anything.
// It is not ok when there is none, or when it is broken, which is then reported.
func (l *loader) weights(file, last, emptied string) (m Learned, head []string, ok bool) {
	raw, ok := l.read(file)
	if !ok || len(raw) == 0 {
		return m, nil, false
	}
	bad := func(line int, what string) (Learned, []string, bool) {
		l.bad(place{file, line}, what, "这个文件由 make learn 写出来，不要手改；坏了就从自带的资料里拿一份，或者清空（"+emptied+"）")
		return Learned{}, nil, false
	}
	rows, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		return bad(brokenLine(err), "这个文件读不懂")
	}
	if len(rows) < 2 || len(rows[0]) < 2 || rows[1][0] != "bias" || rows[0][len(rows[0])-1] != last {
		return bad(1, "这个文件读不懂")
	}
	m.Weights = map[int][]float64{}
	for i, row := range rows[1:] {
		weights := make([]float64, len(row)-1)
		for k, text := range row[1:] {
			n, err := strconv.Atoi(text)
			if err != nil && text != "" {
				return bad(i+2, "“"+text+"”不是整数")
			}
			weights[k] = float64(n) / LearnedScale
		}
		bucket, err := strconv.Atoi(row[0])
		switch {
		case i == 0:
			m.Bias = weights
		case err != nil || bucket < 0 || bucket >= LearnedBuckets:
			return bad(i+2, "桶号“"+row[0]+"”不对")
		default:
			m.Weights[bucket] = weights
		}
	}
	return m, rows[0][1:], true
}
