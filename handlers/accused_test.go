package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
)

// The duty desk gives a case to the discipline inspection: from then on nobody else sees it, and the button says so before.
func TestTheDutyDeskSeals(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	k, _ := r.opened(r.accept(), unit)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	town, _ := r.signedIn(cases.Handler, unit)
	discipline, _ := r.signedIn(cases.Handler, "discipline")
	page := r.get("/desk/cases/"+k.ID, duty).is(http.StatusOK)
	for value, seals := range map[string]bool{"discipline": true, "police": false, unit: false} {
		option := page.page().Find(`option[value="` + value + `"]`).Text()
		if option == "" || strings.Contains(option, "保密") != seals {
			t.Errorf("the option %s says %q", value, option)
		}
	}
	a := r.post("/desk/cases/"+k.ID+"/assign", form2("version", strconv.FormatInt(k.Version, 10), "unit", "discipline"), duty).is(http.StatusSeeOther)
	list := r.get(a.Header().Get("Location"), duty).is(http.StatusOK).has("保密了")
	if strings.Contains(list.Body.String(), k.Number) {
		t.Error("the duty desk sees it still")
	}
	r.get("/desk/cases/"+k.ID, duty).is(http.StatusNotFound)
	r.get("/desk/cases/"+k.ID, town).is(http.StatusNotFound)
	r.get("/desk/cases/"+k.ID, discipline).is(http.StatusOK).has(k.Number)
	// Who was about to act reads what may have happened, keeps the words and finds the way to the list; of a case that never was the page says the same.
	for _, id := range []string{k.ID, "nothing"} {
		lost := r.post("/desk/cases/"+id+"/handback", form2("version", "1", "note", "院子在河对岸"), town).is(http.StatusNotFound).has("您这里看不到了")
		if lost.page().Find("#typed").Text() != "院子在河对岸" || lost.page().Find(`.acts a[href="/desk"]`).Length() != 1 || strings.Contains(lost.Body.String(), k.Number) {
			t.Errorf("%s: %s", id, lost.text())
		}
		r.post("/desk/cases/"+id+"/sign", form2("version", "1"), town).is(http.StatusNotFound).has("您这里看不到了")
	}
}

// Words of the dialogue are shown once the worker has looked whom they accuse.
func TestLaterWordsWaitForTheWorker(t *testing.T) {
	r := newRig(t)
	stop := r.work()
	code := r.accept()
	c, err := intake.ParseCode(code)
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.intake.Look(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r.until("the case is there and triage is done", func() bool {
		waiting, err := r.intake.Waiting(t.Context(), r.now().Add(time.Second), 9)
		return err == nil && len(waiting) == 0
	})
	stop()
	k, err := r.cases.ByTip(t.Context(), v.Tip)
	if err != nil {
		t.Fatal(err)
	}
	unit := county.TownUnit(r.profile.Towns[0].Code)
	town, _ := r.signedIn(cases.Handler, unit)
	discipline, _ := r.signedIn(cases.Handler, "discipline")
	words := "镇上的王副镇长收了他的钱"
	if err := r.intake.Say(t.Context(), v, r.intake.NewDraft(), words, nil); err != nil {
		t.Fatal(err)
	}
	page := r.get("/desk/cases/"+k.ID, town).is(http.StatusOK).has("系统还在看")
	if strings.Contains(page.Body.String(), words) {
		t.Error("the accused reads it before the worker")
	}
	r.work()
	r.until("the case is sealed", func() bool { return r.get("/desk/cases/"+k.ID, town).Code == http.StatusNotFound })
	r.until("who decides reads it", func() bool {
		return strings.Contains(r.get("/desk/cases/"+k.ID, discipline).is(http.StatusOK).Body.String(), words)
	})
}

// The page of a bare case has the danger and the place, and nobody to answer.
func TestThePageOfABareCase(t *testing.T) {
	r := newRig(t)
	code := r.accept()
	c, err := intake.ParseCode(code)
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.intake.Look(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	village := r.profile.Villages[0]
	sealed, err := r.cases.Open(t.Context(), cases.Opening{Tip: v.Tip, Received: time.Now(), Categories: []string{"x_official"}, Signs: []string{r.profile.Signs[0].ID}, Emergency: true,
		Priority: "P0", Lead: "discipline", Sealed: true, Sees: []string{"discipline"}, Place: cases.Place{Town: village.Town, Village: village.Code, Confidence: .9, Reasons: []string{"照片里的位置"}},
		Rule: "x_official", Reasons: []string{"规则 x_official：要保密", "规则 emergency：说的是“漏气”"}})
	if err != nil {
		t.Fatal(err)
	}
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	list, err := r.cases.List(t.Context(), cases.Actor{Role: cases.Duty, Unit: county.DutyDesk}, cases.All, "")
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%d cases, %v", len(list.Items), err)
	}
	page := r.get("/desk/cases/"+list.Items[0].ID, duty).is(http.StatusOK).has("漏气").has(village.Short)
	for _, never := range []string{sealed.ID, sealed.Number, string(v.Tip), "x_official", "照片里的位置", r.profile.Signs[0].Short, "纪委监委看得到"} {
		if strings.Contains(page.Body.String(), never) {
			t.Errorf("the page holds %q", never)
		}
	}
	if page.page().Find("#reply").Length() > 0 {
		t.Error("there is nobody to answer")
	}
	r.post("/desk/cases/"+list.Items[0].ID+"/reply", form2("version", "1", "reply", "谁说的"), duty).is(http.StatusForbidden)
}
