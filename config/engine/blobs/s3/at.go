package s3

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/minio/minio-go/v7"

	"qianshao/config/engine/blobs"
)

// ahead is how much is asked for at once: a player reads on from where it jumped to.
const ahead = 1 << 20

// At implements blobs.Store. What is asked for comes in pieces of a mebibyte, the last of which is kept.
func (s *store) At(ctx context.Context, key string) (blobs.File, error) {
	f := &file{store: s, ctx: ctx, key: key}
	body, size, err := s.get(ctx, key, minio.GetObjectOptions{}) // its header tells the size, and whoever opens a file reads its beginning
	if err != nil {
		return nil, err
	}
	f.size = size
	f.piece, err = io.ReadAll(io.LimitReader(body, ahead))
	if err := errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("s3: read %s: %w", key, err)
	}
	return f, nil
}

// file reads an object in ranges.
type file struct {
	store *store
	ctx   context.Context // io.ReaderAt has none: the file lives as long as the request that opened it
	key   string
	size  int64
	start int64 // of the piece
	piece []byte
}

// Size implements blobs.File.
func (f *file) Size() int64 { return f.size }

// Close implements io.Closer.
func (f *file) Close() error { return nil }

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		at := off + int64(n)
		if at >= f.size {
			return n, io.EOF
		}
		if at < f.start || at >= f.start+int64(len(f.piece)) {
			if err := f.load(at); err != nil {
				return n, err
			}
		}
		n += copy(p[n:], f.piece[at-f.start:])
	}
	return n, nil
}

func (f *file) load(at int64) error {
	end := min(at+ahead, f.size)
	var o minio.GetObjectOptions
	if err := o.SetRange(at, end-1); err != nil {
		return fmt.Errorf("s3: range of %s: %w", f.key, err)
	}
	body, _, err := f.store.get(f.ctx, f.key, o)
	if err != nil {
		return err
	}
	piece := make([]byte, end-at)
	_, err = io.ReadFull(body, piece)
	if err := errors.Join(err, body.Close()); err != nil {
		return fmt.Errorf("s3: read %s: %w", f.key, err)
	}
	f.start, f.piece = at, piece
	return nil
}
