package channel

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"qianshao/config"
)

// Post is the mail server by which everybody with a mail address is told.
type Post struct {
	Server   string // host:port; at 465 TLS begins at once, at every other port with STARTTLS, which must be there unless the server is this machine
	User     string // "" signs in to nothing
	Password config.Secret
	From     string
}

type letter struct {
	Post
	host   string
	port   int
	domain string // of From: it stands where go-mail would write the name of this machine
	To     config.Secret
	limit  time.Duration // of each of the steps connect, greet, hand over, part
}

// Mail is a mail address. 30 letters a minute are ours: servers document different limits, if any. The text is short enough for every server (RFC 5321, 4.5.3.1).
func Mail(p Post, to string) Channel {
	host, port, _ := net.SplitHostPort(p.Server)
	n, _ := strconv.Atoi(port) // whoever read the settings has checked it
	_, domain, _ := strings.Cut(p.From, "@")
	return letter{Post: p, host: host, port: n, domain: strings.TrimSuffix(domain, ">"), To: config.Secret(to), limit: sendLimit}
}

func (l letter) Limit() Limit { return Limit{30, time.Minute, 4 * l.limit} }

// implicitTLS is the port at which TLS begins at once (RFC 8314).
const implicitTLS = 465

func (l letter) options() []mail.Option {
	o := []mail.Option{mail.WithPort(l.port), mail.WithHELO(l.domain), mail.WithTimeout(l.limit),
		mail.WithTLSConfig(&tls.Config{ServerName: l.host, MinVersion: tls.VersionTLS12}), mail.WithTLSPolicy(mail.TLSMandatory)}
	if ip := net.ParseIP(l.host); ip != nil && ip.IsLoopback() {
		o = append(o, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if l.port == implicitTLS {
		o = append(o, mail.WithSSL())
	}
	if l.User != "" {
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(l.User), mail.WithPassword(l.Password.Reveal()))
	}
	return o
}

func (l letter) Send(ctx context.Context, m Message) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(l.From), msg.To(l.To.Reveal())); err != nil {
		return &Failure{Code: "address", Permanent: true}
	}
	msg.Subject(clean(m.Text))
	msg.SetDateWithValue(m.At)
	msg.SetMessageIDWithValue(m.ID + "@" + l.domain)
	msg.SetBodyString(mail.TypeTextPlain, m.Text+"\n\n消息 "+m.shortID()+"\n")
	client, err := mail.NewClient(l.host, l.options()...)
	if err != nil {
		return &Failure{Code: "address", Permanent: true}
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil && !msg.IsDelivered() { // what goes wrong in parting does not matter
		return refusedMail(ctx, err)
	}
	return nil
}

// refusedMail makes a failure of go-mail's error, which quotes server and address.
func refusedMail(ctx context.Context, err error) *Failure {
	var s *mail.SendError
	if errors.As(err, &s) && s.ErrorCode() != 0 {
		return &Failure{Code: fmt.Sprintf("smtp %d", s.ErrorCode()), Permanent: s.ErrorCode() >= 500}
	}
	var t *textproto.Error // of signing in
	if errors.As(err, &t) {
		return &Failure{Code: fmt.Sprintf("smtp %d", t.Code), Permanent: t.Code >= 500}
	}
	return unreached(ctx, err)
}
