package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/draw"
)

// scene is a made-up photo: a ground, and some sheds and drums whose places follow from the seed.
func scene(w, h int, seed uint64) *image.RGBA {
	rnd := rand.New(rand.NewPCG(seed, seed))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(90 + 80*y/h), uint8(120 + 60*x/w), uint8(140 - 60*y/h), 255})
		}
	}
	for range 14 {
		x, y := rnd.IntN(w), rnd.IntN(h)
		box := image.Rect(x, y, x+w/16+rnd.IntN(w/3), y+h/16+rnd.IntN(h/3))
		c := color.RGBA{uint8(rnd.IntN(256)), uint8(rnd.IntN(256)), uint8(rnd.IntN(256)), 255}
		draw.Draw(img, box, image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

func asJPEG(t testing.TB, img image.Image, q int) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: q}); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func resized(img image.Image, w, h int) image.Image {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Bounds(), img, img.Bounds(), draw.Src, nil)
	return out
}

// said is what a test writes into a file's EXIF. Empty strings are left out.
type said struct {
	orientation             uint16
	lat, lon                float64
	gps                     bool
	latRef, lonRef, datum   string
	taken, offset, secretly string
	method                  string
	off                     uint32 // metres that the position may be off; 0 for not said
	noSeconds               uint16 // type in which the position is written, with seconds of 0/0; 0 for a whole one
}

// withEXIF puts an EXIF segment behind the start of a JPEG.
func withEXIF(file []byte, s said) []byte {
	body := append([]byte("Exif\x00\x00"), s.tiff()...)
	out := []byte{0xFF, 0xD8, 0xFF, 0xE1}
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	out = append(out, body...)
	return append(out, file[2:]...)
}

// withXMP puts an XMP segment with properties behind the start of a JPEG.
func withXMP(file []byte, properties string) []byte {
	body := "http://ns.adobe.com/xap/1.0/\x00" + `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" ` + properties + `/></rdf:RDF></x:xmpmeta>`
	out := binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

type entry struct {
	tag, kind uint16
	count     uint32
	data      []byte
}

func ascii(tag uint16, v string) entry {
	return entry{tag, 2, uint32(len(v) + 1), append([]byte(v), 0)}
}

func long(tag uint16, v int) entry {
	return entry{tag, 4, 1, binary.BigEndian.AppendUint32(nil, uint32(v))}
}

func degrees(tag uint16, v float64) entry {
	if v < 0 {
		v = -v
	}
	whole := uint32(v)
	data := binary.BigEndian.AppendUint32(nil, whole)
	for _, n := range []uint32{1, 0, 1, uint32((v - float64(whole)) * 3600 * 1000), 1000} {
		data = binary.BigEndian.AppendUint32(data, n)
	}
	return entry{tag, 5, 3, data}
}

// directory writes one IFD at an offset, its longer values behind it.
func directory(at int, entries []entry) []byte {
	head := binary.BigEndian.AppendUint16(nil, uint16(len(entries)))
	var tail []byte
	after := at + 2 + 12*len(entries) + 4
	for _, e := range entries {
		head = binary.BigEndian.AppendUint16(head, e.tag)
		head = binary.BigEndian.AppendUint16(head, e.kind)
		head = binary.BigEndian.AppendUint32(head, e.count)
		if len(e.data) <= 4 {
			head = append(head, append(e.data, 0, 0, 0, 0)[:4]...)
			continue
		}
		head = binary.BigEndian.AppendUint32(head, uint32(after+len(tail)))
		tail = append(tail, e.data...)
	}
	return append(append(head, 0, 0, 0, 0), tail...)
}

// angle is a latitude or longitude as s writes it.
func (s said) angle(tag uint16, v float64) entry {
	e := degrees(tag, v)
	if s.noSeconds != 0 {
		e.kind, e.data = s.noSeconds, append(e.data[:16], make([]byte, 8)...)
	}
	return e
}

func (s said) tiff() []byte {
	var exif, gps []entry
	if s.taken != "" {
		exif = append(exif, ascii(0x9003, s.taken))
	}
	if s.offset != "" {
		exif = append(exif, ascii(0x9011, s.offset))
	}
	if s.gps {
		if s.latRef != "" {
			gps = append(gps, ascii(1, s.latRef))
		}
		gps = append(gps, s.angle(2, s.lat))
		if s.lonRef != "" {
			gps = append(gps, ascii(3, s.lonRef))
		}
		gps = append(gps, s.angle(4, s.lon))
		if s.off != 0 {
			gps = append(gps, entry{0x1f, 5, 1, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, s.off), 1)})
		}
		if s.datum != "" {
			gps = append(gps, ascii(0x12, s.datum))
		}
		if s.method != "" {
			gps = append(gps, entry{0x1B, 7, uint32(8 + len(s.method)), []byte("ASCII\x00\x00\x00" + s.method)})
		}
	}
	root := func(exifAt, gpsAt int) []entry {
		o := max(1, s.orientation)
		list := []entry{{0x0112, 3, 1, binary.BigEndian.AppendUint16(nil, o)}}
		if s.secretly != "" {
			list = append(list, ascii(0x013B, s.secretly))
		}
		list = append(list, long(0x8769, exifAt))
		if s.gps {
			list = append(list, long(0x8825, gpsAt))
		}
		return list
	}
	exifAt := 8 + len(directory(8, root(0, 0)))
	exifDir := directory(exifAt, exif)
	gpsAt := exifAt + len(exifDir)
	out := append([]byte("MM\x00\x2a\x00\x00\x00\x08"), directory(8, root(exifAt, gpsAt))...)
	return append(append(out, exifDir...), directory(gpsAt, gps)...)
}

// grained gives a made-up photo the noise of a sensor, so that it compresses as a real one does.
func grained(img *image.RGBA) *image.RGBA {
	rnd := rand.New(rand.NewPCG(3, 3))
	for i := range img.Pix {
		if i%4 != 3 {
			img.Pix[i] = uint8(min(255, max(0, int(img.Pix[i])+int(rnd.NormFloat64()*4))))
		}
	}
	return img
}
