package triage_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/places"
)

// concluded is what the worker concluded of a report that was sent now.
func (w *world) concluded(r intake.Report) cases.Place {
	w.t.Helper()
	id, _ := w.tell(r)
	w.finished()
	reading, err := w.triage.Reading(w.t.Context(), id)
	must(w.t, err)
	return reading.Place
}

// here is a report that says nothing of the place but where the phone was.
func (w *world) here(at orb.Point) intake.Report {
	r := w.workshop(w.village(0), "夜里有味")
	r.Town, r.Village, r.Where = "", "", "在这边"
	r.Position = &intake.Position{Lon: at[0], Lat: at[1], Accuracy: 20}
	return r
}

// A worker that runs learns a place from the desk without being started again, and unlearns it.
func TestAConfirmedPlaceIsUsedWithoutARestart(t *testing.T) {
	w := newWorld(t, "")
	w.run(5 * time.Second)
	at := orb.Point{111.3001, 37.8801}
	if p := w.concluded(w.here(at)); p.Village != "" {
		t.Fatalf("nothing is known and yet: %+v", p)
	}
	id, _ := w.tell(w.workshop(w.village(7), "院里有罐车"))
	w.finished()
	k, err := w.cases.ByTip(t.Context(), id)
	must(t, err)
	known, err := w.places.Confirm(t.Context(), duty, &k, places.Confirmation{Village: w.village(7).Code, Site: "p_farm", Point: at, Reason: "到现场看过了"})
	must(t, err)
	if p := w.concluded(w.here(geo.PointAtBearingAndDistance(at, 45, 60))); p.Village != w.village(7).Code || !has(p.Reasons, "已知地点") {
		t.Errorf("beside the confirmed place: %+v", p)
	}
	if p := w.concluded(w.workshop(w.village(90), "夜里有味")); p.Village != w.village(90).Code || p.Confidence < w.profile.Review.Place {
		t.Errorf("a tip without a position: %+v", p)
	}
	contrary := w.workshop(w.village(90), "夜里有味")
	contrary.Position = &intake.Position{Lon: at[0], Lat: at[1], Accuracy: 20}
	if p := w.concluded(contrary); p.Village != w.village(90).Code || p.Confidence >= w.profile.Review.Place || !has(p.Reasons, "请核对") {
		t.Errorf("a position at another place than the one picked: %+v", p)
	}
	_, err = w.places.Retire(t.Context(), duty, &k, known.ID, "这个地方弄错了")
	must(t, err)
	if p := w.concluded(w.here(geo.PointAtBearingAndDistance(at, 45, 60))); p.Village != "" {
		t.Errorf("after it was retired: %+v", p)
	}
}

// told is a map service that keeps what it was asked.
type told struct {
	mu      sync.Mutex
	phrases []string
	at      orb.Point
	err     error
}

func (m *told) Find(_ context.Context, phrase string) (orb.Point, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.phrases = append(m.phrases, phrase)
	return m.at, m.err == nil, m.err
}

// The map service hears an official name and nothing else, and only where a position can be held against the answer. That it is away stops no tip.
func TestTheMapServiceHearsOfficialNamesOnly(t *testing.T) {
	w := newWorld(t, "")
	m := &told{at: orb.Point{111.35, 37.95}}
	w.maps = m
	w.open(w.Docs)
	w.run(5 * time.Second)
	w.concluded(w.workshop(w.village(7), "标记词，没有定位"))
	if len(m.phrases) != 0 {
		t.Fatalf("asked without a position: %q", m.phrases)
	}
	r := w.workshop(w.village(7), "标记词，有定位")
	r.Position = &intake.Position{Lon: 111.2501, Lat: 37.8801, Accuracy: 20}
	if p := w.concluded(r); p.Village != w.village(7).Code || !has(p.Reasons, "公里，请核对") {
		t.Errorf("%+v", p)
	}
	m.err = errors.New("away")
	r = w.workshop(w.village(8), "标记词，有定位")
	r.Position = &intake.Position{Lon: 111.2501, Lat: 37.8801, Accuracy: 20}
	if p := w.concluded(r); p.Village != w.village(8).Code {
		t.Errorf("while it is away: %+v", p)
	}
	for i, v := range []int{7, 8} {
		town, _ := w.profile.Town(w.village(v).Town)
		if want := "山西省吕梁市方山县" + town.Name + w.village(v).Name; len(m.phrases) != 2 || m.phrases[i] != want {
			t.Errorf("asked %q, want %s", m.phrases, want)
		}
	}
	if strings.Contains(strings.Join(m.phrases, ""), "标记词") {
		t.Error("words of a tip went out")
	}
}
