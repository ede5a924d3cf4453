package triage

import (
	"context"
	"errors"
	"fmt"
	"io"

	"qianshao/intake"
	"qianshao/intake/vault"
)

// Scanner looks for viruses in what arrived, before anything else reads it. An error means that nobody knows: the file is held back until somebody does.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (infected bool, err error)
}

// Why a file is held back, as fault keys of the sentences for staff.
const (
	infected  = "evidence.virus"
	unscanned = "evidence.unscanned"
)

// scan says whether a file may be read. Else it gives what stands in its place: for good when it has a virus, until the next sweep when it could not be
// looked at. The tip goes on without it.
func (j *job) scan(ctx context.Context, it intake.Item) (instead Picture, free bool, err error) {
	if j.Scanner == nil {
		return Picture{}, true, nil
	}
	in, err := j.Intake.Evidence(ctx, j.tip.ID, it.ID)
	if err != nil {
		return Picture{}, false, fmt.Errorf("triage: read %s of %s: %w", it.ID, j.tip.ID, err)
	}
	sick, err := j.Scanner.Scan(ctx, in)
	err = errors.Join(err, in.Close())
	switch {
	case errors.Is(err, vault.ErrSealed): // whoever reads it meets that too, and says so
		return Picture{}, true, nil
	case ctx.Err() != nil:
		return Picture{}, false, fmt.Errorf("triage: scan %s of %s: %w", it.ID, j.tip.ID, ctx.Err())
	case err != nil:
		j.Log.WarnContext(ctx, "evidence held back, not looked at for viruses", "tip", j.tip.ID, "item", it.ID, "error", err)
		return Picture{Item: it.ID, Problem: unscanned, Held: true}, false, nil
	case sick:
		j.Log.WarnContext(ctx, "evidence held back, it has a virus", "tip", j.tip.ID, "item", it.ID)
		return Picture{Item: it.ID, Problem: infected}, false, nil
	}
	return Picture{}, true, nil
}
