package media

import (
	"bytes"
	"math/bits"
	"time"
)

// The elements of a WebM file that matter; everything else is stepped over.
const (
	ebmlHead    = 0x1A45DFA3
	mkvSegment  = 0x18538067
	mkvCluster  = 0x1F43B675
	mkvTracks   = 0x1654AE6B
	mkvTrack    = 0xAE
	mkvNumber   = 0xD7
	mkvType     = 0x83
	mkvCodec    = 0x86
	mkvPrivate  = 0x63A2
	mkvEncoding = 0x6D80
	mkvGroup    = 0xA0
	mkvBlock    = 0xA1
	mkvSimple   = 0xA3
)

// vint reads a number of variable length; with the marker kept it is the id of an element. n is 0 when there is none.
func vint(b []byte, keep bool) (v uint64, n int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	n = bits.LeadingZeros8(b[0]) + 1
	if n > len(b) {
		return 0, 0
	}
	v = uint64(b[0])
	if !keep {
		v &= 1<<(8-n) - 1
	}
	for _, c := range b[1:n] {
		v = v<<8 | uint64(c)
	}
	return v, n
}

// element reads the head of an element and gives its body as far as it is there. unknown says that its end is not told.
func element(b []byte) (id uint64, body []byte, head int, unknown, whole bool) {
	id, n := vint(b, true)
	size, m := vint(b[n:], false)
	if n == 0 || n > 4 || m == 0 {
		return 0, nil, 0, false, false
	}
	head = n + m
	unknown = size == 1<<(7*m)-1
	rest := b[head:]
	if unknown || size > uint64(len(rest)) {
		return id, rest, head, unknown, false
	}
	return id, rest[:size], head, false, true
}

// mkvSound is the one track of a voice note.
type mkvSound struct {
	number uint64
	opus   opus
}

func cleanWebM(raw []byte) ([]byte, time.Duration, Problem) {
	var track *mkvSound
	id, body, head, _, whole := element(raw)
	if id != ebmlHead || !whole || !bytes.Contains(body, []byte("webm")) && !bytes.Contains(body, []byte("matroska")) {
		return nil, 0, NoRecording
	}
	raw = raw[head+len(body):]
	for len(raw) > 0 {
		id, body, head, _, whole := element(raw)
		if head == 0 {
			break
		}
		switch id {
		case mkvSegment, mkvCluster, mkvGroup: // their parts follow one another, whoever they belong to
			raw = raw[head:]
			continue
		case mkvTracks:
			if track == nil && whole {
				var problem Problem
				if track, problem = findSound(body); problem != "" {
					return nil, 0, problem
				}
			}
		case mkvBlock, mkvSimple:
			if track != nil && whole && !track.take(body) {
				return nil, 0, BrokenRecording
			}
		}
		if !whole {
			break
		}
		raw = raw[head+len(body):]
	}
	if track == nil {
		return nil, 0, BrokenRecording
	}
	return track.opus.clean()
}

// children calls f for the elements inside one.
func children(body []byte, f func(id uint64, body []byte)) {
	for len(body) > 0 {
		id, inner, head, _, whole := element(body)
		if !whole {
			return
		}
		f(id, inner)
		body = body[head+len(inner):]
	}
}

// findSound finds the track of a voice note: Opus, and nothing to see beside it.
func findSound(tracks []byte) (found *mkvSound, problem Problem) {
	const video, audio = 1, 2
	children(tracks, func(id uint64, entry []byte) {
		if id != mkvTrack {
			return
		}
		var s mkvSound
		var kind uint64
		var codec string
		plain, named := true, true
		children(entry, func(id uint64, v []byte) {
			switch id {
			case mkvNumber:
				s.number = wholeOf(v)
			case mkvType:
				kind = wholeOf(v)
			case mkvCodec:
				codec = string(v)
			case mkvPrivate:
				named = s.opus.readHead(v)
			case mkvEncoding:
				plain = false
			}
		})
		if kind == video { // nor do we take it as a film
			problem = NoRecording
		}
		if found == nil && kind == audio && codec == "A_OPUS" && plain && named {
			if s.opus.channels == 0 {
				s.opus.channels = 1
			}
			found = &s
		}
	})
	if found == nil && problem == "" {
		problem = NoRecording
	}
	return found, problem
}

func wholeOf(b []byte) (v uint64) {
	for _, c := range b[:min(len(b), 8)] {
		v = v<<8 | uint64(c)
	}
	return v
}

// take takes the packet of a block; false for a block of several, which no recorder makes of sound.
func (s *mkvSound) take(block []byte) bool {
	track, n := vint(block, false)
	if n == 0 || len(block) < n+3 || track != s.number {
		return true
	}
	const lacing = 0x06
	if block[n+2]&lacing != 0 {
		return false
	}
	s.opus.add(block[n+3:])
	return true
}
