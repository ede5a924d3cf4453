package county

import (
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Joined is joined.csv: boosted regression trees (Friedman, Greedy Function Approximation, 2001) that were trained on pairs of tips of which it is known
// whether they are about one matter (make learn). It holds no words. A profile without rows has no model, and only photos, positions and number plates join tips without a person.
type Joined struct {
	Bias  float64
	Trees [][]JoinedNode // each in the order of its rows, the root first
}

// JoinedNode asks whether a feature is at most so much; a leaf has no feature and adds its value to the logarithm of odds.
type JoinedNode struct {
	Feature    int // of MatchFeatures; -1 for a leaf
	AtMost     float64
	Then, Else int // later nodes of the tree
	Value      float64
}

// Score is the logarithm of odds that tips with these features, by MatchFeatures, are about one matter.
func (j *Joined) Score(features []float64) float64 {
	z := j.Bias
	for _, t := range j.Trees {
		n := &t[0]
		for n.Feature >= 0 {
			next := n.Else
			if features[n.Feature] <= n.AtMost {
				next = n.Then
			}
			n = &t[next]
		}
		z += n.Value
	}
	return z
}

// JoinedHead are the columns of joined.csv. The first row is the bias, of no tree.
var JoinedHead = []string{"tree", "feature", "at_most", "then", "else", "value"}

// joined reads joined.csv.
func (l *loader) joined(p *Profile) {
	const file = "joined.csv"
	raw, ok := l.read(file)
	if !ok || len(raw) == 0 {
		return
	}
	bad := func(line int) {
		l.bad(place{file, line}, "这个文件读不懂", "这个文件由 make learn 写出来，不要手改；坏了就从自带的资料里拿一份，或者清空（清空后只有照片、定位、车牌对得上的自动并）")
	}
	rows, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		bad(brokenLine(err))
		return
	}
	if len(rows) < 2 || !slices.Equal(rows[0], JoinedHead) {
		bad(1)
		return
	}
	var m Joined
	var ends []int // of each tree, the line behind it
	for i, row := range rows[1:] {
		n, tree, err := joinedNode(row)
		switch {
		case err != nil || i == 0 && (n.Feature >= 0 || row[0] != ""):
			bad(i + 2)
			return
		case i == 0:
			m.Bias = n.Value
			continue
		case tree == len(m.Trees):
			m.Trees, ends = append(m.Trees, nil), append(ends, 0)
		case tree != len(m.Trees)-1:
			bad(i + 2)
			return
		}
		m.Trees[tree], ends[tree] = append(m.Trees[tree], n), i+2
	}
	for k, t := range m.Trees {
		for at, n := range t {
			if n.Feature >= 0 && (min(n.Then, n.Else) <= at || max(n.Then, n.Else) >= len(t)) { // so that every way ends at a leaf
				bad(ends[k] - len(t) + 1 + at)
				return
			}
		}
	}
	p.Match.Joined = m
}

// joinedNode reads a row; an unknown feature is an error.
func joinedNode(row []string) (n JoinedNode, tree int, err error) {
	number := func(s string) (v float64) {
		if err == nil && s != "" {
			if v, err = strconv.ParseFloat(s, 64); math.IsNaN(v) || math.IsInf(v, 0) {
				err = strconv.ErrRange
			}
		}
		return v
	}
	if row[1] == "" {
		n.Feature = -1
	} else if n.Feature = slices.Index(MatchFeatures, row[1]); n.Feature < 0 {
		return n, 0, strconv.ErrSyntax
	}
	n.AtMost, n.Value = number(row[2]), number(row[5])
	n.Then, n.Else, tree = int(number(row[3])), int(number(row[4])), int(number(row[0]))
	return n, tree, err
}
