package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qianshao/intake"
	"qianshao/triage/media"
)

// TestInspect judges good and bad files together, through the real child.
func TestInspect(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "clean")
	heic, err := os.ReadFile(filepath.Join("..", "..", "triage", "media", "testdata", "corners.heic"))
	if err != nil {
		t.Fatal(err)
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 30, 20)), nil); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name    string
		content []byte
		verdict string
		format  string
		county  string
	}{
		{"yard.heic", heic, "accept", "heic", "141128"},
		{"letter.jpg", []byte("%PDF-1.7\n"), "reject", "pdf", ""},
		{"moving.jpg", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "reject", "gif", ""},
		{"nothing.jpg", nil, "reject", "", ""},
		{"yard.png", append(photo.Bytes(), "<script>"...), "accept", "jpeg", ""},
	}
	args := []string{"inspect", "--out", out}
	for _, w := range want {
		file := filepath.Join(dir, w.name)
		if err := os.WriteFile(file, w.content, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	var stdout, stderr strings.Builder
	none := func(string) string { return "" }
	if code := run(t.Context(), args, none, &stdout, &stderr); code != 0 {
		t.Fatalf("status %d: %s", code, stderr.String())
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines for %d files", len(lines), len(want))
	}
	for i, w := range want {
		var got inspected
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if got.Verdict != w.verdict || (got.Reason == "") != (w.verdict == "accept") || orEmpty(got.Format) != w.format || orEmpty(got.County) != w.county ||
			filepath.Base(got.File) != w.name || len(orEmpty(got.Hash)) != 64 {
			t.Errorf("%s", lines[i])
		}
	}
	for _, name := range []string{"yard.jpg", "yard.png.jpg"} {
		clean, err := os.ReadFile(filepath.Join(out, name))
		if err != nil || bytes.Contains(clean, []byte("SECRET")) || bytes.Contains(clean, []byte("script")) || !bytes.HasSuffix(clean, []byte{0xFF, 0xD9}) {
			t.Errorf("%s: %d bytes, %v", name, len(clean), err)
		}
	}
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"a file is missing":            {[]string{"inspect", filepath.Join(dir, "none.jpg"), args[3]}, 1},
		"the folder holds originals":   {[]string{"inspect", "--out", dir, args[3]}, 1},
		"nothing to look at":           {[]string{"inspect"}, 2},
		"what it is given is a folder": {[]string{"inspect", dir}, 1},
	} {
		if code := run(t.Context(), c.args, none, &stdout, &stderr); code != c.code {
			t.Errorf("%s: status %d, want %d", name, code, c.code)
		}
	}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Recordings are taken apart like the worker does, and kept by what they are; neither a name nor first bytes alone make one.
func TestInspectRecordings(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "clean")
	hollow := filepath.Join(dir, "mp4.jpg")
	if err := os.WriteFile(hollow, append([]byte("\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom"), make([]byte, 112)...), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"inspect", "--out", out, hollow}
	want := [][3]string{{"reject", "movie", ""}}
	for _, w := range [][3]string{{"tone.m4a", "m4a", "tone.m4a"}, {"tone.aac", "aac", "tone.aac"}, {"tone.webm", "webm", "tone.ogg"}, {"film.mov", "movie", "film.mp4"}} {
		args = append(args, filepath.Join(recordingsFolder, w[0]))
		want = append(want, [3]string{"accept", w[1], w[2]})
	}
	var stdout, stderr strings.Builder
	if code := run(t.Context(), args, func(string) string { return "" }, &stdout, &stderr); code != 0 {
		t.Errorf("status %d: %s", code, stderr.String())
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	if len(lines) != len(want) {
		t.Fatal(stdout.String())
	}
	for i, w := range want {
		var got inspected
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if got.Verdict != w[0] || orEmpty(got.Format) != w[1] || (got.Reason == "") != (w[0] == "accept") || got.Width+got.Height != 0 || got.Position != nil || len(orEmpty(got.Hash)) != 64 {
			t.Error(lines[i])
		}
		if w[2] != "" {
			if info, err := os.Stat(filepath.Join(out, w[2])); err != nil || info.Size() == 0 {
				t.Errorf("%s was not kept: %v", w[2], err)
			}
		}
	}
}

// What the door refuses for its size or length is refused with its sentence; what is not believed of a photo's place is told of one that is accepted.
func TestInspectSaysWhatTheDoorSays(t *testing.T) {
	t.Parallel()
	settings := map[string]string{"QIANSHAO_MAX_PHOTO_MB": "1", "QIANSHAO_MAX_VOICE_MB": "2", "QIANSHAO_MAX_VIDEO_MB": "3"}
	read := func(parts ...string) []byte {
		raw, err := os.ReadFile(filepath.Join(parts...))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	photo, film := read("../../triage/testdata/nofix.jpg"), read(recordingsFolder, "film.mp4")
	notes := func(minutes int) []byte { // silence, 20 ms a frame
		return append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x3C}, make([]byte, 31)...), minutes*60*50)...)
	}
	filled := func(raw []byte, mb int) []byte { // a box of nothing behind the others
		box := binary.BigEndian.AppendUint32(bytes.Clone(raw), uint32(mb<<20+8))
		return append(append(box, "free"...), make([]byte, mb<<20)...)
	}
	nofix := "照片里的位置不可信：经纬度是零或者读不出来，像是没定上位。"
	for name, c := range map[string]struct {
		content         []byte
		verdict, reason string
	}{
		"photo.jpg":  {photo, accepted, nofix},
		"large.jpg":  {append(bytes.Clone(photo), make([]byte, 1<<20)...), rejected, sentence(intake.TooLarge(intake.Photo, 1<<20))},
		"letter.pdf": {append([]byte("%PDF-1.7\n"), make([]byte, 1<<20)...), rejected, reason(media.NoKind)},
		"short.amr":  {notes(1), accepted, ""},
		"long.amr":   {notes(6), rejected, "这段录音超过 5 分钟，没有收下。请拣要紧的录短一点。"},
		"large.amr":  {notes(40), rejected, sentence(intake.TooLarge(intake.Voice, 2<<20))},
		"film.mp4":   {filled(film, 2), accepted, ""},
		"cut.mp4":    {film[:len(film)/2], rejected, "这段录像放不出来，可能没有传完整，没有收下。请再传一次，别的不受影响。"},
		"large.mp4":  {filled(film, 4), rejected, sentence(intake.TooLarge(intake.Video, 3<<20))},
	} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr strings.Builder
		if code := run(t.Context(), []string{"inspect", file}, func(k string) string { return settings[k] }, &stdout, &stderr); code != 0 {
			t.Errorf("%s: status %d: %s", name, code, stderr.String())
		}
		var got inspected
		if err := json.Unmarshal([]byte(stdout.String()), &got); err != nil {
			t.Fatal(err)
		}
		if got.Verdict != c.verdict || got.Reason != c.reason || got.Position != nil {
			t.Errorf("%s: %s, want %s %s", name, stdout.String(), c.verdict, c.reason)
		}
	}
}
