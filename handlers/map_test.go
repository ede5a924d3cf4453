package handlers

import (
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/triage/cases"
	"qianshao/triage/places"
)

func TestMapShowsKnownPlaces(t *testing.T) {
	r := newRig(t)
	lead, who := r.signedIn(cases.Handler, "emergency")
	foreign, _ := r.signedIn(cases.Handler, "police")
	r.get("/desk/map", lead).is(http.StatusOK).has("还没有记过位置的地方")
	m := r.matter("emergency")
	m.press(lead, "sign").is(http.StatusSeeOther)
	k := m.now()
	village := r.profile.VillagesOf(r.profile.Towns[0].Code)[0]
	inside := orb.Point{111.201, 37.671}
	if ok, _ := r.profile.Contains(inside); !ok {
		t.Fatal("the point is not in the county")
	}
	if _, err := r.places.Confirm(t.Context(), who.Actor(), &k, places.Confirmation{Village: village.Code, Point: inside, Reason: "和村支书到现场看过"}); err != nil {
		t.Fatal(err)
	}
	page := r.get("/desk/map", lead).is(http.StatusOK).page()
	if page.Find("#points li[data-lon][data-lat]").Length() != 1 || page.Find("#points a").AttrOr("href", "") != m.url {
		t.Errorf("the place is not on the map: %s", page.Find("main").Text())
	}
	if rings := page.Find("#map").AttrOr("data-outline", ""); strings.Count(rings, ",") < 50 {
		t.Errorf("no outline of the county: %q", rings)
	}
	other := r.get("/desk/map", foreign).is(http.StatusOK)
	if other.page().Find("#points a").Length() != 0 || strings.Contains(other.Body.String(), m.id) {
		t.Error("who does not see the case learns of it from the map")
	}
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	if r.get("/desk/map", duty).page().Find("#points a").Length() != 1 {
		t.Error("the duty desk has no way to the case")
	}
}
