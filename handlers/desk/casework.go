package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// casework is the part of the case page that tells of the work.
func (p *Pages) casework(c *gin.Context, k *cases.Case) (frontend.Casework, error) {
	a := staff(c).Actor()
	w := frontend.Casework{LookBacks: p.lookBacks(a, k), Agreed: p.agreed(k)}
	said, err := p.said(k)
	if err != nil {
		return w, err
	}
	w.Now, w.Orders, w.Opinions = p.banners(a, k, said), p.demands(k, said), p.opinions(k, said)
	w.Lock = p.lock(c, k)
	if w.Records, err = p.recordViews(a, k); err != nil {
		return w, err
	}
	if w.Scene, err = p.scenePhotos(c, a, k); err != nil {
		return w, err
	}
	if w.Again, err = p.failure(c, k); err != nil {
		return w, err
	}
	return w, p.kin(c, k, &w)
}

// said opens the notes of a case once: by the place of their event in the log.
func (p *Pages) said(k *cases.Case) ([]string, error) {
	notes := make([]string, len(k.Events))
	for i, e := range k.Events {
		var err error
		if notes[i], err = p.Cases.Note(k, e); err != nil {
			return nil, fmt.Errorf("desk: note in %s: %w", k.ID, err)
		}
	}
	return notes, nil
}

// last is the place of the last event that f is about; -1 for none.
func last(k *cases.Case, f func(cases.Event) bool) int {
	for i := len(k.Events) - 1; i >= 0; i-- {
		if f(k.Events[i]) {
			return i
		}
	}
	return -1
}

func did(act cases.Action) func(cases.Event) bool {
	return func(e cases.Event) bool { return e.Action == string(act) }
}

// banners are what somebody must know before anything else.
func (p *Pages) banners(a cases.Actor, k *cases.Case, said []string) []frontend.Banner {
	var all []frontend.Banner
	add := func(kind, text string, event int) {
		b := frontend.Banner{Kind: kind, Text: text}
		if event >= 0 {
			b.Note = said[event]
		}
		all = append(all, b)
	}
	for _, i := range k.Mentions(unitOf(a)) {
		add("mention", p.Words.T("now.mention", p.who(k.Events[i].Unit, k.Events[i].Name), p.day(k.Events[i].At)), i)
		all[len(all)-1].Heed = true
	}
	if k.Pleaded() && k.Decides(a) {
		text := "now.plea"
		if !may(p.Cases, a, k, cases.Reopen) {
			text = "now.plea.later"
		}
		add("plea", p.Words.T(text), -1)
	}
	for _, l := range k.Letters {
		if l.Turn == intake.Question && l.Heard == nil && l.Silent == nil {
			add("waits", p.Words.T("now.waits", p.day(p.Profile.LastDay(l.Until))), -1)
		}
	}
	if k.State == cases.Unsigned && k.Bounced > 0 && !k.Ruled {
		if i := last(k, did(cases.HandBack)); i >= 0 && k.Lead == county.DutyDesk {
			add("back", p.Words.T("now.back", p.who(k.Events[i].Unit, k.Events[i].Name), k.Bounced), i)
		}
	}
	if awaited := k.Awaited(); len(awaited) > 0 {
		var units []string
		for _, u := range awaited {
			units = append(units, p.unitName(u))
		}
		slices.Sort(units)
		key := "now.order"
		switch {
		case k.State == cases.Watched:
			key = "now.order.watched"
		case k.State.Over():
			key = "now.order.over"
		}
		add("order", p.Words.T(key, strings.Join(slices.Compact(units), "、")), -1)
	}
	if k.Extension != nil {
		if i := last(k, did(cases.Extend)); i >= 0 {
			add("asked", p.Words.T("now.asked", p.who(k.Events[i].Unit, k.Events[i].Name), p.day(k.Extension.Asked), p.clockName(k.Extension.Step)), i)
		}
	}
	if k.Hold != nil {
		add("hold", p.Words.T("now.hold", p.day(k.Hold.Since), cases.ChoiceName(cases.Pause, k.Hold.Why)), last(k, did(cases.Pause)))
	}
	return all
}

func (p *Pages) demands(k *cases.Case, said []string) []frontend.OrderView {
	var all []frontend.OrderView
	for _, o := range slices.Backward(k.Orders) {
		v := frontend.OrderView{Day: p.day(o.At), Who: p.Words.T("who.system"), Text: p.whyOrdered(o)}
		if i := last(k, func(e cases.Event) bool { return e.Action == string(cases.Supervise) && e.Item == o.ID }); i >= 0 && k.Events[i].Name != "" {
			v.Who, v.Text = p.who(k.Events[i].Unit, k.Events[i].Name), said[i]
		}
		if o.Answered != nil {
			v.Answered = p.day(*o.Answered)
			if i := last(k, func(e cases.Event) bool { return e.Action == string(cases.Answer) && e.At.Equal(*o.Answered) }); i >= 0 {
				v.Answer = said[i]
			}
		}
		all = append(all, v)
	}
	return all
}

// whyOrdered says why the system made a supervision order.
func (p *Pages) whyOrdered(o cases.Order) string {
	if len(o.Categories) == 0 {
		return p.Words.T("order.system")
	}
	var names []string
	for _, id := range o.Categories {
		names = append(names, "“"+p.categoryName(id)+"”")
	}
	return p.Words.T("order.category", strings.Join(names, "、"))
}

// opinions tells the last word of every helper, and whose is waited for.
func (p *Pages) opinions(k *cases.Case, said []string) []frontend.OpinionView {
	var all []frontend.OpinionView
	for _, u := range k.Co {
		waits := slices.ContainsFunc(k.Clocks, func(c cases.Clock) bool { return c.Step == cases.StepOpinion && c.Of == u && c.Done == nil })
		i := last(k, func(e cases.Event) bool { return e.Action == string(cases.Opine) && e.Unit == u })
		switch {
		case i >= 0 && !waits: // who is asked once more has yet to say something
			e := k.Events[i]
			all = append(all, frontend.OpinionView{Unit: p.unitName(u), Choice: cases.ChoiceName(cases.Opine, e.Choice), Day: p.day(e.At), Note: said[i]})
		case waits:
			all = append(all, frontend.OpinionView{Unit: p.unitName(u)})
		}
	}
	return all
}

// agreed tells who gave their word for striking the case off, once that is at hand.
func (p *Pages) agreed(k *cases.Case) []frontend.AgreedView {
	if k.State != cases.Watched && k.State != cases.Struck {
		return nil
	}
	var all []frontend.AgreedView
	for _, u := range k.Parties() {
		v := frontend.AgreedView{Unit: p.unitName(u)}
		for _, g := range k.Agreed {
			if g.Unit == u {
				v.Day = p.day(g.At)
			}
		}
		all = append(all, v)
	}
	return all
}

func (p *Pages) lookBacks(a cases.Actor, k *cases.Case) []frontend.LookBackView {
	links := map[int]string{}
	for _, t := range p.Cases.Actions(a, k) {
		if t.Action == cases.LookBack {
			for _, b := range k.LookBacks {
				if b.Asked != nil && b.Done == nil && !b.Off {
					links[b.Number] = recordHref(k.ID, disposal.KindVisit)
					break
				}
			}
		}
	}
	var all []frontend.LookBackView
	for _, b := range k.LookBacks {
		v := p.lookBack(b)
		v.Href = links[b.Number]
		all = append(all, v)
	}
	return all
}

func (p *Pages) lookBack(b cases.Return) frontend.LookBackView {
	v := frontend.LookBackView{Name: p.Words.T("lookback", b.Number)}
	until := p.day(p.Profile.LastDay(b.Due))
	switch {
	case b.Done != nil:
		v.Kind, v.Text = string(b.Found), p.Words.T("lookback.done", p.day(*b.Done), b.Found.Name())
	case b.Off:
		v.Kind, v.Text = "off", p.Words.T("lookback.off")
	case b.Asked != nil:
		v.Kind, v.Text = "waits", p.Words.T("lookback.waits", until)
	default:
		v.Kind, v.Text = "later", p.Words.T("lookback.later", until)
	}
	return v
}

// failure tells why the matter, which begins again here, was not kept closed.
func (p *Pages) failure(c *gin.Context, k *cases.Case) (*frontend.FailedClosing, error) {
	f, ok, err := p.Cases.Failure(c.Request.Context(), staff(c).Actor(), k)
	if err != nil {
		return nil, fmt.Errorf("desk: last closing of %s: %w", k.ID, err)
	}
	if !ok {
		return nil, nil
	}
	v := &frontend.FailedClosing{Number: f.Number}
	if f.Case != "" {
		v.Href = "/desk/cases/" + f.Case
	}
	fact := func(name, value string) {
		if value != "" {
			v.Facts = append(v.Facts, frontend.Fact{Name: p.Words.T(name), Value: value})
		}
	}
	if f.Outcome != "" {
		fact("failed.outcome", p.Words.T("state."+string(f.Outcome)))
	}
	fact("failed.lead", p.unitName(f.Lead))
	if f.Stopped != nil {
		fact("failed.stopped", p.day(*f.Stopped))
	}
	if !f.Closed.IsZero() {
		fact("failed.closed", p.day(f.Closed))
	}
	var names []string
	for _, kind := range f.Disposed {
		names = append(names, kind.Name())
	}
	if len(names) == 0 {
		names = []string{p.Words.T("failed.nothing")}
	}
	fact("failed.disposed", strings.Join(names, "、"))
	if f.Loose > 0 {
		fact("failed.loose", p.Words.T("failed.loose.count", f.Loose))
	}
	if !f.Cut {
		fact("failed.cut", p.Words.T("failed.uncut"))
	}
	var returns []string
	for _, b := range f.Returns {
		r := p.lookBack(b)
		returns = append(returns, r.Name+"："+r.Text)
	}
	fact("failed.returns", strings.Join(returns, "；"))
	return v, nil
}

// kin names the cases that this one came from and opened, as far as the reader may see them.
func (p *Pages) kin(c *gin.Context, k *cases.Case, w *frontend.Casework) error {
	link := func(id string) (*frontend.DeskLink, error) {
		if id == "" {
			return nil, nil
		}
		o, err := p.Cases.ByID(c.Request.Context(), id)
		if errors.Is(err, docs.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("desk: what belongs to %s: %w", k.ID, err)
		}
		if !o.SeenBy(staff(c).Actor()) {
			return nil, nil
		}
		return &frontend.DeskLink{Href: "/desk/cases/" + o.ID, Text: o.Number}, nil
	}
	var err error
	if w.From, err = link(k.From); err != nil {
		return err
	}
	if w.Into, err = link(k.Into); err != nil {
		return err
	}
	for _, b := range k.Births {
		l, err := link(b.Case)
		if err != nil {
			return err
		}
		if l != nil {
			l.Text = p.Words.T("birth."+string(b.Kind), l.Text)
			w.Opened = append(w.Opened, *l)
		}
	}
	return nil
}
