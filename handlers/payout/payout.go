// Package payout is the staff's side of rewards: the proposal on a case, its approval, the reward officers' and the cashiers' lists, and the auditors' sums.
// It owns no state. Each page shows one party what is theirs: who proposes and approves learns nothing of a wish, a code or a payment; who checks codes and who
// pays learns nothing of a case or a place; who checks codes sees no payee.
package payout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/handlers/desk"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/notify/award"
	"qianshao/notify/reward"
	"qianshao/triage/cases"
)

// The addresses of the pages.
const (
	awardsPath = "/desk/awards"
	payoutPath = "/desk/payout"
	auditPath  = payoutPath + "/audit"
)

// Deps is what the pages stand on.
type Deps struct {
	Profile *county.Profile
	Cases   *cases.Service
	Awards  *award.Service
	Rewards *reward.Service
	Custody *custody.Log
	Words   *words.Catalogue
	Desk    *desk.Pages // whose frame the pages stand in
	Show    func(c *gin.Context, status int, page any) error
}

// Pages are the pages of rewards.
type Pages struct{ Deps }

// New makes the pages.
func New(d Deps) *Pages { return &Pages{d} }

// Routes registers the pages.
func (p *Pages) Routes(handle func(method, path string, f func(*gin.Context) error)) {
	handle("GET", "/desk/cases/:id/award", p.draft)
	handle("POST", "/desk/cases/:id/award", p.propose)
	handle("GET", awardsPath, p.waiting)
	handle("POST", awardsPath+"/:award/:action", p.decide)
	handle("GET", payoutPath, p.list)
	handle("POST", payoutPath+"/check", p.check)
	handle("GET", payoutPath+"/:award", p.open)
	handle("POST", payoutPath+"/:award/:action", p.act)
	handle("GET", payoutPath+"/:award/payee", p.payee)
	handle("GET", payoutPath+"/:award/receipt", p.receipt)
	handle("GET", auditPath, p.audit)
	handle("GET", auditPath+".xlsx", p.auditBook)
}

// party is for whom a member of staff acts on the pages of the officers.
func party(c *gin.Context) reward.Actor {
	m := desk.Staff(c)
	a := reward.Actor{ID: m.ID, Name: m.Name, Party: reward.Officer}
	if m.Role == cases.Finance {
		a.Party = reward.Finance
	}
	return a
}

// lists are the states that a party works on, the first one first.
var lists = map[reward.Party][]reward.State{
	reward.Officer: {reward.Claimed, reward.Raised, reward.Approved, reward.Expired, reward.Revoked, reward.Paid, reward.Filed},
	reward.Finance: {reward.Verified, reward.Paid, reward.Filed},
}

// frame is the frame with the lists of the officers in the rail.
func (p *Pages) frame(c *gin.Context, title string, current reward.State) (frontend.Shell, error) {
	s, err := p.Desk.Frame(c, title)
	if err != nil {
		return s, err
	}
	if desk.Staff(c).Role == cases.Auditor {
		s.Desk.Queues = []frontend.QueueLink{{Href: auditPath, Label: p.Words.T("payout.audit"), Plain: true, Current: true}}
		return s, nil
	}
	for _, state := range lists[party(c).Party] {
		n, err := p.Rewards.Count(c.Request.Context(), reward.Which{State: state, Wished: wished(state)})
		if err != nil {
			return s, fmt.Errorf("payout: count %s: %w", state, err)
		}
		s.Desk.Queues = append(s.Desk.Queues, frontend.QueueLink{Href: payoutPath + "?q=" + string(state), Label: p.state(state), Count: n, Current: state == current})
	}
	return s, nil
}

// wished says that of the awards in a state only those count that somebody wishes: nobody comes for the others.
func wished(state reward.State) bool {
	return state == reward.Approved || state == reward.Expired || state == reward.Revoked
}

func (p *Pages) state(s reward.State) string { return p.Words.T("payout.state." + string(s)) }

func (p *Pages) way(w reward.Way) string {
	if w == "" {
		return ""
	}
	return p.Words.T("payout.way." + string(w))
}

// draftText is said as long as the county has no rules in force.
func (p *Pages) draftText() string {
	switch r := &p.Profile.Rewards; {
	case r.Mode == county.RewardsOff:
		return p.Words.T("payout.off")
	case r.Draft:
		return r.PublicText + p.Words.T("payout.draft")
	}
	return ""
}

func (p *Pages) yuan(fen int64) string { return p.Words.T("yuan", reward.Yuan(fen)) }

// amount is what an award comes to, in words where the county has not decided.
func (p *Pages) amount(a *reward.Award) string {
	if p.Rewards.Open(a) && !a.Decided() {
		return p.Words.T("payout.open")
	}
	fen, _ := p.Rewards.Plain(a)
	return p.yuan(fen)
}

// buttons draws what may be done.
func (p *Pages) buttons(a *reward.Award, lines []reward.Transition, checked bool) []frontend.PayAction {
	var all []frontend.PayAction
	for _, t := range lines {
		if t.Action == reward.Raise { // the form of Verify with its box ticked
			continue
		}
		key := string(t.Action)
		v := frontend.PayAction{Key: key, Verb: p.Words.T("payout.do." + key), NeedsNote: t.Note,
			Main: slices.Contains([]reward.Action{reward.Approve, reward.Verify, reward.Pay, reward.File, reward.Agree}, t.Action)}
		if t.Note || t.Action == reward.Pay {
			v.NoteLabel = p.Words.T("payout.note." + key)
		}
		inPerson := a.Way != reward.Account
		switch {
		case t.Action == reward.Verify && inPerson && !checked:
			v.CodeLabel = p.Words.T("payout.code.verify")
		case t.Action == reward.Pay && inPerson:
			v.CodeLabel = p.Words.T("payout.code.pay")
		}
		v.Insider = t.Action == reward.Verify && p.Profile.Rewards.UpliftPercent != nil
		all = append(all, v)
	}
	return all
}

// refill puts what was typed back beside its fields; it returns the sentence for the page where no field takes it.
func refill(c *gin.Context, all []frontend.PayAction, act string, err error, text string) string {
	note, _ := intake.CleanWords(c.Request.PostForm.Get("note"))
	code, _ := intake.CleanLine(c.Request.PostForm.Get("code"))
	for i := range all {
		if v := &all[i]; v.Key == act {
			v.Note.Value, v.Code.Value = note, code
			for _, one := range fault.All(err) {
				switch said := one.Sentence(fault.DefaultLang); {
				case one.Field == "note" && v.NoteLabel != "":
					v.Note.Error = said
					return ""
				case one.Field == "code" && v.CodeLabel != "":
					v.Code.Error = said
					return ""
				}
			}
			return text
		}
	}
	return strings.TrimSpace(text + " " + note)
}

func again(doing string, err error, page any) error {
	return desk.Again(fmt.Errorf("payout: %s: %w", doing, err), page)
}
