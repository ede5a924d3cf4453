package desk

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
)

// What a person typed outlives the end of a session: the sign-in page carries it, and the case shows it again. It is stored nowhere, and nothing is done
// with it before the person presses the button once more.

// kept are the fields that the sign-in page carries; none when no action was stopped.
func kept(f url.Values) []frontend.Hidden {
	var fields []frontend.Hidden
	if f.Get("call") != "" {
		for _, name := range append([]string{"call"}, callFields...) {
			for _, v := range f[name] {
				fields = append(fields, frontend.Hidden{Name: name, Value: v})
			}
		}
		return fields
	}
	if f.Get("case") == "" {
		return nil
	}
	for _, name := range []string{"case", "action", "version", "note", "outcome", "unit", "reply", "tip", "item", "level", "village", "site", "point", "datum", "use",
		"reason", "place"} {
		if f.Has(name) {
			fields = append(fields, frontend.Hidden{Name: name, Value: f.Get(name)})
		}
	}
	return fields
}

// Refused is the answer to an action that the guard did not let in: the way to the door where that helps, with what was typed in any case.
func (p *Pages) Refused(c *gin.Context, err error) error {
	if c.Request.Method != http.MethodPost || parse(c) != nil {
		return err
	}
	if fault.KindOf(err) != fault.SignIn {
		return p.lost(c, err)
	}
	f := c.Request.PostForm
	if c.FullPath() == hotlinePath {
		f.Set("call", "1")
	}
	f.Set("case", c.Param("id"))
	f.Set("action", c.Param("action"))
	page := p.signInPage()
	page.Kept = kept(f)
	return again{err, page}
}

// goOn shows the case of an action that the end of a session stopped, with what was typed. The id is only looked up, so it leads nowhere else.
func (p *Pages) goOn(c *gin.Context, id string) error {
	k, err := p.Cases.Get(c.Request.Context(), staff(c).Actor(), id)
	if err != nil {
		return p.lost(c, err)
	}
	page, err := p.casePage(c, &k)
	if err != nil {
		return p.lost(c, err)
	}
	text := p.Words.T("unsent")
	if version(c) != k.Version {
		text = sentence(fault.New(fault.Conflict, "desk.moved"))
	}
	refill(&page, c.Request.PostForm.Get("action"), c.Request.PostForm, nil, text)
	return p.Show(c, http.StatusOK, page)
}

// refill puts what was typed for an action back into its fields, with a sentence about it. Where the action is gone, what was typed stands beside the sentence.
func refill(page *frontend.Case, action string, f url.Values, err error, text string) {
	page.Error, page.Typed = text, written(f)
	if form := page.PlaceForm; form != nil && action == placeAction {
		refillPlace(form, f.Get, err, text)
		page.Typed = ""
	} else if form != nil && action == unplaceAction && refillUnplace(form, f.Get, text) {
		page.Typed = ""
	}
	if action == "reply" && page.CanReply {
		page.Reply = frontend.Field{Value: page.Typed, Error: text}
		page.Typed = ""
	}
	if action == "level" {
		refillLevel(page, f, text)
	}
	for i := range page.Actions {
		if a := &page.Actions[i]; a.Key == action {
			a.Note = frontend.Field{Value: page.Typed, Error: text}
			choose(a.Outcomes, f.Get("outcome"))
			choose(a.Units, f.Get("unit"))
			page.Typed = ""
		}
	}
}

// refillLevel does so for the level of a piece of evidence.
func refillLevel(page *frontend.Case, f url.Values, text string) {
	for t := range page.Tips {
		for _, list := range [][]frontend.PhotoView{page.Tips[t].Photos, page.Tips[t].Recordings} {
			for i := range list {
				if v := &list[i]; v.Item == f.Get("item") && len(v.Levels) > 0 {
					v.Note = frontend.Field{Value: page.Typed, Error: text}
					choose(v.Levels, f.Get("level"))
					page.Typed = ""
				}
			}
		}
	}
}

// written is what was typed for an action, fit to be shown; what was broken in it is named by who takes it.
func written(f url.Values) string {
	text, _ := intake.CleanWords(f.Get("note") + f.Get("reply") + f.Get("reason")) // an action has one of them
	return text
}

// lost is an error after which there is no case to show: what was typed is shown with it.
func (p *Pages) lost(c *gin.Context, err error) error {
	text := written(c.Request.PostForm)
	if text == "" && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return again{fmt.Errorf("desk: act: %w", err), frontend.Failure{Shell: p.Shell(""), Sentence: sentence(err), Ref: c.Writer.Header().Get("X-Request-Id"), Back: "/desk", Typed: text}}
}
