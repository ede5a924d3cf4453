package cases

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
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
		c.Tips = []TipRef{{Tip: string(o.Tip), Received: o.Received, Told: o.Told, Channel: o.Channel, Signs: o.Signs, Sites: o.Sites, Place: o.Place,
			Emergency: o.Emergency, Guessed: o.Guessed, Usual: o.Usual, Priority: o.Priority, Urgent: urgentReasons(o.Reasons)}}
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
// Where the case was merged into another one, the tip goes there. docs.ErrNotFound while the case has not been opened, ErrElsewhere when it must be judged anew.
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
	if c.elsewhere(j) {
		return c, ErrElsewhere
	}
	if err := s.Custody.Note(ctx, "case/"+id, worker, "link", string(j.Tip)); err != nil {
		return Case{}, fmt.Errorf("cases: note link to %s: %w", id, err)
	}
	now := s.Now()
	c, err = s.cases.Change(ctx, id, func(c *Case) error {
		if c.elsewhere(j) {
			return ErrElsewhere
		}
		c.join(s.Profile, j, now)
		return nil
	})
	return s.hurried(ctx, c, err)
}

// ErrElsewhere says that a tip which names its village would join a case that, since it was judged, has come to lie in another one.
var ErrElsewhere = errors.New("cases: the case lies in another village than was known")

// Villages are those that its tips name.
func (c *Case) Villages() (all []string) {
	for _, at := range append([]Place{c.Place}, places(c.Tips)...) {
		if at.Village != "" {
			all = union(all, []string{at.Village})
		}
	}
	return all
}

func places(tips []TipRef) (all []Place) {
	for _, t := range tips {
		all = append(all, t.Place)
	}
	return all
}

func (c *Case) elsewhere(j Joining) bool {
	other := func(v string) bool { return v != j.Place.Village && !slices.Contains(j.Known, v) }
	return j.Place.Village != "" && !c.Holds(j.Tip) && slices.ContainsFunc(c.Villages(), other)
}

// join adds the tip in the order of arrival.
func (c *Case) join(p *county.Profile, j Joining, now time.Time) {
	if c.Holds(j.Tip) {
		return
	}
	t := TipRef{Tip: string(j.Tip), Received: j.Received, Told: j.Told, Channel: j.Channel, Reasons: j.Reasons, Signs: j.Signs, Sites: j.Sites, Place: j.Place,
		Emergency: j.Emergency, Guessed: j.Guessed, Usual: j.Usual, Priority: j.Priority, Urgent: urgentReasons(j.Why)}
	c.add(t)
	if !c.State.Over() && !c.Private() {
		for _, d := range j.Doubts {
			if !c.Doubted(d) {
				c.Doubts = append(c.Doubts, d)
			}
		}
	}
	c.Events = append(c.Events, Event{At: now, By: worker, Action: "link", From: c.State, To: c.State, Lead: c.Lead})
	c.learn(p, t, now)
	c.index(p)
}

// joining is what the tip brings into another case.
func (t *TipRef) joining() Joining {
	return Joining{Tip: intake.TipID(t.Tip), Received: t.Received, Emergency: t.Emergency, Guessed: t.Guessed, Usual: t.Usual, Priority: t.Priority}
}

// usual is its priority without the emergency.
func (t *TipRef) usual() string { return cmp.Or(t.Usual, t.Priority) }

// learn lets the case follow what a tip says that came into it.
func (c *Case) learn(p *county.Profile, t TipRef, now time.Time) {
	c.name(p, t)
	c.raise(p, t.joining(), now)
	c.because()
}

// name lets the case lie in the village that a tip names, when only the town was known and no person has said where it is. Another town would have to be asked
// who handles it: that is left to a person.
func (c *Case) name(p *county.Profile, t TipRef) {
	at := t.Place
	if at.Village == "" || at.Confidence < p.Review.Place || c.Place.Village != "" || c.Place.Town != at.Town || c.State.Over() || c.Located() {
		return
	}
	c.Named = &Naming{t.Tip, c.Place}
	at.Reasons = append([]string{"原来村不清楚，又有一条线索说的是同一件事，说了是哪个村"}, at.Reasons...)
	c.Place = at
}

// unname takes back the village that only a tip named which is no longer there, unless another one names it.
func (c *Case) unname(p *county.Profile, tip string) {
	if c.Named == nil || c.Named.Tip != tip {
		return
	}
	c.Place, c.Named = c.Named.Before, nil
	for _, t := range c.Tips {
		if c.Named == nil {
			c.name(p, t)
		}
	}
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

// alsoTold begins what another tip than the first gives as a reason.
const alsoTold = "又有一条线索说的是同一件事，"

// moreUrgent is the reason of a tip that cannot wait and tells of no emergency.
const moreUrgent = byEmergency + alsoTold + "比原来的急，按特急办"

// because notes why the case cannot wait, as its tips say; of another tip than the first, that it is another one. What is said by those that left goes.
func (c *Case) because(left ...TipRef) {
	said := func(r string) bool {
		return r == moreUrgent || slices.ContainsFunc(slices.Concat(left, c.Tips), func(t TipRef) bool {
			return slices.ContainsFunc(t.Urgent, func(u string) bool { return r == u || r == another(u) })
		})
	}
	c.Reasons = slices.DeleteFunc(slices.Clone(c.Reasons), said)
	for i, t := range c.Tips {
		for _, r := range t.Urgent {
			switch {
			case i == 0:
				c.Reasons = append(c.Reasons, r)
			case !slices.Contains(c.Tips[0].Urgent, r):
				c.Reasons = union(c.Reasons, []string{another(r)})
			}
		}
	}
	if c.Priority == topPriority && len(c.Tips) > 0 && c.Tips[0].Priority > topPriority && len(urgentReasons(c.Reasons)) == 0 {
		c.Reasons = append(c.Reasons, moreUrgent)
	}
}

func another(reason string) string {
	return byEmergency + alsoTold + strings.TrimPrefix(reason, byEmergency)
}

// lower takes the emergency back that the machine guessed: clocks that run get the limits of the usual priority, counted from where they began.
func (c *Case) lower(p *county.Profile, now time.Time) {
	c.Emergency, c.Guessed, c.Lowered, c.Priority = false, false, true, c.Usual
	c.Tips = slices.Clone(c.Tips)
	for i := range c.Tips {
		if t := &c.Tips[i]; t.Emergency {
			t.Emergency, t.Guessed, t.Priority, t.Urgent = false, false, c.Usual, nil
		}
	}
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
