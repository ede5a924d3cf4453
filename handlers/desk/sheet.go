package desk

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/notify/sheet"
	"qianshao/triage/cases"
)

// sheet is GET /desk/cases/:id/sheet/:kind: a form to print, for whoever sees the case.
func (p *Pages) sheet(c *gin.Context) error {
	ctx, m, kind := c.Request.Context(), staff(c), sheet.Kind(c.Param("kind"))
	k, err := p.Cases.Get(ctx, m.Actor(), c.Param("id"))
	if err != nil {
		return err
	}
	if !p.prints(m.Actor(), &k, kind) {
		return notFound()
	}
	facts, err := p.sheetCase(m.Actor(), &k, kind)
	if err != nil {
		return err
	}
	if err := p.Custody.Note(ctx, "case/"+k.ID, m.ID, "sheet", string(kind)); err != nil {
		return fmt.Errorf("desk: note sheet of %s: %w", k.ID, err)
	}
	file, err := sheet.Print(kind, facts)
	if err != nil {
		return fmt.Errorf("desk: sheet of %s: %w", k.ID, err)
	}
	c.Header("Content-Disposition", `inline; filename="`+string(kind)+`.pdf"`)
	c.Data(http.StatusOK, "application/pdf", file)
	return nil
}

// sheetCase is what a sheet may show of a case: nothing that a tip says, only what the house and its staff made of it.
func (p *Pages) sheetCase(a cases.Actor, k *cases.Case, kind sheet.Kind) (sheet.Case, error) {
	var order cases.Order // none but for a 督办单
	if kind == sheet.Supervise {
		order, _ = ordered(a, k)
	}
	note, err := p.instruction(k, kind, order)
	if err != nil {
		return sheet.Case{}, err
	}
	s := sheet.Case{
		Office: p.Profile.Texts["asks"], Number: k.Number, Urgency: p.priorityName(k.Priority), Instruction: note,
		Place: p.unsure(k, p.placeName(k.Place), k.Place.Confidence), Category: p.unsure(k, p.officialName(k.Category), k.Confidence),
		Lead: p.unitName(k.Lead), Oversight: p.unitName(k.Oversight), Opened: p.date(k.Opened), Today: p.date(p.Now()),
	}
	for _, u := range k.Co {
		s.Co = append(s.Co, p.unitName(u))
	}
	for _, clock := range k.Clocks {
		if clock.Done == nil && (kind != sheet.Inspect || slices.Contains([]string{cases.StepLook, cases.StepConclude}, clock.Step)) {
			d := p.deadline(k, clock, kind)
			s.Deadlines = append(s.Deadlines, d)
			if clock.Step == cases.StepSupervise && clock.Of == order.ID {
				s.AnswerBy = d.By
			}
		}
	}
	return s, nil
}

// instruction is what the duty desk wrote last when it did what the sheet is about, or why the system made the order; "" when nobody wrote anything. What
// inspectors take along carries none: it may tell of those who reported.
func (p *Pages) instruction(k *cases.Case, kind sheet.Kind, order cases.Order) (string, error) {
	if kind == sheet.Inspect {
		return "", nil
	}
	for _, e := range slices.Backward(k.Events) {
		if e.Action != string(kind) || len(e.Note) == 0 || e.Item != order.ID {
			continue
		}
		note, err := p.Cases.Note(k, e)
		if err != nil {
			return "", fmt.Errorf("desk: note for a sheet of %s: %w", k.ID, err)
		}
		return note, nil
	}
	if kind == sheet.Supervise {
		return p.whyOrdered(order), nil
	}
	return "", nil
}

// unsure marks what the machine is not sure of, and nobody has looked at: who concluded, has been there.
func (p *Pages) unsure(k *cases.Case, what string, confidence float64) string {
	if confidence >= likely || k.Outcome == cases.True || k.Outcome == cases.False {
		return what
	}
	return p.Words.T("sheet.unsure", what)
}

// officialName is a category in the words of the notice.
func (p *Pages) officialName(id string) string {
	if k, ok := p.Profile.Category(id); ok && k.Official != "" {
		return k.Official
	}
	return p.categoryName(id)
}

// deadline says by when a step is to be taken: by the end of a day, or for a limit of hours within the hour before. The minute would tell when a tip came.
func (p *Pages) deadline(k *cases.Case, clock cases.Clock, kind sheet.Kind) sheet.Deadline {
	due, now := clock.Due.In(p.Profile.Zone), p.Now()
	d := sheet.Deadline{Step: p.clockName(clock.Step), By: p.Words.T("sheet.by", p.date(p.Profile.LastDay(due)))}
	if due.Hour() != 0 || due.Minute() != 0 {
		d.By = p.Words.T("sheet.by", p.date(due)+p.Words.T("sheet.hour", due.Hour()))
		if due.Truncate(time.Hour).Before(now) && now.Before(due) {
			d.By = p.Words.T("sheet.now")
		}
	}
	if !now.Before(due) && kind != sheet.Inspect {
		d.Late = clock.Words(p.Profile, k.Priority, now)
	}
	return d
}

// date is a day as it stands in a document: with its year.
func (p *Pages) date(t time.Time) string {
	t = t.In(p.Profile.Zone)
	return p.Words.T("day.year", t.Year(), int(t.Month()), t.Day())
}

// prints says whether an actor may have a sheet of a case that they see. A 督办单 is printed for an order that waits, by the duty desk and by whom it asks;
// everybody may have what is handed over and what is taken along.
func (p *Pages) prints(a cases.Actor, k *cases.Case, kind sheet.Kind) bool {
	if !slices.Contains(sheet.Kinds(), kind) || k.State == cases.Merged {
		return false
	}
	if kind != sheet.Supervise {
		return true
	}
	_, ok := ordered(a, k)
	return ok
}

// ordered is the last order that waits, of those that the actor has on paper.
func ordered(a cases.Actor, k *cases.Case) (cases.Order, bool) {
	awaited := k.Awaited()
	for _, o := range slices.Backward(k.Orders) {
		if unit, ok := awaited[o.ID]; ok && (a.Role == cases.Duty || unit == unitOf(a)) {
			return o, true
		}
	}
	return cases.Order{}, false
}

// sheets are the links to the sheets of a case.
func (p *Pages) sheets(a cases.Actor, k *cases.Case) []frontend.DeskLink {
	var links []frontend.DeskLink
	for _, kind := range sheet.Kinds() {
		if !p.prints(a, k, kind) {
			continue
		}
		links = append(links, frontend.DeskLink{Href: "/desk/cases/" + k.ID + "/sheet/" + string(kind), Text: p.Words.T("sheet." + string(kind))})
	}
	return links
}
