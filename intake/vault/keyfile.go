package vault

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Names of the officers' files.
const (
	officerPublic   = "officer.pub"
	officerIdentity = "officer-identity-MOVE-OFFLINE.txt"
)

// LoadOrCreateKey reads the platform key from a file of 64 hex digits, or makes it at first start. Of two processes that start together one makes it and
// both use it. A file that others may read, or that holds anything else, is refused: a new key in its place would make every tip unreadable.
func LoadOrCreateKey(path string) ([]byte, error) {
	text, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		k := NewKey()
		if err := writePrivate(path, hex.EncodeToString(k[:])+"\n"); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("vault: make platform key: %w", err)
		}
		text, err = readPrivate(path)
	}
	if err != nil {
		return nil, fmt.Errorf("vault: read platform key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != KeySize {
		return nil, fmt.Errorf("vault: platform key %s: it must hold %d hex digits; bring it back from a backup, a new one cannot open what is stored", path, 2*KeySize)
	}
	return key, nil
}

// LoadOrCreateOfficer gives the reward officers' recipient of a folder. At first start it makes the pair: officer.pub, and the private identity in a file whose name
// says what has to be done with it.
func LoadOrCreateOfficer(dir string) (string, error) {
	public, err := os.ReadFile(filepath.Join(dir, officerPublic))
	if errors.Is(err, fs.ErrNotExist) {
		if err := createOfficer(dir); err != nil {
			return "", fmt.Errorf("vault: make officers' key: %w", err)
		}
		public, err = os.ReadFile(filepath.Join(dir, officerPublic))
	}
	if err != nil {
		return "", fmt.Errorf("vault: read officers' recipient: %w", err)
	}
	r := strings.TrimSpace(string(public))
	if _, err := (intl{}).recipient(r); err != nil {
		return "", fmt.Errorf("vault: officers' recipient %s is not an age recipient: %w", officerPublic, err)
	}
	return r, nil
}

// OfficerKeyStillHere reports whether the private identity still lies beside the data, where it protects nobody.
func OfficerKeyStillHere(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, officerIdentity))
	return !errors.Is(err, fs.ErrNotExist)
}

// createOfficer writes the identity first: a recipient whose identity was lost in a crash would swallow contacts for ever.
func createOfficer(dir string) error {
	path := filepath.Join(dir, officerIdentity)
	_, identity, err := (intl{}).newPair()
	if err != nil {
		return err
	}
	if err := writePrivate(path, identity+"\n"); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// Read back: after a crash, or beside another process, the file may hold an older identity than ours.
	identity, err = readPrivate(path)
	if err != nil {
		return err
	}
	public, err := intlPublic(strings.TrimSpace(identity))
	if err != nil {
		return err
	}
	if err := writePrivate(filepath.Join(dir, officerPublic), public+"\n"); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// readPrivate reads a key file that nobody but its owner may touch.
func readPrivate(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others: run chmod 600 on it", path)
	}
	b, err := os.ReadFile(path)
	return string(b), err
}

// writePrivate makes a file (0600) whole and durable, or not at all; fs.ErrExist when there is one already.
func writePrivate(path, text string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*") // made with 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // the link keeps the content; a temporary file left over harms nobody
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil { // unlike a rename, a link never replaces a key
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
