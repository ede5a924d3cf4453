// Package reward keeps the wish for a reward apart from the tip and the case, computes what a reward is, and carries an award from the proposal to the payment.
// It owns the collections rewards (wishes: a claim code's derivation and the sealed id of its tip), awards (what may be paid, to whom, in which state) and
// purses (what was taken out of a year's budget). It knows nothing of cases, places or words: of a case it holds a sealed id, the money on which the amount is
// based, the day on which it was settled and the town for a public notice. It satisfies intake.Claims.
//
// Who is paid is sealed to the officers' public key before it is stored: this process cannot read it again.
//
// A transition is a pure function on the award, in one write of the store: an award is paid once, whoever asks how often, because only one write can leave
// the state in which it may be paid. The budget is a document of its own, taken from before the payment and mended by Sweep.
package reward

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/vault"
)

// claim is a stored wish. It holds no time: that would lead from the claim to the tip that came in the same second.
type claim struct {
	Lookup string       `bson:"_id"`   // slow derivation of the claim code
	Tip    vault.Sealed `bson:"tip"`   // id of the tip
	Award  string       `bson:"award"` // id of the award that the tip may get; there need not be one
	Tail   vault.Sealed `bson:"tail"`  // last four digits of the code
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Profile *county.Profile
	Now     func() time.Time
}

// Service keeps wishes and awards. Safe for concurrent use.
type Service struct {
	Deps
	claims *docs.Collection[claim]
	awards *docs.Collection[Award]
	purses *docs.Collection[purse]
}

// New opens the collections; it fails when an index cannot be made.
func New(ctx context.Context, d Deps) (*Service, error) {
	s := &Service{Deps: d}
	var err error
	if s.claims, err = docs.Open[claim](ctx, d.Docs, "rewards", docs.Index{Fields: []string{"award"}}); err != nil {
		return nil, wrap(err)
	}
	s.awards, err = docs.Open[Award](ctx, d.Docs, "awards",
		docs.Index{Fields: []string{"terms", "at"}, Multi: true}, docs.Index{Fields: []string{"terms", "until"}, Multi: true},
		docs.Index{Fields: []string{"matter"}, Unique: true})
	if err != nil {
		return nil, wrap(err)
	}
	s.purses, err = docs.Open[purse](ctx, d.Docs, "purses")
	return s, wrap(err)
}

// ErrTaken says that a lookup belongs to another tip: two claim codes with one derivation, once in 10^15.
var ErrTaken = errors.New("reward: lookup belongs to another tip")

const (
	sealTip  = "reward tip"
	sealTail = "reward tail"
	sealCase = "reward case"
	sealNote = "reward note"
	sealMeet = "reward meet"
)

// ID is the id of the award that a tip may get. It does not tell the tip.
func (s *Service) ID(tip intake.TipID) string {
	return hex.EncodeToString(s.Vault.MAC("reward award", []byte(tip))[:16])
}

// money is the id of an award on the pages of the money, which nobody who sees its other id or its number can make of them.
func (s *Service) money(id string) string {
	return hex.EncodeToString(s.Vault.MAC("reward money", []byte(id))[:16])
}

// number is what an award is called; it tells nothing of when it came.
func (s *Service) number(id string) string {
	n := binary.BigEndian.Uint32(s.Vault.MAC("reward number", []byte(id))) % 1e8
	return fours(n)
}

// matter is what the award for the whole of a case holds as long as it stands: one matter is rewarded once, whoever of several tipped (安监总财〔2018〕19号
// 第十二条). taken says that another award holds it already.
func (s *Service) matter(ctx context.Context, a *Award) (id string, taken bool, err error) {
	of, _, err := s.CaseOf(a)
	if err != nil || a.Share != 100 {
		return a.ID, false, err
	}
	id = hex.EncodeToString(s.Vault.MAC("reward matter", []byte(of))[:16])
	p, err := s.awards.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "matter", Value: id}}, Limit: 1})
	return id, len(p.Items) > 0, wrap(err)
}

// Slip is what the money side calls an award: another number than the one under which it was approved, so that who knows the case does not find the payment.
func (s *Service) Slip(id string) string {
	return fours(binary.BigEndian.Uint32(s.Vault.MAC("reward slip", []byte(id))) % 1e8)
}

func fours(n uint32) string { return fmt.Sprintf("%04d-%04d", n/1e4, n%1e4) }

// Register keeps a claim. lookup is the slow derivation of the claim code, tail its last four digits. Registering twice changes nothing.
func (s *Service) Register(ctx context.Context, lookup, tail string, tip intake.TipID) error {
	c := claim{Lookup: lookup, Award: s.ID(tip)}
	var err, tailErr error
	c.Tip, err = s.Vault.Seal(sealTip, lookup, []byte(tip))
	c.Tail, tailErr = s.Vault.Seal(sealTail, c.Award, []byte(tail))
	if err = errors.Join(err, tailErr); err != nil {
		return fmt.Errorf("reward: seal: %w", err)
	}
	err = s.claims.Insert(ctx, &c)
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
	id, err := s.Vault.Open(sealTip, lookup, c.Tip)
	return intake.TipID(id), wrap(err)
}

// wish is the claim for an award; false when nobody wishes it.
func (s *Service) wish(ctx context.Context, award string) (claim, bool, error) {
	p, err := s.claims.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "award", Value: award}}, Limit: 1})
	if err != nil || len(p.Items) == 0 {
		return claim{}, false, wrap(err)
	}
	return p.Items[0], true, nil
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("reward: %w", err)
}
