// Package enginetest gives tests engines of their own: real ones, fresh, usable in parallel, and gone afterwards.
// It owns the servers that it starts and is imported by tests only.
package enginetest

import (
	"log/slog"
	"testing"

	"qianshao/config"
	"qianshao/config/engine"
)

// New gives the engines of a bare machine (SQLite, disk, embedded queue) in a temporary folder, closed when the test ends.
func New(t testing.TB) *engine.Engines {
	t.Helper()
	return Open(t, &config.Config{Data: t.TempDir()})
}

// Open opens the engines that c names, for tests that run on servers or come back to a folder, and closes them when the test ends.
func Open(t testing.TB, c *config.Config) *engine.Engines {
	t.Helper()
	e, err := engine.Open(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("enginetest: close: %v", err)
		}
	})
	return e
}
