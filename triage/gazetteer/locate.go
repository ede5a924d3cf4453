package gazetteer

import (
	"regexp"
	"slices"
	"strings"
)

// reading is what one source says of the place: the text, the list, or a position.
type reading struct {
	target
	sure    float64 // 0..1
	firm    bool    // a place that the words leave little doubt about
	others  []target
	reasons []string
}

func (r reading) known() bool { return r.level != 0 }

// Locate finds the place. It never fails: an empty Place with a reason says that nothing was found.
func (g *Gazetteer) Locate(q Query) Place {
	texts := make([]string, len(q.Texts))
	for i, s := range q.Texts {
		texts[i] = g.normal(s)
	}
	q.Texts = texts
	picked := g.picked(q)
	written, matched, mentioned, refused := g.written(q)
	written, matched = g.called(written, matched, q)
	best := g.weigh(written, g.unless(picked, written, refused, q.Texts))
	at, doubts := g.fixes(q)
	best = g.stand(best, at)
	p := Place{
		County: best.county, Town: best.town, Village: best.village, Confidence: best.sure,
		Reasons: best.reasons, NearBorder: nearBorder(at), Matched: matched, Mentioned: mentioned,
	}
	for _, o := range best.others {
		if c := o.candidate(); !slices.Contains(p.Alternatives, c) && o.name != best.name {
			p.Alternatives = append(p.Alternatives, c)
		}
	}
	p.Notes, p.Landmarks = g.notes(strings.Join(q.Texts, "\n"))
	if len(p.Reasons) == 0 {
		p.Reasons = []string{"没有认出本县或邻县的地名，也没有选地方"}
		if len(q.Texts) > 0 && strings.TrimSpace(q.Texts[0]) != "" {
			p.Reasons = []string{"写的地方没认出来"}
		}
	}
	p.Reasons = append(p.Reasons, doubts...)
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

// mispicked is what people say of what they picked in the list when it is not where they mean.
var mispicked = regexp.MustCompile(`(?:只好|只能|没法|随便|随手|瞎|乱)(?:先)?(?:选|填|点)|(?:没有?|没见|找不到)\p{Han}{1,6}[选，,](?:我|俺)?就(?:先)?(?:选|填|点)了|(?:选|填|点)的(?:是|这个?|那个?)?(?:村|镇|乡|地方|地址)?(?:可能|怕|怕是|也许|好像|恐怕|应该)?(?:不对|不准|不一定|错|哪个)|(?:选|填|点)错了`)

// unless gives up what was picked where the text says outright that it is not there, and names no place in its stead that is. Of a village that is denied
// its town is left, with doubt, when nothing else is named.
func (g *Gazetteer) unless(picked, written reading, refused []target, texts []string) reading {
	if picked.known() && written.known() && !written.covers(picked.target) && slices.ContainsFunc(texts, mispicked.MatchString) {
		return reading{others: []target{picked.target}, reasons: []string{"举报人在列表里选了" + picked.name + "，文字里却说选得不准"}}
	}
	denied := func(what target) bool {
		return slices.ContainsFunc(refused, func(t target) bool { return t.covers(what) && (t.was != aVillage || t.village != "") })
	}
	elsewhere := picked.level == aVillage && slices.ContainsFunc(texts, notOurs.MatchString)
	if !picked.known() || written.known() && written.same(picked.target) || !denied(picked.target) && !elsewhere {
		return picked
	}
	r := reading{others: []target{picked.target}, reasons: []string{"举报人在列表里选了" + picked.name + "，文字里却说不是那里"}}
	if town, ok := g.townTarget(picked.town); ok && !written.known() && picked.level == aVillage && !denied(town) {
		r.target, r.sure = town, 0.5
	}
	return r
}

// written reads all texts; the first that names a village or a neighbouring place decides, else the first that names anything. What one text says of the
// town helps to understand the next.
func (g *Gazetteer) written(q Query) (first reading, matched, mentioned []string, refused []target) {
	apart := g.setApart(q)
	for _, s := range q.Texts {
		text := []rune(s)
		found := spare(text, g.mentions(text, q))
		said := len(refused)
		for i, m := range found {
			if left := apart[m.name(text)]; left != nil && m.role != denied && m.level() == aVillage && g.own(m.targets[0]) {
				found[i].targets, found[i].apart = left, true
			}
			if m.role != denied {
				matched = append(matched, string(text[m.from:m.to]))
				mentioned = append(mentioned, g.places(m, text)...)
			} else if m.refused {
				refused = append(refused, m.targets...)
			}
		}
		r := g.conclude(text, found, q)
		switch {
		case first.level == aVillage && g.own(first.target) && slices.ContainsFunc(refused[said:], func(t target) bool { return t.level == aVillage && t.covers(first.target) }):
			first = g.corrected(first, r)
		case !first.known() && len(first.others) == 0:
			first = r
		case r.known() && r.level > first.level && r.county == first.county && (first.town == "" || r.town == first.town):
			first = r
		}
		if q.Town == "" && first.known() && g.own(first.target) {
			q.Town = first.town
		}
	}
	return first, unique(matched), unique(mentioned), refused
}

// places are the villages that a mention may mean: their codes, or the name of one that is gone.
func (g *Gazetteer) places(m mention, text []rune) (out []string) {
	for _, t := range m.targets {
		switch {
		case !g.own(t):
		case t.village != "":
			out = append(out, t.village)
		case t.was == aVillage && !m.misheard():
			out = append(out, t.town+"/"+string(text[m.from:m.stem]))
		}
	}
	return out
}

// mentions are all names in a text: as they are spelt, and as they may have been misheard or mistyped. Those in the role denied say nothing of the place.
func (g *Gazetteer) mentions(text []rune, q Query) []mention {
	found := g.find(text, q)
	heard := g.hear(text, found, q)
	if towns := misspeltTowns(text, heard); len(towns) > 0 { // read again, for what lies in them
		found = g.find(text, q, towns...)
		heard = g.hear(text, found, q)
	}
	all := append(slices.Clone(found), heard...)
	all = slices.DeleteFunc(all, func(m mention) bool { // a town that is the beginning of a village: 大武 in 大五二村
		if m.misheard() || m.role == denied {
			return false
		}
		return slices.ContainsFunc(until(since(heard, m.from), m.stem), func(h mention) bool { return h.from <= m.from && m.stem <= h.to && h.to-h.from > m.stem-m.from })
	})
	slices.SortStableFunc(all, func(a, b mention) int { return a.from - b.from })
	return all
}

// misspeltTowns are the towns among what was heard that are followed by 镇 or 乡, with that ending.
func misspeltTowns(text []rune, heard []mention) []mention {
	var towns []mention
	for _, m := range heard {
		if m.level() < aVillage && m.full && m.to < len(text) && strings.ContainsRune("镇乡", text[m.to]) {
			m.to++
			towns = append(towns, m)
		}
	}
	return towns
}

// weigh puts what was written beside what was picked. The text wins over the list when it names a village in full, because a list is easily mistapped;
// otherwise the list wins, because a bare name may be a word.
func (g *Gazetteer) weigh(written, picked reading) reading {
	switch {
	case !picked.known():
		written.reasons = slices.Concat(picked.reasons, written.reasons)
		written.other(picked.others...)
		return written
	case !written.known() && len(written.others) > 0:
		picked.reasons = append(picked.reasons, written.reasons...)
		picked.other(written.others...)
		return picked
	case !written.known():
		return picked
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
	case written.firm || !g.own(written.target) && written.sure >= 0.7:
		best.sure = min(0.65, written.sure)
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
