package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"

	"qianshao/frontend"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
	"qianshao/triage/datum"
	"qianshao/triage/places"
)

// What the forms for known places are called, as actions.
const (
	placeAction   = "place"
	unplaceAction = "unplace"
)

// canPlace says who may make the place of a case a known one: the unit that leads, once it has the case in hand, and the duty desk. Never of a sealed case.
func canPlace(a cases.Actor, k *cases.Case) bool {
	return len(k.Tips) > 0 && (a.Role == cases.Duty || a.Role == cases.Handler && a.Unit == k.Lead) && !k.Sealed && k.State != cases.Unsigned
}

// place performs one of the two.
func (p *Pages) place(c *gin.Context) error {
	ctx, m, f := c.Request.Context(), staff(c), c.Request.PostForm
	k, err := p.Cases.Get(ctx, m.Actor(), c.Param("id"))
	if err != nil {
		return err
	}
	if !canPlace(m.Actor(), &k) {
		return fault.New(fault.Forbidden, "desk.forbidden")
	}
	reason, broken := intake.CleanWords(f.Get("reason"))
	if broken {
		return fault.New(fault.Invalid, "form.encoding").On("reason")
	}
	if c.Param("action") == unplaceAction {
		_, err := p.Places.Retire(ctx, m.Actor(), &k, f.Get("place"), reason)
		return err
	}
	at, err := p.pointOf(c, &k)
	if err != nil {
		return err
	}
	_, err = p.Places.Confirm(ctx, m.Actor(), &k, places.Confirmation{Village: f.Get("village"), Site: f.Get("site"), Point: at, Reason: reason})
	return err
}

// pointOf is the position that was typed, or that of the tip that was chosen; none when it cannot be read, so that all that is wrong is told at once. Whoever
// uses a tip's position stands in its record.
func (p *Pages) pointOf(c *gin.Context, k *cases.Case) (orb.Point, error) {
	ctx, f := c.Request.Context(), c.Request.PostForm
	if f.Get("use") == "" {
		system := datum.Named(f.Get("datum"))
		at, err := places.ParsePoint(f.Get("point"))
		if err != nil || system == datum.Unnamed {
			return orb.Point{}, nil
		}
		return system.ToWGS84(at), nil
	}
	i, err := strconv.Atoi(f.Get("use"))
	if err != nil || i < 0 || i >= len(k.Tips) {
		return orb.Point{}, nil
	}
	id := k.Tips[i].Tip
	if err := p.Custody.Note(ctx, "tip/"+id, staff(c).ID, "use position", k.ID); err != nil {
		return orb.Point{}, fmt.Errorf("desk: note use of a position in %s: %w", k.ID, err)
	}
	tip, err := p.Intake.Open(ctx, intake.TipID(id))
	if err != nil {
		return orb.Point{}, fmt.Errorf("desk: open a tip of %s: %w", k.ID, err)
	}
	if tip.Report.Position == nil {
		return orb.Point{}, nil
	}
	return orb.Point{tip.Report.Position.Lon, tip.Report.Position.Lat}, nil
}

// placeForm is the part of the case page that makes its place a known one; nil for who may not. here are the tips with a position of their own.
func (p *Pages) placeForm(c *gin.Context, k *cases.Case, here []frontend.Option) (*frontend.PlaceForm, error) {
	if !canPlace(staff(c).Actor(), k) {
		return nil, nil
	}
	known, err := p.Places.OfCase(c.Request.Context(), k.ID)
	if err != nil {
		return nil, fmt.Errorf("desk: known places of %s: %w", k.ID, err)
	}
	form := &frontend.PlaceForm{ID: k.ID, Version: k.Version, Here: here}
	for _, t := range p.Profile.Towns {
		town := frontend.TownOption{Code: t.Code, Name: t.Name}
		for _, v := range p.Profile.VillagesOf(t.Code) {
			town.Villages = append(town.Villages, frontend.VillageOption{Code: v.Code, Name: v.Name, On: v.Code == k.Place.Village})
		}
		form.Towns = append(form.Towns, town)
	}
	for _, s := range p.Profile.SiteTypes {
		if len(s.Points) > 0 { // 说不清 is no kind of place
			form.Sites = append(form.Sites, frontend.Option{ID: s.ID, Text: s.Text, On: len(k.Sites) == 1 && k.Sites[0] == s.ID})
		}
	}
	for _, s := range []string{"wgs84", "gcj02", "bd09"} {
		form.Maps = append(form.Maps, frontend.Option{ID: s, Text: p.Words.T("datum." + s)})
	}
	for i := range known {
		if kp := &known[i]; kp.Retired == nil {
			form.Known = append(form.Known, frontend.KnownPlace{ID: kp.ID, Name: kp.Name, Point: fmt.Sprintf("%.3f, %.3f", kp.At.Lon(), kp.At.Lat()), Day: p.day(kp.Changed)})
		}
	}
	return form, nil
}

// here names the tips of a case that have a position, for the choice of one.
func (p *Pages) here(i int, t *intake.Tip) []frontend.Option {
	if t.Report.Position == nil {
		return nil
	}
	return []frontend.Option{{ID: strconv.Itoa(i), Text: p.Words.T("place.here", p.Words.T("tip", i+1), int(t.Report.Position.Accuracy))}}
}

// refillPlace puts what was typed back into the form, with each sentence beside its field.
func refillPlace(form *frontend.PlaceForm, f func(string) string, err error, text string) {
	form.Open = true
	for i := range form.Towns {
		for j := range form.Towns[i].Villages {
			form.Towns[i].Villages[j].On = form.Towns[i].Villages[j].Code == f("village")
		}
	}
	choose(form.Sites, f("site"))
	choose(form.Maps, f("datum"))
	choose(form.Here, f("use"))
	reason, _ := intake.CleanWords(f("reason"))
	point, _ := intake.CleanLine(f("point"))
	form.Reason.Value, form.Point.Value = reason, point
	said := map[string]string{}
	for _, one := range fault.All(err) {
		said[one.Field] = strings.TrimSpace(said[one.Field] + " " + one.Sentence(fault.DefaultLang))
	}
	form.VillageError, form.SiteError, form.Point.Error, form.Reason.Error = said["village"], said["site"], said["point"], said["reason"]
	if form.VillageError+form.SiteError+form.Point.Error+form.Reason.Error == "" {
		form.Reason.Error = text
	}
}

// refillUnplace does the same for ending the use of a place; false when the place is not there any more.
func refillUnplace(form *frontend.PlaceForm, f func(string) string, text string) bool {
	i := slices.IndexFunc(form.Known, func(k frontend.KnownPlace) bool { return k.ID == f("place") })
	if i >= 0 {
		reason, _ := intake.CleanWords(f("reason"))
		form.Known[i].Reason = frontend.Field{Value: reason, Error: text}
	}
	return i >= 0
}
