package triage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/intake"
	"qianshao/intake/vault"
	"qianshao/triage/media"
)

// The names of the renditions, as the pages ask for them.
const (
	Small = "320"
	Large = "1600"
)

// mediaTries is how often the media stage is tried before the tip goes on without what cannot be read now; the sweep comes back for it.
const mediaTries = 3

// calmFor is how long a stage, and the reading of each picture, lets people go first who are waiting for their receipt.
const calmFor = time.Second

// media reads the items that nobody has read. What is wrong with a picture is a conclusion; that a store is away is an error, but not one that keeps a
// tip from its case for long.
func (j *job) media(ctx context.Context) (Reading, error) {
	seen, err := j.openPrivate(&j.reading)
	if err != nil {
		return Reading{}, err
	}
	var done []Picture
	var failed error
	for _, it := range j.reading.unread(j.tip) {
		p, f, err := j.read(ctx, it)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		done = append(done, p)
		if f != nil {
			seen.Pictures[it.ID] = *f
		}
	}
	if failed != nil && (ctx.Err() != nil || j.tries < mediaTries && !j.urgent()) {
		return Reading{}, failed
	}
	if failed != nil {
		j.Log.WarnContext(ctx, "evidence left for later", "tip", j.tip.ID, "error", failed)
	}
	sealed, err := j.sealPrivate(j.tip.ID, seen)
	if err != nil {
		return Reading{}, err
	}
	return j.conclude(ctx, Media, j.tip.ID, func(r *Reading) {
		r.Private = sealed
		for _, p := range done {
			i := slices.IndexFunc(r.Pictures, func(q Picture) bool { return q.Item == p.Item })
			switch {
			case i < 0:
				r.Pictures = append(r.Pictures, p)
			case r.Pictures[i].Held:
				r.Pictures[i] = p
			}
		}
	})
}

// read reads one item and stores its renditions.
func (j *job) read(ctx context.Context, it intake.Item) (Picture, *features, error) {
	if p, free, err := j.scan(ctx, it); err != nil || !free {
		return p, nil, err
	}
	if !j.urgent() {
		j.Intake.Calm(ctx, calmFor)
	}
	select {
	case j.eyes <- struct{}{}:
		defer func() { <-j.eyes }()
	case <-ctx.Done():
		return Picture{}, nil, ctx.Err()
	}
	if it.Kind != intake.Photo {
		p, err := j.recording(ctx, it)
		return p, nil, err
	}
	in, err := j.Intake.Evidence(ctx, j.tip.ID, it.ID)
	var found media.Picture
	if err == nil {
		found, err = j.pictures.Read(ctx, in)
		err = errors.Join(err, in.Close())
	}
	if errors.Is(err, vault.ErrSealed) { // no later try will read it
		j.Log.ErrorContext(ctx, "evidence is not as it was stored", "tip", j.tip.ID, "item", it.ID)
		return Picture{Item: it.ID, Problem: string(media.Broken)}, nil, nil
	}
	if err != nil {
		return Picture{}, nil, fmt.Errorf("triage: read %s of %s: %w", it.ID, j.tip.ID, err)
	}
	p := Picture{Item: it.ID, OK: found.Problem == "", Problem: string(found.Problem), Width: found.Width, Height: found.Height}
	if !p.OK {
		return p, nil, nil
	}
	for name, body := range map[string][]byte{Small: found.Small, Large: found.Large} {
		if err := j.Intake.PutRendition(ctx, j.tip.ID, it.ID, name, bytes.NewReader(body)); err != nil {
			return Picture{}, nil, fmt.Errorf("triage: store rendition of %s of %s: %w", it.ID, j.tip.ID, err)
		}
	}
	return p, &features{
		SHA256: found.SHA256[:], Sketch: found.Sketch, Where: found.Claim.Where, When: found.Claim.When, Make: found.Claim.Make, Doubts: found.Claim.Doubts,
	}, nil
}
