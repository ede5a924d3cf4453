package intake

import (
	"context"
	"crypto/hmac"
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
	FromUs bool   // from the county to the person
	Unit   string // unit id of the writer when FromUs
	Day    time.Time
	Text   string
	Photos int
	Unread bool // not yet seen by the other side
}

// line is a stored message: its id, by which it is written only once, and the rest sealed with the key of the dialogue.
type line struct {
	ID     string       `bson:"id"`
	Sealed vault.Sealed `bson:"sealed"`
}

type said struct {
	FromUs bool      `bson:"from_us"`
	Unit   string    `bson:"unit"`
	At     time.Time `bson:"at"`
	Text   string    `bson:"text"`
	Photos int       `bson:"photos"`
}

// Say adds words and evidence to the dialogue; d makes it happen once. Photos become evidence of the tip. It then waits for triage again: the
// words may accuse somebody who sees the case.
// fault.List with say.empty, say.full, form.too_long, form.encoding, code.in_words, photo.stale and photo.too_many; fault.Busy.
func (s *Service) Say(ctx context.Context, v *Visit, d *Draft, words string, staged []string) error {
	var c checker
	c.text("words", &words, MaxMessage, CleanWords)
	items := s.take(d, staged, &c)
	for _, code := range codesIn(words) {
		if hmac.Equal(s.codeMAC(code), v.codeMAC) {
			c.add("words", fault.New(fault.Invalid, "code.in_words"))
		}
	}
	if words == "" && len(items) == 0 {
		c.add("words", fault.New(fault.Invalid, "say.empty"))
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	photos := (&body{Items: items}).counts().Photos
	m := said{At: s.Now().UTC(), Text: words, Photos: photos}
	id := s.messageID("say", v.Tip, string(d.tip))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	added, err := s.append(ctx, v.Tip, id, m, d, items)
	if err != nil {
		return err
	}
	if added {
		s.announce(ctx, v.Tip)
	}
	return nil
}

// Said reports whether the message of a form stands in the dialogue already, as far as the visit has read it.
func (s *Service) Said(v *Visit, d *Draft) bool {
	id := s.messageID("say", v.Tip, string(d.tip))
	return slices.ContainsFunc(v.Thread, func(m Message) bool { return m.ID == id })
}

// Answer adds words from the county's side; key makes it happen once. faults say.empty, say.full, form.too_long, form.encoding on "reply".
func (s *Service) Answer(ctx context.Context, id TipID, key, unit, words string) error {
	var c checker
	c.text("reply", &words, MaxMessage, CleanWords)
	if words == "" {
		c.add("reply", fault.New(fault.Invalid, "say.empty"))
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	m := said{FromUs: true, Unit: unit, At: s.Now().UTC(), Text: words}
	_, err := s.append(ctx, id, s.messageID("answer", id, key), m, nil, nil)
	return err
}

func (s *Service) messageID(side string, tip TipID, key string) string {
	return hex.EncodeToString(s.Vault.MAC("message id", []byte(side), []byte(tip), []byte(key))[:16])
}

// errThere ends a change that has been made before.
var errThere = errors.New("intake: said before")

// append writes a line, and the evidence that came with it, in one change; false when the line was there.
func (s *Service) append(ctx context.Context, tip TipID, id string, m said, d *Draft, items []item) (bool, error) {
	_, err := s.tips.Change(ctx, string(tip), func(r *record) error {
		if slices.ContainsFunc(r.Thread, func(l line) bool { return l.ID == id }) {
			return errThere
		}
		o, err := s.unseal(r)
		if err != nil {
			return err
		}
		if len(r.Thread) >= MaxMessages || len(o.Items)+len(items) > MaxItems {
			return fault.List{fault.New(fault.Invalid, "say.full")}
		}
		sealed, err := s.sealBSON(o.threadKey, r.ID+" "+id, m)
		if err != nil {
			return err
		}
		r.Thread = append(r.Thread, line{ID: id, Sealed: sealed})
		if !m.FromUs {
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
		list[i] = Message{ID: l.ID, FromUs: m.FromUs, Unit: m.Unit, Day: s.Profile.Day(m.At), Text: m.Text, Photos: m.Photos}
		if m.FromUs {
			list[i].Unread = i >= o.SeenByThem
		} else {
			list[i].Unread = i >= o.SeenByUs
		}
	}
	return list, nil
}
