package media

import (
	"bytes"
	"encoding/binary"

	"github.com/gabriel-vasile/mimetype"
)

// kinds maps what the first bytes say; names and declared types of files are never asked.
var kinds = map[string]Kind{
	"image/jpeg": JPEG, "image/png": PNG, "image/vnd.mozilla.apng": PNG, "image/webp": WebP, "image/gif": GIF,
	"image/heic": HEIC, "image/heif": HEIC, "image/heic-sequence": HEIC, "image/heif-sequence": HEIC,
	"audio/amr": AMR, "audio/mpeg": MP3, "audio/wav": WAV,
	"audio/x-m4a": M4A, "audio/mp4": M4A, "video/mp4": M4A, "audio/3gpp": M4A, "video/3gpp": M4A,
	"video/webm": WebM, "audio/webm": WebM, "audio/ogg": Ogg, "application/ogg": Ogg,
}

func kindOf(raw []byte) Kind {
	return kinds[mimetype.Detect(raw).String()]
}

// animated reports whether an extended WebP says that it moves.
func animated(raw []byte) bool {
	const flags, moving = 20, 0x02
	return len(raw) > flags && bytes.Equal(raw[12:16], []byte("VP8X")) && raw[flags]&moving != 0
}

// progressive reports whether the first frame of a JPEG is progressive. It walks the segments before the picture and stops at nonsense.
func progressive(raw []byte) bool {
	for i := 2; i+4 <= len(raw); {
		if raw[i] != 0xFF {
			return false
		}
		switch raw[i+1] {
		case 0xFF: // padding
			i++
			continue
		case 0xC2:
			return true
		case 0xC0, 0xC1, 0xDA, 0xD9:
			return false
		}
		i += 2 + int(binary.BigEndian.Uint16(raw[i+2:]))
	}
	return false
}
