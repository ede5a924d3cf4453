package gazetteer

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// sounding is a name of ours as it is heard, for dictated texts and wrong characters.
type sounding struct {
	runes     []rune
	syllables []string
	to        target
}

func (g *Gazetteer) indexSounds() {
	seen := map[string]bool{}
	for _, s := range g.spellings() {
		n := g.names[s]
		for _, to := range n.targets {
			short, _ := bare(string(n.runes), villageEndings)
			if to.level == aTown && !to.former {
				short, _ = bare(string(n.runes), townEndings)
			}
			runes := []rune(short)
			key := short + to.name
			if !g.own(to) || to.level == aCounty || len(runes) < 2 || seen[key] {
				continue
			}
			seen[key] = true
			g.sounds = append(g.sounds, sounding{runes, g.syllables(runes), to})
		}
	}
}

// syllables gives each character's sound without tone, as speakers of the region merge them: zh/z, ch/c, sh/s, n/l, -ng/-n. Empty for anything else.
func (g *Gazetteer) syllables(text []rune) []string {
	out := make([]string, len(text))
	for i, r := range text {
		if !unicode.Is(unicode.Han, r) {
			continue
		}
		if s := pinyin.SinglePinyin(r, g.pinyin); len(s) > 0 {
			out[i] = merge.Replace(s[0])
		}
	}
	return out
}

var merge = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s", "ing", "in", "eng", "en", "ang", "an")

// Costs of a character that is not the right one.
const (
	sameSound = 0.3
	nearSound = 0.6
	wrong     = 1.0
)

// hear looks for one of our names with other characters of the same sound, or one wrong character. It is asked only when no name was found as written.
// A short or badly hit name must be followed by 村 or 镇 or stand behind its town, because two syllables sound like something else all the time.
func (g *Gazetteer) hear(text []rune, exact []mention) []mention {
	heard := g.syllables(text)
	var best []mention
	lowest := 2.0
	for i := range text {
		for _, s := range g.sounds {
			end := i + len(s.runes)
			if end > len(text) || overlaps(exact, i, end) {
				continue
			}
			cost := s.cost(text[i:end], heard[i:end])
			context, joined := nearest(upTo(exact, i), i)
			joined = joined && (s.to.within(context))
			named := end < len(text) && (s.to.level == aVillage || s.to.former) && text[end] == '村' ||
				end < len(text) && s.to.level == aTown && strings.ContainsRune("镇乡", text[end])
			named = named || s.to.level == aVillage && cost <= sameSound && beside(text, end)
			if len(s.runes) == 2 && !begins(text, i, exact) {
				continue
			}
			if cost == 0 || cost > lowest || !allowed(len(s.runes), cost, joined, named) {
				continue
			}
			if cost < lowest {
				best, lowest = nil, cost
			}
			best = append(best, mention{from: i, to: end, full: named, targets: []target{s.to}, joined: joined, weight: 1, misheard: true})
		}
	}
	return together(best)
}

// together makes one mention of all places that the same stretch of text may mean, those behind their town alone where there are any.
func together(all []mention) []mention {
	var out []mention
	for _, m := range all {
		if len(out) == 0 || out[len(out)-1].from != m.from {
			out = append(out, m)
			continue
		}
		switch last := &out[len(out)-1]; {
		case m.joined && !last.joined:
			*last = m
		case m.joined == last.joined:
			last.targets = append(last.targets, m.targets...)
		}
	}
	return out
}

func allowed(runes int, cost float64, joined, named bool) bool {
	switch {
	case runes == 2:
		return cost <= nearSound && named || cost <= sameSound && joined
	case cost <= nearSound:
		return true
	}
	return cost <= wrong && (joined || named)
}

// cost adds up what is wrong; more than one wrong character is no likeness. 家 with another surname, or a hamlet's name with another kind of ground at its
// end (沟, 庄, 山), is another village and not a mistake.
func (s sounding) cost(text []rune, heard []string) float64 {
	const grounds = "沟庄山湾坡塔焉峪会崖岭坪梁洼"
	sum := 0.0
	for i, r := range s.runes {
		switch {
		case text[i] == r:
		case heard[i] == "":
			return 9
		case heard[i] == s.syllables[i]:
			sum += sameSound
		case i == len(s.runes)-1 && strings.ContainsRune(grounds, r) && strings.ContainsRune(grounds, text[i]):
			return 9
		case distance(heard[i], s.syllables[i]) == 1:
			sum += nearSound
		case i == 0 && len(s.runes) > 1 && s.runes[1] == '家':
			return 9
		default:
			sum += wrong
		}
	}
	return sum
}

// distance is Levenshtein's, on the letters of a syllable.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func overlaps(all []mention, from, to int) bool {
	for _, m := range all {
		if from < m.to && m.from < to {
			return true
		}
	}
	return false
}

// upTo are the mentions that end before a point.
func upTo(all []mention, at int) []mention {
	n := 0
	for n < len(all) && all[n].to <= at {
		n++
	}
	return all[:n]
}
