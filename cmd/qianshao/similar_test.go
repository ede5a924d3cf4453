package main

import (
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qianshao/triage/match"
)

// similarPairs runs the command and gives the verdict for each pair of files that it names.
func similarPairs(t *testing.T, args []string) map[[2]string]match.Likeness {
	t.Helper()
	var stdout, stderr strings.Builder
	if code := run(t.Context(), args, func(string) string { return "" }, &stdout, &stderr); code != 0 {
		t.Fatalf("status %d, %s", code, stderr.String())
	}
	out := map[[2]string]match.Likeness{}
	for line := range strings.Lines(stdout.String()) {
		var p pair
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		out[[2]string{p.A, p.B}] = p.Verdict
	}
	return out
}

// What cannot be read as a picture does not keep the others from being compared.
func TestSimilarFindsTheCopy(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, seed uint64, quality int) string {
		rnd := rand.New(rand.NewPCG(seed, 1))
		img := image.NewRGBA(image.Rect(0, 0, 480, 360))
		for range 40 {
			x, y := rnd.IntN(480), rnd.IntN(360)
			box := image.Rect(x, y, x+10+rnd.IntN(150), y+10+rnd.IntN(110))
			draw.Draw(img, box, image.NewUniform(color.Gray{Y: uint8(rnd.IntN(256))}), image.Point{}, draw.Src)
		}
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := jpeg.Encode(f, img, &jpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		return path
	}
	broken := filepath.Join(dir, "broken.jpg")
	if err := os.WriteFile(broken, []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	first, other, again := file("a.jpg", 1, 92), file("b.jpg", 2, 92), file("c.jpg", 1, 40)
	got := similarPairs(t, []string{"similar", first, broken, other, again})
	if len(got) != 1 || got[[2]string{first, again}] != match.Same {
		t.Errorf("%v", got)
	}
}

// Files are called as they were given; one that is missing is told in Chinese, and the others go on.
func TestSimilarGoesOnWithoutAFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	var photo strings.Builder
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.jpg", "b.jpg"} {
		if err := os.WriteFile(name, []byte(photo.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"similar", "a.jpg", "gone.jpg", dir, "b.jpg"}, func(string) string { return "" }, &stdout, &stderr)
	if want := `{"a":"a.jpg","b":"b.jpg","verdict":"same","distance":0}` + "\n"; code != 1 || stdout.String() != want {
		t.Errorf("status %d, %s", code, stdout.String())
	}
	if said := stderr.String(); !strings.Contains(said, "gone.jpg：没有这个文件") || !strings.Contains(said, dir+"：这是文件夹") || strings.Contains(said, "no such") {
		t.Error(said)
	}
}
