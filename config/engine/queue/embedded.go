package queue

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// tick is how often the embedded server is told that time went by; an expiry is late by at most as much.
const tick = 100 * time.Millisecond

// embedded is the queue on a Redis-compatible server in this process. Nothing listens: every connection is a pipe in memory.
type embedded struct {
	shared redis.UniversalClient
	stop   chan struct{}
	done   chan struct{}

	mu     sync.Mutex // guards closed, and keeps a late dial from waking the closed server up
	closed bool
	server *miniredis.Miniredis
}

// OpenEmbedded starts an empty queue in this process. It forgets everything when the process ends.
func OpenEmbedded() (Engine, error) {
	silence()
	e := &embedded{server: miniredis.NewMiniRedis(), stop: make(chan struct{}), done: make(chan struct{})}
	e.shared = e.client()
	if err := e.Ping(context.Background()); err != nil {
		return nil, errors.Join(err, e.shared.Close())
	}
	go e.age()
	return e, nil
}

// age lets keys expire: the server has no clock of its own for that, and its ClockTTL option costs a walk over all keys at every command.
func (e *embedded) age() {
	defer close(e.done)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-e.stop:
			return
		case <-ticker.C:
			now := time.Now()
			e.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

func (e *embedded) client() redis.UniversalClient {
	return redis.NewClient(&redis.Options{Addr: "embedded", Dialer: e.dial})
}

func (e *embedded) dial(context.Context, string, string) (net.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, net.ErrClosed
	}
	return e.server.Dial()
}

// MakeRedisClient implements asynq.RedisConnOpt: a new client, which asynq closes.
func (e *embedded) MakeRedisClient() any { return e.client() }

// Redis implements Engine.
func (e *embedded) Redis() redis.UniversalClient { return e.shared }

// Ping implements Engine.
func (e *embedded) Ping(ctx context.Context) error { return ping(ctx, e.shared) }

// Name implements Engine.
func (e *embedded) Name() string { return "embedded" }

// Close ends the server and waits for all that it started. Closing twice is no error.
func (e *embedded) Close() error {
	e.mu.Lock()
	was := e.closed
	e.closed = true
	e.mu.Unlock()
	if was {
		return nil
	}
	close(e.stop)
	<-e.done
	err := e.shared.Close()
	e.server.Close()
	return err
}
