// Package press is the pages on which publicity officers write what is published of closed matters, and on which a second person approves it.
// It owns nothing. What these pages show of a case is outcome.Facts and photos that inspectors took: never a tip, a number of a case or a name in a record. The
// frame and the session are those of handlers/desk.
package press

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/outcome"
	"qianshao/notify/outcome/anonymity"
	"qianshao/notify/outcome/blur"
	"qianshao/triage/cases"
)

// Deps is what the pages stand on.
type Deps struct {
	Profile  *county.Profile
	Outcomes *outcome.Service
	Desk     *desk.Pages // the frame
	Words    *words.Catalogue
	Show     func(c *gin.Context, status int, page any) error
	Now      func() time.Time
}

// Pages are the pages.
type Pages struct{ Deps }

// New makes the pages.
func New(d Deps) *Pages { return &Pages{d} }

const path = desk.PressPath

// Routes registers the pages.
func (p *Pages) Routes(handle func(method, path string, f func(*gin.Context) error)) {
	handle("GET", path, p.list)
	handle("GET", path+"/:id", p.item)
	handle("POST", path+"/:id/:step", p.step)
	handle("GET", path+"/:id/shown/:photo", p.shown)
	handle("GET", path+"/:id/scene/:photo/:size", p.scene)
}

func actor(c *gin.Context) cases.Actor {
	m := desk.Staff(c)
	return m.Actor()
}

// list is GET /desk/press?state=.
func (p *Pages) list(c *gin.Context) error {
	state := outcome.State(cmp.Or(c.Query("state"), string(outcome.Draft)))
	if !slices.Contains(outcome.States(), state) {
		state = outcome.Draft
	}
	heading := p.Words.T("press." + string(state))
	shell, err := p.Desk.Frame(c, heading)
	if err != nil {
		return err
	}
	page := frontend.Press{Shell: shell, Heading: heading, Empty: p.Words.T("press.empty." + string(state))}
	for _, s := range outcome.States() {
		if desk.Staff(c).Role == cases.Publicity {
			break // they stand in the rail
		}
		page.States = append(page.States, frontend.Option{ID: string(s), Text: p.Words.T("press." + string(s)), On: s == state})
	}
	all, next, err := p.Outcomes.Page(c.Request.Context(), actor(c), state, c.Query("after"))
	if errors.Is(err, docs.ErrToken) { // an old or cut link to a later page
		c.Redirect(http.StatusSeeOther, path+"?state="+url.QueryEscape(string(state)))
		return nil
	}
	if err != nil {
		return err
	}
	for i := range all {
		page.Rows = append(page.Rows, p.row(&all[i]))
	}
	if next != "" {
		page.Next = path + "?state=" + url.QueryEscape(string(state)) + "&after=" + url.QueryEscape(next)
	}
	return p.Show(c, http.StatusOK, page)
}

// item is GET /desk/press/:id.
func (p *Pages) item(c *gin.Context) error {
	page, err := p.page(c)
	if err != nil {
		return err
	}
	if done := outcome.Action(c.Query("done")); slices.Contains(told, done) { // of the address only these words are taken
		page.Done = p.Words.T("press.done." + string(done))
	}
	return p.Show(c, http.StatusOK, page)
}

// told are the actions after which the page says what was done.
var told = []outcome.Action{outcome.Edited, outcome.Sent, outcome.Returned, outcome.Approved, outcome.Recalled, outcome.Made}

// step is POST /desk/press/:id/:step.
func (p *Pages) step(c *gin.Context) error {
	if err := desk.Parse(c); err != nil {
		return err
	}
	ctx, a, id, f := c.Request.Context(), actor(c), c.Param("id"), c.Request.PostForm
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil {
		version = 0 // is nobody's, so that the page comes back with the latest
	}
	photo, anchor := f.Get("photo"), ""
	var o outcome.Outcome
	done := outcome.Edited
	switch c.Param("step") {
	case "save":
		var t outcome.Text
		if t, err = typed(f); err == nil {
			o, err = p.Outcomes.Save(ctx, a, id, version, t)
		}
	case "send":
		done = outcome.Sent
		o, err = p.Outcomes.Send(ctx, a, id, version)
	case "approve":
		done = outcome.Approved
		o, err = p.approve(c, version)
	case "return":
		done = outcome.Returned
		o, err = p.Outcomes.Return(ctx, a, id, version, clean(f.Get("note")))
	case "withdraw":
		done = outcome.Recalled
		o, err = p.Outcomes.Withdraw(ctx, a, id, version, clean(f.Get("note")))
	case "again":
		done = outcome.Made
		o, err = p.Outcomes.Again(ctx, a, id)
	case "add":
		anchor = "#photos"
		o, err = p.Outcomes.AddPhoto(ctx, a, id, version, photo)
	case "remove":
		anchor = "#photos"
		o, err = p.Outcomes.RemovePhoto(ctx, a, id, version, photo)
	case "confirm":
		anchor = "#photos"
		o, err = p.Outcomes.Confirm(ctx, a, id, version, photo)
	case "boxes":
		anchor = "#photos"
		boxes, corner, bad := p.boxes(c, photo)
		switch {
		case bad != nil:
			err = bad
		case corner != nil:
			return p.pointed(c, photo, corner)
		default:
			o, err = p.Outcomes.SetBoxes(ctx, a, id, version, photo, boxes)
		}
	default:
		return fault.New(fault.NotFound, "page.unknown")
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, path+"/"+o.ID+"?done="+string(done)+anchor)
		return nil
	}
	return p.again(c, err)
}

// clean takes the invisible out of a typed reason.
func clean(s string) string {
	s, _ = intake.CleanLine(s)
	return s
}

// typed reads the text of the form.
func typed(f url.Values) (outcome.Text, error) {
	title, bad1 := intake.CleanLine(f.Get("title"))
	text, bad2 := intake.CleanWords(f.Get("text"))
	if bad1 || bad2 {
		return outcome.Text{}, fault.New(fault.Invalid, "form.encoding").On("text")
	}
	return outcome.Text{Title: title, Text: text}, nil
}

// approve reads the reasons by the findings that the page showed.
func (p *Pages) approve(c *gin.Context, version int64) (outcome.Outcome, error) {
	ctx, a, id := c.Request.Context(), actor(c), c.Param("id")
	_, content, err := p.Outcomes.Get(ctx, a, id)
	if err != nil {
		return outcome.Outcome{}, err
	}
	reasons := map[string]string{}
	for _, f := range content.Findings {
		reasons[outcome.Key(f)] = clean(c.Request.PostForm.Get(reasonName(f)))
	}
	return p.Outcomes.Approve(ctx, a, id, version, reasons)
}

// reasonName is the field of the reason for a finding, by what it is and where: others may be found while somebody writes, and then the numbers move.
func reasonName(f anonymity.Finding) string {
	return "reason-" + strings.ReplaceAll(outcome.Key(f), " ", "-")
}

// again brings the page back with what was typed and what is wrong with it.
func (p *Pages) again(c *gin.Context, err error) error {
	page, pageErr := p.page(c)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	f := c.Request.PostForm
	says := func(field string) (text string) {
		for _, w := range fault.All(err) {
			if w.Field == field {
				text = fault.Sentence(fault.DefaultLang, w)
			}
		}
		return text
	}
	kept := false // what was typed stands in its field again
	switch step := c.Param("step"); {
	case step == "save" && page.Edit != nil:
		page.Edit.Title, page.Edit.Text = frontend.Field{Value: f.Get("title"), Error: says("title")}, frontend.Field{Value: f.Get("text"), Error: says("text")}
		kept = true
	case step == "return" && page.Return != nil:
		*page.Return, kept = frontend.Field{Value: f.Get("note"), Error: says("note")}, true
	case step == "withdraw" && page.Recall != nil:
		*page.Recall, kept = frontend.Field{Value: f.Get("note"), Error: says("note")}, true
	case step == "approve":
		for i := range page.Found {
			if n := &page.Found[i]; n.Name != "" {
				n.Reason.Value, kept = f.Get(n.Name), true
				f.Del(n.Name)
			}
		}
	}
	if !kept || c.Param("step") == "approve" { // also reasons of which the finding is gone
		page.Typed = desk.Written(f)
	}
	page.Error = p.Desk.Told(c, err)
	return desk.Again(fmt.Errorf("press: %s: %w", c.Param("step"), err), page)
}

// pointed brings the page back with the first corner of a box.
func (p *Pages) pointed(c *gin.Context, photo string, corner *frontend.PressCorner) error {
	page, err := p.page(c)
	if err != nil {
		return err
	}
	for i := range page.Photos {
		if page.Photos[i].ID == photo {
			page.Photos[i].Corner = corner
		}
	}
	return p.Show(c, http.StatusOK, page)
}

// boxes reads the boxes of a form: those that are kept with one that was drawn or pointed at, or all of them as numbers. A corner alone is the first of two.
func (p *Pages) boxes(c *gin.Context, photo string) ([]blur.Box, *frontend.PressCorner, error) {
	f := c.Request.PostForm
	var all []blur.Box
	if len(f["x"]) > 0 {
		return rows(f)
	}
	for _, s := range f["keep"] {
		n, err := numbers(s, 4)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, blur.Box{X: n[0], Y: n[1], W: n[2], H: n[3]})
	}
	if s := f.Get("box"); s != "" {
		n, err := numbers(s, 4)
		if err != nil {
			return nil, nil, err
		}
		return append(all, blur.Box{X: n[0], Y: n[1], W: n[2], H: n[3]}), nil, nil
	}
	at, err := numbers(f.Get("at.x")+","+f.Get("at.y"), 2)
	if err != nil {
		return nil, nil, err
	}
	o, _, err := p.Outcomes.Get(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(o.Photos, func(q outcome.Photo) bool { return q.Burnt == photo })
	if i < 0 {
		return nil, nil, fault.New(fault.Conflict, "outcome.photo_unknown")
	}
	to := frontend.PressCorner{X: at[0] * o.Photos[i].Width / frontend.PointWidth, Y: at[1] * o.Photos[i].Width / frontend.PointWidth}
	if f.Get("corner") == "" {
		return nil, &to, nil
	}
	from, err := numbers(f.Get("corner"), 2)
	if err != nil {
		return nil, nil, err
	}
	return append(all, blur.Box{X: min(from[0], to.X), Y: min(from[1], to.Y), W: max(from[0], to.X) - min(from[0], to.X), H: max(from[1], to.Y) - min(from[1], to.Y)}), nil, nil
}

// rows reads the table of numbers; a line of which nothing was written, or whose width is 0, is no box.
func rows(f url.Values) ([]blur.Box, *frontend.PressCorner, error) {
	var all []blur.Box
	for i := range f["x"] {
		var line []string
		for _, key := range []string{"x", "y", "w", "h"} {
			if i < len(f[key]) {
				line = append(line, strings.TrimSpace(f[key][i]))
			}
		}
		if strings.Join(line, "") == "" {
			continue
		}
		n, err := numbers(strings.Join(line, ","), 4)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, blur.Box{X: n[0], Y: n[1], W: n[2], H: n[3]})
	}
	return all, nil, nil
}

// numbers reads so many whole numbers of at most five digits.
func numbers(s string, n int) ([]int, error) {
	var all []int
	for part := range strings.SplitSeq(s, ",") {
		v, err := strconv.Atoi(part)
		if err != nil || v < -99999 || v > 99999 {
			return nil, fault.New(fault.Invalid, "outcome.box")
		}
		all = append(all, v)
	}
	if len(all) != n {
		return nil, fault.New(fault.Invalid, "outcome.box")
	}
	return all, nil
}

// shown is GET /desk/press/:id/shown/:photo: a photo as it would be published.
func (p *Pages) shown(c *gin.Context) error {
	raw, err := p.Outcomes.Burnt(c.Request.Context(), actor(c), c.Param("id"), c.Param("photo"))
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "image/jpeg", raw)
	return nil
}

// scene is GET /desk/press/:id/scene/:photo/:size: a photo as the inspector took it.
func (p *Pages) scene(c *gin.Context) error {
	raw, err := p.Outcomes.View(c.Request.Context(), actor(c), c.Param("id"), c.Param("photo"), c.Param("size"))
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "image/jpeg", raw)
	return nil
}
