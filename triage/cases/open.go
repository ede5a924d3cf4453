package cases

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
)

// worker signs what the machine does.
const worker = "worker"

// sealedSeries stands in the numbers of cases that are sealed from the start.
const sealedSeries = "专"

// counter is the last number given in a year; its id is the prefix, such as 方2026 or 方专2026.
type counter struct {
	ID string `bson:"_id"`
	N  int64
}

// ID is the id of the case that a tip opens, if it opens one. It does not tell the tip.
func (s *Service) ID(tip intake.TipID) string {
	return hex.EncodeToString(s.Vault.MAC("case.id", []byte(tip))[:12])
}

// Open opens a case for a first tip; doing it again gives the same case. Beside a sealed emergency it opens a bare case for the rescue.
func (s *Service) Open(ctx context.Context, o Opening) (Case, error) {
	return s.open(ctx, s.ID(o.Tip), o)
}

// number gives the next number of the year. Dying before the case is stored leaves a gap, never the same number twice. Cases that are sealed from the start
// have numbers of their own, as a gap in those of the others would tell how many there are and when they came.
func (s *Service) number(ctx context.Context, now time.Time, sealed bool) (string, error) {
	first, _ := utf8.DecodeRuneInString(s.Profile.Name)
	series := ""
	if sealed {
		series = sealedSeries
	}
	prefix := fmt.Sprintf("%c%s%d", first, series, now.In(s.Profile.Zone).Year())
	for {
		n, err := s.sequence.Change(ctx, prefix, func(n *counter) error { n.N++; return nil })
		if err == nil {
			return fmt.Sprintf("%s-%04d", prefix, n.N), nil
		}
		if !errors.Is(err, docs.ErrNotFound) {
			return "", err
		}
		err = s.sequence.Insert(ctx, &counter{ID: prefix})
		if err != nil && !errors.Is(err, docs.ErrExists) {
			return "", err
		}
	}
}

// opened makes the case of an opening. Its clocks run from the receipt of the tip, to the minute: a handler must not learn the second.
func opened(p *county.Profile, o Opening, now time.Time) Case {
	c := Case{
		State: Unsigned, Place: o.Place, Categories: o.Categories, Signs: o.Signs, Sites: o.Sites, Emergency: o.Emergency, Priority: o.Priority,
		Guessed: o.Guessed, Usual: cmp.Or(o.Usual, o.Priority),
		Lead: o.Lead, Co: slices.Clone(o.Co), Oversight: o.Oversight, Refer: o.Refer, Sealed: o.Sealed, Rule: o.Rule, Reasons: o.Reasons, Confidence: o.Confidence,
		Sees: sees(o.Lead, nil, "", false), Hidden: slices.Clone(o.Hidden), Recurs: o.Recurs, Doubts: o.Doubts, Opened: now, Version: 1,
	}
	if o.Tip != "" {
		c.Tips = []TipRef{{Tip: string(o.Tip), Received: o.Received, Told: o.Told, Channel: o.Channel, Signs: o.Signs, Sites: o.Sites, Emergency: o.Emergency, Priority: o.Priority}}
	}
	for _, u := range o.Sees {
		if !slices.Contains(c.Sees, u) {
			c.Sees = append(c.Sees, u)
		}
	}
	if len(o.Categories) > 0 {
		c.Category = o.Categories[0]
	}
	for _, step := range Table[0].Starts {
		c.begin(p, step, o.Received.Truncate(time.Minute), now)
	}
	c.Events = []Event{{At: now, By: worker, Action: string(Arrive), To: Unsigned, Lead: c.Lead}}
	c.From = o.From
	c.came(p, now)
	c.index(p)
	return c
}

// Link joins a later tip to a case; doing it again changes nothing. It reopens nothing, but a more urgent tip makes the case more urgent.
// Where the case was merged into another one, the tip goes there. docs.ErrNotFound while the case has not been opened.
func (s *Service) Link(ctx context.Context, id string, j Joining) (Case, error) {
	c, err := s.cases.Get(ctx, id)
	if err != nil || c.Holds(j.Tip) {
		return c, err
	}
	if slices.Contains(c.Out, string(j.Tip)) {
		return s.ByTip(ctx, j.Tip)
	}
	if c.State == Merged {
		return s.Link(ctx, c.Into, j)
	}
	if err := s.Custody.Note(ctx, "case/"+id, worker, "link", string(j.Tip)); err != nil {
		return Case{}, fmt.Errorf("cases: note link to %s: %w", id, err)
	}
	now := s.Now()
	c, err = s.cases.Change(ctx, id, func(c *Case) error { c.join(s.Profile, j, now); return nil })
	return s.hurried(ctx, c, err)
}

// join adds the tip in the order of arrival.
func (c *Case) join(p *county.Profile, j Joining, now time.Time) {
	if c.Holds(j.Tip) {
		return
	}
	c.add(TipRef{Tip: string(j.Tip), Received: j.Received, Told: j.Told, Channel: j.Channel, Reasons: j.Reasons, Signs: j.Signs, Sites: j.Sites, Emergency: j.Emergency, Priority: j.Priority})
	c.Events = append(c.Events, Event{At: now, By: worker, Action: "link", From: c.State, To: c.State, Lead: c.Lead})
	c.raise(p, j, now)
	c.index(p)
}

// first is when the county learned of it: who was told of something first, is the first.
func (t *TipRef) first() time.Time {
	if t.Told.IsZero() {
		return t.Received
	}
	return t.Told
}

// Learned is when the county learned of the matter: by its first tip, or else when it was opened.
func (c *Case) Learned() time.Time {
	if len(c.Tips) > 0 && c.Tips[0].first().Before(c.Opened) {
		return c.Tips[0].first()
	}
	return c.Opened
}

// add puts a tip into the order of arrival.
func (c *Case) add(t TipRef) {
	c.Tips = append(c.Tips, t)
	slices.SortStableFunc(c.Tips, func(a, b TipRef) int { return cmp.Or(a.first().Compare(b.first()), cmp.Compare(a.Tip, b.Tip)) })
	c.Signs, c.Sites = union(c.Signs, t.Signs), union(c.Sites, t.Sites)
	c.addressTo(t.Tip)
}

// raise makes the case as urgent as its most urgent tip: clocks that run get the shorter limits, counted from that tip.
func (c *Case) raise(p *county.Profile, j Joining, now time.Time) {
	c.Guessed = j.Emergency && j.Guessed && !c.Emergency || c.Guessed && (j.Guessed || !j.Emergency)
	c.Emergency = c.Emergency || j.Emergency
	c.Reasons = union(c.Reasons, urgentReasons(j.Why))
	if usual := cmp.Or(j.Usual, j.Priority); usual != "" && usual < c.Usual {
		c.Usual = usual
	}
	if c.State.Over() || j.Priority == "" || j.Priority >= c.Priority { // "P0" < "P1"
		return
	}
	c.resume(p, now)
	c.Priority = j.Priority
	c.Version++
	for i, k := range slices.Clone(c.Clocks) {
		if k.Done != nil || k.Of != "" || limitOf(p, k.Step, c.Priority) == nil {
			continue
		}
		c.start(p, k.Step, j.Received.Truncate(time.Minute), now)
		if last := len(c.Clocks) - 1; c.Clocks[last].Done == nil && c.Clocks[last].Step == k.Step {
			c.Clocks[i].Replaced, c.Clocks[last].For = true, string(j.Tip)
		}
	}
	c.Events = append(c.Events, Event{At: now, By: worker, Action: "raise", From: c.State, To: c.State, Lead: c.Lead})
	if c.Priority == topPriority { // who knows the case does not know that it cannot wait any more
		c.came(p, now)
	}
}

// lower takes the emergency back that the machine guessed: clocks that run get the limits of the usual priority, counted from where they began.
func (c *Case) lower(p *county.Profile, now time.Time) {
	c.Emergency, c.Guessed, c.Lowered, c.Priority = false, false, true, c.Usual
	for _, k := range slices.Clone(c.Clocks) {
		if k.Done == nil && k.Of == "" {
			c.start(p, k.Step, k.From, now)
		}
	}
}

// came tells the lead of a case that is new to it, and the duty desk of one that cannot wait.
func (c *Case) came(p *county.Profile, at time.Time) {
	c.tell(p, Notice{Kind: NoticeNew, Unit: c.Lead, Rank: county.RankHandler, Step: StepSign, At: at})
	if c.Priority == topPriority && c.Lead != dutyDesk && slices.Contains(c.Sees, dutyDesk) {
		c.tell(p, Notice{Kind: NoticeNew, Unit: dutyDesk, Rank: county.RankHandler, Step: StepSign, At: at})
	}
}

// Holds says whether the tip is one of the case.
func (c *Case) Holds(tip intake.TipID) bool {
	return slices.ContainsFunc(c.Tips, func(t TipRef) bool { return t.Tip == string(tip) })
}

func union(a, b []string) []string {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(a, v)
		}
	}
	return a
}
