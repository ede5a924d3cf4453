package triage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/queue"
	"qianshao/intake"
)

const (
	idle       = 30 * time.Second // a tip that has waited for less is on its way; half of SweepEvery when that is shorter
	stuckAfter = 10 * time.Minute // a task that runs for longer is taken for stuck (asynq #1144: active, but nobody works on it)
	restMost   = time.Hour        // until evidence that could not be read is tried again
	oneByOne   = 10               // so many tips may fail in a sweep, each by itself; more are an engine that is away
)

// settled is the age from which a waiting tip is looked at.
func (s *Service) settled() time.Duration { return min(idle, s.SweepEvery/2) }

// sweep puts the tips that were stored at least age ago and not finished back on the queue, also when their task was archived or the queue was emptied;
// returns how many. It looks at all of them, however many: a process that starts with an empty queue has nothing else to work on.
func (s *Service) sweep(ctx context.Context, age time.Duration) (int, error) {
	look := asynq.NewInspector(s.Queue)
	defer func() { _ = look.Close() }() // nothing was written through it that could be lost
	n := 0
	var failed []error
	for id, err := range s.Intake.EachWaiting(ctx, s.Now().Add(-age)) {
		if err != nil {
			return n, errors.Join(append(failed, fmt.Errorf("triage: waiting tips: %w", err))...)
		}
		moved, err := s.revive(ctx, look, id)
		if moved && err == nil {
			n++
		}
		if err == nil {
			continue
		}
		if failed = append(failed, err); len(failed) == oneByOne || ctx.Err() != nil {
			break
		}
	}
	return n, errors.Join(failed...)
}

// rest is how long a tip whose evidence could not be read waits for the next pass: each pass stands in the custody log, and a lost file stays lost.
func (s *Service) rest(r *Reading) time.Duration {
	if r.Passes == 0 {
		return 0
	}
	return min(s.settled()<<min(r.Passes, 12), restMost)
}

// revive finds the task that a tip is waiting for and makes it run if nothing else will.
func (s *Service) revive(ctx context.Context, look *asynq.Inspector, id intake.TipID) (bool, error) {
	r, err := s.Reading(ctx, id)
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return false, err
	}
	st := r.Stage.next()
	if r.Stage == Route { // done once, and waiting again: something new came, or something could not be read
		if s.Now().Sub(r.At) < s.rest(&r) {
			return false, nil
		}
		st = Sort
	}
	info, err := look.GetTaskInfo(queueOf(st, r.Urgent), taskID(st, id))
	if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
		return true, s.tasks.enqueue(ctx, st, id, r.Urgent, "")
	}
	if err != nil {
		return false, fmt.Errorf("triage: look at task %s of %s: %w", st, id, err)
	}
	switch info.State {
	case asynq.TaskStateArchived:
		_, err := queue.Revive(look, info.Queue, info.ID)
		return true, err
	case asynq.TaskStateActive:
		since := r.At
		if since.IsZero() {
			tip, err := s.Intake.Open(ctx, id)
			if err != nil {
				return false, fmt.Errorf("triage: open tip %s: %w", id, err)
			}
			since = tip.Received
		}
		if s.Now().Sub(since) < stuckAfter {
			return false, nil
		}
		// A second task beside the stuck one, at most one in stuckAfter; should both live, the stages do not mind.
		return true, s.tasks.enqueue(ctx, st, id, r.Urgent, fmt.Sprintf(":%d", s.Now().Unix()/int64(stuckAfter.Seconds())))
	}
	return false, nil // pending, scheduled or waiting for its next try
}
