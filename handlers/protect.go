package handlers

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/handlers/desk"
	"qianshao/intake/fault"
)

const (
	policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; " +
		"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	// The queue console is somebody else's program and brings script and style in its page. Only administrators get there, and it shows ids only.
	consolePolicy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
		"font-src 'self' data:; manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

// protect sets the headers of every response and refuses what another site makes a browser send.
func (s *server) protect(c *gin.Context) {
	path := c.Request.URL.Path
	staff := strings.HasPrefix(path, "/desk") || strings.HasPrefix(path, "/ops")
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", policy)
	if s.Config.TiandituKey != "" && path == "/desk/map" {
		h.Set("Content-Security-Policy", strings.Replace(policy, "img-src 'self'", "img-src 'self' "+desk.TileHosts, 1))
	}
	if path == queuesPath || strings.HasPrefix(path, queuesPath+"/") {
		h.Set("Content-Security-Policy", consolePolicy)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// A voice note is recorded by the phone's own recorder, so no page needs the microphone.
	h.Set("Permissions-Policy", "geolocation=(self), microphone=(), camera=(), payment=(), usb=()")
	h.Set("Referrer-Policy", "no-referrer")
	if staff {
		// With no-referrer a browser sends "Origin: null" with a form, and the check below could not tell our pages from others in a browser
		// without Sec-Fetch-Site. Other sites learn nothing from this either.
		h.Set("Referrer-Policy", "same-origin")
	}
	if strings.HasPrefix(s.Config.URL, "https:") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if !strings.HasPrefix(path, "/static/") {
		h.Set("Cache-Control", "no-store")
	}
	if s.foreign(c.Request, staff) {
		giveUp(c, fault.New(fault.Forbidden, "page.cross"))
	}
}

// foreign reports whether another site made the browser send this. An old phone says "Origin: null" about our own pages, because of their referrer
// policy; it is believed on the resident's pages only, where there is no cookie and nothing to gain by forging.
func (s *server) foreign(r *http.Request, staff bool) bool {
	if !staff && r.Header.Get("Origin") == "null" && r.Header.Get("Sec-Fetch-Site") == "" {
		return false
	}
	return s.cross.Check(r) != nil
}
