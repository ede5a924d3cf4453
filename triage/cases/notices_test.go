package cases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qianshao/config/county"
)

// courier takes notices, or is away.
type courier struct {
	mu   sync.Mutex
	away bool
	got  map[string]int
}

func (k *courier) Carry(_ context.Context, s Sent) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.away {
		return errors.New("away")
	}
	k.got[fmt.Sprint(s.Case, "/", s.Number, " ", s.Kind, " ", s.Unit, " ", s.Rank)]++
	return nil
}

// Nobody signs an emergency: it goes up by the chain of the profile, once each, and what the courier could not take it takes later.
func TestAnUnsignedEmergencyGoesUp(t *testing.T) {
	k := &courier{away: true, got: map[string]int{}}
	o := newOffice(t, k)
	c := o.opened("tip1", func(op *Opening) { op.Priority = "P0" })
	for range 45 {
		o.at(o.clock().Add(time.Minute))
		_, _ = o.Sweep(t.Context()) // the courier is away
	}
	if _, err := o.Sweep(t.Context()); err == nil {
		t.Error("nobody says that the courier is away")
	}
	k.away = false
	for range 3 {
		o.sweep()
	}
	c, _ = o.ByID(t.Context(), c.ID)
	want := []string{"new emergency handler", "new safety_committee handler", "light emergency handler", "light emergency head", "light emergency head", "light safety_committee handler",
		"unsigned safety_committee head", "unsigned county_gov leader", "order emergency head"}
	var got []string
	for _, n := range c.Outbox {
		if n.Step == StepSign || n.Kind == NoticeOrder {
			got = append(got, fmt.Sprint(n.Kind, " ", n.Unit, " ", n.Rank))
		}
		if !n.Urgent || n.Sent == nil {
			t.Errorf("notice %+v", n)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for what, times := range k.got {
		if times != 1 {
			t.Errorf("%s was taken %d times", what, times)
		}
	}
	if len(k.got) != len(c.Outbox) || !slices.ContainsFunc(c.Orders, Order.waits) || !slices.Contains(c.Terms, "light:black") {
		t.Errorf("%d of %d notices taken, orders %+v, terms %v", len(k.got), len(c.Outbox), c.Orders, c.Terms)
	}
	d, err := o.Digest(t.Context(), handler("emergency"), county.RankHandler, o.clock())
	o.ok(err)
	if d.Unsigned != 1 || len(d.Items) == 0 || d.Items[0].Light != Black || d.Items[0].Step != StepSign {
		t.Errorf("the digest: %+v", d)
	}
	if other, err := o.Digest(t.Context(), handler("market"), county.RankHandler, o.clock()); err != nil || !other.Empty() {
		t.Errorf("a unit that has nothing to do with it reads %+v, %v", other, err)
	}
}

// An emergency does not wait for a sweep: not when it opens the case, and not when a later tip, or more words, make it one.
func TestAnEmergencyIsHandedOverAtOnce(t *testing.T) {
	k := &courier{got: map[string]int{}}
	o := newOffice(t, k)
	o.opened("tip1", func(op *Opening) { op.Priority = "P0" })
	if len(k.got) != 2 {
		t.Errorf("opened, it was told %v", k.got)
	}
	later := o.opened("tip2", func(op *Opening) { op.Priority = "P1" })
	if len(k.got) != 2 {
		t.Errorf("what can wait was told: %v", k.got)
	}
	_, err := o.Link(t.Context(), later.ID, Joining{Tip: "tip3", Received: o.clock(), Priority: "P0", Emergency: true})
	o.ok(err)
	if n := len(k.got); n != 5 { // the notice from before goes along
		t.Errorf("%d told after a second tip: %v", n, k.got)
	}
	more := o.opened("tip4", func(op *Opening) { op.Priority = "P1" })
	_, err = o.Revise(t.Context(), more.ID, Revision{Emergency: true, Priority: "P0", Usual: "P1"})
	o.ok(err)
	if n := len(k.got); n != 8 {
		t.Errorf("%d told after more words: %v", n, k.got)
	}
	o.sweep()
	for what, times := range k.got {
		if times != 1 {
			t.Errorf("%s was taken %d times", what, times)
		}
	}
}

// The accused and those outside of a sealed case are told nothing.
func TestNoticesKeepWhatIsHidden(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1", func(op *Opening) { op.Hidden = []string{"county_gov"}; op.Priority = "P0" })
	s := o.opened("tip2", func(op *Opening) {
		op.Sealed, op.Lead, op.Co, op.Sees, op.Priority = true, "discipline", nil, nil, "P0"
	})
	o.at(monday.AddDate(0, 0, 10))
	o.sweep()
	c, _ = o.ByID(t.Context(), c.ID)
	s, _ = o.ByID(t.Context(), s.ID)
	for _, n := range c.Outbox {
		if n.Unit == "county_gov" {
			t.Errorf("the accused are told: %+v", n)
		}
	}
	for _, n := range s.Outbox {
		if n.Unit != "discipline" {
			t.Errorf("a sealed case is told to %s", n.Unit)
		}
	}
	if len(c.Outbox) < 5 || len(s.Outbox) < 2 {
		t.Errorf("nobody was told: %d, %d", len(c.Outbox), len(s.Outbox))
	}
}

// The duty desk uploads the next year: what is wrong is told line by line and changes nothing; what is right counts at once, also for the clocks that run, in
// this process and in another one after its next sweep.
func TestHolidaysAreUploaded(t *testing.T) {
	o := newOffice(t, nil)
	o.at(time.Date(2027, 2, 4, 10, 0, 0, 0, o.Profile.Zone))
	c := o.opened("tip1", func(op *Opening) { op.Received = o.clock() })
	raw, err := os.ReadFile("testdata/holidays-2027.csv")
	o.ok(err)
	if _, _, err := o.Announce(t.Context(), handler("emergency"), raw, ""); key(err) != "desk.forbidden" {
		t.Errorf("a handler announces holidays: %v", err)
	}
	_, problems, err := o.Announce(t.Context(), duty, []byte(strings.Replace(string(raw), "2027-02-20", "2027-02-22", 1)), "")
	if o.ok(err); len(problems) != 1 || problems[0].Line == 0 || o.Profile.Calendar.Knows(2027) {
		t.Errorf("a broken table: %v", problems)
	}
	if d, err := o.Digest(t.Context(), duty, county.RankHandler, o.clock()); err != nil || !slices.Equal(d.Missing, []int{2027}) {
		t.Errorf("nobody says that the year is missing: %v, %v", d.Missing, err)
	}
	elsewhere := profile(t)
	other, err := New(t.Context(), Deps{Docs: o.Docs, Vault: o.Vault, Custody: o.Custody, Profile: elsewhere, Now: o.clock})
	o.ok(err)
	for i, by := range []Actor{duty, {ID: "s-admin", Name: "管", Role: Admin}} { // the second time the year is known
		note := ""
		if i > 0 {
			if _, _, err := o.Announce(t.Context(), by, raw, "改"); key(err) != "desk.reason" {
				t.Errorf("a known year was replaced without a reason: %v", err)
			}
			note = "再传一次，核对过了"
		}
		_, problems, err = o.Announce(t.Context(), by, raw, note)
		if o.ok(err); len(problems) > 0 {
			t.Fatal(problems)
		}
	}
	c, err = o.ByID(t.Context(), c.ID)
	o.ok(err)
	if got := o.Profile.LastDay(c.running(StepConclude, "").Due).Format(time.DateOnly); got != "2027-02-25" {
		t.Errorf("ten working days from 4 February end on %s", got)
	}
	_, err = other.Sweep(t.Context())
	if o.ok(err); !elsewhere.Calendar.Knows(2027) || len(elsewhere.MissingYears(o.clock())) > 0 {
		t.Error("another process does not learn of it")
	}
	// The county's notice was corrected: the new table counts, also where who took it died before counting the clocks anew.
	ends := func() string {
		c, err := o.ByID(t.Context(), c.ID)
		o.ok(err)
		return o.Profile.LastDay(c.running(StepConclude, "").Due).Format(time.DateOnly)
	}
	lines := slices.DeleteFunc(strings.SplitAfter(string(raw), "\n"), func(l string) bool { return strings.HasPrefix(l, "2027-02-20") })
	if _, problems, err = o.Announce(t.Context(), duty, []byte(strings.Join(lines, "")), "国办改了，20 日不补班"); err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	if got := ends(); got != "2027-02-26" || elsewhere.Calendar.IsWorkday(time.Date(2027, 2, 20, 9, 0, 0, 0, elsewhere.Zone)) != true {
		t.Errorf("after the correction ten working days end on %s", got)
	}
	if _, err = other.Sweep(t.Context()); err != nil || elsewhere.Calendar.IsWorkday(time.Date(2027, 2, 20, 9, 0, 0, 0, elsewhere.Zone)) {
		t.Error("another process keeps the former table", err)
	}
	years, err := o.Years(t.Context())
	if o.ok(err); len(years) < 2 || years[0].Year != 2027 || years[0].Note != "国办改了，20 日不补班" || years[0].Name != duty.Name || years[0].Free < 7 || years[0].Work == 0 || !years[1].At.IsZero() {
		t.Errorf("years: %+v", years)
	}
	y, problems := county.ReadYear(raw)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	_, err = o.years.Change(t.Context(), "2027", func(v *year) error { v.Year, v.Owed = y, true; return nil })
	o.ok(err)
	o.sweep()
	if got := ends(); got != "2027-02-25" {
		t.Errorf("after who announced it died, ten working days end on %s", got)
	}
	if stored, err := o.years.Get(t.Context(), "2027"); err != nil || stored.Owed {
		t.Errorf("counted anew for ever: %+v, %v", stored, err)
	}
}

// A case of before there were clocks to mind is minded too, once its terms are those of today; its pages stay good. When all are, nobody looks again.
func TestOldCasesAreIndexedAnew(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1")
	_, err := o.cases.Change(t.Context(), c.ID, func(c *Case) error {
		c.Indexed, c.Wake, c.Terms = 0, time.Time{}, slices.DeleteFunc(c.Terms, func(t string) bool { return t == termAwake || strings.HasPrefix(t, "light:") })
		return nil
	})
	o.ok(err)
	o.at(monday.AddDate(0, 0, 3))
	o.sweep()
	c, err = o.ByID(t.Context(), c.ID)
	o.ok(err)
	if !slices.Contains(c.Terms, "light:red") && !slices.Contains(c.Terms, "light:black") || c.Indexed != indexed {
		t.Errorf("terms %v of version %d", c.Terms, c.Indexed)
	}
	_, err = o.cases.Change(t.Context(), c.ID, func(c *Case) error { c.Indexed, c.Terms = 0, nil; return nil })
	o.ok(err)
	o.sweep()
	other, err := New(t.Context(), o.Deps)
	o.ok(err)
	_, err = other.Sweep(t.Context())
	o.ok(err)
	if c, err = o.ByID(t.Context(), c.ID); err != nil || len(c.Terms) > 0 {
		t.Errorf("all cases were looked at again: %v, %v", c.Terms, err)
	}
}
