package county

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Match is how earlier tips about the same matter are found: thresholds, and what words the matcher understands.
type Match struct {
	Link, Ask float64 // score from which a photo, a position or a number plate links tips, or a person is asked
	Join      float64 // 0..1, how likely by what was learned two tips of a village must be about one matter to be linked without a person
	Days      int     // how far back a candidate may lie

	Concepts []Concept
	Beside   []string // words after a site that make it a landmark: the school is where to turn, not where it happens
	Than     []string // words before a site that make it another place
	Apart    []string // what people say who mean another place than the one that was told of; "…" stands for any characters
	Inside   []string // words before those of Apart that make the other ones a crew within the same place
	Again    []string // what people say when a closed place works again; "…" as in Apart
	Closed   []string // what the authorities did to a place; with one of Resumed behind it, it works again
	Resumed  []string
	Careful  []string // what tells of officials, threats and the dead; one tip that does and one that does not are joined by a person
	SiteEnds string   // characters with which the name of a kind of place ends, also of one that is no concept
	// NotInNames are characters that stand before such a name and do not belong to it.
	NotInNames string
	Fillers    []string // pairs of characters that any tip holds

	AgainSigns      []string           // signs that say so
	Alone           []string           // categories that are never joined to another matter without a person
	AgainCategories []string           // categories that tell of a closed place
	Weights         map[string]float64 // by feature, of MatchFeatures
	Joined          Joined             // what was learned, from joined.csv
	Contrast        Learned            // what was learned of how people set a place apart, from apart.csv
}

// Concept is a thing that people have several words for.
type Concept struct {
	ID     string `yaml:"id"`
	Class  string `yaml:"class"` // one of ConceptClasses
	Family string `yaml:"family"`
	// General says that it names the whole family: a farm may be the pig farm, but the pig farm is not the chicken farm.
	General bool     `yaml:"general"`
	Words   []string `yaml:"words"`
}

// ConceptClasses are what a concept can be about: the kind of place, what a place looks like, what is made or done, and what is seen and smelt.
var ConceptClasses = []string{"site", "spot", "work", "look"}

// match reads match.yaml; the thresholds stand in profile.yaml.
func (l *loader) match(p *Profile) {
	const file = "match.yaml"
	var concepts, weights ast.Node
	m := &p.Match
	lines := l.fields(file, map[string]any{"concepts": &concepts, "beside": &m.Beside, "than": &m.Than, "apart": &m.Apart, "inside": &m.Inside, "again": &m.Again, "closed": &m.Closed, "resumed": &m.Resumed, "careful": &m.Careful, "site_ends": &m.SiteEnds, "not_in_names": &m.NotInNames, "fillers": &m.Fillers,
		"again_signs": &m.AgainSigns, "alone": &m.Alone, "again_categories": &m.AgainCategories, "weights": &weights})
	unique := l.unique()
	for _, e := range items[Concept](l, file, concepts) {
		c := e.V
		unique(e.at, "编号", c.ID)
		l.known("class ", ConceptClasses)(e.at, c.Class)
		if (c.Family != "") != (c.Class == "site") {
			l.bad(e.at, "“"+c.ID+"”的 family 不对", "class 是 site 的要写 family，别的不写")
		}
		if len(c.Words) == 0 || slices.Contains(c.Words, "") {
			l.bad(e.at, "“"+c.ID+"”没有词，或者有空的词", "在 words 里写上大家怎么叫它")
		}
		m.Concepts = append(m.Concepts, c)
	}
	known := l.known("类别", names(p.Categories, func(c Category) string { return c.ID }))
	for key, ids := range map[string][]string{"alone": m.Alone, "again_categories": m.AgainCategories} {
		for _, id := range ids {
			known(place{file, lines[key]}, id)
		}
	}
	sign := l.known("迹象", names(p.Signs, func(s Sign) string { return s.ID }))
	for _, id := range m.AgainSigns {
		sign(place{file, lines["again_signs"]}, id)
	}
	if weights == nil {
		return // reported already
	}
	l.decode(place{file, lines["weights"]}, weights, &m.Weights)
	for _, name := range slices.Sorted(maps.Keys(m.Weights)) {
		l.known("特征", MatchFeatures)(place{file, lines["weights"]}, name)
	}
}

// MatchFeatures are the names that Weights may have, and those of joined.csv.
var MatchFeatures = []string{"bias", "village", "spot", "area", "town", "maybe", "picture", "mark", "site", "site_conflict", "work", "work_conflict", "spots", "looks",
	"landmark", "text", "signs", "place_type", "class", "class_conflict", "days", "apart", "again", "careful",
	"sure", "likeness", "shared", "shorter", "type_conflict", "passing", "located", "kinds"}
