package gazetteer

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Two counties may have a village of one name, of which only ours stands in the profile. Who means the other one says so: 店坪村，不是方山的店坪，是离石的.

const saysNotOurs = "文字里又说不是本县的，要问清是哪个县的"

const (
	denying = `(?:不是|并非|而非|不属于?|不在|不归)(?:在|说|指)?`
	ofUs    = `(?:我们|咱们|俺们|我|咱|俺|本)`
)

var (
	// denial is what is said before our county where it is denied, from where its clause begins.
	denial     = regexp.MustCompile(`(?:^|[，,、。；;：:！!？?（( \n])(?:但是?|可是?|不过|我?说的|这个?村?|那个?村?|它|也|并)*` + denying + ofUs + `?$`)
	notOurLand = regexp.MustCompile(denying + ofUs + `(?:这个|自己)?县` + afterDenial)
	whichOne   = regexp.MustCompile(`^(?:县|区|镇|乡)?的?(?:那个|这个|那边|这边|那里|这里|那头)`)
	peopled    = regexp.MustCompile(`[人们他她汉]|老板|工头|司机|师傅`)
)

// disown takes out the villages of ours of which the text says that it means one of that name in another county, which it names. They stay, and a person must
// ask, where it names none, or where the words may be about somebody who is not from here.
func (g *Gazetteer) disown(text []rune, found []mention) (left []mention, ask bool) {
	names := map[string]bool{} // of villages of ours, whether one is said to be meant
	abroad := false
	for _, m := range found {
		abroad = abroad || m.weight() >= 1 && !g.own(m.targets[0])
		if m.level() == aVillage && g.own(m.targets[0]) {
			name := m.name(text)
			names[name] = names[name] || m.role != denied && ourCounty.MatchString(clauseBefore(text, m.from))
		}
	}
	if len(names) == 0 {
		return found, false
	}
	gone := map[string]bool{} // by name, whether it surely is
	for i, d := range found {
		switch {
		case d.level() == aVillage && d.refused && g.insideOurs(text, found, i): // 不是方山的店坪
			gone[d.name(text)] = true
		case d.level() < aVillage && d.weight() >= 1 && !g.own(d.targets[0]): // 离石的店坪
			if name := follows(text, d.to, names); name != "" {
				gone[name] = true
			}
		case d.level() < aVillage && d.refused && g.own(d.targets[0]): // …，不是方山的
			deny(gone, text, found, d.from, whichOne.MatchString(string(text[d.to:min(len(text), d.to+6)])))
		}
	}
	all := string(text)
	for _, at := range notOurLand.FindAllStringIndex(all, -1) { // …，不是咱县的
		end := at[0] + strings.Index(all[at[0]:], "县")
		deny(gone, text, found, utf8.RuneCountInString(all[:end]), whichOne.MatchString(all[end:]))
	}
	left = slices.Clone(found)
	for i, m := range found {
		sure, said := gone[m.name(text)]
		switch {
		case !said || names[m.name(text)] || m.role == denied || m.level() != aVillage || !g.own(m.targets[0]):
		case sure && abroad && !m.joined:
			left[i].role = denied
		default:
			ask = true
		}
	}
	return left, ask
}

// Having none is said behind a place, where the clause ends; being apart from it all, on both sides of one: 店坪村没有，水源村有; 跟店坪没关系，是水源的.
const thereof = `(?:村|镇|乡)?(?:那边|这边|那里|这里|那头|那儿|这儿|里头|的)?`

var (
	hasNone  = regexp.MustCompile(`^` + thereof + `(?:倒是?|都|就|可是?|现在|早就|根本|其实|真的|确实)?(?:没有|没得|没这事|没事|不是)(?:了|的|过)?(?:$|[，,。；;、\n])`)
	withThis = regexp.MustCompile(`[跟和与同]$`)
	noMatter = regexp.MustCompile(`^` + thereof + `(?:那边|这边)?(?:都|可|根本|一点)?(?:没有?什?么?啥?关系|没有?干系|无关|没关|不相干|不沾边)`)
)

// hasNothing reports whether a text says of a place that there is nothing.
func hasNothing(text []rune, m mention) bool {
	left, right := clauseBefore(text, m.from), string(text[m.to:min(len(text), m.to+12)])
	return hasNone.MatchString(right) && !strings.HasSuffix(left, "是") || withThis.MatchString(left) && noMatter.MatchString(right)
}

// spare denies the places that are said to have none where the same sentence names one that has: another, or the same one at another time.
func spare(text []rune, found []mention) []mention {
	for i := range found {
		m := &found[i]
		if m.role == denied || !hasNothing(text, *m) {
			continue
		}
		for _, o := range found {
			if o.weight() >= 1 && o.level() >= m.level() && !hasNothing(text, o) && sameSentence(text, min(m.to, o.to), max(m.from, o.from)) {
				m.role, m.refused = denied, !o.targets[0].same(m.targets[0])
				break
			}
		}
	}
	return found
}

// corrected is what remains of a village of ours when a later text says that it is not meant: the place in another county or the village that it names, or else a
// question.
func (g *Gazetteer) corrected(first, later reading) reading {
	says := saysNotOurs
	if later.known() && (later.level == aVillage || !g.own(later.target)) {
		later.others = append(later.others, first.target)
		first = later
		if g.own(first.target) {
			says = "前面写的村，后面又说不是，先按后面的，请核对"
		}
	}
	first.sure, first.firm = min(first.sure, 0.55), false
	first.say(says)
	return first
}

// longestLead is how much is read before a denial to see whether it opens its clause.
const longestLead = 16

// name is what stands there, without its ending.
func (m mention) name(text []rune) string { return string(text[m.from:m.stem]) }

// insideOurs reports whether the mention runs on behind our county or a town of ours, which is denied with it.
func (g *Gazetteer) insideOurs(text []rune, found []mention, i int) bool {
	if ourCounty.MatchString(clauseBefore(text, found[i].from)) {
		return true
	}
	return i > 0 && found[i-1].level() < aVillage && g.own(found[i-1].targets[0]) && runsOn(text, found[i-1].to, found[i].from)
}

// follows is the name among some that runs on behind a point.
func follows(text []rune, at int, names map[string]bool) string {
	for skip := range 5 {
		if at+skip >= len(text) || !runsOn(text, at, at+skip) {
			continue
		}
		for l := 5; l >= 2; l-- {
			to := min(at+skip+l, len(text))
			if _, known := names[string(text[at+skip:to])]; known {
				return string(text[at+skip : to])
			}
		}
	}
	return ""
}

// deny notes what a clause says that denies our county, whose name stands at a point: it is about the village that was named last before it. It is not sure
// where people were spoken of since, unless it says which village.
func deny(gone map[string]bool, text []rune, found []mention, at int, which bool) {
	for _, m := range slices.Backward(until(found, at)) {
		switch {
		case !sameSentence(text, m.to, at):
			return
		case m.level() == aVillage && m.role != denied:
			name := m.name(text)
			if denial.MatchString(strings.ReplaceAll(string(text[max(m.to, at-longestLead):at]), name, "它")) {
				gone[name] = gone[name] || which || !peopled.MatchString(string(text[m.to:at]))
			}
			return
		}
	}
}
