// Package public is the resident's side: the form and its receipt, the status by query code, captchas.
// It owns the keys "captcha:*" on the queue's Redis. It sets no cookie, writes no log line and knows no staff; an error goes back to its caller, and
// what a person typed comes back with it.
package public

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/handlers/budget"
	"qianshao/handlers/form"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/answers"
	"qianshao/notify/reward"
	"qianshao/triage/cases"
)

// Deps is what the pages stand on.
type Deps struct {
	Config   *config.Config
	Profile  *county.Profile
	Intake   *intake.Service
	Cases    *cases.Service
	Rewards  *reward.Service
	Answers  *answers.Service
	Budgets  *budget.Book
	Words    *words.Catalogue
	Redis    redis.UniversalClient
	Show     func(c *gin.Context, status int, page any) error
	Shell    func(title string) frontend.Shell
	Accepted func() // is told of every new tip, to count it
	Now      func() time.Time
}

// Pages are the resident's pages.
type Pages struct {
	Deps
	questions *form.Form
	captchas  captchas
}

// New prepares what does not change from one request to the next.
func New(d Deps) *Pages {
	return &Pages{Deps: d, questions: form.New(d.Profile, d.Words), captchas: captchas{d.Redis}}
}

// Routes registers the pages.
func (p *Pages) Routes(handle func(method, path string, f func(*gin.Context) error)) {
	handle("GET", "/", p.home)
	handle("GET", "/report", p.report)
	handle("POST", "/report", p.submit)
	handle("POST", "/report/evidence", p.evidence)
	handle("POST", "/report/kept", p.kept)
	handle("GET", "/report/kept", p.toStatus)
	handle("GET", "/status", p.lookup)
	handle("POST", "/status", p.status)
	handle("POST", "/status/say", p.say)
	handle("GET", "/status/say", p.toStatus)
	handle("POST", "/status/rate", p.rate)
	handle("GET", "/status/rate", p.toStatus)
	handle("POST", "/status/object", p.object)
	handle("GET", "/status/object", p.toStatus)
	handle("POST", "/status/withdraw", p.withdraw)
	handle("GET", "/status/withdraw", p.toStatus)
	handle("GET", "/captcha/:file", p.captcha)
	handle("GET", "/claim", p.claimPage)
	handle("POST", "/claim", p.enterClaim)
	handle("POST", "/claim/pay", p.claim)
	handle("GET", "/claim/pay", p.toClaim)
}

// shell is the frame of a page in the text size that travels in the address.
func (p *Pages) shell(c *gin.Context, title string) frontend.Shell {
	s := Sized(c, p.Shell(title))
	if c.Request.Method != http.MethodPost {
		s.Here, s.Stays = c.FullPath(), false
	}
	return s
}

// Sized puts the text size of the address into the frame of a page that cannot be asked for again, such as the answer to a POST or an error.
func Sized(c *gin.Context, s frontend.Shell) frontend.Shell {
	if n, err := strconv.Atoi(c.Query("zi")); err == nil && n >= 0 && n <= 2 {
		s.Size = n
	}
	s.Stays = true
	return s
}

// toStatus sends on who opens a tab again that showed the answer to a POST: whoever was there holds a code.
func (p *Pages) toStatus(c *gin.Context) error {
	c.Redirect(http.StatusSeeOther, p.shell(c, "").Link("/status"))
	return nil
}

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

// icons go with the number to call first.
var icons = map[string]string{"119": "fire", "120": "injury", "110": "violence"}

func (p *Pages) home(c *gin.Context) error {
	page := frontend.Home{Shell: p.shell(c, ""), Hotline: p.Profile.Texts["hotline"]}
	page.Open = true
	for _, e := range p.Profile.Emergencies {
		if len(e.Call) > 0 { // "none of these" is the other button
			page.Emergencies = append(page.Emergencies, frontend.EmergencyOption{ID: e.ID, Text: e.Text, Icon: icons[e.Call[0]]})
		}
	}
	return p.Show(c, http.StatusOK, page)
}
