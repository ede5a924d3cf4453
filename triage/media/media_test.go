package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/triage/datum"

	"github.com/paulmach/orb"
	"golang.org/x/image/draw"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func newReader(l Limits) *Reader {
	return New(Options{Limits: l, Now: func() time.Time { return now }})
}

func read(t testing.TB, file []byte) Picture {
	t.Helper()
	pic, err := newReader(Limits{}).Read(context.Background(), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return pic
}

func decoded(t testing.TB, file []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("rendition: %v", err)
	}
	return img
}

func TestRenditionsHoldNothingButPixels(t *testing.T) {
	const marker = "SECRET-OWNER-MARK"
	file := withEXIF(asJPEG(t, scene(2400, 1800, 1), 90), said{
		orientation: 6, gps: true, lat: 37.9, lon: 111.24, latRef: "N", lonRef: "E", taken: "2026:11:10 10:55:00", secretly: marker,
	})
	file = append(file, "PK\x03\x04 tail "+marker...)
	pic := read(t, file)
	if pic.Problem != "" || pic.Kind != JPEG {
		t.Fatalf("kind %q, problem %q", pic.Kind, pic.Problem)
	}
	if pic.SHA256 != sha256.Sum256(file) || pic.Bytes != int64(len(file)) {
		t.Error("the fingerprint is not that of the original bytes")
	}
	if pic.Width != 1800 || pic.Height != 2400 {
		t.Errorf("size %dx%d, want it turned", pic.Width, pic.Height)
	}
	for name, r := range map[string]struct {
		data []byte
		w, h int
	}{"small": {pic.Small, 240, 320}, "large": {pic.Large, 1200, 1600}} {
		if bytes.Contains(r.data, []byte(marker)) || bytes.Contains(r.data, []byte("Exif")) || bytes.Contains(r.data, []byte("PK\x03\x04")) {
			t.Errorf("%s: metadata or tail survived", name)
		}
		if !bytes.HasSuffix(r.data, []byte{0xFF, 0xD9}) {
			t.Errorf("%s: bytes behind the end of the picture", name)
		}
		if b := decoded(t, r.data).Bounds(); b.Dx() != r.w || b.Dy() != r.h {
			t.Errorf("%s: %v, want %dx%d", name, b, r.w, r.h)
		}
	}
	if pic.Claim.Where == nil || pic.Claim.When == nil {
		t.Fatal("place and time were not read")
	}
	if d := math.Hypot(pic.Claim.Where[0]-111.24, pic.Claim.Where[1]-37.9); d > 1e-5 {
		t.Errorf("position %v", *pic.Claim.Where)
	}
	if want := time.Date(2026, 11, 10, 2, 55, 0, 0, time.UTC); !pic.Claim.When.Equal(want) {
		t.Errorf("time %v, want %v", *pic.Claim.When, want)
	}
}

// Each corner of the stored picture has its own colour; the table says which one must come to the top left and the top right.
func TestOrientation(t *testing.T) {
	red, green, blue, white := color.RGBA{200, 0, 0, 255}, color.RGBA{0, 200, 0, 255}, color.RGBA{0, 0, 200, 255}, color.RGBA{250, 250, 250, 255}
	src := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			c := [4]color.RGBA{red, green, blue, white}[x/32+2*(y/16)]
			src.SetRGBA(x, y, c)
		}
	}
	file := asJPEG(t, src, 95)
	for o, want := range map[uint16][2]color.RGBA{
		1: {red, green}, 2: {green, red}, 3: {white, blue}, 4: {blue, white}, 5: {red, blue}, 6: {blue, red}, 7: {white, green}, 8: {green, white},
	} {
		img := decoded(t, read(t, withEXIF(file, said{orientation: o})).Large)
		b := img.Bounds()
		if turned := o >= 5; turned != (b.Dy() > b.Dx()) {
			t.Errorf("orientation %d: %v", o, b)
		}
		left, right := img.At(4, 4), img.At(b.Dx()-5, 4)
		if !near(left, want[0]) || !near(right, want[1]) {
			t.Errorf("orientation %d: corners %v %v", o, left, right)
		}
	}
}

func near(a color.Color, b color.RGBA) bool {
	r, g, bl, _ := a.RGBA()
	for _, d := range []int{int(r>>8) - int(b.R), int(g>>8) - int(b.G), int(bl>>8) - int(b.B)} {
		if d < -40 || d > 40 {
			return false
		}
	}
	return true
}

func TestClaims(t *testing.T) {
	file := asJPEG(t, scene(64, 48, 2), 80)
	at := func(lat, lon float64, d string) said {
		return said{gps: true, lat: lat, lon: lon, latRef: "N", lonRef: "E", datum: d}
	}
	shifted, baidu := datum.ToGCJ02(orb.Point{111.24, 37.9}), datum.ToBD09(orb.Point{111.24, 37.9})
	for name, c := range map[string]struct {
		s     said
		want  *orb.Point
		doubt Doubt
	}{
		"none":                           {said{}, nil, ""},
		"plain":                          {at(37.9, 111.24, "WGS-84"), &orb.Point{111.24, 37.9}, ""},
		"no reference":                   {said{gps: true, lat: 37.9, lon: 111.24}, &orb.Point{111.24, 37.9}, ""},
		"south and west":                 {said{gps: true, lat: 37.9, lon: 111.24, latRef: "S", lonRef: "W"}, &orb.Point{-111.24, -37.9}, ""},
		"GCJ-02":                         {at(shifted[1], shifted[0], "GCJ-02"), &orb.Point{111.24, 37.9}, ""},
		"0/0":                            {at(0, 0, ""), nil, NoFix},
		"swapped":                        {at(111.24, 37.9, ""), nil, Swapped},
		"out of range":                   {at(37.9, 211.24, ""), nil, OffGlobe},
		"far out of range":               {at(4e9, 1, ""), nil, OffGlobe},
		"other hemispheres":              {at(1.2, 5, ""), &orb.Point{5, 1.2}, ""},
		"no seconds":                     {said{gps: true, lat: 37.9, lon: 111.24, latRef: "N", lonRef: "E", noSeconds: 5}, nil, NoFix},
		"no seconds, with a sign":        {said{gps: true, lat: 37.9, lon: 111.24, latRef: "N", lonRef: "E", noSeconds: 10}, nil, NoFix},
		"one of them 0":                  {at(0, 111.24, ""), nil, NoFix},
		"swapped in the west of China":   {at(80.2, 40.1, ""), nil, Swapped},
		"references swapped":             {said{gps: true, lat: 37.9, lon: 111.24, latRef: "E", lonRef: "N"}, nil, Swapped},
		"references in small letters":    {said{gps: true, lat: 37.9, lon: 111.24, latRef: "n", lonRef: "e"}, &orb.Point{111.24, 37.9}, ""},
		"no reference and not in China":  {said{gps: true, lat: 40.7, lon: 52.1}, nil, Incomplete},
		"BD-09":                          {at(baidu[1], baidu[0], "BD-09"), &orb.Point{111.24, 37.9}, ""},
		"GCJ-02 abroad is WGS-84":        {at(48.85, 2.35, "GCJ-02"), &orb.Point{2.35, 48.85}, ""},
		"GCJ-02 by the method":           {said{gps: true, lat: shifted[1], lon: shifted[0], latRef: "N", lonRef: "E", method: "AMap"}, &orb.Point{111.24, 37.9}, ""},
		"off by a street":                {said{gps: true, lat: 37.9, lon: 111.24, latRef: "N", lonRef: "E", off: 65}, &orb.Point{111.24, 37.9}, ""},
		"off by a valley":                {said{gps: true, lat: 37.9, lon: 111.24, latRef: "N", lonRef: "E", off: 8000}, nil, Coarse},
		"the datum goes before a method": {said{gps: true, lat: 37.9, lon: 111.24, latRef: "N", lonRef: "E", datum: "WGS-84", method: "AMap"}, &orb.Point{111.24, 37.9}, ""},
	} {
		claim := read(t, withEXIF(file, c.s)).Claim
		got := claim.Where
		if !slices.Equal(claim.Doubts, doubts(c.doubt)) {
			t.Errorf("%s: doubts %v, want %q", name, claim.Doubts, c.doubt)
		}
		switch {
		case (got == nil) != (c.want == nil):
			t.Errorf("%s: %v, want %v", name, got, c.want)
		case got != nil && math.Hypot(got[0]-c.want[0], got[1]-c.want[1]) > 2e-6:
			t.Errorf("%s: %v, want %v", name, *got, *c.want)
		}
	}
	for name, c := range map[string]struct {
		s     said
		want  string
		doubt Doubt
	}{
		"zone of the county": {said{taken: "2026:11:10 10:55:00"}, "2026-11-10T02:55:00Z", ""},
		"own zone":           {said{taken: "2026:11:10 10:55:00", offset: "+09:00"}, "2026-11-10T01:55:00Z", ""},
		"future":             {said{taken: "2031:01:01 00:00:00"}, "", Future},
		"clock never set":    {said{taken: "1970:01:01 00:00:00"}, "", Unset},
		"no time":            {said{taken: "    :  :     :  :  "}, "", ""},
	} {
		claim, got := read(t, withEXIF(file, c.s)).Claim, ""
		if !slices.Equal(claim.Doubts, doubts(c.doubt)) {
			t.Errorf("%s: doubts %v, want %q", name, claim.Doubts, c.doubt)
		}
		if w := claim.When; w != nil {
			got = w.UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func doubts(d Doubt) []Doubt {
	if d == "" {
		return nil
	}
	return []Doubt{d}
}

func TestClaimsOfXMP(t *testing.T) {
	file := asJPEG(t, scene(64, 48, 2), 80)
	for properties, want := range map[string]bool{
		`exif:GPSLatitude="37,54.0N" exif:GPSLongitude="111,14.4E"`:         true,
		`exif:GPSLatitude="37.9" exif:GPSLongitude="111.24"`:                true,
		`exif:GPSLatitude="37,54.0S" exif:GPSLongitude="111,14.4E"`:         false,
		`exif:GPSLatitude="111,14.4N" exif:GPSLongitude="37,54.0E"`:         false,
		`exif:GPSLatitude="N" exif:GPSLongitude="E"`:                        false,
		`exif:DateTimeOriginal="2026-11-10T10:55:00+08:00"`:                 false,
		`exif:GPSLatitude="37.9N" exif:GPSLongitude="111.24E" exif:x="<&<"`: false,
	} {
		c := read(t, withXMP(file, properties)).Claim
		if (c.Where != nil) != want || want && math.Hypot(c.Where[0]-111.24, c.Where[1]-37.9) > 1e-6 {
			t.Errorf("%s: %v", properties, c.Where)
		}
		if (c.When != nil) != strings.Contains(properties, "DateTime") {
			t.Errorf("%s: %v", properties, c.When)
		}
	}
	both := withXMP(withEXIF(file, said{gps: true, lat: 1.5, lon: 103.8, latRef: "N", lonRef: "E"}), `exif:GPSLatitude="37,54.0N" exif:GPSLongitude="111,14.4E"`)
	if p := read(t, both).Claim.Where; p == nil || math.Abs(p[1]-1.5) > 1e-6 {
		t.Errorf("EXIF goes first: %v", p)
	}
}

func TestFarLatitudeIsNotBelieved(t *testing.T) {
	for _, v := range []any{math.NaN(), math.Inf(1), "37.9", nil, uint8(3)} {
		m := metadata{tags: map[string]any{"GPSLatitude": v, "GPSLongitude": math.NaN()}}
		if p, _ := m.where(); p != nil {
			t.Errorf("%v gave %v", v, *p)
		}
	}
}

// hugeJPEG is a good file whose frame header claims other dimensions.
func hugeJPEG(t testing.TB, w, h uint16) []byte {
	file := asJPEG(t, scene(64, 48, 3), 80)
	i := bytes.Index(file, []byte{0xFF, 0xC0})
	binary.BigEndian.PutUint16(file[i+5:], h)
	binary.BigEndian.PutUint16(file[i+7:], w)
	return file
}

// withPreview puts a picture into an application segment of a JPEG.
func withPreview(file, preview []byte) []byte {
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xE2}, 0, 0)
	binary.BigEndian.PutUint16(out[4:], uint16(len(preview)+2))
	return append(append(out, preview...), file[2:]...)
}

func TestProblems(t *testing.T) {
	good := asJPEG(t, scene(300, 200, 4), 80)
	movingWebP := append([]byte("RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00"), make([]byte, 16)...)
	heic := append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 64)...)
	bomb := asPNG(t, image.NewPaletted(image.Rect(0, 0, 9000, 9000), color.Palette{color.Black, color.White}))
	for name, c := range map[string]struct {
		file []byte
		kind Kind
		want Problem
	}{
		"good":              {good, JPEG, ""},
		"png":               {asPNG(t, scene(40, 30, 5)), PNG, ""},
		"one pixel":         {asPNG(t, image.NewRGBA(image.Rect(0, 0, 1, 1))), PNG, ""},
		"a thin line":       {asPNG(t, image.NewRGBA(image.Rect(0, 0, 6000, 1))), PNG, ""},
		"empty":             {nil, Unknown, NoKind},
		"text":              {[]byte("不是照片"), Unknown, NoKind},
		"gif":               {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), GIF, Gif},
		"moving WebP":       {movingWebP, WebP, Animated},
		"half a JPEG":       {good[:len(good)/2], JPEG, Broken},
		"start of a JPEG":   {good[:4], JPEG, Broken},
		"broken HEIC":       {heic, HEIC, Broken},
		"long side":         {hugeJPEG(t, 65500, 100), JPEG, Pixels},
		"bomb":              {bomb, PNG, Pixels},
		"a preview of 4 GP": {withPreview(good, hugeJPEG(t, 65500, 65500)), JPEG, Pixels},
		"a good preview":    {withPreview(good, asJPEG(t, scene(16, 12, 4), 50)), JPEG, ""},
		"PNG that may move": {withChunk(asPNG(t, scene(40, 30, 5)), "acTL", []byte("\x00\x00\x00\x02\x00\x00\x00\x00")), PNG, ""},
		"a QuickTime film":  {fixture(t, "film.mov"), M4A, Sound},
		"AMR voice note":    {[]byte("#!AMR\n\x3c\x00\x00"), AMR, Sound},
		"m4a voice note":    {[]byte("\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42isom\x00\x00\x00\x00"), M4A, Sound},
		"more than is read": {append(bytes.Clone(good), make([]byte, 1<<20)...), JPEG, Large},
		"a long letter":     {append([]byte("%PDF-1.7\n"), make([]byte, 1<<20)...), PDF, NoKind},
	} {
		pic, err := newReader(Limits{Bytes: 1 << 20}).Read(context.Background(), bytes.NewReader(c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if pic.Kind != c.kind || pic.Problem != c.want {
			t.Errorf("%s: kind %q problem %q, want %q %q", name, pic.Kind, pic.Problem, c.kind, c.want)
		}
		if (len(pic.Small) > 0 && len(pic.Large) > 0) != (c.want == "") {
			t.Errorf("%s: renditions of %d and %d bytes", name, len(pic.Small), len(pic.Large))
		}
	}
}

// The same number of pixels costs twice as much with 16 bits a channel, in seven passes, or in four inks.
func TestMemoryIsJudgedBeforeDecoding(t *testing.T) {
	b := image.Rect(0, 0, 400, 400)
	plain := asPNG(t, image.NewNRGBA(b))
	for name, c := range map[string]struct {
		file []byte
		want Problem
	}{
		"plain": {plain, ""}, "16 bits": {asPNG(t, image.NewNRGBA64(b)), Pixels}, "interlaced": {interlaced(plain), Pixels}, "CMYK": {inks(400), Pixels},
	} {
		pic, err := newReader(Limits{Memory: 5 * 400 * 400}).Read(context.Background(), bytes.NewReader(c.file))
		if err != nil || pic.Problem != c.want {
			t.Errorf("%s: problem %q, want %q, error %v", name, pic.Problem, c.want, err)
		}
	}
}

// interlaced is a PNG whose header says that it comes in passes.
func interlaced(file []byte) []byte {
	const head, size = 8, 13
	file = bytes.Clone(file)
	file[head+8+size-1] = 1
	binary.BigEndian.PutUint32(file[head+8+size:], crc32.ChecksumIEEE(file[head+4:head+8+size]))
	return file
}

// inks is the head of a JPEG in four inks.
func inks(side uint16) []byte {
	file := []byte("\xFF\xD8\xFF\xC0\x00\x14\x08")
	file = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(file, side), side)
	return append(file, "\x04\x01\x11\x00\x02\x11\x00\x03\x11\x00\x04\x11\x00\xFF\xDA\x00\x02"...)
}

// Phones call 8192 by 6144 pixels 50 megapixels.
func TestPhotosOfPhonesAreNotTooLarge(t *testing.T) {
	for _, size := range [][2]uint16{{8192, 6144}, {8160, 6120}, {6144, 8192}} {
		if p := read(t, hugeJPEG(t, size[0], size[1])).Problem; p == Pixels {
			t.Errorf("%d by %d: %q", size[0], size[1], p)
		}
	}
}

// The quick way to half a photo agrees with the general one.
func TestHalve(t *testing.T) {
	img, err := jpeg.Decode(bytes.NewReader(asJPEG(t, scene(640, 480, 11), 90)))
	if err != nil {
		t.Fatal(err)
	}
	photo := img.(*image.YCbCr)
	if !halves(photo) {
		t.Fatal("not the usual kind of JPEG")
	}
	quick := halve(photo)
	b := quick.Bounds()
	usual := image.NewRGBA(b)
	draw.ApproxBiLinear.Scale(usual, b, photo, photo.Bounds(), draw.Src, nil)
	far := 0
	for i := range quick.Pix {
		if d := int(quick.Pix[i]) - int(usual.Pix[i]); d < -6 || d > 6 {
			far++
		}
	}
	if b != image.Rect(0, 0, 320, 240) || far > len(quick.Pix)/100 {
		t.Errorf("%v, %d of %d values differ", b, far, len(quick.Pix))
	}
	for _, r := range []image.Rectangle{image.Rect(0, 0, 3, 2), image.Rect(0, 0, 2, 3), image.Rect(2, 2, 4, 4)} {
		if halves(image.NewYCbCr(r, image.YCbCrSubsampleRatio420)) {
			t.Errorf("%v has halves", r)
		}
	}
}

func TestTransparentIsWhite(t *testing.T) {
	img := decoded(t, read(t, asPNG(t, image.NewNRGBA(image.Rect(0, 0, 50, 50)))).Large)
	if !near(img.At(25, 25), color.RGBA{255, 255, 255, 255}) {
		t.Errorf("%v", img.At(25, 25))
	}
}

// A reader that never ends must not hold a turn for ever, and at most two are read at a time.
func TestTurnsAndContext(t *testing.T) {
	r := newReader(Limits{})
	block, ends := make(chan struct{}), make(chan error, turns)
	entered := make(chan struct{}, turns)
	for range turns {
		go func() {
			_, err := r.Read(context.Background(), slow{entered, block})
			ends <- err
		}()
	}
	for range turns {
		<-entered
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Read(ctx, slow{entered, block}); !errors.Is(err, context.Canceled) {
		t.Errorf("third reader: %v", err)
	}
	close(block)
	for range turns {
		if err := <-ends; !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("error of the file's reader got lost: %v", err)
		}
	}
	if pic := read(t, asJPEG(t, scene(64, 48, 9), 80)); pic.Problem != "" {
		t.Errorf("after the turns were given back: %q", pic.Problem)
	}
}

type slow struct{ entered, block chan struct{} }

func (s slow) Read([]byte) (int, error) {
	s.entered <- struct{}{}
	<-s.block
	return 0, io.ErrUnexpectedEOF
}

func TestTimeLimitStopsDecoding(t *testing.T) {
	file := asJPEG(t, scene(600, 400, 9), 90)
	pic, err := newReader(Limits{Timeout: time.Nanosecond}).Read(context.Background(), bytes.NewReader(file))
	if err != nil || pic.Problem != Broken {
		t.Errorf("problem %q, error %v", pic.Problem, err)
	}
}

func FuzzRead(f *testing.F) {
	small := asJPEG(f, scene(32, 24, 1), 60)
	f.Add(small)
	f.Add(withEXIF(small, said{orientation: 6, gps: true, lat: 37.9, lon: 111.2, latRef: "N", lonRef: "E", datum: "GCJ-02", taken: "2026:11:10 10:55:00"}))
	f.Add(asPNG(f, scene(16, 16, 2)))
	f.Add([]byte("RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00"))
	f.Add([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"))
	r := newReader(Limits{Bytes: 1 << 20, Pixels: 1 << 16, Timeout: 5 * time.Second})
	f.Fuzz(func(t *testing.T, file []byte) {
		pic, err := r.Read(context.Background(), bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if (pic.Problem == "") != (len(pic.Small) > 0 && len(pic.Large) > 0) {
			t.Fatalf("problem %q with renditions of %d and %d bytes", pic.Problem, len(pic.Small), len(pic.Large))
		}
		if w := pic.Claim.Where; w != nil && (math.Abs(w[0]) > 181 || math.Abs(w[1]) > 91) {
			t.Fatalf("believed %v", *w)
		}
	})
}

// Only the mark at the end may be missing, or the half of it: with a pixel less the picture is refused.
func TestMissingEndOfJPEG(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 200, 150))
	for i := range img.Pix {
		img.Pix[i] = byte(i * i >> 3)
	}
	var whole bytes.Buffer
	if err := jpeg.Encode(&whole, img, nil); err != nil {
		t.Fatal(err)
	}
	r := New(Options{})
	read := func(raw []byte) Picture {
		pic, err := r.Read(t.Context(), bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return pic
	}
	raw := whole.Bytes()
	want := read(raw)
	for _, lost := range []int{1, 2} {
		if got := read(raw[:len(raw)-lost]); got.Problem != "" || !bytes.Equal(got.Large, want.Large) {
			t.Errorf("without the last %d bytes: %q", lost, got.Problem)
		}
	}
	for _, lost := range []int{6, 100, len(raw) / 2} {
		if got := read(raw[:len(raw)-lost]); got.Problem != Broken || got.Large != nil {
			t.Errorf("without the last %d bytes: %q", lost, got.Problem)
		}
	}
}
