package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/triage"
	"qianshao/triage/cases"
)

// why says why the case is with its lead: who gave it to that unit, if a person did, and what the rules say.
func (p *Pages) why(k *cases.Case) []string {
	i := last(k, func(e cases.Event) bool {
		return e.Action == string(cases.Assign) || e.Action == string(cases.HandBack)
	})
	if i < 0 || k.Events[i].Action != string(cases.Assign) || k.Events[i].Lead != k.Lead {
		return k.Why()
	}
	e := k.Events[i]
	return append([]string{p.Words.T("why.assigned", p.who(e.Unit, e.Name), p.day(e.At), p.unitName(k.Lead))}, k.Why()...)
}

// casePage builds the page of a case that the actor was let in to.
func (p *Pages) casePage(c *gin.Context, k *cases.Case) (frontend.Case, error) {
	m, q, now := staff(c), p.view(c), p.Now()
	shell, err := p.shell(c, k.Number, q.Filter)
	if err != nil {
		return frontend.Case{}, err
	}
	page := frontend.Case{
		Shell: shell, ID: k.ID, Version: k.Version, Number: k.Number, State: p.Words.T("state." + string(k.State)),
		Light: p.light(k.Light(p.Profile, now)), Priority: p.priorityName(k.Priority), Emergency: k.Emergency,
		Place:    frontend.Guess{Text: p.placeName(k.Place), How: p.how(k.Place.Confidence), Reasons: k.Place.Reasons},
		Category: frontend.Guess{Text: p.categoryName(k.Category), How: p.how(k.Confidence), Reasons: p.otherCategories(k)},
		Lead:     p.unitName(k.Lead), Oversight: p.unitName(k.Oversight), Why: p.why(k),
		Check: reviewHref(m.Actor(), k), Sheets: p.sheets(m.Actor(), k), Heading: p.Words.T("queue." + string(q.Filter)), Back: href(q, ""),
	}
	if a := m.Actor(); k.Outcome == cases.True && p.Profile.Rewards.Mode != county.RewardsOff && (a.Role == cases.Duty || a.Unit == k.Lead) {
		page.Award = "/desk/cases/" + k.ID + "/award"
	}
	for _, u := range k.Co {
		page.Co = append(page.Co, p.unitName(u))
	}
	for i, clock := range k.Clocks {
		switch v := p.clockView(k, clock, now); {
		case k.Replaced(i):
		case k.Past(i):
			page.Past = append(page.Past, v)
		case clock.Done != nil:
			page.Done = append(page.Done, v)
		default:
			page.Clocks = append(page.Clocks, v)
		}
	}
	if page.Events, err = p.events(m.Actor(), k, 0); err != nil {
		return page, err
	}
	here, err := p.tips(c, k, &page)
	if err != nil {
		return page, err
	}
	if page.PlaceForm, err = p.placeForm(c, k, here); err != nil {
		return page, err
	}
	p.compose(m.Actor(), k, &page)
	page.Seen, page.Actions = len(k.Events), p.actionViews(m.Actor(), k)
	if page.Work, err = p.casework(c, k); err != nil {
		return page, err
	}
	list, err := p.Cases.Find(c.Request.Context(), m.Actor(), q, "")
	if err != nil {
		return page, fmt.Errorf("desk: list %s: %w", q.Filter, err)
	}
	page.Rows = p.rows(m.Actor(), list.Items, q)
	for i := range page.Rows {
		row := &page.Rows[i]
		row.On, row.Pick = list.Items[i].ID == k.ID, ""
		row.New = row.New && !row.On
	}
	return page, nil
}

// reviewHref is where the duty desk checks what the machine made of a case; "" for others.
func reviewHref(a cases.Actor, k *cases.Case) string {
	if a.Role != cases.Duty || len(k.Tips) == 0 || k.State == cases.Merged {
		return ""
	}
	return reviewPath + "/" + k.ID
}

// tips opens the tips of a case and what was said about them, and names those that have a position. Each opening stands in the custody log before anything is
// shown.
func (p *Pages) tips(c *gin.Context, k *cases.Case, page *frontend.Case) (here []frontend.Option, err error) {
	ctx, m := c.Request.Context(), staff(c)
	talk := p.newThread(m.Actor(), k)
	for i, ref := range k.Tips {
		id := intake.TipID(ref.Tip)
		tip, reading, read, err := p.openTip(c, k, id)
		if err != nil {
			return nil, err
		}
		here = append(here, p.here(i, tip)...)
		label := p.Words.T("tip", i+1)
		view, err := p.tipView(m.Actor(), k, tip, &reading)
		if err != nil {
			return nil, err
		}
		view.Label = label
		if i > 0 {
			view.Linked = strings.Join(ref.Reasons, "；")
		}
		if m.Role == cases.Duty && len(k.Tips) > 1 && !k.Private() {
			view.Split = &frontend.SplitForm{Case: k.ID, Tip: ref.Tip, Version: k.Version, Seen: len(k.Events), NoteLabel: p.Words.T("note.separate", cases.MinNote)}
		}
		page.Tips = append(page.Tips, view)
		thread, err := p.Intake.Thread(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("desk: dialogue of a tip of %s: %w", k.ID, err)
		}
		heard := len(thread)
		if read {
			heard = reading.Heard
		}
		talk.add(label, thread, heard)
		if ref.Withdrawn {
			page.Tips[i].Linked = strings.TrimPrefix(page.Tips[i].Linked+"；"+p.Words.T("talk.withdrawn"), "；")
		}
	}
	page.Thread = talk.all()
	return here, nil
}

// openTip opens a tip of a case and what triage concluded about it, false when that is nothing yet. It stands in the custody log first.
func (p *Pages) openTip(c *gin.Context, k *cases.Case, id intake.TipID) (*intake.Tip, triage.Reading, bool, error) {
	ctx := c.Request.Context()
	if err := p.Custody.Note(ctx, "tip/"+string(id), staff(c).ID, "view", k.ID); err != nil {
		return nil, triage.Reading{}, false, fmt.Errorf("desk: note view of a tip in %s: %w", k.ID, err)
	}
	tip, err := p.Intake.Open(ctx, id)
	if err != nil {
		return nil, triage.Reading{}, false, fmt.Errorf("desk: open a tip of %s: %w", k.ID, err)
	}
	reading, err := p.Triage.Reading(ctx, id)
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return nil, reading, false, fmt.Errorf("desk: reading of a tip of %s: %w", k.ID, err)
	}
	return tip, reading, err == nil, nil
}

func (p *Pages) message(m intake.Message, from string) frontend.Message {
	v := frontend.Message{From: from, FromUs: m.FromUs, Day: p.day(m.Day), Text: m.Text, Photos: m.Photos, New: m.Unread && !m.FromUs}
	if m.FromUs {
		v.From = p.unitName(m.Unit)
	} else {
		v.Text = intake.Mask(m.Text)
	}
	return v
}

// tipView is what a handler may see of a tip: never a code, a contact, the wish for a reward, or more of the time than the day.
func (p *Pages) tipView(a cases.Actor, k *cases.Case, t *intake.Tip, reading *triage.Reading) (frontend.TipView, error) {
	r := t.Report
	v := frontend.TipView{Day: p.day(t.Told), Place: p.saidPlace(r), Signs: p.signNames(r.Signs), Words: intake.Mask(r.Words)}
	fact := func(name, value string) {
		if value != "" {
			v.Facts = append(v.Facts, frontend.Fact{Name: p.Words.T(name), Value: value})
		}
	}
	fact("fact.emergency", p.emergencyName(r.Emergency))
	fact("fact.sites", choiceNames(p.Profile.SiteTypes, r.Sites...))
	fact("fact.now", choiceNames(p.Profile.Now, r.Now))
	fact("fact.times", choiceNames(p.Profile.Times, r.Times...))
	fact("fact.before", choiceNames(p.Profile.Before, r.Before))
	if r.Position != nil {
		fact("fact.position", p.Words.T("position", int(r.Position.Accuracy)))
	}
	days, err := p.Triage.PhotoDays(t, reading)
	if err != nil {
		return v, fmt.Errorf("desk: days of the photos in %s: %w", k.ID, err)
	}
	var taken []string
	for _, d := range days {
		taken = append(taken, p.day(d))
	}
	fact("fact.taken", strings.Join(taken, "、"))
	for _, item := range t.Items {
		i := slices.IndexFunc(reading.Pictures, func(pic triage.Picture) bool { return pic.Item == item.ID })
		if i < 0 {
			v.Pending++
			continue
		}
		view := p.evidenceView(a, k, t.ID, item, reading.Pictures[i])
		if item.Kind == intake.Photo {
			v.Photos = append(v.Photos, view)
		} else {
			v.Recordings = append(v.Recordings, view)
		}
	}
	return v, nil
}

// saidPlace is what the person chose and wrote about the place.
func (p *Pages) saidPlace(r intake.Report) string {
	var parts []string
	if chosen := p.placeName(cases.Place{Town: r.Town, Village: r.Village}); r.Town != "" || r.Village != "" {
		parts = append(parts, chosen)
	}
	if r.Where != "" {
		parts = append(parts, intake.Mask(r.Where))
	}
	return strings.Join(parts, "，")
}

func (p *Pages) placeName(pl cases.Place) string {
	town, _ := p.Profile.Town(pl.Town)
	village, _ := p.Profile.Village(pl.Village)
	switch {
	case town.Name+village.Name != "":
		return town.Name + village.Name
	case pl.County != "":
		for _, n := range p.Profile.Neighbours {
			if n.Code == pl.County {
				return n.Name
			}
		}
		return p.Words.T("place.elsewhere")
	}
	return p.Words.T("place.unknown")
}

func (p *Pages) categoryName(id string) string {
	if k, ok := p.Profile.Category(id); ok {
		return k.Plain
	}
	return p.Words.T("category.unknown")
}

// otherCategories names what else it may be.
func (p *Pages) otherCategories(k *cases.Case) []string {
	var others []string
	for _, id := range k.Categories {
		if id != k.Category {
			others = append(others, p.Words.T("category.also", p.categoryName(id)))
		}
	}
	return others
}

// unitName is a unit in words; "" for none.
func (p *Pages) unitName(id string) string {
	if id == "" {
		return ""
	}
	return p.Profile.UnitName(id)
}

func (p *Pages) signNames(ids []string) []string {
	var names []string
	for _, id := range ids {
		if s, ok := p.Profile.Sign(id); ok {
			names = append(names, s.Short)
		}
	}
	return names
}

func (p *Pages) priorityName(id string) string {
	for _, pr := range p.Profile.Priorities {
		if pr.ID == id {
			return pr.Name
		}
	}
	return ""
}

func (p *Pages) emergencyName(id string) string {
	for _, e := range p.Profile.Emergencies {
		if e.ID == id && len(e.Call) > 0 {
			return e.Text
		}
	}
	return ""
}

func choiceNames(all []county.Choice, ids ...string) string {
	var names []string
	for _, c := range all {
		if slices.Contains(ids, c.ID) {
			names = append(names, c.Text)
		}
	}
	return strings.Join(names, "、")
}

// From which confidence the machine's guess is called how. At 1 a person decided, or the person who wrote said so.
const (
	likely   = 0.8
	possible = 0.5
)

func (p *Pages) how(confidence float64) string {
	switch {
	case confidence >= 1:
		return ""
	case confidence >= likely:
		return p.Words.T("how.likely")
	case confidence >= possible:
		return p.Words.T("how.possible")
	}
	return p.Words.T("how.unsure")
}

func (p *Pages) light(l cases.Light) frontend.Light {
	return frontend.Light{Kind: string(l), Word: p.Words.T("light." + string(l))}
}

func (p *Pages) clockView(k *cases.Case, clock cases.Clock, now time.Time) frontend.ClockView {
	v := frontend.ClockView{Name: p.clockName(clock.Step), Text: clock.Words(p.Profile, k.Priority, now), Light: p.light(clock.Light(p.Profile, k.Priority, now))}
	if name := k.RecordName(clock.Of); name != "" && name != v.Name {
		v.Name += "（" + name + "）"
	} else if clock.Step == cases.StepOpinion {
		v.Name += "（" + p.unitName(clock.Of) + "）"
	}
	switch {
	case clock.Done != nil: // it does not alarm any more
		v.Text, v.Light = p.day(*clock.Done), frontend.Light{Kind: string(cases.Green), Word: p.Words.T("clock.met")}
		if over := clock.Overrun(); over != "" {
			said := "clock.overrun"
			if clock.Dropped {
				said = "clock.dropped"
			}
			v.Light = frontend.Light{Kind: string(cases.Red), Word: p.Words.T(said, over)}
		}
	case clock.Held != nil:
		v.Text = p.Words.T("clock.held", p.day(*clock.Held))
	}
	return v
}

func (p *Pages) clockName(step string) string {
	for _, k := range p.Profile.Clocks {
		if k.Step == step && k.Name != "" {
			return k.Name
		}
	}
	return step
}

// events tells the log of a case from the n-th line on, oldest first, with the notes of the staff.
func (p *Pages) events(a cases.Actor, k *cases.Case, n int) ([]frontend.EventView, error) {
	var views []frontend.EventView
	for _, e := range k.Events[min(max(n, 0), len(k.Events)):] {
		if !k.Tells(a, e) {
			continue
		}
		note, err := p.Cases.Note(k, e)
		if err != nil {
			return nil, fmt.Errorf("desk: note in %s: %w", k.ID, err)
		}
		views = append(views, frontend.EventView{Day: p.day(e.At), Who: p.who(e.Unit, e.Name), Text: p.eventText(k, e), Note: note})
	}
	return views, nil
}

// who is a member of staff as the log shows them; without a name it is the worker.
func (p *Pages) who(unit, name string) string {
	if name == "" {
		return p.Words.T("who.system")
	}
	return strings.TrimSpace(p.unitName(unit) + " " + name)
}

// eventText says what was done; a conclusion by what it says.
func (p *Pages) eventText(k *cases.Case, e cases.Event) string {
	if e.Action == string(cases.Conclude) {
		return p.Words.T("state." + string(e.To))
	}
	if e.Action == "heard" && e.Choice == intake.Unsaid {
		return p.Words.T("event.unsaid")
	}
	switch key := "event." + e.Action; cases.Action(e.Action) {
	case "level":
		return p.Words.T(key, p.Words.T("level."+string(e.Level)))
	case cases.Invite:
		return p.Words.T(key, p.unitName(e.Target))
	case cases.Opine:
		return p.Words.T(key, cases.ChoiceName(cases.Opine, e.Choice))
	case cases.Register, cases.Correct, cases.Void:
		return p.Words.T(key, k.RecordName(e.Item))
	default:
		return p.Words.T(key)
	}
}

// day is never more exact than the day.
func (p *Pages) day(t time.Time) string {
	return p.Words.Day(t.In(p.Profile.Zone), p.Now().In(p.Profile.Zone))
}
