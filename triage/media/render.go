package media

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// Long sides and quality of the renditions.
const (
	smallSide = 320
	largeSide = 1600
	quality   = 82
)

// render draws the picture as it should be seen and encodes it anew. Only pixels pass through here, so that nothing else of the file can.
func render(ctx context.Context, pic *Picture, img image.Image, orientation int) error {
	large := scale(img, largeSide, orientation)
	small := scale(large, smallSide, 1)
	if err := ctx.Err(); err != nil {
		return err
	}
	var err error
	if pic.Large, err = encode(large); err != nil {
		return err
	}
	if pic.Small, err = encode(small); err != nil {
		return err
	}
	pic.Sketch = Sketch(large)
	return nil
}

func encode(img *image.RGBA) ([]byte, error) {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("media: encode rendition: %w", err)
	}
	return buf.Bytes(), nil
}

// scale draws img turned by an EXIF orientation, its long side at most side pixels, on white. It halves first, because the last step may shrink by
// less than two without aliasing, and never enlarges. The result is always *image.RGBA: the JPEG encoder is slow on anything else.
func scale(img image.Image, side, orientation int) *image.RGBA {
	if photo, ok := img.(*image.YCbCr); ok && longest(img) >= 2*side && halves(photo) {
		img = halve(photo)
	}
	for longest(img) >= 2*side {
		b := img.Bounds()
		half := blank((b.Dx()+1)/2, (b.Dy()+1)/2)
		draw.ApproxBiLinear.Scale(half, half.Bounds(), img, b, draw.Over, nil)
		img = half
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if l := longest(img); l > side {
		w, h = max(1, (w*side+l/2)/l), max(1, (h*side+l/2)/l)
	}
	out := blank(w, h)
	draw.ApproxBiLinear.Scale(out, out.Rect, img, b, draw.Over, nil)
	return upright(out, orientation)
}

// upright is how EXIF orientation o says that img should be seen. To turn the small picture pixel by pixel takes a fraction of scaling the large one askew.
func upright(img *image.RGBA, o int) *image.RGBA {
	if o < 2 || o > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	across, mirrored, upturned := o >= 5, o == 2 || o == 3 || o == 7 || o == 8, o == 3 || o == 4 || o == 6 || o == 7
	size := image.Pt(w, h)
	if across {
		size = image.Pt(h, w)
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		row := out.Pix[y*out.Stride:][:4*size.X]
		for x := range size.X {
			from := image.Pt(x, y)
			if across {
				from = image.Pt(y, x)
			}
			if mirrored {
				from.X = w - 1 - from.X
			}
			if upturned {
				from.Y = h - 1 - from.Y
			}
			copy(row[4*x:][:4], img.Pix[from.Y*img.Stride+4*from.X:][:4])
		}
	}
	return out
}

// halves reports whether each two by two pixels of a photo share one colour, as they do in nearly all that phones take.
func halves(img *image.YCbCr) bool {
	return img.SubsampleRatio == image.YCbCrSubsampleRatio420 && img.Rect.Min == image.Point{} && img.Rect.Dx()%2 == 0 && img.Rect.Dy()%2 == 0
}

// halve takes the mean of each two by two pixels. The general scaler turns every one of millions of pixels into red, green and blue before it adds them up, which
// takes as long as decoding the photo; here the sum comes first.
func halve(img *image.YCbCr) *image.RGBA {
	w, h := img.Rect.Dx()/2, img.Rect.Dy()/2
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		upper, lower := img.Y[2*y*img.YStride:][:2*w], img.Y[(2*y+1)*img.YStride:][:2*w]
		cb, cr := img.Cb[y*img.CStride:][:w], img.Cr[y*img.CStride:][:w]
		row := out.Pix[y*out.Stride:][:4*w]
		for x := range w {
			sum := int(upper[2*x]) + int(upper[2*x+1]) + int(lower[2*x]) + int(lower[2*x+1])
			pix := row[4*x:][:4]
			pix[0], pix[1], pix[2] = color.YCbCrToRGB(uint8((sum+2)/4), cb[x], cr[x])
			pix[3] = 255
		}
	}
	return out
}

func longest(img image.Image) int { return max(img.Bounds().Dx(), img.Bounds().Dy()) }

// blank is a white sheet, so that what was transparent is not black.
func blank(w, h int) *image.RGBA {
	sheet := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	return sheet
}
