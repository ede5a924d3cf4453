package reward

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
)

// Row is an award as auditors see it, from the side of the money: no case, no place, no code and nobody who was paid, and no fine or day of the case either, by
// which whoever has the voucher, and through it the name, would find the case. That the amount is right is said by the rule and by counting again.
type Row struct {
	Number                 string
	Fen                    int64
	By                     []string // the rules that gave the amount
	Rules                  string   // their version
	Recount                Recount
	State                  State
	Approved               time.Time // the month: the day stands on the pages of who approves
	Paid                   time.Time // zero as long as it was not
	ApprovedBy, VerifiedBy string    // names
	PaidBy                 string
	Way                    Way
	Year                   int
	Voucher, Filed         string // the voucher of a transfer, the number of the report upward
}

// Recount is what comes of computing an amount once more from its basis.
type Recount string

// The ends of it.
const (
	Same    Recount = "一致"
	Differs Recount = "不一致，请查"
	Older   Recount = "按以前的办法，没有重算"
)

func (a *Award) recount(r *county.Rewards) Recount {
	switch {
	case a.Rules != r.Version:
		return Older
	case Compute(r, a.Basis, a.Share, a.Uplift).Fen != a.Fen:
		return Differs
	}
	return Same
}

// Sum is what the awards in a state come to.
type Sum struct {
	State State
	Count int
	Fen   int64
}

// Audit is the ledger of rewards: every award that was ever approved.
type Audit struct {
	Rows   []Row // the paid ones by the day of the payment, behind the others
	Sums   []Sum // in the order of States, without empty ones
	Years  []Budget
	Parted []string // numbers of awards for which the purse and the ledger do not agree, or whose amount comes out otherwise; none, or something is wrong
}

// Audit reads the ledger and holds it against the purses, to the 分. The look is noted.
func (s *Service) Audit(ctx context.Context, staff string) (Audit, error) {
	var out Audit
	if err := s.Custody.Note(ctx, "awards", staff, "audit", ""); err != nil {
		return out, wrap(err)
	}
	now := s.Now()
	sums, paid := map[State]*Sum{}, map[string]*Award{}
	for a, err := range s.awards.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "all"}}, Order: "at"}) {
		if err != nil {
			return out, wrap(err)
		}
		approved := a.Last(Approve)
		if !a.Decided() {
			continue
		}
		if a.Over(now) {
			a.State = Expired
		}
		row, err := s.row(&a)
		if err != nil {
			return out, err
		}
		row.Approved, row.ApprovedBy = s.month(approved.At, 0), approved.Name
		if row.Recount == Differs {
			out.Parted = append(out.Parted, row.Number)
		}
		out.Rows = append(out.Rows, row)
		if sums[a.State] == nil {
			sums[a.State] = &Sum{State: a.State}
		}
		sums[a.State].Count++
		sums[a.State].Fen += a.Fen
		if a.Year != 0 {
			paid[a.ID] = &a
		}
	}
	for _, state := range States() {
		if sums[state] != nil {
			out.Sums = append(out.Sums, *sums[state])
		}
	}
	slices.SortFunc(out.Rows, func(a, b Row) int { return cmp.Or(a.Paid.Compare(b.Paid), strings.Compare(a.Number, b.Number)) })
	return out, s.reconcile(ctx, &out, paid)
}

func (s *Service) row(a *Award) (Row, error) {
	r := Row{Number: s.Slip(a.ID), Fen: a.Fen, By: a.By, Rules: a.Rules, Recount: a.recount(&s.Profile.Rewards), State: a.State, Way: a.Way, Year: a.Year}
	if p := a.Check(); p != nil {
		r.VerifiedBy = p.Name
	}
	var err error
	if p := a.Last(Pay); p != nil {
		r.Paid, r.PaidBy = p.At, p.Name
		if r.Voucher, err = s.Said(a, p); err != nil {
			return r, err
		}
	}
	r.Filed, err = s.Said(a, a.Last(File))
	return r, err
}

// Paid is what each award came to that was ever paid, in 分, the first paid first. It satisfies notify/numbers.Payments.
func (s *Service) Paid(ctx context.Context) ([]int64, error) {
	all, err := s.paid(ctx)
	slices.SortStableFunc(all, func(a, b Award) int { return a.Last(Pay).At.Compare(b.Last(Pay).At) })
	var fen []int64
	for i := range all {
		fen = append(fen, all[i].Fen)
	}
	return fen, err
}

// PaidIn is how many awards were paid from one time to before another, and what they come to together in 分. It satisfies triage/ledger.Payments.
func (s *Service) PaidIn(ctx context.Context, from, to time.Time) (payments int, fen int64, err error) {
	all, err := s.paid(ctx)
	for i := range all {
		if at := all[i].Last(Pay).At; !at.Before(from) && at.Before(to) {
			payments, fen = payments+1, fen+all[i].Fen
		}
	}
	return payments, fen, err
}

func (s *Service) paid(ctx context.Context) (all []Award, err error) {
	for _, state := range []State{Paid, Filed} {
		for a, err := range s.awards.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "state:" + string(state)}}, Order: "at"}) {
			if err != nil {
				return nil, wrap(err)
			}
			all = append(all, a)
		}
	}
	return all, nil
}

// reconcile holds every payment against the purse of its year.
func (s *Service) reconcile(ctx context.Context, out *Audit, paid map[string]*Award) error {
	years := map[int]bool{s.Now().In(s.Profile.Zone).Year(): true}
	for year := range s.Profile.Rewards.BudgetFen {
		years[year] = true
	}
	found := map[string]bool{}
	for p, err := range s.purses.Each(ctx, docs.Query{}) {
		if err != nil {
			return wrap(err)
		}
		if n, err := strconv.Atoi(p.ID); err == nil {
			years[n] = true
		}
		for id, t := range p.Taken {
			switch a := paid[id]; {
			case a != nil && strconv.Itoa(a.Year) == p.ID && a.Fen == t.Fen:
				found[id] = true
			case s.Now().Sub(t.At) >= settle: // a younger one may be on its way
				out.Parted = append(out.Parted, s.Slip(id))
			}
		}
	}
	for id := range paid {
		if !found[id] {
			out.Parted = append(out.Parted, s.Slip(id))
		}
	}
	slices.Sort(out.Parted)
	out.Parted = slices.Compact(out.Parted)
	for year := range years {
		b, err := s.Budget(ctx, year)
		if err != nil {
			return err
		}
		out.Years = append(out.Years, b)
	}
	slices.SortFunc(out.Years, func(a, b Budget) int { return b.Year - a.Year })
	return nil
}
