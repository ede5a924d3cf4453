package intake

import (
	"context"
	"crypto/hmac"
	"errors"
	"iter"
	"slices"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
)

// Turn is what a line of the dialogue is for.
type Turn string

// The turns. The empty one is words, from either side.
const (
	Words      Turn = ""
	Conclusion Turn = "conclusion" // ours: the answer to the whole matter, once it is concluded
	Question   Turn = "question"   // ours
	Ruling     Turn = "ruling"     // ours: what became of an objection
	Reply      Turn = "reply"      // theirs, to a question
	Rating     Turn = "rating"     // theirs, once, about the conclusion
	Objection  Turn = "objection"  // theirs, about the conclusion
	Withdrawal Turn = "withdrawal" // theirs, and the last one
)

// Unsaid is the choice of a Reply that says nothing: 不知道，或者不想说.
const Unsaid = "unsaid"

// The choices of a Rating.
const (
	Pleased   = "pleased"
	Fair      = "fair"
	Unhappy   = "unhappy"
	Objecting = "objecting" // unhappy, and wants it to be looked at again
)

// Ratings lists what a person may choose.
var Ratings = []string{Pleased, Fair, Unhappy, Objecting}

// MinObjection is how many characters an objection has at least: without a reason nobody can check it.
const MinObjection = 6

// Spoken is what a person says through the code.
type Spoken struct {
	Turn   Turn
	Ref    string // of a Reply: the question
	Choice string
	Words  string
	Staged []string // tokens of evidence
}

// Say is Speak of plain words.
func (s *Service) Say(ctx context.Context, v *Visit, d *Draft, words string, staged []string) error {
	return s.Speak(ctx, v, d, Spoken{Words: words, Staged: staged})
}

// Speak adds what a person says to the dialogue; d makes it happen once. Photos become evidence of the tip. Words wait for triage again: they may accuse
// somebody who sees the case. What follows from the rest waits in Follows.
// fault.List with say.empty, say.full, form.too_long, form.encoding, form.choice, code.in_words, photo.stale and photo.too_many, talk.withdrawn,
// withdraw.late, talk.unasked, rate.early, rate.late, rate.done, object.early, object.late, object.done, object.reason; fault.Busy.
func (s *Service) Speak(ctx context.Context, v *Visit, d *Draft, sp Spoken) error {
	var c checker
	c.text("words", &sp.Words, MaxMessage, CleanWords)
	items := s.take(d, sp.Staged, &c)
	for _, code := range codesIn(sp.Words) {
		if hmac.Equal(s.codeMAC(code), v.codeMAC) {
			c.add("words", fault.New(fault.Invalid, "code.in_words"))
		}
	}
	switch n := length(sp.Words); {
	case sp.Turn == Objection && n < MinObjection:
		c.add("words", fault.New(fault.Invalid, "object.reason", MinObjection))
	case sp.Turn == Rating && !slices.Contains(Ratings, sp.Choice):
		c.add("rating", fault.New(fault.Invalid, "rate.choice"))
	case sp.Turn == Rating && sp.Choice == Objecting && n < MinObjection:
		c.add("words", fault.New(fault.Invalid, "object.reason", MinObjection))
	case (sp.Turn == Words || sp.Turn == Reply && sp.Choice == "") && n == 0 && len(items) == 0:
		c.add("words", fault.New(fault.Invalid, "say.empty"))
	case sp.Turn == Reply && sp.Choice != "" && sp.Choice != Unsaid:
		c.add("words", fault.New(fault.Invalid, "form.choice"))
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	photos := (&body{Items: items}).counts().Photos
	m := said{Turn: sp.Turn, At: s.Now().UTC(), Text: sp.Words, Photos: photos, Ref: sp.Ref, Choice: sp.Choice}
	id := s.messageID("say", v.Tip, string(d.tip))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	added, err := s.append(ctx, v.Tip, id, m, d, items, func(thread []Message) error {
		if f := s.against(thread, sp); f != nil {
			return fault.List{f}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if added && sp.Turn != Withdrawal {
		s.announce(ctx, v.Tip)
	}
	return nil
}

// against says what stands against a turn in a dialogue; nil when nothing does.
func (s *Service) against(thread []Message, sp Spoken) *fault.Error {
	t := s.talk(thread)
	switch {
	case t.Withdrawn && sp.Turn == Withdrawal:
		return nil
	case t.Withdrawn:
		return fault.New(fault.Conflict, "talk.withdrawn")
	}
	switch sp.Turn {
	case Withdrawal:
		if !t.MayWithdraw {
			return fault.New(fault.Conflict, "withdraw.late")
		}
	case Reply:
		if !slices.ContainsFunc(thread, func(m Message) bool { return m.Turn == Question && m.Ref == sp.Ref }) {
			return fault.New(fault.Invalid, "talk.unasked")
		}
	case Rating:
		switch {
		case t.Rated != "":
			return fault.New(fault.Conflict, "rate.done")
		case !t.Concluded:
			return fault.New(fault.Conflict, "rate.early")
		case !t.MayRate:
			return fault.New(fault.Conflict, "rate.late")
		case sp.Choice == Objecting && !t.MayObject:
			return fault.New(fault.Conflict, "object.done")
		}
	case Objection:
		switch {
		case !t.Concluded:
			return fault.New(fault.Conflict, "object.early")
		case t.ObjectUntil.IsZero():
			return fault.New(fault.Conflict, "object.done")
		case !t.MayObject:
			return fault.New(fault.Conflict, "object.late")
		}
	}
	if theirs := countTurns(thread, func(m Message) bool { return !m.FromUs }); theirs >= MaxMessages && (sp.Turn == Words || sp.Turn == Reply) {
		return fault.New(fault.Invalid, "say.full")
	}
	return nil
}

func countTurns(thread []Message, of func(Message) bool) (n int) {
	for _, m := range thread {
		if of(m) {
			n++
		}
	}
	return n
}

// Talk is where a dialogue stands. Days are midnights in the county.
type Talk struct {
	Withdrawn   bool
	MayWithdraw bool      // no concluding answer was given yet (应急〔2023〕106号: 答复前主动撤回的不再答复)
	Open        []Message // questions that the person has not answered, the newest first
	Concluded   bool      // the concluding answer was given
	Rated       string    // how it was rated; "" for not yet
	MayRate     bool
	MayObject   bool
	ObjectUntil time.Time // the last day for an objection; zero when none is left or nothing can be objected to
	Waiting     bool      // an objection has no ruling yet
}

// Talk reads it out of a dialogue.
func (s *Service) Talk(v *Visit) Talk { return s.talk(v.Thread) }

func (s *Service) talk(thread []Message) Talk {
	var t Talk
	var concluded time.Time
	objections := 0
	for _, m := range thread {
		switch m.Turn {
		case Withdrawal:
			t.Withdrawn = true
		case Conclusion:
			t.Concluded, concluded = true, m.Day
		case Ruling:
			t.Waiting = false
		case Question:
			t.Open = append([]Message{m}, t.Open...)
		case Reply:
			t.Open = slices.DeleteFunc(t.Open, func(q Message) bool { return q.Ref == m.Ref })
		case Rating:
			t.Rated = m.Choice
		}
		if m.objects() {
			t.Waiting, objections = true, objections+1
		}
	}
	t.MayWithdraw = !t.Withdrawn && !t.Concluded
	today, a := s.Profile.Day(s.Now()), s.Profile.Answers
	t.MayRate = t.Concluded && t.Rated == "" && !today.After(concluded.AddDate(0, 0, a.RatingDays))
	if t.Concluded && objections < s.Profile.Casework.Reopenings && !t.Waiting {
		t.ObjectUntil = concluded.AddDate(0, 0, a.ObjectionDays)
		t.MayObject = !today.After(t.ObjectUntil)
	}
	return t
}

// objects says whether a line asks that the matter is looked at again.
func (m Message) objects() bool {
	return m.Turn == Objection || m.Turn == Rating && m.Choice == Objecting
}

// Letter is what the county says to one person. Key makes it happen once.
type Letter struct {
	Key   string
	Unit  string
	Turn  Turn
	Text  string
	Until time.Time // of a Question
	Wants bool
}

// MaxLetters bounds our lines of one dialogue, far above what people write.
const MaxLetters = 500

// Deliver adds words from the county's side. What was delivered before, and what comes after the person withdrew, changes nothing.
// faults say.empty, say.full, form.too_long, form.encoding on "reply".
func (s *Service) Deliver(ctx context.Context, id TipID, l Letter) error {
	var c checker
	c.text("reply", &l.Text, MaxMessage, CleanWords)
	if l.Text == "" {
		c.add("reply", fault.New(fault.Invalid, "say.empty"))
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	m := said{FromUs: true, Turn: l.Turn, Unit: l.Unit, At: s.Now().UTC(), Text: l.Text, Ref: l.Key, Until: l.Until, Wants: l.Wants}
	_, err := s.append(ctx, id, s.messageID("answer", id, l.Key), m, nil, nil, func(thread []Message) error {
		switch {
		case s.talk(thread).Withdrawn:
			return errThere
		case countTurns(thread, func(m Message) bool { return m.FromUs }) >= MaxLetters:
			return fault.List{fault.New(fault.Invalid, "say.full").On("reply")}
		}
		return nil
	})
	return err
}

// Answer delivers plain words; key makes it happen once.
func (s *Service) Answer(ctx context.Context, id TipID, key, unit, words string) error {
	return s.Deliver(ctx, id, Letter{Key: key, Unit: unit, Text: words})
}

// never is the Unread of a tip whose person has read everything.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// unreadSince notes the day of the first line that the person has not seen.
func (r *record) unreadSince(day time.Time) {
	if r.Unread.IsZero() || !r.Unread.Before(never) {
		r.Unread = day
	}
}

// Follow is a dialogue in which something was said from which something follows at the desk.
type Follow struct {
	Tip    TipID
	Thread []Message
}

// EachFollow walks over them, the oldest tip first.
func (s *Service) EachFollow(ctx context.Context) iter.Seq2[TipID, error] {
	return func(yield func(TipID, error) bool) {
		for r, err := range s.ids.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "follow", Value: workWaiting}}, Order: "received", Limit: 500}) {
			if err != nil {
				err = busy("list dialogues that wait", err)
			}
			if !yield(TipID(r.ID), err) {
				return
			}
		}
	}
}

// Following reads one of them. Nothing is marked as read by it.
func (s *Service) Following(ctx context.Context, id TipID) (Follow, error) {
	o, err := s.get(ctx, id)
	if err != nil {
		return Follow{}, err
	}
	thread, err := s.messages(&o)
	return Follow{id, thread}, err
}

// Followed notes that everything followed that was to follow from a dialogue as it was read.
func (s *Service) Followed(ctx context.Context, f Follow) error {
	_, err := s.tips.Change(ctx, string(f.Tip), func(r *record) error {
		if len(r.Thread) == len(f.Thread) {
			r.Follow = ""
		}
		return nil
	})
	return writeError(err)
}

// Expire takes away what the county said before the profile's keep_days and nobody has read: the line stays, its words go. It says in how many dialogues.
func (s *Service) Expire(ctx context.Context) (int, error) {
	before := s.Profile.Day(s.Now()).AddDate(0, 0, -s.Profile.Answers.KeepDays)
	n := 0
	var failed []error
	for r, err := range s.ids.Each(ctx, docs.Query{Order: "unread", To: before, Limit: 500}) {
		if err != nil {
			return n, busy("list unread answers", err)
		}
		if err := s.expire(ctx, TipID(r.ID), before); err != nil {
			failed = append(failed, err)
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}

func (s *Service) expire(ctx context.Context, id TipID, before time.Time) error {
	_, err := s.tips.Change(ctx, string(id), func(r *record) error {
		o, err := s.unseal(r)
		if err != nil {
			return err
		}
		r.Unread = never
		for i := r.SeenByThem; i < len(r.Thread); i++ {
			var m said
			if err := s.openBSON(o.threadKey, r.ID+" "+r.Thread[i].ID, r.Thread[i].Sealed, &m); err != nil {
				return err
			}
			if !m.FromUs || m.Expired {
				continue
			}
			if !s.Profile.Day(m.At).Before(before) {
				r.unreadSince(s.Profile.Day(m.At))
				continue
			}
			m.Text, m.Expired = "", true
			if r.Thread[i].Sealed, err = s.sealBSON(o.threadKey, r.ID+" "+r.Thread[i].ID, m); err != nil {
				return err
			}
		}
		return nil
	})
	return writeError(err)
}
