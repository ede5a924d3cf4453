package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// open is GET /desk/cases/:id.
func (p *Pages) open(c *gin.Context) error {
	k, err := p.Cases.Get(c.Request.Context(), staff(c).Actor(), c.Param("id"))
	if err != nil {
		return err
	}
	page, err := p.casePage(c, &k)
	if err != nil {
		return err
	}
	if err := p.Cases.Opened(c.Request.Context(), staff(c).Actor(), &k); err != nil {
		return fmt.Errorf("desk: mark %s as read: %w", k.ID, err)
	}
	return p.Show(c, http.StatusOK, page)
}

// act is POST /desk/cases/:id/:action.
func (p *Pages) act(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	from := p.from(c)
	next := "/desk/cases/" + c.Param("id") + from
	var err error
	switch c.Param("action") {
	case replyAction, string(cases.Dismiss):
		next += "#talk"
		err = p.write(c)
	case "confirm":
		next += "#" + c.Request.PostForm.Get("item")
		err = p.confirm(c)
	case "level":
		next += "#" + c.Request.PostForm.Get("item")
		err = p.level(c)
	case placeAction, unplaceAction:
		next += "#place"
		err = p.place(c)
	case takeAction:
		if kind := c.Request.PostForm.Get("record"); disposal.Fields(disposal.Kind(kind)) != nil {
			next = recordHref(c.Param("id"), disposal.Kind(kind)) + "?item=" + url.QueryEscape(c.Request.PostForm.Get("item"))
		}
		err = p.takeOver(c)
	case "heed":
		n, _ := strconv.Atoi(c.Request.PostForm.Get("seen")) // what is no number heeds nothing
		err = p.Cases.Heed(c.Request.Context(), staff(c).Actor(), c.Param("id"), n)
	case string(cases.Separate):
		err = p.separate(c)
	default:
		var k cases.Case
		if k, err = p.step(c); err == nil {
			p.wrote(c, c.Param("id"))
		}
		if err == nil && !k.SeenBy(staff(c).Actor()) {
			next = "/desk?done=" + c.Param("action") + strings.Replace(from, "?", "&", 1) // who handed the case on may see it no longer
		}
	}
	if err != nil {
		return p.actAgain(c, err)
	}
	c.Redirect(http.StatusSeeOther, next)
	return nil
}

// version is that of the page on which the button stood; what is no number was on no page of ours and matches no case.
func version(c *gin.Context) int64 {
	v, err := strconv.ParseInt(c.Request.PostForm.Get("version"), 10, 64)
	if err != nil {
		return -1
	}
	return v
}

// step performs an action of the transition table.
func (p *Pages) step(c *gin.Context) (cases.Case, error) {
	f := c.Request.PostForm
	note, broken := intake.CleanWords(f.Get("note"))
	if broken {
		return cases.Case{}, fault.New(fault.Invalid, "form.encoding")
	}
	in := cases.Input{Version: version(c), Note: note, Outcome: cases.State(f.Get("outcome")), Unit: f.Get("unit"), Choice: f.Get("outcome"), Item: f.Get("item")}
	return p.Cases.Do(c.Request.Context(), staff(c).Actor(), c.Param("id"), cases.Action(c.Param("action")), in)
}

// separate takes a tip out of a case that it does not belong to.
func (p *Pages) separate(c *gin.Context) error {
	f := c.Request.PostForm
	note, broken := intake.CleanWords(f.Get("note"))
	if broken {
		return fault.New(fault.Invalid, "form.encoding").On("note")
	}
	_, err := p.Triage.Unlink(c.Request.Context(), staff(c).Actor(), c.Param("id"), intake.TipID(f.Get("tip")), cases.Input{Version: version(c), Note: note})
	return err
}

// actAgain brings the case back as it is now, with what was typed.
func (p *Pages) actAgain(c *gin.Context, err error) error {
	if fault.KindOf(err) == fault.NotFound { // the same words whether the case was handed on or never was
		return p.lost(c, fault.New(fault.NotFound, "desk.gone").Because(err))
	}
	k, getErr := p.Cases.Get(c.Request.Context(), staff(c).Actor(), c.Param("id"))
	if getErr != nil {
		return p.lost(c, errors.Join(err, getErr))
	}
	err = stale(c, &k, err)
	page, pageErr := p.casePage(c, &k)
	if pageErr != nil {
		return p.lost(c, errors.Join(err, pageErr))
	}
	refill(&page, c.Param("action"), c.Request.PostForm, err, p.told(c, err))
	refillFound(&page, c.Param("action"), err)
	if page.Changed, pageErr = p.changed(c, &k); pageErr != nil {
		return p.lost(c, errors.Join(err, pageErr))
	}
	return again{fmt.Errorf("desk: act: %w", err), page}
}

func choose(options []frontend.Option, id string) {
	for i := range options {
		options[i].On = options[i].ID == id
	}
}
