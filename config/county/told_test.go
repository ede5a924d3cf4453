package county

import (
	"strings"
	"testing"
)

// The empty value of a field is named, not left as a gap at the end of the list.
func TestUnknownTownNamesTheEmptyValue(t *testing.T) {
	_, what, remedy := compile(`town == "999"`, struct {
		Town string `expr:"town"`
	}{}, fangshan(t).vocabulary())
	if !strings.Contains(what, "999") || !strings.HasSuffix(remedy, `，或者 ""（不知道）`) || strings.Contains(remedy, "、，") {
		t.Errorf("%s: %s", what, remedy)
	}
}
