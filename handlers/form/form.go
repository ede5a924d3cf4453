// Package form is the questions of a tip, as a resident answers them and as an operator does for a caller: their choices out of the county profile, what was
// typed, and what is wrong with it. It owns nothing and knows no route.
package form

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/fault"
)

// Form fills and reads the questions. Safe for concurrent use.
type Form struct {
	profile *county.Profile
	words   *words.Catalogue
	towns   []frontend.TownOption // never changed
}

// New prepares what does not change from one request to the next.
func New(p *county.Profile, w *words.Catalogue) *Form {
	return &Form{profile: p, words: w, towns: townOptions(p)}
}

// Fill puts the choices and what was typed so far into a page.
func (f *Form) Fill(page *frontend.Report, sub intake.Submission) {
	r := sub.Report
	page.Emergency, page.Notice = r.Emergency, f.profile.Texts["notice"]
	page.SignGroups, page.Sites = f.signGroups(r.Signs), options(f.profile.SiteTypes, r.Sites...)
	page.Towns, page.Village = f.places(r.Town, r.Village), r.Village
	page.Where, page.Words, page.Contact = frontend.Field{Value: r.Where}, frontend.Field{Value: r.Words}, frontend.Field{Value: sub.Contact}
	page.Now, page.Times, page.Before = options(f.profile.Now, r.Now), options(f.profile.Times, r.Times...), options(f.profile.Before, r.Before)
	page.HasContact, page.HasReward, page.Reward = true, f.profile.Rewards.Mode != county.RewardsOff, sub.Reward
	if f.profile.Rewards.Draft {
		page.RewardText = f.profile.Rewards.PublicText
	}
	page.MaxWords = intake.MaxWords
}

// Read reads the fields. What they hold is checked by intake; the channel is the caller's to say.
func Read(v url.Values) intake.Submission {
	return intake.Submission{
		Report: intake.Report{
			Emergency: v.Get("e"), Signs: v["signs"], Sites: v["sites"], Town: v.Get("town"), Village: v.Get("village"), Where: v.Get("where"),
			Now: v.Get("now"), Times: v["times"], Before: v.Get("before"), Words: v.Get("words"),
		},
		Contact: v.Get("contact"), Reward: v.Get("reward") != "",
	}
}

// Calls are the numbers to call in an emergency, with what each is for.
func (f *Form) Calls(e county.Emergency) []frontend.Call {
	var calls []frontend.Call
	for _, number := range e.Call {
		calls = append(calls, frontend.Call{Number: number, What: f.profile.Texts["call."+number]})
	}
	return calls
}

// Summary is what is wrong, in lines on top. A sentence that could mean any field names its own; many choices that are not ours are a form that grew old or
// was forged, and one line says so.
func (f *Form) Summary(faults []*fault.Error) []frontend.FieldError {
	var lines []frontend.FieldError
	chosen := false
	for _, w := range faults {
		text := w.Sentence(fault.DefaultLang)
		switch w.Key {
		case "form.choice":
			if chosen {
				continue
			}
			chosen = true
			fallthrough
		case "form.too_long", "form.encoding":
			text = f.words.T("named", f.words.T("field."+w.Field), text)
		}
		field := w.Field
		if field == "position" {
			field = "where"
		}
		lines = append(lines, frontend.FieldError{Field: field, Text: text})
	}
	return lines
}

// Place puts a fault beside its field.
func Place(page *frontend.Report, w *fault.Error) {
	text := w.Sentence(fault.DefaultLang)
	switch w.Field {
	case "signs":
		page.SignsError = text
	case "sites":
		page.Sites.Error = text
	case "town", "village", "where", "position":
		page.Where.Error = text
	case "now":
		page.Now.Error = text
	case "times":
		page.Times.Error = text
	case "before":
		page.Before.Error = text
	case "words":
		page.Words.Error = text
	case "contact":
		page.Contact.Error = text
	}
}

// EveryFault gives every fault of joined errors, in order; fault.All stops at the first list.
func EveryFault(err error) []*fault.Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*fault.Error
		for _, e := range joined.Unwrap() {
			all = append(all, EveryFault(e)...)
		}
		return all
	}
	return fault.All(err)
}

func options(all []county.Choice, chosen ...string) frontend.Choices {
	var c frontend.Choices
	for _, o := range all {
		c.Options = append(c.Options, frontend.Option{ID: o.ID, Text: o.Text, On: slices.Contains(chosen, o.ID)})
	}
	return c
}

// signGroups keeps the profile's order of groups and of signs.
func (f *Form) signGroups(chosen []string) []frontend.SignGroup {
	var groups []frontend.SignGroup
	for _, s := range f.profile.Signs {
		i := slices.IndexFunc(groups, func(g frontend.SignGroup) bool { return g.Name == s.Group })
		if i < 0 {
			i = len(groups)
			groups = append(groups, frontend.SignGroup{Name: s.Group})
		}
		groups[i].Options = append(groups[i].Options, frontend.Option{ID: s.ID, Text: s.Text, Icon: s.Icon, On: slices.Contains(chosen, s.ID)})
	}
	return groups
}

// places are the towns with their villages, the chosen ones marked.
func (f *Form) places(town, village string) []frontend.TownOption {
	towns := slices.Clone(f.towns)
	for i := range towns {
		towns[i].On = towns[i].Code == town
		if v := slices.IndexFunc(towns[i].Villages, func(v frontend.VillageOption) bool { return v.Code == village }); v >= 0 {
			towns[i].Villages = slices.Clone(towns[i].Villages)
			towns[i].Villages[v].On = true
		}
	}
	return towns
}

func townOptions(profile *county.Profile) []frontend.TownOption {
	var towns []frontend.TownOption
	for _, t := range profile.Towns {
		o := frontend.TownOption{Code: t.Code, Name: t.Name}
		for _, v := range profile.VillagesOf(t.Code) {
			name := v.Short
			if name == "" {
				name = v.Name
			}
			o.Villages = append(o.Villages, frontend.VillageOption{Code: v.Code, Name: name, Search: search(name, v.Aliases)})
		}
		towns = append(towns, o)
	}
	return towns
}

// search is what a person may type for a place: its other names, and the first letters of its pinyin (yjh for 杨家会).
func search(name string, aliases []string) string {
	args := pinyin.NewArgs()
	args.Style = pinyin.FirstLetter
	words := slices.Clone(aliases)
	for _, n := range append([]string{name}, aliases...) {
		if letters := strings.Join(pinyin.LazyPinyin(n, args), ""); letters != "" && !slices.Contains(words, letters) {
			words = append(words, letters)
		}
	}
	return strings.Join(words, " ")
}
