package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOneWayToEvidence holds the handlers to one way to the bytes of evidence: evidence asks cases.Evidence, and only it calls what opens them.
func TestOneWayToEvidence(t *testing.T) {
	callers := map[string][]string{} // of a function that opens evidence, or of one that is only for evidence
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Rendition", "RenditionAt", "Evidence", "EvidenceAt", "picture", "play"}, s.Sel.Name) {
					callers[s.Sel.Name] = append(callers[s.Sel.Name], filepath.Base(path)+" "+fn.Name.Name)
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(callers["Evidence"])
	for name, want := range map[string][]string{
		"Rendition": {"evidence.go picture"}, "RenditionAt": {"evidence.go play"}, "picture": {"evidence.go evidence"}, "play": {"evidence.go evidence"}, "EvidenceAt": nil,
		// The profile's limits in the form, and the one gate.
		"Evidence": {"evidence.go evidence", "form.go form", "form.go form"},
	} {
		if !slices.Equal(callers[name], want) {
			t.Errorf("%s is used by %v, want %v", name, callers[name], want)
		}
	}
}
