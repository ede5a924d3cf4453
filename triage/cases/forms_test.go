package cases

import (
	"time"

	"qianshao/config/county"
	"qianshao/triage/cases/disposal"
)

var two = []disposal.Person{"张三", "李四"}

// on is a day so many days before a moment.
func on(p *county.Profile, at time.Time, ago int) disposal.Day {
	return disposal.Day(p.Day(at).AddDate(0, 0, -ago).Format(time.DateOnly))
}

// survey is what two officers found on the spot.
func survey(p *county.Profile, at time.Time) *disposal.Form {
	return &disposal.Form{Kind: disposal.KindSurvey, On: on(p, at, 0), Officers: two, Survey: &disposal.Survey{Site: "村东旧砖厂", Before: "no", Running: "yes", Hazardous: "yes", Controlled: "no"}}
}

// clearance is a place that was stopped and cleared some days ago.
func clearance(p *county.Profile, at time.Time, ago int) *disposal.Form {
	return &disposal.Form{Kind: disposal.KindClearance, On: on(p, at, 0), Officers: two, Clearance: &disposal.Clearance{
		Stopped: on(p, at, ago), Cleared: on(p, at, 0), Premises: "yes", NoMaterials: "用完了，桶是空的",
		Equipment: []disposal.Equipment{{What: "搪瓷釜", Count: 2, How: "moved", Where: "大武镇废品站", Receiver: "王五"}},
	}}
}

func dismantling(p *county.Profile, at time.Time, done bool) *disposal.Form {
	f := &disposal.Form{Kind: disposal.KindDismantle, On: on(p, at, 0), Officers: two, Dismantle: &disposal.Dismantle{
		Stopped: on(p, at, 1), Area: "东边的车间", Deadline: on(p, at, -10),
	}}
	if done {
		f.Dismantle.Dismantled = on(p, at, 0)
		f.Dismantle.Equipment = clearance(p, at, 0).Clearance.Equipment
	}
	return f
}

func halt(p *county.Profile, at time.Time) *disposal.Form {
	return &disposal.Form{Kind: disposal.KindHalt, On: on(p, at, 0), Officers: two, Halt: &disposal.Halt{Stopped: on(p, at, 0), Permits: "经营许可", Deadline: on(p, at, -30)}}
}

func seizure(p *county.Profile, at time.Time) *disposal.Form {
	return &disposal.Form{Kind: disposal.KindSeizure, On: on(p, at, 0), Officers: two, Seizure: &disposal.Seizure{
		Things: "原料 20 桶", From: on(p, at, 0), Until: on(p, at, -30), Approver: "局长",
	}}
}

func penalty(p *county.Profile, at time.Time) *disposal.Form {
	return &disposal.Form{Kind: disposal.KindPenalty, On: on(p, at, 0), Officers: two, Penalty: &disposal.Penalty{Case: "方应急立〔2026〕1号", Filed: on(p, at, 0)}}
}

func trace(p *county.Profile, at time.Time) *disposal.Form {
	return &disposal.Form{Kind: disposal.KindTrace, On: on(p, at, 0), Trace: &disposal.Trace{Firms: []disposal.Firm{
		{Role: "supplier", Name: "某某化工公司", Town: "141128100", Told: "no", Lead: "yes"}, {Role: "carrier", Name: "赵六", Told: "unknown", Lead: "no"},
	}}}
}

// visited is a look-back that found what running says: no, signs, yes.
func visited(p *county.Profile, at time.Time, number int, running string) *disposal.Form {
	return &disposal.Form{Kind: disposal.KindVisit, On: on(p, at, 0), Officers: two, Visit: &disposal.Visit{
		Number: number, Running: running, Power: "cut", Water: "none", Equipment: "there", Party: "no", Remark: "大门锁着",
	}}
}
