//go:build eval

package main

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"qianshao/triage/datum"
)

// TestEvalPictures prints how many of the development pictures inspect judges as wanted; the data is in $EVAL_DATA.
func TestEvalPictures(t *testing.T) {
	data := os.Getenv("EVAL_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	data = filepath.Join(data, "images")
	scores := map[string]*[2]int{}
	score := func(what string, ok bool, row map[string]string, got inspected) {
		s := scores[what]
		if s == nil {
			s = &[2]int{}
			scores[what] = s
		}
		s[1]++
		if ok {
			s[0]++
			return
		}
		line, err := json.Marshal(got)
		t.Logf("%s missed: %s (%s), error %v", what, line, row["note"]+row["expected"], err)
	}
	for _, row := range table(t, filepath.Join(data, "exif.csv")) {
		got := inspectOne(t, filepath.Join(data, "exif", row["file"]))
		score("accepted", got.Verdict == "accept", row, got)
		score("size", got.sizeIs(row), row, got)
		score("county", got.countyIs(row["expected_county"]), row, got)
		score("position", got.positionIs(row), row, got)
		score("time", got.timeIs(row), row, got)
	}
	for _, row := range table(t, filepath.Join(data, "malformed.csv")) {
		start := time.Now()
		got := inspectOne(t, filepath.Join(data, "malformed", row["file"]))
		score("malformed in 5 s", time.Since(start) < 5*time.Second, row, got)
		want := row["expected"]
		ok := true
		switch {
		case strings.HasPrefix(want, "accept"):
			ok = got.Verdict == "accept"
		case strings.HasPrefix(want, "reject") && !strings.Contains(want, "accept"):
			ok = got.Verdict == "reject" && got.Reason != ""
		}
		score("malformed judged", ok, row, got)
	}
	for what, s := range scores {
		t.Logf("%-18s %d/%d", what, s[0], s[1])
		if float64(s[0]) < 0.95*float64(s[1]) {
			t.Errorf("%s: too few", what)
		}
	}
}

// inspectOne runs the command on one file; it writes a clean picture just when it accepts it.
func inspectOne(t *testing.T, file string) (got inspected) {
	t.Helper()
	out := t.TempDir()
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"inspect", "--out", out, file}, func(string) string { return "" }, &stdout, &stderr); code != 0 {
		t.Errorf("%s: status %d, %s", file, code, stderr.String())
	}
	if err := json.Unmarshal([]byte(stdout.String()), &got); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	kept, err := filepath.Glob(filepath.Join(out, "*.jpg"))
	if err != nil || (len(kept) == 1) != (got.Verdict == "accept") {
		t.Errorf("%s: %s and wrote %v, %v", file, got.Verdict, kept, err)
	}
	for _, k := range kept {
		clean, err := os.ReadFile(k)
		if err != nil || strings.Contains(string(clean), "Exif") || strings.Contains(string(clean), "http") || !strings.HasSuffix(string(clean), "\xff\xd9") {
			t.Errorf("%s: something survived, %v", file, err)
		}
	}
	return got
}

// countyIs takes none for no position, and nothing for a position elsewhere or none.
func (i inspected) countyIs(want string) bool {
	if want == "none" || want == "" {
		return i.County == nil
	}
	return i.County != nil && *i.County == want
}

func (i inspected) sizeIs(row map[string]string) bool {
	w, h := row["width"], row["height"]
	if o, err := strconv.Atoi(row["orientation"]); err == nil && o >= 5 && row["type"] == "JPEG" {
		w, h = h, w
	}
	return strconv.Itoa(i.Width) == w && strconv.Itoa(i.Height) == h
}

func (i inspected) positionIs(row map[string]string) bool {
	lat, err1 := strconv.ParseFloat(row["lat"], 64)
	lon, err2 := strconv.ParseFloat(row["lon"], 64)
	if row["expected_county"] == "none" {
		return i.Position == nil
	}
	if err1 != nil || err2 != nil { // the table knows no number, only the county
		return true
	}
	want := datum.Named(row["datum"]).ToWGS84(orb.Point{lon, lat})
	return i.Position != nil && math.Hypot(i.Position.Lon-want[0], i.Position.Lat-want[1]) < 1e-4
}

func (i inspected) timeIs(row map[string]string) bool {
	const layout = "2006:01:02 15:04:05"
	want, err := time.Parse(layout, row["datetime_original"])
	if err != nil || want.After(time.Now().Add(24*time.Hour)) {
		return i.TakenAt == nil
	}
	return i.TakenAt != nil && i.TakenAt.Format(layout) == row["datetime_original"]
}

func table(t *testing.T, file string) (rows []map[string]string) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	all, err := csv.NewReader(in).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%s: %d lines, %v", file, len(all), err)
	}
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}
