package media

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// codec is what a decoder must know about the samples of a track, put together anew.
type codec struct {
	name   string // of its sample entry; "" for one that we do not carry over
	entry  []byte // the whole new sample entry
	still  bool   // pictures each for itself: one is a cover
	prefix int    // bytes of the length before each unit of H.264 and H.265; 0 for others
	hevc   bool
}

// settings are the boxes of each codec that come along. What is said of the maker, of the exposure and of the bits a second does not.
var settings = map[string][]string{
	"avc1": {"avcC"}, "avc3": {"avcC"}, "hvc1": {"hvcC"}, "hev1": {"hvcC"}, "vp09": {"vpcC"}, "av01": {"av1C"}, "mp4v": {"esds"}, "s263": {"d263"},
	"mp4a": {"esds"}, "samr": {"damr"}, "sawb": {"damr"}, "Opus": {"dOps"},
}

const (
	soundEntry = 28 // bytes of a sound's entry before its boxes
	filmEntry  = 78
)

// readCodec reads the first description of a track.
func readCodec(stsd []byte, sound bool) codec {
	if len(stsd) < 8 {
		return codec{}
	}
	list := boxes(stsd[8:])
	if len(list) == 0 {
		return codec{}
	}
	e := list[0]
	c := codec{still: slices.Contains([]string{"jpeg", "png ", "mjpa", "mjpb"}, e.kind)}
	wanted, known := settings[e.kind]
	if isSound := slices.Contains([]string{"mp4a", "samr", "sawb", "Opus"}, e.kind); !known || isSound != sound {
		return c
	}
	var entry, rest []byte
	if sound {
		entry, rest = soundHead(e.body)
	} else {
		entry, rest = filmHead(e.body)
	}
	if entry == nil {
		return c
	}
	body, ok := find(rest, wanted[0])
	if !ok && sound { // QuickTime puts them one deeper
		body, ok = find(rest, "wave", wanted[0])
	}
	if body = cleanSetting(wanted[0], body); !ok || body == nil {
		return c
	}
	entry = append(entry, newBox(wanted[0], body)...)
	if shape, ok := find(rest, "pasp"); ok && len(shape) == 8 {
		entry = append(entry, newBox("pasp", shape)...)
	}
	if colour, ok := find(rest, "colr"); ok && len(colour) >= 10 && (string(colour[:4]) == "nclx" || string(colour[:4]) == "nclc") {
		entry = append(entry, newBox("colr", colour[:min(len(colour), 11)])...) // numbers; the other kinds are a whole file of the maker's
	}
	c.name, c.entry = e.kind, newBox(e.kind, entry)
	switch wanted[0] {
	case "avcC":
		c.prefix = int(body[4]&3) + 1
	case "hvcC":
		c.prefix, c.hevc = int(body[21]&3)+1, true
	}
	return c
}

// soundHead makes the fixed part of a sound's entry and gives the boxes behind the old one.
func soundHead(b []byte) (entry, rest []byte) {
	if len(b) < soundEntry {
		return nil, nil
	}
	skip := map[uint16]int{0: soundEntry, 1: soundEntry + 16, 2: soundEntry + 36}[binary.BigEndian.Uint16(b[8:])]
	if skip == 0 || len(b) < skip {
		return nil, nil
	}
	channels, rate := max(1, min(binary.BigEndian.Uint16(b[16:]), 2)), b[24:28]
	if skip == soundEntry+36 { // version 2 tells them elsewhere, and the decoder knows them anyway
		rate = []byte{0xBB, 0x80, 0, 0}
	}
	entry = make([]byte, soundEntry)
	entry[7] = 1
	binary.BigEndian.PutUint16(entry[16:], channels)
	entry[19] = 16
	copy(entry[24:26], rate)
	return entry, b[skip:]
}

// filmHead does the same for a picture.
func filmHead(b []byte) (entry, rest []byte) {
	if len(b) < filmEntry {
		return nil, nil
	}
	entry = make([]byte, filmEntry)
	entry[7] = 1
	copy(entry[24:28], b[24:28])                 // width and height
	copy(entry[28:], "\x00\x48\x00\x00\x00\x48") // 72 dots an inch, as everybody writes
	entry[41] = 1
	copy(entry[74:], "\x00\x18\xFF\xFF")
	return entry, b[filmEntry:]
}

// cleanSetting keeps what a decoder needs of a box of settings; nil when it is not in order.
func cleanSetting(kind string, b []byte) []byte {
	switch kind {
	case "avcC":
		return cleanAVC(b)
	case "hvcC":
		return cleanHVC(b)
	case "esds":
		return cleanES(b)
	case "damr":
		if len(b) < 9 {
			return nil
		}
		return append(make([]byte, 4), b[4:9]...) // without the name of the maker
	case "dOps":
		if len(b) < 11 || b[10] != 0 {
			return nil
		}
		return b[:11]
	case "d263":
		if len(b) < 7 {
			return nil
		}
		return append(make([]byte, 4), b[4:7]...)
	case "vpcC":
		if len(b) < 12 {
			return nil
		}
		return append(b[:10:10], 0, 0)
	case "av1C":
		return cleanAV1(b)
	}
	return nil
}

// cleanAVC keeps the parameter sets of H.264, as cleanHVC does.
func cleanAVC(b []byte) []byte {
	if len(b) < 7 {
		return nil
	}
	out, rest := slices.Clone(b[:5]), b[5:]
	sets := func(count byte, kind byte) bool { // the lower bits of count say how many follow
		at, kept := len(out), byte(0)
		out, rest = append(out, 0), rest[1:]
		for range count {
			if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
				return false
			}
			size := 2 + int(binary.BigEndian.Uint16(rest))
			if size > 2 && rest[2]&31 == kind {
				out, kept = append(out, rest[:size]...), kept+1
			}
			rest = rest[size:]
		}
		out[at] = kept
		return true
	}
	if !sets(rest[0]&31, 7) || len(rest) == 0 {
		return nil
	}
	out[5] |= 0xE0
	if !sets(rest[0], 8) {
		return nil
	}
	if len(rest) >= 4 && slices.Contains([]byte{100, 110, 122, 144}, b[1]) {
		out, rest = append(out, rest[:3]...), rest[3:]
		if !sets(rest[0], 13) {
			return nil
		}
	}
	return out
}

// cleanAV1 keeps the header of the sequence, and none of the notes that may stand beside it.
func cleanAV1(b []byte) []byte {
	const fixed, sequence = 4, 1
	if len(b) < fixed {
		return nil
	}
	out := slices.Clone(b[:fixed])
	for rest := b[fixed:]; len(rest) > 0; {
		at := 1 + int(rest[0]>>2&1)
		if rest[0]&2 == 0 || at >= len(rest) {
			return out
		}
		size, n := binary.Uvarint(rest[at:])
		if n <= 0 || size > uint64(len(rest)-at-n) {
			return out
		}
		end := at + n + int(size)
		if rest[0]>>3&15 == sequence {
			out = append(out, rest[:end]...)
		}
		rest = rest[end:]
	}
	return out
}

// cleanHVC keeps the parameter sets of H.265 and leaves notes of the encoder out.
func cleanHVC(b []byte) []byte {
	if len(b) < 23 {
		return nil
	}
	out, kept := slices.Clone(b[:23]), byte(0)
	rest := b[23:]
	for range b[22] {
		if len(rest) < 3 {
			return nil
		}
		n, size := int(binary.BigEndian.Uint16(rest[1:])), 3
		for range n {
			if len(rest) < size+2 {
				return nil
			}
			size += 2 + int(binary.BigEndian.Uint16(rest[size:]))
		}
		if len(rest) < size {
			return nil
		}
		if t := rest[0] & 63; t >= 32 && t <= 34 {
			out, kept = append(out, rest[:size]...), kept+1
		}
		rest = rest[size:]
	}
	out[22] = kept
	return out
}

// cleanES keeps the kind of codec and its own settings of an elementary stream.
func cleanES(b []byte) []byte {
	if len(b) < 4 {
		return nil
	}
	es, ok := descriptor(b[4:], 3)
	if !ok || len(es) < 3 {
		return nil
	}
	skip, flags := 3, es[2]
	if flags&0x80 != 0 {
		skip += 2
	}
	if flags&0x40 != 0 && len(es) > skip {
		skip += 1 + int(es[skip])
	}
	if flags&0x20 != 0 {
		skip += 2
	}
	if skip > len(es) {
		return nil
	}
	decoder, ok := descriptor(es[skip:], 4)
	if !ok || len(decoder) < 13 {
		return nil
	}
	own := decoder[:13:13]
	if special, ok := descriptor(decoder[13:], 5); ok {
		own = append(own, newDescriptor(5, cleanSpecial(decoder[0], special))...)
	}
	es = append([]byte{0, 0, 0}, newDescriptor(4, own)...)
	es = append(es, newDescriptor(6, []byte{2})...)
	return append(make([]byte, 4), newDescriptor(3, es)...)
}

// cleanSpecial takes the name of the encoder out of the settings of MPEG-4 pictures, and what is remarked in those of AAC.
func cleanSpecial(object byte, b []byte) []byte {
	const pictures, aac = 0x20, 0x40
	switch object {
	case pictures:
		var out []byte
		for start := []byte{0, 0, 1}; len(b) > 0; {
			end := len(b)
			if next := bytes.Index(b[min(len(start), len(b)):], start); next >= 0 {
				end = len(start) + next
			}
			if !bytes.HasPrefix(b, append(start, 0xB2)) { // not a remark
				out = append(out, b[:end]...)
			}
			b = b[end:]
		}
		return out
	case aac:
		b = slices.Clone(b)
		clear(remark(b))
	}
	return b
}

// remark is the comment in the settings of AAC, which only those have that list their channels one by one.
func remark(b []byte) []byte {
	at := 0
	bits := func(n int) (v int) {
		for range n {
			if v <<= 1; at/8 < len(b) {
				v |= int(b[at/8]) >> (7 - at%8) & 1
			}
			at++
		}
		return v
	}
	rate := func() {
		if bits(4) == 15 {
			bits(24)
		}
	}
	object := bits(5)
	rate()
	channels := bits(4)
	if object == 5 || object == 29 { // with more above, which the same settings tell
		rate()
		bits(5)
	}
	if bits(1); bits(1) == 1 {
		bits(14)
	}
	if bits(1); channels != 0 {
		return nil
	}
	bits(10)
	each := 5 * (bits(4) + bits(4) + bits(4))
	each += 4*bits(2) + 4*bits(3)
	each += 5 * bits(4)
	for _, n := range []int{4, 4, 3} {
		if bits(1) == 1 {
			bits(n)
		}
	}
	bits(each)
	at = (at + 7) / 8 * 8
	n := bits(8)
	return b[min(at/8, len(b)):min(at/8+n, len(b))]
}

// descriptor finds one of a kind among those that follow one another.
func descriptor(b []byte, kind byte) ([]byte, bool) {
	for len(b) >= 2 {
		size, at := 0, 1
		for ; at < len(b) && at <= 4; at++ {
			size = size<<7 | int(b[at]&0x7F)
			if b[at]&0x80 == 0 {
				break
			}
		}
		if at++; at > len(b) || size > len(b)-at {
			return nil, false
		}
		if b[0] == kind {
			return b[at : at+size], true
		}
		b = b[at+size:]
	}
	return nil, false
}

func newDescriptor(kind byte, body []byte) []byte {
	n := len(body)
	return append([]byte{kind, byte(n>>21) | 0x80, byte(n>>14) | 0x80, byte(n>>7) | 0x80, byte(n) & 0x7F}, body...)
}

// cleanEdits keeps an edit list, which says where sound and picture begin; nil when it is not in order.
func cleanEdits(b []byte) []byte {
	each := 12
	if len(b) > 0 && b[0] == 1 {
		each = 20
	}
	entries, n, err := full(b, each)
	if err != nil || n == 0 || n > 16 {
		return nil
	}
	return append(append([]byte{b[0], 0, 0, 0}, b[4:8]...), entries[:n*each]...)
}

// hush takes notes out of a sample of H.264 or H.265: an encoder, or a camera, may write there what it likes. Where one stood stands filler of the same length.
func (c codec) hush(b []byte) {
	if c.prefix == 0 {
		return
	}
	for len(b) > c.prefix {
		n := 0
		for _, x := range b[:c.prefix] {
			n = n<<8 | int(x)
		}
		if b = b[c.prefix:]; n > len(b) {
			return
		}
		c.unit(b[:n])
		b = b[n:]
	}
}

func (c codec) unit(u []byte) {
	const notes264, filler264, notes265, more265, filler265 = 6, 12, 39, 40, 38
	head := 1
	switch {
	case len(u) < 3:
		return
	case !c.hevc && u[0]&31 == notes264:
		u[0] = filler264
	case c.hevc && (u[0]>>1&63 == notes265 || u[0]>>1&63 == more265):
		u[0], head = u[0]&0x81|filler265<<1, 2
	default:
		return
	}
	for i := head; i < len(u)-1; i++ {
		u[i] = 0xFF
	}
	u[len(u)-1] = 0x80
}
