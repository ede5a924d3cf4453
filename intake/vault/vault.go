// Package vault seals and opens: under the platform key, under a data key of one tip, as a stream, to the reward officers, and by a receipt code.
// It owns the keys of the process and the cipher suite, no collection, and knows nothing of what it seals.
//
// Every sealed value begins with two bytes, the suite and the version of the key (of the format, where the key is a value's own), so that another suite
// or a new platform key can be brought in while old values stay readable. All randomness is the operating system's and is not injected: a key that a test
// can foresee is a key that a mistake can foresee.
package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
)

// KeySize is the length of the platform key and of every key derived from it, in bytes.
const KeySize = 32

// keyVersion is the version of the platform key in use. Rotation will add a second one and rewrap; until then any other version is refused.
const keyVersion = 1

// ErrSealed says that a sealed value is cut, forged, changed, or belongs to another key, purpose or id. Which of these is deliberately not said.
var ErrSealed = errors.New("vault: cannot open")

// Sealed is an authenticated ciphertext that names its suite and key.
type Sealed []byte

// Key is a symmetric key. It refuses to be printed or logged.
type Key [KeySize]byte

// Format hides the key from every verb of fmt.
func (Key) Format(f fmt.State, _ rune) {
	// A failed write to a log line is the log's to report.
	_, _ = io.WriteString(f, "[key]")
}

// LogValue hides the key from slog.
func (Key) LogValue() slog.Value { return slog.StringValue("[key]") }

// NewKey makes a random key.
func NewKey() Key {
	var k Key
	// rand.Read never fails: the program is ended by the runtime if the system has no randomness.
	_, _ = rand.Read(k[:])
	return k
}

// NewID gives n random bytes in hex, for names that must not be guessed.
func NewID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see NewKey
	return hex.EncodeToString(b)
}

// Vault holds the platform key. Safe for concurrent use.
type Vault struct {
	suite    suite
	platform Key
	officer  recipient
	slow     chan struct{} // bounds the slow derivations at work
}

// New makes a vault from the 32-byte platform key and the age recipient of the reward officers.
func New(platformKey []byte, officer string) (*Vault, error) {
	return newVault(intl{}, platformKey, officer)
}

func newVault(s suite, platformKey []byte, officer string) (*Vault, error) {
	if len(platformKey) != KeySize {
		return nil, fmt.Errorf("vault: the platform key has %d bytes, it must have %d", len(platformKey), KeySize)
	}
	r, err := s.recipient(officer)
	if err != nil {
		return nil, fmt.Errorf("vault: read the officers' recipient: %w", err)
	}
	v := &Vault{suite: s, platform: Key(platformKey), officer: r, slow: make(chan struct{}, runtime.GOMAXPROCS(0))}
	return v, nil
}

// purposeKey derives the key for one purpose, so that a value sealed for one can never be taken for another's.
func (v *Vault) purposeKey(use, purpose string) Key {
	return Key(v.suite.derive(v.platform, "qianshao "+use+" "+purpose, KeySize))
}

// Seal seals under the platform key, bound to a purpose and an id (such as "case.note", case id): for what belongs to no single tip.
// A purpose may be sealed for some four thousand million times before its key is worn out.
func (v *Vault) Seal(purpose, id string, plain []byte) (Sealed, error) {
	return v.seal(v.purposeKey("seal", purpose), id, plain)
}

// Open opens what Seal made for the same purpose and id; ErrSealed for everything else.
func (v *Vault) Open(purpose, id string, s Sealed) ([]byte, error) {
	return v.open(v.purposeKey("seal", purpose), id, s)
}

// SealWith seals under a key of the caller's, bound to an id.
func (v *Vault) SealWith(k Key, id string, plain []byte) (Sealed, error) { return v.seal(k, id, plain) }

// OpenWith opens what SealWith made with the same key and id; ErrSealed for everything else.
func (v *Vault) OpenWith(k Key, id string, s Sealed) ([]byte, error) { return v.open(k, id, s) }

func (v *Vault) seal(k Key, id string, plain []byte) (Sealed, error) {
	head := []byte{v.suite.id(), keyVersion}
	body, err := v.suite.seal(k, append(head, id...), plain)
	if err != nil {
		return nil, fmt.Errorf("vault: seal: %w", err)
	}
	return append(head, body...), nil
}

func (v *Vault) open(k Key, id string, s Sealed) ([]byte, error) {
	if len(s) < 2 || s[0] != v.suite.id() || s[1] != keyVersion {
		return nil, ErrSealed
	}
	plain, err := v.suite.open(k, append([]byte{s[0], s[1]}, id...), s[2:])
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// Wrap seals a key under the platform key; Unwrap opens it.
func (v *Vault) Wrap(purpose, id string, k Key) (Sealed, error) { return v.Seal(purpose, id, k[:]) }

// Unwrap opens what Wrap made; ErrSealed for everything else.
func (v *Vault) Unwrap(purpose, id string, s Sealed) (Key, error) {
	plain, err := v.Open(purpose, id, s)
	if err != nil {
		return Key{}, err
	}
	if len(plain) != KeySize {
		return Key{}, ErrSealed
	}
	return Key(plain), nil
}

// Sub derives a key from a key, for a part of what it protects.
func (v *Vault) Sub(k Key, part string) Key {
	return Key(v.suite.derive(k, "qianshao part "+part, KeySize))
}

// MAC is a keyed hash under a key derived for the purpose; 32 bytes. For prints, budgets, chains. Parts are kept apart: ("ab","c") is not ("a","bc").
func (v *Vault) MAC(purpose string, parts ...[]byte) []byte {
	var msg []byte
	for _, p := range parts {
		msg = binary.BigEndian.AppendUint64(msg, uint64(len(p)))
		msg = append(msg, p...)
	}
	return v.suite.mac(v.purposeKey("mac", purpose), msg)
}

// Slow derives a lookup (64 hex digits, may be stored) and a key (may not) from a code that a person holds. It costs some 6 ms of CPU and 8 MiB for every
// code, known or unknown, and at most as many run at a time as there are cores, so that a flood of guesses cannot take the memory or starve the rest.
//
// Six milliseconds are enough because of what stands behind them that a password does not have: the codes are uniformly random with 50 bits, and the salt is
// a secret derived from the platform key. Without that key a stolen database cannot be tried at all; with it, trying all codes takes 10^15 x 6 ms, some
// 190,000 core-years, and whoever has the key opens the tips without a code. Guesses over the network are counted.
func (v *Vault) Slow(ctx context.Context, purpose string, secret []byte) (lookup string, k Key, err error) {
	select {
	case v.slow <- struct{}{}:
		defer func() { <-v.slow }()
	case <-ctx.Done():
		return "", Key{}, fmt.Errorf("vault: wait for a slow derivation: %w", ctx.Err())
	}
	out := v.suite.slow(secret, v.MAC("pepper "+purpose))
	return hex.EncodeToString(out[:KeySize]), Key(out[KeySize:]), nil
}

// ForOfficers seals to the reward officers' public key: this process cannot open it again.
func (v *Vault) ForOfficers(plain []byte) (Sealed, error) {
	body, err := v.officer.seal(plain)
	if err != nil {
		return nil, fmt.Errorf("vault: seal to the officers: %w", err)
	}
	return append(Sealed{v.suite.id(), streamFormat}, body...), nil
}

// AgeFile is what ForOfficers made as a file that any age tool opens with the officers' private identity.
func AgeFile(s Sealed) ([]byte, error) {
	if len(s) < 2 || s[0] != (intl{}).id() || s[1] != streamFormat {
		return nil, ErrSealed
	}
	return s[2:], nil
}

// OpenForOfficers opens what ForOfficers made, or its AgeFile, with the officers' private identity. For the tool that the officers use away from the server.
func OpenForOfficers(identity string, s Sealed) ([]byte, error) {
	if bytes.HasPrefix(s, []byte(ageMagic)) {
		return intl{}.openAs(identity, s)
	}
	file, err := AgeFile(s)
	if err != nil {
		return nil, err
	}
	return intl{}.openAs(identity, file)
}

// ageMagic begins every file of age; no suite and format of ours look like it.
const ageMagic = "age-encryption.org/"
