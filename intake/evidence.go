package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"

	"qianshao/config/engine/blobs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Open unseals a tip. A fault of kind NotFound when there is none.
func (s *Service) Open(ctx context.Context, id TipID) (*Tip, error) {
	o, err := s.get(ctx, id)
	if err != nil {
		return nil, err
	}
	t := &Tip{ID: id, Received: o.Received, Told: o.told(), Report: o.Report, Items: make([]Item, len(o.Items))}
	number := map[Kind]int{}
	for i, it := range o.Items {
		number[it.Kind]++
		t.Items[i] = Item{ID: it.ID, Kind: it.Kind, Type: it.Type, Number: number[it.Kind], Size: it.Size}
	}
	thread, err := s.messages(&o)
	if err != nil {
		return nil, err
	}
	for _, m := range thread {
		if !m.FromUs {
			t.Said = append(t.Said, m.Text)
		}
	}
	return t, nil
}

// Evidence unseals the bytes of one item as they arrived. For the worker only: they may hold metadata. The custody log knows of it first.
// The reader ends in io.EOF only when every byte is as it arrived.
func (s *Service) Evidence(ctx context.Context, id TipID, itemID string) (io.ReadCloser, error) {
	it, err := s.looked(ctx, id, itemID)
	if err != nil {
		return nil, err
	}
	return s.read(ctx, it.Blob, it.Key)
}

// looked finds an item whose bytes the worker is about to read; the custody log knows of it first.
func (s *Service) looked(ctx context.Context, id TipID, itemID string) (item, error) {
	o, err := s.get(ctx, id)
	if err != nil {
		return item{}, err
	}
	it, ok := o.item(itemID)
	if !ok {
		return it, fault.New(fault.NotFound, "page.unknown")
	}
	if err := s.Custody.Note(ctx, "tip/"+string(id), "worker", "evidence", it.ID); err != nil {
		return it, busy("note a look at evidence", err)
	}
	return it, nil
}

// EvidenceAt is Evidence for reading here and there, as the index of a recording asks for.
func (s *Service) EvidenceAt(ctx context.Context, id TipID, itemID string) (*File, error) {
	it, err := s.looked(ctx, id, itemID)
	if err != nil {
		return nil, err
	}
	f, err := s.at(ctx, it.Blob, it.Key)
	if err == nil && f.Size() != it.Size {
		err = errors.Join(fmt.Errorf("intake: %s is shorter than it came: %w", it.ID, vault.ErrSealed), f.Close())
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// renditionName keeps names to what a blob key may hold.
var renditionName = regexp.MustCompile(`^[a-z0-9]{1,16}$`)

// PutRendition seals and stores a cleaned copy of an item (name: "320", "1600"), in place of an earlier one. Rendition reads it back; fault.NotFound when there is none.
func (s *Service) PutRendition(ctx context.Context, id TipID, itemID, name string, r io.Reader) error {
	blob, k, err := s.rendition(ctx, id, itemID, name)
	if err != nil {
		return err
	}
	sealed, err := s.Vault.SealStream(k, r)
	if err != nil {
		return err
	}
	if _, err := s.Blobs.Put(ctx, blob, sealed); err != nil {
		return busy("store a rendition of tip "+string(id), err)
	}
	return nil
}

// Rendition opens what PutRendition stored. Who shows it notes that in the custody log before.
func (s *Service) Rendition(ctx context.Context, id TipID, itemID, name string) (io.ReadCloser, error) {
	blob, k, err := s.rendition(ctx, id, itemID, name)
	if err != nil {
		return nil, err
	}
	rc, err := s.read(ctx, blob, k)
	if errors.Is(err, blobs.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "page.unknown").Because(err)
	}
	return rc, err
}

// rendition gives the place and the key of a copy. The key is derived from the tip's data key, so nothing has to be written to the tip.
func (s *Service) rendition(ctx context.Context, id TipID, itemID, name string) (blob string, k vault.Key, err error) {
	o, err := s.get(ctx, id)
	if err != nil {
		return "", k, err
	}
	if _, ok := o.item(itemID); !ok || !renditionName.MatchString(name) {
		return "", k, fault.New(fault.NotFound, "page.unknown")
	}
	name = itemID + "." + name
	return blobOf(id, name), s.Vault.Sub(o.dataKey, "rendition "+name), nil
}

// read opens a sealed blob.
func (s *Service) read(ctx context.Context, blob string, k vault.Key) (io.ReadCloser, error) {
	rc, err := s.Blobs.Get(ctx, blob)
	if errors.Is(err, blobs.ErrNotFound) {
		return nil, fmt.Errorf("intake: read %s: %w", blob, err)
	}
	if err != nil {
		return nil, busy("read "+blob, err)
	}
	plain, err := s.Vault.OpenStream(k, rc)
	if err != nil {
		return nil, fmt.Errorf("intake: open %s: %w", blob, errors.Join(err, rc.Close()))
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, rc}, nil
}
