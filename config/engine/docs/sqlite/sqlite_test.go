package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/docs/docstest"
)

func TestConformance(t *testing.T) {
	dir := t.TempDir()
	docstest.Run(t, func(t *testing.T) docs.Store {
		// A name with the letters that mean something in a file: address.
		return mustOpen(t, filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "?#% ")))
	}, nil)
}

func mustOpen(t testing.TB, path string) *store {
	t.Helper()
	s, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
