package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/handlers/form"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

const (
	hotlinePath = "/desk/hotline"
	ordersPath  = hotlinePath + "/orders"
)

// codesShown is how long a form that is sent again shows its codes, for a line that broke. After that nobody sees them any more.
const codesShown = 30 * time.Minute

// callFields are those of the form; see frontend.Hotline.
var callFields = []string{"token", "channel", "told", "order", "e", "words", "signs", "town", "village", "where", "sites", "now", "times", "before", "reward", "contact"}

// hotline is GET /desk/hotline: an empty form for the next caller.
func (p *Pages) hotline(c *gin.Context) error {
	sub := intake.Submission{}
	sub.Report.Channel = p.Profile.Hotline.Channels[0].ID
	page, err := p.callPage(c, p.Intake.NewDraft(), sub, nil)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// callPage is the form with what was taken down so far. What was typed about the call comes back as it was.
func (p *Pages) callPage(c *gin.Context, d *intake.Draft, sub intake.Submission, typed url.Values) (frontend.Hotline, error) {
	page := frontend.Hotline{DaysBack: p.Profile.Hotline.DaysBack, Told: frontend.Field{Value: typed.Get("told")}, Order: frontend.Field{Value: typed.Get("order")}}
	var err error
	if page.Shell, err = p.shell(c, "call.title", ""); err != nil {
		return page, err
	}
	page.Token = d.Token
	cleaned, _ := p.Intake.Check(d, sub) // what a page cannot show must not come back
	p.questions.Fill(&page.Report, cleaned)
	for _, g := range page.SignGroups { // the operator hears the whole sentence and looks for a word
		for i := range g.Options {
			if s, ok := p.Profile.Sign(g.Options[i].ID); ok {
				g.Options[i].Text, g.Options[i].Long = s.Short, s.Text
			}
		}
	}
	for _, ch := range p.Profile.Hotline.Channels {
		page.Channels.Options = append(page.Channels.Options, frontend.Option{ID: ch.ID, Text: ch.Text, On: ch.ID == sub.Report.Channel})
	}
	for _, e := range p.Profile.Emergencies {
		page.Emergencies = append(page.Emergencies, frontend.CallFirst{Option: frontend.Option{ID: e.ID, Text: e.Text, On: e.ID == sub.Report.Emergency}, Calls: p.questions.Calls(e)})
	}
	return page, nil
}

// call reads the form: what everybody is asked, and what only who takes it down can say.
func (p *Pages) call(f url.Values) (sub intake.Submission, wrong []*fault.Error) {
	sub = form.Read(f)
	sub.Report.Channel, sub.Report.Order = f.Get("channel"), f.Get("order")
	if _, ok := p.Profile.Hotline.Channel(sub.Report.Channel); !ok {
		wrong = append(wrong, fault.New(fault.Invalid, "form.choice").On("channel"))
	}
	if f.Get("told") != "" {
		var err error
		if sub.Report.Told, err = p.Intake.ParseTold(f.Get("told")); err != nil {
			wrong = append(wrong, fault.All(err)...)
		}
	}
	return sub, wrong
}

// takeCall is POST /desk/hotline. The codes are the answer itself and stand in no address; sending the form again gives the same tip.
func (p *Pages) takeCall(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, f := c.Request.Context(), c.Request.PostForm
	sub, wrong := p.call(f)
	d, err := p.Intake.OpenDraft(f.Get("token"))
	if err != nil {
		return p.callAgain(c, p.Intake.NewDraft(), sub, err)
	}
	receipt, sent, err := p.Intake.Sent(ctx, d, sub.Reward)
	if err != nil {
		return p.callAgain(c, d, sub, err)
	}
	_, more := p.Intake.Check(d, sub)
	if wrong = append(wrong, more...); !sent && len(wrong) > 0 {
		return p.callAgain(c, d, sub, fault.List(wrong))
	}
	if err := p.Custody.Note(ctx, "tip/"+string(d.Tip()), staff(c).ID, "take", ""); err != nil {
		return p.callAgain(c, d, sub, fmt.Errorf("desk: note a call: %w", err))
	}
	if !sent {
		if receipt, err = p.Intake.Submit(ctx, d, sub); err != nil {
			return p.callAgain(c, d, sub, err)
		}
	}
	if !receipt.Again {
		p.Accepted()
	}
	return p.codes(c, d, receipt)
}

// callAgain brings the form back with everything that was taken down.
func (p *Pages) callAgain(c *gin.Context, d *intake.Draft, sub intake.Submission, err error) error {
	page, pageErr := p.callPage(c, d, sub, c.Request.PostForm)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	faults := form.EveryFault(err)
	for _, w := range faults {
		form.Place(&page.Report, w)
		switch text := w.Sentence(fault.DefaultLang); w.Field {
		case "channel":
			page.Channels.Error = text
		case "told":
			page.Told.Error = text
		case "order":
			page.Order.Error = text
		case "e":
			page.EmergError = text
		}
	}
	if page.Summary = p.questions.Summary(faults); len(page.Summary) == 0 { // an error of ours
		page.Summary = []frontend.FieldError{{Text: p.told(c, err)}}
	}
	return again{fmt.Errorf("desk: hotline: %w", err), page}
}

// resumeCall shows the form again that the end of a session stopped. Who is no operator reads only what was written.
func (p *Pages) resumeCall(c *gin.Context) error {
	f := c.Request.PostForm
	sub, _ := p.call(f)
	if staff(c).Role != cases.Operator {
		words, _ := intake.CleanWords(sub.Report.Words)
		forbidden := fault.New(fault.Forbidden, "desk.forbidden")
		return again{forbidden, frontend.Failure{Shell: p.Shell(""), Sentence: sentence(forbidden), Ref: c.Writer.Header().Get("X-Request-Id"), Back: "/desk", Typed: words}}
	}
	d, err := p.Intake.OpenDraft(f.Get("token"))
	if err != nil {
		d = p.Intake.NewDraft()
	}
	page, err := p.callPage(c, d, sub, f)
	if err != nil {
		return err
	}
	page.Unsent = true
	return p.Show(c, http.StatusOK, page)
}

// codes is the page to read from.
func (p *Pages) codes(c *gin.Context, d *intake.Draft, r intake.Receipt) error {
	page, err := p.codesPage(c, d, r)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) codesPage(c *gin.Context, d *intake.Draft, r intake.Receipt) (frontend.HotlineReceipt, error) {
	page := frontend.HotlineReceipt{Token: d.Token, Again: r.Again}
	var err error
	if page.Shell, err = p.shell(c, "read.title", ""); err != nil {
		return page, err
	}
	if !r.Kept && p.Now().Sub(r.Accepted) > codesShown {
		if err := p.Intake.Keep(c.Request.Context(), d); err != nil {
			return page, fmt.Errorf("desk: keep: %w", err)
		}
		r.Kept = true
	}
	if r.Kept {
		page.Kept, page.Said = true, p.Words.T("codes.before")
		return page, nil
	}
	page.Code = r.Code.Fours()
	if r.Claim != "" {
		claim := r.Claim.Fours()
		page.Claim = &claim
	}
	return page, nil
}

// callKept is POST /desk/hotline/kept: the caller has read the code back, or is gone. The codes are not shown again.
func (p *Pages) callKept(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, f := c.Request.Context(), c.Request.PostForm
	d, err := p.Intake.OpenDraft(f.Get("token"))
	if err != nil {
		return fault.New(fault.Invalid, "codes.stale").Because(err)
	}
	said := "codes.kept"
	if f.Get("gone") != "" {
		said, err = "codes.gone", p.Intake.Keep(ctx, d)
	} else {
		err = p.Intake.KeepRead(ctx, d, f.Get("tail"))
	}
	if isTail := slices.ContainsFunc(fault.All(err), func(w *fault.Error) bool { return w.Field == "tail" }); isTail {
		return p.tailAgain(c, d, err)
	}
	if err != nil {
		return fmt.Errorf("desk: keep: %w", err)
	}
	shell, err := p.shell(c, "read.kept", "")
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, frontend.HotlineReceipt{Shell: shell, Kept: true, Said: p.Words.T(said)})
}

// tailAgain shows the codes once more, because what the caller read back was another one.
func (p *Pages) tailAgain(c *gin.Context, d *intake.Draft, wrong error) error {
	ctx, f := c.Request.Context(), c.Request.PostForm
	r, sent, err := p.Intake.Sent(ctx, d, f.Get("reward") != "")
	if err != nil || !sent {
		return errors.Join(fault.New(fault.Invalid, "codes.stale"), err)
	}
	if err := p.Custody.Note(ctx, "tip/"+string(d.Tip()), staff(c).ID, "take", ""); err != nil {
		return fmt.Errorf("desk: note a call: %w", err)
	}
	page, err := p.codesPage(c, d, r)
	if err != nil {
		return err
	}
	page.Again, page.Tail = false, frontend.Field{Value: f.Get("tail"), Error: sentence(wrong)}
	return again{fmt.Errorf("desk: read back: %w", wrong), page}
}
