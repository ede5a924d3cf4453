package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// kept lets a phone, or a cache between, keep what everybody may read, and makes it ask each time whether that still stands: it can be taken down.
const kept = "public, no-cache"

// page shows a page that holds nothing of who asks.
func (s *server) page(c *gin.Context, page any) error {
	raw, err := s.Site.Render(page)
	if err != nil {
		return fmt.Errorf("handlers: %w", err)
	}
	return s.keep(c, htmlType, raw)
}

// keep answers with bytes that hold nothing of who asks. Who has them already is told so and sent nothing.
func (s *server) keep(c *gin.Context, kind string, raw []byte) error {
	sum := sha256.Sum256(raw)
	tag := `W/"` + hex.EncodeToString(sum[:8]) + `"` // weak: compressed and plain are one
	c.Header("Cache-Control", kept)
	c.Header("ETag", tag)
	if asked := c.GetHeader("If-None-Match"); asked == "*" || strings.Contains(asked, tag) {
		c.Header("Vary", "Accept-Encoding")
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	return s.write(c, http.StatusOK, kind, raw)
}
