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
	"Orientation": "", "DateTimeOriginal": "", "CreateDate": "", "OffsetTimeOriginal": "", "Make": "",
	"GPSLatitude": gpsIFD, "GPSLongitude": gpsIFD, "GPSLatitudeRef": gpsIFD, "GPSLongitudeRef": gpsIFD,
	"GPSMapDatum": gpsIFD, "GPSProcessingMethod": gpsIFD, "GPSAreaInformation": gpsIFD, "GPSHPositioningError": gpsIFD,
}

const gpsIFD = "GPSInfoIFD"

// xmpSpace is where XMP repeats the tags of EXIF, by the same names.
const xmpSpace = "http://ns.adobe.com/exif/1.0/"

var formats = map[Kind]imagemeta.ImageFormat{JPEG: imagemeta.JPEG, PNG: imagemeta.PNG, WebP: imagemeta.WebP, HEIC: imagemeta.HEIF}

// patience is how long metadata may be looked for: a good file's takes a millisecond.
const patience = time.Second

// readMetadata takes what can be had from EXIF, and from XMP where EXIF holds no position. The library gives positions of XMP as numbers without a reference.
// The library's own timeout leaves a goroutine behind, so that the reader ends it instead.
func readMetadata(ctx context.Context, raw []byte, k Kind) metadata {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m := metadata{orientation: 1, tags: map[string]any{}}
	size, err := m.collect(ctx, raw, k, imagemeta.EXIF|imagemeta.CONFIG)
	if err == nil || k == HEIC {
		m.width, m.height = size.Width, size.Height // else the decoder of the kind is asked anyway
	}
	if o := number(m.tags["Orientation"]); o >= 1 && o <= 8 {
		m.orientation = int(o)
	}
	if _, ok := m.tags["GPSLatitude"]; !ok {
		_, _ = m.collect(ctx, raw, k, imagemeta.XMP) // broken XMP only says less
	} else if undefinedPosition(raw) {
		m.tags["GPSLatitude"], m.tags["GPSLongitude"] = math.NaN(), math.NaN()
	}
	return m
}

// collect keeps the first value of each wanted tag.
func (m metadata) collect(ctx context.Context, raw []byte, k Kind, from imagemeta.Source) (size imagemeta.ImageConfig, err error) {
	err = guard(func() error {
		res, err := imagemeta.Decode(imagemeta.Options{
			R: reader(ctx, raw), ImageFormat: formats[k], Sources: from,
			ShouldHandleTag: func(t imagemeta.TagInfo) bool {
				in, ok := wanted[t.Tag]
				if t.Source == imagemeta.XMP {
					return ok && t.Namespace == xmpSpace
				}
				return ok && strings.HasPrefix(t.Namespace, "IFD0") && (in == "" || path.Base(t.Namespace) == in) // IFD1 is the thumbnail's
			},
			HandleTag: func(t imagemeta.TagInfo) error {
				if _, twice := m.tags[t.Tag]; !twice {
					m.tags[t.Tag] = t.Value
				}
				return nil
			},
		})
		size = res.ImageConfig
		return err
	})
	return size, err
}

// claim keeps what can be believed.
func (m metadata) claim(now time.Time, zone *time.Location) Claim {
	c := Claim{Make: text(m.tags["Make"])}
	var where, when Doubt
	c.Where, where = m.where()
	c.When, when = m.when(now, zone)
	for _, d := range []Doubt{where, when} {
		if d != "" {
			c.Doubts = append(c.Doubts, d)
		}
	}
	return c
}

// where is nil when there is no position, or none that a working receiver gives: out of range, one of the two zero (a phone without a fix), or the two swapped.
// It is not swapped back: who writes them the wrong way round may have written anything.
func (m metadata) where() (*orb.Point, Doubt) {
	lat, okLat := coordinate(m.tags["GPSLatitude"], m.tags["GPSLatitudeRef"], "N", "S")
	lon, okLon := coordinate(m.tags["GPSLongitude"], m.tags["GPSLongitudeRef"], "E", "W")
	p := orb.Point{lon.degrees, lat.degrees}
	const noFix = 1e-4
	const accuracy = 5000 // metres: what is less accurate says nothing, be it of a phone or of a photo
	switch {
	case m.tags["GPSLatitude"] == nil && m.tags["GPSLongitude"] == nil:
		return nil, ""
	case m.tags["GPSLatitude"] == nil || m.tags["GPSLongitude"] == nil:
		return nil, Incomplete
	case math.Abs(p[0]) < noFix || math.Abs(p[1]) < noFix:
		return nil, NoFix
	case math.Abs(p[1]) > 72 && datum.InChina(orb.Point{p[1], p[0]}), !okLat || !okLon: // in the arctic sea as it stands, in China the other way round
		return nil, Swapped
	case math.Abs(p[1]) > 90 || math.Abs(p[0]) > 180:
		return nil, OffGlobe
	case number(m.tags["GPSHPositioningError"]) > accuracy:
		return nil, Coarse
	case !(lat.sure && lon.sure) && !datum.InChina(p): // half of the world is as likely
		return nil, Incomplete
	}
	p = m.system().ToWGS84(p)
	return &p, ""
}

// system is the first that the file names: what the datum says goes before the method, and that before the name of the area.
func (m metadata) system() datum.System {
	for _, tag := range []string{"GPSMapDatum", "GPSProcessingMethod", "GPSAreaInformation"} {
		if s := datum.Named(text(m.tags[tag])); s != datum.Unnamed {
			return s
		}
	}
	return datum.Unnamed
}

// angle is a latitude or longitude. It is sure if the file says of which half of the world.
type angle struct {
	degrees float64
	sure    bool
}

// coordinate reads a value and its reference; false when there is none, or when the reference is that of the other axis.
func coordinate(v, reference any, plus, minus string) (angle, bool) {
	deg, ref := number(v), strings.ToUpper(text(reference))
	if math.IsNaN(deg) || math.IsInf(deg, 0) {
		return angle{}, false
	}
	ref = ref[:min(1, len(ref))]
	switch ref {
	case plus:
		return angle{deg, true}, true
	case minus:
		return angle{-math.Abs(deg), true}, true
	}
	return angle{deg, false}, ref == "" || !strings.Contains("NSEW", ref)
}

// when is nil when there is no time, when it lies more than a day ahead (a clock may be an hour or a zone wrong), or before there were such cameras.
func (m metadata) when(now time.Time, zone *time.Location) (*time.Time, Doubt) {
	var why Doubt
	for _, tag := range []string{"DateTimeOriginal", "CreateDate"} {
		t, ok := clock(text(m.tags[tag]), text(m.tags["OffsetTimeOriginal"]), zone)
		switch {
		case !ok:
		case t.After(now.Add(24 * time.Hour)):
			why = Future
		case t.Year() < 1995:
			why = Unset
		default:
			return &t, ""
		}
	}
	return nil, why
}

// clock reads a time as EXIF or as XMP writes it.
func clock(said, offset string, zone *time.Location) (time.Time, bool) {
	const layout = "2006:01:02 15:04:05"
	if t, err := time.Parse(time.RFC3339, said); err == nil {
		return t, true
	}
	if t, err := time.Parse(layout+"-07:00", said+offset); err == nil {
		return t, true
	}
	for _, l := range []string{layout, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(l, said, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func text(v any) string {
	switch s := v.(type) {
	case string:
		return strings.TrimSpace(strings.Trim(s, "\x00"))
	case []byte: // with the name of its character set in front
		return strings.TrimSpace(strings.Trim(strings.TrimPrefix(string(s), "ASCII"), "\x00"))
	}
	return ""
}

// number is NaN for what is none.
func number(v any) float64 {
	switch n := v.(type) {
	case interface{ Float64() float64 }: // a fraction
		return n.Float64()
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
