package county

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Casework is how the county handles what has no clock: who learns of a clock that runs out, how often a case may come back, when one may be struck off.
type Casework struct {
	Escalations []Escalation
	Bounces     int     // how often a case may be handed back; then the duty desk rules, and its word stands
	Reopenings  int     // how often an objection of the tipster may reopen a case
	Clean       []Clean // the first line that fits counts
	SpotChecks  SpotChecks
	Seizes      []Seizing
}

// Seizing is a unit to which the law gives the power to seal and to seize (行政强制法 第二十二条).
type Seizing struct {
	Unit   string `yaml:"unit"` // a unit id; AnyTown for the townships, where the province gave it to them
	Source Source `yaml:",inline"`
}

// MaySeize says whether the law lets a unit seal and seize.
func (p *Profile) MaySeize(unit string) bool {
	return slices.ContainsFunc(p.Casework.Seizes, func(s Seizing) bool {
		return s.Unit == unit || s.Unit == AnyTown && strings.HasPrefix(unit, TownUnit(""))
	})
}

// On says what makes an escalation.
type On string

// What escalates: the lights of a clock, a P0 that nobody signed, a matter found true after its last closing had said that it is not, and a category that the
// county supervises from the day on which a case has it.
const (
	OnYellow   On = "yellow"
	OnRed      On = "red"
	OnBlack    On = "black"
	OnUnsigned On = "unsigned"
	OnFailed   On = "failed"
	OnCategory On = "category"
)

// Rank is to whom within a unit something goes.
type Rank string

// The ranks, from who does the work upwards.
const (
	RankHandler Rank = "handler" // 承办人
	RankHead    Rank = "head"    // 部门负责人
	RankLeader  Rank = "leader"  // 分管领导
)

// Escalation is one step of the chain.
type Escalation struct {
	On         On       `yaml:"on"`
	Categories []string `yaml:"categories"` // of OnCategory, and of no other
	Unit       string   `yaml:"unit"`       // a unit id; OwnUnit is the one whose clock it is, or who leads
	Rank       Rank     `yaml:"rank"`
	Supervise  bool     `yaml:"supervise"` // a supervision order is made with it; always so with OnCategory
	Source     Source   `yaml:",inline"`
}

// OwnUnit stands in an escalation for the unit whose clock it is, or who leads.
const OwnUnit = "own"

// Clean is how many look-backs must have found nothing before a case of the categories may be struck off the ledger.
type Clean struct {
	Categories []string `yaml:"categories"` // none is every category
	LookBacks  int      `yaml:"look_backs"`
	Source     Source   `yaml:",inline"`
}

// SpotChecks is how many of a month's closed cases are drawn to be looked at on the spot by somebody from elsewhere (明察暗访).
type SpotChecks struct {
	Percent int `yaml:"percent"` // of the closed cases, rounded up
	Least   int `yaml:"least"`   // but so many, if there are
	// Of these twice as many are drawn; an outcome is true, false or unclear.
	DoubleCategories []string `yaml:"double_categories"`
	DoubleOutcomes   []string `yaml:"double_outcomes"`
	Source           Source   `yaml:",inline"`
}

// CleanLookBacks is how many look-backs must have found nothing before a case of these categories may be struck off.
func (p *Profile) CleanLookBacks(categories []string) int {
	for _, c := range p.Casework.Clean {
		if len(c.Categories) == 0 || slices.ContainsFunc(c.Categories, func(id string) bool { return slices.Contains(categories, id) }) {
			return c.LookBacks
		}
	}
	return 0
}

// ClockSteps are the steps that a profile must have, each with whether every priority must have a limit: a state of a case in which nothing else runs.
func ClockSteps() map[string]bool {
	return map[string]bool{
		"sign_receipt": true, "first_look": false, "conclude_check": true, "reject_wrong_route": false, "reply_to_tipster": true, "start_disposal": true, "dispose": true,
		"triage_dispatch": false, "accept_decision": false, "progress_note": false, "legal_extension": false,
		"close_case": true, "legal_finish": true, "pause": true, "extension": false, "extension_decide": true, "co_opinion": true, "supervise_answer": true,
		"look_back": false, "strike_off": true, "order_deadline": false, "seizure": false, "penalty": false, "penalty_public": false,
	}
}

// casework reads casework.yaml.
func (l *loader) casework(p *Profile) {
	const file = "casework.yaml"
	var escalations, clean, seizes, telling ast.Node
	w := &p.Casework
	lines := l.fields(file, map[string]any{"escalations": &escalations, "bounces": &w.Bounces, "reopenings": &w.Reopenings, "clean": &clean, "seizes": &seizes, "spot_checks": &w.SpotChecks, "telling": &telling})
	if lines == nil {
		return
	}
	unit := l.known("单位", withAlso(names(p.Units, func(u Unit) string { return u.ID }), OwnUnit))
	on := l.known("时机", []string{string(OnYellow), string(OnRed), string(OnBlack), string(OnUnsigned), string(OnFailed), string(OnCategory)})
	category := l.known("类别", names(p.Categories, func(c Category) string { return c.ID }))
	rank := l.known("层级", []string{string(RankHandler), string(RankHead), string(RankLeader)})
	for _, e := range items[Escalation](l, file, escalations) {
		on(e.at, string(e.V.On))
		unit(e.at, e.V.Unit)
		rank(e.at, string(e.V.Rank))
		for _, c := range e.V.Categories {
			category(e.at, c)
		}
		switch ofCategory := e.V.On == OnCategory; {
		case ofCategory != (len(e.V.Categories) > 0):
			l.bad(e.at, "on 和 categories 对不上", "on: category 要在 categories 里写明是哪些类别；别的时机不写 categories")
		case ofCategory && !e.V.Supervise:
			l.bad(e.at, "on: category 没有写 supervise: true", "这一条只用来开督办单，加上 supervise: true，或者删掉这一条")
		}
		l.source(e.at, e.V.Source)
		w.Escalations = append(w.Escalations, e.V)
	}
	most := 0
	for _, c := range p.Clocks {
		if c.Step == "look_back" {
			most = len(c.At)
		}
	}
	for _, e := range items[Clean](l, file, clean) {
		for _, c := range e.V.Categories {
			category(e.at, c)
		}
		if e.V.LookBacks < 0 || len(p.Clocks) > 0 && e.V.LookBacks > most {
			l.bad(e.at, "回头看的次数不对", "look_backs 不能是负数，也不能比 clocks.yaml 里 look_back 的次数还多")
		}
		l.source(e.at, e.V.Source)
		w.Clean = append(w.Clean, e.V)
	}
	organ := l.known("单位", withAlso(names(p.Units, func(u Unit) string { return u.ID }), AnyTown))
	twice := l.unique()
	for _, e := range items[Seizing](l, file, seizes) {
		organ(e.at, e.V.Unit)
		twice(e.at, "单位", e.V.Unit)
		l.source(e.at, e.V.Source)
		if e.V.Source.Cite == "" {
			l.bad(e.at, "没有写是哪部法律给的权", "在 cite 里写法律和条款；没有法律给权的单位，不能写进来")
		}
		w.Seizes = append(w.Seizes, e.V)
	}
	l.spotChecks(place{file, lines["spot_checks"]}, &w.SpotChecks, category)
	l.telling(p, place{file, lines["telling"]}, telling)
	for key, n := range map[string]int{"bounces": w.Bounces, "reopenings": w.Reopenings} {
		if n < 0 || n > 9 {
			l.bad(place{file, lines[key]}, "“"+key+"”的次数不对", "写 0 到 9 的整数")
		}
	}
}

// spotChecks says what is wrong in how many closed cases are drawn.
func (l *loader) spotChecks(at place, s *SpotChecks, category func(place, string)) {
	if s.Percent < 0 || s.Percent > 100 || s.Least < 0 || s.Least > 100 {
		l.bad(at, "抽查的比例或者最少的件数不对", "percent 写 0 到 100 的整数，least 写 0 到 100 的整数")
	}
	for _, c := range s.DoubleCategories {
		category(at, c)
	}
	outcome := l.known("结论", []string{"true", "false", "unclear"})
	for _, o := range s.DoubleOutcomes {
		outcome(at, o)
	}
	l.source(at, s.Source)
}
