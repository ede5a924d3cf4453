package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"

	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

// folder is where the files of a job lie. Each try writes a file of its own under a key of its own; the one that ends the job names it.
func folder(job string) string { return "ledger/" + job + "/" }

// exportTo writes the file of an export.
func (s *Service) exportTo(j *Job) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error {
		if err := s.foresee(ctx, j, j.Sheet); err != nil {
			return err
		}
		return s.Export(ctx, j.Actor, j.Sheet, j.Names, w, func(n int64) error { return s.progress(ctx, j.ID, n) })
	}
}

// produce makes the file of a job, seals and stores it, and ends the job with it. Whatever other tries left behind is deleted.
func (s *Service) produce(ctx context.Context, j *Job, write func(context.Context, io.Writer) error) error {
	key, name := vault.NewKey(), folder(j.ID)+vault.NewID(8)
	r, w := io.Pipe()
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		w.CloseWithError(write(ctx, w))
	}()
	size, err := s.put(ctx, name, key, r)
	r.CloseWithError(io.ErrClosedPipe) // whoever still writes must not wait
	<-wrote
	if err != nil {
		return errors.Join(err, s.Blobs.Delete(context.WithoutCancel(ctx), name))
	}
	wrapped, err := s.Vault.Wrap(sealKey, name, key)
	if err != nil {
		return err
	}
	if err := s.end(ctx, j.ID, func(j *Job) { j.Blob, j.Key, j.Size, j.Done = name, wrapped, size, j.Total }); err != nil {
		return errors.Join(err, s.Blobs.Delete(context.WithoutCancel(ctx), name))
	}
	return s.clean(ctx, folder(j.ID), name)
}

// counted counts what goes through.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// put seals and stores what r yields; it gives the number of bytes that were sealed.
func (s *Service) put(ctx context.Context, name string, key vault.Key, r io.Reader) (int64, error) {
	plain := &counted{Reader: r}
	sealed, err := s.Vault.SealStream(key, plain)
	if err != nil {
		return 0, err
	}
	if _, err := s.Blobs.Put(ctx, name, sealed); err != nil {
		return 0, fmt.Errorf("ledger: store a file: %w", err)
	}
	return plain.n, nil
}

// get opens a stored file; the caller closes it.
func (s *Service) get(ctx context.Context, name string, wrapped vault.Sealed) (io.ReadCloser, error) {
	key, err := s.Vault.Unwrap(sealKey, name, wrapped)
	if err != nil {
		return nil, err
	}
	stored, err := s.Blobs.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	plain, err := s.Vault.OpenStream(key, stored)
	if err != nil {
		return nil, errors.Join(err, stored.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, stored}, nil
}

// File opens the file of a job of the actor's own, once that stands in the custody log. fault ledger.job_gone.
func (s *Service) File(ctx context.Context, a cases.Actor, id string) (Job, io.ReadCloser, error) {
	j, err := s.Job(ctx, a, id)
	if err == nil && j.Blob == "" {
		err = fault.New(fault.NotFound, "ledger.job_gone")
	}
	if err != nil {
		return j, nil, err
	}
	if err := s.note(ctx, a, "download", id); err != nil {
		return j, nil, err
	}
	f, err := s.get(ctx, j.Blob, j.Key)
	return j, f, err
}

// clean deletes the files of a folder, but for one.
func (s *Service) clean(ctx context.Context, prefix, but string) error {
	for o, err := range s.Blobs.List(ctx, prefix) {
		if err != nil {
			return fmt.Errorf("ledger: list files: %w", err)
		}
		if o.Key != but {
			if err := s.Blobs.Delete(ctx, o.Key); err != nil {
				return fmt.Errorf("ledger: delete a file: %w", err)
			}
		}
	}
	return nil
}
