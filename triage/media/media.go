// Package media turns one piece of evidence into what may be looked at: renditions without metadata, fingerprints, and what the file says of where and when.
// It owns the rules by which a file is believed to be a picture. It knows nothing of tips, keys or storage; the original stays sealed where it is.
package media

import (
	"time"

	"github.com/paulmach/orb"
)

// Kind is what the first bytes of a file say that it is.
type Kind string

// The kinds that are known. A recording that comes as a picture is recognised by its container only.
const (
	Unknown Kind = ""
	JPEG    Kind = "jpeg"
	PNG     Kind = "png"
	WebP    Kind = "webp"
	HEIC    Kind = "heic"
	GIF     Kind = "gif"
	AMR     Kind = "amr"
	MP3     Kind = "mp3"
	M4A     Kind = "m4a"
	WebM    Kind = "webm"
	Ogg     Kind = "ogg"
	WAV     Kind = "wav"

	AVIF Kind = "avif"
	TIFF Kind = "tiff"
	BMP  Kind = "bmp"
	SVG  Kind = "svg"
	PDF  Kind = "pdf"
)

// Voice reports whether the kind is a sound recording.
func (k Kind) Voice() bool {
	switch k {
	case AMR, MP3, M4A, WebM, Ogg, WAV:
		return true
	}
	return false
}

// Problem is the fault key of the sentence that tells staff why a piece of evidence has no rendition. The empty Problem is none.
type Problem string

// What can be wrong with a file. None of them is an error: the tip goes on without the picture, and the original stays sealed.
const (
	Broken   Problem = "picture.broken"   // cannot be decoded
	NoKind   Problem = "picture.kind"     // not a picture at all
	Gif      Problem = "picture.gif"      // may move, and no phone takes photos so
	Foreign  Problem = "picture.format"   // a picture of a kind that we do not decode, such as AVIF, TIFF, BMP, SVG
	Animated Problem = "picture.animated" // a WebP that moves
	Pixels   Problem = "picture.pixels"   // more pixels, a longer side or more memory than we decode
	Large    Problem = "picture.large"    // more bytes than we read
	Unshown  Problem = "picture.heic"     // a HEIC file, in a program that was given no child to decode it
	Sound    Problem = "picture.voice"    // a recording, sent as a picture: kept sealed, nothing to render
)

// Limits bound what one file may cost. A zero field means the default.
type Limits struct {
	Bytes   int64         // of the file; 25 MB
	Pixels  int           // 8192 by 6144, which phones call 50 megapixels
	Side    int           // longest side, 12,000 pixels
	Memory  int64         // bytes that decoding is expected to need; 300 MB, which all together do not exceed either
	Timeout time.Duration // for decoding one file, waiting for a turn and for memory excluded; 20 s
}

// Picture is what was found in one file.
type Picture struct {
	Kind    Kind
	Problem Problem  // why there are no renditions; empty when there are
	Bytes   int64    // 0 when they are more than we read
	SHA256  [32]byte // of the original bytes; zero when they are more than we read

	// Width and Height are those of the original as it should be seen, in pixels; 0 when unknown.
	Width, Height int
	// Small and Large are JPEG files of at most 320 and 1600 pixels on the long side: pixels only, no metadata, no tail.
	Small, Large []byte
	Sketch       []byte // what it looks like, for comparing (Sketch); nil when there are no renditions

	// Claim is what the file says of itself. It may be used only if the person allowed it.
	Claim Claim
}

// Claim is where, when and with what a picture says that it was taken; nil where it does not say or cannot be believed.
type Claim struct {
	Where *orb.Point // WGS-84, longitude and latitude
	When  *time.Time
	Make  string // of the camera or phone; empty when it does not say

	Doubts []Doubt // why what it does say of where or when is not believed
}

// Doubt is the fault key of the sentence that tells why a place or a time in a file is not believed.
type Doubt string

// What speaks against a place or a time.
const (
	NoFix      Doubt = "claim.nofix"      // zero, or no number: a receiver that had not found its place
	Swapped    Doubt = "claim.swapped"    // longitude and latitude
	OffGlobe   Doubt = "claim.globe"      // no place on earth
	Incomplete Doubt = "claim.incomplete" // one of the two is missing, or of which half of the world it is
	Coarse     Doubt = "claim.coarse"     // the file itself says that it may be kilometres off
	Future     Doubt = "claim.future"     // more than a day ahead
	Unset      Doubt = "claim.unset"      // a camera whose clock nobody set
)
