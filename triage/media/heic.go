package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"syscall"
	"time"
)

// HEVC is the largest and the most often broken decoder of all, so that it never runs in the process that holds the keys. The same program is started
// again with nothing but the file: no environment, no open files, little memory, little time. What comes back are pixels of at most the large rendition,
// and nothing that the parent would have to trust.

// HEICCommand is the command line argument by which a program says that it is the child, and has to call ServeHEIC.
const HEICCommand = "decode-heic"

// What a child may take.
const (
	childMemory  = 440 << 20 // bytes in use; 48 megapixels, turned, in a file of 12 MB take 330
	childAddress = 1 << 30   // bytes of addresses above what the program takes at its start, in use or not
	childFirst   = 3         // seconds of a core for any file
	childEach    = 3_000_000 // pixels for which it gets one second more
	childWatch   = 10 * time.Millisecond
	exitMemory   = 3 // how a child ends that used more
)

var errChild = errors.New("media: the child could not decode the picture")

// turned is a picture of which only the large rendition is left; w and h are what it had.
type turned struct {
	*image.RGBA
	w, h int
}

// decodeHEIC lets a child decode the file and shrink it. The file's own rotation and mirroring are applied by the decoder; the orientation in EXIF is, by the
// standard, only a copy of them.
func (r *Reader) decodeHEIC(ctx context.Context, raw []byte) (turned, error) {
	cmd := exec.CommandContext(ctx, r.child[0], r.child[1:]...) //nolint:gosec // the command is the program itself, from cmd
	cmd.Env = []string{}
	cmd.Dir = "/"
	cmd.Stdin = bytes.NewReader(raw)
	cmd.WaitDelay = time.Second
	debug.FreeOSMemory() // what earlier pictures took, so that parent and child together stay small
	out := &answer{left: 16 + 4*largeSide*largeSide}
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		return turned{}, fmt.Errorf("%w: %w", errChild, err)
	}
	return out.picture()
}

// answer keeps what a child says, up to the most that it may have to say.
type answer struct {
	bytes.Buffer
	left int
}

// Write refuses what is too much, which ends the child.
func (a *answer) Write(p []byte) (int, error) {
	if a.left -= len(p); a.left < 0 {
		return 0, errChild
	}
	return a.Buffer.Write(p)
}

// picture believes nothing but numbers that fit together.
func (a *answer) picture() (turned, error) {
	var head [4]uint32
	if err := binary.Read(&a.Buffer, binary.BigEndian, &head); err != nil {
		return turned{}, errChild
	}
	full, shown := image.Pt(int(head[0]), int(head[1])), image.Pt(int(head[2]), int(head[3]))
	if shown.X < 1 || shown.Y < 1 || shown.X > largeSide || shown.Y > largeSide || full.X < shown.X || full.Y < shown.Y || a.Len() != 4*shown.X*shown.Y {
		return turned{}, errChild
	}
	return turned{&image.RGBA{Pix: a.Bytes(), Stride: 4 * shown.X, Rect: image.Rectangle{Max: shown}}, full.X, full.Y}, nil
}

// ServeHEIC is the child: it decodes the file from in and writes the pixels to out. It takes away from its own process all that it does not need, so that
// nothing else may run in it.
func ServeHEIC(in io.Reader, out io.Writer) error {
	debug.SetGCPercent(25)
	raw, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("media: read file: %w", err)
	}
	said := readMetadata(context.Background(), raw, HEIC)
	if err := confine(childFirst + uint64(max(0, said.width)*max(0, said.height)/childEach)); err != nil {
		return fmt.Errorf("media: confine the decoder: %w", err)
	}
	go watch()
	img, err := decodeModule(raw)
	if err != nil {
		return fmt.Errorf("media: decode picture: %w", err)
	}
	b := img.Bounds()
	large := scale(img, largeSide, 1)
	head := []uint32{uint32(b.Dx()), uint32(b.Dy()), uint32(large.Rect.Dx()), uint32(large.Rect.Dy())}
	if err := binary.Write(out, binary.BigEndian, head); err != nil {
		return fmt.Errorf("media: answer: %w", err)
	}
	if _, err := out.Write(large.Pix); err != nil {
		return fmt.Errorf("media: answer: %w", err)
	}
	return nil
}

// confine forbids this process more addresses, more than some seconds of a core, to write files and to leave a core dump, for good.
func confine(seconds uint64) error {
	mapped, _, err := pages()
	if err != nil {
		return err
	}
	for what, most := range map[int]uint64{syscall.RLIMIT_AS: mapped + childAddress, syscall.RLIMIT_CPU: seconds, syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_CORE: 0} {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}

// watch ends the process when it uses too much memory: the limits of the system count what is set aside, not what is in use.
func watch() {
	for range time.Tick(childWatch) {
		if _, used, err := pages(); err != nil || used > childMemory {
			os.Exit(exitMemory)
		}
	}
}

// pages tells how many bytes this process has mapped, and how many of them it uses.
func pages() (mapped, used uint64, err error) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, 0, err
	}
	_, err = fmt.Sscan(string(statm), &mapped, &used)
	size := uint64(os.Getpagesize())
	return mapped * size, used * size, err
}
