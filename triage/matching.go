package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/match"
)

// Bounds of waiting for earlier tips.
const (
	settle     = 500 * time.Millisecond // after its receipt: a tip received earlier may still be on its way into the store
	waitAtMost = 30 * time.Second       // for an earlier tip that does not come on
	earlier    = 50                     // earlier tips that are looked at
	near       = 0.1                    // scores that are as good as the best one
)

// match decides to which case the tip belongs. It waits for the tips that came before, so that two that arrive together end in one case.
func (j *job) match(ctx context.Context) (Reading, error) {
	d := j.reading.Decision
	if d == nil {
		t, err := j.facts()
		if err != nil {
			return Reading{}, err
		}
		to := j.decide(t)
		if to.Sealed || len(to.Hidden) > 0 { // joining would show it to others, or hide others in it: it leaves no print and stays alone
			d = j.own()
		} else if d, err = j.compare(ctx, j.prints.Print(j.judge.Features(t, j.judge.Place(t), to))); err != nil {
			return Reading{}, err
		}
	}
	return j.conclude(ctx, Match, j.tip.ID, func(r *Reading) {
		if r.Decision == nil {
			r.Decision = d
		}
	})
}

// own is a case of the tip's own.
func (j *job) own(reasons ...string) *Decision {
	return &Decision{Case: j.Cases.ID(j.tip.ID), New: true, Reasons: reasons}
}

// compare leaves the tip's print, waits for those before it, and looks which is alike.
func (j *job) compare(ctx context.Context, mine match.Print) (*Decision, error) {
	if err := j.prints.Add(ctx, mine); err != nil {
		return nil, fmt.Errorf("triage: print of %s: %w", j.tip.ID, err)
	}
	patient, err := j.patient(ctx)
	if err != nil {
		return nil, err
	}
	if patient {
		if err := j.waitForEarlier(ctx); err != nil {
			return nil, err
		}
	}
	old, err := j.prints.Candidates(ctx, mine, j.Profile.Match)
	if err != nil {
		return nil, fmt.Errorf("triage: candidates of %s: %w", j.tip.ID, err)
	}
	return j.choose(ctx, mine, old, patient)
}

// patient says whether the tip may still wait for others: an emergency never does, and no tip longer than waitAtMost.
func (j *job) patient(ctx context.Context) (bool, error) {
	if j.urgent() {
		return false, nil
	}
	r, err := j.readings.Change(ctx, j.reading.Tip, func(r *Reading) error {
		if r.Waiting.IsZero() {
			r.Waiting = j.Now()
		}
		return nil
	})
	return j.Now().Sub(r.Waiting) < waitAtMost, err
}

// waitForEarlier is nil when every tip that was received before this one has its print; errLater when one has not.
func (j *job) waitForEarlier(ctx context.Context) error {
	if rest := settle - j.Now().Sub(j.tip.Received); rest > 0 {
		select {
		case <-time.After(min(rest, settle)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ids, err := j.Intake.Waiting(ctx, j.tip.Received.Add(time.Millisecond), earlier)
	if err != nil {
		return fmt.Errorf("triage: tips before %s: %w", j.tip.ID, err)
	}
	for _, id := range ids {
		if id == j.tip.ID {
			continue
		}
		r, err := j.Reading(ctx, id)
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			return err
		}
		// Waiting is set after the print is stored; a tip whose decision stands has one too, or is sealed.
		if r.Decision == nil && r.Waiting.IsZero() {
			return errLater
		}
	}
	return nil
}

// alike is an earlier tip that could be about the same matter.
type alike struct {
	match.Verdict
	tip  intake.TipID
	made *Decision
}

// choose joins the tip to the case of the most similar earlier tip, if it is similar enough and the case is open.
func (j *job) choose(ctx context.Context, mine match.Print, old []match.Print, patient bool) (*Decision, error) {
	same, maybe, err := j.score(ctx, mine, old)
	if err != nil {
		return nil, err
	}
	var closed *cases.Case
	for _, a := range same {
		if a.made == nil {
			if patient {
				return nil, errLater
			}
			continue
		}
		c, err := j.Cases.ByID(ctx, a.made.Case)
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			return nil, err
		}
		switch {
		case c.Sealed || len(c.Hidden) > 0: // it would be swallowed by what few may see, or tell that it exists
			continue
		case c.State == cases.Closed:
			closed = &c
			continue
		}
		return &Decision{Case: a.made.Case, Score: a.Score, Reasons: a.Reasons}, nil
	}
	if closed != nil {
		return j.own(fmt.Sprintf("复发：和已经办结的 %s 像同一件事", closed.Number)), nil
	}
	return j.asking(ctx, maybe)
}

// asking is a case of its own that names the similar one for the duty desk, which decides.
func (j *job) asking(ctx context.Context, maybe []alike) (*Decision, error) {
	for _, a := range maybe {
		if a.made == nil {
			continue
		}
		c, err := j.Cases.ByID(ctx, a.made.Case)
		if errors.Is(err, docs.ErrNotFound) {
			continue // it will be named the other way round, when a person looks at both
		}
		if err != nil {
			return nil, err
		}
		if c.Sealed || len(c.Hidden) > 0 {
			continue
		}
		d := j.own(append([]string{fmt.Sprintf("和 %s 有些像，请县安委办看是不是一件事", c.Number)}, a.Reasons...)...)
		d.Score = a.Score
		return d, nil
	}
	return j.own(), nil
}

// score compares with all candidates: those that are the same matter and those that may be, the most similar first; among those as good as the best one,
// those whose case is known come first, because each of them says the same.
func (j *job) score(ctx context.Context, mine match.Print, old []match.Print) (same, maybe []alike, err error) {
	for _, p := range old {
		a := alike{Verdict: match.Score(mine, p, j.Profile.Match), tip: intake.TipID(p.ID)}
		if a.Band == match.New {
			continue
		}
		r, err := j.Reading(ctx, a.tip)
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			return nil, nil, err
		}
		a.made = r.Decision
		if a.Band == match.Link {
			same = append(same, a)
		} else {
			maybe = append(maybe, a)
		}
	}
	best := 0.0
	for _, a := range same {
		best = max(best, a.Score)
	}
	rank := func(a alike) float64 {
		if a.made != nil && a.Score >= best-near {
			return a.Score + 1
		}
		return a.Score
	}
	byRank := func(a, b alike) int {
		switch ra, rb := rank(a), rank(b); {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(same, byRank)
	slices.SortStableFunc(maybe, byRank)
	return same, maybe, nil
}
