package handlers

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// readyWait is how long an engine may take to answer before it counts as away.
const readyWait = 2 * time.Second

// healthz says that the process lives.
func (s *server) healthz(c *gin.Context) error {
	c.JSON(http.StatusOK, gin.H{"alive": true})
	return nil
}

// readyz names the engines that are away, without any detail. Everybody who asks at the same time gets one answer: anybody may ask, and to find out
// costs a write in every engine.
func (s *server) readyz(c *gin.Context) error {
	answer, _, _ := s.looks.Do("", func() (any, error) { return s.away(context.WithoutCancel(c.Request.Context())), nil }) // its error is always nil
	away := answer.([]string)
	status := http.StatusOK
	if len(away) > 0 {
		status = http.StatusServiceUnavailable
	}
	c.JSON(status, gin.H{"ready": len(away) == 0, "away": away})
	return nil
}

// away asks each engine.
func (s *server) away(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	engines := []struct {
		name string
		ping func(context.Context) error
	}{{"docs", s.Engines.Docs.Ping}, {"blobs", s.Engines.Blobs.Ping}, {"queue", s.Engines.Queue.Ping}}
	failed := make([]bool, len(engines))
	var wait sync.WaitGroup
	for i, e := range engines {
		wait.Go(func() { failed[i] = e.ping(ctx) != nil })
	}
	wait.Wait()
	away := []string{}
	for i, e := range engines {
		if failed[i] {
			away = append(away, e.name)
		}
	}
	return away
}
