// Package poster makes what the publicity office hangs up, hands out and reads to a village: posters, the leaflet, the text for the loudspeaker.
// It owns their layout and words; what the county says itself comes out of its profile. It knows nothing of tips and cases, and shows one address, which is
// that of the platform.
package poster

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"

	"qianshao/config/county"
	"qianshao/notify/sheet"
)

// Notice is what is printed for whom.
type Notice struct {
	Profile *county.Profile
	URL     string                   // of the platform, as people type it and as the code holds it
	Town    string                   // code of a township; "" is the county
	Drawing func(sign string) []byte // an SVG of 64 by 48, nil for none; see read
}

// Size of a paper.
type Size string

// The sizes.
const (
	A4 Size = "a4"
	A3 Size = "a3"
)

// Format of a file.
type Format string

// The formats.
const (
	PDF Format = "pdf"
	PNG Format = "png"
)

// Measures of A4 in millimetres; A3 is the same, root of two larger. A picture has so many dots an inch.
const (
	width, height = 210.0, 297.0
	rootTwo       = 1.4142136
	dots          = 150
)

// Address is the address as it is printed: without what a browser adds by itself.
func (n Notice) Address() string {
	u, err := url.Parse(n.URL)
	if err != nil || u.Host == "" {
		return n.URL
	}
	return u.Host + strings.TrimSuffix(u.Path, "/")
}

// Safe says whether the address can be hung up: one that a phone in the village reaches, and that nobody between can change.
func (n Notice) Safe() bool {
	u, err := url.Parse(n.URL)
	return err == nil && u.Scheme == "https" && strings.Contains(u.Hostname(), ".") && !strings.HasPrefix(u.Hostname(), "127.")
}

// place is for whom it is: 方山县大武镇.
func (n Notice) place() string {
	if t, ok := n.Profile.Town(n.Town); ok {
		return n.Profile.Name + t.Name
	}
	return n.Profile.Name
}

// asked is the question of the poster; a township's own people are named in it.
func (n Notice) asked() string {
	if t, ok := n.Profile.Town(n.Town); ok {
		return t.Name + "的乡亲，" + question
	}
	return question
}

// signs are the strongest signs that can be drawn, at most so many.
func (n Notice) signs(most int) []county.Sign {
	var all []county.Sign
	for _, strength := range []string{"strong", "medium"} {
		for _, s := range n.Profile.Signs {
			// One of each symbol, so that eight pictures are eight things.
			if s.Strength == strength && n.Drawing(s.ID) != nil && len(all) < most && !slices.ContainsFunc(all, func(o county.Sign) bool { return o.Icon == s.Icon }) {
				all = append(all, s)
			}
		}
	}
	return all
}

// Poster makes a poster.
func Poster(n Notice, size Size, format Format) ([]byte, error) {
	k := 1.0
	if size == A3 {
		k = rootTwo
	}
	if format == PNG {
		p := newPainting(width*k, height*k, dots)
		if err := (&hand{surface: p, k: k, n: n}).poster(); err != nil {
			return nil, err
		}
		return p.bytes()
	}
	p, err := newPrint(width*k, height*k, "前哨海报 "+n.place())
	if err != nil {
		return nil, err
	}
	if err := (&hand{surface: p, k: k, n: n}).poster(); err != nil {
		return nil, err
	}
	return p.bytes()
}

// Leaflet makes the leaflet, both sides of a sheet of A4.
func Leaflet(n Notice) ([]byte, error) {
	p, err := newPrint(width, height, "前哨明白纸 "+n.place())
	if err != nil {
		return nil, err
	}
	if err := (&hand{surface: p, k: 1, n: n}).leaflet(); err != nil {
		return nil, err
	}
	return p.bytes()
}

// Broadcast is the text for the loudspeaker, a breath a line, and how many seconds it takes to read it out without haste.
func Broadcast(p *county.Profile) (lines []string, seconds int) {
	text := p.Say("broadcast", spoken(p.Texts["hotline"]))
	for _, s := range strings.SplitAfter(text, "。") {
		if s = strings.TrimSpace(s); s != "" {
			lines = append(lines, s)
		}
	}
	const syllables = 4.5 // of a second, for who reads to a whole village
	return lines, int(float64(utf8.RuneCountInString(text)) / syllables)
}

// spoken writes a number as it is said on the telephone: 1 is 幺.
func spoken(number string) string {
	digits := []rune("零幺二三四五六七八九")
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return digits[r-'0']
		}
		return r
	}, number)
}

// hand draws in millimetres of A4 on a paper that is k times as large.
type hand struct {
	surface
	k float64
	n Notice
}

func (h *hand) shape(c ink, shapes ...[]point) {
	for _, s := range shapes {
		for i := range s {
			s[i].x, s[i].y = s[i].x*h.k, s[i].y*h.k
		}
	}
	h.fill(shapes, c)
}

// at is where a text is held.
type at int

const (
	left at = iota
	middle
	right
)

// say writes one line.
func (h *hand) say(x, y, size float64, heavy bool, c ink, where at, text string) {
	switch w := measure(size, heavy, text); where {
	case middle:
		x -= w / 2
	case right:
		x -= w
	}
	h.write(x*h.k, y*h.k, size*h.k, heavy, c, text)
}

// fit writes one line as large as it may be.
func (h *hand) fit(x, y, size, room float64, heavy bool, c ink, where at, text string) {
	if w := measure(size, heavy, text); w > room {
		size *= room / w
	}
	h.say(x, y, size, heavy, c, where, text)
}

const leading = 1.5

// tell writes lines of a width and gives where the next would stand.
func (h *hand) tell(x, y, room, size float64, heavy bool, c ink, text string) float64 {
	for _, l := range sheet.Wrap(text, room, func(s string) float64 { return measure(size, heavy, s) }) {
		h.say(x, y, size, heavy, c, left, l)
		y += size * leading / millimetre
	}
	return y
}

// picture draws a sign.
func (h *hand) picture(sign string, x, y, w float64) error {
	figures, err := read(h.n.Drawing(sign))
	if err != nil {
		return err
	}
	drawOn(h.surface, figures, x*h.k, y*h.k, w*h.k, w*h.k/64*1.15)
	return nil
}

// code draws the address as a QR code with its quiet margin, within a square. A quarter of it may be torn or covered.
func (h *hand) code(x, y, side float64) error {
	c, err := encoder.Encoder_encode(h.n.URL, decoder.ErrorCorrectionLevel_Q, map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_CHARACTER_SET: "UTF-8"})
	if err != nil {
		return fmt.Errorf("poster: code: %w", err)
	}
	dots := c.GetMatrix().GetArray()
	const quiet = 4
	module := side / float64(len(dots)+2*quiet)
	h.shape(white, rect(x, y, side, side, 0))
	var all [][]point
	for row, line := range dots {
		for from := 0; from < len(line); from++ {
			n := 0
			for from+n < len(line) && line[from+n] == 1 {
				n++
			}
			if n > 0 {
				all = append(all, rect(x+float64(from+quiet)*module, y+float64(row+quiet)*module, float64(n)*module, module*1.02, 0))
				from += n
			}
		}
	}
	h.shape(ink{}, all...)
	return nil
}

// mark draws the lamp in the watch-house, the mark of the platform.
func (h *hand) mark(x, y, w float64) {
	k := w / 28
	line := func(c ink, path ...point) {
		for i := range path {
			path[i] = point{x + path[i].x*k, y + path[i].y*k}
		}
		h.shape(c, stroke(path, 1.6*k)...)
	}
	shade, err := readPath("M10 16.5c0-2.8 1.6-6 4-6s4 3.200 4 6z", point{})
	if err == nil {
		for _, f := range shade {
			for i := range f.path {
				f.path[i] = point{x + f.path[i].x*k, y + f.path[i].y*k}
			}
			h.shape(lamp, f.path)
		}
	}
	line(white, point{2.5, 13}, point{14, 4}, point{25.5, 13})
	line(white, point{5.5, 11}, point{5.5, 24.5}, point{22.5, 24.5}, point{22.5, 11})
	line(white, point{14, 4}, point{14, 10.5})
	line(lamp, point{14, 19}, point{14, 21.5})
	line(lamp, point{10.5, 18.8}, point{9.5, 20.8})
	line(lamp, point{17.5, 18.8}, point{18.5, 20.8})
}
