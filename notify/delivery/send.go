package delivery

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/notify/channel"
	"qianshao/notify/contacts"
)

const (
	// leaseMore is for how much longer than a call may last a process that died keeps the others from a contact.
	leaseMore = 10 * time.Second
	// The pause after a failure doubles from firstRest to mostRest; what only a person can mend is tried every mostRest.
	firstRest = 30 * time.Second
	mostRest  = time.Hour
	tidyEvery = time.Hour
)

// errBusy ends a change of a line that another process holds.
var errBusy = errors.New("delivery: another process sends to this contact")

// Run sends until ctx ends; then it finishes what it is sending. Every contact has a loop of its own.
func (s *Service) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for i := range s.Book.Contacts {
		c := &s.Book.Contacts[i]
		all.Go(func() {
			loop(ctx, s.Every, s.nudges[c.Name], func() {
				if err := s.visit(ctx, c); err != nil && ctx.Err() == nil {
					s.Log.ErrorContext(ctx, "tell a contact", "contact", c.Name, "error", err)
				}
			})
		})
	}
	all.Go(func() {
		loop(ctx, tidyEvery, nil, func() {
			if err := s.tidy(ctx); err != nil && ctx.Err() == nil {
				s.Log.ErrorContext(ctx, "tidy deliveries", "error", err)
			}
		})
	})
	all.Wait()
	return nil
}

// loop calls f at once, after each interval, and when it is nudged.
func loop(ctx context.Context, interval time.Duration, nudge <-chan struct{}, f func()) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-nudge:
		}
		f()
		timer.Reset(interval)
	}
}

// visit sends a contact what is due, one message after the other, until one fails.
func (s *Service) visit(ctx context.Context, c *contacts.Contact) error {
	l, err := s.line(ctx, c.Name)
	if err != nil {
		return err
	}
	if err := s.daily(ctx, c, &l); err != nil {
		return err
	}
	if b, err := s.next(ctx, c, &l); b == nil || err != nil {
		return err
	}
	owner := rand.Text()
	defer s.release(ctx, c.Name, owner)
	for ctx.Err() == nil {
		b, err := s.begin(ctx, c, owner)
		if b == nil || err != nil {
			if errors.Is(err, errBusy) {
				return nil
			}
			return err
		}
		failed := c.Send(context.WithoutCancel(ctx), b.Message) // it ends by itself: a stop must not leave it unknown whether it arrived
		err = s.settle(context.WithoutCancel(ctx), c, owner, b, failed)
		if failed != nil {
			s.Log.WarnContext(ctx, "a contact was not told and will be", "contact", c.Name, "code", channel.CodeOf(failed))
		}
		if failed != nil || err != nil {
			return err
		}
	}
	return nil
}

// line is how a contact does; one that was never told anything has a fresh line.
func (s *Service) line(ctx context.Context, name string) (Line, error) {
	l, err := s.lines.Get(ctx, name)
	if errors.Is(err, docs.ErrNotFound) {
		l, err = Line{ID: name}, nil
	}
	if err != nil {
		return l, fmt.Errorf("delivery: %w", err)
	}
	return l, nil
}

// change changes a contact's line.
func (s *Service) change(ctx context.Context, name string, f func(*Line) error) error {
	_, err := s.lines.Change(ctx, name, f)
	if errors.Is(err, docs.ErrNotFound) {
		if err = s.lines.Insert(ctx, &Line{ID: name}); err == nil || errors.Is(err, docs.ErrExists) {
			_, err = s.lines.Change(ctx, name, f)
		}
	}
	if err != nil && !errors.Is(err, errBusy) {
		return fmt.Errorf("delivery: line: %w", err)
	}
	return err
}

// begin takes the contact for this process, picks the next message and writes it down. Nil when there is none.
func (s *Service) begin(ctx context.Context, c *contacts.Contact, owner string) (*Batch, error) {
	lease := c.Limit().Lasts + leaseMore
	var l Line
	err := s.change(ctx, c.Name, func(line *Line) error {
		if now := s.Now(); line.Owner != owner && now.Before(line.Lease) {
			return errBusy
		}
		line.Owner, line.Lease = owner, s.Now().Add(lease)
		l = *line
		return nil
	})
	if err != nil {
		return nil, err
	}
	b, err := s.next(ctx, c, &l)
	if b == nil || err != nil {
		return nil, err
	}
	return b, s.ours(ctx, c.Name, owner, func(line *Line) { line.Batch, line.Lease = b, s.Now().Add(lease) })
}

// ours changes a line that this process holds.
func (s *Service) ours(ctx context.Context, name, owner string, f func(*Line)) error {
	return s.change(ctx, name, func(l *Line) error {
		if l.Owner != owner {
			return errBusy
		}
		f(l)
		return nil
	})
}

// settle writes down what became of a message.
func (s *Service) settle(ctx context.Context, c *contacts.Contact, owner string, b *Batch, failed error) error {
	now := s.Now()
	if failed == nil {
		for _, id := range b.Of {
			err := s.finish(ctx, id, func(d *Delivery) {
				d.Result, d.Message, d.Priority, d.Number = Sent, b.Message.ID, b.Message.Priority, b.Message.Number
			})
			if err != nil {
				return err
			}
		}
	}
	err := s.ours(ctx, c.Name, owner, func(l *Line) {
		l.tried(c, now, failed)
		if failed == nil {
			l.Batch = nil
		}
	})
	if errors.Is(err, errBusy) {
		return nil // it took so long that another process took over, and will say the same again
	}
	return err
}

// tried notes how a call ended.
func (l *Line) tried(c *contacts.Contact, now time.Time, failed error) {
	sent := l.Sent[:0:0]
	for _, t := range l.Sent {
		if now.Sub(t) < c.Limit().Per {
			sent = append(sent, t)
		}
	}
	l.Sent = append(sent, now)
	if failed == nil {
		l.Fails, l.Code, l.Next, l.Shut, l.Told = 0, "", time.Time{}, time.Time{}, now
		return
	}
	l.Fails++
	l.Code, l.Miss = channel.CodeOf(failed), now
	var f *channel.Failure
	switch rest := min(firstRest<<min(l.Fails-1, 10), mostRest); {
	case errors.As(failed, &f) && f.After > 0:
		l.Shut = now.Add(f.After)
	case errors.As(failed, &f) && f.Permanent:
		l.Next = now.Add(jitter(mostRest))
	default:
		l.Next = now.Add(jitter(rest))
	}
}

// jitter spreads a pause by a fifth, so that contacts that failed together do not come back together.
func jitter(d time.Duration) time.Duration {
	return d - d/5 + mathrand.N(2*d/5) //nolint:gosec // nothing secret hangs on it
}

// finish ends a delivery, once.
func (s *Service) finish(ctx context.Context, id string, f func(*Delivery)) error {
	now := s.Now()
	_, err := s.deliveries.Change(ctx, id, func(d *Delivery) error {
		if d.Done == nil {
			d.Waits, d.Done = "", &now
			f(d)
		}
		return nil
	})
	if err != nil && !errors.Is(err, docs.ErrNotFound) { // the log was tidied
		return fmt.Errorf("delivery: finish %s: %w", id, err)
	}
	return nil
}

// release lets others send to a contact at once, and not only when the lease ends.
func (s *Service) release(ctx context.Context, name, owner string) {
	err := s.ours(context.WithoutCancel(ctx), name, owner, func(l *Line) { l.Lease = time.Time{} })
	if err != nil && !errors.Is(err, errBusy) {
		s.Log.ErrorContext(ctx, "release a contact", "error", err)
	}
}
