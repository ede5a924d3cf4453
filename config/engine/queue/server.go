package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/hibiken/asynq"
	"github.com/hibiken/asynqmon"
)

// How often a server looks whether its Redis is well, and how long it waits for it.
const (
	healthEvery = 3 * time.Second
	healthWait  = 5 * time.Second
)

// ServerConfig is how this house runs asynq: the four queues, their weights, and polling quick enough that a tip passes its stages within seconds.
// workers is the number of tasks at a time, at least 1. Add what is yours (RetryDelayFunc, ShutdownTimeout, BaseContext, ErrorHandler) and give it to NewServer.
func ServerConfig(workers int, log *slog.Logger) asynq.Config {
	return asynq.Config{
		Concurrency: max(workers, 1),
		Queues:      map[string]int{Urgent: 1, Triage: 6, Notify: 3, House: 1},
		// asynq asks an empty queue again after half to one and a half of this.
		TaskCheckInterval:        100 * time.Millisecond,
		DelayedTaskCheckInterval: time.Second,
		JanitorInterval:          time.Minute,
		HealthCheckInterval:      healthEvery,
		Logger:                   logger{log},
		LogLevel:                 asynq.InfoLevel,
	}
}

// Server runs the tasks of all queues: two asynq servers in one.
//
// asynq has one switch for all queues of a server: strict, and then a flood of triage tasks starves the notices and the sweep for as long as it lasts; or
// by weight, and then an urgent task waits its turn. Neither is what a county wants while somebody floods it. Here the urgent queue has workers of its own
// (half as many again, at least one): an urgent task never waits for a task of another queue, not even for one that runs already, and the others share by weight.
type Server struct {
	urgent, rest *asynq.Server
}

// NewServer prepares a server for ServerConfig's configuration; nothing runs before Start.
func NewServer(e Engine, c asynq.Config) *Server {
	urgent, rest := c, c
	urgent.Queues = map[string]int{Urgent: 1}
	urgent.Concurrency = max(c.Concurrency/2, 1)
	rest.Queues = make(map[string]int)
	for name, weight := range c.Queues {
		if name != Urgent {
			rest.Queues[name] = weight
		}
	}
	rest.HealthCheckFunc = func(err error) {
		if err == nil {
			ctx, cancel := context.WithTimeout(context.Background(), healthWait)
			defer cancel()
			err = register(ctx, e)
		}
		if c.HealthCheckFunc != nil {
			c.HealthCheckFunc(err)
		}
	}
	return &Server{urgent: asynq.NewServer(e, urgent), rest: asynq.NewServer(e, rest)}
}

// Start begins to run tasks and returns. h must be safe for concurrent use.
func (s *Server) Start(h asynq.Handler) error {
	if err := s.urgent.Start(h); err != nil {
		return fmt.Errorf("queue: start: %w", err)
	}
	if err := s.rest.Start(h); err != nil {
		s.urgent.Shutdown()
		return fmt.Errorf("queue: start: %w", err)
	}
	return nil
}

// Shutdown takes no more tasks, gives those that run the configuration's ShutdownTimeout, puts the others back and closes the connections.
func (s *Server) Shutdown() {
	// First both stop to take, then both wait: the time is spent once.
	s.rest.Stop()
	s.urgent.Stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.rest.Shutdown()
	}()
	s.urgent.Shutdown()
	<-done
}

// Monitor is asynqmon's page under root (such as "/ops/queues"), for looking only. It shows payloads and the last error of a task: both must hold ids only.
func Monitor(e Engine, root string) http.Handler {
	return asynqmon.New(asynqmon.Options{RootPath: root, RedisConnOpt: e, ReadOnly: true})
}

// Revive makes the archived task id of a queue run again. It says false when there is no such task or it is not archived: then it must be enqueued, or lives
// already. An archived task keeps its id, so that to enqueue it again is refused (asynq.ErrTaskIDConflict) for as long as it is not revived.
func Revive(i *asynq.Inspector, name, id string) (bool, error) {
	info, err := i.GetTaskInfo(name, id)
	if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("queue: look at task %s: %w", id, err)
	}
	if info.State != asynq.TaskStateArchived {
		return false, nil
	}
	if err := i.RunTask(name, id); err != nil {
		return false, fmt.Errorf("queue: revive task %s: %w", id, err)
	}
	return true, nil
}

// register lists the queues where asynq's inspector looks for them. A client does so once in its life, so that after the queue was emptied the inspector
// would say of a queue full of tasks that it does not exist; a running server does it again at every health check.
func register(ctx context.Context, e Engine) error {
	if err := e.Redis().SAdd(ctx, "asynq:queues", Urgent, Triage, Notify, House).Err(); err != nil {
		return fmt.Errorf("queue: register: %w", err)
	}
	return nil
}
