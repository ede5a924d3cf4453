package intake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Message is a line of the dialogue.
type Message struct {
	ID     string
	FromUs bool // from the county to the person
	Turn   Turn
	Unit   string // unit id of the writer when FromUs
	Day    time.Time
	Text   string // empty when it expired
	Photos int
	Unread bool // not yet seen by the other side

	Ref     string    // what it is at the desk: the letter that it delivers, or, of a Reply, the question that it answers
	Choice  string    // of a Reply: Unsaid; of a Rating: one of Ratings
	Until   time.Time // of a Question: midnight after the last day on which it waits
	Wants   bool      // a Question that asks for photos too
	Expired bool      // it stayed unread for so long that it was taken away
}

// line is a stored message: its id, by which it is written only once, and the rest sealed with the key of the dialogue.
type line struct {
	ID     string       `bson:"id"`
	Sealed vault.Sealed `bson:"sealed"`
}

type said struct {
	FromUs bool      `bson:"from_us"`
	Turn   Turn      `bson:"turn,omitempty"`
	Unit   string    `bson:"unit"`
	At     time.Time `bson:"at"`
	Text   string    `bson:"text"`
	Photos int       `bson:"photos"`

	Ref     string    `bson:"ref,omitempty"`
	Choice  string    `bson:"choice,omitempty"`
	Until   time.Time `bson:"until,omitempty"`
	Wants   bool      `bson:"wants,omitempty"`
	Expired bool      `bson:"expired,omitempty"`
}

// Said reports whether the message of a form stands in the dialogue already, as far as the visit has read it.
func (s *Service) Said(v *Visit, d *Draft) bool {
	id := s.messageID("say", v.Tip, string(d.tip))
	return slices.ContainsFunc(v.Thread, func(m Message) bool { return m.ID == id })
}

func (s *Service) messageID(side string, tip TipID, key string) string {
	return hex.EncodeToString(s.Vault.MAC("message id", []byte(side), []byte(tip), []byte(key))[:16])
}

// errThere ends a change that has been made before, or that has nothing to do any more.
var errThere = errors.New("intake: said before")

// append writes a line, and the evidence that came with it, in one change; false when the line was there, or nothing more is to be said. may looks at the
// dialogue as it is then, and says what stands against the line.
func (s *Service) append(ctx context.Context, tip TipID, id string, m said, d *Draft, items []item, may func([]Message) error) (bool, error) {
	_, err := s.tips.Change(ctx, string(tip), func(r *record) error {
		if slices.ContainsFunc(r.Thread, func(l line) bool { return l.ID == id }) {
			return errThere
		}
		o, err := s.unseal(r)
		if err != nil {
			return err
		}
		thread, err := s.messages(&o)
		if err != nil {
			return err
		}
		if err := may(thread); err != nil {
			return err
		}
		if len(o.Items)+len(items) > MaxItems {
			return fault.List{fault.New(fault.Invalid, "say.full")}
		}
		sealed, err := s.sealBSON(o.threadKey, r.ID+" "+id, m)
		if err != nil {
			return err
		}
		r.Thread = append(r.Thread, line{ID: id, Sealed: sealed})
		switch {
		case m.FromUs:
			r.unreadSince(s.Profile.Day(m.At))
		case m.Turn == Withdrawal:
			r.Follow, r.Unread = workWaiting, never
		case m.Turn != Words:
			r.Follow = workWaiting
			fallthrough
		default:
			r.Work = workWaiting
		}
		if len(items) == 0 {
			return nil
		}
		o.Items = append(o.Items, items...)
		r.Taken = append(r.Taken, string(d.tip))
		return s.sealBody(r, o.dataKey, &o.body)
	})
	if errors.Is(err, errThere) {
		return false, nil
	}
	return err == nil, writeError(err)
}

// Thread reads the dialogue of a tip for the desk, and notes that the county has seen it.
func (s *Service) Thread(ctx context.Context, id TipID) ([]Message, error) {
	o, err := s.get(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := s.messages(&o)
	if err != nil {
		return nil, err
	}
	if n := len(o.Thread); n > o.SeenByUs {
		s.seen(ctx, o.ID, func(r *record) { r.SeenByUs = max(r.SeenByUs, n) })
	}
	return list, nil
}

func (s *Service) messages(o *opened) ([]Message, error) {
	list := make([]Message, len(o.Thread))
	for i, l := range o.Thread {
		var m said
		if err := s.openBSON(o.threadKey, o.ID+" "+l.ID, l.Sealed, &m); err != nil {
			return nil, fmt.Errorf("intake: message %s of tip %s: %w", l.ID, o.ID, err)
		}
		list[i] = Message{ID: l.ID, FromUs: m.FromUs, Turn: m.Turn, Unit: m.Unit, Day: s.Profile.Day(m.At), Text: m.Text, Photos: m.Photos,
			Ref: m.Ref, Choice: m.Choice, Until: m.Until, Wants: m.Wants, Expired: m.Expired}
		if m.FromUs {
			list[i].Unread = i >= o.SeenByThem
		} else {
			list[i].Unread = i >= o.SeenByUs
		}
	}
	return list, nil
}
