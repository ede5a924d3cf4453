package match

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs/sqlite"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"
)

var (
	day0 = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	th   = rules()
)

// rules are those of the embedded profile.
func rules() county.Match {
	p, err := county.Embedded()
	if err != nil {
		panic(err)
	}
	return p.Match
}

func keyer(t testing.TB, seed byte) *Keyer {
	t.Helper()
	k, err := NewKeyer(bytes.Repeat([]byte{seed}, 32), th)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func at(lon, lat float64) *orb.Point { return &orb.Point{lon, lat} }

const (
	oldKiln   = "旧砖厂立起三个大铁罐，后半夜烧火，一股糊机油味，衣裳上都是黑点"
	oldKiln2  = "砖厂那三个铁罐又点火了，糊机油味呛人，后半夜烧，晾的衣裳上落黑点"
	otherWork = "二层楼后院有人灌酒精，白色塑料壶一排一排，面包车来拉"
)

func TestBands(t *testing.T) {
	photo, resent, other := snap(1, 1), snap(1, 2), snap(2, 3)
	base := Tip{ID: "a", Received: day0, County: "141128", Town: "141128100", Village: "141128100205", Sure: 0.9, Category: "c1", Text: oldKiln, Pictures: []Picture{photo}}
	k := keyer(t, 1)
	for name, c := range map[string]struct {
		change func(*Tip)
		want   Band
		reason string
	}{
		"told again in the same village": {func(b *Tip) { b.Text, b.Pictures = oldKiln2, nil }, Link, "同村"},
		"across from it": {func(b *Tip) {
			b.Text, b.Pictures = "砖厂对面的民房里立起三个大铁罐，后半夜烧火，一股糊机油味，衣裳上都是黑点", nil
		}, Ask, "同村"},
		"same photo, sent on":         {func(b *Tip) { b.Text, b.Pictures = "", []Picture{other, resent} }, Link, "照片 1 张相同"},
		"another matter next door":    {func(b *Tip) { b.Text, b.Pictures = otherWork, []Picture{other} }, Ask, "说的活儿或东西不同"},
		"same words, another village": {func(b *Tip) { b.Village, b.Pictures = "141128100206", nil }, New, "地点不同"},
		"same photo, another village": {func(b *Tip) { b.Village = "141128100206" }, Ask, "照片 1 张相同"},
		"same words, another county":  {func(b *Tip) { b.County, b.Town, b.Village, b.Pictures = "141124", "", "", nil }, New, "地点不同"},
		"same words, no place":        {func(b *Tip) { b.County, b.Town, b.Village, b.Pictures = "", "", "", nil }, Ask, "说的话"},
		"same words, only the town":   {func(b *Tip) { b.Village, b.Pictures = "", nil }, Ask, "同乡镇"},
		"a village that is gone": {func(b *Tip) {
			b.Village, b.Pictures, b.Category, b.Perhaps = "", nil, "c1", []string{"141128100/下庄"}
		}, Ask, "同乡镇"},
		"same words, unsure village":   {func(b *Tip) { b.Sure, b.Pictures = 0.4, nil }, Ask, "同村"},
		"same words, misheard village": {func(b *Tip) { b.Sure, b.Pictures = 0.5, nil }, Link, "同村"},
		"same photo, no place":         {func(b *Tip) { b.County, b.Town, b.Village = "", "", "" }, Link, "照片 1 张相同"},
	} {
		b := base
		b.ID, b.Received = "b", day0.AddDate(0, 0, 3)
		c.change(&b)
		v := Score(k.Print(base), k.Print(b), th)
		if v.Band != c.want || !strings.Contains(strings.Join(v.Reasons, "；"), c.reason) {
			t.Errorf("%s: %.2f %s %v, want %s with %q", name, v.Score, v.Band, v.Reasons, c.want, c.reason)
		}
		if !slices.Contains(v.Reasons, "相隔 3 天") {
			t.Errorf("%s: the reasons do not say how long after: %v", name, v.Reasons)
		}
	}
}

func TestPositions(t *testing.T) {
	k := keyer(t, 1)
	here := Tip{ID: "a", Received: day0, County: "141128", Position: at(111.24, 37.9), Accuracy: 30, Text: oldKiln}
	there := func(lon, lat, accuracy float64) Verdict {
		b := here
		b.ID, b.Position, b.Accuracy, b.Text = "b", at(lon, lat), accuracy, oldKiln2
		return Score(k.Print(here), k.Print(b), th)
	}
	for name, c := range map[string]struct {
		v    Verdict
		want Band
	}{
		"100 m away":                  {there(111.2411, 37.9, 30), Link},
		"600 m away":                  {there(111.2468, 37.9, 30), Ask},
		"10 km away":                  {there(111.354, 37.9, 30), New},
		"a position that is a circle": {there(111.2401, 37.9, 700), Ask},
		"no more than the county":     {there(111.24, 37.9, 5000), Ask},
	} {
		if c.v.Band != c.want {
			t.Errorf("%s: %.2f %s %v, want %s", name, c.v.Score, c.v.Band, c.v.Reasons, c.want)
		}
	}
}

// Whatever the grid does, points within a square's side are near, points beyond two diagonals are not.
func TestCellsMeasure(t *testing.T) {
	k := keyer(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(110.9, 111.6).Draw(t, "lon"), rapid.Float64Range(37.51, 38.4).Draw(t, "lat")}
		q := geo.PointAtBearingAndDistance(p, rapid.Float64Range(0, 360).Draw(t, "bearing"), rapid.Float64Range(0, 3000).Draw(t, "metres"))
		if q[1] <= 37.5 || q[1] >= 38.5 {
			return // the grid changes its width at half degrees
		}
		d, near := geo.Distance(p, q), nearness(k.cells(p, 0), k.cells(q, 0))
		switch {
		case d < 180 && near != 200, d < 900 && near == 0, d > 2*1.45*200 && near == 200, d > 2*1.45*1000 && near != 0:
			t.Fatalf("%.0f m apart: %d", d, near)
		}
	})
}

func drawTip(t *rapid.T, id string) Tip {
	pick := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, id+what) }
	tip := Tip{
		ID: id, Received: day0.Add(time.Duration(rapid.IntRange(0, 200*24).Draw(t, id+"hours")) * time.Hour),
		County: pick("county", "", "141128", "141124"), Town: pick("town", "", "1", "2"), Village: pick("village", "", "11", "12"),
		Category: pick("category", "", "c1", "c7"), Text: pick("text", "", oldKiln, oldKiln2, otherWork), Sure: rapid.Float64Range(0, 1).Draw(t, id+"sure"),
		Signs: rapid.SliceOfN(rapid.SampledFrom([]string{"s1", "s2", "s3"}), 0, 3).Draw(t, id+"signs"),
	}
	if rapid.Bool().Draw(t, id+"position") {
		tip.Position = at(111.2+rapid.Float64Range(0, 0.02).Draw(t, id+"lon"), 37.9)
	}
	for range rapid.IntRange(0, 3).Draw(t, id+"photos") {
		n := rapid.Uint64Range(0, 3).Draw(t, id+"photo")
		tip.Pictures = append(tip.Pictures, snap(n, byte(n)))
	}
	return tip
}

func TestScoreIsSymmetricAndGated(t *testing.T) {
	k := keyer(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawTip(t, "x"), drawTip(t, "y")
		a, b := k.Print(x), k.Print(y)
		v, w := Score(a, b, th), Score(b, a, th)
		if v.Score != w.Score || v.Band != w.Band || !slices.Equal(v.Reasons, w.Reasons) {
			t.Fatalf("%+v one way, %+v the other", v, w)
		}
		if v.Score < 0 || v.Score > 1 {
			t.Fatalf("score %v", v.Score)
		}
		copies := copied(a.Pictures, b.Pictures) > 0
		if v.Band == Link && (differ(x.Village, y.Village) || differ(x.County, y.County)) {
			t.Fatal("linked across places")
		}
		if v.Band == Link && !copies && (x.Village == "" || y.Village == "") && nearness(a.Cells, b.Cells) != sides[0] {
			t.Fatal("linked by text alone")
		}
	})
}

func TestAnotherKeyGivesAnotherPrint(t *testing.T) {
	tip := Tip{ID: "a", Received: day0, Text: oldKiln, Position: at(111.2, 37.9), Pictures: []Picture{snap(1, 1)}}
	a, b := keyer(t, 1).Print(tip), keyer(t, 2).Print(tip)
	if resemblance(a.Words, b.Words) != 0 || nearness(a.Cells, b.Cells) != 0 || a.Pictures[0].Original == b.Pictures[0].Original || common(a.Pictures[0].Bands, b.Pictures[0].Bands) > 0 {
		t.Error("prints under two keys have something in common")
	}
	if _, err := NewKeyer([]byte("short"), th); err == nil {
		t.Error("a short key was taken")
	}
}

func TestPrintHoldsNothingInTheClear(t *testing.T) {
	photo := snap(1, 7)
	raw, err := bson.Marshal(keyer(t, 1).Print(Tip{ID: "a", Received: day0, Text: "糊机油味", Position: at(111.2468, 37.9123), Pictures: []Picture{photo}}))
	if err != nil {
		t.Fatal(err)
	}
	for what, secret := range map[string][]byte{
		"text": []byte("机油"), "bytes": photo.SHA256[:8], "sketch": photo.Sketch[:16],
	} {
		if bytes.Contains(raw, secret) {
			t.Errorf("%s stands in the clear", what)
		}
	}
}

func TestNamesAreLeftOut(t *testing.T) {
	k := keyer(t, 1)
	a, b := k.words("大武镇杨家会村有人熬油", []string{"大武镇", "杨家会村"}), k.words("大武镇杨家会村车拉白桶", []string{"大武镇", "杨家会村"})
	if l := resemblance(a, b); l != 0 {
		t.Errorf("two tips are %.2f alike by the name of their village", l)
	}
}

func open(t *testing.T) *Store {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "docs.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := Open(context.Background(), db, bytes.Repeat([]byte{1}, 32), th)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCandidatesAreEarlierAndHaveSomethingInCommon(t *testing.T) {
	ctx, s := context.Background(), open(t)
	photo := snap(1, 1)
	put := func(id string, after time.Duration, change func(*Tip)) Print {
		tip := Tip{ID: id, Received: day0.Add(after), County: "141128"}
		change(&tip)
		p := s.Print(tip)
		if err := s.Add(ctx, p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	const day = 24 * time.Hour
	village := func(x *Tip) { x.Town, x.Village = "141128100", "141128100205" }
	put("old", -120*day, village)
	put("village", 0, village)
	put("other village", day, func(x *Tip) { x.Town, x.Village = "141128101", "141128101211" })
	put("picture", 2*day, func(x *Tip) {
		x.Pictures = []Picture{snap(1, 2)}
	})
	put("near", 3*day, func(x *Tip) { x.Position = at(111.2412, 37.9) })
	put("twin a", 5*day, village)
	p := put("twin b", 5*day, func(x *Tip) {
		village(x)
		x.Position, x.Pictures = at(111.24, 37.9), []Picture{photo}
	})
	put("twin c", 5*day, village)
	put("later", 6*day, village)

	var ids []string
	found, err := s.Candidates(ctx, p, th)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found {
		ids = append(ids, c.ID)
	}
	if want := []string{"twin a", "near", "picture", "village"}; !slices.Equal(ids, want) {
		t.Errorf("candidates %v, want %v", ids, want)
	}
}

func TestAddTwiceReplaces(t *testing.T) {
	ctx, s := context.Background(), open(t)
	first := s.Print(Tip{ID: "a", Received: day0, Town: "1", Village: "11"})
	second := s.Print(Tip{ID: "a", Received: day0, Town: "1", Village: "12", Signs: []string{"s1"}})
	for _, p := range []Print{first, first, second} {
		if err := s.Add(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	for village, want := range map[string]int{"11": 0, "12": 1} {
		found, err := s.Candidates(ctx, s.Print(Tip{ID: "b", Received: day0.Add(time.Hour), Village: village}), th)
		if err != nil || len(found) != want {
			t.Fatalf("village %s: %d prints, %v", village, len(found), err)
		}
		second.Terms = nil // nobody asks a candidate for those
		if want == 1 && !reflect.DeepEqual(found[0], second) {
			t.Errorf("stored %+v, want %+v", found[0], second)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add("大武镇杨家会村有人熬油", "杨家会", 111.2, 37.9, 30.0)
	f.Add("\xff\x00", "", -200.0, 91.0, -1.0)
	k := keyer(f, 1)
	f.Fuzz(func(t *testing.T, text, name string, lon, lat, accuracy float64) {
		p := k.Print(Tip{ID: "a", Received: day0, Text: text, Names: []string{name}, Position: at(lon, lat), Accuracy: accuracy})
		if v := Score(p, p, th); v.Score < 0 || v.Score > 1 {
			t.Fatalf("%+v", v)
		}
		if !slices.IsSorted(p.Words) {
			t.Fatal(fmt.Sprint("unsorted ", p.Words))
		}
	})
}

// What was learned of how a place is set apart counts wherever it is said, and what is said there is not of the place that is meant.
func TestAPlaceSetApart(t *testing.T) {
	m := rules()
	r, err := NewReader(m)
	if err != nil {
		t.Fatal(err)
	}
	m.Contrast = county.Learned{Bias: []float64{-5}, Weights: map[int][]float64{}}
	for bucket := range r.Contrasts("砖厂嘛那是东头老李他们")[0] {
		m.Contrast.Weights[bucket] = []float64{5}
	}
	if r, err = NewReader(m); err != nil {
		t.Fatal(err)
	}
	for text, apart := range map[string]bool{"鸡场里有人拆电瓶，砖厂嘛那是东头老李他们，夜里干": true, "鸡场里有人拆电瓶，夜里干": false} {
		if s := r.Read(text, nil); s.Apart != apart || len(s.Sites) != 1 || s.Sites[0] != "chicken" {
			t.Errorf("%s: %+v", text, s)
		}
	}
}
