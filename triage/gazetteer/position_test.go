package gazetteer

import (
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"qianshao/config/county"
)

func embedded(t testing.TB) *county.Profile {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// outline reads the county's border by itself and puts a point on it every few metres, so that a distance to it is measured in another way than the
// program does.
func outline(t testing.TB, code string) []orb.Point {
	t.Helper()
	raw, err := fs.ReadFile(county.Files(), "boundary.geojson")
	if err != nil {
		t.Fatal(err)
	}
	fc, err := geojson.UnmarshalFeatureCollection(raw)
	if err != nil {
		t.Fatal(err)
	}
	var dense []orb.Point
	add := func(ring orb.Ring) {
		for i := 1; i < len(ring); i++ {
			n := int(geo.DistanceHaversine(ring[i-1], ring[i])/10) + 1
			for k := range n {
				f := float64(k) / float64(n)
				dense = append(dense, orb.Point{ring[i-1][0] + f*(ring[i][0]-ring[i-1][0]), ring[i-1][1] + f*(ring[i][1]-ring[i-1][1])})
			}
		}
	}
	for _, f := range fc.Features {
		if f.Properties.MustString("code", "") != code {
			continue
		}
		switch a := f.Geometry.(type) {
		case orb.Polygon:
			for _, r := range a {
				add(r)
			}
		case orb.MultiPolygon:
			for _, poly := range a {
				for _, r := range poly {
					add(r)
				}
			}
		}
	}
	if len(dense) < 1000 {
		t.Fatalf("only %d points on the outline of %s", len(dense), code)
	}
	return dense
}

// Whatever the position and its accuracy: it is near the border exactly when the border is nearer than 300 m and the accuracy together, and then both
// sides are named and nobody is sure.
func TestPropertyNearTheBorder(t *testing.T) {
	p := embedded(t)
	g, border := gazetteer(t, p), outline(t, p.Code)
	rapid.Check(t, func(t *rapid.T) {
		foot := rapid.SampledFrom(border).Draw(t, "foot")
		at := geo.PointAtBearingAndDistance(foot, rapid.Float64Range(0, 360).Draw(t, "bearing"), rapid.Float64Range(0, 2500).Draw(t, "metres"))
		accuracy := rapid.Float64Range(0, 1500).Draw(t, "accuracy")
		metres := math.Inf(1)
		for _, b := range border {
			metres = min(metres, geo.DistanceHaversine(at, b))
		}
		got := g.Locate(Query{Position: &at, Accuracy: accuracy})
		if margin := 300 + accuracy; math.Abs(metres-margin) > 0.01*margin+5 && got.NearBorder != (metres < margin) {
			t.Fatalf("%.0f m from the border, accuracy %.0f: near %v", metres, accuracy, got.NearBorder)
		}
		if got.NearBorder && (got.Confidence > 0.5 || len(got.Alternatives) == 0 && got.County != p.Code) {
			t.Fatalf("near the border: %+v", got)
		}
		inside, _ := p.Contains(at)
		if !got.NearBorder && inside != (got.County == p.Code) {
			t.Fatalf("inside %v, county %s", inside, got.County)
		}
		wide := g.Locate(Query{Position: &at, Accuracy: accuracy + 500})
		if got.NearBorder && !wide.NearBorder {
			t.Fatal("a less accurate position is farther from the border")
		}
	})
}

// Villages of the embedded county with made-up points.
const (
	banzhuang = "141128100205"
	middleLon = 111.30
	middleLat = 37.88
)

// knownAround makes a gazetteer with points and areas in the middle of the county.
func knownAround(t *testing.T) (*Gazetteer, *county.Profile, orb.Point, county.Village, county.Village) {
	t.Helper()
	p := embedded(t)
	first, _ := p.Village(banzhuang)
	i := slices.IndexFunc(p.Villages, func(v county.Village) bool { return v.Town != first.Town && strings.HasSuffix(v.Name, "村") })
	second, middle := p.Villages[i], orb.Point{middleLon, middleLat}
	g := gazetteer(t, p).With([]Known{
		{Name: first.Name, Town: first.Town, Village: first.Code, At: middle},
		{Name: second.Name, Town: second.Town, Village: second.Code, At: geo.PointAtBearingAndDistance(middle, 90, 8000)},
		{Name: "丰源养殖场", Aliases: []string{"老丰源"}, Town: first.Town, Village: first.Code, At: geo.PointAtBearingAndDistance(middle, 180, 1500), Named: true},
		{Name: "废弃养殖场", Town: second.Town, Village: second.Code, At: geo.PointAtBearingAndDistance(middle, 90, 9000), Named: true},
		{Name: second.Name, Town: second.Town, Village: second.Code, Area: square(geo.PointAtBearingAndDistance(middle, 270, 8000), 800)},
	})
	return g, p, middle, first, second
}

func square(at orb.Point, half float64) orb.MultiPolygon {
	b := geo.NewBoundAroundPoint(at, half)
	return orb.MultiPolygon{b.ToPolygon()}
}

func TestPositionAndKnownPlaces(t *testing.T) {
	g, _, middle, first, second := knownAround(t)
	by := func(bearing, metres float64) *orb.Point {
		at := geo.PointAtBearingAndDistance(middle, bearing, metres)
		return &at
	}
	for name, c := range map[string]struct {
		q         Query
		village   string
		low, high float64
		reason    string
	}{
		"beside a point":               {Query{Position: by(0, 80)}, first.Code, 0.7, 0.8, "离"},
		"some way off":                 {Query{Position: by(0, 700)}, first.Code, 0.5, 0.5, "约 700 米"},
		"too far off":                  {Query{Position: by(0, 2500)}, "", 0.6, 0.8, ""},
		"roughly beside":               {Query{Position: by(0, 80), Accuracy: 600}, first.Code, 0.5, 0.5, ""},
		"too coarse":                   {Query{Position: by(0, 80), Accuracy: 9000}, "", 0, 0, "手机定位不可信：误差约 9 公里"},
		"in an area":                   {Query{Position: by(270, 8000)}, second.Code, 0.8, 0.8, "手机定位在"},
		"at its edge":                  {Query{Position: by(270, 7300), Accuracy: 300}, second.Code, 0.5, 0.5, ""},
		"bears the text out":           {Query{Texts: []string{first.Name}, Position: by(0, 80)}, first.Code, 0.9, 1, "一带"},
		"text another village":         {Query{Texts: []string{second.Name}, Position: by(0, 80)}, second.Code, 0.3, 0.65, "请核对"},
		"text goes no further":         {Query{Town: first.Town, Position: by(0, 80)}, first.Code, 0.7, 0.8, ""},
		"text a town, point doubtful":  {Query{Town: first.Town, Position: by(0, 700)}, "", 0.8, 0.9, ""},
		"photos of one spot":           {Query{Texts: []string{second.Name}, Photos: []orb.Point{*by(0, 80), *by(0, 90), *by(0, 100)}}, second.Code, 0.6, 0.65, "请核对"},
		"a site's name":                {Query{Texts: []string{"丰源养殖场后头夜里有味"}}, first.Code, 0.8, 0.8, "丰源养殖场"},
		"its short name":               {Query{Texts: []string{"老丰源那边"}}, first.Code, 0.8, 0.8, "老丰源"},
		"a name that any site has":     {Query{Texts: []string{"废弃养殖场里头"}}, "", 0, 0, ""},
		"a site and its village":       {Query{Texts: []string{first.Name + "丰源养殖场"}}, first.Code, 0.9, 1, ""},
		"a site and another village":   {Query{Texts: []string{second.Name + "丰源养殖场"}}, second.Code, 0.3, 0.65, "对不上"},
		"nobody believes zeros":        {Query{Position: &orb.Point{}}, "", 0, 0, "手机定位不可信：经纬度是零"},
		"nor what is no number":        {Query{Position: &orb.Point{math.NaN(), 37.9}}, "", 0, 0, "手机定位不可信：经纬度超出了范围"},
		"a photo that is not believed": {Query{Texts: []string{first.Name}, Doubts: []string{"照片里的位置不可信"}}, first.Code, 0.8, 1, "照片里的位置不可信"},
		"an accuracy that is nonsense": {Query{Position: by(0, 80), Accuracy: math.NaN()}, first.Code, 0.7, 0.8, ""},
	} {
		p := g.Locate(c.q)
		if p.Village != c.village || p.Confidence < c.low || p.Confidence > c.high || !strings.Contains(strings.Join(p.Reasons, "\n"), c.reason) {
			t.Errorf("%s: %s %.2f %v", name, p.Village, p.Confidence, p.Reasons)
		}
	}
	if p := g.Locate(Query{Texts: []string{second.Name}, Position: by(0, 80)}); !slices.ContainsFunc(p.Alternatives, func(a Candidate) bool { return a.Village == first.Code }) {
		t.Errorf("the village at the position is no alternative: %+v", p.Alternatives)
	}
}

// Two villages' points at about the same distance decide nothing.
func TestBetweenTwoKnownPlaces(t *testing.T) {
	p := embedded(t)
	a, b := p.Villages[0], p.Villages[len(p.Villages)-1]
	at := orb.Point{middleLon, middleLat}
	g := gazetteer(t, p).With([]Known{
		{Name: a.Name, Town: a.Town, Village: a.Code, At: geo.PointAtBearingAndDistance(at, 0, 400)},
		{Name: b.Name, Town: b.Town, Village: b.Code, At: geo.PointAtBearingAndDistance(at, 180, 450)},
	})
	if got := g.Locate(Query{Position: &at, Accuracy: 50}); got.Village != "" || got.County != p.Code {
		t.Errorf("%+v", got)
	}
}

// A known place beyond the border is never taken for one of ours, nor the other way about.
func TestKnownPlaceOfANeighbour(t *testing.T) {
	p := embedded(t)
	at := orb.Point{111.14, 37.52}
	g := gazetteer(t, p).With([]Known{{Name: "信义镇", County: "141102", Town: "141102102", At: at}})
	got := g.Locate(Query{Position: &at})
	if got.County != "141102" || got.Town != "141102102" {
		t.Errorf("%+v", got)
	}
}

func FuzzPosition(f *testing.F) {
	f.Add(111.24, 37.89, 20.0, 111.25, 37.9, "圪洞镇")
	f.Add(math.Inf(1), -90.0, -1.0, 0.0, 181.0, "")
	f.Add(111.14, 37.52, 4999.0, 111.3, 37.88, "丰源养殖场")
	p := embedded(f)
	g := gazetteer(f, p).With([]Known{
		{Name: "丰源养殖场", Town: p.Villages[0].Town, Village: p.Villages[0].Code, At: orb.Point{middleLon, middleLat}, Named: true},
		{Name: "面", Town: p.Villages[1].Town, Village: p.Villages[1].Code, Area: square(orb.Point{111.25, 37.9}, 500)},
	})
	f.Fuzz(func(t *testing.T, lon, lat, accuracy, photoLon, photoLat float64, text string) {
		at := orb.Point{lon, lat}
		got := g.Locate(Query{Position: &at, Accuracy: accuracy, Photos: []orb.Point{{photoLon, photoLat}}, Texts: []string{text}})
		if math.IsNaN(got.Confidence) || got.Confidence < 0 || got.Confidence > 1 || len(got.Reasons) == 0 || got.County == "" && got.Confidence != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

// BenchmarkKnown is a query with a position among as many known places as a large county may bring, and the making of their index.
func BenchmarkKnown(b *testing.B) {
	p := embedded(b)
	g := gazetteer(b, p)
	known := make([]Known, 5000)
	for i := range known {
		v := p.Villages[i%len(p.Villages)]
		at := orb.Point{middleLon + float64(i%100)/500 - 0.1, middleLat + float64(i/100)/200 - 0.12}
		known[i] = Known{Name: v.Name + string(rune('一'+i%1000)) + "源养殖场", Town: v.Town, Village: v.Code, At: at, Named: true}
	}
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			g.With(known)
		}
	})
	with, at := g.With(known), orb.Point{middleLon, middleLat}
	for name, g := range map[string]*Gazetteer{"none": g, "5000": with} {
		b.Run("locate among "+name, func(b *testing.B) {
			for b.Loop() {
				g.Locate(Query{Texts: []string{"大武镇那边沟里有人夜里熬东西，味道呛人，罐车从南边来"}, Position: &at, Accuracy: 30})
			}
		})
	}
}
