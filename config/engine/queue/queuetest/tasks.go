package queuetest

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/queue"
)

func process(t *testing.T, r *Rig) {
	r.Serve(t, Quiet, nil)
	names := []string{queue.Urgent, queue.Triage, queue.Notify, queue.House}
	for i := range 40 {
		r.Add(t, names[i%4], fmt.Sprintf("task \x00\xff %d", i))
	}
	for i := range 40 {
		Await(t, fmt.Sprint("task ", i), func() bool { return r.Count(fmt.Sprintf("task \x00\xff %d", i)) == 1 })
	}
}

// taskID: an id that waits is refused a second time; a completed task frees its id.
func taskID(t *testing.T, r *Rig) {
	r.Add(t, queue.Triage, "a", asynq.TaskID("tip:1"))
	if err := r.Try(queue.Triage, "a", asynq.TaskID("tip:1")); !errors.Is(err, asynq.ErrTaskIDConflict) {
		t.Errorf("the same id again: %v", err)
	}
	r.Serve(t, Quiet, nil)
	Await(t, "first run", func() bool { return r.Count("a") == 1 })
	Await(t, "the id is free", func() bool { return r.Try(queue.Triage, "a", asynq.TaskID("tip:1")) == nil })
	Await(t, "second run", func() bool { return r.Count("a") == 2 })
}

// archived: an archived task keeps its id until it is revived.
func archived(t *testing.T, r *Rig) {
	fail := make(chan error, 1)
	fail <- fmt.Errorf("cannot: %w", asynq.SkipRetry)
	r.Serve(t, Quiet, func(string) error {
		select {
		case err := <-fail:
			return err
		default:
			return nil
		}
	})
	r.Add(t, queue.Triage, "a", asynq.TaskID("tip:1"))
	Await(t, "archived", func() bool { return r.state(queue.Triage, "tip:1") == "archived" })
	if err := r.Try(queue.Triage, "a", asynq.TaskID("tip:1")); !errors.Is(err, asynq.ErrTaskIDConflict) {
		t.Errorf("the id of an archived task again: %v", err)
	}
	if ok, err := queue.Revive(r.Inspector, queue.Triage, "tip:1"); !ok || err != nil {
		t.Errorf("revive: %v, %v", ok, err)
	}
	Await(t, "second run", func() bool { return r.Count("a") == 2 && r.state(queue.Triage, "tip:1") == "" })
	for _, name := range []string{queue.Triage, queue.Notify} {
		if ok, err := queue.Revive(r.Inspector, name, "tip:1"); ok || err != nil {
			t.Errorf("revive of nothing: %v, %v", ok, err)
		}
	}
}

func retry(t *testing.T, r *Rig) {
	r.Serve(t, Quiet, func(string) error {
		if r.Count("a") < 3 {
			return errors.New("not yet")
		}
		return nil
	})
	r.Add(t, queue.Notify, "a", asynq.TaskID("x"), asynq.MaxRetry(5))
	Await(t, "third run", func() bool { return r.Count("a") == 3 && r.state(queue.Notify, "x") == "" })
	// The last of the tries that were allowed ends in the archive.
	r.Add(t, queue.Notify, "b", asynq.TaskID("y"), asynq.MaxRetry(0))
	Await(t, "b", func() bool { return r.Count("b") == 1 })
}

func delay(t *testing.T, r *Rig) {
	r.Add(t, queue.House, "later", asynq.TaskID("x"), asynq.ProcessIn(3*time.Second))
	r.Serve(t, Quiet, nil)
	r.Add(t, queue.House, "now")
	Await(t, "now", func() bool { return r.Count("now") == 1 })
	if got := r.state(queue.House, "x"); got != "scheduled" || r.Count("later") != 0 {
		t.Errorf("the delayed task is %q and ran %d times", got, r.Count("later"))
	}
	Await(t, "later", func() bool { return r.Count("later") == 1 })
}

// unique: the lock refuses a twin and expires by itself, even when the task never ran.
func unique(t *testing.T, r *Rig) {
	r.Add(t, queue.House, "sweep", asynq.Unique(time.Second))
	if err := r.Try(queue.House, "sweep", asynq.Unique(time.Second)); !errors.Is(err, asynq.ErrDuplicateTask) {
		t.Errorf("a twin: %v", err)
	}
	Await(t, "the lock expires", func() bool { return r.Try(queue.House, "sweep", asynq.Unique(time.Second)) == nil })
}

// urgentFirst: every worker of the other queues is busy and a backlog waits; urgent tasks run nevertheless.
func urgentFirst(t *testing.T, r *Rig) {
	hold := make(chan struct{})
	r.Serve(t, Quiet, func(p string) error {
		if !strings.HasPrefix(p, "urgent") {
			<-hold
		}
		return nil
	})
	defer close(hold)
	for i := range 10 {
		r.Add(t, queue.Triage, fmt.Sprint("triage ", i))
	}
	running := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.ran)
	}
	Await(t, "the workers are busy", func() bool { return running() == 2 })
	for i := range 5 {
		r.Add(t, queue.Urgent, fmt.Sprint("urgent ", i))
	}
	for i := range 5 {
		Await(t, "urgent while all are busy", func() bool { return r.Count(fmt.Sprint("urgent ", i)) == 1 })
	}
	if got := running(); got != 7 {
		t.Errorf("%d tasks ran, want 2 held and 5 urgent", got)
	}
}

// restShares: a flood of triage tasks does not starve notices and the sweep.
func restShares(t *testing.T, r *Rig) {
	const flood = 300
	for i := range flood {
		r.Add(t, queue.Triage, fmt.Sprint("triage ", i))
	}
	for i := range 5 {
		r.Add(t, queue.Notify, fmt.Sprint("notify ", i))
		r.Add(t, queue.House, fmt.Sprint("house ", i))
	}
	r.Serve(t, Quiet, nil)
	Await(t, "all", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.ran) == flood+10
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := 0
	for _, p := range r.ran[:flood] {
		if !strings.HasPrefix(p, "triage") {
			seen++
		}
	}
	// With strict order none of the ten would be here; by weight, for all to come after 300 others is as good as impossible.
	if seen == 0 {
		t.Error("the flood starved the other queues")
	}
}

func pause(t *testing.T, r *Rig) {
	r.Serve(t, Quiet, nil)
	r.Add(t, queue.Notify, "first")
	Await(t, "first", func() bool { return r.Count("first") == 1 })
	if err := r.Inspector.PauseQueue(queue.Notify); err != nil {
		t.Fatal(err)
	}
	r.Add(t, queue.Notify, "held")
	for i := range 5 {
		r.Add(t, queue.House, fmt.Sprint("other ", i))
	}
	for i := range 5 {
		Await(t, "others go on", func() bool { return r.Count(fmt.Sprint("other ", i)) == 1 })
	}
	if r.Count("held") != 0 {
		t.Error("a paused queue ran")
	}
	if err := r.Inspector.UnpauseQueue(queue.Notify); err != nil {
		t.Fatal(err)
	}
	Await(t, "held", func() bool { return r.Count("held") == 1 })
}

// quietLog: what asynq says of failing, panicking and hopeless tasks reaches the log without their payloads.
func quietLog(t *testing.T, r *Rig) {
	var out buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.Serve(t, log, func(p string) error {
		switch {
		case strings.Contains(p, "panic"):
			panic("on purpose")
		case strings.Contains(p, "skip"):
			return asynq.SkipRetry
		}
		return errors.New("again")
	})
	for _, p := range []string{"marked-panic", "marked-skip", "marked-again"} {
		r.Add(t, queue.Triage, p, asynq.TaskID(p[7:]), asynq.MaxRetry(1))
		Await(t, p, func() bool { return r.state(queue.Triage, p[7:]) == "archived" })
	}
	got := out.String()
	if strings.Contains(got, "marked") {
		t.Errorf("a payload is in the log:\n%s", got)
	}
	for _, want := range []string{"Retry exhausted for task id=skip", "recovering from panic"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in the log:\n%s", want, got)
		}
	}
}

// monitor: the page and its data can be read, and nothing can be done there.
func monitor(t *testing.T, r *Rig) {
	r.Add(t, queue.Triage, "x", asynq.TaskID("x"))
	h := queue.Monitor(r.Engine, "/ops/queues")
	for _, c := range []struct {
		method, path string
		status       int
		holds        string
	}{
		{http.MethodGet, "/ops/queues", http.StatusOK, "<html"},
		{http.MethodGet, "/ops/queues/api/queues", http.StatusOK, `"queue":"triage"`},
		{http.MethodPost, "/ops/queues/api/queues/triage:pause", http.StatusMethodNotAllowed, ""},
		{http.MethodDelete, "/ops/queues/api/queues/triage/pending_tasks/x", http.StatusMethodNotAllowed, ""},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.holds) {
			t.Errorf("%s %s: %d %.200s", c.method, c.path, w.Code, w.Body)
		}
	}
	if got := r.state(queue.Triage, "x"); got != "pending" {
		t.Errorf("the task is %q", got)
	}
}

// flush: the queue is emptied while a server runs. What was in it is gone; what comes afterwards runs, and the inspector finds it.
func flush(t *testing.T, r *Rig) {
	r.Serve(t, Quiet, func(p string) error {
		if p == "bad" {
			return asynq.SkipRetry
		}
		return nil
	})
	for i := range 50 {
		r.Add(t, queue.Triage, fmt.Sprint("before ", i))
	}
	r.Add(t, queue.Triage, "gone", asynq.TaskID("tip:1"), asynq.ProcessIn(time.Hour))
	if err := r.Engine.Redis().FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	r.Add(t, queue.Triage, "after", asynq.TaskID("tip:1"))
	Await(t, "after", func() bool { return r.Count("after") == 1 })
	r.Add(t, queue.Triage, "bad", asynq.TaskID("tip:2"))
	Await(t, "archived and revived", func() bool {
		_, err := queue.Revive(r.Inspector, queue.Triage, "tip:2")
		if err != nil {
			t.Fatal(err)
		}
		return r.Count("bad") >= 2
	})
}
