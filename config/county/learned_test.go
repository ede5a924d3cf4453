package county

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A profile may come without a model; one that is broken is told with its line.
func TestLearned(t *testing.T) {
	const head = "bucket,c1,c1+harmless,urgent\nbias,1,,-20\n"
	for text, want := range map[string]string{
		"":                              "",
		head + "7,20,,40\n":             "",
		head + "7,x,,40\n":              "learned.csv:3",
		head + "65536,1,,\n":            "learned.csv:3",
		head + "7,1\n":                  "learned.csv:3",
		"bucket,c99,urgent\nbias,1,1\n": "learned.csv:1",
	} {
		dir := folder(t)
		dir["learned.csv"] = &fstest.MapFile{Data: []byte(text)}
		p, problems := Load(dir)
		var told []string
		for _, problem := range problems {
			told = append(told, problem.String())
		}
		if (want == "") != (p != nil) || !strings.Contains(strings.Join(told, "\n"), want) {
			t.Errorf("%q: %v, want %q", text, told, want)
		}
		if strings.HasSuffix(text, "40\n") && p != nil {
			if z := p.Learned.Score(map[int]float64{7: 2}); z[0] != 1./20+2*20./20 || z[2] != -1+2*40./20 {
				t.Errorf("scores %v", z)
			}
		}
	}
}

// How people set a place apart may be unlearned too.
func TestLearnedApart(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"bucket,apart\nbias,-20\n7,40\n":      "",
		"bucket,c1,apart\nbias,1,-20\n":       "apart.csv:1",
		"bucket,urgent\nbias,-20\n":           "apart.csv:1",
		"bucket,apart\nbias,-20\n7,\u4e00\n":  "apart.csv:3",
		"bucket,apart\nbias,-20\n100000,40\n": "apart.csv:3",
	} {
		dir := folder(t)
		dir["apart.csv"] = &fstest.MapFile{Data: []byte(text)}
		p, problems := Load(dir)
		if (want == "") != (p != nil) || want != "" && !strings.Contains(problems[0].String(), want) {
			t.Errorf("%q: %v, want %q", text, problems, want)
		}
		if strings.HasSuffix(text, "7,40\n") && p != nil {
			if z := p.Match.Contrast.Last(map[int]float64{7: 2}); z != -1+2*40./20 {
				t.Errorf("it is worth %v", z)
			}
		}
	}
}

// A file that was saved as GBK says so, with the line.
func TestGBK(t *testing.T) {
	for _, file := range []string{"rules.yaml", "villages.csv", "profile.yaml"} {
		dir := folder(t)
		dir[file] = &fstest.MapFile{Data: append([]byte("# \n# "), 0xb7, 0xbd, 0xc9, 0xbd, '\n')} // 方山
		if p, problems := Load(dir); p != nil || !strings.Contains(problems[0].String(), file+":2") || !strings.Contains(problems[0].String(), "UTF-8") {
			t.Errorf("%s: %v", file, problems)
		}
	}
}
