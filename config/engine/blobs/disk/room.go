package disk

import (
	"errors"
	"io"
	"syscall"

	"qianshao/config/engine/blobs"
)

// What stays free for everything else on the file system, above all for the words of tips: the smaller of a fixed size and one part in so many.
const (
	reserveBytes = 256 << 20
	reservePart  = 20
	stride       = 1 << 20 // bytes written between two looks: many uploads at a time do not run into the reserve together
)

// room is blobs.ErrFull when less than the reserve is free on the file system of dir.
func room(dir string) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return err
	}
	total, free := uint64(fs.Blocks)*uint64(fs.Bsize), uint64(fs.Bavail)*uint64(fs.Bsize)
	if free < min(reserveBytes, total/reservePart) {
		return blobs.ErrFull
	}
	return nil
}

// fill copies r to w for as long as there is room in dir.
func fill(w io.Writer, r io.Reader, dir string) (n int64, err error) {
	for {
		if err := room(dir); err != nil {
			return n, err
		}
		m, err := io.CopyN(w, r, stride)
		n += m
		switch {
		case err == io.EOF: //nolint:errorlint // CopyN gives the plain value at the end; a wrapped one is a broken upload
			return n, nil
		case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
			return n, errors.Join(blobs.ErrFull, err)
		case err != nil:
			return n, err
		}
	}
}
