package gazetteer

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// sounding is a name of ours as it is heard, for dictated texts and wrong characters.
type sounding struct {
	runes  []rune
	sounds []*voice // of each character
	to     []target
	ended  bool // its ending is a part of it: 南村, 大武社区
}

// voice is how a character sounds, without tone.
type voice struct {
	plain  []string
	merged []string // as speakers of the region merge sounds: zh/z, ch/c, sh/s, n/l, -ng/-n
}

// soundIndex finds the soundings that may begin at a character, by what is heard there or at the next.
type soundIndex struct {
	all           []sounding
	first, second map[string][]int
	voices        [lastHan - firstHan + 1]atomic.Pointer[voice] // those that were asked for
}

// The block of characters in which names are written; others have no sound here.
const firstHan, lastHan = 0x4E00, 0x9FFF

var silent = &voice{}

// read gives the readings of a character; none for what is no Chinese character.
func (x *soundIndex) read(r rune) *voice {
	if r < firstHan || r > lastHan {
		return silent
	}
	at := &x.voices[r-firstHan]
	if v := at.Load(); v != nil {
		return v
	}
	v := read(r)
	at.Store(&v)
	return &v
}

func (g *Gazetteer) indexSounds() {
	at := map[string]int{}
	g.heard.first, g.heard.second = map[string][]int{}, map[string][]int{}
	for _, s := range g.spellings() {
		n := g.names[s]
		for _, to := range n.targets {
			short, ended := s, false
			switch {
			case to.level == aTown:
				if short, _ = bare(s, townEndings); to.was == aVillage {
					short, _ = bare(s, villageEndings)
				}
			case strings.HasSuffix(s, "社区"):
				ended = true
			case len([]rune(s)) > 2:
				short, _ = bare(s, villageEndings)
			default:
				ended = strings.HasSuffix(s, "村")
			}
			runes := []rune(short)
			if !g.own(to.target) || to.level == aCounty || len(runes) < 2 || strings.HasSuffix(short, "居委会") {
				continue
			}
			i, known := at[short]
			if !known {
				i = len(g.heard.all)
				at[short] = i
				sounds := make([]*voice, len(runes))
				for k, r := range runes {
					sounds[k] = g.heard.read(r)
				}
				g.heard.all = append(g.heard.all, sounding{runes: runes, sounds: sounds, ended: ended})
				g.heard.enter(i)
			}
			if have := &g.heard.all[i].to; !slices.Contains(*have, to.target) {
				*have = append(*have, to.target)
			}
		}
	}
}

func (x *soundIndex) enter(i int) {
	for _, s := range x.all[i].sounds[0].merged {
		x.first[s] = append(x.first[s], i)
	}
	for _, s := range x.all[i].sounds[1].merged {
		x.second[s] = append(x.second[s], i)
	}
}

// read looks a character up in the dictionary.
func read(r rune) voice {
	var out voice
	for s := range strings.SplitSeq(pinyin.PinyinDict[int(r)], ",") {
		s = tones.Replace(s)
		if s == "" || slices.Contains(out.plain, s) {
			continue
		}
		if len(out.plain) == 2 {
			break // the rest are readings of old books
		}
		out.plain = append(out.plain, s)
		if s = merge.Replace(s); !slices.Contains(out.merged, s) {
			out.merged = append(out.merged, s)
		}
	}
	return out
}

var (
	tones = strings.NewReplacer("ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o",
		"ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v", "ḿ", "m", "ń", "n", "ň", "n", "ǹ", "n")
	merge = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "ing", "in", "eng", "en", "ang", "an", "l", "n")
)

// Costs of a character that is not the right one.
const (
	sameSound  = 0.3
	sameMerged = 0.4
	sameShape  = 0.4
	nearSound  = 0.65
	wrong      = 1.0
	none       = 9.0
)

// hear looks for our names with other characters of the same sound, or one wrong character, beside those that were found as written.
func (g *Gazetteer) hear(text []rune, exact []mention, q Query) []mention {
	sounds := make([]*voice, len(text))
	for i, r := range text {
		sounds[i] = g.heard.read(r)
	}
	var best []mention
	for i := range text {
		for _, k := range g.heard.at(sounds, i) {
			m, ok := g.likely(text, sounds, i, &g.heard.all[k], exact, q)
			if ok {
				best = append(best, m)
			}
		}
	}
	return settle(best)
}

// at are the soundings that may begin at a character: what is heard there or at the next one fits.
func (x *soundIndex) at(sounds []*voice, i int) []int {
	var out []int
	for _, s := range sounds[i].merged {
		out = append(out, x.first[s]...)
	}
	if i+1 < len(sounds) {
		for _, s := range sounds[i+1].merged {
			out = append(out, x.second[s]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// numbers end the names of villages that are told apart by them; behind them measures count something else.
const (
	numbers  = "一二三四五六七八九十"
	digits   = "12345678"
	measures = "处户家个座间栋条片块道层"
)

// counts reports whether the numeral before a point counts what stands there: 大武一家 is not 大武一村.
func counts(text []rune, at int) bool {
	return at > 0 && strings.ContainsRune(numbers, text[at-1]) && at < len(text) && strings.ContainsRune(measures, text[at])
}

// likely decides whether a name may be meant by what is written at a point. The shorter it is and the worse it is hit, the more must speak for it: an ending,
// its town before it, or what is said of places behind it, because two syllables sound like something else all the time.
func (g *Gazetteer) likely(text []rune, sounds []*voice, at int, s *sounding, exact []mention, q Query) (mention, bool) {
	m := mention{from: at, to: at + len(s.runes)}
	if m.to > len(text) || strings.ContainsRune(numbers+digits, s.runes[len(s.runes)-1]) && at0(text, m.to) != '村' { // 大武镇一处 is not 大武一村
		return m, false
	}
	m.cost = s.cost(text[at:m.to], sounds[at:m.to])
	if m.cost == 0 || m.cost > wrong+sameSound || len(s.runes) == 2 && m.cost > wrong || overlaps(exact, at, m.to) {
		return m, false
	}
	before := upTo(exact, at)
	m.stem, m.targets = m.to, s.to
	if in := container(text, before, at); in != nil {
		within := slices.DeleteFunc(slices.Clone(s.to), func(t target) bool { return !t.within(in.targets[0]) })
		switch {
		case len(within) > 0:
			m.targets, m.joined = within, true
		case in.to == at && in.level() == aTown: // the town right before it has no such village
			return m, false
		}
	}
	if picked := slices.DeleteFunc(slices.Clone(m.targets), func(t target) bool { return t.town != q.Town }); q.Town != "" && len(picked) > 0 {
		m.targets, m.picked = picked, true
	}
	m.targets, m.full = s.here(m.targets, text, m.to)
	if len(m.targets) == 0 {
		return m, false
	}
	fits := m.cost <= nearSound && !homophones[string(text[at:m.to])]
	lives, stands := fits && told(text, at, m.to), fits && standsOn(text, m.to, false)
	m.opens = lives || begins(text, at, before)
	m.evident = m.full || lives || (m.opens || m.joined) && (stands || sites(text, m.to))
	starts := at == 0 || !unicode.Is(unicode.Han, text[at-1]) || lives || stands && leads(text, at)
	if !allowed(len(s.runes), s.ended, m, starts) || g.isWord(text, at, m.to) {
		return m, false
	}
	m.role = roleOf(text, at, m.to)
	return m, m.role != denied && (m.joined || !g.foreign(text, at, before))
}

// isWord reports whether what is written at a point is something else: a city, a word of everyday speech, a person, a firm.
func (g *Gazetteer) isWord(text []rune, from, to int) bool {
	written, behind := string(text[from:to]), string(text[to:min(len(text), to+4)])
	return to-from == 2 && strings.ContainsRune(numbers, text[from]) && strings.ContainsRune(measures, text[from+1]) || slices.Contains(regions, written) || isOrdinary(written) || slices.Contains(places, written) || cuts(text, from) || cuts(text, to) || household(text, from) ||
		from > 0 && text[from-1] == '叫' && !strings.HasPrefix(behind, "村") || isFirm(behind)
}

// here are the places that a name may stand for with the ending that follows: of a town and a village of the same name, the one that it tells.
func (s *sounding) here(of []target, text []rune, to int) (left []target, full bool) {
	next := string(text[to:min(len(text), to+3)])
	village := func(t target) bool {
		return t.level == aVillage && !strings.HasSuffix(t.name, "社区") || t.was == aVillage
	}
	only := func(fits func(target) bool) []target {
		return slices.DeleteFunc(slices.Clone(of), func(t target) bool { return !fits(t) })
	}
	switch {
	case s.ended:
		return of, true
	case startsWithAny(next, townEndings):
		left = only(func(t target) bool { return t.level == aTown && t.was != aVillage })
		return left, true
	case startsWithAny(next, []string{"村", "自然村"}):
		return only(village), true
	}
	if left = only(func(t target) bool { return t.level == aTown && t.was != aVillage }); len(left) > 0 {
		return left, false
	}
	return of, false
}

func allowed(runes int, ended bool, m mention, starts bool) bool {
	switch {
	case runes == 2 && ended: // 南村: anything in front of 村 sounds like it
		return m.joined && m.cost <= nearSound
	case ended && runes > 3 && (m.joined || m.picked): // 积路社区, in its town
		return m.cost <= wrong
	case ended:
		return m.cost <= nearSound
	case runes == 2 && m.joined:
		return m.cost <= nearSound && m.evident || m.cost <= sameSound || m.full && m.cost <= wrong
	case runes == 2 && m.full:
		return m.opens && m.cost <= nearSound
	case runes == 2 && m.picked:
		return m.opens && m.evident && m.cost <= sameMerged || starts && m.cost <= sameSound
	case runes == 2:
		return starts && m.evident && m.cost <= sameSound
	case m.joined, m.full && m.opens:
		return m.cost <= wrong+sameSound
	case m.full:
		return m.cost <= nearSound
	case m.evident && m.opens:
		return m.cost <= nearSound
	}
	return (m.opens && m.cost <= nearSound || m.cost <= sameSound) && runes > 2
}

// settle keeps, where likely names overlap, the one that is written best, and makes one mention of those that are written equally well.
func settle(all []mention) []mention {
	slices.SortStableFunc(all, func(a, b mention) int {
		return int(1000*(a.score()-b.score())) + 0
	})
	var out []mention
	taken := map[int]int{} // by which of out a character is, from 1
	for _, m := range all {
		i := len(out)
		for at := m.from; at < m.to; at++ {
			if t := taken[at]; t > 0 {
				i = min(i, t-1)
			}
		}
		switch {
		case i == len(out):
			out = append(out, m)
			for at := m.from; at < m.to; at++ {
				taken[at] = len(out)
			}
		case out[i].from == m.from && out[i].to == m.to && m.score() < out[i].score()+0.05:
			out[i].targets = append(slices.Clip(out[i].targets), m.targets...)
		}
	}
	slices.SortFunc(out, func(a, b mention) int { return a.from - b.from })
	return out
}

// score orders what may be meant: the cost, less something for a name behind its town and for each further character that fits.
func (m mention) score() float64 {
	s := m.cost - 0.1*float64(m.to-m.from)
	if m.joined {
		s -= 0.5
	}
	if m.full {
		s -= 0.2
	}
	return s
}

// cost adds up what is wrong. 家 with another surname, or a hamlet's name with another kind of ground at its end (沟, 庄, 山), is another village and not a
// mistake, unless it looks or sounds alike.
func (s *sounding) cost(text []rune, heard []*voice) float64 {
	const grounds = "沟庄山湾坡塔焉峪会崖岭坪梁洼"
	const numbers = "一二三四五六七八九十"
	const particles = "的地得了在是有那这个和跟也都就" // end a word; nobody mistypes a name into one
	sum := 0.0
	for i, r := range s.runes {
		switch {
		case sum > wrong+sameSound:
			return none
		case text[i] == r:
		case len(heard[i].plain) == 0:
			return none
		case common(heard[i].plain, s.sounds[i].plain) && !(strings.ContainsRune(numbers, r) && strings.ContainsRune(numbers, text[i])):
			sum += sameSound
		case strings.ContainsRune(numbers, r):
			return none
		case common(heard[i].merged, s.sounds[i].merged):
			sum += sameMerged
		case alike(text[i], r):
			sum += sameShape
		case i == len(s.runes)-1 && strings.ContainsRune(grounds, r) && strings.ContainsRune(grounds, text[i]):
			return none
		case i == 0 && strings.ContainsRune("东西南北前后上下", r) && strings.ContainsRune("东西南北前后上下", text[i]):
			return none
		case i == 0 && len(s.runes) > 1 && s.runes[1] == '家' && strings.ContainsRune(surnames, text[i]):
			return none
		case near(heard[i].merged, s.sounds[i].merged):
			sum += nearSound
		case i == 0 && len(s.runes) > 1 && s.runes[1] == '家', strings.ContainsRune(particles, text[i]):
			return none
		default:
			sum += wrong
		}
	}
	return sum
}

func common(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func near(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool {
		return slices.ContainsFunc(b, func(t string) bool { return oneApart(s, t) })
	})
}

// oneApart reports whether one letter more, less or other makes one sound of the other.
func oneApart(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > 1 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i+1:] == b[i:]
}

// overlaps reports whether a name that was found as it is spelt stands there, other than one that is only the beginning of what is heard, as 大武 in
// 大五二村, or only a part of it that several villages share.
func overlaps(all []mention, from, to int) bool {
	return slices.ContainsFunc(until(since(all, from), to), func(m mention) bool {
		inside := from <= m.from && m.stem <= to && m.stem-m.from < to-from
		return from < m.to && m.from < to && !(inside && !m.full && m.level() < aVillage && m.from == from) && !(inside && len(m.targets) > 1 && m.level() == aVillage)
	})
}

// Mentions in the order of a text that do not overlap are looked through around a point only: a text of nothing but names must not cost the square of them.

// upTo are the mentions that end before a point.
func upTo(all []mention, at int) []mention { return all[:len(all)-len(since(all, at))] }

// since are the mentions that end behind a point.
func since(all []mention, at int) []mention {
	n, _ := slices.BinarySearchFunc(all, at, func(m mention, at int) int {
		if m.to <= at {
			return -1
		}
		return 1
	})
	return all[n:]
}

// until are the mentions that begin before a point.
func until(all []mention, at int) []mention {
	n, _ := slices.BinarySearchFunc(all, at, func(m mention, at int) int { return cmp.Or(cmp.Compare(m.from, at), 1) })
	return all[:n]
}
