package media

import (
	"bytes"
	"time"
)

var aacRates = [16]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}

// adtsFrame reads the head of an AAC frame that is wholly there.
func adtsFrame(b []byte) (soundFrame, bool) {
	if len(b) < 7 || b[0] != 0xFF || b[1]&0xF6 != 0xF0 {
		return soundFrame{}, false
	}
	rate := aacRates[b[2]>>2&15]
	f := soundFrame{
		size: int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5]>>5), samples: 1024 * (1 + int(b[6]&3)), rate: rate,
		same: uint32(b[1]&0x08)<<16 | uint32(b[2]&0xFD)<<8 | uint32(b[3]&0xC0),
	}
	return f, rate > 0 && f.size > 7 && len(b) >= f.size
}

func cleanAAC(raw []byte) ([]byte, time.Duration, Problem) {
	list, d := frames(raw, adtsFrame)
	if len(list) == 0 {
		return nil, 0, BrokenRecording
	}
	out := bytes.Join(list, nil)
	for at := 0; at < len(out); {
		f, ok := adtsFrame(out[at:])
		if !ok { // not after frames has let it through
			return nil, 0, BrokenRecording
		}
		out[at+2] &^= 0x02 // private bit
		out[at+3] &^= 0x3C // original, home, and the copyright number that is told bit by bit
		at += f.size
	}
	return out, d, ""
}
