package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/intake/custody"
	"qianshao/triage/cases"
)

// signed is a case of a tip with a position, that its lead has in hand.
func (r *rig) signed() (k cases.Case, path, lead string) {
	r.t.Helper()
	token, m := r.signedIn(cases.Handler, "emergency")
	code := r.send("/report", newForm(append(r.tipFields(), "lon", "111.301234", "lat", "37.884321", "accuracy", "20")...)).is(http.StatusOK).code()
	k, _ = r.opened(code, m.Unit)
	path = "/desk/cases/" + k.ID
	r.post(path+"/sign", form2("version", fmt.Sprint(k.Version)), token).is(http.StatusSeeOther)
	return k, path, token
}

func TestAnInspectorMakesThePlaceOfACaseAKnownOne(t *testing.T) {
	r := newRig(t)
	k, path, lead := r.signed()
	village := r.profile.VillagesOf(r.profile.Towns[0].Code)[3]
	page := r.get(path, lead).is(http.StatusOK)
	if n := page.page().Find(`#p-village option`).Length(); n != len(r.profile.Villages)+1 {
		t.Errorf("%d villages to choose from, want %d", n, len(r.profile.Villages))
	}
	for name, c := range map[string]struct {
		fields []string
		beside string
		says   string
	}{
		"no village":          {[]string{"point", "111.3,37.88", "datum", "wgs84", "reason", "到现场看过了"}, "p-village", "请选一个村"},
		"no point":            {[]string{"village", village.Code, "datum", "wgs84", "reason", "到现场看过了"}, "p-point", "位置没看懂"},
		"a point elsewhere":   {[]string{"village", village.Code, "point", "112.55,37.87", "datum", "wgs84", "reason", "到现场看过了"}, "p-point", "不在本县"},
		"whose map":           {[]string{"village", village.Code, "point", "111.3,37.88", "reason", "到现场看过了"}, "p-point", "位置没看懂"},
		"no reason":           {[]string{"village", village.Code, "point", "111.3,37.88", "datum", "wgs84", "reason", "看过"}, "p-reason", "至少 6 个字"},
		"a tip that is not":   {[]string{"village", village.Code, "use", "7", "reason", "到现场看过了"}, "p-point", "位置没看懂"},
		"a site from nowhere": {[]string{"village", village.Code, "site", "x", "point", "111.3,37.88", "datum", "wgs84", "reason", "到现场看过了"}, "p-site", "单子里"},
	} {
		a := r.post(path+"/place", form2(append(c.fields, "version", "2")...), lead).is(http.StatusUnprocessableEntity).has(c.says)
		d := a.page()
		if d.Find("#"+c.beside+`[aria-invalid="true"]`).Length() != 1 {
			t.Errorf("%s: the sentence does not stand at %s", name, c.beside)
		}
		for i := 0; i+1 < len(c.fields); i += 2 { // what was typed is still there
			f := d.Find(`form[data-key="place"] [name="` + c.fields[i] + `"]`)
			got := f.AttrOr("value", f.Text())
			if f.Is("select") {
				got = f.Find("option[selected]").AttrOr("value", "")
			}
			if want := c.fields[i+1]; got != want && want != "x" && want != "7" {
				t.Errorf("%s: %s holds %q, not %q", name, c.fields[i], got, want)
			}
		}
	}
	everything := r.post(path+"/place", form2("version", "2", "point", "沟里", "datum", "bd09", "reason", "看"), lead).is(http.StatusUnprocessableEntity)
	if n := everything.page().Find(`form[data-key="place"] [aria-invalid="true"]`).Length(); n != 3 {
		t.Errorf("three things are wrong and %d are told", n)
	}
	if all, err := r.places.All(t.Context()); err != nil || len(all) != 0 {
		t.Fatalf("stored: %v %v", all, err)
	}

	r.post(path+"/place", form2("version", "2", "village", village.Code, "site", "p_farm", "use", "0", "reason", "标记理由：到现场看过了"), lead).is(http.StatusSeeOther)
	all, err := r.places.OfCase(t.Context(), k.ID)
	if err != nil || len(all) != 1 || all[0].Village != village.Code || all[0].At[0] != 111.301 || all[0].At[1] != 37.884 {
		t.Fatalf("%+v %v", all, err)
	}
	r.get(path, lead).has(all[0].Name).has("111.301, 37.884")
	entries, err := r.custody.Read(t.Context(), "tip/"+k.Tips[0].Tip)
	if err != nil || !slices.ContainsFunc(entries, func(e custody.Entry) bool { return e.Action == "use position" }) {
		t.Errorf("nobody sees that the position was used: %v %v", entries, err)
	}

	r.post(path+"/unplace", form2("version", "2", "place", all[0].ID, "reason", "错"), lead).is(http.StatusUnprocessableEntity).has("至少 6 个字")
	r.post(path+"/unplace", form2("version", "2", "place", all[0].ID, "reason", "这个地方弄错了"), lead).is(http.StatusSeeOther)
	if a := r.get(path, lead); strings.Contains(a.Body.String(), "111.301, 37.884") {
		t.Error("the place is still shown as known")
	}
	if strings.Contains(r.log.String(), "标记理由") || strings.Contains(r.log.String(), "111.301") {
		t.Error("the log tells")
	}
}

func TestWhoMayNotMakeAPlaceKnown(t *testing.T) {
	r := newRig(t)
	k, path, lead := r.signed()
	fields := form2("version", "2", "village", r.profile.Villages[0].Code, "use", "0", "reason", "到现场看过了")
	helper, _ := r.signedIn(cases.Handler, "ecology")
	r.post(path+"/place", fields, helper).is(http.StatusNotFound)
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	if r.get(path, duty).page().Find(`form[data-key="place"]`).Length() != 1 {
		t.Error("the duty desk has no form")
	}
	_, err := r.cases.Revise(t.Context(), k.ID, cases.Revision{Sealed: true, Lead: "emergency", Categories: []string{"c1"}, Rule: "x", Reasons: []string{"规则 x：要保密"}})
	if err != nil {
		t.Fatal(err)
	}
	if r.get(path, lead).is(http.StatusOK).page().Find(`form[data-key="place"]`).Length() != 0 {
		t.Error("a sealed case has the form")
	}
	r.post(path+"/place", fields, lead).is(http.StatusForbidden)
	if all, err := r.places.All(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("stored: %v %v", all, err)
	}
}

// What was typed outlives the end of a session.
func TestTheFormForAPlaceOutlivesTheSession(t *testing.T) {
	r := newRig(t)
	_, path, _ := r.signed()
	a := r.post(path+"/place", form2("version", "2", "village", r.profile.Villages[0].Code, "point", "111.3, 37.88", "reason", "到现场看过了"))
	if a.is(http.StatusUnauthorized).value("point") != "111.3, 37.88" || a.value("reason") != "到现场看过了" || a.value("village") != r.profile.Villages[0].Code {
		t.Errorf("the sign-in page lost it: %s", a.text())
	}
}
