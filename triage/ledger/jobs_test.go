package ledger

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/queue"
	"qianshao/triage/cases"
)

func (w *world) files(prefix string) []string {
	w.t.Helper()
	var all []string
	for o, err := range w.engines.Blobs.List(w.t.Context(), prefix) {
		w.ok(err)
		all = append(all, o.Key)
	}
	return all
}

// A worker that is killed in the middle of an export leaves half a file; the next one finishes the job, once, and clears up.
func TestExportIsFinishedOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for i := range 30 {
		w.opened(fmt.Sprint("t", i))
	}
	c := w.opened("named")
	w.surveyed(&c, "老砖厂后院", "王五", false)
	j, err := w.Ask(ctx, duty, Job{Kind: JobExport, Names: true, Total: 31})
	w.ok(err)
	w.store.after = 1000
	if err := w.Work(ctx, j.ID); err == nil {
		t.Fatal("the store broke, and the job ended")
	}
	_, err = w.engines.Blobs.Put(ctx, folder(j.ID)+"0123", strings.NewReader("left by somebody who died"))
	w.ok(err)
	if j, _ = w.Job(ctx, duty, j.ID); !j.Running() || j.Blob != "" {
		t.Fatalf("after the death: %+v", j)
	}
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			if err := w.Work(ctx, j.ID); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	w.ok(w.Work(ctx, j.ID))
	done, f, err := w.File(ctx, duty, j.ID)
	w.ok(err)
	rows := rowsOf(t, f, sheetName)
	w.ok(f.Close())
	if len(rows) != headerLines+31 || done.Running() || done.Failed || done.Done != 31 || done.Size == 0 {
		t.Errorf("%d rows, job %+v", len(rows), done)
	}
	if !strings.Contains(fmt.Sprint(rows), "王五") {
		t.Error("who runs it is not in the export that asked for names")
	}
	if left := w.files(folder(j.ID)); len(left) != 1 || left[0] != done.Blob {
		t.Errorf("files %v", left)
	}
	raw, err := w.engines.Blobs.Get(ctx, done.Blob)
	w.ok(err)
	stored, err := io.ReadAll(raw)
	w.ok(err)
	if strings.HasPrefix(string(stored), "PK\x03\x04") || strings.Contains(string(stored), "xl/workbook") { // longer than chance makes of sealed bytes
		t.Error("the file lies there open")
	}
	asked := 0
	for _, e := range w.record("ledger/safety_committee") {
		if e.Action == "export" && e.Detail == j.ID {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("the custody log tells of %d exports", asked)
	}
}

// Nobody but who asked may know of a job or take its file, and after some days it is gone.
func TestJobsAreOnesOwn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.opened("t")
	me := handler("emergency")
	j, err := w.Ask(ctx, me, Job{Kind: JobExport, Total: 1})
	w.ok(err)
	w.ok(w.Work(ctx, j.ID))
	moved, promoted := me, me
	moved.Unit, promoted.Role = "police", cases.Duty
	for _, a := range []cases.Actor{duty, handler("police"), moved, promoted, {}} {
		if _, err := w.Job(ctx, a, j.ID); key(err) != "ledger.job_gone" {
			t.Errorf("%+v: %v", a, err)
		}
		if _, _, err := w.File(ctx, a, j.ID); key(err) != "ledger.job_gone" {
			t.Errorf("%+v: %v", a, err)
		}
	}
	_, f, err := w.File(ctx, me, j.ID)
	w.ok(err)
	w.ok(f.Close())
	w.at(monday.Add(keepFor + time.Minute))
	_, err = w.Sweep(ctx)
	w.ok(err)
	if _, err := w.Job(ctx, me, j.ID); key(err) != "ledger.job_gone" || len(w.files("ledger/")) != 0 {
		t.Errorf("after %v: %v, files %v", keepFor, err, w.files("ledger/"))
	}
	w.ok(w.Work(ctx, j.ID)) // its task may still stand somewhere
}

// The queue forgets everything; the sweep puts the job back, and a real worker ends it.
func TestForgottenJobIsFound(t *testing.T) {
	w := newWorld(t)
	w.opened("t")
	j, err := w.Ask(t.Context(), duty, Job{Kind: JobExport, Total: 1})
	w.ok(err)
	look := asynq.NewInspector(w.engines.Queue)
	defer look.Close()
	info, err := look.GetTaskInfo(queue.House, taskID(j.ID))
	w.ok(err)
	if string(info.Payload) != `{"job":"`+j.ID+`"}` {
		t.Errorf("payload %s", info.Payload)
	}
	w.ok(look.DeleteTask(queue.House, taskID(j.ID)))
	w.at(monday.Add(idle / 2))
	if n, err := w.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("a job on its way was touched: %d, %v", n, err)
	}
	w.at(monday.Add(idle))
	if n, err := w.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("the lost job was not found: %d, %v", n, err)
	}
	server := queue.NewServer(w.engines.Queue, queue.ServerConfig(2, slog.New(slog.DiscardHandler)))
	w.ok(server.Start(asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error { return w.Handle(ctx, task) })))
	defer server.Shutdown()
	tick, late := time.NewTicker(20*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for {
		select {
		case <-late:
			t.Fatal("the job was not done within 20 s")
		case <-tick.C:
			if j, err = w.Job(t.Context(), duty, j.ID); err == nil && !j.Running() {
				return
			}
		}
	}
}
