package blur

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func encoded(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(t testing.TB, raw []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// noise is a picture in which every pixel is something else.
func noise(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(r.UintN(256))
	}
	return img
}

// contrast is how much the brightness differs within a box.
func contrast(img image.Image, b Box) int {
	lo, hi := 255, 0
	for y := b.Y; y < b.Y+b.H; y++ {
		for x := b.X; x < b.X+b.W; x++ {
			v := int(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return hi - lo
}

func TestBurn(t *testing.T) {
	raw := encoded(t, noise(400, 300))
	box := Box{100, 80, 100, 60}
	burnt, err := Burn(raw, []Box{box, {-50, -50, 10, 10}, {390, 290, 500, 500}, {0, 0, 0, 0}})
	if err != nil {
		t.Fatal(err)
	}
	before, after := decoded(t, raw), decoded(t, burnt)
	if after.Bounds() != before.Bounds() {
		t.Errorf("%v became %v", before.Bounds(), after.Bounds())
	}
	if got := contrast(after, box); got > 60 {
		t.Errorf("within the box the brightness differs by %d", got)
	}
	if got := contrast(after, Box{250, 80, 100, 60}); got < 150 {
		t.Errorf("beside the box the brightness differs by %d only", got)
	}
	again, err := Burn(raw, []Box{box, {-50, -50, 10, 10}, {390, 290, 500, 500}, {0, 0, 0, 0}})
	if err != nil || !bytes.Equal(burnt, again) {
		t.Error("burning twice gives two pictures")
	}
}

// What is left of a box is its few blocks: two pictures that differ only within, and have the same means, come out the same.
func TestBurntPixelsAreGone(t *testing.T) {
	a := image.NewRGBA(image.Rect(0, 0, 200, 200))
	draw.Draw(a, a.Rect, image.NewUniform(color.RGBA{200, 180, 160, 255}), image.Point{}, draw.Src)
	b := image.NewRGBA(a.Rect)
	copy(b.Pix, a.Pix)
	for y := 60; y < 140; y++ { // two stripes patterns, one the other upside down
		for x := 60; x < 140; x++ {
			v := uint8(40 + 170*((x/4+y/4)%2))
			a.SetRGBA(x, y, color.RGBA{v, v, v, 255})
			b.SetRGBA(x, y, color.RGBA{250 - v, 250 - v, 250 - v, 255})
		}
	}
	ra, rb := image.NewRGBA(a.Rect), image.NewRGBA(a.Rect)
	copy(ra.Pix, a.Pix)
	copy(rb.Pix, b.Pix)
	pixelate(ra, Box{60, 60, 80, 80})
	pixelate(rb, Box{60, 60, 80, 80})
	if !bytes.Equal(ra.Pix, rb.Pix) {
		t.Error("what was in the box can still be told apart")
	}
}

func TestPlates(t *testing.T) {
	for name, c := range map[string]struct{ plate, letters color.RGBA }{
		"blue": {color.RGBA{20, 60, 180, 255}, color.RGBA{240, 240, 240, 255}}, "yellow": {color.RGBA{230, 180, 30, 255}, color.RGBA{20, 20, 20, 255}}, "green": {color.RGBA{60, 190, 110, 255}, color.RGBA{20, 20, 20, 255}},
	} {
		img := image.NewRGBA(image.Rect(0, 0, 1600, 1200))
		draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{120, 118, 115, 255}), image.Point{}, draw.Src)
		plate := image.Rect(700, 500, 920, 570)
		draw.Draw(img, plate, image.NewUniform(c.plate), image.Point{}, draw.Src)
		for i := range 7 {
			draw.Draw(img, image.Rect(712+i*29, 512, 724+i*29, 558), image.NewUniform(c.letters), image.Point{}, draw.Src)
		}
		draw.Draw(img, image.Rect(0, 900, 1600, 1200), image.NewUniform(c.plate), image.Point{}, draw.Src) // a painted wall is no plate
		found, err := Suggest(encoded(t, img))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || image.Rect(found[0].X-12, found[0].Y-12, found[0].X+found[0].W+12, found[0].Y+found[0].H+12).Intersect(plate) != plate {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// The finder's own picture has one face.
func TestFaces(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/esimov/pigo").Output()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "sample.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	img := decoded(t, raw)
	found, err := faces(img)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 || found[0].Within(img.Bounds().Dx(), img.Bounds().Dy()) != found[0] {
		t.Fatalf("found %v in %v", found, img.Bounds())
	}
	burnt, err := Burn(raw, found)
	if err != nil {
		t.Fatal(err)
	}
	left, err := faces(decoded(t, burnt))
	if err != nil || len(left) > 0 {
		t.Errorf("after it was burnt the finder still finds %v, %v", left, err)
	}
}

func TestNothingInNoise(t *testing.T) {
	found, err := Suggest(encoded(t, noise(300, 300)))
	if err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
	if _, err := Suggest([]byte("no picture")); err == nil {
		t.Error("what is no picture is read")
	}
}

func FuzzBurn(f *testing.F) {
	raw := encoded(f, noise(40, 30))
	f.Add(5, 5, 10, 10)
	f.Add(-1<<40, 3, 1<<50, 1<<62)
	f.Fuzz(func(t *testing.T, x, y, w, h int) {
		b := Box{x, y, w, h}.Within(40, 30)
		if !b.Empty() && (b.X < 0 || b.Y < 0 || b.X+b.W > 40 || b.Y+b.H > 30) {
			t.Fatalf("%v is not within", b)
		}
		if _, err := Burn(raw, []Box{b}); err != nil {
			t.Fatal(err)
		}
	})
}
