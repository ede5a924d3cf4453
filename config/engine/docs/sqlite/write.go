package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"qianshao/config/engine/docs"
)

// groupSize is how many jobs may share one commit, and so one sync of the disk.
const groupSize = 256

var errClosed = errors.New("sqlite: the database is closed")

// job is one atomic change. run may be called twice and must then start afresh.
type job struct {
	ctx  context.Context
	run  func(*writer) error
	done chan error // of size 1
}

// writer is the one goroutine of this process that writes. Whatever jobs are waiting go into one transaction.
type writer struct {
	db    *sql.DB
	conn  *sql.Conn
	jobs  chan *job
	quit  chan struct{} // closed by close
	close func() error  // ends the goroutine and the connection; once
	stmts map[string]*sql.Stmt

	// schema is SQLite's schema_version for which indexes is right; another process may change it at any time.
	schema  int64
	indexes map[string]map[string]bool // collection: names of its indexes
}

func startWriter(path string) (*writer, error) {
	db, err := sql.Open("sqlite", dsn(path, "journal_size_limit(67108864)", "cache_size(-16000)"))
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, jobs: make(chan *job), quit: make(chan struct{}), stmts: map[string]*sql.Stmt{}, schema: -1}
	w.conn, err = db.Conn(context.Background())
	if err == nil {
		err = w.exec(`CREATE TABLE IF NOT EXISTS "#ping" (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)`)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- w.loop() }()
	w.close = sync.OnceValue(func() error {
		close(w.quit)
		return <-ended
	})
	return w, nil
}

// do has a job written. When it returns nil the job is on disk; when it returns an error, also one of ctx, nothing of it is.
func (w *writer) do(ctx context.Context, run func(*writer) error) error {
	j := &job{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	case w.jobs <- j:
	}
	// The wait is not cut short by ctx: the caller shall know for certain whether the job was written.
	return <-j.done
}

// loop writes until close, and then closes the connection.
func (w *writer) loop() error {
	for {
		select {
		case <-w.quit:
			return errors.Join(w.conn.Close(), w.db.Close())
		case j := <-w.jobs:
			w.write(w.gather(j))
		}
	}
}

// gather takes along the jobs that are waiting already.
func (w *writer) gather(first *job) []*job {
	group := []*job{first}
	for len(group) < groupSize {
		select {
		case j := <-w.jobs:
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// write commits a group. When that fails for a reason that is not a job's own, such as a full disk, each job gets a transaction to itself, so that
// one that is too large does not take the others with it.
func (w *writer) write(group []*job) {
	results, err := w.commit(group)
	if err != nil && len(group) > 1 && !isBusy(err) {
		for _, j := range group {
			w.write([]*job{j})
		}
		return
	}
	for i, j := range group {
		if err != nil {
			j.done <- err
		} else {
			j.done <- results[i]
		}
	}
}

// commit runs jobs in one transaction, each in a savepoint, and gives the result of each. With an error nothing was written.
func (w *writer) commit(group []*job) (results []error, err error) {
	defer func() {
		if err != nil {
			// SQLite may have rolled back already, then this fails and changes nothing.
			_ = w.exec(`ROLLBACK`)
			w.schema = -1
		}
	}()
	if err := w.exec(`BEGIN IMMEDIATE`); err != nil {
		return nil, fmt.Errorf("sqlite: begin: %w", err)
	}
	if err := w.readSchema(); err != nil {
		return nil, fmt.Errorf("sqlite: read the schema: %w", err)
	}
	results = make([]error, len(group))
	for i, j := range group {
		if results[i] = j.ctx.Err(); results[i] != nil {
			continue
		}
		if results[i], err = w.attempt(j); err != nil {
			return nil, err
		}
	}
	if err := w.exec(`COMMIT`); err != nil {
		return nil, fmt.Errorf("sqlite: commit: %w", err)
	}
	return results, nil
}

// attempt runs a job in a savepoint. refused is the job's own failure; err is one after which the transaction cannot go on.
func (w *writer) attempt(j *job) (refused, err error) {
	if err := w.exec(`SAVEPOINT job`); err != nil {
		return nil, err
	}
	failed := j.run(w)
	if failed != nil && !errors.Is(failed, docs.ErrExists) {
		return nil, failed
	}
	if failed != nil {
		if err := w.exec(`ROLLBACK TO job`); err != nil {
			return nil, err
		}
	}
	return failed, w.exec(`RELEASE job`)
}

// exec runs a statement on the writing connection, prepared once. Only the writer's goroutine may call it.
func (w *writer) exec(text string, args ...any) error {
	stmt, err := w.prepare(text)
	if err == nil {
		_, err = stmt.ExecContext(context.Background(), args...)
	}
	return exists(err)
}

// row reads one row on the writing connection.
func (w *writer) row(text string, args []any, into ...any) error {
	stmt, err := w.prepare(text)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(context.Background(), args...).Scan(into...)
}

func (w *writer) prepare(text string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[text]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(context.Background(), text)
	if err == nil {
		w.stmts[text] = stmt
	}
	return stmt, err
}

// exists turns a violated key into docs.ErrExists; SQLite's text, which names the columns, is dropped.
func exists(err error) error {
	if e := (*driver.Error)(nil); errors.As(err, &e) && (e.Code() == codes.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == codes.SQLITE_CONSTRAINT_UNIQUE) {
		return docs.ErrExists
	}
	return err
}

// isBusy says that another process held the file for longer than waitForLock.
func isBusy(err error) bool {
	e := (*driver.Error)(nil)
	return errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_BUSY
}
