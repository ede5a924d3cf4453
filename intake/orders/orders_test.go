package orders_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"qianshao/config/county"
	"qianshao/config/engine/blobs/disk"
	"qianshao/config/engine/docs/sqlite"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/orders"
	"qianshao/intake/vault"
	"qianshao/notify/reward"
)

type quiet struct{}

func (quiet) TipStored(context.Context, intake.TipID) error { return nil }

type world struct {
	*orders.Service
	now time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := county.Embedded()
	must(err)
	w := &world{now: time.Date(2026, 11, 29, 15, 0, 0, 0, p.Zone)}
	now := func() time.Time { return w.now }
	d, err := sqlite.Open(filepath.Join(dir, "docs.db"))
	must(err)
	b, err := disk.Open(filepath.Join(dir, "evidence"))
	must(err)
	t.Cleanup(func() { _, _ = d.Close(), b.Close() })
	officer, err := vault.LoadOrCreateOfficer(dir)
	must(err)
	v, err := vault.New(make([]byte, 32), officer)
	must(err)
	c, err := custody.Open(t.Context(), d, v, now)
	must(err)
	claims, err := reward.New(t.Context(), reward.Deps{Docs: d, Vault: v, Custody: c, Profile: p, Now: now})
	must(err)
	in, err := intake.New(t.Context(), intake.Deps{Docs: d, Blobs: b, Vault: v, Custody: c, Profile: p, Announce: quiet{}, Claims: claims, Now: now, Log: slog.New(slog.DiscardHandler)})
	must(err)
	w.Service = orders.New(orders.Deps{Intake: in, Custody: c, Profile: p})
	return w
}

const head = "工单编号,来电时间,来电人,联系电话,诉求标题,诉求内容,所属乡镇,所属村,事发地址\n"

// A sheet as a city exports it: the good lines are kept, every bad one is named with its line, what is wrong and what to do.
func TestRead(t *testing.T) {
	w := newWorld(t)
	raw := head +
		"FS001,2026-11-28 09:30,王某某,13800000000,异味,夜里有刺鼻的味道,大武镇,杨家会村,村东旧砖厂\n" +
		"FS002,2026/11/28 9:31,,,,\"院里堆着铁桶,\n没有牌子\",离石区某镇,,\n" +
		",2026-11-28 09:32,,,,有味,大武镇,,\n" +
		"FS004,去年,,,,有味,大武镇,,\n" +
		"FS005,2026-11-30 09:30,,,,有味,大武镇,,\n" +
		"FS006,2026-09-28 09:30,,,,有味,大武镇,,\n" +
		"FS007,2026-11-28 09:30,,,,,大武镇,,\n" +
		"FS001,2026-11-28 09:30,,,,又是这张,大武镇,,\n" +
		"编号九,2026-11-28 09:30,,,,有味,大武镇,,\n" +
		"FS010,2026-11-28 09:30,,,," + strings.Repeat("长", intake.MaxWords+1) + ",大武镇,,\n" +
		",,,,,,,,\n" +
		"FS012,2026-11-28,,,,有味,,,\n"
	for name, text := range map[string][]byte{"utf-8": []byte(raw), "mark": []byte("\ufeff" + raw), "gbk": gbk(t, raw), "tabs": []byte(strings.ReplaceAll(raw, ",", "\t"))} {
		f := w.Read("sheet.csv", text)
		var lines []int
		for _, r := range f.Rows {
			lines = append(lines, r.Line)
		}
		if !slices.Equal(lines, []int{2, 3, 14}) {
			t.Errorf("%s: good lines %v", name, lines)
		}
		want := []string{":5: 没有工单编号", ":6: 来电时间看不懂", ":7: 来电时间还没到", ":8: 来电时间太早", ":9: 没有来电内容", ":10: 工单编号和第 2 行一样", ":11: 工单编号不对", ":12: 来电内容太长"}
		if len(f.Problems) != len(want) {
			t.Fatalf("%s: %d problems: %v", name, len(f.Problems), f.Problems)
		}
		for i, p := range f.Problems {
			if !strings.HasPrefix(p.String(), "sheet.csv"+want[i]) || p.Remedy == "" {
				t.Errorf("%s: %v, want %s", name, p, want[i])
			}
		}
	}
}

// A quote that stays open would put who called, and whole orders, into the words of another one: it is named, and nothing from it on is read.
func TestAnOpenQuoteEndsTheReading(t *testing.T) {
	w := newWorld(t)
	rows := func(third string) string {
		return head + "FS001,2026-11-28 09:30,,,,有味 5\" 管,大武镇,,\n" + third +
			"FS003,2026-11-28 09:30,李四,13900000000,,堆着\"桶\",大武镇,,\nFS004,2026-11-28 09:30,王五,13700000000,,有味\",大武镇,,\n"
	}
	for name, raw := range map[string]string{
		"never closed":       rows("FS002,2026-11-28 09:30,张三,13800000000,,\"夜里有味,大武镇,,\n"),
		"closed by the next": head + "FS001,2026-11-28 09:30,,,,有味,大武镇,,\nFS002,2026-11-28 09:30,张三,13800000000,,\"夜里有味,大武镇,,\nFS003,2026-11-28 09:30,李四,139,,桶\",大武镇,,\n",
	} {
		f := w.Read("sheet.csv", []byte(raw))
		if len(f.Rows) != 1 || f.Rows[0].Line != 2 || len(f.Problems) != 1 || f.Problems[0].Line != 3 || !strings.Contains(f.Problems[0].What, "引号没有合上") {
			t.Errorf("%s: %d rows, %v", name, len(f.Rows), f.Problems)
		}
	}
	if f := w.Read("sheet.csv", []byte(rows(""))); len(f.Rows) != 3 || len(f.Problems) != 0 {
		t.Errorf("quotes within cells: %d rows, %v", len(f.Rows), f.Problems)
	}
}

func gbk(t *testing.T, s string) []byte {
	t.Helper()
	raw, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSheetsThatAreNone(t *testing.T) {
	w := newWorld(t)
	for raw, want := range map[string]string{
		"": "文件是空的", "a,b\n1,2\n": "没有找到工单编号这一列", head: "只有列名", "PK\x03\x04\x00\x00": "认不出来",
		"工单编号,来电时间\nFS001,2026-11-28 09:30\n": "没有找到来电内容这一列",
	} {
		f := w.Read("x", []byte(raw))
		if len(f.Rows) > 0 || len(f.Problems) == 0 || !strings.Contains(f.Problems[0].What, want) {
			t.Errorf("%q: %v, want %s", raw, f.Problems, want)
		}
	}
}

func TestTake(t *testing.T) {
	w := newWorld(t)
	f := w.Read("x", []byte(head+
		"FS001,2026-11-28 09:30,王某某,13800000000,异味,夜里有刺鼻的味道,大武镇,杨家会村,村东旧砖厂\n"+
		"FS002,2026-11-28 09:40,,,,院里堆着铁桶,离石区某镇,,\n"))
	if r, err := w.Look(t.Context(), "s1", f.Rows); err != nil || r.New != 2 || len(r.Same) > 0 {
		t.Fatalf("before: %+v, %v", r, err)
	}
	if r, err := w.Look(t.Context(), "s1", f.Rows); err != nil || r.New != 2 {
		t.Fatalf("looking took something: %+v, %v", r, err)
	}
	if r, err := w.Take(t.Context(), "s1", f.Rows); err != nil || r.New != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	o, taken, err := w.Intake.FindOrder(t.Context(), "FS001")
	if err != nil || !taken {
		t.Fatal(err)
	}
	tip, err := w.Intake.Open(t.Context(), o.Tip)
	if err != nil {
		t.Fatal(err)
	}
	rep := tip.Report
	if rep.Words != "异味\n夜里有刺鼻的味道" || rep.Town != "141128103" || rep.Village == "" || rep.Where != "村东旧砖厂" || rep.Channel != "hotline" || tip.Told.Format("01-02 15:04") != "11-28 01:30" {
		t.Errorf("%+v, told %v", rep, tip.Told.UTC())
	}
	if all := fmt.Sprintf("%+v", tip); strings.Contains(all, "王某某") || strings.Contains(all, "138") {
		t.Error("who called was taken with the order")
	}
	if o, _, err = w.Intake.FindOrder(t.Context(), "FS002"); err != nil {
		t.Fatal(err)
	}
	if tip, err = w.Intake.Open(t.Context(), o.Tip); err != nil || tip.Report.Town != "" || tip.Report.Where != "离石区某镇" {
		t.Errorf("a town of elsewhere became %+v, %v", tip.Report, err)
	}
	w.now = w.now.Add(48 * time.Hour)
	r, err := w.Take(t.Context(), "s1", f.Rows)
	if err != nil || r.New != 0 || len(r.Same) != 2 || r.Same[1].Line != 3 || r.Same[1].Taken.Sub(w.now) > -47*time.Hour {
		t.Errorf("again: %+v, %v", r, err)
	}
	n := 0
	for _, err := range w.Intake.Orders(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d orders after importing twice", n)
	}
	log, err := w.Custody.Read(t.Context(), orders.Subject)
	if err != nil || len(log) != 4 || log[2].Action != "import" || log[2].Actor != "s1" || log[2].Detail != "2 rows" {
		t.Errorf("custody: %v, %v", log, err)
	}
}

// Whatever is in a file, reading it ends, and every row that is kept is one that intake takes.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{head, head + "FS001,2026-11-28 09:30,王某某,13800000000,异味,夜里有味,大武镇,杨家会村,村东\n", "工单编号\t来电时间\t诉求内容\nA-001\t2026/11/1 1:1\t\"有味\n", "\xff\xfe,\x00", "\xb9\xa4\xb5\xa5"} {
		f.Add([]byte(seed))
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		file := w.Read("x", raw)
		if len(file.Rows)+len(file.Problems) == 0 {
			t.Error("nothing was read, and nothing said about it")
		}
		seen := map[string]bool{}
		for _, r := range file.Rows {
			if r.Number == "" || seen[r.Number] {
				t.Errorf("line %d has the number %q", r.Line, r.Number)
			}
			seen[r.Number] = true
		}
	})
}
