package cases

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/triage/cases/disposal"
)

// More queues of the desk.
const (
	Late    Filter = "late"    // open, over its time; of a unit, where it leads
	Owed    Filter = "owed"    // others wait for the actor's unit: its opinion, its decision, its word, its look-back
	Waits   Filter = "waits"   // the actor's unit waits for others: an extension that was asked for, opinions, agreement, a pause
	Mention Filter = "mention" // somebody wrote something down for the actor's unit
	Found   Filter = "found"   // whatever the actor may see, open or not: for a search
)

// Index terms of these.
const (
	termLate  = "late"
	termWaits = "waits"
)

// Search narrows a queue. What is empty narrows nothing.
type Search struct {
	Filter   Filter
	Town     string
	Category string
	Light    Light
	State    State
	Words    string // places, names of sites, numbers of the case, the filing and the penalty; or names in the records
	Names    bool   // Words are looked for in the names of the records, and not in those
}

// Find gives a page of a narrowed queue, in the order of List. Words that hold nothing to look for find nothing. docs.ErrToken.
func (s *Service) Find(ctx context.Context, a Actor, q Search, after string) (docs.Page[Case], error) {
	d, ok := query(a, q.Filter)
	if !ok {
		return docs.Page[Case]{}, nil
	}
	where := func(prefix, value string) {
		if value != "" {
			d.Where = append(d.Where, docs.Eq{Field: "terms", Value: prefix + value})
		}
	}
	where("town:", q.Town)
	where("category:", q.Category)
	where("light:", string(q.Light))
	where("state:", string(q.State))
	if q.Words != "" {
		terms := sought(q.Words)
		if q.Names {
			terms = s.prints(pairs(q.Words))
		}
		if len(terms) == 0 {
			return docs.Page[Case]{}, nil
		}
		for _, t := range terms {
			where("", t)
		}
	}
	d.Limit, d.After = pageLength, after
	return s.cases.Find(ctx, d)
}

// numbered is a case number as people write it, whole or without its first sign; with the series of sealed cases it means no other.
var numbered = regexp.MustCompile(`^\p{Han}{0,4}?(专?\d{4})[-—－](\d+)$`)

// sought are the index terms of words about places and numbers.
func sought(words string) []string {
	var terms []string
	for _, w := range strings.Fields(words) {
		if m := numbered.FindStringSubmatch(w); m != nil {
			terms = append(terms, "number:"+m[1]+"-"+plainNumber(m[2]))
		} else if n, err := strconv.Atoi(w); err == nil {
			terms = append(terms, "number:"+strconv.Itoa(n))
		} else {
			for _, p := range pairs(w) {
				terms = append(terms, "find:"+p)
			}
		}
	}
	return terms
}

func plainNumber(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil {
		return s
	}
	return strconv.Itoa(n)
}

// pairs are the pairs of neighbouring letters of a text, each once; what is no letter or digit parts words.
func pairs(text string) []string {
	var all []string
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		r := []rune(w)
		for i := range len(r) - 1 {
			all = append(all, string(r[i:i+2]))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// prints are the index terms of pairs out of names: keyed, so that a stolen index does not say whom the records name.
func (s *Service) prints(pairs []string) []string {
	var terms []string
	for _, p := range pairs {
		terms = append(terms, "name:"+hex.EncodeToString(s.Vault.MAC("case.name", []byte(p))[:6]))
	}
	return terms
}

// names are the index terms of whom and what a form names.
func (s *Service) names(f *disposal.Form, persons []byte) ([]string, error) {
	var all []string
	if err := json.Unmarshal(persons, &all); err != nil {
		return nil, fmt.Errorf("cases: names of a form: %w", err)
	}
	if f.Survey != nil {
		all = append(all, f.Survey.Site)
	}
	return s.prints(pairs(strings.Join(all, "\n"))), nil
}

// deskTerms are the index terms by which the desk asks for a case. lit is its light.
func (c *Case) deskTerms(p *county.Profile, lit Light) []string {
	var terms []string
	if lit == Red || lit == Black {
		terms = append(terms, termLate)
	}
	owes := c.owes(p)
	if c.Extension != nil || c.Hold != nil || slices.ContainsFunc(owes, func(u string) bool { return u != c.Lead }) {
		terms = append(terms, termWaits)
	}
	for _, u := range owes {
		terms = append(terms, "owes:"+u)
	}
	if c.State != Merged && c.Pleaded() { // only who decides is told
		terms = append(terms, "owes:"+c.decider())
	}
	for _, u := range c.Sees {
		if len(c.Mentions(u)) > 0 {
			terms = append(terms, "mention:"+u)
		}
	}
	if m := numbered.FindStringSubmatch(c.Number); m != nil {
		n := plainNumber(m[2])
		terms = append(terms, "number:"+m[1]+"-"+n, "number:"+n)
		if year, sealed := strings.CutPrefix(m[1], sealedSeries); sealed {
			terms = append(terms, "number:"+year+"-"+n)
		}
	}
	town, _ := p.Town(c.Place.Town)
	village, _ := p.Village(c.Place.Village)
	found := town.Name + village.Name
	for _, r := range c.Valid() {
		switch f := r.Form(); {
		case f.Survey != nil:
			found += "\n" + f.Survey.Site
		case f.Penalty != nil:
			found += "\n" + f.Penalty.Case + "\n" + f.Penalty.Decision
		}
	}
	for _, pair := range pairs(found) {
		terms = append(terms, "find:"+pair)
	}
	for _, r := range c.Valid() {
		terms = append(terms, r.Versions[len(r.Versions)-1].Names...)
	}
	return terms
}

// owes are the units for whose part in the case the others wait.
func (c *Case) owes(p *county.Profile) []string {
	var units []string
	for _, k := range c.Clocks {
		if k.Step == StepOpinion && k.Running() {
			units = append(units, k.Of)
		}
	}
	if c.Extension != nil {
		units = append(units, dutyDesk, c.Lead)
	}
	units = append(units, slices.DeleteFunc(c.answering(), func(u string) bool { return u == c.Lead })...)
	if c.State == Watched && c.ripe(p) {
		for _, u := range c.Parties() {
			if !c.agreed(u) {
				units = append(units, u)
			}
		}
	}
	if slices.ContainsFunc(c.LookBacks, Return.waits) && c.Place.Town != "" {
		units = append(units, county.TownUnit(c.Place.Town))
	}
	slices.Sort(units)
	return slices.DeleteFunc(slices.Compact(units), func(u string) bool { return !slices.Contains(c.Sees, u) })
}
