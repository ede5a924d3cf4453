package intake

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/intake/vault"
)

// What the tests of the package outside may look at.

func (s *Service) QueryCode(d *Draft) Code  { return s.queryCode(d) }
func (s *Service) Sweepable() time.Duration { return orphanHours * time.Hour }

// Stored gives a tip as it lies in the store.
func (s *Service) Stored(ctx context.Context, id TipID) (contact vault.Sealed, size map[string]int, err error) {
	r, err := s.tips.Get(ctx, string(id))
	if err != nil {
		return nil, nil, err
	}
	raw, err := bson.Marshal(&r)
	if err != nil {
		return nil, nil, err
	}
	elements, err := bson.Raw(raw).Elements()
	size = map[string]int{}
	for _, e := range elements {
		size[e.Key()] = len(e)
	}
	return r.Contact, size, err
}
