package gazetteer

import (
	"slices"
	"strings"
	"unicode"
)

// mention is a name found in a text.
type mention struct {
	from, to int // runes
	full     bool
	targets  []target
	joined   bool    // directly behind the town or county that it lies in: 大武镇杨家会
	weight   float64 // how likely it is the place of the matter and not one on the way, or somebody's home
	misheard bool    // found by sound or with one wrong character
}

func (m mention) level() level { return m.targets[0].level }

// Words around a name that say what it is there for.
var (
	denials  = []string{"不是", "不在", "并非", "不属于"}
	passing  = []string{"从", "离", "往", "向", "路过", "经过", "挨着", "靠近", "临近", "距", "距离", "通往", "拉到", "运到", "送到", "拉去", "发到", "卖到", "来自"}
	leavings = []string{"人", "籍", "口音", "老板", "方向", "牌照", "的车", "的人", "来的", "过来", "老乡", "走"}
	regions  = []string{"湖北", "河北", "东北", "西北", "华北", "湖南", "河南", "云南", "海南", "西南", "山东", "广东", "华东", "山西", "江西", "广西", "陕西"}
	places   = []string{"那边", "这边", "旁边", "边上", "附近", "东头", "西头", "南头", "北头", "村口", "后头", "前头", "路边", "大队", "沟里", "河滩"}
	// small are words after which a name of two characters may begin; behind any other character it is likely the end of a longer name.
	small = "称映为系指诉在到去是从往离和与跟及向的们咱俺我你住叫就过近靠给找走进回县镇乡区市里边至于对报有了说听我快"
)

// find lists the names in a text from left to right, the longest at each point, and drops those that are words and not places there.
func (g *Gazetteer) find(text []rune, q Query) []mention {
	var found []mention
	for i := 0; i < len(text); {
		step := 1
		for l := min(g.longest, len(text)-i); l >= 2; l-- {
			n := g.names[string(text[i:i+l])]
			if n == nil {
				continue
			}
			m, verdict := g.judge(text, i, n, found, q)
			if verdict == no {
				continue
			}
			if verdict == yes {
				found = append(found, m)
			}
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
func (g *Gazetteer) judge(text []rune, at int, n *name, before []mention, q Query) (mention, verdict) {
	m := mention{from: at, to: at + len(n.runes), full: n.full, targets: n.targets, weight: 1}
	if cuts(text, at) {
		return m, no
	}
	if denied(text, at) || road(text, m.to) && !m.full {
		return m, word
	}
	context, adjacent := nearest(before, at)
	if adjacent {
		if within := slices.DeleteFunc(slices.Clone(m.targets), func(t target) bool { return !t.within(context) }); len(within) > 0 {
			m.targets, m.joined = within, true
		}
	}
	if !m.joined {
		m.targets = g.here(m, text, q)
		if len(m.targets) == 0 {
			return m, word
		}
		short, _ := bare(string(n.runes), villageEndings)
		if m.level() == aVillage && len([]rune(short)) == 2 && !m.full && !begins(text, at, before) || tail(text, at, before) {
			return m, no
		}
	}
	switch {
	case has(text[max(0, at-2):at], passing, strings.HasSuffix):
		m.weight = 0.5
	case has(text[m.to:min(len(text), m.to+2)], leavings, strings.HasPrefix):
		m.weight = 0.4
	}
	return m, yes
}

// here keeps the places that an unaccompanied name may stand for: ours before the neighbours', of ours a town before the village of the same name, and
// of a word of everyday speech none, unless something speaks for it.
func (g *Gazetteer) here(m mention, text []rune, q Query) []target {
	plain := !m.full && ordinary[string(text[m.from:m.to])]
	opens := m.from == 0 || !unicode.Is(unicode.Han, text[m.from-1])
	var ours, theirs []target
	for _, t := range m.targets {
		switch {
		case g.own(t):
			if plain && !(t.village != "" && t.village == q.Village || opens && t.town == q.Town || opens && beside(text, m.to)) {
				continue
			}
			ours = append(ours, t)
		case t.level == aCounty, m.full && (t.level == aTown || m.to-m.from >= 4):
			theirs = append(theirs, t)
		}
	}
	if len(ours) == 0 {
		return theirs
	}
	large := slices.MinFunc(ours, func(a, b target) int { return int(a.level - b.level) })
	if large.level < aVillage && !large.former {
		return []target{large}
	}
	return ours
}

// within reports whether t lies in the town or county c.
func (t target) within(c target) bool {
	if t.county != c.county || t.level <= c.level && !t.former {
		return false
	}
	return c.level == aCounty || c.town == "" || t.town == c.town
}

// nearest gives the town or county that was named last, and whether nothing but a small word stands between it and the point.
func nearest(before []mention, at int) (target, bool) {
	if len(before) == 0 {
		return target{}, false
	}
	last := before[len(before)-1]
	if last.level() == aVillage || len(last.targets) != 1 {
		return target{}, false
	}
	return last.targets[0], at-last.to <= 1
}

func begins(text []rune, at int, before []mention) bool {
	if at == 0 || len(before) > 0 && before[len(before)-1].to == at {
		return true
	}
	r := text[at-1]
	return !unicode.Is(unicode.Han, r) || strings.ContainsRune(small, r)
}

// cuts reports whether a name would cut the name of a province or region in two: 湖北|武当.
func cuts(text []rune, at int) bool {
	return at > 0 && has(text[at-1:at+1], regions, func(a, b string) bool { return a == b })
}

// tail reports whether a direction that opens a clause makes the name a part of another village's: 下|庙底村.
func tail(text []rune, at int, before []mention) bool {
	return at > 0 && strings.ContainsRune("上下大小", text[at-1]) && begins(text, at-1, before)
}

// beside reports whether something follows that people say of places.
func beside(text []rune, to int) bool {
	return has(text[to:min(len(text), to+2)], places, strings.HasPrefix)
}

// road reports whether the name is that of a road or street and not of the place beside one.
func road(text []rune, to int) bool {
	if to >= len(text) || !strings.ContainsRune("路街", text[to]) {
		return false
	}
	return to+1 >= len(text) || !strings.ContainsRune("边上口旁东西南北面段两头", text[to+1])
}

func denied(text []rune, at int) bool {
	return has(text[max(0, at-3):at], denials, strings.HasSuffix)
}

func has(part []rune, words []string, test func(string, string) bool) bool {
	s := string(part)
	return slices.ContainsFunc(words, func(w string) bool { return test(s, w) })
}
