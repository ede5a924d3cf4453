package ledger

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// nearBorder is how near a place must be to count as one at the border, in metres.
const nearBorder = 3000

// fields fill the columns; county.LedgerFields names them all. Of the tips they take the day of the first one and nothing else.
var fields = map[string]func(*row) Cell{
	"seq":       func(r *row) Cell { return count(r.b.Seq) },
	"number":    func(r *row) Cell { return text(r.Number) },
	"source":    func(r *row) Cell { return text(Source(r.Case)) },
	"found":     func(r *row) Cell { return text(r.day(r.Learned())) }, // never more exact than the day
	"town":      (*row).town,
	"village":   func(r *row) Cell { v, _ := r.p.Village(r.Place.Village); return text(v.Name) },
	"where":     func(r *row) Cell { return text(r.b.Where) },
	"point":     (*row).point,
	"border":    (*row).border,
	"points":    (*row).points,
	"site_type": (*row).siteType,

	"site":         func(r *row) Cell { return text(r.survey.Site) },
	"operator":     func(r *row) Cell { return text(string(r.survey.Operator)) },
	"controller":   func(r *row) Cell { return text(string(r.survey.Controller)) },
	"landlord":     func(r *row) Cell { return text(string(r.survey.Landlord)) },
	"licences":     func(r *row) Cell { return text(r.survey.Licences) },
	"before":       func(r *row) Cell { return text(answer("survey.before", r.survey.Before)) },
	"products":     func(r *row) Cell { return text(r.survey.Products) },
	"materials":    func(r *row) Cell { return text(r.survey.Materials) },
	"amount":       func(r *row) Cell { return text(r.survey.Amount) },
	"hazardous":    func(r *row) Cell { return text(answer("survey.hazardous", r.survey.Hazardous)) },
	"controlled":   func(r *row) Cell { return text(answer("survey.controlled", r.survey.Controlled)) },
	"process":      func(r *row) Cell { return text(r.survey.Process) },
	"tanks":        func(r *row) Cell { return count(r.survey.Tanks) },
	"people":       func(r *row) Cell { return count(r.survey.People) },
	"surroundings": func(r *row) Cell { return text(r.survey.Surroundings) },

	"lead":      func(r *row) Cell { return text(r.unit(r.Lead)) },
	"co":        (*row).co,
	"visited":   func(r *row) Cell { return text(string(r.on)) },
	"officers":  (*row).officers,
	"documents": func(r *row) Cell { return r.each(func(f *disposal.Form) string { return f.Document }) },
	"measures":  (*row).measures,
	"stopped":   (*row).stopped,
	"seizure":   (*row).seizure,

	"power":     func(r *row) Cell { return r.cutoff("power") },
	"water":     func(r *row) Cell { return r.cutoff("water") },
	"equipment": (*row).equipment,
	"cleared":   (*row).cleared,
	"premises":  (*row).premises,

	"filed":       func(r *row) Cell { return r.penalty(func(p *disposal.Penalty) string { return p.Case }) },
	"decision":    func(r *row) Cell { return r.penalty(func(p *disposal.Penalty) string { return p.Decision }) },
	"money":       (*row).money,
	"police":      (*row).police,
	"accountable": func(r *row) Cell { return r.sum(held) },
	"traced":      func(r *row) Cell { return r.sum(firms) },

	"look1":     func(r *row) Cell { return r.look(1) },
	"look2":     func(r *row) Cell { return r.look(2) },
	"look3":     func(r *row) Cell { return r.look(3) },
	"look4":     func(r *row) Cell { return r.look(4) },
	"relapsed":  (*row).relapsed,
	"published": (*row).published,
	"struck_by": (*row).struckBy,
	"struck_on": (*row).struckOn,
}

// Source says where a matter came from, and no more: 群众举报 for whatever the tips came by, 移送 for what another case opened, 部门 for the rest.
func Source(c *cases.Case) string {
	switch {
	case c.From != "":
		return "移送"
	case len(c.Tips) > 0:
		return fromPublic
	}
	return "部门"
}

// unit is the name of a unit; "" for none.
func (r *row) unit(id string) string {
	if id == "" {
		return ""
	}
	return r.p.UnitName(id)
}

func (r *row) town() Cell {
	if t, ok := r.p.Town(r.Place.Town); ok {
		return text(t.Name)
	}
	for _, n := range r.p.Neighbours {
		if n.Code == r.Place.County {
			return text(n.Name)
		}
	}
	return Cell{}
}

func (r *row) point() Cell {
	if r.b.At == nil {
		return Cell{}
	}
	return text(fmt.Sprintf("%.3f, %.3f", r.b.At.Lon(), r.b.At.Lat()))
}

func (r *row) border() Cell {
	if r.b.At == nil {
		return Cell{}
	}
	if _, metres := r.p.Contains(*r.b.At); metres <= nearBorder {
		return text("是")
	}
	return text("否")
}

func (r *row) points() Cell {
	var all []string
	for _, id := range r.Categories {
		if k, ok := r.p.Category(id); ok && k.Point > 0 {
			all = append(all, strconv.Itoa(k.Point))
		}
	}
	return text(strings.Join(all, "、"))
}

func (r *row) siteType() Cell {
	var all []string
	for _, c := range r.p.SiteTypes {
		for _, id := range r.Sites {
			if c.ID == id {
				all = append(all, c.Text)
			}
		}
	}
	return text(strings.Join(all, "；"))
}

func (r *row) co() Cell {
	names := make([]string, len(r.Co))
	for i, u := range r.Co {
		names[i] = r.unit(u)
	}
	return text(join("、", names...))
}

// officers are those of the look on the spot.
func (r *row) officers() Cell {
	return r.each(func(f *disposal.Form) string {
		if f.Survey == nil {
			return ""
		}
		return persons(f.Officers)
	})
}

// articles are the points of part 四 of the notice.
var articles = map[disposal.Kind]string{disposal.KindHalt: "四-1", disposal.KindDismantle: "四-2", disposal.KindClearance: "四-3", disposal.KindJudicial: "四-4"}

func (r *row) measures() Cell {
	return r.each(func(f *disposal.Form) string {
		if a := articles[f.Kind]; a != "" {
			return a + " " + f.Kind.Name()
		}
		return ""
	})
}

func (r *row) stopped() Cell {
	if r.Stopped == nil {
		return Cell{}
	}
	return text(r.day(*r.Stopped))
}

func (r *row) seizure() Cell {
	return r.each(func(f *disposal.Form) string {
		if f.Seizure == nil {
			return ""
		}
		return string(f.Seizure.From) + " 至 " + string(cmp.Or(f.Seizure.Ended, f.Seizure.Extended, f.Seizure.Until))
	})
}

func (r *row) cutoff(what string) Cell {
	return r.each(func(f *disposal.Form) string {
		k := f.Cutoff
		if k == nil || k.What != what {
			return ""
		}
		cut, _, _ := strings.Cut(string(k.Cut), "T")
		back := ""
		if k.Restored != "" {
			back = string(k.Restored) + " 解除"
		}
		return join("，", answer("cutoff.meter", k.Meter), cut, k.Notice, back)
	})
}

// equipmentOf and materialsOf are what a form says went away.
func equipmentOf(f *disposal.Form) []disposal.Equipment {
	switch {
	case f.Dismantle != nil:
		return f.Dismantle.Equipment
	case f.Clearance != nil:
		return f.Clearance.Equipment
	}
	return nil
}

func materialsOf(f *disposal.Form) []disposal.Material {
	if f.Clearance == nil {
		return nil
	}
	return f.Clearance.Materials
}

func (r *row) equipment() Cell {
	return r.each(func(f *disposal.Form) string {
		var all []string
		for _, e := range equipmentOf(f) {
			town, _ := r.p.Town(e.Town)
			to := join("", e.County, town.Name, e.Where)
			all = append(all, join("，", fmt.Sprintf("%s %d 台", e.What, e.Count), answer("clearance.equipment.how", e.How), to, string(e.Receiver)))
		}
		if len(all) == 0 && f.Clearance != nil {
			return f.Clearance.NoEquipment
		}
		return strings.Join(all, "；")
	})
}

func (r *row) cleared() Cell {
	return r.each(func(f *disposal.Form) string {
		var all []string
		for _, m := range materialsOf(f) {
			manifest := ""
			if m.Manifest != "" {
				manifest = "联单 " + m.Manifest
			}
			amount := m.Name + " " + disposal.Spell(int64(m.Amount), 3) + " " + answer("clearance.materials.unit", m.Unit)
			all = append(all, join("，", amount, m.Where, string(m.Receiver), manifest))
		}
		if len(all) == 0 && f.Clearance != nil {
			return f.Clearance.NoMaterials
		}
		return strings.Join(all, "；")
	})
}

func (r *row) premises() Cell {
	if r.clear == nil {
		return Cell{}
	}
	return text(answer("clearance.premises", r.clear.Premises))
}

func (r *row) penalty(f func(*disposal.Penalty) string) Cell {
	return r.each(func(form *disposal.Form) string {
		if form.Penalty == nil {
			return ""
		}
		return f(form.Penalty)
	})
}

// money is fines and confiscations together, in 元.
func (r *row) money() Cell {
	var fen disposal.Fen
	for _, f := range r.forms {
		if f.Penalty != nil {
			fen += f.Penalty.Fine + f.Penalty.Confiscated
		}
	}
	if fen == 0 {
		return Cell{}
	}
	return number(float64(fen) / 100)
}

func (r *row) police() Cell {
	return r.each(func(f *disposal.Form) string {
		if f.Judicial == nil {
			return ""
		}
		return join("，", string(f.Judicial.Sent), f.Judicial.Police, f.Judicial.Prosecutor)
	})
}

func held(f *disposal.Form) int {
	if f.Accountability == nil {
		return 0
	}
	return len(f.Accountability.People)
}

func firms(f *disposal.Form) int {
	if f.Trace == nil {
		return 0
	}
	return len(f.Trace.Firms)
}

// look is a look-back: what it found, or when it is to be.
func (r *row) look(n int) Cell {
	for _, b := range r.LookBacks {
		switch {
		case b.Number != n:
		case b.Done != nil:
			return text(r.day(*b.Done) + " " + b.Found.Name())
		case !b.Off:
			return text(r.p.LastDay(b.Due).Format(time.DateOnly) + " 前")
		}
	}
	return Cell{}
}

func (r *row) relapsed() Cell {
	switch {
	case r.Relapsed():
		return text("是")
	case r.State.Over() && r.Stopped != nil:
		return text("否")
	}
	return Cell{}
}

func (r *row) published() Cell {
	return r.each(func(f *disposal.Form) string {
		switch {
		case f.Penalty != nil:
			return join(" ", string(f.Penalty.Published), f.Penalty.Link)
		case f.Accountability != nil && f.Accountability.Publish == "yes":
			return join(" ", string(f.Accountability.Published), f.Accountability.Link)
		}
		return ""
	})
}

func (r *row) struckBy() Cell {
	if r.State != cases.Struck {
		return Cell{}
	}
	var all []string
	for _, a := range r.Agreed {
		all = append(all, r.unit(a.Unit))
	}
	return text(join("、", all...))
}

func (r *row) struckOn() Cell {
	for i := len(r.Events) - 1; i >= 0 && r.State == cases.Struck; i-- {
		if e := r.Events[i]; e.To == cases.Struck && e.From != cases.Struck {
			return text(r.day(e.At))
		}
	}
	return Cell{}
}
