package outcome

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"qianshao/config/engine/blobs"
	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
)

// Published is an outcome as anybody may read it. It holds nothing of a tip, a case number or a person.
type Published struct {
	ID          string    // short, such as "k7m3q9"; says nothing of the case
	Day         time.Time // day of publication, midnight in the county
	Month       string    // 2026-10, or 2026-Q4 where the profile tells quarters: when the matter was concluded
	Town        string    // code of the profile
	Categories  []string  // ids of the profile
	Title, Text string    // plain text, Text in paragraphs separated by \n
	Disposals   []string  // names of what was done
	FineFen     int64     // 0 when there was none, or it may not be told
	Photos      []string  // ids, for Photo. An id names one picture for good: a picture that is changed gets another one
	Withdrawn   string    // why it was taken down, in plain words; then only ID, Day and Taken are there beside it
	Taken       time.Time `bson:",omitempty"` // day on which it was taken down, midnight in the county; zero while it stands
}

// Filter narrows a list; what is empty narrows nothing. A withdrawn outcome is found only where nothing is narrowed.
type Filter struct{ Town, Category, Month string }

// Totals counts what is published and was not withdrawn, by the month of the conclusion, town and category (an outcome may have several).
// Small numbers are there as they are: who shows them decides what is too small to be shown.
type Totals struct {
	All                       int64
	Months, Towns, Categories map[string]int64
}

// Index terms of what anybody may read.
const (
	termPublic   = "public"   // published, also when it was withdrawn later
	termStanding = "standing" // published and not withdrawn
)

// mostListed is the longest page of List.
const mostListed = 200

// List gives a page of what was published, the newest first; next is "" on the last page, and goes into after for the one that follows.
// docs.ErrToken when after is not from such a list.
func (s *Service) List(ctx context.Context, f Filter, after string, limit int) (list []Published, next string, err error) {
	q := docs.Query{Where: []docs.Eq{{Field: "terms", Value: termPublic}}, Order: "day", Desc: true, Limit: min(max(limit, 1), mostListed), After: after}
	for _, n := range []struct{ prefix, value string }{{"town:", f.Town}, {"category:", f.Category}, {"month:", f.Month}} {
		if n.value != "" {
			q.Where = append(q.Where, docs.Eq{Field: "terms", Value: n.prefix + n.value})
		}
	}
	page, err := s.outcomes.Find(ctx, q)
	if err != nil {
		return nil, "", fmt.Errorf("outcome: list: %w", err)
	}
	for i := range page.Items {
		list = append(list, s.public(&page.Items[i]))
	}
	return list, page.Next, nil
}

// Read gives one that was published. fault outcome.unknown, also for one that is not published yet.
func (s *Service) Read(ctx context.Context, id string) (Published, error) {
	o, err := s.standing(ctx, id)
	if err != nil {
		return Published{}, err
	}
	return s.public(&o), nil
}

// standing reads one that was published.
func (s *Service) standing(ctx context.Context, id string) (Outcome, error) {
	o, err := s.outcomes.Get(ctx, id)
	if missing(err) || err == nil && o.Public == nil {
		return o, fault.New(fault.NotFound, "outcome.unknown")
	}
	if err != nil {
		return o, fmt.Errorf("outcome: read %s: %w", id, err)
	}
	return o, nil
}

// public is what anybody may read, its days in the zone of the county.
func (s *Service) public(o *Outcome) Published {
	p := *o.Public
	p.Day = p.Day.In(s.Profile.Zone)
	if !p.Taken.IsZero() {
		p.Taken = p.Taken.In(s.Profile.Zone)
	}
	return p
}

// Photo gives a picture (JPEG) of one that is published. fault outcome.unknown, also once it was withdrawn.
func (s *Service) Photo(ctx context.Context, id, photo string) ([]byte, error) {
	o, err := s.standing(ctx, id)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(o.Photos, func(p Photo) bool { return p.Burnt == photo })
	if at < 0 || !slices.Contains(o.Public.Photos, photo) {
		return nil, fault.New(fault.NotFound, "outcome.unknown")
	}
	return s.rendition(ctx, id, &o.Photos[at])
}

// rendition reads a picture with its boxes burnt in.
func (s *Service) rendition(ctx context.Context, id string, p *Photo) ([]byte, error) {
	key, err := s.Vault.Unwrap("outcome.photo", id+"/"+p.Burnt, p.Key)
	if err != nil {
		return nil, fmt.Errorf("outcome: unwrap the key of a photo of %s: %w", id, err)
	}
	sealed, err := s.Blobs.Get(ctx, blobName(id, p.Burnt))
	if errors.Is(err, blobs.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "outcome.unknown").Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("outcome: read a photo of %s: %w", id, err)
	}
	plain, err := s.Vault.OpenStream(key, sealed)
	var b bytes.Buffer
	if err == nil {
		_, err = b.ReadFrom(io.LimitReader(plain, maxRendition))
	}
	if err = errors.Join(err, sealed.Close()); err != nil {
		return nil, fmt.Errorf("outcome: open a photo of %s: %w", id, err)
	}
	return b.Bytes(), nil
}

// Totals counts what is published.
func (s *Service) Totals(ctx context.Context) (Totals, error) {
	n := Totals{Months: map[string]int64{}, Towns: map[string]int64{}, Categories: map[string]int64{}}
	all, err := s.outcomes.Tally(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: termStanding}}, Order: "day"}, "terms")
	if err != nil {
		return n, fmt.Errorf("outcome: count: %w", err)
	}
	for term, count := range all {
		kind, value, _ := strings.Cut(term, ":")
		switch kind {
		case termStanding:
			n.All = count
		case "month":
			n.Months[value] = count
		case "town":
			n.Towns[value] = count
		case "category":
			n.Categories[value] = count
		}
	}
	return n, nil
}

// Issue makes an outcome one that anybody may read.
func (o *Outcome) Issue(p Published) {
	o.State, o.Public, o.Day = Publicly, &p, p.Day
	o.index()
}

// index brings Terms up to date; every change of an outcome ends with it.
func (o *Outcome) index() {
	o.Terms = []string{"state:" + string(o.State)}
	if o.Public == nil {
		return
	}
	o.Terms = append(o.Terms, termPublic)
	if o.Public.Withdrawn != "" {
		return
	}
	o.Terms = append(o.Terms, termStanding, "town:"+o.Public.Town, "month:"+o.Public.Month)
	for _, c := range o.Public.Categories {
		o.Terms = append(o.Terms, "category:"+c)
	}
}
