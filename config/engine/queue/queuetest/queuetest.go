// Package queuetest is the conformance suite of the queue port: what the pipeline relies on, in the same words for Redis and for the embedded server.
package queuetest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/queue"
)

// Run runs the suite, or of it only the tests that are named; open gives an empty queue for one test and closes it afterwards.
func Run(t *testing.T, open func(testing.TB) queue.Engine, only ...string) {
	for name, test := range map[string]func(*testing.T, *Rig){
		"process":        process,
		"task id":        taskID,
		"archived":       archived,
		"retry":          retry,
		"delay":          delay,
		"unique":         unique,
		"urgent first":   urgentFirst,
		"rest shares":    restShares,
		"pause":          pause,
		"quiet log":      quietLog,
		"monitor":        monitor,
		"flush":          flush,
		"keys expire":    keysExpire,
		"once and taken": onceAndTaken,
		"rate":           rate,
		"ping and name":  pingAndName,
	} {
		if len(only) > 0 && !slices.Contains(only, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, NewRig(t, open(t)))
		})
	}
}

// Rig is an engine with a client and an inspector, and what ran on it.
type Rig struct {
	Engine    queue.Engine
	Client    *asynq.Client
	Inspector *asynq.Inspector

	mu  sync.Mutex
	ran []string
}

// NewRig puts a client and an inspector on an engine, closed when the test ends.
func NewRig(t *testing.T, e queue.Engine) *Rig {
	r := &Rig{Engine: e, Client: asynq.NewClient(e), Inspector: asynq.NewInspector(e)}
	t.Cleanup(func() {
		if err := errors.Join(r.Client.Close(), r.Inspector.Close()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// Serve runs a server with two workers until the test ends. Every payload is noted before f, which may be nil, handles it. A retry comes at once.
func (r *Rig) Serve(t *testing.T, log *slog.Logger, f func(payload string) error) {
	t.Helper()
	c := queue.ServerConfig(2, log)
	c.RetryDelayFunc = func(int, error, *asynq.Task) time.Duration { return 0 }
	c.ShutdownTimeout = 10 * time.Second
	s := queue.NewServer(r.Engine, c)
	err := s.Start(asynq.HandlerFunc(func(_ context.Context, task *asynq.Task) error {
		r.mu.Lock()
		r.ran = append(r.ran, string(task.Payload()))
		r.mu.Unlock()
		if f == nil {
			return nil
		}
		return f(string(task.Payload()))
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
}

// Quiet is a log for nobody.
var Quiet = slog.New(slog.DiscardHandler)

// Add enqueues a task or fails.
func (r *Rig) Add(t *testing.T, name, payload string, opts ...asynq.Option) {
	t.Helper()
	if err := r.Try(name, payload, opts...); err != nil {
		t.Fatalf("enqueue %s: %v", payload, err)
	}
}

// Try enqueues a task.
func (r *Rig) Try(name, payload string, opts ...asynq.Option) error {
	_, err := r.Client.Enqueue(asynq.NewTask("test", []byte(payload)), append(opts, asynq.Queue(name))...)
	return err
}

// Count says how often a payload ran.
func (r *Rig) Count(payload string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, p := range r.ran {
		if p == payload {
			n++
		}
	}
	return n
}

// Await polls until ok, and fails after half a minute.
func Await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-poll.C {
		if ok() {
			return
		}
	}
	t.Fatalf("%s: did not happen", what)
}

// state is the state of a task, or nothing when there is none.
func (r *Rig) state(name, id string) string {
	info, err := r.Inspector.GetTaskInfo(name, id)
	if err != nil {
		return ""
	}
	return info.State.String()
}

// buffer is a log that may be written while it is read.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
