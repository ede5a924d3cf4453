package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// Picture draws a scene ("shed", "drums", "chimney", "river", "night", "tanker") as a JPEG of 1280×960, a little different for every seed.
func Picture(scene string, seed uint64) ([]byte, error) {
	draw, ok := scenes[scene]
	if !ok {
		return nil, fmt.Errorf("demo: no scene %q", scene)
	}
	//nolint:gosec // G404: pictures need variety, not secrecy
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, 1280, 960)), rnd: rand.New(rand.NewPCG(seed, 7))}
	draw(c)
	c.grain(14)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, c.img, &jpeg.Options{Quality: 82}); err != nil {
		return nil, fmt.Errorf("demo: encode %s: %w", scene, err)
	}
	return buf.Bytes(), nil
}

type canvas struct {
	img *image.RGBA
	rnd *rand.Rand
}

var scenes = map[string]func(*canvas){
	"shed":    func(c *canvas) { c.land(day); c.shed(380, 420, 560, 260) },
	"drums":   func(c *canvas) { c.land(day); c.shed(760, 380, 460, 240); c.drums(9) },
	"chimney": func(c *canvas) { c.land(dusk); c.shed(300, 470, 420, 220); c.chimney(640, 200) },
	"river":   func(c *canvas) { c.land(day); c.river() },
	"night":   func(c *canvas) { c.land(night); c.shed(420, 430, 520, 260); c.lamp(640, 520) },
	"tanker":  func(c *canvas) { c.land(dusk); c.tanker(260, 520) },
}

// palette is the light of a scene: sky top and bottom, hills, ground, walls.
type palette struct{ top, low, hill, ground, wall color.RGBA }

func rgb(r, g, b uint8) color.RGBA { return color.RGBA{r, g, b, 255} }

var (
	day   = palette{rgb(150, 180, 205), rgb(222, 224, 214), rgb(120, 122, 92), rgb(164, 143, 110), rgb(176, 158, 136)}
	dusk  = palette{rgb(86, 96, 128), rgb(214, 160, 120), rgb(70, 68, 66), rgb(104, 88, 72), rgb(120, 104, 92)}
	night = palette{rgb(14, 18, 32), rgb(34, 40, 58), rgb(16, 20, 26), rgb(26, 26, 28), rgb(38, 38, 44)}
)

func (c *canvas) rect(x, y, w, h int, col color.RGBA) {
	r := image.Rect(x, y, x+w, y+h).Intersect(c.img.Bounds())
	for py := r.Min.Y; py < r.Max.Y; py++ {
		for px := r.Min.X; px < r.Max.X; px++ {
			c.img.SetRGBA(px, py, col)
		}
	}
}

// blob blends an ellipse whose edge is soft: alpha 1 is solid in the middle.
func (c *canvas) blob(cx, cy, rx, ry int, col color.RGBA, alpha float64) {
	r := image.Rect(cx-rx, cy-ry, cx+rx, cy+ry).Intersect(c.img.Bounds())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			dx, dy := float64(x-cx)/float64(rx), float64(y-cy)/float64(ry)
			if d := dx*dx + dy*dy; d < 1 {
				c.img.SetRGBA(x, y, mix(c.img.RGBAAt(x, y), col, alpha*math.Min(1, 3*(1-d))))
			}
		}
	}
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	f := func(p, q uint8) uint8 { return uint8(float64(p)*(1-t) + float64(q)*t) }
	return color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255}
}

// land draws sky, two rows of hills as the loess country has them, and the ground.
func (c *canvas) land(p palette) {
	for y := range 960 {
		c.rect(0, y, 1280, 1, mix(p.top, p.low, math.Min(1, float64(y)/560)))
	}
	for row := range 2 {
		phase, height := c.rnd.Float64()*6, 70+c.rnd.Float64()*60
		base := 430 + 90*row
		for x := range 1280 {
			h := int(height * (1 + math.Sin(phase+float64(x)/(150+60*float64(row)))) / 2)
			c.rect(x, base-h, 1, 960-base+h, mix(p.hill, p.ground, 0.35*float64(row)))
		}
	}
	c.rect(0, 640, 1280, 320, p.ground)
	for range 160 {
		x, y := c.rnd.IntN(1280), 650+c.rnd.IntN(310)
		c.blob(x, y, 6+c.rnd.IntN(30), 2+c.rnd.IntN(6), mix(p.ground, rgb(60, 52, 40), 0.6), 0.5)
	}
}

func (c *canvas) shed(x, y, w, h int) {
	x += c.rnd.IntN(120) - 60
	wall := mix(c.img.RGBAAt(x+10, 700), rgb(200, 190, 175), 0.35)
	c.rect(x, y, w, h, wall)
	for i := 0; i < w; i += 14 {
		c.rect(x+i, y, 2, h, mix(wall, rgb(0, 0, 0), 0.18))
	}
	for i := range 46 {
		c.rect(x-30+i/2, y-46+i, w+60-i, 1, mix(rgb(92, 64, 54), wall, float64(i)/90))
	}
	c.rect(x+w/3, y+h/3, w/6, h*2/3, mix(wall, rgb(20, 20, 24), 0.75))
	c.rect(x+w*2/3, y+h/3, w/7, h/4, mix(wall, rgb(30, 34, 40), 0.8))
}

func (c *canvas) drums(n int) {
	colours := []color.RGBA{rgb(34, 74, 132), rgb(40, 92, 150), rgb(130, 52, 38), rgb(228, 226, 216)}
	for i := range n {
		x, y, col := 160+i*92+c.rnd.IntN(24), 640+c.rnd.IntN(90), colours[c.rnd.IntN(len(colours))]
		for dx := range 76 {
			shade := math.Abs(float64(dx-30)) / 60
			c.rect(x+dx, y, 1, 120, mix(col, rgb(0, 0, 0), 0.55*shade))
		}
		c.blob(x+38, y, 38, 12, mix(col, rgb(255, 255, 255), 0.25), 1)
		c.rect(x, y+40, 76, 4, mix(col, rgb(0, 0, 0), 0.4))
		c.rect(x, y+80, 76, 4, mix(col, rgb(0, 0, 0), 0.4))
	}
}

func (c *canvas) chimney(x, y int) {
	c.rect(x, y, 54, 520, rgb(112, 66, 54))
	for i := range 26 {
		c.blob(x+30+i*22+c.rnd.IntN(30), y-10-i*7+c.rnd.IntN(24), 40+i*5, 30+i*3, rgb(206, 178, 96), 0.42)
	}
}

func (c *canvas) river() {
	for y := 660; y < 900; y++ {
		shift := int(46 * math.Sin(float64(y)/38))
		c.rect(180+shift, y, 820, 1, mix(rgb(150, 64, 42), rgb(190, 110, 60), math.Abs(math.Sin(float64(y)/17))))
	}
	for range 90 {
		c.blob(220+c.rnd.IntN(760), 680+c.rnd.IntN(200), 8+c.rnd.IntN(26), 3+c.rnd.IntN(8), rgb(238, 230, 214), 0.7)
	}
	c.rect(150, 640, 150, 26, rgb(24, 24, 26))
}

func (c *canvas) lamp(x, y int) {
	c.blob(x, y, 260, 200, rgb(255, 208, 130), 0.55)
	c.blob(x, y, 60, 46, rgb(255, 240, 200), 0.95)
}

func (c *canvas) tanker(x, y int) {
	x += c.rnd.IntN(200)
	c.blob(x+330, y+70, 290, 92, rgb(190, 192, 194), 1)
	c.blob(x+330, y+40, 250, 30, rgb(226, 228, 230), 0.6)
	c.rect(x-60, y+10, 130, 150, rgb(62, 92, 78))
	c.rect(x-40, y+30, 70, 50, rgb(28, 34, 38))
	for _, wx := range []int{0, 210, 300, 480, 570} {
		c.blob(x+wx, y+180, 44, 44, rgb(22, 22, 24), 1)
		c.blob(x+wx, y+180, 18, 18, rgb(130, 130, 132), 1)
	}
}

// grain adds the noise of a cheap camera, so that the pictures weigh what photos weigh.
func (c *canvas) grain(amount int) {
	for i := range c.img.Pix {
		if i%4 == 3 {
			continue
		}
		v := int(c.img.Pix[i]) + c.rnd.IntN(2*amount+1) - amount
		c.img.Pix[i] = uint8(max(0, min(255, v)))
	}
}
