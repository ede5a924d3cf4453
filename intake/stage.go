package intake

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"qianshao/config/engine/blobs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Kind of evidence.
type Kind string

// The kinds. They begin the keys of their faults.
const (
	Photo Kind = "photo"
	Voice Kind = "voice"
	Video Kind = "video"
)

// letters stand for the kinds in a token.
var letters = map[Kind]byte{Photo: 'p', Voice: 'v', Video: 'f'}

// Fields are the form's names of the files of each kind.
var Fields = map[Kind]string{Photo: "photos", Voice: "voice", Video: "video"}

// most is how many of each kind a form may bring.
var most = map[Kind]int{Photo: MaxPhotos, Voice: MaxVoices, Video: MaxVideos}

// Most is how many files of a kind a form may bring; 0 for what is no kind.
func Most(k Kind) int { return most[k] }

// TooMany is the fault of one file more.
func TooMany(k Kind) *fault.Error {
	if k == Photo {
		return fault.New(fault.Invalid, "photo.too_many", MaxPhotos).On(Fields[k])
	}
	return fault.New(fault.Invalid, string(k)+".too_many").On(Fields[k])
}

// TooLarge is the fault of a file that has more bytes than the limit.
func TooLarge(k Kind, limit int64) *fault.Error {
	return fault.New(fault.TooLarge, string(k)+".too_large", limit>>20).On(Fields[k])
}

// mediaTypes are what the first bytes of each kind may say. They only keep honest mistakes out; what a file really is the worker finds out by decoding it.
// Phones record as AMR, M4A or 3GP (3GP may call itself a video), browsers as WebM, Ogg or MP4.
var mediaTypes = map[Kind][]string{
	Photo: {"image/jpeg", "image/png", "image/apng", "image/webp", "image/heic", "image/heic-sequence", "image/heif", "image/heif-sequence"},
	Voice: {
		"audio/amr", "audio/mpeg", "audio/aac", "audio/wav", "audio/mp4", "audio/x-m4a", "video/mp4", "video/3gpp", "video/3gpp2",
		"video/webm", "audio/webm", "application/ogg", "audio/ogg", "video/ogg",
	},
	Video: {"video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "video/3gpp2"},
}

// sniffed is how many bytes are looked at to tell the kind.
const sniffed = 512

// Staged is a piece of evidence that arrived, is sealed and stored, and waits for its tip. Token goes into the form, hidden; only this service can open it,
// and only together with the draft for which it was made.
type Staged struct {
	Token string
	Kind  Kind
	Size  int64
}

// item is a piece of evidence as the tip keeps it, sealed. The key opens its blob and nothing else.
type item struct {
	ID   string    `bson:"id"`
	Blob string    `bson:"blob"`
	Key  vault.Key `bson:"key"`
	Kind Kind      `bson:"kind"`
	Type string    `bson:"type"` // media type by the first bytes
	Size int64     `bson:"size"`
}

// Stage streams one file: its kind is checked by its first bytes, its size by the limit. Nothing is held in memory whole.
// A recording is looked into before its token is given out, while the person is there to send another one.
// faults photo.kind, photo.too_large, photo.broken (empty or cut), the same for voice and video; photo.full when the store has no room; fault.Busy when it is
// away; and what the Inspector says.
func (s *Service) Stage(ctx context.Context, d *Draft, kind Kind, r io.Reader) (Staged, error) {
	limit := map[Kind]int64{Photo: s.MaxPhoto, Voice: s.MaxVoice, Video: s.MaxVideo}[kind]
	refuse := func(k fault.Kind, why string, args ...any) (Staged, error) {
		return Staged{}, fault.New(k, string(kind)+"."+why, args...).On(Fields[kind])
	}
	up := &upload{r: r, limit: limit}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(up, head)
	if n == 0 || up.failed != nil {
		return refuse(fault.Invalid, "broken")
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) { // a file shorter than that is none of our business
		return refuse(fault.Invalid, "broken")
	}
	it := item{ID: vault.NewID(16), Key: vault.NewKey(), Kind: kind, Type: mimetype.Detect(head[:n]).String()}
	it.Blob = blobOf(d.tip, it.ID)
	if !slices.Contains(mediaTypes[kind], it.Type) {
		return refuse(fault.Invalid, "kind")
	}
	sealed, err := s.Vault.SealStream(it.Key, io.MultiReader(bytes.NewReader(head[:n]), up))
	if err != nil {
		return Staged{}, err
	}
	_, err = s.Blobs.Put(ctx, it.Blob, sealed)
	switch {
	case errors.Is(up.failed, errTooLarge):
		return Staged{}, TooLarge(kind, limit)
	case up.failed != nil:
		return refuse(fault.Invalid, "broken")
	case errors.Is(err, blobs.ErrFull):
		s.Log.WarnContext(ctx, "no room for evidence", "err", err) // an operator has to see it, and no request fails by it
		return refuse(fault.Full, "full")
	case err != nil:
		return Staged{}, busy("store evidence", err)
	}
	it.Size = up.n
	if err := s.inspect(ctx, &it); err != nil {
		return Staged{}, err
	}
	return s.staged(d, &it)
}

var errTooLarge = errors.New("intake: more bytes than we take")

// upload counts what arrives, stops at the limit, and remembers what went wrong on the person's side of the line.
type upload struct {
	r      io.Reader
	n      int64
	limit  int64
	failed error
}

func (u *upload) Read(p []byte) (int, error) {
	if u.failed != nil {
		return 0, u.failed
	}
	n, err := u.r.Read(p)
	u.n += int64(n)
	if u.n > u.limit {
		n, err = 0, errTooLarge
	}
	if err != nil && err != io.EOF { // only the plain value means the end
		u.failed = err
	}
	return n, err
}

func blobOf(folder TipID, name string) string { return "tips/" + string(folder) + "/" + name }

// staged makes the token: the item and the moment, sealed and bound to the draft. Nothing about evidence is stored before its tip is.
func (s *Service) staged(d *Draft, it *item) (Staged, error) {
	id, err := hex.DecodeString(it.ID)
	if err != nil {
		return Staged{}, err
	}
	b := slices.Concat(it.Key[:], id, []byte{letters[it.Kind]})
	b = binary.BigEndian.AppendUint64(b, uint64(it.Size))
	b = binary.BigEndian.AppendUint64(b, uint64(s.Now().Unix()))
	sealed, err := s.Vault.Seal("staged", string(d.tip), append(b, it.Type...))
	if err != nil {
		return Staged{}, err
	}
	return Staged{Token: base64.RawURLEncoding.EncodeToString(sealed), Kind: it.Kind, Size: it.Size}, nil
}

// OpenStaged tells what a token that came back stands for, so that a form can be shown again with it. fault photo.stale when it is older than a day, forged, or
// made for another form.
func (s *Service) OpenStaged(d *Draft, token string) (Staged, error) {
	it, err := s.openStaged(d, token)
	if err != nil {
		return Staged{}, err
	}
	return Staged{Token: token, Kind: it.Kind, Size: it.Size}, nil
}

const stagedFixed = vault.KeySize + 16 + 1 + 8 + 8

func (s *Service) openStaged(d *Draft, token string) (item, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return item{}, fault.New(fault.Invalid, "photo.stale").On("photos")
	}
	b, err := s.Vault.Open("staged", string(d.tip), sealed)
	if err != nil || len(b) < stagedFixed {
		return item{}, fault.New(fault.Invalid, "photo.stale").On("photos")
	}
	it := item{Key: vault.Key(b[:vault.KeySize]), Kind: Photo}
	b = b[vault.KeySize:]
	it.ID = hex.EncodeToString(b[:16])
	it.Blob = blobOf(d.tip, it.ID)
	for k, letter := range letters {
		if b[16] == letter {
			it.Kind = k
		}
	}
	it.Size = int64(binary.BigEndian.Uint64(b[17:]))
	at := time.Unix(int64(binary.BigEndian.Uint64(b[25:])), 0)
	it.Type = string(b[33:])
	if s.Now().Sub(at) >= stagedHours*time.Hour {
		return item{}, fault.New(fault.Invalid, string(it.Kind)+".stale").On(Fields[it.Kind])
	}
	return it, nil
}

// take opens the tokens of a form; one that stands there twice counts once.
func (s *Service) take(d *Draft, tokens []string, c *checker) []item {
	var items []item
	for _, token := range tokens {
		it, err := s.openStaged(d, token)
		var f *fault.Error
		if errors.As(err, &f) {
			c.add(f.Field, f)
			continue
		}
		if slices.ContainsFunc(items, func(o item) bool { return o.ID == it.ID }) {
			continue
		}
		items = append(items, it)
	}
	n := (&body{Items: items}).counts()
	for k, count := range map[Kind]int{Photo: n.Photos, Voice: n.Voices, Video: n.Videos} {
		if count > most[k] {
			c.add(Fields[k], TooMany(k))
		}
	}
	return items
}
