package disposal

import (
	"strings"
	"time"

	"qianshao/intake/fault"
)

func (c *checker) halt(h *Halt) {
	c.future(h.Stopped, "halt.stopped", "停产日期")
	c.after(h.Stopped, "停产日期", h.Deadline, "halt.deadline", "整改期限")
	c.future(h.Lifted, "halt.lifted", "恢复生产的日期")
	c.after(h.Stopped, "停产日期", h.Lifted, "halt.lifted", "恢复生产的日期")
}

func (c *checker) dismantle(d *Dismantle) {
	c.future(d.Stopped, "dismantle.stopped", "停产日期")
	c.after(d.Stopped, "停产日期", d.Deadline, "dismantle.deadline", "拆除期限")
	c.future(d.Dismantled, "dismantle.dismantled", "拆完的日期")
	c.after(d.Stopped, "停产日期", d.Dismantled, "dismantle.dismantled", "拆完的日期")
	if d.Dismantled != "" && len(d.Equipment) == 0 {
		c.bad("dismantle.equipment", fault.New(fault.Invalid, "record.equipment"))
	}
	c.equipment(d.Equipment, "dismantle.equipment.")
}

func (c *checker) clearance(k *Clearance) {
	c.future(k.Stopped, "clearance.stopped", "停产日期")
	c.future(k.Cleared, "clearance.cleared", "清完的日期")
	c.after(k.Stopped, "停产日期", k.Cleared, "clearance.cleared", "清完的日期")
	if len(k.Equipment) == 0 && blank(k.NoEquipment) {
		c.bad("clearance.equipment", fault.New(fault.Invalid, "record.equipment"))
	}
	if len(k.Materials) == 0 && blank(k.NoMaterials) {
		c.bad("clearance.materials", fault.New(fault.Invalid, "record.materials"))
	}
	if k.Cleared != "" && k.Premises != "yes" {
		c.bad("clearance.premises", fault.New(fault.Invalid, "record.premises"))
	}
	c.equipment(k.Equipment, "clearance.equipment.")
}

// equipment checks where equipment went: 去向地 and 接收人 are mandatory by their tags.
func (c *checker) equipment(all []Equipment, prefix string) {
	for i, e := range all {
		c.town(e.Town, prefix+itoa(i)+".town")
		c.future(e.Moved, prefix+itoa(i)+".moved", "运走的日期")
	}
}

func (c *checker) judicial(j *Judicial) {
	c.future(j.Sent, "judicial.sent", "移送日期")
	if j.Answer == "filed" && blank(j.Police) && blank(j.Prosecutor) {
		c.bad("judicial.police", fault.New(fault.Invalid, "record.police_number"))
	}
}

func (c *checker) trace(t *Trace) {
	if len(t.Firms) == 0 && blank(t.None) {
		c.bad("trace.firms", fault.New(fault.Invalid, "record.firms"))
	}
	for i, f := range t.Firms {
		c.town(f.Town, "trace.firms."+itoa(i)+".town")
	}
}

func (c *checker) seizure(s *Seizure) {
	if !c.env.Profile.MaySeize(c.env.Unit) {
		c.bad("seizure.things", fault.New(fault.Invalid, "record.seizure_unit", c.env.Profile.UnitName(c.env.Unit)))
	}
	c.future(s.From, "seizure.from", "从哪天")
	c.future(s.Ended, "seizure.ended", "解除日期")
	c.after(s.From, "从哪天", s.Until, "seizure.until", "到哪天")
	c.after(s.From, "从哪天", s.Ended, "seizure.ended", "解除日期")
	c.after(s.Until, "到哪天", s.Extended, "seizure.extended", "延长到哪天")
	c.within(s.From, s.Until, "seizure.until", fault.New(fault.Invalid, "record.seizure_long", seizureDays))
	c.within(s.Until, s.Extended, "seizure.extended", fault.New(fault.Invalid, "record.seizure_extended", seizureDays))
	if s.Extended != "" && blank(s.Why) {
		c.bad("seizure.why", fault.New(fault.Invalid, "record.need", "为什么延长"))
	}
	if (s.Ended != "") != (s.Result != "") {
		c.bad("seizure.result", fault.New(fault.Invalid, "record.seizure_result"))
	}
}

// within refuses a last day that lies more than seizureDays after the first one; the first one does not count.
func (c *checker) within(from, until Day, at string, what *fault.Error) {
	a, known := from.In(c.env.Profile.Zone)
	b, ok := until.In(c.env.Profile.Zone)
	if known && ok && b.After(a.AddDate(0, 0, seizureDays)) {
		c.bad(at, what)
	}
}

// cutoff keeps the order of the law: is anybody living there, on which meter, who was told when.
func (c *checker) cutoff(k *Cutoff) {
	switch {
	case k.Lived == "unknown":
		c.bad("cutoff.lived", fault.New(fault.Invalid, "record.cutoff_unknown"))
	case k.Lived == "yes" && k.Meter != "production":
		c.bad("cutoff.meter", fault.New(fault.Invalid, "record.cutoff_lived"))
	}
	c.future(k.Restored, "cutoff.restored", "解除日期")
	c.yet(k.Told, "cutoff.told", "通知企业的时间")
	c.yet(k.Cut, "cutoff.cut", "断开的时间")
	cut, ok := k.Cut.In(c.env.Profile.Zone)
	if restored, known := k.Restored.In(c.env.Profile.Zone); ok && known && restored.AddDate(0, 0, 1).Before(cut) {
		c.bad("cutoff.restored", fault.New(fault.Invalid, "record.order", "解除日期", "断开的时间"))
	}
	if !ok || !blank(k.Urgent) {
		return
	}
	if told, ok := k.Told.In(c.env.Profile.Zone); !ok || cut.Sub(told) < noticeTime {
		c.bad("cutoff.told", fault.New(fault.Invalid, "record.cutoff_told"))
	}
	if at := time.Duration(cut.Hour())*time.Hour + time.Duration(cut.Minute())*time.Minute; at >= nightFrom || at < nightUntil || c.env.Profile.Calendar.IsHoliday(cut) {
		c.bad("cutoff.cut", fault.New(fault.Invalid, "record.cutoff_night"))
	}
}

func (c *checker) penalty(p *Penalty) {
	c.future(p.Filed, "penalty.filed", "立案日期")
	c.future(p.Decided, "penalty.decided", "决定日期")
	c.future(p.Published, "penalty.published", "公示日期")
	c.after(p.Filed, "立案日期", p.Decided, "penalty.decided", "决定日期")
	c.after(p.Decided, "决定日期", p.Published, "penalty.published", "公示日期")
	if (p.Decision != "") != (p.Decided != "") {
		c.bad("penalty.decision", fault.New(fault.Invalid, "record.decision"))
	}
	if p.Decision == "" && p.Fine+p.Confiscated > 0 {
		c.bad("penalty.fine", fault.New(fault.Invalid, "record.penalty_number"))
	}
}

func (c *checker) accountability(a *Accountability) {
	for i, h := range a.People {
		c.future(h.On, "accountability.people."+itoa(i)+".on", "作出日期")
	}
	if len(a.People) == 0 {
		c.bad("accountability.people", fault.New(fault.Invalid, "record.people"))
	}
	if a.Publish == "no" && blank(a.Why) || a.Publish != "yes" && a.Published != "" {
		c.bad("accountability.publish", fault.New(fault.Invalid, "record.publish"))
	}
	c.future(a.Published, "accountability.published", "公开日期")
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
