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
// The place is always the township. A single tip, or a village of few, must not have its village named; and if others had, whoever knows the place would read out of
// a published township that one person alone had told of it.
//
// The sentences hold {month}, {place}, {what}, {lead}, {measures} and {fine}; a sentence of which one is not known is left out.
type Publicity struct {
	Title, Nothing string   // Nothing is the title where the category has no words of its own
	Lines          []string // of the text, a paragraph each
	Matters        map[string]string
	Measures       map[string]string // by the kind of what was recorded; one without words is not told

	Delay     int         // days from the closing of the case at the least
	Batch     []int       // days of the month on which is published what waits by then
	Period    Period      // how exactly the time is told
	Names     NameRule    // from when the name of a firm may be told
	Forbidden []Forbidden // words that no outcome may hold
	Usual     []string    // what such notices say anyway: it is no trace that a tip says it too
	Sources   map[string]Source
}

// Period is how exactly a published outcome tells the time.
type Period string

// The periods.
const (
	PeriodMonth   Period = "month"
	PeriodQuarter Period = "quarter"
)

// NameRule says from when the name of a firm may be told.
type NameRule string

// The rules.
const (
	NamesNever   NameRule = "never"
	NamesPenalty NameRule = "penalty" // once the decision of a penalty was made public (安全生产法 第七十八条)
)

// Forbidden is a word that no outcome may hold, with what to do about it.
type Forbidden struct {
	Word string `yaml:"word"`
	Why  string `yaml:"why"`
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

// What was cut off is told as it was recorded: the one, the other, or both.
const (
	CutPower = "cutoff.power"
	CutWater = "cutoff.water"
	CutBoth  = "cutoff.both"
)

// MeasureKinds are the kinds of records that a profile may have words for, in the order in which they are told.
func MeasureKinds() []string {
	return []string{"halt", "seizure", CutPower, CutWater, CutBoth, "dismantle", "clearance", "penalty", "judicial", "trace", "accountability"}
}

// publicity reads publicity.yaml.
func (l *loader) publicity(p *Profile) {
	const file = "publicity.yaml"
	w := &p.Publicity
	w.Sources = map[string]Source{}
	var forbidden ast.Node
	when := struct {
		Delay  int    `yaml:"delay_days"`
		Batch  []int  `yaml:"batch_days"`
		Period Period `yaml:"period"`
		Source Source `yaml:",inline"`
	}{}
	who := struct {
		Firms  NameRule `yaml:"firms"`
		Source Source   `yaml:",inline"`
	}{}
	words := struct {
		Title   string   `yaml:"title"`
		Nothing string   `yaml:"nothing"`
		Lines   []string `yaml:"lines"`
		Source  Source   `yaml:",inline"`
	}{}
	lines := l.fields(file, map[string]any{"pattern": &words, "matters": &w.Matters, "measures": &w.Measures, "timing": &when, "naming": &who,
		"forbidden": &forbidden, "usual": &w.Usual})
	if lines == nil {
		return
	}
	at := func(key string) place { return place{file, lines[key]} }
	w.Title, w.Nothing, w.Lines = words.Title, words.Nothing, words.Lines
	w.Delay, w.Batch, w.Period = when.Delay, when.Batch, when.Period
	w.Names = who.Firms
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
	l.known("写企业名字的规矩", []string{string(NamesNever), string(NamesPenalty)})(at("naming"), string(w.Names))
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
