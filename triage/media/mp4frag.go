package media

import "encoding/binary"

// What is told in a fragment, and what of it is left to the defaults.
const (
	headBase    = 0x000001
	headIndex   = 0x000002
	headTime    = 0x000008
	headSize    = 0x000010
	headFlags   = 0x000020
	headMoof    = 0x020000
	runOffset   = 0x000001
	runFirst    = 0x000004
	runTime     = 0x000100
	runSize     = 0x000200
	runFlags    = 0x000400
	runShift    = 0x000800
	notSync     = 0x010000
	headOfBox   = 8 // a run without an offset begins behind the head of the mdat that follows
	anyVersion  = 0x00FFFFFF
	bytesOfHead = 8
)

// cursor reads numbers one after another.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) u32() uint32 {
	if len(c.b) < 4 {
		c.bad = true
		return 0
	}
	v := binary.BigEndian.Uint32(c.b)
	c.b = c.b[4:]
	return v
}

func (c *cursor) u64() uint64 { return uint64(c.u32())<<32 | uint64(c.u32()) }

// fragment reads a moof that begins at a place of the file.
func (m *movie) fragment(b []byte, moof int64) error {
	next := moof + bytesOfHead + int64(len(b)) + headOfBox
	for _, x := range boxes(b) {
		if x.kind != "traf" {
			continue
		}
		var err error
		if next, err = m.traf(x.body, moof, next); err != nil {
			return err
		}
	}
	return nil
}

// traf reads what a fragment adds to one track, and says where its samples end.
func (m *movie) traf(b []byte, moof, next int64) (int64, error) {
	head, _ := find(b, "tfhd")
	c := cursor{b: head}
	flags := c.u32() & anyVersion
	t, index := m.track(c.u32())
	if t == nil || c.bad {
		return next, errMovie
	}
	base, size, time, kind := moof, t.size, t.time, t.flags
	told := flags&(headBase|headMoof) != 0
	if flags&headBase != 0 {
		base = int64(min(c.u64(), 1<<62))
	}
	if flags&headIndex != 0 && c.u32() != 1 {
		return next, errMovie
	}
	if flags&headTime != 0 {
		time = c.u32()
	}
	if flags&headSize != 0 {
		size = c.u32()
	}
	if flags&headFlags != 0 {
		kind = c.u32()
	}
	if c.bad {
		return next, errMovie
	}
	for _, x := range boxes(b) {
		if x.kind != "trun" {
			continue
		}
		var err error
		if next, err = m.trun(t, index, x.body, trunDefaults{base: base, next: next, told: told, size: size, time: time, kind: kind}); err != nil {
			return next, err
		}
	}
	return next, nil
}

// trunDefaults is what holds for a run unless it says otherwise.
type trunDefaults struct {
	base, next       int64
	told             bool // base was told
	size, time, kind uint32
}

func (m *movie) trun(t *track, index int, b []byte, d trunDefaults) (int64, error) {
	c := cursor{b: b}
	flags, n := c.u32()&anyVersion, c.u32()
	at := d.next
	if flags&runOffset != 0 {
		at = d.base + int64(int32(c.u32()))
	}
	first, firstTold := uint32(0), flags&runFirst != 0
	if firstTold {
		first = c.u32()
	}
	if c.bad || n > mostSamples || m.samples+int(n) > mostSamples {
		return 0, errMovie
	}
	each := 0
	for _, f := range []uint32{runTime, runSize, runFlags, runShift} {
		if flags&f != 0 {
			each += 4
		}
	}
	if int(n)*each > len(c.b) || each == 0 && d.size == 0 {
		return 0, errMovie
	}
	m.samples += int(n)
	list := make([]sample, n)
	for i := range list {
		s := sample{size: d.size, time: d.time}
		kind := d.kind
		if flags&runTime != 0 {
			s.time = c.u32()
		}
		if flags&runSize != 0 {
			s.size = c.u32()
		}
		if flags&runFlags != 0 {
			kind = c.u32()
		} else if i == 0 && firstTold {
			kind = first
		}
		if flags&runShift != 0 {
			s.shift = int32(c.u32())
		}
		if s.sync = kind&notSync == 0; s.size > mostSample {
			return 0, errMovie
		}
		list[i] = s
	}
	r := run{index, at, list}
	m.add(t, r)
	return at + r.size(), nil
}
