package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/config/engine/blobs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/places"
)

const (
	dawu   = "141128103"
	dianpo = "141128103229"
)

var duty = cases.Actor{ID: "s-duty", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}

func handler(unit string) cases.Actor {
	return cases.Actor{ID: "s-" + unit, Name: "某", Role: cases.Handler, Unit: unit}
}

// world is the ledger on engines of its own, with a clock that the test moves.
type world struct {
	*Service
	t       testing.TB
	engines *engine.Engines
	store   *breaking
	mu      sync.Mutex
	now     time.Time
}

// breaking is a store whose next Put dies after so many bytes, leaving what it has under the key: a worker that was killed.
type breaking struct {
	blobs.Store
	after int64 // 0 for never
}

func (b *breaking) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if b.after == 0 {
		return b.Store.Put(ctx, key, r)
	}
	n := b.after
	b.after = 0
	if _, err := b.Store.Put(ctx, key, io.LimitReader(r, n)); err != nil {
		return 0, err
	}
	return 0, errors.New("killed")
}

func (b *breaking) Delete(ctx context.Context, key string) error {
	if strings.HasSuffix(key, "dead") {
		return errors.New("killed")
	}
	return b.Store.Delete(ctx, key)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, engines: enginetest.New(t), now: monday}
	w.store = &breaking{Store: w.engines.Blobs}
	officer, err := age.GenerateX25519Identity()
	w.ok(err)
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize), officer.Recipient().String())
	w.ok(err)
	log, err := custody.Open(t.Context(), w.engines.Docs, v, w.clock)
	w.ok(err)
	p := profile(t)
	all, err := cases.New(t.Context(), cases.Deps{Docs: w.engines.Docs, Vault: v, Custody: log, Profile: p, Now: w.clock})
	w.ok(err)
	known, err := places.New(t.Context(), places.Deps{Docs: w.engines.Docs, Vault: v, Custody: log, Profile: p, Cases: all, Now: w.clock})
	w.ok(err)
	w.Service, err = New(t.Context(), Deps{Docs: w.engines.Docs, Blobs: w.store, Queue: w.engines.Queue, Vault: v, Custody: log, Profile: p, Cases: all, Places: known, Now: w.clock})
	w.ok(err)
	t.Cleanup(func() { w.ok(w.Close()) })
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) at(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func key(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return fmt.Sprint(err)
}

// opened opens a case as triage does.
func (w *world) opened(tip string, change ...func(*cases.Opening)) cases.Case {
	w.t.Helper()
	o := cases.Opening{
		Tip: intake.TipID(tip), Received: w.clock(), Place: cases.Place{Town: dawu, Village: dianpo}, Categories: []string{"c1"}, Priority: "P1", Lead: "emergency",
		Co: []string{county.TownUnit(dawu)}, Sees: []string{"emergency", county.TownUnit(dawu), county.DutyDesk}, Rule: "c1",
	}
	for _, f := range change {
		f(&o)
	}
	c, err := w.Cases.Open(w.t.Context(), o)
	w.ok(err)
	return c
}

func (w *world) do(c *cases.Case, act cases.Action, in cases.Input) {
	w.t.Helper()
	in.Version = c.Version
	next, err := w.Cases.Do(w.t.Context(), handler(c.Lead), c.ID, act, in)
	if err != nil {
		w.t.Fatalf("%s: %v", act, err)
	}
	*c = next
}

// surveyed brings a case to 属实 with a survey, and stopped, cleared and closed if so wished.
func (w *world) surveyed(c *cases.Case, site, operator string, clear bool) {
	w.t.Helper()
	day := disposal.Day(w.Profile.Day(w.clock()).Format(time.DateOnly))
	two := []disposal.Person{"张三", "李四"}
	w.do(c, cases.Sign, cases.Input{})
	w.do(c, cases.Look, cases.Input{})
	w.do(c, cases.Register, cases.Input{Record: &disposal.Form{Kind: disposal.KindSurvey, On: day, Officers: two, Survey: &disposal.Survey{
		Site: site, Operator: disposal.Person(operator), Before: "no", Running: "yes", Hazardous: "yes", Controlled: "no"}}})
	w.do(c, cases.Conclude, cases.Input{Outcome: cases.True, Note: "现场有釜有桶，查实了"})
	if !clear {
		return
	}
	w.do(c, cases.Dispose, cases.Input{})
	w.do(c, cases.Register, cases.Input{Record: &disposal.Form{Kind: disposal.KindClearance, On: day, Officers: two, Clearance: &disposal.Clearance{
		Stopped: day, Cleared: day, Premises: "yes", Equipment: []disposal.Equipment{{What: "搪瓷釜", Count: 2, How: "scrapped", Where: "废品站", Receiver: "孙七"}},
		Materials: []disposal.Material{{Name: "甲醛", Hazardous: "chemical", Amount: 2150, Unit: "t", Where: "吕梁", Receiver: "某公司"}, {Name: "废液", Hazardous: "waste", Amount: 500_000, Unit: "kg", Where: "吕梁", Receiver: "某公司"}}}}})
	w.do(c, cases.Finish, cases.Input{Note: "设备原料都清走了"})
	w.do(c, cases.Close, cases.Input{})
}

func (w *world) record(subject string) []custody.Entry {
	w.t.Helper()
	all, err := w.Custody.Read(w.t.Context(), subject)
	w.ok(err)
	return all
}

// rowsOf reads an exported file: the lines below the heading.
func rowsOf(t testing.TB, r io.Reader, sheet string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(r)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A sealed case is in nobody's ledger, count or export but of those who may see it; a foreign unit sees nothing.
func TestWhoSeesWhichRows(t *testing.T) {
	w := newWorld(t)
	open := w.opened("a")
	sealed := w.opened("b", func(o *cases.Opening) {
		o.Sealed, o.Lead, o.Co, o.Sees = true, "discipline", nil, []string{"discipline"}
	})
	w.opened("c", func(o *cases.Opening) { o.Refer = true })
	for _, c := range []struct {
		a    cases.Actor
		want []string
	}{
		{duty, []string{open.Number}}, {handler("emergency"), []string{open.Number}}, {handler(county.TownUnit(dawu)), []string{open.Number}},
		{handler("discipline"), []string{sealed.Number}}, {handler(county.TownUnit("141128100")), nil}, {cases.Actor{ID: "x", Role: cases.Admin}, nil},
		{cases.Actor{ID: "y", Role: cases.RewardOff, Unit: "emergency"}, nil},
	} {
		n, err := w.Cases.SheetCount(t.Context(), c.a, cases.Sheet{}, 0)
		w.ok(err)
		lines, _, err := w.Page(t.Context(), c.a, cases.Sheet{}, false, "")
		w.ok(err)
		var out bytes.Buffer
		w.ok(w.Export(t.Context(), c.a, cases.Sheet{}, true, &out, nil))
		var numbers, exported []string
		for _, l := range lines {
			numbers = append(numbers, l.Case.Number)
		}
		for _, row := range rowsOf(t, &out, sheetName)[headerLines:] {
			exported = append(exported, row[1])
		}
		if int(n) != len(c.want) || !slices.Equal(numbers, c.want) || !slices.Equal(exported, c.want) {
			t.Errorf("%s %s: counts %d, lists %v, exports %v, want %v", c.a.Role, c.a.Unit, n, numbers, exported, c.want)
		}
	}
}

func TestFiltersAndPages(t *testing.T) {
	w := newWorld(t)
	for i := range 60 {
		w.at(monday.Add(time.Duration(i) * time.Hour))
		w.opened(fmt.Sprint("t", i), func(o *cases.Opening) {
			if i%3 == 0 {
				o.Categories, o.Place.Town = []string{"c7", "c1"}, "141128100"
			}
		})
	}
	count := func(q cases.Sheet) int {
		seen := map[string]bool{}
		for after := ""; ; {
			lines, next, err := w.Page(t.Context(), duty, q, false, after)
			w.ok(err)
			for _, l := range lines {
				seen[l.Case.ID] = true
			}
			if after = next; after == "" {
				n, err := w.Cases.SheetCount(t.Context(), duty, q, 0)
				w.ok(err)
				if int(n) != len(seen) {
					t.Errorf("%+v counts %d and lists %d", q, n, len(seen))
				}
				return len(seen)
			}
		}
	}
	for want, qs := range map[int][]cases.Sheet{
		60: {{}, {State: cases.Unsigned}, {Lead: "emergency"}, {Category: "c1"}}, 20: {{Town: "141128100"}, {Category: "c7"}, {Town: "141128100", Category: "c7", State: cases.Unsigned}},
		24: {{From: monday, To: monday.AddDate(0, 0, 1)}}, 0: {{State: cases.Closed}, {Lead: "police"}, {Light: cases.Black}},
	} {
		for _, q := range qs {
			if got := count(q); got != want {
				t.Errorf("%+v: %d, want %d", q, got, want)
			}
		}
	}
}

// The register finds a place by part of its name, and what else the same person runs; never what the actor may not see.
func TestRegister(t *testing.T) {
	w := newWorld(t)
	a, b, c := w.opened("a"), w.opened("b", func(o *cases.Opening) { o.Place.Town, o.Place.Village = "141128100", "" }), w.opened("c", func(o *cases.Opening) {
		o.Lead, o.Co, o.Sees = "police", nil, []string{"police", county.DutyDesk}
	})
	w.opened("d")
	w.surveyed(&a, "老砖厂后院", "王五", true)
	w.surveyed(&b, "北沟养殖场", " 王 五", false)
	w.surveyed(&c, "老砖厂对面", "王五", false)
	find := func(actor cases.Actor, q cases.Sheet) string {
		q.Sites = true
		page, err := w.Cases.Sheet(t.Context(), actor, q, "")
		w.ok(err)
		var all []string
		for i := range page.Items {
			all = append(all, page.Items[i].Number[len(page.Items[i].Number)-1:])
		}
		slices.Sort(all)
		return strings.Join(all, "")
	}
	for _, x := range []struct {
		a    cases.Actor
		q    cases.Sheet
		want string
	}{
		{duty, cases.Sheet{}, "123"}, {handler("emergency"), cases.Sheet{}, "12"}, {duty, cases.Sheet{Name: "砖厂"}, "13"}, {handler("emergency"), cases.Sheet{Name: "老砖厂"}, "1"},
		{duty, cases.Sheet{Name: "养殖场 北沟"}, "2"}, {duty, cases.Sheet{Name: "厂砖"}, ""}, {duty, cases.Sheet{Name: "砖"}, "13"}, {duty, cases.Sheet{Who: "王五"}, "123"}, {duty, cases.Sheet{Who: "王"}, ""},
		{handler("police"), cases.Sheet{Who: "王五"}, "3"}, {duty, cases.Sheet{Name: a.Number}, "1"}, {duty, cases.Sheet{Town: "141128100"}, "2"},
	} {
		if got := find(x.a, x.q); got != x.want {
			t.Errorf("%s looks for %+v: %q, want %q", x.a.Unit, x.q, got, x.want)
		}
	}
	same, err := w.Cases.Same(t.Context(), handler("emergency"), &a, 9)
	w.ok(err)
	if len(same) != 1 || same[0].ID != b.ID {
		t.Errorf("run by the same: %d", len(same))
	}
	if s := SiteOf(w.Profile, &a); s.Name != "老砖厂后院" || !strings.Contains(s.Equipment, "搪瓷釜 2 台") || strings.Contains(s.Equipment, "孙七") {
		t.Errorf("%+v", s)
	}
	if StatusOf(&a) != Watched || StatusOf(&b) != Known {
		t.Errorf("statuses %s, %s", StatusOf(&a), StatusOf(&b))
	}
}

func TestViews(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.ok(w.Keep(ctx, View{Staff: "a", Name: " 大武  红灯 ", Query: "town=1"}))
	w.ok(w.Keep(ctx, View{Staff: "a", Name: "大武 红灯", Query: "town=2"}))
	w.ok(w.Keep(ctx, View{Staff: "b", Name: "大武 红灯", Query: "town=3"}))
	mine, err := w.Views(ctx, "a")
	w.ok(err)
	if len(mine) != 1 || mine[0].Query != "town=2" {
		t.Errorf("%+v", mine)
	}
	w.ok(w.Forget(ctx, "b", mine[0].ID))
	if mine, _ = w.Views(ctx, "a"); len(mine) != 1 {
		t.Error("somebody else deleted a view")
	}
	for _, name := range []string{"", "  ", strings.Repeat("长", 21)} {
		if err := w.Keep(ctx, View{Staff: "a", Name: name}); key(err) != "ledger.view_name" {
			t.Errorf("%q: %v", name, err)
		}
	}
	for i := range 25 {
		err := w.Keep(ctx, View{Staff: "a", Name: fmt.Sprint("看法", i)})
		if many := i >= 19; (key(err) == "ledger.view_many") != many {
			t.Errorf("view %d: %v", i+2, err)
		}
	}
	w.ok(w.Forget(ctx, "a", mine[0].ID))
}
