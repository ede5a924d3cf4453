package cases

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qianshao/config/county"
	"qianshao/intake"
)

// drawOpen opens a case with a few tips of drawn urgency, in a drawn order of arrival.
func drawOpen(t *rapid.T, p *county.Profile, id string) Case {
	tip := func(i int) Joining {
		name := fmt.Sprintf("%s%d", id, i)
		return Joining{
			Tip: intake.TipID(name), Received: monday.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, name)) * time.Minute),
			Priority: rapid.SampledFrom([]string{"P0", "P1", "P2"}).Draw(t, name+"priority"), Emergency: rapid.Bool().Draw(t, name+"emergency"),
			Signs: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"s_night", "s_drums", "s_smoke"}), 0, 2, rapid.ID).Draw(t, name+"signs"),
		}
	}
	first := tip(0)
	o := opening(p)
	o.Tip, o.Received, o.Priority, o.Emergency, o.Signs, o.Sites = first.Tip, first.Received, first.Priority, first.Emergency, first.Signs, nil
	c := opened(p, o, monday.Add(6*time.Hour))
	c.ID = id
	for i := range rapid.IntRange(0, 3).Draw(t, id+"more") {
		c.join(p, tip(i+1), monday.Add(7*time.Hour))
	}
	return c
}

// facts are what joining and separating must leave as it was; the log and the version tell that it happened.
func (c *Case) facts() string {
	var clocks []Clock
	for _, k := range c.Clocks {
		if k.Done == nil {
			clocks = append(clocks, Clock{Step: k.Step, From: k.From, Due: k.Due})
		}
	}
	var tips []string
	for _, t := range c.Tips {
		tips = append(tips, fmt.Sprintf("%s %v %v %v %s", t.Tip, t.Received, t.Signs, t.Emergency, t.Priority))
	}
	signs := slices.Sorted(slices.Values(c.Signs))
	terms := slices.DeleteFunc(slices.Clone(c.Terms), func(t string) bool { return strings.HasPrefix(t, "hand:") }) // who acted last, is whoever joined them
	return fmt.Sprint(c.State, tips, c.Place, c.Categories, signs, c.Emergency, c.Priority, c.Lead, c.Sees, clocks, c.Due, c.Rank, c.Into, c.Paused, terms)
}

// Whatever two cases are joined, taking the tips out again leaves both as they were; in between every tip is in one case, in the order of arrival.
func TestSeparatingUndoesJoining(t *testing.T) {
	p := profile(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawOpen(t, p, "a"), drawOpen(t, p, "b")
		if rapid.Bool().Draw(t, "signed") {
			ok(t, b.try(p, handler("emergency"), Sign, Input{}, monday.Add(7*time.Hour)))
		}
		wasA, wasB, tips := a.facts(), b.facts(), slices.Clone(b.Tips)
		m := byPerson{actor: duty, act: Merge, at: monday.Add(8 * time.Hour)}
		for range 2 { // again after it stopped halfway
			source := b
			if b.State != Merged {
				a.take(p, &source, m)
				a.take(p, &source, m)
				ok(t, b.empty(p, a, m))
			}
		}
		if len(b.Tips) != 0 || b.State != Merged || slices.Contains(b.Terms, "open") || len(running(&b)) != 0 {
			t.Fatalf("the empty case: %+v", b)
		}
		if !slices.IsSortedFunc(a.Tips, func(x, y TipRef) int { return x.Received.Compare(y.Received) }) {
			t.Fatalf("order of arrival: %v", a.Tips)
		}
		m.act = Separate
		for _, i := range rapid.Permutation(indexes(len(tips))).Draw(t, "order") {
			tip := tips[i]
			tip.From = "b"
			b.restore(p, tip, Joined{}, m)
			a.remove(p, tip.Tip, "b", m)
		}
		if got := a.facts(); got != wasA {
			t.Fatalf("joined into:\n got %s\nwant %s", got, wasA)
		}
		if got := b.facts(); got != wasB {
			t.Fatalf("emptied:\n got %s\nwant %s", got, wasB)
		}
	})
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func ok(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// The head of a case is its earliest tip, also after the head was taken out.
func TestTheHeadMoves(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	for i, tip := range []intake.TipID{"tip3", "tip2"} {
		c.join(p, Joining{Tip: tip, Received: monday.Add(time.Duration(2-i) * time.Hour), Priority: "P1"}, monday)
	}
	m := byPerson{actor: duty, act: Separate, at: monday}
	for _, want := range []string{"tip1", "tip2", "tip3"} {
		if c.Tips[0].Tip != want {
			t.Fatalf("head %s, want %s", c.Tips[0].Tip, want)
		}
		if len(c.Tips) > 1 { // the last one cannot be taken out
			c.remove(p, want, "own", m)
		}
	}
}
