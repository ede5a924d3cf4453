package replay

import (
	"strings"
	"testing"
)

func TestReadRefusesLongTexts(t *testing.T) {
	line := func(id, text string) string {
		return `{"id":"` + id + `","received_at":"2026-03-02T06:41:12+08:00","text":"` + text + `"}` + "\n"
	}
	first := line("a", strings.Repeat("长", longestText))
	if tips, err := Read(strings.NewReader(first)); err != nil || len(tips) != 1 {
		t.Fatalf("%d tips, %v", len(tips), err)
	}
	for want, n := range map[string]int{"第 2 行：text 有 300000 个字，最多 5000 个字": 300000, "第 2 行太长": longestLine} {
		if _, err := Read(strings.NewReader(first + line("b", strings.Repeat("长", n)))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d characters: %v, want %s", n, err, want)
		}
	}
}
