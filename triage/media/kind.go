package media

import (
	"bytes"
	"encoding/binary"

	"github.com/gabriel-vasile/mimetype"
)

// kinds maps what the first bytes say; names and declared types of files are never asked.
var kinds = map[string]Kind{
	"image/jpeg": JPEG, "image/png": PNG, "image/apng": PNG, "image/webp": WebP, "image/gif": GIF,
	"image/heic": HEIC, "image/heif": HEIC, "image/heic-sequence": HEIC, "image/heif-sequence": HEIC,
	"image/avif": AVIF, "image/tiff": TIFF, "image/bmp": BMP, "image/svg+xml": SVG, "application/pdf": PDF,
	"audio/amr": AMR, "audio/mpeg": MP3, "audio/wav": WAV,
	"audio/x-m4a": M4A, "audio/mp4": M4A, "video/mp4": M4A, "video/x-m4v": M4A, "video/quicktime": M4A, "video/3gpp": M4A, "video/3gpp2": M4A,
	"video/webm": WebM, "audio/webm": WebM, "audio/ogg": Ogg, "application/ogg": Ogg,
}

func kindOf(raw []byte) Kind {
	return kinds[mimetype.Detect(raw).String()]
}

// refused says why a kind of file is not looked at any further; empty when it is.
func refused(k Kind, raw []byte) Problem {
	switch k {
	case JPEG, PNG, HEIC:
		return ""
	case WebP:
		if animated(raw) {
			return Animated
		}
		return ""
	case GIF:
		return Gif
	case AVIF, TIFF, BMP, SVG:
		return Foreign
	}
	if k.Voice() {
		return Sound
	}
	return NoKind
}

// animated reports whether an extended WebP says that it moves.
func animated(raw []byte) bool {
	const flags, moving = 20, 0x02
	return len(raw) > flags && bytes.Equal(raw[12:16], []byte("VP8X")) && raw[flags]&moving != 0
}

// frame is the first frame header of a JPEG: how it is coded, and its size in pixels.
type frame struct {
	progressive   bool
	width, height int
}

// frameOf walks the segments before the picture and stops at nonsense. It hands the body of every application segment that it passes to look, if there is one.
func frameOf(raw []byte, look func([]byte)) (f frame, ok bool) {
	for i := 2; i+9 <= len(raw); {
		if raw[i] != 0xFF {
			return f, false
		}
		end := i + 2 + int(binary.BigEndian.Uint16(raw[i+2:]))
		switch m := raw[i+1]; {
		case m == 0xFF: // padding
			i++
			continue
		case m == 0xDA || m == 0xD9 || end < i+4: // a length counts itself
			return f, false
		case m >= 0xC0 && m <= 0xCF && m != 0xC4 && m != 0xC8 && m != 0xCC:
			return frame{m == 0xC2, int(binary.BigEndian.Uint16(raw[i+7:])), int(binary.BigEndian.Uint16(raw[i+5:]))}, true
		case m >= 0xE0 && m <= 0xEF && look != nil && end <= len(raw):
			look(raw[i+4 : end])
		}
		i = end
	}
	return f, false
}

// previews are the frames of the pictures that a JPEG carries in its metadata.
func previews(raw []byte) (list []frame) {
	start := []byte{0xFF, 0xD8, 0xFF}
	frameOf(raw, func(body []byte) {
		for i := bytes.Index(body, start); i >= 0; {
			body = body[i:]
			if f, ok := frameOf(body, nil); ok {
				list = append(list, f)
			}
			body = body[len(start)-1:]
			i = bytes.Index(body, start)
		}
	})
	return list
}
