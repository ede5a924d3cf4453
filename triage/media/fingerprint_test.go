package media

import (
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/draw"

	"qianshao/triage/match"
)

// views reads a file and gives what the matcher compares.
func views(t *testing.T, raw []byte) match.Picture {
	t.Helper()
	pic := read(t, raw)
	out := match.Picture{SHA256: pic.SHA256}
	for _, v := range pic.Views {
		out.Views = append(out.Views, match.View(v))
	}
	return out
}

func facing(img image.Image, orientation int) image.Image {
	return scale(img, longest(img), orientation)
}

func cut(img *image.RGBA, left, top, right, bottom float64) image.Image {
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	return img.SubImage(image.Rect(int(left*w), int(top*h), int((1-right)*w), int((1-bottom)*h)))
}

func framed(img image.Image, c color.Color) image.Image {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()+b.Dx()/8, b.Dy()+b.Dy()/4))
	draw.Draw(out, out.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	draw.Draw(out, b.Add(image.Pt(b.Dx()/16, b.Dy()/8)), img, b.Min, draw.Src)
	return out
}

func stamped(img image.Image) image.Image {
	b := img.Bounds()
	out := image.NewRGBA(b)
	draw.Draw(out, b, img, b.Min, draw.Src)
	draw.Draw(out, image.Rect(b.Max.X*6/10, b.Max.Y*9/10, b.Max.X*95/100, b.Max.Y*95/100), image.NewUniform(color.RGBA{255, 230, 0, 255}), image.Point{}, draw.Src)
	return out
}

// Every way in which a picture is sent again is found, whatever it shows.
func TestACopyIsFound(t *testing.T) {
	for seed := range uint64(12) {
		img := scene(1200, 900, seed)
		original := views(t, asJPEG(t, img, 92))
		for name, again := range map[string]image.Image{
			"shrunk": resized(img, 400, 300), "stamped": stamped(img), "white frame": framed(img, color.White), "black frame": framed(img, color.Black),
			"cut evenly": cut(img, .04, .04, .04, .04), "cut at one corner": cut(img, .08, .08, 0, 0),
		} {
			if is, d := match.Compare(original, views(t, asJPEG(t, again, 50))); is == match.Other {
				t.Errorf("scene %d, %s: %s, %d bits apart", seed, name, is, d)
			}
		}
		for o := 2; o <= 8; o++ {
			if is, d := match.Compare(original, views(t, asJPEG(t, facing(img, o), 60))); is != match.Same {
				t.Errorf("scene %d, orientation %d: %s, %d bits apart", seed, o, is, d)
			}
		}
	}
}

// Different scenes are never the same, and sheets that show nothing are like nothing but their own bytes.
func TestOthersAreNotTheSame(t *testing.T) {
	var all []match.Picture
	for seed := range uint64(80) {
		all = append(all, views(t, asJPEG(t, scene(320, 240, 1000+seed), 80)))
	}
	for shade := range 6 {
		plain := image.NewRGBA(image.Rect(0, 0, 320, 240))
		for y := range 240 {
			for x := range 320 {
				g := uint8(40*shade + y*shade/10 + x/40)
				plain.SetRGBA(x, y, color.RGBA{g, g, g, 255})
			}
		}
		all = append(all, views(t, asJPEG(t, plain, 70)))
	}
	for i, a := range all {
		if is, _ := match.Compare(a, a); is != match.Same {
			t.Errorf("picture %d is not the same as itself", i)
		}
		for j, b := range all[:i] {
			ab, d := match.Compare(a, b)
			if ba, e := match.Compare(b, a); ab != ba || d != e {
				t.Errorf("%d and %d: %s %d one way, %s %d the other", i, j, ab, d, ba, e)
			}
			if ab == match.Same {
				t.Errorf("%d and %d are %d bits apart", i, j, d)
			}
		}
	}
}

func FuzzFingerprint(f *testing.F) {
	f.Add(uint8(1), uint8(1), []byte{0})
	f.Add(uint8(3), uint8(200), []byte("abc"))
	f.Fuzz(func(t *testing.T, w, h uint8, pixels []byte) {
		img := image.NewGray(image.Rect(0, 0, int(w)+1, int(h)+1))
		for i := range img.Pix {
			if len(pixels) > 0 {
				img.Pix[i] = pixels[i%len(pixels)]
			}
		}
		if n := len(Fingerprint(img)); n > 8*len(cuts) {
			t.Errorf("%d views", n)
		}
	})
}

func BenchmarkFingerprint(b *testing.B) {
	img := scale(scene(1600, 1200, 3), smallSide, 1)
	for b.Loop() {
		Fingerprint(img)
	}
}
