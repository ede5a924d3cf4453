package queuetest

import (
	"errors"
	"testing"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// keysExpire: a key with a time to live is gone soon after it, and not before.
func keysExpire(t *testing.T, r *Rig) {
	c := r.Engine.Redis()
	set := time.Now()
	if err := c.Set(t.Context(), "short", "1", time.Second).Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.Set(t.Context(), "long", "1", time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
	Await(t, "short expires", func() bool { return errors.Is(c.Get(t.Context(), "short").Err(), redis.Nil) })
	// The embedded server counts time in steps of a tenth of a second, the first of which may be almost over.
	if age := time.Since(set); age < 800*time.Millisecond || age > 5*time.Second {
		t.Errorf("a key of one second was gone after %v", age)
	}
	if ttl, err := c.TTL(t.Context(), "long").Result(); err != nil || ttl < 59*time.Minute {
		t.Errorf("the long key lives %v: %v", ttl, err)
	}
}

// onceAndTaken: what a captcha needs, to be set only once and to be read only once.
func onceAndTaken(t *testing.T, r *Rig) {
	c := r.Engine.Redis()
	for i, want := range []bool{true, false} {
		if got, err := c.SetNX(t.Context(), "captcha", "123456", time.Minute).Result(); err != nil || got != want {
			t.Errorf("set %d: %v, %v", i, got, err)
		}
	}
	if got, err := c.GetDel(t.Context(), "captcha").Result(); err != nil || got != "123456" {
		t.Errorf("take: %q, %v", got, err)
	}
	if err := c.GetDel(t.Context(), "captcha").Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("take again: %v", err)
	}
}

// rate: the budget script allows a burst, refuses what is over it, and allows again when time went by.
func rate(t *testing.T, r *Rig) {
	l := redis_rate.NewLimiter(r.Engine.Redis())
	limit := redis_rate.Limit{Rate: 3, Burst: 3, Period: 3 * time.Second}
	allowed := func() bool {
		res, err := l.Allow(t.Context(), "network", limit)
		if err != nil {
			t.Fatal(err)
		}
		return res.Allowed == 1
	}
	for i := range 3 {
		if !allowed() {
			t.Errorf("refused at %d of 3", i)
		}
	}
	if allowed() {
		t.Error("the fourth of three is allowed")
	}
	Await(t, "the budget comes back", allowed)
}

func pingAndName(t *testing.T, r *Rig) {
	if err := r.Engine.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if r.Engine.Name() == "" {
		t.Error("no name")
	}
}
