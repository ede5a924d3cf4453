package gazetteer

import (
	"fmt"
	"slices"
	"strings"
)

// reading is what one source says of the place: the text, the list, or a position.
type reading struct {
	target
	sure    float64 // 0..1
	full    bool    // a village that the words leave no doubt about: with its ending, or behind its town
	others  []target
	reasons []string
}

func (r reading) known() bool { return r.level != 0 }

// Locate finds the place. It never fails: an empty Place with a reason says that nothing was found.
func (g *Gazetteer) Locate(q Query) Place {
	picked := g.picked(q)
	written, matched := g.written(q)
	best := g.weigh(written, picked)
	best = g.stand(best, q)
	p := Place{
		County: best.county, Town: best.town, Village: best.village, Confidence: best.sure,
		Reasons: best.reasons, NearBorder: g.nearBorder(q), Matched: matched,
	}
	for _, o := range best.others {
		if c := o.candidate(); !slices.Contains(p.Alternatives, c) && o.name != best.name {
			p.Alternatives = append(p.Alternatives, c)
		}
	}
	if p.NearBorder {
		p.Reasons = append(p.Reasons, fmt.Sprintf("位置离县界不到 %d 米，说不准在哪一边", doubt))
	}
	if len(p.Reasons) == 0 {
		p.Reasons = []string{"没有写地方，也没有选地方"}
		if len(q.Texts) > 0 && strings.TrimSpace(q.Texts[0]) != "" {
			p.Reasons = []string{"写的地方没认出来"}
		}
	}
	return p
}

// picked is what the person chose in the list. An unknown code says nothing.
func (g *Gazetteer) picked(q Query) reading {
	if v, ok := g.villageTarget(q.Village); ok {
		return reading{target: v, sure: 0.85, reasons: []string{"举报人在列表里选了" + v.name}}
	}
	if t, ok := g.townTarget(q.Town); ok {
		return reading{target: t, sure: 0.85, reasons: []string{"举报人在列表里选了" + t.name}}
	}
	return reading{}
}

// written reads all texts; the first that names a village or a neighbouring place decides, else the first that names anything.
func (g *Gazetteer) written(q Query) (reading, []string) {
	var first reading
	var matched []string
	for _, s := range q.Texts {
		text := []rune(g.normal(s))
		found := g.find(text, q)
		if !slices.ContainsFunc(found, func(m mention) bool { return m.level() == aVillage || m.targets[0].former }) {
			found = merged(found, g.hear(text, found))
		}
		for _, m := range found {
			matched = append(matched, string(text[m.from:m.to]))
		}
		r := g.conclude(found, q)
		switch {
		case !first.known():
			first = r
		case r.known() && r.level > first.level && r.county == first.county && (first.town == "" || r.town == first.town):
			first = r
		}
	}
	return first, matched
}

// merged puts what was heard among what was read, in order.
func merged(exact, heard []mention) []mention {
	all := append(slices.Clone(exact), heard...)
	slices.SortStableFunc(all, func(a, b mention) int { return a.from - b.from })
	return all
}

// conclude makes one reading of all names in a text: the village that is most surely meant, else the town, else the county.
func (g *Gazetteer) conclude(found []mention, q Query) reading {
	var best *mention
	for i := range found {
		if best == nil || rank(found[i]) > rank(*best) {
			best = &found[i]
		}
	}
	if best == nil || best.weight < 1 && !g.own(best.targets[0]) {
		return reading{}
	}
	r := g.choose(*best, found, q)
	for _, m := range found {
		if rank(m) >= 1 && m.level() == aVillage && m.targets[0].name != r.name {
			r.others = append(r.others, m.targets...)
			r.sure = min(r.sure, 0.7) // two villages in one text
		}
	}
	return r
}

// rank orders mentions: what is named as the place before what is passed by, a village before its town, the earlier before the later.
func rank(m mention) float64 {
	r := m.weight * float64(m.level())
	if m.targets[0].former && m.level() == aTown {
		r += 0.9 * m.weight // a village that is gone says more than its town
	}
	if m.misheard {
		r -= 0.2
	}
	return r - float64(m.from)/1e5
}

// choose settles which of the places of a name is meant: by a town named anywhere in the text, by the picked town, or because only one still exists.
func (g *Gazetteer) choose(m mention, found []mention, q Query) reading {
	r := reading{sure: 0.9, full: m.joined || m.full}
	left := m.targets
	narrow := func(keep func(target) bool) {
		if kept := slices.DeleteFunc(slices.Clone(left), func(t target) bool { return !keep(t) }); len(kept) > 0 {
			left = kept
		}
	}
	if len(left) > 1 {
		narrow(func(t target) bool {
			return slices.ContainsFunc(found, func(c mention) bool { return c.level() == aTown && len(c.targets) == 1 && t.within(c.targets[0]) })
		})
	}
	if len(left) > 1 {
		narrow(func(t target) bool { return t.village != "" && t.village == q.Village })
	}
	if len(left) > 1 && q.Town != "" {
		narrow(func(t target) bool { return t.town == q.Town })
	}
	if len(left) > 1 {
		before := len(left)
		narrow(func(t target) bool { return !t.former })
		if len(left) < before {
			r.sure, r.full, r.others = 0.65, false, m.targets
		}
	}
	if !m.joined && !m.full {
		r.sure = min(r.sure, 0.8)
	}
	if m.weight < 1 {
		r.sure, r.full = r.sure*0.6, false
	}
	if len(left) == 1 {
		r.target = left[0]
		return g.doubt(g.explain(r, m), found)
	}
	return g.common(r, left)
}

// common is the smallest place that holds all that a name may mean.
func (g *Gazetteer) common(r reading, left []target) reading {
	r.others, r.full, r.sure = left, false, 0.5
	town := left[0].town
	for _, t := range left {
		if t.county != left[0].county {
			r.reasons = []string{"写的地名几个县都有，要问清是哪一个"}
			r.sure = 0.2
			return r
		}
		if t.town != town {
			town = ""
		}
	}
	if t, ok := g.townTarget(town); ok {
		r.target = t
		r.reasons = []string{"写的村名" + t.name + "不止一个村对得上，要问清是哪一个"}
		return r
	}
	r.target = target{level: aCounty, county: left[0].county, name: g.countyName(left[0].county)}
	r.reasons = []string{"写的村名不止一个乡镇有，要问清是哪一个"}
	return r
}

func (g *Gazetteer) countyName(code string) string {
	if n, ok := g.neighbour[code]; ok {
		return n.Name
	}
	return g.profile.Name
}

func (g *Gazetteer) explain(r reading, m mention) reading {
	how := "写的地名是"
	switch {
	case m.misheard:
		how, r.sure = "写的地名听起来或看起来像", min(r.sure, 0.7)
	case r.former && r.village == "":
		how, r.sure = "写的是已经撤并的旧地名，原地现在归", min(r.sure, 0.75)
	case r.former:
		how = "写的是旧地名，现在叫"
	case m.weight < 1:
		how = "文字里提到，但不一定就是出事的地方："
	}
	r.reasons = []string{how + r.name}
	if !g.own(r.target) {
		r.sure = min(r.sure, 0.8)
		r.reasons = append(r.reasons, g.countyName(r.county)+"不归本县管，请转给那里")
	}
	return r
}

// doubt lowers what is said of a village when the town beside it in the text is another one than it lies in: one of the two is a slip.
func (g *Gazetteer) doubt(r reading, found []mention) reading {
	if r.level != aVillage || !g.own(r.target) {
		return r
	}
	var other *target
	for _, m := range found {
		if m.level() != aTown || len(m.targets) != 1 || m.weight < 1 || !g.own(m.targets[0]) {
			continue
		}
		if m.targets[0].town == r.town {
			return r
		}
		other = &m.targets[0]
	}
	if other == nil {
		return r
	}
	town := g.towns[r.town].Name
	r.sure, r.full, r.others = min(r.sure, 0.55), false, append(r.others, *other)
	r.reasons = append(r.reasons, "写了"+other.name+"，可"+strings.TrimPrefix(r.name, town)+"在"+town)
	return r
}

// weigh puts what was written beside what was picked. The text wins over the list when it names a village in full, because a list is easily mistapped;
// otherwise the list wins, because a bare name may be a word.
func (g *Gazetteer) weigh(written, picked reading) reading {
	switch {
	case !written.known() && len(written.others) > 0:
		if picked.known() {
			picked.others, picked.reasons = written.others, append(picked.reasons, written.reasons...)
			return picked
		}
		return written
	case !written.known():
		return picked
	case !picked.known():
		return written
	}
	reasons := append(slices.Clone(picked.reasons), written.reasons...)
	agree := written.county == picked.county && (written.town == "" || written.town == picked.town) &&
		(written.village == "" || picked.village == "" || written.village == picked.village)
	best := written
	switch {
	case agree && picked.level > written.level:
		best = picked
		best.sure = min(0.95, picked.sure+0.05)
	case agree && picked.level == written.level:
		best.sure = min(0.98, max(written.sure, picked.sure)+0.08)
	case agree: // the text goes further
		best.sure = min(0.95, written.sure+0.05)
	case written.full || !g.own(written.target) && written.sure >= 0.7:
		best.sure = min(0.75, written.sure)
		best.others = append(best.others, picked.target)
		reasons = append(reasons, "写的和选的不是一个地方，以写的为准")
	default:
		best = picked
		best.sure = 0.6
		best.others = append(best.others, written.target)
		reasons = append(reasons, "写的和选的不是一个地方，写得不够清楚，先按选的")
	}
	best.reasons = reasons
	return best
}
