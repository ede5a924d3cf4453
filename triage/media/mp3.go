package media

import (
	"bytes"
	"encoding/binary"
	"time"
)

// soundFrame is one frame of a stream that has no container: MP3, or AAC as ADTS.
type soundFrame struct {
	size    int
	samples int
	rate    int
	same    uint32 // what all frames of a stream have in common
}

// sureAfter is how many frames must follow each other before the first of them is believed: the two bytes that begin one stand in any text by chance.
const sureAfter = 3

// frames walks a stream frame by frame and steps over whatever stands before, between and behind them.
func frames(raw []byte, read func([]byte) (soundFrame, bool)) (list [][]byte, d time.Duration) {
	var first soundFrame
	sure := false
	samples := 0
	for at := 0; at < len(raw); {
		f, ok := read(raw[at:])
		if !ok || len(list) > 0 && f.same != first.same || !sure && !follow(raw[at:], f, read) {
			sure = false
			at++
			continue
		}
		if len(list) == 0 {
			first = f
		}
		sure = true
		list = append(list, raw[at:at+f.size])
		samples += f.samples
		at += f.size
	}
	if len(list) == 0 {
		return nil, 0
	}
	return list, time.Duration(samples) * time.Second / time.Duration(first.rate)
}

// follow reports whether frames of the same stream follow the first one.
func follow(b []byte, f soundFrame, read func([]byte) (soundFrame, bool)) bool {
	for range sureAfter - 1 {
		b = b[f.size:]
		g, ok := read(b)
		if !ok || g.same != f.same {
			return false
		}
		f = g
	}
	return true
}

var (
	mp3Rates = [3]int{44100, 48000, 32000}
	mp3Bits  = [2][15]int{ // kbit/s of layer III: MPEG 1, MPEG 2 and 2.5
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
)

// mp3Frame reads the head of a frame of layer III that is wholly there.
func mp3Frame(b []byte) (soundFrame, bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE6 != 0xE2 || b[1]&0x18 == 0x08 {
		return soundFrame{}, false
	}
	bits, rate := int(b[2]>>4), int(b[2]>>2&3)
	if bits == 0 || bits == 15 || rate == 3 || b[3]&3 == 2 {
		return soundFrame{}, false
	}
	f := soundFrame{rate: mp3Rates[rate], samples: 1152, same: uint32(b[1]&0x18)<<8 | uint32(b[2]&0x0C)}
	if b[3]>>6 == 3 {
		f.same |= 1 // mono
	}
	older := 0
	switch b[1] & 0x18 {
	case 0x10: // MPEG 2
		f.rate, f.samples, older = f.rate/2, 576, 1
	case 0x00: // MPEG 2.5
		f.rate, f.samples, older = f.rate/4, 576, 1
	}
	f.size = f.samples/8*mp3Bits[older][bits]*1000/f.rate + int(b[2]>>1&1)
	return f, f.size >= 4 && len(b) >= f.size
}

// mp3Side is how many bytes stand between the head of a frame and its sound; in a frame of notes the notes begin there.
func mp3Side(b []byte) int {
	older, mono := b[1]&0x18 != 0x18, b[3]>>6 == 3
	switch {
	case older && mono:
		return 9
	case older || mono:
		return 17
	}
	return 32
}

func cleanMP3(raw []byte) ([]byte, time.Duration, Problem) {
	list, d := frames(raw, mp3Frame)
	if len(list) > 0 && notes(list[0]) {
		f, _ := mp3Frame(list[0])
		list, d = list[1:], d-time.Duration(f.samples)*time.Second/time.Duration(f.rate)
	}
	if len(list) == 0 {
		return nil, 0, BrokenRecording
	}
	sound := bytes.Join(list, nil)
	return append(counted(list[0], len(list), len(sound)), sound...), d, ""
}

// notes reports whether a frame holds what the encoder wrote about the file instead of sound.
func notes(b []byte) bool {
	at := 4 + mp3Side(b)
	for _, word := range []string{"Xing", "Info"} {
		if len(b) >= at+4 && (string(b[at:at+4]) == word || len(b) >= at+6 && string(b[at+2:at+6]) == word) {
			return true
		}
	}
	return len(b) >= 40 && string(b[36:40]) == "VBRI"
}

// counted is a silent frame of notes that holds nothing but how many frames and bytes follow, so that players know how long it is.
func counted(like []byte, n, size int) []byte {
	head := [4]byte{0xFF, like[1] | 1, like[2] & 0x0C, like[3] & 0xC0}
	for bits := byte(1); bits < 15; bits++ {
		head[2] = like[2]&0x0C | bits<<4
		f, at := mp3FrameSize(head), 4+mp3Side(head[:])
		if f < at+16 {
			continue
		}
		b := make([]byte, f)
		copy(b, head[:])
		copy(b[at:], "Xing\x00\x00\x00\x03")
		binary.BigEndian.PutUint32(b[at+8:], uint32(n))
		binary.BigEndian.PutUint32(b[at+12:], uint32(size+f))
		return b
	}
	return nil
}

// mp3FrameSize is the size of the frame that a head announces.
func mp3FrameSize(head [4]byte) int {
	f, _ := mp3Frame(head[:])
	return f.size
}
