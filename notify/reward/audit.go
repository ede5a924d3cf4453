package reward

import (
	"context"
	"slices"
	"strconv"
	"time"

	"qianshao/config/engine/docs"
)

// Row is an award as auditors see it: money, days and who decided; no case, no place, no code and nobody who was paid.
type Row struct {
	Number                 string
	Closed                 time.Time
	Fine, Confiscated      int64
	Deaths                 int
	Share                  int
	Fen                    int64
	Rules                  string
	State                  State
	Approved, Paid         time.Time // zero as long as it was not
	ApprovedBy, VerifiedBy string    // names
	PaidBy                 string
	Way                    Way
	Year                   int
	Voucher, Filed         string // the voucher of a transfer, the number of the report upward
	Why                    []string
}

// Sum is what the awards in a state come to.
type Sum struct {
	State State
	Count int
	Fen   int64
}

// Audit is the ledger of rewards: every award that was ever approved.
type Audit struct {
	Rows   []Row
	Sums   []Sum // in the order of States, without empty ones
	Years  []Budget
	Parted []string // numbers of awards for which the purse and the ledger do not agree; none, or something is wrong
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
		row.Approved, row.ApprovedBy = approved.At, approved.Name
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
	return out, s.reconcile(ctx, &out, paid)
}

func (s *Service) row(a *Award) (Row, error) {
	r := Row{Number: s.Slip(a.ID), Closed: a.Closed, Fine: a.Basis.Fine, Confiscated: a.Basis.Confiscated, Deaths: a.Basis.Deaths, Share: a.Share, Fen: a.Fen, Rules: a.Rules,
		State: a.State, Way: a.Way, Year: a.Year, Why: a.Why}
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

// Paid is how many awards were paid, and what they come to together in 分.
func (s *Service) Paid(ctx context.Context) (payments int, fen int64, err error) {
	for _, state := range []State{Paid, Filed} {
		for a, err := range s.awards.Each(ctx, docs.Query{Where: []docs.Eq{{Field: "terms", Value: "state:" + string(state)}}, Order: "at"}) {
			if err != nil {
				return 0, 0, wrap(err)
			}
			payments, fen = payments+1, fen+a.Fen
		}
	}
	return payments, fen, nil
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
