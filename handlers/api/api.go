// Package api is what other systems talk to: Open311 GeoReport v2. Everybody may read what was published; systems of the city that have a key may hand in tips
// of people who called them. It owns nothing, and answers in JSON and XML.
//
// What the specification leaves open, and what is done here:
//
//   - Read is what notify/outcome published and no more: status is always closed; the place is a township in words, never a position; both times are
//     the day of publication, because when somebody tipped is told to nobody. A withdrawn outcome is not there.
//   - Write is type=batch: the answer is a token, and GET tokens/TOKEN gives the service_request_id once the worker has taken the tip up. That id leads to nothing
//     that is published: nobody can tell which outcome came of which call.
//   - The query code of the tip, and the claim code if one was wished, stand in the service_notice of the answer to the POST, for the gateway to read to its
//     caller. They are in no other answer.
//   - A description has some 2,000 characters with the name of its service, as a tip has, not 4,000; a longer one is refused and told how much fits.
//   - Name, address, telephone, account and device of a caller are not read. A media_url is not fetched, as a server that fetches addresses that others name is a
//     door; files come as parts named media.
package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/handlers/budget"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/gateway"
	"qianshao/intake/vault"
	"qianshao/notify/outcome"
	"qianshao/triage/cases"
)

// Base is the path below which everything of this package lies.
const Base = "/open311"

const v2 = Base + "/v2"

// Deps is what the answers stand on.
type Deps struct {
	Config   *config.Config
	Profile  *county.Profile
	Outcomes *outcome.Service
	Gateways *gateway.Service
	Intake   *intake.Service
	Cases    *cases.Service
	Custody  *custody.Log
	Vault    *vault.Vault
	Budgets  *budget.Book
	Words    *words.Catalogue
	Keep     func(c *gin.Context, kind string, raw []byte) error // answers with bytes that may be kept for a while
	Accepted func()                                              // is told of every new tip, to count it
	Now      func() time.Time
}

// Open311 answers.
type Open311 struct {
	Deps
	base string // the address of the house, without a slash at the end
}

// New prepares the answers.
func New(d Deps) *Open311 { return &Open311{Deps: d, base: strings.TrimSuffix(d.Config.URL, "/")} }

// Routes registers the answers.
func (o *Open311) Routes(handle func(method, path string, f func(*gin.Context) error)) {
	for _, suffix := range []string{".json", ".xml"} {
		handle("GET", Base+"/discovery"+suffix, o.discovery)
		handle("GET", v2+"/services"+suffix, o.services)
		handle("GET", v2+"/requests"+suffix, o.requests)
		handle("POST", v2+"/requests"+suffix, o.submit)
	}
	handle("GET", v2+"/services/:service", o.definition)
	handle("GET", v2+"/requests/:request", o.request)
	handle("GET", v2+"/tokens/:token", o.token)
}

// jurisdiction checks the one that is named, if one is. fault geo.jurisdiction.
func (o *Open311) jurisdiction(named string) error {
	if named != "" && named != o.Profile.Code {
		return fault.New(fault.NotFound, "geo.jurisdiction", o.Profile.Code).On("jurisdiction_id")
	}
	return nil
}

// named is the last part of a path without the format. fault geo.format when it has none.
func named(c *gin.Context, param string) (string, error) {
	part := c.Param(param)
	for _, suffix := range []string{".json", ".xml"} {
		if id, ok := strings.CutSuffix(part, suffix); ok {
			return id, nil
		}
	}
	return "", fault.New(fault.NotFound, "geo.format")
}

// answer writes what everybody may read.
func (o *Open311) answer(c *gin.Context, v any) error {
	c.Header("Access-Control-Allow-Origin", "*")
	c.Header("Cross-Origin-Resource-Policy", "cross-origin")
	kind, raw, err := encode(c.Request.URL.Path, v)
	if err != nil {
		return err
	}
	return o.Keep(c, kind, raw)
}

// private writes what one gateway asked for.
func private(c *gin.Context, status int, v any) error {
	kind, raw, err := encode(c.Request.URL.Path, v)
	if err != nil {
		return err
	}
	c.Data(status, kind, raw)
	return nil
}

// Failure is an error in the shape of the specification, with its status: 400 for what is missing or wrong, 403 for a key, 404 for what is not there.
func Failure(path string, err error, ref string) (status int, kind string, raw []byte) {
	status = fault.KindOf(err).Status()
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Challenge, fault.Conflict:
		status = http.StatusBadRequest
	case fault.SignIn:
		status = http.StatusForbidden
	case fault.Full:
		status = http.StatusServiceUnavailable
	}
	if slow := fault.All(err); len(slow) == 1 && slow[0].Key == "geo.slow" {
		status = http.StatusTooManyRequests
	}
	var list failures
	for _, f := range fault.All(err) {
		text := f.Sentence(fault.DefaultLang)
		if f.Field != "" {
			text = f.Field + ": " + text
		}
		list.Errors = append(list.Errors, failure{status, text})
	}
	if len(list.Errors) == 0 {
		list.Errors = append(list.Errors, failure{status, fault.Sentence(fault.DefaultLang, err) + " " + ref})
	}
	kind, raw, err = encode(path, list)
	if err != nil {
		return status, "text/plain; charset=utf-8", []byte(ref + "\n")
	}
	return status, kind, raw
}
