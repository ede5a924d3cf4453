package county

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Publicity is how the county publishes what became of a matter: the sentences, how coarse, how late, and what may never be said.
//
// The sentences hold {month}, {place}, {what}, {lead}, {measures} and {fine}; a sentence of which one is not known is left out.
type Publicity struct {
	Title, Nothing string   // Nothing is the title where the category has no words of its own
	Lines          []string // of the text, a paragraph each
	Matters        map[string]string
	Measures       map[string]string // by the kind of what was recorded; one without words is not told

	Delay     int    // days from the closing of the case at the least
	Batch     []int  // days of the month on which is published what waits by then
	Period    Period // how exactly the time is told
	Residents int    // of a village at the least, to be named
	Tips      int    // of the case at the least, for its village to be named
	Villages  []Residents
	Levels    []PlaceLevel // the first line that fits counts
	Names     NameRule     // from when the name of a firm may be told
	Forbidden []Forbidden  // words that no outcome may hold
	Usual     []string     // what such notices say anyway: it is no trace that a tip says it too
	Sources   map[string]Source
}

// Period is how exactly a published outcome tells the time.
type Period string

// The periods.
const (
	PeriodMonth   Period = "month"
	PeriodQuarter Period = "quarter"
)

// Level of a place that may be told.
const (
	LevelVillage = "village"
	LevelTown    = "town"
)

// NameRule says from when the name of a firm may be told.
type NameRule string

// The rules.
const (
	NamesNever   NameRule = "never"
	NamesPenalty NameRule = "penalty" // once the decision of a penalty was made public (安全生产法 第七十八条)
)

// Residents is how many people live in a village.
type Residents struct {
	Code   string `yaml:"code"`
	People int    `yaml:"people"`
	Source Source `yaml:",inline"`
}

// PlaceLevel is how exactly the place of a matter of some categories may be told; no categories is all of them.
type PlaceLevel struct {
	Categories []string `yaml:"categories"`
	Level      string   `yaml:"level"`
	Source     Source   `yaml:",inline"`
}

// Forbidden is a word that no outcome may hold, with what to do about it.
type Forbidden struct {
	Word string `yaml:"word"`
	Why  string `yaml:"why"`
}

// MayName says whether a village may be named in an outcome about these categories, of a case with so many tips. A village of which nobody knows how many
// live there is not named.
func (p *Profile) MayName(village string, categories []string, tips int) bool {
	if village == "" || tips < p.Publicity.Tips || p.PublicLevel(categories) != LevelVillage {
		return false
	}
	i := slices.IndexFunc(p.Publicity.Villages, func(r Residents) bool { return r.Code == village })
	return i >= 0 && p.Publicity.Villages[i].People >= p.Publicity.Residents
}

// PublicLevel is how exactly the place of a matter of these categories may be told at the most.
func (p *Profile) PublicLevel(categories []string) string {
	for _, l := range p.Publicity.Levels {
		if len(l.Categories) == 0 || slices.ContainsFunc(categories, func(c string) bool { return slices.Contains(l.Categories, c) }) {
			return l.Level
		}
	}
	return LevelTown
}

// PublicDay is the first day (midnight in the county) on which an outcome may be published that was approved at a moment, of a case that was closed at another.
func (p *Profile) PublicDay(closed, approved time.Time) time.Time {
	first := p.Day(closed).AddDate(0, 0, p.Publicity.Delay)
	if d := p.Day(approved).AddDate(0, 0, 1); d.After(first) {
		first = d
	}
	for !slices.Contains(p.Publicity.Batch, first.Day()) {
		first = first.AddDate(0, 0, 1)
	}
	return first
}

// MeasureKinds are the kinds of records that a profile may have words for.
func MeasureKinds() []string {
	return []string{"halt", "dismantle", "clearance", "judicial", "trace", "seizure", "cutoff", "penalty", "accountability"}
}

// publicity reads publicity.yaml.
func (l *loader) publicity(p *Profile) {
	const file = "publicity.yaml"
	w := &p.Publicity
	w.Sources = map[string]Source{}
	var villages, levels, forbidden ast.Node
	when := struct {
		Delay  int    `yaml:"delay_days"`
		Batch  []int  `yaml:"batch_days"`
		Period Period `yaml:"period"`
		Source Source `yaml:",inline"`
	}{}
	who := struct {
		Residents int      `yaml:"min_residents"`
		Tips      int      `yaml:"min_tips"`
		Firms     NameRule `yaml:"firms"`
		Source    Source   `yaml:",inline"`
	}{}
	words := struct {
		Title   string   `yaml:"title"`
		Nothing string   `yaml:"nothing"`
		Lines   []string `yaml:"lines"`
		Source  Source   `yaml:",inline"`
	}{}
	lines := l.fields(file, map[string]any{"pattern": &words, "matters": &w.Matters, "measures": &w.Measures, "timing": &when, "naming": &who,
		"villages": &villages, "places": &levels, "forbidden": &forbidden, "usual": &w.Usual}, "villages")
	if lines == nil {
		return
	}
	at := func(key string) place { return place{file, lines[key]} }
	w.Title, w.Nothing, w.Lines = words.Title, words.Nothing, words.Lines
	w.Delay, w.Batch, w.Period = when.Delay, when.Batch, when.Period
	w.Residents, w.Tips, w.Names = who.Residents, who.Tips, who.Firms
	for key, s := range map[string]Source{"pattern": words.Source, "timing": when.Source, "naming": who.Source} {
		l.source(at(key), s)
		w.Sources[key] = s
	}
	l.publicSentences(at("pattern"), w)
	category := l.known("类别", names(p.Categories, func(c Category) string { return c.ID }))
	for _, id := range sorted(w.Matters) {
		category(at("matters"), id)
	}
	kind := l.known("处置", MeasureKinds())
	for _, k := range sorted(w.Measures) {
		kind(at("measures"), k)
	}
	l.publicTiming(at("timing"), w)
	if w.Residents < 1 || w.Tips < 2 {
		l.bad(at("naming"), "村里最少多少人、最少几条线索不对", "min_residents 至少 1；min_tips 至少 2：只有一条线索的，写了村就等于指着人说")
	}
	l.known("写企业名字的规矩", []string{string(NamesNever), string(NamesPenalty)})(at("naming"), string(w.Names))
	l.publicPlaces(p, villages, levels, category)
	for _, f := range items[Forbidden](l, file, forbidden) {
		l.need(f.at, "word", f.V.Word)
		l.need(f.at, "why", f.V.Why)
		w.Forbidden = append(w.Forbidden, f.V)
	}
}

// blanks are what a sentence may leave open.
var blanks = []string{"month", "place", "what", "lead", "measures", "fine"}

var blank = regexp.MustCompile(`\{([^{}]*)\}`)

// Fill fills the blanks of a sentence; false when one of them is empty.
func Fill(sentence string, with map[string]string) (string, bool) {
	whole := true
	out := blank.ReplaceAllStringFunc(sentence, func(b string) string {
		v := with[strings.Trim(b, "{}")]
		whole = whole && v != ""
		return v
	})
	return out, whole
}

func (l *loader) publicSentences(at place, w *Publicity) {
	l.need(at, "title", w.Title)
	l.need(at, "nothing", w.Nothing)
	if len(w.Lines) == 0 {
		l.bad(at, "正文一句也没有", "lines 下面至少写一句")
	}
	for _, s := range append([]string{w.Title, w.Nothing}, w.Lines...) {
		for _, b := range blank.FindAllStringSubmatch(s, -1) {
			if !slices.Contains(blanks, b[1]) {
				l.bad(at, "句子里的空“{"+b[1]+"}”不认识", "只能用 {"+strings.Join(blanks, "}、{")+"}")
			}
		}
	}
}

func (l *loader) publicTiming(at place, w *Publicity) {
	if w.Delay < 0 || w.Delay > 366 {
		l.bad(at, "隔多少天才发布不对", "delay_days 写 0 到 366 的整数")
	}
	if len(w.Batch) == 0 || slices.ContainsFunc(w.Batch, func(d int) bool { return d < 1 || d > 28 }) {
		l.bad(at, "每月哪几天发布不对", "batch_days 写 1 到 28 的日子，至少一个，如 [5, 20]")
		w.Batch = []int{1}
	}
	l.known("时间的粗细", []string{string(PeriodMonth), string(PeriodQuarter)})(at, string(w.Period))
}

func (l *loader) publicPlaces(p *Profile, villages, levels ast.Node, category func(place, string)) {
	const file = "publicity.yaml"
	w := &p.Publicity
	village := l.known("村", names(p.Villages, func(v Village) string { return v.Code }))
	if villages != nil {
		for _, r := range items[Residents](l, file, villages) {
			village(r.at, r.V.Code)
			if r.V.People < 1 {
				l.bad(r.at, "村里的人数不对", "people 写常住人口，是正整数；不知道就不写这一条")
			}
			l.source(r.at, r.V.Source)
			w.Villages = append(w.Villages, r.V)
		}
	}
	level := l.known("地方的粗细", []string{LevelVillage, LevelTown})
	for _, e := range items[PlaceLevel](l, file, levels) {
		for _, c := range e.V.Categories {
			category(e.at, c)
		}
		level(e.at, e.V.Level)
		l.source(e.at, e.V.Source)
		w.Levels = append(w.Levels, e.V)
	}
}
