package gazetteer

import (
	"regexp"
	"slices"
	"strings"
)

// Villages of one town may share a name but for a word before it, 冯家庄 and 上冯家庄, or are called without that word. Who means one of them sets it apart:
// 上头那个冯家庄, 冯家庄，不是麻地会的那个. What cannot be followed leaves the village to a person.

// twin is one of the villages that share a name.
type twin struct {
	target
	way string // the word before the shared name, 上; empty of the one without
}

// opposites are the words that tell twins apart, each with its counterpart.
var opposites = map[string]string{
	"上": "下", "下": "上", "东": "西", "西": "东", "南": "北", "北": "南", "前": "后", "后": "前", "大": "小", "小": "大", "新": "老", "老": "新", "旧": "新",
}

const whichWay = `(?:([上下东西南北前后])(?:头|面|边)|([大小新老旧])的)的?那个`

var (
	// wayBefore is what stands before the shared name, wayBehind what stands behind it: 上头那个冯家庄, 冯家庄，上头那个.
	wayBefore = regexp.MustCompile(`(\p{Han}{0,2})` + whichWay + `$`)
	wayBehind = regexp.MustCompile(`^[，,、（(]?((?:不是|并非|就?是|说的是)?)` + whichWay + afterThat)
	// ofPlace is what stands behind the place by which one is told apart: 麻地会的那个, 麻地会那边的冯家庄.
	ofPlace   = regexp.MustCompile(`^([乡镇]?)村?(?:那边|这边)?的?(?:那个)?`)
	thatOne   = regexp.MustCompile(`^[乡镇]?村?(?:那边|这边)?的?那个` + afterThat)
	pointedAt = regexp.MustCompile(`(?:^|[^\p{Han}]|[是在就说指叫到])$`)
)

const afterThat = `(?:$|[，,。；;！!、）)\n])`

// indexTwins finds the villages of ours that share a name.
func (g *Gazetteer) indexTwins() {
	type shared struct{ name, town string }
	all := map[shared][]twin{}
	for _, v := range g.profile.Villages {
		name, _ := bare(v.Name, villageEndings)
		to, _ := g.villageTarget(v.Code)
		if strings.HasSuffix(to.name, "社区") {
			continue
		}
		all[shared{name, v.Town}] = append(all[shared{name, v.Town}], twin{to, ""})
		if r := []rune(name); len(r) > 2 && strings.ContainsRune(directions, r[0]) {
			rest := shared{string(r[1:]), v.Town}
			all[rest] = append(all[rest], twin{to, string(r[:1])})
		}
	}
	g.twins = map[string][]twin{}
	for at, of := range all {
		if len(of) > 1 {
			g.twins[at.name] = append(g.twins[at.name], of...)
		}
	}
	for _, of := range g.twins {
		slices.SortFunc(of, func(a, b twin) int { return strings.Compare(a.village, b.village) })
	}
}

// cues are what texts say of the villages of one name.
type cues struct {
	all, left []twin
	any       bool
}

// only keeps those that fit, or with not those that do not. Where none is left, or more than one, it is not known which is meant.
func (c *cues) only(not bool, fits func(twin) bool) {
	c.any = true
	c.left = slices.DeleteFunc(slices.Clone(c.left), func(t twin) bool { return fits(t) == not })
}

// way takes a word that tells them apart, or its counterpart.
func (c *cues) way(not bool, word string) {
	if word == "旧" {
		word = "老"
	}
	is := func(way string) func(twin) bool {
		return func(t twin) bool { return t.way == way || way == "老" && t.way == "旧" }
	}
	if slices.ContainsFunc(c.all, is(word)) {
		c.only(not, is(word))
		return
	}
	c.only(!not, is(opposites[word]))
}

// setApart are, by the name that they share, the villages of which the texts say which one they mean: it, or all of them when that is not clear.
func (g *Gazetteer) setApart(q Query) map[string][]target {
	decided := map[string][]target{}
	for name, all := range g.twins {
		c := cues{all: all, left: all}
		for _, s := range q.Texts {
			if strings.Contains(s, name) {
				g.hints(&c, []rune(s), name, q)
			}
		}
		if !c.any {
			continue
		}
		if len(c.left) != 1 {
			c.left = all
		}
		for _, t := range c.left {
			decided[name] = append(decided[name], t.target)
		}
	}
	return decided
}

// hints reads what one text says of the villages that share a name.
func (g *Gazetteer) hints(c *cues, text []rune, name string, q Query) {
	found := g.mentions(text, q)
	var last *mention // the village that was named last and not denied
	for i := range found {
		m := &found[i]
		behind := string(text[m.to:min(len(text), m.to+12)])
		if m.level() == aVillage && m.name(text) == name {
			g.wayOf(c, clauseBefore(text, m.from), behind)
		}
		if !g.own(m.targets[0]) || m.misheard() || m.name(text) == name {
			if m.role != denied {
				last = m
			}
			continue
		}
		if strings.HasPrefix(behind[len(ofPlace.FindString(behind)):], name) || thatOne.MatchString(behind) && last != nil && last.name(text) == name && sameSentence(text, last.to, m.from) {
			g.placeOf(c, *m, m.name(text)+ofPlace.FindStringSubmatch(behind)[1], name)
		} else if m.level() == aVillage && m.role != denied {
			last = m
		}
	}
}

// wayOf reads a word that tells villages apart beside the name that they share.
func (g *Gazetteer) wayOf(c *cues, left, behind string) {
	if s := wayBefore.FindStringSubmatch(left); s != nil {
		switch word := s[2] + s[3]; {
		case strings.HasSuffix(s[1], "不是"), strings.HasSuffix(s[1], "并非"):
			c.way(true, word)
		case pointedAt.MatchString(s[1]):
			c.way(false, word)
		default: // 我们村上头那个冯家庄 tells where it is
			c.any = true
		}
	}
	if s := wayBehind.FindStringSubmatch(behind); s != nil {
		c.way(s[1] == "不是" || s[1] == "并非", s[2]+s[3])
	}
}

// placeOf takes a place by which a village is told apart: the town it lies in, or one that is gone and in which the profile knows it under its name, 麻地会乡冯家庄.
func (g *Gazetteer) placeOf(c *cues, m mention, place, name string) {
	not, to := m.role == denied, m.targets[0]
	var known []target
	for _, rank := range []string{"", "乡", "镇"} {
		if rank == "" || to.level == aVillage || to.former {
			known = append(known, g.names[place+rank+name].of()...)
		}
	}
	switch near := slices.ContainsFunc(c.all, func(t twin) bool { return t.town == to.town }); {
	case len(known) > 0:
		c.only(not, func(t twin) bool { return slices.ContainsFunc(known, t.same) })
	case not && near && to.level == aTown && !to.former:
		c.only(true, func(t twin) bool { return t.town == to.town })
	case not && near:
		c.any = true
	}
}
