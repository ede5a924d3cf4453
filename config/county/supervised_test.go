package county

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestSupervisedCategoriesAreChecked(t *testing.T) {
	const good = "{on: category, categories: [c5, c8], unit: own, rank: head, supervise: true"
	for bad, want := range map[string]string{
		"{on: category, categories: [c99], unit: own, rank: head, supervise: true": "c99",
		"{on: category, unit: own, rank: head, supervise: true":                    "categories",
		"{on: red, categories: [c5], unit: own, rank: head, supervise: true":       "categories",
		"{on: category, categories: [c5], unit: own, rank: head":                   "supervise: true",
		"{on: kind, unit: own, rank: head, supervise: true":                        "kind",
		"{on: category, categories: [c5], unit: own, rank: head, supervise: 是":     "值的样子不对",
	} {
		dir := folder(t)
		raw := string(dir["casework.yaml"].Data)
		if !strings.Contains(raw, good) {
			t.Fatal("the profile has no such line any more")
		}
		dir["casework.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(raw, good, bad, 1))}
		_, problems := Load(dir)
		if len(problems) != 1 || problems[0].File != "casework.yaml" || problems[0].Line == 0 || !strings.Contains(problems[0].What+problems[0].Remedy, want) {
			t.Errorf("%s: %v", bad, problems)
		}
	}
}
