package public

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify"
	"qianshao/triage/cases"
)

func (p *Pages) codesSpent(c *gin.Context) func() bool {
	return func() bool {
		return p.Budgets.Spent(c.Request.Context(), wrongCodes, string(p.Budgets.Network(c.Request)))
	}
}

// lookup is GET /status: the field for the code.
func (p *Pages) lookup(c *gin.Context) error {
	page := frontend.Lookup{Shell: p.shell(c, "lookup.title")}
	page.Open = true
	page.Captcha = p.offer(c.Request.Context(), p.asked(p.codesSpent(c)), nil).BeforeCode()
	return p.Show(c, http.StatusOK, page)
}

// status is POST /status. An unknown, an expired and a withdrawn code are one answer.
func (p *Pages) status(c *gin.Context) error {
	ctx := c.Request.Context()
	u, err := p.carried(c)
	if err != nil {
		return err
	}
	typed := u.typed.Get("code")
	if f := challenge(p.prove(ctx, "", u.typed.Get("captcha_id"), u.typed.Get("captcha")), p.asked(p.codesSpent(c))); f != nil {
		return p.lookupAgain(c, u, typed, f, f)
	}
	visit, err := p.look(ctx, typed)
	if fault.KindOf(err) == fault.NotFound { // not for a field left empty or a digit left out: that is no guess
		p.Budgets.Spend(ctx, wrongCodes, string(p.Budgets.Network(c.Request)))
	}
	if err == nil {
		err = p.showStatus(c, visit, func(s *frontend.Status) { p.takeUp(s, visit, u) })
	}
	if err != nil {
		return p.lookupAgain(c, u, typed, err, nil)
	}
	return nil
}

// takeUp puts what was carried into the form of the status page from which it came, ready to be sent, unless it had been said before the page grew old.
func (p *Pages) takeUp(s *frontend.Status, visit *intake.Visit, u *upload) {
	if s.Said = p.Intake.Said(visit, u.draft); !s.Said && u.unsent() {
		s.Unsent = true
		p.refill(s, u, "")
	}
}

// refill gives a form of the status page back with what was typed and the files that arrived, and the sentence about it.
func (p *Pages) refill(s *frontend.Status, u *upload, wrong string) {
	words, _ := intake.CleanWords(u.typed.Get("words")) // Speak names what was broken
	field := frontend.Field{Value: words, Error: wrong}
	switch turn := intake.Turn(u.typed.Get("turn")); {
	case turn == intake.Rating && s.Rate != nil:
		s.Rate.Token, s.Rate.Words = u.draft.Token, field
		for i := range s.Rate.Choices.Options {
			o := &s.Rate.Choices.Options[i]
			o.On = o.ID == u.typed.Get("rating")
		}
	case turn == intake.Objection && s.Object != nil:
		s.Object.Token, s.Object.Words, s.Object.Open = u.draft.Token, field, true
	default:
		s.Token, s.Staged, s.Words = u.draft.Token, u.staged, field
	}
}

func (p *Pages) look(ctx context.Context, typed string) (*intake.Visit, error) {
	code, err := intake.ParseCode(typed)
	if err != nil {
		return nil, err
	}
	return p.Intake.Look(ctx, code)
}

// lookupAgain brings the field for the code back, with what was written for the dialogue. problem is the captcha's, if it is about that.
func (p *Pages) lookupAgain(c *gin.Context, u *upload, typed string, err error, problem *fault.Error) error {
	page := frontend.Lookup{Shell: p.shell(c, "lookup.title")}
	if u.unsent() {
		page.Token, page.Staged = u.draft.Token, u.staged
		page.Words, _ = intake.CleanWords(u.typed.Get("words")) // Speak names what was broken
		for _, name := range []string{"turn", "rating", "ask"} {
			if v, broken := intake.CleanLine(u.typed.Get(name)); v != "" && !broken {
				page.Carried = append(page.Carried, frontend.Hidden{Name: name, Value: v})
			}
		}
	}
	page.Code.Value, _ = intake.CleanLine(typed) // a code that holds rubbish is an unknown code and is shown as such
	if r := []rune(page.Code.Value); len(r) > 40 {
		page.Code.Value = string(r[:40])
	}
	if problem == nil {
		page.Code.Error = p.told(c, err)
	}
	page.Captcha = p.offer(c.Request.Context(), problem != nil || p.asked(p.codesSpent(c)), problem).BeforeCode()
	return again{fmt.Errorf("public: status: %w", err), page}
}

// say is POST /status/say: words and photos for the dialogue, or the answer to a question.
func (p *Pages) say(c *gin.Context) error {
	u, err := p.read(c, false)
	if err != nil {
		return err
	}
	sp := intake.Spoken{Words: u.typed.Get("words"), Staged: u.tokens()}
	if ref := u.typed.Get("ask"); ref != "" {
		sp.Turn, sp.Ref = intake.Reply, ref
		if u.typed.Get("unsaid") != "" {
			sp.Choice = intake.Unsaid
		}
	}
	return p.speak(c, u, sp, func(s *frontend.Status) { s.Said = true })
}

// rate is POST /status/rate: how the person likes the answer.
func (p *Pages) rate(c *gin.Context) error {
	u, err := p.carried(c)
	if err != nil {
		return err
	}
	u.typed.Set("turn", string(intake.Rating))
	return p.speak(c, u, intake.Spoken{Turn: intake.Rating, Choice: u.typed.Get("rating"), Words: u.typed.Get("words")}, func(s *frontend.Status) { s.Done = p.Words.T("rated") })
}

// object is POST /status/object: what the person does not agree with.
func (p *Pages) object(c *gin.Context) error {
	u, err := p.carried(c)
	if err != nil {
		return err
	}
	u.typed.Set("turn", string(intake.Objection))
	return p.speak(c, u, intake.Spoken{Turn: intake.Objection, Words: u.typed.Get("words")}, nil)
}

// withdraw is POST /status/withdraw: first what it means, and then, with the second press, the withdrawal.
func (p *Pages) withdraw(c *gin.Context) error {
	u, err := p.carried(c)
	if err != nil {
		return err
	}
	visit, err := p.Intake.Resume(c.Request.Context(), u.typed.Get("visit"))
	if err != nil {
		return p.lookupAgain(c, u, "", err, nil)
	}
	if u.typed.Get("back") != "" || p.Intake.Talk(visit).Withdrawn {
		return p.showStatus(c, visit, nil)
	}
	page, err := p.statusPage(c, visit)
	if err != nil {
		return err
	}
	if page.Withdraw == "" { // the answer came in between
		late := fault.New(fault.Conflict, "withdraw.late")
		page.Late = p.told(c, late)
		return again{fmt.Errorf("public: withdraw: %w", late), page}
	}
	if u.typed.Get("sure") != "" {
		return p.speak(c, u, intake.Spoken{Turn: intake.Withdrawal}, nil)
	}
	note := page.Reward
	if !note.Claimable() {
		note = nil
	}
	t := p.Profile.Texts
	return p.Show(c, http.StatusOK, frontend.Withdraw{Reward: note, Shell: p.shell(c, "withdraw.title"), Visit: visit.Token, Token: u.draft.Token,
		Stops: t["withdraw.stops"], GoesOn: t["withdraw.goes_on"], Kept: t["withdraw.kept"]})
}

// speak adds to the dialogue and shows it. Sending the same form twice says it once.
func (p *Pages) speak(c *gin.Context, u *upload, sp intake.Spoken, after func(*frontend.Status)) error {
	ctx := c.Request.Context()
	visit, err := p.Intake.Resume(ctx, u.typed.Get("visit"))
	if err != nil {
		return p.lookupAgain(c, u, "", err, nil)
	}
	if !p.Intake.Said(visit, u.draft) {
		if err = u.trouble(); err == nil {
			err = p.Intake.Speak(ctx, visit, u.draft, sp)
		}
		if err != nil {
			return p.speakAgain(c, u, visit, err)
		}
		// What was said is stored; should the desk not learn of it now, the sweep tells it.
		_ = p.Answers.Heard(ctx, visit.Tip)
		if visit, err = p.Intake.Resume(ctx, visit.Token); err != nil {
			return p.lookupAgain(c, u, "", err, nil)
		}
	}
	return p.showStatus(c, visit, after)
}

// speakAgain brings the status page back with what was typed and the files that arrived.
func (p *Pages) speakAgain(c *gin.Context, u *upload, visit *intake.Visit, err error) error {
	page, buildErr := p.statusPage(c, visit)
	if buildErr != nil {
		return p.lookupAgain(c, u, "", errors.Join(err, buildErr), nil)
	}
	text := p.told(c, err)
	if page.Rate != nil && fault.KindOf(err) == fault.Invalid && firstField(err) == "rating" {
		page.Rate.Choices.Error, text = text, ""
	}
	p.refill(&page, u, text)
	return again{fmt.Errorf("public: speak: %w", err), page}
}

func firstField(err error) string {
	if all := fault.All(err); len(all) > 0 {
		return all[0].Field
	}
	return ""
}

func (p *Pages) showStatus(c *gin.Context, visit *intake.Visit, change func(*frontend.Status)) error {
	page, err := p.statusPage(c, visit)
	if err != nil {
		return err
	}
	if change != nil {
		change(&page)
	}
	return p.Show(c, http.StatusOK, page)
}

// statusPage tells the person what happened and what was said.
func (p *Pages) statusPage(c *gin.Context, v *intake.Visit) (frontend.Status, error) {
	page := frontend.Status{Shell: p.shell(c, "status.title"), Visit: v.Token, Token: p.Intake.NewDraft().Token, Photos: v.Photos,
		MaxPhotos: intake.MaxPhotos, MaxPhotoMB: p.Config.MaxPhotoMB}
	talk := p.Intake.Talk(v)
	var matter *cases.Case
	switch found, err := p.Cases.ByTip(c.Request.Context(), v.Tip); {
	case err == nil:
		matter = &found
	case !errors.Is(err, docs.ErrNotFound):
		return page, fmt.Errorf("public: case of tip: %w", err)
	}
	note, err := p.reward(c, v.Tip, matter)
	if err != nil {
		return page, err
	}
	if talk.Withdrawn { // nothing more is told, but for money that waits and would be lost
		page.Withdrawn = notify.Withdrawn(p.Profile)
		if note.Claimable() {
			page.Reward = note
		}
		return page, nil
	}
	page.Reward = note
	steps, next := notify.Story(p.Profile, v.Day, p.Now(), matter)
	page.Next = next
	for _, s := range steps {
		page.Steps = append(page.Steps, frontend.Step{Day: p.day(s.Day), Text: s.Text, Done: s.Done})
	}
	for _, m := range v.Thread {
		page.Thread = append(page.Thread, p.message(m))
	}
	p.invite(&page, talk)
	if talk.MayWithdraw && (matter == nil || !matter.State.Over()) {
		page.Withdraw = p.Intake.NewDraft().Token
	}
	return page, nil
}

// message is one line of the dialogue as the person reads it.
func (p *Pages) message(m intake.Message) frontend.Message {
	v := frontend.Message{From: p.Words.T("you"), FromUs: m.FromUs, Day: p.day(m.Day), Text: m.Text, Photos: m.Photos, New: m.Unread && m.FromUs}
	if m.FromUs {
		v.From = p.Profile.UnitName(m.Unit)
	}
	switch {
	case m.Expired:
		v.Text = p.Words.T("talk.expired", p.Profile.Texts["hotline"])
	case m.Choice == intake.Unsaid:
		v.Text = strings.TrimSpace(p.Words.T("talk.unsaid") + " " + m.Text)
	case m.Turn == intake.Rating:
		v.Text = strings.TrimSpace(p.Words.T("talk.rated", p.Words.T("rating."+m.Choice)) + " " + m.Text)
	case m.Turn == intake.Objection:
		v.Text = p.Words.T("talk.objected", m.Text)
	}
	return v
}

// invite offers what the person may say: an answer, a rating, an objection. Each has a form of its own, and each form is sent once.
func (p *Pages) invite(page *frontend.Status, talk intake.Talk) {
	if len(talk.Open) > 0 {
		q := talk.Open[0]
		hint := p.Profile.Say("ask.until", p.day(p.Profile.LastDay(q.Until)))
		if !p.Now().Before(q.Until) {
			hint = p.Profile.Texts["ask.silent"]
		}
		page.Asked = &frontend.Asked{Ref: q.Ref, From: p.Profile.UnitName(q.Unit), Text: q.Text, Hint: hint, Wants: q.Wants}
	}
	page.Waiting = talk.Waiting
	until := ""
	if talk.MayObject {
		until = p.day(talk.ObjectUntil)
	}
	if talk.MayRate {
		page.Rate = &frontend.Rate{Token: p.Intake.NewDraft().Token, Until: until}
		for _, how := range intake.Ratings {
			if how != intake.Objecting || talk.MayObject {
				page.Rate.Choices.Options = append(page.Rate.Choices.Options, frontend.Option{ID: how, Text: p.Words.T("rating." + how)})
			}
		}
	} else if talk.MayObject {
		page.Object = &frontend.Object{Token: p.Intake.NewDraft().Token, Until: until}
	}
}

// day is never more exact than the day.
func (p *Pages) day(t time.Time) string {
	return p.Words.Day(t.In(p.Profile.Zone), p.Now().In(p.Profile.Zone))
}
