package intake

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"strings"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Receipt is what the person takes away. The codes are shown until Kept.
type Receipt struct {
	Code  Code
	Claim Code // empty unless a reward was wished
	Counts
	Again    bool      // this form had been sent before
	Kept     bool      // the person had confirmed to have the code: codes are empty
	Accepted time.Time // when the tip was stored
}

// Submit seals and stores a tip; when it returns without error the tip is durable. The same draft gives the same receipt.
// fault geo.other where it came with another digest; fault.List with every field's fault; order.taken and order.taking where another tip has the work order; fault.Busy when a store is away. Then nothing was accepted, or it was and the answer of the store got lost; in both
// cases sending the same form again gives the receipt.
func (s *Service) Submit(ctx context.Context, d *Draft, sub Submission) (Receipt, error) {
	s.submitting.Add(1)
	defer s.submitting.Add(-1)
	if r, err := s.tips.Get(ctx, string(d.tip)); err == nil {
		return s.same(ctx, d, &r, sub)
	} else if !errors.Is(err, docs.ErrNotFound) {
		return Receipt{}, busy("look for an earlier sending", err)
	}
	sub, faults := s.Check(d, sub)
	c := checker{faults}
	items := s.take(d, sub.Staged, &c)
	if len(c.faults) > 0 {
		return Receipt{}, c.faults
	}
	// From here on a connection that breaks stops nothing: the person has pressed the button, and sending again will find the tip.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	receipt := Receipt{Code: s.queryCode(d)}
	receipt.Counts = (&body{Items: items}).counts()
	err := s.reserve(ctx, sub.Report.Order, d.tip)
	if err != nil {
		return Receipt{}, err
	}
	if sub.Reward {
		// Before the tip, so that no accepted tip can lack the claim that its receipt shows. A claim whose tip never comes is harmless.
		if receipt.Claim, err = s.claim(ctx, d); err != nil {
			return Receipt{}, err
		}
	}
	// Sealing notes the time of receipt: last, so that tips are stored in the order of these times, give or take one write.
	r, err := s.seal(ctx, d, sub, items)
	if err != nil {
		return Receipt{}, err
	}
	if stored, err := s.insert(ctx, d, &r); err != nil {
		return Receipt{}, err
	} else if stored != nil {
		return s.same(ctx, d, stored, sub)
	}
	receipt.Accepted = r.Received
	s.announce(ctx, d.tip)
	return receipt, nil
}

// Sent gives the receipt of a form that was accepted before, whatever has become of its fields and files since; false when it was not. reward is the wish
// that the form carries now. fault.Busy when the store is away.
func (s *Service) Sent(ctx context.Context, d *Draft, reward bool) (Receipt, bool, error) {
	r, err := s.tips.Get(ctx, string(d.tip))
	if errors.Is(err, docs.ErrNotFound) {
		return Receipt{}, false, nil
	}
	if err != nil {
		return Receipt{}, false, busy("look for an earlier sending", err)
	}
	receipt, err := s.again(ctx, d, &r, reward)
	return receipt, err == nil, err
}

// seal makes the record of a new tip.
func (s *Service) seal(ctx context.Context, d *Draft, sub Submission, items []item) (record, error) {
	id := string(d.tip)
	lookup, codeKey, err := s.Vault.Slow(ctx, "query code", []byte(s.queryCode(d)))
	if err != nil {
		return record{}, busy("derive a lookup", err)
	}
	r := record{
		ID: id, Received: s.Now().UTC().Truncate(time.Millisecond), Work: workWaiting, Lookup: lookup, Unread: never,
		Thread: []line{}, Taken: []string{},
	}
	dataKey, threadKey := vault.NewKey(), vault.NewKey()
	var errs [5]error
	errs[0] = s.sealBody(&r, dataKey, &body{Report: sub.Report, Items: items, Digest: sub.Digest})
	r.Key, errs[1] = s.Vault.Wrap("tip key", id, dataKey)
	r.ThreadKey, errs[2] = s.Vault.Wrap("thread key", id, threadKey)
	r.ThreadCode, errs[3] = s.Vault.SealWith(codeKey, id, threadKey[:])
	r.Contact, errs[4] = s.Vault.ForOfficers(ForOfficers(string(d.tip), sub.Contact))
	if err := errors.Join(errs[:]...); err != nil {
		return record{}, fmt.Errorf("intake: seal tip %s: %w", id, err)
	}
	return r, nil
}

// insert is the commit point. It gives the stored tip when this form had been accepted before.
func (s *Service) insert(ctx context.Context, d *Draft, r *record) (stored *record, err error) {
	err = s.tips.Insert(ctx, r)
	if err == nil {
		return nil, nil
	}
	// The store may have accepted it and failed to say so, or a second tap was faster: what counts is what is there.
	there, getErr := s.tips.Get(ctx, string(d.tip))
	switch {
	case getErr == nil:
		return &there, nil
	case errors.Is(err, docs.ErrExists) && errors.Is(getErr, docs.ErrNotFound):
		// Somebody else's code has the same lookup, once in 10^15 tips: another form has another code.
		return nil, fault.New(fault.Invalid, "form.stale").Because(err)
	default:
		return nil, busy("store tip "+string(d.tip), err)
	}
}

// same is again for what was sent now. fault geo.other when another system used the id of one tip for another: its caller must not get the code of somebody else's.
func (s *Service) same(ctx context.Context, d *Draft, r *record, sub Submission) (Receipt, error) {
	o, err := s.unseal(r)
	if err != nil {
		return Receipt{}, err
	}
	if !hmac.Equal(o.Digest, sub.Digest) {
		return Receipt{}, fault.New(fault.Conflict, "geo.other").On("Idempotency-Key")
	}
	return s.again(ctx, d, r, sub.Reward)
}

// again gives the receipt of a form that had been accepted.
func (s *Service) again(ctx context.Context, d *Draft, r *record, reward bool) (Receipt, error) {
	o, err := s.unseal(r)
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Again: true, Kept: r.Kept, Accepted: r.Received.UTC()}
	receipt.Counts = o.counts()
	if r.Kept {
		return receipt, nil
	}
	receipt.Code = s.queryCode(d)
	if reward {
		// Registering again changes nothing, and covers a second sending on which the wish was added.
		receipt.Claim, err = s.claim(ctx, d)
	}
	return receipt, err
}

// claim registers the wish for a reward and gives its code.
func (s *Service) claim(ctx context.Context, d *Draft) (Code, error) {
	code := s.claimCode(d)
	lookup, _, err := s.Vault.Slow(ctx, "claim code", []byte(code))
	if err == nil {
		err = s.Claims.Register(ctx, lookup, code.Tail(), d.tip)
	}
	if err != nil {
		return "", busy("register a claim", err)
	}
	return code, nil
}

// announce starts triage; when it cannot, the sweep will.
func (s *Service) announce(ctx context.Context, id TipID) {
	ctx, cancel := context.WithTimeout(ctx, announceTime)
	defer cancel()
	if err := s.Announce.TipStored(ctx, id); err != nil {
		s.Log.WarnContext(ctx, "tip not announced, left to the sweep", "tip", string(id), "err", err)
	}
}

// Keep notes that the person has the code; from then on it is not shown again. fault keep.stale when no tip was sent with the form.
func (s *Service) Keep(ctx context.Context, d *Draft) error {
	_, err := s.tips.Change(ctx, string(d.tip), func(r *record) error {
		r.Kept = true
		return nil
	})
	if errors.Is(err, docs.ErrNotFound) {
		return fault.New(fault.Invalid, "keep.stale").Because(err)
	}
	if err = writeError(err); fault.KindOf(err) == fault.Busy {
		return fault.New(fault.Busy, "busy.keep").Because(err) // not the sentence that nothing was sent
	}
	return err
}

// KeepRead is Keep for who read the code to the person: tail is its last four digits as the person said them back. fault keep.tail when they are others.
func (s *Service) KeepRead(ctx context.Context, d *Draft, tail string) error {
	var said strings.Builder
	for _, r := range tail {
		if n, ok := digit(r); ok {
			said.WriteByte(n)
		}
	}
	if fours := s.queryCode(d).Fours(); said.String() != fours[len(fours)-1] {
		return fault.New(fault.Invalid, "keep.tail").On("tail")
	}
	return s.Keep(ctx, d)
}
