// Package contacts reads who is told what outside of the desk: the file that QIANSHAO_CHANNELS names, a list of addresses by unit and rank.
// It owns the file's form, which README.md shows, and finds every problem of it at once. It knows nothing of cases and sends nothing.
package contacts

import (
	"slices"
	"strings"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/notify/channel"
)

// The ways by which somebody can be told.
const (
	WeCom    = "wecom"
	DingTalk = "dingtalk"
	Mail     = "mail"
	SMS      = "sms"
	Webhook  = "webhook"
)

// Contact is an address that is told what goes to some ranks of some units.
type Contact struct {
	Name  string // as the administrators know it; unique
	Units []string
	Ranks []county.Rank // never empty
	By    string
	To    config.Secret // exported, so that fmt asks it how it wants to be shown
	channel.Channel
}

// Hears says whether what goes to the unit and rank goes to the contact.
func (c *Contact) Hears(unit string, rank county.Rank) bool {
	return slices.Contains(c.Units, unit) && slices.Contains(c.Ranks, rank)
}

// Shown is the address as a person may see it: enough to tell it from others, too little to use it.
func (c *Contact) Shown() string {
	to := c.To.Reveal()
	switch c.By {
	case SMS:
		return to[:3] + "****" + to[len(to)-4:]
	case Mail:
		user, domain, _ := strings.Cut(to, "@")
		return string([]rune(user)[:1]) + "***@" + domain
	}
	u, ok := webAddress(to)
	if !ok {
		return ""
	}
	return u.Hostname()
}

// Book is all contacts, in the order of the file. The zero book tells nobody.
type Book struct{ Contacts []Contact }

// Find gives a contact by its name.
func (b *Book) Find(name string) (*Contact, bool) {
	i := slices.IndexFunc(b.Contacts, func(c Contact) bool { return c.Name == name })
	if i < 0 {
		return nil, false
	}
	return &b.Contacts[i], true
}
