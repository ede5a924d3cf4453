package outcome

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/notify/outcome/blur"
	"qianshao/triage/cases"
	"qianshao/triage/scene"
)

// MostPhotos is how many an outcome takes.
const MostPhotos = 6

const maxRendition = 8 << 20

func blobName(id, rendition string) string { return "outcome/" + id + "/" + rendition }

// Scenes are the photos that inspectors took in the case of an outcome. Photos out of a tip are never published, and nobody here sees them.
func (s *Service) Scenes(ctx context.Context, a cases.Actor, id string) ([]string, error) {
	o, _, _, err := s.open(ctx, a, id)
	if err != nil {
		return nil, err
	}
	all, err := s.Scene.OfCase(ctx, o.Case)
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	return ids, err
}

// View gives a photo of the case as the inspector took it (JPEG), in a size of triage/scene. It stands in the custody log first.
func (s *Service) View(ctx context.Context, a cases.Actor, id, photo, size string) ([]byte, error) {
	o, _, _, err := s.open(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.scenePhoto(ctx, a.ID, o.Case, photo, size)
}

func (s *Service) scenePhoto(ctx context.Context, by, of, photo, size string) ([]byte, error) {
	r, err := s.Scene.Show(ctx, by, of, photo, size)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(io.LimitReader(r, maxRendition))
	if closing := r.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, fmt.Errorf("outcome: read a photo: %w", err)
	}
	return b.Bytes(), nil
}

// Burnt gives a photo as it would be published (JPEG). fault outcome.unknown.
func (s *Service) Burnt(ctx context.Context, a cases.Actor, id, rendition string) ([]byte, error) {
	o, _, _, err := s.open(ctx, a, id)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(o.Photos, func(p Photo) bool { return p.Burnt == rendition })
	if at < 0 {
		return nil, fault.New(fault.NotFound, "outcome.unknown")
	}
	return s.rendition(ctx, id, &o.Photos[at])
}

// photoStep changes the photos of an outcome, which is a draft again. change gives the photos as they are to be; renditions that are not among them any more
// are deleted.
func (s *Service) photoStep(ctx context.Context, a cases.Actor, id string, version int64, change func([]Photo) ([]Photo, error)) (Outcome, error) {
	var before []Photo
	o, err := s.do(ctx, step{who: a, id: id, version: version, action: Edited, from: []State{Draft, Review, Scheduled}, to: Draft, checks: true,
		alter: func(o *Outcome, content *Content, _ *cases.Case) (err error) {
			before = o.Photos
			content.Reasons, o.Due = nil, never
			o.Photos, err = change(slices.Clone(o.Photos))
			return err
		}})
	if err != nil {
		return o, err
	}
	return o, s.purge(ctx, id, slices.DeleteFunc(before, func(p Photo) bool {
		return slices.ContainsFunc(o.Photos, func(now Photo) bool { return now.Burnt == p.Burnt })
	}))
}

// AddPhoto takes a photo of the case in, with the boxes that the machine suggests. faults as Save, and outcome.photo_unknown, outcome.photos.
func (s *Service) AddPhoto(ctx context.Context, a cases.Actor, id string, version int64, photo string) (Outcome, error) {
	o, _, _, err := s.open(ctx, a, id)
	if err != nil {
		return o, err
	}
	raw, err := s.scenePhoto(ctx, a.ID, o.Case, photo, scene.Large)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return o, fault.New(fault.Invalid, "outcome.photo_unknown")
	}
	if err != nil {
		return o, err
	}
	p := Photo{Scene: photo}
	if p.Width, p.Height, err = blur.Size(raw); err != nil {
		return o, err
	}
	if p.Suggested, err = blur.Suggest(raw); err != nil {
		return o, err
	}
	p.Boxes = p.Suggested
	if err := s.burn(ctx, id, &p, raw); err != nil {
		return o, err
	}
	return s.photoStep(ctx, a, id, version, func(all []Photo) ([]Photo, error) {
		if len(all) >= MostPhotos {
			return nil, fault.New(fault.Invalid, "outcome.photos", MostPhotos)
		}
		if slices.ContainsFunc(all, func(o Photo) bool { return o.Scene == photo }) {
			return all, nil
		}
		return append(all, p), nil
	})
}

// burn stores the photo with its boxes burnt in, under a name of its own.
func (s *Service) burn(ctx context.Context, id string, p *Photo, raw []byte) error {
	burnt, err := blur.Burn(raw, p.Boxes)
	if err != nil {
		return err
	}
	key := vault.NewKey()
	p.Burnt, p.By = vault.NewID(8), ""
	if p.Key, err = s.Vault.Wrap("outcome.photo", id+"/"+p.Burnt, key); err != nil {
		return fmt.Errorf("outcome: wrap the key of a photo of %s: %w", id, err)
	}
	sealed, err := s.Vault.SealStream(key, bytes.NewReader(burnt))
	if err != nil {
		return fmt.Errorf("outcome: seal a photo of %s: %w", id, err)
	}
	if _, err := s.Blobs.Put(ctx, blobName(id, p.Burnt), sealed); err != nil {
		return fault.New(fault.Busy, "scene.busy").Because(err)
	}
	return nil
}

// SetBoxes says what of a photo is made unreadable. It has to be looked at again, and the picture as it was before is deleted. faults as Save, and
// outcome.photo_unknown, outcome.boxes.
func (s *Service) SetBoxes(ctx context.Context, a cases.Actor, id string, version int64, rendition string, boxes []blur.Box) (Outcome, error) {
	o, _, _, err := s.open(ctx, a, id)
	if err != nil {
		return o, err
	}
	at := slices.IndexFunc(o.Photos, func(p Photo) bool { return p.Burnt == rendition })
	if at < 0 {
		return o, fault.New(fault.Conflict, "outcome.photo_unknown")
	}
	p := o.Photos[at]
	p.Boxes = nil
	for _, b := range boxes {
		if b = b.Within(p.Width, p.Height); !b.Empty() {
			p.Boxes = append(p.Boxes, b)
		}
	}
	if len(p.Boxes) > blur.Most {
		return o, fault.New(fault.Invalid, "outcome.boxes", blur.Most)
	}
	raw, err := s.scenePhoto(ctx, a.ID, o.Case, p.Scene, scene.Large)
	if err != nil {
		return o, err
	}
	if err := s.burn(ctx, id, &p, raw); err != nil {
		return o, err
	}
	return s.photoStep(ctx, a, id, version, func(all []Photo) ([]Photo, error) {
		at := slices.IndexFunc(all, func(p Photo) bool { return p.Burnt == rendition })
		if at < 0 {
			return nil, fault.New(fault.Conflict, "outcome.photo_unknown")
		}
		all[at] = p
		return all, nil
	})
}

// Confirm says that somebody looked at a photo as it would be published and found no face and no plate in it. faults as Save, and outcome.photo_unknown.
func (s *Service) Confirm(ctx context.Context, a cases.Actor, id string, version int64, rendition string) (Outcome, error) {
	return s.photoStep(ctx, a, id, version, func(all []Photo) ([]Photo, error) {
		at := slices.IndexFunc(all, func(p Photo) bool { return p.Burnt == rendition })
		if at < 0 {
			return nil, fault.New(fault.Conflict, "outcome.photo_unknown")
		}
		all[at].By = a.ID
		return all, nil
	})
}

// RemovePhoto takes a photo out again.
func (s *Service) RemovePhoto(ctx context.Context, a cases.Actor, id string, version int64, rendition string) (Outcome, error) {
	return s.photoStep(ctx, a, id, version, func(all []Photo) ([]Photo, error) {
		return slices.DeleteFunc(all, func(p Photo) bool { return p.Burnt == rendition }), nil
	})
}
