package media

import (
	"bytes"
	"context"
	"image/color"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

const eater = "eat-memory"

// TestMain lets the test binary be the child that decodes, and one that eats all memory.
func TestMain(m *testing.M) {
	switch os.Args[len(os.Args)-1] {
	case HEICCommand:
		if err := ServeHEIC(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	case eater:
		eat()
	}
	os.Exit(m.Run())
}

// eat touches memory until it is stopped.
func eat() {
	debug.SetGCPercent(-1)
	if err := confine(20); err != nil {
		panic(err)
	}
	go watch()
	var all [][]byte
	for {
		all = append(all, bytes.Repeat([]byte{1}, 1<<20))
		if len(all) > 2*childMemory>>20 {
			os.Exit(0) // nobody stopped it
		}
	}
}

func readBy(t testing.TB, file []byte, child ...string) Picture {
	t.Helper()
	r := New(Options{Limits: Limits{Timeout: time.Second}, Now: func() time.Time { return now }, Child: child})
	pic, err := r.Read(context.Background(), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return pic
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// The two files show the four coloured corners of TestOrientation; turned.heic says in its own properties that it is to be turned clockwise, and has mif1 as
// its main brand. Both say so in EXIF too, where it does not count.
func TestHEIC(t *testing.T) {
	red, green, blue := color.RGBA{200, 0, 0, 255}, color.RGBA{0, 200, 0, 255}, color.RGBA{0, 0, 200, 255}
	for name, c := range map[string]struct {
		w, h        int
		left, right color.RGBA
	}{"corners.heic": {192, 128, red, green}, "turned.heic": {128, 192, blue, red}} {
		pic := readBy(t, fixture(t, name), os.Args[0], HEICCommand)
		if pic.Problem != "" || pic.Width != c.w || pic.Height != c.h {
			t.Fatalf("%s: problem %q, %dx%d", name, pic.Problem, pic.Width, pic.Height)
		}
		img := decoded(t, pic.Large)
		if left, right := img.At(4, 4), img.At(c.w-5, 4); !near(left, c.left) || !near(right, c.right) {
			t.Errorf("%s: corners %v %v", name, left, right)
		}
		if pic.Claim.Where == nil || pic.Claim.When == nil {
			t.Errorf("%s: place and time were not read", name)
		}
		for _, r := range [][]byte{pic.Small, pic.Large} {
			if bytes.Contains(r, []byte("SECRET")) || bytes.Contains(r, []byte("Exif")) {
				t.Errorf("%s: metadata survived", name)
			}
		}
	}
}

func TestBrokenHEIC(t *testing.T) {
	file := fixture(t, "corners.heic")
	for n := 12; n < len(file); n += 97 {
		if pic := readBy(t, file[:n], os.Args[0], HEICCommand); pic.Problem != Broken {
			t.Errorf("%d of %d bytes: problem %q", n, len(file), pic.Problem)
		}
	}
	tiles := gridHEIC(t, 1024, 1024)
	for n, want := range map[int]Problem{len(tiles): "", len(tiles) - 1: Broken, len(tiles) / 2: Broken} {
		if pic := readBy(t, tiles[:n], os.Args[0], HEICCommand); pic.Problem != want {
			t.Errorf("%d of %d bytes in tiles: problem %q, want %q", n, len(tiles), pic.Problem, want)
		}
	}
	if pic := readBy(t, file); pic.Problem != Unshown {
		t.Errorf("without a child: %q", pic.Problem)
	}
}

// What a child answers is checked, however it comes to it. The good answer is one red pixel of a picture of one.
func TestChildIsNotTrusted(t *testing.T) {
	t.Setenv("QIANSHAO_TEST_SECRET", "x")
	one := `\0\0\0\1`
	pixel := `printf '` + strings.Repeat(one, 4) + `\310\0\0\377'`
	file := fixture(t, "corners.heic")
	for name, c := range map[string]struct {
		script string
		want   Problem
	}{
		"good":                   {pixel, ""},
		"sees the environment":   {`test -z "$QIANSHAO_TEST_SECRET" && ` + pixel, ""},
		"fails":                  {pixel + `; exit 1`, Broken},
		"used too much memory":   {pixel + `; exit 3`, Pixels},
		"says nothing":           {`true`, Broken},
		"says too little":        {`printf '` + strings.Repeat(one, 4) + `'`, Broken},
		"says too much":          {pixel + `; printf x`, Broken},
		"never stops talking":    {`while :; do printf '%0100000d' 0; done`, Broken},
		"claims more than it is": {`printf '` + one + one + `\377\377\377\377\377\377\377\377\0\0\0\0'`, Broken},
		"hangs":                  {`exec sleep 60`, Broken},
	} {
		start := time.Now()
		if pic := readBy(t, file, "/bin/sh", "-c", c.script); pic.Problem != c.want {
			t.Errorf("%s: problem %q, want %q", name, pic.Problem, c.want)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}

func TestChildCannotEatMemory(t *testing.T) {
	cmd := exec.Command(os.Args[0], eater)
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != exitMemory {
		t.Errorf("it ended with %v: %.200s", err, out)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01abcd"))
	f.Fuzz(func(t *testing.T, said []byte) {
		a := answer{left: len(said)}
		if _, err := a.Write(said); err != nil {
			t.Fatal(err)
		}
		img, err := a.picture()
		if err != nil {
			return
		}
		b := img.Bounds()
		if b.Dx() > largeSide || b.Dy() > largeSide || len(img.Pix) != 4*b.Dx()*b.Dy() {
			t.Fatalf("believed %v with %d bytes", b, len(img.Pix))
		}
	})
}

// FuzzMetadata never needs a decoder, so that it goes deep into the containers.
func FuzzMetadata(f *testing.F) {
	small := asJPEG(f, scene(16, 12, 1), 40)
	all := said{orientation: 6, gps: true, lat: 37.9, lon: 111.2, latRef: "N", lonRef: "E", datum: "GCJ-02", taken: "2026:11:10 10:55:00", method: "AMap"}
	f.Add(withEXIF(small, all), byte(0))
	all.noSeconds = 10
	f.Add(withEXIF(small, all), byte(0))
	f.Add(withXMP(small, `exif:GPSLatitude="37,54.0N" exif:GPSLongitude="111,14,24E"`), byte(0))
	f.Add(asPNG(f, scene(8, 8, 2)), byte(1))
	f.Add([]byte("RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x0c\x00\x00\x00"), byte(2))
	f.Add(fixture(f, "turned.heic"), byte(3))
	f.Add([]byte("\xff\xd8\xff\xe8\x00\x00\x00\x00\x00\x00\x00"), byte(0))
	kinds := []Kind{JPEG, PNG, WebP, HEIC}
	f.Fuzz(func(t *testing.T, file []byte, k byte) {
		start := time.Now()
		kind := kinds[int(k)%len(kinds)]
		m := readMetadata(context.Background(), file, kind)
		c := m.claim(now, time.UTC)
		if c.When != nil && c.When.After(now.Add(25*time.Hour)) {
			t.Fatalf("believed %v", c.When)
		}
		previews(file)
		if d := time.Since(start); d > 5*time.Second {
			t.Fatalf("took %v", d)
		}
	})
}
