package cases

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases/disposal"
)

// BirthKind is why a case opens another one.
type BirthKind string

// The reasons.
const (
	BirthRelapse   BirthKind = "relapse"   // a look-back found the place at work again
	BirthFirm      BirthKind = "firm"      // a firm up or down the stream is to be looked at
	BirthEquipment BirthKind = "equipment" // equipment went to another town of the county
)

// Birth is a case that this one opens. It stands in the change that causes it, and the case is opened from there: at once, or by the sweep when that failed.
type Birth struct {
	Kind   BirthKind
	Record string // whose form asks for it
	Item   int    // of its list
	At     time.Time
	Case   string `bson:",omitempty"` // its id, once it is open
}

// Categories of what a case opens, where the profile has them.
const categoryFirm = "x_upstream"

// relapse notes that the matter began again.
func (c *Case) relapse(p *county.Profile, record string) {
	at := c.Records[c.recordIndex(record)].Versions[0].At
	c.Births = append(c.Births, Birth{Kind: BirthRelapse, Record: record, At: at})
	c.tell(p, Notice{Kind: NoticeRelapse, Unit: dutyDesk, Rank: county.RankHead, Of: record, At: at})
}

// conceive notes the cases for which the records ask. A sealed case opens none: what it knows must not be known elsewhere.
func (c *Case) conceive() {
	if c.Private() {
		return
	}
	for _, r := range c.Valid() {
		f := r.Form()
		at := r.Versions[len(r.Versions)-1].At
		if f.Trace != nil {
			for i, firm := range f.Trace.Firms {
				if firm.Lead == "yes" {
					c.expect(Birth{Kind: BirthFirm, Record: r.ID, Item: i, At: at})
				}
			}
		}
		for i, e := range equipmentOf(f) {
			if e.Town != "" && e.Town != c.Place.Town {
				c.expect(Birth{Kind: BirthEquipment, Record: r.ID, Item: i, At: at})
			}
		}
	}
}

func (c *Case) expect(b Birth) {
	if !slices.ContainsFunc(c.Births, func(o Birth) bool { return o.Kind == b.Kind && o.Record == b.Record && o.Item == b.Item }) {
		c.Births = append(c.Births, b)
	}
}

func equipmentOf(f *disposal.Form) []disposal.Equipment {
	switch {
	case f.Dismantle != nil:
		return f.Dismantle.Equipment
	case f.Clearance != nil:
		return f.Clearance.Equipment
	}
	return nil
}

// abroad tells the duty desk of equipment that went to another county.
func (c *Case) abroad(p *county.Profile, record string, at time.Time) {
	if i := c.recordIndex(record); i >= 0 && slices.ContainsFunc(equipmentOf(c.Records[i].Form()), func(e disposal.Equipment) bool { return e.County != "" }) {
		c.tell(p, Notice{Kind: NoticeEquipment, Unit: dutyDesk, Rank: county.RankHandler, Of: record, At: at})
	}
}

// bear opens the cases that a case waits for; doing it again, also after dying anywhere, opens none twice.
func (s *Service) bear(ctx context.Context, c Case) (Case, error) {
	for i, b := range c.Births {
		if b.Case != "" {
			continue
		}
		o, err := s.birth(&c, b)
		if err != nil {
			return c, err
		}
		id := hex.EncodeToString(s.Vault.MAC("case.birth", []byte(c.ID), []byte(fmt.Sprintf("%s/%s/%d", b.Kind, b.Record, b.Item)))[:12])
		if _, err := s.open(ctx, id, o); err != nil {
			return c, fmt.Errorf("cases: open what %s waits for: %w", c.ID, err)
		}
		c, err = s.cases.Change(ctx, c.ID, func(c *Case) error {
			if c.Births[i].Case == "" {
				c.Births = slices.Clone(c.Births)
				c.Births[i].Case = id
				c.Events = append(c.Events, Event{At: s.Now(), By: worker, Action: "birth." + string(b.Kind), From: c.State, To: c.State, Lead: c.Lead, Item: id})
				c.index(s.Profile)
			}
			return nil
		})
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// birth is the opening of a case that another one waits for.
func (s *Service) birth(c *Case, b Birth) (Opening, error) {
	i := slices.IndexFunc(c.Records, func(r Record) bool { return r.ID == b.Record })
	if i < 0 {
		return Opening{}, fmt.Errorf("cases: %s has no record %s", c.ID, b.Record)
	}
	f, err := s.form(c, &c.Records[i].Versions[len(c.Records[i].Versions)-1])
	if err != nil {
		return Opening{}, err
	}
	o := Opening{Received: b.At, Place: c.Place, From: c.ID, Hidden: slices.Clone(c.Hidden)}
	switch b.Kind {
	case BirthRelapse:
		o.Recurs, o.Categories, o.Sites = c.ID, again(s.Profile, c.Categories), c.Sites
		k, _ := s.Profile.Category(o.Categories[0])
		o.Priority = min(c.Priority, cmp.Or(k.Priority, c.Priority)) // "P0" < "P1"
		o.Reasons = []string{"复燃：" + c.Number + " 第 " + fmt.Sprint(f.Visit.Number) + " 次回头看，又在生产"}
		if o.Note = f.Visit.Remark; c.Sealed {
			o.Sealed, o.Lead, o.Co, o.Sees, o.Rule = true, c.Lead, slices.Clone(c.Co), slices.Clone(c.Sees), c.Rule
			return o, nil
		}
	case BirthFirm:
		firm := f.Trace.Firms[b.Item]
		o.Categories, o.Place = known(s.Profile, categoryFirm, c.Categories), Place{Town: firm.Town, Confidence: 1, Reasons: []string{"倒查时登记的地方"}}
		o.Reasons = []string{"倒查：" + c.Number + " 查出来的上下游"}
		o.Note = strings.Join([]string{label(disposal.KindTrace, "role", firm.Role), string(firm.Name), firm.Where}, "，")
	case BirthEquipment:
		e := equipmentOf(&f)[b.Item]
		o.Categories, o.Place = c.Categories, Place{Town: e.Town, Confidence: 1, Reasons: []string{"登记的设备去向地"}}
		o.Reasons = []string{"设备转移：" + c.Number + " 的设备运到了这个镇"}
		o.Note = fmt.Sprintf("%s %d 台，去向地：%s，接收人：%s", e.What, e.Count, e.Where, e.Receiver)
		o.Lead = county.TownUnit(e.Town)
	}
	return s.routed(o), nil
}

// again are the categories of a matter that began again: the profile's for a closed place first.
func again(p *county.Profile, categories []string) []string {
	return union(slices.Clone(p.Match.AgainCategories[:min(1, len(p.Match.AgainCategories))]), categories)
}

func known(p *county.Profile, category string, otherwise []string) []string {
	if _, ok := p.Category(category); ok {
		return []string{category}
	}
	return otherwise
}

// routed fills in who handles an opening that no tip made, by the profile's rules. Whom it hides stays out.
func (s *Service) routed(o Opening) Opening {
	p := s.Profile
	facts := county.RuleFacts{Category: o.Categories[0], Categories: o.Categories, Sites: o.Sites, Town: o.Place.Town, Place: county.PlaceTown}
	if o.Place.Town == "" {
		facts.Place = county.PlaceNone
	}
	r, ok := p.Decide(facts, o.Received)
	if !ok {
		r = county.Rule{Lead: dutyDesk}
	}
	if o.Priority == "" {
		k, _ := p.Category(o.Categories[0])
		o.Priority = cmp.Or(r.Priority, k.Priority)
	}
	town := county.TownUnit(o.Place.Town)
	if o.Lead = cmp.Or(o.Lead, r.Lead); o.Lead == county.AnyTown {
		o.Lead = town
	}
	hidden := func(u string) bool { return slices.Contains(o.Hidden, u) }
	if _, known := p.Unit(o.Lead); !known || hidden(o.Lead) {
		o.Lead = dutyDesk
	}
	o.Co = slices.Clone(r.Co)
	if o.Place.Town != "" && !r.Alone {
		o.Co = union(o.Co, []string{town})
	}
	o.Co = slices.DeleteFunc(o.Co, func(u string) bool { return hidden(u) || u == o.Lead })
	if o.Oversight = r.Oversight; hidden(o.Oversight) {
		o.Oversight = ""
	}
	o.Rule, o.Sealed = r.ID, r.Sealed
	o.Sees = slices.DeleteFunc(sees(o.Lead, o.Co, o.Oversight, !r.Sealed), hidden)
	return o
}

// label is the name of an answer of an item of a form.
func label(k disposal.Kind, field, id string) string {
	for _, f := range disposal.Fields(k) {
		for _, it := range append(f.Items, f) {
			for _, choice := range it.Choices {
				if it.Key == field && choice.ID == id {
					return choice.Name
				}
			}
		}
	}
	return id
}

// Failure is what a case that began again shows of its last closing: enough to see why it failed, and no name, note or evidence.
type Failure struct {
	Case     string // its id; empty when the actor may not see it
	Number   string
	Outcome  State
	Lead     string
	Stopped  *time.Time      // day
	Closed   time.Time       // day and time of the closing; zero when it was never closed
	Disposed []disposal.Kind // what was recorded, each kind once
	Loose    int             // pieces of equipment that were moved away or kept, not destroyed
	Cut      bool            // power or water was cut off
	Returns  []Return        // the look-backs, done or not
}

// Failure tells how the matter was closed last that a case begins again; false when it begins nothing again, or what it begins again must not be named.
func (s *Service) Failure(ctx context.Context, a Actor, c *Case) (Failure, bool, error) {
	if c.Recurs == "" || !c.SeenBy(a) {
		return Failure{}, false, nil
	}
	old, err := s.cases.Get(ctx, c.Recurs)
	if errors.Is(err, docs.ErrNotFound) || err == nil && old.Private() && !old.SeenBy(a) {
		return Failure{}, false, nil
	}
	if err != nil {
		return Failure{}, false, err
	}
	f := Failure{Number: old.Number, Outcome: old.Outcome, Lead: old.Lead, Stopped: old.Stopped, Returns: old.LookBacks}
	if old.SeenBy(a) {
		f.Case = old.ID
	}
	for _, e := range old.Events {
		if e.Action == string(Close) {
			f.Closed = e.At
		}
	}
	for _, r := range old.Valid() {
		if !slices.Contains(f.Disposed, r.Kind) {
			f.Disposed = append(f.Disposed, r.Kind)
		}
		f.Cut = f.Cut || r.Kind == disposal.KindCutoff
		for _, e := range equipmentOf(r.Form()) {
			if e.How == "moved" || e.How == "kept" {
				f.Loose += e.Count
			}
		}
	}
	return f, true, nil
}
