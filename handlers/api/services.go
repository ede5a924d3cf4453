package api

import (
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/intake/fault"
)

// Specification names GeoReport v2 as clients look for it.
const Specification = "http://wiki.open311.org/GeoReport_v2"

// discovery is GET /open311/discovery.
func (o *Open311) discovery(c *gin.Context) error {
	changed := o.Profile.From.In(o.Profile.Zone).Format(time.RFC3339)
	return o.answer(c, discovery{Changeset: changed, Contact: o.Words.T("geo.contact", o.Profile.Texts["asks"], o.Profile.Texts["hotline"]), KeyService: o.Words.T("geo.keys", o.Profile.Texts["asks"]),
		Endpoints: []endpoint{{Specification: Specification, URL: o.base + v2, Changeset: changed, Type: "production", Formats: []string{"text/xml", "application/json"}}}})
}

// told are the categories that anybody may know of.
func (o *Open311) told() []county.Category {
	return slices.DeleteFunc(slices.Clone(o.Profile.Categories), func(k county.Category) bool { return k.Sealed })
}

// category finds one of them. fault geo.service.
func (o *Open311) category(code string) (county.Category, error) {
	k, ok := o.Profile.Category(code)
	if !ok || k.Sealed {
		return k, fault.New(fault.NotFound, "geo.service").On("service_code")
	}
	return k, nil
}

// keywords are how many signs are named with a service.
const keywords = 6

// services is GET services.
func (o *Open311) services(c *gin.Context) error {
	if err := o.jurisdiction(c.Query("jurisdiction_id")); err != nil {
		return err
	}
	var list services
	for _, k := range o.told() {
		s := service{Code: k.ID, Name: k.Plain, Description: k.Official, Metadata: true, Type: "batch", Group: o.Words.T("geo.group_more")}
		if k.Point > 0 {
			s.Group = o.Words.T("geo.group_points")
		}
		if s.Description == "" {
			s.Description = k.Plain
		}
		var words []string
		for _, sign := range o.Profile.Signs {
			if slices.Contains(sign.PointsTo, k.ID) && len(words) < keywords {
				words = append(words, sign.Short)
			}
		}
		s.Keywords = strings.Join(words, ",")
		list.Services = append(list.Services, s)
	}
	return o.answer(c, list)
}

// The attributes of every service: the questions of the form.
const (
	attrSigns, attrSites, attrNow, attrTimes, attrBefore, attrReward = "SIGNS", "SITES", "NOW", "TIMES", "BEFORE", "REWARD"
)

// attributes are those questions with their answers. None must be answered.
func (o *Open311) attributes() []attribute {
	choices := func(all []county.Choice) []value {
		var list []value
		for _, v := range all {
			list = append(list, value{v.ID, v.Text})
		}
		return list
	}
	var signs []value
	for _, s := range o.Profile.Signs {
		signs = append(signs, value{s.ID, s.Text})
	}
	all := []attribute{
		{Code: attrSigns, Datatype: "multivaluelist", Values: signs},
		{Code: attrSites, Datatype: "multivaluelist", Values: choices(o.Profile.SiteTypes)},
		{Code: attrNow, Datatype: "singlevaluelist", Values: choices(o.Profile.Now)},
		{Code: attrTimes, Datatype: "multivaluelist", Values: choices(o.Profile.Times)},
		{Code: attrBefore, Datatype: "singlevaluelist", Values: choices(o.Profile.Before)},
		{Code: attrReward, Datatype: "singlevaluelist", Values: []value{{"yes", o.Words.T("geo.reward_yes")}}},
	}
	for i := range all {
		all[i].Variable, all[i].Order, all[i].Description = true, i+1, o.Words.T("geo.ask_"+strings.ToLower(all[i].Code))
	}
	return all
}

// definition is GET services/CODE.
func (o *Open311) definition(c *gin.Context) error {
	code, err := named(c, "service")
	if err == nil {
		err = o.jurisdiction(c.Query("jurisdiction_id"))
	}
	if err != nil {
		return err
	}
	if _, err := o.category(code); err != nil {
		return err
	}
	return o.answer(c, definition{Code: code, Attributes: o.attributes()})
}
