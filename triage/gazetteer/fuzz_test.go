package gazetteer

import (
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// FuzzLocate holds what must be so whatever anybody writes.
func FuzzLocate(f *testing.F) {
	for _, s := range []string{
		"石门镇秦家会村", "不是望山村，是秦家汇村", "\xff石门", "青川路", "從石門往", "村", "２村ｱ", "秦家会和古渡之间", "说不清是石门还是白河的", "白河县柳树镇", "湖北石门镇古渡村", "石门镇镇镇", "K12+300", "东东相望村村", "东头那个相望，不是石门的那个", "相望村没有，古渡村有",
	} {
		f.Add(s, "", "900100100", "", 111.2, 37.9)
	}
	g := gazetteer(f, madeUp())
	f.Fuzz(func(t *testing.T, where, words, town, village string, lon, lat float64) {
		at := orb.Point{lon, lat}
		q := Query{Texts: []string{where, words}, Town: town, Village: village, Position: &at}
		p := g.Locate(q)
		if again := g.Locate(q); !reflect.DeepEqual(p, again) {
			t.Fatalf("%+v, then %+v", p, again)
		}
		if !(p.Confidence >= 0 && p.Confidence <= 1) || len(p.Reasons) == 0 {
			t.Fatalf("%+v", p)
		}
		if p.County == "" && (p.Town != "" || p.Confidence != 0) {
			t.Fatalf("a town in no county, or sure of nothing: %+v", p)
		}
		inside(t, p.County, p.Town, p.Village)
		for _, a := range p.Alternatives {
			inside(t, a.County, a.Town, a.Village)
			if a.Name == "" {
				t.Fatalf("an alternative without a name: %+v", p)
			}
		}
		for _, m := range p.Matched {
			if text := g.normal(where) + "\n" + g.normal(words); !strings.Contains(text, m) {
				t.Fatalf("%q is not in the text", m)
			}
		}
	})
}

// inside checks that the codes of a place lie in one another.
func inside(t *testing.T, county, town, village string) {
	t.Helper()
	if !strings.HasPrefix(town, county) && town != "" || village != "" && (town == "" || !strings.HasPrefix(village, town)) {
		t.Fatalf("%q, %q, %q do not lie in one another", county, town, village)
	}
}
