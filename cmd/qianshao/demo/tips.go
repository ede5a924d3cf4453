// Package demo holds what the demonstration shows: invented tips and drawn pictures. It owns no collection and knows nothing of how tips are stored.
package demo

import (
	_ "embed" // the tips
	"fmt"

	"github.com/goccy/go-yaml"
)

// County is the code of the county whose villages the tips name.
const County = "141128"

// Tip is one invented tip, as it stands in tips.yaml.
type Tip struct {
	Day     int
	Village string `yaml:"v"`
	Urgent  string `yaml:"e"` // id of an emergency option
	Where   string
	Text    string
	Signs   []string
	Sites   []string
	Photos  []string
	Done    string
	Outcome string
	Reply   string
}

//go:embed tips.yaml
var tips []byte

// Tips gives the invented tips.
func Tips() ([]Tip, error) {
	var all []Tip
	if err := yaml.UnmarshalWithOptions(tips, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("demo tips: %w", err)
	}
	return all, nil
}
