package gazetteer

import (
	"slices"
	"strings"
	"unicode"
)

// mention is a name found in a text.
type mention struct {
	from, to int // runes
	stem     int // runes, to where the name goes without its ending
	targets  []target
	full     bool    // with its ending: 杨家会村, not 杨家会
	joined   bool    // behind the town or county that it lies in: 大武镇杨家会
	opens    bool    // a name may begin there: it is not likely the end of a longer one
	picked   bool    // in the town that the person picked in the list
	evident  bool    // what follows is said of places, or the name is too long to be there by chance
	refused  bool    // the text says outright that it is not there
	apart    bool    // the texts tell it from others of its name
	role     role    // what it is there for
	cost     float64 // of writing it like this; 0 as it is spelt
}

func (m mention) level() level    { return m.targets[0].level }
func (m mention) weight() float64 { return weight[m.role] }
func (m mention) misheard() bool  { return m.cost > 0 }

// find lists the names in a text from left to right, the longest at each point, and drops those that are words and not places there.
// Where a name is denied or a word, its mention stays, in the role denied, so that nothing is heard there.
// Known are towns that stand in the text under a misspelt name, in the order of the text.
func (g *Gazetteer) find(text []rune, q Query, known ...mention) []mention {
	var found []mention
	for i := 0; i < len(text); {
		for len(known) > 0 && known[0].from < i {
			known = known[1:]
		}
		if len(known) > 0 && known[0].from == i {
			found = append(found, known[0])
			i = known[0].to
			continue
		}
		step := 1
		if i+1 == len(text) {
			break
		}
		for l := min(g.longest[[2]rune{text[i], text[i+1]}], len(text)-i); l >= 2; l-- {
			n := g.names[string(text[i:i+l])]
			if n == nil {
				continue
			}
			m, verdict := g.judge(text, i, n, found, q)
			if verdict == no {
				continue
			}
			if verdict == word {
				m.role = denied
			}
			found = append(found, m)
			step = l
			break
		}
		i += step
	}
	return found
}

// verdict on a name in a text.
type verdict int

const (
	no   verdict = iota // something else stands here; a shorter name may still fit
	word                // the name, but not meant as the place: nothing within it is looked at
	yes
)

// judge decides whether a name at a point is meant as a place, and which of its places may be meant.
func (g *Gazetteer) judge(text []rune, at int, n *name, found []mention, q Query) (mention, verdict) {
	short, _ := bare(string(n.runes), villageEndings)
	m := mention{from: at, to: at + len(n.runes), stem: at + len([]rune(short)), role: roleOf(text, at, at+len(n.runes))}
	m.targets, m.full = n.places()
	if slices.ContainsFunc(m.targets, g.own) && ourCounty.MatchString(clauseBefore(text, at)) {
		m.targets = slices.DeleteFunc(slices.Clone(m.targets), func(t target) bool { return !g.own(t) })
	}
	if cuts(text, at) || !m.full && len(n.runes) == 2 && !strings.ContainsRune("东西南北", at0(text, m.to)) && cuts(text, m.to) {
		return m, no
	}
	if towns := ranked(m, text); len(towns) > 0 {
		m.targets = towns
	}
	if m.role == denied {
		m.refused = outright(text, at, m.to)
		return m, word
	}
	if within := denials(text, n, found, at); len(within) > 0 {
		m.targets, m.refused = within, outright(text, found[len(found)-1].from, m.to)
		return m, word
	}
	if !m.full && counts(text, m.to) {
		return m, no
	}
	if !m.full && (road(text, m.to) || isFirm(string(text[m.to:min(len(text), m.to+4)]))) {
		return m, word
	}
	m.evident, m.opens = m.full || sites(text, m.to), begins(text, at, found) || told(text, at, m.to)
	if m.to-at == 2 && household(text, at) {
		return m, word
	}
	in := container(text, found, at)
	if gone := lived(text, n, found, at); in == nil && gone != nil {
		in = &found[len(found)-1]
		in.targets = gone.targets
	}
	if in != nil {
		again := in.to < at && text[in.to] != gap && slices.Equal(n.runes, text[in.from:in.to]) // 家在马坊，马坊开府: the town both times
		if within, full := n.within(in.targets[0]); len(within) > 0 && (full || !never[string(n.runes)] && !again) {
			m.targets, m.full, m.joined = within, full, true
			if m.role == scene && in.role == home && in.to == at && endsWithAny(clauseBefore(text, in.from), birthplaces) { // 我老家圪洞庄上的
				m.role = home
			}
			if in.to < at && in.role == scene && at-in.to > 1 {
				in.role = outer
			}
			return m, yes
		}
	}
	switch {
	case m.level() != aCounty && (g.foreign(text, at, found) || in != nil && runsOn(text, in.to, at) && !g.own(in.targets[0])): // 中阳县武家庄镇 is none of ours
		return m, no
	case tail(text, at, found):
		return m, no
	case m.level() == aVillage && !m.full && strings.ContainsRune("镇乡", at0(text, m.to)): // 庄上镇 is none of ours
		return m, no
	case m.level() == aVillage && !m.full && m.stem-at == 2 && !m.opens:
		return m, no
	case m.level() != aCounty && m.full && len(n.runes) <= 2 && !m.opens:
		return m, no
	}
	ours := slices.ContainsFunc(m.targets, g.own)
	switch here := g.here(m, text, found, q); {
	case len(here) > 0:
		m.targets = here
		return m, yes
	case ours:
		return m, word
	}
	return m, no
}

// ranked are the towns among what a name stands for where the rank of one follows, be it another than it has now.
func ranked(m mention, text []rune) []target {
	if m.full || !strings.ContainsRune("镇乡", at0(text, m.to)) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.targets), func(t target) bool { return t.level != aTown || t.former })
}

// here keeps the places that an unaccompanied name may stand for: ours before the neighbours', of ours a town before the village of the same name, and
// of a word of everyday speech those for which something speaks.
func (g *Gazetteer) here(m mention, text []rune, found []mention, q Query) []target {
	spelling := text[m.from:m.to]
	plain := isOrdinary(string(spelling))
	var ours, theirs []target
	for _, t := range m.targets {
		switch {
		case g.own(t):
			if !plain || g.namely(t, m, text, found, q) {
				ours = append(ours, t)
			}
		case t.level == aCounty, m.full && (t.level == aTown && len(spelling) >= 3 || len(spelling) >= 4):
			theirs = append(theirs, t)
		}
	}
	if len(ours) == 0 {
		return theirs
	}
	for _, t := range m.targets { // one of a neighbour that was named before in the sentence may be meant as well
		if !g.own(t) && slices.ContainsFunc(since(found, m.from-longestSentence), func(c mention) bool {
			return c.level() < aVillage && c.weight() >= 1 && !g.own(c.targets[0]) && t.within(c.targets[0]) && sameSentence(text, c.to, m.from)
		}) {
			ours = append(ours, t)
		}
	}
	large := slices.MinFunc(ours, func(a, b target) int { return int(a.level - b.level) })
	if large.level < aVillage && !large.former {
		return []target{large}
	}
	return ours
}

func isOrdinary(s string) bool {
	return ordinary[s] || never[s] || strings.HasSuffix(s, "家") && len([]rune(s)) == 2
}

// within reports whether t lies in the town or county c.
func (t target) within(c target) bool {
	if t.county != c.county || t.level <= c.level && !t.former {
		return false
	}
	return c.level == aCounty || c.town == "" || t.town == c.town
}

// links are what may stand between a town and the village in it.
var links = map[string]bool{
	"": true, "的": true, "，": true, ",": true, "、": true, "(": true, "（": true, "那边": true, "那边的": true, "这边的": true, "这边": true, "下面的": true, "下边的": true, "那边有个": true, "有个": true, "那个": true,
	"里的": true, "境内": true, "境内的": true, "所辖的": true, "所辖": true, "下辖的": true, "下属的": true, "原来的": true, "原": true, "老": true, "上的": true, "地界": true, "地界的": true, "那头的": true, ":": true, "-": true, "/": true, "\n": true, string(gap): true, "县": true, "乡": true, "镇": true,
}

// container is the town or county that was named last, if no more than a link stands between it and the point.
func container(text []rune, found []mention, at int) *mention {
	if len(found) == 0 {
		return nil
	}
	last := &found[len(found)-1]
	if last.role == denied || last.level() == aVillage && !last.targets[0].former || at < last.to || at-last.to > 4 || !links[string(text[last.to:at])] {
		return nil
	}
	if i := slices.IndexFunc(last.targets, func(t target) bool { return t.level < aVillage }); i != 0 {
		return nil
	}
	return last
}

// denials are the places of a name in the town or county that is named right before it and denied: 不是马坊四皓, 不是马坊镇的四皓.
func denials(text []rune, n *name, found []mention, at int) []target {
	if len(found) == 0 {
		return nil
	}
	last := found[len(found)-1]
	i := slices.IndexFunc(last.targets, func(t target) bool { return t.level < aVillage })
	if i < 0 || !runsOn(text, last.to, at) {
		return nil
	}
	first := len(found) - 1 // of the names that run on: 不是方山峪口的兴隆湾
	for first > max(0, len(found)-3) && runsOn(text, found[first-1].to, found[first].from) {
		first--
	}
	if roleOf(text, found[first].from, found[first].to) != denied {
		return nil
	}
	within, _ := n.within(last.targets[i])
	return within
}

// runsOn reports whether nothing, or a link without a stop, stands between two names.
func runsOn(text []rune, from, to int) bool {
	if to < from || to-from > 4 {
		return false
	}
	link := string(text[from:to])
	return links[link] && !strings.ContainsAny(link, "，,、:(（\n")
}

// lived is container for a town that is gone and whose name a village bears: in 麻地会赵庄 and 麻地会这边的赵庄 it is the town.
func lived(text []rune, n *name, found []mention, at int) *mention {
	if len(found) == 0 || !runsOn(text, found[len(found)-1].to, at) {
		return nil
	}
	last := &found[len(found)-1]
	for _, t := range last.targets {
		if within, _ := n.within(t); t.was == aTown && last.level() == aVillage && len(within) > 0 {
			gone := *last
			gone.targets = []target{t}
			return &gone
		}
	}
	return nil
}

// foreign reports whether a name stands behind a town, county, city or province that is none of those we know: 安阳镇西沟村.
func (g *Gazetteer) foreign(text []rune, at int, found []mention) bool {
	if at > 0 && text[at-1] == '的' { // 峪道河镇的峪口村
		at--
	}
	if at < 2 || len(found) > 0 && found[len(found)-1].to == at {
		return false
	}
	clause := clauseBefore(text, at)
	if i := strings.LastIndexAny(clause, "，,、 （("); i >= 0 {
		clause = clause[i:]
	}
	for _, unit := range []string{"省", "市", "自治区"} {
		for _, r := range regions {
			if strings.Contains(clause, r+unit) && !strings.HasPrefix(g.profile.Region, r) {
				return true
			}
		}
	}
	left := string(text[max(0, at-4):at])
	for _, r := range regions {
		if strings.HasSuffix(left, r) || strings.HasSuffix(left, r+"省") {
			return !strings.HasPrefix(g.profile.Region, r)
		}
	}
	if !strings.ContainsRune("镇乡县市区州旗", text[at-1]) || strings.HasSuffix(g.profile.City, string(text[at-2:at])) {
		return false
	}
	return unicode.Is(unicode.Han, text[at-2]) && !strings.ContainsRune("我本咱们全这该在到回离进去那的各同一小社市城园厂", text[at-2])
}

// at0 is the character at a point; 0 behind the end.
func at0(text []rune, i int) rune {
	if i < len(text) {
		return text[i]
	}
	return 0
}

// cuts reports whether a point would cut the name of a province or region in two: 湖北|武当.
func cuts(text []rune, at int) bool {
	if at <= 0 || at >= len(text) {
		return false
	}
	for _, c := range regionCuts[[2]rune{text[at-1], text[at]}] {
		start, end := at-len(c.head), at+len(c.tail)
		if start >= 0 && end <= len(text) && slices.Equal(text[start:at], c.head) && slices.Equal(text[at:end], c.tail) && !wordEnds(text, at) { // 今天|津良庄
			return true
		}
	}
	return false
}

// tail reports whether a direction that opens a clause makes the name a part of another village's: 下|庙底村.
func tail(text []rune, at int, found []mention) bool {
	return at > 0 && strings.ContainsRune("上下大小", text[at-1]) && !wordEnds(text, at) && (begins(text, at-1, found) || at > 1 && text[at-2] == '个')
}

// road reports whether the name is that of a road or street and not of the place beside one.
func road(text []rune, to int) bool {
	if to >= len(text) || !strings.ContainsRune("路街", text[to]) {
		return false
	}
	return to+1 >= len(text) || !strings.ContainsRune("边上口旁东西南北面段两头", text[to+1])
}
