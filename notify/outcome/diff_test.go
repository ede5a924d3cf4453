package outcome

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDiff(t *testing.T) {
	got := Diff("查处一处窝点，罚款12万元。\n回头看。", "查处一处窝点，罚款13万元。\n回头看。")
	want := []Part{{"查处一处窝点，", true, false}, {"罚款12万元。", false, true}, {"罚款13万元。", false, false}, {"\n回头看。", true, false}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// Without what was put in, the parts are the earlier text; without what was taken out, the later one.
func TestDiffHoldsBothTexts(t *testing.T) {
	words := rapid.StringOf(rapid.SampledFrom([]rune("一二，。\n")))
	rapid.Check(t, func(t *rapid.T) {
		a, b := words.Draw(t, "before"), words.Draw(t, "after")
		var before, after strings.Builder
		for _, p := range Diff(a, b) {
			if p.Kept || p.Gone {
				before.WriteString(p.Text)
			}
			if !p.Gone {
				after.WriteString(p.Text)
			}
		}
		if before.String() != a || after.String() != b {
			t.Fatalf("%q, %q", before.String(), after.String())
		}
	})
}
