package media

import (
	"bytes"
	"time"
)

// AMR is what phones' recorders write: a line that names the codec, then frames of 20 ms, each behind a byte that says how long it is.
const (
	narrowBand = "#!AMR\n"
	wideBand   = "#!AMR-WB\n"
	amrFrame   = 20 * time.Millisecond
	// amrRun is how many frames must follow in order where the kind of frame changes: what stands behind the last frame may look like one, and hardly like eight.
	amrRun = 8
)

// The bytes of a frame by its type, without its first byte; -1 for what phones do not write.
var (
	amrNarrow = [16]int{12, 13, 15, 17, 19, 20, 26, 31, 5, -1, -1, -1, -1, -1, -1, 0}
	amrWide   = [16]int{17, 23, 32, 36, 40, 46, 50, 58, 60, 5, -1, -1, -1, -1, 0, 0}
)

func cleanAMR(raw []byte) ([]byte, time.Duration, Problem) {
	head, sizes := narrowBand, &amrNarrow
	if bytes.HasPrefix(raw, []byte(wideBand)) {
		head, sizes = wideBand, &amrWide
	}
	if !bytes.HasPrefix(raw, []byte(head)) { // several channels: no phone records so
		return nil, 0, NoRecording
	}
	rest := raw[len(head):]
	out := append(make([]byte, 0, len(raw)), head...)
	n, kind := 0, -1
	for {
		t, size := amrNext(rest, sizes)
		if size < 0 || t != kind && !amrGoesOn(rest, sizes) {
			break
		}
		kind = t
		out = append(out, rest[0]&0x7C) // the type and whether the frame is good: the other bits say nothing
		out = append(out, rest[1:size]...)
		rest = rest[size:]
		n++
	}
	if n == 0 {
		return nil, 0, BrokenRecording
	}
	return out, time.Duration(n) * amrFrame, ""
}

// amrNext gives the type of the first frame and its bytes, or a size of -1 when there is none.
func amrNext(b []byte, sizes *[16]int) (kind, size int) {
	if len(b) == 0 || b[0]&0x83 != 0 {
		return 0, -1
	}
	kind = int(b[0] >> 3 & 15)
	if size = sizes[kind]; size < 0 || len(b) < size+1 {
		return 0, -1
	}
	return kind, size + 1
}

// amrGoesOn reports whether a run of frames begins here, or the last of them.
func amrGoesOn(b []byte, sizes *[16]int) bool {
	for range amrRun {
		if len(b) == 0 {
			return true
		}
		_, size := amrNext(b, sizes)
		if size < 0 {
			return false
		}
		b = b[size:]
	}
	return true
}
