// Package queue is the port to the task queue: asynq on a Redis (single, Sentinel, Cluster) or on a Redis-compatible server inside this process.
// It owns the connection, the queue names and their priorities, and knows nothing of what a task does. Task payloads hold ids only.
//
// The queue may forget everything at any moment. Whatever must happen is recorded in a document first, and a sweep puts it back.
package queue

import (
	"context"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// The queues. Urgent is strictly served first; the rest share by weight.
const (
	Urgent = "urgent"
	Triage = "triage"
	Notify = "notify"
	House  = "house"
)

// Engine is a running queue. Implementations are safe for concurrent use.
type Engine interface {
	asynq.RedisConnOpt
	// Redis is the shared connection for what else lives beside the queue: captchas and budgets.
	Redis() redis.UniversalClient
	Ping(ctx context.Context) error
	// Name says in one word which engine it is, for the log: "redis" or "embedded".
	Name() string
	Close() error
}
