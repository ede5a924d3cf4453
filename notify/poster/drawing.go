package poster

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// figure is a part of a drawing: an outline that is drawn and may be filled.
type figure struct {
	path   []point
	closed bool
	fill   *ink
	line   ink
}

// The colours that a drawing names, as the pages name them.
var named = map[string]ink{"var(--tint)": tint, "var(--card)": white, "var(--glow)": glow, "var(--lamp)": lamp, "var(--ember)": ember, "var(--blue)": blue, "var(--pine)": pine}

// read takes a drawing apart: an SVG symbol of paths (M, L, H, V, C, S, Z, large and small), circles, and groups that are moved. Everything else is an error, so that
// a new picture is not printed by half.
func read(svg []byte) ([]figure, error) {
	var all []figure
	moved := []point{{}}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("poster: drawing: %w", err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			at := moved[len(moved)-1]
			attr := map[string]string{}
			for _, a := range e.Attr {
				attr[a.Name.Local] = a.Value
			}
			f := figure{line: black}
			if c, ok := named[attr["fill"]]; ok {
				f.fill = &c
			}
			if c, ok := named[attr["stroke"]]; ok {
				f.line = c
			}
			switch e.Name.Local {
			case "symbol":
			case "g":
				var by point
				if _, err := fmt.Sscanf(attr["transform"], "translate(%g %g)", &by.x, &by.y); err != nil {
					return nil, fmt.Errorf("poster: drawing: group %q: %w", attr["transform"], err)
				}
				at.x, at.y = at.x+by.x, at.y+by.y
			case "circle":
				var n [3]float64
				for i, name := range []string{"cx", "cy", "r"} {
					if n[i], err = strconv.ParseFloat(attr[name], 64); err != nil {
						return nil, fmt.Errorf("poster: drawing: circle: %w", err)
					}
				}
				f.path, f.closed = disc(at.x+n[0], at.y+n[1], n[2]), true
				all = append(all, f)
			case "path":
				parts, err := readPath(attr["d"], at)
				if err != nil {
					return nil, err
				}
				for _, p := range parts {
					p.fill, p.line = f.fill, f.line
					all = append(all, p)
				}
			default:
				return nil, fmt.Errorf("poster: drawing: no element %s", e.Name.Local)
			}
			moved = append(moved, at)
		case xml.EndElement:
			moved = moved[:len(moved)-1]
		}
	}
}

// tokens are the commands and numbers of a path; "1-.5.5" is three numbers.
func tokens(d string) []string {
	var all []string
	number := ""
	flush := func() {
		if number != "" {
			all, number = append(all, number), ""
		}
	}
	for _, r := range d {
		switch {
		case unicode.IsLetter(r):
			flush()
			all = append(all, string(r))
		case r == '-', r == '.' && strings.Contains(number, "."):
			flush()
			number = string(r)
		case unicode.IsDigit(r) || r == '.':
			number += string(r)
		default:
			flush()
		}
	}
	flush()
	return all
}

// bend is how many straight pieces make a curve.
const bend = 10

// readPath reads the outlines of a path.
func readPath(d string, origin point) ([]figure, error) {
	var all []figure
	var cur figure
	at, start, handle := origin, origin, origin // handle is the last control point of a curve, mirrored by S
	end := func() {
		if len(cur.path) > 1 {
			all = append(all, cur)
		}
		cur = figure{}
	}
	list := tokens(d)
	i := 0
	broken := false
	next := func() float64 {
		if i >= len(list) {
			broken = true
			return 0
		}
		n, err := strconv.ParseFloat(list[i], 64)
		broken = broken || err != nil
		i++
		return n
	}
	command := ""
	for i < len(list) && !broken {
		if r := list[i]; len(r) == 1 && unicode.IsLetter(rune(r[0])) {
			command = r
			i++
		} else if strings.EqualFold(command, "M") { // pairs after the first are lines
			command = map[string]string{"M": "L", "m": "l"}[command]
		}
		base := origin
		if command == strings.ToLower(command) {
			base = at
		}
		pair := func() point { x, y := next(), next(); return point{base.x + x, base.y + y} }
		curve := false
		switch strings.ToUpper(command) {
		case "M":
			end()
			at = pair()
			start = at
			cur.path = []point{at}
		case "L":
			at = pair()
			cur.path = append(cur.path, at)
		case "H":
			at.x = base.x + next()
			cur.path = append(cur.path, at)
		case "V":
			at.y = base.y + next()
			cur.path = append(cur.path, at)
		case "C", "S":
			a := point{2*at.x - handle.x, 2*at.y - handle.y}
			if strings.EqualFold(command, "C") {
				a = pair()
			}
			b, c := pair(), pair()
			for n := 1; n <= bend; n++ {
				t := float64(n) / bend
				u := 1 - t
				mix := func(p, q, r, s float64) float64 { return u*u*u*p + 3*u*u*t*q + 3*u*t*t*r + t*t*t*s }
				cur.path = append(cur.path, point{mix(at.x, a.x, b.x, c.x), mix(at.y, a.y, b.y, c.y)})
			}
			at, handle, curve = c, b, true
		case "Z":
			cur.closed = true
			cur.path = append(cur.path, start)
			end()
			at = start
			cur.path = []point{at}
		default:
			return nil, fmt.Errorf("poster: drawing: no command %q", command)
		}
		if !curve {
			handle = at
		}
	}
	if broken {
		return nil, fmt.Errorf("poster: drawing: path %q breaks off", d)
	}
	end()
	return all, nil
}

// drawOn puts a drawing of 64 by 48 units on a surface, so wide.
func drawOn(s surface, figures []figure, x, y, width, pen float64) {
	scale := width / 64
	for _, f := range figures {
		path := make([]point, len(f.path))
		for i, p := range f.path {
			path[i] = point{x + p.x*scale, y + p.y*scale}
		}
		if f.fill != nil {
			s.fill([][]point{path}, *f.fill)
		}
		if f.closed {
			path = append(path, path[0])
		}
		s.fill(stroke(path, pen), f.line)
	}
}
