package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"os"
	"testing"
	"time"
)

// chunk is one of a PNG.
func chunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// withChunk puts a chunk behind the header of a PNG.
func withChunk(file []byte, name string, body []byte) []byte {
	const head = 8 + 12 + 13
	return append(append(bytes.Clone(file[:head]), chunk(name, body)...), file[head:]...)
}

func deflated(t testing.TB, n int) []byte {
	var buf bytes.Buffer
	w := zlib.NewWriter(&buf)
	if _, err := w.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// box is one of HEIF.
func isoBox(name string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), name...), body...)
}

// withTIFF puts a block of EXIF, whatever it holds, into a JPEG.
func withTIFF(file, tiff []byte) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(tiff)+8))
	return append(append(append(out, "Exif\x00\x00"...), tiff...), file[2:]...)
}

// loop is EXIF whose directories point at themselves and at each other.
func loop() []byte {
	head := []byte("MM\x00\x2a\x00\x00\x00\x08")
	return append(head, directory(8, []entry{long(0x8769, 8), long(0x8825, 8), long(0xA005, 8), long(0x014A, 8)})...)
}

// crowd is EXIF of thousands of entries, all of them far away and as long as fits.
func crowd() []byte {
	out := []byte("MM\x00\x2a\x00\x00\x00\x08")
	const n = 5000
	out = binary.BigEndian.AppendUint16(out, n)
	for range n {
		out = append(out, 0x90, 0x03, 0, 2, 0, 0, 0x27, 0, 0, 0, 0, 8)
	}
	return out
}

// hostile are files made to cost time or memory, by what they are; which is accepted and which not is no matter here.
func hostile(t testing.TB) map[string][]byte {
	jpg, png := asJPEG(t, scene(64, 48, 1), 80), asPNG(t, scene(64, 48, 1))
	ftyp := isoBox("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	heic := fixture(t, "corners.heic")
	files := map[string][]byte{
		"EXIF in a circle":           withTIFF(jpg, loop()),
		"EXIF of thousands":          withTIFF(jpg, crowd()),
		"the same in PNG":            withChunk(png, "eXIf", crowd()),
		"zTXt of 200 MB":             withChunk(png, "zTXt", append([]byte("Comment\x00\x00"), deflated(t, 200<<20)...)),
		"iCCP of 200 MB":             withChunk(png, "iCCP", append([]byte("icc\x00\x00"), deflated(t, 200<<20)...)),
		"PNG of black":               asPNG(t, image.NewPaletted(image.Rect(0, 0, 7000, 7000), color.Palette{color.Black})),
		"JPEG of 4 gigapixels":       hugeJPEG(t, 65500, 65500),
		"JPEG of 49 megapixels":      hugeJPEG(t, 7000, 7000),
		"WebP of a huge canvas":      []byte("RIFF\xff\xff\xff\xffWEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xffVP8 \xff\xff\xff\xff"),
		"WebP of a huge chunk":       []byte("RIFF\xff\xff\xff\xffWEBPEXIF\xff\xff\xff\x7fMM\x00\x2a"),
		"HEIC box that goes back":    append(bytes.Clone(ftyp), "\x00\x00\x00\x01free\xff\xff\xff\xff\xff\xff\xff\xf0"...),
		"HEIC box of no end":         append(bytes.Clone(ftyp), "\x00\x00\x00\x01meta\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"...),
		"HEIC of a billion items":    append(bytes.Clone(ftyp), isoBox("meta", make([]byte, 4), isoBox("iloc", []byte("\x02\x00\x00\x00\x44\x00\xff\xff\xff\xff"), make([]byte, 400)))...),
		"HEIC of boxes in a box":     append(bytes.Clone(ftyp), nested(200)...),
		"HEIC of a thousand tiny":    append(bytes.Clone(ftyp), bytes.Repeat([]byte("\x00\x00\x00\x08free"), 200_000)...),
		"HEIC that says 25 MP":       sized(heic, 5000, 5000),
		"HEIC that says 65535 x 1":   sized(heic, 65535, 1),
		"HEIC that says 4 gigapixel": sized(heic, 65535, 65535),
	}
	for n, file := range map[string][]byte{"JPEG": jpg, "PNG": png, "HEIC": heic} {
		flipped := bytes.Clone(file)
		for i := len(flipped) / 2; i < len(flipped); i += 13 {
			flipped[i] ^= 0x5A
		}
		files[n+" with holes"] = flipped
	}
	return files
}

func nested(depth int) []byte {
	inner := []byte{}
	for range depth {
		inner = isoBox("meta", make([]byte, 4), inner)
	}
	return inner
}

// sized is a HEIC file that claims another size.
func sized(file []byte, w, h uint32) []byte {
	out := bytes.Clone(file)
	i := bytes.Index(out, []byte("ispe"))
	binary.BigEndian.PutUint32(out[i+8:], w)
	binary.BigEndian.PutUint32(out[i+12:], h)
	return out
}

func TestHostileFilesEndSoon(t *testing.T) {
	for name, file := range hostile(t) {
		start := time.Now()
		pic := readBy(t, file, os.Args[0], HEICCommand)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
		if (pic.Problem == "") != (len(pic.Large) > 0) {
			t.Errorf("%s: problem %q with a rendition of %d bytes", name, pic.Problem, len(pic.Large))
		}
		t.Logf("%-28s %6d ms  %s", name, time.Since(start).Milliseconds(), pic.Problem)
	}
}
