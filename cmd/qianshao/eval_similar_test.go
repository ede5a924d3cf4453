//go:build eval

package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qianshao/triage/match"
)

// TestEvalSimilar prints how many pairs of copies among the development pictures are found, by what was done to them, and how many pairs of different pictures
// are taken for copies; the data is in $EVAL_DATA.
func TestEvalSimilar(t *testing.T) {
	data := os.Getenv("EVAL_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	data = filepath.Join(data, "images")
	args := []string{"similar"}
	rows := table(t, filepath.Join(data, "neardup.csv"))
	for _, row := range rows {
		row["path"] = filepath.Join(data, "neardup", row["file"])
		args = append(args, row["path"])
	}
	verdicts := similarPairs(t, args)
	type count struct{ pairs, same, look int }
	kinds := map[string]*count{}
	for i, b := range rows {
		for _, a := range rows[:i] {
			kind := "different pictures"
			if a["group"] == b["group"] {
				kind = strings.Join(slices.Sorted(slices.Values([]string{a["variant"], b["variant"]})), "+")
			}
			for _, k := range []string{kind, "all copies"} {
				if kind == "different pictures" && k != kind {
					continue
				}
				if kinds[k] == nil {
					kinds[k] = &count{}
				}
				c := kinds[k]
				c.pairs++
				switch verdicts[[2]string{a["path"], b["path"]}] {
				case match.Same:
					c.same++
				case match.Look:
					c.look++
				case "":
					if k == kind && kind != "different pictures" {
						t.Logf("missed: %s and %s", a["file"], b["file"])
					}
				}
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		c := kinds[k]
		t.Logf("%-24s %4d pairs  same %4d  look %3d  missed %3d", k, c.pairs, c.same, c.look, c.pairs-c.same-c.look)
	}
	if c := kinds["all copies"]; float64(c.same+c.look) < .98*float64(c.pairs) {
		t.Errorf("found %d of %d pairs of copies", c.same+c.look, c.pairs)
	}
	if c := kinds["different pictures"]; c.same > 0 {
		t.Errorf("%d pairs of different pictures are the same", c.same)
	}
}
