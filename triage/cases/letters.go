package cases

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Letter is what the county says to who tipped. It lives with the case, because it is about the matter; from here it is delivered into the dialogue of each tip
// that it is for, as often as it takes. A tip that joins later gets what was said to the matter since the case was last taken up.
type Letter struct {
	ID   string // hexadecimal, made from the form in which it was written: sending that twice writes once
	Turn intake.Turn
	At   time.Time
	By   string // staff id
	Name string
	Unit string
	Text vault.Sealed // vault purpose "case.letter", id of the letter
	Own  string       `bson:",omitempty"` // the only tip that it is for; "" is the matter
	To   []Delivery

	Until  time.Time  `bson:",omitempty"` // of a question: midnight after the last day on which it waits
	Wants  bool       `bson:",omitempty"` // it asks for photos too
	Heard  *time.Time `bson:",omitempty"` // when an answer came first
	Silent *time.Time `bson:",omitempty"` // when the wait was over
	Again  string     `bson:",omitempty"` // of a ruling without words: the unit that looks into it again
}

// Delivery is one copy of a letter.
type Delivery struct {
	Tip string
	At  *time.Time `bson:",omitempty"`
}

// waits says that a copy is not delivered yet.
func (l Letter) waits() bool {
	return slices.ContainsFunc(l.To, func(d Delivery) bool { return d.At == nil })
}

// asks says that it is a question for whose answer the case waits.
func (l Letter) asks() bool { return l.Turn == intake.Question && l.Heard == nil && l.Silent == nil }

const sealLetter = "case.letter"

// Writing is a letter as it is ordered.
type Writing struct {
	Action  Action // Inquire, Write or Dismiss
	Key     string // of the form: sending it again writes nothing more
	Version int64  // as in Input
	Text    string
	Tip     intake.TipID // the only one it is for; "" is the matter
	Ends    bool         // of Write: it is the answer to the matter, which is concluded
	Wants   bool         // of Inquire: photos, too
	Pause   bool         // of Inquire: the case waits for the answer, where it may be paused
	Seen    string       // what the writer was warned of and sent all the same, for the custody log
}

// Write writes a letter; it is delivered by Post. Writing it again changes nothing. Where the page is old, nothing is
// said: somebody else may have answered. faults desk.not_found, desk.moved, desk.action, desk.forbidden, letter.tip, letter.early, say.empty, form.too_long, form.encoding.
func (s *Service) Write(ctx context.Context, a Actor, id string, w Writing) (Case, error) {
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return c, err
	}
	var broken bool
	if w.Text, broken = intake.CleanWords(w.Text); broken {
		return c, fault.New(fault.Invalid, "form.encoding").On("reply")
	}
	l := Letter{ID: s.LetterID(id, w.Key), At: s.Now(), By: a.ID, Name: a.Name, Unit: a.unit(), Own: string(w.Tip), Wants: w.Wants,
		Turn: map[Action]intake.Turn{Inquire: intake.Question, Dismiss: intake.Ruling}[w.Action]}
	if w.Action == Write && w.Ends {
		l.Turn = intake.Conclusion
	}
	if c.letter(l.ID) >= 0 {
		return c, nil
	}
	if l.Text, err = s.Vault.Seal(sealLetter, l.ID, []byte(w.Text)); err != nil {
		return c, fmt.Errorf("cases: seal letter of %s: %w", id, err)
	}
	m := move{actor: a, act: w.Action, in: Input{Version: w.Version, Note: w.Text}, letter: &l, at: l.At}
	pause := move{actor: a, act: Pause, in: Input{Choice: pauseMaterial}, at: l.At}
	if pause.note, err = s.seal(id, s.Profile.Texts["story.paused"]); err != nil {
		return c, err
	}
	do := func(c *Case) error {
		if c.letter(l.ID) >= 0 {
			return nil
		}
		if err := c.do(s.Profile, m); err != nil {
			return err
		}
		if w.Pause && w.Action == Inquire {
			c.pauseFor(s.Profile, l.ID, pause)
		}
		return nil
	}
	if err := do(&c); err != nil {
		return c, err
	}
	if err := s.Custody.Note(ctx, "case/"+id, a.ID, string(w.Action), strings.TrimSpace(l.ID+" "+w.Seen)); err != nil {
		return c, fmt.Errorf("cases: note %s on %s: %w", w.Action, id, err)
	}
	return s.cases.Change(ctx, id, do)
}

// LetterID is the id of the letter that a form of a case becomes.
func (s *Service) LetterID(id, key string) string {
	return hex.EncodeToString(s.Vault.MAC("case.letter id", []byte(id), []byte(key))[:12])
}

func (c *Case) letter(id string) int {
	return slices.IndexFunc(c.Letters, func(l Letter) bool { return l.ID == id })
}

// checkLetter says what stands against a letter.
func (c *Case) checkLetter(p *county.Profile, m move) error {
	l := m.letter
	switch {
	case strings.TrimSpace(m.in.Note) == "":
		return fault.New(fault.Invalid, "say.empty").On("reply")
	case l.Turn == intake.Question && l.Own == "",
		l.Own != "" && !slices.ContainsFunc(c.Tips, func(t TipRef) bool { return t.Tip == l.Own && !t.Withdrawn }):
		return fault.New(fault.Invalid, "letter.tip").On("tip")
	case l.Turn == intake.Conclusion && (c.Outcome == "" && !c.State.Over() || l.Own != ""):
		return fault.New(fault.Conflict, "letter.early").On("reply")
	}
	return nil
}

// send takes a letter in.
func (c *Case) send(p *county.Profile, m move, e *Event) {
	l := *m.letter
	e.Note, e.Item = nil, l.ID
	switch m.act {
	case Inquire:
		l.Until = p.Due(m.at, county.Duration{Days: p.Answers.AskDays})
	case Dismiss:
		c.Letters = append(c.Letters, l)
		c.decide(Dismiss, m)
		return
	}
	if l.Own != "" {
		l.To = []Delivery{{Tip: l.Own}}
	} else {
		if m.act == Write {
			c.reported(p, m.at)
		}
		for _, t := range c.Tips {
			if !t.Withdrawn {
				l.To = append(l.To, Delivery{Tip: t.Tip})
			}
		}
	}
	c.Letters = append(cloneLetters(c.Letters), l)
}

// pauseFor pauses the case for the answer to a question, if it may be paused.
func (c *Case) pauseFor(p *county.Profile, question string, m move) {
	m.in.Version, m.in.Note = c.Version, p.Texts["story.paused"]
	if c.do(p, m) == nil {
		c.Hold.For = question
	}
}

// Silence is the choice of a Resume after which nothing came; after intake.Unsaid somebody answered, and said nothing.
const Silence = "silence"

// goOn ends the pause that waited for a question. How is "" where there is an answer now, else Silence or intake.Unsaid.
func (c *Case) goOn(p *county.Profile, question string, at time.Time, how string) {
	if c.Hold == nil || c.Hold.For != question {
		return
	}
	c.resume(p, at)
	c.Events = append(c.Events, Event{At: at, By: worker, Action: string(Resume), From: c.State, To: c.State, Lead: c.Lead, Choice: how})
}

// silence notes each question whose wait is over, once; the case goes on. An answer may still come.
func (c *Case) silence(p *county.Profile, now time.Time) bool {
	changed := false
	for i, l := range c.Letters {
		if !l.asks() || now.Before(l.Until) {
			continue
		}
		if !changed {
			c.Letters, changed = cloneLetters(c.Letters), true
		}
		c.Letters[i].Silent = &now
		c.Events = append(c.Events, Event{At: now, By: worker, Action: "silent", From: c.State, To: c.State, Lead: c.Lead, Item: l.ID})
		c.goOn(p, l.ID, now, Silence)
	}
	return changed
}

// addressTo gives a tip that joins what was said to the matter since it was last taken up, and nothing that was said to others.
func (c *Case) addressTo(tip string) {
	c.Letters = cloneLetters(c.Letters)
	for i := range c.Letters {
		l := &c.Letters[i]
		if l.Own != "" || l.At.Before(c.Since) || l.Turn != intake.Words && l.Turn != intake.Conclusion {
			continue
		}
		if !slices.ContainsFunc(l.To, func(d Delivery) bool { return d.Tip == tip }) {
			l.To = append(l.To, Delivery{Tip: tip})
		}
	}
}

// unaddress keeps from a tip that leaves what it did not get yet: it is another matter.
func (c *Case) unaddress(tip string) {
	c.Letters = cloneLetters(c.Letters)
	for i := range c.Letters {
		c.Letters[i].To = slices.DeleteFunc(c.Letters[i].To, func(d Delivery) bool { return d.Tip == tip && d.At == nil })
	}
}

// cloneLetters lets a copy of a case be changed without the case.
func cloneLetters(all []Letter) []Letter {
	all = slices.Clone(all)
	for i := range all {
		all[i].To = slices.Clone(all[i].To)
	}
	return all
}

// LetterText opens a letter.
func (s *Service) LetterText(l *Letter) (string, error) {
	if l.Again != "" {
		return s.Profile.Say("plea.rechecked", s.Profile.UnitName(l.Again)), nil
	}
	plain, err := s.Vault.Open(sealLetter, l.ID, l.Text)
	if err != nil {
		return "", fmt.Errorf("cases: open letter %s: %w", l.ID, err)
	}
	return string(plain), nil
}

// Posting lists the cases that have something to deliver, the oldest first; at most a page. after is the last one of the page before.
func (s *Service) Posting(ctx context.Context, after string) (docs.Page[Case], error) {
	return s.cases.Find(ctx, docs.Query{Where: term(termLetters), Order: "opened", Limit: pageLength, After: after})
}

// Posted notes that copies of letters were delivered.
func (s *Service) Posted(ctx context.Context, id string, done map[string][]string) error {
	if len(done) == 0 {
		return nil
	}
	now := s.Now()
	_, err := s.cases.Change(ctx, id, func(c *Case) error {
		for i := range c.Letters {
			for k := range c.Letters[i].To {
				if d := &c.Letters[i].To[k]; d.At == nil && slices.Contains(done[c.Letters[i].ID], d.Tip) {
					d.At = &now
				}
			}
		}
		c.index(s.Profile)
		return nil
	})
	return err
}

// Hear notes what somebody who tipped said, as far as it is the case's: the answers to its questions, objections, the withdrawal. Hearing it again changes
// nothing. docs.ErrNotFound while the tip is in no case.
func (s *Service) Hear(ctx context.Context, tip intake.TipID, thread []intake.Message) error {
	c, err := s.ByTip(ctx, tip)
	if err != nil {
		return err
	}
	now := s.Now()
	if tried := c.copy(); !tried.hear(s.Profile, tip, thread, now) {
		return nil
	}
	if err := s.Custody.Note(ctx, "case/"+c.ID, worker, "heard", string(tip)); err != nil {
		return fmt.Errorf("cases: note what was heard in %s: %w", c.ID, err)
	}
	_, err = s.cases.Change(ctx, c.ID, func(c *Case) error { c.hear(s.Profile, tip, thread, now); return nil })
	return err
}

// hear says whether anything was new.
func (c *Case) hear(p *county.Profile, tip intake.TipID, thread []intake.Message, now time.Time) bool {
	at := slices.IndexFunc(c.Tips, func(t TipRef) bool { return t.Tip == string(tip) })
	if at < 0 {
		return false
	}
	changed := false
	log := func(act, item, choice string) {
		changed = true
		c.Events = append(c.Events, Event{At: now, By: worker, Action: act, From: c.State, To: c.State, Lead: c.Lead, Item: item, Choice: choice})
	}
	for _, m := range thread {
		switch {
		case m.Turn == intake.Reply:
			if i := c.letter(m.Ref); i >= 0 && c.Letters[i].Heard == nil && c.Letters[i].Own == string(tip) {
				c.Letters = cloneLetters(c.Letters)
				c.Letters[i].Heard = &now
				log("heard", m.Ref, m.Choice)
				c.goOn(p, m.Ref, now, m.Choice)
				c.tell(p, Notice{Kind: NoticeHeard, Unit: c.Lead, Rank: county.RankHandler, At: now})
			}
		case m.Turn == intake.Objection, m.Turn == intake.Rating && m.Choice == intake.Objecting:
			if !slices.ContainsFunc(c.Tips[at].Pleas, func(o Plea) bool { return o.ID == m.ID }) {
				c.Tips = slices.Clone(c.Tips)
				c.Tips[at].Pleas = append(slices.Clone(c.Tips[at].Pleas), Plea{ID: m.ID, At: now})
				log(string(Object), "", "")
				c.tell(p, Notice{Kind: NoticeObjection, Unit: c.decider(), Rank: county.RankHandler, At: now})
			}
		case m.Turn == intake.Withdrawal && !c.Tips[at].Withdrawn:
			c.Tips = slices.Clone(c.Tips)
			c.Tips[at].Withdrawn = true
			c.unaddress(string(tip))
			if !c.holds(p, CondTipped) { // nobody is left to wait for a word
				c.stop(StepReply, now)
				c.stop(StepProgress, now)
			}
			c.Letters = cloneLetters(c.Letters)
			for i := range c.Letters { // nobody will answer it
				if l := &c.Letters[i]; l.asks() && l.Own == string(tip) {
					l.Silent = &now
					c.goOn(p, l.ID, now, Silence)
				}
			}
			log("withdrawn", "", "")
		}
	}
	if changed {
		c.index(p)
	}
	return changed
}
