package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlacesAtTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := []string{"QIANSHAO_DATA=" + filepath.Join(dir, "data")}
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.csv", "名称,类型,乡镇,村,经度,纬度\n班庄村,村,圪洞镇,,111.3,37.88\n丰源养殖场,养殖场,圪洞镇,班庄村,111.305,37.885\n")
	bad := file("bad.csv", "名称,类型,乡镇,村,经度,纬度\n班庄村,村,圪洞镇,,37.88,111.3\n丰源养殖场,养殖场,圪洞镇,班庄村,111.305,37.885\n")
	out := filepath.Join(dir, "out.geojson")
	for _, c := range []struct {
		name  string
		args  []string
		code  int
		want  []string
		never string
	}{
		{"a bad line", []string{"import", bad}, 1, []string{"bad.csv:2:", "写反了", "一条也没有存"}, ""},
		{"nothing was stored", []string{"list"}, 0, []string{"NAME"}, "丰源"},
		{"dry", []string{"import", "--dry-run", good}, 0, []string{"试跑", "新增 2"}, ""},
		{"still nothing", []string{"list"}, 0, []string{"NAME"}, "丰源"},
		{"without the bad line", []string{"import", "--skip-bad", bad}, 0, []string{"bad.csv:2:", "新增 1"}, ""},
		{"all", []string{"import", good}, 0, []string{"新增 1，改动 0，没变 1"}, ""},
		{"again", []string{"import", good}, 0, []string{"新增 0，改动 0，没变 2"}, ""},
		{"list", []string{"list"}, 0, []string{"丰源养殖场", "141128100205", "import"}, ""},
		{"table", []string{"export"}, 0, []string{"名称,类型,县,乡镇,村,经度,纬度,别名", "丰源养殖场,场所,,141128100,141128100205,111.305,37.885,"}, ""},
		{"GeoJSON", []string{"export", "--format", "geojson", "--out", out}, 0, nil, "丰源"},
		{"what was exported", []string{"import", out}, 0, []string{"没变 2"}, ""},
		{"another datum moves it", []string{"import", "--dry-run", "--datum", "gcj02", good}, 0, []string{"改动 2"}, ""},
		{"an unknown datum", []string{"import", "--datum", "utm", good}, 2, []string{"utm"}, ""},
		{"an unknown id", []string{"remove", "nothing"}, 1, []string{"没有编号是 nothing"}, ""},
		{"no map service", []string{"lookup"}, 1, []string{"QIANSHAO_GEOCODER"}, ""},
	} {
		code, printed := status(t, env, append([]string{"county", "places"}, c.args...)...)
		if code != c.code || c.never != "" && strings.Contains(printed, c.never) {
			t.Errorf("%s: status %d, printed %s", c.name, code, printed)
		}
		for _, want := range c.want {
			if !strings.Contains(printed, want) {
				t.Errorf("%s: %q is not in %s", c.name, want, printed)
			}
		}
	}
	_, printed := status(t, env, "county", "places", "list")
	for line := range strings.SplitSeq(printed, "\n") {
		if strings.Contains(line, "丰源") {
			if code, out := status(t, env, "county", "places", "remove", strings.Fields(line)[0]); code != 0 || !strings.Contains(out, "已停用") {
				t.Error(out)
			}
		}
	}
	if _, printed := status(t, env, "county", "places", "list"); strings.Contains(printed, "丰源") {
		t.Error("it is still there")
	}
	if _, printed := status(t, env, "county", "places", "list", "--all"); !strings.Contains(printed, "retired") {
		t.Error("its record is gone")
	}
}
