package handlers

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/engine/blobs"
)

// readyWait is how long an engine may take to answer before it counts as away.
const readyWait = 2 * time.Second

// healthz says that the process lives.
func (s *server) healthz(c *gin.Context) error {
	c.JSON(http.StatusOK, gin.H{"alive": true})
	return nil
}

// readyz names the engines that are away, without any detail, and those that have no room: that is something for an operator to mend and no reason to
// send nobody here, since words are still taken. Everybody who asks at the same time gets one answer: anybody may ask, and to find out
// costs a write in every engine.
func (s *server) readyz(c *gin.Context) error {
	answer, _, _ := s.looks.Do("", func() (any, error) { return s.ask(context.WithoutCancel(c.Request.Context())), nil }) // its error is always nil
	got := answer.(readiness)
	status := http.StatusOK
	if !got.Ready {
		status = http.StatusServiceUnavailable
	}
	c.JSON(status, got)
	return nil
}

// readiness is the answer of readyz.
type readiness struct {
	Ready bool     `json:"ready"`
	Away  []string `json:"away"`
	Full  []string `json:"full"`
}

// ask asks each engine.
func (s *server) ask(ctx context.Context) readiness {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	engines := []struct {
		name string
		ping func(context.Context) error
	}{{"docs", s.Engines.Docs.Ping}, {"blobs", s.Engines.Blobs.Ping}, {"queue", s.Engines.Queue.Ping}}
	errs := make([]error, len(engines))
	var wait sync.WaitGroup
	for i, e := range engines {
		wait.Go(func() { errs[i] = e.ping(ctx) })
	}
	wait.Wait()
	got := readiness{Away: []string{}, Full: []string{}}
	for i, e := range engines {
		switch {
		case errors.Is(errs[i], blobs.ErrFull):
			got.Full = append(got.Full, e.name)
		case errs[i] != nil:
			got.Away = append(got.Away, e.name)
		}
	}
	got.Ready = len(got.Away) == 0
	return got
}
