// Package blobs is the port to evidence bytes: whole objects under a key, in a folder on disk or in any S3 store.
// What is put here is sealed already; the package owns durability and atomicity and knows nothing of keys, tips or pictures.
package blobs

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"
)

// ErrNotFound says that there is no object under the key.
var ErrNotFound = errors.New("blobs: not found")

// ErrFull says that the store has no room for another object. What is stored can still be read, and removing makes room.
var ErrFull = errors.New("blobs: no room")

// Object describes a stored object.
type Object struct {
	Key  string
	Size int64 // bytes
	Time time.Time
}

// File is an object that is open for reading anywhere in it.
type File interface {
	io.ReaderAt
	io.Closer
	Size() int64 // bytes
}

// Store holds objects. A key is one to eight segments of [a-z0-9._-] joined by "/". Implementations are safe for concurrent use.
type Store interface {
	// Put stores everything that r yields under key and returns the number of bytes. The object is visible wholly or not at all, and durable when Put
	// returns. An error of r (a cut upload) leaves nothing behind under key. An existing object is replaced as a whole. r is never held in memory whole.
	// ErrFull.
	Put(ctx context.Context, key string, r io.Reader) (int64, error)
	// Get opens an object; the caller closes it. ErrNotFound.
	Get(ctx context.Context, key string) (io.ReadCloser, error)
	// At opens an object for reading here and there, as a player does that jumps; the caller closes it. One goroutine at a time. ErrNotFound.
	At(ctx context.Context, key string) (File, error)
	// Delete removes an object; deleting what is not there is no error.
	Delete(ctx context.Context, key string) error
	// List yields the objects whose key starts with prefix, in no particular order.
	List(ctx context.Context, prefix string) iter.Seq2[Object, error]
	// Ping proves that the store answers and would take a write. ErrFull when it answers and would not.
	Ping(ctx context.Context) error
	// Name says in one word which engine it is, for the log: "disk" or "s3".
	Name() string
	Close() error
}
