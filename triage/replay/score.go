package replay

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// share counts how often something was right.
type share struct{ right, of int }

func (s *share) count(right bool) {
	s.of++
	if right {
		s.right++
	}
}

// wilson95 is the 95 % interval of a share (Wilson 1927), which stays honest for small counts and for shares near 0 and 1.
func (s share) wilson95() (low, high float64) {
	if s.of == 0 {
		return 0, 1
	}
	const z = 1.959964
	n := float64(s.of)
	p := float64(s.right) / n
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

// String is "0.972 [0.94–0.99] 210/216".
func (s share) String() string {
	if s.of == 0 {
		return "-\t\t0/0"
	}
	low, high := s.wilson95()
	return fmt.Sprintf("%.3f\t[%.3f–%.3f]\t%d/%d", float64(s.right)/float64(s.of), low, high, s.right, s.of)
}

// found is precision and recall of something that may be there or not.
type found struct{ precision, recall share }

func (f *found) count(said, is bool) {
	if said {
		f.precision.count(is)
	}
	if is {
		f.recall.count(said)
	}
}

// Score is how well the answers agree with the gold of the tips that have one.
type Score struct {
	tips                              int
	county, town, village, falseTown  share
	primary, lead, priority, reviewed share
	sure                              share // right in place and lead, of those that no person looks at
	categories, emergency, inScope    found
	link, any                         found // tips: linked to the right matter; linked or asked
	asked                             share // matters named in a link or a question that are the right one
	mixed                             int   // pairs of tips that the machine put into one matter and that are not
}

// Compare counts. The answers are those to the tips, in any order.
func Compare(tips []Tip, answers []Answer) Score {
	byID := map[string]Answer{}
	for _, a := range answers {
		byID[a.ID] = a
	}
	matter := map[string]string{}
	for _, t := range tips {
		if t.Gold != nil {
			matter[t.ID] = t.Gold.Matter
		}
	}
	var s Score
	members := map[string][]string{} // of the matters as the machine made them
	for _, t := range tips {
		a, ok := byID[t.ID]
		if t.Gold == nil || !ok {
			continue
		}
		s.tips++
		s.place(*t.Gold, a)
		s.class(*t.Gold, a)
		s.matter(*t.Gold, a, matter)
		s.reviewed.count(a.NeedsPerson)
		if !a.NeedsPerson {
			s.sure.count(text(a.Town) == t.Gold.Town && text(a.Lead) == t.Gold.Lead)
		}
		head := a.ID
		if a.DuplicateOf != nil {
			head = *a.DuplicateOf
		}
		for _, other := range members[head] {
			if matter[other] != t.Gold.Matter {
				s.mixed++
			}
		}
		members[head] = append(members[head], t.ID)
	}
	return s
}

func (s *Score) place(g Gold, a Answer) {
	if g.County != "" {
		s.county.count(text(a.County) == g.County)
	}
	if g.Town != "" {
		s.town.count(text(a.Town) == g.Town)
	} else {
		s.falseTown.count(a.Town != nil)
	}
	if g.Village != "" {
		s.village.count(text(a.Village) == g.Village)
	}
}

func (s *Score) class(g Gold, a Answer) {
	s.primary.count(text(a.Primary) == g.Primary)
	s.lead.count(text(a.Lead) == g.Lead)
	s.priority.count(text(a.Priority) == g.Priority)
	s.emergency.count(a.Emergency, g.Emergency)
	s.inScope.count(a.InScope, g.InScope)
	for _, c := range a.Categories {
		s.categories.precision.count(slices.Contains(g.Categories, c))
	}
	for _, c := range g.Categories {
		s.categories.recall.count(slices.Contains(a.Categories, c))
	}
}

// matter counts a link as right when the tip that is named belongs to the same matter.
func (s *Score) matter(g Gold, a Answer, of map[string]string) {
	linked, named := false, []string{}
	if a.DuplicateOf != nil {
		linked, named = of[*a.DuplicateOf] == g.Matter, append(named, *a.DuplicateOf)
		s.link.precision.count(linked)
	}
	for _, o := range a.Suggested {
		named = append(named, o.ID)
	}
	right := false
	for _, id := range named {
		s.asked.count(of[id] == g.Matter)
		right = right || of[id] == g.Matter
	}
	if len(named) > 0 {
		s.any.precision.count(right)
	}
	if g.DuplicateOf != "" {
		s.link.recall.count(linked)
		s.any.recall.count(right)
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// WriteTo prints a table: what, the share, its 95 % interval, the counts.
func (s Score) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "tips with gold 有标准答案的\t%d\n", s.tips)
	for _, r := range []struct {
		what string
		share
	}{
		{"county right 县对", s.county}, {"town right 镇对", s.town}, {"village right 村对", s.village}, {"false town 不该有镇而给了镇", s.falseTown},
		{"primary category right 主类对", s.primary}, {"categories, precision 类别准", s.categories.precision}, {"categories, recall 类别全", s.categories.recall},
		{"lead right 主办对", s.lead}, {"priority right 轻重对", s.priority},
		{"emergency, precision 特急准", s.emergency.precision}, {"emergency, recall 特急全", s.emergency.recall},
		{"in scope, precision 受理准", s.inScope.precision}, {"in scope, recall 受理全", s.inScope.recall},
		{"linked, precision 自动并案准", s.link.precision}, {"linked, recall 自动并案全", s.link.recall},
		{"linked or asked, precision 并案或提示准", s.any.precision}, {"linked or asked, recall 并案或提示全", s.any.recall},
		{"matters named, precision 提到的事项准", s.asked},
		{"a person looks 请人看", s.reviewed}, {"town and lead right where nobody looks 不请人看的对", s.sure},
	} {
		fmt.Fprintf(t, "%s\t%s\n", r.what, r.share)
	}
	fmt.Fprintf(t, "pairs of different matters in one 混在一起的\t%d\n", s.mixed)
	if err := t.Flush(); err != nil {
		return 0, err
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}
