package queue_test

import (
	"runtime"
	"testing"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/queue"
	"qianshao/config/engine/queue/queuetest"
)

func openEmbedded(t testing.TB) queue.Engine {
	t.Helper()
	e, err := queue.OpenEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// TestEmbeddedClose: Close ends every goroutine of the server, and a client that comes late does not wake it up. It runs before the parallel tests.
func TestEmbeddedClose(t *testing.T) {
	before := runtime.NumGoroutine()
	e, err := queue.OpenEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	late := asynq.NewClient(e)
	if _, err := late.Enqueue(asynq.NewTask("x", nil)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := late.Enqueue(asynq.NewTask("x", nil)); err == nil {
		t.Error("a closed queue took a task")
	}
	if err := late.Close(); err != nil {
		t.Error(err)
	}
	queuetest.Await(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= before })
}

func TestEmbedded(t *testing.T) { queuetest.Run(t, openEmbedded) }
