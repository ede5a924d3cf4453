package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

func newTest(t testing.TB) *Vault {
	t.Helper()
	v, err := New(random(t, KeySize), pair(t, intl{}))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealIsBound(t *testing.T) {
	v := newTest(t)
	s, err := v.Seal("note", "1", []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Open("note", "1", s); err != nil || string(got) != "words" {
		t.Fatalf("open: %q, %v", got, err)
	}
	later := append(Sealed{s[0], keyVersion + 1}, s[2:]...)
	for name, open := range map[string]func() ([]byte, error){
		"another purpose":     func() ([]byte, error) { return v.Open("other", "1", s) },
		"another id":          func() ([]byte, error) { return v.Open("note", "2", s) },
		"another vault":       func() ([]byte, error) { return newTest(t).Open("note", "1", s) },
		"another key version": func() ([]byte, error) { return v.Open("note", "1", later) },
		"nothing":             func() ([]byte, error) { return v.Open("note", "1", nil) },
	} {
		if _, err := open(); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMACKeepsPartsApart(t *testing.T) {
	v := newTest(t)
	if bytes.Equal(v.MAC("p", []byte("ab"), []byte("c")), v.MAC("p", []byte("a"), []byte("bc"))) {
		t.Error("parts run together")
	}
	if bytes.Equal(v.MAC("p", []byte("a")), v.MAC("q", []byte("a"))) {
		t.Error("purposes run together")
	}
}

func TestSlow(t *testing.T) {
	v := newTest(t)
	lookup, k, err := v.Slow(t.Context(), "query", []byte("1"))
	if err != nil {
		t.Fatal(err)
	}
	again, k2, err := v.Slow(t.Context(), "query", []byte("1"))
	if err != nil || again != lookup || k2 != k {
		t.Errorf("not stable: %v", err)
	}
	if other, _, err := v.Slow(t.Context(), "claim", []byte("1")); err != nil || other == lookup {
		t.Errorf("another purpose gives the same lookup, or %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	for range cap(v.slow) {
		v.slow <- struct{}{}
	}
	cancel()
	if _, _, err := v.Slow(ctx, "query", []byte("1")); !errors.Is(err, context.Canceled) {
		t.Errorf("a person who left still waits: %v", err)
	}
}

// A cut upload must never be sealed as a whole file, and an empty one not at all.
func TestSealStreamRefusesACutSource(t *testing.T) {
	v := newTest(t)
	for _, cut := range []error{io.ErrUnexpectedEOF, fmt.Errorf("part: %w", io.ErrUnexpectedEOF), errors.New("connection reset")} {
		for _, n := range []int{0, 1, 64 << 10, 100_000} {
			r, err := v.SealStream(NewKey(), io.MultiReader(bytes.NewReader(random(t, n)), iotest.ErrReader(cut)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err == nil {
				t.Errorf("%d bytes and then %v were sealed as a whole", n, cut)
			}
		}
	}
	r, err := v.SealStream(NewKey(), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("an empty source: %v", err)
	}
}

func TestOpenStreamTellsAFailingStore(t *testing.T) {
	v, k, down := newTest(t), NewKey(), errors.New("store down")
	sealed := sealAll(t, v, k, random(t, 200_000))
	for _, n := range []int{0, 1, 2, 50, 100_000} {
		_, err := openAll(v, k, io.MultiReader(bytes.NewReader(sealed[:n]), iotest.ErrReader(down)))
		if !errors.Is(err, down) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

func TestOfficers(t *testing.T) {
	public, identity, err := intl{}.newPair()
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(random(t, KeySize), public)
	if err != nil {
		t.Fatal(err)
	}
	s, err := v.ForOfficers([]byte("电话"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenForOfficers(identity, s); err != nil || string(got) != "电话" {
		t.Errorf("open: %q, %v", got, err)
	}
	if _, err := New(random(t, KeySize), "age1nonsense"); err == nil {
		t.Error("a wrong recipient was taken")
	}
	if _, err := New(random(t, 31), public); err == nil {
		t.Error("a short key was taken")
	}
}

func TestKeyDoesNotPrint(t *testing.T) {
	k := Key(bytes.Repeat([]byte{0xab}, KeySize))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "k", k)
	for _, s := range []string{fmt.Sprint(k), fmt.Sprintf("%v %+v %#v %x %d %s %q", k, k, k, k, k, k, k), log.String()} {
		if strings.Contains(strings.ToLower(s), "ab") || strings.Contains(s, "171") {
			t.Errorf("printed: %s", s)
		}
	}
}

func TestPlatformKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "platform.key")
	keys := make([][]byte, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			k, err := LoadOrCreateKey(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = k
		})
	}
	wg.Wait()
	for _, k := range keys {
		if len(k) != KeySize || !bytes.Equal(k, keys[0]) {
			t.Fatal("processes that start together have different keys")
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("files left over: %v, %v", left, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateKey(path); err == nil {
		t.Error("a file that everybody may read was taken")
	}
	for _, bad := range []string{"", "abcd\n", strings.Repeat("zz", KeySize)} {
		if err := errors.Join(os.Remove(path), os.WriteFile(path, []byte(bad), 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadOrCreateKey(path); err == nil {
			t.Errorf("a file with %q was taken", bad)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != bad {
			t.Errorf("a broken key file was overwritten: %v", err)
		}
	}
}

func TestOfficerFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if OfficerKeyStillHere(dir) {
		t.Error("there before anything was made")
	}
	first, err := LoadOrCreateOfficer(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !OfficerKeyStillHere(dir) {
		t.Error("the identity is not where the warning looks")
	}
	// A crash after the identity and before the recipient: the pair must stay a pair.
	if err := os.Remove(filepath.Join(dir, officerPublic)); err != nil {
		t.Fatal(err)
	}
	again, err := LoadOrCreateOfficer(dir)
	if err != nil || again != first {
		t.Errorf("another recipient than before: %v", err)
	}
	// Moved away, as it should be: the recipient stays and no new pair is made.
	if err := os.Remove(filepath.Join(dir, officerIdentity)); err != nil {
		t.Fatal(err)
	}
	if r, err := LoadOrCreateOfficer(dir); err != nil || r != first || OfficerKeyStillHere(dir) {
		t.Errorf("after moving the identity away: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	v := newTest(f)
	s, err := v.Seal("p", "id", []byte("words"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(s))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := v.Open("p", "id", b); err == nil && !bytes.Equal(b, s) {
			t.Error("a forged value was opened")
		}
	})
}

func BenchmarkSlow(b *testing.B) {
	v := newTest(b)
	for b.Loop() {
		if _, _, err := v.Slow(b.Context(), "query", []byte("1234567890123456")); err != nil {
			b.Fatal(err)
		}
	}
}
