// Package reward keeps the wish for a reward apart from the tip and the case: a claim code's derivation and the sealed id of its tip.
// It owns the collection rewards and knows nothing of cases, places or words. It satisfies intake.Claims.
package reward

import (
	"context"
	"errors"
	"fmt"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/vault"
)

// claim is a stored wish. It holds no time: that would lead from the claim to the tip that came in the same second.
type claim struct {
	Lookup string       `bson:"_id"` // slow derivation of the claim code
	Tip    vault.Sealed `bson:"tip"` // id of the tip
}

// Service keeps claims. Safe for concurrent use.
type Service struct {
	claims *docs.Collection[claim]
	vault  *vault.Vault
}

// New opens the collection.
func New(ctx context.Context, s docs.Store, v *vault.Vault) (*Service, error) {
	c, err := docs.Open[claim](ctx, s, "rewards")
	if err != nil {
		return nil, fmt.Errorf("reward: %w", err)
	}
	return &Service{claims: c, vault: v}, nil
}

// ErrTaken says that a lookup belongs to another tip: two claim codes with one derivation, once in 10^15.
var ErrTaken = errors.New("reward: lookup belongs to another tip")

// Register keeps a claim. lookup is the slow derivation of the claim code. Registering twice changes nothing.
func (s *Service) Register(ctx context.Context, lookup string, tip intake.TipID) error {
	sealed, err := s.vault.Seal("reward tip", lookup, []byte(tip))
	if err != nil {
		return fmt.Errorf("reward: seal: %w", err)
	}
	err = s.claims.Insert(ctx, &claim{Lookup: lookup, Tip: sealed})
	if !errors.Is(err, docs.ErrExists) {
		return wrap(err)
	}
	there, err := s.Tip(ctx, lookup)
	if err == nil && there != tip {
		return ErrTaken
	}
	return err
}

// Tip gives the tip of a claim; docs.ErrNotFound when there is none.
func (s *Service) Tip(ctx context.Context, lookup string) (intake.TipID, error) {
	c, err := s.claims.Get(ctx, lookup)
	if err != nil {
		return "", wrap(err)
	}
	id, err := s.vault.Open("reward tip", lookup, c.Tip)
	return intake.TipID(id), wrap(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("reward: %w", err)
}
