package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

// Options of a Reader. Zero fields mean the defaults.
type Options struct {
	Limits Limits
	Now    func() time.Time // to disbelieve the future; time.Now
	Zone   *time.Location   // of camera clocks, which rarely name one; UTC+8
	Child  []string         // the command that starts ServeHEIC; without one HEIC pictures stay Unshown
}

// Reader reads evidence, two files at a time at most, whoever asks. It is safe for concurrent use.
type Reader struct {
	limits Limits
	now    func() time.Time
	zone   *time.Location
	child  []string
	turns  chan struct{}
}

// muchMemory is from where on there is none to spare: a photo of 12 megapixels needs half of it.
const muchMemory = 100 << 20

// turns is how many files are in memory at once: decoding is the largest thing that the program ever holds.
const turns = 2

// mostMemory is what decoding may need.
const mostMemory = 300 << 20

// room is what all Readers and their children may need together, as there is only one memory: a large picture waits until those before it are done.
var room = semaphore.NewWeighted(mostMemory)

// New makes a Reader.
func New(o Options) *Reader {
	l := o.Limits
	if l.Bytes == 0 {
		l.Bytes = 25 << 20
	}
	if l.Pixels == 0 {
		l.Pixels = 8192 * 6144
	}
	if l.Side == 0 {
		l.Side = 12_000
	}
	if l.Memory == 0 {
		l.Memory = mostMemory
	}
	if l.Timeout == 0 {
		l.Timeout = 20 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.FixedZone("CST", 8*60*60)
	}
	return &Reader{limits: l, now: o.Now, zone: o.Zone, child: o.Child, turns: make(chan struct{}, turns)}
}

// Read reads one file to its end and says what it found. The error is the reader's or the context's, never about the file's content.
func (r *Reader) Read(ctx context.Context, in io.Reader) (Picture, error) {
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
	case <-ctx.Done():
		return Picture{}, fmt.Errorf("media: wait for a turn: %w", ctx.Err())
	}
	raw, err := io.ReadAll(io.LimitReader(in, r.limits.Bytes+1))
	if err != nil {
		return Picture{}, fmt.Errorf("media: read file: %w", err)
	}
	if int64(len(raw)) > r.limits.Bytes {
		pic := Picture{Kind: kindOf(raw), Problem: Large}
		if p := refused(pic.Kind, raw); p != "" {
			pic.Problem = p
		}
		return pic, nil
	}
	pic := Picture{Kind: kindOf(raw), Bytes: int64(len(raw)), SHA256: sha256.Sum256(raw)}
	pic.Problem = r.look(ctx, &pic, raw)
	if err := ctx.Err(); err != nil { // the caller's end, not our limit: nothing was concluded about the file
		return Picture{}, fmt.Errorf("media: look at file: %w", err)
	}
	return pic, nil
}

// look fills pic as far as the file allows and says what stopped it.
func (r *Reader) look(ctx context.Context, pic *Picture, raw []byte) Problem {
	if p := refused(pic.Kind, raw); p != "" {
		return p
	}
	said := readMetadata(ctx, raw, pic.Kind)
	pic.Claim = said.claim(r.now(), r.zone)
	cfg, ok := config(ctx, raw, pic.Kind)
	if pic.Kind == HEIC {
		cfg.Width, cfg.Height, ok = said.width, said.height, said.width > 0 && said.height > 0
	}
	if !ok {
		return Broken
	}
	if r.tooMuch(cfg, raw, pic.Kind) {
		return Pixels
	}
	need := min(memory(cfg, raw, pic.Kind), mostMemory)
	if err := room.Acquire(ctx, need); err != nil {
		return Broken // nobody waits for it
	}
	defer room.Release(need)
	wait := r.limits.Timeout
	if pic.Kind == HEIC {
		wait *= 3 // a child counts its own seconds of a core, which on a busy machine are few
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	pic.Width, pic.Height = cfg.Width, cfg.Height
	if pic.Kind == HEIC {
		return r.lookHEIC(ctx, pic, raw)
	}
	if said.orientation >= 5 {
		pic.Width, pic.Height = cfg.Height, cfg.Width
	}
	if need > muchMemory {
		debug.FreeOSMemory() // what earlier pictures took, so that it is not held twice
	}
	img, err := decode(ctx, raw, pic.Kind)
	if err != nil {
		return Broken
	}
	if err := render(ctx, pic, img, said.orientation); err != nil {
		return Broken
	}
	return ""
}

// lookHEIC leaves the decoding to a child.
func (r *Reader) lookHEIC(ctx context.Context, pic *Picture, raw []byte) Problem {
	if len(r.child) == 0 {
		return Unshown
	}
	if _, whole := find(raw, "mdat"); !whole { // the decoder takes a photo in tiles for one though most of them are missing, and shows them green
		return Broken
	}
	img, err := r.decodeHEIC(ctx, raw)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == exitMemory {
		return Pixels
	}
	if err != nil {
		return Broken
	}
	pic.Width, pic.Height = img.w, img.h // the header does not know of cropping
	if err := render(ctx, pic, img.RGBA, 1); err != nil {
		return Broken
	}
	return ""
}

// tooMuch judges by the headers alone, before a pixel is decoded. A preview in the metadata is never decoded here; one that claims so many pixels was put there
// to harm whoever opens the original, and says what to think of the rest.
func (r *Reader) tooMuch(cfg image.Config, raw []byte, k Kind) bool {
	if k == JPEG && slices.ContainsFunc(previews(raw), func(f frame) bool { return r.beyond(f.width, f.height) }) {
		return true
	}
	return r.beyond(cfg.Width, cfg.Height) || memory(cfg, raw, k) > r.limits.Memory
}

// memory is how many bytes decoding is expected to need.
func memory(cfg image.Config, raw []byte, k Kind) int64 {
	each := int64(4)
	switch k {
	case HEIC:
		each = 6 // as measured: the coded picture, the turned one, a copy of it, and the half. One with all its colour takes more, and its child is stopped
	case JPEG:
		if f, _ := frameOf(raw, nil); f.progressive {
			each = 3 + 3*4 // the decoder keeps a 32-bit coefficient for each sample until the last scan
		}
		if cfg.ColorModel == color.CMYKModel || cfg.ColorModel == color.RGBAModel {
			each += 4 // decoded as if it were the usual colours, and then made into these
		}
	case PNG:
		if cfg.ColorModel == color.RGBA64Model || cfg.ColorModel == color.NRGBA64Model {
			each = 8
		}
		const interlaced = 28 // where the header says so
		if len(raw) > interlaced && raw[interlaced] != 0 {
			each *= 2 // the passes, beside the whole
		}
	}
	return int64(cfg.Width) * int64(cfg.Height) * each
}

func (r *Reader) beyond(w, h int) bool {
	return w > r.limits.Side || h > r.limits.Side || w*h > r.limits.Pixels
}

// config reads the dimensions; false when the header is broken or holds none.
func config(ctx context.Context, raw []byte, k Kind) (cfg image.Config, ok bool) {
	if k == HEIC {
		return cfg, false
	}
	err := guard(func() (err error) {
		cfg, err = decoders[k].config(reader(ctx, raw))
		return err
	})
	return cfg, err == nil && cfg.Width > 0 && cfg.Height > 0
}

func decode(ctx context.Context, raw []byte, k Kind) (img image.Image, err error) {
	err = guard(func() (err error) {
		img, err = decoders[k].image(reader(ctx, raw))
		return err
	})
	return img, err
}

// decoders are named by kind, because image.Decode would try every format that any package of the program has registered.
var decoders = map[Kind]struct {
	image  func(io.Reader) (image.Image, error)
	config func(io.Reader) (image.Config, error)
}{
	JPEG: {decodeJPEG, jpeg.DecodeConfig},
	PNG:  {png.Decode, png.DecodeConfig},
	WebP: {webp.Decode, webp.DecodeConfig},
}

// decodeJPEG decodes a JPEG that may lack the mark at its end, as files do whose last bytes were lost. The mark is put behind every file: one that has its own is
// never read so far, and one that was cut before its last pixel is refused with the mark as without.
func decodeJPEG(in io.Reader) (image.Image, error) {
	return jpeg.Decode(io.MultiReader(in, strings.NewReader("\xFF\xD9")))
}

var errPanic = errors.New("media: decoder panicked")

// guard turns a panic of a decoder into an error: the file is strange, the program is not.
func guard(f func() error) (err error) {
	defer func() {
		if recover() != nil { // what it says may hold bytes of the file
			err = errPanic
		}
	}()
	return f()
}

// timed is a reader that fails once its context ends. Decoders have no other way to be stopped, and all of them read as they go.
type timed struct {
	*bytes.Reader
	ctx context.Context
}

func reader(ctx context.Context, raw []byte) timed { return timed{bytes.NewReader(raw), ctx} }

func (t timed) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.Reader.Read(p)
}

// ReadByte is what image/png and imagemeta would otherwise reach past Read.
func (t timed) ReadByte() (byte, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.Reader.ReadByte()
}

// WriteTo hides that of bytes.Reader, which would not look at the context.
func (t timed) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{t})
}
