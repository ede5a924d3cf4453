package draws

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"qianshao/config/county"
)

var rates = county.SpotChecks{Percent: 10, Least: 3}

func candidates(plain, double int) []Candidate {
	var all []Candidate
	for i := range plain + double {
		all = append(all, Candidate{Case: fmt.Sprint("id", i), Number: fmt.Sprintf("方2026-%04d", i+1), Double: i >= plain})
	}
	return all
}

func count(all []Candidate) (plain, double int) {
	for _, c := range all {
		if c.Double {
			double++
		} else {
			plain++
		}
	}
	return plain, double
}

func TestPickKeepsTheRates(t *testing.T) {
	for _, c := range []struct{ plain, double, wantPlain, wantDouble, total int }{
		{100, 0, 10, 0, 10},
		{100, 50, 10, 10, 20},
		{101, 51, 11, 11, 22}, // a part of a case is a case
		{0, 0, 0, 0, 0},
		{2, 0, -1, -1, 2}, // no more than there are
		{5, 1, -1, -1, 3}, // three at least
		{0, 3, 0, 3, 3},
	} {
		got := Pick("seed", candidates(c.plain, c.double), rates)
		plain, double := count(got)
		if len(got) != c.total || c.wantPlain >= 0 && (plain != c.wantPlain || double != c.wantDouble) {
			t.Errorf("of %d + %d: %d + %d", c.plain, c.double, plain, double)
		}
	}
}

// The same seed gives the same, whatever the order of the candidates; another seed gives something else. This sum must not change: drawings of the past stand on it.
func TestPickCanBeRepeated(t *testing.T) {
	all := candidates(60, 40)
	first := Pick("00112233445566778899aabbccddeeff", all, rates)
	mixed := slices.Clone(all)
	rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	if !slices.Equal(first, Pick("00112233445566778899aabbccddeeff", mixed, rates)) {
		t.Error("the order of the candidates changes the draw")
	}
	if slices.Equal(first, Pick("10112233445566778899aabbccddeeff", all, rates)) {
		t.Error("the seed does not change the draw")
	}
	if got := Lot("00", "方2026-0001"); got != "6acd1d5d682bda204d157c13824bbe1e14a42600a16b2c7128e843acd9371bc4" {
		t.Errorf("printf '00\\n方2026-0001' | sha256sum gives something else than %s", got)
	}
	if got := Sum([]Candidate{{Number: "方2026-0001"}, {Number: "方2026-0002", Double: true}}); got != "97185bf463fcb16014778073d928f0d13672fb99b2cd0ff6935261010a5fe6d2" {
		t.Errorf("printf '方2026-0001\\n方2026-0002 x2\\n' | sha256sum gives something else than %s", got)
	}
}

// Every candidate is drawn as often as any other one, more or less.
func TestPickIsFair(t *testing.T) {
	const rounds = 2000
	hits := map[string]int{}
	all := candidates(50, 0)
	for i := range rounds {
		for _, c := range Pick(fmt.Sprint(i), all, rates) {
			hits[c.Number]++
		}
	}
	for _, c := range all { // 200 expected, standard deviation 13.4
		if n := hits[c.Number]; n < 140 || n > 260 {
			t.Errorf("%s was drawn %d times of %d", c.Number, n, rounds)
		}
	}
}

func TestAssignKeepsApart(t *testing.T) {
	towns := []string{"town:1", "town:2", "town:3"}
	drawn := candidates(9, 0)
	barred := map[string][]string{"id0": {"town:1"}, "id1": {"town:1", "town:2"}, "id2": towns}
	load := map[string]int{}
	for _, k := range assign("seed", drawn, towns, barred) {
		if slices.Contains(barred[k.Case], k.Unit) {
			t.Errorf("%s looks at %s", k.Unit, k.Case)
		}
		load[k.Unit]++
	}
	if load[county.DutyDesk] != 1 {
		t.Errorf("the case that every town is barred from: %v", load)
	}
	for _, u := range towns {
		if load[u] < 2 || load[u] > 3 {
			t.Errorf("the work is not shared evenly: %v", load)
		}
	}
}

func TestCheckSeesTampering(t *testing.T) {
	all := candidates(30, 10)
	d := Draw{Seed: "s", Candidates: all, Sum: Sum(all), Rates: rates}
	d.Checks = assign(d.Seed, Pick(d.Seed, all, rates), []string{"town:1"}, nil)
	if !d.Check() {
		t.Fatal("an honest draw does not stand")
	}
	for name, spoil := range map[string]func(*Draw){
		"seed":      func(d *Draw) { d.Seed = "t" },
		"left out":  func(d *Draw) { d.Candidates = d.Candidates[1:] },
		"check":     func(d *Draw) { d.Checks = slices.Clone(d.Checks[1:]) },
		"candidate": func(d *Draw) { d.Candidates = append(slices.Clone(all), Candidate{Number: "方2026-9999"}) },
	} {
		bad := d
		if spoil(&bad); bad.Check() {
			t.Errorf("%s was tampered with, and the check says nothing", name)
		}
	}
}
