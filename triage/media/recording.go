package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"
)

// Use is what a recording was sent as.
type Use string

// The uses.
const (
	Voice Use = "voice" // a voice note: sound, and nothing to see
	Film  Use = "video" // a short video
)

// AAC is a stream of AAC frames without a container. Movie is an MP4 or QuickTime file with a picture; without one it is M4A.
const (
	AAC   Kind = "aac"
	Movie Kind = "movie"
)

// What can be wrong with a recording.
const (
	NoRecording     Problem = "recording.kind"    // not a recording that we know
	BrokenRecording Problem = "recording.broken"  // nothing in it that could be played
	LongRecording   Problem = "recording.long"    // longer than the limit of its use
	WithPicture     Problem = "recording.picture" // a video of a kind that we take, sent as a voice note
)

// Recording is what was found in one voice note or video.
type Recording struct {
	Kind     Kind
	Problem  Problem // why there is nothing to play; empty when there is
	Duration time.Duration
	Type     string // media type of the clean copy
	// Clean is a copy that was put together anew: sound and pictures as they were, and nothing else of the file. It reads from the original as it goes; it can
	// be read once, and is nil when there is a Problem. What an encoder hid in the coded sound itself, as some put their name into a filler of AAC or MP3, is part of it.
	Clean io.Reader
}

// Lengths are how long recordings may be. Zero is no limit.
type Lengths struct{ Voice, Film time.Duration }

func (l Lengths) of(u Use) time.Duration {
	if u == Film {
		return l.Film
	}
	return l.Voice
}

const (
	mostSound = 100 << 20 // bytes of a recording that is read whole; the upload's own limit is lower
	leastTime = 200 * time.Millisecond
)

// ReadRecording looks at a recording of size bytes. Its parts are checked, not only its first bytes, and its length is counted, not believed. What stands behind
// the last good part is left out. The error is the reader's, never about what the file holds.
func ReadRecording(ctx context.Context, in io.ReaderAt, size int64, use Use, most Lengths) (Recording, error) {
	src := &failing{ctx: ctx, in: in}
	rec := look(src, size, use)
	if src.err != nil {
		return Recording{}, fmt.Errorf("media: read recording: %w", src.err)
	}
	limit := most.of(use)
	switch {
	case rec.Problem != "":
	case rec.Duration < leastTime:
		rec.Problem = BrokenRecording
	case limit > 0 && rec.Duration > limit:
		rec.Problem = LongRecording
	}
	if rec.Problem != "" {
		rec.Clean = nil
	}
	return rec, nil
}

// failing remembers an error of the file's store, so that it is not taken for one of the file, and stops when nobody waits any more.
type failing struct {
	ctx context.Context // io.ReaderAt has none
	in  io.ReaderAt
	err error
}

// ReadAt implements io.ReaderAt.
func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if err := f.ctx.Err(); err != nil {
		f.err = err
		return 0, err
	}
	n, err := f.in.ReadAt(p, off)
	if err != nil && err != io.EOF { // only the plain value means the end
		f.err = err
	}
	return n, err
}

// sounds are the ways to clean what is read whole.
var sounds = map[Kind]struct {
	mime  string
	clean func([]byte) ([]byte, time.Duration, Problem)
}{
	AMR:  {"audio/amr", cleanAMR},
	MP3:  {"audio/mpeg", cleanMP3},
	AAC:  {"audio/aac", cleanAAC},
	WAV:  {"audio/wav", cleanWAV},
	Ogg:  {"audio/ogg", cleanOgg},
	WebM: {"audio/ogg", cleanWebM}, // the same sound in a container that holds less about who made it
}

func look(in io.ReaderAt, size int64, use Use) Recording {
	head := make([]byte, 64)
	n, _ := in.ReadAt(head, 0) // an error of the store is remembered by the reader
	if tag := id3(head[:n]); tag > 0 {
		n, _ = in.ReadAt(head, int64(tag))
	}
	kind := recordingKind(head[:n])
	if kind == M4A {
		return lookMP4(in, size, use)
	}
	s, known := sounds[kind]
	if !known || use != Voice || size > mostSound {
		return Recording{Kind: kind, Problem: NoRecording}
	}
	raw, err := io.ReadAll(io.NewSectionReader(in, 0, size))
	if err != nil {
		return Recording{Kind: kind, Problem: BrokenRecording}
	}
	for tag := id3(raw); tag > 0; tag = id3(raw) {
		raw = raw[min(tag, len(raw)):]
	}
	clean, d, problem := s.clean(raw)
	return Recording{Kind: kind, Problem: problem, Duration: d, Type: s.mime, Clean: bytes.NewReader(clean)}
}

// id3 is the length of the notes that programs write in front of MP3 and AAC; 0 when there are none.
func id3(b []byte) int {
	if len(b) < 10 || string(b[:3]) != "ID3" {
		return 0
	}
	return 10 + int(b[6]&0x7F)<<21 + int(b[7]&0x7F)<<14 + int(b[8]&0x7F)<<7 + int(b[9]&0x7F)
}

// recordingKind tells by the first bytes which parser to try; the parser finds out whether it is true.
func recordingKind(head []byte) Kind {
	at := func(i int, s string) bool { return len(head) >= i+len(s) && string(head[i:i+len(s)]) == s }
	switch {
	case at(0, "#!AMR"):
		return AMR
	case at(0, "OggS"):
		return Ogg
	case at(0, "\x1A\x45\xDF\xA3"):
		return WebM
	case at(0, "RIFF") && at(8, "WAVE"):
		return WAV
	case at(4, "ftyp"), at(4, "moov"), at(4, "mdat"), at(4, "wide"), at(4, "free"), at(4, "skip"):
		return M4A
	case len(head) > 1 && head[0] == 0xFF && head[1]&0xF6 == 0xF0:
		return AAC
	case len(head) > 1 && head[0] == 0xFF && head[1]&0xE0 == 0xE0:
		return MP3
	}
	return Unknown
}
