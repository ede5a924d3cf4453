package places

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"qianshao/config/county"
	"qianshao/triage/datum"
)

const table = `名称,类型,乡镇,村,经度,纬度,别名
班庄村,行政村,圪洞镇,,111.300,37.880,
丰源养殖场,养殖场,圪洞,班庄,111.305,37.885,老丰源|丰源猪场
庙后,自然村,圪洞镇,班庄村委会,111.310,37.890,
圪洞镇人民政府,乡镇,,,111.24,37.89,
`

func TestTheSameTableInEveryDress(t *testing.T) {
	p := profile(t)
	want := Read(p, "t.csv", []byte(table), datum.WGS84)
	if len(want.Problems) > 0 || len(want.Places) != 4 {
		t.Fatalf("%d places, %v", len(want.Places), want.Problems)
	}
	if farm := want.Places[1]; farm.Kind != Site || farm.Village != village || farm.Town != village[:9] || len(farm.Aliases) != 2 {
		t.Errorf("%+v", farm)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(table))
	must(t, err)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(table))
	must(t, err)
	english := strings.NewReplacer("名称,类型,乡镇,村,经度,纬度,别名", "Name,Type,Township,Village,Longitude,Latitude,Aliases").Replace(table)
	for name, raw := range map[string][]byte{
		"BOM": append([]byte("\ufeff"), table...), "GBK": gbk, "UTF-16": wide, "English": []byte(english),
		"tabs": []byte(strings.ReplaceAll(table, ",", "\t")), "CRLF": []byte(strings.ReplaceAll(table, "\n", "\r\n")),
		"one column for the position": []byte("名称;类型;乡镇;村;坐标;别名\n班庄村;行政村;圪洞镇;;111.300,37.880;\n丰源养殖场;养殖场;圪洞;班庄;111.305，37.885;老丰源|丰源猪场\n" +
			"庙后;自然村;圪洞镇;班庄村委会;东经111°18′36″ 北纬37°53′24″;\n圪洞镇人民政府;乡镇;;;111.24 37.89;\n"),
	} {
		got := Read(p, "t.csv", raw, datum.WGS84)
		if len(got.Problems) > 0 || !slices.EqualFunc(got.Places, want.Places, func(a, b Place) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("%s: %v\n%+v", name, got.Problems, got.Places)
		}
	}
}

// A quote that stays open is named with its line, and no place that stands below it is lost in silence.
func TestAnOpenQuoteOfAPlaceIsNamed(t *testing.T) {
	p := profile(t)
	for name, bad := range map[string]string{
		"never closed":       "\"丰源养殖场,养殖场,圪洞,班庄,111.305,37.885,\n庙后,自然村,圪洞镇,班庄村委会,111.310,37.890,\n",
		"closed by the next": "丰源养殖场,\"养殖场,圪洞,班庄,111.305,37.885,\n庙后,自然村\",圪洞镇,班庄村委会,111.310,37.890,\n",
	} {
		got := Read(p, "t.csv", []byte("名称,类型,乡镇,村,经度,纬度,别名\n班庄村,行政村,圪洞镇,,111.300,37.880,\n"+bad), datum.WGS84)
		if len(got.Places) != 1 || len(got.Problems) != 1 || got.Problems[0].Line != 3 || !strings.Contains(got.Problems[0].What, "引号没有合上") {
			t.Errorf("%s: %d places, %v", name, len(got.Places), got.Problems)
		}
	}
}

func TestEveryBadLineIsTold(t *testing.T) {
	p := profile(t)
	twice := "" // a name that two villages of the county bear
	names := map[string]int{}
	for _, v := range p.Villages {
		if names[v.Name]++; names[v.Name] == 2 {
			twice = v.Name
		}
	}
	lines := []struct{ line, what string }{
		{"班庄村,村,圪洞镇,,111.3,37.88,", ""},
		{"x,村,圪洞镇,班庄村,111.31,37.88,", "名称"},
		{"丰源,飞碟,圪洞镇,班庄村,111.31,37.88,", "类型“飞碟”不认识"},
		{"丰源场,养殖场,没有镇,班庄村,111.31,37.88,", "没有“没有镇”这个乡镇"},
		{"丰源场,养殖场,圪洞镇,没有村,111.31,37.88,", "没有找到“没有村”"},
		{"丰源场,养殖场,,,111.31,37.88,", "没有写在哪个乡镇"},
		{"丰源场,养殖场,圪洞镇,班庄村,,,", "没有坐标"},
		{"丰源场,养殖场,圪洞镇,班庄村,37.88,111.31,", "写反了"},
		{"丰源场,养殖场,圪洞镇,班庄村,一百一,37.88,", "不是度数"},
		{"丰源场,养殖场,圪洞镇,班庄村,NaN,37.88,", "不是度数"},
		{"丰源场,养殖场,圪洞镇,班庄村,4193421,527123,", "不在中国"},
		{"丰源场,养殖场,圪洞镇,班庄村,112.55,37.87,", "不在写的县里"},
		{",,,,,,", ""},
		{"丰源场,养殖场,圪洞镇,班庄村,111.31,37.88,", ""},
		{"丰源场,养殖场,圪洞镇,班庄村,111.32,37.88,", "第 15 行是同一个地方"},
		{"东街村,村,圪洞镇,班庄村,111.3,37.88,", "坐标一模一样"},
	}
	if twice != "" {
		lines = append(lines, struct{ line, what string }{twice + ",村,,,111.33,37.88,", "不止一个村"})
	}
	csv := "名称,类型,乡镇,村,经度,纬度,别名\n"
	for _, l := range lines {
		csv += l.line + "\n"
	}
	got := Read(p, "t.csv", []byte(csv), datum.WGS84)
	for i, l := range lines {
		at := slices.IndexFunc(got.Problems, func(b county.Problem) bool { return b.Line == i+2 })
		switch {
		case l.what == "" && at >= 0:
			t.Errorf("line %d: %s", i+2, got.Problems[at])
		case l.what != "" && (at < 0 || !strings.Contains(got.Problems[at].What, l.what) || got.Problems[at].Remedy == ""):
			t.Errorf("line %d %s: %v", i+2, l.line, got.Problems)
		}
	}
	if len(got.Places) != 2 {
		t.Errorf("%d places", len(got.Places))
	}
	for name, raw := range map[string]string{"empty": " \n", "headings only": "名称,经度,纬度\n", "no headings": "班庄村,111.3,37.88\n", "two of one": "名称,地名,经度,纬度\n",
		"no text": "\x00\xff\xfe\x81", "a list": "[1,2]", "half": `{"features":[{"type":"Feature"`, "no features": `{"type":"FeatureCollection"}`, "plane": `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4549"}},"features":[]}`} {
		if f := Read(p, "x", []byte(raw), datum.WGS84); len(f.Problems) == 0 || len(f.Places) > 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestGeoJSON(t *testing.T) {
	p := profile(t)
	got := Read(p, "t.geojson", []byte(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[
{"type":"Feature","properties":{"名称":"班庄村","类型":"村"},"geometry":{"type":"Polygon","coordinates":[[[111.29,37.87],[111.31,37.87],[111.31,37.89],[111.29,37.89],[111.29,37.87]]]}},
{"type":"Feature","properties":{"name":"丰源养殖场","village":141128100205},"geometry":{"type":"Point","coordinates":[111.305,37.885]}},
{"type":"Feature","properties":{"name":"线"},"geometry":{"type":"LineString","coordinates":[[111.3,37.8],[111.4,37.9]]}},
{"type":"Feature","properties":{"name":"班庄村","kind":"村"},"geometry":null},
{"type":"Feature","properties":{"name":"没合上","village":"班庄村"},"geometry":{"type":"Polygon","coordinates":[[[111.29,37.87],[111.31,37.87],[111.31,37.89]]]}},
{"type":"Feature","properties":{"name":"没面积","village":"班庄村"},"geometry":{"type":"Polygon","coordinates":[[[111.29,37.87],[111.31,37.87],[111.29,37.87],[111.29,37.87]]]}}
]}`), datum.WGS84)
	if len(got.Places) != 2 || got.Places[0].Area == nil || got.Places[0].Village != village || got.Places[1].Village != village {
		t.Errorf("%+v", got.Places)
	}
	var lines []int
	for _, b := range got.Problems {
		lines = append(lines, b.Line)
	}
	if !slices.Equal(lines, []int{4, 5, 6, 7}) {
		t.Errorf("problems: %v", got.Problems)
	}
	for i, want := range []string{"第 3 个要素“线”：", "第 4 个要素“班庄村”：", "第 5 个要素“没合上”：", "第 6 个要素“没面积”："} {
		if i < len(got.Problems) && !strings.HasPrefix(got.Problems[i].What, want) {
			t.Errorf("%s, want %s", got.Problems[i], want)
		}
	}
	twice := `{"type":"Feature","properties":{"name":"丰源养殖场","village":"班庄村"},"geometry":{"type":"Point","coordinates":[111.305,37.885]}}`
	again := Read(p, "t.geojson", []byte(`{"type":"FeatureCollection","features":[`+twice+`,{"type":"Feature","geometry":7},`+twice+`]}`), datum.WGS84).Problems
	if len(again) != 2 || !strings.HasPrefix(again[0].What, "第 2 个要素：") || !strings.Contains(again[1].What, "第 3 个要素“丰源养殖场”：和第 1 个要素是同一个地方") {
		t.Errorf("%v", again)
	}
}

func TestTheDatumIsTakenAway(t *testing.T) {
	p := profile(t)
	at := datum.ToGCJ02(orb.Point{111.3, 37.88})
	row := fmt.Sprintf("名称,村,经度,纬度\n班庄村,班庄村,%.7f,%.7f\n", at[0], at[1])
	got := Read(p, "t.csv", []byte(row), datum.GCJ02)
	if len(got.Places) != 1 || geo.Distance(got.Places[0].At, orb.Point{111.3, 37.88}) > 1 {
		t.Errorf("%+v", got)
	}
	ring := fmt.Sprintf(`[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]`, at[0], at[1], at[0]+.01, at[1], at[0], at[1]+.01, at[0], at[1])
	area := Read(p, "t.geojson", []byte(`{"type":"Feature","properties":{"name":"班庄村"},"geometry":{"type":"Polygon","coordinates":[[`+ring+`]]}}`), datum.GCJ02)
	if len(area.Places) != 1 || geo.Distance(area.Places[0].Area[0][0][0], orb.Point{111.3, 37.88}) > 1 {
		t.Errorf("%+v", area)
	}
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	w := newWorld(t)
	f := Read(w.Profile, "t.csv", []byte(table), datum.WGS84)
	dry, err := w.Import(t.Context(), "cli", f.Places, true)
	must(t, err)
	if all, _ := w.All(t.Context()); dry != (Result{New: 4}) || len(all) != 0 {
		t.Fatalf("dry: %+v, stored %d", dry, len(all))
	}
	for _, want := range []Result{{New: 4}, {Same: 4}} {
		if got, err := w.Import(t.Context(), "cli", f.Places, false); err != nil || got != want {
			t.Errorf("%+v %v, want %+v", got, err, want)
		}
	}
	moved := Read(w.Profile, "t.csv", []byte(strings.Replace(table, "37.885", "37.886", 1)), datum.WGS84)
	if got, err := w.Import(t.Context(), "cli", moved.Places, false); err != nil || got != (Result{Changed: 1, Same: 3}) {
		t.Errorf("moved: %+v %v", got, err)
	}
	_, err = w.Remove(t.Context(), "cli", f.Places[0].ID)
	must(t, err)
	if got, _ := w.refreshed(); len(got) != 3 {
		t.Errorf("%d known after removing one of four", len(got))
	}
	if got, err := w.Import(t.Context(), "cli", f.Places, false); err != nil || got != (Result{Changed: 2, Same: 2}) {
		t.Errorf("brought back: %+v %v", got, err)
	}
}

// What is exported comes back as it was.
func TestExportAndBack(t *testing.T) {
	p := profile(t)
	was := Read(p, "t.csv", []byte(table+"=cmd|A,养殖场,圪洞镇,班庄村,111.32,37.88,@老场|＋新场\n"), datum.WGS84).Places
	var csv, geojson bytes.Buffer
	_, err := WriteCSV(&csv, p.Code, was)
	must(t, err)
	must(t, WriteGeoJSON(&geojson, p.Code, was))
	if !strings.Contains(csv.String(), "\n'=cmd|A,") || !strings.Contains(csv.String(), ",'@老场|＋新场") {
		t.Errorf("a formula in %s", csv.String())
	}
	for name, raw := range map[string][]byte{"CSV": csv.Bytes(), "GeoJSON": geojson.Bytes()} {
		back := Read(p, name, raw, datum.WGS84)
		if fmt.Sprint(back.Places) != fmt.Sprint(was) {
			t.Errorf("%s: %v\n%s", name, back.Problems, raw)
		}
	}
}

func TestPropertyParsePoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(73.1, 135.9).Draw(t, "lon"), rapid.Float64Range(18, 53.9).Draw(t, "lat")
		dms := func(v float64) string {
			s := int(v*3600 + 0.5)
			return fmt.Sprintf("%d°%02d′%02d″", s/3600, s/60%60, s%60)
		}
		for _, text := range []string{fmt.Sprintf("%.6f, %.6f", lon, lat), fmt.Sprintf("%.6f，%.6f", lat, lon), fmt.Sprintf("东经%.6f度 北纬%.6f度", lon, lat),
			fmt.Sprintf("N%.6f E%.6f", lat, lon), dms(lon) + "E " + dms(lat) + "N", fmt.Sprintf("（经度：%.6f 纬度：%.6f）", lon, lat)} {
			at, err := ParsePoint(text)
			if err != nil || geo.Distance(at, orb.Point{lon, lat}) > 30 {
				t.Fatalf("%s: %v %v", text, at, err)
			}
		}
	})
}

func TestParsePointRefuses(t *testing.T) {
	for _, text := range []string{"", "111.3", "111.3,37.9,5", "x111.3,37.9", "班庄村 111.3,37.9", "37.9,38.1", "111.3,111.4", "111°99′,37.9", "111.3,-37.9", strings.Repeat("1", 300)} {
		if at, err := ParsePoint(text); err == nil {
			t.Errorf("%q: %v", text, at)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(table), "wgs84")
	f.Add([]byte("\ufeffname,lon,lat,county\nx村,111.3,37.8,离石区\n"), "gcj02")
	f.Add([]byte("\xc3\xfb\xb3\xc6,\xbe\xad\xb6\xc8,\xce\xb3\xb6\xc8\n\xb0\xe0\xd7\xaf\xb4\xe5,111.3,37.88\n"), "bd09")
	f.Add([]byte(`{"type":"Feature","properties":{"name":"班庄村"},"geometry":{"type":"Polygon","coordinates":[[[111.29,37.87],[111.31,37.87],[111.31,37.89],[111.29,37.87]]]}}`), "wgs84")
	f.Add([]byte(`{"features":[{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[]]]}},{}]}`), "wgs84")
	p := profile(f)
	f.Fuzz(func(t *testing.T, raw []byte, system string) {
		got := Read(p, "f", raw, datum.Named(system))
		for _, pl := range got.Places {
			if pl.ID == "" || pl.Name == "" || !isLon(pl.At[0]) || !isLat(pl.At[1]) {
				t.Fatalf("%+v", pl)
			}
		}
		for _, b := range got.Problems {
			if b.What == "" || b.Remedy == "" {
				t.Fatalf("%+v", b)
			}
		}
		if len(got.Places)+len(got.Problems) == 0 && len(bytes.TrimSpace(raw)) > 0 && raw[0] != '{' && !bytes.ContainsAny(raw, "\n\r") {
			t.Fatalf("nothing is said of %q", raw)
		}
	})
}

func FuzzParsePoint(f *testing.F) {
	for _, s := range []string{"111.3, 37.9", "东经111°18′36″ 北纬37°53′24″", "37.9，111.3", "１１１．３，３７．９"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := ParsePoint(s); err == nil && (!isLon(at[0]) || !isLat(at[1])) {
			t.Fatalf("%q: %v", s, at)
		}
	})
}
