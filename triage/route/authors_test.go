//go:build eval

package route_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"qianshao/triage/replay"
	"qianshao/triage/route"
)

// strangers are the answers to the tips of an author of whom nothing was seen.
type strangers struct {
	lead, precision, recall, stories ratio // of emergencies, stories are those that are heard with stories around them
	linked, found                    ratio // how many links are right, and how many of those there are
}

func (u *strangers) join(o strangers) {
	for to, from := range map[*ratio]ratio{&u.lead: o.lead, &u.precision: o.precision, &u.recall: o.recall, &u.stories: o.stories, &u.linked: o.linked, &u.found: o.found} {
		to.right, to.of = to.right+from.right, to.of+from.of
	}
}

func (u *strangers) String() string {
	return fmt.Sprintf("lead %v\n  emergency, precision %v recall %v, in stories %v\n  linked, precision %v recall %v", u.lead, u.precision, u.recall, u.stories, u.linked, u.found)
}

// count compares the answers with the right ones. EVAL_ERRORS prints what is wrong.
func (u *strangers) count(t *testing.T, whole *replay.Replay, tips []replay.Tip) {
	byID := map[string]replay.Tip{}
	for _, tip := range tips {
		byID[tip.ID] = tip
		a, g := whole.Next(tip), tip.Gold
		u.lead.add(*a.Lead == g.Lead)
		if a.Emergency {
			u.precision.add(g.Emergency)
		}
		if g.Emergency {
			u.recall.add(a.Emergency)
		}
		linked := false
		if a.DuplicateOf != nil {
			linked = byID[*a.DuplicateOf].Gold.Matter == g.Matter
			u.linked.add(linked)
		}
		if g.DuplicateOf != "" {
			u.found.add(linked)
		}
		if os.Getenv("EVAL_ERRORS") == "" {
			continue
		}
		if a.Emergency != g.Emergency {
			t.Logf("%s emergency %v: %s", tip.ID, a.Emergency, tip.Text)
		}
		if *a.Lead != g.Lead {
			t.Logf("%s %s→%s %s→%s (%s %s): %s %v %v", tip.ID, g.Primary, *a.Primary, g.Lead, *a.Lead, g.Town, g.Village, tip.Text, tip.Signs, a.Reasons)
		}
		if a.DuplicateOf != nil && !linked {
			t.Logf("joined %s (%s): %s\n  to %s (%s): %s\n  %v", tip.ID, g.Matter, tip.Text, *a.DuplicateOf, byID[*a.DuplicateOf].Gold.Matter, byID[*a.DuplicateOf].Text, a.Reasons)
		}
	}
}

// tell counts the emergencies that are heard when their author tells something else before, behind, or both.
func (u *strangers) tell(r *route.Router, tips []replay.Tip) {
	calm := slices.DeleteFunc(slices.Clone(tips), func(t replay.Tip) bool { return t.Gold.Emergency || strings.HasPrefix(t.Gold.Primary, "x_") })
	n := rand.New(rand.NewPCG(5, 6))
	for _, tip := range tips {
		if !tip.Gold.Emergency {
			continue
		}
		a, b := calm[n.IntN(len(calm))].Text, calm[n.IntN(len(calm))].Text
		for _, parts := range [][]string{{a, tip.Text}, {tip.Text, b}, {a, tip.Text, b}} {
			text := strings.Join(parts, "。")
			for _, text := range []string{text, strings.ReplaceAll(text, "。", "，")} {
				u.stories.add(r.Rings(route.Facts{Texts: []string{text}}))
			}
		}
	}
}

// TestEvalAuthors measures what a tip by an author gets of whom nothing was seen: in turns it trains without one set, and concludes that set from beginning to
// end as the worker does, its places too.
func TestEvalAuthors(t *testing.T) {
	p, r := open(t)
	all := examples(t, r)
	var sum strangers
	var mu sync.Mutex
	t.Run("authors", func(t *testing.T) {
		for name, tips := range tipsByAuthor(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel() // each trains for about a minute
				q := *p
				q.Learned = learn(r, without(all, func(e *example) bool { return e.from == name }))
				whole, err := replay.New(&q)
				if err != nil {
					t.Fatal(err)
				}
				unseen, err := route.New(&q)
				if err != nil {
					t.Fatal(err)
				}
				var here strangers
				here.count(t, whole, tips)
				here.tell(unseen, tips)
				t.Logf("%s, not seen: %v", name, &here)
				if name != devFile { // on which the lists of words were made
					mu.Lock()
					defer mu.Unlock()
					sum.join(here)
				}
			})
		}
	})
	t.Logf("authors not seen: %v", &sum)
	if sum.lead.rate() < 0.92 || sum.precision.rate() < 0.6 || sum.recall.rate() < 0.98 || sum.stories.rate() < 0.97 || sum.linked.rate() < 0.99 || sum.found.rate() < 0.6 {
		t.Error("below the goals")
	}
}
