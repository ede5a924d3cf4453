package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/intake/fault"
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
	Files   []string `arg:"" name:"file" help:"Pictures."`
	Out     string   `type:"path" help:"Folder for the cleaned pictures, as the desk would see them."`
	Profile string   `type:"existingdir" help:"Folder of the profile; default: the one in force."`
}

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
	command, err := child()
	if err != nil {
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	reader := media.New(media.Options{Zone: p.Zone, Child: command})
	lines := json.NewEncoder(e.stdout)
	lines.SetEscapeHTML(false)
	written := map[string]bool{}
	var failed error
	for _, file := range c.Files {
		pic, err := readPicture(e.ctx, reader, file)
		said := inspected{File: file, Verdict: "reject", Reason: "读不了这个文件。"}
		if err == nil {
			said = describe(p, file, pic)
			err = c.keep(file, pic, written)
		}
		failed = errors.Join(failed, err, lines.Encode(said))
	}
	return failed
}

func readPicture(ctx context.Context, r *media.Reader, file string) (media.Picture, error) {
	in, err := os.Open(file)
	if err != nil {
		return media.Picture{}, err
	}
	defer in.Close()
	return r.Read(ctx, in)
}

// describe leaves out what is not known.
func describe(p *county.Profile, file string, pic media.Picture) inspected {
	said := inspected{File: file, Verdict: "accept", Format: unlessEmpty(string(pic.Kind)), Width: pic.Width, Height: pic.Height, TakenAt: pic.Claim.When}
	if pic.Problem != "" && pic.Problem != media.Sound {
		said.Verdict = "reject"
	}
	if pic.Problem != "" { // here nothing is stored
		said.Reason = strings.TrimSuffix(fault.New(fault.Invalid, string(pic.Problem)).Sentence(fault.DefaultLang), "原件已经封存。")
	}
	if pic.Problem != media.Large {
		said.Hash = unlessEmpty(hex.EncodeToString(pic.SHA256[:]))
	}
	if at := pic.Claim.Where; at != nil {
		said.Position = &lonLat{at.Lon(), at.Lat()}
		said.County = unlessEmpty(countyAt(p, *at))
	}
	return said
}

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
		return err
	}
	out, err := os.Stat(c.Out)
	if err != nil {
		return err
	}
	for _, file := range c.Files {
		if dir, err := os.Stat(filepath.Dir(file)); err == nil && os.SameFile(dir, out) {
			return fmt.Errorf("%s 里放着原件，换一个文件夹 (the folder holds originals)", c.Out)
		}
	}
	return nil
}

// keep writes the large rendition, named for its original: yard.heic becomes yard.jpg, or yard.heic.jpg when there is a yard.jpg already.
func (c inspectCmd) keep(file string, pic media.Picture, written map[string]bool) error {
	if c.Out == "" || len(pic.Large) == 0 {
		return nil
	}
	base := filepath.Base(file)
	name := strings.TrimSuffix(base, filepath.Ext(base)) + ".jpg"
	if written[name] {
		name = base + ".jpg"
	}
	for n := 2; written[name]; n++ { // of another folder
		name = fmt.Sprintf("%s.%d.jpg", base, n)
	}
	written[name] = true
	return os.WriteFile(filepath.Join(c.Out, name), pic.Large, 0o600)
}
