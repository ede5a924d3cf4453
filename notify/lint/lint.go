// Package lint reads an answer to who tipped before it goes: does it answer, does it blame, does it give somebody away, does it say why, would a farmer of 70
// understand it. It owns the patterns by which that is seen, and the sentences that tell the writer; what is officialese is the profile's to say. It is a pure
// function of the words: it stores nothing, and knows nothing of cases, pages or codes.
package lint

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"qianshao/config/county"
)

// Rule is what a finding is about. The names stand in the custody log.
type Rule string

// The rules.
const (
	Result   Rule = "result"   // the concluding answer says no 核查结论
	Checked  Rule = "checked"  // no 简要核查情况
	Measures Rule = "measures" // no 处理决定
	Award    Rule = "award"    // no 符合奖励条件情况
	Question Rule = "question" // what was asked last is not taken up
	Blame    Rule = "blame"    // blames or threatens who tipped
	Person   Rule = "person"   // names a person
	Spot     Rule = "spot"     // a place finer than the village
	Others   Rule = "others"   // other tips, how many, when
	Number   Rule = "number"   // a telephone, identity, code or plate number
	Echo     Rule = "echo"     // their own words
	Reason   Rule = "reason"   // a refusal without a reason
	Stilted  Rule = "stilted"  // 官腔
)

// Rules lists them in the order in which they are told.
var Rules = []Rule{Blame, Person, Spot, Others, Number, Echo, Result, Reason, Question, Checked, Measures, Award, Stilted}

// Severity is what has to be done about a finding.
type Severity string

// Block has to be mended; Ask is sent once the writer has looked at it.
const (
	Block Severity = "block"
	Ask   Severity = "ask"
)

// Finding is one thing that is wrong. From and To are bytes of the answer; both 0 where something is missing.
type Finding struct {
	Rule     Rule
	Severity Severity
	From, To int
	Quote    string
	Sentence string // what is wrong and what to do
}

// Answer is what is read, with what the reader has to know.
type Answer struct {
	Text     string
	Ends     bool     // it is the concluding answer
	No       bool     // what was concluded is not what the person said: untrue, or impossible to tell
	Asked    string   // the last words of the person that nobody answered; "" for none
	Own      []string // the person's own words: of all tips to which the answer goes
	Theirs   []string // the words of the other tips of the case, to which it does not go
	Named    []string // whom the records of the case name
	Several  bool     // it goes to more than one tip
	Refusing bool     // it turns an objection down
	Inquiry  bool     // it is a question, and no answer
	Places   []string // names of known places within villages
}

// Linter reads answers by one profile. Safe for concurrent use.
type Linter struct {
	official []county.Officialese
	names    *strings.Replacer // hides the names of villages, towns and units, which often begin with a surname
}

// blank takes the place of a hidden name, rune by rune of three bytes, so that spans stay.
const blank = "〇"

// New prepares the patterns of a profile.
func New(p *county.Profile) *Linter {
	var names []string
	add := func(all ...string) {
		for _, n := range all {
			if len([]rune(n)) >= 2 && len(n)%len(blank) == 0 {
				names = append(names, n)
			}
		}
	}
	for _, t := range p.Towns {
		add(append(t.Aliases, t.Name)...)
	}
	for _, v := range p.Villages {
		add(append(v.Aliases, v.Name, v.Short)...)
	}
	for _, n := range p.Neighbours {
		add(n.Name, n.Short)
	}
	for _, u := range p.Units {
		add(append(slices.Clone(u.Called), u.Name)...)
	}
	add(p.Name, p.City, p.Region)
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, n := range slices.Compact(names) {
		pairs = append(pairs, n, strings.Repeat(blank, len(n)/len(blank)))
	}
	return &Linter{official: p.Answers.Officialese, names: strings.NewReplacer(pairs...)}
}

// Check gives the findings, those that block first, and within a rule from left to right.
func (l *Linter) Check(a Answer) []Finding {
	c := check{Answer: a, hidden: l.names.Replace(a.Text)}
	for _, p := range patterns {
		c.match(p)
	}
	c.people()
	c.named()
	c.places()
	c.echo(l.names)
	if !a.Inquiry {
		c.contents()
		c.reason()
		c.taken()
	}
	for _, o := range l.official {
		if i := strings.Index(a.Text, o.Say); i >= 0 {
			c.found(Stilted, Ask, i, i+len(o.Say), "“"+o.Say+"”像官话。换成："+o.Instead+"。")
		}
	}
	order := func(f Finding) int { return slices.Index(Rules, f.Rule) }
	slices.SortStableFunc(c.all, func(x, y Finding) int {
		return cmp.Or(strings.Compare(string(y.Severity), string(x.Severity)), order(x)-order(y), x.From-y.From)
	})
	return c.all
}

// Blocks says whether one of the findings has to be mended.
func Blocks(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == Block })
}

// check is one reading.
type check struct {
	Answer
	hidden string // Text without names of places and units, of the same length
	all    []Finding
}

// found adds a finding, unless one of the same rule covers it.
func (c *check) found(r Rule, s Severity, from, to int, sentence string) {
	for i, f := range c.all {
		if f.Rule == r && from < f.To && f.From < to {
			if s == Block {
				c.all[i].Severity, c.all[i].Sentence = s, sentence
			}
			c.all[i].From, c.all[i].To = min(from, f.From), max(to, f.To)
			c.all[i].Quote = c.Text[c.all[i].From:c.all[i].To]
			return
		}
	}
	c.all = append(c.all, Finding{r, s, from, to, c.Text[from:to], sentence})
}

func (c *check) missing(r Rule, s Severity, sentence string) {
	c.all = append(c.all, Finding{Rule: r, Severity: s, Sentence: sentence})
}

func (c *check) match(p pattern) {
	for _, at := range p.re.FindAllStringSubmatchIndex(c.hidden, -1) {
		from, to := at[0], at[1]
		if len(at) > 3 && at[2] >= 0 { // the group, where the pattern has one
			from, to = at[2], at[3]
		}
		if p.but != nil && p.but.MatchString(c.hidden[at[0]:at[1]]) {
			continue
		}
		c.found(p.rule, Block, from, to, p.sentence)
	}
}

// places finds the names of known places.
func (c *check) places() {
	for _, name := range c.Places {
		if i := strings.Index(c.Text, name); i >= 0 && name != "" {
			c.found(Spot, Block, i, i+len(name), spotSentence)
		}
	}
}

// contents are the four parts of a concluding answer (应急〔2023〕106号).
func (c *check) contents() {
	if !c.Ends {
		return
	}
	for _, part := range parts {
		if !part.re.MatchString(c.hidden) {
			c.missing(part.rule, part.severity, part.sentence)
		}
	}
}

// reason looks for one where the answer is a no.
func (c *check) reason() {
	no := c.Refusing || c.Ends && c.No || refusal.MatchString(c.hidden)
	if no && !because.MatchString(c.hidden) {
		c.missing(Reason, Ask, "没有说为什么。加一句：去看了什么、按哪一条、归谁管，所以是这个结果。")
	}
}

// echoLength is how many characters in a row are more than chance.
const echoLength = 8

// echo finds words out of tips: who looks over a shoulder would learn whose page it is by the person's own; and those of others must reach nobody.
func (c *check) echo(names *strings.Replacer) {
	const others = "这是别的线索里的原话，会让人知道还有谁来过、说了什么。换个说法。"
	own, say := Ask, "这是来人自己的话，旁边有人看见就认得出是谁写的。换个说法。"
	if c.Several {
		own, say = Block, "这是一条线索里的原话，别的来人也会看到。换个说法。"
	}
	text, at := plain(c.hidden)
	quoted := func(words []string, s Severity, say string) {
		for _, w := range words {
			said, _ := plain(names.Replace(w))
			for _, q := range quotes(text, said) {
				c.found(Echo, s, at[q[0]], at[q[1]-1]+len(string(text[q[1]-1])), say)
			}
		}
	}
	quoted(c.Own, own, say)
	quoted(c.Theirs, Block, others)
}

// quotes are the spans of a text whose every echoLength letters stand in a row in what was said.
func quotes(text, said []rune) (all [][2]int) {
	rows := map[string]bool{}
	for i := 0; i+echoLength <= len(said); i++ {
		rows[string(said[i:i+echoLength])] = true
	}
	for i := 0; i+echoLength <= len(text); i++ {
		if !rows[string(text[i:i+echoLength])] {
			continue
		}
		end := i + echoLength
		for end < len(text) && rows[string(text[end-echoLength+1:end+1])] {
			end++
		}
		all = append(all, [2]int{i, end})
		i = end
	}
	return all
}

// plain are the letters and figures of a text, without hidden names, and where each stands in bytes.
func plain(s string) (runes []rune, at []int) {
	for i, r := range s {
		if letter(r) {
			runes, at = append(runes, r), append(at, i)
		}
	}
	return runes, at
}

// taken looks whether the answer takes up what was asked.
func (c *check) taken() {
	asked := questions(c.Asked)
	if asked == "" {
		return
	}
	if when.MatchString(asked) && !aDay.MatchString(c.Text) {
		c.missing(Question, Ask, "来人问什么时候，答复里没有日子。写一个日子，或者说清楚为什么现在定不下来。")
		return
	}
	answer := map[string]bool{}
	for _, p := range pairs(c.Text) {
		answer[p] = true
	}
	own := pairs(asked)
	if len(own) == 0 || slices.ContainsFunc(own, func(p string) bool { return answer[p] }) {
		return
	}
	c.missing(Question, Ask, "来人最后问的话，答复里好像没有答。翻到上面再看一眼。")
}

// questions are the sentences of a text that ask something.
func questions(text string) string {
	var all []string
	for _, s := range sentence.FindAllString(text, -1) {
		if asks.MatchString(s) {
			all = append(all, strings.TrimSpace(s))
		}
	}
	return strings.Join(all, "")
}

// pairs are the pairs of letters that may carry a meaning.
func pairs(text string) []string {
	var all []string
	for _, run := range letters.FindAllString(idle.ReplaceAllString(text, " "), -1) {
		r := []rune(run)
		for i := range len(r) - 1 {
			all = append(all, string(r[i:i+2]))
		}
	}
	return all
}

var (
	sentence = regexp.MustCompile(`[^。！？?!；;\n]+[。！？?!；;\n]?`)
	letters  = regexp.MustCompile(`[\p{Han}\d]+`)
)
