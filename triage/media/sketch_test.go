package media

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"golang.org/x/image/draw"

	"qianshao/config/county"
	"qianshao/triage/match"
)

// shot reads a file and gives what the matcher compares.
func shot(t testing.TB, raw []byte) match.Picture {
	t.Helper()
	pic := read(t, raw)
	return match.Picture{SHA256: pic.SHA256, Sketch: pic.Sketch}
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

// Every way in which a picture is sent again is found, whatever it shows, and by the index too.
func TestACopyIsFound(t *testing.T) {
	keyer := keyer(t)
	for seed := range uint64(6) {
		img := scene(800, 600, seed)
		first := shot(t, asJPEG(t, img, 92))
		for name, again := range map[string]image.Image{
			"shrunk": resized(img, 400, 300), "stamped": stamped(img), "white frame": framed(img, color.White), "black frame": framed(img, color.Black),
			"cut evenly": cut(img, .04, .04, .04, .04), "cut at one corner": cut(img, .08, .08, 0, 0), "brighter": brighter(img), "watermarked": watermarked(img),
		} {
			second := shot(t, asJPEG(t, again, 50))
			if is, d := match.Compare(first, second); is == match.Other {
				t.Errorf("scene %d, %s: %s, %d parts differ", seed, name, is, d)
			}
			if !indexed(keyer, first, second) {
				t.Logf("scene %d, %s: not found by the index", seed, name)
			}
		}
		for o := 2; o <= 8; o++ {
			second := shot(t, asJPEG(t, facing(img, o), 60))
			if is, d := match.Compare(first, second); is != match.Same {
				t.Errorf("scene %d, orientation %d: %s, %d parts differ", seed, o, is, d)
			}
			if !indexed(keyer, first, second) {
				t.Errorf("scene %d, orientation %d: not found by the index", seed, o)
			}
		}
	}
}

func keyer(t testing.TB) *match.Keyer {
	t.Helper()
	k, err := match.NewKeyer(make([]byte, 32), county.Match{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// indexed reports whether a tip with the one picture brings a tip with the other, of another town, as a candidate.
func indexed(k *match.Keyer, a, b match.Picture) bool {
	first := k.Print(match.Tip{ID: "a", Received: now, Town: "1", Pictures: []match.Picture{a}})
	second := k.Print(match.Tip{ID: "b", Received: now, Town: "2", Pictures: []match.Picture{b}})
	m := match.NewMemory(k)
	m.Add(first)
	return len(m.Candidates(second, county.Match{Days: 1})) == 1
}

// Copies of what hardly shows anything, or is all lines, are found too, if they were not cut.
func TestACopyOfASheetIsFound(t *testing.T) {
	for _, kind := range []string{"form", "document", "screenshot", "night", "fire", "sky", "wall", "texture"} {
		for number := range uint64(6) {
			img := invented{kind, 90, number}.draw()
			first := shot(t, asJPEG(t, img, 85))
			for name, again := range map[string]image.Image{"shrunk": resized(img, img.Rect.Dx()*6/10, img.Rect.Dy()*6/10), "turned": facing(img, 6), "framed": framed(img, color.Gray{Y: 128})} {
				if is, d := match.Compare(first, shot(t, asJPEG(t, again, 60))); is == match.Other {
					t.Errorf("%s %d, %s: %s, %d parts differ", kind, number, name, is, d)
				}
			}
		}
	}
}

// Pictures of one series (forms of one print, one app, street, sky, wall) are never the same, nor are those of different ones. Sheets that show nothing are like
// nothing but their own bytes.
func TestOthersAreNotTheSame(t *testing.T) {
	var all []match.Picture
	var names []invented
	for kind := range inventions {
		for series := range uint64(4) {
			for number := range uint64(5) {
				i := invented{kind, series, number}
				names, all = append(names, i), append(all, shot(t, asJPEG(t, i.draw(), 85)))
			}
		}
	}
	looks := 0
	for i, a := range all {
		if is, d := match.Compare(a, a); is != match.Same || d != 0 {
			t.Errorf("%v is %s as itself", names[i], is)
		}
		for j, b := range all[:i] {
			ab, d := match.Compare(a, b)
			if (i+j)%16 == 0 {
				if ba, e := match.Compare(b, a); ab != ba || d != e {
					t.Errorf("%v and %v: %s %d one way, %s %d the other", names[i], names[j], ab, d, ba, e)
				}
			}
			paper := names[i].kind == names[j].kind && names[i].series == names[j].series && slices.Contains([]string{"form", "field"}, names[i].kind)
			switch {
			case ab == match.Same:
				t.Errorf("%v and %v are the same, %d parts differ", names[i], names[j], d)
			case ab == match.Look && !paper:
				looks++
				t.Logf("%v and %v are to be looked at, %d parts differ", names[i], names[j], d)
			}
		}
	}
	if pairs := len(all) * (len(all) - 1) / 2; looks > pairs/2000 {
		t.Errorf("%d of %d pairs are to be looked at", looks, pairs)
	}
}

func FuzzSketch(f *testing.F) {
	f.Add(uint8(1), uint8(1), []byte{0})
	f.Add(uint8(3), uint8(200), []byte("abc"))
	k := keyer(f)
	f.Fuzz(func(t *testing.T, w, h uint8, pixels []byte) {
		img := image.NewRGBA(image.Rect(0, 0, int(w)+1, int(h)+1))
		for i := range img.Pix {
			if len(pixels) > 0 {
				img.Pix[i] = pixels[i%len(pixels)]
			}
		}
		a := match.Picture{SHA256: [32]byte{1}, Sketch: Sketch(img)}
		b := match.Picture{SHA256: [32]byte{2}, Sketch: Sketch(scale(img, longest(img), 6))}
		if n := len(a.Sketch); n%(64*64) != 0 || n == 0 || n > 3*64*64 {
			t.Errorf("%d cells", n)
		}
		match.Compare(a, b)
		indexed(k, a, b)
	})
}

func BenchmarkSketch(b *testing.B) {
	img := scene(1600, 1200, 3)
	for b.Loop() {
		Sketch(img)
	}
}

// BenchmarkCompare is one comparison, and how a picture is keyed and sealed.
func BenchmarkCompare(b *testing.B) {
	img := grained(scene(640, 480, 1))
	x, y, z := shot(b, asJPEG(b, img, 85)), shot(b, asJPEG(b, stamped(img), 85)), shot(b, asJPEG(b, grained(scene(640, 480, 2)), 85))
	b.Run("copy", func(b *testing.B) {
		for b.Loop() {
			match.Compare(x, y)
		}
	})
	b.Run("other", func(b *testing.B) {
		for b.Loop() {
			match.Compare(x, z)
		}
	})
	k := keyer(b)
	b.Run("print", func(b *testing.B) {
		for b.Loop() {
			k.Print(match.Tip{Pictures: []match.Picture{x}})
		}
	})
}
