package public

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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

// takeUp puts what was carried into the form of the status page, ready to be sent, unless it had been said before the page grew old.
func (p *Pages) takeUp(s *frontend.Status, visit *intake.Visit, u *upload) {
	if s.Said = p.Intake.Said(visit, u.draft); !s.Said && u.unsent() {
		s.Unsent = true
		p.refill(s, u)
	}
}

// refill gives the form of the status page back with what was typed and the files that arrived.
func (p *Pages) refill(s *frontend.Status, u *upload) {
	s.Token, s.Staged = u.draft.Token, u.staged
	s.Words.Value, _ = intake.CleanWords(u.typed.Get("words")) // Say names what was broken
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
		page.Words, _ = intake.CleanWords(u.typed.Get("words")) // Say names what was broken
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

// say is POST /status/say: words and photos for the dialogue.
func (p *Pages) say(c *gin.Context) error {
	u, err := p.read(c, false)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	visit, err := p.Intake.Resume(ctx, u.typed.Get("visit"))
	if err != nil {
		return p.lookupAgain(c, u, "", err, nil)
	}
	if !p.Intake.Said(visit, u.draft) {
		if err = u.trouble(); err == nil {
			err = p.Intake.Say(ctx, visit, u.draft, u.typed.Get("words"), u.tokens())
		}
		if err != nil {
			return p.sayAgain(c, u, visit, err)
		}
		if visit, err = p.Intake.Resume(ctx, visit.Token); err != nil {
			return p.lookupAgain(c, u, "", err, nil)
		}
	}
	return p.showStatus(c, visit, func(s *frontend.Status) { s.Said = true })
}

// sayAgain brings the status page back with what was typed and the files that arrived.
func (p *Pages) sayAgain(c *gin.Context, u *upload, visit *intake.Visit, err error) error {
	page, buildErr := p.statusPage(c, visit)
	if buildErr != nil {
		return p.lookupAgain(c, u, "", errors.Join(err, buildErr), nil)
	}
	p.refill(&page, u)
	page.Words.Error = p.told(c, err)
	return again{fmt.Errorf("public: say: %w", err), page}
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
	var matter *cases.Case
	switch found, err := p.Cases.ByTip(c.Request.Context(), v.Tip); {
	case err == nil:
		matter = &found
	case !errors.Is(err, docs.ErrNotFound):
		return page, fmt.Errorf("public: case of tip: %w", err)
	}
	var err error
	if page.Reward, err = p.reward(c, v.Tip); err != nil {
		return page, err
	}
	steps, next := notify.Story(p.Profile, v.Day, matter)
	page.Next = next
	for _, s := range steps {
		page.Steps = append(page.Steps, frontend.Step{Day: p.day(s.Day), Text: s.Text, Done: s.Done})
	}
	for _, m := range v.Thread {
		from := p.Words.T("you")
		if m.FromUs {
			from = p.Profile.UnitName(m.Unit)
		}
		page.Thread = append(page.Thread, frontend.Message{From: from, FromUs: m.FromUs, Day: p.day(m.Day), Text: m.Text, Photos: m.Photos, New: m.Unread && m.FromUs})
	}
	return page, nil
}

// day is never more exact than the day.
func (p *Pages) day(t time.Time) string {
	return p.Words.Day(t.In(p.Profile.Zone), p.Now().In(p.Profile.Zone))
}
