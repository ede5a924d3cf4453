package triage

import (
	"context"

	"qianshao/triage/gazetteer"
	"qianshao/triage/judge"
)

// place finds where it happened, with the places that are known now. When they cannot be read, what was known before has to do: a tip never waits for them.
func (j *job) place(ctx context.Context, t judge.Tip) gazetteer.Place {
	if j.Places == nil {
		return j.judge.Place(t)
	}
	j.refresh(ctx)
	found := j.judge.Place(t)
	if found.Village == "" || t.Report.Position == nil && len(t.Photos) == 0 {
		return found
	}
	learned, err := j.Places.Ask(ctx, found.Village) // a position can only be held against a village whose own is known
	if err != nil {
		j.Log.WarnContext(ctx, "map service", "error", err)
	}
	if !learned {
		return found
	}
	j.refresh(ctx)
	return j.judge.Place(t)
}

func (j *job) refresh(ctx context.Context) {
	if err := j.Places.Refresh(ctx, j.judge.Know); err != nil {
		j.Log.ErrorContext(ctx, "known places not read", "error", err)
	}
}
