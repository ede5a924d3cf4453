package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
)

// The duty desk is led to what the machine left open, corrects it with one press, and is led on; nobody else comes in.
func TestTheDutyDeskDecidesWhatTheMachineLeavesOpen(t *testing.T) {
	r := newRig(t)
	f := newForm(append(r.tipFields()[:2:2], "where", "沟里头，叫不上名", "words", "夜里有人干活，动静挺大")...)
	code := r.send("/report", f).is(http.StatusOK).code()
	r.work()
	var k cases.Case
	r.until("the tip has its case", func() bool { k = r.caseOf(code); return k.ID != "" })
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	other, _ := r.signedIn(cases.Handler, "transport")
	path := "/desk/review/" + k.ID

	r.get("/desk/review", other).is(http.StatusForbidden)
	r.get(path, other).is(http.StatusForbidden)
	r.post(path+"/place", form2("version", fmt.Sprint(k.Version), "place", "unknown"), other).is(http.StatusForbidden)
	r.get("/desk/quality", other).is(http.StatusForbidden)
	r.get("/desk/review/nobody", duty).is(http.StatusNotFound)

	if to := r.get("/desk/review", duty).is(http.StatusSeeOther).Header().Get("Location"); to != path {
		t.Fatalf("led to %s, want %s", to, path)
	}
	page := r.get(path, duty).is(http.StatusOK).has("机器拿不准").has("夜里有人干活").page()
	if n := page.Find(`#chosen-place option`).Length(); n != 1+len(r.profile.Towns)+len(r.profile.Villages)+len(r.profile.Neighbours) {
		t.Errorf("%d places to choose from", n)
	}
	village := r.profile.Villages[11]
	r.post(path+"/place", form2("version", fmt.Sprint(k.Version), "place", "chosen", "chosen", ""), duty).is(http.StatusUnprocessableEntity).has("请选一个地方")
	r.post(path+"/place", form2("version", "0", "place", village.Code), duty).is(http.StatusConflict).has("刚刚被别人办过一步")
	r.post(path+"/place", form2("version", fmt.Sprint(k.Version), "place", "chosen", "chosen", village.Code), duty).is(http.StatusSeeOther)
	if k = r.caseOf(code); k.Place.Village != village.Code || k.Doubted(cases.Where) {
		t.Errorf("the case is at %+v, doubts %v", k.Place, k.Doubts)
	}
	r.post(path+"/category", form2("version", fmt.Sprint(k.Version), "category", "chosen", "chosen", "x_dump"), duty).is(http.StatusSeeOther)
	if k = r.caseOf(code); k.Category != "x_dump" || k.Lead != "ecology" {
		t.Errorf("it is %s at %s", k.Category, k.Lead)
	}
	r.get("/desk/review?done=1", duty).is(http.StatusOK).has("没有要您定的").has("记下了")
	r.get("/desk/quality", duty).is(http.StatusOK).has("0 / 1")
	r.get("/desk/cases/"+k.ID, duty).has(path)
}

// A case that is one of its own kind is joined to another only by who says why; what was written is still there when it was too little.
func TestAnotherKindIsNotJoinedWithoutAReason(t *testing.T) {
	r := newRig(t)
	village := r.profile.Villages[11]
	tell := func(words string) (k cases.Case) {
		fields := r.tipFields()
		code := r.send("/report", newForm(fields[0], fields[1], "town", village.Town, "village", village.Code, "words", words)).is(http.StatusOK).code()
		r.until("the tip has its case", func() bool { k = r.caseOf(code); return k.ID != "" })
		return k
	}
	r.work()
	old := tell("旧砖窑里头有人炼废机油，黑烟大得很")
	k := tell("夜里有人干活，动静挺大，不知道做甚")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	path := "/desk/review/" + k.ID
	if old.ID == k.ID || r.get(path, duty).is(http.StatusOK).has(old.Number).page().Find("article.sides textarea").Length() != 0 {
		t.Fatalf("cases %s and %s", old.Number, k.Number)
	}
	r.post(path+"/category", form2("version", fmt.Sprint(k.Version), "category", "chosen", "chosen", "x_upstream"), duty).is(http.StatusSeeOther)
	k, err := r.cases.ByID(t.Context(), k.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.get(path, duty).has("当心：这一件是")
	answer := func(note string) answer {
		return r.post(path+"/same", form2("version", fmt.Sprint(k.Version), "case", old.ID, "note", note), duty)
	}
	if got := answer("是").is(http.StatusUnprocessableEntity).has("请写清楚为什么").page().Find("article.sides textarea").Text(); got != "是" {
		t.Errorf("of what was written %q is left", got)
	}
	answer("去看过，就是给那一处送的料").is(http.StatusSeeOther)
	if k, err = r.cases.ByID(t.Context(), k.ID); err != nil || k.Into != old.ID {
		t.Errorf("it is %s in %q, %v", k.State, k.Into, err)
	}
}

// caseOf is the case of a code's tip, empty while there is none.
func (r *rig) caseOf(code string) cases.Case {
	r.t.Helper()
	k, err := r.cases.ByTip(r.t.Context(), r.tipOf(code))
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		r.t.Fatal(err)
	}
	return k
}
