package places

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"qianshao/config/county"
	"qianshao/triage/datum"
)

// File is what was read from a file of places: those that are right, and every problem of the others.
type File struct {
	Places   []Place
	Problems []county.Problem
}

// Limits of a file.
const (
	maxBytes = 64 << 20
	maxRows  = 200_000
)

// Read reads a CSV table or GeoJSON whose positions are written in a system. It stores nothing. The name is only for the problems.
func Read(p *county.Profile, name string, raw []byte, system datum.System) File {
	r := &reader{profile: p, file: name, system: system, seen: map[string]int{}, spots: map[spot]int{}}
	text, ok := decode(raw)
	switch {
	case len(raw) > maxBytes:
		r.bad(0, fmt.Sprintf("文件超过 %d MB", maxBytes>>20), "分成几个文件导入")
	case !ok:
		r.bad(0, "文件里的字认不出来", "在表格软件里另存为“CSV UTF-8”再导入")
	case len(bytes.TrimSpace(text)) == 0:
		r.bad(0, "文件是空的", "第一行写列名：名称、类型、乡镇、村、经度、纬度")
	case bytes.TrimSpace(text)[0] == '{':
		r.features(text)
	default:
		r.table(text)
	}
	return r.File
}

// decode gives the text as UTF-8. Spreadsheets in China write GBK, or Unicode with a mark in front.
func decode(raw []byte) ([]byte, bool) {
	marked := bytes.HasPrefix(raw, []byte{0xff, 0xfe}) || bytes.HasPrefix(raw, []byte{0xfe, 0xff}) || bytes.HasPrefix(raw, []byte{0xef, 0xbb, 0xbf})
	var from encoding.Encoding
	switch {
	case marked:
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
		if raw[0] == 0xef {
			from = unicode.UTF8BOM
		}
	case utf8.Valid(raw):
		return raw, true
	default:
		from = simplifiedchinese.GB18030
	}
	text, err := from.NewDecoder().Bytes(raw)
	return text, err == nil && utf8.Valid(text) && !bytes.ContainsRune(text, utf8.RuneError) && !bytes.ContainsRune(text, 0)
}

// reader collects places and problems of one file.
type reader struct {
	File
	profile *county.Profile
	file    string
	system  datum.System
	seen    map[string]int // line of a place by its id
	spots   map[spot]int   // line of a village by its position
}

type spot struct{ lon, lat float64 }

func (r *reader) bad(line int, what, remedy string) {
	r.Problems = append(r.Problems, county.Problem{File: r.file, Line: line, What: what, Remedy: remedy})
}
