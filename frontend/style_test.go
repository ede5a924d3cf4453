package frontend

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// tokens reads the custom colours of app.css: [0] light, [1] dark.
func tokens(t *testing.T) [2]map[string]string {
	t.Helper()
	css, err := files.ReadFile("static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	var out [2]map[string]string
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(css), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d blocks of tokens, want light and dark", len(blocks))
	}
	for i, b := range blocks {
		out[i] = map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9A-F]{6});`).FindAllStringSubmatch(b[1], -1) {
			out[i][m[1]] = m[2]
		}
	}
	return out
}

// contrast is the ratio of WCAG 2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	l := func(hex string) float64 {
		if len(hex) != 7 {
			t.Fatalf("no colour: %q", hex)
		}
		var sum float64
		for i, k := range []float64{.2126, .7152, .0722} {
			n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			c := float64(n) / 255
			if c <= .04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+.055)/1.055, 2.4)
			}
			sum += k * c
		}
		return sum
	}
	x, y := l(a), l(b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func TestContrast(t *testing.T) {
	for i, mode := range []string{"light", "dark"} {
		c := tokens(t)[i]
		need := func(fore, back string, least float64) {
			if got := contrast(t, c[fore], c[back]); got < least {
				t.Errorf("%s: %s on %s is %.2f, want %.1f", mode, fore, back, got, least)
			}
		}
		for _, back := range []string{"paper", "card", "tint", "glow"} {
			for _, fore := range []string{"ink", "muted", "pine", "ember", "amber", "blue"} {
				need(fore, back, 4.5)
			}
		}
		need("on-pine", "pine", 4.5)
		need("on-ember", "ember", 4.5)
		for _, back := range []string{"paper", "card"} {
			need("line-strong", back, 3)
		}
	}
}

func TestOnlyTokensColour(t *testing.T) {
	for _, name := range []string{"static/app.css", "static/desk.css", "static/ledger.css", "static/press.css"} {
		css, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(css), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "--") || strings.Contains(line, ".captcha img") {
				continue // the captcha's picture is drawn for white ground
			}
			if m := regexp.MustCompile(`#[0-9A-Fa-f]{3,8}\b`).FindString(line); m != "" {
				t.Errorf("%s:%d uses the bare colour %s", name, n+1, m)
			}
			if strings.Contains(line, "url(") || strings.Contains(line, "@import") || strings.Contains(line, "@font-face") {
				t.Errorf("%s:%d loads something", name, n+1)
			}
		}
	}
}

// A resident on a slow network pays for every byte: the whole first visit, compressed.
func TestBytesOnTheWire(t *testing.T) {
	s := newSite(t)
	zipped := func(name string) int { return len(s.static.files[s.static.path(name)].zips) }
	shared := zipped("app.css") + zipped("app.js") + zipped("icons.svg") + zipped("favicon.svg")
	for _, page := range samples()[:8] {
		html, _ := render(t, s, page)
		z, err := compress([]byte(html))
		if err != nil {
			t.Fatal(err)
		}
		total := len(z) + shared
		t.Logf("%s: %d bytes, of them the page %d", pageName(page), total, len(z))
		if total > 30<<10 {
			t.Errorf("%s: %d bytes on the wire", pageName(page), total)
		}
	}
	if n := zipped("app.js"); n > 10<<10 {
		t.Errorf("app.js is %d bytes", n)
	}
}

// Old WeChat browsers read ES2017 at most.
func TestScriptsStayOld(t *testing.T) {
	for _, name := range []string{"static/app.js", "static/desk.js"} {
		js, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile(`\?\.[a-zA-Z([]|\?\?|=>|\bimport\b|\bawait\b|innerHTML|document\.write|\.replaceAll\(|\.at\(|eval\(`).Find(js); m != nil {
			t.Errorf("%s uses %s", name, m)
		}
	}
}
