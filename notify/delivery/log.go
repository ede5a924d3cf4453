package delivery

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/notify/channel"
	"qianshao/notify/contacts"
	"qianshao/triage/cases"
)

// State is how a contact does.
type State struct {
	*contacts.Contact
	Line
	Waiting int64 // deliveries
}

// States are all contacts in the order of the file.
func (s *Service) States(ctx context.Context) ([]State, error) {
	var all []State
	for i := range s.Book.Contacts {
		st := State{Contact: &s.Book.Contacts[i]}
		var err error
		if st.Line, err = s.line(ctx, st.Name); err != nil {
			return nil, err
		}
		for _, lane := range []string{urgent, later, daily} {
			n, err := s.deliveries.Count(ctx, docs.Query{Where: []docs.Eq{{Field: "waits", Value: lane + st.Name}}})
			if err != nil {
				return nil, fmt.Errorf("delivery: %w", err)
			}
			st.Waiting += n
		}
		all = append(all, st)
	}
	return all, nil
}

// logPage is how many deliveries the log shows at once.
const logPage = 50

// History is a page of what was told or waits, the newest first.
func (s *Service) History(ctx context.Context, after string) (docs.Page[Delivery], error) {
	page, err := s.deliveries.Find(ctx, docs.Query{Order: "at", Desc: true, Limit: logPage, After: after})
	if errors.Is(err, docs.ErrToken) {
		return page, fault.New(fault.NotFound, "page.unknown")
	}
	return page, err
}

// Try sends a contact a test message for an administrator and gives the code of its failure, "" when it arrived. An address that works again is told at once what
// waits for it. faults desk.not_found, contact.full when what is left of the vendor's limit is kept for emergencies.
func (s *Service) Try(ctx context.Context, by cases.Actor, name string) (string, error) {
	c, ok := s.Book.Find(name)
	if !ok {
		return "", fault.New(fault.NotFound, "desk.not_found")
	}
	l, err := s.line(ctx, name)
	if err != nil {
		return "", err
	}
	if _, spare := l.room(c.Limit(), s.Now()); !spare {
		return "", fault.New(fault.Conflict, "contact.full")
	}
	if err := s.Custody.Note(ctx, "contact/"+name, by.ID, "test", ""); err != nil {
		return "", fmt.Errorf("delivery: note a test: %w", err)
	}
	raw := make([]byte, 12)
	_, _ = rand.Read(raw) // never fails
	now := s.Now()
	m := channel.Message{ID: hex.EncodeToString(raw), At: now, Text: s.Profile.Texts["tell.test"], What: s.Profile.Texts["tell.test"]}
	failed := c.Send(ctx, m)
	d := Delivery{ID: m.ID, Contact: name, Kind: Test, At: now, Done: &now, Result: Sent, Message: m.ID}
	if failed != nil {
		d.Result, d.Code = Failed, channel.CodeOf(failed)
	}
	ctx = context.WithoutCancel(ctx) // it was sent: that must be known although the administrator has left
	return d.Code, errors.Join(s.change(ctx, name, func(l *Line) error { l.tried(c, now, failed); return nil }), s.deliveries.Insert(ctx, &d))
}

// tidy ends the deliveries of contacts that are gone and forgets old ones.
func (s *Service) tidy(ctx context.Context) error {
	lanes, err := s.deliveries.Tally(ctx, docs.Query{}, "waits")
	if err != nil {
		return fmt.Errorf("delivery: %w", err)
	}
	for key := range lanes {
		_, name, _ := strings.Cut(key, "/")
		if _, ok := s.Book.Find(name); ok {
			continue
		}
		for d, err := range s.deliveries.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "waits", Value: key}}, Order: "at"}) {
			if err == nil {
				err = s.finish(ctx, d.ID, func(d *Delivery) { d.Result = Removed })
			}
			if err != nil {
				return fmt.Errorf("delivery: %w", err)
			}
		}
	}
	old := docs.Query{Order: "done", To: s.Now().AddDate(0, 0, -s.Profile.Telling.KeepDays)}
	for d, err := range s.deliveries.Each(ctx, old) {
		if err == nil {
			err = s.deliveries.Delete(ctx, d.ID)
		}
		if err != nil {
			return fmt.Errorf("delivery: %w", err)
		}
	}
	return nil
}
