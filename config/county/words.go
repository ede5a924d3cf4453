package county

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/vm"
	"github.com/goccy/go-yaml/ast"
)

// Words is words.yaml: what people say, and what it points to. It only suggests; a person decides.
type Words struct {
	Signs      map[string][]Phrase // by sign: told in words as if it were ticked
	Categories map[string][]Phrase // by category: said outright
	Hints      map[string][]Phrase // by name: what a rule may ask for beside signs and categories
	Landmarks  []Phrase            // by which somebody sent to a town would find the place
	Unplaced   []Phrase            // by which the person says that even they could not find it again, whatever landmark they name
	Urgent     Urgent
	Primary    []Sorting // the first one that matches names the primary category
	Also       []Sorting // all that match name others
	Meanings   []Meaning // for Learned
	Innocent   []string  // taken out before anything is looked for: they hold a word of the lists and mean something else
}

// Meaning is a thing that people say in many ways.
type Meaning struct {
	Name string
	Choices
}

// Sorting is a line of the lists primary and also: When is like a rule's, and asks SortFacts.
type Sorting struct {
	Category string `yaml:"category"`
	When     string `yaml:"when"`

	when *vm.Program
}

// SortFacts is all that a Sorting may ask.
type SortFacts struct {
	Category string   `expr:"category"` // the primary one; "" while it is looked for
	Said     []string `expr:"said"`     // categories that words say outright, that strong signs name first, and that answers point to
	Signs    []string `expr:"signs"`    // ticked, or told in words
	Sites    []string `expr:"sites"`
	Hints    []string `expr:"hints"`
}

// Matches runs the condition.
func (s *Sorting) Matches(f SortFacts) bool { return holds(s.when, f) }

// ChemicalHint is the hint that the program gives itself: a name of hazchem.csv stands in the text, and not as a smell.
const ChemicalHint = "chemical"

// Urgent is what makes words an emergency.
type Urgent struct {
	Happened map[string][]Phrase // by emergency: enough alone, where nothing says that it is over, feared or heard of
	Means    map[string][]string // by emergency: names of meanings that tell of it; under none, of one that is no choice
	Perhaps  map[string][]Phrase // by emergency: enough where Now or a Cry stands beside it
	Cues     []Cue               // each says little; enough together, see Enough
	Enough   float64             // weight of the cues that make an emergency, one of an event among them
	Cries    []Phrase            // somebody calls for help at this moment
	Now      []Phrase
	Past     []Phrase // before it: it is over
	Aside    []Phrase // directly behind a word of Past: a thing has a past, the event has none
	Still    []Phrase // behind it: it goes on, whenever it began
	Habit    []Phrase // it is so every day
	Feared   []Phrase // before it: it may happen
	After    []Phrase // directly behind it: a danger, a past or a question, no event
	Rumour   []Phrase
	Innocent []string
	Animals  map[string][]Phrase // by emergency: what tells of it, said of animals; no person may be harmed
	Keepers  []Phrase            // people who are called by their animals
	People   []Phrase            // harm, said of people
}

// Cue is something that goes with emergencies. It counts once, wherever it is said of now.
type Cue struct {
	Weight  float64
	Event   string // the emergency of which it tells; "" for what only goes with one
	Phrases []Phrase
}

// Phrase is a sequence of words that stand near one another, in this order.
type Phrase []Choices

// Choices are words of which one must be there.
type Choices struct {
	Words     []string
	Far       bool // it may stand anywhere behind what comes before it, in a later sentence too
	Chemicals bool // any name of hazchem.csv
	Toxic     bool // any name of hazchem.csv that is 剧毒
}

// Chemical is a line of hazchem.csv.
type Chemical struct {
	Names    []string // as the catalogue and as people call it, two characters at least
	Toxic    bool     // 剧毒
	Harmless bool     // listed because people name it, and no hazardous chemical
}

// Names of the groups that are read from other files.
const (
	chemicalsGroup = "化学品"
	toxicGroup     = "剧毒品"
)

// words reads words.yaml, of which the groups may be concepts of sign-words.csv.
func (l *loader) words(p *Profile) {
	const name = "words.yaml"
	var groups, meanings, signs, categories, hints, landmarks, unplaced, urgent, primary, also ast.Node
	lines := l.fields(name, map[string]any{"groups": &groups, "meanings": &meanings, "signs": &signs, "categories": &categories, "hints": &hints, "landmarks": &landmarks, "unplaced": &unplaced,
		"urgent": &urgent, "primary": &primary, "also": &also, "innocent": &p.Words.Innocent})
	if lines == nil {
		return
	}
	r := &phraseReader{loader: l, file: name, groups: map[string]string{}, blind: len(p.SignWords) == 0}
	for _, w := range p.SignWords {
		r.groups[w.Concept] = strings.TrimPrefix(r.groups[w.Concept]+"/"+w.Word, "/")
	}
	for _, v := range r.mapping(groups) {
		var text string
		if l.decode(place{name, v.Key.GetToken().Position.Line}, v.Value, &text) {
			r.groups[v.Key.GetToken().Value] = text
		}
	}
	for _, v := range r.mapping(meanings) {
		var text string
		c, at := Meaning{Name: v.Key.GetToken().Value}, place{name, v.Key.GetToken().Position.Line}
		if l.decode(at, v.Value, &text) && r.choices(at, text, &c.Choices, 0) {
			p.Words.Meanings = append(p.Words.Meanings, c)
		}
	}
	p.Words.Signs = r.byID(signs, l.known("迹象", names(p.Signs, func(s Sign) string { return s.ID })))
	p.Words.Categories = r.byID(categories, l.known("类别", names(p.Categories, func(c Category) string { return c.ID })))
	p.Words.Hints = r.byID(hints, func(place, string) {})
	p.Words.Landmarks, p.Words.Unplaced = r.list(landmarks), r.list(unplaced)
	r.urgent(p, urgent)
	p.Words.Primary, p.Words.Also = r.sorting(p, primary), r.sorting(p, also)
}

// sorting reads the conditions that choose a category.
func (r *phraseReader) sorting(p *Profile, node ast.Node) []Sorting {
	v := p.vocabulary()
	known := r.known("类别", v["category"])
	v = vocabulary{"category": withAlso(v["category"], ""), "said": v["category"], "signs": v["signs"], "sites": v["sites"], "hints": v["hints"]}
	var all []Sorting
	for _, e := range items[Sorting](r.loader, r.file, node) {
		known(e.at, e.V.Category)
		program, what, remedy := compile(e.V.When, SortFacts{}, v)
		if what != "" {
			r.bad(e.at, what, remedy)
			continue
		}
		e.V.when = program
		all = append(all, e.V)
	}
	return all
}

// phraseReader reads phrases and the groups that they name.
type phraseReader struct {
	*loader
	file   string
	groups map[string]string
	blind  bool // the concepts are missing, and their file is at fault
}

// urgent reads the part of that name.
func (r *phraseReader) urgent(p *Profile, node ast.Node) {
	u := &p.Words.Urgent
	lists := map[string]*[]Phrase{"cries": &u.Cries, "now": &u.Now, "still": &u.Still, "past": &u.Past, "aside": &u.Aside, "habit": &u.Habit, "feared": &u.Feared, "after": &u.After, "rumour": &u.Rumour, "keepers": &u.Keepers, "people": &u.People}
	emergency := r.known("紧急情况", names(p.Emergencies, func(e Emergency) string { return e.ID }))
	for _, v := range r.mapping(node) {
		key, at := v.Key.GetToken().Value, place{r.file, v.Key.GetToken().Position.Line}
		switch {
		case key == "happened":
			u.Happened = r.byID(v.Value, emergency)
		case key == "means":
			if r.decode(at, v.Value, &u.Means) {
				meaning := r.known("意思", names(p.Words.Meanings, func(m Meaning) string { return m.Name }))
				for _, e := range sorted(u.Means) {
					emergency(at, e)
					for _, m := range u.Means[e] {
						meaning(at, m)
					}
				}
			}
		case key == "enough":
			r.decode(at, v.Value, &u.Enough)
		case key == "cues":
			u.Cues = r.cues(v.Value, emergency)
		case key == "perhaps":
			u.Perhaps = r.byID(v.Value, emergency)
		case key == "animals":
			u.Animals = r.byID(v.Value, emergency)
		case key == "innocent":
			for _, p := range r.list(v.Value) {
				u.Innocent = append(u.Innocent, p[0].Words...)
			}
		case lists[key] != nil:
			*lists[key] = r.list(v.Value)
		default:
			r.bad(at, "不认识的字段“"+key+"”", "删掉它，或者改成这里头的一个：happened、perhaps、means、cues、enough、animals、innocent、"+strings.Join(sorted(lists), "、"))
		}
	}
}

// cueRow is a line of the cues.
type cueRow struct {
	Weight float64  `yaml:"weight"`
	Event  string   `yaml:"event"`
	Words  []string `yaml:"words"`
}

// cues reads the list of that name.
func (r *phraseReader) cues(node ast.Node, emergency func(place, string)) []Cue {
	var all []Cue
	for _, e := range items[cueRow](r.loader, r.file, node) {
		c := Cue{Weight: e.V.Weight, Event: e.V.Event}
		if c.Event != "" {
			emergency(e.at, c.Event)
		}
		for _, w := range e.V.Words {
			if p := r.phrase(e.at, w); p != nil {
				c.Phrases = append(c.Phrases, p)
			}
		}
		if c.Weight <= 0 || len(c.Phrases) == 0 {
			r.bad(e.at, "这条线索没有分量，或者没有词", "weight 写大于 0 的数，words 至少写一条")
			continue
		}
		all = append(all, c)
	}
	return all
}

// mapping gives the lines of a mapping; what is none is a problem.
func (r *phraseReader) mapping(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case nil:
		return nil // its absence is a problem already
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	r.bad(place{r.file, node.GetToken().Position.Line}, "这里应当是一行行“名字: 值”", "照自带的同名文件的样子写")
	return nil
}

// byID reads a mapping of lists of phrases.
func (r *phraseReader) byID(node ast.Node, known func(place, string)) map[string][]Phrase {
	all := map[string][]Phrase{}
	for _, v := range r.mapping(node) {
		known(place{r.file, v.Key.GetToken().Position.Line}, v.Key.GetToken().Value)
		all[v.Key.GetToken().Value] = r.list(v.Value)
	}
	return all
}

func (r *phraseReader) list(node ast.Node) []Phrase {
	var all []Phrase
	for _, e := range items[string](r.loader, r.file, node) {
		if p := r.phrase(e.at, e.V); p != nil {
			all = append(all, p)
		}
	}
	return all
}

// most is how much one phrase may hold: every sequence is looked for in every tip.
const (
	mostSets  = 4
	mostWords = 500
)

// phrase reads 桶/罐…堆/$存放: alternatives between slashes, a gap for the dots, $ for a group.
func (r *phraseReader) phrase(at place, text string) Phrase {
	var p Phrase
	for i, part := range strings.Split(text, "…") {
		part, far := strings.CutPrefix(part, "~")
		c := Choices{Far: far}
		if far && i == 0 {
			r.bad(at, "“"+text+"”一开头就是“~”", "“~”写在“…”后面，前面要有词")
			return nil
		}
		if !r.choices(at, part, &c, 0) {
			return nil
		}
		slices.Sort(c.Words)
		c.Words = slices.Compact(c.Words)
		p = append(p, c)
	}
	if len(p) > mostSets || slices.ContainsFunc(p, func(c Choices) bool { return len(c.Words) > mostWords }) {
		r.bad(at, "“"+text+"”太大", "“…”最多用三次，一组不超过五百个词")
		return nil
	}
	return p
}

// choices reads alternatives; a group may name groups, a few deep.
func (r *phraseReader) choices(at place, text string, to *Choices, depth int) bool {
	for w := range strings.SplitSeq(text, "/") {
		name, group := strings.CutPrefix(w, "$")
		switch {
		case w == "" || w == "$" || strings.ContainsAny(w, " 　，。"):
			r.bad(at, "“"+text+"”里有空的词，或者带了空格、逗号、句号", "词和词之间只写一个“/”，隔几个字的地方写“…”")
			return false
		case !group:
			to.Words = append(to.Words, w)
		case name == chemicalsGroup:
			to.Chemicals = true
		case name == toxicGroup:
			to.Toxic = true
		case r.groups[name] == "" && r.blind:
			return false
		case r.groups[name] == "" || depth > 3:
			r.bad(at, "没有叫“"+name+"”的一组词，或者一组套一组绕回来了", "在 groups 里加上它，或者用 sign-words.csv 里有的 concept，或者写 $化学品、$剧毒品")
			return false
		case !r.choices(at, r.groups[name], to, depth+1):
			return false
		}
	}
	return true
}

// chemicals reads hazchem.csv. Names of one character and names with amounts in brackets are left out: people don't say them, or say them of anything.
func (l *loader) chemicals(p *Profile) {
	for _, row := range l.table("hazchem.csv", "name", "alias", "cas", "catalogue_no", "remark", "gb18218_threshold_t", "source") {
		l.need(row.at, "name", row.V["name"])
		c := Chemical{Toxic: strings.Contains(row.V["remark"], "剧毒"), Harmless: strings.Contains(row.V["remark"], "非危险化学品")}
		for _, n := range append(split(row.V["alias"]), row.V["name"]) {
			if n = strings.ToUpper(strings.TrimSpace(n)); len([]rune(n)) >= 2 && !strings.ContainsAny(n, "[（(＞≥≤%") {
				c.Names = append(c.Names, n)
			}
		}
		if len(c.Names) > 0 {
			p.Chemicals = append(p.Chemicals, c)
		}
	}
}
