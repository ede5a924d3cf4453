package poster

import "math"

// rect is a rectangle with round corners.
func rect(x, y, w, h, r float64) []point {
	if r == 0 {
		return []point{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}
	}
	var s []point
	for i, corner := range []point{{x + w - r, y + r}, {x + w - r, y + h - r}, {x + r, y + h - r}, {x + r, y + r}} {
		for step := range 9 {
			a := (float64(i) - 1 + float64(step)/8) * math.Pi / 2
			s = append(s, point{corner.x + r*math.Cos(a), corner.y + r*math.Sin(a)})
		}
	}
	return s
}

// disc is a circle of so many corners that nobody sees them.
func disc(x, y, r float64) []point {
	const corners = 24
	s := make([]point, corners)
	for i := range s {
		a := float64(i) * 2 * math.Pi / corners
		s[i] = point{x + r*math.Cos(a), y + r*math.Sin(a)}
	}
	return s
}

// stroke is a line with round ends and joints, as shapes.
func stroke(path []point, width float64) [][]point {
	var s [][]point
	for i, a := range path {
		s = append(s, disc(a.x, a.y, width/2))
		if i == 0 {
			continue
		}
		b := path[i-1]
		length := math.Hypot(a.x-b.x, a.y-b.y)
		if length == 0 {
			continue
		}
		dx, dy := (a.y-b.y)/length*width/2, (b.x-a.x)/length*width/2
		s = append(s, []point{{a.x + dx, a.y + dy}, {b.x + dx, b.y + dy}, {b.x - dx, b.y - dy}, {a.x - dx, a.y - dy}})
	}
	return s
}

// frame is the outline of a rectangle with round corners.
func frame(x, y, w, h, r, width float64) [][]point {
	path := rect(x, y, w, h, r)
	return stroke(append(path, path[0]), width)
}
