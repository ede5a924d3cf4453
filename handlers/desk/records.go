package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"qianshao/frontend"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// recordViews are what was registered in a case, the newest first. That somebody looks at it is noted with the look at the case.
func (p *Pages) recordViews(a cases.Actor, k *cases.Case) ([]frontend.RecordView, error) {
	may := map[cases.Action]bool{}
	for _, t := range p.Cases.Actions(a, k) {
		may[t.Action] = true
	}
	var all []frontend.RecordView
	for _, r := range slices.Backward(k.Records) {
		v := frontend.RecordView{ID: r.ID, Case: k.ID, Version: k.Version, Seen: len(k.Events), Name: r.Kind.Name(), Void: r.Void}
		for i := range slices.Backward(r.Versions) {
			version, err := p.recordVersion(k, &r.Versions[i])
			if err != nil {
				return nil, err
			}
			if i == len(r.Versions)-1 {
				v.Who, v.Day, v.Facts, v.Lists = version.Who, version.Day, version.Facts, version.Lists
				continue
			}
			v.Before = append(v.Before, version)
		}
		if !r.Void && may[cases.Correct] && (a.Role == cases.Duty || unitOf(a) == k.Lead || unitOf(a) == r.Versions[0].Unit) {
			v.Correct = recordHref(k.ID, r.Kind) + "?item=" + r.ID
		}
		v.CanVoid = !r.Void && may[cases.Void] && r.Kind != disposal.KindVisit
		all = append(all, v)
	}
	return all, nil
}

func (p *Pages) recordVersion(k *cases.Case, v *cases.RecordVersion) (frontend.RecordVersion, error) {
	whole, err := p.Cases.Record(k, v)
	if err != nil {
		return frontend.RecordVersion{}, fmt.Errorf("desk: record of %s: %w", k.ID, err)
	}
	out := frontend.RecordVersion{Who: p.who(v.Unit, v.Name), Day: p.day(v.At)}
	filled := disposal.Encode(&whole)
	for _, f := range disposal.Fields(whole.Kind) {
		if f.Type != disposal.List {
			out.Facts = p.fact(out.Facts, f, f.Key, filled)
			continue
		}
		list := frontend.RecordList{Name: f.Label}
		for i := range lines(filled, f.Key) {
			var facts []frontend.Fact
			for _, it := range f.Items {
				facts = p.fact(facts, it, fmt.Sprintf("%s.%d.%s", f.Key, i, it.Key), filled)
			}
			list.Items = append(list.Items, facts)
		}
		if len(list.Items) > 0 {
			out.Lists = append(out.Lists, list)
		}
	}
	return out, nil
}

// fact adds a field of a record in words, if it was filled in.
func (p *Pages) fact(facts []frontend.Fact, f disposal.Field, key string, filled map[string][]string) []frontend.Fact {
	value := strings.Join(filled[key], "")
	if value == "" {
		return facts
	}
	switch f.Type {
	case disposal.OneOf:
		for _, o := range f.Choices {
			if o.ID == value {
				value = o.Name
			}
		}
	case disposal.Date:
		if t, ok := disposal.Day(value).In(p.Profile.Zone); ok {
			value = p.day(t)
		}
	case disposal.DateTime:
		if t, ok := disposal.Moment(value).In(p.Profile.Zone); ok {
			value = p.day(t) + t.Format(" 15:04")
		}
	case disposal.Persons:
		value = strings.ReplaceAll(value, "\n", "、")
	case disposal.Yuan:
		value = p.Words.T("yuan", value)
	}
	if ofTown(key) {
		if t, ok := p.Profile.Town(value); ok {
			value = t.Name
		}
	}
	return append(facts, frontend.Fact{Name: f.Label, Value: value})
}

// ofTown says that a field holds the code of a town.
func ofTown(key string) bool { return key == "town" || strings.HasSuffix(key, ".town") }

// lines is how many lines a list has among what was posted: one more than the highest number.
func lines(posted map[string][]string, key string) int {
	n := 0
	for k := range posted {
		var i int
		if rest, ok := strings.CutPrefix(k, key+"."); ok {
			if _, err := fmt.Sscanf(rest, "%d.", &i); err == nil && i >= 0 && i < mostLines {
				n = max(n, i+1)
			}
		}
	}
	return n
}

// mostLines is how many lines of a list a page shows; more than a form may have.
const mostLines = 101

// today is the day in the county, as a form writes it.
func (p *Pages) today() string { return p.Now().In(p.Profile.Zone).Format(time.DateOnly) }
