//go:build eval

package route_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qianshao/triage/replay"
	"qianshao/triage/route"
)

// TestEvalRoute measures categories, lead, emergency and scope on tips whose right answer is known: with the place as the gazetteer finds it, which is what
// the county gets, and with the right place, which is what this package answers for. The words
// were made and the model was trained on these tips: TestEvalLearned says what to expect of others.
func TestEvalRoute(t *testing.T) {
	dir := os.Getenv("EVAL_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	in, err := os.Open(filepath.Join(dir, "tips-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	tips, bad, err := replay.Read(in, true)
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	p, r := open(t)
	whole, err := replay.New(p)
	if err != nil {
		t.Fatal(err)
	}
	var found, given score
	for _, tip := range tips {
		g := tip.Gold
		a := whole.Next(tip)
		found.count(g, a.Categories, *a.Lead, a.Emergency, a.InScope, *a.Priority)
		f := route.Facts{Day: tip.Received, Signs: tip.Signs, Texts: []string{"", tip.Text}, Placed: tip.Position != nil}
		if tip.Site != "" {
			f.Sites = []string{tip.Site}
		}
		if g.County == p.Code {
			f.Town, f.Village = g.Town, g.Village
		} else {
			f.OtherCounty, f.Placed = g.County, false
		}
		d := r.Decide(f)
		lead := d.Lead
		if strings.HasPrefix(lead, "town:") {
			lead = "town"
		}
		given.count(g, d.Categories, lead, d.Emergency, !d.Refer, d.Priority)
	}
	t.Logf("place as found:\n%s", &found)
	t.Logf("place as it is:\n%s", &given)
	for what, ok := range map[string]bool{
		"lead ≥ 0.92 with the place as found": found.lead.rate() >= 0.92, "lead ≥ 0.92": given.lead.rate() >= 0.92,
		"emergency recall ≥ 0.99": given.recall.rate() >= 0.99, "emergency precision ≥ 0.6": given.precision.rate() >= 0.6,
	} {
		if !ok {
			t.Errorf("not reached: %s", what)
		}
	}
}

// ratio is right ones of all.
type ratio struct{ right, of int }

func (s *ratio) add(right bool) {
	if s.of++; right {
		s.right++
	}
}

func (s ratio) rate() float64 { return float64(s.right) / float64(max(1, s.of)) }

// String gives the rate, its 95 % Wilson interval and the counts.
func (s ratio) String() string {
	const z = 1.959964
	n, p := float64(max(1, s.of)), s.rate()
	mid, half := (p+z*z/(2*n))/(1+z*z/n), z/(1+z*z/n)*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return fmt.Sprintf("%.3f [%.3f–%.3f] %d/%d", p, max(0, mid-half), min(1, mid+half), s.right, s.of)
}

type score struct {
	lead, primary, precise, whole, precision, recall, inScope, outScope, priority ratio
}

func (s *score) count(g *replay.Gold, categories []string, lead string, emergency, inScope bool, priority string) {
	s.lead.add(lead == g.Lead)
	s.primary.add(categories[0] == g.Primary)
	s.priority.add(priority == g.Priority)
	for _, c := range categories {
		s.precise.add(slices.Contains(g.Categories, c))
	}
	for _, c := range g.Categories {
		s.whole.add(slices.Contains(categories, c))
	}
	if emergency {
		s.precision.add(g.Emergency)
	}
	if g.Emergency {
		s.recall.add(emergency)
	}
	if g.InScope {
		s.inScope.add(inScope)
	} else {
		s.outScope.add(!inScope)
	}
}

func (s *score) String() string {
	return fmt.Sprintf("lead %v\nprimary category %v\ncategories, precision %v\ncategories, recall %v\nemergency, precision %v\nemergency, recall %v\n"+
		"in scope and taken %v\nout of scope and referred %v\npriority %v", s.lead, s.primary, s.precise, s.whole, s.precision, s.recall, s.inScope, s.outScope, s.priority)
}
