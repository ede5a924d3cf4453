// Package gateway knows which other systems of the city may hand in tips for people who called them: a name and the hash of a key each.
// It owns the collection gateways. It knows nothing of tips, and no key once it has been told.
package gateway

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// What Add and Disable refuse. The command line shows them to an administrator.
var (
	ErrID      = errors.New("gateway: an id is 2 to 32 letters, digits or dashes")
	ErrName    = errors.New("gateway: a name is needed")
	ErrTaken   = errors.New("gateway: the id is taken")
	ErrUnknown = errors.New("gateway: no such gateway")
)

// Gateway is a system that may hand in tips.
type Gateway struct {
	ID       string `bson:"_id"` // 12345-lvliang
	Name     string // 吕梁市 12345
	Key      string // keyed hash of its key
	Disabled bool
	Added    time.Time
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Now     func() time.Time
}

// Service keeps the gateways.
type Service struct {
	Deps
	all *docs.Collection[Gateway]
}

// New opens the collection.
func New(ctx context.Context, d Deps) (*Service, error) {
	all, err := docs.Open[Gateway](ctx, d.Docs, "gateways")
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return &Service{d, all}, nil
}

var idForm = regexp.MustCompile(`^[a-z0-9-]{2,32}$`)

// Add makes a gateway and its key, which is told once and stored nowhere.
func (s *Service) Add(ctx context.Context, id, name string) (key string, err error) {
	name = strings.TrimSpace(name)
	switch {
	case !idForm.MatchString(id):
		return "", ErrID
	case name == "":
		return "", ErrName
	}
	key = id + "." + rand.Text()
	if err := s.note(ctx, id, "add"); err != nil {
		return "", err
	}
	err = s.all.Insert(ctx, &Gateway{ID: id, Name: name, Key: s.hash(key), Added: s.Now().UTC()})
	if errors.Is(err, docs.ErrExists) {
		return "", ErrTaken
	}
	return key, err
}

// List gives all, by their ids.
func (s *Service) List(ctx context.Context) ([]Gateway, error) {
	var all []Gateway
	for g, err := range s.all.Each(ctx, docs.Query{}) {
		if err != nil {
			return nil, fmt.Errorf("gateway: list: %w", err)
		}
		all = append(all, g)
	}
	return all, nil
}

// Disable ends the key of a gateway at once. It cannot be made again: a new one has another id.
func (s *Service) Disable(ctx context.Context, id string) error {
	if err := s.note(ctx, id, "disable"); err != nil {
		return err
	}
	_, err := s.all.Change(ctx, id, func(g *Gateway) error { g.Disabled = true; return nil })
	if errors.Is(err, docs.ErrNotFound) {
		return ErrUnknown
	}
	return err
}

// Who finds whose key it is. fault gateway.key for every key that is not in force, whatever the reason; fault.Busy.
func (s *Service) Who(ctx context.Context, key string) (Gateway, error) {
	id, _, _ := strings.Cut(key, ".")
	refused := fault.New(fault.Forbidden, "gateway.key").On("api_key")
	if !idForm.MatchString(id) {
		return Gateway{}, refused
	}
	g, err := s.all.Get(ctx, id)
	switch {
	case errors.Is(err, docs.ErrNotFound):
		return Gateway{}, refused
	case err != nil:
		return Gateway{}, fmt.Errorf("gateway: look for a key: %w", fault.New(fault.Busy, "gateway.busy").Because(err))
	case g.Disabled || !hmac.Equal([]byte(g.Key), []byte(s.hash(key))):
		return Gateway{}, refused
	}
	return g, nil
}

func (s *Service) hash(key string) string {
	return hex.EncodeToString(s.Vault.MAC("gateway key", []byte(key)))
}

func (s *Service) note(ctx context.Context, id, what string) error {
	if err := s.Custody.Note(ctx, "gateway/"+id, "cli", what, ""); err != nil {
		return fmt.Errorf("gateway: note %s of %s: %w", what, id, err)
	}
	return nil
}
