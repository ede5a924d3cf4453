package cases

import (
	"fmt"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases/disposal"
)

// Seen is what a look-back found.
type Seen string

// The findings. Doubtful is anything that is not as it was left: it does not count as clean.
const (
	Clean    Seen = "clean" // 正常
	Doubtful Seen = "doubt" // 有疑点
	Hit      Seen = "hit"   // 又干起来了
)

// Name is the finding in Chinese.
func (f Seen) Name() string {
	return map[Seen]string{Clean: "正常", Doubtful: "有疑点", Hit: "又干起来了"}[f]
}

// Return is one look-back of a case: planned from the day of the stop, asked for by the worker some days ahead, done by a person.
type Return struct {
	Number int        // 1, 2, 3, 4: its place among the days of the profile; those after them follow a doubt
	Ask    time.Time  // from when it is asked for
	Due    time.Time  // 24:00 of its day
	Asked  *time.Time `bson:",omitempty"`
	Done   *time.Time `bson:",omitempty"`
	Record string     `bson:",omitempty"` // of the visit
	Found  Seen       `bson:",omitempty"`
	Off    bool       `bson:",omitempty"` // the matter goes on in another case, or was taken up again
}

// waits says that it is asked for and not done.
func (r Return) waits() bool { return r.Asked != nil && r.Done == nil && !r.Off }

// left says that it is still to be done.
func (r Return) left() bool { return r.Done == nil && !r.Off }

func (c *Case) back(number int) *Return {
	for i := range c.LookBacks {
		if c.LookBacks[i].Number == number {
			return &c.LookBacks[i]
		}
	}
	return nil
}

// clean counts the look-backs that found nothing, from the first one on: one with a doubt begins the count anew.
func (c *Case) clean() int {
	done := slices.DeleteFunc(slices.Clone(c.LookBacks), func(b Return) bool { return b.Done == nil })
	slices.SortStableFunc(done, func(a, b Return) int { return a.Done.Compare(*b.Done) })
	n := 0
	for _, b := range done {
		if n++; b.Found != Clean {
			n = 0
		}
	}
	return n
}

// plan lays the look-backs on their days after the stop. Those that are done stay; the day of the others follows a correction.
func (c *Case) plan(p *county.Profile, at time.Time) {
	r := rule(p, StepLookBack)
	c.LookBacks = slices.Clone(c.LookBacks)
	if c.Stopped == nil {
		for i := range c.LookBacks {
			if b := &c.LookBacks[i]; b.Done == nil {
				b.Off, b.Asked = true, nil
				c.stopOf(StepLookBack, visit(b.Number), at)
			}
		}
		return
	}
	for i, after := range r.At {
		due := p.Due(*c.Stopped, after)
		ask := due.AddDate(0, 0, -r.Ahead.Days-1)
		b := c.back(i + 1)
		if b == nil {
			c.LookBacks = append(c.LookBacks, Return{Number: i + 1, Ask: ask, Due: due})
			continue
		}
		if b.Done != nil {
			continue
		}
		b.Off = b.Off && c.Relapsed()
		if !b.Due.Equal(due) {
			b.Ask, b.Due = ask, due
			if k := c.running(StepLookBack, visit(b.Number)); k != nil {
				k.Due, k.Told = due, ""
			}
		}
	}
}

// Relapsed says that a look-back found the place at work again after the closing: the matter goes on in another case.
func (c *Case) Relapsed() bool {
	return slices.ContainsFunc(c.Births, func(b Birth) bool { return b.Kind == BirthRelapse && !b.At.Before(c.Since) })
}

func visit(number int) string { return fmt.Sprintf("lookback/%d", number) }

// ask asks for the look-backs whose time has come.
func (c *Case) ask(p *county.Profile, now time.Time) bool {
	asked := false
	for i := range c.LookBacks {
		b := &c.LookBacks[i]
		if b.Asked != nil || b.Done != nil || b.Off || now.Before(b.Ask) || !c.watches() {
			continue
		}
		at := now
		b.Asked, asked = &at, true
		c.Clocks = append(c.Clocks, Clock{Step: StepLookBack, Of: visit(b.Number), From: b.Ask, Due: b.Due})
		c.Events = append(c.Events, Event{At: now, By: worker, Action: "ask_lookback", From: c.State, To: c.State, Lead: c.Lead, Item: visit(b.Number)})
		c.tell(p, Notice{Kind: NoticeLookBack, Unit: c.Lead, Rank: county.RankHandler, Step: StepLookBack, Of: visit(b.Number), Due: b.Due, At: now})
		if c.Place.Town != "" && county.TownUnit(c.Place.Town) != c.Lead {
			c.tell(p, Notice{Kind: NoticeLookBack, Unit: county.TownUnit(c.Place.Town), Rank: county.RankHandler, Step: StepLookBack, Of: visit(b.Number), Due: b.Due, At: now})
		}
	}
	return asked
}

// watches says whether look-backs are made now: not while somebody has yet to sign, and not in an empty case.
func (c *Case) watches() bool { return c.State != Unsigned && c.State != Merged }

// found takes in what a visit says. After the closing, a hit opens a case of its own; before, the disposal is not over.
func (c *Case) found(p *county.Profile, record string, f *disposal.Visit, corrects bool, at time.Time) {
	b := c.back(f.Number)
	if b == nil || b.Record != record && corrects { // of the time before the case was taken up again
		return
	}
	if b.Done == nil {
		done := at
		b.Done, b.Record = &done, record
		c.stopOf(StepLookBack, visit(b.Number), at)
	}
	was := b.Found
	b.Found = finding(f)
	switch {
	case b.Found == Hit && was != Hit && c.State.Over():
		c.State, c.Agreed = Closed, nil
		for i := range c.LookBacks {
			if o := &c.LookBacks[i]; o.Done == nil {
				o.Off = true
				c.stopOf(StepLookBack, visit(o.Number), at)
			}
		}
		c.stop(StepStrike, at)
		c.relapse(p, record)
	case b.Found == Hit && c.State == Disposed:
		c.State = Disposing
		c.stop(StepClose, at)
		c.start(p, StepDispose, at, at)
	case b.Found == Doubtful:
		c.Agreed = nil
		c.sooner(p, at)
	}
	c.mayStrike(p, at)
}

// sooner plans one more look-back, as many days on as the first one comes after the stop, unless another one comes no later anyway.
func (c *Case) sooner(p *county.Profile, at time.Time) {
	r := rule(p, StepLookBack)
	due := p.Due(at, r.At[0])
	if !slices.ContainsFunc(c.LookBacks, func(b Return) bool { return b.left() && !b.Due.After(due) }) {
		c.LookBacks = append(c.LookBacks, Return{Number: len(c.LookBacks) + 1, Ask: due.AddDate(0, 0, -r.Ahead.Days-1), Due: due})
	}
}

// mayStrike starts the clock of striking off as soon as that is possible, and stops it when it is not any more.
func (c *Case) mayStrike(p *county.Profile, at time.Time) {
	if c.State != Watched || !c.ripe(p) {
		c.stop(StepStrike, at)
		if c.State == Watched && !slices.ContainsFunc(c.LookBacks, Return.left) {
			c.sooner(p, at)
		}
		return
	}
	if c.running(StepStrike, "") != nil {
		return
	}
	c.start(p, StepStrike, at, at)
	for _, u := range c.Parties() {
		c.tell(p, Notice{Kind: NoticeStrike, Unit: u, Rank: county.RankHandler, Step: StepStrike, At: at})
	}
}

// ripe says that nothing stands against striking the case off but the word of the parties.
func (c *Case) ripe(p *county.Profile) bool { return c.holds(p, NeedClean) && c.holds(p, NeedSettled) }

// Saw is what the look-back of a line of the log found, as it is recorded now; "" when the line is of none, or the record was void.
func (c *Case) Saw(e Event) Seen {
	i := c.recordIndex(e.Item)
	if e.Action != string(LookBack) || i < 0 || c.Records[i].Form().Visit == nil {
		return ""
	}
	return finding(c.Records[i].Form().Visit)
}

// finding is what the answers of a visit come to.
func finding(f *disposal.Visit) Seen {
	switch {
	case f.Running == "yes":
		return Hit
	case f.Running == "signs", f.Power == "back", f.Water == "back", f.Equipment == "moved", f.Equipment == "unknown", f.Party == "elsewhere":
		return Doubtful
	}
	return Clean
}
