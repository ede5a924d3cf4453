package route_test

import (
	"os"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/triage/route"
)

// What no list of words names is learned; without a model the lists decide alone.
func TestWhatIsLearnedCounts(t *testing.T) {
	p, learned := open(t)
	q := *p
	q.Learned = county.Learned{}
	alone, err := route.New(&q)
	if err != nil {
		t.Fatal(err)
	}
	unknown, learnt := 0, 0
	raw, err := os.ReadFile("testdata/said.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		class, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		f := in(p, p.Towns[0].Code, route.Facts{Texts: []string{text}})
		if class != "x_dump" || alone.Decide(f).Lead == "ecology" {
			continue
		}
		unknown++
		if learned.Decide(f).Lead == "ecology" {
			learnt++
		}
	}
	if unknown < 5 || learnt*10 < unknown*8 {
		t.Errorf("of %d sentences that the lists do not know, %d were learned", unknown, learnt)
	}
}

// What is learned never uncovers a tip that the lists hide.
func TestWhatIsLearnedUncoversNothing(t *testing.T) {
	p, r := open(t)
	f := in(p, p.Towns[0].Code, route.Facts{Sites: []string{"p_farm"}, Signs: []string{"s_drums"},
		Texts: []string{"旧鸡场里熬胶，桶码了一院子，天天夜里冒黄烟。镇上有人通风报信"}})
	if d := r.Decide(f); !d.Sealed {
		t.Errorf("led by %s, seen by %v", d.Lead, d.Sees)
	}
}
