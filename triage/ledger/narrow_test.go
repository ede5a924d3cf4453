package ledger

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// stock stores cases as they are, past the rules by which they come to be.
func (w *world) stock(all ...cases.Case) {
	w.t.Helper()
	c, err := docs.Open[cases.Case](w.t.Context(), w.engines.Docs, "cases", docs.Index{Fields: []string{"terms", "rank"}, Multi: true},
		docs.Index{Fields: []string{"terms", "opened"}, Multi: true}, docs.Index{Fields: []string{"terms", "wake"}, Multi: true})
	w.ok(err)
	for i := range all {
		k := &all[i]
		k.ID, k.Number = fmt.Sprintf("%024x", i), fmt.Sprintf("方2026-9%03d", i)
		k.Terms = []string{"closed", "ledger", "site", "sees:" + county.DutyDesk}
		w.ok(c.Insert(w.t.Context(), k))
	}
}

// Of cases, lists and files read only what they show. It must make the same of a case as the whole one does, in every column.
func TestReadingLessChangesNothing(t *testing.T) {
	w := newWorld(t)
	born, forms := full()
	born.From, born.Tips, born.Outcome = "other", nil, cases.False
	born.Since, born.Births = monday.AddDate(0, 0, -5), []cases.Birth{{Kind: cases.BirthRelapse, At: monday.AddDate(0, 0, -7)}}
	again, _ := full()
	again.State, again.Since, again.Outcome = cases.Watched, monday.AddDate(0, 0, -5), cases.True
	again.Births = []cases.Birth{{Kind: cases.BirthRelapse, At: monday.AddDate(0, 0, -1)}}
	again.Records = append(again.Records, record("r9", disposal.Form{Kind: disposal.KindCutoff, On: "2026-11-13", Cutoff: &disposal.Cutoff{What: "water", Cut: "2026-11-13"}}))
	again.Records[0].Void = true
	for _, n := range []int{3, 4} {
		again.LookBacks = append(again.LookBacks, cases.Return{Number: n, Due: monday})
	}
	again.LookBacks[2].Off = false
	struck, _ := full()
	struck.Events = append(struck.Events, cases.Event{At: monday.AddDate(0, 0, 2), Action: "remark", From: cases.Struck, To: cases.Struck})
	w.stock(struck, born, again)
	a, b := w.opened("a"), w.opened("b")
	w.opened("c", func(o *cases.Opening) { o.Priority, o.Place = "P0", cases.Place{County: w.Profile.Neighbours[0].Code} })
	w.surveyed(&a, "老砖厂后院", "王五", true)
	w.surveyed(&b, "北沟养殖场", "王五", false)

	ctx, filled := t.Context(), map[string]bool{}
	whole := func(id string) *cases.Case {
		c, err := w.Cases.ByID(ctx, id)
		w.ok(err)
		return &c
	}
	same := func(what string, c *cases.Case, f func(*cases.Case) any) {
		t.Helper()
		if got, want := f(c), f(whole(c.ID)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s of %s: %+v, of the whole case %+v", what, c.Number, got, want)
		}
	}
	row := func(c *cases.Case) any {
		beside := Beside{Forms: forms}
		if c.ID == a.ID || c.ID == b.ID { // whom the others name is not sealed in them
			var err error
			beside, err = w.beside(c, true)
			w.ok(err)
		}
		beside.At, beside.Where, beside.Seq = &orb.Point{111.201, 37.671}, "砖厂", 1
		cells := w.table.Row(c, beside)
		for i, cell := range cells {
			filled[w.Columns()[i].Field] = filled[w.Columns()[i].Field] || cell.String() != ""
		}
		return cells
	}
	n := 0
	for c, err := range w.Cases.SheetRows(ctx, duty, cases.Sheet{}, rowFields...) {
		w.ok(err)
		same("row", &c, row)
		n++
	}
	for field, ok := range filled {
		if !ok && field != "" {
			t.Errorf("no case fills %s, so nothing is proved of it", field)
		}
	}
	for c, err := range w.Cases.SheetRows(ctx, duty, cases.Sheet{}, tallyFields...) {
		w.ok(err)
		same("count", &c, func(c *cases.Case) any {
			sum := tally{p: w.Profile, d: Month(w.Profile, 2026, 11, ""), sums: map[string]Counts{"": {}}}
			sum.take(c, monday.AddDate(0, 3, 0))
			return sum.rows
		})
	}
	lines, err := w.Cases.Sheet(ctx, duty, cases.Sheet{}, "", lineFields...)
	w.ok(err)
	for i := range lines.Items {
		same("line", &lines.Items[i], row)
		for _, days := range []int{0, 3, 60} {
			same("light", &lines.Items[i], func(c *cases.Case) any { return c.Light(w.Profile, monday.AddDate(0, 0, days)) })
		}
	}
	sites, err := w.Cases.Sheet(ctx, duty, cases.Sheet{Sites: true}, "", SiteFields...)
	w.ok(err)
	for i := range sites.Items {
		same("site", &sites.Items[i], func(c *cases.Case) any {
			others, err := w.Cases.Same(ctx, duty, c, 9)
			w.ok(err)
			return []any{SiteOf(w.Profile, c), StatusOf(c), c.Place, c.Stopped, others}
		})
	}
	if n != 6 || len(lines.Items) != 6 || len(sites.Items) != 5 {
		t.Errorf("%d rows, %d lines, %d sites", n, len(lines.Items), len(sites.Items))
	}
}
