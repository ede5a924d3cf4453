package numbers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qianshao/triage/cases"
)

// enough is how many must be known before a share or a middle is told: below it, the next one could turn the answer round.
const enough = 30

// step is the width of the steps in which numbers are told that grow from month to month: of a finer one, the difference of two months would tell of few people.
const step = few

// Impact is what came of the tips of up to twelve months. Numbers are in steps of five: 35 is 35 to 39, and 0 is fewer than five.
type Impact struct {
	From, To  string // months, 2026-01 to 2026-10
	Tips      int
	Concluded int // tips whose matter was looked into to the end
	True      int
	Removed   int // true, disposed of and closed
	Enough    bool
	Share     int // of a hundred concluded tips about so many were true; 0 unless Enough
	Days      int // half of the concluded tips had an answer within so many days; 0 unless Enough

	Payments int   // of all time; 0 while few are paid
	Fen      int64 // what these come to, down to whole 100 yuan

	Rated   bool // enough people said whether they were content
	Content int  // of a hundred of them so many were, in steps of five; 0 unless Rated
}

// impact follows the tips of matters.
func (s *Service) impact(ctx context.Context, matters []matter) (i Impact, err error) {
	var took []time.Duration
	for _, m := range matters {
		i.Tips += m.tips
		for _, r := range m.was {
			switch r {
			case cases.ReachConcluded:
				i.Concluded += m.tips
			case cases.ReachTrue:
				i.True += m.tips
			case cases.ReachDone:
				i.Removed += m.tips
			}
		}
		took = append(took, m.took...)
	}
	if i.Concluded >= enough {
		i.Enough = true
		if slices.Sort(took); len(took) > 0 {
			i.Days = int((took[(len(took)-1)/2] + 24*time.Hour - 1) / (24 * time.Hour))
		}
	}
	for _, n := range []*int{&i.Tips, &i.Concluded, &i.True, &i.Removed} {
		*n -= *n % step
	}
	if i.Enough {
		i.Share = share(i.True, i.Concluded)
	}
	if s.Payments != nil && !s.Profile.Rewards.Draft {
		paid, err := s.Payments.Paid(ctx)
		if err != nil {
			return i, fmt.Errorf("numbers: payments: %w", err)
		}
		// The sum is of whole steps too: one more payment in it would be the difference of two months, and 15% of a fine that was published.
		i.Payments = len(paid) - len(paid)%step
		for _, fen := range paid[:i.Payments] {
			i.Fen += fen
		}
		const hundredYuan = 100_00
		i.Fen -= i.Fen % hundredYuan
	}
	if s.Opinions != nil {
		content, answered, err := s.Opinions.Content(ctx)
		if err != nil {
			return i, fmt.Errorf("numbers: opinions: %w", err)
		}
		if i.Rated = answered >= enough; i.Rated {
			i.Content = content * 100 / answered
			i.Content -= i.Content % step
		}
	}
	return i, nil
}

// share is about how many of a hundred concluded tips were true. It knows only the numbers as they are told, and takes the middle of what each stands for: of
// the counts themselves it would tell what the steps hide.
func share(isTrue, concluded int) int {
	const middle = step / 2
	return ((isTrue+middle)*100 + (concluded+middle)/2) / (concluded + middle)
}
