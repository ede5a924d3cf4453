package county

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestTellingIsChecked(t *testing.T) {
	for old, bad := range map[string][2]string{
		"quiet: 21:30-07:00":  {"quiet: 21点-7点", "不打扰的时间"},
		`digest: "08:00"`:     {`digest: "06:00"`, "发汇总的时间"},
		"keep_days: 90":       {"keep_days: 0", "留多少天"},
		"priority: P1, kinds": {"priority: P9, kinds", "P9"},
		"kinds: [new,":        {"kinds: [newest,", "newest"},
		"  cert: D\n  cite: 本项目的建议；P1": {"  cert: E\n  cite: 本项目的建议；P1", "cert"},
	} {
		dir := folder(t)
		raw := string(dir["casework.yaml"].Data)
		if !strings.Contains(raw, old) {
			t.Fatalf("the profile has no %q", old)
		}
		dir["casework.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(raw, old, bad[0], 1))}
		_, problems := Load(dir)
		if len(problems) != 1 || problems[0].File != "casework.yaml" || problems[0].Line == 0 || !strings.Contains(problems[0].What, bad[1]) {
			t.Errorf("%s: %v", bad[0], problems)
		}
	}
}

func TestQuietGoesOverMidnight(t *testing.T) {
	p, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{"21:29": false, "21:30": true, "23:59": true, "00:00": true, "06:59": true, "07:00": false, "12:00": false} {
		when, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-23 "+at, p.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Quiet(when.UTC()); got != want {
			t.Errorf("%s in the county: quiet %t", at, got)
		}
	}
	day := *p
	day.Telling.Quiet = Span{12 * time.Hour, 14 * time.Hour}
	noon := time.Date(2026, 11, 23, 13, 0, 0, 0, p.Zone)
	if !day.Quiet(noon) || day.Quiet(noon.Add(time.Hour)) {
		t.Error("a rest at noon is not kept")
	}
	if day.Telling.Quiet = (Span{}); day.Quiet(noon) || day.Quiet(noon.Add(11*time.Hour)) {
		t.Error("quiet without quiet hours")
	}
}
