package intake

import (
	"context"
	"runtime"
	"time"
)

// calmTick is how often Calm looks.
const calmTick = 20 * time.Millisecond

// Calm waits while more people are waiting for their receipt from this process than it has cores, at most for the given time. The worker asks it before
// heavy work: a picture can wait a moment, a person with a phone in hand should not. Slow uploads do not count, they take no time of ours.
func (s *Service) Calm(ctx context.Context, atMost time.Duration) {
	if !s.crowded() {
		return
	}
	tick, end := time.NewTicker(calmTick), time.NewTimer(atMost)
	defer tick.Stop()
	defer end.Stop()
	for s.crowded() {
		select {
		case <-tick.C:
		case <-end.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

func (s *Service) crowded() bool { return s.submitting.Load() > int64(runtime.NumCPU()) }
