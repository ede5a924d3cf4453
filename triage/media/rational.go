package media

import (
	"bytes"
	"encoding/binary"
)

// The library takes a degree, minute or second that is stored as n/0 for zero, and says nothing. A cheap receiver writes 0/0 for what it does not know: of a
// position without its seconds a kilometre and a half is missing, and that is another village; without its minutes, another county. ExifTool, by which other
// programs are measured, gives no position then, and neither is one believed here.

// tiff is what a header of EXIF opens, in whatever container it lies.
type tiff struct {
	b     []byte
	order binary.ByteOrder
}

const (
	mostHeaders = 8   // that are tried: the bytes of one may stand anywhere in a picture
	mostEntries = 500 // of a directory; real ones have some dozen
	entrySize   = 12
)

// undefinedPosition reports whether the first GPS directory of a file holds a latitude or longitude with a part of n/0.
func undefinedPosition(raw []byte) bool {
	headers := map[string]binary.ByteOrder{"II*\x00": binary.LittleEndian, "MM\x00*": binary.BigEndian}
	for range mostHeaders {
		at, magic := -1, ""
		for m := range headers {
			if i := bytes.Index(raw, []byte(m)); i >= 0 && (at < 0 || i < at) {
				at, magic = i, m
			}
		}
		if at < 0 {
			return false
		}
		t := tiff{raw[at:], headers[magic]}
		if gps, ok := t.entry(t.long(4), 0x8825); ok {
			lat, okLat := t.entry(t.long(gps+8), 2)
			lon, okLon := t.entry(t.long(gps+8), 4)
			if okLat && okLon {
				return t.undefined(lat) || t.undefined(lon)
			}
		}
		raw = raw[at+len(magic):]
	}
	return false
}

// long reads four bytes; 0 behind the end.
func (t tiff) long(at uint32) uint32 {
	if uint64(at)+4 > uint64(len(t.b)) {
		return 0
	}
	return t.order.Uint32(t.b[at:])
}

// entry is where the entry of a tag stands in the directory at a point.
func (t tiff) entry(directory uint32, tag uint16) (at uint32, ok bool) {
	if directory == 0 || uint64(directory)+2 > uint64(len(t.b)) {
		return 0, false
	}
	n := uint32(t.order.Uint16(t.b[directory:]))
	for i := range min(n, mostEntries) {
		at = directory + 2 + i*entrySize
		if uint64(at)+entrySize > uint64(len(t.b)) {
			return 0, false
		}
		if t.order.Uint16(t.b[at:]) == tag {
			return at, true
		}
	}
	return 0, false
}

// undefined reports whether a part of the three of an entry is n/0. What lies behind the end of the file is.
func (t tiff) undefined(entry uint32) bool {
	kind, count, value := t.order.Uint16(t.b[entry+2:]), t.long(entry+4), t.long(entry+8)
	const rational, signed = 5, 10
	if kind != rational && kind != signed {
		return false
	}
	for i := range min(count, 3) {
		if t.long(value+8*i+4) == 0 {
			return true
		}
	}
	return false
}
