package public

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/mozillazg/go-pinyin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/intake"
)

// form is the form with what was typed so far.
func (p *Pages) form(c *gin.Context, d *intake.Draft, sub intake.Submission) frontend.Report {
	r := sub.Report
	page := frontend.Report{
		Shell: p.shell(c, "report.title"), Token: d.Token, Emergency: r.Emergency, Notice: p.Profile.Texts["notice"],
		SignGroups: p.signGroups(r.Signs),
		Sites:      options(p.Profile.SiteTypes, r.Sites...),
		Towns:      p.places(r.Town, r.Village), Village: r.Village,
		Where: frontend.Field{Value: r.Where}, Words: frontend.Field{Value: r.Words}, Contact: frontend.Field{Value: sub.Contact},
		Now: options(p.Profile.Now, r.Now), Times: options(p.Profile.Times, r.Times...), Before: options(p.Profile.Before, r.Before),
		PhotoPlace: r.PhotoPlace, HasContact: true, Reward: sub.Reward, RewardText: p.Profile.Texts["reward_draft"],
		MaxPhotos: intake.MaxPhotos, MaxPhotoMB: p.Config.MaxPhotoMB, MaxVoiceMB: p.Config.MaxVoiceMB, MaxVideoMB: p.Config.MaxVideoMB,
		MaxVoiceMinutes: p.Profile.Evidence.VoiceMinutes, MaxVideoMinutes: p.Profile.Evidence.VideoMinutes, MaxWords: intake.MaxWords,
	}
	if e, ok := p.emergency(r.Emergency); ok {
		page.Calls = p.calls(e)
	}
	if r.Position != nil {
		page.Position = &frontend.Position{Lon: number(r.Position.Lon), Lat: number(r.Position.Lat), Accuracy: number(r.Position.Accuracy)}
	}
	return page
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func options(all []county.Choice, chosen ...string) frontend.Choices {
	var c frontend.Choices
	for _, o := range all {
		c.Options = append(c.Options, frontend.Option{ID: o.ID, Text: o.Text, On: slices.Contains(chosen, o.ID)})
	}
	return c
}

// signGroups keeps the profile's order of groups and of signs.
func (p *Pages) signGroups(chosen []string) []frontend.SignGroup {
	var groups []frontend.SignGroup
	for _, s := range p.Profile.Signs {
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
func (p *Pages) places(town, village string) []frontend.TownOption {
	towns := slices.Clone(p.towns)
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
