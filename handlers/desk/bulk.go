package desk

import (
	"fmt"
	"math"
	"net/http"
	"slices"
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
		line, err := p.bulkOne(c, act, pick, note, wrong)
		if err != nil {
			return err
		}
		if line.Pick == "" {
			page.Done = append(page.Done, line)
			continue
		}
		page.Left = append(page.Left, line)
	}
	page.Told = p.Words.T("bulk.told", len(page.Done), len(page.Left))
	return p.Show(c, status, page)
}

// picked is how a form names a case: by its id, its version, and how many lines of its log there were.
func picked(k *cases.Case) string { return fmt.Sprintf("%s %d %d", k.ID, k.Version, len(k.Events)) }

// bulkOne does the action on one case, given as picked named it on the page. A case that the actor may not see has no number and no name here. Where others were
// faster, the line tells what they did, and the case must be ticked again: nothing is done to a case of which nobody here saw how it stands.
func (p *Pages) bulkOne(c *gin.Context, act cases.Action, pick, note string, dry bool) (frontend.BulkLine, error) {
	ctx, a := c.Request.Context(), staff(c).Actor()
	var id string
	var version int64
	var seen int
	if _, err := fmt.Sscan(pick, &id, &version, &seen); err != nil {
		version, seen = -1, math.MaxInt
	}
	k, err := p.Cases.Glimpse(ctx, a, id)
	if err != nil {
		return frontend.BulkLine{Number: p.Words.T("bulk.unknown"), Text: sentence(err), Pick: pick, On: true}, nil
	}
	line := frontend.BulkLine{Href: "/desk/cases/" + id, Number: k.Number, Place: p.placeName(k.Place), Pick: pick, On: true}
	if dry {
		return line, nil
	}
	_, err = p.Cases.Do(ctx, a, id, act, cases.Input{Version: version, Note: note, Unit: c.Request.PostForm.Get("unit")})
	if err == nil {
		line.Text, line.Pick = p.Words.T("bulk.did."+string(act)), ""
		return line, nil
	}
	line.Text = p.told(c, err)
	if !moved(err) {
		return line, nil
	}
	now, gone := p.Cases.Glimpse(ctx, a, id)
	if gone != nil {
		line.Text = p.told(c, gone)
		return line, nil
	}
	line.Pick, line.On = picked(&now), false
	if seen >= 0 && seen < len(now.Events) && ownStep(c, now.Events[seen:], err) {
		line.Text = sentence(fault.New(fault.Conflict, "desk.twice_of_several"))
	}
	if line.Changed, err = p.events(a, &now, seen); err != nil {
		return line, err
	}
	for i := range line.Changed { // what was written is read on the case's own page, where looking leaves a line in the record
		line.Changed[i].Note = ""
	}
	return line, nil
}
