package places

import (
	"bytes"
	"fmt"

	"qianshao/config/county"
	"qianshao/intake/tables"
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
	r := &reader{profile: p, file: name, system: system, seen: map[string]string{}, spots: map[spot]string{}}
	text, ok := tables.Decode(raw)
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

// reader collects places and problems of one file.
type reader struct {
	File
	profile *county.Profile
	file    string
	system  datum.System
	at      string            // which feature is being read, where that is known
	seen    map[string]string // where a place stands, by its id
	spots   map[spot]string   // where a village stands, by its position
}

type spot struct{ lon, lat float64 }

func (r *reader) bad(line int, what, remedy string) {
	r.Problems = append(r.Problems, county.Problem{File: r.file, Line: line, What: r.at + what, Remedy: remedy})
}
