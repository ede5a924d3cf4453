package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
)

// sheetFile is a ledger as a county keeps it: a title, headings over several columns, headings, rows.
func sheetFile(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	lines := append([][]any{{"方山县“小化工”台账"}, {"基本情况", nil, nil, nil, nil, nil, "处置"},
		{"序号", "点位编号", "企业名称", "乡镇", "所在村", "发现时间", "主办单位", "停产时间", "来源(举报/网格/部门)", "负责人", "种子类别(1-8可多选)", "储罐气瓶数", "举报人电话", "备注"}}, rows...)
	for i, line := range lines {
		if err := s.SetRow(fmt.Sprint("A", i+1), line); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const firstRow = 4 // of sheetFile

// tenThousand has 300 bad rows, of ten kinds; bad says how many and of which column, by the line.
func tenThousand() (rows [][]any, bad map[int]string) {
	bad = map[int]string{}
	for i := range 10_000 {
		row := []any{i + 1, fmt.Sprintf("旧-%05d", i), fmt.Sprintf("第%d号作坊", i), "大武镇", "店坪村", "2023.5.6", "县应急管理局", 45_000 + i%300, "举报", "王五", "1、7", 3, "13800000000", "="}
		if i%33 == 0 && len(bad) < 300 {
			col, v := 0, any(nil)
			switch (i / 33) % 10 {
			case 0:
				col, v = 3, "大无镇"
			case 1:
				col, v = 3, nil
			case 2:
				col, v = 4, "圪洞村"
			case 3:
				col, v = 5, "去年"
			case 4:
				col, v = 5, "2031-01-01"
			case 5:
				col, v = 6, "县足球队"
			case 6:
				col, v = 8, "张三打电话说的"
			case 7:
				col, v = 10, "9"
			case 8:
				col, v = 11, "好几个"
			case 9:
				col, v = 2, strings.Repeat("长", 61)
			}
			row[col] = v
			bad[i+firstRow] = []string{"序号", "点位编号", "企业名称", "乡镇", "所在村", "发现时间", "主办单位", "停产时间", "来源(举报/网格/部门)", "负责人", "种子类别(1-8可多选)", "储罐气瓶数"}[col]
		}
		rows = append(rows, row)
	}
	return rows, bad
}

func (w *world) workOn(m Import) Import {
	w.t.Helper()
	m, _, _, err := w.ImportOf(w.t.Context(), duty, m.ID)
	w.ok(err)
	w.ok(w.Work(w.t.Context(), m.Job))
	m, _, _, err = w.ImportOf(w.t.Context(), duty, m.ID)
	w.ok(err)
	return m
}

func (w *world) olds(a cases.Actor) int64 {
	w.t.Helper()
	n, err := w.Service.olds.Count(w.t.Context(), docs.Query{Where: []docs.Eq{{Field: "terms", Value: "sees:" + seer(a)}}, Order: "key"})
	w.ok(err)
	return n
}

// killed ends the context of a job as soon as some of its rows are stored: a worker that is killed in the middle.
func (w *world) killed() context.Context {
	ctx, kill := context.WithCancel(w.t.Context())
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if n, err := w.Service.olds.Count(w.t.Context(), docs.Query{}); err != nil || n > 100 {
				kill()
				return
			}
		}
	}()
	return ctx
}

// Ten thousand rows with three hundred bad ones: each is named, the good ones are taken only when told so, once although the worker dies, and go again
// as a whole, but for what somebody worked on.
func TestImportTenThousandRows(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	rows, bad := tenThousand()
	m, err := w.Check(ctx, duty, sheetFile(t, rows))
	w.ok(err)
	_, problems, _, err := w.ImportOf(ctx, duty, m.ID)
	w.ok(err)
	if len(bad) != 300 || m.Rows != 10_000 || m.BadRows != 300 || m.Good != 9_700 || m.Whole || len(problems) != 300 {
		for _, p := range problems {
			delete(bad, p.Row)
		}
		t.Fatalf("%d rows, %d good, %d bad, %d problems; not named: %v", m.Rows, m.Good, m.BadRows, len(problems), bad)
	}
	for _, p := range problems {
		if bad[p.Row] != p.Column || p.What == "" || p.Remedy == "" {
			t.Errorf("row %d column %s, want %s: %s。%s。", p.Row, p.Column, bad[p.Row], p.What, p.Remedy)
		}
		if strings.Contains(p.What, "张三") {
			t.Error("a problem repeats who told")
		}
		delete(bad, p.Row)
	}
	if len(bad) > 0 {
		t.Errorf("not named: %v", bad)
	}
	if strings.Join(m.Barred, "") != "举报人电话" || strings.Join(m.Ignored, "") != "备注" {
		t.Errorf("barred %v, ignored %v", m.Barred, m.Ignored)
	}
	if n := w.olds(duty); n != 0 {
		t.Fatalf("a dry run stored %d rows", n)
	}
	if err := w.Take(ctx, duty, m.ID, false); key(err) != "ledger.import_bad" {
		t.Errorf("bad rows were left out unasked: %v", err)
	}
	w.ok(w.Take(ctx, duty, m.ID, true))
	if err := w.Take(ctx, duty, m.ID, true); key(err) != "ledger.import_moved" {
		t.Errorf("taken twice: %v", err)
	}
	m, _, _, err = w.ImportOf(ctx, duty, m.ID)
	w.ok(err)
	if err := w.Work(w.killed(), m.Job); err == nil {
		t.Error("the worker died, and the job ended")
	}
	if n := w.olds(duty); n == 0 || n >= 9_700 {
		t.Errorf("%d rows after the death: it was not in the middle", n)
	}
	if m = w.workOn(m); m.Step != Taken || m.Stored != 9_700 || m.Already != 0 || w.olds(duty) != 9_700 {
		t.Fatalf("%s, %d stored, %d already, %d there", m.Step, m.Stored, m.Already, w.olds(duty))
	}
	w.lookAtOne(t)
	again, err := w.Check(ctx, duty, sheetFile(t, rows[:100]))
	w.ok(err)
	if again.Already != again.Good {
		t.Errorf("%d of %d are known", again.Already, again.Good)
	}

	w.ok(w.Undo(ctx, duty, m.ID))
	m = w.workOn(m)
	_, _, left, err := w.ImportOf(ctx, duty, m.ID)
	w.ok(err)
	if m.Step != Undone || m.Removed != 9_699 || len(left) != 1 || left[0].Site != "第7号作坊" || left[0].By != "某" || left[0].Row != 7+firstRow || w.olds(duty) != 1 {
		t.Errorf("%s, %d removed, left %+v, %d there", m.Step, m.Removed, left, w.olds(duty))
	}
	if err := w.Undo(ctx, duty, m.ID); key(err) != "ledger.import_moved" {
		t.Errorf("undone twice: %v", err)
	}
	acts := ""
	for _, e := range w.record("import/" + m.ID) {
		acts += e.Action + " "
	}
	if acts != "check take undo " {
		t.Errorf("custody log: %s", acts)
	}
}

// lookAtOne finds an old matter, looks at it and works on it.
func (w *world) lookAtOne(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	town := handler(county.TownUnit(dawu))
	page, err := w.Olds(ctx, town, OldSheet{Name: "旧-00007"}, "")
	w.ok(err)
	if len(page.Items) != 1 {
		t.Fatalf("%d found", len(page.Items))
	}
	id := page.Items[0].ID
	for _, a := range []cases.Actor{handler("police"), handler(county.TownUnit("141128100")), {ID: "x", Role: cases.Admin, Unit: county.DutyDesk}} {
		if _, _, err := w.Old(ctx, a, id); key(err) != "ledger.old_gone" {
			t.Errorf("%s %s sees it: %v", a.Role, a.Unit, err)
		}
		if list, err := w.Olds(ctx, a, OldSheet{}, ""); err != nil || len(list.Items) != 0 {
			t.Errorf("%s %s lists %d", a.Role, a.Unit, len(list.Items))
		}
	}
	o, cells, err := w.Old(ctx, town, id)
	w.ok(err)
	if o.Status != Watched || cells["operator"] != "王五" || cells["stopped"] != "2023-03-22" || cells["found"] != "2023-05-06" || cells["source"] != "群众举报" || o.Lead != "emergency" {
		t.Errorf("%+v %v", o, cells)
	}
	for field, v := range cells {
		if strings.Contains(v, "138") {
			t.Errorf("%s holds the telephone of who told", field)
		}
	}
	for _, c := range []struct {
		version int64
		status  Status
		note    string
		want    string
	}{{1, "gone", "去看过，门锁着", "desk.choice"}, {1, Closed, "短", "desk.reason"}, {9, Closed, "去看过，门锁着", "ledger.old_moved"}, {1, Closed, "去看过，门锁着", "<nil>"}, {1, Closed, "去看过，门锁着", "ledger.old_twice"}} {
		if _, err := w.Touch(ctx, town, id, c.version, c.status, c.note); key(err) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if o, _, err = w.Old(ctx, duty, id); err != nil || o.Status != Closed || len(o.Work) != 1 {
		t.Errorf("%+v, %v", o, err)
	}
}

// What was exported can be imported, in whichever form a spreadsheet program writes it.
func TestExportedLedgerComesBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for i := range 3 {
		c := w.opened(fmt.Sprint("t", i))
		w.surveyed(&c, fmt.Sprint("老砖厂", i), "王五", i == 0)
	}
	var out bytes.Buffer
	w.ok(w.Export(ctx, duty, cases.Sheet{}, true, &out, nil))
	m, err := w.Check(ctx, duty, out.Bytes())
	w.ok(err)
	_, problems, _, err := w.ImportOf(ctx, duty, m.ID)
	w.ok(err)
	if m.Good != 3 || len(problems) > 0 || len(m.Barred) > 0 {
		t.Errorf("%d good, %v, barred %v", m.Good, problems, m.Barred)
	}
	text := "镇,名称,停产日期,销号日期\r\n大武镇,砖厂,2024年1月2日,\r\n大武,\"酒厂\n后院\",,2024/3/4\r\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	w.ok(err)
	for form, raw := range map[string]string{"utf-8": text, "mark": "\ufeff" + text, "gbk": gbk, "tabs": strings.ReplaceAll(text, ",", "\t")} {
		m, err := w.Check(ctx, duty, []byte(raw))
		w.ok(err)
		if m.Good != 2 || m.BadRows != 0 {
			_, problems, _, _ := w.ImportOf(ctx, duty, m.ID)
			t.Errorf("%s: %d good, %v", form, m.Good, problems)
		}
	}
}

// Cells that hands merged downwards are meant for every line of them, but no number is; numbers may be typed with wide digits.
func TestMergedCellsAndWideDigits(t *testing.T) {
	w := newWorld(t)
	lead := w.Profile.UnitName("emergency")
	row := func(town, lead any, site, tanks string) []any {
		return []any{1, nil, site, town, "店坪村", "２０２３．５．６", lead, nil, "举报", nil, "１、７", tanks, nil, nil}
	}
	raw := sheetFile(t, [][]any{row("大武镇", lead, "甲", "３"), row(nil, nil, "乙", ""), row(nil, nil, "丙", ""), row("大武镇", nil, "丁", "")})
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	w.ok(err)
	for _, column := range []string{"D", "G", "L"} {
		w.ok(f.MergeCell("Sheet1", fmt.Sprint(column, firstRow), fmt.Sprint(column, firstRow+2)))
	}
	var b bytes.Buffer
	w.ok(f.Write(&b))
	var leads, tanks, found []string
	_, whole := w.rows(b.Bytes(), func(p Problem) { t.Errorf("%+v", p) }, func(o *Old, cells map[string]string, _ bool) {
		leads, tanks, found = append(leads, o.Lead), append(tanks, cells["tanks"]), append(found, cells["found"])
	})
	if len(whole) > 0 || !slices.Equal(leads, []string{"emergency", "emergency", "emergency", ""}) || !slices.Equal(tanks, []string{"3", "", "", ""}) || found[0] != "2023-05-06" {
		t.Errorf("%v, led by %q, tanks %q, found %q", whole, leads, tanks, found)
	}
}

// A file that is no ledger is told as a whole, and none of it can be taken.
func TestFilesThatAreNoLedger(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for name, raw := range map[string]string{
		"zip": "PK\x03\x04nothing", "xls": "\xd0\xcf\x11\xe0old", "noise": "\x00\x01\x02\xff\xfe", "words": "你好", "heads": "镇,名称\n", "no town": "名称,经营者\n砖厂,王五\n", "quote": "镇,名称\n大武镇,\"砖",
		"quote below": "镇,名称,经营者\n大武镇,砖厂,王五\n大武镇,\"酒厂,李四\n峪口镇,煤场,赵六\n", "quote closed later": "镇,名称,经营者\n大武镇,\"酒厂,李四\n峪口镇,煤场\",赵六\n",
	} {
		m, err := w.Check(ctx, duty, []byte(raw))
		w.ok(err)
		_, problems, _, err := w.ImportOf(ctx, duty, m.ID)
		w.ok(err)
		if !m.Whole || len(problems) == 0 || problems[0].What == "" || problems[0].Remedy == "" {
			t.Errorf("%s: whole %v, %v", name, m.Whole, problems)
		}
		if err := w.Take(ctx, duty, m.ID, true); key(err) != "ledger.import_moved" {
			t.Errorf("%s was taken: %v", name, err)
		}
	}
	if _, err := w.Check(ctx, duty, nil); key(err) != "ledger.file_empty" {
		t.Error(err)
	}
	if _, err := w.Check(ctx, duty, make([]byte, MaxImport+1)); key(err) != "ledger.file_large" {
		t.Error(err)
	}
	if _, _, _, err := w.ImportOf(ctx, handler("emergency"), "x"); key(err) != "ledger.import_gone" {
		t.Error(err)
	}
	if err := w.Take(ctx, handler("emergency"), "x", true); key(err) != "ledger.import_gone" || errors.Is(err, docs.ErrNotFound) {
		t.Error(err)
	}
}
