package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
)

// What Add refuses. The command line shows them to an administrator.
var (
	ErrLogin = errors.New("account: a login is 2 to 32 letters, digits, dots, dashes or underscores")
	ErrTaken = errors.New("account: the login is taken")
	ErrRole  = errors.New("account: unknown role")
	ErrName  = errors.New("account: a name and, except for an administrator, a unit are needed")
	// ErrUnknown says that there is no such login.
	ErrUnknown = errors.New("account: no such login")
)

// Roles are all roles, in the order in which a list shows them.
var Roles = []cases.Role{cases.Admin, cases.Duty, cases.Handler, cases.Operator, cases.RewardOff, cases.Finance, cases.Auditor, cases.Publicity}

// NewStaff is what an administrator says about a new member of staff.
type NewStaff struct {
	Login, Name string
	Role        cases.Role
	Unit        string // unit id, "" for an administrator; the caller checks it against the county profile
}

var loginForm = regexp.MustCompile(`^[a-z0-9._-]{2,32}$`)

// Add makes an account without a password and the one-time link with which its owner sets one.
func (s *Service) Add(ctx context.Context, n NewStaff) (Staff, string, error) {
	login := normal(n.Login)
	switch {
	case !loginForm.MatchString(login):
		return Staff{}, "", ErrLogin
	case strings.TrimSpace(n.Name) == "" || n.Unit == "" && n.Role != cases.Admin:
		return Staff{}, "", ErrName
	case !slices.Contains(Roles, n.Role):
		return Staff{}, "", ErrRole
	}
	link, stored, err := s.token("link")
	if err != nil {
		return Staff{}, "", err
	}
	now := s.Now()
	m := Staff{ID: rand.Text()[:16], Login: login, Name: strings.TrimSpace(n.Name), Role: n.Role, Unit: n.Unit,
		Link: stored, LinkEnds: now.Add(LinkLife), Added: now}
	if err := s.note(ctx, m.ID, "cli", "add"); err != nil {
		return Staff{}, "", err
	}
	err = s.staff.Insert(ctx, &m)
	if errors.Is(err, docs.ErrExists) {
		return Staff{}, "", ErrTaken
	}
	if err != nil {
		return Staff{}, "", fmt.Errorf("account: add %s: %w", m.ID, err)
	}
	return m, link, nil
}

// Disable ends an account and all its sessions at once. ErrUnknown.
func (s *Service) Disable(ctx context.Context, login string) error {
	_, err := s.change(ctx, login, "disable", func(m *Staff) {
		m.Disabled, m.Hash, m.Link = true, "", noLink(m.ID)
	})
	return err
}

// Reset voids the password, every session and every older link of an account, enables it again, and gives a new one-time link. ErrUnknown.
func (s *Service) Reset(ctx context.Context, login string) (string, error) {
	link, stored, err := s.token("link")
	if err != nil {
		return "", err
	}
	_, err = s.change(ctx, login, "reset", func(m *Staff) {
		m.Disabled, m.Hash, m.Link, m.LinkEnds = false, "", stored, s.Now().Add(LinkLife)
	})
	if err != nil {
		return "", err
	}
	return link, nil
}

// change notes and makes a change that ends all sessions of an account.
func (s *Service) change(ctx context.Context, login, action string, f func(*Staff)) (Staff, error) {
	m, err := s.byField(ctx, "login", normal(login))
	if errors.Is(err, docs.ErrNotFound) {
		return Staff{}, ErrUnknown
	}
	if err != nil {
		return Staff{}, err
	}
	if err := s.note(ctx, m.ID, "cli", action); err != nil {
		return Staff{}, err
	}
	m, err = s.staff.Change(ctx, m.ID, func(m *Staff) error {
		f(m)
		m.Epoch++ // voids every session, also one that is being opened right now
		return nil
	})
	if err != nil {
		return Staff{}, fmt.Errorf("account: %s %s: %w", action, m.ID, err)
	}
	return m, s.dropSessions(ctx, m.ID)
}

func normal(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// noLink stands in the link field when no link is open; no keyed hash looks like it.
func noLink(id string) string { return "-" + id }
