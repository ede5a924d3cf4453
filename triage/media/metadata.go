package media

import (
	"context"
	"math"
	"path"
	"strings"
	"time"

	"qianshao/triage/datum"

	"github.com/bep/imagemeta"
	"github.com/paulmach/orb"
)

// metadata is what a file says of itself, as it stands there. A broken one never speaks against the picture: it only says less.
type metadata struct {
	width, height int // 0 when unknown
	orientation   int // 1..8, as EXIF counts
	tags          map[string]any
}

// wanted are the tags that are read at all, with the directory that they must stand in, or none: the library calls
// the tags of an interoperability directory by the names of GPS tags. Owners' names and serial numbers never enter the program.
var wanted = map[string]string{
	"Orientation": "", "DateTimeOriginal": "", "OffsetTimeOriginal": "",
	"GPSLatitude": "GPSInfoIFD", "GPSLongitude": "GPSInfoIFD", "GPSLatitudeRef": "GPSInfoIFD", "GPSLongitudeRef": "GPSInfoIFD", "GPSMapDatum": "GPSInfoIFD",
}

var formats = map[Kind]imagemeta.ImageFormat{JPEG: imagemeta.JPEG, PNG: imagemeta.PNG, WebP: imagemeta.WebP, HEIC: imagemeta.HEIF}

// readMetadata takes what can be had. The library's own timeout leaves a goroutine behind, so that the reader ends it instead.
func readMetadata(ctx context.Context, raw []byte, k Kind) metadata {
	m := metadata{orientation: 1, tags: map[string]any{}}
	err := guard(func() error {
		res, err := imagemeta.Decode(imagemeta.Options{
			R: reader(ctx, raw), ImageFormat: formats[k], Sources: imagemeta.EXIF | imagemeta.CONFIG,
			ShouldHandleTag: func(t imagemeta.TagInfo) bool {
				in, ok := wanted[t.Tag]
				return ok && strings.HasPrefix(t.Namespace, "IFD0") && (in == "" || path.Base(t.Namespace) == in) // IFD1 is the thumbnail's
			},
			HandleTag: func(t imagemeta.TagInfo) error {
				if _, twice := m.tags[t.Tag]; !twice {
					m.tags[t.Tag] = t.Value
				}
				return nil
			},
		})
		m.width, m.height = res.ImageConfig.Width, res.ImageConfig.Height
		return err
	})
	if err != nil && k != HEIC {
		m.width, m.height = 0, 0 // the decoder of the kind is asked anyway
	}
	if o := number(m.tags["Orientation"]); o >= 1 && o <= 8 {
		m.orientation = int(o)
	}
	return m
}

// claim keeps what can be believed.
func (m metadata) claim(now time.Time, zone *time.Location) Claim {
	return Claim{Where: m.where(), When: m.when(now, zone)}
}

// where is nil when there is no position, when it is 0/0 (a phone without a fix), or when a value is out of range, as it is when the two are swapped.
// A missing N or E is taken as north and east: phones that leave it out were never seen elsewhere.
func (m metadata) where() *orb.Point {
	lat, lon := number(m.tags["GPSLatitude"]), number(m.tags["GPSLongitude"])
	if math.IsNaN(lat) || math.IsNaN(lon) || math.IsInf(lat, 0) || math.IsInf(lon, 0) {
		return nil
	}
	if strings.HasPrefix(text(m.tags["GPSLatitudeRef"]), "S") {
		lat = -lat
	}
	if strings.HasPrefix(text(m.tags["GPSLongitudeRef"]), "W") {
		lon = -lon
	}
	const noFix = 1e-4
	if math.Abs(lat) > 90 || math.Abs(lon) > 180 || math.Abs(lat) < noFix && math.Abs(lon) < noFix {
		return nil
	}
	p := orb.Point{lon, lat}
	if name := strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(text(m.tags["GPSMapDatum"]))); strings.HasPrefix(name, "GCJ") {
		p = datum.FromGCJ02(p)
	}
	return &p
}

// when is nil when there is no time, when it lies more than a day ahead (a clock may be an hour or a zone wrong), or before there were such cameras.
func (m metadata) when(now time.Time, zone *time.Location) *time.Time {
	const layout = "2006:01:02 15:04:05"
	said := text(m.tags["DateTimeOriginal"])
	t, err := time.Parse(layout+"-07:00", said+text(m.tags["OffsetTimeOriginal"]))
	if err != nil {
		t, err = time.ParseInLocation(layout, said, zone)
	}
	if err != nil || t.After(now.Add(24*time.Hour)) || t.Year() < 1995 {
		return nil
	}
	return &t
}

func text(v any) string {
	s, ok := v.(string)
	if !ok {
		return ""
	}
	return strings.TrimSpace(strings.Trim(s, "\x00"))
}

// number is NaN for what is none.
func number(v any) float64 {
	switch n := v.(type) {
	case float64:
		return n
	case float32:
		return float64(n)
	case uint16:
		return float64(n)
	case uint32:
		return float64(n)
	case int:
		return float64(n)
	case int32:
		return float64(n)
	case uint8:
		return float64(n)
	}
	return math.NaN()
}
