package handlers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/handlers/api"
	"qianshao/handlers/public"
	"qianshao/intake/fault"
)

// refHeader carries the reference number of a request. It is always ours: what a client sends is ignored.
const refHeader = "X-Request-Id"

// asJSON marks a request whose errors a script reads.
const asJSON = "handlers.json"

// refLetters can be told apart when read over the phone: no 0 O, 1 I L, 8 B, 5 S, 2 Z.
const refLetters = "34679ACDEFGHJKMNPQRTUVWXY"

func newRef() string {
	raw := make([]byte, 8)
	if _, err := rand.Read(raw); err != nil {
		panic(err) // crypto/rand never fails
	}
	for i, b := range raw {
		raw[i] = refLetters[int(b)%len(refLetters)]
	}
	return string(raw)
}

// observe surrounds every request: it gives it a number, answers its error, and writes its line in the log. The line holds the number, the method, the
// pattern of the route, the status, the duration and the error of ours, and never a path, a query, an address or anything a person sent.
func (s *server) observe(c *gin.Context) {
	start := s.Now()
	ref := newRef()
	c.Header(refHeader, ref)
	err := s.guarded(c)
	if err != nil && !c.Writer.Written() {
		s.answer(c, err, ref)
	}
	took := s.Now().Sub(start)
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	s.Metrics.request(route, c.Writer.Status(), took)
	attrs := []slog.Attr{slog.String("ref", ref), slog.String("method", method(c.Request)), slog.String("route", route),
		slog.Int("status", c.Writer.Status()), slog.Int64("ms", took.Milliseconds())}
	level := slog.LevelInfo
	switch {
	case err != nil:
		attrs = append(attrs, slog.String("error", err.Error()))
		if isOurs(err) {
			level = slog.LevelError
		}
	case route == "/static/*file" || route == "/healthz" || route == "/readyz":
		level = slog.LevelDebug
	}
	s.Log.LogAttrs(c.Request.Context(), level, "request", attrs...)
}

// guarded runs the handlers and turns a panic into an error.
func (s *server) guarded(c *gin.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler { //nolint:errorlint // it is thrown as itself
				panic(v)
			}
			c.Abort()
			err = panicked(v)
		}
	}()
	c.Next()
	if last := c.Errors.Last(); last != nil {
		return last.Err
	}
	return nil
}

// panicked says where a panic came from. Its value is shown only when the runtime made it: anything else may hold what a person sent.
func panicked(v any) error {
	what := fmt.Sprintf("%T", v)
	var re runtime.Error
	if err, ok := v.(error); ok && errors.As(err, &re) {
		what = re.Error()
	}
	pcs := make([]uintptr, 24)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var at []string
	for len(at) < 8 {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "qianshao/") {
			at = append(at, fmt.Sprintf("%s:%d", f.Function, f.Line))
		}
		if !more {
			break
		}
	}
	return fmt.Errorf("handlers: panic: %s at %s", what, strings.Join(at, " < "))
}

// isOurs reports whether an error is not a person's.
func isOurs(err error) bool { return fault.KindOf(err) == fault.Internal }

// pager is an error that is told on a page of its own: a form that comes back with what was typed.
type pager interface {
	error
	Page() any
}

// answer writes an error response; nothing else does.
func (s *server) answer(c *gin.Context, err error, ref string) {
	kind := fault.KindOf(err)
	if c.GetBool(asJSON) {
		c.JSON(kind.Status(), gin.H{"token": "", "error": fault.Sentence(fault.DefaultLang, err), "ref": ref})
		return
	}
	if strings.HasPrefix(c.Request.URL.Path, api.Base+"/") {
		c.Data(api.Failure(c.Request.URL.Path, err, ref))
		return
	}
	onDesk := strings.HasPrefix(c.FullPath(), "/desk") || strings.HasPrefix(c.FullPath(), queuesPath)
	if kind == fault.SignIn && c.Request.Method == http.MethodGet {
		c.Redirect(http.StatusSeeOther, "/desk/login")
		return
	}
	var p pager
	if errors.As(err, &p) {
		if s.show(c, kind.Status(), p.Page()) == nil {
			return
		}
	}
	shell, back := public.Sized(c, s.shell("")), "" // a resident's error leads to the first page, and says so
	if onDesk {
		shell, back = s.shell(""), "/desk"
	}
	page := frontend.Failure{Shell: shell, Sentence: fault.Sentence(fault.DefaultLang, err), Ref: ref, Back: back}
	if s.show(c, kind.Status(), page) != nil {
		c.Data(kind.Status(), "text/plain; charset=utf-8", []byte(page.Sentence+"\n"+ref+"\n"))
	}
}

// method is one of the methods that HTTP knows: a client may send any word.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}
