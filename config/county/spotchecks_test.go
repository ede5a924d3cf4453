package county

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestSpotChecksAreChecked(t *testing.T) {
	for bad, want := range map[string]string{
		"{percent: 120, least: 3, double_categories: [], double_outcomes: [], cert: D, cite: x}":      "抽查的比例",
		"{percent: 10, least: -1, double_categories: [], double_outcomes: [], cert: D, cite: x}":      "抽查的比例",
		"{percent: 10, least: 3, double_categories: [c99], double_outcomes: [], cert: D, cite: x}":    "c99",
		"{percent: 10, least: 3, double_categories: [], double_outcomes: [closed], cert: D, cite: x}": "closed",
		"{percent: 十, least: 3, double_categories: [], double_outcomes: [], cert: D, cite: x}":        "值的样子不对",
	} {
		dir := folder(t)
		raw := string(dir["casework.yaml"].Data)
		at := strings.Index(raw, "spot_checks:")
		dir["casework.yaml"] = &fstest.MapFile{Data: []byte(raw[:at] + "spot_checks: " + bad + "\n")}
		_, problems := Load(dir)
		if len(problems) != 1 || problems[0].File != "casework.yaml" || !strings.Contains(problems[0].What+problems[0].Remedy, want) {
			t.Errorf("%s: %v", bad, problems)
		}
	}
	p, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Casework.SpotChecks; s.Percent != 10 || s.Least != 3 || len(s.DoubleCategories) != 2 || len(s.DoubleOutcomes) != 1 {
		t.Errorf("the embedded profile draws %+v", s)
	}
}
