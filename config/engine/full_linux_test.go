package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"qianshao/config"
	"qianshao/config/engine/blobs"
)

// TestFullDiskIsNoReasonNotToStart: who cannot take photos still takes words.
func TestFullDiskIsNoReasonNotToStart(t *testing.T) {
	data := t.TempDir()
	evidence := filepath.Join(data, "evidence")
	if err := os.Mkdir(evidence, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", evidence, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("no small file system here (%v)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(evidence, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
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
