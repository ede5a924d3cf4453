package county

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// RewardMode is how somebody who gave no name is paid.
type RewardMode string

// The modes.
const (
	RewardsOff      RewardMode = "disabled"
	RealnameAtClaim RewardMode = "realname_at_claim" // a name is given when the reward is claimed, and never before
	CodeOnly        RewardMode = "code_only"         // never
)

// Rewards is the reward rule in force; Draft says that the county has not enacted it: nothing is approved, claimed or paid. Money is in 分.
type Rewards struct {
	Version    string
	Draft      bool
	PublicText string // said in place of everything else while it is a draft
	Mode       RewardMode

	WithConfiscated bool // what was confiscated counts as the fine does
	PercentOfFine   int
	MinFen, MaxFen  int64
	NoFineFen       *int64           // of a case without a fine; nil while the county has not decided
	PerDeathFen     map[string]int64 // of a concealed accident, by one of AccidentLevels
	MostDeaths      map[string]int   // of an accident of that level
	ConcealMaxFen   int64
	Both            string // of a case with a fine and a concealed accident: higher, sum
	UpliftPercent   *int   // for who works there, once that is proved; nil is none
	InsiderMaxFen   *int64 // with the uplift; nil is MaxFen

	SecondShare   int // per cent of the amount for each later useful tip
	Exclude       []RewardRule
	Approver      string // unit id
	ClaimDays     int
	NotifyDays    int // after so many days without a claim it is made public
	ExtensionDays int
	Window, Meet  string // how the window and the agreed place are explained
	BudgetLine    string
	BudgetFen     map[int]int64 // by year

	Rules   []RewardRule
	Sources map[string]Source // by the name of the field in rewards.yaml
}

// RewardWords is what everybody is told of rewards: while they are a draft no more than that, and nothing where there are none.
func (p *Profile) RewardWords() string {
	switch r := &p.Rewards; {
	case r.Draft:
		return r.PublicText
	case r.Mode == RewardsOff:
		return ""
	default:
		return p.Say("explain.reward", Yuan(r.MinFen), Yuan(r.MaxFen))
	}
}

// RewardRule is a rule that computes nothing.
type RewardRule struct {
	ID     string `yaml:"id"`
	Text   string `yaml:"text"`
	Source Source `yaml:",inline"`
}

// AccidentLevels lists the levels of accidents, the least first (国务院令第493号 第三条).
func AccidentLevels() []string { return []string{"general", "larger", "major", "extra"} }

// On says whether anything can be approved, claimed and paid.
func (r *Rewards) On() bool { return !r.Draft && r.Mode != RewardsOff }

// yuan is money as a profile writes it: 元 with at most two decimals, exactly.
type yuan int64

// UnmarshalYAML reads the digits themselves, so that no binary fraction comes between.
func (y *yuan) UnmarshalYAML(node ast.Node) error {
	text := node.GetToken().Value
	whole, part, _ := strings.Cut(text, ".")
	for len(part) < 2 {
		part += "0"
	}
	if len(part) != 2 || !digits(part, 2) || whole == "" || len(whole) > 9 || !digits(whole, len(whole)) {
		return &yaml.TypeError{Token: node.GetToken()}
	}
	var fen int64
	for _, d := range whole + part {
		fen = 10*fen + int64(d-'0')
	}
	*y = yuan(fen)
	return nil
}

// rewardReader reads the fields of rewards.yaml.
type rewardReader struct {
	*loader
	r     *Rewards
	lines map[string]int
	nodes map[string]*ast.Node
}

const rewardsFile = "rewards.yaml"

func (l *rewardReader) at(key string) place { return place{rewardsFile, l.lines[key]} }

// sourced are the fields with a value, its certainty and its citation.
var sourced = []string{
	"mode", "base", "percent_of_fine", "min_yuan", "max_yuan", "rounding", "no_fine_yuan", "conceal_per_death_yuan", "conceal_most_deaths", "conceal_max_yuan",
	"conceal_and_fine", "insider_uplift_percent", "insider_max_yuan", "second_share_percent", "approver", "claim_days", "notify_within_days", "extension_days",
	"window_text", "place_text", "budget_line", "budget_yuan",
}

// rewards reads rewards.yaml.
func (l *loader) rewards(p *Profile) {
	r := &p.Rewards
	r.Sources = map[string]Source{}
	rr := &rewardReader{loader: l, r: r, nodes: map[string]*ast.Node{}}
	var exclude, rules ast.Node
	targets := map[string]any{"version": &r.Version, "draft": &r.Draft, "public_text": &r.PublicText, "exclude": &exclude, "rules": &rules}
	for _, key := range sourced {
		rr.nodes[key] = new(ast.Node)
		targets[key] = rr.nodes[key]
	}
	if rr.lines = l.fields(rewardsFile, targets); rr.lines == nil {
		return
	}
	l.need(rr.at("version"), "version", r.Version)
	l.need(rr.at("public_text"), "public_text", r.PublicText)
	rr.amounts()
	rr.ways(p)
	r.Exclude, r.Rules = l.rewardRules(exclude), l.rewardRules(rules)
}

// amounts reads what the amount is computed from.
func (l *rewardReader) amounts() {
	r := l.r
	r.WithConfiscated = l.choice("base", "fine", "fine_and_confiscated") == "fine_and_confiscated"
	l.choice("rounding", "half_up")
	r.Both = l.choice("conceal_and_fine", "higher", "sum")
	r.PercentOfFine = l.whole("percent_of_fine", 0, 100)
	r.SecondShare = l.whole("second_share_percent", 0, 100)
	r.MinFen, r.MaxFen, r.ConcealMaxFen = l.money("min_yuan"), l.money("max_yuan"), l.money("conceal_max_yuan")
	if r.MinFen > r.MaxFen {
		l.bad(l.at("max_yuan"), "最少和最多的奖金不对", "以元为单位，最少不能比最多还多")
	}
	r.NoFineFen, r.InsiderMaxFen = l.maybeMoney("no_fine_yuan"), l.maybeMoney("insider_max_yuan")
	if r.UpliftPercent = rule[*int](l, "insider_uplift_percent"); r.UpliftPercent != nil && (*r.UpliftPercent < 0 || *r.UpliftPercent > 100) {
		l.bad(l.at("insider_uplift_percent"), "上浮的百分数不在 0 到 100 之间", "上浮 30% 就写 30；没有定就写 null")
	}
	r.PerDeathFen = map[string]int64{}
	for level, y := range rule[map[string]yuan](l, "conceal_per_death_yuan") {
		r.PerDeathFen[level] = int64(y)
	}
	r.MostDeaths = rule[map[string]int](l, "conceal_most_deaths")
	for _, level := range AccidentLevels() {
		if _, ok := r.PerDeathFen[level]; !ok {
			l.bad(l.at("conceal_per_death_yuan"), "缺事故等级“"+level+"”", "四级都要写："+strings.Join(AccidentLevels(), "、"))
		}
		if n := r.MostDeaths[level]; n < 1 || n > 999 {
			l.bad(l.at("conceal_most_deaths"), "事故等级“"+level+"”最多死亡几人不对", "写 1 到 999 的整数")
		}
	}
	if len(r.PerDeathFen) > len(AccidentLevels()) || len(r.MostDeaths) > len(AccidentLevels()) {
		l.bad(l.at("conceal_per_death_yuan"), "有不认识的事故等级", "只写这四级："+strings.Join(AccidentLevels(), "、"))
	}
}

// ways reads who decides, until when and how it is claimed, and out of what it is paid.
func (l *rewardReader) ways(p *Profile) {
	r := l.r
	r.Mode = RewardMode(l.choice("mode", string(RewardsOff), string(RealnameAtClaim), string(CodeOnly)))
	r.ClaimDays, r.NotifyDays, r.ExtensionDays = l.whole("claim_days", 1, 3650), l.whole("notify_within_days", 1, 3650), l.whole("extension_days", 1, 3650)
	r.Approver = rule[string](l, "approver")
	l.known("单位", names(p.Units, func(u Unit) string { return u.ID }))(l.at("approver"), r.Approver)
	for key, target := range map[string]*string{"window_text": &r.Window, "place_text": &r.Meet, "budget_line": &r.BudgetLine} {
		*target = rule[string](l, key)
		l.need(l.at(key), key, *target)
	}
	r.BudgetFen = map[int]int64{}
	for year, y := range rule[map[int]yuan](l, "budget_yuan") {
		if year < 2000 || year > 2999 {
			l.bad(l.at("budget_yuan"), fmt.Sprintf("预算的年份“%d”不对", year), "写 2026 这样的四位年份")
		}
		r.BudgetFen[year] = int64(y)
	}
}

// rule reads {value, cert, cite} and keeps the source under the rule's name.
func rule[T any](l *rewardReader, key string) T {
	var v struct {
		Value  T      `yaml:"value"`
		Source Source `yaml:",inline"`
	}
	if node := *l.nodes[key]; node != nil && l.decode(l.at(key), node, &v) {
		l.source(l.at(key), v.Source)
		l.r.Sources[key] = v.Source
	}
	return v.Value
}

func (l *rewardReader) choice(key string, ids ...string) string {
	v := rule[string](l, key)
	if !slices.Contains(ids, v) {
		l.bad(l.at(key), "“"+key+"”的值“"+v+"”不认识", "改成这里头的一个："+strings.Join(ids, "、"))
	}
	return v
}

func (l *rewardReader) whole(key string, least, most int) int {
	n := rule[int](l, key)
	if n < least || n > most {
		l.bad(l.at(key), "“"+key+"”的数不对", fmt.Sprintf("写 %d 到 %d 的整数", least, most))
	}
	return n
}

func (l *rewardReader) money(key string) int64 {
	y := l.maybeMoney(key)
	if y == nil {
		l.bad(l.at(key), "“"+key+"”没有写数", "以元为单位，最多两位小数")
		return 0
	}
	return *y
}

func (l *rewardReader) maybeMoney(key string) *int64 {
	y := rule[*yuan](l, key)
	if y == nil {
		return nil
	}
	fen := int64(*y)
	return &fen
}

func (l *loader) rewardRules(node ast.Node) []RewardRule {
	unique := l.unique()
	all := items[RewardRule](l, rewardsFile, node)
	for _, e := range all {
		unique(e.at, "编号", e.V.ID)
		l.need(e.at, "text", e.V.Text)
		l.source(e.at, e.V.Source)
	}
	return values(all)
}
