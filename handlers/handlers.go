// Package handlers turns requests into one call of the domain each, and the answer into a page.
// It owns the routes, who may use them, the one place where error responses are written, the headers of every response and the log line of every
// request. It knows nothing of how a tip is kept or a case moves, and never shows or logs what a person sent.
package handlers

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/singleflight"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/config/engine/queue"
	"qianshao/frontend"
	"qianshao/handlers/account"
	"qianshao/handlers/api"
	"qianshao/handlers/budget"
	"qianshao/handlers/desk"
	"qianshao/handlers/open"
	"qianshao/handlers/payout"
	"qianshao/handlers/press"
	"qianshao/handlers/public"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/gateway"
	"qianshao/intake/orders"
	"qianshao/intake/vault"
	"qianshao/notify/answers"
	"qianshao/notify/award"
	"qianshao/notify/delivery"
	"qianshao/notify/numbers"
	"qianshao/notify/outcome"
	"qianshao/notify/returns"
	"qianshao/notify/reward"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/draws"
	"qianshao/triage/figures"
	"qianshao/triage/ledger"
	"qianshao/triage/places"
	"qianshao/triage/scene"
)

// Deps is what the pages stand on.
type Deps struct {
	Config   *config.Config
	Profile  *county.Profile
	Site     *frontend.Site
	Engines  *engine.Engines
	Intake   *intake.Service
	Cases    *cases.Service
	Answers  *answers.Service
	Places   *places.Service
	Triage   *triage.Service
	Scene    *scene.Service
	Ledger   *ledger.Service
	Figures  *figures.Service
	Draws    *draws.Service
	Rewards  *reward.Service
	Outcomes *outcome.Service
	Numbers  *numbers.Service
	Gateways *gateway.Service
	Delivery *delivery.Service
	Custody  *custody.Log
	Vault    *vault.Vault
	Accounts *account.Service
	Metrics  *Metrics // nil counts nothing
	Demo     []frontend.DemoAccount
	Log      *slog.Logger
	Now      func() time.Time
}

// server is the engine with what its middleware needs.
type server struct {
	Deps
	router *gin.Engine
	desk   *desk.Pages
	cross  *http.CrossOriginProtection
	access map[string]rule
	stall  time.Duration      // of a request's body
	looks  singleflight.Group // of readyz
	errs   []error            // routes that the access table does not know
}

// New wires all pages. It fails when a route has no line in the access table.
func New(d Deps) (http.Handler, error) {
	s, err := build(d)
	if err != nil {
		return nil, err
	}
	return s.router, nil
}

func build(d Deps) (*server, error) {
	gin.SetMode(gin.ReleaseMode)
	s := &server{Deps: d, router: gin.New(), access: table(d.Config), stall: stallAfter, cross: http.NewCrossOriginProtection()}
	if err := s.router.SetTrustedProxies(nil); err != nil {
		return nil, fmt.Errorf("handlers: %w", err)
	}
	if strings.HasPrefix(d.Config.URL, "http") { // behind a proxy the Host of a request may be another one
		if err := s.cross.AddTrustedOrigin(strings.TrimSuffix(d.Config.URL, "/")); err != nil {
			return nil, fmt.Errorf("handlers: QIANSHAO_URL: %w", err)
		}
	}
	s.router.RedirectTrailingSlash = false
	s.router.Use(s.observe, s.unstall, s.protect)
	s.router.NoRoute(func(c *gin.Context) { giveUp(c, fault.New(fault.NotFound, "page.unknown")) })
	if err := s.routes(); err != nil {
		return nil, err
	}
	return s, nil
}

// routes registers everything; each line needs one in the access table.
func (s *server) routes() error {
	text, err := words.New(fault.DefaultLang)
	if err != nil {
		return err
	}
	book, err := budget.New(budget.Deps{Redis: s.Engines.Queue.Redis(), Trusted: s.Config.TrustedProxies, Now: s.Now})
	if err != nil {
		return err
	}
	s.handle("GET", "/healthz", s.healthz)
	s.handle("GET", "/readyz", s.readyz)
	s.handle("GET", "/static/*file", wrapped(s.Site.Static()))
	public.New(public.Deps{
		Config: s.Config, Profile: s.Profile, Intake: s.Intake, Cases: s.Cases, Answers: s.Answers, Rewards: s.Rewards, Budgets: book, Words: text,
		Redis: s.Engines.Queue.Redis(), Show: s.show, Shell: s.shell, Accepted: s.Metrics.accepted, Now: s.Now,
	}).Routes(s.handle)
	open.New(open.Deps{
		Config: s.Config, Profile: s.Profile, Outcomes: s.Outcomes, Numbers: s.Numbers, Words: text, Page: s.page, Keep: s.keep, Shell: s.shell, Now: s.Now,
	}).Routes(s.handle)
	api.New(api.Deps{
		Config: s.Config, Profile: s.Profile, Outcomes: s.Outcomes, Gateways: s.Gateways, Intake: s.Intake, Cases: s.Cases, Custody: s.Custody, Vault: s.Vault, Budgets: book, Words: text,
		Keep: s.keep, Accepted: s.Metrics.accepted, Now: s.Now,
	}).Routes(s.handle)
	s.desk = desk.New(desk.Deps{
		Config: s.Config, Profile: s.Profile, Engines: s.Engines, Intake: s.Intake, Cases: s.Cases, Places: s.Places, Triage: s.Triage, Scene: s.Scene, Custody: s.Custody, Ledger: s.Ledger, Figures: s.Figures, Draws: s.Draws, Outcomes: s.Outcomes, Drawing: s.Site.Drawing, Delivery: s.Delivery, Answers: s.Answers,
		Accounts: s.Accounts, Budgets: book, Words: text, Demo: s.Demo, Show: s.show, Shell: s.shell, Accepted: s.Metrics.accepted, Now: s.Now,
		Orders:  orders.New(orders.Deps{Intake: s.Intake, Custody: s.Custody, Profile: s.Profile}),
		Returns: returns.New(returns.Deps{Intake: s.Intake, Cases: s.Cases, Custody: s.Custody, Profile: s.Profile}),
	})
	s.desk.Routes(s.handle)
	payout.New(payout.Deps{
		Profile: s.Profile, Cases: s.Cases, Rewards: s.Rewards, Custody: s.Custody, Words: text, Desk: s.desk, Show: s.show,
		Awards: award.New(award.Deps{Cases: s.Cases, Rewards: s.Rewards, Readings: s.Triage, Custody: s.Custody, Profile: s.Profile, Now: s.Now}),
	}).Routes(s.handle)
	press.New(press.Deps{Profile: s.Profile, Outcomes: s.Outcomes, Desk: s.desk, Words: text, Show: s.show, Now: s.Now}).Routes(s.handle)
	monitor := queue.Monitor(s.Engines.Queue, queuesPath)
	s.handle("GET", queuesPath, wrapped(monitor))
	s.handle("GET", queuesPath+"/*path", wrapped(monitor))
	return errors.Join(s.errs...)
}

// handle registers a handler behind the guard of its route.
func (s *server) handle(method, path string, f func(*gin.Context) error) {
	r, ok := s.access[method+" "+path]
	if !ok {
		s.errs = append(s.errs, fmt.Errorf("handlers: route %s %s is not in the access table", method, path))
		return
	}
	guarded := func(c *gin.Context) {
		if err := s.enter(c, r); err != nil {
			giveUp(c, err)
			return
		}
		if err := f(c); err != nil {
			giveUp(c, err)
			return
		}
		if c.Writer.Status() == http.StatusSeeOther && c.GetHeader(scripted) != "" && !c.Writer.Written() {
			c.Status(http.StatusNoContent) // a script reads where to go on from Location; a browser would follow it in its stead
		}
	}
	s.router.Handle(method, path, guarded)
	if method == http.MethodGet && r.who == nil { // monitors and chat programs ask for the head first; net/http leaves the body out
		s.router.HEAD(path, guarded)
	}
}

// scripted is the header with which desk.js says that it sent a form itself.
const scripted = "X-Qianshao-Script"

// giveUp hands an error to observe, the only place that answers with one.
func giveUp(c *gin.Context, err error) {
	c.Error(err) //nolint:errcheck // returns what it was given
	c.Abort()
}

func wrapped(h http.Handler) func(*gin.Context) error {
	return func(c *gin.Context) error {
		h.ServeHTTP(c.Writer, c.Request)
		return nil
	}
}

// shell is the frame that every page shares. title is the key of a heading in the frontend's catalogue, or else the title itself.
func (s *server) shell(title string) frontend.Shell {
	return frontend.Shell{Title: s.Site.T(title), County: s.Profile.Name, Asks: s.Profile.Texts["asks"], Demo: s.Config.Demo}
}

// show renders a page wholly before the first byte is written.
func (s *server) show(c *gin.Context, status int, page any) error {
	raw, err := s.Site.Render(page)
	if err != nil {
		return fmt.Errorf("handlers: %w", err)
	}
	return s.write(c, status, htmlType, raw)
}

const htmlType = "text/html; charset=utf-8"

// write answers with bytes, compressed where that is safe.
func (s *server) write(c *gin.Context, status int, kind string, raw []byte) error {
	if squeezes(c.Request) && !strings.HasPrefix(kind, "image/") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write(raw)
		if err := errors.Join(err, z.Close()); err != nil {
			return fmt.Errorf("handlers: compress: %w", err)
		}
		raw = b.Bytes()
		c.Header("Content-Encoding", "gzip")
	}
	c.Header("Vary", "Accept-Encoding")
	c.Data(status, kind, raw)
	return nil
}

// squeezes reports whether a page may be compressed: the form is a quarter of its size then, which counts on a village's network. Only resident's pages
// that nobody sent anything for: where a secret and what a stranger sent stand in one page, the compressed length tells about the secret.
func squeezes(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && !strings.HasPrefix(r.URL.Path, "/desk") && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}
