package route

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"qianshao/config/county"
)

//go:embed accuse.yaml
var accuseList []byte

// accusations are the words of accuse.yaml.
type accusations struct {
	Innocent, Address, Wishes, Asking, Ill, Wanted, Township, Office, Title, Visitor, Before, Behind, Strong, Outright, Near, Weak []string

	BeforeIll []string `yaml:"before_ill"`
	Theirs    string

	theirs                                               *regexp.Regexp
	ill, beforeIll, wanted, strong, outright, near, weak []*regexp.Regexp
}

// accused is who a tip speaks ill of.
type accused struct {
	units   []string // ids; who must not read it
	strong  bool     // of more than idleness
	weak    bool
	unnamed bool // somebody in office, nobody said where
}

func (a accused) any() bool { return a.strong || a.weak }

func readAccusations() (*accusations, error) {
	l := &accusations{}
	if err := yaml.UnmarshalWithOptions(accuseList, l, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("route: accuse.yaml: %w", err)
	}
	for _, k := range []struct {
		from []string
		to   *[]*regexp.Regexp
	}{{l.Ill, &l.ill}, {l.BeforeIll, &l.beforeIll}, {l.Wanted, &l.wanted}, {l.Strong, &l.strong}, {l.Outright, &l.outright}, {l.Near, &l.near}, {l.Weak, &l.weak}} {
		for _, s := range k.from {
			e, err := regexp.Compile(s)
			if err != nil {
				return nil, fmt.Errorf("route: accuse.yaml: %w", err)
			}
			*k.to = append(*k.to, e)
		}
	}
	var err error
	if l.theirs, err = regexp.Compile(l.Theirs); err != nil {
		return nil, fmt.Errorf("route: accuse.yaml: %w", err)
	}
	return l, nil
}

// who is an office or an official in a sentence.
type who struct {
	unit     string // "" when nobody knows
	from, to int    // bytes
	visitor  bool
}

// nearBy is how far from who is meant, in bytes, a word of the near list counts: twelve characters.
const nearBy = 12 * 3

// accuses reads the texts, each for itself: what is written into the field for the place has nothing beside it in the words.
func (r *Router) accuses(f Facts) accused {
	var a accused
	for _, text := range append(slices.Clone(f.Texts), f.Later...) {
		said := r.sentences(text)
		people := make([][]who, len(said))
		for i, s := range said {
			people[i] = r.people(s, f.Town)
		}
		for i, s := range said {
			r.blame(s, people, i, &a)
		}
	}
	slices.Sort(a.units)
	a.units = slices.Compact(a.units)
	return a
}

// blame looks for reproaches in the sentence, and for who is in it and beside it.
func (r *Router) blame(s string, people [][]who, at int, a *accused) {
	beside := slices.Concat(people[max(0, at-1):min(len(people), at+2)]...)
	if len(r.accuse.found(r.accuse.outright, s)) > 0 {
		a.strong, a.unnamed = true, true
	}
	if len(beside) == 0 {
		return
	}
	strong, weak := r.accuse.found(r.accuse.strong, s), r.accuse.found(r.accuse.weak, s)
	blame := func(w who) {
		if w.unit == "" {
			a.unnamed = true
		} else {
			a.units = append(a.units, w.unit)
		}
	}
	for _, w := range beside {
		switch {
		case len(strong) > 0:
			a.strong = true
			blame(w)
		case len(weak) > 0 && !w.visitor:
			a.weak = true
			blame(w)
		}
	}
	if len(people[at]) == 0 {
		return
	}
	near := r.accuse.found(r.accuse.near, s)
	for _, w := range people[at] {
		if slices.ContainsFunc(near, func(m []int) bool { return m[0]-w.to <= nearBy && w.from-m[1] <= nearBy }) {
			a.strong = true
			blame(w)
		}
	}
}

// found gives where one of the expressions stands and nothing denies it or only wishes it were not so.
func (l *accusations) found(list []*regexp.Regexp, s string) (at [][]int) {
	for _, e := range list {
		for _, m := range e.FindAllStringIndex(s, -1) {
			wish := slices.ContainsFunc(l.Wishes, func(w string) bool { return strings.HasSuffix(s[:m[0]], w) })
			if !wish && !deniedAt(s, m[0]) {
				at = append(at, m)
			}
		}
	}
	return at
}

// sentences cuts a text and takes out what stands between the characters and what only looks like a word of the lists.
func (r *Router) sentences(text string) []string {
	var all []string
	for _, s := range strings.FieldsFunc(text, endsThought) {
		s = strings.TrimSpace(s)
		for _, w := range r.accuse.Address {
			s = strings.TrimPrefix(s, w)
		}
		s = normal(s)
		for _, w := range r.accuse.Innocent {
			s = strings.ReplaceAll(s, w, "　")
		}
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}

// people lists the offices and officials of a sentence. Longer words hide what lies within them, so that 镇长 is not somebody without a place as well.
func (r *Router) people(s, town string) []who {
	var all, read []who // read: also those that are places
	add := func(unit, word string, visitor bool) {
		for from := 0; word != ""; {
			i := strings.Index(s[from:], word)
			if i < 0 {
				return
			}
			w := who{unit: unit, from: from + i, to: from + i + len(word), visitor: visitor}
			from = w.to
			if slices.ContainsFunc(read, func(o who) bool { return o.from <= w.from && w.to <= o.to }) {
				continue
			}
			if read = append(read, w); !r.atOffice(s, w) && !r.askedFor(s, w.from) {
				all = append(all, w)
			}
		}
	}
	for _, t := range r.p.Towns {
		for _, n := range append([]string{t.Name}, t.Aliases...) {
			for _, o := range r.accuse.Office {
				add(county.TownUnit(t.Code), n+o, false)
			}
		}
	}
	for _, u := range r.p.Units {
		for _, w := range append([]string{u.Name}, u.Called...) {
			add(u.ID, w, false)
		}
	}
	for _, o := range r.accuse.Township {
		mark := len(all)
		add("", o, false)
		for i := mark; i < len(all); i++ {
			all[i].unit = r.townBefore(s[:all[i].from], o, town)
		}
	}
	for _, o := range r.accuse.Title {
		add("", o, false)
	}
	for _, o := range r.accuse.Visitor {
		add("", o, true)
	}
	m, _ := r.p.Route(official)
	return joined(slices.DeleteFunc(slices.Clone(all), func(w who) bool { return w.unit == m.Lead && !r.spokenIllOf(s, w, all) }), s)
}

// joined drops an official without an office who stands behind an office: 应急局的李科长 is of that bureau.
func joined(all []who, s string) []who {
	return slices.DeleteFunc(slices.Clone(all), func(w who) bool {
		return w.unit == "" && slices.ContainsFunc(all, func(o who) bool {
			return o.unit != "" && o.to <= w.from && w.from-o.to <= 5*utf8.UTFMax && utf8.RuneCountInString(s[o.to:w.from]) <= 5
		})
	})
}

// townBefore is the township that a word speaks of: the town named last before it, not far off, else that of the place.
func (r *Router) townBefore(head, word, town string) string {
	const far = 8 * 3
	head = head[max(0, len(head)-far):]
	last, code := -1, town
	for _, t := range r.p.Towns {
		for _, n := range append([]string{t.Name}, t.Aliases...) {
			short := strings.TrimSuffix(n, "镇")
			if i := strings.LastIndex(head+word, short); i > last {
				last, code = i, t.Code
			}
		}
	}
	if code == "" {
		return ""
	}
	return county.TownUnit(code)
}

// askReach is how far before a unit's name a word stands that asks for it, in bytes: four characters.
const askReach = 4 * 3

// askedFor reports whether the words before a unit's name ask for its help: 请求公安保护我. 请不要派 asks for nothing.
func (r *Router) askedFor(s string, at int) bool {
	ahead := last(s[:at], askReach)
	return slices.ContainsFunc(r.accuse.Asking, func(a string) bool {
		_, rest, found := strings.Cut(ahead, a)
		return found && !strings.ContainsAny(rest, "不别没")
	})
}

// spokenIllOf reports whether words beside those who look into officials speak ill of them: between whom is named before and behind them.
func (r *Router) spokenIllOf(s string, w who, all []who) bool {
	rest := s[w.to:]
	for _, o := range all {
		if o.from < w.to || o.from-w.to >= len(rest) || o.unit == "" && r.accuse.theirs.MatchString(s[w.to:o.from]) {
			continue
		}
		if rest = s[w.to:o.from]; rest == "" && strings.HasPrefix(s[o.to:], "都") { // 县纪委、市纪委都收了钱
			return true
		}
	}
	says := func(list []*regexp.Regexp, s string) bool {
		return slices.ContainsFunc(list, func(e *regexp.Regexp) bool { return e.MatchString(s) })
	}
	return !says(r.accuse.wanted, rest) && (says(r.accuse.beforeIll, s[:w.from]) || says(r.accuse.ill, rest))
}

// atOffice reports whether the words around say that the building or the home is meant: 镇政府旁边, 书记家后头, 离派出所.
func (r *Router) atOffice(s string, w who) bool {
	rest := strings.TrimPrefix(s[w.to:], "的")
	return slices.ContainsFunc(r.accuse.Behind, func(b string) bool { return strings.HasPrefix(rest, b) || strings.HasPrefix(s[w.to:], b) }) ||
		slices.ContainsFunc(r.accuse.Before, func(b string) bool { return strings.HasSuffix(s[:w.from], b) })
}

// hide takes those out who are accused; one level up decides. It comes last, so that nothing puts them back.
func (r *Router) hide(d *Decision, a accused, f Facts) {
	if !a.any() {
		return
	}
	d.Hidden = slices.Clone(a.units)
	if a.unnamed && f.Town != "" { // the office that is next to it
		d.Hidden = append(d.Hidden, county.TownUnit(f.Town))
	}
	slices.Sort(d.Hidden)
	d.Hidden = slices.Compact(d.Hidden)
	if d.Sealed {
		d.Hidden = slices.DeleteFunc(d.Hidden, func(u string) bool { return u == d.Lead || slices.Contains(d.Co, u) })
		return
	}
	out := func(u string) bool { return slices.Contains(d.Hidden, u) }
	m, _ := r.p.Route(official)
	if out(county.DutyDesk) || out(above) { // nobody but the discipline inspection stands above them
		d.Rule, d.Lead, d.Co, d.Oversight, d.Sealed = official, r.overseer(out), nil, "", true
		d.Reasons = append(d.Reasons, "规则 "+official+"：写的话牵扯到管派单的单位，只有"+r.p.UnitName(d.Lead)+"看得到。依据："+m.Source.Cite)
		return
	}
	d.Co = slices.DeleteFunc(d.Co, out)
	if out(d.Lead) || a.unnamed && d.Lead != above {
		d.Lead, d.Rule = county.DutyDesk, ruleAccused
		d.Co = slices.DeleteFunc(d.Co, func(u string) bool { return a.unnamed || u == county.DutyDesk })
	}
	if d.Oversight == "" || out(d.Oversight) {
		d.Oversight = county.DutyDesk
	}
	d.Reasons = append(d.Reasons, "规则 "+ruleAccused+"：写的话牵扯到经办的单位，那个单位看不到，由上一级定。依据："+m.Source.Cite)
}
