package blur

import (
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"sync"

	pigo "github.com/esimov/pigo/core"
	"golang.org/x/image/draw"
)

//go:embed facefinder
var cascade []byte

var finder = sync.OnceValues(func() (*pigo.Pigo, error) { return pigo.NewPigo().Unpack(cascade) })

const (
	smallest  = 36  // pixels of a face
	confident = 5.0 // of the finder's measure; lower is mostly leaves and bricks
	overlap   = 0.2 // of two finds of one face
	workSide  = 800 // the longer side of the picture in which plates are looked for
)

// Suggest says where in a picture (JPEG) a face or a number plate may be, at most Most of them.
func Suggest(picture []byte) ([]Box, error) {
	img, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("blur: read picture: %w", err)
	}
	all, err := faces(img)
	if err != nil {
		return nil, err
	}
	all = append(all, plates(img)...)
	return all[:min(len(all), Most)], nil
}

func faces(img image.Image) ([]Box, error) {
	f, err := finder()
	if err != nil {
		return nil, fmt.Errorf("blur: face finder: %w", err)
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if min(w, h) < smallest {
		return nil, nil
	}
	grey := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(grey, grey.Rect, img, img.Bounds().Min, draw.Src)
	found := f.RunCascade(pigo.CascadeParams{MinSize: smallest, MaxSize: min(w, h), ShiftFactor: 0.1, ScaleFactor: 1.1,
		ImageParams: pigo.ImageParams{Pixels: grey.Pix, Rows: h, Cols: w, Dim: grey.Stride}}, 0)
	var all []Box
	for _, d := range f.ClusterDetections(found, overlap) {
		if d.Q < confident {
			continue
		}
		if b := (Box{d.Col - d.Scale/2, d.Row - d.Scale/2, d.Scale, d.Scale}).Within(w, h); !b.Empty() {
			all = append(all, b)
		}
	}
	return all, nil
}

// paint is the colour of a plate.
type paint int

const (
	other paint = iota
	blue
	yellow
	green
)

// paintOf tells strong blue, yellow and the green of electric cars; everything pale, grey or dark is other.
func paintOf(c color.RGBA) paint {
	r, g, b := int(c.R), int(c.G), int(c.B)
	switch {
	case b > 90 && b > r+50 && b > g+30:
		return blue
	case r > 140 && g > 100 && r > b+80 && g > b+60 && r < g+90:
		return yellow
	case g > 110 && g > r+40 && g > b+25:
		return green
	}
	return other
}

// plates finds wide patches of the colour of a number plate in which there is something of another colour, as letters are.
func plates(img image.Image) []Box {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	scale := float64(max(w, h)) / workSide
	if scale < 1 {
		scale = 1
	}
	small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(w)/scale)), max(1, int(float64(h)/scale))))
	draw.ApproxBiLinear.Scale(small, small.Rect, img, img.Bounds(), draw.Src, nil)
	sw, sh := small.Rect.Dx(), small.Rect.Dy()
	paints := make([]paint, sw*sh)
	for i := range paints {
		paints[i] = paintOf(small.RGBAAt(i%sw, i/sw))
	}
	seen := make([]bool, sw*sh)
	var all []Box
	for i, p := range paints {
		if p == other || seen[i] {
			continue
		}
		r, n := patch(paints, seen, i, sw, sh)
		if plateLike(r, n, sw*sh) {
			b := Box{int(float64(r.Min.X) * scale), int(float64(r.Min.Y) * scale), int(float64(r.Dx()) * scale), int(float64(r.Dy()) * scale)}
			all = append(all, b.Within(w, h))
		}
	}
	return all
}

// patch walks over the pixels of one colour that hang together, and gives their frame and number.
func patch(paints []paint, seen []bool, from, w, h int) (image.Rectangle, int) {
	r := image.Rect(from%w, from/w, from%w+1, from/w+1)
	todo, n := []int{from}, 0
	seen[from] = true
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n++
		x, y := i%w, i/w
		r = r.Union(image.Rect(x, y, x+1, y+1))
		for _, next := range [][2]int{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
			if next[0] < 0 || next[1] < 0 || next[0] >= w || next[1] >= h {
				continue
			}
			if j := next[1]*w + next[0]; !seen[j] && paints[j] == paints[from] {
				seen[j] = true
				todo = append(todo, j)
			}
		}
	}
	return r, n
}

// plateLike: a plate is two to six times as wide as high, not a speck and not half of the picture; its letters leave holes in its colour.
func plateLike(r image.Rectangle, n, all int) bool {
	area := r.Dx() * r.Dy()
	return r.Dy() >= 8 && r.Dx() >= 26 && r.Dx() >= 2*r.Dy()*8/10 && r.Dx() <= 6*r.Dy() && area*20 < all && n*100 >= area*40 && n*100 <= area*92
}
