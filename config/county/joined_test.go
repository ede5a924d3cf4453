package county

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A profile may come without what was learned of pairs; a broken tree is told with its line, and none goes round in circles.
func TestJoined(t *testing.T) {
	const head = "tree,feature,at_most,then,else,value\n,,,,,-2\n"
	for text, want := range map[string]string{
		"":   "",
		head: "",
		head + "0,village,0.5,1,2,\n0,,,,,-1\n0,,,,,3\n1,,,,,1\n": "",
		head + "0,village,0.5,1,2,\n0,,,,,-1\n":                   "joined.csv:3",
		head + "0,village,0.5,0,1,\n0,,,,,-1\n":                   "joined.csv:3",
		head + "0,,,,,1\n1,site,x,1,2,\n":                         "joined.csv:4",
		head + "0,nothing,1,1,2,\n":                               "joined.csv:3",
		head + "0,,,,,NaN\n":                                      "joined.csv:3",
		head + "1,,,,,1\n":                                        "joined.csv:3",
		"tree\n0\n":                                               "joined.csv:1",
		"tree,feature,at_most,then,else,value\n0,,,,,1\n":         "joined.csv:2",
	} {
		dir := folder(t)
		dir["joined.csv"] = &fstest.MapFile{Data: []byte(text)}
		p, problems := Load(dir)
		var told []string
		for _, problem := range problems {
			told = append(told, problem.String())
		}
		if (want == "") != (p != nil) || !strings.Contains(strings.Join(told, "\n"), want) {
			t.Errorf("%q: %v, want %q", text, told, want)
		}
		if p != nil && len(p.Match.Joined.Trees) == 2 {
			x := make([]float64, len(MatchFeatures))
			none := p.Match.Joined.Score(x)
			x[1] = 1 // village
			if same := p.Match.Joined.Score(x); none != -2 || same != 2 {
				t.Errorf("scores %v and %v", none, same)
			}
		}
	}
}
