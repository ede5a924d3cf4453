package intake

import (
	"context"
	"errors"
	"fmt"
	"io"

	"qianshao/config/engine/blobs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// File is evidence that is open for reading anywhere in it. Every byte that comes out is as it was sealed. One goroutine at a time; whoever opened it closes it.
type File struct {
	*io.SectionReader
	blob blobs.File
}

// Close closes the file.
func (f *File) Close() error { return f.blob.Close() }

// at opens a sealed blob.
func (s *Service) at(ctx context.Context, blob string, k vault.Key) (*File, error) {
	f, err := s.Blobs.At(ctx, blob)
	if errors.Is(err, blobs.ErrNotFound) {
		return nil, fmt.Errorf("intake: read %s: %w", blob, err)
	}
	if err != nil {
		return nil, busy("read "+blob, err)
	}
	plain, err := s.Vault.OpenAt(k, f, f.Size())
	if err != nil {
		return nil, fmt.Errorf("intake: open %s: %w", blob, errors.Join(err, f.Close()))
	}
	return &File{plain, f}, nil
}

// RenditionAt is Rendition for a player that jumps; size is what the worker wrote, so that one that was cut is not taken for whole.
func (s *Service) RenditionAt(ctx context.Context, id TipID, itemID, name string, size int64) (*File, error) {
	blob, k, err := s.rendition(ctx, id, itemID, name)
	if err != nil {
		return nil, err
	}
	f, err := s.at(ctx, blob, k)
	if errors.Is(err, blobs.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "page.unknown").Because(err)
	}
	if err == nil && f.Size() != size {
		err = errors.Join(fmt.Errorf("intake: %s is not as long as it was: %w", blob, vault.ErrSealed), f.Close())
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// inspect looks into a recording that was just stored; one that is refused is not kept.
func (s *Service) inspect(ctx context.Context, it *item) error {
	if it.Kind == Photo || s.Recordings == nil {
		return nil
	}
	f, err := s.at(ctx, it.Blob, it.Key)
	if err != nil {
		return err
	}
	err = s.Recordings.Inspect(ctx, it.Kind, f.SectionReader)
	if err := errors.Join(err, f.Close()); err == nil {
		return nil
	}
	if gone := s.Blobs.Delete(ctx, it.Blob); gone != nil { // the sweep of what no tip took finds it
		s.Log.WarnContext(ctx, "a recording that was refused is still there", "item", it.ID, "err", gone)
	}
	if fault.KindOf(err) == fault.Internal {
		return busy("inspect a recording", err)
	}
	return err
}
