package draws

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"qianshao/config/county"
)

// Lot is what decides when a case is drawn: SHA-256 of the seed and the case's number with a line break between, in hex. The smallest lots are drawn.
func Lot(seed, number string) string {
	sum := sha256.Sum256([]byte(seed + "\n" + number))
	return hex.EncodeToString(sum[:])
}

// Sum is SHA-256, in hex, of the candidates as lines: the number, and " x2" where twice as many are drawn. It shows later that nobody was added or left out.
func Sum(all []Candidate) string {
	h := sha256.New()
	for _, c := range all {
		line := c.Number
		if c.Double {
			line += " x2"
		}
		h.Write([]byte(line + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func byNumber(a, b Candidate) int { return cmp.Compare(a.Number, b.Number) }

// Pick draws from the candidates by their lots: the percentage of the ordinary ones, twice that of the others, each rounded up, and then whoever comes next
// until there are as many as must be. It gives the same whatever the order of the candidates.
func Pick(seed string, all []Candidate, r county.SpotChecks) []Candidate {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Candidate) int { return cmp.Compare(Lot(seed, a.Number), Lot(seed, b.Number)) })
	count := map[bool]int{}
	for _, c := range all {
		count[c.Double]++
	}
	quota := map[bool]int{false: part(count[false], r.Percent), true: part(count[true], 2*r.Percent)}
	var drawn, rest []Candidate
	for _, c := range all {
		if quota[c.Double] > 0 {
			quota[c.Double]--
			drawn = append(drawn, c)
		} else {
			rest = append(rest, c)
		}
	}
	more := min(max(r.Least-len(drawn), 0), len(rest))
	return append(drawn, rest[:more]...)
}

// part is so many in a hundred, rounded up.
func part(n, percent int) int { return min((n*percent+99)/100, n) }

// assign gives every case to a town that it does not bar: to one that has the fewest so far, and among these to the one with the smallest lot.
// Where every town is barred the duty desk looks itself.
func assign(seed string, drawn []Candidate, towns []string, barred map[string][]string) []Check {
	load := map[string]int{}
	var checks []Check
	for _, c := range drawn {
		may := slices.DeleteFunc(slices.Clone(towns), func(u string) bool { return slices.Contains(barred[c.Case], u) })
		unit := county.DutyDesk
		if len(may) > 0 {
			unit = slices.MinFunc(may, func(a, b string) int {
				return cmp.Or(cmp.Compare(load[a], load[b]), strings.Compare(Lot(seed, c.Number+"\n"+a), Lot(seed, c.Number+"\n"+b)))
			})
		}
		load[unit]++
		checks = append(checks, Check{Candidate: c, Unit: unit})
	}
	return checks
}

// Check draws again from what is kept, and says whether the same comes out.
func (d *Draw) Check() bool {
	drawn := Pick(d.Seed, d.Candidates, d.Rates)
	return Sum(d.Candidates) == d.Sum && slices.EqualFunc(drawn, d.Checks, func(c Candidate, k Check) bool { return c == k.Candidate })
}
