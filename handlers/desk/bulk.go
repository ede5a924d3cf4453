package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

// mostPicks is how many cases can be done at once: those of a page.
const mostPicks = 50

// bulkActions are the actions that make sense for several cases at once.
var bulkActions = []cases.Action{cases.Sign, cases.Assign}

// doBulk is POST /desk/bulk: one action on several cases. Each is done for itself, as from its own page, and told for itself; what could not be done can be tried
// again from the answer.
func (p *Pages) doBulk(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	f, a := c.Request.PostForm, staff(c).Actor()
	act := cases.Action(f.Get("do"))
	shell, err := p.shell(c, p.Words.T("bulk.title"), "")
	if err != nil {
		return err
	}
	page := frontend.BulkDone{Shell: shell, Heading: p.Words.T("bulk.title"), Bulk: *p.bulk(a, cases.Search{Filter: cases.Mine}), Verb: p.Words.T("verb." + string(act)), Do: string(act), Back: "/desk"}
	if b := f.Get("back"); strings.HasPrefix(b, "/desk?") {
		page.Back = b
	}
	note, broken := intake.CleanWords(f.Get("note"))
	page.Bulk.Note.Value = note
	choose(page.Bulk.Units, f.Get("unit"))
	picks := f["pick"]
	status := http.StatusOK
	switch {
	case !slices.Contains(bulkActions, act):
		return fault.New(fault.NotFound, "page.unknown")
	case broken:
		page.Bulk.Note.Error = sentence(fault.New(fault.Invalid, "form.encoding"))
	case len(picks) == 0:
		page.Error = p.Words.T("bulk.none")
	case act == cases.Assign && len(page.Bulk.Units) > 0 && !slices.ContainsFunc(page.Bulk.Units, func(o frontend.Option) bool { return o.ID == f.Get("unit") }): // none that seals, either
		page.Bulk.UnitError = sentence(fault.New(fault.Invalid, "desk.unit"))
	}
	wrong := page.Error+page.Bulk.UnitError+page.Bulk.Note.Error != ""
	if wrong {
		status = http.StatusUnprocessableEntity
	}
	for _, pick := range picks[:min(len(picks), mostPicks)] {
		line := p.bulkOne(c, act, pick, note, wrong)
		if line.Pick == "" {
			page.Done = append(page.Done, line)
			continue
		}
		page.Left = append(page.Left, line)
	}
	page.Told = p.Words.T("bulk.told", len(page.Done), len(page.Left))
	return p.Show(c, status, page)
}

// bulkOne does the action on one case, given as its id and the version that was on the page. A case that the actor may not see has no number and no name here.
func (p *Pages) bulkOne(c *gin.Context, act cases.Action, pick, note string, dry bool) frontend.BulkLine {
	a := staff(c).Actor()
	id, text, _ := strings.Cut(pick, " ")
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		version = -1
	}
	k, err := p.Cases.Glimpse(c.Request.Context(), a, id)
	if err != nil {
		return frontend.BulkLine{Number: p.Words.T("bulk.unknown"), Text: sentence(err), Pick: pick}
	}
	line := frontend.BulkLine{Href: "/desk/cases/" + id, Number: k.Number, Place: p.placeName(k.Place)}
	if !dry {
		_, err = p.Cases.Do(c.Request.Context(), a, id, act, cases.Input{Version: version, Note: note, Unit: c.Request.PostForm.Get("unit")})
		if err == nil {
			line.Text = p.Words.T("bulk.did." + string(act))
			return line
		}
		if since := k.Version - version; since > 0 && since <= int64(len(k.Events)) && ownStep(c, k.Events[len(k.Events)-int(since):], err) { // each step makes a version
			err = fault.New(fault.Conflict, "desk.twice_of_several").Because(err)
		}
		line.Text = p.told(c, err)
	}
	line.Pick = id + " " + strconv.FormatInt(version, 10)
	if fault.KindOf(err) == fault.Conflict { // it stands as it is now on this page
		line.Pick = id + " " + strconv.FormatInt(k.Version, 10)
	}
	return line
}
