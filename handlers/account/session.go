package account

import (
	"context"
	"errors"
	"fmt"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
)

// needed is what everybody without a valid session is told.
func needed() *fault.Error { return fault.New(fault.SignIn, "signin.needed") }

// Begin opens a session for somebody who was authenticated and gives its token: always a new one, so that a token planted before is worth nothing.
func (s *Service) Begin(ctx context.Context, m Staff) (string, error) {
	token, stored, err := s.token("session")
	if err != nil {
		return "", err
	}
	if err := s.note(ctx, m.ID, m.ID, "signin"); err != nil {
		return "", err
	}
	now := s.Now()
	err = s.sessions.Insert(ctx, &session{ID: stored, Staff: m.ID, Epoch: m.Epoch, Began: now, Seen: now, Ends: now.Add(SessionMax)})
	if err != nil {
		return "", fmt.Errorf("account: begin session of %s: %w", m.ID, err)
	}
	return token, nil
}

// Who tells whose session this is and keeps it awake. fault signin.needed when it ended, was ended or never was.
func (s *Service) Who(ctx context.Context, token string) (Staff, error) {
	return s.who(ctx, token, true)
}

// Glance is Who for a script that asks by itself: it keeps no session awake at which nobody sits any more.
func (s *Service) Glance(ctx context.Context, token string) (Staff, error) {
	return s.who(ctx, token, false)
}

func (s *Service) who(ctx context.Context, token string, awake bool) (Staff, error) {
	if token == "" {
		return Staff{}, needed()
	}
	id := s.stored("session", token)
	sess, err := s.sessions.Get(ctx, id)
	if err != nil {
		return Staff{}, missing(err, needed())
	}
	now := s.Now()
	if !now.Before(sess.Ends) || now.Sub(sess.Seen) >= IdleLife {
		return Staff{}, s.over(ctx, id)
	}
	m, err := s.staff.Get(ctx, sess.Staff)
	if err != nil {
		return Staff{}, missing(err, needed())
	}
	if m.Disabled || m.Epoch != sess.Epoch {
		return Staff{}, s.over(ctx, id)
	}
	if awake && now.Sub(sess.Seen) >= seenEvery {
		_, err := s.sessions.Change(ctx, id, func(sess *session) error { sess.Seen = now; return nil })
		if err != nil {
			return Staff{}, missing(err, needed())
		}
	}
	return m, nil
}

// End closes a session; ending what is not there is no error.
func (s *Service) End(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	return s.sessions.Delete(ctx, s.stored("session", token))
}

// SweepSessions deletes the sessions that ended by time and were never asked for again; returns how many.
func (s *Service) SweepSessions(ctx context.Context) (int, error) {
	n := 0
	for sess, err := range s.sessions.Each(ctx, docs.Query{Order: "ends", To: s.Now()}) {
		if err != nil {
			return n, fmt.Errorf("account: sweep sessions: %w", err)
		}
		if err := s.sessions.Delete(ctx, sess.ID); err != nil {
			return n, fmt.Errorf("account: sweep sessions: %w", err)
		}
		n++
	}
	return n, nil
}

// over deletes a void session and says that a new one is needed.
func (s *Service) over(ctx context.Context, id string) error {
	return errors.Join(needed(), s.sessions.Delete(ctx, id))
}

// dropSessions deletes the sessions of an account. They are void already, by their epoch; this only tidies.
func (s *Service) dropSessions(ctx context.Context, staff string) error {
	for {
		p, err := s.sessions.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "staff", Value: staff}}})
		if err != nil {
			return fmt.Errorf("account: sessions of %s: %w", staff, err)
		}
		for _, sess := range p.Items {
			if err := s.sessions.Delete(ctx, sess.ID); err != nil {
				return fmt.Errorf("account: end session of %s: %w", staff, err)
			}
		}
		if p.Next == "" {
			return nil
		}
	}
}
