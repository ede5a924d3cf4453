package demo

import (
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases/disposal"
)

// form is what the invented officers have in common in every record.
func form(p *county.Profile, now time.Time, kind disposal.Kind, document string) *disposal.Form {
	return &disposal.Form{Kind: kind, On: ago(p, now, 0), Officers: []disposal.Person{"张编", "李造"}, Document: "方应急" + document + "〔演示〕1号"}
}

func ago(p *county.Profile, now time.Time, days int) disposal.Day {
	return disposal.Day(p.Day(now).AddDate(0, 0, -days).Format(time.DateOnly))
}

// ClearedAfter is how many days before the clearance the invented officers stopped the work.
const ClearedAfter = 6

// Clearance is what the invented officers registered about a place that was cleared away today.
func Clearance(p *county.Profile, now time.Time) *disposal.Form {
	f, today := form(p, now, disposal.KindClearance, "清"), ago(p, now, 0)
	f.Clearance = &disposal.Clearance{
		Stopped: ago(p, now, ClearedAfter), Cleared: today, Premises: "yes",
		Equipment: []disposal.Equipment{{What: "搪瓷釜", Count: 2, How: "scrapped", Where: "吕梁市离石区废旧金属回收站（编的）", County: "离石区", Receiver: "编造回收公司", Moved: today}},
		Materials: []disposal.Material{{Name: "不明酸性药水", Hazardous: "unknown", Amount: 1200, Unit: "t", Where: "有资质的处置场（编的）", Receiver: "编造环保公司", Manifest: "演示-0001"}},
	}
	return f
}

// Survey is what the invented officers found at a place so called.
func Survey(p *county.Profile, now time.Time, site string) *disposal.Form {
	f := form(p, now, disposal.KindSurvey, "检")
	f.Survey = &disposal.Survey{
		Site: site, Operator: "编造的外地人", Licences: "一样也没有", Before: "unknown", Running: "stopped", Products: "不明药水", Materials: "酸、碱", Amount: "约 2 吨",
		Hazardous: "unknown", Controlled: "no", Process: "搪瓷釜两台，敞口配料", Tanks: 3, People: 2, Surroundings: "住户 200 米，河 50 米",
	}
	return f
}

// Cutoff is that they cut off power or water at this moment.
func Cutoff(p *county.Profile, now time.Time, what string) *disposal.Form {
	f := form(p, now, disposal.KindCutoff, "断")
	f.Cutoff = &disposal.Cutoff{What: what, Lived: "no", Meter: "production", Approver: "王编", Notice: "方应急断〔演示〕1号", Cut: disposal.Moment(now.In(p.Zone).Format("2006-01-02T15:04")),
		Urgent: "釜还热着，随时会出事（编的）"}
	return f
}

// Penalty is a fine of so many 元, made public today.
func Penalty(p *county.Profile, now time.Time, yuan int64) *disposal.Form {
	f, today := form(p, now, disposal.KindPenalty, "罚"), ago(p, now, 0)
	f.Penalty = &disposal.Penalty{Case: "方应急立〔演示〕1号", Filed: today, Decision: "方应急罚〔演示〕1号", Decided: today, Fine: disposal.Fen(yuan * 100), Published: today, Link: "县政府网站处罚公示栏（编的）"}
	return f
}

// Visit is a look-back at which all was as it had been left.
func Visit(p *county.Profile, now time.Time, number int, cut []string) *disposal.Form {
	f := form(p, now, disposal.KindVisit, "看")
	f.Visit = &disposal.Visit{Number: number, Running: "no", Power: "none", Water: "none", Equipment: "there", Party: "no", Remark: "门锁着，院里是空的（编的）"}
	for _, what := range cut {
		switch what {
		case "power":
			f.Visit.Power = "cut"
		case "water":
			f.Visit.Water = "cut"
		}
	}
	return f
}
