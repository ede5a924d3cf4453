package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qianshao/intake"
	"qianshao/intake/fault"
)

// report reads a tip out of the fields. What intake checks is left to it. fault.List.
func (o *Open311) report(f url.Values) (intake.Submission, error) {
	var wrong fault.List
	bad := func(f *fault.Error) { wrong = append(wrong, f) }
	sub := intake.Submission{Report: intake.Report{Channel: "gateway", Where: f.Get("address_string")}}
	r := &sub.Report
	code := f.Get("service_code")
	if code == "" {
		bad(fault.New(fault.Invalid, "geo.missing").On("service_code"))
	} else if k, err := o.category(code); err != nil {
		return sub, err
	} else {
		r.Words = o.Words.T("geo.kind", k.Plain)
	}
	if text := strings.TrimSpace(f.Get("description")); text != "" {
		r.Words += "\n" + text
	}
	if n, most := utf8.RuneCountInString(r.Words), intake.MaxWords; n > most {
		bad(fault.New(fault.Invalid, "form.too_long", most-(n-utf8.RuneCountInString(f.Get("description")))).On("description"))
	}
	o.place(f, r, bad)
	if f.Get("media_url") != "" {
		bad(fault.New(fault.Invalid, "geo.media_url").On("media_url"))
	}
	for name, values := range f {
		code, many, ok := attributeName(name)
		if !ok {
			continue
		}
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		one := func(into *string) {
			if many || len(values) > 1 {
				bad(fault.New(fault.Invalid, "geo.single").On(name))
			} else if len(values) == 1 {
				*into = values[0]
			}
		}
		switch code {
		case attrSigns:
			r.Signs = append(r.Signs, values...)
		case attrSites:
			r.Sites = append(r.Sites, values...)
		case attrTimes:
			r.Times = append(r.Times, values...)
		case attrNow:
			one(&r.Now)
		case attrBefore:
			one(&r.Before)
		case attrReward:
			var wish string
			one(&wish)
			sub.Reward = wish == "yes"
		default:
			bad(fault.New(fault.Invalid, "geo.attribute").On(name))
		}
	}
	if len(wrong) > 0 {
		slices.SortStableFunc(wrong, func(a, b *fault.Error) int { return strings.Compare(a.Field, b.Field) }) // fields come in no order
		return sub, wrong
	}
	return sub, nil
}

// place reads where it is: a position, the code of a village or a township, words. One of them must be there.
func (o *Open311) place(f url.Values, r *intake.Report, bad func(*fault.Error)) {
	lat, long := f.Get("lat"), f.Get("long")
	id := f.Get("address_id")
	if v, ok := o.Profile.Village(id); ok {
		r.Town, r.Village = v.Town, v.Code
	} else if t, ok := o.Profile.Town(id); ok {
		r.Town = t.Code
	} else if id != "" {
		bad(fault.New(fault.Invalid, "geo.address_id").On("address_id"))
	}
	if lat == "" && long == "" {
		if r.Where == "" && id == "" {
			bad(fault.New(fault.Invalid, "geo.where").On("lat, long, address_string, address_id"))
		}
		return
	}
	y, errLat := strconv.ParseFloat(lat, 64)
	x, errLong := strconv.ParseFloat(long, 64)
	if errLat != nil || errLong != nil || !(y >= -90 && y <= 90) || !(x >= -180 && x <= 180) { // in this shape NaN is wrong too
		bad(fault.New(fault.Invalid, "geo.position").On("lat, long"))
		return
	}
	r.Position = &intake.Position{Lon: x, Lat: y, Accuracy: passedOn}
}

// passedOn is the accuracy in metres of a position that somebody else found.
const passedOn = 500

// attributeName takes attribute[CODE] and attribute[CODE][] apart.
func attributeName(name string) (code string, many, ok bool) {
	rest, ok := strings.CutPrefix(name, "attribute[")
	if !ok {
		return "", false, false
	}
	rest, many = strings.CutSuffix(rest, "][]")
	if !many {
		rest, ok = strings.CutSuffix(rest, "]")
	}
	return rest, many, ok
}
