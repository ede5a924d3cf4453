package config

import (
	"errors"

	"github.com/goccy/go-yaml"
)

// unknown complains about a name that is no setting, and proposes the nearest.
func unknown(name string, names []string) *complaint {
	best, least := "", 4 // more than three letters off is another word
	for _, n := range names {
		if d := letters(name, n); d < least {
			best, least = n, d
		}
	}
	if best == "" {
		return complain("没有这个设置", "there is no such setting")
	}
	return complain("没有这个设置，是不是想写 "+best, "there is no such setting; did you mean "+best)
}

// letters counts how many letters have to be changed, added or taken away to make b of a.
func letters(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}

// lineOf is the line at which the YAML reader stopped.
func lineOf(err error) int {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		return y.GetToken().Position.Line
	}
	return 1
}
