package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qianshao/triage/replay"
)

// The good lines are answered, whatever stands between them, and the bad ones are told.
func TestReplayGoesOnAfterBadLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "tips.jsonl"), filepath.Join(dir, "answers.jsonl")
	tip := func(id, hour, rest string) string {
		return `{"id":"` + id + `","received_at":"2026-03-02T` + hour + `:00:00+08:00","text":"圪洞镇班庄村养殖场院子里半夜有刺鼻的味道，往外拉蓝色的桶"` + rest + "}\n"
	}
	content := tip("a", "06", "") + tip("b", "07", `,"signs":["s_moon"],"position":{}`) + "{\n" + tip("c", "08", `,"position":{"lon":111.31,"lat":37.89,"crs":"bd09"},"signs":["s_moon"],"gold":{"town":1}`)
	if err := os.WriteFile(in, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"replay", "--in", in, "--out", out}, func(string) string { return "" }, &stdout, &stderr); code != 1 {
		t.Errorf("status %d", code)
	}
	for _, want := range []string{"第 2 行：", "第 3 行：", "第 4 行：本县的资料里没有 signs“s_moon”", "有 2 行不对，没有算，改好再试；其余 2 条"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q is not in %s", want, stderr.String())
		}
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for line := range strings.Lines(string(raw)) {
		var a replay.Answer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, a.ID)
		for _, s := range a.Suggested {
			if s.Score != math.Round(s.Score*1000)/1000 {
				t.Errorf("score %v", s.Score)
			}
		}
	}
	if strings.Join(ids, " ") != "a c" {
		t.Errorf("answered %v", ids)
	}
}

// What is wrong with the name of a file is said in Chinese, by the name as it was given.
func TestFilesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "tips.jsonl")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"missing": {"replay", "--in", "nowhere.jsonl"}, "a folder": {"replay", "--in", dir}, "no folder": {"county", "check", file},
		"no profile": {"inspect", "--profile", "nowhere", file}, "no place for answers": {"replay", "--in", file, "--out", filepath.Join(dir, "none", "a")},
		"over the tips": {"replay", "--in", file, "--out", filepath.Join(dir, ".", "tips.jsonl")},
		"out is a file": {"inspect", "--out", file, "x.jpg"}, "import": {"county", "places", "import", "nowhere.csv"},
	} {
		code, printed := status(t, nil, args...)
		if code == 0 || !strings.Contains(printed, "。") || strings.Contains(printed, "no such") || strings.Contains(printed, "stat ") || strings.Contains(printed, "exists but") || strings.Contains(printed, "not a directory") {
			t.Errorf("%s: status %d, %s", name, code, printed)
		}
	}
}
