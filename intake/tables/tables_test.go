package tables_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"qianshao/intake/tables"
)

func TestNoCellBeginsAFormula(t *testing.T) {
	for _, bad := range []string{"=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "　=1", "＝1", "＋1", "－1", "＠x"} {
		got := tables.Guard(bad)
		if got != "'"+bad {
			t.Errorf("%q stays %q", bad, got)
		}
		if back := tables.Unguard(got); back != bad {
			t.Errorf("%q comes back as %q", bad, back)
		}
	}
	for _, good := range []string{"", "GD2026-0001", "查过了=属实", "1-2", "'老'丰源"} {
		if got := tables.Guard(good); got != good || tables.Unguard(good) != good {
			t.Errorf("%q becomes %q", good, got)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	lines := [][]string{{"工单编号", "办理情况", "日期"}, {"GD-1", "查过了，“属实”,\n正在处理 𠮷", ""}, {"=2", "", ""}}
	for _, gbk := range []bool{false, true} {
		var b bytes.Buffer
		w := tables.NewWriter(&b, gbk)
		for _, l := range lines {
			if err := w.Write(l); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if marked := bytes.HasPrefix(b.Bytes(), []byte("\ufeff")); marked == gbk {
			t.Errorf("gbk %t: mark %t", gbk, marked)
		}
		text, ok := tables.Decode(b.Bytes())
		if !ok {
			t.Fatalf("gbk %t: cannot be read again", gbk)
		}
		got, err := all(text)
		if err != nil || len(got) != 3 || got[1][1] != lines[1][1] || got[2][0] != "'=2" {
			t.Errorf("gbk %t: %q, %v", gbk, got, err)
		}
	}
}

func TestDecodeRefusesWhatIsNoText(t *testing.T) {
	for _, raw := range []string{"PK\x03\x04\x00\x00", "\xff\xff\xff\xff", "a\x00b"} {
		if _, ok := tables.Decode([]byte(raw)); ok {
			t.Errorf("%q was read", raw)
		}
	}
	if text, ok := tables.Decode([]byte("\xff\xfea\x00,\x00b\x00")); !ok || string(text) != "a,b" {
		t.Errorf("UTF-16: %q, %t", text, ok)
	}
}

func all(text []byte) (rows [][]string, err error) {
	r := tables.NewReader(text)
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return rows, err
		}
		rows = append(rows, cells)
	}
}

func TestReading(t *testing.T) {
	head := "编号,话,来电人,电话\n"
	for name, c := range map[string]struct{ text, want string }{
		"as it is":            {head + "1,a,b,c\r\n\r\n2,, d,\n", `[[编号 话 来电人 电话] [1 a b c] [2  d ]]`},
		"quotes":              {head + "1,\"a,\"\"b\"\"\nc\",d,e\n2,x,y,z", "[[编号 话 来电人 电话] [1 a,\"b\"\nc d e] [2 x y z]]"},
		"a quote further in":  {head + "1,5\" 管 \"粗\",b,c\n2,x,y,z\n", `[[编号 话 来电人 电话] [1 5" 管 "粗" b c] [2 x y z]]`},
		"tabs":                {"a\tb,\tc\n1\t\t3", "[[a b, c] [1  3]]"},
		"wide separators":     {"a，b，c\n1，2，3", "[[a b c] [1 2 3]]"},
		"never closed":        {head + "1,a,b,c\n2,\"x,张三,138\n3,y,李四,139\n", "[[编号 话 来电人 电话] [1 a b c]] line 3"},
		"closed in the next":  {head + "1,\"x,张三,138\n2,y\",李四,139\n3,z,王五,137\n", "[[编号 话 来电人 电话]] line 2"},
		"closed further left": {head + "1,x,\"张三,138\n2\",y,李四,139\n", "[[编号 话 来电人 电话]] line 2"},
		"closed far below":    {head + "1,\"x,张三,138\n2,y,李四,139\n3,z\",王五,137\n", "[[编号 话 来电人 电话]] line 2"},
		"opened by the next":  {head + "1,\"x,张三,138\n2,\"y\",李四,139\n", "[[编号 话 来电人 电话]] line 2"},
		"something behind it": {head + "1,\"老李\"厂,b,c\n2,x,y,z\n", "[[编号 话 来电人 电话]] line 2"},
	} {
		rows, err := all([]byte(c.text))
		got := fmt.Sprint(rows)
		if open := (*tables.OpenQuote)(nil); errors.As(err, &open) {
			got += fmt.Sprint(" line ", open.Line)
		}
		if got != c.want {
			t.Errorf("%s: %s\n%s, want\n%s", name, c.text, got, c.want)
		}
	}
}

// Whatever is read, no sign of a cell comes from nowhere, and reading goes on until the end or an error.
func FuzzReader(f *testing.F) {
	f.Add("a,b\n\"1\",\"2\n3\"\n")
	f.Add("a,\"b\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, _ := all([]byte(text))
		n := 0
		for _, r := range rows {
			n += len(strings.Join(r, ""))
		}
		if n > len(text) {
			t.Errorf("%q gives %d bytes", text, n)
		}
	})
}

// TestEachSaysWhyItStops: at the end nothing is told, at an open quote and after too many rows the caller is, and who has enough is asked no more.
func TestEachSaysWhyItStops(t *testing.T) {
	for name, c := range map[string]struct {
		text, told  string
		most, taken int
		whole       bool
	}{
		"all":        {"a,b\n1,2\n3,4\n", "", 2, 3, true},
		"too many":   {"a,b\n1,2\n3,4\n", "0 行数太多，超过 1 行", 1, 2, false},
		"open quote": {"a,b\n1,2\n3,\"4\n", "3 这一行有个引号没有合上，从这一行起都没有读", 9, 2, false},
		"enough":     {"a,b\nstop,2\n3,4\n", "", 9, 2, false},
	} {
		told, taken := "", 0
		whole := tables.Each([]byte(c.text), c.most, func(line int, what, _ string) { told += fmt.Sprint(line, " ", what) }, func(_ int, cells []string) bool {
			taken++
			return cells[0] != "stop"
		})
		if whole != c.whole || told != c.told || taken != c.taken {
			t.Errorf("%s: whole %t, told %q, %d rows", name, whole, told, taken)
		}
	}
}
