package disk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qianshao/config/engine/blobs"
	"qianshao/config/engine/blobs/blobstest"
	"qianshao/config/engine/blobs/disk"
	"qianshao/config/engine/enginetest"
)

func open(t testing.TB, dir string) blobs.Store {
	t.Helper()
	s, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	blobstest.Run(t, func(t testing.TB) blobs.Store { return open(t, filepath.Join(t.TempDir(), "made", "when", "missing")) })
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "evidence")
	s := open(t, dir)
	if _, err := s.Put(t.Context(), "tips/a/b", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLeftovers: a crashed writer's file goes at the next start, a living writer's does not.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	first, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "incoming", "put-1")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if _, err := os.Stat(left); err != nil {
		t.Errorf("a second process removed what the first is writing: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(other, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	open(t, other)
	if got := incoming(t, other); len(got) != 0 {
		t.Errorf("after a crash and a start there is still %v", got)
	}
}

func incoming(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "incoming"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestFullDisk fills a small file system; TestFileSizeLimit stands for it where none can be mounted.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	enginetest.SmallDisk(t, dir, 2<<20)
	s := open(t, dir)
	if _, err := s.Put(t.Context(), "kept", strings.NewReader("kept")); err != nil {
		t.Fatal(err)
	}
	checkNoSpace(t, s, dir)
}

// TestReserve fills a small file system from outside, as SQLite or a log does, until little is left. Objects are refused then, and others may still write.
func TestReserve(t *testing.T) {
	dir := t.TempDir()
	enginetest.SmallDisk(t, dir, 8<<20)
	s := open(t, dir)
	if _, err := s.Put(t.Context(), "kept", strings.NewReader("kept")); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 8<<20-350<<10), 0o600); err != nil { // leaves less than a twentieth
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "small", strings.NewReader("small")); !errors.Is(err, blobs.ErrFull) {
		t.Errorf("put: %v, want that it is full", err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, blobs.ErrFull) {
		t.Errorf("ping: %v, want that it is full", err)
	}
	if got := incoming(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "words"), make([]byte, 200<<10), 0o600); err != nil {
		t.Errorf("there is no room for words: %v", err)
	}
	if got := string(blobstest.Read(t, s, "kept")); got != "kept" {
		t.Errorf("what was stored reads %q", got)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "small", strings.NewReader("small")); err != nil {
		t.Errorf("put with room again: %v", err)
	}
	// One upload alone stops before the reserve.
	if _, err := s.Put(t.Context(), "big", bytes.NewReader(blobstest.Noise(1, 9<<20))); !errors.Is(err, blobs.ErrFull) {
		t.Errorf("an object larger than the disk: %v", err)
	}
}

// checkNoSpace puts 8 MB where 2 MB are the most there can be, and then uses the store as if nothing had been.
func checkNoSpace(t *testing.T, s blobs.Store, dir string) {
	for range 3 {
		if _, err := s.Put(t.Context(), "big", bytes.NewReader(blobstest.Noise(1, 8<<20))); err == nil {
			t.Fatal("8 MB went where there is no room for them")
		}
	}
	if got := incoming(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	if _, err := s.Put(t.Context(), "small", strings.NewReader("small")); err != nil {
		t.Errorf("the store does not go on: %v", err)
	}
	if got := blobstest.Keys(t, s, ""); !slices.Equal(got, []string{"kept", "small"}) {
		t.Errorf("there are %v", got)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}
