package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/sync/errgroup"

	"qianshao/cmd/qianshao/demo"
	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/handlers/account"
	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/ledger"
	"qianshao/triage/places"
)

// office is the product on a year of casework, in this process.
type office struct {
	b   *testing.B
	app *app
	at  atomic.Int64 // what the clock says, in nanoseconds; 0 is the real time
}

func (o *office) now() time.Time {
	if at := o.at.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Now()
}

func (o *office) ok(err error) {
	o.b.Helper()
	if err != nil {
		o.b.Fatal(err)
	}
}

// lives is how many cases are led through their lives by the real actions. All others are copies of them with an id, a number, tips and minutes of their own.
const lives = 400

// fillOffice makes a year of n cases of all towns, categories and units: of twenty, six are open work, two were true, the others were not.
// QIANSHAO_BENCH_DATA names a folder that is kept, so that a second run need not fill it again.
func fillOffice(b *testing.B, n int) *office {
	b.Helper()
	folder := os.Getenv("QIANSHAO_BENCH_DATA")
	if folder == "" {
		folder = b.TempDir()
	}
	env := settings(b, "QIANSHAO_DATA="+filepath.Join(folder, "data"))
	cfg, err := config.Load(func(name string) string { return value(env, name) }, env, "")
	if err != nil {
		b.Fatal(err)
	}
	o := &office{b: b}
	o.app, err = openApp(b.Context(), cfg, slog.New(slog.DiscardHandler), o.now)
	o.ok(err)
	b.Cleanup(o.app.close)
	if _, err := o.app.cases.ByID(b.Context(), fmt.Sprintf("%024x", n-1)); err == nil {
		return o
	}
	began := time.Now()
	models := make([]cases.Case, lives)
	for i := range models {
		models[i] = o.live(i)
	}
	o.at.Store(0)
	_, err = o.app.cases.Sweep(b.Context())
	o.ok(err)
	for i := range models {
		models[i], err = o.app.cases.ByID(b.Context(), models[i].ID)
		o.ok(err)
	}
	b.Logf("%d lives in %v", lives, time.Since(began).Round(time.Second))
	indexes := []docs.Index{{Fields: []string{"terms", "rank"}, Multi: true}, {Fields: []string{"terms", "opened"}, Multi: true}, {Fields: []string{"terms", "wake"}, Multi: true}}
	all, err := docs.Open[cases.Case](b.Context(), o.app.engines.Docs, "cases") // the indexes are made at the end, which takes less
	o.ok(err)
	var group errgroup.Group
	group.SetLimit(512)
	for i := lives; i < n; i++ {
		group.Go(func() error {
			c := another(&models[i%lives], i)
			return all.Insert(b.Context(), &c)
		})
	}
	o.ok(group.Wait())
	b.Logf("%d stored after %v", n, time.Since(began).Round(time.Second))
	_, err = docs.Open[cases.Case](b.Context(), o.app.engines.Docs, "cases", indexes...)
	o.ok(err)
	o.fillRegister(n)
	b.Logf("%d cases in %v", n, time.Since(began).Round(time.Second))
	return o
}

// fillRegister adds what stands in the register beside n cases: for each fifty of them a site that the county imported and one that a case taught, and two
// matters of the ledger from before.
func (o *office) fillRegister(n int) {
	ctx, p := o.b.Context(), o.app.profile
	known, err := docs.Open[places.Place](ctx, o.app.engines.Docs, "places", docs.Index{Fields: []string{"case"}}, docs.Index{Fields: []string{"kind", "name"}})
	o.ok(err)
	olds, err := docs.Open[ledger.Old](ctx, o.app.engines.Docs, "ledger_old", docs.Index{Fields: []string{"terms", "key"}, Multi: true})
	o.ok(err)
	var group errgroup.Group
	group.SetLimit(512)
	for i := range n / 50 {
		v := p.Villages[i%len(p.Villages)]
		site := places.Place{ID: fmt.Sprint("i", i), Kind: places.Site, Name: fmt.Sprintf("%s%d号院", v.Name, i), County: p.Code, Town: v.Town, Village: v.Code, Source: places.Imported}
		taught := site
		taught.ID, taught.Name, taught.Source, taught.Case = fmt.Sprint("t", i), v.Name+"废品站", places.Learned, fmt.Sprintf("%024x", max(lives, 50*i+4))
		group.Go(func() error { return errors.Join(known.Insert(ctx, &site), known.Insert(ctx, &taught)) })
		for j := range 2 {
			old := ledger.Old{ID: fmt.Sprintf("o%d-%d", i, j), Number: fmt.Sprintf("旧%d-%d", i, j), Site: site.Name, Town: v.Town, Village: v.Code, Status: ledger.Known, Key: v.Town + v.Code + site.Name,
				Terms: []string{"sees:" + county.DutyDesk, "sees:" + county.TownUnit(v.Town), "status:known", "town:" + v.Town}}
			for _, gram := range cases.Grams(old.Number+" "+old.Site, false) {
				old.Terms = append(old.Terms, "name:"+gram)
			}
			group.Go(func() error { return olds.Insert(ctx, &old) })
		}
	}
	o.ok(group.Wait())
}

// another is a copy of a case that came some minutes later.
func another(model *cases.Case, i int) cases.Case {
	c := *model
	c.ID, c.Number = fmt.Sprintf("%024x", i), fmt.Sprintf("方2026-%06d", i)
	later := time.Duration(i) * time.Second
	c.Opened, c.Rank = c.Opened.Add(later), c.Rank.Add(later)
	c.Terms = slices.Clone(c.Terms)
	c.Terms = slices.DeleteFunc(c.Terms, func(t string) bool { return strings.HasPrefix(t, "number:") || strings.HasPrefix(t, "tip:") })
	c.Terms = append(c.Terms, "number:"+strconv.Itoa(i), "number:2026-"+strconv.Itoa(i))
	c.Tips = slices.Clone(c.Tips)
	for j := range c.Tips {
		c.Tips[j].Tip = fmt.Sprintf("%032x", i*10+j)
		c.Terms = append(c.Terms, "tip:"+c.Tips[j].Tip)
	}
	return c
}

// live leads the i-th case from its tip to wherever it stands today.
func (o *office) live(i int) cases.Case {
	ctx, p := o.b.Context(), o.app.profile
	rnd := rand.New(rand.NewPCG(4, uint64(i)))
	village := p.Villages[rnd.IntN(len(p.Villages))]
	route := p.Matrix[rnd.IntN(len(p.Matrix))]
	for cases.Seals(p, route.Lead) || route.Refer {
		route = p.Matrix[rnd.IntN(len(p.Matrix))]
	}
	lead, town := route.Lead, county.TownUnit(village.Town)
	if lead == "town" {
		lead = town
	}
	ago := 1 + rnd.IntN(360)
	stage := i % 20
	if stage < 6 {
		ago = 1 + rnd.IntN(20)
	}
	at := time.Now().AddDate(0, 0, -ago)
	on := func(d time.Duration) { o.at.Store(at.Add(d).UnixNano()) }
	on(0)
	where := []string{"砖厂", "养殖场", "沟里老院", "废品站", "洗煤厂旁"}[rnd.IntN(5)]
	draft := o.app.intake.NewDraft()
	_, err := o.app.intake.Submit(ctx, draft, intake.Submission{Report: intake.Report{
		Signs: []string{p.Signs[rnd.IntN(len(p.Signs))].ID}, Village: village.Code, Town: village.Town, Where: village.Name + where, Words: "夜里有车拉桶进出，味道呛人。",
		Now: p.Now[0].ID, Channel: "web"}})
	o.ok(err)
	var category county.Category
	if k, ok := p.Category(route.Category); ok {
		category = k
	}
	co := append([]string{town}, route.Co...)
	co = slices.DeleteFunc(co, func(u string) bool { return u == lead || u == "town" })
	sees := append([]string{lead, county.DutyDesk}, co...)
	if route.Oversight != "" {
		sees = append(sees, route.Oversight)
	}
	c, err := o.app.cases.Open(ctx, cases.Opening{
		Tip: draft.Tip(), Received: o.now(), Channel: "web", Place: cases.Place{Town: village.Town, Village: village.Code, Confidence: .9}, Categories: []string{category.ID},
		Signs: []string{p.Signs[0].ID}, Priority: category.Priority, Lead: lead, Co: co, Oversight: route.Oversight,
		Sees: sees, Rule: category.ID, Reasons: []string{"规则 " + category.ID}, Confidence: .9,
	})
	o.ok(err)
	who := cases.Actor{ID: "s-" + lead, Name: "经办人", Role: cases.Handler, Unit: lead}
	do := func(after time.Duration, act cases.Action, in cases.Input) {
		o.b.Helper()
		on(after)
		in.Version = c.Version
		next, err := o.app.cases.Do(ctx, who, c.ID, act, in)
		if err != nil {
			o.b.Fatalf("case %d, %s in %s: %v", i, act, c.State, err)
		}
		c = next
	}
	outcome := cases.False
	switch {
	case stage == 4 || stage == 5:
		outcome = cases.True
	case stage > 16:
		outcome = cases.Unclear
	}
	surnames, given := []rune("张王李赵刘陈杨高任薛"), []rune("建国军明红伟强芳兰玉春生平华")
	name := func() disposal.Person {
		return disposal.Person(string([]rune{surnames[rnd.IntN(len(surnames))], given[rnd.IntN(len(given))], given[rnd.IntN(len(given))]}))
	}
	if stage >= 1 {
		do(time.Hour, cases.Sign, cases.Input{})
	}
	if stage >= 2 {
		do(5*time.Hour, cases.Look, cases.Input{Note: "两人到现场外围看过，情况与线索大致相符。"})
	}
	if stage >= 4 {
		if outcome != cases.Unclear {
			f := demo.Survey(p, o.now(), village.Name+where)
			f.Survey.Operator = name()
			do(6*time.Hour, cases.Register, cases.Input{Record: f})
		}
		do(7*time.Hour, cases.Conclude, cases.Input{Outcome: outcome, Note: "现场核查记录已入卷，周边住户问过。"})
		on(8 * time.Hour)
		c, err = o.app.cases.Write(ctx, who, c.ID, cases.Writing{Action: cases.Write, Key: "bench", Version: c.Version, Text: "查过了，结果写在这里。", Ends: true})
		o.ok(err)
	}
	if outcome == cases.True {
		do(9*time.Hour, cases.Dispose, cases.Input{})
	}
	if stage == 5 {
		do(10*time.Hour, cases.Register, cases.Input{Record: demo.Clearance(p, o.now())})
		do(11*time.Hour, cases.Finish, cases.Input{Note: "设备、原料都清走了，厂房清完了。"})
	}
	if stage >= 5 {
		do(12*time.Hour, cases.Close, cases.Input{Note: "处置完毕，照片和文书已入卷。"})
	}
	return c
}

// signIn gives the session of a new member of staff.
func (o *office) signIn(role cases.Role, unit string) string {
	o.b.Helper()
	m, _, err := o.app.accounts.Add(o.b.Context(), account.NewStaff{Login: fmt.Sprintf("b%d", time.Now().UnixNano()), Name: "张三", Role: role, Unit: unit})
	o.ok(err)
	token, err := o.app.accounts.Begin(o.b.Context(), m)
	o.ok(err)
	return token
}

// ownCPU is what this process has computed so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// visitor is somebody with a session.
type visitor struct {
	o      *office
	base   string
	cookie string
}

// page loads a page.
func (v visitor) page(path string) *goquery.Document {
	v.o.b.Helper()
	raw, _ := v.get(path)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(raw))
	v.o.ok(err)
	return doc
}

// get loads a page and gives it with what it took, to its last byte.
func (v visitor) get(path string) ([]byte, time.Duration) {
	v.o.b.Helper()
	req, err := http.NewRequestWithContext(v.o.b.Context(), http.MethodGet, v.base+path, nil)
	v.o.ok(err)
	req.Header.Set("Cookie", "__Host-qianshao="+v.cookie)
	began := time.Now()
	resp, err := http.DefaultClient.Do(req)
	v.o.ok(err)
	raw, err := io.ReadAll(resp.Body)
	took := time.Since(began)
	v.o.ok(errors.Join(err, resp.Body.Close()))
	if resp.StatusCode != http.StatusOK {
		v.o.b.Fatalf("%s: status %d\n%s", path, resp.StatusCode, raw)
	}
	return raw, took
}

// deskPages are the kinds of pages that are asked for, each with addresses of its kind. Lists are followed to their fourth page.
func (o *office) deskPages(v visitor) map[string][]string {
	follow := func(path string) []string {
		all := []string{path}
		for len(all) < 4 {
			next, ok := v.page(all[len(all)-1]).Find(`a[href*="after="]`).Last().Attr("href")
			if !ok {
				break
			}
			all = append(all, next)
		}
		return all
	}
	pages := map[string][]string{"overview": {"/desk/overview"}, "work": {"/desk/work"}}
	for _, q := range []string{"mine", "late", "owed", "mention", "waits", "helped", "all", "done", "urgent"} {
		pages["queue"] = append(pages["queue"], follow("/desk?q="+q)...)
	}
	p := o.app.profile
	for _, q := range []string{"town=" + p.Towns[0].Code, "light=black", "state=looked&category=c1", "town=" + p.Towns[2].Code + "&state=false&category=c2"} {
		pages["narrow"] = append(pages["narrow"], follow("/desk?q=all&"+q)...)
		pages["narrow"] = append(pages["narrow"], "/desk?q=done&"+q)
		pages["ledger"] = append(pages["ledger"], follow("/desk/ledger?"+q)...)
	}
	pages["ledger"] = append(pages["ledger"], follow("/desk/ledger")...)
	for i, words := range []string{p.Towns[0].Name, p.Villages[5].Name, p.Villages[70].Name, p.Towns[1].Name + " " + p.Villages[3].Name, "2026-77123", "4711", "方2026-0012", "王建国", "李红", "没有这个人"} {
		pages["search"] = append(pages["search"], "/desk?words="+url.QueryEscape(words))
		if i < 3 {
			pages["sites"] = append(pages["sites"], "/desk/sites?name="+url.QueryEscape(words))
			pages["sites-old"] = append(pages["sites-old"], "/desk/sites?source=old&name="+url.QueryEscape(words))
			pages["sites-places"] = append(pages["sites-places"], "/desk/sites?source=places&name="+url.QueryEscape(words))
		}
	}
	pages["sites"] = append(pages["sites"], follow("/desk/sites")...)
	pages["sites-old"] = append(pages["sites-old"], follow("/desk/sites?source=old")...)
	pages["sites-places"] = append(pages["sites-places"], follow("/desk/sites?source=places")...)
	for i := range lives { // the copies have no tips that could be shown
		if path, ok := v.page(fmt.Sprintf("/desk?words=%d-%04d", time.Now().Year(), i+1)).Find(`a[href^="/desk/cases/"]`).Last().Attr("href"); ok {
			pages["case"] = append(pages["case"], path)
		}
		if len(pages["case"]) == 10 {
			break
		}
	}
	return pages
}

// BenchmarkDesk asks for the pages of the desk on a year of casework (QIANSHAO_BENCH_CASES, 100,000), one after the other as one person does, for the duty
// desk and for a department: what a page took to its last byte, what the processor computed for it (the reader beside it included), and how often that is a
// page of the desk that shows no case.
func BenchmarkDesk(b *testing.B) {
	o := fillOffice(b, number(b, "QIANSHAO_BENCH_CASES", 100_000))
	_, err := o.app.figures.Sweep(b.Context())
	o.ok(err)
	h, err := o.app.handler(nil)
	o.ok(err)
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	who := map[string]visitor{
		"duty":      {o, server.URL, o.signIn(cases.Duty, county.DutyDesk)},
		"emergency": {o, server.URL, o.signIn(cases.Handler, "emergency")},
	}
	floor := measure(b, visitor{o, server.URL, o.signIn(cases.Operator, county.DutyDesk)}, []string{"/desk/hotline"}, 100)
	for name, v := range who {
		for kind, paths := range o.deskPages(v) {
			b.Run(name+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					m := measure(b, v, paths, 2*max(20, len(paths)))
					b.ReportMetric(0, "ns/op")
					ms := func(q float64) float64 { return float64(m.percentile(q).Microseconds()) / 1000 }
					b.ReportMetric(ms(.5), "p50-ms")
					b.ReportMetric(ms(.95), "p95-ms")
					b.ReportMetric(ms(.99), "p99-ms")
					b.ReportMetric(float64(m.cpu.Microseconds())/1000/float64(len(m.all)), "cpu-ms")
					b.ReportMetric(float64(m.percentile(.95))/float64(floor.percentile(.95)), "x-floor")
				}
			})
		}
	}
}

// BenchmarkDeskExport writes about half of the same cases, those of the last months, into an Excel file.
func BenchmarkDeskExport(b *testing.B) {
	o := fillOffice(b, number(b, "QIANSHAO_BENCH_CASES", 100_000))
	duty := cases.Actor{ID: "s-duty", Name: "值班员", Role: cases.Duty, Unit: county.DutyDesk}
	sheet := cases.Sheet{From: time.Now().AddDate(0, 0, -105)}
	rows, err := o.app.cases.SheetCount(b.Context(), duty, sheet, 0)
	o.ok(err)
	for b.Loop() {
		runtime.GC()
		debug.FreeOSMemory()
		before := memory(b, os.Getpid(), "VmRSS")
		used, most := ownCPU(), before
		o.ok(o.app.ledger.Export(b.Context(), duty, sheet, false, io.Discard, func(int64) error {
			most = max(most, memory(b, os.Getpid(), "VmRSS"))
			return nil
		}))
		most = max(most, memory(b, os.Getpid(), "VmRSS"))
		b.ReportMetric(float64(rows), "rows")
		b.ReportMetric((ownCPU() - used).Seconds(), "cpu-s")
		b.ReportMetric(float64(before)/1024, "idle-RSS-MB")
		b.ReportMetric(float64(most)/1024, "peak-RSS-MB")
	}
}

type measured struct {
	timing
	cpu time.Duration
}

// measure asks for pages in turn, n times in all.
func measure(b *testing.B, v visitor, paths []string, n int) *measured {
	m := &measured{}
	began := ownCPU()
	for i := range n {
		_, took := v.get(paths[i%len(paths)])
		m.all = append(m.all, took)
	}
	m.cpu = ownCPU() - began
	return m
}

// number is a whole number of the environment.
func number(b *testing.B, name string, usual int) int {
	b.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(name), strconv.Itoa(usual)))
	if err != nil {
		b.Fatal(err)
	}
	return n
}
