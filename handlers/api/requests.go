package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/intake/fault"
	"qianshao/notify/outcome"
)

// What the specification says of lists: ninety days, a thousand requests.
const (
	reach = 90 * 24 * time.Hour
	most  = 1000
	page  = 200
	ids   = 50 // that one may ask for at once
)

// asked narrows a list of requests.
type asked struct {
	ids, services []string
	from, to      time.Time
	open          bool // only what is still open: nothing of ours
}

// narrow reads the parameters of a list. An empty parameter is none. fault.List with what is wrong; fault geo.service.
func (o *Open311) narrow(get func(string) string) (asked, error) {
	var a asked
	var wrong fault.List
	if a.ids = list(get("service_request_id")); len(a.ids) > ids {
		wrong = append(wrong, fault.New(fault.Invalid, "geo.too_many", ids).On("service_request_id"))
	}
	a.services = list(get("service_code"))
	for _, code := range a.services {
		if _, err := o.category(code); err != nil {
			return a, err
		}
	}
	if status := list(get("status")); len(status) > 0 {
		for _, s := range status {
			if s != "open" && s != "closed" {
				wrong = append(wrong, fault.New(fault.Invalid, "geo.status").On("status"))
			}
		}
		a.open = !slices.Contains(status, "closed")
	}
	moment := func(name string) time.Time {
		text := get(name)
		if text == "" {
			return time.Time{}
		}
		t, err := time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")) // clients forget to escape the plus before a zone
		if err != nil || t.Year() < 1 || t.Year() > 9999 {
			wrong = append(wrong, fault.New(fault.Invalid, "geo.date").On(name))
		}
		return t
	}
	a.from, a.to = moment("start_date"), moment("end_date")
	switch {
	case a.from.IsZero() && a.to.IsZero():
		a.to = o.Now()
		a.from = a.to.Add(-reach)
	case a.from.IsZero():
		a.from = a.to.Add(-reach)
	case a.to.IsZero():
		a.to = a.from.Add(reach)
	case a.to.Before(a.from), a.to.Sub(a.from) > reach:
		wrong = append(wrong, fault.New(fault.Invalid, "geo.span").On("end_date"))
	}
	if len(wrong) > 0 {
		return a, wrong
	}
	return a, nil
}

// list splits values at commas.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// requests is GET requests.
func (o *Open311) requests(c *gin.Context) error {
	if err := o.jurisdiction(c.Query("jurisdiction_id")); err != nil {
		return err
	}
	a, err := o.narrow(c.Query)
	if err != nil {
		return err
	}
	found, err := o.find(c.Request.Context(), a)
	if err != nil {
		return err
	}
	return o.answer(c, found)
}

// find reads what was published. Ids overrule everything else, as the specification says; one that leads to nothing is left out.
func (o *Open311) find(ctx context.Context, a asked) (requests, error) {
	var found requests
	for _, id := range a.ids {
		r, err := o.read(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return found, err
		}
		found.Requests = append(found.Requests, r)
	}
	if len(a.ids) > 0 || a.open {
		return found, nil
	}
	for after := ""; ; {
		some, next, err := o.Outcomes.List(ctx, outcome.Filter{}, after, page)
		if err != nil {
			return found, fmt.Errorf("api: list: %w", err)
		}
		for _, p := range some {
			if p.Day.Before(a.from) || len(found.Requests) == most {
				return found, nil
			}
			r, ok := o.shape(p)
			if ok && !p.Day.After(a.to) && (len(a.services) == 0 || slices.Contains(a.services, r.ServiceCode)) {
				found.Requests = append(found.Requests, r)
			}
		}
		if after = next; after == "" {
			return found, nil
		}
	}
}

// request is GET requests/ID.
func (o *Open311) request(c *gin.Context) error {
	id, err := named(c, "request")
	if err == nil {
		err = o.jurisdiction(c.Query("jurisdiction_id"))
	}
	if err != nil {
		return err
	}
	r, err := o.read(c.Request.Context(), id)
	if err != nil {
		return err
	}
	return o.answer(c, requests{Requests: []request{r}})
}

// read reads one. fault outcome.unknown, also for one that was withdrawn.
func (o *Open311) read(ctx context.Context, id string) (request, error) {
	p, err := o.Outcomes.Read(ctx, id)
	if err != nil {
		return request{}, fmt.Errorf("api: read: %w", err)
	}
	r, ok := o.shape(p)
	if !ok {
		return r, fault.New(fault.NotFound, "outcome.unknown")
	}
	return r, nil
}

// shape is an outcome as a service request; false for one that was withdrawn, or is of no kind that anybody may know of.
func (o *Open311) shape(p outcome.Published) (request, bool) {
	i := slices.IndexFunc(p.Categories, func(id string) bool { _, err := o.category(id); return err == nil })
	if p.Withdrawn != "" || i < 0 {
		return request{}, false
	}
	k, _ := o.Profile.Category(p.Categories[i])
	day := p.Day.In(o.Profile.Zone).Format(time.RFC3339)
	r := request{ID: p.ID, Status: "closed", StatusNotes: null(p.Text), ServiceName: k.Plain, ServiceCode: k.ID, Description: p.Title, Agency: null(o.Profile.Texts["asks"]), Requested: day, Updated: day,
		AddressID: null(p.Town)}
	if t, ok := o.Profile.Town(p.Town); ok {
		r.Address = null(o.Profile.Region + o.Profile.City + o.Profile.Name + t.Name)
	}
	if len(p.Photos) > 0 {
		r.MediaURL = null(o.base + "/outcomes/" + p.ID + "/" + p.Photos[0])
	}
	return r, true
}
