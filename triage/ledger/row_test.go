package ledger

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

var monday = time.Date(2026, 11, 23, 2, 30, 15, 0, time.UTC)

func profile(t testing.TB) *county.Profile {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func record(id string, f disposal.Form) cases.Record {
	plain, _, err := disposal.Part(f)
	if err != nil {
		panic(err)
	}
	return cases.Record{ID: id, Kind: f.Kind, Versions: []cases.RecordVersion{{At: monday, Form: plain}}}
}

// full is a case in which everything was registered, with its whole forms.
func full() (cases.Case, map[string]*disposal.Form) {
	stopped, done := monday.AddDate(0, 0, -10), monday.AddDate(0, 0, -3)
	forms := []disposal.Form{
		{Kind: disposal.KindSurvey, On: "2026-11-10", Officers: []disposal.Person{"张三", "李四"}, Document: "方应急检〔2026〕12号", Survey: &disposal.Survey{
			Site: "老砖厂院子", Operator: "王五", Controller: "赵六", Landlord: "村民钱某", Licences: "一样也没有", Before: "yes", Running: "yes", Products: "胶", Materials: "甲醛溶液",
			Amount: "2 吨", Hazardous: "yes", Controlled: "no", Process: "搪瓷釜两台", Tanks: 3, People: 4, Surroundings: "住户 200 米"}},
		{Kind: disposal.KindClearance, On: "2026-11-13", Document: "方应急令〔2026〕7号", Clearance: &disposal.Clearance{Stopped: "2026-11-13", Cleared: "2026-11-15", Premises: "yes",
			Equipment: []disposal.Equipment{{What: "搪瓷釜", Count: 2, How: "scrapped", Town: "141128103", Where: "废品站", Receiver: "孙七"}},
			Materials: []disposal.Material{{Name: "甲醛溶液", Hazardous: "chemical", Amount: 2150, Unit: "t", Where: "吕梁", Receiver: "某环保公司", Manifest: "L-1"}}}},
		{Kind: disposal.KindCutoff, On: "2026-11-13", Cutoff: &disposal.Cutoff{What: "power", Meter: "production", Cut: "2026-11-13T10:30", Notice: "断电通知 3 号"}},
		{Kind: disposal.KindSeizure, On: "2026-11-13", Seizure: &disposal.Seizure{From: "2026-11-13", Until: "2026-12-12"}},
		{Kind: disposal.KindPenalty, On: "2026-11-14", Penalty: &disposal.Penalty{Case: "立 1 号", Decision: "罚 1 号", Decided: "2026-11-20", Fine: 5_000_050, Confiscated: 100, Published: "2026-11-22", Link: "公示栏"}},
		{Kind: disposal.KindJudicial, On: "2026-11-16", Judicial: &disposal.Judicial{To: "police", Sent: "2026-11-16", Answer: "filed", Police: "方公刑立 9 号"}},
		{Kind: disposal.KindTrace, On: "2026-11-17", Trace: &disposal.Trace{Firms: []disposal.Firm{{Name: "某公司"}, {Name: "周八"}}}},
		{Kind: disposal.KindAccountability, On: "2026-11-18", Accountability: &disposal.Accountability{People: []disposal.Held{{Who: "吴九"}}, Publish: "no"}},
	}
	c := cases.Case{
		ID: "c", Number: "方2026-0001", State: cases.Struck, Place: cases.Place{Town: "141128103", Village: "141128103229"}, Category: "c1", Categories: []string{"c1", "c7", "x_upstream"},
		Sites: []string{"p_farm"}, Lead: "emergency", Co: []string{"police", county.TownUnit("141128103")}, Opened: monday.AddDate(0, 0, -20), Stopped: &stopped,
		Tips:      []cases.TipRef{{Tip: "secret-tip", Received: monday.AddDate(0, 0, -20).Add(-time.Minute), Told: monday.AddDate(0, 0, -21), Reasons: []string{"绝不能出现"}, Signs: []string{"s"}}},
		LookBacks: []cases.Return{{Number: 1, Done: &done, Found: cases.Clean}, {Number: 2, Due: monday.AddDate(0, 0, 20)}, {Number: 3, Off: true}},
		Agreed:    []cases.Agreement{{Unit: "emergency"}, {Unit: county.DutyDesk}},
		Events: []cases.Event{{At: monday.AddDate(0, 0, -20), Action: "arrive", To: cases.Unsigned}, {At: monday.AddDate(0, 0, -9), Action: "close", From: cases.Disposed, To: cases.Watched},
			{At: monday, Action: "strike", From: cases.Watched, To: cases.Struck}},
		Reasons: []string{"绝不能出现"},
	}
	whole := map[string]*disposal.Form{}
	for i, f := range forms {
		id := "r" + string(rune('1'+i))
		c.Records = append(c.Records, record(id, f))
		whole[id] = &f
	}
	return c, whole
}

func TestEveryFieldOfTheProfileIsFilled(t *testing.T) {
	if got, want := slices.Sorted(maps.Keys(fields)), slices.Sorted(slices.Values(county.LedgerFields())); !slices.Equal(got, want) {
		t.Errorf("the program fills %v, the profile may ask for %v", got, want)
	}
}

func TestRow(t *testing.T) {
	p := profile(t)
	c, forms := full()
	row := func(b Beside) map[string]string {
		got := map[string]string{}
		for i, cell := range NewTable(p).Row(&c, b) {
			got[p.Ledger.Columns()[i].Field] = cell.String()
		}
		return got
	}
	got := row(Beside{Seq: 7, Forms: forms, At: &orb.Point{111.201, 37.671}, Where: "店坪村养殖场"})
	for field, want := range map[string]string{
		"seq": "7", "number": "方2026-0001", "source": "群众举报", "found": "2026-11-02", "town": "大武镇", "village": "店坪村", "where": "店坪村养殖场", "point": "111.201, 37.671",
		"points": "1、7", "site_type": "养殖场（猪场、鸡场、牛羊圈）", "site": "老砖厂院子", "operator": "王五", "controller": "赵六", "landlord": "村民钱某", "licences": "一样也没有", "before": "取缔过",
		"products": "胶", "materials": "甲醛溶液", "amount": "2 吨", "hazardous": "是", "controlled": "没有", "process": "搪瓷釜两台", "tanks": "3", "people": "4", "surroundings": "住户 200 米",
		"lead": "县应急管理局", "co": "县公安局、大武镇人民政府", "visited": "2026-11-10", "officers": "张三、李四", "documents": "方应急检〔2026〕12号；方应急令〔2026〕7号",
		"measures": "四-3 彻底清理；四-4 移送司法", "stopped": "2026-11-13", "seizure": "2026-11-13 至 2026-12-12", "power": "生产用表，2026-11-13，断电通知 3 号", "water": "",
		"equipment": "搪瓷釜 2 台，送去报废，大武镇废品站，孙七", "cleared": "甲醛溶液 2.15 吨，吕梁，某环保公司，联单 L-1", "premises": "清完了", "filed": "立 1 号", "decision": "罚 1 号",
		"money": "50001.5", "police": "2026-11-16，方公刑立 9 号", "accountable": "1", "traced": "2", "look1": "2026-11-20 正常", "look2": "2026-12-13 前", "look3": "", "look4": "",
		"relapsed": "否", "published": "2026-11-22 公示栏", "struck_by": "县应急管理局、县安委办", "struck_on": "2026-11-23", "": "",
	} {
		if got[field] != want {
			t.Errorf("%s: %q, want %q", field, got[field], want)
		}
	}
	if got["border"] == "" {
		t.Error("near the border or not?")
	}
	for _, b := range []Beside{{}, {Forms: forms}} {
		all := strings.Join(slices.Collect(maps.Values(row(b))), "|")
		for _, never := range []string{"secret-tip", "绝不能出现", "10:30", ":2"} {
			if strings.Contains(all, never) {
				t.Errorf("a row shows %q: %s", never, all)
			}
		}
		named := strings.Contains(all, "王五") || strings.Contains(all, "张三") || strings.Contains(all, "孙七")
		if named != (b.Forms != nil) {
			t.Errorf("persons are shown: %v", named)
		}
	}
}

func TestSource(t *testing.T) {
	for want, c := range map[string]cases.Case{
		"群众举报": {Tips: []cases.TipRef{{Tip: "t"}}}, "移送": {From: "other", Tips: []cases.TipRef{{Tip: "t"}}}, "部门": {},
	} {
		if got := Source(&c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
