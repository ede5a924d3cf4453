package desk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage"
	"qianshao/triage/cases"
)

// maxRendition is far above what a cleaned picture of 1600 pixels takes.
const maxRendition = 16 << 20

// piece is a piece of evidence that somebody asks for: what its tip and its reading say of it.
type piece struct {
	item    cases.Item
	reading triage.Picture
}

// evidence is GET /desk/evidence/:tip/:item/:size: a cleaned picture or recording, never the original.
func (p *Pages) evidence(c *gin.Context) error {
	ctx, m, size := c.Request.Context(), staff(c).Actor(), c.Param("size")
	k, err := p.Cases.ByTip(ctx, intake.TipID(c.Param("tip")))
	if errors.Is(err, docs.ErrNotFound) {
		return notFound()
	}
	if err != nil {
		return fmt.Errorf("desk: case of evidence: %w", err)
	}
	e, err := p.piece(c, &k, c.Param("tip"), c.Param("item"))
	if err != nil {
		return err
	}
	sizes := []string{triage.Play}
	if e.item.Kind == intake.Photo {
		sizes = []string{triage.Small, triage.Large}
	}
	if !slices.Contains(sizes, size) {
		return notFound()
	}
	if _, err := p.Cases.Evidence(ctx, m, k.ID, e.item); err != nil { // the one rule of who sees what; also writes the custody log
		return err
	}
	if size == triage.Play {
		return p.play(c, e)
	}
	return p.picture(c, e, size)
}

// piece finds an item of a case that the actor sees. What does not exist, and what is not theirs to know of, are the same.
func (p *Pages) piece(c *gin.Context, k *cases.Case, tip, item string) (piece, error) {
	ctx, id := c.Request.Context(), intake.TipID(tip)
	if !k.SeenBy(staff(c).Actor()) || !k.Holds(id) {
		return piece{}, notFound()
	}
	t, err := p.Intake.Open(ctx, id)
	if err != nil {
		return piece{}, fmt.Errorf("desk: open the tip of evidence: %w", err)
	}
	i := slices.IndexFunc(t.Items, func(it intake.Item) bool { return it.ID == item })
	if i < 0 {
		return piece{}, notFound()
	}
	e := piece{item: cases.Item{Tip: id, ID: item, Kind: t.Items[i].Kind}}
	r, err := p.Triage.Reading(ctx, id)
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return piece{}, fmt.Errorf("desk: reading of evidence: %w", err)
	}
	if i := slices.IndexFunc(r.Pictures, func(q triage.Picture) bool { return q.Item == item }); i >= 0 {
		e.reading = r.Pictures[i]
	}
	return e, nil
}

func (p *Pages) picture(c *gin.Context, e piece, size string) error {
	r, err := p.Intake.Rendition(c.Request.Context(), e.item.Tip, e.item.ID, size)
	if err != nil {
		return fmt.Errorf("desk: evidence: %w", err)
	}
	var b bytes.Buffer // whole before the first byte: half a picture cannot be taken back
	_, err = b.ReadFrom(io.LimitReader(r, maxRendition))
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("desk: read evidence: %w", err)
	}
	c.Data(http.StatusOK, "image/jpeg", b.Bytes())
	return nil
}

// play gives a recording, or the part of it that a player asks for: only that part is read and opened.
func (p *Pages) play(c *gin.Context, e piece) error {
	if !e.reading.OK {
		return notFound()
	}
	f, err := p.Intake.RenditionAt(c.Request.Context(), e.item.Tip, e.item.ID, triage.Play, e.reading.Bytes)
	if err != nil {
		return fmt.Errorf("desk: recording: %w", err)
	}
	if _, err := f.ReadAt(make([]byte, 1), 0); err != nil { // while an error can still be told
		return fmt.Errorf("desk: recording: %w", errors.Join(err, f.Close()))
	}
	c.Header("Content-Type", e.reading.Type)
	if c.Query("save") != "" {
		c.Header("Content-Disposition", `attachment; filename="recording`+endings[e.reading.Type]+`"`)
	}
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, f)
	return f.Close()
}

// endings are those of the recordings that no browser plays: they have to be saved first.
var endings = map[string]string{"audio/amr": ".amr", "audio/3gpp": ".3gp"}

// asked finds the piece of evidence that a form is about.
func (p *Pages) asked(c *gin.Context) (piece, error) {
	f := c.Request.PostForm
	k, err := p.Cases.Get(c.Request.Context(), staff(c).Actor(), c.Param("id"))
	if err != nil {
		return piece{}, err
	}
	return p.piece(c, &k, f.Get("tip"), f.Get("item"))
}

// confirm is POST /desk/cases/:id/confirm: “我知道……，打开”.
func (p *Pages) confirm(c *gin.Context) error {
	e, err := p.asked(c)
	if err != nil {
		return err
	}
	return p.Cases.Confirm(c.Request.Context(), staff(c).Actor(), c.Param("id"), e.item)
}

// level is POST /desk/cases/:id/level: the duty desk raises or lowers how closely something is kept.
func (p *Pages) level(c *gin.Context) error {
	e, err := p.asked(c)
	if err != nil {
		return err
	}
	f := c.Request.PostForm
	note, broken := intake.CleanWords(f.Get("note"))
	if broken {
		return fault.New(fault.Invalid, "form.encoding")
	}
	return p.Cases.SetLevel(c.Request.Context(), staff(c).Actor(), c.Param("id"), e.item, county.Level(f.Get("level")), cases.Input{Version: version(c), Note: note})
}

// evidenceView is a piece of evidence as the actor may see it now.
func (p *Pages) evidenceView(a cases.Actor, k *cases.Case, tip intake.TipID, item intake.Item, pic triage.Picture) frontend.PhotoView {
	it := cases.Item{Tip: tip, ID: item.ID, Kind: item.Kind}
	level := k.Level(p.Profile, it)
	v := frontend.PhotoView{
		Case: k.ID, Version: k.Version, Tip: string(tip), Item: item.ID, Kind: string(item.Kind), Alt: p.Words.T("file." + string(item.Kind)),
		Level: p.Words.T("level." + string(level)),
	}
	if item.Kind == intake.Photo {
		v.Alt = p.Words.T("file.photo", item.Number)
	}
	if k.Clears(a) {
		for _, l := range county.Levels() {
			if l != level {
				v.Levels = append(v.Levels, frontend.Option{ID: string(l), Text: p.Words.T("level." + string(l))})
			}
		}
		v.NoteLabel = p.Words.T("note.level", cases.MinNote)
	}
	if !pic.OK {
		v.Problem = fault.New(fault.Invalid, pic.Problem).Sentence(fault.DefaultLang)
		return v
	}
	base := "/desk/evidence/" + string(tip) + "/" + item.ID + "/"
	switch x := p.Cases.Access(a, k, it); {
	case x == cases.Ask:
		v.Ask, v.Know = p.Words.T("ask."+string(item.Kind)), p.Words.T("know."+string(item.Kind))
	case x != cases.Show:
		v.Problem = p.Words.T("barred." + string(level))
	case item.Kind == intake.Photo:
		v.Small, v.Large = base+triage.Small, base+triage.Large
	case endings[pic.Type] != "":
		v.Save = base + triage.Play + "?save=1"
	default:
		v.Play = base + triage.Play
	}
	v.Length = p.lasts(pic.Seconds)
	return v
}

// lasts is a length in words; "" for a picture.
func (p *Pages) lasts(seconds int) string {
	switch {
	case seconds == 0:
		return ""
	case seconds < 60:
		return p.Words.T("length.seconds", seconds)
	}
	return p.Words.T("length", seconds/60, seconds%60)
}
