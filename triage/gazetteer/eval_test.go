//go:build eval

package gazetteer

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/datum"

	"github.com/paulmach/orb"
)

// sample is one text with the right answer.
type sample struct {
	kind                  string
	q                     Query
	county, town, village string // gold; empty when no answer is possible
}

func evalData() string {
	if dir := os.Getenv("EVAL_DATA"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "..", "shared", "data")
}

// share is a count with its 95 % Wilson interval.
type share struct{ right, of int }

func (s *share) count(ok bool) {
	s.of++
	if ok {
		s.right++
	}
}

func (s share) value() float64 {
	if s.of == 0 {
		return math.NaN()
	}
	return float64(s.right) / float64(s.of)
}

func (s share) String() string {
	const z = 1.96
	n, p := float64(s.of), s.value()
	middle, half := (p+z*z/(2*n))/(1+z*z/n), z/(1+z*z/n)*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return fmt.Sprintf("%.3f (%d/%d, 95 %% %.3f-%.3f)", p, s.right, s.of, max(0, middle-half), min(1, middle+half))
}

// marks are what is measured of a set.
type marks struct {
	county, town, village, typo, falseTown, falseVillage, sure, asks share
}

func measure(t *testing.T, g *Gazetteer, set []sample) (all marks, kinds map[string]*marks) {
	t.Helper()
	kinds = map[string]*marks{}
	for _, s := range set {
		k := kinds[s.kind]
		if k == nil {
			k = &marks{}
			kinds[s.kind] = k
		}
		p := g.Locate(s.q)
		for _, m := range []*marks{&all, k} {
			m.add(s, p)
		}
		if p.County != s.county || p.Town != s.town || p.Village != s.village {
			t.Logf("%-12s sure %.2f got %s %s %s, want %s %s %s: %v %v", s.kind, p.Confidence, p.County, p.Town, p.Village, s.county, s.town, s.village, s.q.Texts, p.Reasons)
		}
	}
	return all, kinds
}

func (m *marks) add(s sample, p Place) {
	if strings.Contains(s.kind, "typo-") || strings.HasSuffix(s.kind, "-typo") { // of our own making: measured by themselves
		m.typo.count(p.Village == s.village)
		if p.Confidence >= 0.7 {
			m.sure.count(p.Town == s.town && (p.Village == s.village || p.Village == ""))
		}
		return
	}
	if s.county != "" {
		m.county.count(p.County == s.county)
	}
	if s.town != "" {
		m.town.count(p.Town == s.town)
	} else {
		m.falseTown.count(p.Town != "")
	}
	switch {
	case s.village == "":
		m.falseVillage.count(p.Village != "")
	case s.kind == "typo":
		m.typo.count(p.Village == s.village)
		fallthrough
	default:
		m.village.count(p.Village == s.village)
	}
	if p.County != "" {
		m.asks.count(p.Confidence < 0.7)
		if p.Confidence >= 0.7 {
			m.sure.count(p.County == s.county && p.Town == s.town && (p.Village == s.village || p.Village == ""))
		}
	}
}

// goal prints a share and fails when it misses its goal.
func goal(t *testing.T, what string, s share, least, most float64) {
	t.Helper()
	if s.of == 0 {
		return
	}
	fmt.Fprintf(os.Stdout, "  %-28s %s\n", what, s)
	if v := s.value(); v < least || v > most {
		t.Errorf("%s: %.3f, goal %.2f to %.2f", what, v, least, most)
	}
}

func report(t *testing.T, name string, g *Gazetteer, set []sample) {
	t.Helper()
	all, kinds := measure(t, g, set)
	fmt.Fprintf(os.Stdout, "%s, %d texts\n", name, len(set))
	goal(t, "town right", all.town, 0.97, 1)
	goal(t, "village right", all.village, 0.93, 1)
	goal(t, "typos: village right", all.typo, 0.80, 1)
	goal(t, "false town", all.falseTown, 0, 0.02)
	goal(t, "county right", all.county, 0, 1)
	goal(t, "false village", all.falseVillage, 0, 1)
	goal(t, "sure (>= 0.7) and right", all.sure, 0.97, 1)
	goal(t, "asks a person", all.asks, 0, 1)
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		m := kinds[k]
		fmt.Fprintf(os.Stdout, "    %-30s town %d/%d village %d/%d typo %d/%d false town %d/%d false village %d/%d sure %d/%d\n", k,
			m.town.right, m.town.of, m.village.right, m.village.of, m.typo.right, m.typo.of, m.falseTown.right, m.falseTown.of, m.falseVillage.right, m.falseVillage.of, m.sure.right, m.sure.of)
	}
}

func indexed(t testing.TB) *Gazetteer {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return gazetteer(t, p)
}

// TestEvalGazetteer measures the answers on the development sets.
func TestEvalGazetteer(t *testing.T) {
	g := indexed(t)
	t.Run("mentions", func(t *testing.T) { report(t, "fangshan-mentions.tsv", g, mentions(t)) })
	t.Run("tips", func(t *testing.T) { report(t, "tips-dev.jsonl", g, tips(t)) })
	t.Run("made", func(t *testing.T) { report(t, "generated", g, generated(g)) })
	t.Run("transplanted", func(t *testing.T) { report(t, "tips-dev.jsonl with other villages", g, transplanted(g, tips(t))) })
	t.Run("elsewhere", func(t *testing.T) { elsewhere(t, g) })
}

func table(t *testing.T, tab rune, parts ...string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(append([]string{evalData()}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReader(f))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = tab, true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

func mentions(t *testing.T) []sample {
	var set []sample
	for _, r := range table(t, '\t', "text", "fangshan-mentions.tsv") {
		set = append(set, sample{r["kind"], Query{Texts: []string{r["text"]}}, r["gold_county"], r["gold_town"], r["gold_village"]})
	}
	return set
}

func tips(t *testing.T) []sample {
	f, err := os.Open(filepath.Join(evalData(), "tips-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var set []sample
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var tip struct {
			Channel, Text string
			Town          string `json:"town_hint"`
			Village       string `json:"village_hint"`
			Position      *struct {
				Lon, Lat float64
				CRS      string
				Accuracy float64 `json:"accuracy_m"`
			}
			Gold struct{ County, Town, Village string }
		}
		if err := json.Unmarshal(lines.Bytes(), &tip); err != nil {
			t.Fatal(err)
		}
		q := Query{Town: tip.Town, Village: tip.Village, Texts: []string{"", tip.Text}}
		if p := tip.Position; p != nil {
			at := orb.Point{p.Lon, p.Lat}
			if p.CRS == "gcj02" {
				at = datum.FromGCJ02(at)
			}
			q.Position, q.Accuracy = &at, p.Accuracy
		}
		set = append(set, sample{tip.Channel, q, tip.Gold.County, tip.Gold.Town, tip.Gold.Village})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

// elsewhere counts the complaints of other cities in which a place of ours is found: all of them are wrong.
func elsewhere(t *testing.T, g *Gazetteer) {
	sum := share{}
	for _, name := range []string{"address-pairs.tsv", "complaint-clusters.tsv", "complaints-labelled.tsv", "complaints-with-replies.tsv", "river-odour-complaints.tsv", "text-pairs.tsv"} {
		found, sure := share{}, share{}
		for _, r := range table(t, '\t', "text", name) {
			for column, text := range r {
				if len(text) < 30 || column == "reply" {
					continue
				}
				p := g.Locate(Query{Texts: []string{text}})
				found.count(p.Town != "")
				sum.count(p.Town != "")
				sure.count(p.Town != "" && p.Confidence >= 0.7)
				if p.Town != "" {
					t.Logf("%s: %s %s %.2f %q: %.300s", name, p.Town, p.Village, p.Confidence, p.Matched, text)
				}
			}
		}
		fmt.Fprintf(os.Stdout, "  %-28s towns found %s, surely %d\n", name, found, sure.right)
	}
	goal(t, "false town in other cities", sum, 0, 0.02)
}
