package gazetteer

import (
	"strings"
	"testing"

	"qianshao/config/county"
)

// crowded are texts of hardly anything but names, which cost the most.
var crowded = map[string]string{"one": "班庄", "towns": "大武镇", "misheard": "杨家汇村，不是班装，从来宝往", "seen": "圪洞镇看见班庄，", "denied": "班庄，不是方山的，不是咱县的，"}

// fill repeats a text up to n characters.
func fill(s string, n int) string { return string([]rune(strings.Repeat(s, n))[:n]) }

// TestEffort sees that a text of twice the length costs about twice the work, by counting what is allocated: each pair of names that is looked at makes a string.
func TestEffort(t *testing.T) {
	profile, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	g := gazetteer(t, profile)
	for what, s := range crowded {
		effort := func(n int) float64 {
			q := Query{Texts: []string{fill(s, n)}}
			return testing.AllocsPerRun(1, func() { g.Locate(q) })
		}
		if half, whole := effort(1000), effort(2000); whole > 2.5*half {
			t.Errorf("%s: 2,000 characters take %.0f allocations, 1,000 took %.0f", what, whole, half)
		}
	}
}

// BenchmarkCrowded reads 5,000 characters.
func BenchmarkCrowded(b *testing.B) {
	profile, err := county.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	g := gazetteer(b, profile)
	for what, s := range crowded {
		q := Query{Texts: []string{fill(s, 5000)}}
		b.Run(what, func(b *testing.B) {
			for b.Loop() {
				g.Locate(q)
			}
		})
	}
}
