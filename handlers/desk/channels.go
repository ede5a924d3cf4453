package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/notify/delivery"
)

const channelsPath = "/desk/channels"

// channels is GET /desk/channels.
func (p *Pages) channels(c *gin.Context) error {
	page, err := p.channelsPage(c)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// tryChannel is POST /desk/channels: it sends a contact a test message and says how that went.
func (p *Pages) tryChannel(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	name := c.Request.PostForm.Get("contact")
	code, tryErr := p.Delivery.Try(c.Request.Context(), staff(c).Actor(), name)
	page, err := p.channelsPage(c)
	if err != nil {
		return errors.Join(tryErr, err)
	}
	switch {
	case tryErr != nil:
		page.Error = p.told(c, tryErr)
		return again{fmt.Errorf("desk: try a contact: %w", tryErr), page}
	case code != "":
		page.Error = p.Words.T("channels.missed", name, p.trouble(code))
	default:
		page.Result = p.Words.T("channels.arrived", name)
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) channelsPage(c *gin.Context) (frontend.Channels, error) {
	ctx := c.Request.Context()
	shell, err := p.shell(c, "channels.title", "")
	if err != nil {
		return frontend.Channels{}, err
	}
	page := frontend.Channels{Shell: shell, Older: c.Query("after") != "", Rule: p.tellingRule()}
	states, err := p.Delivery.States(ctx)
	if err != nil {
		return page, fmt.Errorf("desk: contacts: %w", err)
	}
	for i := range states {
		page.Contacts = append(page.Contacts, p.contactRow(&states[i]))
	}
	log, err := p.Delivery.History(ctx, c.Query("after"))
	if err != nil {
		return page, fmt.Errorf("desk: deliveries: %w", err)
	}
	for i := range log.Items {
		page.Log = append(page.Log, p.sentRow(&log.Items[i]))
	}
	if log.Next != "" {
		page.Next = channelsPath + "?after=" + url.QueryEscape(log.Next)
	}
	return page, nil
}

// tellingRule says when what goes out.
func (p *Pages) tellingRule() string {
	t := &p.Profile.Telling
	rule := p.Words.T("channels.urgent")
	for _, a := range t.AtOnce {
		var kinds []string
		for _, k := range a.Kinds {
			kinds = append(kinds, p.Profile.NoticeName(k))
		}
		rule += p.Words.T("channels.soon", a.Priority, strings.Join(kinds, "、"))
	}
	rule += p.Words.T("channels.daily", hour(t.Digest))
	if t.Quiet.From != t.Quiet.To {
		rule += p.Words.T("channels.quiet", hour(t.Quiet.From), hour(t.Quiet.To))
	}
	return rule
}

// contactRow shows a contact. Times are hours: to the minute, they would tell when a tip came.
func (p *Pages) contactRow(s *delivery.State) frontend.ContactRow {
	row := frontend.ContactRow{Name: s.Name, By: p.Words.T("channels.by." + s.By), Address: s.Shown(), Last: p.Words.T("channels.never")}
	var whom []string
	for _, u := range s.Units {
		whom = append(whom, p.unitName(u))
	}
	ranks := make([]string, 0, len(s.Ranks))
	for _, r := range s.Ranks {
		ranks = append(ranks, p.Words.T("channels.rank."+string(r)))
	}
	row.Whom = strings.Join(whom, "、") + "：" + strings.Join(ranks, "、")
	if !s.Told.IsZero() {
		row.Last = p.Words.T("channels.last", p.atHour(s.Told))
	}
	if s.Waiting > 0 {
		row.Waiting = p.Words.T("channels.waiting", s.Waiting)
	}
	switch {
	case s.Code != "":
		row.Light = frontend.Light{Kind: "red", Word: p.Words.T("channels.stuck")}
		row.Trouble = p.Words.T("channels.trouble", p.atHour(s.Miss), p.trouble(s.Code))
	case s.Told.IsZero():
		row.Light = frontend.Light{Kind: "none", Word: p.Words.T("channels.untried")}
	default:
		row.Light = frontend.Light{Kind: "green", Word: p.Words.T("channels.works")}
	}
	return row
}

func (p *Pages) sentRow(d *delivery.Delivery) frontend.SentRow {
	row := frontend.SentRow{When: p.atHour(d.At), Contact: d.Contact, Number: d.Number, Result: p.Words.T("channels.result.wait")}
	switch d.Kind {
	case "":
		row.What = p.Profile.Texts["tell.any"]
	case delivery.Daily:
		row.What = p.Profile.Texts["tell.digest"]
	case delivery.Test:
		row.What = p.Words.T("channels.test")
	default:
		row.What = p.Profile.NoticeName(d.Kind)
	}
	if d.Priority != "" {
		row.What += " " + d.Priority
	}
	if d.Result != "" {
		row.Result = p.Words.T("channels.result." + string(d.Result))
	}
	if d.Done != nil && d.Result == delivery.Sent && p.atHour(*d.Done) != row.When {
		row.Result += " " + p.atHour(*d.Done)
	}
	if d.Code != "" {
		row.Result += "：" + p.trouble(d.Code)
	}
	return row
}

// trouble says in plain words what a code of a failure means, and what to do; the code stands behind it for who asks the vendor.
func (p *Pages) trouble(code string) string {
	key := "channels.code." + code
	if p.Words.T(key) == key { // not one of ours: what kind of code is it?
		kind, _, _ := strings.Cut(code, " ")
		key = "channels.code." + kind
	}
	return p.Words.T(key, code)
}

// atHour is a moment to the hour.
func (p *Pages) atHour(t time.Time) string {
	return p.day(t) + " " + p.Words.T("channels.hour", t.In(p.Profile.Zone).Hour())
}

// hour is a time of day: 21:30.
func hour(d time.Duration) string { return time.Time{}.Add(d).Format("15:04") }
