package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/minio/sio"
	"golang.org/x/crypto/argon2"
)

// intl is the international suite: AES-256-GCM, HKDF and HMAC with SHA-256, argon2id, DARE 2.0 streams, age with X25519.
type intl struct{}

func (intl) id() byte { return 'i' }

func gcm(k Key) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (intl) seal(k Key, aad, plain []byte) ([]byte, error) {
	a, err := gcm(k)
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, nil, plain, aad), nil //nolint:gosec // no nonce is given here: this AEAD makes a random one itself
}

func (intl) open(k Key, aad, sealed []byte) ([]byte, error) {
	a, err := gcm(k)
	if err != nil {
		return nil, err
	}
	return a.Open(nil, nil, sealed, aad)
}

func (intl) derive(k Key, info string, n int) []byte {
	out, err := hkdf.Expand(sha256.New, k[:], info, n)
	if err != nil {
		panic(fmt.Sprintf("vault: derive %d bytes: %v", n, err)) // only for more than 8,160 bytes: a bug of ours
	}
	return out
}

func (intl) mac(k Key, msg []byte) []byte {
	h := hmac.New(sha256.New, k[:])
	h.Write(msg)
	return h.Sum(nil)
}

// The cost of slow: one pass over 8 MiB, some 6 ms on one core of the machine it was tuned on (BenchmarkSlow). It is half of what accepting a tip costs; see
// Vault.Slow for why it is enough. It is part of the stored lookups: changing it makes every code in people's hands unknown.
const (
	slowPasses = 1
	slowKiB    = 8 << 10
)

func (intl) slow(secret, salt []byte) []byte {
	return argon2.IDKey(secret, salt, slowPasses, slowKiB, 1, 2*KeySize)
}

func dare(k Key) sio.Config {
	return sio.Config{MinVersion: sio.Version20, CipherSuites: []byte{sio.AES_256_GCM}, Key: k[:]}
}

func (intl) sealStream(k Key, r io.Reader) (io.Reader, error) { return sio.EncryptReader(r, dare(k)) }

func (intl) openStream(k Key, r io.Reader) (io.Reader, error) { return sio.DecryptReader(r, dare(k)) }

func (intl) openAt(k Key, r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	plain, err := sio.DecryptedSize(uint64(max(size, 0)))
	if err != nil {
		return nil, 0, ErrSealed
	}
	at, err := sio.DecryptReaderAt(r, dare(k))
	return at, int64(plain), err
}

type ageRecipient struct{ r *age.X25519Recipient }

func (intl) recipient(public string) (recipient, error) {
	r, err := age.ParseX25519Recipient(public)
	if err != nil {
		return nil, err
	}
	return ageRecipient{r}, nil
}

func (a ageRecipient) seal(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, a.r)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (intl) newPair() (public, identity string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	return id.Recipient().String(), id.String(), nil
}

func (intl) openAs(identity string, sealed []byte) ([]byte, error) {
	id, err := age.ParseX25519Identity(identity)
	if err != nil {
		return nil, errors.New("vault: that is not an age identity") // age's own text may hold parts of it
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		return nil, ErrSealed
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// intlPublic gives the recipient of an identity.
func intlPublic(identity string) (string, error) {
	id, err := age.ParseX25519Identity(identity)
	if err != nil {
		return "", errors.New("vault: that is not an age identity")
	}
	return id.Recipient().String(), nil
}
