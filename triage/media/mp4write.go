package media

import (
	"bytes"
	"encoding/binary"
	"io"
)

func newBox(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 8+len(body)), uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

// be is a list of numbers in a box.
func be(numbers ...uint32) (b []byte) {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func join(parts ...[]byte) (b []byte) {
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

const (
	unit     = 1000 // of the movie's own times, a second
	identity = "\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00"
)

// write gives the new file: its index in front, so that a player can begin before it has all, and the samples behind it in their old order.
func (m *movie) write(in io.ReaderAt) io.Reader {
	var size int64
	for _, r := range m.runs {
		size += r.size()
	}
	head := newBox("ftyp", []byte("isom\x00\x00\x02\x00isomiso2mp41"))
	index := m.index(0)
	data := binary.BigEndian.AppendUint32(nil, uint32(8+size))
	data = append(data, "mdat"...)
	index = m.index(int64(len(head) + len(index) + len(data)))
	return io.MultiReader(bytes.NewReader(join(head, index, data)), &sampleReader{movie: m, in: in})
}

// index makes the moov for samples that begin at a place of the file.
func (m *movie) index(from int64) []byte {
	starts := make([]int64, len(m.runs))
	for i, r := range m.runs {
		starts[i] = from
		from += r.size()
	}
	var tracks []byte
	longest, id := uint32(0), uint32(0)
	for i, t := range m.tracks {
		if !t.keep {
			continue
		}
		id++
		lasts := uint32(t.lasts().Milliseconds())
		longest = max(longest, lasts)
		tracks = append(tracks, m.trackBox(i, id, lasts, starts)...)
	}
	head := join(be(0, 0, 0, unit, longest, 0x00010000, 0x01000000, 0, 0), []byte(identity), make([]byte, 24), be(id+1))
	return newBox("moov", join(newBox("mvhd", head), tracks))
}

// trackBox makes a trak.
func (m *movie) trackBox(i int, id, lasts uint32, starts []int64) []byte {
	t := m.tracks[i]
	kind, volume, media := "soun", []byte{1, 0}, newBox("smhd", make([]byte, 8))
	if t.film {
		kind, volume, media = "vide", []byte{0, 0}, newBox("vmhd", be(1, 0, 0))
	}
	head := join(be(3, 0, 0, id, 0, lasts, 0, 0), make([]byte, 4), volume, []byte{0, 0}, cleanDisplay(t.display))
	var edits []byte
	if t.edit != nil {
		edits = newBox("edts", newBox("elst", t.edit))
	}
	total := uint32(min(t.total, 1<<32-1))
	times := newBox("mdhd", be(0, 0, 0, t.scale, total, 0x55C40000))
	handler := newBox("hdlr", join(be(0, 0), []byte(kind), make([]byte, 13)))
	data := newBox("dinf", newBox("dref", join(be(0, 1), newBox("url ", be(1)))))
	return newBox("trak", join(newBox("tkhd", head), edits,
		newBox("mdia", join(times, handler, newBox("minf", join(media, data, newBox("stbl", m.tables(i, starts))))))))
}

// cleanDisplay keeps how a picture is turned and how large it is shown, if it is one of the ways in which phones are held.
func cleanDisplay(d [44]byte) []byte {
	out := append([]byte(identity), d[36:]...)
	for _, i := range []int{0, 4, 12, 16} {
		if v := binary.BigEndian.Uint32(d[i:]); v != 0 && v != 0x00010000 && v != 0xFFFF0000 {
			return out
		}
	}
	copy(out[:8], d[:8])
	copy(out[12:20], d[12:20])
	w, h := binary.BigEndian.Uint32(d[36:]), binary.BigEndian.Uint32(d[40:])
	for _, i := range []int{24, 28} { // what was turned is moved back to the corner
		if v := binary.BigEndian.Uint32(d[i:]); v == w || v == h {
			copy(out[i:i+4], d[i:i+4])
		}
	}
	return out
}

// pairs counts equal values that follow one another.
type pairs struct {
	b []byte
	n uint32
}

func (p *pairs) add(value uint32) {
	if p.n > 0 && binary.BigEndian.Uint32(p.b[len(p.b)-4:]) == value {
		at := p.b[len(p.b)-8:]
		binary.BigEndian.PutUint32(at, binary.BigEndian.Uint32(at)+1)
		return
	}
	p.b, p.n = append(p.b, be(1, value)...), p.n+1
}

func (p *pairs) table(kind string, version uint32) []byte {
	return newBox(kind, join(be(version<<24, p.n), p.b))
}

// tables makes what says of each sample where it lies and when it is shown.
func (m *movie) tables(i int, starts []int64) []byte {
	t := m.tracks[i]
	var times, shifts pairs
	var sizes, syncs, plan, offsets []byte
	var n, chunk, each uint32
	shifted := false
	for k, r := range m.runs {
		if r.track != i {
			continue
		}
		chunk++
		if size := uint32(len(r.samples)); size != each {
			plan, each = append(plan, be(chunk, size, 1)...), size
		}
		offsets = append(offsets, be(uint32(starts[k]))...)
		for _, s := range r.samples {
			n++
			times.add(s.time)
			shifts.add(uint32(s.shift))
			shifted = shifted || s.shift != 0
			sizes = append(sizes, be(s.size)...)
			if s.sync {
				syncs = append(syncs, be(n)...)
			}
		}
	}
	out := join(newBox("stsd", join(be(0, 1), t.codec.entry)), times.table("stts", 0))
	if shifted {
		out = append(out, shifts.table("ctts", 1)...)
	}
	if count := uint32(len(syncs) / 4); count != n {
		out = append(out, newBox("stss", join(be(0, count), syncs))...)
	}
	return join(out, newBox("stsc", join(be(0, uint32(len(plan)/12)), plan)), newBox("stsz", join(be(0, 0, n), sizes)), newBox("stco", join(be(0, chunk), offsets)))
}

// sampleReader reads the samples from the old file, one after another.
type sampleReader struct {
	movie     *movie
	in        io.ReaderAt
	run, next int
	at        int64 // of the next sample in the old file
	left      []byte
	buf       []byte
}

// Read implements io.Reader.
func (s *sampleReader) Read(p []byte) (int, error) {
	for len(s.left) == 0 {
		if s.run == len(s.movie.runs) {
			return 0, io.EOF
		}
		if err := s.load(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	return n, nil
}

func (s *sampleReader) load() error {
	r := s.movie.runs[s.run]
	if s.next == 0 {
		s.at = r.at
	}
	size := int(r.samples[s.next].size)
	if cap(s.buf) < size {
		s.buf = make([]byte, size)
	}
	s.left = s.buf[:size]
	n, err := s.in.ReadAt(s.left, s.at)
	if n < size {
		if err == nil || err == io.EOF { // only the plain value means the end
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	s.movie.tracks[r.track].codec.hush(s.left)
	s.at += int64(size)
	if s.next++; s.next == len(r.samples) {
		s.run, s.next = s.run+1, 0
	}
	return nil
}
