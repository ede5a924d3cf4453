package main

import (
	"fmt"
	"log/slog"
	"regexp"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/ledger"
)

// beside opens the same engines in this process, to see what a process that was killed left behind. Nothing works in it. ago is by how much its clock is late.
func beside(t *testing.T, env []string, ago time.Duration) *app {
	t.Helper()
	cfg, err := config.Load(func(name string) string { return value(env, name) }, env, "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), cfg, slog.New(slog.DiscardHandler), func() time.Time { return time.Now().Add(-ago) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	return a
}

// opening is that of a case that nobody has touched yet.
func opening(i int, at time.Time) cases.Opening {
	lead, town := "emergency", "141128103"
	return cases.Opening{Tip: intake.TipID(fmt.Sprintf("%032x", i)), Received: at, Place: cases.Place{Town: town}, Categories: []string{"c1"}, Priority: "P1", Usual: "P1", Lead: lead,
		Co: []string{county.TownUnit(town)}, Sees: []string{lead, county.TownUnit(town), county.DutyDesk}, Rule: "c1"}
}

// TestKilledWhileExporting kills the worker in the middle of a file, again and again, and takes the queue away with it; in the end there is one file, whole.
func TestKilledWhileExporting(t *testing.T) {
	t.Parallel()
	const rows, kills = 4000, 2
	redis := enginetest.RedisServer(t)
	env := settings(t, "QIANSHAO_REDIS="+redis.URL)
	a := beside(t, env, 0)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	one, err := a.cases.Open(ctx, opening(0, a.now()))
	must(err)
	all, err := docs.Open[cases.Case](ctx, a.engines.Docs, "cases", docs.Index{Fields: []string{"terms", "rank"}, Multi: true},
		docs.Index{Fields: []string{"terms", "opened"}, Multi: true}, docs.Index{Fields: []string{"terms", "wake"}, Multi: true})
	must(err)
	var group errgroup.Group
	group.SetLimit(256)
	for i := 1; i < rows; i++ {
		group.Go(func() error {
			c := one
			c.ID, c.Number, c.Opened = fmt.Sprintf("%024x", i), fmt.Sprintf("方2026-%05d", i), one.Opened.Add(time.Duration(i)*time.Second)
			c.Terms = []string{"ledger", "sees:" + county.DutyDesk}
			return all.Insert(ctx, &c)
		})
	}
	must(group.Wait())
	duty := cases.Actor{ID: "s-duty", Name: "值班员", Role: cases.Duty, Unit: county.DutyDesk}
	j, err := a.ledger.Ask(ctx, duty, ledger.Job{Kind: ledger.JobExport, Total: rows})
	must(err)
	jobs, err := docs.Open[ledger.Job](ctx, a.engines.Docs, "ledger_jobs", docs.Index{Fields: []string{"terms", "at"}, Multi: true}, docs.Index{Fields: []string{"expires"}})
	must(err)
	now := func() *ledger.Job {
		t.Helper()
		j, err := a.ledger.Job(ctx, duty, j.ID)
		must(err)
		return &j
	}
	for range kills {
		_, err := jobs.Change(ctx, j.ID, func(j *ledger.Job) error {
			j.Done, j.Seen = 0, j.Seen.Add(-time.Minute) // nobody has heard of it for long: the sweep need not wait
			return nil
		})
		must(err)
		worker := launch(t, "worker", elsewhere(t, env))
		until(t, "some rows", func() bool { return now().Done > 0 })
		worker.kill()
		if j := now(); !j.Running() || j.Blob != "" {
			t.Fatalf("the worker was not killed in the middle: %+v", j)
		}
		empty(t, redis)
	}
	_, err = jobs.Change(ctx, j.ID, func(j *ledger.Job) error { j.Seen = j.Seen.Add(-time.Minute); return nil })
	must(err)
	start(t, "worker", elsewhere(t, env))
	until(t, "the file", func() bool { return !now().Running() })
	done, f, err := a.ledger.File(ctx, duty, j.ID)
	must(err)
	defer f.Close()
	book, err := excelize.OpenReader(f)
	must(err)
	defer book.Close()
	lines, err := book.GetRows(book.GetSheetName(0))
	must(err)
	number, seen := regexp.MustCompile(`^方\d{4}-\d+$`), map[string]int{}
	for _, line := range lines {
		for _, cell := range line {
			if number.MatchString(cell) {
				seen[cell]++
			}
		}
	}
	for n, times := range seen {
		if times != 1 {
			t.Errorf("%s stands %d times in the file", n, times)
		}
	}
	if len(seen) != rows || done.Failed || done.Done != rows {
		t.Errorf("%d cases in the file of %d; job %+v", len(seen), rows, done)
	}
	until(t, "one file and nothing left over", func() bool {
		n := 0
		for _, err := range a.engines.Blobs.List(ctx, "ledger/") {
			must(err)
			n++
		}
		return n == 1
	})
}

// TestKilledWhileEscalating kills the worker in the middle of a sweep over cases whose clocks ran out long ago; in the end each of them has told of each light
// once, and got one supervision order.
func TestKilledWhileEscalating(t *testing.T) {
	t.Parallel()
	const many, kills = 150, 2
	redis := enginetest.RedisServer(t)
	env := settings(t, "QIANSHAO_REDIS="+redis.URL)
	a := beside(t, env, 60*24*time.Hour)
	ctx := t.Context()
	var group errgroup.Group
	group.SetLimit(16)
	for i := range many {
		group.Go(func() error { _, err := a.cases.Open(ctx, opening(i, a.now())); return err })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	// ordered is how many cases the sweep has come to.
	ordered := func() int {
		n := 0
		for c, err := range a.cases.Each(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			if len(c.Orders) > 0 {
				n++
			}
		}
		return n
	}
	halfway := 0
	for range kills {
		before := ordered()
		worker := launch(t, "worker", elsewhere(t, env))
		until(t, "some orders", func() bool { return ordered() > before })
		worker.kill()
		if n := ordered(); n < many {
			halfway++
		}
	}
	if halfway == 0 {
		t.Error("no kill came in the middle of the sweep")
	}
	start(t, "worker", elsewhere(t, env))
	until(t, "all orders", func() bool { return ordered() == many })
	type told struct {
		kind  cases.NoticeKind
		unit  string
		rank  county.Rank
		step  string
		of    string
		light cases.Light
	}
	var like map[told]bool
	for c, err := range a.cases.Each(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		orders, notices := 0, map[told]bool{}
		for _, e := range c.Events {
			if e.Action == string(cases.Supervise) {
				orders++
			}
		}
		for i, n := range c.Outbox {
			is := told{n.Kind, n.Unit, n.Rank, n.Step, n.Of, n.Light}
			if notices[is] || n.Number != i+1 {
				t.Errorf("%s tells twice: %+v", c.Number, n)
			}
			notices[is] = true
		}
		if orders != 1 || len(c.Orders) != 1 {
			t.Errorf("%s has %d supervision orders, %d in its log", c.Number, len(c.Orders), orders)
		}
		if like == nil {
			like = notices
		}
		if len(notices) < 4 || len(notices) != len(like) {
			t.Errorf("%s tells of %d things, another one of %d", c.Number, len(notices), len(like))
		}
	}
}
