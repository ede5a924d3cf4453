package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"
)

// TestSuites is what every suite has to pass; a second one is a second line here.
func TestSuites(t *testing.T) {
	for name, s := range map[string]suite{"intl": intl{}} {
		t.Run(name, func(t *testing.T) { conform(t, s) })
	}
}

func conform(t *testing.T, s suite) {
	t.Run("seal", func(t *testing.T) { conformSeal(t, s) })
	t.Run("derive", func(t *testing.T) { conformDerive(t, s) })
	t.Run("stream", func(t *testing.T) { conformStream(t, s) })
	t.Run("here and there", func(t *testing.T) { conformAt(t, s) })
	t.Run("public key", func(t *testing.T) { conformPublic(t, s) })
}

func conformSeal(t *testing.T, s suite) {
	k, other := NewKey(), NewKey()
	for _, plain := range [][]byte{nil, []byte("x"), random(t, 5000)} {
		a, err := s.seal(k, []byte("aad"), plain)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.seal(k, []byte("aad"), plain)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(a, b) {
			t.Error("the same plain text was sealed to the same bytes")
		}
		got, err := s.open(k, []byte("aad"), a)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("open: %v", err)
		}
		if _, err := s.open(other, []byte("aad"), a); err == nil {
			t.Error("opened with another key")
		}
		if _, err := s.open(k, []byte("aae"), a); err == nil {
			t.Error("opened with other associated data")
		}
		for i := range min(len(a), 200) {
			bad := slices.Clone(a)
			bad[i] ^= 1
			if _, err := s.open(k, []byte("aad"), bad); err == nil {
				t.Errorf("opened with byte %d changed", i)
			}
			if _, err := s.open(k, []byte("aad"), a[:i]); err == nil {
				t.Errorf("opened when cut to %d", i)
			}
		}
	}
}

func conformDerive(t *testing.T, s suite) {
	k := NewKey()
	seen := map[string]string{}
	for name, b := range map[string][]byte{
		"derive a": s.derive(k, "a", 32), "derive b": s.derive(k, "b", 32), "derive a, other key": s.derive(NewKey(), "a", 32),
		"mac a": s.mac(k, []byte("a")), "mac b": s.mac(k, []byte("b")), "mac a, other key": s.mac(NewKey(), []byte("a")),
		"slow a": s.slow([]byte("a"), k[:])[:32], "slow b": s.slow([]byte("b"), k[:])[:32], "slow half": s.slow([]byte("a"), k[:])[32:],
	} {
		if len(b) != 32 {
			t.Errorf("%s: %d bytes", name, len(b))
		}
		if twin, ok := seen[string(b)]; ok {
			t.Errorf("%s gives the same as %s", name, twin)
		}
		seen[string(b)] = name
	}
	if !bytes.Equal(s.slow([]byte("a"), k[:]), s.slow([]byte("a"), k[:])) || !bytes.Equal(s.derive(k, "a", 32), s.derive(k, "a", 32)) {
		t.Error("a derivation is not stable")
	}
}

func conformStream(t *testing.T, s suite) {
	v, err := newVault(s, random(t, KeySize), pair(t, s))
	if err != nil {
		t.Fatal(err)
	}
	k := NewKey()
	const packet = 64 << 10
	for _, size := range []int{1, 100, packet - 1, packet, packet + 1, 3*packet + 17} {
		plain := random(t, size)
		sealed := sealAll(t, v, k, plain)
		for name, wrap := range map[string]func(io.Reader) io.Reader{"whole": same, "in halves": iotest.HalfReader, "byte by byte": iotest.OneByteReader} {
			got, err := openAll(v, k, wrap(bytes.NewReader(sealed)))
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes %s: %v", size, name, err)
			}
		}
		if _, err := openAll(v, NewKey(), bytes.NewReader(sealed)); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes, another key: %v", size, err)
		}
		for cut := 0; cut < len(sealed); cut += max(1, len(sealed)/97) {
			if _, err := openAll(v, k, bytes.NewReader(sealed[:cut])); !errors.Is(err, ErrSealed) {
				t.Errorf("%d bytes cut to %d: %v", size, cut, err)
			}
		}
		bad := slices.Clone(sealed)
		bad[len(bad)/2] ^= 1
		if _, err := openAll(v, k, bytes.NewReader(bad)); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes, one changed: %v", size, err)
		}
	}
	// Cut exactly between two packets, and with two packets changed for each other: each packet is in order, the stream is not.
	sealed := sealAll(t, v, k, random(t, 3*packet))
	whole := 2 + packet + 32
	if _, err := openAll(v, k, bytes.NewReader(sealed[:whole])); !errors.Is(err, ErrSealed) {
		t.Errorf("cut between packets: %v", err)
	}
	swapped := slices.Concat(sealed[:2], sealed[whole:whole+packet+32], sealed[2:whole], sealed[whole+packet+32:])
	if _, err := openAll(v, k, bytes.NewReader(swapped)); !errors.Is(err, ErrSealed) {
		t.Errorf("packets swapped: %v", err)
	}
}

// What is read here and there is the same, also over the borders of packages, and nothing comes out that was changed.
func conformAt(t *testing.T, s suite) {
	v, err := newVault(s, random(t, KeySize), pair(t, s))
	if err != nil {
		t.Fatal(err)
	}
	k := NewKey()
	for _, size := range []int{1, 64 << 10, 64<<10 + 1, pieceSize, 2*pieceSize + 77} {
		plain := random(t, size)
		sealed := sealAll(t, v, k, plain)
		f, err := v.OpenAt(k, bytes.NewReader(sealed), int64(len(sealed)))
		if err != nil || f.Size() != int64(size) {
			t.Fatalf("%d bytes: %v", size, err)
		}
		for _, at := range []int{0, size / 2, size - 1, size / 3 * 2, min(size-1, 64<<10)} {
			got, err := io.ReadAll(io.NewSectionReader(f, int64(at), 100_000))
			if err != nil || !bytes.Equal(got, plain[at:min(size, at+100_000)]) {
				t.Errorf("%d bytes from %d: %d, %v", size, at, len(got), err)
			}
		}
		bad := slices.Clone(sealed)
		bad[len(bad)/2] ^= 1
		if f, err := v.OpenAt(k, bytes.NewReader(bad), int64(len(bad))); err == nil {
			if _, err := io.ReadAll(f); !errors.Is(err, ErrSealed) {
				t.Errorf("%d bytes, one changed: %v", size, err)
			}
		}
		if f, err := v.OpenAt(NewKey(), bytes.NewReader(sealed), int64(len(sealed))); err == nil {
			if _, err := io.ReadAll(f); !errors.Is(err, ErrSealed) {
				t.Errorf("%d bytes, another key: %v", size, err)
			}
		}
		if f, err := v.OpenAt(k, bytes.NewReader(sealed[:len(sealed)-1]), int64(len(sealed)-1)); err == nil && f.Size() == int64(size) {
			t.Errorf("%d bytes, one cut off: none is missing", size)
		}
	}
	if _, err := v.OpenAt(k, bytes.NewReader(nil), 0); !errors.Is(err, ErrSealed) {
		t.Errorf("nothing: %v", err)
	}
}

func conformPublic(t *testing.T, s suite) {
	public, identity, err := s.newPair()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.recipient(public)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := r.seal([]byte("电话"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.openAs(identity, sealed); err != nil || string(got) != "电话" {
		t.Errorf("open: %q, %v", got, err)
	}
	_, stranger, err := s.newPair()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.openAs(stranger, sealed); err == nil {
		t.Error("opened with another identity")
	}
	if _, err := s.recipient("nonsense"); err == nil {
		t.Error("nonsense was taken for a recipient")
	}
}

func same(r io.Reader) io.Reader { return r }

func random(t testing.TB, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func pair(t testing.TB, s suite) string {
	t.Helper()
	public, _, err := s.newPair()
	if err != nil {
		t.Fatal(err)
	}
	return public
}

func sealAll(t testing.TB, v *Vault, k Key, plain []byte) []byte {
	t.Helper()
	r, err := v.SealStream(k, bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func openAll(v *Vault, k Key, r io.Reader) ([]byte, error) {
	o, err := v.OpenStream(k, r)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(o)
}
