package tables_test

import (
	"bytes"
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
	lines := [][]string{{"工单编号", "办理情况"}, {"GD-1", "查过了，“属实”,\n正在处理 𠮷"}, {"=2", ""}}
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
		got, err := tables.Reader(text).ReadAll()
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
	if c := tables.Reader([]byte("a\tb,\tc\n1\t\t3")); c.Comma != '\t' {
		t.Errorf("separator %q", c.Comma)
	}
}
