package account

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
)

// cost is OWASP's second choice for argon2id: 19 MiB, two passes; 125 ms on the machine it was measured on.
var cost = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Authenticate finds who has this login and password. An unknown login, a disabled account, one without a password and a wrong password cost the same
// time and give the same fault signin.wrong.
func (s *Service) Authenticate(ctx context.Context, login, password string) (Staff, error) {
	m, err := s.byField(ctx, "login", normal(login))
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return Staff{}, err
	}
	hash := m.Hash
	if hash == "" || m.Disabled || len(password) > 4*maxLength {
		hash, password = s.nobody, ""
	}
	ok, err := s.matches(ctx, password, hash)
	if err != nil {
		return Staff{}, fmt.Errorf("account: check password of %s: %w", m.ID, err)
	}
	if !ok {
		return Staff{}, fault.New(fault.Invalid, "signin.wrong")
	}
	return m, nil
}

// LinkOwner finds whose open one-time link this is. fault signin.link_used when it was used, is too old or never was one.
func (s *Service) LinkOwner(ctx context.Context, token string) (Staff, error) {
	used := fault.New(fault.NotFound, "signin.link_used")
	m, err := s.byField(ctx, "link", s.stored("link", token))
	if err != nil {
		return Staff{}, missing(err, used)
	}
	if m.Disabled || !s.Now().Before(m.LinkEnds) {
		return Staff{}, used
	}
	return m, nil
}

// SetPassword uses up a one-time link. faults signin.link_used, signin.password_short (also for a password that is the login or absurdly long).
func (s *Service) SetPassword(ctx context.Context, token, password string) error {
	m, err := s.LinkOwner(ctx, token)
	if err != nil {
		return err
	}
	n := utf8.RuneCountInString(password)
	if n < MinLength || n > maxLength || strings.EqualFold(password, m.Login) {
		return fault.New(fault.Invalid, "signin.password_short")
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("account: hash password of %s: %w", m.ID, err)
	}
	if err := s.note(ctx, m.ID, m.ID, "password"); err != nil {
		return err
	}
	stored := s.stored("link", token)
	_, err = s.staff.Change(ctx, m.ID, func(m *Staff) error {
		if m.Link != stored || m.Disabled {
			return fault.New(fault.NotFound, "signin.link_used") // somebody else used it in between
		}
		m.Hash, m.Link = hash, noLink(m.ID)
		m.Epoch++
		return nil
	})
	if err != nil {
		return err
	}
	return s.dropSessions(ctx, m.ID)
}

// hash and matches wait for a free place, so that a crowd at the door cannot take all memory.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	if err := s.takePlace(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	return argon2id.CreateHash(password, &cost)
}

func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := s.takePlace(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	return argon2id.ComparePasswordAndHash(password, hash)
}

func (s *Service) takePlace(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// unmatchable is a well-formed hash of nothing: comparing with it costs as much as with a real one and never succeeds.
func (s *Service) unmatchable() (string, error) {
	raw := make([]byte, cost.SaltLength+cost.KeyLength)
	if _, err := io.ReadFull(s.Rand, raw); err != nil {
		return "", fmt.Errorf("account: random hash: %w", err)
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", cost.Memory, cost.Iterations, cost.Parallelism,
		b64(raw[:cost.SaltLength]), b64(raw[cost.SaltLength:])), nil
}
