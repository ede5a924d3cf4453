package replay

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"qianshao/config/county"
	"qianshao/triage/datum"
)

// A bad line is told with its number and in Chinese, and the good ones around it are read.
func TestReadTellsEveryBadLine(t *testing.T) {
	const at = `"received_at":"2026-03-02T06:41:12+08:00"`
	lines := []struct{ line, why string }{
		{"\ufeff" + `{"id":"a",` + at + `}`, ""},
		{`{"id":"b",` + at, "完整的 JSON"},
		{`[1,2]`, "不是 JSON 对象"},
		{`{` + at + `}`, "没有 id"},
		{`{"id":"c"}`, "received_at"},
		{`{"id":"d","received_at":"昨天"}`, "received_at"},
		{`{"id":"e","received_at":12}`, "received_at"},
		{`{"id":5,` + at + `}`, "“id”的值不对，要写成文字"},
		{`{"id":"f",` + at + `,"ongoing":"是"}`, "true"},
		{`{"id":"g",` + at + `,"signs":"s_smell"}`, "方括号"},
		{`{"id":"p",` + at + `,"gold":{"categories":"c1"}}`, "“gold.categories”的值不对，要写成方括号"},
		{`{"id":"h",` + at + `,"position":"111,37"}`, "花括号"},
		{`{"id":"i",` + at + `,"position":{"lon":"x","lat":1,"crs":"wgs84"}}`, "“position.lon”的值不对，要写成数字"},
		{`{"id":"j",` + at + `,"position":{}}`, "缺 lon"},
		{`{"id":"k",` + at + `,"position":{"lon":111.2,"lat":37.9}}`, "没有写 crs"},
		{`{"id":"l",` + at + `,"position":{"lon":111.2,"lat":37.9,"crs":"utm"}}`, "“utm”不认识"},
		{`{"id":"m",` + at + `,"position":{"lon":37.9,"lat":111.2,"crs":"wgs84"}}`, "写反"},
		{`{"id":"n",` + at + `,"text":"` + strings.Repeat("x", longestLine) + `"}`, "太长"},
		{`{"id":"o",` + at + `,"text":"` + strings.Repeat("长", longestText+1) + `"}`, "text 有 5001 个字"},
		{"{\"id\":\"\xb7\xbd\"," + at + `}`, "UTF-8"},
		{`{"id":"a",` + at + `}`, "和第 1 行的一样"},
		{"", ""},
		{`{"id":"z","received_at":"2026-03-01T06:41:12+08:00","position":null}`, ""},
	}
	var in strings.Builder
	for _, l := range lines {
		in.WriteString(l.line + "\n")
	}
	tips, bad, err := Read(strings.NewReader(strings.TrimSuffix(in.String(), "\n")), true)
	if err != nil || len(tips) != 2 || tips[0].ID != "z" || tips[1].ID != "a" {
		t.Errorf("%+v, %v", tips, err)
	}
	for i, l := range lines {
		if l.why == "" {
			continue
		}
		if len(bad) == 0 {
			t.Fatalf("nothing is said of line %d", i+1)
		}
		if got := bad[0]; got.Line != i+1 || !strings.Contains(got.Why, l.why) || strings.ContainsAny(got.Why, "\n") || strings.Contains(got.Why, "cannot") {
			t.Errorf("line %d: %s, want %s", i+1, got, l.why)
		}
		bad = bad[1:]
	}
	if len(bad) > 0 {
		t.Errorf("too much: %v", bad)
	}
}

// A tip that names what the profile does not have is told of, in the order of the lines, and answered; a wrong answer of an author is nobody's concern who does
// not score.
func TestReadTellsOfUnknownCodes(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	tips, bad, err := Read(strings.NewReader(`{"id":"a","received_at":"2026-03-03T06:00:00Z","town_hint":"999","village_hint":"141128100201x","site_type":"p_moon","signs":["s_smell_sharp","s_moon"]}
{"id":"b","received_at":"2026-03-02T06:00:00Z","town_hint":"141128100","site_type":"p_house","signs":["s_smell_sharp"],"gold":[]}
{"id":"c","received_at":"2026-03-01T06:00:00Z","town_hint":null,"signs":["长得没有哪个编号像这样长，还没完没了没完没了没完没了"],"gold":{"town":5}}`), false)
	if err != nil || len(bad) > 0 || len(tips) != 3 {
		t.Fatal(tips, bad, err)
	}
	want := "第 1 行：本县的资料里没有 town_hint“999”、village_hint“141128100201x”、site_type“p_moon”、signs“s_moon”，当作没写，照样算了。\n" +
		"第 3 行：本县的资料里没有 signs“长得没有哪个编号像这样长，还没完没了没完”，当作没写，照样算了。\n"
	got := ""
	for _, l := range r.Unknown(tips) {
		got += l.String() + "\n"
	}
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// All three systems of positions end at the same spot.
func TestReadTakesEveryDatum(t *testing.T) {
	spot := orb.Point{111.24, 37.9}
	for name, at := range map[string]orb.Point{"wgs84": spot, "gcj02": datum.ToGCJ02(spot), "bd09": datum.ToBD09(spot), "BD-09": datum.ToBD09(spot)} {
		tips, bad, err := Read(strings.NewReader(fmt.Sprintf(`{"id":"a","received_at":"2026-03-02T06:41:12Z","position":{"lon":%.8f,"lat":%.8f,"crs":%q}}`, at[0], at[1], name)), false)
		if err != nil || len(bad) > 0 || len(tips) != 1 {
			t.Fatalf("%s: %v, %v", name, bad, err)
		}
		if p := tips[0].known().Report.Position; geo.Distance(orb.Point{p.Lon, p.Lat}, spot) > 1 {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
