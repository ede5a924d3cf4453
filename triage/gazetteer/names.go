package gazetteer

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"qianshao/config/county"

	"golang.org/x/text/unicode/norm"
)

// name is a spelling and the places that it stands for.
type name struct {
	runes   []rune
	targets []named
}

// named is a place under one of its names.
type named struct {
	target
	full bool // the name says what it is: 大武镇, 杨家会村, not 大武 or 杨家会
}

// places are those that the name says in full, if any, else all.
func (n *name) places() (all []target, full bool) { return choice(n.targets) }

// within are the places that lie in a town or county.
func (n *name) within(in target) (all []target, full bool) {
	return choice(slices.DeleteFunc(slices.Clone(n.targets), func(t named) bool { return !t.within(in) }))
}

// of are all places of a name; none of no name.
func (n *name) of() (all []target) {
	if n == nil {
		return nil
	}
	for _, t := range n.targets {
		all = append(all, t.target)
	}
	return all
}

func choice(of []named) (all []target, full bool) {
	full = slices.ContainsFunc(of, func(t named) bool { return t.full })
	for _, t := range of {
		if t.full == full {
			all = append(all, t.target)
		}
	}
	return all, full
}

// Endings that official names carry and people leave out, the longest first.
var (
	villageEndings = []string{"村村民委员会", "村民委员会", "社区居民委员会", "社区居委会", "村委会", "居委会", "社区", "大队", "村"}
	townEndings    = []string{"街道办事处", "街道", "镇", "乡"}
	directions     = "东西南北前后上下大小新老旧"
)

// spoken is how people write an official name: 杨家会村 for 杨家会村委会, 积翠社区 for 积翠社区居委会.
func spoken(official string) string {
	s, _ := bare(official, villageEndings)
	switch {
	case strings.Contains(official, "社区"):
		return s + "社区"
	case strings.Contains(official, "居委会"):
		return s + "居委会"
	}
	return s + "村"
}

// bare cuts one ending off, if something of two characters or a numeral stays.
func bare(s string, endings []string) (string, string) {
	for _, e := range endings {
		if cut, ok := strings.CutSuffix(s, e); ok && cut != "" {
			return cut, e
		}
	}
	return s, ""
}

// index fills names. The order matters nowhere: a spelling collects all its places.
func (g *Gazetteer) index() {
	p := g.profile
	g.put(p.Name, true, target{level: aCounty, county: p.Code, name: p.Name})
	g.put(strings.TrimSuffix(p.Name, "县"), false, target{level: aCounty, county: p.Code, name: p.Name})
	for _, n := range p.Neighbours {
		g.indexNeighbour(n)
	}
	for _, t := range p.Towns {
		to, _ := g.townTarget(t.Code)
		g.putTown(t.Name, to)
		for _, a := range t.Aliases {
			g.putTown(a, to)
		}
	}
	for _, v := range p.Villages {
		to, _ := g.villageTarget(v.Code)
		for _, n := range append([]string{v.Name, v.Short}, v.Aliases...) {
			g.putVillage(n, to)
		}
	}
	for _, f := range p.FormerNames {
		to, known := g.villageTarget(f.Village)
		if !known {
			to, known = g.townTarget(f.Town)
		}
		if !known {
			continue
		}
		to.former, to.was = true, aVillage
		if f.Level == "town" {
			to.was = aTown
			g.putTown(f.Name, to)
			continue
		}
		g.putVillage(f.Name, to)
	}
	g.indexParts()
	g.indexTwins()
	g.indexSounds()
}

func (g *Gazetteer) indexNeighbour(n county.Neighbour) {
	whole := target{level: aCounty, county: n.Code, name: n.Name}
	g.put(n.Name, true, whole)
	g.put(n.Short, false, whole)
	towns := map[string]string{}
	for _, t := range n.Towns {
		towns[t.Code] = t.Name
		to := target{level: aTown, county: n.Code, town: t.Code, name: n.Name + t.Name}
		g.elsewhere[t.Code] = to
		g.putTown(t.Name, to)
	}
	for _, v := range n.Villages {
		to := target{level: aVillage, county: n.Code, village: v.Code, name: n.Name + spoken(v.Name)}
		if len(v.Code) == 12 {
			to.town = v.Code[:9]
			to.name = n.Name + towns[to.town] + spoken(v.Name)
		}
		g.elsewhere[v.Code] = to
		g.putVillage(v.Name, to)
	}
}

func (g *Gazetteer) putTown(official string, to target) {
	s, ending := bare(official, townEndings)
	g.put(official, ending != "", to)
	g.put(s, false, to)
}

// putVillage knows a village with every ending that people use. A community is never meant by its bare name: 积翠 is the town, 积翠社区 is not.
func (g *Gazetteer) putVillage(official string, to target) {
	s, ending := bare(official, villageEndings)
	community := strings.HasPrefix(ending, "社区") || ending == "居委会"
	if ending != "" {
		g.put(official, true, to)
	}
	switch {
	case community:
		g.put(s+"社区", true, to)
		g.put(s+"居委会", true, to)
		return
	case strings.HasSuffix(to.name, "社区") && ending == "":
		return // the short name of a community
	case strings.HasSuffix(s, "村"):
		g.put(s, true, to) // 大武一村, 南村
	}
	if len([]rune(s)) < 2 { // 南村
		g.put(s+"村", true, to)
		g.put(s+"村委会", true, to)
		return
	}
	g.put(s+"村", true, to)
	g.put(s+"村委会", true, to)
	g.put(s+"大队", true, to) // what a village was called until the 1980s, and by the old still is
	g.put(s, false, to)
}

func (g *Gazetteer) put(spelling string, full bool, to target) {
	runes := []rune(g.normal(spelling))
	if len(runes) < 2 {
		return
	}
	if digits := numerals.Replace(string(runes)); digits != string(runes) && strings.HasSuffix(digits, "村") {
		g.spell([]rune(digits), full, to) // 大武1村
	}
	g.spell(runes, full, to)
}

// numerals as people type them.
var numerals = strings.NewReplacer("一村", "1村", "二村", "2村", "三村", "3村", "四村", "4村", "五村", "5村", "六村", "6村", "七村", "7村", "八村", "8村")

// spell enters a spelling.
func (g *Gazetteer) spell(runes []rune, full bool, to target) {
	n := g.names[string(runes)]
	if n == nil {
		n = &name{runes: runes}
		g.names[string(runes)] = n
		start := [2]rune{runes[0], runes[1]}
		g.longest[start] = max(g.longest[start], len(runes))
	}
	for i, have := range n.targets {
		if have.county == to.county && have.town == to.town && have.village == to.village && have.level == to.level {
			n.targets[i].full = have.full || full
			return
		}
	}
	n.targets = append(n.targets, named{to, full})
}

// spellings are all names in an order that is always the same, so that the same text gives the same answer after a restart.
func (g *Gazetteer) spellings() []string { return slices.Sorted(maps.Keys(g.names)) }

// indexParts adds what stays of our own names without 东, 西, 上, 下 ...: people leave that out. Where several villages share the rest, all are meant.
func (g *Gazetteer) indexParts() {
	type part struct {
		spelling string
		full     bool
		to       target
	}
	var parts []part
	for _, s := range g.spellings() {
		n := g.names[s]
		if len(n.runes) < 3 || !strings.ContainsRune(directions, n.runes[0]) {
			continue
		}
		rest := string(n.runes[1:])
		short, _ := bare(rest, villageEndings)
		if g.names[rest] != nil || len([]rune(short)) < 2 || isOrdinary(short) || slices.Contains(villageEndings, short) {
			continue
		}
		for _, to := range n.targets {
			if g.own(to.target) && to.level == aVillage {
				parts = append(parts, part{rest, strings.HasSuffix(s, "村"), to.target})
			}
		}
	}
	for _, p := range parts {
		g.put(p.spelling, p.full, p.to)
	}
}

// gap stands for a space that parts clauses, where others put a comma: 救命快派人 石湾瓷厂着火. A shorter piece may be a name that was written in pieces.
const gap = '\u2028'

var clauses = regexp.MustCompile(`(\p{Han}{3}[^\P{Han}的在到从去是过和有了]) +([^ 村镇乡])`)

// normal writes a text as the index does: full width and compatibility forms folded, traditional characters simplified, invisible characters and
// spaces gone, but for what parts clauses.
func (g *Gazetteer) normal(s string) string {
	s = norm.NFKC.String(strings.ToValidUTF8(s, ""))
	if simple, err := g.simplify.Convert(s); err == nil {
		s = simple // on an error the text stays as it was typed
	}
	s = clauses.ReplaceAllString(s, "$1"+string(gap)+"$2")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, s)
}
