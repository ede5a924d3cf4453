package fault

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// built are the keys of the calls that put theirs together; whoever adds such a call lists its keys here.
var built = map[string][]string{
	"intake/stage.go": {"photo.broken", "photo.kind", "photo.too_large", "voice.broken", "voice.kind", "voice.too_large", "photo.full", "voice.full",
		"photo.stale", "voice.stale", "video.stale", "video.broken", "video.kind", "video.too_large", "video.full", "voice.too_many", "video.too_many"},
	"triage/recordings.go":      {"voice.too_long", "video.too_long", "voice.broken", "video.broken", "voice.kind", "video.kind"},
	"handlers/desk/evidence.go": append(recordings, pictures...),
	"cmd/qianshao/inspect.go":   slices.Concat(pictures, claims),
	"triage/stages.go":          claims,
	"cmd/qianshao/similar.go":   pictures,
}

// pictures are what triage/media found out about a picture.
var pictures = []string{
	"picture.broken", "picture.kind", "picture.gif", "picture.format", "picture.animated", "picture.pixels", "picture.large", "picture.heic", "picture.voice",
}

// claims are why triage/media does not believe what a picture says of where or when.
var claims = []string{"claim.nofix", "claim.swapped", "claim.globe", "claim.incomplete", "claim.coarse", "claim.future", "claim.unset"}

// recordings are what triage found out about a recording, and why any file is held back.
var recordings = []string{
	"recording.kind", "recording.broken", "recording.long", "recording.picture", "evidence.virus", "evidence.unscanned",
}

// TestKeysOfTheTree reads every call of New in the program: the key is in the catalogue, and the sentence takes as many values as it is given.
func TestKeysOfTheTree(t *testing.T) {
	root := moduleRoot(t)
	calls := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && path != root && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata" || e.Name() == "data") {
			return filepath.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isNew(call) {
				calls++
				checkCall(t, filepath.ToSlash(rel), call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls < 20 {
		t.Errorf("only %d calls of fault.New were found: the test looks at the wrong tree", calls)
	}
}

func isNew(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "New" || len(call.Args) < 2 {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "fault"
}

func checkCall(t *testing.T, file string, call *ast.CallExpr) {
	t.Helper()
	lit, ok := call.Args[1].(*ast.BasicLit)
	if !ok {
		if len(built[file]) == 0 {
			t.Errorf("%s: a key that is put together, and its keys are not listed in this test", file)
		}
		for _, key := range built[file] {
			if _, ok := catalogues[DefaultLang][key]; !ok {
				t.Errorf("%s: no sentence for %q", file, key)
			}
		}
		return
	}
	key, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	s, ok := catalogues[DefaultLang][key]
	if !ok {
		t.Errorf("%s: no sentence for %q", file, key)
		return
	}
	if given := len(call.Args) - 2; !call.Ellipsis.IsValid() && given != len(verbs(s)) {
		t.Errorf("%s: %q is given %d values, its sentence takes %d", file, key, given, len(verbs(s)))
	}
}

func TestCataloguesAgree(t *testing.T) {
	want := catalogues[DefaultLang]
	for lang, c := range catalogues {
		if got := slices.Sorted(maps.Keys(c)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Errorf("%s has other keys than %s: %v", lang, DefaultLang, got)
		}
		for key, s := range c {
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s: %s is empty", lang, key)
			}
			if !slices.Equal(verbs(s), verbs(want[key])) {
				t.Errorf("%s: %s takes %v, in %s it takes %v", lang, key, verbs(s), DefaultLang, verbs(want[key]))
			}
		}
	}
	for _, key := range []string{"internal", "busy"} {
		if want[key] == "" {
			t.Errorf("no sentence for %q", key)
		}
	}
}

func TestSentence(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.1: refused")
	for _, c := range []struct {
		err  error
		want string
	}{
		{New(TooLarge, "photo.too_large", 20), "超过 20 MB"},
		{fmt.Errorf("intake: %w", New(Busy, "busy").Because(cause)), "还没有发出去"},
		{List{New(Invalid, "form.where").On("village"), New(Invalid, "busy")}, "什么地方"},
		{cause, "不是您的错"},
		{New(Invalid, "no.such.key"), "不是您的错"},
	} {
		got := Sentence("xx-unknown", c.err)
		if !strings.Contains(got, c.want) || strings.Contains(got, "refused") || strings.Contains(got, "%!") {
			t.Errorf("%v: %s", c.err, got)
		}
	}
}

func TestErrorHidesArguments(t *testing.T) {
	err := fmt.Errorf("a: %w", New(Invalid, "form.too_long", 4711).On("words").Because(fs.ErrNotExist))
	if strings.Contains(err.Error(), "4711") {
		t.Errorf("the log would show an argument: %v", err)
	}
	if !errors.Is(err, fs.ErrNotExist) || KindOf(err) != Invalid || KindOf(fs.ErrNotExist) != Internal {
		t.Error("cause or kind lost")
	}
	if all := All(fmt.Errorf("b: %w", List{New(Invalid, "busy"), New(TooLarge, "busy")})); len(all) != 2 || All(fs.ErrNotExist) != nil {
		t.Errorf("All: %v", all)
	}
	if Busy.Status() != http.StatusServiceUnavailable || Internal.Status() != http.StatusInternalServerError {
		t.Error("status")
	}
}

var verb = regexp.MustCompile(`%[^%\s]`)

func verbs(s string) []string { return verb.FindAllString(strings.ReplaceAll(s, "%%", ""), -1) }

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
