package sheet

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// wideness takes Latin letters for half as wide as others.
func wideness(s string) float64 {
	w := 0.0
	for _, r := range s {
		if w++; r < 0x80 {
			w -= .5
		}
	}
	return w
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"by character":             {"山西省吕梁市方山县大武镇", []string{"山西省吕梁市", "方山县大武镇"}},
		"no comma first":           {"先断电再清人，走", []string{"先断电再清", "人，走"}},
		"no two of them":           {"先断电再清）。走", []string{"先断电再", "清）。走"}},
		"no quotation mark last":   {"先断电再清“人”", []string{"先断电再清", "“人”"}},
		"numbers stay whole":       {"电话请打12345问", []string{"电话请打", "12345问"}},
		"words part at spaces":     {"abcdef ghijkl mn", []string{"abcdef", "ghijkl mn"}},
		"what is wider is broken":  {"http://example.org/a", []string{"http://examp", "le.org/a"}},
		"lines stay lines":         {"一\n\n二", []string{"一", "", "二"}},
		"nothing but punctuation":  {"。。。。。。。。", []string{"。。。。。。", "。。"}},
		"nothing":                  {"", []string{""}},
		"a dash is not torn apart": {"先断电再清——人", []string{"先断电再", "清——人"}},
	} {
		if got := Wrap(c.text, 6, wideness); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWrapLosesNothing(t *testing.T) {
	t.Parallel()
	// Two characters at least around each mark, so that every line has a place where it may be broken.
	part := rapid.SampledFrom([]string{"山西", "，梁子", "方山。", "“圪洞", "大武”", "（张家", "123.5元钱", " abc 村里", "——县城"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 1, 40).Draw(t, "text"), "庄")
		width := rapid.Float64Range(7, 20).Draw(t, "width")
		lines := Wrap(text, width, wideness)
		if got := strings.Join(lines, ""); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Fatalf("%q became %q", text, lines)
		}
		for i, line := range lines {
			first, _ := utf8.DecodeRuneInString(line)
			last, _ := utf8.DecodeLastRuneInString(line)
			switch {
			case wideness(line) > width:
				t.Errorf("%q is wider than %g", line, width)
			case i > 0 && strings.ContainsRune(notFirst, first), i < len(lines)-1 && strings.ContainsRune(notLast, last):
				t.Errorf("%q in %q", line, lines)
			}
		}
	})
}
