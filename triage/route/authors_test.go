//go:build eval

package route_test

import (
	"fmt"
	"os"
	"testing"

	"qianshao/triage/replay"
)

// strangers are the answers to the tips of an author of whom nothing was seen.
type strangers struct{ lead, precision, recall, linked, found ratio } // of emergencies precision and recall, of links how many are right and how many of those there are

func (u *strangers) join(o strangers) {
	for to, from := range map[*ratio]ratio{&u.lead: o.lead, &u.precision: o.precision, &u.recall: o.recall, &u.linked: o.linked, &u.found: o.found} {
		to.right, to.of = to.right+from.right, to.of+from.of
	}
}

func (u *strangers) String() string {
	return fmt.Sprintf("lead %v\n  emergency, precision %v recall %v\n  linked, precision %v recall %v", u.lead, u.precision, u.recall, u.linked, u.found)
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
		if *a.Lead != g.Lead {
			t.Logf("%s %s→%s %s→%s (%s %s): %s %v %v", tip.ID, g.Primary, *a.Primary, g.Lead, *a.Lead, g.Town, g.Village, tip.Text, tip.Signs, a.Reasons)
		}
		if a.DuplicateOf != nil && !linked {
			t.Logf("joined %s (%s): %s\n  to %s (%s): %s\n  %v", tip.ID, g.Matter, tip.Text, *a.DuplicateOf, byID[*a.DuplicateOf].Gold.Matter, byID[*a.DuplicateOf].Text, a.Reasons)
		}
	}
}

// TestEvalAuthors measures what a tip by an author gets of whom nothing was seen: in turns it trains without one set, and concludes that set from beginning to
// end as the worker does, its places too.
func TestEvalAuthors(t *testing.T) {
	p, r := open(t)
	all := examples(t, r)
	var sum strangers
	for name, tips := range tipsByAuthor(t) {
		q := *p
		q.Learned = learn(r, without(all, func(e *example) bool { return e.from == name }))
		whole, err := replay.New(&q)
		if err != nil {
			t.Fatal(err)
		}
		var here strangers
		here.count(t, whole, tips)
		t.Logf("%s, not seen: %v", name, &here)
		if name != devFile { // on which the lists of words were made
			sum.join(here)
		}
	}
	t.Logf("authors not seen: %v", &sum)
	if sum.lead.rate() < 0.92 || sum.precision.rate() < 0.6 || sum.recall.rate() < 0.98 || sum.linked.rate() < 0.99 || sum.found.rate() < 0.6 {
		t.Error("below the goals")
	}
}
