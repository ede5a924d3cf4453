package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// streamFormat is the version of the layout of streams and of values for the officers; their keys are their own and have no version.
const streamFormat = 1

// SealStream seals everything that r yields under a key that is used for nothing else. Memory stays at some 64 KiB. An error of r comes through, and an
// empty r is an error (io.ErrNoProgress): nothing could tell its sealed form from one that was cut.
func (v *Vault) SealStream(k Key, r io.Reader) (io.Reader, error) {
	sealed, err := v.suite.sealStream(k, &whole{r: r})
	if err != nil {
		return nil, fmt.Errorf("vault: seal stream: %w", err)
	}
	return io.MultiReader(bytes.NewReader([]byte{v.suite.id(), streamFormat}), sealed), nil
}

// errCut stands for io.ErrUnexpectedEOF, by which a cut upload announces itself. The stream library reads through io.ReadFull and would take that very value
// for a regular end, and seal half a photo as a whole one.
var errCut = errors.New("vault: the stream to seal was cut")

type whole struct {
	r    io.Reader
	some bool
}

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.some = w.some || n > 0
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errCut
	case err == io.EOF && !w.some: // only the plain value means the end
		err = io.ErrNoProgress
	}
	return n, err
}

// OpenStream opens what SealStream made. Bytes come out only after they were checked; a stream that is cut, changed or reordered ends in ErrSealed, never
// in io.EOF, so a reader that sees io.EOF has seen the whole. An error of r itself comes through.
func (v *Vault) OpenStream(k Key, r io.Reader) (io.Reader, error) {
	src := &source{r: r}
	var head [2]byte
	if _, err := io.ReadFull(src, head[:]); err != nil {
		return nil, src.blame(err)
	}
	if head[0] != v.suite.id() || head[1] != streamFormat {
		return nil, ErrSealed
	}
	plain, err := v.suite.openStream(k, src)
	if err != nil {
		return nil, src.blame(err)
	}
	return &opened{plain: plain, src: src}, nil
}

// source remembers whether the store failed, to tell that from a stream that is not in order.
type source struct {
	r   io.Reader
	err error
	n   int64
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (s *source) blame(err error) error {
	if s.err != nil {
		return fmt.Errorf("vault: read sealed stream: %w", s.err)
	}
	if err == nil || err == io.EOF && s.n > 2 { //nolint:errorlint // only the plain value means the end
		return err
	}
	return ErrSealed // also for a stream of nothing but its head: an empty one is never sealed
}

type opened struct {
	plain io.Reader
	src   *source
}

func (o *opened) Read(p []byte) (int, error) {
	n, err := o.plain.Read(p)
	if err != nil {
		err = o.src.blame(err)
	}
	return n, err
}
