package desk

import (
	"crypto/rand"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/answers"
	"qianshao/notify/lint"
	"qianshao/triage/cases"
)

const replyAction = "reply"

// What is said to who tipped.
const (
	sayWord = "word" // how it goes, or the answer to what one of them asked
	sayEnd  = "end"  // the answer to the matter
	sayAsk  = "ask"
)

// found is that something was found in a letter, which therefore did not go.
type found struct {
	error
	answers.Checked
}

// Unwrap gives the fault.
func (f found) Unwrap() error { return f.error }

// write is POST reply and dismiss: words to who tipped. Sending the same form twice says them once.
func (p *Pages) write(c *gin.Context) error {
	f, m, id := c.Request.PostForm, staff(c), c.Param("id")
	k, err := p.Cases.Get(c.Request.Context(), m.Actor(), id)
	if err != nil {
		return err
	}
	tips := addressed(&k)
	if len(tips) == 0 { // nobody would read it
		return fault.New(fault.Forbidden, "desk.forbidden")
	}
	d := answers.Draft{Anyway: f.Get("anyway"), Writing: cases.Writing{
		Action: actionOf(c.Param("action"), f.Get("say")), Key: f.Get("key"), Version: version(c), Text: f.Get("reply"), Tip: intake.TipID(f.Get("tip")),
		Ends: f.Get("say") == sayEnd, Wants: f.Get("wants") != "", Pause: f.Get("pause") != "",
	}}
	if d.Key == "" {
		return fault.New(fault.Conflict, "desk.moved") // of a page from before there were keys
	}
	if d.Action == cases.Inquire && d.Tip == "" && len(tips) == 1 {
		d.Tip = intake.TipID(tips[0])
	}
	checked, err := p.Answers.Send(c.Request.Context(), m.Actor(), id, d)
	if err == nil && len(checked.Findings) > 0 {
		return found{fault.New(fault.Invalid, "letter.found").On("reply"), checked}
	}
	if err == nil {
		p.wrote(c, id)
	}
	return err
}

func actionOf(route, say string) cases.Action {
	switch {
	case route == string(cases.Dismiss):
		return cases.Dismiss
	case say == sayAsk:
		return cases.Inquire
	}
	return cases.Write
}

// addressed are the tips whose people still want answers.
func addressed(k *cases.Case) []string {
	var tips []string
	for _, t := range k.Tips {
		if !t.Withdrawn {
			tips = append(tips, t.Tip)
		}
	}
	return tips
}

func may(s *cases.Service, a cases.Actor, k *cases.Case, act cases.Action) bool {
	return slices.ContainsFunc(s.Actions(a, k), func(t cases.Transition) bool { return t.Action == act })
}

// compose makes the forms for words to who tipped; nil for who may not write.
func (p *Pages) compose(a cases.Actor, k *cases.Case, page *frontend.Case) {
	if may(p.Cases, a, k, cases.Dismiss) {
		page.Dismiss = &frontend.Compose{ID: k.ID, Action: string(cases.Dismiss), Version: k.Version, Seen: len(k.Events), Key: rand.Text(),
			Label: p.Words.T("compose.dismiss"), Hint: p.Words.T("compose.dismiss_hint"), Verb: p.Words.T("compose.keep")}
	}
	if !may(p.Cases, a, k, cases.Write) {
		return
	}
	v := &frontend.Compose{ID: k.ID, Action: replyAction, Version: k.Version, Seen: len(k.Events), Key: rand.Text(), Days: p.Profile.Answers.AskDays,
		Label: p.Words.T("compose.label"), Hint: p.Words.T("compose.hint"), Verb: p.Words.T("compose.send")}
	says := []string{sayWord}
	if k.Outcome != "" || k.State.Over() {
		says = append(says, sayEnd)
	}
	if v.CanAsk = may(p.Cases, a, k, cases.Inquire); v.CanAsk {
		says = append(says, sayAsk)
		v.CanPause = may(p.Cases, a, k, cases.Pause)
	}
	waits := slices.ContainsFunc(k.Clocks, func(c cases.Clock) bool { return c.Step == cases.StepReply && c.Done == nil })
	for _, say := range says {
		v.Says = append(v.Says, frontend.Option{ID: say, Text: p.Words.T("say." + say), On: say == sayEnd && waits || say == sayWord && !waits})
	}
	if tips := addressed(k); len(tips) > 1 {
		v.To = []frontend.Option{{Text: p.Words.T("compose.all", len(tips)), On: true}}
		for i, t := range k.Tips {
			if !t.Withdrawn {
				v.To = append(v.To, frontend.Option{ID: t.Tip, Text: p.Words.T("compose.one", p.Words.T("tip", i+1))})
			}
		}
	}
	page.Compose = v
}

// refillCompose puts what was typed back into the form of its action; false when there is no such form any more.
func refillCompose(page *frontend.Case, action string, f url.Values, err error, text string) bool {
	v := map[string]*frontend.Compose{replyAction: page.Compose, string(cases.Dismiss): page.Dismiss}[action]
	if v == nil {
		return false
	}
	v.Reply = frontend.Field{Value: page.Typed, Error: text}
	for _, one := range fault.All(err) {
		if one.Field == "tip" {
			v.ToError, v.Reply.Error = text, ""
		}
	}
	if f.Has("key") && fault.KindOf(err) != fault.Conflict { // the same words in a new version are a new letter
		v.Key, _ = intake.CleanLine(f.Get("key"))
	}
	choose(v.To, f.Get("tip"))
	if f.Has("say") {
		choose(v.Says, f.Get("say"))
	}
	v.Wants, v.Pause = f.Get("wants") != "", f.Get("pause") != ""
	return true
}

// refillFound shows what was found in the words that did not go.
func refillFound(page *frontend.Case, action string, err error) {
	v := map[string]*frontend.Compose{replyAction: page.Compose, string(cases.Dismiss): page.Dismiss}[action]
	var f found
	if v == nil || !errors.As(err, &f) {
		return
	}
	v.Warned = f.Warned
	for _, one := range f.Findings {
		v.Findings = append(v.Findings, frontend.FindingView{Quote: one.Quote, Sentence: one.Sentence, Block: one.Severity == lint.Block})
	}
}

// thread is the dialogues of a case as one: what was said to everybody stands once. own tells of which tip each line is.
type thread struct {
	p      *Pages
	a      cases.Actor
	k      *cases.Case
	single bool
	lines  []frontend.Message
	ours   map[string]int    // place of a letter in lines
	copies map[string][2]int // of a letter: delivered, read
}

func (p *Pages) newThread(a cases.Actor, k *cases.Case) *thread {
	return &thread{p: p, a: a, k: k, single: len(k.Tips) == 1, ours: map[string]int{}, copies: map[string][2]int{}}
}

// add takes the dialogue of a tip in. heard is how many lines of the person the worker has read: a later one may accuse who is looking.
func (t *thread) add(label string, all []intake.Message, heard int) {
	said := 0
	for _, m := range all {
		if !m.FromUs {
			said++
		}
		switch {
		case m.FromUs:
			t.letter(label, m)
		case m.Turn == intake.Withdrawal:
		case said > heard:
			t.lines = append(t.lines, frontend.Message{From: label, Day: t.p.day(m.Day), Text: t.p.Words.T("message.waiting"), New: true})
		default:
			t.theirs(label, m)
		}
	}
}

// theirs shows what a person said, to who may know it.
func (t *thread) theirs(label string, m intake.Message) {
	if !t.k.Hears(t.a, m) {
		return
	}
	v := t.p.message(m, label)
	switch {
	case m.Turn == intake.Objection, m.Turn == intake.Rating:
		if !t.single {
			v.From = t.p.Words.T("talk.somebody")
		}
		v.Note = t.p.Words.T("talk." + map[bool]string{true: "objects", false: "rates"}[m.Turn == intake.Objection || m.Choice == intake.Objecting])
	case m.Choice == intake.Unsaid:
		v.Text = t.p.Words.T("talk.unsaid") + " " + v.Text
	}
	t.lines = append(t.lines, v)
}

// letter shows what we said, once for all who got it.
func (t *thread) letter(label string, m intake.Message) {
	key := m.Ref
	if key == "" {
		key = m.Unit + t.p.day(m.Day) + m.Text
	}
	n := t.copies[key]
	n[0]++
	if !m.Unread {
		n[1]++
	}
	t.copies[key] = n
	if _, there := t.ours[key]; there {
		return
	}
	v := t.p.message(m, label)
	if i := slices.IndexFunc(t.k.Letters, func(l cases.Letter) bool { return l.ID == m.Ref }); i >= 0 && t.k.Letters[i].Own != "" && !t.single {
		v.To = label
	}
	switch {
	case m.Expired:
		v.Text = t.p.Words.T("talk.taken")
	case m.Turn == intake.Question && !m.Until.IsZero():
		v.Note = t.p.Words.T("talk.until", t.p.day(t.p.Profile.LastDay(m.Until)))
	}
	t.ours[key] = len(t.lines)
	t.lines = append(t.lines, v)
}

// all is the whole, with whether each of our lines was read, and never when.
func (t *thread) all() []frontend.Message {
	for key, at := range t.ours {
		switch n := t.copies[key]; n[1] {
		case n[0]:
			t.lines[at].Seen = t.p.Words.T("talk.seen")
		case 0:
			t.lines[at].Seen = t.p.Words.T("talk.unseen")
		default:
			t.lines[at].Seen = t.p.Words.T("talk.partly", strconv.Itoa(n[1])+"/"+strconv.Itoa(n[0]))
		}
	}
	return t.lines
}
