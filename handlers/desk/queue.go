package desk

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/notify/outcome"
	"qianshao/triage/cases"
)

// filters are the queues of the rail, in order.
var filters = []cases.Filter{cases.Mine, cases.Late, cases.Owed, cases.Mention, cases.Waits, cases.Helped, cases.All, cases.Done}

// filter is the queue of that name; the first one for what is none.
func filter(name string) cases.Filter {
	f := cases.Filter(name)
	if !slices.Contains(filters, f) && f != cases.Urgent {
		return filters[0]
	}
	return f
}

func queueHref(f cases.Filter) string { return "/desk?q=" + string(f) }

// PressPath is the list of what is to be published.
const PressPath = "/desk/press"

// shell is the frame with the rail. current is "" on pages that belong to no queue.
func (p *Pages) shell(c *gin.Context, title string, current cases.Filter) (frontend.Shell, error) {
	m := staff(c)
	s := p.Shell(title)
	s.Desk = &frontend.Desk{ID: m.ID, Name: m.Name, Role: p.Words.T("role." + string(m.Role)), Admin: m.Role == cases.Admin}
	if m.Unit != "" {
		s.Desk.Unit = p.Profile.UnitName(m.Unit)
	}
	if m.Role == cases.Operator {
		for _, l := range []struct{ path, title string }{{hotlinePath, "call.title"}, {ordersPath, "orders.title"}} {
			s.Desk.Queues = append(s.Desk.Queues, frontend.QueueLink{Href: l.path, Label: p.Words.T(l.title), Plain: true, Current: c.FullPath() == l.path})
		}
	}
	if prints(m.Role) {
		s.Desk.Links = append(s.Desk.Links, frontend.DeskLink{Href: handoutsPath, Text: p.Words.T("handouts.title")})
	}
	s.Desk.Links = append(s.Desk.Links, frontend.DeskLink{Href: "/impact", Text: p.Words.T("handouts.impact")})
	if m.Role == cases.Publicity {
		for _, state := range outcome.States() {
			href := PressPath + "?state=" + string(state)
			s.Desk.Queues = append(s.Desk.Queues, frontend.QueueLink{Href: href, Label: p.Words.T("press." + string(state)), Plain: true,
				Current: c.FullPath() == PressPath && cmp.Or(c.Query("state"), string(outcome.Draft)) == string(state)})
		}
	}
	if !handles(m.Role) {
		return s, nil
	}
	alarm, err := p.alarm(c)
	if err != nil {
		return s, err
	}
	s.Desk.Alarm = &alarm
	queues := filters
	if m.Role == cases.Duty {
		queues = append([]cases.Filter{cases.Review}, filters...)
	}
	for _, f := range queues {
		n, err := p.Cases.Count(c.Request.Context(), m.Actor(), f)
		if err != nil {
			return s, fmt.Errorf("desk: count %s: %w", f, err)
		}
		l := frontend.QueueLink{Href: queueHref(f), Label: p.Words.T("queue." + string(f)), Count: n, Current: f == current}
		if f == cases.Review {
			l.Href = reviewPath
		}
		if n >= cases.Plenty {
			l.Count, l.More = cases.Plenty-1, true
		}
		s.Desk.Queues = append(s.Desk.Queues, l)
	}
	if l, ok, err := p.sentLink(c); err != nil {
		return s, err
	} else if ok {
		s.Desk.Queues = append(s.Desk.Queues, l)
	}
	s.Desk.Links = append(s.Desk.Links, frontend.DeskLink{Href: mapPath, Text: p.Words.T("map.link")})
	if m.Role == cases.Duty {
		s.Desk.Links = append(s.Desk.Links, frontend.DeskLink{Href: qualityPath, Text: p.Words.T("quality.link")}, frontend.DeskLink{Href: PressPath, Text: p.Words.T("press.link")})
	}
	s.Desk.Links = append(s.Desk.Links, p.numberLinks(m.Role)...)
	if r := &p.Profile.Rewards; r.Mode != county.RewardsOff && unitOf(m.Actor()) == r.Approver {
		s.Desk.Links = append(s.Desk.Links, frontend.DeskLink{Href: "/desk/awards", Text: p.Words.T("payout.awards")})
	}
	return s, nil
}

// desks are where those begin who work on no case.
var desks = map[cases.Role]string{
	cases.Admin: "/desk/ops", cases.Operator: hotlinePath, cases.RewardOff: "/desk/payout", cases.Finance: "/desk/payout", cases.Auditor: "/desk/payout/audit",
}

// handles reports whether the role works on cases; the others have pages of their own in later issues, and an empty queue until then.
func handles(r cases.Role) bool { return r == cases.Duty || r == cases.Handler }

// queue is GET /desk.
func (p *Pages) queue(c *gin.Context) error {
	m, q := staff(c), p.view(c)
	if at, ok := desks[m.Role]; ok {
		c.Redirect(http.StatusSeeOther, at)
		return nil
	}
	if m.Role == cases.Publicity {
		c.Redirect(http.StatusSeeOther, PressPath)
		return nil
	}
	heading := p.Words.T("queue." + string(q.Filter))
	shell, err := p.shell(c, heading, q.Filter)
	if err != nil {
		return err
	}
	page := frontend.Queue{Shell: shell, Heading: heading, Empty: p.Words.T("queue.empty." + string(q.Filter))}
	if m.Role == cases.Duty {
		page.Missing = p.missingYears()
	}
	if done := c.Query("done"); done == string(cases.HandBack) || done == string(cases.Assign) { // of the address only these words are taken
		page.Notice = p.Words.T("done." + done)
	}
	if !handles(m.Role) {
		page.Heading, page.Empty = p.Words.T("role."+string(m.Role)), p.Words.T("queue.empty.role")
		return p.Show(c, http.StatusOK, page)
	}
	narrow := p.narrow(q)
	page.Narrow, page.Bulk, page.Here = &narrow, p.bulk(m.Actor(), q), href(q, "")
	if narrow.On {
		page.Empty = p.Words.T("queue.empty.narrow")
	}
	list, err := p.Cases.Find(c.Request.Context(), m.Actor(), q, c.Query("after"))
	if errors.Is(err, docs.ErrToken) { // an old or cut link to a later page
		c.Redirect(http.StatusSeeOther, href(q, ""))
		return nil
	}
	if err != nil {
		return fmt.Errorf("desk: list %s: %w", q.Filter, err)
	}
	page.Rows = p.rows(m.Actor(), list.Items, q)
	if list.Next != "" {
		page.Next = href(q, list.Next)
	}
	if page.Bulk == nil {
		for i := range page.Rows {
			page.Rows[i].Pick = ""
		}
	}
	if q.Words != "" && !q.Names { // whom and what the records name, beside it
		q.Names = true
		named, err := p.Cases.Find(c.Request.Context(), m.Actor(), q, "")
		if err != nil {
			return fmt.Errorf("desk: list %s: %w", q.Filter, err)
		}
		for _, row := range p.rows(m.Actor(), named.Items, q) {
			row.Pick = ""
			page.Named = append(page.Named, row)
		}
		if named.Next != "" {
			page.NamedNext = href(q, named.Next)
		}
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) rows(a cases.Actor, list []cases.Case, q cases.Search) []frontend.CaseRow {
	var rows []frontend.CaseRow
	for i := range list {
		row := p.row(a, &list[i], q)
		row.New = list[i].Unread(a)
		row.Pick = picked(&list[i])
		rows = append(rows, row)
	}
	return rows
}

// row is one line of a list.
func (p *Pages) row(a cases.Actor, k *cases.Case, q cases.Search) frontend.CaseRow {
	now := p.Now()
	r := frontend.CaseRow{
		Href: "/desk/cases/" + k.ID + "?" + query(q, ""), Light: p.light(k.Light(p.Profile, now)), Number: k.Number, Place: p.placeName(k.Place),
		What: p.categoryName(k.Category), Signs: p.signNames(k.Signs), Lead: p.unitName(k.Lead), State: p.Words.T("state." + string(k.State)),
		Urgent: k.Emergency,
	}
	if clock, ok := k.Next(); ok {
		r.Clock = clock.Words(p.Profile, k.Priority, now)
	}
	for _, e := range slices.Backward(k.Events) {
		if k.Tells(a, e) {
			r.Last = p.day(e.At) + " " + p.eventText(k, e)
			break
		}
	}
	return r
}

// ops is GET /desk/ops: the engines and who has an account.
func (p *Pages) ops(c *gin.Context) error {
	shell, err := p.shell(c, "ops.title", "")
	if err != nil {
		return err
	}
	page := frontend.Ops{Shell: shell, Missing: p.missingYears(), Engines: []frontend.Fact{
		{Name: p.Words.T("engine.docs"), Value: p.Engines.Docs.Name()},
		{Name: p.Words.T("engine.blobs"), Value: p.Engines.Blobs.Name()},
		{Name: p.Words.T("engine.queue"), Value: p.Engines.Queue.Name()},
	}}
	all, err := p.Accounts.List(c.Request.Context())
	if err != nil {
		return err
	}
	for _, m := range all {
		state := "staff.active"
		switch {
		case m.Disabled:
			state = "staff.disabled"
		case m.Pending():
			state = "staff.pending"
		}
		page.Staff = append(page.Staff, frontend.StaffRow{Login: m.Login, Name: m.Name, Role: p.Words.T("role." + string(m.Role)),
			Unit: p.unitName(m.Unit), State: p.Words.T(state)})
	}
	return p.Show(c, http.StatusOK, page)
}

func notFound() *fault.Error { return fault.New(fault.NotFound, "desk.not_found") }
