package media

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// An MP4, 3GP or QuickTime file is taken apart into samples and put together anew: of the old file only the samples, their times and what a decoder must know
// of them come along. Whatever else there is, and whatever lies between the samples, is not carried over: places, names, times, notes, tracks of the motion of
// the phone, pictures of the cover, free space.

// Limits of what is held of a file besides its samples.
const (
	mostIndex   = 32 << 20 // bytes of all boxes that are read whole
	mostBoxes   = 20_000   // boxes at the top: a file in fragments has two for each
	mostSamples = 500_000  // of all tracks
	mostSample  = 16 << 20 // bytes of one
	mostTracks  = 32
)

var errMovie = errors.New("media: not an MP4 file in order")

// box is a part of a file that was read whole.
type box struct {
	kind string
	body []byte
}

// boxes reads the boxes in b, as far as they are in order.
func boxes(b []byte) (list []box) {
	for len(b) >= 8 {
		size, head := uint64(binary.BigEndian.Uint32(b)), 8
		if size == 1 && len(b) >= 16 {
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if size == 0 {
			size = uint64(len(b))
		}
		if size < uint64(head) || size > uint64(len(b)) {
			return list
		}
		list = append(list, box{string(b[4:8]), b[head:size]})
		b = b[size:]
	}
	return list
}

// find gives the body of the first box of a kind, by its way from the outside.
func find(b []byte, way ...string) ([]byte, bool) {
	for _, kind := range way {
		list := boxes(b)
		i := slices.IndexFunc(list, func(x box) bool { return x.kind == kind })
		if i < 0 {
			return nil, false
		}
		b = list[i].body
	}
	return b, true
}

// sample is a piece of sound or a picture.
type sample struct {
	size, time uint32 // time is how long it is shown, in units of its track
	shift      int32  // by which it is shown later than it is decoded
	sync       bool   // can be begun with
}

// run is samples that lie behind one another in the file.
type run struct {
	track   int // index among those of the movie
	at      int64
	samples []sample
}

func (r run) size() (n int64) {
	for _, s := range r.samples {
		n += int64(s.size)
	}
	return n
}

// movie is a file taken apart.
type movie struct {
	tracks  []*track
	runs    []run
	samples int   // in all tracks
	size    int64 // of the file
}

// track is one that is kept, or one that is only counted (keep is false).
type track struct {
	id      uint32
	keep    bool
	film    bool // a moving picture that we know or not
	sound   bool
	scale   uint32
	codec   codec
	edit    []byte // body of a cleaned edit list
	display [44]byte
	count   int
	total   uint64 // of the times of its samples
	// defaults of fragments
	size, time, flags uint32
}

// lookMP4 takes a file apart and gives a new one.
func lookMP4(in io.ReaderAt, size int64, use Use) Recording {
	rec := Recording{Kind: M4A}
	m := movie{size: size}
	err := m.read(in, size)
	film := slices.ContainsFunc(m.tracks, func(t *track) bool { return t.film })
	if film || len(m.tracks) == 0 && !soundBrand(in) {
		rec.Kind = Movie
	}
	m.choose(use)
	switch {
	case use == Voice && slices.ContainsFunc(m.tracks, func(t *track) bool { return t.film && t.codec.name != "" }):
		rec.Problem = WithPicture
	case use == Voice && film: // and none that we would take
		rec.Problem = NoRecording
	case err != nil:
		rec.Problem = BrokenRecording
	case !slices.ContainsFunc(m.tracks, func(t *track) bool { return t.keep && (t.film || use == Voice) }):
		rec.Problem = NoRecording
	}
	if rec.Problem != "" {
		return rec
	}
	for _, t := range m.tracks {
		if t.keep {
			rec.Duration = max(rec.Duration, t.lasts())
		}
	}
	rec.Type = map[Use]string{Voice: "audio/mp4", Film: "video/mp4"}[use]
	if use == Voice && slices.ContainsFunc(m.tracks, func(t *track) bool { return t.keep && (t.codec.name == "samr" || t.codec.name == "sawb") }) {
		rec.Type = "audio/3gpp" // AMR in a box: no browser plays it
	}
	rec.Clean = m.write(in)
	return rec
}

// soundBrand reports whether the first box says that the file is a sound. It is asked only where no track is left to tell: a phone writes the index last, and
// what is cut off has none. Other brands are a film's, as far as can be told.
func soundBrand(in io.ReaderAt) bool {
	var b [12]byte
	n, _ := in.ReadAt(b[:], 0) // an error of the store is remembered by the reader
	brand, ok := strings.CutPrefix(string(b[:n])[min(4, n):], "ftyp")
	return ok && (strings.HasPrefix(brand, "M4") && brand != "M4V " || strings.HasPrefix(brand, "3g"))
}

// lasts is the sum of what the samples say.
func (t *track) lasts() time.Duration {
	seconds, rest := t.total/uint64(t.scale), t.total%uint64(t.scale)
	return time.Duration(min(seconds, 1<<30))*time.Second + time.Duration(rest*1e9/uint64(t.scale))
}

// choose keeps the first picture and the first sound that browsers may be able to play.
func (m *movie) choose(use Use) {
	sound, film := false, use == Voice
	for _, t := range m.tracks {
		if t.codec.name == "" || t.count == 0 || t.scale == 0 {
			continue
		}
		if t.sound && !sound {
			t.keep, sound = true, true
		}
		if t.film && !film {
			t.keep, film = true, true
		}
	}
	m.runs = slices.DeleteFunc(m.runs, func(r run) bool { return !m.tracks[r.track].keep || len(r.samples) == 0 })
	slices.SortStableFunc(m.runs, func(a, b run) int { return int(min(max(a.at-b.at, -1), 1)) })
}

// read walks the boxes at the top and takes apart those that tell where samples are.
func (m *movie) read(in io.ReaderAt, size int64) error {
	budget := int64(mostIndex)
	seen := false
	for at, n := int64(0), 0; at+8 <= size; n++ {
		kind, head, length, err := topBox(in, at, size)
		if err != nil || n > mostBoxes {
			if seen { // a tail that is no box: what came before is whole
				break
			}
			return errMovie
		}
		if kind == "moov" || kind == "moof" {
			if budget -= length; budget < 0 || kind == "moov" && seen || kind == "moof" && !seen {
				return errMovie
			}
			body := make([]byte, length-head)
			if _, err := in.ReadAt(body, at+head); err != nil && (!errors.Is(err, io.EOF) || at+length < size) {
				return errMovie
			}
			if kind == "moov" {
				err, seen = m.moov(body), true
			} else {
				err = m.fragment(body, at)
			}
			if err != nil {
				return err
			}
		}
		at += length
	}
	if !seen {
		return errMovie
	}
	return m.inside()
}

// topBox reads the head of a box that must end within the file.
func topBox(in io.ReaderAt, at, size int64) (kind string, head, length int64, err error) {
	var b [16]byte
	n, err := in.ReadAt(b[:], at)
	if n < 8 {
		return "", 0, 0, errors.Join(errMovie, err)
	}
	head, length = 8, int64(binary.BigEndian.Uint32(b[:]))
	if length == 1 && n == 16 {
		head, length = 16, int64(min(binary.BigEndian.Uint64(b[8:]), 1<<62))
	}
	if length == 0 {
		length = size - at
	}
	for _, c := range b[4:8] {
		if c < 0x20 || c > 0x7E && c != 0xA9 {
			return "", 0, 0, errMovie
		}
	}
	if length < head || length > size-at {
		return "", 0, 0, errMovie
	}
	return string(b[4:8]), head, length, nil
}

// inside checks that all samples lie in the file and together are not more than it: the same bytes may not be told again and again.
func (m *movie) inside() error {
	var all int64
	for _, r := range m.runs {
		n := r.size()
		if r.at < 0 || r.at > m.size-n {
			return errMovie
		}
		all += n
	}
	if all > m.size {
		return errMovie
	}
	return nil
}

// moov reads the tracks.
func (m *movie) moov(b []byte) error {
	for _, x := range boxes(b) {
		if x.kind != "trak" {
			continue
		}
		if len(m.tracks) == mostTracks {
			return errMovie
		}
		t := &track{}
		m.tracks = append(m.tracks, t)
		if err := m.trak(t, x.body); err != nil {
			return err
		}
	}
	extends, _ := find(b, "mvex")
	for _, x := range boxes(extends) {
		if x.kind != "trex" || len(x.body) < 24 {
			continue
		}
		if t, _ := m.track(binary.BigEndian.Uint32(x.body[4:])); t != nil {
			t.time, t.size, t.flags = binary.BigEndian.Uint32(x.body[12:]), binary.BigEndian.Uint32(x.body[16:]), binary.BigEndian.Uint32(x.body[20:])
		}
	}
	return nil
}

func (m *movie) track(id uint32) (*track, int) {
	i := slices.IndexFunc(m.tracks, func(t *track) bool { return t.id == id })
	if i < 0 {
		return nil, 0
	}
	return m.tracks[i], i
}

// trak reads one track. One of something else than sound and pictures is only known by its number.
func (m *movie) trak(t *track, b []byte) error {
	head, ok := find(b, "tkhd")
	long := 0 // more bytes for times in version 1
	if ok && len(head) > 0 && head[0] == 1 {
		long = 12
	}
	if !ok || len(head) < 84+long {
		return errMovie
	}
	t.id = binary.BigEndian.Uint32(head[12+long*2/3:])
	copy(t.display[:], head[40+long:84+long])
	media, ok1 := find(b, "mdia")
	handler, ok2 := find(media, "hdlr")
	times, ok3 := find(media, "mdhd")
	if !ok1 || !ok2 || !ok3 || len(handler) < 12 || len(times) < 24 {
		return errMovie
	}
	t.sound, t.film = string(handler[8:12]) == "soun", string(handler[8:12]) == "vide"
	if !t.sound && !t.film {
		return nil
	}
	t.scale = binary.BigEndian.Uint32(times[12:])
	if times[0] == 1 {
		if len(times) < 36 {
			return errMovie
		}
		t.scale = binary.BigEndian.Uint32(times[20:])
	}
	table, ok := find(media, "minf", "stbl")
	if !ok || t.scale == 0 {
		return errMovie
	}
	described, _ := find(table, "stsd")
	t.codec = readCodec(described, t.sound)
	if edits, ok := find(b, "edts", "elst"); ok {
		t.edit = cleanEdits(edits)
	}
	err := m.readSamples(t, table)
	if t.codec.still && t.count <= 1 {
		t.film = false
	}
	return err
}

// full reads the head of a table: how many entries of so many bytes it has, all of which must be there.
func full(b []byte, each int) (entries []byte, n int, err error) {
	if len(b) < 8 {
		return nil, 0, errMovie
	}
	count := uint64(binary.BigEndian.Uint32(b[4:]))
	if count*uint64(each) > uint64(len(b)-8) {
		return nil, 0, errMovie
	}
	return b[8:], int(count), nil
}

// readSamples reads the tables of a track into runs.
func (m *movie) readSamples(t *track, table []byte) error {
	list, err := m.sampleSizes(table)
	if err != nil || len(list) == 0 {
		return err // none: they may come in fragments
	}
	if err := sampleTimes(table, list); err != nil {
		return err
	}
	return m.chunks(t, slices.Index(m.tracks, t), table, list)
}

func (m *movie) sampleSizes(table []byte) ([]sample, error) {
	b, ok := find(table, "stsz")
	if !ok || len(b) < 12 {
		return nil, nil
	}
	one, n := binary.BigEndian.Uint32(b[4:]), uint64(binary.BigEndian.Uint32(b[8:]))
	if n > uint64(mostSamples-m.samples) || one == 0 && n*4 > uint64(len(b)-12) || one > mostSample {
		return nil, errMovie
	}
	m.samples += int(n)
	list := make([]sample, n)
	for i := range list {
		list[i].size = one
		if one == 0 {
			list[i].size = binary.BigEndian.Uint32(b[12+4*i:])
		}
		if list[i].size > mostSample {
			return nil, errMovie
		}
	}
	return list, nil
}

// sampleTimes fills in how long samples are shown, by how much later, and where one can begin.
func sampleTimes(table []byte, list []sample) error {
	b, _ := find(table, "stts")
	entries, n, err := full(b, 8)
	if err != nil {
		return err
	}
	at := 0
	for i := range n {
		count, step := binary.BigEndian.Uint32(entries[8*i:]), binary.BigEndian.Uint32(entries[8*i+4:])
		for ; count > 0 && at < len(list); count-- {
			list[at].time = step
			at++
		}
	}
	if b, ok := find(table, "ctts"); ok {
		if entries, n, err = full(b, 8); err != nil {
			return err
		}
		at = 0
		for i := range n {
			count, shift := binary.BigEndian.Uint32(entries[8*i:]), int32(binary.BigEndian.Uint32(entries[8*i+4:]))
			for ; count > 0 && at < len(list); count-- {
				list[at].shift = shift
				at++
			}
		}
	}
	b, some := find(table, "stss")
	if !some {
		for i := range list {
			list[i].sync = true
		}
		return nil
	}
	if entries, n, err = full(b, 4); err != nil {
		return err
	}
	for i := range n {
		if k := binary.BigEndian.Uint32(entries[4*i:]); k > 0 && uint64(k) <= uint64(len(list)) {
			list[k-1].sync = true
		}
	}
	return nil
}

// chunks finds where the samples of a track lie.
func (m *movie) chunks(t *track, index int, table []byte, list []sample) error {
	wide := 4
	b, ok := find(table, "stco")
	if !ok {
		wide = 8
		b, _ = find(table, "co64")
	}
	offsets, n, err := full(b, wide)
	if err != nil {
		return err
	}
	b, _ = find(table, "stsc")
	plan, steps, err := full(b, 12)
	if err != nil {
		return err
	}
	step, each := 0, 0
	for i := range n {
		for step < steps && uint64(binary.BigEndian.Uint32(plan[12*step:])) <= uint64(i)+1 {
			each = int(min(binary.BigEndian.Uint32(plan[12*step+4:]), mostSamples))
			if binary.BigEndian.Uint32(plan[12*step+8:]) != 1 { // a second description: no phone writes that
				return errMovie
			}
			step++
		}
		k := min(each, len(list))
		var at int64
		if wide == 8 {
			at = int64(min(binary.BigEndian.Uint64(offsets[8*i:]), 1<<62))
		} else {
			at = int64(binary.BigEndian.Uint32(offsets[4*i:]))
		}
		m.add(t, run{index, at, list[:k]})
		list = list[k:]
	}
	return nil
}

func (m *movie) add(t *track, r run) {
	if len(r.samples) == 0 {
		return
	}
	t.count += len(r.samples)
	for _, s := range r.samples {
		t.total += uint64(s.time)
	}
	m.runs = append(m.runs, r)
}
