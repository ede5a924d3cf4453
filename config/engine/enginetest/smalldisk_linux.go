package enginetest

import (
	"fmt"
	"os"
	"syscall"
	"testing"
)

// SmallDisk makes an existing folder a file system of its own with so many bytes, until the test ends. Only root may mount one: without the right the
// test is skipped, and in CI, where nothing may be left out unseen, it fails.
func SmallDisk(t testing.TB, dir string, bytes int) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("enginetest: no small file system: %v", err)
		}
		t.Skipf("no right to mount a small file system (%v)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("enginetest: unmount the small file system: %v", err)
		}
	})
}
