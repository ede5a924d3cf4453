package queue

import (
	"fmt"
	"log/slog"
)

// logger hands asynq's own messages to slog. They name task ids, types and queues, never a payload (a test looks). A panic's message
// carries the stack without values.
type logger struct{ log *slog.Logger }

// Debug implements asynq.Logger.
func (l logger) Debug(args ...any) { l.log.Debug("asynq: " + fmt.Sprint(args...)) }

// Info implements asynq.Logger. What asynq says of its own comings and goings is for whoever looks for a fault.
func (l logger) Info(args ...any) { l.log.Debug("asynq: " + fmt.Sprint(args...)) }

// Warn implements asynq.Logger.
func (l logger) Warn(args ...any) { l.log.Warn("asynq: " + fmt.Sprint(args...)) }

// Error implements asynq.Logger.
func (l logger) Error(args ...any) { l.log.Error("asynq: " + fmt.Sprint(args...)) }

// Fatal implements asynq.Logger. It does not end the process, which is not for a library to do; asynq 0.26 never calls it.
func (l logger) Fatal(args ...any) { l.log.Error("asynq: " + fmt.Sprint(args...)) }
