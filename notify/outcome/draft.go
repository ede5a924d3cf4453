package outcome

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/outcome/anonymity"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// fit says that an outcome may be drafted of a case, and published: it was true, it is closed, tips are in it, everybody at the desk may know of it and it accuses
// no unit.
func fit(c *cases.Case) bool {
	return c.State.Over() && c.Outcome == cases.True && !c.Private() && !c.Refer && len(c.Tips) > 0
}

// idLetters are easy to tell apart.
var idLetters = base32.NewEncoding("23456789bcdfghjkmnpqrstvwxyz" + "aeiu").WithPadding(base32.NoPadding)

// make drafts an outcome of a case, once in each round; false, and the one that there is, when there is one. Rounds after the first, 0, follow withdrawals.
func (s *Service) make(ctx context.Context, c *cases.Case, round int) (Outcome, bool, error) {
	mac := idLetters.EncodeToString(s.Vault.MAC("outcome.id", []byte(c.ID+strings.Repeat("+", round))))
	for n := 6; n < len(mac); n++ { // longer when somebody else has the short one, once in a million
		o := Outcome{ID: mac[:n], Case: c.ID, State: Draft, Changed: s.Now(), Version: 1}
		old, err := s.outcomes.Get(ctx, o.ID)
		if err == nil && old.Case == c.ID {
			return old, false, nil
		}
		if err == nil {
			continue
		}
		if !missing(err) {
			return Outcome{}, false, fmt.Errorf("outcome: look for %s: %w", o.ID, err)
		}
		facts := s.facts(c)
		text := s.compose(facts)
		content := Content{Machine: text, Now: text, Facts: facts}
		if err := s.check(ctx, worker, &o, &content, c); err != nil {
			return Outcome{}, false, err
		}
		if err := s.seal(&o, &content); err != nil {
			return Outcome{}, false, err
		}
		o.Events = []Event{{At: o.Changed, By: worker, Action: Made}}
		o.index()
		err = s.outcomes.Insert(ctx, &o)
		if errors.Is(err, docs.ErrExists) { // another worker was faster
			return o, false, nil
		}
		return o, err == nil, err
	}
	return Outcome{}, false, fmt.Errorf("outcome: no id is left for a case")
}

// Again drafts once more what was withdrawn, of the case as it is now: another outcome with an id of its own, while the old one goes on saying that it was taken
// down. The one that was drafted before, when somebody was faster. faults outcome.unknown, outcome.state, outcome.case.
func (s *Service) Again(ctx context.Context, a cases.Actor, id string) (Outcome, error) {
	o, c, _, err := s.open(ctx, a, id)
	switch {
	case err != nil:
		return o, err
	case o.State != Withdrawn:
		return o, fault.New(fault.Conflict, "outcome.state")
	case !fit(&c):
		return o, fault.New(fault.Conflict, "outcome.case")
	}
	if err := s.note(ctx, a.ID, id, "again"); err != nil {
		return o, err
	}
	for round := 1; ; round++ {
		made, _, err := s.make(ctx, &c, round)
		if err != nil || made.State != Withdrawn {
			return made, err
		}
	}
}

// facts takes from a case what may be told of it.
func (s *Service) facts(c *cases.Case) Facts {
	f := Facts{Town: c.Place.Town, Categories: slices.Clone(c.Categories), Lead: c.Lead, Month: s.period(concluded(c))}
	done := map[string]bool{}
	for _, r := range c.Valid() {
		form := r.Form()
		kind := string(r.Kind)
		if form.Cutoff != nil {
			kind += "." + form.Cutoff.What
		}
		done[kind] = true
		if p := form.Penalty; p != nil && p.Published != "" {
			f.FineFen += int64(p.Fine)
		}
	}
	if done[county.CutPower] && done[county.CutWater] {
		done[county.CutPower], done[county.CutWater], done[county.CutBoth] = false, false, true
	}
	for _, kind := range county.MeasureKinds() {
		if words := s.Profile.Publicity.Measures[kind]; done[kind] && words != "" {
			f.Disposals = append(f.Disposals, words)
		}
	}
	return f
}

// concluded is when the matter was found to be true, and closedAt when it was closed, each the last time.
func concluded(c *cases.Case) time.Time { return lastOf(c, cases.Conclude) }

func closedAt(c *cases.Case) time.Time { return lastOf(c, cases.Close) }

func lastOf(c *cases.Case, act cases.Action) (at time.Time) {
	for _, e := range c.Events {
		if e.Action == string(act) {
			at = e.At
		}
	}
	return at
}

// period is how exactly the time of a moment may be told: 2026-10 or 2026-Q4.
func (s *Service) period(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(s.Profile.Zone)
	if s.Profile.Publicity.Period == county.PeriodQuarter {
		return fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3)
	}
	return t.Format(cases.MonthForm)
}

// compose writes facts in the county's sentences.
func (s *Service) compose(f Facts) Text {
	p := s.Profile
	with := map[string]string{"month": SpokenPeriod(f.Month), "place": s.placeName(f), "measures": strings.Join(f.Disposals, "，")}
	if f.FineFen > 0 {
		with["fine"] = county.Yuan(f.FineFen)
	}
	if f.Lead != "" {
		with["lead"] = p.UnitName(f.Lead)
	}
	for _, id := range f.Categories {
		if with["what"] = p.Publicity.Matters[id]; with["what"] != "" {
			break
		}
	}
	var t Text
	whole := false
	if t.Title, whole = county.Fill(p.Publicity.Title, with); !whole {
		t.Title, _ = county.Fill(p.Publicity.Nothing, with)
	}
	var lines []string
	for _, l := range p.Publicity.Lines {
		if line, whole := county.Fill(l, with); whole {
			lines = append(lines, line)
		}
	}
	t.Text = strings.Join(lines, "\n")
	return t
}

// placeName is as much of the place as may be told.
func (s *Service) placeName(f Facts) string {
	if t, ok := s.Profile.Town(f.Town); ok {
		return t.Name
	}
	return s.Profile.Name
}

// SpokenPeriod reads 2026-10 as 2026年10月 and 2026-Q4 as 2026年第四季度.
func SpokenPeriod(period string) string {
	year, rest, ok := strings.Cut(period, "-")
	if !ok {
		return ""
	}
	if q, ok := strings.CutPrefix(rest, "Q"); ok {
		return year + "年第" + map[string]string{"1": "一", "2": "二", "3": "三", "4": "四"}[q] + "季度"
	}
	return year + "年" + strings.TrimPrefix(rest, "0") + "月"
}

// check looks for traces in what is written now, against the tips as they are now, and keeps what was found. That the tips were read stands in the custody log
// first.
func (s *Service) check(ctx context.Context, by string, o *Outcome, content *Content, c *cases.Case) error {
	known, err := s.known(ctx, by, o.ID, c)
	if err != nil {
		return err
	}
	known.Written = []string{content.Machine.Title, content.Machine.Text}
	d := anonymity.Draft{Title: content.Now.Title, Text: content.Now.Text}
	for _, p := range o.Photos {
		d.Confirmed = append(d.Confirmed, p.By != "")
	}
	content.Findings = s.checker.Check(d, known)
	return nil
}

// known gathers what a case knows.
func (s *Service) known(ctx context.Context, by, id string, c *cases.Case) (anonymity.Known, error) {
	var k anonymity.Known
	for _, ref := range c.Tips {
		if err := s.Custody.Note(ctx, "tip/"+ref.Tip, by, "anonymity", id); err != nil {
			return k, fmt.Errorf("outcome: note a check against a tip: %w", err)
		}
		tip, err := s.Intake.Open(ctx, intake.TipID(ref.Tip))
		if err != nil {
			return k, fmt.Errorf("outcome: open a tip for %s: %w", id, err)
		}
		k.Tips = append(append(k.Tips, tip.Report.Words, tip.Report.Where), tip.Said...)
	}
	told := false // the decision of a penalty was made public
	for _, r := range c.Valid(disposal.KindPenalty) {
		told = told || r.Form().Penalty.Published != ""
	}
	for i := range c.Records {
		for j := range c.Records[i].Versions {
			v := &c.Records[i].Versions[j]
			f, err := s.Cases.Record(c, v)
			if err != nil {
				return k, err
			}
			for _, name := range names(reflect.ValueOf(f)) {
				if firmLike(name) {
					k.Firms = append(k.Firms, name)
				} else {
					k.People = append(k.People, name)
				}
			}
			if f.Survey == nil {
				continue
			}
			if told && s.Profile.Publicity.Names == county.NamesPenalty {
				k.MayName = append(k.MayName, f.Survey.Site)
			} else {
				k.Firms = append(k.Firms, f.Survey.Site)
			}
		}
	}
	return k, nil
}

// names are whom a form names.
func names(v reflect.Value) (all []string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[disposal.Person]() && v.String() != "" {
			all = append(all, strings.TrimSpace(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			all = names(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, names(v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, names(v.Index(i))...)
		}
	}
	return all
}

// firmLike says that a name in a record is no person's.
func firmLike(name string) bool {
	return utf8.RuneCountInString(name) > 4 || strings.ContainsAny(name, "厂店场部园社矿公")
}
