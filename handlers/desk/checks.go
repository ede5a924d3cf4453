package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/draws"
)

// checksPath is the page of a town that is to look at drawn cases of other towns. It sees none of these cases: only their number, where it is, what was done
// there and what to look at.
const checksPath = "/desk/checks"

// sent is GET /desk/checks.
func (p *Pages) sent(c *gin.Context) error {
	page, err := p.sentPage(c)
	if err != nil {
		return err
	}
	if c.Query("done") != "" {
		page.Notice = p.Words.T("checks.done")
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) sentPage(c *gin.Context) (frontend.Checks, error) {
	shell, err := p.shell(c, "checks.title", "")
	if err != nil {
		return frontend.Checks{}, err
	}
	page := frontend.Checks{Shell: shell}
	all, err := p.Draws.Look(c.Request.Context(), staff(c).Actor())
	if err != nil {
		return page, fmt.Errorf("desk: checks: %w", err)
	}
	for i := range all {
		page.Tasks = append(page.Tasks, p.checkTask(&all[i]))
	}
	return page, nil
}

func (p *Pages) checkTask(s *draws.Sent) frontend.CheckTask {
	k := &s.Of
	t := frontend.CheckTask{Month: s.Month, Case: k.ID, Number: k.Number, Place: p.placeName(k.Place), What: p.categoryName(k.Category), Stuck: s.Stuck(), Results: p.checkResults()}
	for _, e := range k.Events {
		if e.Action == string(cases.Conclude) {
			t.Said = p.Words.T("checks.said", p.day(e.At), p.Words.T("state."+string(e.To)))
		}
		if e.Action == string(cases.Close) {
			t.Closed = p.day(e.At)
		}
	}
	for _, r := range k.Valid() {
		f := r.Form()
		if f.Survey != nil {
			t.Site = f.Survey.Site
			continue
		}
		look := p.lookFor(f)
		if look == "" {
			continue
		}
		done := f.Kind.Name()
		if on, ok := f.On.In(p.Profile.Zone); ok {
			done += " " + p.day(on)
		}
		t.Done = append(t.Done, done)
		if !slices.Contains(t.Look, look) {
			t.Look = append(t.Look, look)
		}
	}
	if len(t.Done) == 0 {
		t.Look = append(t.Look, p.Words.T("checks.look.nothing"))
	}
	t.Look = append(t.Look, p.Words.T("checks.look.always"))
	return t
}

// lookFor is what to look at where a measure was taken; "" for what nobody can see on the spot.
func (p *Pages) lookFor(f *disposal.Form) string {
	switch {
	case f.Cutoff != nil:
		return p.Words.T("checks.look.cutoff." + f.Cutoff.What)
	case slices.Contains([]disposal.Kind{disposal.KindHalt, disposal.KindDismantle, disposal.KindClearance, disposal.KindSeizure}, f.Kind):
		return p.Words.T("checks.look." + string(f.Kind))
	}
	return ""
}

func (p *Pages) checkResults() []frontend.Option {
	var all []frontend.Option
	for _, o := range []draws.Result{draws.Fine, draws.Problem} {
		all = append(all, frontend.Option{ID: string(o), Text: p.Words.T("check." + string(o))})
	}
	return all
}

// looked reads what was found from a form.
func looked(f url.Values) (draws.Found, error) {
	var wrong fault.List
	clean := func(field string) string {
		text, broken := intake.CleanWords(f.Get(field))
		if broken {
			wrong = append(wrong, fault.New(fault.Invalid, "form.encoding").On(field))
		}
		return text
	}
	said := draws.Found{Result: draws.Result(f.Get("result")), Note: clean("note")}
	said.Who = strings.FieldsFunc(clean("who"), func(r rune) bool { return strings.ContainsRune("\r\n、，,；;", r) })
	if len(wrong) > 0 {
		return said, wrong
	}
	return said, nil
}

// report is POST /desk/checks with fields month, case, result, note, who.
func (p *Pages) report(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	f := c.Request.PostForm
	said, err := looked(f)
	if err == nil {
		err = p.Draws.Record(c.Request.Context(), staff(c).Actor(), f.Get("month"), f.Get("case"), said)
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, checksPath+"?done=1")
		return nil
	}
	page, pageErr := p.sentPage(c)
	if pageErr != nil {
		return p.lost(c, err)
	}
	page.Error, page.Typed = p.told(c, err), writtenCheck(f)
	for i := range page.Tasks {
		if t := &page.Tasks[i]; t.Case == f.Get("case") && t.Month == f.Get("month") {
			refillCheck(t, f, err)
			page.Typed = ""
		}
	}
	return again{fmt.Errorf("desk: check: %w", err), page}
}

// refillCheck puts what was typed back, each sentence beside its field.
func refillCheck(t *frontend.CheckTask, f url.Values, err error) {
	choose(t.Results, f.Get("result"))
	t.Note.Value, _ = intake.CleanWords(f.Get("note"))
	t.Who.Value, _ = intake.CleanWords(f.Get("who"))
	for _, one := range fault.All(err) {
		switch said := one.Sentence(fault.DefaultLang); one.Field {
		case "result":
			t.ResultError = said
		case "note":
			t.Note.Error = said
		case "who":
			t.Who.Error = said
		}
	}
}

// writtenCheck is what was typed in the form of a check, for where the form is gone.
func writtenCheck(f url.Values) string {
	text, _ := intake.CleanWords(strings.TrimSpace(f.Get("note") + "\n" + f.Get("who")))
	return text
}

// sentLink is the queue of a town: how many cases it is to look at.
func (p *Pages) sentLink(c *gin.Context) (link frontend.QueueLink, town bool, err error) {
	m := staff(c)
	if m.Role != cases.Handler || !slices.ContainsFunc(p.Profile.Towns, func(t county.Town) bool { return county.TownUnit(t.Code) == m.Unit }) {
		return link, false, nil
	}
	all, err := p.Draws.Sent(c.Request.Context(), m.Actor())
	if err != nil {
		return link, false, fmt.Errorf("desk: count checks: %w", err)
	}
	return frontend.QueueLink{Href: checksPath, Label: p.Words.T("checks.link"), Count: int64(len(all)), Current: c.FullPath() == checksPath}, true, nil
}
