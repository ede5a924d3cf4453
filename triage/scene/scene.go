// Package scene keeps the photos that inspectors take on the spot. They belong to a case, not to a tip. It owns the collection scene and the blobs under
// scene/, and knows nothing of pages, tips or states.
//
// A photo is cleaned before anybody sees it, like every picture; the file itself is kept sealed as evidence. Who sees the case sees its photos. Sending the same
// file twice, as a phone does whose network broke, keeps it once.
package scene

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"qianshao/config/engine/blobs"
	"qianshao/config/engine/docs"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/media"
)

// The names of the cleaned copies, by their longer side in pixels.
const (
	Small = "320"
	Large = "1600"

	original = "original"
)

// Most is how many photos a case takes.
const Most = 200

// Photo is one photo of a case.
type Photo struct {
	ID   string       `bson:"_id"` // made from the case and the file
	Case string       // id
	At   time.Time    // when it arrived
	By   string       // staff id
	Name string       // as it was shown then
	Unit string       // of who took it
	Key  vault.Sealed // of its files, wrapped for the purpose "case.scene"
}

// Deps is what the service stands on.
type Deps struct {
	Docs    docs.Store
	Blobs   blobs.Store
	Vault   *vault.Vault
	Custody *custody.Log
	Cases   *cases.Service
	Reader  *media.Reader
	Scanner interface { // nil scans nothing
		Scan(ctx context.Context, r io.Reader) (infected bool, err error)
	}
	MaxBytes int64
	Now      func() time.Time
}

// Service keeps the photos.
type Service struct {
	Deps
	photos *docs.Collection[Photo]
}

// New opens the collection.
func New(ctx context.Context, d Deps) (*Service, error) {
	all, err := docs.Open[Photo](ctx, d.Docs, "scene", docs.Index{Fields: []string{"case", "at"}})
	if err != nil {
		return nil, err
	}
	return &Service{Deps: d, photos: all}, nil
}

// May says whether the actor may add photos: who may register something in the case.
func (s *Service) May(a cases.Actor, k *cases.Case) bool {
	return slices.ContainsFunc(s.Cases.Actions(a, k), func(t cases.Transition) bool { return t.Action == cases.Register })
}

// Add cleans, seals and stores a photo. Adding the same file again gives the same photo.
// faults desk.not_found, desk.forbidden, photo.too_large, scene.photo, scene.virus, scene.many, scene.busy, photo.full.
func (s *Service) Add(ctx context.Context, a cases.Actor, id string, r io.Reader) (Photo, error) {
	k, err := s.Cases.Glimpse(ctx, a, id)
	if err != nil {
		return Photo{}, err
	}
	if !s.May(a, &k) {
		return Photo{}, fault.New(fault.Forbidden, "desk.forbidden")
	}
	raw, err := io.ReadAll(io.LimitReader(r, s.MaxBytes+1))
	if err != nil {
		return Photo{}, fault.New(fault.Invalid, "form.broken").Because(err)
	}
	if int64(len(raw)) > s.MaxBytes {
		return Photo{}, fault.New(fault.TooLarge, "photo.too_large", s.MaxBytes>>20)
	}
	mac := s.Vault.MAC("case.scene", []byte(id), raw)
	p := Photo{ID: hex.EncodeToString(mac[:12]), Case: id, At: s.Now(), By: a.ID, Name: a.Name, Unit: a.Unit}
	if old, err := s.photos.Get(ctx, p.ID); !errors.Is(err, docs.ErrNotFound) {
		return old, err
	}
	n, err := s.photos.Count(ctx, docs.Query{Where: []docs.Eq{{Field: "case", Value: id}}, Order: "at"})
	if err != nil {
		return Photo{}, fmt.Errorf("scene: count photos of %s: %w", id, err)
	}
	if n >= Most {
		return Photo{}, fault.New(fault.Invalid, "scene.many", Most)
	}
	clean, err := s.look(ctx, raw)
	if err != nil {
		return Photo{}, err
	}
	err = s.keep(ctx, &p, raw, clean)
	if errors.Is(err, docs.ErrExists) { // the same file came twice at the same moment
		return s.photos.Get(ctx, p.ID)
	}
	return p, err
}

// look cleans a file.
func (s *Service) look(ctx context.Context, raw []byte) (media.Picture, error) {
	if s.Scanner != nil {
		sick, err := s.Scanner.Scan(ctx, bytes.NewReader(raw))
		if err != nil {
			return media.Picture{}, fault.New(fault.Busy, "scene.busy").Because(err)
		}
		if sick {
			return media.Picture{}, fault.New(fault.Invalid, "scene.virus")
		}
	}
	pic, err := s.Reader.Read(ctx, bytes.NewReader(raw))
	if err != nil {
		return pic, fmt.Errorf("scene: read a photo: %w", err)
	}
	if pic.Problem != "" {
		return pic, fault.New(fault.Invalid, "scene.photo")
	}
	return pic, nil
}

// keep stores the files first and the photo last: it is there wholly or not at all.
func (s *Service) keep(ctx context.Context, p *Photo, raw []byte, clean media.Picture) error {
	key := vault.NewKey()
	var err error
	if p.Key, err = s.Vault.Wrap("case.scene", p.ID, key); err != nil {
		return fmt.Errorf("scene: wrap the key of %s: %w", p.ID, err)
	}
	for name, body := range map[string][]byte{original: raw, Small: clean.Small, Large: clean.Large} {
		sealed, err := s.Vault.SealStream(s.Vault.Sub(key, name), bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("scene: seal %s: %w", p.ID, err)
		}
		_, err = s.Blobs.Put(ctx, s.blob(p, name), sealed)
		if errors.Is(err, blobs.ErrFull) {
			return fault.New(fault.Full, "photo.full").Because(err)
		}
		if err != nil {
			return fault.New(fault.Busy, "scene.busy").Because(err)
		}
	}
	if err := s.Custody.Note(ctx, "case/"+p.Case, p.By, "photo", p.ID); err != nil {
		return fmt.Errorf("scene: note %s: %w", p.ID, err)
	}
	if err = s.photos.Insert(ctx, p); err != nil {
		for _, name := range []string{original, Small, Large} { // nobody would ever find them
			err = errors.Join(err, s.Blobs.Delete(ctx, s.blob(p, name)))
		}
	}
	return err
}

// blob has the key of this try in its name: two tries of one file never overwrite each other.
func (s *Service) blob(p *Photo, name string) string {
	return "scene/" + p.Case + "/" + p.ID + "." + hex.EncodeToString(s.Vault.MAC("case.scene.blob", p.Key)[:6]) + "." + name
}

// OfCase lists the photos of a case, the oldest first. Who asks was let in to the case.
func (s *Service) OfCase(ctx context.Context, id string) ([]Photo, error) {
	page, err := s.photos.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "case", Value: id}}, Order: "at", Limit: Most})
	return page.Items, err
}

// Open opens a cleaned copy; it stands in the custody log first. fault desk.not_found, also for who may not see the case.
func (s *Service) Open(ctx context.Context, a cases.Actor, id, photo, size string) (io.ReadCloser, error) {
	if _, err := s.Cases.Glimpse(ctx, a, id); err != nil {
		return nil, err
	}
	return s.Show(ctx, a.ID, id, photo, size)
}

// Show is Open for somebody of whom the caller knows that they may see the photos of the case.
func (s *Service) Show(ctx context.Context, by, id, photo, size string) (io.ReadCloser, error) {
	p, err := s.photos.Get(ctx, photo)
	if errors.Is(err, docs.ErrNotFound) || err == nil && (p.Case != id || size != Small && size != Large) {
		return nil, cases.NotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("scene: photo %s: %w", photo, err)
	}
	if err := s.Custody.Note(ctx, "case/"+id, by, "scene", photo); err != nil {
		return nil, fmt.Errorf("scene: note a look at %s: %w", photo, err)
	}
	key, err := s.Vault.Unwrap("case.scene", p.ID, p.Key)
	if err != nil {
		return nil, fmt.Errorf("scene: unwrap the key of %s: %w", photo, err)
	}
	sealed, err := s.Blobs.Get(ctx, s.blob(&p, size))
	if err != nil {
		return nil, fmt.Errorf("scene: read %s: %w", photo, err)
	}
	plain, err := s.Vault.OpenStream(s.Vault.Sub(key, size), sealed)
	if err != nil {
		return nil, fmt.Errorf("scene: open %s: %w", photo, errors.Join(err, sealed.Close()))
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, sealed}, nil
}
