package media

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
)

// Invented pictures of which many look alike: kind says of what, series which form, app, street, sky or wall, shot which one of its pictures. All of it
// follows from the numbers.
type invented struct {
	kind   string
	series uint64
	shot   uint64
}

// inventions are what can be invented.
var inventions = map[string]func(img *image.RGBA, series, shot *rand.Rand){
	"form": form, "screenshot": screenshot, "night": night, "sky": sky, "wall": wall, "gradient": gradient, "texture": texture, "document": document, "field": field,
	"lit": lit, "fire": fire, "horizon": horizon, "dark half": darkHalf,
}

func (i invented) draw() *image.RGBA {
	series := rand.New(rand.NewPCG(i.series, uint64(len(i.kind))))
	shot := rand.New(rand.NewPCG(i.series<<32|i.shot, uint64(len(i.kind))+1))
	w, h := 480, 360
	if i.kind == "form" || i.kind == "field" || i.kind == "document" || i.kind == "screenshot" {
		w, h = 360, 500
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	inventions[i.kind](img, series, shot)
	return img
}

func fill(img *image.RGBA, r image.Rectangle, grey uint8) {
	draw.Draw(img, r, image.NewUniform(color.Gray{Y: grey}), image.Point{}, draw.Src)
}

// written is a line of invented characters of a few strokes each; with spaces now and then.
func written(img *image.RGBA, rnd *rand.Rand, x, y, end, size int, ink uint8) {
	for ; x+size <= end; x += size + size/6 + 1 {
		if rnd.IntN(9) == 0 {
			continue
		}
		for range 3 + rnd.IntN(4) {
			at := image.Pt(x+rnd.IntN(size), y+rnd.IntN(size))
			thick := max(1, size/8)
			box := image.Rect(at.X, at.Y, at.X+thick, at.Y+thick+rnd.IntN(size/2))
			if rnd.IntN(2) == 0 {
				box = image.Rect(at.X, at.Y, at.X+thick+rnd.IntN(size/2), at.Y+thick)
			}
			fill(img, box.Intersect(image.Rect(x, y, x+size, y+size)), ink)
		}
	}
}

// form is one printed sheet with boxes, filled in by another hand each time.
func form(img *image.RGBA, series, shot *rand.Rand) {
	b := img.Rect
	fill(img, b, 250)
	written(img, series, 90, 20, 270, 18, 30)
	rows := 8 + series.IntN(6)
	for i := range rows {
		y, h := 60+i*420/rows, 420/rows
		fill(img, image.Rect(20, y, 340, y+1), 60)
		written(img, series, 26, y+h/3, 90, 11, 40)
		half := series.IntN(2) == 0
		if half {
			written(img, series, 186, y+h/3, 240, 11, 40)
			fill(img, image.Rect(180, y, 181, y+h), 60)
			written(img, shot, 246, y+h/3, 256+shot.IntN(80), 12, 90)
		}
		written(img, shot, 100, y+h/3, 112+shot.IntN(60), 12, 90)
	}
	for _, x := range []int{20, 95, 340} {
		fill(img, image.Rect(x, 60, x+1, 60+rows*(420/rows)), 60)
	}
}

// field is a filled form of which one field differs.
func field(img *image.RGBA, series, shot *rand.Rand) {
	form(img, series, series)
	y := 70 + shot.IntN(380)
	fill(img, image.Rect(100, y, 180, y+14), 250)
	written(img, shot, 100, y, 130+shot.IntN(50), 12, 90)
}

// document is a printed page of text below a common head.
func document(img *image.RGBA, series, shot *rand.Rand) {
	fill(img, img.Rect, 245)
	written(img, series, 60, 24, 300, 22, 20)
	indent := 0
	for y := 64; y < 470; y += 16 {
		end := 330
		if shot.IntN(5) == 0 {
			end = 80 + shot.IntN(240)
		}
		written(img, shot, 30+indent, y, end, 11, 40)
		indent = 0
		if end < 330 {
			indent = 24
		}
	}
}

// screenshot is a talk in one app: its bars stay, the bubbles change.
func screenshot(img *image.RGBA, series, shot *rand.Rand) {
	fill(img, img.Rect, uint8(225+series.IntN(25)))
	fill(img, image.Rect(0, 0, 360, 44), uint8(200+series.IntN(40)))
	written(img, series, 120, 14, 240, 15, 20)
	fill(img, image.Rect(0, 456, 360, 500), 246)
	fill(img, image.Rect(44, 464, 260, 492), 255)
	for y := 60; y < 420; {
		h, w := 26+14*shot.IntN(4), 80+shot.IntN(180)
		x, face := 46, image.Rect(10, y, 38, y+28)
		if shot.IntN(2) == 0 {
			x, face = 314-w, image.Rect(322, y, 350, y+28)
		}
		fill(img, face, uint8(90+series.IntN(3)))
		fill(img, image.Rect(x, y, x+w, y+h), 255)
		for line := y + 6; line < y+h-8; line += 14 {
			written(img, shot, x+6, line, x+w-4, 10, 40)
		}
		y += h + 14
	}
}

// night is a dark street with the same slope of dusk and lamps elsewhere.
func night(img *image.RGBA, series, shot *rand.Rand) {
	dusk, ridge := series.Float64()*25, 120+series.IntN(80)
	glow := noise(series, 5)
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			g := 6 + dusk*(1-float64(y)/360)
			if float64(y) > float64(ridge)+30*glow(float64(x)/480, 0) {
				g = 5
			}
			img.SetRGBA(x, y, grey(g+shot.NormFloat64()*3))
		}
	}
	for range 2 + shot.IntN(7) {
		lamp(img, shot.Float64()*480, 100+shot.Float64()*220, 4+shot.Float64()*14, 120+shot.Float64()*135)
	}
}

// lit is a night with one lamp: a bulb with a glow, or a bright disc, of which two shots of five are in the same place.
func lit(img *image.RGBA, series, shot *rand.Rand) {
	x, y, size := 80+series.Float64()*320, 60+series.Float64()*240, 8+series.Float64()*30
	if shot.IntN(5) > 1 {
		x, y = 80+shot.Float64()*320, 60+shot.Float64()*240
	}
	dark(img, shot)
	if shot.IntN(2) == 0 {
		lamp(img, x, y, size, 120+shot.Float64()*200)
		return
	}
	for j := range img.Rect.Max.Y {
		for i := range img.Rect.Max.X {
			if math.Hypot(float64(i)-x, float64(j)-y) < 1.5*size {
				img.SetRGBA(i, j, grey(225+shot.NormFloat64()*3))
			}
		}
	}
}

func dark(img *image.RGBA, shot *rand.Rand) {
	g := 5 + shot.Float64()*20
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			img.SetRGBA(x, y, grey(g+shot.NormFloat64()*3))
		}
	}
}

// fire is a night with one orange fire, of a series in nearly the same place.
func fire(img *image.RGBA, series, shot *rand.Rand) {
	cx, cy, size := 120+series.Float64()*240+shot.Float64()*20, 120+series.Float64()*160, 20+series.Float64()*30+shot.Float64()*10
	dark(img, shot)
	flames := noise(shot, 4)
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			dx, dy := (float64(x)-cx)/size, (float64(y)-cy)/(1.6*size)
			d := math.Hypot(dx, dy) * (1 + .25*flames(float64(x)/480, float64(y)/360))
			g := float64(img.RGBAAt(x, y).G)
			img.SetRGBA(x, y, color.RGBA{grey(g + 300/(1+d*d*d)).R, grey(g + 170/(1+d*d*d)).R, grey(g + 40/(1+d*d*d)).R, 255})
		}
	}
}

// horizon is a straight edge between two colours, level or slanting, with noise.
func horizon(img *image.RGBA, series, shot *rand.Rand) {
	at, slope := 120+series.Float64()*120+shot.Float64()*30, (series.Float64()-.5)*.2+(shot.Float64()-.5)*.02
	sky, ground, grain := 120+shot.Float64()*120, 20+shot.Float64()*80, 1+shot.Float64()*12
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			g := sky
			if float64(y) > at+slope*float64(x-240) {
				g = ground
			}
			img.SetRGBA(x, y, grey(g+shot.NormFloat64()*grain))
		}
	}
}

// darkHalf is a dark side and a light one: a door that stands open, a thumb on the lens.
func darkHalf(img *image.RGBA, series, shot *rand.Rand) {
	at, soft := 180+series.Float64()*120+shot.Float64()*20, 1+series.Float64()*30
	black, white, grain := shot.Float64()*30, 100+shot.Float64()*155, shot.Float64()*6
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			img.SetRGBA(x, y, grey(black+(white-black)/(1+math.Exp((at-float64(x))/soft))+shot.NormFloat64()*grain))
		}
	}
}

func lamp(img *image.RGBA, cx, cy, size, power float64) {
	far := int(5 * size)
	for y := max(0, int(cy)-far); y < min(img.Rect.Max.Y, int(cy)+far); y++ {
		for x := max(0, int(cx)-far); x < min(img.Rect.Max.X, int(cx)+far); x++ {
			d := math.Hypot(float64(x)-cx, float64(y)-cy) / size
			img.SetRGBA(x, y, grey(float64(img.RGBAAt(x, y).R)+power/(1+d*d*d)))
		}
	}
}

// sky is the same slope of light with other clouds, or with none.
func sky(img *image.RGBA, series, shot *rand.Rand) {
	top, bottom, ridge := 110+series.Float64()*60, 190+series.Float64()*50, 300+series.Float64()*40
	hills, clouds, amount := noise(series, 4), noise(shot, 6), shot.Float64()*60
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			u, v := float64(x)/480, float64(y)/360
			g := top + (bottom-top)*v + amount*max(0, clouds(u, 2*v))
			if float64(y) > ridge+25*hills(u, 0) {
				g = 60
			}
			img.SetRGBA(x, y, grey(g+shot.NormFloat64()*2))
		}
	}
}

// wall is the same courses of bricks, each photographed from another spot.
func wall(img *image.RGBA, series, shot *rand.Rand) {
	w, h := 40+series.IntN(60), 18+series.IntN(24)
	dx, dy := shot.IntN(w), shot.IntN(h)
	shade, stain := noise(shot, 3), noise(shot, 6)
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			row := (y + dy) / h
			bx := x + dx + row%2*w/2
			g := 110 + 12*float64((bx/w*7+row*13)%5) + 15*shade(float64(x)/480, float64(y)/360) + 10*stain(float64(x)/480, float64(y)/360)
			if (y+dy)%h < 3 || bx%w < 3 {
				g = 190
			}
			img.SetRGBA(x, y, grey(g+shot.NormFloat64()*4))
		}
	}
}

// gradient is fog or a lamp on a ceiling: light that falls off to one side.
func gradient(img *image.RGBA, series, shot *rand.Rand) {
	cx, cy := series.Float64(), series.Float64()
	power, width := 120+shot.Float64()*20, .5+shot.Float64()*.1
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			d := math.Hypot(float64(x)/480-cx, float64(y)/360-cy) / width
			img.SetRGBA(x, y, grey(50+power/(1+d*d)+shot.NormFloat64()*2))
		}
	}
}

// texture is ground, leaves or gravel: the same roughness, other stones.
func texture(img *image.RGBA, series, shot *rand.Rand) {
	n, contrast := 3+series.IntN(5), 20+series.Float64()*30
	rough := noise(shot, n)
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			img.SetRGBA(x, y, grey(120+contrast*rough(float64(x)/480*2, float64(y)/360*2)+shot.NormFloat64()*6))
		}
	}
}

func grey(g float64) color.RGBA {
	v := uint8(max(0, min(255, g)))
	return color.RGBA{v, v, v, 255}
}

// noise is a sum of waves, of about -1..1, finer ones weaker.
func noise(rnd *rand.Rand, octaves int) func(u, v float64) float64 {
	type wave struct{ fx, fy, phase, size float64 }
	var waves []wave
	for o := range octaves {
		f := math.Pow(1.8, float64(o)) * 4
		for range 3 {
			turn := rnd.Float64() * 2 * math.Pi
			waves = append(waves, wave{f * math.Cos(turn), f * math.Sin(turn), rnd.Float64() * 2 * math.Pi, .5 / math.Pow(1.5, float64(o))})
		}
	}
	return func(u, v float64) (sum float64) {
		for _, w := range waves {
			sum += w.size * math.Sin(w.fx*u+w.fy*v+w.phase)
		}
		return sum
	}
}

// brighter is what a phone's editor makes of a picture: lighter, and what was light is white.
func brighter(img *image.RGBA) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = uint8(min(255, 1.25*float64(v)+12))
	}
	return out
}

// watermarked has pale words over all of it.
func watermarked(img *image.RGBA) *image.RGBA {
	words := image.NewRGBA(img.Rect)
	fill(words, img.Rect, 128)
	for y := 10; y < img.Rect.Max.Y; y += 70 {
		for x := y % 100; x < img.Rect.Max.X; x += 160 {
			written(words, rand.New(rand.NewPCG(1, 1)), x, y, x+110, 18, 255)
		}
	}
	out := image.NewRGBA(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = uint8(min(255, int(v)+(int(words.Pix[i])-128)/3))
	}
	return out
}
