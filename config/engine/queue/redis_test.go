package queue_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qianshao/config/engine/enginetest"
	"qianshao/config/engine/queue"
	"qianshao/config/engine/queue/queuetest"
)

func openRedis(t testing.TB, address string) queue.Engine {
	t.Helper()
	e, err := queue.OpenRedis(t.Context(), address)
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

func TestRedis(t *testing.T) {
	queuetest.Run(t, func(t testing.TB) queue.Engine { return openRedis(t, enginetest.Redis(t)) })
}

// connection names the tests that stand for all where only the way to the server differs; each has servers of its own there.
var connection = []string{"process", "archived", "flush", "once and taken", "rate", "monitor"}

func TestRedisSentinel(t *testing.T) {
	queuetest.Run(t, func(t testing.TB) queue.Engine { return openRedis(t, enginetest.RedisSentinel(t)) }, connection...)
}

func TestRedisCluster(t *testing.T) {
	queuetest.Run(t, func(t testing.TB) queue.Engine { return openRedis(t, enginetest.RedisCluster(t)) }, connection...)
}

// TestRedisRestarts: Redis dies while a server runs and comes back, first with its data and then emptied by hand; the server works on each time.
func TestRedisRestarts(t *testing.T) {
	t.Parallel()
	s := enginetest.RedisServer(t)
	r := queuetest.NewRig(t, openRedis(t, s.URL))
	r.Serve(t, queuetest.Quiet, nil)
	r.Add(t, queue.Triage, "before")
	queuetest.Await(t, "before", func() bool { return r.Count("before") == 1 })
	for i := range 2 {
		s.Kill()
		begun := time.Now()
		if err := r.Try(queue.Triage, "meanwhile"); err == nil {
			t.Error("a dead Redis took a task")
		}
		// A person may wait behind this.
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("it took %v to see that Redis is dead", took)
		} else {
			t.Logf("it took %v to see that Redis is dead", took)
		}
		if err := r.Engine.Ping(t.Context()); err == nil {
			t.Error("a dead Redis answers a ping")
		}
		s.Start()
		if i == 1 {
			if err := r.Engine.Redis().FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
		after := fmt.Sprint("after ", i)
		queuetest.Await(t, "a task is taken again", func() bool { return r.Try(queue.Triage, after) == nil })
		queuetest.Await(t, "it runs", func() bool { return r.Count(after) == 1 })
	}
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "hunter2", "http://:hunter2@h", "redis://:hunter2@", "redis://:hunter2@127.0.0.1/one", "redis://:hunter2@127.0.0.1/-1", "redis://:hunter2@h:port",
		"redis-sentinel://:hunter2@127.0.0.1:1", "redis-cluster://:hunter2@127.0.0.1:1/2", "unix://:hunter2@/nowhere", "redis://:hunter2@127.0.0.1:1",
		strings.Replace(enginetest.RedisServer(t).URL, "redis://:", "redis://:hunter2", 1),
	} {
		_, err := queue.OpenRedis(t.Context(), address)
		if err == nil {
			t.Errorf("%q is accepted", address)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error of %q tells the secret: %v", address, err)
		}
	}
}
