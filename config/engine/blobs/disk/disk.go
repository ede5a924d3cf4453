// Package disk keeps evidence bytes in a folder: one file for each object, written beside its place, synced and renamed into it.
// It owns the folder that it is given, which several processes may share, and knows nothing of what the bytes are.
package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"qianshao/config/engine/blobs"
)

// store holds objects/KEY, and in incoming what is not an object yet.
type store struct {
	objects, incoming string
	lock              *os.File   // shared by every process that has the folder open
	folders           sync.Mutex // held while folders are made: whoever finds a folder there may trust that it is durable
}

// Open opens the store in dir and makes the folder (0700) when it is missing. What crashed writers left behind is removed, unless another
// process has the folder open: then it may be a writer of today.
func Open(dir string) (blobs.Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("disk: open: %w", err)
	}
	s := &store{objects: filepath.Join(dir, "objects"), incoming: filepath.Join(dir, "incoming")}
	for _, d := range []string{s.objects, s.incoming} {
		if err := makeFolder(d); err != nil {
			return nil, fmt.Errorf("disk: open: %w", err)
		}
	}
	if s.lock, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("disk: open: %w", err)
	}
	if err := s.sweep(); err != nil {
		return nil, errors.Join(fmt.Errorf("disk: open: %w", err), s.lock.Close())
	}
	return s, nil
}

// sweep empties incoming if nobody else has the folder open, and then takes its share of the lock.
func (s *store) sweep() error {
	fd := int(s.lock.Fd())
	if syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		left, err := os.ReadDir(s.incoming)
		if err != nil {
			return err
		}
		for _, e := range left {
			if err := os.Remove(filepath.Join(s.incoming, e.Name())); err != nil {
				return err
			}
		}
	}
	return syscall.Flock(fd, syscall.LOCK_SH)
}

// Put implements blobs.Store. The rename is the moment at which the object exists.
func (s *store) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if err := blobs.CheckKey(key); err != nil {
		return 0, err
	}
	n, err := s.put(ctx, s.file(key), r)
	if err != nil {
		return 0, fmt.Errorf("disk: put %s: %w", key, err)
	}
	return n, nil
}

func (s *store) put(ctx context.Context, file string, r io.Reader) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	temp, n, err := s.write(blobs.Reader(ctx, r))
	if err != nil {
		return 0, err
	}
	if err := s.place(temp, file); err != nil {
		return 0, errors.Join(err, os.Remove(temp))
	}
	return n, syncFolder(filepath.Dir(file))
}

// write stores what r yields in a new file of incoming, durably, or leaves nothing.
func (s *store) write(r io.Reader) (name string, n int64, err error) {
	f, err := os.CreateTemp(s.incoming, "put-") // mode 0600
	if err != nil {
		return "", 0, err
	}
	n, err = fill(f, r, s.incoming)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", 0, errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), n, nil
}

func (s *store) place(temp, file string) error {
	s.folders.Lock()
	err := makeFolder(filepath.Dir(file))
	s.folders.Unlock()
	if err != nil {
		return err
	}
	return os.Rename(temp, file)
}

// Get implements blobs.Store.
func (s *store) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	f, _, err := s.open(ctx, key)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// At implements blobs.Store.
func (s *store) At(ctx context.Context, key string) (blobs.File, error) {
	f, size, err := s.open(ctx, key)
	if err != nil {
		return nil, err
	}
	return sized{f, size}, nil
}

// sized is a file whose size is known; an object is replaced as a whole and never grows.
type sized struct {
	*os.File
	size int64
}

// Size implements blobs.File.
func (f sized) Size() int64 { return f.size }

func (s *store) open(ctx context.Context, key string) (*os.File, int64, error) {
	if err := errors.Join(ctx.Err(), blobs.CheckKey(key)); err != nil {
		return nil, 0, err
	}
	f, err := os.Open(s.file(key))
	if absent(err) {
		return nil, 0, fmt.Errorf("disk: get %s: %w", key, blobs.ErrNotFound)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("disk: get %s: %w", key, err)
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = blobs.ErrNotFound
	}
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("disk: get %s: %w", key, err), f.Close())
	}
	return f, info.Size(), nil
}

// Delete implements blobs.Store.
func (s *store) Delete(ctx context.Context, key string) error {
	if err := errors.Join(ctx.Err(), blobs.CheckKey(key)); err != nil {
		return err
	}
	file := s.file(key)
	// Not os.Remove, which would take an empty folder too, perhaps one in which an object is about to be placed.
	err := syscall.Unlink(file)
	if absent(err) || errors.Is(err, syscall.EISDIR) {
		return nil
	}
	if err == nil {
		err = syncFolder(filepath.Dir(file))
	}
	if err != nil {
		return fmt.Errorf("disk: delete %s: %w", key, err)
	}
	return nil
}

// List implements blobs.Store.
func (s *store) List(ctx context.Context, prefix string) iter.Seq2[blobs.Object, error] {
	return func(yield func(blobs.Object, error) bool) {
		err := blobs.CheckPrefix(prefix)
		if err == nil {
			err = s.walk(ctx, prefix, func(o blobs.Object) bool { return yield(o, nil) })
		}
		if err != nil {
			yield(blobs.Object{}, fmt.Errorf("disk: list: %w", err))
		}
	}
}

// walk visits the objects under prefix, beginning at the deepest folder that the prefix names. What vanishes meanwhile is passed over.
func (s *store) walk(ctx context.Context, prefix string, visit func(blobs.Object) bool) error {
	top := filepath.Join(s.objects, filepath.FromSlash(path.Dir(prefix+"x")))
	return filepath.WalkDir(top, func(file string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if absent(err) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.objects, file)
		if err != nil {
			return err
		}
		key := filepath.ToSlash(rel)
		if !strings.HasPrefix(key, prefix) {
			return nil
		}
		info, err := e.Info()
		if absent(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if !visit(blobs.Object{Key: key, Size: info.Size(), Time: info.ModTime()}) {
			return fs.SkipAll
		}
		return nil
	})
}

// Ping implements blobs.Store: it writes a small file durably and removes it.
func (s *store) Ping(ctx context.Context) error {
	temp, _, err := s.write(blobs.Reader(ctx, strings.NewReader("ping")))
	if err == nil {
		err = os.Remove(temp)
	}
	if err != nil {
		return fmt.Errorf("disk: ping: %w", err)
	}
	return nil
}

// Name implements blobs.Store.
func (s *store) Name() string { return "disk" }

// Close gives up the share of the lock.
func (s *store) Close() error { return s.lock.Close() }

func (s *store) file(key string) string { return filepath.Join(s.objects, filepath.FromSlash(key)) }

func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) }
