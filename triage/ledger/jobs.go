package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/engine/docs"
	"qianshao/config/engine/queue"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

// JobKind is what a job does.
type JobKind string

// The kinds.
const (
	JobExport JobKind = "export" // the ledger as an Excel file
	JobReport JobKind = "report" // a report as an Excel file
	JobTake   JobKind = "take"   // the good rows of an import
	JobUndo   JobKind = "undo"   // the rows of an import away again
)

// Job is something that takes long. Only who asked for it may know of it.
type Job struct {
	ID      string `bson:"_id"`
	Kind    JobKind
	Actor   cases.Actor // as who asked was then
	Sheet   cases.Sheet // of an export
	Names   bool        // an export shows persons
	Report  Period      // of a report
	Import  string      `bson:",omitempty"` // batch of a take or undo
	At      time.Time
	Done    int64      // rows so far
	Total   int64      // rows there are: of an export or a report 0 until it begins, which counts them
	Seen    time.Time  // when it last moved
	Ended   *time.Time `bson:",omitempty"`
	Failed  bool       `bson:",omitempty"` // for good
	Blob    string     `bson:",omitempty"` // of the file, sealed
	Key     vault.Sealed
	Size    int64     // of the file, in bytes
	Expires time.Time // then it and its file are deleted
	Terms   []string  // "by:STAFF", "waiting"
}

// Running says that it is not over.
func (j *Job) Running() bool { return j.Ended == nil }

const (
	// DirectRows is how many rows a file may have that is made while the person waits.
	DirectRows = 3000

	tellEvery  = 500            // rows between two notes of the progress
	keepFor    = 72 * time.Hour // until a job is deleted
	jobTimeout = 30 * time.Minute
	jobRetries = 10
	idle       = 30 * time.Second // a job that moved since needs no help
	stuckAfter = 10 * time.Minute // one that runs and has not moved for so long is dead (asynq #1144)
	sealKey    = "ledger.key"
	termBy     = "by:"
	termWaits  = "waiting"
)

// Prefix begins the type of every task of this package.
const Prefix = "ledger:"

const taskType = Prefix + "job"

// payload is all that the queue knows of a job.
type payload struct {
	Job string `json:"job"`
}

// Ask stores a job and puts it on the queue. A queue that is away is no error: the sweep finds the job.
func (s *Service) Ask(ctx context.Context, a cases.Actor, j Job) (Job, error) {
	j.ID, j.Actor, j.At = vault.NewID(12), a, s.Now().UTC().Truncate(time.Millisecond)
	j.Seen, j.Expires = j.At, j.At.Add(keepFor)
	j.Terms = []string{termBy + a.ID, termWaits}
	if err := s.note(ctx, a, string(j.Kind), j.ID); err != nil {
		return j, err
	}
	if err := s.jobs.Insert(ctx, &j); err != nil {
		return j, err
	}
	wait, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	done := make(chan struct{}) // a client that dials a dead address may not look at its context
	go func() { defer close(done); _ = s.enqueue(wait, j.ID, "") }()
	select {
	case <-done:
	case <-wait.Done():
	}
	return j, nil
}

// enqueue puts a job on the queue; one that stands there is what was wanted.
func (s *Service) enqueue(ctx context.Context, id, suffix string) error {
	body, err := json.Marshal(payload{id})
	if err != nil {
		return err
	}
	task := asynq.NewTask(taskType, body, asynq.TaskID(taskID(id)+suffix), asynq.Queue(queue.House), asynq.MaxRetry(jobRetries), asynq.Timeout(jobTimeout))
	if _, err := s.client.EnqueueContext(ctx, task); err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
		return fmt.Errorf("ledger: enqueue job %s: %w", id, err)
	}
	return nil
}

func taskID(id string) string { return Prefix + id }

// Job reads a job of the actor's own; fault ledger.job_gone for everything else.
func (s *Service) Job(ctx context.Context, a cases.Actor, id string) (Job, error) {
	j, err := s.jobs.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) || err == nil && (j.Actor.ID != a.ID || j.Actor.Unit != a.Unit || j.Actor.Role != a.Role) {
		return Job{}, fault.New(fault.NotFound, "ledger.job_gone")
	}
	return j, err
}

// Jobs are the actor's own, the newest first.
func (s *Service) Jobs(ctx context.Context, a cases.Actor) ([]Job, error) {
	p, err := s.jobs.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: termBy + a.ID}}, Order: "at", Desc: true, Limit: 20})
	return p.Items, err
}

// Handle runs the task of a job.
func (s *Service) Handle(ctx context.Context, t *asynq.Task) error {
	var p payload
	if err := json.Unmarshal(t.Payload(), &p); err != nil || p.Job == "" {
		return fmt.Errorf("ledger: unreadable payload of %s: %w", t.Type(), asynq.SkipRetry)
	}
	return s.Work(ctx, p.Job)
}

// Work does a job; doing it again, at the same time or after a death in the middle, ends it once. A job that is gone or over is none.
func (s *Service) Work(ctx context.Context, id string) error {
	j, err := s.jobs.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) || err == nil && !j.Running() {
		return nil
	}
	if err != nil {
		return err
	}
	switch j.Kind {
	case JobExport:
		err = s.produce(ctx, &j, s.exportTo(&j))
	case JobReport:
		err = s.produce(ctx, &j, s.reportTo(&j))
	case JobTake, JobUndo:
		err = s.work(ctx, &j)
	default:
		err = fmt.Errorf("ledger: no job of kind %s: %w", j.Kind, asynq.SkipRetry)
	}
	switch {
	case errors.Is(err, errOver):
		return nil
	case fault.KindOf(err) != fault.Internal: // no try will do better
		return s.end(ctx, id, func(j *Job) { j.Failed = true })
	}
	return err
}

// foresee counts the rows that a job has before it. errOver as of moved.
func (s *Service) foresee(ctx context.Context, j *Job, q cases.Sheet) error {
	n, err := s.Cases.SheetCount(ctx, j.Actor, q, 0)
	if err != nil {
		return fmt.Errorf("ledger: count for job %s: %w", j.ID, err)
	}
	return s.moved(ctx, j.ID, func(j *Job) { j.Total = n })
}

// progress notes how far a job is. errOver as of moved.
func (s *Service) progress(ctx context.Context, id string, n int64) error {
	return s.moved(ctx, id, func(j *Job) { j.Done = max(j.Done, n) })
}

// moved changes a running job. errOver when it was finished or deleted meanwhile.
func (s *Service) moved(ctx context.Context, id string, set func(*Job)) error {
	_, err := s.jobs.Change(ctx, id, func(j *Job) error {
		if !j.Running() {
			return errOver
		}
		j.Seen = s.Now()
		set(j)
		return nil
	})
	if errors.Is(err, docs.ErrNotFound) {
		return errOver
	}
	return err
}

// end finishes a job, unless somebody else did: then errOver.
func (s *Service) end(ctx context.Context, id string, set func(*Job)) error {
	_, err := s.jobs.Change(ctx, id, func(j *Job) error {
		if !j.Running() {
			return errOver
		}
		now := s.Now().UTC().Truncate(time.Millisecond)
		j.Ended, j.Seen, j.Expires = &now, now, now.Add(keepFor)
		j.Terms = []string{termBy + j.Actor.ID}
		set(j)
		return nil
	})
	if errors.Is(err, docs.ErrNotFound) {
		return errOver
	}
	return err
}

// Sweep puts jobs back on the queue that nothing moves, and deletes those whose time is over, with their files. It says how many it touched.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	look := asynq.NewInspector(s.Queue)
	defer func() { _ = look.Close() }() // nothing was written through it that could be lost
	n := 0
	waits := docs.Query{Where: []docs.Eq{{Field: "terms", Value: termWaits}}, Order: "at"}
	for j, err := range s.jobs.Each(ctx, waits) {
		if err != nil {
			return n, err
		}
		moved, err := s.revive(ctx, look, &j)
		if err != nil {
			return n, err
		}
		if moved {
			n++
		}
	}
	if err := s.sweepImports(ctx); err != nil {
		return n, err
	}
	p, err := s.jobs.Find(ctx, docs.Query{Order: "expires", To: s.Now()})
	if err != nil {
		return n, err
	}
	for i := range p.Items {
		if err := s.drop(ctx, &p.Items[i]); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// revive makes the task of a job run if nothing else will.
func (s *Service) revive(ctx context.Context, look *asynq.Inspector, j *Job) (bool, error) {
	still := s.Now().Sub(j.Seen)
	if still < idle {
		return false, nil
	}
	info, err := look.GetTaskInfo(queue.House, taskID(j.ID))
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		return true, s.enqueue(ctx, j.ID, "")
	case err != nil:
		return false, fmt.Errorf("ledger: look at job %s: %w", j.ID, err)
	case info.State == asynq.TaskStateArchived:
		return queue.Revive(look, queue.House, info.ID)
	case info.State == asynq.TaskStateActive && still >= stuckAfter:
		return true, s.enqueue(ctx, j.ID, fmt.Sprintf(":%d", s.Now().Unix()/int64(stuckAfter.Seconds())))
	}
	return false, nil
}

// drop deletes the files of a job, then the job.
func (s *Service) drop(ctx context.Context, j *Job) error {
	if err := s.clean(ctx, folder(j.ID), ""); err != nil {
		return err
	}
	return s.jobs.Delete(ctx, j.ID)
}

// Progress is how far a job is, in rows; 0 for one that is gone.
func (s *Service) Progress(ctx context.Context, id string) (int64, error) {
	j, err := s.jobs.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) {
		return 0, nil
	}
	return j.Done, err
}
