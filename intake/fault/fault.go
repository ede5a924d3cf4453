// Package fault holds the kinds of error that a person may cause or meet, and the one sentence that each of them is told.
// It owns the sentence catalogue (one file per language) and knows nothing of tips, pages or HTTP bodies.
//
// A layer that knows what a person can do about a problem returns a fault. Everything else stays an ordinary error, and the person reads one
// constant sentence with a reference number. Only the key of a fault is ever logged, never its arguments.
package fault

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
)

// Kind says what sort of trouble it is; it decides the HTTP status and whether a worker tries again.
type Kind uint8

// The kinds. Internal is the zero value: an error of ours, never the person's.
const (
	Internal  Kind = iota
	Invalid        // something typed or sent has to be changed
	NotFound       // unknown, expired or forbidden: deliberately one kind
	Conflict       // somebody else was faster
	TooLarge       // more bytes than we take
	Challenge      // a captcha has to be solved first
	SignIn         // staff must sign in (again)
	Forbidden      // signed in, but not allowed
	Busy           // an engine is away: try later, nothing was accepted
	Full           // no room for files: words are still taken
)

// Status is the HTTP status for the kind.
func (k Kind) Status() int {
	switch k {
	case Invalid, Challenge:
		return http.StatusUnprocessableEntity
	case NotFound:
		return http.StatusNotFound
	case Conflict:
		return http.StatusConflict
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case SignIn:
		return http.StatusUnauthorized
	case Forbidden:
		return http.StatusForbidden
	case Busy:
		return http.StatusServiceUnavailable
	case Full:
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

// Error is a fault: a kind, the key of a sentence, the sentence's arguments, and the form field it belongs to, if any.
type Error struct {
	Kind  Kind
	Key   string // in the catalogue, such as "photo.too_large"
	Field string // name of the form field beside which the sentence stands; "" for the page as a whole
	args  []any
	cause error
}

// New makes a fault. The key must be in the catalogue; a test of this package and every Sentence call rely on it.
// Arguments fill the sentence's verbs and must not be words that a tipster typed.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, args: args}
}

// On places the fault beside a form field.
func (e *Error) On(field string) *Error {
	e.Field = field
	return e
}

// Because keeps the technical cause for the log.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// Error is for logs: the key and the cause, never the arguments.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("fault %s: %v", e.Key, e.cause)
	}
	return "fault " + e.Key
}

// Unwrap gives the technical cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf finds the kind of the first fault in err's chain; Internal when there is none.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// List is several faults at once, as a form has them.
type List []*Error

// Error lists the keys.
func (l List) Error() string {
	keys := make([]string, len(l))
	for i, f := range l {
		keys[i] = f.Key
	}
	return "faults " + strings.Join(keys, ", ")
}

// Unwrap lets errors.As find the first fault.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, f := range l {
		errs[i] = f
	}
	return errs
}

// All gives every fault in err's chain, in order; empty when err is not a fault.
func All(err error) []*Error {
	var l List
	if errors.As(err, &l) {
		return l
	}
	var f *Error
	if errors.As(err, &f) {
		return []*Error{f}
	}
	return nil
}

//go:embed sentences
var files embed.FS

var catalogues = mustLoad()

// DefaultLang is the language of a sentence when the asked one has no catalogue.
const DefaultLang = "zh-CN"

// Sentence is what a person may read about err: the fault's own sentence, or the constant one for everything that is not a fault.
func Sentence(lang string, err error) string {
	var f *Error
	if !errors.As(err, &f) {
		return sentence(lang, "internal")
	}
	return f.Sentence(lang)
}

// Sentence is the fault in words: what happened, then what to do.
func (e *Error) Sentence(lang string) string { return sentence(lang, e.Key, e.args...) }

func sentence(lang, key string, args ...any) string {
	c, ok := catalogues[lang]
	if !ok {
		c = catalogues[DefaultLang]
	}
	s, ok := c[key]
	if !ok {
		return c["internal"]
	}
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, args...)
}

// mustLoad reads the embedded catalogues. They are part of the program, so a broken one is a bug that every test finds at once.
func mustLoad() map[string]map[string]string {
	entries, err := files.ReadDir("sentences")
	if err != nil {
		panic(err)
	}
	all := map[string]map[string]string{}
	for _, e := range entries {
		raw, err := files.ReadFile(path.Join("sentences", e.Name()))
		if err != nil {
			panic(err)
		}
		c := map[string]string{}
		if err := yaml.UnmarshalWithOptions(raw, &c, yaml.Strict()); err != nil {
			panic(fmt.Sprintf("fault: %s: %v", e.Name(), err))
		}
		all[strings.TrimSuffix(e.Name(), ".yaml")] = c
	}
	return all
}
