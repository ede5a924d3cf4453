package handlers

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/notify/outcome"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/cases/disposal/disposaltest"
)

// drafted is a draft with a photo, of a case that was true and is closed.
func (r *rig) drafted() outcome.Outcome {
	r.t.Helper()
	must := func(err error) {
		r.t.Helper()
		if err != nil {
			r.t.Fatal(err)
		}
	}
	ctx := r.t.Context()
	k, _ := r.opened(r.accept(), "emergency")
	lead := cases.Actor{ID: "s-lead", Name: "王五", Role: cases.Handler, Unit: "emergency"}
	day := disposal.Day(r.now().In(r.profile.Zone).Format(time.DateOnly))
	do := func(act cases.Action, in cases.Input) {
		r.t.Helper()
		in.Version = k.Version
		var err error
		k, err = r.cases.Do(ctx, lead, k.ID, act, in)
		must(err)
	}
	do(cases.Sign, cases.Input{})
	for range 2 {
		_, err := r.scene.Add(ctx, lead, k.ID, bytes.NewReader(photo(r.t)))
		must(err)
	}
	do(cases.Look, cases.Input{})
	do(cases.Register, cases.Input{Record: disposaltest.Survey(r.profile.Day(r.now()))})
	do(cases.Conclude, cases.Input{Outcome: cases.True, Note: "去看过，有这回事"})
	do(cases.Dispose, cases.Input{})
	do(cases.Register, cases.Input{Record: &disposal.Form{Kind: disposal.KindClearance, On: day, Officers: []disposal.Person{"高秀英", "李建国"}, Document: "方应急〔2026〕1号",
		Clearance: &disposal.Clearance{Stopped: day, Cleared: day, NoEquipment: "没有设备，都搬走了", NoMaterials: "没有原料，都搬走了", Premises: "yes"}}})
	do(cases.Finish, cases.Input{Note: "这一处都处置完了"})
	do(cases.Close, cases.Input{})
	_, err := r.outcomes.Sweep(ctx)
	must(err)
	writer := cases.Actor{ID: "s-writer", Name: "写稿的", Role: cases.Publicity, Unit: county.DutyDesk}
	all, _, err := r.outcomes.Page(ctx, writer, outcome.Draft, "")
	must(err)
	for _, it := range all {
		if it.Outcome.Case != k.ID {
			continue
		}
		scenes, err := r.outcomes.Scenes(ctx, writer, it.Outcome.ID)
		must(err)
		o, err := r.outcomes.AddPhoto(ctx, writer, it.Outcome.ID, it.Outcome.Version, scenes[0])
		must(err)
		return o
	}
	r.t.Fatal("the closed case was not drafted")
	return outcome.Outcome{}
}

func TestPress(t *testing.T) {
	r := newRig(t)
	o := r.drafted()
	writer, _ := r.signedIn(cases.Publicity, county.DutyDesk)
	second, _ := r.signedIn(cases.Publicity, county.DutyDesk)
	url := "/desk/press/" + o.ID
	press := func(session, step string, pairs ...string) answer {
		t.Helper()
		now, _, err := r.outcomes.Get(t.Context(), cases.Actor{ID: "test", Role: cases.Duty, Unit: county.DutyDesk}, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		return r.post(url+"/"+step, form2(append([]string{"version", strconv.FormatInt(now.Version, 10)}, pairs...)...), session)
	}
	if a := r.get("/desk", writer).is(http.StatusSeeOther); a.Header().Get("Location") != "/desk/press" {
		t.Errorf("the desk of a publicity officer is at %s", a.Header().Get("Location"))
	}
	list := r.get("/desk/press", writer).is(http.StatusOK).has("圪洞镇：查处一处无证无照的“小化工”窝点")
	page := r.get(url, writer).is(http.StatusOK)
	k, err := r.cases.ByID(t.Context(), o.Case)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []answer{list, page} { // nothing of the tip, the case or the records
		for _, secret := range []string{"夜里有味", k.Number, k.ID, k.Tips[0].Tip, "李建国", "方应急"} {
			if strings.Contains(a.Body.String(), secret) {
				t.Errorf("a page shows %q", secret)
			}
		}
	}

	// What was typed stays, and a trace is marked in the draft's own words.
	press(writer, "save", "title", "", "text", "写了一半").is(http.StatusUnprocessableEntity).has("这里还空着").has("写了一半")
	press(writer, "save", "title", "圪洞镇查处一处窝点", "text", "9月1日接到举报，夜里有味好几个月了，查处一处窝点。").is(http.StatusSeeOther)
	page = r.get(url, writer).is(http.StatusOK)
	if got := page.page().Find("mark.red").First().Text(); !strings.HasPrefix(got, "9月1日接到举报") {
		t.Errorf("marked %q", got)
	}
	press(writer, "send").is(http.StatusUnprocessableEntity).has("不能往下走")
	press(writer, "save", "title", "圪洞镇查处一处窝点", "text", "查处一处窝点，当事人张某被处罚。").is(http.StatusSeeOther)
	press(writer, "send").is(http.StatusUnprocessableEntity).has("这张照片还没有人看过")

	// A photo without a script: two corners, then a look.
	shown := func() string {
		t.Helper()
		return r.get(url, writer).page().Find("input[name=photo]").First().AttrOr("value", "")
	}
	before := shown()
	first := press(writer, "boxes", "photo", before, "at.x", "10", "at.y", "20").is(http.StatusOK)
	corner := first.page().Find("input[name=corner]").AttrOr("value", "")
	if corner == "" {
		t.Fatal("the first corner is forgotten")
	}
	press(writer, "boxes", "photo", before, "corner", corner, "at.x", "60", "at.y", "70").is(http.StatusSeeOther)
	after := shown()
	if after == before {
		t.Error("the picture kept its name")
	}
	r.get(url+"/shown/"+before, writer).is(http.StatusNotFound)
	if a := r.get(url+"/shown/"+after, writer).is(http.StatusOK); a.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("a picture is %s", a.Header().Get("Content-Type"))
	}
	if n := r.get(url, writer).page().Find(".press-boxes tbody tr").Length(); n != 2 {
		t.Errorf("%d lines of boxes, want one and an empty one", n)
	}
	press(writer, "boxes", "photo", after, "x", "1", "y", "2", "w", "x", "h", "4").is(http.StatusUnprocessableEntity).has("框的数字没看懂")
	press(writer, "boxes", "photo", after, "x", "1", "y", "2", "w", "30", "h", "40", "x", "", "y", "", "w", "", "h", "").is(http.StatusSeeOther)
	press(writer, "confirm", "photo", shown()).is(http.StatusSeeOther)
	press(writer, "send").is(http.StatusSeeOther)

	// Another person, with a reason.
	own := r.get(url, writer).is(http.StatusOK).has("不能自己批")
	if own.page().Find("form#approve").Length() > 0 {
		t.Error("the writer may press approve")
	}
	press(writer, "approve").is(http.StatusForbidden).has("不能自己批")
	reason := r.get(url, second).page().Find(".press-found textarea").First().AttrOr("name", "")
	press(second, "approve", "reason-person-text-0-1", "写给别处的理由").is(http.StatusUnprocessableEntity).has("写给别处的理由")
	if got := press(second, "approve", "reason-1", "写给别处的理由", "reason-person-text-0-1", "写给别处的理由").page().Find(".press-found textarea").Text(); got != "" {
		t.Errorf("a reason for another finding stands under this one: %q", got)
	}
	press(second, "approve", reason, "短").is(http.StatusUnprocessableEntity).has("写明理由").has("短")
	press(second, "return", "note", "标题改短一些吧").is(http.StatusSeeOther)
	press(writer, "send").is(http.StatusSeeOther)
	old := r.get(url, second).is(http.StatusOK).value("version")
	press(second, "approve", reason, "姓已隐去，公示里也这样写").is(http.StatusSeeOther)
	for who, want := range map[string]string{second: "您自己刚才", writer: "刚刚被别人改过"} { // pressed once more on the same page
		r.post(url+"/approve", form2("version", old, reason, "姓已隐去，公示里也这样写"), who).is(http.StatusConflict).has(want)
	}
	r.get(url, second).is(http.StatusOK).has("排在")
	r.get("/desk/press?state=scheduled", second).is(http.StatusOK).has("圪洞镇查处一处窝点")
	r.advance(100 * 24 * time.Hour)
	if _, err := r.outcomes.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	writer, _ = r.signedIn(cases.Publicity, county.DutyDesk) // the session ended meanwhile
	press(writer, "save", "title", "改个题目", "text", "写了半天的话").is(http.StatusConflict).has("已经不在这一步").has("写了半天的话")
	r.post(url+"/save", form2("version", "1", "title", "改个题目", "text", "写了半天的话")).is(http.StatusUnauthorized).has("写了半天的话")
	press(writer, "withdraw", "note", "写错了一个数字").is(http.StatusSeeOther)
	r.get(url, writer).is(http.StatusOK).has("写错了一个数字")
	anew := press(writer, "again").is(http.StatusSeeOther).Header().Get("Location")
	if strings.HasPrefix(anew, url) {
		t.Errorf("drafted again at %s", anew)
	}
	r.get(anew, writer).is(http.StatusOK).has("起草")
	if got, err := r.outcomes.Read(t.Context(), o.ID); err != nil || got.Withdrawn != "写错了一个数字" || got.Text != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// Who stands outside learns nothing of a matter that accuses a unit, also not that it was drafted before it did.
func TestPressHidesPrivateCases(t *testing.T) {
	r := newRig(t)
	o := r.drafted()
	writer, _ := r.signedIn(cases.Publicity, county.DutyDesk)
	r.get("/desk/press/"+o.ID, writer).is(http.StatusOK)
	if _, err := r.cases.Revise(t.Context(), o.Case, cases.Revision{Lead: "discipline", Hidden: []string{"emergency"}, Sealed: true}); err != nil {
		t.Fatal(err)
	}
	r.get("/desk/press/"+o.ID, writer).is(http.StatusNotFound)
	if a := r.get("/desk/press", writer).is(http.StatusOK); strings.Contains(a.Body.String(), o.ID) {
		t.Error("the list shows it")
	}
}
