package media

import (
	"cmp"
	"encoding/binary"
	"errors"
	"image"
	_ "unsafe" // for go:linkname

	"github.com/gen2brain/heic"
)

// The Decode of gen2brain/heic 0.5.0 asks libheif for the plane Cr without saying where to put its stride, and libheif then gives none: every colour picture
// comes out green. It also refuses files whose main brand is mif1, as many phones write. Nothing newer may be used (its decoder is AGPL), so that this file
// asks the same module itself. The exact version is pinned, and TestHEIC looks at the colours.

// plane is heif_image_get_plane_readonly: it puts the stride at an address and returns the address of the plane, 0 when there is none.
//
//go:linkname plane github.com/gen2brain/heic.(*Module).fn752
func plane(m *heic.Module, img, channel, stride int32) int32

// decodedAt is where the C function that decodes leaves the address of its picture: on the stack of the module, which starts at 64 KB. It never frees it.
const decodedAt = 1<<16 - 32 + 12

// Channels and colour spaces of libheif.
const (
	channelY, channelCb, channelCr, channelRGBA = 0, 1, 2, 10
	spaceYCbCr, spaceRGB, spaceGray             = 0, 1, 2
)

var ratios = map[uint32]image.YCbCrSubsampleRatio{1: image.YCbCrSubsampleRatio420, 2: image.YCbCrSubsampleRatio422, 3: image.YCbCrSubsampleRatio444}

var errHEIC = errors.New("media: not a HEIC picture that can be decoded")

// module is libheif with a file in it.
type module struct {
	*heic.Module
	info int32 // address of what decode says: width, height, colour space, chroma, premultiplied
}

// decodeModule decodes a file in this process.
func decodeModule(raw []byte) (image.Image, error) {
	if len(raw) < 12 {
		return nil, errHEIC
	}
	m := module{Module: heic.New(&host{})}
	memory := m.Xmemory().Slice()
	*memory = append(make([]byte, 0, childMemory), *memory...) // room to grow: else all of it moves each time, and twice of it is in use
	m.X_initialize()
	at, size := m.Xmalloc(int32(len(raw))), int32(len(raw))
	m.info = m.Xmalloc(5 * 4)
	if at == 0 || m.info == 0 {
		return nil, errHEIC
	}
	copy(m.bytes(at), raw)
	copy(m.bytes(at + 8)[:4], "heic") // whatever brand comes first
	decode := func(only, out int32) bool {
		return m.Xdecode(at, size, only, m.info, m.info+4, m.info+8, m.info+12, m.info+16, out) != 0
	}
	if !decode(1, 0) {
		return nil, errHEIC
	}
	copied := m.Xmalloc(m.copySize())
	if copied == 0 || !decode(0, copied) {
		return nil, errHEIC
	}
	return m.picture()
}

func (m module) bytes(at int32) []byte { return (*m.Xmemory().Slice())[uint32(at):] }

func (m module) word(at int32) uint32 { return binary.LittleEndian.Uint32(m.bytes(at)) }

// twoPixels is how many bytes two pixels take, by the chroma of libheif.
var twoPixels = map[uint32]int64{1: 3, 2: 4, 3: 6}

// copySize is more than decode will copy: its strides are multiples of 16. What is set aside is in use at once, so that it is no more than it takes.
func (m module) copySize() int32 {
	each := int64(8)
	switch m.word(m.info + 8) {
	case spaceGray:
		each = 2
	case spaceYCbCr:
		each = cmp.Or(twoPixels[m.word(m.info+12)], each)
	}
	return int32(min((int64(m.word(m.info))+64)*(int64(m.word(m.info+4))+64)*each/2, 1<<31-1))
}

// picture points into the memory of the module, which must not be used any more.
func (m module) picture() (image.Image, error) {
	img := int32(m.word(decodedAt))
	rect := image.Rect(0, 0, int(m.word(m.info)), int(m.word(m.info+4)))
	rows := func(channel int32, w, h int) ([]byte, int, error) {
		at := plane(m.Module, img, channel, m.info+16)
		stride := int(m.word(m.info + 16))
		if from := m.bytes(at); at != 0 && w >= 1 && h >= 1 && stride >= w && len(from) >= stride*h {
			return from[:stride*h], stride, nil
		}
		return nil, 0, errHEIC
	}
	premultiplied := m.word(m.info+16) != 0
	switch m.word(m.info + 8) {
	case spaceGray:
		pix, stride, err := rows(channelY, rect.Dx(), rect.Dy())
		return &image.Gray{Pix: pix, Stride: stride, Rect: rect}, err
	case spaceRGB:
		pix, stride, err := rows(channelRGBA, 4*rect.Dx(), rect.Dy())
		if premultiplied {
			return &image.RGBA{Pix: pix, Stride: stride, Rect: rect}, err
		}
		return &image.NRGBA{Pix: pix, Stride: stride, Rect: rect}, err
	case spaceYCbCr:
		ratio, ok := ratios[m.word(m.info+12)]
		if !ok {
			return nil, errHEIC
		}
		cw, ch := rect.Dx(), rect.Dy()
		if ratio != image.YCbCrSubsampleRatio444 {
			cw = (cw + 1) / 2
		}
		if ratio == image.YCbCrSubsampleRatio420 {
			ch = (ch + 1) / 2
		}
		y, stride, err1 := rows(channelY, rect.Dx(), rect.Dy())
		cb, cstride, err2 := rows(channelCb, cw, ch)
		cr, again, err3 := rows(channelCr, cw, ch)
		if again != cstride {
			return nil, errHEIC
		}
		return &image.YCbCr{Y: y, Cb: cb, Cr: cr, YStride: stride, CStride: cstride, SubsampleRatio: ratio, Rect: rect}, errors.Join(err1, err2, err3)
	}
	return nil, errHEIC
}

// host is all of the outside that the module sees: nothing.
type host struct{ m *heic.Module }

const errBadFile = 8

// Init is called by heic.New.
func (h *host) Init(m any) { h.m, _ = m.(*heic.Module) }

func (*host) Xenviron_get(_, _ int32) int32 { return 0 }

func (h *host) Xenviron_sizes_get(count, size int32) int32 {
	memory := *h.m.Xmemory().Slice()
	clear(memory[uint32(count):][:4])
	clear(memory[uint32(size):][:4])
	return 0
}

func (*host) Xfd_close(int32) int32                       { return 0 }
func (*host) Xfd_fdstat_get(_, _ int32) int32             { return errBadFile }
func (*host) Xfd_prestat_dir_name(_, _, _ int32) int32    { return errBadFile }
func (*host) Xfd_prestat_get(_, _ int32) int32            { return errBadFile }
func (*host) Xfd_read(_, _, _, _ int32) int32             { return errBadFile }
func (*host) Xfd_seek(_ int32, _ int64, _, _ int32) int32 { return errBadFile }
func (*host) Xfd_write(_, _, _, _ int32) int32            { return errBadFile }
func (*host) Xpath_unlink_file(_, _, _ int32) int32       { return errBadFile }
func (*host) Xproc_exit(int32)                            { panic(errHEIC) }
