// Package triage is the worker: it reads a stored tip's pictures, finds the place, joins it with earlier tips and routes it, stage by stage, on the task queue.
// It owns the collection readings (what each stage concluded, and why) and knows nothing of pages or codes.
//
// A stage may run twice, at the same time, or die anywhere: it stores its result under the condition that nobody did so before, and only then enqueues the
// next. The queue is never asked what was done; the readings are. What the queue lost, the sweep puts back.
package triage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/queue"
	"qianshao/intake"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/figures"
	"qianshao/triage/judge"
	"qianshao/triage/match"
	"qianshao/triage/media"
	"qianshao/triage/places"
	"qianshao/triage/review"
)

// Deps is what the worker stands on. Queue may be nil in a process that only reads conclusions and never calls Run.
type Deps struct {
	Docs       docs.Store
	Queue      queue.Engine
	Intake     *intake.Service
	Cases      *cases.Service
	Vault      *vault.Vault
	Profile    *county.Profile
	Scanner    Scanner          // nil looks for no viruses
	Figures    *figures.Service // nil counts nothing
	Places     *places.Service  // nil: the profile's names are all that is known
	Workers    int
	SweepEvery time.Duration
	Now        func() time.Time
	Log        *slog.Logger
	Child      []string       // the command that decodes HEIC pictures, see media.Options; without one they are not shown
	Jobs       map[string]Job // work of other packages, by the prefix of the types of its tasks
	// Sweeps are what other packages do at every SweepEvery, by what the log calls it; each says how much it touched.
	Sweeps map[string]func(context.Context) (int, error)
}

// Job is work of another package that the worker does beside the tips.
type Job interface {
	// Handle runs one of its tasks.
	Handle(ctx context.Context, t *asynq.Task) error
	// Sweep puts back what the queue lost, and tidies; it says how much it touched.
	Sweep(ctx context.Context) (int, error)
}

// Service works on tips.
type Service struct {
	Deps
	readings *docs.Collection[Reading]
	prints   *match.Store
	reviews  *review.Store
	judge    *judge.Judge
	pictures *media.Reader
	tasks    *Tasks
	placed   placed
	eyes     chan struct{} // as many as pictures may be decoded at a time: each takes a core, and memory for every pixel
}

// New opens the collections and builds what the stages need; it starts nothing.
func New(ctx context.Context, d Deps) (*Service, error) {
	s := &Service{Deps: d, pictures: media.New(media.Options{Limits: media.Limits{Bytes: d.Intake.MaxPhoto}, Now: d.Now, Zone: d.Profile.Zone, Child: d.Child}),
		eyes: make(chan struct{}, runtime.NumCPU())}
	var err error
	if s.readings, err = docs.Open[Reading](ctx, d.Docs, "readings", docs.Index{Fields: []string{"alarm", "at"}, Multi: true}); err != nil {
		return nil, err
	}
	if s.prints, err = match.Open(ctx, d.Docs, d.Vault.MAC("match.print"), d.Profile.Match); err != nil {
		return nil, err
	}
	if s.reviews, err = review.Open(ctx, d.Docs, d.Profile.Zone); err != nil {
		return nil, err
	}
	if s.judge, err = judge.New(d.Profile); err != nil {
		return nil, err
	}
	if d.Queue != nil {
		s.tasks = NewTasks(d.Queue)
	}
	return s, nil
}

// Close closes the connection to the queue; Run must have returned.
func (s *Service) Close() error {
	if s.tasks == nil {
		return nil
	}
	return s.tasks.Close()
}

// Staged evidence that no tip took is looked for an hour after the start and then daily: it reads every tip.
const (
	orphansFirst = time.Hour
	orphansEvery = 24 * time.Hour
)

// Run works until ctx ends, then drains what is being worked on (at most wait) and returns. At start, and every SweepEvery, it sweeps the tips, and the cases for
// what their clocks ask for.
func (s *Service) Run(ctx context.Context, wait time.Duration) error {
	work, abandon := context.WithCancel(context.WithoutCancel(ctx)) // what runs may end in peace, but not after Run
	defer abandon()
	c := queue.ServerConfig(s.Workers, s.Log)
	c.BaseContext = func() context.Context { return work }
	c.ShutdownTimeout = wait
	c.RetryDelayFunc = retryDelay
	c.IsFailure = func(err error) bool { return !errors.Is(err, errLater) }
	server := queue.NewServer(s.Queue, c) //nolint:contextcheck // tasks run under BaseContext, which outlives ctx until they are drained
	if err := server.Start(asynq.HandlerFunc(s.handle)); err != nil {
		return fmt.Errorf("triage: %w", err)
	}
	var house sync.WaitGroup
	house.Go(func() {
		s.sweepOnce(ctx, 0) // whatever is not on the queue at start was lost
		every(ctx, s.SweepEvery, s.SweepEvery, func() { s.sweepOnce(ctx, s.settled()) })
	})
	house.Go(func() {
		every(ctx, 0, s.SweepEvery, func() {
			n, err := s.Cases.Sweep(ctx)
			s.report(ctx, "cases whose clocks were minded", n, err)
		})
	})
	for prefix, j := range s.Jobs {
		house.Go(func() {
			every(ctx, 0, s.SweepEvery, func() {
				n, err := j.Sweep(ctx)
				s.report(ctx, prefix+" swept", n, err)
			})
		})
	}
	for what, sweep := range s.Sweeps {
		house.Go(func() {
			every(ctx, 0, s.SweepEvery, func() {
				n, err := sweep(ctx)
				s.report(ctx, what, n, err)
			})
		})
	}
	if s.Figures != nil {
		house.Go(func() {
			every(ctx, 0, s.SweepEvery, func() {
				_, err := s.Figures.Sweep(ctx)
				s.report(ctx, "cases counted", 0, err) // a line a minute would say nothing
			})
		})
	}
	house.Go(func() {
		every(ctx, orphansFirst, orphansEvery, func() {
			n, err := s.Intake.SweepOrphans(ctx)
			s.report(ctx, "orphans swept", n, err)
		})
	})
	<-ctx.Done()
	server.Shutdown()
	house.Wait()
	return nil
}

// every calls f after first, and then an interval after it returned, until ctx ends.
func every(ctx context.Context, first, interval time.Duration, f func()) {
	next := time.NewTimer(first)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			f()
			next.Reset(interval)
		}
	}
}

// sweepOnce logs a sweep that fails; the next one tries again: the engines may be away for a while.
func (s *Service) sweepOnce(ctx context.Context, age time.Duration) {
	n, err := s.sweep(ctx, age)
	s.report(ctx, "tips put back on the queue", n, err)
	n, err = s.finishMoves(ctx, age)
	s.report(ctx, "joins and separations finished", n, err)
}

func (s *Service) report(ctx context.Context, what string, n int, err error) {
	switch {
	case err != nil && ctx.Err() == nil:
		s.Log.ErrorContext(ctx, what, "count", n, "error", err)
	case n > 0:
		s.Log.InfoContext(ctx, what, "count", n)
	}
}
