package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"qianshao/config"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/enginetest"
)

// TestFullDiskIsNoReasonNotToStart: who cannot take photos still takes words.
func TestFullDiskIsNoReasonNotToStart(t *testing.T) {
	data := t.TempDir()
	evidence := filepath.Join(data, "evidence")
	if err := os.Mkdir(evidence, 0o700); err != nil {
		t.Fatal(err)
	}
	enginetest.SmallDisk(t, evidence, 2<<20)
	if err := os.WriteFile(filepath.Join(evidence, "ballast"), make([]byte, 2<<20-60<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	e, _, err := logged(t.Context(), t, &config.Config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Blobs.Ping(t.Context()); !errors.Is(err, blobs.ErrFull) {
		t.Errorf("ping: %v, want that it is full", err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
