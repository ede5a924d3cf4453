// Package blur makes parts of a picture unreadable for good, and says where a face or a number plate may be. It owns nothing: pictures in, pictures out.
//
// What it says is a suggestion. The face finder sees faces that look at the camera, upright and not small; plates are found by their colour and shape alone. Both
// miss some and see some where none are, so that a person must look at every picture.
package blur

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
)

// Box is a part of a picture, in its pixels.
type Box struct{ X, Y, W, H int }

// Most is how many boxes a picture takes.
const Most = 40

const (
	quality = 82
	blocks  = 5  // along the longer side of a box: too few for anybody to be known by
	margin  = 10 // percent by which a box is made larger on each side
)

// Within is the part of a box that lies in a picture of a size.
func (b Box) Within(width, height int) Box {
	r := image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H).Intersect(image.Rect(0, 0, width, height))
	return Box{r.Min.X, r.Min.Y, r.Dx(), r.Dy()}
}

// Empty says that nothing lies in the box.
func (b Box) Empty() bool { return b.W <= 0 || b.H <= 0 }

// Size reads how large a picture is.
func Size(picture []byte) (width, height int, err error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return 0, 0, fmt.Errorf("blur: read picture: %w", err)
	}
	return c.Width, c.Height, nil
}

// Burn gives the picture (JPEG) with the boxes made unreadable, encoded anew: each is cut into a few blocks of one colour, the mean of what was there. Nothing
// but pixels passes, and the pixels under a block are gone.
func Burn(picture []byte, boxes []Box) ([]byte, error) {
	in, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("blur: read picture: %w", err)
	}
	img := image.NewRGBA(image.Rect(0, 0, in.Bounds().Dx(), in.Bounds().Dy()))
	draw.Draw(img, img.Rect, in, in.Bounds().Min, draw.Src)
	for _, b := range boxes {
		b = b.Within(img.Rect.Dx(), img.Rect.Dy())
		b = Box{b.X - b.W*margin/100, b.Y - b.H*margin/100, b.W + 2*b.W*margin/100, b.H + 2*b.H*margin/100}.Within(img.Rect.Dx(), img.Rect.Dy())
		if !b.Empty() {
			pixelate(img, b)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("blur: encode picture: %w", err)
	}
	return out.Bytes(), nil
}

func pixelate(img *image.RGBA, b Box) {
	side := max(1, (max(b.W, b.H)+blocks-1)/blocks)
	for y := b.Y; y < b.Y+b.H; y += side {
		for x := b.X; x < b.X+b.W; x += side {
			block := image.Rect(x, y, min(x+side, b.X+b.W), min(y+side, b.Y+b.H))
			draw.Draw(img, block, image.NewUniform(mean(img, block)), image.Point{}, draw.Src)
		}
	}
}

func mean(img *image.RGBA, r image.Rectangle) color.RGBA {
	var sum [3]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y) : img.PixOffset(r.Max.X-1, y)+4]
		for i := 0; i < len(row); i += 4 {
			for c := range sum {
				sum[c] += int(row[i+c])
			}
		}
	}
	n := r.Dx() * r.Dy()
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255}
}
