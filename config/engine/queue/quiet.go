package queue

import (
	"context"
	"sync"

	"github.com/redis/go-redis/v9"
)

// silence keeps go-redis from printing to standard error past the process's log, a line for every dial that failed, with the address. Nothing is lost:
// whatever it complains of comes back as the error of a command, and asynq logs that. go-redis has one logger for the whole process.
var silence = sync.OnceFunc(func() { redis.SetLogger(nobody{}) })

type nobody struct{}

// Printf implements go-redis' logger.
func (nobody) Printf(context.Context, string, ...any) {}
