// Package blobstest is the conformance suite of the blobs port: what every engine must do, in the same words for all.
package blobstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"qianshao/config/engine/blobs"
)

// Run runs the suite; open gives an empty store for one test and closes it afterwards.
func Run(t *testing.T, open func(testing.TB) blobs.Store) {
	for name, test := range map[string]func(*testing.T, blobs.Store){
		"round trip":      roundTrip,
		"cut upload":      cutUpload,
		"here and there":  hereAndThere,
		"replace":         replace,
		"concurrent puts": concurrentPuts,
		"many at a time":  many,
		"list":            list,
		"delete":          remove,
		"not found":       notFound,
		"bad keys":        badKeys,
		"cancelled":       cancelled,
		"ping":            ping,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Noise gives n bytes that do not compress and differ by seed.
func Noise(seed uint64, n int) []byte {
	var key [32]byte
	copy(key[:], fmt.Sprint(seed))
	b := make([]byte, n)
	_, _ = rand.NewChaCha8(key).Read(b) // cannot fail
	return b
}

// Read gives the bytes of an object.
func Read(t testing.TB, s blobs.Store, key string) []byte {
	t.Helper()
	r, err := s.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("get %s: %v", key, err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read %s: %v", key, err)
	}
	return b
}

// Keys gives the keys under prefix, sorted.
func Keys(t testing.TB, s blobs.Store, prefix string) []string {
	t.Helper()
	var keys []string
	for o, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatalf("list %q: %v", prefix, err)
		}
		keys = append(keys, o.Key)
	}
	slices.Sort(keys)
	return keys
}

func put(t testing.TB, s blobs.Store, key string, b []byte) {
	t.Helper()
	n, err := s.Put(t.Context(), key, bytes.NewReader(b))
	if err != nil || n != int64(len(b)) {
		t.Fatalf("put %s: %d of %d bytes, %v", key, n, len(b), err)
	}
}

// odd is a reader like a bad line: it gives some bytes now, none then, and the end together with the last of them. It hides that it could seek.
type odd struct {
	r     io.Reader
	calls int
}

func (o *odd) Read(p []byte) (int, error) {
	o.calls++
	switch {
	case o.calls%7 == 0:
		return 0, nil
	case len(p) > 60_001:
		p = p[:1+o.calls%60_000]
	}
	return o.r.Read(p)
}

func roundTrip(t *testing.T, s blobs.Store) {
	// The sizes stand around the engines' own limits: memory or file at 1 MiB, parts at 5 MiB.
	for i, size := range []int{0, 1, 4095, 1<<20 - 1, 1 << 20, 1<<20 + 1, 5 << 20, 5<<20 + 1, 12 << 20} {
		key := fmt.Sprintf("tips/t%d/photo.bin", i)
		want := Noise(uint64(i), size)
		n, err := s.Put(t.Context(), key, iotest.DataErrReader(&odd{r: bytes.NewReader(want)}))
		if err != nil || n != int64(size) {
			t.Fatalf("put %d bytes: %d, %v", size, n, err)
		}
		if got := Read(t, s, key); !bytes.Equal(got, want) {
			t.Errorf("%d bytes came back as %d others", size, len(got))
		}
		for o, err := range s.List(t.Context(), key) {
			if err != nil || o.Size != int64(size) || o.Key != key || o.Time.IsZero() {
				t.Errorf("list says %+v, %v of %d bytes", o, err, size)
			}
		}
	}
}

func cutUpload(t *testing.T, s blobs.Store) {
	cut := errors.New("the line is gone")
	for i, size := range []int{0, 1000, 2 << 20, 11 << 20} {
		key := fmt.Sprintf("cut/%d", i)
		_, err := s.Put(t.Context(), key, io.MultiReader(bytes.NewReader(Noise(1, size)), iotest.ErrReader(cut)))
		if !errors.Is(err, cut) {
			t.Errorf("put cut at %d bytes gives %v", size, err)
		}
	}
	put(t, s, "cut/old", []byte("as it was"))
	if _, err := s.Put(t.Context(), "cut/old", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut))); err == nil {
		t.Error("a cut put over an object succeeded")
	}
	if got := Keys(t, s, ""); !slices.Equal(got, []string{"cut/old"}) {
		t.Errorf("after cut uploads there are %v", got)
	}
	if got := Read(t, s, "cut/old"); string(got) != "as it was" {
		t.Errorf("a cut put changed the object to %q", got)
	}
}

// A player jumps: to the end for the index, to the middle, and reads on over the borders of whatever pieces the engine fetches.
func hereAndThere(t *testing.T, s blobs.Store) {
	body := Noise(21, 3<<20+17)
	if _, err := s.Put(t.Context(), "tips/a/long", bytes.NewReader(body)); err != nil {
		t.Fatal(err)
	}
	f, err := s.At(t.Context(), "tips/a/long")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Size() != int64(len(body)) {
		t.Fatalf("size %d, want %d", f.Size(), len(body))
	}
	for _, c := range []struct{ off, n int }{{len(body) - 9, 9}, {0, 100}, {1<<20 - 3, 7}, {2 << 20, 1<<20 + 17}, {5, 0}, {1, 2 << 20}} {
		p := make([]byte, c.n)
		if n, err := f.ReadAt(p, int64(c.off)); n != c.n || err != nil && !errors.Is(err, io.EOF) || !bytes.Equal(p, body[c.off:c.off+c.n]) {
			t.Errorf("at %d: %d bytes, %v", c.off, n, err)
		}
	}
	p := make([]byte, 20)
	if n, err := f.ReadAt(p, int64(len(body)-9)); n != 9 || !errors.Is(err, io.EOF) {
		t.Errorf("over the end: %d bytes, %v", n, err)
	}
	if n, err := f.ReadAt(p, int64(len(body)+9)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("behind the end: %d bytes, %v", n, err)
	}
	if _, err := s.At(t.Context(), "tips/a/none"); !errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("nothing there: %v", err)
	}
}

func replace(t *testing.T, s blobs.Store) {
	put(t, s, "a/b", Noise(1, 3<<20))
	put(t, s, "a/b", []byte("short"))
	if got := Read(t, s, "a/b"); string(got) != "short" {
		t.Errorf("after a replace there are %d bytes", len(got))
	}
}

func concurrentPuts(t *testing.T, s blobs.Store) {
	const writers = 16
	sums := make(map[[32]byte]bool)
	var wg sync.WaitGroup
	for i := range writers {
		value := Noise(uint64(i), 200_000+i)
		sums[sha256.Sum256(value)] = true
		wg.Go(func() {
			if _, err := s.Put(t.Context(), "one/key", bytes.NewReader(value)); err != nil {
				t.Errorf("put: %v", err)
			}
		})
	}
	wg.Wait()
	if !sums[sha256.Sum256(Read(t, s, "one/key"))] {
		t.Error("the object is none of those that were put")
	}
	if got := Keys(t, s, ""); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
}

func many(t *testing.T, s blobs.Store) {
	const n = 64
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			value := Noise(uint64(i), 20_000)
			key := fmt.Sprintf("many/%d/e", i)
			if _, err := s.Put(t.Context(), key, bytes.NewReader(value)); err != nil {
				t.Errorf("put: %v", err)
				return
			}
			r, err := s.Get(t.Context(), key)
			if err != nil {
				t.Errorf("get: %v", err)
				return
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, value) {
				t.Errorf("%s came back wrong: %v", key, err)
			}
		})
	}
	wg.Wait()
	if got := Keys(t, s, "many/"); len(got) != n {
		t.Errorf("%d objects of %d", len(got), n)
	}
}

func list(t *testing.T, s blobs.Store) {
	for _, key := range []string{"tips/ab/1", "tips/ab/2", "tips/abc/1", "tips/b", "other"} {
		put(t, s, key, []byte(key))
	}
	for prefix, want := range map[string]string{
		"":           "other tips/ab/1 tips/ab/2 tips/abc/1 tips/b",
		"tips/":      "tips/ab/1 tips/ab/2 tips/abc/1 tips/b",
		"tips/ab":    "tips/ab/1 tips/ab/2 tips/abc/1",
		"tips/ab/":   "tips/ab/1 tips/ab/2",
		"tips/b":     "tips/b",
		"tips/none/": "",
		"o":          "other",
	} {
		if got := strings.Join(Keys(t, s, prefix), " "); got != want {
			t.Errorf("list %q: %q, want %q", prefix, got, want)
		}
	}
	for _, err := range s.List(t.Context(), "") { // leaving early must not hang or panic
		if err != nil {
			t.Error(err)
		}
		break
	}
}

func remove(t *testing.T, s blobs.Store) {
	put(t, s, "a/b", []byte("x"))
	put(t, s, "a/c", []byte("y"))
	for range 2 {
		if err := s.Delete(t.Context(), "a/b"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	for _, key := range []string{"never/was", "a"} {
		if err := s.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
	}
	if got := Keys(t, s, ""); !slices.Equal(got, []string{"a/c"}) {
		t.Errorf("there are %v", got)
	}
	put(t, s, "a/b", []byte("again"))
}

func notFound(t *testing.T, s blobs.Store) {
	put(t, s, "a/b", []byte("x"))
	for _, key := range []string{"nothing", "a", "a/c", "a/b.x"} {
		if _, err := s.Get(t.Context(), key); !errors.Is(err, blobs.ErrNotFound) {
			t.Errorf("get %s: %v", key, err)
		}
	}
}

func badKeys(t *testing.T, s blobs.Store) {
	for _, key := range []string{
		"", ".", "..", "/", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "A", "a/B", "a b", "a\\b", "a\x00", "照片", "a:b", "a\n", "~",
		"a/b/c/d/e/f/g/h/i", strings.Repeat("a", 200),
	} {
		if _, err := s.Put(t.Context(), key, strings.NewReader("x")); err == nil {
			t.Errorf("put %q is accepted", key)
		}
		if _, err := s.Get(t.Context(), key); err == nil || errors.Is(err, blobs.ErrNotFound) {
			t.Errorf("get %q: %v", key, err)
		}
		if err := s.Delete(t.Context(), key); err == nil {
			t.Errorf("delete %q is accepted", key)
		}
	}
	for _, prefix := range []string{"../", "/", "a/../", "A", "a//"} {
		refused := false
		for _, err := range s.List(t.Context(), prefix) {
			refused = err != nil
		}
		if !refused {
			t.Errorf("list %q is accepted", prefix)
		}
	}
	if got := Keys(t, s, ""); len(got) != 0 {
		t.Errorf("bad keys left %v", got)
	}
}

func cancelled(t *testing.T, s blobs.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	// The upload is cancelled when some of it has been read.
	stop := &odd{r: bytes.NewReader(Noise(1, 8<<20))}
	_, err := s.Put(ctx, "stopped", readerFunc(func(p []byte) (int, error) {
		if stop.calls > 5 {
			cancel()
		}
		return stop.Read(p)
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled put: %v", err)
	}
	if _, err := s.Put(ctx, "never", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("put with a cancelled context: %v", err)
	}
	if _, err := s.Get(ctx, "never"); !errors.Is(err, context.Canceled) {
		t.Errorf("get with a cancelled context: %v", err)
	}
	if err := s.Delete(ctx, "never"); !errors.Is(err, context.Canceled) {
		t.Errorf("delete with a cancelled context: %v", err)
	}
	if err := s.Ping(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ping with a cancelled context: %v", err)
	}
	if got := Keys(t, s, ""); len(got) != 0 {
		t.Errorf("cancelled puts left %v", got)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func ping(t *testing.T, s blobs.Store) {
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	if got := Keys(t, s, ""); len(got) != 0 {
		t.Errorf("ping left %v", got)
	}
}
