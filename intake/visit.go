package intake

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Visit is an opened query code. Token (valid for an hour) goes into the page, so that the code itself does not.
type Visit struct {
	Token string
	Tip   TipID
	Day   time.Time // day of receipt, midnight in the county
	Counts
	Thread []Message

	codeMAC []byte // recognises the code in what the person writes
}

// Look opens a code. An unknown, an expired and a withdrawn code cost the same time and give the same fault code.unknown.
func (s *Service) Look(ctx context.Context, c Code) (*Visit, error) {
	lookup, codeKey, err := s.Vault.Slow(ctx, "query code", []byte(c))
	if err != nil {
		return nil, unseen("derive a lookup", err)
	}
	p, err := s.tips.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "lookup", Value: lookup}}, Limit: 1})
	if err != nil {
		return nil, unseen("look for a code", err)
	}
	if len(p.Items) == 0 {
		return nil, fault.New(fault.NotFound, "code.unknown").On("code")
	}
	r := &p.Items[0]
	// The code itself has to open the dialogue: a lookup copied onto another tip opens nothing.
	if _, err := s.Vault.OpenWith(codeKey, r.ID, r.ThreadCode); err != nil {
		return nil, fault.New(fault.NotFound, "code.unknown").On("code").Because(err)
	}
	return s.visit(ctx, r, s.codeMAC(c))
}

// unseen is busy for somebody who only wants to look, and has sent nothing.
func unseen(doing string, err error) error {
	return fmt.Errorf("intake: %s: %w", doing, fault.New(fault.Busy, "busy.look").Because(err))
}

// Resume opens the token of a visit and gives it another hour. fault visit.stale.
func (s *Service) Resume(ctx context.Context, token string) (*Visit, error) {
	id, codeMAC, ok := s.openVisit(token)
	if !ok {
		return nil, fault.New(fault.Invalid, "visit.stale")
	}
	r, err := s.tips.Get(ctx, string(id))
	if errors.Is(err, docs.ErrNotFound) {
		return nil, fault.New(fault.Invalid, "visit.stale").Because(err)
	}
	if err != nil {
		return nil, busy("read tip", err)
	}
	return s.visit(ctx, &r, codeMAC)
}

func (s *Service) visit(ctx context.Context, r *record, codeMAC []byte) (*Visit, error) {
	o, err := s.unseal(r)
	if err != nil {
		return nil, err
	}
	v := &Visit{Tip: TipID(r.ID), Day: s.Profile.Day(o.told()), codeMAC: codeMAC}
	v.Counts = o.counts()
	if v.Thread, err = s.messages(&o); err != nil {
		return nil, err
	}
	if v.Token, err = s.visitToken(v); err != nil {
		return nil, err
	}
	if s.talk(v.Thread).Withdrawn { // whoever holds the code reads nothing of what was said
		v.Thread, v.Counts = withdrawal(v.Thread), Counts{}
		return v, nil
	}
	if n := len(r.Thread); n > r.SeenByThem {
		s.seen(ctx, r.ID, func(r *record) { r.read(n) })
	}
	return v, nil
}

// withdrawal is the last line of a dialogue that ended.
func withdrawal(thread []Message) []Message {
	i := slices.IndexFunc(thread, func(m Message) bool { return m.Turn == Withdrawal })
	return thread[i : i+1]
}

func (s *Service) codeMAC(c Code) []byte { return s.Vault.MAC("code in words", []byte(c)) }

const macSize = 32

func (s *Service) visitToken(v *Visit) (string, error) {
	b := binary.BigEndian.AppendUint64(nil, uint64(s.Now().Add(visitHours*time.Hour).Unix()))
	b = append(b, v.codeMAC...)
	sealed, err := s.Vault.Seal("visit", "", append(b, v.Tip...))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

func (s *Service) openVisit(token string) (id TipID, codeMAC []byte, ok bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", nil, false
	}
	b, err := s.Vault.Open("visit", "", vault.Sealed(sealed))
	if err != nil || len(b) <= 8+macSize || s.Now().Unix() >= int64(binary.BigEndian.Uint64(b)) {
		return "", nil, false
	}
	return TipID(b[8+macSize:]), b[8 : 8+macSize], true
}

// seen notes what a side has read. It is a courtesy: when it cannot be stored, the page is shown all the same.
func (s *Service) seen(ctx context.Context, id string, mark func(*record)) {
	_, err := s.tips.Change(ctx, id, func(r *record) error {
		mark(r)
		return nil
	})
	if err != nil {
		s.Log.WarnContext(ctx, "dialogue not marked as read", "tip", id, "err", err)
	}
}

// read notes that the person has seen n lines.
func (r *record) read(n int) {
	if r.SeenByThem = max(r.SeenByThem, n); r.SeenByThem == len(r.Thread) {
		r.Unread = never
	}
}
