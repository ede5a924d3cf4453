package blobs

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// The limits of a key; they keep it within what file systems and S3 servers take.
const (
	maxSegments = 8
	maxSegment  = 120 // bytes
)

// CheckKey says whether key may name an object. Every engine asks it first, so that no key leaves the folder or means two things.
func CheckKey(key string) error {
	segments := strings.Split(key, "/")
	if len(segments) > maxSegments {
		return fmt.Errorf("blobs: key %q has more than %d segments", key, maxSegments)
	}
	for _, s := range segments {
		if s == "" || s == "." || s == ".." || len(s) > maxSegment || !plain(s) {
			return fmt.Errorf("blobs: bad key %q", key)
		}
	}
	return nil
}

// CheckPrefix says whether prefix may begin a key. The empty prefix stands for all.
func CheckPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	// Whatever begins a key becomes one with a letter behind it.
	if CheckKey(prefix+"x") != nil {
		return fmt.Errorf("blobs: bad prefix %q", prefix)
	}
	return nil
}

func plain(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// Reader reads from r until ctx ends. Engines wrap what they are given to put, so that a cancelled upload stops between two reads.
func Reader(ctx context.Context, r io.Reader) io.Reader { return &reader{ctx, r} }

type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
