package vault

import (
	"errors"
	"fmt"
	"io"
)

// OpenAt opens what SealStream made for reading here and there; size is that of the sealed bytes. Bytes come out only after they
// were checked. A stream that was cut between two of its packages is shorter and otherwise in order: who knows how long it must be compares its size.
// Opening checks nothing but the head. One goroutine at a time.
func (v *Vault) OpenAt(k Key, r io.ReaderAt, size int64) (*io.SectionReader, error) {
	var head [2]byte
	if got, err := r.ReadAt(head[:], 0); got < len(head) {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("vault: read sealed file: %w", err)
		}
		return nil, ErrSealed
	}
	if head[0] != v.suite.id() || head[1] != streamFormat {
		return nil, ErrSealed
	}
	src := &sourceAt{r: io.NewSectionReader(r, 2, max(size-2, 0))}
	at, n, err := v.suite.openAt(k, src, size-2)
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(&openedAt{plain: at, src: src}, 0, n), nil
}

// sourceAt remembers whether the store failed, to tell that from bytes that are not in order.
type sourceAt struct {
	r   io.ReaderAt
	err error
}

// ReadAt implements io.ReaderAt.
func (s *sourceAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// openedAt keeps a piece of what was opened: opening starts at the border of a package, and most readers read on by less than one.
type openedAt struct {
	plain io.ReaderAt
	src   *sourceAt
	start int64
	piece []byte
	buf   [pieceSize]byte
}

const pieceSize = 4 << 16

// ReadAt implements io.ReaderAt.
func (o *openedAt) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		at := off + int64(n)
		if at < o.start || at >= o.start+int64(len(o.piece)) {
			if err := o.load(at - at%pieceSize); err != nil {
				return n, err
			}
			if at >= o.start+int64(len(o.piece)) {
				return n, io.EOF
			}
		}
		n += copy(p[n:], o.piece[at-o.start:])
	}
	return n, nil
}

func (o *openedAt) load(at int64) error {
	o.start, o.piece = at, nil
	n, err := o.plain.ReadAt(o.buf[:], at)
	switch {
	case o.src.err != nil:
		return fmt.Errorf("vault: read sealed file: %w", o.src.err)
	case err != nil && !errors.Is(err, io.EOF):
		return ErrSealed
	}
	o.piece = o.buf[:n]
	return nil
}
