// Package words holds the short texts that handlers put into page structs: names of roles, states, steps and what a count is called.
// It owns the catalogue (one file per language) and knows nothing of what it names. Whole sentences of pages are frontend's, those about errors fault's.
package words

import (
	"embed"
	"fmt"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed zh-CN.yaml
var files embed.FS

// Catalogue is the words of one language. Safe for concurrent use.
type Catalogue struct{ texts map[string]string }

// New reads the catalogue of a language such as "zh-CN".
func New(lang string) (*Catalogue, error) {
	raw, err := files.ReadFile(lang + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("words: no catalogue for language %q: %w", lang, err)
	}
	c := &Catalogue{texts: map[string]string{}}
	if err := yaml.UnmarshalWithOptions(raw, &c.texts, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("words: %s: %w", lang, err)
	}
	return c, nil
}

// T is the text of a key with its arguments filled in; a key that is not there shows itself, so that the page still comes.
func (c *Catalogue) T(key string, args ...any) string {
	text, ok := c.texts[key]
	switch {
	case !ok:
		return key
	case len(args) == 0:
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Day says a day as people say it: 11月23日, with the year when that is not the current one. Both times are in the county's zone.
func (c *Catalogue) Day(t, now time.Time) string {
	if t.Year() != now.Year() {
		return c.T("day.year", t.Year(), int(t.Month()), t.Day())
	}
	return c.T("day", int(t.Month()), t.Day())
}
