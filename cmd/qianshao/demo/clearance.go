package demo

import (
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases/disposal"
)

// Clearance is what the invented officers registered about a place that was cleared away today.
func Clearance(p *county.Profile, now time.Time) *disposal.Form {
	day := func(ago int) disposal.Day { return disposal.Day(p.Day(now).AddDate(0, 0, -ago).Format(time.DateOnly)) }
	return &disposal.Form{
		Kind: disposal.KindClearance, On: day(0), Officers: []disposal.Person{"张编", "李造"}, Document: "方应急清〔演示〕1号",
		Clearance: &disposal.Clearance{
			Stopped: day(6), Cleared: day(0), Premises: "yes",
			Equipment: []disposal.Equipment{{What: "搪瓷釜", Count: 2, How: "scrapped", Where: "吕梁市离石区废旧金属回收站（编的）", County: "离石区", Receiver: "编造回收公司", Moved: day(0)}},
			Materials: []disposal.Material{{Name: "不明酸性药水", Hazardous: "unknown", Amount: 1200, Unit: "t", Where: "有资质的处置场（编的）", Receiver: "编造环保公司", Manifest: "演示-0001"}},
		},
	}
}

// Survey is what the invented officers found at a place so called.
func Survey(p *county.Profile, now time.Time, site string) *disposal.Form {
	return &disposal.Form{
		Kind: disposal.KindSurvey, On: disposal.Day(p.Day(now).Format(time.DateOnly)), Officers: []disposal.Person{"张编", "李造"}, Document: "方应急检〔演示〕1号",
		Survey: &disposal.Survey{
			Site: site, Operator: "编造的外地人", Licences: "一样也没有", Before: "unknown", Running: "stopped", Products: "不明药水", Materials: "酸、碱", Amount: "约 2 吨",
			Hazardous: "unknown", Controlled: "no", Process: "搪瓷釜两台，敞口配料", Tanks: 3, People: 2, Surroundings: "住户 200 米，河 50 米",
		},
	}
}
