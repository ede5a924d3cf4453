package outcome

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

// never is the day of what has none.
var never time.Time

const (
	lookBack   = 12        // months of closings at the first look; at the others two are enough
	oldest     = time.Hour // of a picture that may be about to be used
	mostFailed = 10        // drafts, each by itself: more are an engine that is away
)

// Sweep publishes what is due, and every now and then drafts what was closed since and deletes pictures that no outcome has. It says how much it touched. It may run
// anywhere, twice at a time, and die at any moment.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	n, err := s.publish(ctx)
	if s.Now().Sub(s.tidied) < s.Every {
		return n, err
	}
	made, failed := s.draft(ctx)
	gone, orphans := s.orphans(ctx)
	if err = errors.Join(err, failed, orphans); err == nil {
		s.tidied = s.Now()
	}
	return n + made + gone, err
}

// publish publishes what is due. Nothing is published on an old check: traces are looked for again, against the tips as they are now.
func (s *Service) publish(ctx context.Context) (n int, err error) {
	var failed []error
	q := docs.Query{Where: []docs.Eq{{Field: "terms", Value: "state:" + string(Scheduled)}}, Order: "due", To: s.Now().Add(time.Millisecond)}
	for o, err := range s.outcomes.Each(ctx, q) {
		if err != nil {
			return n, fmt.Errorf("outcome: find what is due: %w", errors.Join(append(failed, err)...))
		}
		if err := s.publishOne(ctx, o); err != nil && fault.KindOf(err) != fault.Conflict { // somebody took it back meanwhile
			failed = append(failed, fmt.Errorf("outcome: publish %s: %w", o.ID, err))
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}

func (s *Service) publishOne(ctx context.Context, o Outcome) error {
	c, err := s.Cases.ByID(ctx, o.Case)
	if err != nil {
		return err
	}
	content, err := s.content(&o)
	if err != nil {
		return err
	}
	now, to, action := s.Now(), Draft, Doubted
	if fit(&c) {
		if err := s.check(ctx, worker, &o, &content, &c); err != nil {
			return err
		}
		to = Review
		if refusal(content.Findings, content.Reasons, true) == nil {
			to, action = Publicly, Issued
		}
	}
	if err := s.note(ctx, worker, o.ID, string(action)); err != nil {
		return err
	}
	return s.write(ctx, step{version: o.Version}, &o, &content, func(o *Outcome) {
		o.State, o.Due, o.Changed = to, never, now
		o.Events = append(o.Events, Event{At: now, By: worker, Action: action})
		o.Version++
		if to == Publicly {
			o.Issue(s.issued(o, &content, &c))
		}
	})
}

// issued is what anybody may read from now on.
func (s *Service) issued(o *Outcome, content *Content, c *cases.Case) Published {
	f := content.Facts
	p := Published{ID: o.ID, Day: s.Profile.Day(s.Now()), Month: f.Month, Town: f.Town, Categories: f.Categories, Title: content.Now.Title, Text: content.Now.Text,
		Disposals: f.Disposals, FineFen: f.FineFen}
	for _, photo := range o.Photos {
		p.Photos = append(p.Photos, photo.Burnt)
	}
	return p
}

// draft drafts what was closed in the last months.
func (s *Service) draft(ctx context.Context) (n int, err error) {
	months := lookBack
	if !s.tidied.IsZero() {
		months = 2
	}
	duty := cases.Actor{ID: worker, Role: cases.Duty, Unit: county.DutyDesk}
	first := s.Profile.Day(s.Now())
	first = first.AddDate(0, 0, 1-first.Day())
	var failed []error // a tip that cannot be opened must not keep the other cases from being drafted
	for i := range months {
		for c, err := range s.Cases.Closed(ctx, duty, first.AddDate(0, -i, 0).Format(cases.MonthForm)) {
			if err != nil {
				return n, fmt.Errorf("outcome: closed cases: %w", errors.Join(append(failed, err)...))
			}
			if !fit(&c) {
				continue
			}
			_, made, err := s.make(ctx, &c, 0)
			if made {
				n++
			}
			if err == nil {
				continue
			}
			if failed = append(failed, fmt.Errorf("outcome: draft of a case: %w", err)); len(failed) == mostFailed || ctx.Err() != nil {
				return n, errors.Join(failed...)
			}
		}
	}
	return n, errors.Join(failed...)
}

// orphans deletes pictures that no outcome has: of a change that was broken off, or that were to be deleted when the store was away.
func (s *Service) orphans(ctx context.Context) (n int, err error) {
	photos := map[string][]Photo{}
	for blob, err := range s.Blobs.List(ctx, "outcome/") {
		if err != nil {
			return n, fmt.Errorf("outcome: list pictures: %w", err)
		}
		id, rendition, _ := strings.Cut(strings.TrimPrefix(blob.Key, "outcome/"), "/")
		if s.Now().Sub(blob.Time) < oldest {
			continue
		}
		if _, known := photos[id]; !known {
			o, err := s.outcomes.Get(ctx, id)
			if err != nil && !missing(err) {
				return n, fmt.Errorf("outcome: read %s: %w", id, err)
			}
			photos[id] = o.Photos
		}
		if slices.ContainsFunc(photos[id], func(p Photo) bool { return p.Burnt == rendition }) {
			continue
		}
		if err := s.Blobs.Delete(ctx, blob.Key); err != nil {
			return n, fmt.Errorf("outcome: delete a picture of %s: %w", id, err)
		}
		n++
	}
	return n, nil
}
