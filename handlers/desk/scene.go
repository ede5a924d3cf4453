package desk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/scene"
)

const scenePath = "/desk/scene/"

// addPhoto is POST /desk/cases/:id/photo: one photo taken on the spot, sent by a script, which sends it again when the network broke.
func (p *Pages) addPhoto(c *gin.Context) error {
	if _, err := p.Cases.Glimpse(c.Request.Context(), staff(c).Actor(), c.Param("id")); err != nil {
		return err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "form.broken")
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return fault.New(fault.Invalid, "form.broken") // without its cause: that may quote a header, and a header holds the file's name
		}
		if part.FormName() != "photos" {
			continue
		}
		photo, err := p.Scene.Add(c.Request.Context(), staff(c).Actor(), c.Param("id"), part)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, gin.H{"small": scenePath + photo.Case + "/" + photo.ID + "/" + scene.Small, "large": scenePath + photo.Case + "/" + photo.ID + "/" + scene.Large, "error": ""})
		return nil
	}
}

// addPhotos is POST /desk/cases/:id/photos: several at once, from a form without a script. Each is taken or refused for itself.
func (p *Pages) addPhotos(c *gin.Context) error {
	ctx, a, id := c.Request.Context(), staff(c).Actor(), c.Param("id")
	if _, err := p.Cases.Glimpse(ctx, a, id); err != nil {
		return err
	}
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "form.broken")
	}
	var refused []string
	taken, failed := 0, error(nil)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			c.Header("Connection", "close")
			failed = fault.New(fault.TooLarge, "form.too_large")
			break
		}
		if err != nil {
			failed = fault.New(fault.Invalid, "form.broken")
			break
		}
		if part.FormName() != "photos" || part.FileName() == "" {
			continue
		}
		_, err = p.Scene.Add(ctx, a, id, part)
		switch {
		case err == nil:
			taken++
		case fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden:
			return err
		default:
			failed = err
			refused = append(refused, p.Words.T("photo.refused", taken+len(refused)+1, p.told(c, err)))
		}
	}
	if failed == nil && taken == 0 {
		failed = fault.New(fault.Invalid, "scene.none")
	}
	if failed == nil {
		c.Redirect(http.StatusSeeOther, "/desk/cases/"+id+p.from(c)+"#scene")
		return nil
	}
	k, err := p.Cases.Get(ctx, a, id)
	if err != nil {
		return err
	}
	page, err := p.casePage(c, &k)
	if err != nil {
		return err
	}
	if len(refused) == 0 {
		refused = []string{p.told(c, failed)}
	}
	page.Work.Scene.Refused, page.Work.Scene.Taken = refused, taken
	return again{fmt.Errorf("desk: photos: %w", failed), page}
}

// scenePhoto is GET /desk/scene/:id/:photo/:size.
func (p *Pages) scenePhoto(c *gin.Context) error {
	r, err := p.Scene.Open(c.Request.Context(), staff(c).Actor(), c.Param("id"), c.Param("photo"), c.Param("size"))
	if err != nil {
		return err
	}
	var b bytes.Buffer // whole before the first byte: half a picture cannot be taken back
	_, err = b.ReadFrom(io.LimitReader(r, maxRendition))
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("desk: read a photo: %w", err)
	}
	c.Data(http.StatusOK, "image/jpeg", b.Bytes())
	return nil
}

// scenePhotos are the photos of a case, and the form for more.
func (p *Pages) scenePhotos(c *gin.Context, a cases.Actor, k *cases.Case) (frontend.ScenePhotos, error) {
	all, err := p.Scene.OfCase(c.Request.Context(), k.ID)
	if err != nil {
		return frontend.ScenePhotos{}, fmt.Errorf("desk: photos of %s: %w", k.ID, err)
	}
	v := frontend.ScenePhotos{Case: k.ID, CanAdd: p.Scene.May(a, k), MaxMB: p.Config.MaxPhotoMB}
	for i, photo := range all {
		base := scenePath + k.ID + "/" + photo.ID + "/"
		v.Photos = append(v.Photos, frontend.ScenePhoto{Small: base + scene.Small, Large: base + scene.Large, Alt: p.Words.T("photo.scene", i+1), Day: p.day(photo.At), Who: p.who(photo.Unit, photo.Name)})
	}
	return v, nil
}
