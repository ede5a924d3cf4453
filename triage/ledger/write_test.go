package ledger

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
)

func TestBookHasTheLayoutOfTheCounty(t *testing.T) {
	p := profile(t)
	b, err := NewBook(p, Head{Of: "大武镇", At: monday, By: "大武镇人民政府"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	columns := p.Ledger.Columns()
	cells := make([]Cell, len(columns))
	hostile := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"x\")", "＝1", "<b>&\"'", "两行\n字", "坏\x00字", strings.Repeat("长", 40_000)}
	for i, s := range hostile {
		cells[i] = text(s)
	}
	cells[len(hostile)] = number(12.5)
	if err := b.Add(cells); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at := func(col, row int) string {
		name, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	get := func(cell string) string {
		v, err := f.GetCellValue(sheetName, cell)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := get("A1"); v != "大武镇非法违法“小化工”排查整治清单台账" {
		t.Errorf("title %q", v)
	}
	if v := get("A2"); v != "填报单位：大武镇人民政府　　截至：2026年11月23日" {
		t.Errorf("second line %q", v)
	}
	if get("A3") != p.Ledger.Groups[0].Name || get(at(len(columns), 4)) != columns[len(columns)-1].Name {
		t.Errorf("headings %q, %q", get("A3"), get(at(len(columns), 4)))
	}
	merged, err := f.GetMergeCells(sheetName)
	if err != nil || len(merged) != len(p.Ledger.Groups)+2 {
		t.Errorf("%d merged cells, %v", len(merged), err)
	}
	panes, err := f.GetPanes(sheetName)
	if err != nil || !panes.Freeze || panes.YSplit != headerLines || panes.XSplit != 3 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	layout, err := f.GetPageLayout(sheetName)
	if err != nil || *layout.Size != 8 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 {
		t.Errorf("paper %+v, %v", layout, err)
	}
	if w, err := f.GetColWidth(sheetName, "C"); err != nil || w < 20 {
		t.Errorf("width %v, %v", w, err)
	}
	for i, s := range hostile {
		cell := at(i+1, headerLines+1)
		formula, err := f.GetCellFormula(sheetName, cell)
		kind, err2 := f.GetCellType(sheetName, cell)
		id, err3 := f.GetCellStyle(sheetName, cell)
		style, err4 := f.GetStyle(id)
		if err != nil || err2 != nil || err3 != nil || err4 != nil || formula != "" || kind != excelize.CellTypeInlineString || style.NumFmt != textFormat {
			t.Errorf("%q became formula %q, type %v, format %d", s, formula, kind, style.NumFmt)
		}
		if v := get(cell); strings.HasPrefix(s, "=") && v != s {
			t.Errorf("%q became %q", s, v)
		}
	}
	if kind, _ := f.GetCellType(sheetName, at(len(hostile)+1, headerLines+1)); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("a number has the type %v", kind)
	}
}

// cpu is the time that the process has computed so far.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// peak watches how much memory the program holds from the system, in MB.
func peak() (stop func() float64) {
	var most atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	look := func() {
		s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		metrics.Read(s)
		if n := s[0].Value.Uint64() - s[1].Value.Uint64(); n > most.Load() {
			most.Store(n)
		}
	}
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				look()
			case <-done:
				return
			}
		}
	}()
	return func() float64 { look(); close(done); <-ended; return float64(most.Load()) / (1 << 20) }
}

// BenchmarkExcel writes 50,000 rows: what it costs in time of the processor and in memory, the engines left aside.
func BenchmarkExcel(b *testing.B) {
	p := profile(b)
	c, forms := full()
	table := NewTable(p)
	for b.Loop() {
		runtime.GC()
		used, watched := cpu(), peak()
		book, err := NewBook(p, Head{Of: p.Name, At: monday, By: "县安委办"})
		if err != nil {
			b.Fatal(err)
		}
		for i := range 50_000 {
			c.Number = fmt.Sprintf("方2026-%04d", i)
			if err := book.Add(table.Row(&c, Beside{Seq: i + 1, Forms: forms})); err != nil {
				b.Fatal(err)
			}
		}
		n, err := book.WriteTo(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		book.Close()
		b.ReportMetric((cpu() - used).Seconds(), "cpu-s")
		b.ReportMetric(watched(), "peak-MB")
		b.ReportMetric(float64(n)/(1<<20), "file-MB")
	}
}

// BenchmarkExport is the whole of an export of 50,000 cases, out of the store of one machine into a file.
func BenchmarkExport(b *testing.B) {
	w := newWorld(b)
	all, err := docs.Open[cases.Case](b.Context(), w.engines.Docs, "cases", docs.Index{Fields: []string{"terms", "rank"}, Multi: true},
		docs.Index{Fields: []string{"terms", "opened"}, Multi: true}, docs.Index{Fields: []string{"terms", "wake"}, Multi: true})
	w.ok(err)
	var group errgroup.Group
	group.SetLimit(256)
	for i := range 50_000 {
		group.Go(func() error {
			c, _ := full()
			c.ID, c.Number = fmt.Sprintf("%024x", i), fmt.Sprintf("方2026-%05d", i)
			c.Opened = monday.Add(time.Duration(i) * time.Second)
			c.Terms = []string{"closed", "ledger", "sees:" + county.DutyDesk}
			return all.Insert(b.Context(), &c)
		})
	}
	w.ok(group.Wait())
	for b.Loop() {
		runtime.GC()
		used, watched := cpu(), peak()
		n := &counted{Reader: strings.NewReader("")}
		w.ok(w.Export(b.Context(), duty, cases.Sheet{}, false, writer{n}, nil))
		b.ReportMetric((cpu() - used).Seconds(), "cpu-s")
		b.ReportMetric(watched(), "peak-MB")
		b.ReportMetric(float64(n.n)/(1<<20), "file-MB")
	}
}

// writer counts what is written and forgets it.
type writer struct{ *counted }

func (w writer) Write(p []byte) (int, error) { w.n += int64(len(p)); return len(p), nil }
