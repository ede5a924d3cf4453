// Package desk is the staff's side: signing in, the queues of a unit, the case page with its actions, cleaned evidence, the operators' form and their work
// orders, and the administrators' page.
// It owns the session cookie. What a handler may see of a tip is decided in views.go and mask.go; which cases, in triage/cases; who may ask at all, in
// the access table of handlers.
package desk

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/frontend"
	"qianshao/handlers/account"
	"qianshao/handlers/budget"
	"qianshao/handlers/form"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/orders"
	"qianshao/notify/answers"
	"qianshao/notify/delivery"
	"qianshao/notify/outcome"
	"qianshao/notify/returns"
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
	Outcomes *outcome.Service
	Delivery *delivery.Service
	Custody  *custody.Log
	Accounts *account.Service
	Orders   *orders.Service
	Returns  *returns.Service
	Budgets  *budget.Book
	Words    *words.Catalogue
	Demo     []frontend.DemoAccount // shown at the door of a demonstration
	Show     func(c *gin.Context, status int, page any) error
	Shell    func(title string) frontend.Shell
	Drawing  func(sign string) []byte // the picture of a sign, to print
	Accepted func()                   // is told of every new tip, to count it
	Now      func() time.Time
}

// Pages are the staff's pages.
type Pages struct {
	Deps
	questions *form.Form
}

// New makes the pages.
func New(d Deps) *Pages { return &Pages{d, form.New(d.Profile, d.Words)} }

// Routes registers the pages.
func (p *Pages) Routes(handle func(method, path string, f func(*gin.Context) error)) {
	handle("GET", "/desk/login", p.signIn)
	handle("POST", "/desk/login", p.login)
	handle("POST", "/desk/logout", p.logout)
	handle("GET", "/desk/setup", p.setup)
	handle("POST", "/desk/setup", p.setPassword)
	handle("GET", "/desk", p.queue)
	handle("POST", "/desk/bulk", p.doBulk)
	handle("GET", "/desk/urgent", p.urgent)
	handle("GET", "/desk/cases/:id", p.open)
	handle("GET", "/desk/cases/:id/sheet/:kind", p.sheet)
	handle("POST", "/desk/cases/:id/:action", p.act)
	handle("GET", "/desk/cases/:id/record/:form", p.newRecord)
	handle("POST", "/desk/cases/:id/record/:form", p.saveRecord)
	handle("POST", "/desk/cases/:id/writing", p.writing)
	handle("POST", "/desk/cases/:id/photos", p.addPhotos)
	handle("POST", "/desk/cases/:id/photo", p.addPhoto)
	handle("GET", "/desk/scene/:id/:photo/:size", p.scenePhoto)
	handle("GET", "/desk/evidence/:tip/:item/:size", p.evidence)
	handle("GET", reviewPath, p.nextReview)
	handle("GET", reviewPath+"/:id", p.review)
	handle("POST", reviewPath+"/:id/:answer", p.answer)
	handle("GET", qualityPath, p.quality)
	handle("GET", mapPath, p.placesMap)
	handle("GET", overviewPath, p.overview)
	handle("GET", overviewPath+".csv", p.overviewTable)
	handle("GET", workPath, p.work)
	handle("GET", workPath+".csv", p.workTable)
	handle("GET", drawsPath, p.drawn)
	handle("POST", drawsPath, p.draw)
	handle("GET", drawsPath+"/:month", p.checks)
	handle("POST", drawsPath+"/:month", p.check)
	handle("GET", checksPath, p.sent)
	handle("POST", checksPath, p.report)
	handle("GET", handoverPath, p.handover)
	handle("GET", calendarPath, p.calendarForm)
	handle("POST", calendarPath, p.announce)
	handle("GET", handoutsPath, p.handouts)
	handle("GET", handoutsPath+"/poster", p.poster)
	handle("GET", handoutsPath+"/leaflet", p.leaflet)
	handle("GET", handoutsPath+"/broadcast", p.broadcast)
	handle("GET", handoutsPath+"/outcomes/:outcome", p.article)
	handle("GET", handoutsPath+"/outcomes/:outcome/page", p.articlePage)
	handle("GET", "/desk/ops", p.ops)
	handle("GET", channelsPath, p.channels)
	handle("POST", channelsPath, p.tryChannel)
	handle("GET", hotlinePath, p.hotline)
	handle("POST", hotlinePath, p.takeCall)
	handle("POST", hotlinePath+"/kept", p.callKept)
	handle("GET", ordersPath, p.orders)
	handle("POST", ordersPath, p.importOrders)
	handle("GET", hotlinePath+"/states", p.states)
	p.ledgerRoutes(handle)
}

// Again is an error that brings a page back with what was typed.
func Again(err error, page any) error { return again{err, page} }

// again is an error that brings a page back with what was typed.
type again struct {
	error
	page any
}

// Page is shown in place of the page for errors.
func (a again) Page() any { return a.page }

// Unwrap gives the error.
func (a again) Unwrap() error { return a.error }

func sentence(err error) string { return fault.Sentence(fault.DefaultLang, err) }

// told is what a person reads about an error, with the reference number where there is something to look up.
func (p *Pages) told(c *gin.Context, err error) string {
	if fault.KindOf(err) != fault.Internal {
		return sentence(err)
	}
	return sentence(err) + " " + p.Words.T("reference", c.Writer.Header().Get("X-Request-Id"))
}

// Told is told, for the rooms whose pages share this frame.
func (p *Pages) Told(c *gin.Context, err error) string { return p.told(c, err) }

// Frame is the frame of a page that belongs to no queue, for the same rooms.
func (p *Pages) Frame(c *gin.Context, title string) (frontend.Shell, error) {
	return p.shell(c, title, "")
}

// Staff is who asks. Only routes with roles in the access table may call it.
func Staff(c *gin.Context) account.Staff { return staff(c) }

// Parse reads a form, or says that it is too large.
func Parse(c *gin.Context) error { return parse(c) }

// parse reads a form, or says that it is too large: gin's own reading of fields would swallow that.
func parse(c *gin.Context) error {
	if err := c.Request.ParseForm(); err != nil {
		return fault.New(fault.TooLarge, "form.too_large")
	}
	return nil
}

const cookie = "__Host-qianshao"

const staffKey = "desk.staff"

// Token is the session token of a request; "" when there is none.
func Token(c *gin.Context) string {
	k, err := c.Request.Cookie(cookie)
	if err != nil {
		return ""
	}
	return k.Value
}

// SignedIn notes who asks, for the handlers behind the guard.
func SignedIn(c *gin.Context, m account.Staff) { c.Set(staffKey, m) }

// staff is who asks. Only routes with roles in the access table may call it.
func staff(c *gin.Context) account.Staff { return c.MustGet(staffKey).(account.Staff) }

func setCookie(c *gin.Context, token string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{Name: cookie, Value: token, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
