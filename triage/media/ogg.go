package media

import (
	"bytes"
	"encoding/binary"
	"time"
)

// opus is a stream of Opus packets, whatever container they came in. It is always written as Ogg.
type opus struct {
	channels byte
	skip     uint16 // samples that the decoder drops at the start
	gain     uint16
	packets  [][]byte
	samples  []int // of each packet, at 48 kHz
	total    int
}

const (
	opusRate   = 48000
	opusPacket = opusRate * 120 / 1000 // samples of the longest packet
	opusBytes  = 48 * 1277             // of the largest; it fits a page
)

// readHead takes what is needed from an identification header.
func (o *opus) readHead(b []byte) bool {
	if len(b) < 19 || string(b[:8]) != "OpusHead" || b[8]&0xF0 != 0 || b[9] < 1 || b[9] > 2 || b[18] != 0 {
		return false
	}
	o.channels, o.skip, o.gain = b[9], min(binary.LittleEndian.Uint16(b[10:]), opusRate/2), binary.LittleEndian.Uint16(b[16:])
	return true
}

// add takes a packet; one that no decoder would take is left out. Its padding, where anything could stand, is emptied.
func (o *opus) add(p []byte) {
	n := opusSamples(p)
	if n == 0 || len(p) > opusBytes {
		return
	}
	o.packets, o.samples, o.total = append(o.packets, unpadded(p)), append(o.samples, n), o.total+n
}

// opusSamples is how long a packet is; 0 when it is none.
func opusSamples(p []byte) int {
	if len(p) == 0 {
		return 0
	}
	config, each := int(p[0]>>3), 0
	switch {
	case config < 12: // 10, 20, 40, 60 ms
		each = []int{480, 960, 1920, 2880}[config&3]
	case config < 16: // 10, 20 ms
		each = []int{480, 960}[config&1]
	default: // 2.5, 5, 10, 20 ms
		each = 120 << (config & 3)
	}
	count := []int{1, 2, 2, 0}[p[0]&3]
	if count == 0 {
		if len(p) < 2 {
			return 0
		}
		count = int(p[1] & 63)
	}
	if n := each * count; n <= opusPacket {
		return n
	}
	return 0
}

// unpadded empties the padding of a packet of several frames.
func unpadded(p []byte) []byte {
	if p[0]&3 != 3 || p[1]&0x40 == 0 {
		return p
	}
	pad, at := 0, 2
	for ; at < len(p) && p[at] == 255; at++ {
		pad += 254
	}
	if at == len(p) {
		return p
	}
	pad += int(p[at])
	if at+1+pad > len(p) {
		return p
	}
	out := bytes.Clone(p)
	clear(out[len(out)-pad:])
	return out
}

func (o *opus) clean() ([]byte, time.Duration, Problem) {
	d := time.Duration(max(0, o.total-int(o.skip))) * time.Second / opusRate
	if len(o.packets) == 0 {
		return nil, 0, BrokenRecording
	}
	head := append([]byte("OpusHead\x01"), o.channels)
	head = binary.LittleEndian.AppendUint16(head, o.skip)
	head = binary.LittleEndian.AppendUint32(head, opusRate)
	head = binary.LittleEndian.AppendUint16(head, o.gain)
	w := oggWriter{}
	w.page(2, 0, [][]byte{append(head, 0)})
	w.page(0, 0, [][]byte{[]byte("OpusTags\x00\x00\x00\x00\x00\x00\x00\x00")}) // no maker, no words
	granule := 0
	for from := 0; from < len(o.packets); {
		to, segments, samples := from, 0, 0
		for to < len(o.packets) && samples < opusRate && (to == from || segments+len(o.packets[to])/255+1 <= 255) {
			segments += len(o.packets[to])/255 + 1
			samples += o.samples[to]
			to++
		}
		granule += samples
		last := byte(0)
		if to == len(o.packets) {
			last = 4
		}
		w.page(last, granule, o.packets[from:to])
		from = to
	}
	return w.out, d, ""
}

// oggWriter writes the pages of one stream.
type oggWriter struct {
	out []byte
	n   uint32
}

// page writes packets that fit one page.
func (w *oggWriter) page(flags byte, granule int, packets [][]byte) {
	var lacing []byte
	for _, p := range packets {
		lacing = append(lacing, bytes.Repeat([]byte{255}, len(p)/255)...)
		lacing = append(lacing, byte(len(p)%255))
	}
	at := len(w.out)
	w.out = append(w.out, 'O', 'g', 'g', 'S', 0, flags)
	w.out = binary.LittleEndian.AppendUint64(w.out, uint64(granule))
	w.out = binary.LittleEndian.AppendUint32(w.out, 1)
	w.out = binary.LittleEndian.AppendUint32(w.out, w.n)
	w.out = append(w.out, 0, 0, 0, 0, byte(len(lacing)))
	w.out = append(w.out, lacing...)
	for _, p := range packets {
		w.out = append(w.out, p...)
	}
	binary.LittleEndian.PutUint32(w.out[at+22:], oggSum(w.out[at:]))
	w.n++
}

// oggTable is that of the CRC of Ogg pages, which is not one of those that hash/crc32 can make.
var oggTable = func() (t [256]uint32) {
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&(1<<31) != 0 {
				r = r<<1 ^ 0x04C11DB7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}()

// oggSum is the sum of a page, its own field taken as zero.
func oggSum(page []byte) (sum uint32) {
	for i, b := range page {
		if i >= 22 && i < 26 {
			b = 0
		}
		sum = sum<<8 ^ oggTable[byte(sum>>24)^b]
	}
	return sum
}

// oggPage is one page as it was read.
type oggPage struct {
	flags  byte
	serial uint32
	lacing []byte
	body   []byte
	size   int
}

// readPage reads a page that is whole and whose sum is right.
func readPage(b []byte) (p oggPage, ok bool) {
	if len(b) < 27 || string(b[:5]) != "OggS\x00" {
		return p, false
	}
	segments := int(b[26])
	if len(b) < 27+segments {
		return p, false
	}
	p.lacing, p.flags, p.serial = b[27:27+segments], b[5], binary.LittleEndian.Uint32(b[14:])
	size := 0
	for _, n := range p.lacing {
		size += int(n)
	}
	p.size = 27 + segments + size
	if len(b) < p.size || oggSum(b[:p.size]) != binary.LittleEndian.Uint32(b[22:]) {
		return p, false
	}
	p.body = b[27+segments : p.size]
	return p, true
}

func cleanOgg(raw []byte) ([]byte, time.Duration, Problem) {
	var o opus
	var serial uint32
	var packet []byte
	headers := 0
	for len(raw) > 0 {
		p, ok := readPage(raw)
		if !ok {
			break
		}
		raw = raw[p.size:]
		if headers == 0 && p.flags&2 != 0 && o.readHead(p.body) {
			serial, headers = p.serial, 1
			continue
		}
		if headers == 0 || p.serial != serial {
			continue
		}
		at := 0
		for _, n := range p.lacing {
			packet = append(packet, p.body[at:at+int(n)]...)
			at += int(n)
			if n == 255 {
				continue
			}
			if headers == 1 { // the words about the recording
				headers = 2
			} else {
				o.add(packet)
			}
			packet = nil
		}
		if p.flags&4 != 0 {
			break
		}
	}
	if headers == 0 { // a stream of something else, such as Vorbis
		return nil, 0, NoRecording
	}
	return o.clean()
}
