package disposal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qianshao/config/county"
	"qianshao/intake/fault"
)

var now = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC) // Tuesday, 11:00 in the county

func env(t testing.TB) Env {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return Env{Profile: p, Now: now, Unit: "emergency"}
}

var two = []Person{"张三", "李四"}

// complete is a form of every kind with nothing wrong.
func complete() map[Kind]*Form {
	f := func(k Kind) *Form {
		return &Form{Kind: k, On: "2026-11-24", Officers: slices.Clone(two), Document: "方应急〔2026〕1号"}
	}
	all := map[Kind]*Form{}
	for _, k := range append(Kinds(), KindVisit) {
		all[k] = f(k)
	}
	gone := []Equipment{{What: "搪瓷釜", Count: 2, How: "moved", Town: "141128103", Where: "废品站", Receiver: "王五", Moved: "2026-11-23"}}
	all[KindSurvey].Survey = &Survey{Site: "枣林库房", Before: "no", Running: "yes", Hazardous: "unknown", Controlled: "no", Operator: "赵六", Tanks: 3}
	all[KindHalt].Halt = &Halt{Stopped: "2026-11-20", Permits: "经营许可证", Deadline: "2026-12-20"}
	all[KindDismantle].Dismantle = &Dismantle{Stopped: "2026-11-20", Area: "东车间", Deadline: "2026-11-30", Dismantled: "2026-11-23", Equipment: gone}
	all[KindClearance].Clearance = &Clearance{Stopped: "2026-11-20", Cleared: "2026-11-24", Equipment: gone, Premises: "yes",
		Materials: []Material{{Name: "盐酸", Hazardous: "chemical", Amount: 1250, Unit: "t", Where: "吕梁", Receiver: "处置公司", Manifest: "LD-1"}}}
	all[KindJudicial].Judicial = &Judicial{To: "police", Sent: "2026-11-24", Letter: "移〔2026〕1号", Suspicion: "危险作业", Suspects: []Person{"赵六"}, Answer: "filed", Police: "方公刑立字〔2026〕9号"}
	all[KindTrace].Trace = &Trace{Firms: []Firm{{Role: "supplier", Name: "某某化工", Town: "141128100", Told: "no", Lead: "yes"}}}
	all[KindSeizure].Seizure = &Seizure{Things: "原料 20 桶", From: "2026-11-01", Until: "2026-12-01", Approver: "局长", Extended: "2026-12-31", Why: "等鉴定"}
	all[KindCutoff].Cutoff = &Cutoff{What: "power", Lived: "no", Meter: "production", Approver: "局长", Notice: "停电〔2026〕1号", Told: "2026-11-22T09:00", Cut: "2026-11-23T09:00"}
	all[KindPenalty].Penalty = &Penalty{Case: "立〔2026〕1号", Filed: "2026-11-01", Decision: "罚〔2026〕1号", Decided: "2026-11-20", Fine: 10_000_050, Confiscated: 1}
	all[KindAccountability].Accountability = &Accountability{People: []Held{{Who: "钱七", Post: "副镇长", Measure: "诫勉谈话", By: "县纪委监委", On: "2026-11-20"}}, Publish: "yes", Published: "2026-11-24"}
	all[KindVisit].Visit = &Visit{Number: 1, Running: "no", Power: "cut", Water: "none", Equipment: "there", Party: "no"}
	return all
}

func TestWhatIsCompleteIsTaken(t *testing.T) {
	for k, f := range complete() {
		if err := Check(f, env(t)); err != nil {
			for _, one := range fault.All(err) {
				t.Errorf("%s: %s: %s", k, one.Field, one.Sentence(fault.DefaultLang))
			}
		}
		if len(Fields(k)) < 5 || k.Name() == "" {
			t.Errorf("%s has %d fields and is called %q", k, len(Fields(k)), k.Name())
		}
	}
}

// No day or moment on which something was done lies ahead: of all forms only what runs until a day may.
func TestNothingWasDoneTomorrow(t *testing.T) {
	ahead := []string{"halt.deadline", "dismantle.deadline", "seizure.until", "seizure.extended"}
	e := env(t)
	later := e.Now.In(e.Profile.Zone).AddDate(0, 0, 1)
	for kind := range complete() {
		var dated func(fields []Field, prefix string)
		dated = func(fields []Field, prefix string) {
			for _, d := range fields {
				key := prefix + d.Key
				if d.Type == List {
					dated(d.Items, key+".0.")
				}
				if d.Type != Date && d.Type != DateTime || slices.Contains(ahead, key) {
					continue
				}
				posted := Encode(complete()[kind])
				if posted[key] = []string{later.Format(time.DateOnly)}; d.Type == DateTime {
					posted[key] = []string{later.Format(momentFormat)}
				}
				f, err := Decode(kind, posted)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(fault.All(Check(f, e)), func(one *fault.Error) bool { return one.Field == key && one.Key == "record.future" }) {
					t.Errorf("%s may lie ahead", key)
				}
			}
		}
		dated(Fields(kind), "")
	}
}

// Every rule has a form that breaks it alone: the fault stands beside the field that is wrong.
func TestWhatIsWrongIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		kind   Kind
		change func(*Form)
		want   string
	}{
		"no part":                    {KindHalt, func(f *Form) { f.Halt = nil }, " record.kind"},
		"two parts":                  {KindHalt, func(f *Form) { f.Visit = &Visit{} }, " record.kind"},
		"no day":                     {KindTrace, func(f *Form) { f.On = "" }, "on record.need"},
		"no such day":                {KindTrace, func(f *Form) { f.On = "2026-02-30" }, "on record.day"},
		"tomorrow":                   {KindTrace, func(f *Form) { f.On = "2026-11-25" }, "on record.future"},
		"one officer":                {KindHalt, func(f *Form) { f.Officers = f.Officers[:1] }, "officers record.officers"},
		"the same officer twice":     {KindHalt, func(f *Form) { f.Officers[1] = " 张三" }, "officers record.officers"},
		"stopped tomorrow":           {KindHalt, func(f *Form) { f.Halt.Stopped = "2026-11-25" }, "halt.stopped record.future"},
		"deadline before":            {KindHalt, func(f *Form) { f.Halt.Deadline = "2026-11-19" }, "halt.deadline record.order"},
		"only blanks":                {KindHalt, func(f *Form) { f.Halt.Permits = " 　" }, "halt.permits record.need"},
		"endless":                    {KindHalt, func(f *Form) { f.Halt.Permits = strings.Repeat("长", mostText+1) }, "halt.permits record.long"},
		"dismantled, nothing went":   {KindDismantle, func(f *Form) { f.Dismantle.Equipment = nil }, "dismantle.equipment record.equipment"},
		"no destination":             {KindDismantle, func(f *Form) { f.Dismantle.Equipment[0].Where = "" }, "dismantle.equipment.0.where record.need"},
		"no receiver":                {KindClearance, func(f *Form) { f.Clearance.Equipment[0].Receiver = "" }, "clearance.equipment.0.receiver record.need"},
		"no such town":               {KindClearance, func(f *Form) { f.Clearance.Equipment[0].Town = "大武" }, "clearance.equipment.0.town record.town"},
		"equipment not told":         {KindClearance, func(f *Form) { f.Clearance.Equipment = nil }, "clearance.equipment record.equipment"},
		"materials not told":         {KindClearance, func(f *Form) { f.Clearance.Materials = nil }, "clearance.materials record.materials"},
		"cleared, but not the house": {KindClearance, func(f *Form) { f.Clearance.Premises = "part" }, "clearance.premises record.premises"},
		"negative amount":            {KindClearance, func(f *Form) { f.Clearance.Materials[0].Amount = -1 }, "clearance.materials.0.amount record.number"},
		"strange unit":               {KindClearance, func(f *Form) { f.Clearance.Materials[0].Unit = "担" }, "clearance.materials.0.unit record.choice"},
		"filed without a number":     {KindJudicial, func(f *Form) { f.Judicial.Police = "" }, "judicial.police record.police_number"},
		"traced nothing, no word":    {KindTrace, func(f *Form) { f.Trace.Firms = nil }, "trace.firms record.firms"},
		"too many firms":             {KindTrace, func(f *Form) { f.Trace.Firms = make([]Firm, mostItems+1) }, "trace.firms record.many"},
		"seized for 31 days":         {KindSeizure, func(f *Form) { f.Seizure.Until, f.Seizure.Extended = "2026-12-02", "" }, "seizure.until record.seizure_long"},
		"extended by 31 days":        {KindSeizure, func(f *Form) { f.Seizure.Extended = "2027-01-01" }, "seizure.extended record.seizure_extended"},
		"extended, no reason":        {KindSeizure, func(f *Form) { f.Seizure.Why = "" }, "seizure.why record.need"},
		"ended, and then what":       {KindSeizure, func(f *Form) { f.Seizure.Ended = "2026-11-20" }, "seizure.result record.seizure_result"},
		"who lives there?":           {KindCutoff, func(f *Form) { f.Cutoff.Lived = "unknown" }, "cutoff.lived record.cutoff_unknown"},
		"a household is cut off":     {KindCutoff, func(f *Form) { f.Cutoff.Lived, f.Cutoff.Meter = "yes", "mixed" }, "cutoff.meter record.cutoff_lived"},
		"told a minute too late":     {KindCutoff, func(f *Form) { f.Cutoff.Told = "2026-11-22T09:01" }, "cutoff.told record.cutoff_told"},
		"not told":                   {KindCutoff, func(f *Form) { f.Cutoff.Told = "" }, "cutoff.told record.cutoff_told"},
		"at night":                   {KindCutoff, func(f *Form) { f.Cutoff.Cut = "2026-11-23T22:00" }, "cutoff.cut record.cutoff_night"},
		"on a holiday":               {KindCutoff, func(f *Form) { f.Cutoff.Told, f.Cutoff.Cut = "2026-09-29T09:00", "2026-10-03T10:00" }, "cutoff.cut record.cutoff_night"},
		"told tomorrow": {KindCutoff, func(f *Form) {
			f.Cutoff.Told, f.Cutoff.Cut, f.Cutoff.Urgent = "2026-11-25T09:00", "2026-11-24T09:00", "会炸"
		}, "cutoff.told record.future"},
		"cut off tomorrow":           {KindCutoff, func(f *Form) { f.Cutoff.Cut = "2026-11-25T09:00" }, "cutoff.cut record.future"},
		"restored before":            {KindCutoff, func(f *Form) { f.Cutoff.Restored = "2026-11-22" }, "cutoff.restored record.order"},
		"published tomorrow":         {KindPenalty, func(f *Form) { f.Penalty.Published = "2026-11-25" }, "penalty.published record.future"},
		"held to account tomorrow":   {KindAccountability, func(f *Form) { f.Accountability.People[0].On = "2026-11-25" }, "accountability.people.0.on record.future"},
		"a fine without a decision":  {KindPenalty, func(f *Form) { f.Penalty.Decision, f.Penalty.Decided = "", "" }, "penalty.fine record.penalty_number"},
		"decided without a day":      {KindPenalty, func(f *Form) { f.Penalty.Decided = "" }, "penalty.decision record.decision"},
		"a negative fine":            {KindPenalty, func(f *Form) { f.Penalty.Fine = -1 }, "penalty.fine record.number"},
		"nobody held to account":     {KindAccountability, func(f *Form) { f.Accountability.People = nil }, "accountability.people record.people"},
		"kept back without a reason": {KindAccountability, func(f *Form) { f.Accountability.Publish, f.Accountability.Published = "no", "" }, "accountability.publish record.publish"},
		"which look-back?":           {KindVisit, func(f *Form) { f.Visit.Number = 0 }, "visit.number record.need"},
	} {
		f := complete()[c.kind]
		c.change(f)
		var got []string
		for _, one := range fault.All(Check(f, env(t))) {
			got = append(got, one.Field+" "+one.Key)
		}
		if c.kind == KindTrace && name == "too many firms" {
			got = got[:min(1, len(got))]
		}
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	town := env(t)
	for unit, may := range map[string]bool{county.TownUnit("141128103"): false, county.DutyDesk: false, "commerce": false, "discipline": false, "emergency": true, "police": true, "fire": true} {
		town.Unit = unit
		if err := Check(complete()[KindSeizure], town); (err == nil) != may || err != nil && fault.All(err)[0].Key != "record.seizure_unit" {
			t.Errorf("%s seizes: %v", unit, err)
		}
	}
	urgent := complete()[KindCutoff]
	urgent.Cutoff.Told, urgent.Cutoff.Cut, urgent.Cutoff.Urgent = "", "2026-11-23T23:30", "釜里超温，随时会炸"
	if err := Check(urgent, env(t)); err != nil {
		t.Errorf("danger waits for the day: %v", err)
	}
	if err := Check(nil, env(t)); err == nil {
		t.Error("nothing is a form")
	}
}

// Whatever a form holds, its persons come out of it and go back in.
func TestPersonsComeOutAndGoBack(t *testing.T) {
	for k, f := range complete() {
		was, _ := json.Marshal(f)
		plain, persons, err := Part(*f)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := json.Marshal(plain)
		for _, name := range []string{"张三", "李四", "王五", "赵六", "钱七", "局长", "某某化工", "处置公司"} {
			if bytes.Contains(raw, []byte(name)) {
				t.Errorf("%s names %s", k, name)
			}
		}
		back, err := Whole(plain, persons)
		if err != nil {
			t.Fatal(err)
		}
		if is, _ := json.Marshal(back); string(is) != string(was) {
			t.Errorf("%s:\n%s\n%s", k, is, was)
		}
		if again, _ := json.Marshal(f); string(again) != string(was) {
			t.Errorf("%s was changed by parting it", k)
		}
		if _, err := Whole(plain, []byte(`["a"]`)); err == nil {
			t.Errorf("%s takes the persons of another form", k)
		}
	}
}

// What Encode writes into the fields of a page Decode reads again.
func TestDecodeReadsWhatEncodeWrites(t *testing.T) {
	for k, f := range complete() {
		got, err := Decode(k, Encode(f))
		if err != nil {
			t.Fatalf("%s: %v", k, err)
		}
		if !reflect.DeepEqual(got, f) {
			t.Errorf("%s:\n%+v\n%+v", k, got, f)
		}
	}
	got, err := Decode(KindTrace, map[string][]string{
		"trace.firms.0.role": {" "}, "trace.firms.7.name": {"甲"}, "trace.firms.3.name": {"乙"}, "trace.firms.x.name": {"丙"}, "trace.firms.-1.name": {"丁"}, "officers": {"张三、李四\r\n王五"},
	})
	if err != nil || len(got.Trace.Firms) != 2 || got.Trace.Firms[0].Name != "乙" || len(got.Officers) != 3 {
		t.Errorf("a list with holes: %+v, %v", got, err)
	}
	for text, want := range map[string]Fen{"": 0, "1": 100, "12,000.5": 1_200_050, "0.01": 1, " 300000 ": 30_000_000} {
		if f, err := Decode(KindPenalty, map[string][]string{"penalty.fine": {text}}); err != nil || f.Penalty.Fine != want {
			t.Errorf("%q is %d, %v; want %d", text, f.Penalty.Fine, err, want)
		}
	}
	for _, text := range []string{"-1", "1.234", "一万", "1.2.3", "+5", "1e3", "99999999999999999999", "3万"} {
		_, err := Decode(KindPenalty, map[string][]string{"penalty.fine": {text}})
		var l fault.List
		if !errors.As(err, &l) || l[0].Field != "penalty.fine" || l[0].Key != "record.number" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := Decode("no such form", nil); err == nil {
		t.Error("an unknown kind is read")
	}
}

func TestNumbersAreWrittenAsTheyAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, int64(mostFen)).Draw(t, "n")
		for decimals, f := range map[int]Field{0: {Key: "x"}, 2: {Key: "x"}, 3: {Key: "x"}} {
			d := decoder{posted: map[string][]string{"x": {Spell(n, decimals)}}}
			if got := d.number(f, decimals); got != n || len(d.found) > 0 {
				t.Fatalf("%d with %d decimals is written %q and read %d", n, decimals, Spell(n, decimals), got)
			}
		}
	})
}

// Whatever is posted, reading and checking end without a panic, and every fault has a sentence.
func FuzzDecode(f *testing.F) {
	p, err := county.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("clearance", "clearance.equipment.0.what", "釜", "on", "2026-11-24")
	f.Add("penalty", "penalty.fine", "1.5", "penalty.filed", "昨天")
	f.Add("visit", "visit.number", "99999999999", "visit.running", "yes")
	f.Fuzz(func(t *testing.T, kind, a, x, b, y string) {
		form, err := Decode(Kind(kind), map[string][]string{a: {x}, b: {y}})
		if form == nil {
			return
		}
		if err == nil {
			err = Check(form, Env{Profile: p, Now: now, Unit: "emergency"})
		}
		for _, one := range fault.All(err) {
			if s := one.Sentence(fault.DefaultLang); s == "" || strings.Contains(s, "%!") || strings.Contains(s, "不是您的错") {
				t.Errorf("%s: %q", fmt.Sprint(one), s)
			}
		}
		_ = Encode(form)
	})
}
