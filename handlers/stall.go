package handlers

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// stallAfter is how long a body may bring nothing. A slow line in the hills still brings something now and then; a connection that is held open and brings
// nothing costs others their place.
const stallAfter = 30 * time.Second

// unstall gives every read of the body a deadline of its own, within the time that the server has for the whole request.
func (s *server) unstall(c *gin.Context) {
	if c.Request.ContentLength == 0 {
		return
	}
	b := &body{ReadCloser: c.Request.Body, conn: http.NewResponseController(c.Writer), stall: s.stall}
	if srv, ok := c.Request.Context().Value(http.ServerContextKey).(*http.Server); ok && srv.ReadTimeout > 0 {
		b.end = time.Now().Add(srv.ReadTimeout) // the real time: it is a deadline of the connection
	}
	b.until(time.Now().Add(b.stall)) // also for an answer that comes without reading the body, which the server then reads away
	c.Request.Body = b
}

// body is a request body that must go on coming.
type body struct {
	io.ReadCloser
	conn  *http.ResponseController
	stall time.Duration
	end   time.Time // zero for none
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.until(time.Now().Add(b.stall))
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.until(b.end) // the handler may take its time now, and the server goes on watching the connection
	}
	return n, err
}

func (b *body) until(t time.Time) {
	if !b.end.IsZero() && t.After(b.end) {
		t = b.end
	}
	_ = b.conn.SetReadDeadline(t) // not supported without a connection, as in a test; otherwise the read that follows fails by itself
}
