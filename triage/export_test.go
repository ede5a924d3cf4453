package triage

import "context"

// SweepAll sweeps every waiting tip, however young.
func (s *Service) SweepAll(ctx context.Context) (int, error) { return s.sweep(ctx, 0) }

// TaskID is how a stage's task is called.
var TaskID = taskID

// StuckAfter is how long a task may be active.
const StuckAfter = stuckAfter

// FinishMoves goes on with every join and separation that stopped halfway.
func (s *Service) FinishMoves(ctx context.Context) (int, error) { return s.finishMoves(ctx, 0) }
