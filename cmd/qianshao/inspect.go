package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage"
	"qianshao/triage/media"
)

// decodeHEICCmd is the child that decodes one HEIC picture for the program that started it. People never call it.
type decodeHEICCmd struct{}

func (decodeHEICCmd) Run(e *env) error { return media.ServeHEIC(os.Stdin, e.stdout) }

// child is the command by which this program starts itself as that child.
func child() ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program itself: %w", err)
	}
	return []string{self, media.HEICCommand}, nil
}

type inspectCmd struct {
	Files   []string `arg:"" name:"file" help:"Pictures and recordings."`
	Out     string   `type:"path" help:"Folder for the clean copies, as the desk would see them."`
	Profile string   `type:"existingdir" help:"Folder of the profile; default: the one in force."`
}

// The verdicts.
const (
	accepted = "accept"
	rejected = "reject"
)

// inspected is what the command says of a file.
type inspected struct {
	File     string     `json:"file"`
	Verdict  string     `json:"verdict"`
	Reason   string     `json:"reason"`
	Format   *string    `json:"format"`
	Width    int        `json:"width"`
	Height   int        `json:"height"`
	Position *lonLat    `json:"position"`
	County   *string    `json:"county"`
	TakenAt  *time.Time `json:"taken_at"`
	Hash     *string    `json:"hash"`
}

type lonLat struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// Run judges every file as the worker would, whatever the others are like. Only a file that cannot be read at all makes the command fail, at its end.
func (c inspectCmd) Run(e *env) error {
	p, err := e.profile(c.Profile)
	if err != nil {
		return err
	}
	cfg, err := e.load("tool")
	if err != nil {
		return err
	}
	command, err := child()
	if err != nil {
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	most := map[intake.Kind]int64{intake.Photo: int64(cfg.MaxPhotoMB) << 20, intake.Voice: int64(cfg.MaxVoiceMB) << 20, intake.Video: int64(cfg.MaxVideoMB) << 20}
	in := inspector{
		profile: p, reader: media.New(media.Options{Limits: media.Limits{Bytes: most[intake.Photo]}, Zone: p.Zone, Child: command}), most: most,
		out: c.Out, written: map[string]bool{},
	}
	lines := json.NewEncoder(e.stdout)
	lines.SetEscapeHTML(false)
	unread := 0
	for _, file := range c.Files {
		said, err := in.inspect(e.ctx, file)
		if e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		if err != nil {
			fmt.Fprintln(e.stderr, err)
			unread++
		}
		if err := lines.Encode(said); err != nil {
			return err
		}
	}
	return someUnread(unread)
}

// someUnread makes a command fail that went on after files which it could not read or write.
func someUnread(n int) error {
	if n == 0 {
		return nil
	}
	return fmt.Errorf("有 %d 个文件没有办成，上面说了为什么；其余的都看过了", n)
}

// inspector judges file by file.
type inspector struct {
	profile *county.Profile
	reader  *media.Reader
	most    map[intake.Kind]int64 // bytes that the door takes
	out     string                // folder for the clean copies; empty for none
	written map[string]bool       // names in it
}

// inspect judges one file. The error is about opening, reading or writing files; it comes with a judgement all the same.
func (i inspector) inspect(ctx context.Context, file string) (inspected, error) {
	unread := inspected{File: file, Verdict: rejected, Reason: "读不了这个文件。"}
	pic, err := readPicture(ctx, i.reader, file)
	if err != nil {
		return unread, fileError(file, err)
	}
	if pic.Problem != media.Sound && pic.Problem != media.NoKind {
		said := describe(i.profile, file, pic)
		if pic.Problem == media.Large {
			said.Reason = sentence(intake.TooLarge(intake.Photo, i.most[intake.Photo]))
		}
		return said, i.keep(file, ".jpg", bytes.NewReader(pic.Large), said.Verdict)
	}
	in, err := openFile(file)
	if err != nil {
		return unread, fileError(file, err)
	}
	defer in.Close()
	rec, refused, err := i.readRecording(ctx, in)
	if err != nil {
		return unread, fileError(file, err)
	}
	if pic.Problem == media.NoKind && (rec.Problem == media.NoRecording || rec.Problem == media.BrokenRecording) {
		return describe(i.profile, file, pic), nil
	}
	pic.Problem, pic.Kind = "", rec.Kind
	said := describe(i.profile, file, pic)
	if refused != nil {
		said.Verdict, said.Reason = rejected, sentence(refused)
	}
	if pic.SHA256 == ([sha256.Size]byte{}) { // too large for a picture
		sum := sha256.New()
		if _, err := io.Copy(sum, in); err != nil {
			return unread, fileError(file, err)
		}
		said.Hash = unlessEmpty(hex.EncodeToString(sum.Sum(nil)))
	}
	return said, i.keep(file, suffixes[rec.Type], rec.Clean, said.Verdict)
}

// readRecording takes a recording as what it is: a video where there is a picture, else a voice note. Refused is why the door would not take it.
func (i inspector) readRecording(ctx context.Context, in *os.File) (rec media.Recording, refused, err error) {
	info, err := in.Stat()
	if err != nil {
		return rec, nil, err
	}
	kind, lengths := intake.Voice, triage.Lengths(i.profile.Evidence)
	rec, err = media.ReadRecording(ctx, in, info.Size(), media.Voice, lengths)
	if err == nil && rec.Kind == media.Movie {
		kind = intake.Video
		rec, err = media.ReadRecording(ctx, in, info.Size(), media.Film, lengths)
	}
	if limit := i.most[kind]; rec.Problem != media.NoRecording && info.Size() > limit {
		return rec, intake.TooLarge(kind, limit), err
	}
	return rec, triage.Refusal(kind, rec.Problem, i.profile.Evidence), err
}

// suffixes are how clean recordings are called, by their type.
var suffixes = map[string]string{
	"audio/amr": ".amr", "audio/mpeg": ".mp3", "audio/aac": ".aac", "audio/wav": ".wav", "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/3gpp": ".3gp", "video/mp4": ".mp4",
}

func readPicture(ctx context.Context, r *media.Reader, file string) (media.Picture, error) {
	in, err := openFile(file)
	if err != nil {
		return media.Picture{}, err
	}
	defer in.Close()
	return r.Read(ctx, in)
}

// describe leaves out what is not known.
func describe(p *county.Profile, file string, pic media.Picture) inspected {
	said := inspected{File: file, Verdict: accepted, Format: unlessEmpty(string(pic.Kind)), Width: pic.Width, Height: pic.Height, TakenAt: pic.Claim.When}
	if pic.Problem != "" {
		said.Verdict, said.Reason = rejected, reason(pic.Problem)
	}
	if pic.SHA256 != ([sha256.Size]byte{}) {
		said.Hash = unlessEmpty(hex.EncodeToString(pic.SHA256[:]))
	}
	for _, d := range pic.Claim.Doubts {
		said.Reason += sentence(fault.New(fault.Invalid, string(d)))
	}
	if at := pic.Claim.Where; at != nil {
		said.Position = &lonLat{at.Lon(), at.Lat()}
		said.County = unlessEmpty(countyAt(p, *at))
	}
	return said
}

// reason is the sentence without its end about the original, because here nothing is stored.
func reason(p media.Problem) string {
	return strings.TrimSuffix(sentence(fault.New(fault.Invalid, string(p))), "原件已经封存。")
}

func sentence(err error) string { return fault.Sentence(fault.DefaultLang, err) }

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// countyAt is the code of the county at a point: the profile's own or a neighbour's, else empty.
func countyAt(p *county.Profile, at orb.Point) string {
	if inside, _ := p.Contains(at); inside {
		return p.Code
	}
	n, _ := p.NeighbourAt(at)
	return n.Code
}

// prepare makes the folder, which must not be one that originals lie in.
func (c inspectCmd) prepare() error {
	if c.Out == "" {
		return nil
	}
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return fileError(c.Out, err)
	}
	out, err := os.Stat(c.Out)
	if err != nil {
		return fileError(c.Out, err)
	}
	for _, file := range c.Files {
		if dir, err := os.Stat(filepath.Dir(file)); err == nil && os.SameFile(dir, out) {
			return fmt.Errorf("%s 里放着原件，换一个文件夹 (the folder holds originals)", c.Out)
		}
	}
	return nil
}

// keep writes the clean copy of what is accepted, named for its original: yard.heic becomes yard.jpg, or yard.heic.jpg when there is a yard.jpg already.
func (i inspector) keep(file, suffix string, clean io.Reader, verdict string) (err error) {
	if i.out == "" || verdict != accepted {
		return nil
	}
	base := filepath.Base(file)
	name := strings.TrimSuffix(base, filepath.Ext(base)) + suffix
	if i.written[name] {
		name = base + suffix
	}
	for n := 2; i.written[name]; n++ { // of another folder
		name = fmt.Sprintf("%s.%d%s", base, n, suffix)
	}
	i.written[name] = true
	path := filepath.Join(i.out, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fileError(path, err)
	}
	_, err = io.Copy(f, clean)
	if err = errors.Join(err, f.Close()); err != nil {
		return fileError(path, err)
	}
	return nil
}
