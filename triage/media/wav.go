package media

import (
	"encoding/binary"
	"time"
)

// cleanWAV keeps the samples of a plain PCM file.
func cleanWAV(raw []byte) ([]byte, time.Duration, Problem) {
	var format, data []byte
	for at := 12; at+8 <= len(raw); {
		name, size := string(raw[at:at+4]), int64(binary.LittleEndian.Uint32(raw[at+4:]))
		body := raw[at+8:]
		body = body[:min(size, int64(len(body)))] // a recorder that died leaves the size of what it meant to write
		switch {
		case name == "fmt " && format == nil:
			format = body
		case name == "data" && data == nil:
			data = body
		}
		at += 8 + len(body) + len(body)&1
	}
	const plain, extensible = 1, 0xFFFE
	if len(format) < 16 {
		return nil, 0, BrokenRecording
	}
	kind, channels := binary.LittleEndian.Uint16(format), int64(binary.LittleEndian.Uint16(format[2:]))
	rate, bits := int64(binary.LittleEndian.Uint32(format[4:])), int64(binary.LittleEndian.Uint16(format[14:]))
	if kind == extensible && len(format) >= 26 {
		kind = binary.LittleEndian.Uint16(format[24:])
	}
	if kind != plain || channels < 1 || channels > 2 || bits != 8 && bits != 16 || rate < 4000 || rate > 192_000 {
		return nil, 0, NoRecording
	}
	each := channels * bits / 8
	data = data[:int64(len(data))/each*each]
	out := append([]byte("RIFF"), le32(36+len(data))...)
	out = append(out, "WAVEfmt \x10\x00\x00\x00\x01\x00"...)
	out = append(out, byte(channels), 0)
	out = append(append(out, le32(int(rate))...), le32(int(rate*each))...)
	out = append(out, byte(each), 0, byte(bits), 0)
	out = append(append(out, "data"...), le32(len(data))...)
	return append(out, data...), time.Duration(int64(len(data))/each) * time.Second / time.Duration(rate), ""
}

func le32(n int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }
