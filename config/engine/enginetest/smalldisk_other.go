//go:build !linux

package enginetest

import "testing"

// SmallDisk skips the test: mounting a tmpfs is Linux's.
func SmallDisk(t testing.TB, _ string, _ int) {
	t.Helper()
	t.Skip("no tmpfs to mount on this system")
}
