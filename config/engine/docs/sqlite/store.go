// Package sqlite is the document database of one machine: a SQLite file in WAL mode, synced at every commit.
// It owns the file and its tables: one per collection (id, version, BSON) and one per declared index, changed in the same transaction.
// It knows nothing of the documents beyond their indexed fields, and leaves the choice of an index to package docs.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	// The driver registers itself as "sqlite".
	_ "modernc.org/sqlite"

	"qianshao/config/engine/docs"
)

// waitForLock bounds how long a commit waits for another process that writes to the same file, in milliseconds.
const waitForLock = 15_000

// store is a SQLite file: one connection that writes and some that read.
type store struct {
	reads  *sql.DB
	writes *writer

	mu    sync.Mutex
	stmts map[string]*sql.Stmt // prepared for the readers, by their text
}

// Open opens the file, or makes it (readable by the owner alone). Its folder must exist. Other processes may have it open at the same time.
func Open(path string) (docs.Store, error) {
	s, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", path, err)
	}
	return s, nil
}

func open(path string) (*store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// Only a file that is not there is touched: closing one that SQLite has open in this process would drop its locks.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case err == nil:
		err = f.Close()
	case errors.Is(err, fs.ErrExist):
		err = nil
	}
	if err != nil {
		return nil, err
	}
	w, err := startWriter(path)
	if err != nil {
		return nil, err
	}
	reads, err := sql.Open("sqlite", dsn(path, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	readers := max(4, runtime.NumCPU())
	reads.SetMaxOpenConns(readers)
	reads.SetMaxIdleConns(readers)
	return &store{reads: reads, writes: w, stmts: map[string]*sql.Stmt{}}, nil
}

// dsn names the file and what every connection to it is told first.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{
		fmt.Sprintf("busy_timeout(%d)", waitForLock), "journal_mode(WAL)", "synchronous(FULL)",
	}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

func (s *store) Name() string { return "sqlite" }

// Ping reads, and writes one number, which fails on a full or read-only disk.
func (s *store) Ping(ctx context.Context) error {
	if err := s.reads.PingContext(ctx); err != nil {
		return fmt.Errorf("sqlite: ping: %w", err)
	}
	err := s.writes.do(ctx, func(w *writer) error {
		return w.exec(`INSERT INTO "#ping" (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1`)
	})
	if err != nil {
		return fmt.Errorf("sqlite: ping: %w", err)
	}
	return nil
}

// Close waits for the jobs that are being written; later ones are refused.
func (s *store) Close() error {
	err := s.writes.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for text, stmt := range s.stmts {
		err = errors.Join(err, stmt.Close())
		delete(s.stmts, text)
	}
	return errors.Join(err, s.reads.Close())
}

// query runs a reading statement, prepared once.
func (s *store) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// count runs a statement that answers one number.
func (s *store) count(ctx context.Context, text string, args ...any) (n int64, err error) {
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	return n, stmt.QueryRowContext(ctx, args...).Scan(&n)
}

func (s *store) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt, ok := s.stmts[text]; ok {
		return stmt, nil
	}
	stmt, err := s.reads.PrepareContext(ctx, text)
	if err == nil {
		s.stmts[text] = stmt
	}
	return stmt, err
}
