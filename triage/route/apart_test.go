//go:build eval

package route_test

import (
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/match"
	"qianshao/triage/route"
)

// How people set their place apart from another is learned here, beside the alarm, because it is fitted in the same way: of a text it is only known whether any
// part of it does so.

// apartFile holds texts that were written for learning: + where another place is meant, - where not.
const apartFile = "../match/testdata/apart.txt"

// Of the tips about what was told of before, in a village where nothing else is told of, hardly one sets its place apart. They weigh less than the texts that were
// written for this, because nobody asked.
const (
	apartPull      = 2e-3
	apartDropped   = 0.4
	apartTipsCount = 0.3
)

// apartExample is a text, with its right answer.
type apartExample struct {
	*example
	apart  bool
	listed bool // the profile's lists say so
	tip    bool
}

func apartExamples(t *testing.T) (all []apartExample) {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	p.Match.Contrast = county.Learned{}
	m, err := match.NewReader(p.Match)
	if err != nil {
		t.Fatal(err)
	}
	add := func(group, text string, apart, tip bool) {
		e := &example{group: group, texts: []string{text}, Reading: route.Reading{Alarmed: map[int]float64{}}}
		for _, x := range m.Contrasts(text) {
			e.Windows = append(e.Windows, x)
			for i, v := range x {
				e.Alarmed[i] = max(e.Alarmed[i], v)
			}
		}
		all = append(all, apartExample{e, apart, m.Read(text, nil).Apart, tip})
	}
	for _, l := range lines(t, apartFile) {
		sign, text, _ := strings.Cut(l, "\t")
		add(text, text, sign == "+", false)
	}
	for base, tips := range tipsByAuthor(t) {
		matters := map[string]string{} // by village; "" for several
		for _, tip := range tips {
			if m, ok := matters[tip.Gold.Village]; ok && m != tip.Gold.Matter {
				matters[tip.Gold.Village] = ""
			} else {
				matters[tip.Gold.Village] = tip.Gold.Matter
			}
		}
		for _, tip := range tips {
			if tip.Gold.DuplicateOf != "" && matters[tip.Gold.Village] == tip.Gold.Matter {
				add(base+tip.Gold.Matter, tip.Text, false, true)
			}
		}
	}
	return all
}

// learnApart trains on the examples. A tip that the lists set apart says so of something else, and teaches nothing.
func learnApart(all []apartExample) county.Learned {
	var examples []*example
	for _, e := range all {
		examples = append(examples, e.example)
	}
	often := oftenSaid(examples)
	var samples []sample
	for _, e := range all {
		s := sample{x: often(e.Alarmed), weight: 1}
		switch {
		case e.tip && e.listed:
			continue
		case e.tip:
			s.weight = apartTipsCount
		case e.apart:
			s.y = 1
		}
		for _, x := range e.Windows {
			s.parts = append(s.parts, often(x))
		}
		samples = append(samples, s)
	}
	bias, weights := meanFit(samples, apartPull, apartDropped)
	return county.Learned{Bias: bias, Weights: weights}
}

// TestEvalApart measures on texts that were not seen, in five parts, what is learned beside the lists alone, and fails when it costs joins or finds little more.
func TestEvalApart(t *testing.T) {
	all := apartExamples(t)
	var words, learned, wordsWrong, wrong, tips ratio
	for f := range 5 {
		l := learnApart(slices.DeleteFunc(slices.Clone(all), func(e apartExample) bool { return part(e.group) == f }))
		for _, e := range all {
			if part(e.group) != f {
				continue
			}
			says := slices.ContainsFunc(e.Windows, func(x map[int]float64) bool { return l.Last(x) >= 0 })
			switch {
			case e.tip && !e.listed:
				tips.add(says)
			case e.tip:
			case e.apart:
				words.add(e.listed)
				learned.add(e.listed || says)
			default:
				wordsWrong.add(e.listed)
				wrong.add(e.listed || says)
			}
		}
	}
	t.Logf("set apart, and heard: by the lists %v, with what is learned %v; not set apart: %v, %v; tips of a matter that was told of before: %v", words, learned, wordsWrong, wrong, tips)
	if learned.rate() < words.rate()+0.2 || tips.rate() > 0.02 {
		t.Errorf("learned %v, tips %v", learned, tips)
	}
}
