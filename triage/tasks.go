package triage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/queue"
	"qianshao/intake"
)

// Stage is a step of triage. The type of its task is "tip:" and its name.
type Stage string

// The stages, in order. Sort looks how urgent the tip is and what of it is new; it is quick, and so every tip begins on the urgent queue.
const (
	Unread Stage = ""
	Sort   Stage = "sort"
	Media  Stage = "media"
	Locate Stage = "locate"
	Match  Stage = "match"
	Route  Stage = "route"
)

var order = []Stage{Unread, Sort, Media, Locate, Match, Route}

// next is the stage that follows.
func (st Stage) next() Stage {
	if n := st.index() + 1; n < len(order) {
		return order[n]
	}
	return Route
}

func (st Stage) index() int {
	for i, x := range order {
		if x == st {
			return i
		}
	}
	return 0
}

// How a task behaves.
const (
	maxRetry     = 10
	stageTimeout = time.Minute
	mediaTimeout = 5 * time.Minute        // nine photos, waiting for their turn
	patience     = 800 * time.Millisecond // what a person who sends a tip waits for the queue at most
	retryMost    = 5 * time.Minute
)

// payload is all that the queue knows of a tip.
type payload struct {
	Tip intake.TipID `json:"tip"`
}

func taskType(st Stage) string { return "tip:" + string(st) }

func taskID(st Stage, tip intake.TipID) string { return string(st) + ":" + string(tip) }

// queueOf is where the task of a stage stands. It must not depend on anything that may change, or one task could stand in two places.
func queueOf(st Stage, urgent bool) string {
	if urgent || st == Sort {
		return queue.Urgent
	}
	return queue.Triage
}

// newTask makes the task of a stage; suffix is empty except for a second task beside one that is stuck.
func newTask(st Stage, tip intake.TipID, urgent bool, suffix string) (*asynq.Task, error) {
	body, err := json.Marshal(payload{Tip: tip})
	if err != nil {
		return nil, fmt.Errorf("triage: encode task: %w", err)
	}
	timeout := stageTimeout
	if st == Media {
		timeout = mediaTimeout
	}
	return asynq.NewTask(taskType(st), body, asynq.TaskID(taskID(st, tip)+suffix), asynq.Queue(queueOf(st, urgent)),
		asynq.MaxRetry(maxRetry), asynq.Timeout(timeout)), nil
}

// tipOf reads a task's payload. A task that cannot be read will not become readable: it is not tried again.
func tipOf(t *asynq.Task) (intake.TipID, error) {
	var p payload
	if err := json.Unmarshal(t.Payload(), &p); err != nil || p.Tip == "" {
		return "", fmt.Errorf("triage: unreadable payload of %s: %w", t.Type(), asynq.SkipRetry)
	}
	return p.Tip, nil
}

// errLater says that a tip has to wait for another one; it is no failure.
var errLater = errors.New("triage: waits for an earlier tip")

// retryDelay doubles from a second; waiting is a second.
func retryDelay(n int, err error, _ *asynq.Task) time.Duration {
	if errors.Is(err, errLater) {
		return time.Second
	}
	return min(time.Second<<min(n, 16), retryMost)
}

// Tasks puts tips on the queue; it satisfies intake.Announcer and is all that a web process needs of this package.
type Tasks struct{ client *asynq.Client }

// NewTasks makes a client with a connection of its own.
func NewTasks(q queue.Engine) *Tasks { return &Tasks{client: asynq.NewClient(q)} }

// TipStored enqueues the first stage. It gives up after 800 ms: the sweep will find the tip.
func (t *Tasks) TipStored(ctx context.Context, id intake.TipID) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done := make(chan error, 1) // a client that dials a dead address may not look at its context
	go func() { done <- t.enqueue(ctx, Sort, id, false, "") }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("triage: announce tip %s: %w", id, ctx.Err())
	}
}

// enqueue puts a stage on the queue; a task that stands there already is what was wanted.
func (t *Tasks) enqueue(ctx context.Context, st Stage, id intake.TipID, urgent bool, suffix string) error {
	task, err := newTask(st, id, urgent, suffix)
	if err != nil {
		return err
	}
	_, err = t.client.EnqueueContext(ctx, task)
	if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
		return fmt.Errorf("triage: enqueue %s of %s: %w", st, id, err)
	}
	return nil
}

// Close closes the connection.
func (t *Tasks) Close() error { return t.client.Close() }
