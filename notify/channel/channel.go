// Package channel sends one short message by one of five ways: a WeCom group robot, a DingTalk group robot, mail, SMS, and a signed webhook for everything else.
// It owns how each vendor wants to be asked, its documented limits, and what its answers mean. It knows nothing of cases, of who is told what, or of trying again.
//
// What it promises of every way: a call ends within its limit, follows no redirect, reads no more than a few kilobytes of an answer, believes only the answer
// that the vendor documents, and its errors hold a short code and never an address, a secret or what a server said.
package channel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is what is told. It has no field for anything of a tip.
type Message struct {
	ID       string    // the same when it is sent again; hexadecimal
	At       time.Time // when it was put together
	Text     string    // the whole sentence
	What     string    // its parts, for gateways that only take the variables of a template: 新线索
	Count    int
	Priority string // P0 ... P3; "" when it does not say
	Number   string // of the one case; "" when it does not say
}

// shortID is as much of the id as a person can compare; robots carry it in the text, because they have no other place for it.
func (m Message) shortID() string { return m.ID[:min(6, len(m.ID))] }

// numbered is the text with the short id, of at most so many bytes.
func (m Message) numbered(most int) string {
	tail := "（消息 " + m.shortID() + "）"
	return cut(m.Text, most-len(tail)) + tail
}

// cut shortens a text to so many bytes without breaking a character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:max(0, most-len("…"))]
	for s != "" && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}

// Channel is one address that can be told something.
type Channel interface {
	// Send hands a message over. Nil means that the vendor's documented answer said so; anything else is a *Failure, after which the message may have
	// arrived all the same. Safe for concurrent use.
	Send(ctx context.Context, m Message) error
	// Limit is how much the address takes.
	Limit() Limit
}

// Limit is how many messages an address takes in a time, and how long a call of Send may last.
type Limit struct {
	Messages int
	Per      time.Duration
	Lasts    time.Duration
}

// Failure says why a message was not handed over.
type Failure struct {
	Code      string        // "timeout", "unreachable", "redirect", "answer", "http 500", "errcode 45009", "smtp 550": for the log and for a sentence
	Permanent bool          // trying again changes nothing until a person mends the address or the secret
	After     time.Duration // the vendor takes nothing before; 0 when it does not say
}

// Error is the code.
func (f *Failure) Error() string { return "channel: " + f.Code }

// CodeOf is the code of an error of Send.
func CodeOf(err error) string {
	var f *Failure
	if errors.As(err, &f) {
		return f.Code
	}
	return "unknown"
}

// sendLimit is how long a request may take.
const sendLimit = 10 * time.Second

// unreached makes a failure of an error of the network, which may hold the address and is therefore dropped.
func unreached(ctx context.Context, err error) *Failure {
	if ctx.Err() != nil || isTimeout(err) {
		return &Failure{Code: "timeout"}
	}
	return &Failure{Code: "unreachable"}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

// byStatus makes a failure of an HTTP status other than 2xx.
func byStatus(a answer) *Failure {
	f := &Failure{Code: fmt.Sprintf("http %d", a.status), After: a.after}
	switch {
	case a.status >= 300 && a.status < 400:
		f.Code, f.Permanent = "redirect", true
	case a.status >= 400 && a.status < 500 && a.status != 408 && a.status != 429:
		f.Permanent = true
	}
	return f
}

// clean takes line breaks out of what stands in a header.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
