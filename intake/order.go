package intake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// orderRecord says which work order became which tip. The number and the tip are sealed: the 12345 knows who called, and a stolen database must not lead there.
type orderRecord struct {
	ID     string       `bson:"_id"` // keyed hash of the number
	At     time.Time    `bson:"at"`  // when it was taken
	Sealed vault.Sealed `bson:"sealed"`
}

type orderPlain struct {
	Number string `bson:"number"`
	Tip    string `bson:"tip"`
}

// Order is a work order that was taken.
type Order struct {
	Number string
	Tip    TipID
	Told   time.Time
	Taken  time.Time
}

// takingTime is how long an order may be on its way: longer than any write of Submit goes on.
const takingTime = 2 * writeTime

func (s *Service) orderID(number string) string {
	return hex.EncodeToString(s.Vault.MAC("work order", []byte(number))[:16])
}

// OrderDraft is the form of a work order that no person fills in. The same number gives the same tip, so that taking it twice changes nothing. Its codes are
// told to nobody: the answer goes back through the 12345.
func (s *Service) OrderDraft(number string) (*Draft, error) {
	number, ok := cleanOrder(number)
	if !ok || number == "" {
		return nil, fault.New(fault.Invalid, "order.format").On("order")
	}
	b := append([]byte{draftVersion}, s.Vault.MAC("work order draft", []byte(number))[:draftRandom]...)
	return s.draft(append(b, 0, 0)), nil
}

// reserve gives a work order to a tip before the tip is stored, so that no other tip can have it; without a number there is nothing to do. A reservation
// whose tip never came, or came with another number, goes to the next. faults order.taken, order.taking.
func (s *Service) reserve(ctx context.Context, number string, tip TipID) error {
	if number == "" {
		return nil
	}
	id := s.orderID(number)
	mine := orderRecord{ID: id, At: s.Now().UTC().Truncate(time.Millisecond)}
	var err error
	if mine.Sealed, err = s.sealOrder(id, orderPlain{number, string(tip)}); err != nil {
		return err
	}
	err = s.orders.Insert(ctx, &mine)
	if !errors.Is(err, docs.ErrExists) {
		return busyOr(err, "reserve a work order")
	}
	there, err := s.orders.Get(ctx, id)
	if err != nil {
		return busy("read a work order", err)
	}
	o, stored, err := s.ordered(ctx, &there)
	switch {
	case err != nil:
		return err
	case o.Tip == tip:
		return nil
	case stored:
		return s.orderTaken(o)
	case mine.At.Sub(there.At) < takingTime:
		return fault.New(fault.Conflict, "order.taking").On("order")
	}
	_, err = s.orders.Change(ctx, id, func(r *orderRecord) error {
		if !r.At.Equal(there.At) {
			return fault.New(fault.Conflict, "order.taking").On("order")
		}
		*r = mine
		return nil
	})
	return writeError(err)
}

func busyOr(err error, doing string) error {
	if err == nil {
		return nil
	}
	return busy(doing, err)
}

func (s *Service) orderTaken(o Order) *fault.Error {
	at := o.Taken.In(s.Profile.Zone)
	return fault.New(fault.Conflict, "order.taken", int(at.Month()), at.Day(), at.Hour(), at.Minute()).On("order")
}

func (s *Service) sealOrder(id string, p orderPlain) (vault.Sealed, error) {
	plain, err := bson.Marshal(p)
	if err != nil {
		return nil, err
	}
	return s.Vault.Seal("work order", id, pad(plain))
}

// ordered opens a record; stored says whether its tip is there and has this number.
func (s *Service) ordered(ctx context.Context, r *orderRecord) (o Order, stored bool, err error) {
	padded, err := s.Vault.Open("work order", r.ID, r.Sealed)
	if err != nil {
		return o, false, fmt.Errorf("intake: work order %s: %w", r.ID, err)
	}
	var p orderPlain
	plain, err := unpad(padded)
	if err == nil {
		err = bson.Unmarshal(plain, &p)
	}
	if err != nil {
		return o, false, fmt.Errorf("intake: work order %s: %w", r.ID, err)
	}
	o = Order{Number: p.Number, Tip: TipID(p.Tip), Taken: r.At}
	tip, err := s.get(ctx, o.Tip)
	if fault.KindOf(err) == fault.NotFound {
		return o, false, nil
	}
	if err != nil {
		return o, false, err
	}
	o.Told = tip.told()
	return o, tip.Report.Order == p.Number, nil
}

// FindOrder gives the work order of a number when it was taken. fault.Busy.
func (s *Service) FindOrder(ctx context.Context, number string) (o Order, taken bool, err error) {
	number, _ = cleanOrder(number)
	r, err := s.orders.Get(ctx, s.orderID(number))
	if errors.Is(err, docs.ErrNotFound) {
		return o, false, nil
	}
	if err != nil {
		return o, false, busy("look for a work order", err)
	}
	return s.ordered(ctx, &r)
}

// Orders walks over the work orders that were taken from a moment on, in that order.
func (s *Service) Orders(ctx context.Context, from time.Time) iter.Seq2[Order, error] {
	return func(yield func(Order, error) bool) {
		for r, err := range s.orders.Each(ctx, docs.Query{Order: "at", From: from}) {
			if err != nil {
				yield(Order{}, busy("list work orders", err))
				return
			}
			o, stored, err := s.ordered(ctx, &r)
			if (stored || err != nil) && !yield(o, err) {
				return
			}
		}
	}
}

// Answers are what the county answered in the dialogue of a tip, without what it asked. Nothing is marked as read by it.
func (s *Service) Answers(ctx context.Context, id TipID) ([]Message, error) {
	o, err := s.get(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := s.messages(&o)
	var ours []Message
	for _, m := range all {
		if m.FromUs && !m.Expired && (m.Turn == Words || m.Turn == Conclusion) {
			ours = append(ours, m)
		}
	}
	return ours, err
}
