package config

import (
	"fmt"
	"strings"
)

// Problem is one fault of the settings, in both languages. It never holds the value of a secret.
type Problem struct {
	Setting          string // QIANSHAO_LISTEN, or the key as it stands in the file
	Chinese, English string // without a full stop
	File             string // "" for the environment
	Line             int
}

// String is the problem in one line.
func (p Problem) String() string {
	where := p.Setting
	if p.File != "" {
		where = fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Setting)
	}
	return fmt.Sprintf("%s: %s。 (%s.)", where, p.Chinese, p.English)
}

// Problems are all faults of the settings at once.
type Problems []Problem

// Error lists the problems, a line each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// complaint is what is wrong with a value, before it is known whose value it is. Nil is nothing.
type complaint struct{ Chinese, English string }

func complain(chinese, english string) *complaint { return &complaint{chinese, english} }
