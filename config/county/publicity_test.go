package county

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestPublicityIsReadStrictly(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"blank":    {`title: "{place}：查处{what}"`, `title: "{village}查处{what}"`, "不认识"},
		"days":     {"batch_days: [10, 25]", "batch_days: [31]", "哪几天"},
		"delay":    {"delay_days: 30 ", "delay_days: -1 ", "隔多少天"},
		"period":   {"period: month", "period: week", "时间的粗细"},
		"firms":    {"firms: penalty", "firms: always", "企业名字"},
		"category": {"  c1: 一处", "  c99: 一处", "类别"},
		"kind":     {"  halt: 责令", "  stop: 责令", "处置"},
		"word":     {"{word: 举报人, why: 一个字也不提是谁说的。把这半句删掉。}", "{word: 举报人}", "why"},
		"unknown":  {"usual: [", "usually: [", "不认识的字段"},
	} {
		dir := folder(t)
		raw := string(dir["publicity.yaml"].Data)
		if !strings.Contains(raw, c.old) {
			t.Fatalf("%s: %q is not in the file", name, c.old)
		}
		dir["publicity.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(raw, c.old, c.new, 1))}
		_, problems := Load(dir)
		told := false
		for _, p := range problems {
			told = told || p.File == "publicity.yaml" && strings.Contains(p.What+p.Remedy, c.want)
		}
		if !told {
			t.Errorf("%s: told %v", name, problems)
		}
	}
}

func TestWhenMayBeTold(t *testing.T) {
	p, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	at := func(m time.Month, d, h int) time.Time { return time.Date(2026, m, d, h, 0, 0, 0, p.Zone) }
	for _, c := range []struct{ closed, approved, want time.Time }{
		{at(10, 1, 9), at(10, 2, 9), at(11, 10, 0)},  // 30 days, then the next day of the batch
		{at(10, 1, 9), at(11, 10, 9), at(11, 25, 0)}, // approved on a day of the batch: the next one
		{at(10, 1, 9), at(11, 9, 23), at(11, 10, 0)}, //
		{at(12, 1, 9), at(12, 26, 9), time.Date(2027, 1, 10, 0, 0, 0, 0, p.Zone)},
	} {
		if got := p.PublicDay(c.closed, c.approved); !got.Equal(c.want) {
			t.Errorf("closed %s, approved %s: %s, want %s", c.closed, c.approved, got, c.want)
		}
	}
}
