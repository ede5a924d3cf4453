package demo

import (
	_ "embed" // the matters
	"fmt"

	"github.com/goccy/go-yaml"
)

// Matter is one that was closed weeks ago, as it stands in matters.yaml.
type Matter struct {
	Day      int
	Village  string `yaml:"v"`
	Lead     string
	Category string
	Where    string
	Text     string
	Cut      []string
	Fine     int64
	Photo    string
	Reply    string
	Waits    bool
}

//go:embed matters.yaml
var matters []byte

// Matters gives the matters, the oldest first.
func Matters() ([]Matter, error) {
	var all []Matter
	if err := yaml.UnmarshalWithOptions(matters, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("demo matters: %w", err)
	}
	return all, nil
}
