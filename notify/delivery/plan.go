package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/notify/channel"
	"qianshao/notify/contacts"
	"qianshao/triage/cases"
)

const (
	// gather is how long what is not urgent waits for more, in fixed steps of the clock: it spares a buzz each, and the moment of a message does not tell
	// the moment at which a tip came.
	gather = 10 * time.Minute
	// mostAtOnce bounds what one message tells of; the next one tells the rest.
	mostAtOnce = 500
	// urgentRest is how long a failure keeps an emergency from being tried again, however long it keeps everything else.
	urgentRest = 2 * time.Minute
	// kept is which part of a contact's limit is kept for emergencies: one of so many.
	kept = 5
)

// next is the next message for a contact, nil when there is none to send now: first the one that was being sent, then each emergency by itself, or all in one
// when they are more than the contact takes; then everything else in one, and the digest. While it is quiet only emergencies begin.
func (s *Service) next(ctx context.Context, c *contacts.Contact, l *Line) (*Batch, error) {
	now := s.Now()
	hot, err := s.waiting(ctx, urgent+c.Name, now.Add(time.Millisecond))
	if err != nil {
		return nil, err
	}
	if now.Before(l.Shut) || now.Before(l.Next) && (len(hot) == 0 || now.Before(l.Miss.Add(urgentRest))) {
		return nil, nil
	}
	room, spare := l.room(c.Limit(), now)
	if room <= 0 {
		return nil, nil
	}
	calm := !s.Profile.Quiet(now) && spare
	if b := l.Batch; b != nil && (b.Urgent || calm || len(hot) > 0) {
		if again, err := s.again(ctx, c, b); again || err != nil {
			return b, err
		}
	}
	for len(hot) > 0 {
		n := 1
		if len(hot) > room {
			n = len(hot)
		}
		if b, err := s.batch(ctx, c, hot[:n]); b != nil || err != nil {
			return urgently(b), err
		}
		hot = hot[n:] // nobody may be told of these any more
	}
	if !calm {
		return nil, nil
	}
	slow, err := s.waiting(ctx, later+c.Name, now.Truncate(gather))
	if err != nil {
		return nil, err
	}
	if b, err := s.batch(ctx, c, slow); b != nil || err != nil {
		return b, err
	}
	return s.digest(ctx, c, now)
}

// room is how many messages the contact takes now; spare says whether some are left beside those that are kept for emergencies.
func (l *Line) room(limit channel.Limit, now time.Time) (room int, spare bool) {
	room = limit.Messages
	for _, t := range l.Sent {
		if now.Sub(t) < limit.Per {
			room--
		}
	}
	return room, room > limit.Messages/kept
}

func urgently(b *Batch) *Batch {
	if b != nil {
		b.Urgent = true
	}
	return b
}

// waiting are the oldest deliveries of a lane that came before a moment.
func (s *Service) waiting(ctx context.Context, lane string, before time.Time) ([]Delivery, error) {
	page, err := s.deliveries.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "waits", Value: lane}}, Order: "at", To: before, Limit: mostAtOnce})
	if err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	return page.Items, nil
}

// again says whether a message that was being sent must be sent once more: when some of what it tells was not noted as told, and all of it may still be told,
// and as it was told.
func (s *Service) again(ctx context.Context, c *contacts.Contact, b *Batch) (bool, error) {
	waits := false
	for _, id := range b.Of {
		d, err := s.deliveries.Get(ctx, id)
		if errors.Is(err, docs.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("delivery: %w", err)
		}
		waits = waits || d.Waits != ""
		if d.Waits == "" || d.Kind == Daily {
			continue
		}
		k, seen, err := s.seen(ctx, &d)
		if !seen || err != nil || b.Message.Number != "" && secret(c, &k) {
			return false, err
		}
	}
	return waits, nil
}

// seen reads the case of a delivery and says whether one of its units may still know of it; when not, the delivery is done with.
func (s *Service) seen(ctx context.Context, d *Delivery) (cases.Case, bool, error) {
	k, err := s.Cases.ByID(ctx, d.Case)
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return k, false, fmt.Errorf("delivery: case of %s: %w", d.ID, err)
	}
	for _, u := range d.Units {
		if err == nil && k.SeenBy(cases.Actor{Role: cases.Handler, Unit: u}) {
			return k, true, nil
		}
	}
	return k, false, s.finish(ctx, d.ID, func(d *Delivery) { d.Result = Hidden })
}

// batch puts deliveries into one message; nil when none of them may be told.
func (s *Service) batch(ctx context.Context, c *contacts.Contact, all []Delivery) (*Batch, error) {
	var b Batch
	kinds, numbers := []string{}, []string{}
	for i := range all {
		d := &all[i]
		k, seen, err := s.seen(ctx, d)
		if err != nil {
			return nil, err
		}
		if !seen {
			continue
		}
		b.Of = append(b.Of, d.ID)
		if b.Message.Priority == "" || k.Priority < b.Message.Priority { // P0 is the most urgent
			b.Message.Priority = k.Priority
		}
		if secret(c, &k) {
			d.Kind, k.Number = "", ""
		}
		kinds, numbers = append(kinds, d.Kind), append(numbers, k.Number)
	}
	if len(b.Of) == 0 {
		return nil, nil
	}
	m := &b.Message
	m.At, m.Count, m.What = s.Now(), len(b.Of), s.Profile.Texts["tell.any"]
	if kinds = slices.Compact(kinds); len(kinds) == 1 && kinds[0] != "" {
		m.What = s.Profile.NoticeName(kinds[0])
	}
	m.ID = s.id(append([]string{"message"}, b.Of...)...)
	if len(b.Of) == 1 && numbers[0] != "" {
		m.Number = numbers[0]
		m.Text = s.Profile.Say("tell.one", m.What, "1", m.Priority, m.Number)
		return &b, nil
	}
	// What is told of a case that must stay hidden reads like what is told of several: who looks over a shoulder learns of none.
	m.Text = s.Profile.Say("tell.many", m.What, strconv.Itoa(m.Count), m.Priority)
	return &b, nil
}

// secret says whether the contact must not read which case it is: it is sealed, or accuses somebody who reads along in the same group.
func secret(c *contacts.Contact, k *cases.Case) bool {
	return k.Sealed || slices.ContainsFunc(c.Units, func(u string) bool { return slices.Contains(k.Hidden, u) })
}

// digest is the day's digest; of several that wait, the last.
func (s *Service) digest(ctx context.Context, c *contacts.Contact, now time.Time) (*Batch, error) {
	all, err := s.waiting(ctx, daily+c.Name, now.Add(time.Millisecond))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	last := all[len(all)-1]
	for _, d := range all[:len(all)-1] {
		if err := s.finish(ctx, d.ID, func(d *Delivery) { d.Result = Newer }); err != nil {
			return nil, err
		}
	}
	n, itoa := last.Counts, strconv.Itoa
	return &Batch{Of: []string{last.ID}, Message: channel.Message{ID: last.ID, At: now, What: s.Profile.Texts["tell.digest"], Count: n.Unsigned + n.Late + n.Soon + n.Other,
		Text: s.Profile.Say("tell.daily", itoa(n.Unsigned), itoa(n.Late), itoa(n.Soon), itoa(n.Other))}}, nil
}

// daily makes the digest of a contact once a day, when its time has come and there is something to tell. Who is new gets the first one when its time comes next;
// a day on which nobody worked until night has none.
func (s *Service) daily(ctx context.Context, c *contacts.Contact, l *Line) error {
	now := s.Now()
	day := s.Profile.Day(now)
	date := day.Format(time.DateOnly)
	due := now.Sub(day) >= s.Profile.Telling.Digest
	if l.Daily == "" {
		if !due {
			date = day.AddDate(0, 0, -1).Format(time.DateOnly)
		}
		return s.change(ctx, c.Name, func(l *Line) error { l.Daily = date; return nil })
	}
	if !due || l.Daily >= date || s.Profile.Quiet(now) {
		return nil
	}
	n, err := s.count(ctx, c, now)
	if err != nil {
		return err
	}
	if n != (Counts{}) {
		err := s.deliveries.Insert(ctx, &Delivery{ID: s.id(Daily, c.Name, date), Contact: c.Name, Waits: daily + c.Name, Kind: Daily, Counts: &n, At: now})
		if err != nil && !errors.Is(err, docs.ErrExists) {
			return fmt.Errorf("delivery: digest: %w", err)
		}
	}
	return s.change(ctx, c.Name, func(l *Line) error { l.Daily = date; return nil })
}

// count adds up what the digests of a contact's units and ranks hold. A clock is the unit's and counts once; what was told at once counts no more.
func (s *Service) count(ctx context.Context, c *contacts.Contact, now time.Time) (Counts, error) {
	var n Counts
	for _, unit := range c.Units {
		for i, rank := range c.Ranks {
			d, err := s.Cases.Digest(ctx, cases.Actor{Role: cases.Handler, Unit: unit}, rank, now)
			if err != nil {
				return n, fmt.Errorf("delivery: digest: %w", err)
			}
			for _, it := range d.Items {
				switch {
				case it.Kind != "" && !s.Profile.Telling.Soon(it.Priority, string(it.Kind)):
					n.Other++
				case it.Kind != "" || i > 0:
				case it.Light == cases.Yellow:
					n.Soon++
				default:
					n.Late++
				}
			}
			if i == 0 {
				n.Unsigned += d.Unsigned
			}
		}
	}
	return n, nil
}
