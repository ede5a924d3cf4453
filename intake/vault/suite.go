package vault

import "io"

// suite is a set of ciphers. There is one, intl; a county that must use the national algorithms (SM4, SM3, SM2) brings gm, which has to pass the same
// conformance test (suite_test.go). What a suite seals is written without any header: the vault adds that.
type suite interface {
	// id is the first byte of everything sealed; it is never given to another suite.
	id() byte
	// seal and open are an AEAD with a random nonce. open fails for any other key or aad and for any changed byte.
	seal(k Key, aad, plain []byte) ([]byte, error)
	open(k Key, aad, sealed []byte) ([]byte, error)
	// derive makes n bytes from a key, independent for every info.
	derive(k Key, info string, n int) []byte
	// mac is a keyed hash of 32 bytes.
	mac(k Key, msg []byte) []byte
	// slow makes 64 bytes from a secret, at a fixed and noticeable cost.
	slow(secret, salt []byte) []byte
	// sealStream and openStream do not hold the stream in memory. openStream gives no unchecked byte, and an error for a cut stream.
	sealStream(k Key, r io.Reader) (io.Reader, error)
	openStream(k Key, r io.Reader) (io.Reader, error)
	// openAt opens a sealed stream of size bytes here and there, and says how long it is in the clear. It gives no unchecked byte.
	openAt(k Key, r io.ReaderAt, size int64) (io.ReaderAt, int64, error)
	// recipient reads a public key; newPair makes one with its private identity; openAs opens with that.
	recipient(public string) (recipient, error)
	newPair() (public, identity string, err error)
	openAs(identity string, sealed []byte) ([]byte, error)
}

// recipient seals to a public key.
type recipient interface {
	seal(plain []byte) ([]byte, error)
}
