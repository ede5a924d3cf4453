package frontend

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// templateText is the source of every template.
func templateText(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, pattern := range []string{"base.html", "partials/*.html", "pages/*.html"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			raw, err := files.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(raw)
		}
	}
	return b.String()
}

func TestEveryMessageExistsAndIsUsed(t *testing.T) {
	s := newSite(t)
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`[{( ]t "([a-z0-9_.]+)"`).FindAllStringSubmatch(templateText(t), -1) {
		used[m[1]] = true
		if _, ok := s.messages[m[1]]; !ok {
			t.Errorf("no message for %s", m[1])
		}
	}
	for key := range s.messages {
		if !used[key] {
			t.Errorf("message %s is used nowhere", key)
		}
	}
	if len(used) < 150 {
		t.Errorf("only %d keys found in the templates: does the pattern still fit?", len(used))
	}
	if got := s.T("no.such"); got != "no.such" {
		t.Errorf("a missing key shows %q", got)
	}
}

func TestTemplatesHoldNoWordsOfTheirOwn(t *testing.T) {
	if got := regexp.MustCompile(`\p{Han}+`).FindString(templateText(t)); got != "" {
		t.Errorf("%q stands in a template; it belongs in the catalogue", got)
	}
	script, err := files.ReadFile("static/app.js")
	if err != nil {
		t.Fatal(err)
	}
	if got := regexp.MustCompile(`\p{Han}+`).FindString(string(script)); got != "" {
		t.Errorf("%q stands in app.js; it belongs in the catalogue", got)
	}
}

// The house style: spoken, no shouting, nothing that an office would write.
func TestMessagesSpeakPlainly(t *testing.T) {
	office := regexp.MustCompile(`[！!]|感谢|支持与配合|您好|受理|予以|尊敬|相关规定|系统异常|参数|失败|请重试`)
	for key, text := range newSite(t).messages {
		if m := office.FindString(text); m != "" {
			t.Errorf("%s says %q", key, m)
		}
		if strings.Contains(text, "你") {
			t.Errorf("%s says 你, not 您", key)
		}
		if n := len([]rune(text)); n > 60 {
			t.Errorf("%s is %d characters long; nobody reads that", key, n)
		}
	}
}

func TestEveryIconThatIsAskedForIsDrawn(t *testing.T) {
	s := newSite(t)
	for _, m := range regexp.MustCompile(`icon "([a-z]+)"`).FindAllStringSubmatch(templateText(t), -1) {
		if !s.static.icons[m[1]] {
			t.Errorf("no icon %s", m[1])
		}
	}
	for _, name := range strings.Fields("smell night noise window camera chimney sign drum kettle bag tanker plate water smoke power people injury inside history trade fire leak poison violence phone photo mic place search check copy save speak warn lamp home factory barn tree house school road truck question") {
		if !s.static.icons[name] {
			t.Errorf("no icon %s, which a county's profile may name", name)
		}
	}
	if got := string(s.icon("nothing-like-it")); !strings.Contains(got, "#question") {
		t.Errorf("an unknown icon gives %s", got)
	}
}
