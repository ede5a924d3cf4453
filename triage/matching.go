package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/triage/cases"
	"qianshao/triage/match"
	"qianshao/triage/route"
)

// Bounds of waiting for earlier tips.
const (
	settle     = 500 * time.Millisecond // after its receipt: a tip received earlier may still be on its way into the store
	waitAtMost = 30 * time.Second       // for an earlier tip that does not come on
	earlier    = 50                     // earlier tips that are looked at
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
		if j.found == nil { // it was located by an earlier try
			at := j.judge.Place(t)
			j.found = &at
		}
		if to.Sealed || len(to.Hidden) > 0 { // joining would show it to others, or hide others in it: it leaves no print and stays alone
			d = j.own()
		} else if d, err = j.compare(ctx, j.prints.Print(j.judge.Features(t, *j.found, to))); err != nil {
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

// again compares a tip anew with the case as it is now: since it was compared, another tip came in that names another village.
func (j *job) again(ctx context.Context, stale *Decision, to route.Decision) (*Decision, error) {
	t, err := j.facts()
	if err != nil {
		return nil, err
	}
	mine := j.prints.Print(j.judge.Features(t, j.judge.Place(t), to))
	old, err := j.prints.Candidates(ctx, mine, j.Profile.Match)
	if err != nil {
		return nil, fmt.Errorf("triage: candidates of %s: %w", j.tip.ID, err)
	}
	d, err := j.choose(ctx, mine, old, false)
	if err != nil {
		return nil, err
	}
	r, err := j.readings.Change(ctx, j.reading.Tip, func(r *Reading) error {
		if r.Decision.Case == stale.Case && slices.Equal(r.Decision.Known, stale.Known) {
			r.Decision = d
		}
		return nil
	})
	j.reading = r
	return r.Decision, err
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
		if id == j.tip.ID || j.placed.has(id) {
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
		j.placed.add(id)
	}
	return nil
}

// placed remembers tips that have their print, or need none: that never changes, and while many tips wait each of them is looked at by all that came later.
type placed struct {
	mu  sync.Mutex
	ids map[intake.TipID]bool
}

const mostPlaced = 10_000

func (p *placed) has(id intake.TipID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ids[id]
}

func (p *placed) add(id intake.TipID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids == nil || len(p.ids) == mostPlaced {
		p.ids = map[intake.TipID]bool{}
	}
	p.ids[id] = true
}

// choose joins the tip to an open case about the same matter, asks the duty desk, or leaves it alone.
func (j *job) choose(ctx context.Context, mine match.Print, old []match.Print, patient bool) (*Decision, error) {
	known := map[string]*cases.Case{}
	candidates, err := j.candidates(ctx, mine, old, known)
	if err != nil {
		return nil, err
	}
	made := match.Decide(mine, candidates, j.Profile.Match)
	switch {
	case made.Wait && patient:
		return nil, errLater
	case made.Band == match.Link:
		c, err := j.stands(ctx, made.Matter, known)
		if err != nil {
			return nil, err
		}
		d := &Decision{Case: made.Matter, Score: made.Score, Reasons: made.Reasons, Known: c.Villages()}
		for _, s := range made.Suggested { // the tip would be joined to those as well: they may be one matter, or it tells of two
			if !slices.Contains(c.Apart, s.Matter) {
				d.Similar = append(d.Similar, similar(s))
			}
		}
		return d, nil
	case made.Recurs():
		d := j.own("复发：和已经办结的 " + known[made.Matter].Number + " 像同一件事")
		d.Recurs, d.Score = made.Matter, made.Score
		return d, nil
	}
	return j.asking(made, known), nil
}

// candidates are the prints that are not plainly about something else, with what is known of their cases.
func (j *job) candidates(ctx context.Context, mine match.Print, old []match.Print, known map[string]*cases.Case) ([]match.Candidate, error) {
	var out []match.Candidate
	for _, p := range old {
		if match.Score(mine, p, j.Profile.Match).Band == match.New {
			continue
		}
		r, err := j.Reading(ctx, intake.TipID(p.ID))
		if err != nil && !errors.Is(err, docs.ErrNotFound) {
			return nil, err
		}
		c := match.Candidate{Print: p}
		if r.Decision != nil {
			matter, err := j.matter(ctx, r.Decision.Case, known)
			if err != nil {
				return nil, err
			}
			// Joining what few may see would swallow the tip, and naming it would tell that it exists.
			c.Matter, c.Closed, c.Hidden, c.Others = r.Decision.Case, matter.State.Over(), matter.Private(), matter.Apart
			if match.Bridges(mine, p) {
				if c.Villages, err = j.prints.Villages(ctx, tipsOf(matter.Tips)); err != nil {
					return nil, err
				}
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// matter reads a case once; an empty one stands for a case that is not open yet.
func (s *Service) matter(ctx context.Context, id string, known map[string]*cases.Case) (*cases.Case, error) {
	if c, ok := known[id]; ok {
		return c, nil
	}
	c, err := s.Cases.ByID(ctx, id)
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return nil, err
	}
	known[id] = &c
	return &c, nil
}

// asking is a case of its own that names the similar ones for the duty desk, which decides.
func (j *job) asking(made match.Judgement, known map[string]*cases.Case) *Decision {
	d := j.own()
	for _, s := range made.Suggested {
		c := known[s.Matter]
		d.Similar = append(d.Similar, similar(s))
		if len(d.Reasons) == 0 && c.Number != "" { // one that is not open yet is named the other way round, when a person looks at both
			d.Score, d.Reasons = s.Score, append([]string{fmt.Sprintf("和 %s 有些像，请县安委办看是不是一件事", c.Number)}, s.Reasons...)
		}
	}
	return d
}

func similar(s match.Suggestion) Similar {
	return Similar{Case: s.Matter, Score: s.Score, Reasons: s.Reasons, Recurs: s.Closed || s.Recurs}
}
