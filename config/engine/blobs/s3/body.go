package s3

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// inMemory is the longest body in bytes that is kept in memory until it is sent. A longer one goes through a file without a name: 64 uploads at a time take
// 64 times about this much and no more. What is put is sealed already, so that a temporary file gives nothing away.
const inMemory = 1 << 20

// body is a whole body of known size that can be read from anywhere.
type body struct {
	reader interface {
		io.ReadSeeker
		io.ReaderAt
	}
	size  int64
	close func() error
}

// take reads r to its end, or leaves nothing.
func take(r io.Reader) (*body, error) {
	var head bytes.Buffer
	n, err := io.CopyN(&head, r, inMemory)
	if errors.Is(err, io.EOF) {
		return &body{bytes.NewReader(head.Bytes()), n, func() error { return nil }}, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp("", "qianshao-")
	if err != nil {
		return nil, err
	}
	// Without a name it ends with the process, whatever happens.
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if n, err = io.Copy(f, io.MultiReader(&head, r)); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &body{f, n, f.Close}, nil
}
