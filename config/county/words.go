package county

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// Words is what people say, and what it points to. The expressions are for texts in simplified characters without blanks and commas.
type Words struct {
	Categories []Phrases      // in the order in which the primary category is looked for
	Cues       []Phrases      // that rules ask for
	Urgent     []Phrases      // by the id of the emergency
	Figure     *regexp.Regexp // what only sounds like an emergency
	Past       *regexp.Regexp // an emergency in a sentence with one of these three is not one of now
	Feared     *regexp.Regexp
	Habit      *regexp.Regexp
	Now        *regexp.Regexp // unless it holds one of these
}

// Phrases are the ways to say one thing.
type Phrases struct {
	ID           string
	Says         *regexp.Regexp // enough by itself
	Also, Unless *regexp.Regexp // hints; what speaks against it. nil when there is none
	Concepts     []string       // concepts of the sign words, all of whose words are hints
}

// Chemical is an entry of the catalogue of hazardous chemicals.
type Chemical struct {
	Names  []string // the name and what else it is called, as people would write it
	Poison bool     // 剧毒
}

type phrasesRow struct {
	Category string   `yaml:"category"`
	ID       string   `yaml:"id"`
	Says     []string `yaml:"says"`
	Also     []string `yaml:"also"`
	Unless   []string `yaml:"unless"`
	Concepts []string `yaml:"concepts"`
}

// words reads words.yaml.
func (l *loader) words(p *Profile) {
	const file = "words.yaml"
	var words, cues, urgent, unless ast.Node
	var now string
	lines := l.fields(file, map[string]any{"words": &words, "cues": &cues, "urgent": &urgent, "urgent_unless": &unless, "urgent_now": &now})
	if lines == nil {
		return
	}
	var concepts []string
	for _, w := range p.SignWords {
		concepts = append(concepts, w.Concept)
	}
	concept := l.known("概念", concepts)
	read := func(node ast.Node, known func(place, string)) []Phrases {
		unique := l.unique()
		var all []Phrases
		for _, e := range items[phrasesRow](l, file, node) {
			id := e.V.ID + e.V.Category
			unique(e.at, "编号", id)
			if known != nil {
				known(e.at, id)
			}
			for _, c := range e.V.Concepts {
				concept(e.at, c)
			}
			all = append(all, Phrases{id, l.pattern(e.at, e.V.Says), l.pattern(e.at, e.V.Also), l.pattern(e.at, e.V.Unless), e.V.Concepts})
		}
		return all
	}
	category := names(p.Categories, func(c Category) string { return c.ID })
	p.Words.Categories = read(words, l.known("类别", category))
	p.Words.Cues = read(cues, nil)
	p.Words.Urgent = read(urgent, l.known("险情", names(p.Emergencies, func(e Emergency) string { return e.ID })))
	for _, id := range category {
		if !slices.ContainsFunc(p.Words.Categories, func(w Phrases) bool { return w.ID == id }) {
			l.bad(place{file, lines["words"]}, "类别“"+id+"”没有说法", "在 words 里给它加一条，放在合适的先后")
		}
	}
	var not struct {
		Past   string `yaml:"past"`
		Feared string `yaml:"feared"`
		Figure string `yaml:"figure"`
		Habit  string `yaml:"habit"`
	}
	at := place{file, lines["urgent_unless"]}
	if unless != nil && l.decode(at, unless, &not) {
		p.Words.Past, p.Words.Feared = l.pattern(at, []string{not.Past}), l.pattern(at, []string{not.Feared})
		p.Words.Figure, p.Words.Habit = l.pattern(at, []string{not.Figure}), l.pattern(at, []string{not.Habit})
	}
	p.Words.Now = l.pattern(place{file, lines["urgent_now"]}, []string{now})
}

// pattern joins expressions; nil when there is none or one is wrong.
func (l *loader) pattern(at place, list []string) *regexp.Regexp {
	for _, s := range list {
		e, err := regexp.Compile(s)
		if err != nil || e.MatchString("") { // a slip such as "(甲|)" would match everywhere
			l.bad(at, "说法“"+s+"”的写法不对", "看看括号和竖线：成对没有，竖线两边是不是空的")
			return nil
		}
	}
	if len(list) == 0 {
		return nil
	}
	return regexp.MustCompile(strings.Join(list, "|"))
}

var bracket = regexp.MustCompile(`[\[［（(].*?[\]］）)]`)

// chemicals reads hazchem.csv.
func (l *loader) chemicals(p *Profile) {
	rows := l.table("hazchem.csv", "name", "alias", "cas", "catalogue_no", "remark", "gb18218_threshold_t", "source")
	for _, e := range rows {
		c := Chemical{Poison: e.V["remark"] == "剧毒"}
		for _, n := range append(strings.Split(e.V["alias"], "|"), e.V["name"]) {
			if n = strings.TrimSpace(bracket.ReplaceAllString(n, "")); utf8.RuneCountInString(n) > 1 {
				c.Names = append(c.Names, n)
			}
		}
		p.Chemicals = append(p.Chemicals, c)
	}
}
