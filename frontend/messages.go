package frontend

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// T is the sentence for a key, with its arguments filled in. A key that is not there shows itself, so that the page still comes.
func (s *Site) T(key string, args ...any) string {
	text, ok := s.messages[key]
	switch {
	case !ok:
		return key
	case len(args) == 0:
		return text
	}
	return fmt.Sprintf(text, args...)
}

// readMessages reads messages/<lang>.yaml: two levels, "home.report" is report under home.
func readMessages(lang string) (map[string]string, error) {
	raw, err := files.ReadFile("messages/" + lang + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("frontend: no messages for language %q: %w", lang, err)
	}
	var groups map[string]map[string]string
	if err := yaml.UnmarshalWithOptions(raw, &groups, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("frontend: messages/%s.yaml: %w", lang, err)
	}
	flat := map[string]string{}
	for group, texts := range groups {
		for key, text := range texts {
			flat[group+"."+key] = text
		}
	}
	return flat, nil
}
