package route_test

import (
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
	for text, lead := range map[string]string{
		"地头那眼老井的水有苦味，浇过的苗全蔫了，上头是谁放的": "ecology",
		"自打我反映过他们，家里的羊一夜全没了，门上挂着刀":   "police",
	} {
		f := in(p, p.Towns[0].Code, route.Facts{Texts: []string{text}})
		if d := learned.Decide(f); d.Lead != lead {
			t.Errorf("%s: led by %s, want %s", text, d.Lead, lead)
		}
		if d := alone.Decide(f); d.Lead == lead {
			t.Errorf("%s: the lists know it, which makes this no test", text)
		}
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
