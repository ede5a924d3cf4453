package desk

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// What a person typed outlives the end of a session: the sign-in page carries it, and the case shows it again. It is stored nowhere, and nothing is done
// with it before the person presses the button once more.

// kept are the fields that the sign-in page carries; none when no action was stopped.
func kept(f url.Values) []frontend.Hidden {
	var fields []frontend.Hidden
	carry := func(names []string) []frontend.Hidden {
		for _, name := range names {
			for _, v := range f[name] {
				fields = append(fields, frontend.Hidden{Name: name, Value: v})
			}
		}
		return fields
	}
	switch {
	case f.Get("call") != "":
		return carry(append([]string{"call"}, callFields...))
	case f.Get("old") != "":
		return carry([]string{"old", "version", "status", "note"})
	}
	if f.Get("case") == "" {
		return nil
	}
	for _, name := range []string{"case", "action", "version", "seen", "note", "outcome", "unit", "reply", "tip", "item", "level", "village", "site", "point", "datum", "use",
		"reason", "place", "kind", "why", "on", "officers", "document", "key", "say", "wants", "pause"} {
		if f.Has(name) {
			fields = append(fields, frontend.Hidden{Name: name, Value: f.Get(name)})
		}
	}
	var more []frontend.Hidden // of a record's form
	for key := range f {
		if f.Get("kind") != "" && strings.HasPrefix(key, f.Get("kind")+".") {
			more = append(more, frontend.Hidden{Name: key, Value: f.Get(key)})
		}
	}
	slices.SortFunc(more, func(a, b frontend.Hidden) int { return strings.Compare(a.Name, b.Name) })
	return append(fields, more...)
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
	if c.FullPath() == checksPath {
		f.Set("note", writtenCheck(f))
	}
	switch {
	case c.FullPath() == hotlinePath:
		f.Set("call", "1")
	case c.Param("old") != "":
		f.Set("old", c.Param("old"))
	case ofNoCase(c) && Written(f) != "":
		return p.lost(c, err)
	}
	f.Set("case", c.Param("id"))
	f.Set("action", c.Param("action"))
	if kind := c.Param("form"); kind != "" {
		f.Set("action", recordAction)
		f.Set("kind", kind)
	}
	page := p.signInPage()
	page.Kept = kept(f)
	return again{err, page}
}

// ofNoCase says that what is typed on a page belongs to no case.
func ofNoCase(c *gin.Context) bool {
	return c.Param("id") == "" || strings.HasPrefix(c.FullPath(), PressPath)
}

// goOn shows the case of an action that the end of a session stopped, with what was typed. The id is only looked up, so it leads nowhere else.
func (p *Pages) goOn(c *gin.Context, id string) error {
	k, err := p.Cases.Get(c.Request.Context(), staff(c).Actor(), id)
	if err != nil {
		return p.lost(c, err)
	}
	text := p.Words.T("unsent")
	if version(c) != k.Version {
		text = sentence(stale(c, &k, fault.New(fault.Conflict, "desk.moved")))
	}
	changed, err := p.changed(c, &k)
	if err != nil {
		return p.lost(c, err)
	}
	if f := c.Request.PostForm; f.Get("action") == recordAction && f.Has("kind") {
		page, err := p.recordPage(c, &k, disposal.Kind(f.Get("kind")), f, false)
		if err != nil {
			return p.lost(c, err)
		}
		page.Error, page.Changed = text, changed
		return p.Show(c, http.StatusOK, page)
	}
	page, err := p.casePage(c, &k)
	if err != nil {
		return p.lost(c, err)
	}
	page.Changed = changed
	refill(&page, c.Request.PostForm.Get("action"), c.Request.PostForm, nil, text)
	return p.Show(c, http.StatusOK, page)
}

// refill puts what was typed for an action back into its fields, with a sentence about it. Where the action is gone, what was typed stands beside the sentence.
func refill(page *frontend.Case, action string, f url.Values, err error, text string) {
	page.Error, page.Typed = text, Written(f)
	if form := page.PlaceForm; form != nil && action == placeAction {
		refillPlace(form, f.Get, err, text)
		page.Typed = ""
	} else if form != nil && action == unplaceAction && refillUnplace(form, f.Get, text) {
		page.Typed = ""
	}
	if refillCompose(page, action, f, err, text) {
		page.Typed = ""
	}
	for i := range page.Tips {
		if split := page.Tips[i].Split; split != nil && action == string(cases.Separate) && split.Tip == f.Get("tip") {
			split.Note = frontend.Field{Value: page.Typed, Error: text}
			page.Typed = ""
		}
	}
	if action == "level" {
		refillLevel(page, f, text)
	}
	for i := range page.Actions {
		if a := &page.Actions[i]; a.Key == action {
			refillAction(a, page.Typed, f, err, text)
			page.Typed = ""
		}
	}
	for i := range page.Work.Records {
		if r := &page.Work.Records[i]; action == string(cases.Void) && r.ID == f.Get("item") && r.CanVoid {
			r.Note = frontend.Field{Value: page.Typed, Error: text}
			page.Typed = ""
		}
	}
}

// refillAction does so for an action of the table: each sentence beside its field.
func refillAction(a *frontend.ActionView, typed string, f url.Values, err error, text string) {
	a.Open, a.Note.Value = true, typed
	choose(a.Outcomes, f.Get("outcome"))
	choose(a.Units, f.Get("unit"))
	for _, one := range fault.All(err) {
		switch said := one.Sentence(fault.DefaultLang); one.Field {
		case "outcome", "choice":
			a.OutcomeError = said
		case "unit":
			a.UnitError = said
		case "note":
			a.Note.Error = said
		}
	}
	if a.OutcomeError+a.UnitError+a.Note.Error == "" {
		a.Note.Error = text
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

// Written is what was typed for an action, fit to be shown; what was broken in it is named by who takes it.
func Written(f url.Values) string {
	all := []string{f.Get("note") + f.Get("reply") + f.Get("reason") + f.Get("why"), f.Get("title"), f.Get("text")} // an action has one of the first
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if strings.HasPrefix(name, "reason-") {
			all = append(all, f.Get(name))
		}
	}
	text, _ := intake.CleanWords(strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), "\n"))
	return text
}

// lost is an error after which there is no case to show: what was typed is shown with it.
func (p *Pages) lost(c *gin.Context, err error) error {
	text := Written(c.Request.PostForm)
	if kind := cmp.Or(c.Param("form"), c.Request.PostForm.Get("kind")); kind != "" {
		text = strings.TrimSpace(writtenRecord(disposal.Kind(kind), c.Request.PostForm) + text)
	}
	if text == "" && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return again{fmt.Errorf("desk: act: %w", err), frontend.Failure{Shell: p.Shell(""), Sentence: sentence(err), Ref: c.Writer.Header().Get("X-Request-Id"), Back: "/desk", Typed: text}}
}
