package county

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Answers is how the county talks with who tipped: how long it waits, how long they may object, what it keeps, and what it does not say.
type Answers struct {
	AskDays       int // natural days that a question waits for an answer; then the case goes on without
	ObjectionDays int // natural days after the concluding answer in which it can be objected to
	RatingDays    int // and in which it can be rated
	KeepDays      int // natural days that an answer stays that nobody has read
	Officialese   []Officialese
	Sources       map[string]Source // by the name of the field in answers.yaml
}

// Officialese is a phrase that a farmer of 70 does not understand, or that says nothing, and what to say instead.
type Officialese struct {
	Say     string `yaml:"say"`
	Instead string `yaml:"instead"`
}

// answers reads answers.yaml.
func (l *loader) answers(p *Profile) {
	const file = "answers.yaml"
	a := &p.Answers
	a.Sources = map[string]Source{}
	days := map[string]*int{"ask_days": &a.AskDays, "objection_days": &a.ObjectionDays, "rating_days": &a.RatingDays, "keep_days": &a.KeepDays}
	nodes := map[string]*ast.Node{}
	var phrases ast.Node
	targets := map[string]any{"officialese": &phrases}
	for key := range days {
		nodes[key] = new(ast.Node)
		targets[key] = nodes[key]
	}
	lines := l.fields(file, targets)
	if lines == nil {
		return
	}
	for _, key := range sorted(days) {
		at := place{file, lines[key]}
		var v struct {
			Value  int    `yaml:"value"`
			Source Source `yaml:",inline"`
		}
		if *nodes[key] == nil || !l.decode(at, *nodes[key], &v) {
			continue
		}
		l.source(at, v.Source)
		if *days[key], a.Sources[key] = v.Value, v.Source; v.Value < 1 || v.Value > 3650 {
			l.bad(at, "“"+key+"”的天数不对", "写 1 到 3650 的整数，是自然日")
		}
	}
	for _, e := range items[Officialese](l, file, phrases) {
		l.need(e.at, "say", e.V.Say)
		l.need(e.at, "instead", e.V.Instead)
		a.Officialese = append(a.Officialese, e.V)
	}
}

// TextsReview says which version of the texts it is, and who read it for the county. An empty By is nobody yet.
type TextsReview struct {
	Version string // a day, such as 2026-11-29
	By, On  string
	Sum     string // what TextsSum gave when they were read
}

// reviewKeys stand in texts.yaml beside the texts.
var reviewKeys = []string{"version", "reviewed_by", "reviewed_on", "reviewed_sum"}

// TextsSum tells one wording of the texts from another: eight hexadecimal digits.
func (p *Profile) TextsSum() string {
	h := sha256.New()
	for _, key := range sorted(p.Texts) {
		fmt.Fprintf(h, "%s\x00%s\x00", key, p.Texts[key])
	}
	return hex.EncodeToString(h.Sum(nil))[:8]
}

// review says what is wrong with the mark.
func (l *loader) review(p *Profile, at func(key string) place) {
	r := p.TextsReview
	version, err := time.Parse(time.DateOnly, r.Version)
	if err != nil {
		l.bad(at("version"), "这些话的版本“"+r.Version+"”不对", "写改好的那天，如 2026-11-29；每改一次换一个")
	}
	if (r.By == "") != (r.On == "") || (r.By == "") != (r.Sum == "") {
		l.bad(at("reviewed_by"), "谁审的、哪天审的没写全", "审过的，reviewed_by、reviewed_on、reviewed_sum 三样都写；没审过的，三样都空着")
	}
	if r.On == "" {
		return
	}
	if on, dayErr := time.Parse(time.DateOnly, r.On); dayErr != nil || err == nil && on.Before(version) {
		l.bad(at("reviewed_on"), "审的日期“"+r.On+"”不对", "写成 2026-11-29 这样，不能早于 version：改了以后要再审一遍")
	}
}

// reviewProblems warns of texts that nobody read in this wording.
func (p *Profile) reviewProblems() []Problem {
	warn := func(what, remedy string) []Problem {
		return []Problem{{File: textsFile, Warning: true, What: what, Remedy: remedy}}
	}
	switch r, sum := p.TextsReview, p.TextsSum(); {
	case strings.TrimSpace(r.By) == "":
		return warn("对居民说的这些话（版本 "+r.Version+"）县里还没有人审过", "审完写上 reviewed_by、reviewed_on，reviewed_sum 写 "+sum)
	case r.Sum != sum:
		return warn("审过以后，对居民说的话又改过", "换一个 version，再审一遍，reviewed_sum 写 "+sum)
	}
	return nil
}
