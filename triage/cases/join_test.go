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
	villages := []string{"", "", p.VillagesOf(dawu)[0].Code, p.VillagesOf(dawu)[1].Code}
	tip := func(i int) Joining {
		name := fmt.Sprintf("%s%d", id, i)
		j := Joining{
			Tip: intake.TipID(name), Received: monday.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, name)) * time.Minute),
			Priority: rapid.SampledFrom([]string{"P0", "P1", "P2"}).Draw(t, name+"priority"), Emergency: rapid.Bool().Draw(t, name+"emergency"),
			Signs: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"s_night", "s_drums", "s_smoke"}), 0, 2, rapid.ID).Draw(t, name+"signs"),
			Place: Place{Town: dawu, Village: rapid.SampledFrom(villages).Draw(t, name+"village"), Confidence: rapid.SampledFrom([]float64{.4, .9}).Draw(t, name+"sure"), Reasons: []string{name}},
		}
		if j.Emergency {
			j.Guessed, j.Usual = rapid.Bool().Draw(t, name+"guessed"), "P2"
			j.Why = []string{byEmergency + rapid.SampledFrom([]string{"说的是“着火”", "说的是“有人受伤”"}).Draw(t, name+"why"), "规则 c1：别的"}
		}
		return j
	}
	first := tip(0)
	o := opening(p)
	o.Tip, o.Received, o.Priority, o.Emergency, o.Signs, o.Sites = first.Tip, first.Received, first.Priority, first.Emergency, first.Signs, nil
	o.Place, o.Guessed, o.Usual, o.Reasons = first.Place, first.Guessed, first.Usual, first.Why
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
	signs, why := slices.Sorted(slices.Values(c.Signs)), slices.Sorted(slices.Values(c.Reasons))
	terms := slices.DeleteFunc(slices.Clone(c.Terms), func(t string) bool { return strings.HasPrefix(t, "hand:") }) // who acted last, is whoever joined them
	return fmt.Sprint(c.State, tips, c.Place, c.Categories, signs, c.Emergency, c.Guessed, c.Usual, c.Priority, why, c.Named, c.Lead, c.Sees, clocks, c.Due, c.Rank, c.Into, c.Paused, terms)
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

// What makes a case urgent is among its reasons, be it told by another tip or by a case that a person joins to it, and goes with who told it.
func TestWhyItCannotWait(t *testing.T) {
	p := profile(t)
	const fire, also = "规则 emergency：说的是“着火”，按特急办", "又有一条线索说的是同一件事，说的是“着火”，按特急办"
	m := byPerson{actor: duty, act: Merge, at: monday}
	for name, c := range map[string]struct {
		tip  Joining
		want string
	}{
		"an emergency":          {Joining{Emergency: true, Usual: "P1", Why: []string{fire, "规则 c1：别的"}, Priority: "P0"}, also},
		"a guessed one":         {Joining{Emergency: true, Guessed: true, Usual: "P1", Why: []string{fire}, Priority: "P0"}, also},
		"a kind that is urgent": {Joining{Why: []string{"规则 c4：别的"}, Priority: "P0"}, "又有一条线索说的是同一件事，比原来的急，按特急办"},
		"one like the others":   {Joining{Priority: "P1"}, ""},
	} {
		c.tip.Tip, c.tip.Received = "tip2", monday.Add(time.Hour)
		joined := opened(p, opening(p), monday)
		joined.join(p, c.tip, monday)
		o := opening(p)
		o.Tip, o.Received, o.Emergency, o.Guessed, o.Usual, o.Priority, o.Reasons = "tip2", c.tip.Received, c.tip.Emergency, c.tip.Guessed, c.tip.Usual, c.tip.Priority, c.tip.Why
		from, merged := opened(p, o, monday), opened(p, opening(p), monday)
		from.ID = "from"
		merged.take(p, &from, m)
		revised := opened(p, opening(p), monday)
		revised.join(p, Joining{Tip: "tip2", Received: c.tip.Received, Priority: "P1"}, monday)
		revised.revise(p, Revision{Tip: "tip2", Emergency: c.tip.Emergency, Guessed: c.tip.Guessed, Usual: "P1", Reasons: c.tip.Why, Priority: c.tip.Priority}, monday)
		for how, k := range map[string]*Case{"joined": &joined, "merged": &merged, "said later": &revised} {
			if how == "said later" && !c.tip.Emergency {
				continue
			}
			if got := strings.Join(k.Why(), "；"); got != c.want || k.Priority != c.tip.Priority || k.Guessed != c.tip.Guessed || k.Usual == "P0" && c.tip.Emergency {
				t.Errorf("%s, %s: %s, usually %s, guessed %v, because %q, want %q", name, how, k.Priority, k.Usual, k.Guessed, got, c.want)
			}
			k.remove(p, "tip2", "home", m)
			if k.Priority != "P1" || k.Emergency || len(k.Why()) > 0 {
				t.Errorf("%s, %s, taken out again: %s, because %q", name, how, k.Priority, k.Why())
			}
		}
	}
}

// A case of which only the town was known lies in the village that a later tip names for sure, until that is taken out, unless a person has said where it is.
func TestALaterTipNamesTheVillage(t *testing.T) {
	p := profile(t)
	v, w := p.VillagesOf(dawu)[0].Code, p.VillagesOf(dawu)[1].Code
	at := func(tip intake.TipID, village string, sure float64) Joining {
		return Joining{Tip: tip, Received: monday.Add(time.Hour), Place: Place{Town: dawu, Village: village, Confidence: sure, Reasons: []string{"选了村"}}, Priority: "P1"}
	}
	found := func(where string) func(*Case) {
		return func(c *Case) {
			c.settle(p, byPerson{actor: duty, act: placed, at: monday}, Finding{Doubt: Where, Place: Place{Town: dawu, Village: where, Confidence: 1}})
		}
	}
	for name, c := range map[string]struct {
		before      func(*Case)
		tips        []Joining
		after       func(*Case)
		want, apart string // the village, and when tip2 is taken out
	}{
		"sure":                      {nil, []Joining{at("tip2", v, .9)}, nil, v, ""},
		"not sure":                  {nil, []Joining{at("tip2", v, .5)}, nil, "", ""},
		"the first that names one":  {nil, []Joining{at("tip2", v, .9), at("tip3", v, .9), at("tip4", w, .9)}, nil, v, v},
		"another town":              {nil, []Joining{{Tip: "tip2", Place: Place{Town: p.Towns[0].Code, Village: p.VillagesOf(p.Towns[0].Code)[0].Code, Confidence: .9}}}, nil, "", ""},
		"a person found another":    {found(w), []Joining{at("tip2", v, .9)}, nil, w, w},
		"a person cannot tell":      {found(""), []Joining{at("tip2", v, .9)}, nil, "", ""},
		"a person found it then":    {nil, []Joining{at("tip2", v, .9)}, found(v), v, v},
		"a person says so too":      {nil, []Joining{at("tip2", v, .9)}, func(c *Case) { c.Named = nil }, v, v},
		"one that has it by itself": {func(c *Case) { c.Place.Village = w }, []Joining{at("tip2", v, .9)}, nil, w, w},
	} {
		k := opened(p, opening(p), monday)
		if c.before != nil {
			c.before(&k)
		}
		for _, j := range c.tips {
			k.join(p, j, monday)
		}
		named := k.Named != nil
		if named && (!strings.Contains(k.Place.Reasons[0], "又有一条线索") || k.Place.Reasons[1] != "选了村") {
			t.Errorf("%s: because %q", name, k.Place.Reasons)
		}
		if c.after != nil {
			c.after(&k)
		}
		if k.Place.Village != c.want || k.Place.Town != dawu {
			t.Errorf("%s: in %q, want %q", name, k.Place.Village, c.want)
		}
		if k.remove(p, "tip2", "home", byPerson{actor: duty, act: Separate, at: monday}); k.Place.Village != c.apart {
			t.Errorf("%s, taken out again: in %q, want %q", name, k.Place.Village, c.apart)
		}
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
