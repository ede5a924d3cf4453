package gazetteer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// conclude makes one reading of all names in a text: the village that is most surely meant, else the town, else the county.
func (g *Gazetteer) conclude(text []rune, found []mention, q Query) reading {
	found, ask := g.disown(text, found)
	found = slices.DeleteFunc(slices.Clone(found), func(m mention) bool { return m.role == denied })
	found = retold(text, found)
	watched(text, found)
	if r, ok := g.undecided(text, found); ok {
		return r
	}
	var best *mention
	for i := range found {
		if best == nil || g.rank(found[i]) > g.rank(*best) {
			best = &found[i]
		}
	}
	if best == nil || best.weight() < 1 && !g.own(best.targets[0]) {
		return reading{}
	}
	best = g.nearHome(best, found)
	r := g.choose(*best, text, found, q)
	if hasNothing(text, *best) {
		r.sure, r.firm = min(r.sure, 0.55), false
		r.say("文字里又说那里没有，要问清")
	}
	if ask {
		r.sure, r.firm = min(r.sure, 0.55), false
		r.say(saysNotOurs)
		for _, m := range found {
			if m.weight() >= 1 && !g.own(m.targets[0]) {
				r.others = append(r.others, m.targets...)
			}
		}
	}
	for _, m := range found {
		if m.weight() < 1 || m.targets[0].name == r.name || m.level() < r.level || m.misheard() && !best.misheard() {
			continue
		}
		r.others = append(r.others, m.targets...)
		if r.sure > 0.65 && (best.role != stated || m.role == stated) {
			r.sure = 0.65
			r.reasons = append(r.reasons, "文字里不止一个地方，要看清说的是哪一个")
		}
	}
	return r
}

// retold leaves out the bare name of a village that is told again with the town or county it lies in: 古渡，白河县那个古渡.
func retold(text []rune, found []mention) []mention {
	return slices.DeleteFunc(slices.Clone(found), func(m mention) bool {
		return !m.joined && m.role == scene && m.level() == aVillage && slices.ContainsFunc(found, func(o mention) bool {
			return o.joined && o.weight() >= 1 && o.level() == aVillage && slices.Equal(text[o.from:o.stem], text[m.from:m.stem])
		})
	})
}

// nearHome takes the village where somebody lives or stays, when nothing but its town is named as the place: they tell of what is around them.
func (g *Gazetteer) nearHome(best *mention, found []mention) *mention {
	for i, m := range found {
		if best.level() == aTown && m.level() == aVillage && m.role == home && !m.misheard() && len(m.targets) == 1 && m.targets[0].within(best.targets[0]) {
			return &found[i]
		}
	}
	return best
}

// rank orders mentions: what is named as the place before what is passed by, a village before its town, as spelt before misheard, the earlier before the later.
func (g *Gazetteer) rank(m mention) float64 {
	level := float64(m.level())
	switch {
	case m.level() == aTown && m.targets[0].was == aVillage:
		level += 0.9 // a village that is gone says more than its town
	case m.level() == aCounty && !g.own(m.targets[0]):
		level += 0.9
	}
	r := m.weight() * level
	if m.misheard() {
		r -= 0.3 + m.cost/2
	}
	return r - float64(m.from)/1e5
}

// ours may stand before a place of ours: 柳树镇和我们石门交界.
var ours = regexp.MustCompile(`(?:我们|咱们|俺们|我|咱|俺)$`)

// whole are the mentions, each that stands behind the town or county it lies in together with that: 白河县柳树镇.
func whole(found []mention) (all []mention) {
	for _, m := range found {
		if n := len(all); n > 0 && m.joined && all[n-1].to == m.from && all[n-1].level() < m.level() {
			m.from = all[n-1].from
			all = all[:n-1]
		}
		all = append(all, m)
	}
	return all
}

// ands stand between two places, amid behind the second where what lies between them is meant.
var (
	ands     = strings.Fields("和 跟 与 到 同 、 至 及")
	unsurely = regexp.MustCompile(`[说分搞弄闹记认听]不[清准]|不清楚|拿不准|不知道?|不晓得|到底|？|[?]|来着`)
	either   = regexp.MustCompile(`^村?(?:或者?是?|[吧，,]*要么(?:就是|是)?|[，,]?也(?:可能|许)是)$`)
	oneOf    = regexp.MustCompile(`^村?的?地?[，,]?(?:就是|又像是?)$`)
	supposed = regexp.MustCompile(`(?:不|像)是$`)
	amid     = regexp.MustCompile(`^(?:[两二三]个?[村镇乡县]|的?(?:之间|中间|当间|当中|交界|搭界)|(?:的?[这那]一?|一)段)`)
)

// undecided sees that a text names two places and says that it is neither or either: A村和B村之间, 说不清是A还是B.
func (g *Gazetteer) undecided(text []rune, found []mention) (reading, bool) {
	found = whole(found)
	nearer := slices.ContainsFunc(found, func(m mention) bool { return m.level() > aCounty && m.weight() >= 1 })
	for i := 1; i < len(found); i++ {
		a, b := found[i-1], found[i]
		if b.from-a.to > 7 || b.from < a.to {
			continue
		}
		link, after := string(text[a.to:b.from]), string(text[b.to:min(len(text), b.to+8)])
		left := clauseBefore(text, a.from)
		between := (link == "" || slices.Contains(ands, ours.ReplaceAllString(link, ""))) && a.level() == b.level() && (a.level() > aCounty || !nearer) &&
			(amid.MatchString(after) || strings.HasSuffix(link, "之间"))
		unsure := strings.Contains(link, "还是") && unsurely.MatchString(left+"，"+after) || either.MatchString(link) || oneOf.MatchString(link) && supposed.MatchString(left)
		if !between && !unsure {
			continue
		}
		r := g.common(reading{}, slices.Concat(a.targets, b.targets), "")
		r.reasons = []string{"写的是" + a.targets[0].name + "和" + b.targets[0].name + "之间，要问清归哪一边"}
		if unsure {
			r.reasons = []string{"写的人也说不清是" + a.targets[0].name + "还是" + b.targets[0].name}
		}
		if a.targets[0].county != b.targets[0].county {
			r.target, r.sure = target{}, 0
		}
		for _, t := range r.others { // between two counties: ours, with doubt, as a position there is
			if between && t.level == aCounty && g.own(t) {
				r.target, r.sure = t, 0.5
			}
		}
		return r, true
	}
	return reading{}, false
}

// choose settles which of the places of a name is meant: by a town named anywhere in the text, by the picked town, or because only one still exists.
func (g *Gazetteer) choose(m mention, text []rune, found []mention, q Query) reading {
	left, guessed := g.narrow(m, found, q)
	spelling := string(text[m.from:m.to])
	r := reading{sure: g.trust(m, left), firm: m.joined || m.full || m.to-m.from > 2 && (!m.misheard() || m.evident && m.cost <= sameMerged && len(left) == 1)}
	if guessed {
		r.sure, r.firm, r.others = min(r.sure, 0.65), false, m.targets
	}
	if !m.joined && isOrdinary(spelling) && q.Town != left[0].town {
		r.sure, r.firm = min(r.sure, 0.65), false // many towns have a 一村, and 西村 may be a part of one
	}
	if m.weight() < 1 {
		r.sure, r.firm = r.sure*0.6, false
	}
	if len(left) > 1 {
		return g.common(r, left, m.called(text))
	}
	r.target = left[0]
	if r.level == aTown && !m.full {
		for _, t := range g.names[spelling].of() { // 峪口 is the town, and may be the village in it
			if t.within(r.target) && t.level == aVillage {
				r.others = append(r.others, t)
			}
		}
	}
	r = g.doubt(g.explain(r, m), m, text, found)
	if m.apart {
		for _, t := range g.twins[m.name(text)] {
			r.others = append(r.others, t.target)
			if t.village == r.village && t.way != "" { // its name is not what stands there
				r.sure = min(r.sure, 0.65)
			}
		}
		r.say("叫这个名字的村不止一个，照文字里的话认的，请核对")
	}
	if says := g.several(m.called(text), m.targets); guessed && says != "" {
		r.say(says)
	}
	return r
}

// called is the official name that stands there, without its ending; empty when it was misheard: no reason repeats what a person wrote.
func (m mention) called(text []rune) string {
	switch {
	case m.misheard():
		return ""
	case m.stem-m.from < 2: // 南村
		return string(text[m.from:m.to])
	}
	return string(text[m.from:m.stem])
}

// several says that a name stands for several places, and where they lie: “庄上”有两处：圪洞镇、积翠镇，要人定. Empty when that cannot be said.
func (g *Gazetteer) several(name string, of []target) string {
	apart := slices.ContainsFunc(of, func(t target) bool { return t.county != of[0].county || t.town != of[0].town })
	var where []string
	for _, t := range of {
		town, ok := g.anyTown(t.town)
		switch {
		case !ok:
			where = append(where, t.name)
		case apart:
			where = append(where, town.name)
		default:
			where = append(where, strings.TrimPrefix(t.name, town.name))
		}
	}
	where = unique(where)
	count := "两"
	switch {
	case name == "" || len(where) < 2:
		return ""
	case len(where) > 2:
		count = fmt.Sprintf(" %d ", len(where))
	}
	return "“" + name + "”有" + count + "处：" + strings.Join(where, "、") + "，要人定"
}

// narrow leaves out the places of a name that something speaks against; guessed says that only the age of the names did.
func (g *Gazetteer) narrow(m mention, found []mention, q Query) (left []target, guessed bool) {
	left = m.targets
	keep := func(fits func(target) bool) {
		if len(left) == 1 {
			return
		}
		if kept := slices.DeleteFunc(slices.Clone(left), func(t target) bool { return !fits(t) }); len(kept) > 0 {
			left = kept
		}
	}
	keep(func(t target) bool {
		return slices.ContainsFunc(found, func(c mention) bool {
			return c.level() < aVillage && c.from != m.from && slices.ContainsFunc(c.targets, t.within) && c.role != person && c.role != home
		})
	})
	keep(func(t target) bool { return t.village != "" && t.village == q.Village })
	keep(func(t target) bool { return q.Town != "" && t.town == q.Town })
	if !m.full { // a bare name is the town's before it is that of the village in it
		keep(func(t target) bool { return t.level == aTown && !t.former })
	}
	before := len(left)
	keep(func(t target) bool { return !t.former })
	return left, len(left) < before
}

// trust is how sure a mention by itself is: measured on generated texts, so that 0.7 and more are right 97 times of 100.
func (g *Gazetteer) trust(m mention, left []target) float64 {
	long := m.to-m.from > 2
	sure := 0.72
	switch {
	case m.joined:
		sure = 0.95
	case m.full:
		sure = 0.9
	case long && m.evident:
		sure = 0.85
	case long || m.evident:
		sure = 0.8
	}
	if !m.joined && !m.opens {
		sure = min(sure, 0.65) // it may be the end of a longer name
	}
	if !m.misheard() {
		return sure
	}
	spoken := m.joined || m.full && long || m.evident && long
	switch {
	case len(left) == 1 && spoken && m.cost <= 2*sameSound:
		return min(sure, 0.75)
	case len(left) == 1 && m.cost <= sameShape:
		return 0.6
	}
	return 0.5
}

// common is the smallest place that holds all that a name may mean; the name is empty when it cannot be told.
func (g *Gazetteer) common(r reading, left []target, name string) reading {
	r.others, r.firm = left, false
	town, says := left[0].town, g.several(name, left)
	for _, t := range left {
		if t.county != left[0].county {
			r.target, r.sure = target{}, 0
			r.reasons = []string{cmp.Or(says, "写的地名几个县都有，要问清是哪一个")}
			return r
		}
		if t.town != town {
			town = ""
		}
	}
	if t, ok := g.anyTown(town); ok {
		r.target, r.sure = t, min(0.75, max(r.sure, 0.5))
		r.reasons = []string{cmp.Or(says, "写的村名在"+t.name+"不止一个村对得上，要问清是哪一个")}
		return r
	}
	r.target, r.sure = target{level: aCounty, county: left[0].county, name: g.countyName(left[0].county)}, 0.5
	r.reasons = []string{cmp.Or(says, "写的村名不止一个乡镇有，要问清是哪一个")}
	return r
}

// anyTown is a town of ours or of a neighbour.
func (g *Gazetteer) anyTown(code string) (target, bool) {
	if t, ok := g.townTarget(code); ok {
		return t, true
	}
	t, ok := g.elsewhere[code]
	return t, ok
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
	case m.misheard():
		how = "写的地名听起来或看起来像"
	case r.former && r.village == "":
		how, r.sure = "写的是已经撤并的旧地名，原地现在归", min(r.sure, 0.75)
	case r.former:
		how = "写的是旧地名，现在叫"
	case m.weight() < 1:
		how = roleSays[m.role]
	}
	r.reasons = []string{how + r.name}
	if !g.own(r.target) {
		r.sure = min(r.sure, 0.85)
		if r.level > aCounty && !m.joined {
			r.sure = min(r.sure, 0.6) // the same name may stand in many counties
		}
		r.reasons = append(r.reasons, g.countyName(r.county)+"不归本县管，请转给那里")
	}
	return r
}

// roleSays begins the reason for a place that is named, but not as the place of the matter.
var roleSays = map[role]string{
	onTheWay: "文字里说的是路过、靠近或通往的地方，不一定就是出事的地方：", carried: "文字里说的是货物或车辆的去处，不一定就是出事的地方：",
	poured: "文字里说的是东西拉去倒、去埋的地方：", home: "文字里说的是住的地方，不一定就是出事的地方：", person: "文字里说的是人从哪里来，不一定就是出事的地方：", outer: "文字里提到，但不一定就是出事的地方：",
}

// doubt lowers what is said of a village when a town named before it, in the same sentence, is another one than it lies in: one of the two is a slip.
func (g *Gazetteer) doubt(r reading, m mention, text []rune, found []mention) reading {
	if r.level != aVillage || !g.own(r.target) {
		return r
	}
	var other *target
	for _, c := range found {
		if c.level() != aTown || len(c.targets) != 1 || c.weight() < 1 || c.misheard() || !g.own(c.targets[0]) || c.targets[0].former {
			continue
		}
		if c.targets[0].town == r.town {
			return r
		}
		if c.to <= m.from && sameSentence(text, c.to, m.from) {
			other = &c.targets[0]
		}
	}
	if other == nil {
		return r
	}
	town := g.towns[r.town].Name
	r.sure, r.firm, r.others = min(r.sure, 0.55), false, append(r.others, *other)
	r.reasons = append(r.reasons, "写了"+other.name+"，可"+strings.TrimPrefix(r.name, town)+"在"+town)
	return r
}
