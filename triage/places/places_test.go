package places

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/paulmach/orb"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/datum"
	"qianshao/triage/gazetteer"
)

// world is the places with their cases on a real engine.
type world struct {
	*Service
	t       *testing.T
	cases   *cases.Service
	custody *custody.Log
	data    string
	ahead   atomic.Int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, data: t.TempDir()}
	e := enginetest.Open(t, &config.Config{Data: w.data})
	officer, err := age.GenerateX25519Identity()
	must(t, err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	must(t, err)
	now := func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
	w.custody, err = custody.Open(t.Context(), e.Docs, v, now)
	must(t, err)
	p := profile(t)
	w.cases, err = cases.New(t.Context(), cases.Deps{Docs: e.Docs, Vault: v, Custody: w.custody, Profile: p, Now: now})
	must(t, err)
	w.Service, err = New(t.Context(), Deps{Docs: e.Docs, Vault: v, Custody: w.custody, Profile: p, Cases: w.cases, Now: now})
	must(t, err)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func profile(t testing.TB) *county.Profile {
	t.Helper()
	p, err := county.Embedded()
	must(t, err)
	return p
}

var (
	inspector = cases.Actor{ID: "staff-1", Name: "王立新", Role: cases.Handler, Unit: "emergency"}
	stranger  = cases.Actor{ID: "staff-2", Name: "李建国", Role: cases.Handler, Unit: "ecology"}
	middle    = orb.Point{111.301234, 37.884321}
)

const village = "141128100205"

func (w *world) open() cases.Case {
	w.t.Helper()
	id := make([]byte, 16)
	_, err := rand.Read(id)
	must(w.t, err)
	k, err := w.cases.Open(w.t.Context(), cases.Opening{Tip: tip(hex.EncodeToString(id)), Received: time.Now(), Categories: []string{"c1"}, Priority: "P1",
		Lead: inspector.Unit, Sees: []string{inspector.Unit, county.DutyDesk}, Rule: "c1", Reasons: []string{"规则 c1"}})
	must(w.t, err)
	return k
}

func (w *world) confirmed(k *cases.Case) Place {
	w.t.Helper()
	p, err := w.Confirm(w.t.Context(), inspector, k, Confirmation{Village: village, Site: "p_farm", Point: middle, Reason: "标记理由：到现场看过"})
	must(w.t, err)
	return p
}

// refreshed is what the gazetteer is given, or nil when nothing may have changed.
func (w *world) refreshed() (got []gazetteer.Known, again bool) {
	w.t.Helper()
	must(w.t, w.Refresh(w.t.Context(), func(k []gazetteer.Known) { got, again = k, true }))
	return got, again
}

func TestAConfirmedPlaceIsKnownAtOnceAndHoldsNothingOfTheTip(t *testing.T) {
	w := newWorld(t)
	if got, _ := w.refreshed(); len(got) != 0 {
		t.Fatalf("an empty collection gives %v", got)
	}
	k := w.open()
	p := w.confirmed(&k)
	if again := w.confirmed(&k); again.ID != p.ID {
		t.Errorf("confirming twice made %s and %s", p.ID, again.ID)
	}
	got, _ := w.refreshed()
	want := gazetteer.Known{Name: "班庄村养殖场", County: "141128", Town: village[:9], Village: village, At: orb.Point{111.301, 37.884}}
	if len(got) != 1 || got[0].Name != want.Name || got[0].At != want.At || got[0].Village != want.Village || got[0].Town != want.Town || got[0].Named {
		t.Errorf("%+v, want %+v", got, want)
	}
	g, err := gazetteer.New(w.Profile)
	must(t, err)
	if at := g.With(got).Locate(gazetteer.Query{Position: &middle}); at.Village != village {
		t.Errorf("a position beside it: %+v", at)
	}
	for subject, action := range map[string]string{"place/" + p.ID: "confirm", "case/" + k.ID: "place confirm"} {
		entries, err := w.custody.Read(t.Context(), subject)
		must(t, err)
		if !slices.ContainsFunc(entries, func(e custody.Entry) bool { return e.Action == action && e.Actor == inspector.ID }) {
			t.Errorf("%s: %+v", subject, entries)
		}
	}
	files, err := filepath.Glob(filepath.Join(w.data, "docs.db*"))
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no database")
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		must(t, err)
		for _, never := range []string{"标记理由", "111.301234"} {
			if bytes.Contains(raw, []byte(never)) {
				t.Errorf("%s holds %q", filepath.Base(f), never)
			}
		}
	}
	plain, err := w.Vault.Open("place.reason", p.ID, p.Reason)
	if err != nil || string(plain) != "标记理由：到现场看过" {
		t.Errorf("the reason: %q %v", plain, err)
	}
}

func TestWhoMayConfirmWhat(t *testing.T) {
	w := newWorld(t)
	k := w.open()
	sealed, bare := k, k
	sealed.Sealed, bare.Tips = true, nil
	good := Confirmation{Village: village, Site: "p_farm", Point: middle, Reason: "到现场看过了"}
	but := func(f func(*Confirmation)) Confirmation { c := good; f(&c); return c }
	for name, c := range map[string]struct {
		by   cases.Actor
		k    *cases.Case
		in   Confirmation
		want string
	}{
		"somebody else's case": {stranger, &k, good, "desk.not_found"},
		"a sealed case":        {inspector, &sealed, good, "desk.place_sealed"},
		"one beside it":        {inspector, &bare, good, "desk.place_sealed"},
		"no village":           {inspector, &k, but(func(c *Confirmation) { c.Village = "" }), "desk.village"},
		"a made-up site":       {inspector, &k, but(func(c *Confirmation) { c.Site = "养猪" }), "desk.site"},
		"no point":             {inspector, &k, but(func(c *Confirmation) { c.Point = orb.Point{} }), "desk.point"},
		"a point elsewhere":    {inspector, &k, but(func(c *Confirmation) { c.Point = orb.Point{112.5, 37.8} }), "desk.point_far"},
		"no reason":            {inspector, &k, but(func(c *Confirmation) { c.Reason = " 看过 " }), "desk.reason"},
		"a long reason":        {inspector, &k, but(func(c *Confirmation) { c.Reason = strings.Repeat("看", cases.MaxNote+1) }), "form.too_long"},
	} {
		_, err := w.Confirm(t.Context(), c.by, c.k, c.in)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if all, err := w.All(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("something was stored: %v %v", all, err)
	}
}

func TestRetiringEndsTheUseAndKeepsTheRecord(t *testing.T) {
	w := newWorld(t)
	k := w.open()
	p := w.confirmed(&k)
	if _, err := w.Retire(t.Context(), stranger, &k, p.ID, "这个地方弄错了"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a stranger: %v", err)
	}
	_, err := w.Retire(t.Context(), inspector, &k, p.ID, "这个地方弄错了")
	must(t, err)
	if got, again := w.refreshed(); !again || len(got) != 0 {
		t.Errorf("still in use: %v", got)
	}
	if _, err := w.Retire(t.Context(), inspector, &k, p.ID, "这个地方弄错了"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("twice: %v", err)
	}
	of, err := w.OfCase(t.Context(), k.ID)
	must(t, err)
	if len(of) != 1 || of[0].Retired == nil || of[0].Retired.By != inspector.ID {
		t.Errorf("on record: %+v", of)
	}
	w.confirmed(&k)
	if got, _ := w.refreshed(); len(got) != 1 {
		t.Errorf("confirmed anew: %v", got)
	}
}

// What a case taught before it was sealed is forgotten, the case id with it.
func TestASealedCaseTeachesNothing(t *testing.T) {
	w := newWorld(t)
	k := w.open()
	p := w.confirmed(&k)
	other := w.open()
	w.confirmed(&other)
	_, err := w.cases.Revise(t.Context(), k.ID, cases.Revision{Sealed: true, Lead: "discipline", Categories: []string{"c1"}, Rule: "x", Reasons: []string{"规则 x"}})
	must(t, err)
	if sealed, err := w.cases.ByID(t.Context(), k.ID); err != nil || !sealed.Sealed {
		t.Fatalf("the case is not sealed: %v", err)
	}
	w.ahead.Add(int64(staleFor))
	if got, _ := w.refreshed(); len(got) != 1 {
		t.Errorf("known: %v", got)
	}
	all, err := w.All(t.Context())
	must(t, err)
	if slices.ContainsFunc(all, func(q Place) bool { return q.ID == p.ID }) {
		t.Error("the place is still stored")
	}
}

// What another process stored is seen after at most half a minute, without a restart; in between nothing is read.
func TestStalenessIsBounded(t *testing.T) {
	w := newWorld(t)
	w.refreshed()
	beside, err := New(t.Context(), w.Deps)
	must(t, err)
	_, err = beside.Import(t.Context(), "cli", Read(w.Profile, "x.csv", []byte("名称,类型,村,经度,纬度\n班庄村,村,班庄村,111.3,37.88\n"), datum.WGS84).Places, false)
	must(t, err)
	w.ahead.Add(int64(staleFor - time.Second))
	if _, again := w.refreshed(); again {
		t.Error("read before it was time")
	}
	w.ahead.Add(int64(time.Second))
	if got, _ := w.refreshed(); len(got) != 1 {
		t.Errorf("after %s: %v", staleFor, got)
	}
}

// failing is a map service that counts and answers as it is told.
type failing struct {
	asked []string
	at    orb.Point
	ok    bool
	err   error
}

func (f *failing) Find(_ context.Context, phrase string) (orb.Point, bool, error) {
	f.asked = append(f.asked, phrase)
	return f.at, f.ok, f.err
}

func TestAMapServiceIsAskedOnceForAnOfficialName(t *testing.T) {
	w := newWorld(t)
	f := &failing{at: middle, ok: true}
	w.Geocoder = f
	for range 3 {
		_, err := w.Ask(t.Context(), village)
		must(t, err)
	}
	if want := []string{"山西省吕梁市方山县圪洞镇班庄村"}; !slices.Equal(f.asked, want) {
		t.Errorf("asked %q, want %q", f.asked, want)
	}
	if got, _ := w.refreshed(); len(got) != 1 || got[0].Village != village || got[0].At != middle {
		t.Errorf("learned %+v", got)
	}
	if learned, _ := w.Ask(t.Context(), "夜里有味"); learned || len(f.asked) != 1 {
		t.Error("something else than a village went out")
	}
	elsewhere := w.Profile.Villages[0].Code
	f.at = orb.Point{116.4, 39.9}
	if learned, err := w.Ask(t.Context(), elsewhere); learned || err != nil {
		t.Errorf("a point in another province was believed: %v", err)
	}
	f.err = errors.New("away")
	if _, err := w.Ask(t.Context(), w.Profile.Villages[1].Code); err == nil {
		t.Error("the error is gone")
	}
	if _, err := w.Ask(t.Context(), w.Profile.Villages[1].Code); err != nil {
		t.Error("asked again at once")
	}
}

func tip(id string) intake.TipID { return intake.TipID(id) }
