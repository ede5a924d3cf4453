//go:build eval

package replay

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"qianshao/config/county"
)

const modelFile = "../../config/county/fangshan/joined.csv"

// How the trees grow: chosen on authors of whom nothing was learned.
const (
	trees     = 150
	leaves    = 12
	leastRows = 20   // in a leaf
	rate      = 0.06 // of what a tree says that is believed
	pull      = 1.0  // towards nothing
	mostCuts  = 31   // places where a feature may be cut
)

// grown is a leaf while its tree grows.
type grown struct {
	at           int // its node
	rows         []int
	slope, bend  float64
	gain         float64 // by the best cut
	feature, cut int
}

func (g *grown) worth() float64 { return g.slope * g.slope / (g.bend + pull) }

// forest grows trees on cut features.
type forest struct {
	cuts        [][]float64 // by feature, ascending
	bins        [][]uint8   // by feature and row: how many of the cuts are less
	slope, bend []float64   // by row, of the loss
}

// grow trains boosted trees: each new one is fitted to the slope of the logistic loss that the ones before left, leaf by leaf where the most is gained (Friedman,
// 2001; the gain is that of Chen and Guestrin, XGBoost, 2016).
func grow(pairs []evalPair) (j county.Joined) {
	n, same := len(pairs), 0.0
	f := forest{slope: make([]float64, n), bend: make([]float64, n)}
	for i := range county.MatchFeatures {
		f.cut(pairs, i)
	}
	for _, p := range pairs {
		if p.same {
			same++
		}
	}
	j.Bias = math.Log(same / (float64(n) - same))
	z := slices.Repeat([]float64{j.Bias}, n)
	for range trees {
		for i, p := range pairs {
			likely := 1 / (1 + math.Exp(-z[i]))
			f.slope[i], f.bend[i] = likely, likely*(1-likely)
			if p.same {
				f.slope[i]--
			}
		}
		tree, ends := f.tree()
		for _, l := range ends {
			for _, i := range l.rows {
				z[i] += tree[l.at].Value
			}
		}
		j.Trees = append(j.Trees, tree)
	}
	return j
}

// cut chooses where a feature may be cut: between all its values, or where they part the rows evenly.
func (f *forest) cut(pairs []evalPair, feature int) {
	var values, cuts []float64
	for _, p := range pairs {
		values = append(values, p.features[feature])
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(values)))
	for k := 1; k < len(distinct) && len(distinct) <= mostCuts; k++ {
		cuts = append(cuts, (distinct[k-1]+distinct[k])/2)
	}
	for k := 1; k <= mostCuts && len(distinct) > mostCuts; k++ {
		cuts = append(cuts, distinct[k*len(distinct)/(mostCuts+1)])
	}
	bins := make([]uint8, len(values))
	for i, v := range values {
		at, _ := slices.BinarySearch(cuts, v)
		bins[i] = uint8(at)
	}
	f.cuts, f.bins = append(f.cuts, cuts), append(f.bins, bins)
}

func (f *forest) tree() ([]county.JoinedNode, []*grown) {
	root := &grown{}
	for i := range f.slope {
		root.rows = append(root.rows, i)
		root.slope += f.slope[i]
		root.bend += f.bend[i]
	}
	f.look(root)
	tree, ends := []county.JoinedNode{{Feature: -1}}, []*grown{root}
	for len(ends) < leaves {
		best := slices.MaxFunc(ends, func(a, b *grown) int { return int(math.Copysign(1, a.gain-b.gain)) })
		if best.gain <= 0 {
			break
		}
		low, high := &grown{at: len(tree)}, &grown{at: len(tree) + 1}
		for _, i := range best.rows {
			to := high
			if int(f.bins[best.feature][i]) <= best.cut {
				to = low
			}
			to.rows = append(to.rows, i)
			to.slope += f.slope[i]
			to.bend += f.bend[i]
		}
		f.look(low)
		f.look(high)
		tree[best.at] = county.JoinedNode{Feature: best.feature, AtMost: f.cuts[best.feature][best.cut], Then: low.at, Else: high.at}
		tree = append(tree, county.JoinedNode{Feature: -1}, county.JoinedNode{Feature: -1})
		ends[slices.Index(ends, best)] = low
		ends = append(ends, high)
	}
	for _, l := range ends {
		tree[l.at].Value = -rate * l.slope / (l.bend + pull)
	}
	return tree, ends
}

// look finds the cut of a leaf that gains the most.
func (f *forest) look(l *grown) {
	for feature, bins := range f.bins {
		var by [mostCuts + 1]struct {
			slope, bend float64
			rows        int
		}
		for _, i := range l.rows {
			b := &by[bins[i]]
			b.slope += f.slope[i]
			b.bend += f.bend[i]
			b.rows++
		}
		low, rows := grown{}, 0
		for cut := range f.cuts[feature] {
			low.slope += by[cut].slope
			low.bend += by[cut].bend
			rows += by[cut].rows
			if rows < leastRows || len(l.rows)-rows < leastRows {
				continue
			}
			high := grown{slope: l.slope - low.slope, bend: l.bend - low.bend}
			if gain := low.worth() + high.worth() - l.worth(); gain > l.gain+1e-9 {
				l.gain, l.feature, l.cut = gain, feature, cut
			}
		}
	}
}

// TestLearn writes joined.csv.
func TestLearn(t *testing.T) {
	if os.Getenv("LEARN") == "" {
		t.Skip("make learn asks for it")
	}
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	j := grow(evalPairs(t, evalSets(t), p))
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
	rows := [][]string{county.JoinedHead, {"", "", "", "", "", number(j.Bias)}}
	for k, tree := range j.Trees {
		for _, n := range tree {
			row := []string{strconv.Itoa(k), "", "", "", "", number(n.Value)}
			if n.Feature >= 0 {
				row = []string{row[0], county.MatchFeatures[n.Feature], number(n.AtMost), strconv.Itoa(n.Then), strconv.Itoa(n.Else), ""}
			}
			rows = append(rows, row)
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(modelFile, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
