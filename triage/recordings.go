package triage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
	"qianshao/triage/media"
)

// Play is the name of the rendition of a recording, as the pages ask for it.
const Play = "play"

// Inspector looks into recordings at the door; it satisfies intake.Inspector, and is all that a web process needs of the parsers.
type Inspector struct {
	limits county.Evidence
	turns  chan struct{}
}

// inspections is how many recordings are looked into at once: a strange index may take some 50 MB.
const inspections = 2

// NewInspector makes one for the limits of a county.
func NewInspector(e county.Evidence) *Inspector {
	return &Inspector{limits: e, turns: make(chan struct{}, inspections)}
}

// Inspect implements intake.Inspector.
func (i *Inspector) Inspect(ctx context.Context, kind intake.Kind, in *io.SectionReader) error {
	select {
	case i.turns <- struct{}{}:
		defer func() { <-i.turns }()
	case <-ctx.Done():
		return fmt.Errorf("triage: wait for a turn: %w", ctx.Err())
	}
	rec, err := media.ReadRecording(ctx, in, in.Size(), use(kind), Lengths(i.limits))
	if err != nil {
		return fmt.Errorf("triage: inspect recording: %w", err)
	}
	return Refusal(kind, rec.Problem, i.limits)
}

func use(kind intake.Kind) media.Use {
	if kind == intake.Video {
		return media.Film
	}
	return media.Voice
}

// Lengths are how long recordings may be in a county.
func Lengths(e county.Evidence) media.Lengths {
	return media.Lengths{Voice: time.Duration(e.VoiceMinutes) * time.Minute, Film: time.Duration(e.VideoMinutes) * time.Minute}
}

// Refusal is what the person is told of a recording that cannot be taken; nil when it can.
func Refusal(kind intake.Kind, p media.Problem, limits county.Evidence) error {
	refuse := func(why string, args ...any) error {
		return fault.New(fault.Invalid, string(kind)+"."+why, args...).On(intake.Fields[kind])
	}
	switch p {
	case "":
		return nil
	case media.LongRecording:
		minutes := limits.VoiceMinutes
		if kind == intake.Video {
			minutes = limits.VideoMinutes
		}
		return refuse("too_long", minutes)
	case media.WithPicture:
		return fault.New(fault.Invalid, "voice.picture").On(intake.Fields[kind])
	case media.BrokenRecording:
		return refuse("broken")
	}
	return refuse("kind")
}

// recording reads a voice note or a video and stores the clean copy.
func (j *job) recording(ctx context.Context, it intake.Item) (Picture, error) {
	p := Picture{Item: it.ID}
	in, err := j.Intake.EvidenceAt(ctx, j.tip.ID, it.ID)
	var found media.Recording
	if err == nil {
		found, err = j.clean(ctx, it, in, &p)
		err = errors.Join(err, in.Close())
	}
	if errors.Is(err, vault.ErrSealed) { // no later try will read it
		j.Log.ErrorContext(ctx, "evidence is not as it was stored", "tip", j.tip.ID, "item", it.ID)
		return Picture{Item: it.ID, Problem: string(media.BrokenRecording)}, nil
	}
	if err != nil {
		return Picture{}, fmt.Errorf("triage: read %s of %s: %w", it.ID, j.tip.ID, err)
	}
	p.OK, p.Problem = found.Problem == "", string(found.Problem)
	return p, nil
}

// clean stores the clean copy of a recording, read from the original as it goes.
func (j *job) clean(ctx context.Context, it intake.Item, in *intake.File, p *Picture) (media.Recording, error) {
	found, err := media.ReadRecording(ctx, in, in.Size(), use(it.Kind), Lengths(j.Profile.Evidence))
	if err != nil || found.Problem != "" {
		return found, err
	}
	count := &counted{r: found.Clean}
	if err := j.Intake.PutRendition(ctx, j.tip.ID, it.ID, Play, count); err != nil {
		return found, err
	}
	p.Type, p.Bytes, p.Seconds = found.Type, count.n, int(found.Duration.Round(time.Second)/time.Second)
	return found, nil
}

// counted counts what passes.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
